/* SPDX-License-Identifier: MIT */
#include "bank/cli/remote.h"

#include "shared/own_file.h"

#include <stdlib.h>
#include <string.h>

#define FILE_MAX 4096
#define BLANKS   " \t\r"

static bool wrong(struct error *error, int line, const char *what, const char *word)
{
    return error_set(error, ERROR_SYSTEM, "the file %s, line %d: %s '%.60s'", HOME_REMOTE_FILE,
                     line, what, word);
}

/* ---- a line ------------------------------------------------------------------- */

static bool path_read(char path[static HOME_PATH_SIZE], const struct home *home, const char *word,
                      int line, struct error *error)
{
    if (strlen(word) > 390)
        return wrong(error, line, "the name of a file has at most 390 bytes, not", word);
    if (word[0] == '/')
        strcpy(path, word);
    else
        home_path(home, path, HOME_PATH_SIZE, "%s", word);
    return true;
}

static bool line_read(struct remote *remote, const struct home *home, char *text, int line,
                      struct error *error)
{
    char *rest = NULL, *comment = strchr(text, '#');
    if (comment != NULL)
        *comment = '\0';
    const char *name = strtok_r(text, BLANKS, &rest), *value = strtok_r(NULL, BLANKS, &rest);
    if (name == NULL)
        return true;
    if (value == NULL || strtok_r(NULL, BLANKS, &rest) != NULL)
        return wrong(error, line, "one value comes after", name);
    if (strcmp(name, "connect") == 0)
        return address_parse(&remote->address, value, "connect in the file " HOME_REMOTE_FILE,
                             error);
    if (strcmp(name, "tls-cert") == 0)
        return path_read(remote->certificate, home, value, line, error);
    if (strcmp(name, "tls-key") == 0)
        return path_read(remote->key, home, value, line, error);
    if (strcmp(name, "tls-ca") == 0)
        return path_read(remote->authority, home, value, line, error);
    return wrong(error, line, "it has connect, tls-cert, tls-key and tls-ca, not", name);
}

static bool lines_read(struct remote *remote, const struct home *home, char *text,
                       struct error *error)
{
    int line = 1;
    for (char *at = text, *next; at != NULL; at = next, line++) {
        next = strchr(at, '\n');
        if (next != NULL)
            *next++ = '\0';
        if (!line_read(remote, home, at, line, error))
            return false;
    }
    if (remote->address.port[0] == '\0' || remote->certificate[0] == '\0' ||
        remote->key[0] == '\0' || remote->authority[0] == '\0')
        return error_set(error, ERROR_SYSTEM,
                         "the file %s in %s wants a line each of connect, tls-cert, tls-key and "
                         "tls-ca",
                         HOME_REMOTE_FILE, home->path);
    return true;
}

/* ---- the file ----------------------------------------------------------------- */

/* Who could write it could have commands sent to a bank of his own. */
bool remote_load(struct remote *remote, const struct home *home, struct error *error)
{
    char path[HOME_PATH_SIZE];
    memset(remote, 0, sizeof *remote);
    home_path(home, path, sizeof path, "%s", HOME_REMOTE_FILE);
    char *text = own_file_read(path, FILE_MAX, NULL, error);
    const bool worked = text != NULL && lines_read(remote, home, text, error);
    free(text);
    if (!worked)
        error->kind = ERROR_SYSTEM; /* no word of the command's is wrong */
    return worked;
}

struct tls_files remote_files(const struct remote *remote)
{
    static const struct tls_words words = { "tls-cert in the file " HOME_REMOTE_FILE,
                                            "tls-key in the file " HOME_REMOTE_FILE,
                                            "tls-ca in the file " HOME_REMOTE_FILE, "" };
    return (struct tls_files){ .certificate = remote->certificate,
                               .key = remote->key,
                               .authority = remote->authority,
                               .words = &words };
}
