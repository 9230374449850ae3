/* SPDX-License-Identifier: MIT */
/*
 * Where a home's cluster is: the connection string, which follows from the
 * home alone, and whether anybody answers there. Needs no lock and starts
 * nothing, so every command can ask.
 */
#include "bank/cluster/cluster.h"

#include "bank/cluster/environment.h"
#include "bank/cluster/postmaster.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

bool cluster_conninfo_of(const struct home *home, char *buffer, size_t size, struct error *error)
{
    char socket[HOME_SOCKET_SIZE];
    if (!home_socket_path(home, socket, CLUSTER_SOCKET_NAME, error))
        return false;
    for (const char *c = home->path; *c != '\0'; c++)
        if (*c == ',' || *c == '"' || (unsigned char)*c < ' ')
            return error_set(error, ERROR_USAGE,
                             "Postgres takes no directory with a comma, a double quote or a "
                             "control character in its "
                             "name: choose another home with --home DIR");
    char quoted[2 * HOME_PATH_SIZE];
    char *to = quoted;
    *strrchr(socket, '/') = '\0';
    for (const char *from = socket; *from != '\0'; from++) {
        if (*from == '\'' || *from == '\\')
            *to++ = '\\';
        *to++ = *from;
    }
    *to = '\0';
    int length = snprintf(buffer, size, "host='%s' port=5432 user=esbank dbname=esbank", quoted);
    if (length < 0 || (size_t)length >= size)
        panic("no room for a conninfo in %zu bytes", size);
    environment_clean();
    return true;
}

bool cluster_running_conninfo(const struct home *home, char *buffer, size_t size,
                              struct error *error)
{
    char path[HOME_PATH_SIZE];
    home_path(home, path, sizeof path, "pg/data");
    if (!cluster_conninfo_of(home, buffer, size, error))
        return false;
    struct stat status;
    if (stat(path, &status) != 0 && errno == EACCES)
        return error_set(error, ERROR_USAGE,
                         "the bank in %s belongs to another user: run this as that user, or name "
                         "yours with --home DIR",
                         home->path);
    switch (postmaster_look(path).state) {
    case POSTMASTER_READY:
        return true;
    case POSTMASTER_STARTING:
        return error_set(error, ERROR_CONNECTION,
                         "the bank is still starting: try again in a moment");
    case POSTMASTER_STOPPING:
    case POSTMASTER_NONE:
        break;
    }
    if (home_holder(home) > 0)
        return error_set(error, ERROR_CONNECTION,
                         stat(path, &status) != 0
                             ? "the bank that serves %s has its database elsewhere: name it with "
                               "--db or $ESBANK_DB"
                             : "the bank that serves %s is without its Postgres now: try again in "
                               "a moment, or name its database with --db if that is elsewhere",
                         home->path);
    if (home_is_remote(home))
        return error_set(error, ERROR_CONNECTION,
                         "the bank of %s is elsewhere, and this command reads its database: name "
                         "that with --db or $ESBANK_DB",
                         home->path);
    return error_set(error, ERROR_ABSENT,
                     "the bank is not running: start it with `bank serve` (its home is %s)",
                     home->path);
}
