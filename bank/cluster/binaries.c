/* SPDX-License-Identifier: MIT */
/*
 * Finds Postgres's programs. Debian keeps the versions side by side under
 * /usr/lib/postgresql and puts none of them in the PATH, so we look there
 * first. A directory counts when both programs in it can be run; its version
 * is the directory's number, or else what `postgres --version` says.
 */
#include "bank/cluster/binaries.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct binaries_search {
    int wanted; /* 0: any */
    struct binaries best;
    char seen[100]; /* "13, 15", for the error */
};

/* The first line a command prints, or false. */
static bool binaries_ask(const char *command, char *line, int size)
{
    FILE *output = popen(command, "re");
    if (output == NULL)
        return false;
    bool read = fgets(line, size, output) != NULL;
    bool worked = pclose(output) == 0;
    if (read)
        line[strcspn(line, "\n")] = '\0';
    return read && worked;
}

static int binaries_version(const char *directory)
{
    int major = 0;
    if (sscanf(directory, "/usr/lib/postgresql/%d/bin", &major) == 1)
        return major;
    if (strchr(directory, '\'') != NULL) /* would end the quotes below */
        return 0;
    char command[BINARIES_PATH_SIZE + 40];
    char line[200];
    snprintf(command, sizeof command, "'%s/postgres' --version 2>/dev/null", directory);
    if (!binaries_ask(command, line, sizeof line) ||
        sscanf(line, "postgres (PostgreSQL) %d", &major) != 1)
        return 0;
    return major;
}

static bool binaries_can_run(const char *directory, const char *program)
{
    char path[BINARIES_PATH_SIZE + 20];
    snprintf(path, sizeof path, "%s/%s", directory, program);
    return access(path, X_OK) == 0;
}

static void binaries_consider(struct binaries_search *search, const char *directory)
{
    if (strlen(directory) >= BINARIES_PATH_SIZE || !binaries_can_run(directory, "postgres") ||
        !binaries_can_run(directory, "initdb"))
        return;
    int major = binaries_version(directory);
    if (major <= 0)
        return;
    size_t used = strlen(search->seen);
    snprintf(search->seen + used, sizeof search->seen - used, "%s%d", used > 0 ? ", " : "", major);
    if ((search->wanted > 0 && major != search->wanted) || major <= search->best.major)
        return;
    search->best.major = major;
    memcpy(search->best.directory, directory, strlen(directory) + 1);
}

bool binaries_find(int major, struct binaries *binaries, struct error *error)
{
    struct binaries_search search = { .wanted = major };
    const char *chosen = getenv("ESBANK_PG_BIN");
    if (chosen != NULL && chosen[0] != '\0') {
        binaries_consider(&search, chosen);
        if (search.seen[0] == '\0')
            return error_set(
                error, ERROR_USAGE,
                "there is no postgres and initdb to run in %s: correct $ESBANK_PG_BIN or unset it",
                chosen);
    } else {
        glob_t found;
        if (glob("/usr/lib/postgresql/*/bin", 0, NULL, &found) == 0) {
            for (size_t i = 0; i < found.gl_pathc; i++)
                binaries_consider(&search, found.gl_pathv[i]);
            globfree(&found);
        }
        char line[BINARIES_PATH_SIZE];
        if (search.best.major == 0 &&
            binaries_ask("pg_config --bindir 2>/dev/null", line, sizeof line))
            binaries_consider(&search, line);
    }
    if (search.best.major > 0) {
        *binaries = search.best;
        return true;
    }
    if (search.seen[0] == '\0')
        return error_set(error, ERROR_USAGE,
                         "no Postgres server is installed: install it (apt-get install "
                         "postgresql), name its bin "
                         "directory in $ESBANK_PG_BIN, or use a server elsewhere with --db");
    return error_set(error, ERROR_USAGE,
                     "version %d is needed and the installed Postgres is %s: install "
                     "postgresql-%d, or name its bin "
                     "directory in $ESBANK_PG_BIN",
                     major, search.seen, major);
}
