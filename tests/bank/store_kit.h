/* SPDX-License-Identifier: MIT */
/*
 * A bank's shell reduced to its store: a loop, a listener that writes down what
 * it is told, and batches of plausible events; and the world that most of the
 * store's tests begin with. Included by one test program each; it is all static.
 */
#ifndef TESTS_BANK_STORE_KIT_H
#define TESTS_BANK_STORE_KIT_H

#include "bank/codec/event_fields.h"
#include "bank/codec/event_row.h"
#include "bank/codec/hash_chain.h"
#include "bank/core/account.h"
#include "bank/core/teller.h"
#include "bank/store/store.h"
#include "shared/clock.h"
#include "tests/support/check.h"
#include "tests/support/database.h"
#include "tests/support/log_forge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

enum { KIT_RECORDS_MAX = 64, KIT_DEADLINE_MS = 60000 };

struct kit {
    struct event_base *loop;
    struct store *store;
    struct storage storage;
    bool active;
    int64_t head;
    int activations, deactivations, unsure, sure, outcomes, unreachable,
        moves; /* moves: of the read models */
    char why[500];
    int refusals;                      /* why: of the last one too */
    enum append_outcome outcome[4096]; /* in the order told */
    const struct batch *told[4096];
    size_t open_count;
    struct uuid open[KIT_RECORDS_MAX];
    int64_t open_due[KIT_RECORDS_MAX];

    /* of the last load */
    int loads;
    bool worked;
    size_t event_count, withdrawal_event_count, snapshot_count, card_count, command_count;
    struct event_record event[KIT_RECORDS_MAX], withdrawal_event[KIT_RECORDS_MAX];
    struct snapshot_record snapshot[KIT_RECORDS_MAX];
    struct account account_state;
    struct uuid card_account;
    bool card_is_code;
    struct command_record command[KIT_RECORDS_MAX];
    char reply[KIT_RECORDS_MAX][200];
};

static void kit_activated(void *context, int64_t head)
{
    struct kit *kit = context;
    assert_false(kit->active);
    kit->active = true;
    kit->head = head;
    kit->activations++;
}

static void kit_deactivated(void *context, const char *why)
{
    struct kit *kit = context;
    assert_true(kit->active);
    kit->active = false;
    kit->deactivations++;
    kit->open_count = 0;
    snprintf(kit->why, sizeof kit->why, "%s", why);
}

static void kit_refused(void *context, const char *why)
{
    struct kit *kit = context;
    kit->refusals++;
    snprintf(kit->why, sizeof kit->why, "%s", why);
}

static void kit_unsure(void *context)
{
    ((struct kit *)context)->unsure++;
}

static void kit_sure(void *context)
{
    ((struct kit *)context)->sure++;
}

static void kit_open_withdrawal(void *context, const struct uuid *id, int64_t confirm_by_us)
{
    struct kit *kit = context;
    assert_true(kit->open_count < KIT_RECORDS_MAX);
    kit->open_due[kit->open_count] = confirm_by_us;
    kit->open[kit->open_count++] = *id;
}

static void kit_appended(void *context, struct batch *batch, enum append_outcome outcome)
{
    struct kit *kit = context;
    kit->told[kit->outcomes % 4096] = batch;
    kit->outcome[kit->outcomes++ % 4096] = outcome;
}

static void kit_models_moved(void *context)
{
    ((struct kit *)context)->moves++;
}

static void kit_snapshot(void *context, const struct snapshot_record *snapshot)
{
    struct kit *kit = context;
    if (snapshot->kind == STREAM_ACCOUNT)
        kit->account_state = *(const struct account *)snapshot->state;
    kit->snapshot[kit->snapshot_count++] = *snapshot;
}

static void kit_stream_event(void *context, const struct event_record *record)
{
    struct kit *kit = context;
    assert_true(kit->event_count < KIT_RECORDS_MAX);
    kit->event[kit->event_count++] = *record;
}

static void kit_withdrawal_event(void *context, const struct uuid *id,
                                 const struct event_record *record)
{
    struct kit *kit = context;
    assert_true(uuid_equal(id, &record->event.correlation_id));
    assert_true(kit->withdrawal_event_count < KIT_RECORDS_MAX);
    kit->withdrawal_event[kit->withdrawal_event_count++] = *record;
}

static void kit_card(void *context, const unsigned char token[static CARD_TOKEN_LENGTH],
                     const struct uuid *account_id, bool code)
{
    struct kit *kit = context;
    (void)token;
    kit->card_is_code = code;
    kit->card_account = *account_id;
    kit->card_count++;
}

static void kit_command(void *context, const struct command_record *record)
{
    struct kit *kit = context;
    kit->command[kit->command_count] = *record;
    memcpy(kit->reply[kit->command_count], record->reply, record->reply_length);
    kit->reply[kit->command_count++][record->reply_length] = '\0';
}

static void kit_loaded(void *context, bool worked)
{
    struct kit *kit = context;
    kit->worked = worked;
    kit->loads++;
}

static void kit_unreachable(void *context)
{
    ((struct kit *)context)->unreachable++;
}

static const struct projection *const kit_no_projections[] = { NULL };

/* A read model of one row a deposit. */
static inline void kit_fold_amounts(struct columns *columns, const struct event_record *records,
                                    size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (records[i].event.kind == ACCOUNTS_MONEY_DEPOSITED) {
            columns_int8(columns, 0, records[i].position);
            columns_int8(columns, 1, records[i].event.money_moved.amount);
        }
}

static const enum column_type kit_amounts_types[] = { COLUMN_INT8, COLUMN_INT8 };

#define KIT_AMOUNTS(table_name, its_version, its_amount)                                           \
    {                                                                                              \
        .name = (table_name), .version = (its_version), .column_count = 2,                         \
        .column = kit_amounts_types, .fold = kit_fold_amounts,                                     \
        .statement = "INSERT INTO %1$s AS t (position, amount) SELECT position, " its_amount       \
                     " FROM unnest($1::bigint[], $2::bigint[]) AS u (position, amount)",           \
    }

/* How the next stores are made. */
static struct {
    const char *known_path;
    bool refuses; /* listens to refusals; else the log is tried for ever */
    bool sealed_before, accept_loss;
} kit_manner;

/* Connects; does not wait. */
static inline void kit_start_with(struct kit *kit, const struct database *database,
                                  const struct projection *const *list)
{
    memset(kit, 0, sizeof *kit);
    kit->loop = event_base_new();
    struct store_options options = { .conninfo = database->conninfo,
                                     .loop = kit->loop,
                                     .listener = { .context = kit,
                                                   .activated = kit_activated,
                                                   .deactivated = kit_deactivated,
                                                   .unsure = kit_unsure,
                                                   .sure = kit_sure,
                                                   .open_withdrawal = kit_open_withdrawal,
                                                   .appended = kit_appended,
                                                   .models_moved = kit_models_moved,
                                                   .snapshot = kit_snapshot,
                                                   .stream_event = kit_stream_event,
                                                   .withdrawal_event = kit_withdrawal_event,
                                                   .card = kit_card,
                                                   .command = kit_command,
                                                   .loaded = kit_loaded },
                                     .projections = list,
                                     .log_key = test_log_key,
                                     .known_path = kit_manner.known_path,
                                     .sealed_before = kit_manner.sealed_before,
                                     .accept_loss = kit_manner.accept_loss,
                                     .unreachable = kit_unreachable,
                                     .unreachable_context = kit };
    if (kit_manner.refuses)
        options.listener.refused = kit_refused;
    struct error error;
    kit->store = store_create(&options, &error);
    if (kit->store == NULL)
        check_fail("%s", error.message);
    kit->storage = store_storage(kit->store);
}

static inline void kit_start(struct kit *kit, const struct database *database)
{
    kit_start_with(kit, database, kit_no_projections);
}

static inline void kit_stop(struct kit *kit)
{
    store_destroy(kit->store);
    event_base_free(kit->loop);
}

static void kit_tick(evutil_socket_t socket, short what, void *context)
{
    (void)socket, (void)what, (void)context;
}

/* Runs the loop for at most a few milliseconds. */
static inline void kit_turn(struct kit *kit)
{
    struct timeval step = { 0, 2000 };
    event_base_once(kit->loop, -1, EV_TIMEOUT, kit_tick, NULL, &step);
    event_base_loop(kit->loop, EVLOOP_ONCE);
}

#define kit_wait(kit, condition, what)                                                             \
    do {                                                                                           \
        int64_t kit_until_ms = clock_now_ms() + KIT_DEADLINE_MS;                                   \
        while (!(condition)) {                                                                     \
            if (clock_now_ms() > kit_until_ms)                                                     \
                check_fail("it took too long until %s", what);                                     \
            kit_turn(kit);                                                                         \
        }                                                                                          \
    } while (0)

static inline void kit_append(struct kit *kit, struct batch *batch)
{
    kit->storage.append(kit->storage.self, batch);
}

/* Appends and waits for the outcome. */
static inline enum append_outcome kit_commit(struct kit *kit, struct batch *batch)
{
    int outcomes = kit->outcomes;
    kit_append(kit, batch);
    kit_wait(kit, kit->outcomes > outcomes, "the batch has its outcome");
    assert_ptr_equal(kit->told[outcomes % 4096], batch);
    return kit->outcome[outcomes % 4096];
}

static inline void kit_load(struct kit *kit, const struct load *load)
{
    int loads = kit->loads;
    kit->event_count = kit->withdrawal_event_count = kit->snapshot_count = kit->card_count =
        kit->command_count = 0;
    kit->storage.load(kit->storage.self, load);
    kit_wait(kit, kit->loads > loads, "the load is done");
}

/* Something that can be told from nothing, and from its neighbours' (n counts the fields). */
static inline void kit_fill(const struct event_field *field, int n, void *value)
{
    const struct notes notes = { 2, { { 5000, 3 + n }, { 1000, 2 } } };
    const struct uuid id = { { 9, 8, 7, 6, 5, 4, 0x70, 2, 0x80, 0, 1, 2, 3, 4, 5,
                               (unsigned char)n } };
    switch (field->type) {
    case FIELD_INT64:
        *(int64_t *)value =
            INT64_C(1790000000000000) + n; /* exact in JSON, but not in a 32-bit number */
        break;
    case FIELD_LIMIT:
        *(money *)value = INT64_C(90000000000000) + n;
        break;
    case FIELD_INT32:
        *(int32_t *)value = 20717 + n;
        break;
    case FIELD_BOOL:
        *(bool *)value = true;
        break;
    case FIELD_TEXT:
        snprintf(value, field->size, "Ren\xc3\xa9 \"P\" O\\N %d", n);
        break;
    case FIELD_HEX:
        memset(value, 0xc0 + n, field->size);
        break;
    case FIELD_UUID:
        *(struct uuid *)value = id;
        break;
    case FIELD_NOTES:
        *(struct notes *)value = notes;
        break;
    case FIELD_TOTALS:
        *(struct note_totals *)value = (struct note_totals){ 2, { { 5000, -3 - n }, { 1000, 2 } } };
        break;
    case FIELD_REFUSAL:
        *(enum refusal *)value = REFUSED_DAILY_LIMIT;
        break;
    case FIELD_DAY_REPORT: /* is nothing of the event's own */
    case FIELD_END:
        break;
    }
}

/* An event of that kind with something in every field that its kind has. */
static inline struct event kit_event(enum event_kind kind, const struct uuid *stream_id)
{
    struct event event;
    int n = 1;
    memset(&event, 0, sizeof event);
    event.kind = kind;
    event.stream_id = *stream_id;
    memset(event.causation_id.bytes, 0x1c, sizeof event.causation_id.bytes);
    memset(event.correlation_id.bytes, 0x2c, sizeof event.correlation_id.bytes);
    event.at_us = INT64_C(1790000000123456);
    for (const struct event_field *field = event_fields(kind); field->type != FIELD_END; field++)
        kit_fill(field, n++, (char *)&event + field->offset);
    return event;
}

/* A batch of count deposits to that account from version + 1 on, with a command of its own. */
struct kit_batch {
    struct batch batch;
    struct event_record event[8];
    struct command_record command;
    char reply[64];
};

static inline struct batch *kit_deposits(struct kit_batch *room, const struct uuid *account_id,
                                         int64_t version, size_t count)
{
    memset(room, 0, sizeof *room);
    room->command.id = uuid_make();
    memset(room->command.content, 7, sizeof room->command.content);
    room->command.reply = room->reply;
    room->command.reply_length = (size_t)snprintf(room->reply, sizeof room->reply,
                                                  "{\"v\":1,\"n\":%lld}", (long long)version);
    for (size_t i = 0; i < count; i++) {
        room->event[i].event = kit_event(ACCOUNTS_MONEY_DEPOSITED, account_id);
        room->event[i].event.causation_id = room->event[i].event.correlation_id = room->command.id;
        room->event[i].event_id = uuid_make();
        room->event[i].stream_version = version + 1 + (int64_t)i;
        room->event[i].origin.command = ACCOUNTS_DEPOSIT_MONEY;
        snprintf(room->event[i].origin.actor, sizeof room->event[i].origin.actor, "operator");
    }
    room->batch = (struct batch){
        .event_count = count, .command_count = 1, .event = room->event, .command = &room->command
    };
    return &room->batch;
}

/* The same with more events than that, in room that the caller has for them. */
static inline struct batch *kit_deposits_in(struct event_record *event, struct kit_batch *room,
                                            const struct uuid *account_id, int64_t version,
                                            size_t count)
{
    struct batch *batch = kit_deposits(room, account_id, version, 1);
    for (size_t i = 0; i < count; i++) {
        event[i] = room->event[0];
        event[i].event_id = uuid_make();
        event[i].stream_version = version + 1 + (int64_t)i;
    }
    batch->event = event;
    batch->event_count = count;
    return batch;
}

/* Cuts this process off from Postgres, and throws away the answers that are there; only the
 * sessions that have one when waiting. Says how many those were. */
static inline int kit_lose_answers(bool waiting)
{
    char answer[4096];
    int cut = 0;
    for (int fd = 3; fd < 256; fd++) {
        struct sockaddr_un peer = { .sun_family = 0 };
        socklen_t length = sizeof peer;
        if (getpeername(fd, (struct sockaddr *)&peer, &length) != 0 || peer.sun_family != AF_UNIX ||
            strstr(peer.sun_path, ".s.PGSQL.") == NULL)
            continue;
        if (waiting && recv(fd, answer, 1, MSG_DONTWAIT | MSG_PEEK) <= 0)
            continue;
        while (recv(fd, answer, sizeof answer, MSG_DONTWAIT) > 0)
            continue;
        shutdown(fd, SHUT_RDWR);
        cut++;
    }
    return cut;
}

/* Recomputes every hash from what stands in the table; positions have no gaps and the head is the
 * last one's.
 */
static inline void kit_check_chain(const struct database *database)
{
    PGconn *connection = PQconnectdb(database->conninfo);
    PGresult *rows =
        PQexecParams(connection,
                     "SELECT " EVENT_ROW_COLUMNS ", e.hash, h.hash FROM esbank.log_head h"
                     " LEFT JOIN esbank.events e ON true ORDER BY e.position",
                     0, NULL, NULL, NULL, NULL, 1);
    struct hash_chain *chain = hash_chain_create();
    unsigned char before[HASH_LENGTH] = { 0 };
    assert_int_equal(PQresultStatus(rows), PGRES_TUPLES_OK);
    for (int row = 0; row < PQntuples(rows) && !PQgetisnull(rows, row, 0); row++) {
        struct stored_event stored;
        event_row_read(rows, row, 0, &stored);
        assert_int_equal(stored.position, row + 1);
        hash_chain_next(chain, before, &stored);
        assert_memory_equal(stored.hash, PQgetvalue(rows, row, EVENT_ROW_COLUMN_COUNT),
                            HASH_LENGTH);
        memcpy(before, stored.hash, HASH_LENGTH);
    }
    assert_memory_equal(before, PQgetvalue(rows, 0, EVENT_ROW_COLUMN_COUNT + 1), HASH_LENGTH);
    hash_chain_destroy(chain);
    PQclear(rows);
    PQfinish(connection);
}

/* ---- the world of one test ---- */

static struct database database;
static struct kit kit;
static const struct uuid account_id = { { 0x11, 1, 2, 3, 4, 5, 0x70, 7, 0x88, 9, 10, 11, 12, 13, 14,
                                          15 } };

/* For cmocka: a database of its own, and a store without read models that is active in it. */
static inline int kit_begin(void **state)
{
    (void)state;
    database_create(&database);
    kit_start(&kit, &database);
    kit_wait(&kit, kit.active, "the store is active");
    return 0;
}

static inline int kit_end(void **state)
{
    (void)state;
    kit_stop(&kit);
    database_drop(&database);
    return 0;
}

#endif
