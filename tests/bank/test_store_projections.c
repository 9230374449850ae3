/* SPDX-License-Identifier: MIT */
/* Read models: written with the append, put off when they fail, caught up, made again for a newer version. */
#include "tests/bank/store_kit.h"

static const struct uuid account_id = { { 0x11, 1, 2, 3, 4, 5, 0x70, 7, 0x88, 9, 10, 11, 12, 13, 14, 15 } };

static struct database database;
static struct kit kit;

/* One row an event; the table refuses the amount 666. */
static void fold_amounts(struct columns *columns, const struct event_record *records, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (records[i].event.kind == ACCOUNTS_MONEY_DEPOSITED) {
            columns_int8(columns, 0, records[i].position);
            columns_int8(columns, 1, records[i].event.money_moved.amount);
        }
}

static const enum column_type amounts_types[] = { COLUMN_INT8, COLUMN_INT8 };
static const struct projection amounts = {
    .name = "amounts",
    .version = 1,
    .statement = "INSERT INTO %1$s AS t (position, amount) SELECT * FROM unnest($1::bigint[], $2::bigint[])",
    .column_count = 2,
    .column = amounts_types,
    .fold = fold_amounts,
};
static const struct projection amounts_newer = {
    .name = "amounts",
    .version = 2,
    .statement = "INSERT INTO %1$s AS t (position, amount) SELECT p, a * 2 FROM"
                 " unnest($1::bigint[], $2::bigint[]) AS u(p, a)",
    .column_count = 2,
    .column = amounts_types,
    .fold = fold_amounts,
};
static const struct projection nowhere = {
    .name = "nowhere",
    .version = 1,
    .statement = "INSERT INTO %1$s SELECT * FROM unnest($1::bigint[], $2::bigint[])",
    .column_count = 2,
    .column = amounts_types,
    .fold = fold_amounts,
};

static const struct projection *const both[] = { &amounts, &nowhere, NULL };
static const struct projection *const one[] = { &amounts, NULL };
static const struct projection *const newer[] = { &amounts_newer, NULL };

static int begin(void **state)
{
    (void)state;
    database_create(&database);
    database_run(&database,
                 "CREATE SCHEMA esbank; CREATE TABLE esbank.amounts (position bigint PRIMARY KEY, amount"
                 " bigint CHECK (amount <> 666))");
    return 0;
}

static int end(void **state)
{
    (void)state;
    kit_stop(&kit);
    database_drop(&database);
    return 0;
}

static void start(const struct projection *const *list)
{
    kit_start_with(&kit, &database, list);
    kit_wait(&kit, kit.active, "the store is active");
}

static void check_answer(const char *sql, const char *expected)
{
    char *answer = database_ask(&database, sql);
    assert_string_equal(answer, expected);
    free(answer);
}

static bool rides(void)
{
    char *answer =
        database_ask(&database, "SELECT count(*) FROM esbank.projections p JOIN esbank.log_head h ON"
                                " p.position = h.position WHERE name = 'amounts' AND state = 'inline'");
    bool yes = answer[0] == '1';
    free(answer);
    return yes;
}

static void deposit(struct kit_batch *room, int64_t version, size_t count, money amount)
{
    struct batch *batch = kit_deposits(room, &account_id, version, count);
    for (size_t i = 0; i < count; i++)
        batch->event[i].event.money_moved.amount = amount;
    assert_int_equal(kit_commit(&kit, batch), APPEND_COMMITTED);
}

static void test_a_read_model_is_written_with_the_append(void **state)
{
    (void)state;
    struct kit_batch room;
    start(one);
    deposit(&room, 0, 3, 100);
    check_answer("SELECT count(*) || ' ' || (SELECT position FROM esbank.projections) FROM esbank.amounts",
                 "3 3");
    check_answer("SELECT lag FROM esbank.lag", "0");
}

static void test_a_failing_projection_is_put_off_parks_its_event_and_rides_again(void **state)
{
    (void)state;
    static struct kit_batch room[STORAGE_APPENDS_MAX];
    start(one);
    for (int i = 0; i < STORAGE_APPENDS_MAX; i++) {
        struct batch *batch = kit_deposits(&room[i], &account_id, i * 2, 2);
        if (i == 1)
            batch->event[1].event.money_moved.amount = 666;
        kit_append(&kit, batch);
    }
    kit_wait(&kit, kit.outcomes == STORAGE_APPENDS_MAX, "all have their outcome");
    for (int i = 0; i < STORAGE_APPENDS_MAX; i++)
        assert_int_equal(kit.outcome[i], APPEND_COMMITTED);
    kit_check_chain(&database);
    kit_wait(&kit, rides(), "the projection rides again");
    check_answer("SELECT string_agg(position::text, ',' ORDER BY position) FROM esbank.amounts",
                 "1,2,3,5,6,7,8");
    check_answer("SELECT projection || ' ' || position FROM esbank.parked_events", "amounts 4");
    check_answer("SELECT reason LIKE '%check constraint%' FROM esbank.parked_events", "t");
    deposit(&room[0], 8, 1, 100);
    check_answer("SELECT count(*) FROM esbank.amounts", "8");
}

/* ---- large batches: the read models get several at once ---- */

#define LARGE 300

struct large {
    struct kit_batch first; /* its command is the batch's */
    struct event_record event[LARGE];
};

/* A batch of count deposits, more than kit_deposits has room for. */
static struct batch *deposits(struct large *room, int64_t version, size_t count)
{
    struct batch *batch = kit_deposits(&room->first, &account_id, version, 1);
    for (size_t i = 0; i < count; i++) {
        room->event[i] = room->first.event[0];
        room->event[i].event_id = uuid_generate();
        room->event[i].stream_version = version + 1 + (int64_t)i;
        room->event[i].event.money_moved.amount = 100;
    }
    batch->event = room->event;
    batch->event_count = count;
    return batch;
}

#define EACH_ONCE                                                                                            \
    "SELECT (SELECT array_agg(position ORDER BY position) FROM esbank.amounts) = (SELECT array_agg(position" \
    " ORDER BY position) FROM esbank.events)"

static void test_a_large_batch_reaches_the_read_models_a_little_later(void **state)
{
    (void)state;
    static struct large room;
    start(one);
    assert_int_equal(kit_commit(&kit, deposits(&room, 0, LARGE)), APPEND_COMMITTED);
    check_answer("SELECT count(*) || ' ' || (SELECT position FROM esbank.projections) FROM esbank.amounts",
                 "0 0");
    check_answer("SELECT lag || ' ' || state FROM esbank.lag", "300 inline");
    kit_wait(&kit, rides(), "they are there, though no batch follows");
    check_answer(EACH_ONCE, "t");
}

static void test_a_small_batch_brings_what_is_owed(void **state)
{
    (void)state;
    static struct large room;
    start(one);
    assert_int_equal(kit_commit(&kit, deposits(&room, 0, LARGE)), APPEND_COMMITTED);
    assert_int_equal(kit_commit(&kit, deposits(&room, LARGE, 2)), APPEND_COMMITTED);
    assert_true(rides());
    check_answer(EACH_ONCE, "t");
}

static void test_large_and_small_batches_in_flight_together_reach_them_once_each(void **state)
{
    (void)state;
    static struct large room[STORAGE_APPENDS_MAX];
    static const size_t sizes[] = { 300, 3, 1, 290, 256, 255, 2, 300, 300, 299, 1, 4, 280 };
    int64_t version = 0;
    start(one);
    for (int taken = 0; taken < 120; taken++) {
        kit_wait(&kit, taken - kit.outcomes < 3, "one of three has its outcome");
        size_t count = sizes[(size_t)taken % (sizeof sizes / sizeof *sizes)];
        kit_append(&kit, deposits(&room[taken % 3], version, count));
        version += (int64_t)count;
        if (taken % 40 == 39)
            kit_wait(&kit, kit.outcomes == taken + 1 && rides(), "they have all");
    }
    kit_wait(&kit, rides(), "they have all");
    for (int i = 0; i < 120; i++)
        assert_int_equal(kit.outcome[i], APPEND_COMMITTED);
    check_answer(EACH_ONCE, "t");
    kit_check_chain(&database);
}

/* ---- up to where all of them are ---- */

static int64_t position(void)
{
    return kit.storage.models_position(kit.storage.self);
}

static void test_what_is_owed_is_told_of_when_it_has_come(void **state)
{
    (void)state;
    static struct large room;
    struct kit_batch small;
    start(one);
    deposit(&small, 0, 2, 100);
    assert_int_equal(position(), 2);
    assert_int_equal(kit.moves, 1);
    assert_int_equal(kit_commit(&kit, deposits(&room, 2, LARGE)), APPEND_COMMITTED);
    assert_int_equal(position(), 2);
    assert_int_equal(kit.moves, 1);
    kit_wait(&kit, kit.moves == 2, "the store tells that they have it");
    assert_int_equal(position(), 2 + LARGE);
    check_answer(EACH_ONCE, "t");
}

static void test_a_large_batch_that_is_waited_for_is_there_at_once(void **state)
{
    (void)state;
    static struct large room[2];
    start(one);
    assert_int_equal(kit_commit(&kit, deposits(&room[0], 0, LARGE)), APPEND_COMMITTED);
    struct batch *batch = deposits(&room[1], LARGE, LARGE);
    batch->strong = true;
    assert_int_equal(kit_commit(&kit, batch), APPEND_COMMITTED);
    assert_int_equal(position(), 2 * LARGE);
    assert_true(rides());
    check_answer(EACH_ONCE, "t");
}

/* Behind large ones in flight it cannot go at once; the next one brings it, however large. */
static void test_events_that_are_waited_for_come_with_the_next_batch(void **state)
{
    (void)state;
    static struct large room[3];
    start(one);
    for (int i = 0; i < 3; i++) {
        struct batch *batch = deposits(&room[i], i * LARGE, LARGE);
        batch->strong = i == 1;
        kit_append(&kit, batch);
    }
    kit_wait(&kit, kit.outcomes == 3, "all have their outcome");
    assert_int_equal(position(), 0); /* they were sent together: nothing was owed yet */
    assert_int_equal(kit_commit(&kit, deposits(&room[0], 3 * LARGE, LARGE)), APPEND_COMMITTED);
    assert_int_equal(position(), 4 * LARGE);
    check_answer(EACH_ONCE, "t");
}

static void test_a_read_model_put_off_holds_the_position_until_it_has_followed(void **state)
{
    (void)state;
    struct kit_batch room;
    start(one);
    deposit(&room, 0, 1, 100);
    database_run(&database, "ALTER TABLE esbank.amounts ADD CONSTRAINT c CHECK (amount <> 667)");
    deposit(&room, 1, 3, 667);
    assert_true(position() < 4);
    kit_wait(&kit, position() == 4, "the events are parked");
    assert_true(kit.moves >= 2);
    kit_wait(&kit, rides(), "the projection rides again");
    deposit(&room, 4, 1, 100);
    assert_int_equal(position(), 5);
}

static void test_a_read_model_that_cannot_follow_holds_the_position(void **state)
{
    (void)state;
    struct kit_batch room;
    start(both);
    deposit(&room, 0, 3, 100);
    check_answer("SELECT count(*) FROM esbank.amounts", "3");
    assert_int_equal(position(), 0);
    assert_int_equal(kit.moves, 0);
}

static void test_a_failing_event_among_those_owed_is_parked(void **state)
{
    (void)state;
    static struct large room[2];
    start(one);
    struct batch *batch = deposits(&room[0], 0, LARGE);
    batch->event[7].event.money_moved.amount = 666;
    assert_int_equal(kit_commit(&kit, batch), APPEND_COMMITTED);
    assert_int_equal(kit_commit(&kit, deposits(&room[1], LARGE, 1)), APPEND_COMMITTED);
    kit_wait(&kit, rides(), "the projection rides again");
    check_answer(
        "SELECT count(*) || ' ' || (SELECT string_agg(position::text, ',') FROM esbank.parked_events)"
        " FROM esbank.amounts",
        "300 8");
}

static void test_what_is_owed_when_the_session_ends_is_caught_up(void **state)
{
    (void)state;
    static struct large room;
    start(one);
    assert_int_equal(kit_commit(&kit, deposits(&room, 0, LARGE)), APPEND_COMMITTED);
    database_run(&database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
                            " current_database() AND pid <> pg_backend_pid()");
    kit_wait(&kit, rides(), "the projection rides again");
    check_answer(EACH_ONCE, "t");
    assert_int_equal(kit_commit(&kit, deposits(&room, LARGE, LARGE)), APPEND_COMMITTED);
    kit_stop(&kit); /* brings them before it ends */
    check_answer(EACH_ONCE, "t");
    check_answer("SELECT position FROM esbank.projections", "600");
    start(one);
    assert_true(rides());
}

static void test_a_checkpoint_moved_by_somebody_else_is_not_passed_twice(void **state)
{
    (void)state;
    static struct large room;
    database_run(&database, "ALTER TABLE esbank.amounts DROP CONSTRAINT amounts_pkey");
    start(one);
    assert_int_equal(kit_commit(&kit, deposits(&room, 0, LARGE)), APPEND_COMMITTED);
    database_run(&database,
                 "INSERT INTO esbank.amounts SELECT position, (data->>'amount')::bigint FROM esbank.events");
    database_run(&database, "UPDATE esbank.projections SET position = 300");
    assert_int_equal(kit_commit(&kit, deposits(&room, LARGE, 2)), APPEND_COMMITTED);
    kit_wait(&kit, rides(), "the projection rides again");
    check_answer(EACH_ONCE, "t");
    assert_int_equal(kit_commit(&kit, deposits(&room, LARGE + 2, 2)), APPEND_COMMITTED);
    check_answer(EACH_ONCE, "t");
}

static void test_a_projection_that_was_never_filled_is_caught_up(void **state)
{
    (void)state;
    static struct kit_batch room;
    start(kit_no_projections);
    for (int i = 0; i < 300; i++)
        deposit(&room, i * 8, 8, 100);
    kit_stop(&kit);
    start(one);
    for (int i = 300; !rides(); i++) /* while the bank goes on */
        deposit(&room, i * 8, 8, 100);
    check_answer("SELECT (SELECT count(*) FROM esbank.amounts) = (SELECT count(*) FROM esbank.events)", "t");
}

static void test_an_event_that_cannot_be_read_is_parked(void **state)
{
    (void)state;
    static struct kit_batch room;
    start(kit_no_projections);
    deposit(&room, 0, 5, 100);
    database_run(&database,
                 "ALTER TABLE esbank.events DISABLE TRIGGER ALL;"
                 "UPDATE esbank.events SET event_type = 'Accounts.FromTheFuture' WHERE position = 3");
    kit_stop(&kit);
    start(one);
    kit_wait(&kit, rides(), "the projection rides");
    check_answer("SELECT string_agg(position::text, ',' ORDER BY position) FROM esbank.amounts", "1,2,4,5");
    check_answer("SELECT position FROM esbank.parked_events", "3");
}

static void test_a_projection_without_a_table_holds_nobody_up(void **state)
{
    (void)state;
    struct kit_batch room;
    start(both);
    deposit(&room, 0, 3, 100);
    check_answer("SELECT count(*) FROM esbank.amounts", "3");
    check_answer("SELECT state || ' ' || error FROM esbank.projections WHERE name = 'nowhere'",
                 "following relation \"esbank.nowhere\" does not exist");
}

static bool is_version_2(void)
{
    char *answer = database_ask(&database, "SELECT version FROM esbank.projections");
    bool yes = answer[0] == '2';
    free(answer);
    return yes;
}

static void test_a_newer_version_is_made_beside_the_table_and_exchanged(void **state)
{
    (void)state;
    static struct kit_batch room;
    start(one);
    for (int i = 0; i < 200; i++)
        deposit(&room, i * 8, 8, 100);
    kit_stop(&kit);
    start(newer);
    for (int i = 200; !is_version_2(); i++)
        deposit(&room, i * 8, 8, 100);
    kit_wait(&kit, rides(), "the projection rides");
    check_answer("SELECT min(amount) || ' ' || max(amount) FROM esbank.amounts", "200 200");
    check_answer("SELECT (SELECT count(*) FROM esbank.amounts) = (SELECT count(*) FROM esbank.events)", "t");
    check_answer("SELECT to_regclass('esbank.amounts_shadow') IS NULL", "t");
}

#define case_of(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        case_of(test_a_read_model_is_written_with_the_append),
        case_of(test_a_failing_projection_is_put_off_parks_its_event_and_rides_again),
        case_of(test_a_large_batch_reaches_the_read_models_a_little_later),
        case_of(test_a_small_batch_brings_what_is_owed),
        case_of(test_large_and_small_batches_in_flight_together_reach_them_once_each),
        case_of(test_what_is_owed_is_told_of_when_it_has_come),
        case_of(test_a_large_batch_that_is_waited_for_is_there_at_once),
        case_of(test_events_that_are_waited_for_come_with_the_next_batch),
        case_of(test_a_read_model_put_off_holds_the_position_until_it_has_followed),
        case_of(test_a_read_model_that_cannot_follow_holds_the_position),
        case_of(test_a_failing_event_among_those_owed_is_parked),
        case_of(test_what_is_owed_when_the_session_ends_is_caught_up),
        case_of(test_a_checkpoint_moved_by_somebody_else_is_not_passed_twice),
        case_of(test_a_projection_that_was_never_filled_is_caught_up),
        case_of(test_an_event_that_cannot_be_read_is_parked),
        case_of(test_a_projection_without_a_table_holds_nobody_up),
        case_of(test_a_newer_version_is_made_beside_the_table_and_exchanged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
