/* SPDX-License-Identifier: MIT */
/*
 * The active bank's lease. The advisory lock is held as long as the session is,
 * and a bank that stands still, or whose host has vanished, keeps its session.
 * So the bank shows that it works: a session of its own says something every
 * RENEW_MS, and the server's clock has when (pg_stat_activity), which is no row
 * that grows old versions. Holding LEASE_LOCK, shared, says that it does.
 *
 *   the active one   gives nothing out once ANSWERS_MS have passed since it sent the last
 *                    renewal that succeeded, by the clock that goes on while a
 *                    machine sleeps, until one has succeeded again; after HANG_MS
 *                    without an answer it looks for a server that works
 *   one that stands  ends the sessions of one that has been silent for LEASE_MS, then
 *   by               takes the lock, and with it the epoch
 *
 * A renewal is said after it was sent, so the active one's time is over first,
 * and ANSWERS_MS < LEASE_MS leaves room for clocks of unlike pace. The
 * epoch keeps the log whatever clocks do: the lease is for who may answer.
 * The renewals do not wait for what appends may wait for, such as locks, the
 * disk, or a synchronous standby.
 *
 * A holder of the lock without LEASE_LOCK (an import, the first sealing of an
 * old log) is waited for.
 */
#include "bank/store/parts.h"

#include "bank/log/log.h"
#include "bank/postgres/sessions.h"
#include "shared/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define LEASE_LOCK      "7310595820020204"
#define LEASE_MS        3000
#define TEXT(number)    TEXT_OF(number)
#define TEXT_OF(number) #number

enum { RENEW_MS = 400, ANSWERS_MS = 1400, TOLD_MS = 2500, HANG_MS = 4000 };

enum { TAG_HELD = TAG_WRITER + 1, TAG_RENEWED };

#define HOLDERS(lock) "(SELECT pid FROM " LOCKS_OF(lock) " AND granted)"
#define QUIET_MS                                                                                   \
    "(SELECT (extract(epoch FROM clock_timestamp() - max(greatest(a.state_change,"                 \
    " a.query_start))) * 1000)::bigint FROM pg_stat_activity a WHERE a.pid IN " HOLDERS(           \
        LEASE_LOCK) ")"

static int64_t now_ms(void)
{
    return clock_us(CLOCK_BOOTTIME) / 1000;
}

/* ---- the active one ---- */

bool lease_holds(const struct store *store)
{
    return now_ms() - store->lease.renewed_ms < TOLD_MS;
}

void lease_check(struct store *store)
{
    struct lease *lease = &store->lease;
    if (!lease->open)
        return;
    const bool lapsed = now_ms() - lease->renewed_ms > ANSWERS_MS;
    if (lapsed == lease->lapsed || !store->told_active || store->state != WRITER_ACTIVE)
        return;
    lease->lapsed = lapsed;
    if (lapsed && store->listener.unsure != NULL)
        store->listener.unsure(store->listener.context);
    else if (!lapsed && store->listener.sure != NULL)
        store->listener.sure(store->listener.context);
}

/* While the server has no session left for it, the writer's does: between two batches. */
static struct connection *speaker(struct store *store, int *tag)
{
    struct lease *lease = &store->lease;
    *tag = lease->held ? TAG_RENEWED : TAG_LEASE_RENEWED;
    if (lease->held)
        return connection_ready(lease->connection) ? lease->connection : NULL;
    return store->state == WRITER_ACTIVE && store->lane[0].slot == NULL &&
                   lane_ready(&store->lane[0])
               ? store->writer
               : NULL;
}

static void renew(struct store *store)
{
    struct lease *lease = &store->lease;
    int tag;
    struct connection *connection = lease->under_way ? NULL : speaker(store, &tag);
    if (connection == NULL)
        return;
    lease->under_way = true;
    lease->sent_ms = lease->waits_ms = now_ms();
    connection_query(connection, tag, "SELECT", NULL);
    connection_sync(connection, tag);
}

void lease_renewed(struct store *store)
{
    struct lease *lease = &store->lease;
    if (!lease->under_way)
        return;
    lease->under_way = false;
    lease->waits_ms = now_ms();
    lease->renewed_ms = lease->sent_ms;
    lease_check(store);
}

static void tick(struct store *store)
{
    struct lease *lease = &store->lease;
    connection_look(lease->connection);
    if (!lease->open)
        return;
    renew(store);
    lease_check(store);
    if (now_ms() - lease->waits_ms <= HANG_MS)
        return;
    connection_elsewhere(store->writer);
    writer_drop(store, "the database does not answer");
}

static void on_tick(evutil_socket_t socket, short what, void *context)
{
    (void)socket, (void)what;
    tick(context);
}

static void lease_ready(void *context)
{
    struct lease *lease = &((struct store *)context)->lease;
    connection_query(lease->connection, TAG_HELD, "SELECT pg_advisory_lock_shared(" LEASE_LOCK ")",
                     NULL);
    connection_sync(lease->connection, TAG_HELD);
}

static void lease_result(void *context, int tag, const PGresult *result)
{
    struct store *store = context;
    (void)tag;
    if (result_failed(result))
        writer_drop(store, "its lease could not be renewed");
}

static void lease_synced(void *context, int tag)
{
    struct store *store = context;
    struct lease *lease = &store->lease;
    if (tag == TAG_RENEWED) {
        lease_renewed(store);
    } else {
        lease->held = true;
        renew(store);
    }
}

static void lease_lost(void *context, const char *why)
{
    struct lease *lease = &((struct store *)context)->lease;
    (void)why; /* another session is made, or the time is over */
    lease->under_way = lease->under_way && !lease->held;
    lease->held = false;
}

/* The writer's session says that it keeps a lease, too: it is what has to be ended with it. */
void lease_claim(struct store *store, int tag)
{
    connection_query(store->writer, tag, "SELECT pg_advisory_lock_shared(" LEASE_LOCK ")", NULL);
}

void lease_open(struct store *store, int64_t locked_ms)
{
    struct lease *lease = &store->lease;
    if (lease->open)
        return;
    lease->open = true;
    lease->held = lease->under_way = lease->lapsed = false;
    lease->renewed_ms = locked_ms;
    lease->waits_ms = now_ms();
    connection_open(lease->connection);
    event_add(lease->timer, &(struct timeval){ .tv_usec = RENEW_MS * 1000 });
}

void lease_close(struct store *store)
{
    store->lease.open = false;
    event_del(store->lease.timer);
    connection_close(store->lease.connection);
}

int64_t lease_clock_ms(void)
{
    return now_ms();
}

/* ---- one that stands by ---- */

static const char look_sql[] =
    "SELECT w.pid IN " HOLDERS(LEASE_LOCK) ", " QUIET_MS " AS quiet_ms,"
                                           " pg_has_role(w.usesysid, 'USAGE'), w.usename::text, "
                                           "session_user::text FROM pg_stat_activity w"
                                           " WHERE w.pid IN " HOLDERS(COMMIT_LOCK);

/* In the name of the login, since a role that is switched to ends no sessions of that login. */
static void as_login(struct store *store, int tag)
{
    connection_query(store->writer, tag, "SELECT set_config('role', 'none', true)", NULL);
}

void lease_look(struct store *store, int tag_other, int tag)
{
    as_login(store, tag_other);
    connection_query(store->writer, tag, look_sql, NULL);
    connection_sync(store->writer, tag);
}

bool lease_expired(struct store *store, const PGresult *result)
{
    store->hindrance[0] = '\0';
    if (PQntuples(result) != 1 || !row_bool(result, 0, 0))
        return false;
    if (!row_bool(result, 0, 2))
        snprintf(
            store->hindrance, sizeof store->hindrance,
            "it cannot end the other one's sessions when that one stands still: GRANT %.60s TO "
            "%.60s",
            PQgetvalue(result, 0, 3), PQgetvalue(result, 0, 4));
    else if (PQgetisnull(result, 0, 1))
        snprintf(store->hindrance, sizeof store->hindrance,
                 "it cannot see whether the other one stands still: the server's track_activities "
                 "is off");
    else if (row_int64(result, 0, 1) > LEASE_MS) {
        if (!store->expired)
            log_event("lease-expired", "silent_ms=%lld", (long long)row_int64(result, 0, 1));
        return true;
    }
    return false;
}

/* Unless the other one has said something meanwhile. */
void lease_end_other(struct store *store, int tag_other, int tag)
{
    as_login(store, tag_other);
    connection_query(
        store->writer, tag,
        "SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_locks WHERE"
        " pid IN " HOLDERS(COMMIT_LOCK) " OR pid IN " HOLDERS(LANE_LOCK) " OR pid IN " HOLDERS(
            LEASE_LOCK) " GROUP BY pid) AS other"
                        " WHERE pid <> pg_backend_pid() AND " QUIET_MS " > " TEXT(LEASE_MS),
        NULL);
    connection_sync(store->writer, tag);
}

void lease_end_left(struct store *store, int tag_other, int tag)
{
    as_login(store, tag_other);
    connection_query(store->writer, tag,
                     "SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_locks WHERE"
                     " pid IN " HOLDERS(LANE_LOCK) " OR pid IN " HOLDERS(
                         LEASE_LOCK) " GROUP BY pid) AS left_over WHERE pid <> pg_backend_pid()",
                     NULL);
    connection_sync(store->writer, tag);
}

/* ---- life ---- */

void lease_create(struct store *store, const char *conninfo)
{
    struct connection_hooks hooks = { .name = SESSION_LEASE,
                                      .context = store,
                                      .ready = lease_ready,
                                      .result = lease_result,
                                      .synced = lease_synced,
                                      .lost = lease_lost };
    store->lease.connection = connection_create(store->loop, conninfo, &hooks);
    connection_beside(store->lease.connection, store->writer);
    store->lease.timer = event_new(store->loop, -1, EV_PERSIST, on_tick, store);
    if (store->lease.timer == NULL)
        panic("out of memory");
}

void lease_destroy(struct store *store)
{
    connection_destroy(store->lease.connection);
    event_free(store->lease.timer);
}
