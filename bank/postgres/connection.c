/* SPDX-License-Identifier: MIT */
/*
 * libpq is given what it needs and no more: it is asked to read when the
 * socket is readable, to flush when it is writable and something is left, and
 * for results as long as it has whole ones. The tags of what was sent wait in
 * a ring for their results.
 *
 * While connecting, the socket may become another one with every step of
 * PQconnectPoll, so the watch on it is made anew each time.
 *
 * A hook may close the connection under the reading loop's feet: `generation`
 * tells it that the session it reads from is over.
 */
#include "bank/postgres/connection.h"

#include "bank/postgres/session_settings.h"
#include "shared/clock.h"
#include "shared/error.h"

#include <assert.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    RETRY_FIRST_MS = 20,
    RETRY_MAX_MS = 1000,
    WATCH_MS = 500,
    PATIENCE_MS = 30000,
    UNREACHABLE_EVERY_MS = 900
};

/* Of what a connection sends for itself; its users' are above 0. */
enum { TAG_OWN = -1 };

enum state { CLOSED, CONNECTING, READY, WAITING };

struct sent {
    int tag;
    bool is_sync;
};

struct connection {
    struct event_base *loop;
    char *conninfo;
    struct connection_hooks hooks;

    enum state state;
    unsigned generation;
    PGconn *pq;
    struct event *readable, *writable, *timer;
    bool want_write;
    bool broken; /* sending failed: the timer will say so */

    struct sent *ring;
    size_t ring_size, ring_first, ring_count;

    int retry_ms;
    int64_t told_unreachable_ms;

    const struct connection *leader;    /* NULL: it finds its own server */
    unsigned hosts, host, hosts_failed; /* how many; the one in use; that failed in a row */
    int patience_ms;                    /* 0: any */
    int64_t progress_ms;                /* the last answer; or when it began to wait for one */
    struct event *watchdog;
    bool unreplicated; /* a commit did not wait for its standby */
};

static void connect_step(struct connection *connection);

static void timer_set(struct connection *connection, int delay_ms)
{
    struct timeval delay = { delay_ms / 1000, delay_ms % 1000 * 1000 };
    evtimer_add(connection->timer, &delay);
}

static void unwatch(struct connection *connection)
{
    if (connection->readable != NULL)
        event_free(connection->readable);
    if (connection->writable != NULL)
        event_free(connection->writable);
    connection->readable = connection->writable = NULL;
}

static void session_end(struct connection *connection)
{
    unwatch(connection);
    PQfinish(connection->pq);
    connection->pq = NULL;
    connection->ring_first = connection->ring_count = 0;
    connection->want_write = connection->broken = connection->unreplicated = false;
    connection->generation++;
    evtimer_del(connection->watchdog);
}

/* The next server that the conninfo names, at once; false when all have failed. */
static bool host_next(struct connection *connection)
{
    if (connection->state != CONNECTING || connection->leader != NULL ||
        ++connection->hosts_failed >= connection->hosts)
        return false;
    connection->host = (connection->host + 1) % connection->hosts;
    session_end(connection);
    connection->state = WAITING;
    timer_set(connection, 0);
    return true;
}

/* The session is over, or could not be made: try again in a moment. */
static void session_lost(struct connection *connection, const char *why)
{
    bool was_ready = connection->state == READY;
    char message[300];
    if (host_next(connection))
        return;
    connection->hosts_failed = 0;
    snprintf(message, sizeof message, "%s", why);
    for (char *at = message; *at != '\0'; at++)
        if (*at == '\n')
            *at = at[1] == '\0' ? '\0' : ' ';
    session_end(connection);
    connection->state = WAITING;
    connection->retry_ms = was_ready ? RETRY_FIRST_MS : connection->retry_ms * 2;
    if (connection->retry_ms > RETRY_MAX_MS)
        connection->retry_ms = RETRY_MAX_MS;
    timer_set(connection, connection->retry_ms);

    int64_t now_ms = clock_now_ms();
    if (!was_ready && connection->hooks.unreachable != NULL &&
        now_ms - connection->told_unreachable_ms >= UNREACHABLE_EVERY_MS) {
        connection->told_unreachable_ms = now_ms;
        connection->hooks.unreachable(connection->hooks.context);
    }
    if (was_ready)
        connection->hooks.lost(connection->hooks.context, message);
}

/* From inside an operation nothing may be called back; the loop will find out. */
static void session_broken(struct connection *connection)
{
    connection->broken = true;
    timer_set(connection, 0);
}

/* ---- sending ---- */

/* While it cannot write, libpq reads, and what it has read makes the socket ready no more. It is
 * found with the answer to a Sync that is sent after it, which there has to be. */
static void flush(struct connection *connection)
{
    int left = PQflush(connection->pq);
    if (left < 0) {
        session_broken(connection);
    } else if (left > 0 && !connection->want_write) {
        connection->want_write = true;
        event_add(connection->writable, NULL);
    } else if (left == 0 && connection->want_write) {
        connection->want_write = false;
        event_del(connection->writable);
    }
}

static void sent_add(struct connection *connection, int tag, bool is_sync)
{
    if (connection->ring_count == 0)
        connection->progress_ms = clock_now_ms();
    if (connection->ring_count == connection->ring_size) {
        size_t size = connection->ring_size == 0 ? 64 : connection->ring_size * 2;
        struct sent *ring = malloc(size * sizeof *ring);
        if (ring == NULL)
            panic("out of memory");
        for (size_t i = 0; i < connection->ring_count; i++)
            ring[i] = connection->ring[(connection->ring_first + i) % connection->ring_size];
        free(connection->ring);
        connection->ring = ring;
        connection->ring_size = size;
        connection->ring_first = 0;
    }
    size_t last = (connection->ring_first + connection->ring_count++) % connection->ring_size;
    connection->ring[last] = (struct sent){ tag, is_sync };
}

static void sent_drop(struct connection *connection)
{
    connection->ring_first = (connection->ring_first + 1) % connection->ring_size;
    connection->ring_count--;
}

/* Once something could not be sent, nothing is: what came before it is not to be committed without
 * it. */
static bool may_send(const struct connection *connection)
{
    assert(connection->state == READY);
    return !connection->broken;
}

static void sent(struct connection *connection, int worked, int tag, bool is_sync)
{
    if (worked == 1)
        sent_add(connection, tag, is_sync);
    else
        session_broken(connection);
}

void connection_prepare(struct connection *connection, int tag, const char *name, const char *sql)
{
    if (may_send(connection))
        sent(connection, PQsendPrepare(connection->pq, name, sql, 0, NULL), tag, false);
}

void connection_query(struct connection *connection, int tag, const char *sql,
                      const struct parameters *parameters)
{
    static const struct parameters none;
    if (parameters == NULL)
        parameters = &none;
    if (may_send(connection))
        sent(connection,
             PQsendQueryParams(connection->pq, sql, parameters->count, NULL, parameters->values,
                               parameters->lengths, parameters->formats, 1),
             tag, false);
}

void connection_run(struct connection *connection, int tag, const char *name,
                    const struct parameters *parameters)
{
    if (may_send(connection))
        sent(connection,
             PQsendQueryPrepared(connection->pq, name, parameters->count, parameters->values,
                                 parameters->lengths, parameters->formats, 1),
             tag, false);
}

void connection_flush(struct connection *connection)
{
    if (may_send(connection))
        flush(connection);
}

void connection_sync(struct connection *connection, int tag)
{
    if (may_send(connection))
        sent(connection, PQpipelineSync(connection->pq), tag, true);
    connection_flush(connection);
}

/* ---- results ---- */

bool result_failed(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    return status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK;
}

const char *result_sqlstate(const PGresult *result)
{
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    return sqlstate == NULL ? "" : sqlstate;
}

void result_message(const PGresult *result, char *buffer, size_t size)
{
    const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
    snprintf(buffer, size, "%s%s%s", primary == NULL ? PQresultErrorMessage(result) : primary,
             detail == NULL ? "" : ": ", detail == NULL ? "" : detail);
}

/* Whether the server says that this session ends with it. */
static bool is_fatal(const PGresult *result)
{
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    return severity != NULL && (strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0);
}

/* Another is made, but not at once: it may well end like this one. */
static void session_refused(struct connection *connection, const PGresult *result)
{
    char message[300];
    result_message(result, message, sizeof message);
    session_lost(connection, message);
    if (connection->state == WAITING)
        timer_set(connection, connection->retry_ms = RETRY_MAX_MS);
}

/* One result of the oldest of what was sent. False when the session is over by now. */
static bool result_take(struct connection *connection, PGresult *result)
{
    unsigned generation = connection->generation;
    struct sent oldest = connection->ring[connection->ring_first];
    if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
        PQclear(result);
        assert(oldest.is_sync);
        sent_drop(connection);
        if (oldest.tag != TAG_OWN)
            connection->hooks.synced(connection->hooks.context, oldest.tag);
    } else if (is_fatal(result) || PQstatus(connection->pq) == CONNECTION_BAD) {
        char message[300];
        result_message(result, message, sizeof message);
        PQclear(result);
        session_lost(connection, message);
    } else {
        /* A query's result is followed by a NULL that is there at once, and that libpq forgets when
         * something is sent before it is taken, as the hook may. What fails at a Sync is the
         * commit. */
        PGresult *end = PQgetResult(connection->pq);
        assert(end == NULL);
        PQclear(end);
        if (!oldest.is_sync)
            sent_drop(connection);
        if (oldest.tag != TAG_OWN)
            connection->hooks.result(connection->hooks.context, oldest.tag, result);
        else if (result_failed(result)) /* without its settings it is of no use */
            session_refused(connection, result);
        PQclear(result);
    }
    return generation == connection->generation;
}

static void results_take(struct connection *connection)
{
    int nothing = 0;
    connection->progress_ms = clock_now_ms();
    while (connection->ring_count > 0 && nothing < 2 && !PQisBusy(connection->pq)) {
        PGresult *result = PQgetResult(connection->pq);
        if (connection->unreplicated) {
            PQclear(result);
            session_lost(connection, "a commit did not wait for the synchronous standby");
            return;
        }
        if (result == NULL)
            nothing++;
        else if (!result_take(connection, result))
            return;
        else
            nothing = 0;
    }
    if (!connection->broken)
        flush(connection);
}

static void on_readable(evutil_socket_t socket, short what, void *context)
{
    (void)socket, (void)what;
    struct connection *connection = context;
    unsigned generation = connection->generation;
    bool alive = PQconsumeInput(connection->pq) == 1;
    /* What came before the end still counts. */
    results_take(connection);
    if (generation == connection->generation &&
        (!alive || PQstatus(connection->pq) == CONNECTION_BAD))
        session_lost(connection, PQerrorMessage(connection->pq));
}

void connection_look(struct connection *connection)
{
    if (connection_ready(connection) && connection->ring_count > 0)
        on_readable(-1, EV_READ, connection);
}

static void on_writable(evutil_socket_t socket, short what, void *context)
{
    (void)socket, (void)what;
    flush(context);
}

/* ---- connecting ---- */

static void on_connecting(evutil_socket_t socket, short what, void *context)
{
    (void)socket, (void)what;
    connect_step(context);
}

static struct event *watch(struct connection *connection, short what, event_callback_fn callback)
{
    struct event *event =
        event_new(connection->loop, PQsocket(connection->pq), what, callback, connection);
    if (event == NULL)
        panic("out of memory");
    return event;
}

static void session_begin(struct connection *connection)
{
    if (PQsetnonblocking(connection->pq, 1) != 0 || PQenterPipelineMode(connection->pq) != 1) {
        session_lost(connection, PQerrorMessage(connection->pq));
        return;
    }
    evtimer_del(connection->timer);
    unwatch(connection);
    connection->readable = watch(connection, EV_READ | EV_PERSIST, on_readable);
    connection->writable = watch(connection, EV_WRITE | EV_PERSIST, on_writable);
    event_add(connection->readable, NULL);
    connection->state = READY;
    connection->retry_ms = RETRY_FIRST_MS;
    connection->hosts_failed = 0;
    if (connection->leader == NULL)
        hosts_answered(connection->host);
    event_add(connection->watchdog, &(struct timeval){ .tv_usec = WATCH_MS * 1000 });
    char sql[SESSION_SETTINGS_SIZE];
    connection_query(connection, TAG_OWN, session_first, NULL);
    connection_sync(connection, TAG_OWN);
    connection_query(connection, TAG_OWN,
                     session_settings(SESSION_OURS, PQserverVersion(connection->pq), sql), NULL);
    connection_sync(connection, TAG_OWN);
    connection->hooks.ready(connection->hooks.context);
}

static void connect_step(struct connection *connection)
{
    PostgresPollingStatusType step = PQconnectPoll(connection->pq);
    unwatch(connection);
    if (step == PGRES_POLLING_OK) {
        session_begin(connection);
    } else if (step == PGRES_POLLING_FAILED) {
        session_lost(connection, PQerrorMessage(connection->pq));
    } else {
        connection->readable =
            watch(connection, step == PGRES_POLLING_READING ? EV_READ : EV_WRITE, on_connecting);
        event_add(connection->readable, NULL);
    }
}

/* A commit whose wait for the synchronous standby is broken off succeeds, with a warning. The
 * function's name is the only part of it that is in no language. */
static void on_notice(void *context, const PGresult *notice)
{
    const char *function = PQresultErrorField(notice, PG_DIAG_SOURCE_FUNCTION);
    if (function != NULL && strcmp(function, "SyncRepWaitForLSN") == 0)
        ((struct connection *)context)->unreplicated = true;
}

void connection_elsewhere(const struct connection *connection)
{
    if (connection->leader == NULL)
        hosts_answered((connection->host + 1) % connection->hosts);
}

static void on_watchdog(evutil_socket_t socket, short what, void *context)
{
    (void)socket, (void)what;
    struct connection *connection = context;
    if (connection->ring_count > 0 && connection->patience_ms > 0 &&
        clock_now_ms() - connection->progress_ms > connection->patience_ms) {
        connection_elsewhere(connection);
        session_lost(connection, "the database does not answer");
    }
}

static void connect_begin(struct connection *connection)
{
    struct host host;
    if (connection->leader != NULL)
        connection->host = connection->leader->host;
    else if (connection->hosts_failed == 0)
        connection->host = hosts_first(connection->hosts);
    connection->state = CONNECTING;
    host_take(&host, connection->conninfo, connection->host);
    connection->pq = session_start(connection->conninfo, &host, connection->hooks.name);
    PQsetNoticeReceiver(connection->pq, on_notice, connection);
    if (PQstatus(connection->pq) == CONNECTION_BAD) {
        session_lost(connection, PQerrorMessage(connection->pq));
        return;
    }
    timer_set(connection, host.patience_ms);
    connection->readable =
        watch(connection, EV_WRITE, on_connecting); /* as PQconnectPoll's manual says */
    event_add(connection->readable, NULL);
}

static void on_timer(evutil_socket_t socket, short what, void *context)
{
    (void)socket, (void)what;
    struct connection *connection = context;
    if (connection->state == WAITING)
        connect_begin(connection);
    else if (connection->state == CONNECTING)
        session_lost(connection, "the database did not answer in time");
    else if (connection->broken)
        session_lost(connection, PQerrorMessage(connection->pq));
}

static int connections;

int connections_count(void)
{
    return connections;
}

struct connection *connection_create(struct event_base *loop, const char *conninfo,
                                     const struct connection_hooks *hooks)
{
    assert(hooks->name != NULL);
    connections++;
    struct connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL || (connection->conninfo = strdup(conninfo)) == NULL ||
        (connection->timer = evtimer_new(loop, on_timer, connection)) == NULL ||
        (connection->watchdog = event_new(loop, -1, EV_PERSIST, on_watchdog, connection)) == NULL)
        panic("out of memory");
    connection->loop = loop;
    connection->hooks = *hooks;
    connection->retry_ms = RETRY_FIRST_MS;
    connection->hosts = hosts_count(conninfo);
    connection->patience_ms = PATIENCE_MS;
    return connection;
}

void connection_patience(struct connection *connection, int patience_ms)
{
    connection->patience_ms = patience_ms;
    connection->progress_ms = clock_now_ms();
}

void connection_beside(struct connection *connection, const struct connection *leader)
{
    connection->leader = leader;
}

int connection_pid(const struct connection *connection)
{
    return connection->pq != NULL ? PQbackendPID(connection->pq) : 0;
}

void connection_destroy(struct connection *connection)
{
    if (connection == NULL)
        return;
    connections--;
    connection_close(connection);
    event_free(connection->timer);
    event_free(connection->watchdog);
    free(connection->ring);
    free(connection->conninfo);
    free(connection);
}

void connection_open(struct connection *connection)
{
    if (connection->state != CLOSED)
        return;
    connection->state = WAITING; /* the hooks are called from the loop only */
    timer_set(connection, 0);
}

void connection_close(struct connection *connection)
{
    evtimer_del(connection->timer);
    session_end(connection);
    connection->state = CLOSED;
}

bool connection_ready(const struct connection *connection)
{
    return connection != NULL && connection->state == READY && !connection->broken;
}
