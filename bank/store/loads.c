/* SPDX-License-Identifier: MIT */
/*
 * The reader: one load at a time, each one pipeline of at most four statements
 * and a Sync. Snapshots and the events after them come from one statement, so
 * that they are of one moment.
 *
 * The planner is told never to scan or hash whole tables, nor to start workers:
 * what is wanted is always a handful of keys, and on a young table it would not know.
 *
 * A load that finds no session waits for one, a second at most. One that
 * Postgres refuses is told to have failed after a pause, since the engine asks
 * again at once, and whatever is wrong there takes a person to mend.
 */
#include "bank/log/log.h"
#include "bank/postgres/sessions.h"
#include "bank/store/parts.h"

#include "bank/core/account.h"
#include "bank/core/teller.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { LOAD_PATIENCE_MS = 1000, LOAD_REFUSED_MS = 250, READER_PAUSE_S = 1 };

enum {
    TAG_SETTINGS = 1,
    TAG_PREPARED,
    TAG_STREAMS,
    TAG_WITHDRAWALS,
    TAG_CARDS,
    TAG_KNOWN_COMMANDS,
    TAG_LOADED
};

/* Snapshot first (its position is 0), then the events after it; column 0 is the wanted stream's
 * place, 1 the position, 2 and 3 are the snapshot's, then an event's columns. */
static const char streams_sql[] =
    "WITH wanted AS MATERIALIZED (SELECT w.n, w.stream_id, s.stream_version, s.state"
    " FROM unnest($1::text[], $2::integer[]) WITH ORDINALITY AS w(stream_id, layout, n)"
    " LEFT JOIN esbank.snapshots s ON s.stream_id = w.stream_id AND s.layout = w.layout)"
    " SELECT w.n, 0::bigint, w.stream_version, w.state, NULL::bigint, w.stream_id, NULL::bigint, "
    "NULL::uuid,"
    " NULL::text, NULL::uuid, NULL::uuid, NULL::json, NULL::json, NULL::timestamptz"
    " FROM wanted w WHERE w.state IS NOT NULL"
    " UNION ALL SELECT w.n, e.position, NULL::bigint, NULL::bytea, " EVENT_ROW_COLUMNS
    " FROM wanted w CROSS JOIN LATERAL (SELECT * FROM esbank.events e WHERE e.stream_id = "
    "w.stream_id"
    " AND e.stream_version > coalesce(w.stream_version, 0) ORDER BY e.stream_version) e ORDER BY "
    "1, 2";

static const char withdrawals_sql[] =
    "SELECT " EVENT_ROW_COLUMNS
    " FROM esbank.events e WHERE e.correlation_id = ANY($1::uuid[]) ORDER BY 1";

/* The read models, and what they have not seen yet: that is looked through only up to the last card
 * or cash code issued ($2), which is next to nothing unless one just was. Of codes the model has
 * each account's last: another is found only here, if at all, and is no open one. Its number may be
 * another account's code by now, so the last that was issued comes last, which is the one taken.
 *
 * A code that has ended is left out: no account is read for it, as for a number that never was one.
 * Whether its time is over the bank decides, by its own clock; an hour later it is left out, too.
 */
#define LATE_CARDS(since)                                                                          \
    "SELECT decode(e.data->>'card', 'hex'), substr(e.stream_id, 9)::uuid,"                         \
    " e.event_type = 'Accounts.CashCodeIssued', e.position FROM esbank.events e"                   \
    " WHERE e.position > " since " AND e.position <= $2::bigint"                                   \
    " AND e.event_type IN ('Accounts.CardIssued', 'Accounts.CashCodeIssued')"                      \
    " AND decode(e.data->>'card', 'hex') = ANY($1::bytea[]) ORDER BY 4"
static const char cards_sql[] =
    "SELECT card, account_id, false, 0 FROM esbank.cards WHERE card = ANY($1::bytea[])"
    " UNION ALL SELECT card, account_id, true, 0 FROM esbank.cash_codes"
    " WHERE card = ANY($1::bytea[]) AND ended_at IS NULL AND until_at > now() - interval '1 h'"
    " UNION ALL " LATE_CARDS("coalesce((SELECT min(position) FROM esbank.projections"
                             " WHERE name IN ('cards', 'cash_codes')), 0)");
static const char cards_late_sql[] = LATE_CARDS("0");

static const char commands_sql[] =
    "SELECT command_id, content, reply FROM esbank.commands WHERE command_id = ANY($1::uuid[])";

/* ---- sending ---- */

static void run(struct store *store, int tag, const char *name, struct columns *columns)
{
    struct arguments arguments;
    arguments_columns(&arguments, columns);
    arguments_run(&arguments, store->reader, tag, name);
    columns_finish(columns);
}

static void stream_add(struct columns *columns, enum stream_kind kind, const struct uuid *id)
{
    char stream_id[STREAM_ID_MAX];
    size_t length = stream_id_write(kind, id, stream_id);
    columns_bytes(columns, 0, stream_id, length);
    columns_int4(columns, 1, snapshot_layout(kind));
}

static void streams_send(struct store *store, const struct load *load)
{
    static const enum column_type types[] = { COLUMN_TEXT, COLUMN_INT4 };
    struct columns columns;
    columns_init(&columns, types, 2);
    for (size_t i = 0; i < load->account_count; i++)
        stream_add(&columns, STREAM_ACCOUNT, &load->account[i]);
    for (size_t i = 0; i < load->teller_count; i++)
        stream_add(&columns, STREAM_TELLER, &load->teller[i]);
    run(store, TAG_STREAMS, "streams", &columns);
}

static void ids_send(struct store *store, int tag, const char *name, const struct uuid *ids,
                     size_t count)
{
    static const enum column_type types[] = { COLUMN_UUID };
    struct columns columns;
    columns_init(&columns, types, 1);
    for (size_t i = 0; i < count; i++)
        columns_uuid(&columns, 0, &ids[i]);
    run(store, tag, name, &columns);
}

static void cards_send(struct store *store, const struct load *load)
{
    static const enum column_type types[] = { COLUMN_BYTEA };
    struct arguments arguments;
    struct columns columns;
    columns_init(&columns, types, 1);
    for (size_t i = 0; i < load->card_count; i++)
        columns_bytes(&columns, 0, load->card[i], CARD_TOKEN_LENGTH);
    arguments_columns(&arguments, &columns);
    arguments_int64(&arguments, store->state == WRITER_ACTIVE ? store->cards_issued : INT64_MAX);
    arguments_run(&arguments, store->reader, TAG_CARDS, "cards");
    columns_finish(&columns);
}

static void load_send(struct store *store)
{
    const struct load *load = store->load;
    store->load_sent = true;
    store->load_failed = store->load_complained = false;
    evtimer_del(store->load_timer);
    if (load->account_count + load->teller_count > 0)
        streams_send(store, load);
    if (load->withdrawal_count > 0)
        ids_send(store, TAG_WITHDRAWALS, "withdrawals", load->withdrawal, load->withdrawal_count);
    if (load->card_count > 0)
        cards_send(store, load);
    if (load->command_count > 0)
        ids_send(store, TAG_KNOWN_COMMANDS, "commands", load->command, load->command_count);
    connection_sync(store->reader, TAG_LOADED);
}

static void load_end(struct store *store, bool worked)
{
    store->load = NULL;
    store->load_sent = false;
    store->listener.loaded(store->listener.context, worked);
}

static void load_timer_start(struct store *store, int ms)
{
    event_add(store->load_timer, &(struct timeval){ ms / 1000, ms % 1000 * 1000 });
}

void loads_take(void *self, const struct load *load)
{
    struct store *store = self;
    assert(store->load == NULL);
    store->wanted = *load;
    store->load = &store->wanted;
    if (store->state == WRITER_ACTIVE && store->reader_prepared && connection_ready(store->reader))
        load_send(store);
    else
        load_timer_start(store, LOAD_PATIENCE_MS);
}

/* ---- what comes ---- */

/* Once a load: what is wrong with one event is often wrong with many. */
static void complain(struct store *store, const char *what, const char *why)
{
    if (!store->load_complained)
        log_event("unreadable", "why=\"%s: %s\"", what, why);
    store->load_complained = true;
}

static void unreadable_tell(struct store *store, enum stream_kind kind, const struct uuid *id,
                            const char *why)
{
    complain(store, "a stream cannot be read, and is served no more", why);
    store->listener.stream_unreadable(store->listener.context, kind, id);
}

/* 0, with the error, for one that does not follow the version before it in a stream of its kind. */
static unsigned stream_event_decode(const struct stored_event *stored, int64_t before,
                                    enum stream_kind kind,
                                    struct event_record records[static UPCAST_EVENTS_MAX],
                                    struct error *error)
{
    const unsigned count = event_decode(stored, records, error);
    if (count > 0 && stored->stream_version != before + 1) {
        error_set(error, ERROR_FORMAT, "event %lld has version %lld after %lld: run `bank verify`",
                  (long long)stored->position, (long long)stored->stream_version,
                  (long long)before);
        return 0;
    }
    for (unsigned i = 0; i < count; i++)
        if (event_stream(records[i].event.kind) != kind) {
            error_set(error, ERROR_FORMAT,
                      "event %lld stands in a stream of another kind: run `bank verify`",
                      (long long)stored->position);
            return 0;
        }
    return count;
}

static void stream_event_tell(struct store *store, const struct stored_event *stored,
                              int64_t before)
{
    struct event_record records[UPCAST_EVENTS_MAX];
    struct error error;
    enum stream_kind kind;
    struct uuid id;
    if (!stream_id_read(stored->stream_id, stored->stream_id_length, &kind, &id))
        return;
    const unsigned count = stream_event_decode(stored, before, kind, records, &error);
    if (count == 0)
        unreadable_tell(store, kind, &id, error.message);
    for (unsigned i = 0; i < count; i++)
        store->listener.stream_event(store->listener.context, &records[i]);
}

static void withdrawal_event_tell(struct store *store, const struct stored_event *stored)
{
    struct event_record records[UPCAST_EVENTS_MAX];
    struct error error;
    unsigned count = event_decode(stored, records, &error);
    for (unsigned i = 0; i < count; i++)
        store->listener.withdrawal_event(store->listener.context, &stored->correlation_id,
                                         &records[i]);
    if (count > 0)
        return;
    complain(store, "a withdrawal cannot be read, and is not gone on with", error.message);
    store->listener.withdrawal_unreadable(store->listener.context, &stored->correlation_id);
}

static int64_t state_version(enum stream_kind kind, const void *state)
{
    return kind == STREAM_ACCOUNT ? ((const struct account *)state)->version
                                  : ((const struct teller *)state)->version;
}

static void snapshot_tell(struct store *store, const PGresult *result, int row)
{
    /* A copy, since the bytes in the result are not aligned as the struct wants them. */
    static union {
        max_align_t alignment;
        unsigned char bytes[65536];
    } state;
    struct snapshot_record snapshot = { .version = row_int64(result, row, 2),
                                        .state = state.bytes };
    const char *stream_id = PQgetvalue(result, row, 5);
    size_t size = (size_t)PQgetlength(result, row, 3);
    if (!stream_id_read(stream_id, (size_t)PQgetlength(result, row, 5), &snapshot.kind,
                        &snapshot.id))
        return;
    const bool fits = size == snapshot_size(snapshot.kind) && size <= sizeof state.bytes;
    memcpy(state.bytes, PQgetvalue(result, row, 3), fits ? size : 0);
    if (!fits || state_version(snapshot.kind, state.bytes) != snapshot.version) {
        unreadable_tell(store, snapshot.kind, &snapshot.id,
                        "its snapshot is damaged: `bank snapshot drop`, then start the bank again");
        return;
    }
    store->listener.snapshot(store->listener.context, &snapshot);
}

/* Rows are by stream, and by version within it. */
static void streams_result(struct store *store, const PGresult *result)
{
    struct stored_event stored;
    int64_t place = 0, version = 0; /* of the stream wanted, and of what has been told of it */
    for (int row = 0; row < PQntuples(result); row++) {
        if (row_int64(result, row, 0) != place)
            version = 0;
        place = row_int64(result, row, 0);
        if (PQgetisnull(result, row, 3)) {
            event_row_read(result, row, 4, &stored);
            stream_event_tell(store, &stored, version);
            version = stored.stream_version;
        } else {
            snapshot_tell(store, result, row);
            version = row_int64(result, row, 2);
        }
    }
}

static void withdrawals_result(struct store *store, const PGresult *result)
{
    struct stored_event stored;
    for (int row = 0; row < PQntuples(result); row++) {
        event_row_read(result, row, 0, &stored);
        withdrawal_event_tell(store, &stored);
    }
}

static void cards_result(struct store *store, const PGresult *result)
{
    for (int row = 0; row < PQntuples(result); row++) {
        if (PQgetlength(result, row, 0) != CARD_TOKEN_LENGTH)
            continue;
        struct uuid account_id = row_uuid(result, row, 1);
        store->listener.card(store->listener.context,
                             (const unsigned char *)PQgetvalue(result, row, 0), &account_id,
                             row_bool(result, row, 2));
    }
}

static void commands_result(struct store *store, const PGresult *result)
{
    for (int row = 0; row < PQntuples(result); row++) {
        struct command_record command = { .id = row_uuid(result, row, 0),
                                          .reply = PQgetvalue(result, row, 2),
                                          .reply_length = (size_t)PQgetlength(result, row, 2) };
        if (PQgetlength(result, row, 1) == CONTENT_HASH_LENGTH)
            memcpy(command.content, PQgetvalue(result, row, 1), CONTENT_HASH_LENGTH);
        store->listener.command(store->listener.context, &command);
    }
}

static void reader_result(void *context, int tag, const PGresult *result)
{
    struct store *store = context;
    if (tag != TAG_SETTINGS && tag != TAG_PREPARED && !lease_holds(store)) {
        store->load_failed = true; /* another bank may be the active one */
    } else if (result_failed(result)) {
        char why[300];
        result_message(result, why, sizeof why);
        complain(store, "a load failed", why);
        store->load_failed = true;
    } else if (tag == TAG_SETTINGS) {
        bool cards_table = PQntuples(result) == 1 && row_bool(result, 0, 0);
        store->load_failed = PQntuples(result) != 1 || !row_bool(result, 0, 1);
        connection_prepare(store->reader, TAG_PREPARED, "streams", streams_sql);
        connection_prepare(store->reader, TAG_PREPARED, "withdrawals", withdrawals_sql);
        connection_prepare(store->reader, TAG_PREPARED, "cards",
                           cards_table ? cards_sql : cards_late_sql);
        connection_prepare(store->reader, TAG_PREPARED, "commands", commands_sql);
        connection_sync(store->reader, TAG_PREPARED);
    } else if (tag == TAG_STREAMS) {
        streams_result(store, result);
    } else if (tag == TAG_WITHDRAWALS) {
        withdrawals_result(store, result);
    } else if (tag == TAG_CARDS) {
        cards_result(store, result);
    } else if (tag == TAG_KNOWN_COMMANDS) {
        commands_result(store, result);
    }
}

static void reader_synced(void *context, int tag)
{
    struct store *store = context;
    if ((tag == TAG_SETTINGS || tag == TAG_PREPARED) && store->load_failed) {
        connection_close(store->reader);
        event_add(store->reader_pause, &(struct timeval){ READER_PAUSE_S, 0 });
    } else if (tag == TAG_PREPARED) {
        store->reader_prepared = true;
        if (store->load != NULL)
            load_send(store);
    } else if (tag == TAG_LOADED && store->load_failed) {
        load_timer_start(store, LOAD_REFUSED_MS);
    } else if (tag == TAG_LOADED) {
        load_end(store, true);
    }
}

/* A name may lead to another server than before: only the one that has this bank's lock will do. */
static void reader_ready(void *context)
{
    struct store *store = context;
    char sql[1000];
    store->load_failed = store->load_complained = false;
    snprintf(sql, sizeof sql,
             "SELECT to_regclass('esbank.cards') IS NOT NULL"
             " AND to_regclass('esbank.cash_codes') IS NOT NULL, EXISTS (SELECT FROM " LOCKS_OF(
                 COMMIT_LOCK) " AND granted AND pid = %d), " SESSION_LOOKS_UP,
             connection_pid(store->writer));
    connection_query(store->reader, TAG_SETTINGS, sql, NULL);
    connection_sync(store->reader, TAG_SETTINGS);
}

/* A session that could not be prepared is of no use: another is made. */
static void on_reader_pause(evutil_socket_t socket, short what, void *context)
{
    (void)socket, (void)what;
    connection_open(((struct store *)context)->reader);
}

static void reader_lost(void *context, const char *why)
{
    struct store *store = context;
    (void)why; /* the writer tells */
    store->reader_prepared = false;
    if (store->load != NULL && store->load_sent)
        load_end(store, false);
}

static void on_load_timer(evutil_socket_t socket, short what, void *context)
{
    (void)socket, (void)what;
    struct store *store = context;
    if (store->load != NULL && (!store->load_sent || store->load_failed))
        load_end(store, false);
}

void loads_create(struct store *store, const char *conninfo)
{
    struct connection_hooks hooks = { .name = SESSION_LOADS,
                                      .context = store,
                                      .ready = reader_ready,
                                      .result = reader_result,
                                      .synced = reader_synced,
                                      .lost = reader_lost };
    store->reader = connection_create(store->loop, conninfo, &hooks);
    store->load_timer = evtimer_new(store->loop, on_load_timer, store);
    store->reader_pause = evtimer_new(store->loop, on_reader_pause, store);
    if (store->load_timer == NULL || store->reader_pause == NULL)
        panic("out of memory");
}

void loads_open(struct store *store)
{
    connection_open(store->reader);
}

/* What was asked is answered as when there is no session. */
void loads_close(struct store *store)
{
    evtimer_del(store->reader_pause);
    connection_close(store->reader);
    store->reader_prepared = false;
    if (store->load != NULL && store->load_sent) {
        store->load_sent = false;
        load_timer_start(store, LOAD_PATIENCE_MS);
    }
}

void loads_destroy(struct store *store)
{
    connection_destroy(store->reader);
    event_free(store->load_timer);
    event_free(store->reader_pause);
}
