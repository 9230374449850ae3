/* SPDX-License-Identifier: MIT */
/*
 * A subscription on a real Postgres: a handler that writes down what it is
 * shown, deposits for it to be shown, and a pace at which nothing takes long.
 * Included by one test program each; it is all static.
 */
#ifndef TESTS_BANK_SUBSCRIPTION_KIT_H
#define TESTS_BANK_SUBSCRIPTION_KIT_H

#include "bank/subscriptions/subscription.h"
#include "tests/bank/store_kit.h"

enum { FAULTY = 666 }; /* the amount that the table of what was seen refuses */

static int64_t version;   /* of the account's stream */
static int handler_fails; /* how often it still does, for the amount 13 */

/* ---- a handler that writes down what it is shown ---- */

static const enum column_type seen_types[] = { COLUMN_INT8, COLUMN_INT8 };
static const struct effect_statement seen = {
    "INSERT INTO esbank.seen (position, amount) SELECT * FROM unnest($1::bigint[], $2::bigint[])",
    2, seen_types
};

static bool handle(struct effects *effects, const struct event_record *record, struct error *reason)
{
    if (record->event.money_moved.amount == 13 && handler_fails > 0) {
        handler_fails--;
        return error_set(reason, ERROR_SYSTEM, "the printer is out of paper");
    }
    struct columns *row = effects_row(effects, &seen);
    columns_int8(row, 0, record->position);
    columns_int8(row, 1, record->event.money_moved.amount);
    return true;
}

static const enum event_kind wanted[] = { ACCOUNTS_MONEY_DEPOSITED, EVENT_KIND_COUNT };
static const char *const forget[] = { "DELETE FROM esbank.seen", NULL };
static const struct handler writer = {
    .name = "writer", .start = FROM_ORIGIN, .kinds = wanted, .handle = handle, .forget = forget
};
static const struct handler *const just_writer[] = { &writer, NULL };

/* ---- the world ---- */

static int begin(void **state)
{
    version = 0;
    handler_fails = 0;
    kit_begin(state);
    database_run(
        &database,
        "CREATE TABLE esbank.seen (id bigint GENERATED ALWAYS AS IDENTITY, position bigint,"
        " amount bigint CHECK (amount <> 666))");
    return 0;
}

static void deposit(size_t count, money amount)
{
    static struct kit_batch room;
    struct batch *batch = kit_deposits(&room, &account_id, version, count);
    for (size_t i = 0; i < count; i++)
        batch->event[i].event.money_moved.amount = amount;
    assert_int_equal(kit_commit(&kit, batch), APPEND_COMMITTED);
    version += (int64_t)count;
}

static struct subscription_pace quick(void)
{
    struct subscription_pace pace = subscription_pace_default();
    pace.lease_ms = 1000;
    pace.poll_ms = 40;
    pace.gather_ms = 1;
    pace.retry_first_ms = 20;
    pace.attempts_max = 3;
    return pace;
}

static struct subscriptions *start_on(struct event_base *loop, const char *owner,
                                      const struct handler *const *list,
                                      struct subscription_pace pace)
{
    struct subscription_options options = {
        .conninfo = database.conninfo, .loop = loop, .handlers = list, .owner = owner, .pace = pace
    };
    struct subscriptions *subscriptions = subscriptions_create(&options);
    subscriptions_run(subscriptions, true);
    return subscriptions;
}

static struct subscriptions *start(const char *owner)
{
    return start_on(kit.loop, owner, just_writer, quick());
}

/* Runs the loop until the database says that. */
#define await(sql, expected)                                                                       \
    kit_wait(&kit, database_says(&database, sql, expected), sql " is " expected)

#define IN_ORDER_ONCE                                                                              \
    "SELECT count(*) || ' ' || count(DISTINCT position) || ' ' || bool_and(follows) FROM (SELECT " \
    "position,"                                                                                    \
    " coalesce(position > lag(position) OVER (ORDER BY id), true) AS follows FROM esbank.seen) "   \
    "AS s"
#define SAME_AS_LOG                                                                                \
    "SELECT array_agg(position ORDER BY position) = (SELECT array_agg(position ORDER BY "          \
    "position) FROM"                                                                               \
    " esbank.events WHERE event_type = 'Accounts.MoneyDeposited') FROM esbank.seen"

#endif
