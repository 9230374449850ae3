/* SPDX-License-Identifier: MIT */
#include "bank/postgres/hosts.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { SILENCE_MS = 5000 }; /* before a server is asked whether it still works */

/* One bank a process, and one database: where it answered last. */
static unsigned answered;

/* ---- conninfo ---- */

/* The word's value: the conninfo's, else the environment's. NULL: neither has it. */
static const char *word(const PQconninfoOption *words, const char *keyword)
{
    for (; words != NULL && words->keyword != NULL; words++)
        if (strcmp(words->keyword, keyword) == 0)
            return words->val != NULL      ? words->val
                   : words->envvar != NULL ? getenv(words->envvar)
                                           : NULL;
    return NULL;
}

static unsigned parts(const char *list)
{
    unsigned count = 1;
    for (; list != NULL && *list != '\0'; list++)
        count += *list == ',';
    return count;
}

/* That part of a list; of a list of one, that one. */
static bool part(const char *list, unsigned place, char buffer[static HOST_WORD_SIZE])
{
    if (list == NULL)
        return false;
    for (unsigned i = parts(list) == 1 ? 0 : place; i > 0 && list != NULL; i--)
        list = strchr(list, ',') == NULL ? NULL : strchr(list, ',') + 1;
    if (list == NULL)
        return false;
    snprintf(buffer, HOST_WORD_SIZE, "%.*s", (int)strcspn(list, ","), list);
    return true;
}

static unsigned count_of(const PQconninfoOption *words)
{
    const char *address = word(words, "hostaddr");
    return parts(address != NULL ? address : word(words, "host"));
}

unsigned hosts_count(const char *conninfo)
{
    PQconninfoOption *words = PQconninfoParse(conninfo, NULL);
    const unsigned count = count_of(words);
    PQconninfoFree(words);
    return count;
}

static void add(struct host *host, const char *name, const char *value)
{
    host->name[host->words] = name;
    host->value[host->words++] = value;
}

void host_take(struct host *host, const char *conninfo, unsigned place)
{
    PQconninfoOption *words = PQconninfoParse(conninfo, NULL);
    const char *timeout = word(words, "connect_timeout");
    *host = (struct host){ .patience_ms = HOST_PATIENCE_MS };
    if (timeout != NULL && atoi(timeout) > 0)
        host->patience_ms = atoi(timeout) * 1000;
    if (count_of(words) > 1) {
        if (part(word(words, "host"), place, host->host))
            add(host, "host", host->host);
        if (part(word(words, "hostaddr"), place, host->address))
            add(host, "hostaddr", host->address);
        if (part(word(words, "port"), place, host->port))
            add(host, "port", host->port);
        if (word(words, "target_session_attrs") == NULL)
            add(host, "target_session_attrs", "read-write");
    }
    PQconninfoFree(words);
}

unsigned hosts_first(unsigned count)
{
    return answered % count;
}

void hosts_answered(unsigned place)
{
    answered = place;
}

/* ---- statements ---- */

/* Whether the server of that session begins another one. */
static bool works(PGconn *connection)
{
    const char *const names[] = { "host", "port", "connect_timeout", NULL };
    const char *const values[] = { PQhost(connection), PQport(connection), "3", NULL };
    return PQpingParams(names, values, 0) != PQPING_NO_RESPONSE;
}

/* False when there is none to come. */
static bool result_await(PGconn *connection)
{
    struct pollfd socket = { .fd = PQsocket(connection), .events = POLLIN };
    while (PQisBusy(connection)) {
        if (poll(&socket, 1, SILENCE_MS) == 0 && !works(connection))
            shutdown(socket.fd, SHUT_RDWR); /* libpq finds that it has ended */
        if (PQconsumeInput(connection) != 1)
            return false;
    }
    return true;
}

/* The last of a statement's results, or the first that failed, as PQexec gives it. */
static PGresult *result_take(PGconn *connection, int sent)
{
    PGresult *last = NULL, *next;
    if (sent != 1)
        return NULL;
    while (result_await(connection), (next = PQgetResult(connection)) != NULL) {
        PQclear(last);
        last = next;
    }
    return last;
}

PGresult *host_exec(PGconn *connection, const char *sql)
{
    return result_take(connection, PQsendQuery(connection, sql));
}

PGresult *host_exec_params(PGconn *connection, const char *sql, int count,
                           const char *const *values, const int *lengths, const int *formats)
{
    return result_take(
        connection, PQsendQueryParams(connection, sql, count, NULL, values, lengths, formats, 0));
}
