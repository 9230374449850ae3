/* SPDX-License-Identifier: MIT */
/*
 * Only the session with the oldest snapshot is looked at: it is what keeps rows.
 * When its transaction began the bank's role may not see of another role's
 * session; then its age counts from the look that found it first.
 */
#include "bank/server/old_snapshots.h"

#include "bank/codec/event_row.h"
#include "bank/log/log.h"
#include "bank/postgres/connection.h"
#include "bank/postgres/sessions.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { TAG_LOOK = 1, LOOK_EVERY_MS = 60000, NAME_SIZE = 64 };

static const char look[] =
    "SELECT pid, backend_xmin::text, coalesce(extract(epoch FROM now() - xact_start)::bigint, -1),"
    " regexp_replace(usename::text, '[^[:alnum:]_.@-]', '?', 'g'),"
    " regexp_replace(coalesce(application_name, ''), '[^[:alnum:]_.: @-]', '?', 'g')"
    " FROM pg_stat_activity WHERE datname = current_database() AND usename IS NOT NULL AND"
    " backend_xmin IS NOT NULL AND pid <> pg_backend_pid() ORDER BY age(backend_xmin) DESC, pid"
    " LIMIT 1";

struct holder {
    int32_t pid; /* 0: none */
    char xmin[24], user[NAME_SIZE], application[NAME_SIZE];
};

struct old_snapshots {
    struct connection *connection;
    int64_t patience_ms, next_ms, now_ms;
    struct holder oldest;
    int64_t since_ms; /* of its snapshot */
    bool logged;
};

static void text_read(const PGresult *result, int column, char *text, size_t size)
{
    const size_t length = (size_t)PQgetlength(result, 0, column);
    const size_t kept = length < size ? length : size - 1;
    memcpy(text, PQgetvalue(result, 0, column), kept);
    text[kept] = '\0';
}

static void oldest_set(struct old_snapshots *watch, const struct holder *holder, int64_t since_ms)
{
    if (watch->logged)
        log_event("old-snapshot-ended", "pid=%" PRId32 " after_s=%" PRId64, watch->oldest.pid,
                  (watch->now_ms - watch->since_ms) / 1000);
    watch->oldest = *holder;
    watch->since_ms = since_ms;
    watch->logged = false;
}

static void oldest_judge(struct old_snapshots *watch)
{
    const int64_t age_ms = watch->now_ms - watch->since_ms;
    if (watch->oldest.pid == 0 || watch->logged || age_ms < watch->patience_ms)
        return;
    watch->logged = true;
    log_event("old-snapshot",
              "pid=%" PRId32 " user=\"%s\" application=\"%s\" for_s=%" PRId64
              " why=\"while its transaction is open no table can be cleaned up: end it, or the"
              " session with pg_terminate_backend(%" PRId32 ")\"",
              watch->oldest.pid, watch->oldest.user, watch->oldest.application, age_ms / 1000,
              watch->oldest.pid);
}

static void on_ready(void *context)
{
    struct old_snapshots *watch = context;
    connection_query(watch->connection, TAG_LOOK, look, NULL);
    connection_sync(watch->connection, TAG_LOOK);
}

/* A look that fails is no alert of its own: whatever else the bank asks fails then, too. */
static void on_result(void *context, int tag, const PGresult *result)
{
    struct old_snapshots *watch = context;
    struct holder holder = { 0 };
    int64_t age_ms = -1;
    (void)tag;
    if (result_failed(result))
        return;
    if (PQntuples(result) == 1) {
        holder.pid = row_int32(result, 0, 0);
        text_read(result, 1, holder.xmin, sizeof holder.xmin);
        age_ms = row_int64(result, 0, 2) * 1000;
        text_read(result, 3, holder.user, sizeof holder.user);
        text_read(result, 4, holder.application, sizeof holder.application);
    }
    if (holder.pid != watch->oldest.pid || strcmp(holder.xmin, watch->oldest.xmin) != 0)
        oldest_set(watch, &holder, watch->now_ms - (age_ms > 0 ? age_ms : 0));
    oldest_judge(watch);
}

static void on_synced(void *context, int tag)
{
    (void)tag;
    connection_close(((struct old_snapshots *)context)->connection);
}

static void on_lost(void *context, const char *why)
{
    (void)why; /* the next look makes another */
    connection_close(((struct old_snapshots *)context)->connection);
}

static void on_unreachable(void *context)
{
    connection_close(((struct old_snapshots *)context)->connection);
}

struct old_snapshots *old_snapshots_create(struct event_base *loop, const char *conninfo,
                                           int64_t patience_s)
{
    if (patience_s == 0)
        return NULL;
    struct old_snapshots *watch = calloc(1, sizeof *watch);
    if (watch == NULL)
        panic("out of memory");
    const struct connection_hooks hooks = { .name = SESSION_OLD_SNAPSHOTS,
                                            .context = watch,
                                            .ready = on_ready,
                                            .result = on_result,
                                            .synced = on_synced,
                                            .lost = on_lost,
                                            .unreachable = on_unreachable };
    watch->connection = connection_create(loop, conninfo, &hooks);
    watch->patience_ms = patience_s * 1000;
    return watch;
}

void old_snapshots_destroy(struct old_snapshots *watch)
{
    if (watch == NULL)
        return;
    connection_destroy(watch->connection);
    free(watch);
}

void old_snapshots_tick(struct old_snapshots *watch, int64_t now_ms)
{
    if (watch == NULL || now_ms < watch->next_ms)
        return;
    watch->now_ms = now_ms;
    watch->next_ms =
        now_ms + (watch->patience_ms < LOOK_EVERY_MS ? watch->patience_ms : LOOK_EVERY_MS);
    connection_open(watch->connection);
}
