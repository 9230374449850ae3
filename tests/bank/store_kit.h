/* SPDX-License-Identifier: MIT */
/*
 * A bank's shell reduced to its store: a loop, a listener that writes down what
 * it is told, and batches of plausible events. Included by the store's tests.
 */
#ifndef TESTS_BANK_STORE_KIT_H
#define TESTS_BANK_STORE_KIT_H

#include "bank/core/account.h"
#include "bank/core/teller.h"
#include "bank/store/clock.h"
#include "bank/store/event_row.h"
#include "bank/store/hash_chain.h"
#include "bank/store/store.h"
#include "tests/support/check.h"
#include "tests/support/database.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KIT_RECORDS_MAX = 64, KIT_DEADLINE_MS = 20000 };

struct kit {
    struct event_base *loop;
    struct store *store;
    struct storage storage;
    bool active;
    int64_t head;
    int activations, deactivations, outcomes, unreachable;
    char why[300];
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

static void kit_withdrawal_event(void *context, const struct uuid *id, const struct event_record *record)
{
    struct kit *kit = context;
    assert_true(uuid_equal(id, &record->event.correlation_id));
    assert_true(kit->withdrawal_event_count < KIT_RECORDS_MAX);
    kit->withdrawal_event[kit->withdrawal_event_count++] = *record;
}

static void kit_card(void *context, const unsigned char token[static CARD_TOKEN_LENGTH],
                     const struct uuid *account_id)
{
    struct kit *kit = context;
    (void)token;
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
                                                   .open_withdrawal = kit_open_withdrawal,
                                                   .appended = kit_appended,
                                                   .snapshot = kit_snapshot,
                                                   .stream_event = kit_stream_event,
                                                   .withdrawal_event = kit_withdrawal_event,
                                                   .card = kit_card,
                                                   .command = kit_command,
                                                   .loaded = kit_loaded },
                                     .projections = list,
                                     .unreachable = kit_unreachable,
                                     .unreachable_context = kit };
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

#define kit_wait(kit, condition, what)                                                                       \
    do {                                                                                                     \
        int64_t kit_until_ms = clock_now_ms() + KIT_DEADLINE_MS;                                             \
        while (!(condition)) {                                                                               \
            if (clock_now_ms() > kit_until_ms)                                                               \
                check_fail("it took too long until %s", what);                                               \
            kit_turn(kit);                                                                                   \
        }                                                                                                    \
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

/* An event of that kind with something in every field that its kind has. */
static inline struct event kit_event(enum event_kind kind, const struct uuid *stream_id)
{
    struct event event = {
        .kind = kind,
        .stream_id = *stream_id,
        .causation_id = { { 0x01, 0x02, 0x03, 0x04, 5, 6, 0x70, 8, 0x89, 1, 1, 1, 1, 1, 1, 1 } },
        .correlation_id = { { 0xaa, 0xbb, 3, 4, 5, 6, 0x70, 8, 0x89, 2, 2, 2, 2, 2, 2, 2 } },
        .at_us = INT64_C(1790000000123456)
    };
    const struct notes notes = { 2, { { 5000, 3 }, { 1000, 2 } } };
    const struct uuid other = { { 9, 8, 7, 6, 5, 4, 0x70, 2, 0x80, 0, 1, 2, 3, 4, 5, 6 } };
    unsigned char token[CARD_TOKEN_LENGTH], reference[PIN_REFERENCE_LENGTH];
    memset(token, 0xc4, sizeof token);
    memset(reference, 0x5e, sizeof reference);
    switch (kind) {
    case ACCOUNTS_ACCOUNT_OPENED:
        snprintf(event.account_opened.owner, OWNER_LENGTH, "Ren\xc3\xa9 \"Peter\" O\\Neill");
        event.account_opened.balance = 50000;
        event.account_opened.daily_limit = 100000;
        event.account_opened.daily_count = 10;
        break;
    case ACCOUNTS_LIMITS_SET:
        event.limits_set.daily_limit = 20000;
        event.limits_set.daily_count = 3;
        break;
    case ACCOUNTS_CARD_ISSUED:
        memcpy(event.card_issued.card, token, sizeof token);
        memcpy(event.card_issued.pin_reference, reference, sizeof reference);
        snprintf(event.card_issued.masked, CARD_MASKED_LENGTH, "400000******0002");
        break;
    case ACCOUNTS_CARD_BLOCKED:
    case ACCOUNTS_CARD_UNBLOCKED:
        memcpy(event.card_changed.card, token, sizeof token);
        snprintf(event.card_changed.reason, REASON_LENGTH, "wrong_pin");
        break;
    case ACCOUNTS_AUTHORIZATION_CONFIRMED:
        memcpy(event.authorization.card, token, sizeof token);
        break;
    case ACCOUNTS_AUTHORIZATION_DECLINED:
        memcpy(event.authorization.card, token, sizeof token);
        event.authorization.refusal = REFUSED_WRONG_PIN;
        event.authorization.tries_left = 2;
        break;
    case ACCOUNTS_MONEY_DEPOSITED:
    case ACCOUNTS_MONEY_WITHDRAWN:
    case ACCOUNTS_WITHDRAWAL_REVERSED:
        event.money_moved.amount = 17000;
        event.money_moved.old_balance = 50000;
        event.money_moved.new_balance = 33000;
        event.money_moved.teller_id = other;
        break;
    case ACCOUNTS_ACCOUNT_CLOSED:
    case EVENT_KIND_COUNT:
        break;
    case TELLER_PROVISIONED:
    case TELLER_CASSETTES_REPLENISHED:
    case TELLER_SIGNED_ON:
        event.cassettes.notes = notes;
        event.cassettes.agrees = kind == TELLER_SIGNED_ON;
        break;
    case TELLER_BUSINESS_DAY_CLOSED:
        event.day_closed.day = 20717;
        event.day_closed.totals = (struct day_totals){ 12, 3, 1, 204000, 17000 };
        break;
    case TELLER_WITHDRAWAL_INITIATED:
    case TELLER_WITHDRAWAL_DECLINED:
    case TELLER_MONEY_WITHDRAWN:
    case TELLER_CASH_DISPENSED:
    case TELLER_DISPENSE_FAILED:
    case TELLER_WITHDRAWAL_SUSPECTED:
        event.withdrawal.account_id = other;
        event.withdrawal.amount = 17000;
        if (kind == TELLER_WITHDRAWAL_DECLINED)
            event.withdrawal.refusal = REFUSED_INSUFFICIENT_FUNDS;
        if (kind == TELLER_WITHDRAWAL_INITIATED || kind == TELLER_MONEY_WITHDRAWN)
            event.withdrawal.notes = notes;
        if (kind == TELLER_MONEY_WITHDRAWN)
            event.withdrawal.confirm_by_us = INT64_C(1790000060123456);
        if (kind == TELLER_CASH_DISPENSED || kind == TELLER_DISPENSE_FAILED ||
            kind == TELLER_WITHDRAWAL_SUSPECTED) {
            event.withdrawal.where = (struct disposition){ .taken = { 1, { { 5000, 1 } } },
                                                           .rejected = { 1, { { 5000, 2 } } },
                                                           .retracted = { 1, { { 1000, 1 } } },
                                                           .returned = { 1, { { 1000, 1 } } } };
            snprintf(event.withdrawal.reason, REASON_LENGTH, "jam");
        }
        break;
    }
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
    room->command.id = uuid_generate();
    memset(room->command.content, 7, sizeof room->command.content);
    room->command.reply = room->reply;
    room->command.reply_length =
        (size_t)snprintf(room->reply, sizeof room->reply, "{\"v\":1,\"n\":%lld}", (long long)version);
    for (size_t i = 0; i < count; i++) {
        room->event[i].event = kit_event(ACCOUNTS_MONEY_DEPOSITED, account_id);
        room->event[i].event.causation_id = room->event[i].event.correlation_id = room->command.id;
        room->event[i].event_id = uuid_generate();
        room->event[i].stream_version = version + 1 + (int64_t)i;
        room->event[i].origin.command = ACCOUNTS_DEPOSIT_MONEY;
        snprintf(room->event[i].origin.actor, sizeof room->event[i].origin.actor, "operator");
    }
    room->batch = (struct batch){
        .event_count = count, .command_count = 1, .event = room->event, .command = &room->command
    };
    return &room->batch;
}

/* Recomputes every hash from what stands in the table; positions have no gaps and the head is the last one's.
 */
static inline void kit_check_chain(const struct database *database)
{
    PGconn *connection = PQconnectdb(database->conninfo);
    PGresult *rows = PQexecParams(connection,
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
        assert_memory_equal(stored.hash, PQgetvalue(rows, row, EVENT_ROW_COLUMN_COUNT), HASH_LENGTH);
        memcpy(before, stored.hash, HASH_LENGTH);
    }
    assert_memory_equal(before, PQgetvalue(rows, 0, EVENT_ROW_COLUMN_COUNT + 1), HASH_LENGTH);
    hash_chain_destroy(chain);
    PQclear(rows);
    PQfinish(connection);
}

#endif
