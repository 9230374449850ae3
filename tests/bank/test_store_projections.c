/* SPDX-License-Identifier: MIT */
/* Read models: written with the append (of batches that are waited for), put off when they fail,
 * caught up, made again for a newer version. */
#include "tests/bank/store_kit.h"

/* Its table refuses the amount 666. */
static const struct projection amounts = KIT_AMOUNTS("amounts", 1, "amount");
static const struct projection amounts_newer = KIT_AMOUNTS("amounts", 2, "amount * 2");
static const struct projection nowhere = KIT_AMOUNTS("nowhere", 1, "amount");

static const struct projection *const both[] = { &amounts, &nowhere, NULL };
static const struct projection *const one[] = { &amounts, NULL };
static const struct projection *const newer[] = { &amounts_newer, NULL };

static int begin(void **state)
{
    (void)state;
    database_create(&database);
    database_run(
        &database,
        "CREATE SCHEMA esbank; CREATE TABLE esbank.amounts (position bigint PRIMARY KEY, amount"
        " bigint CHECK (amount <> 666))");
    return 0;
}

static void start(const struct projection *const *list)
{
    kit_start_with(&kit, &database, list);
    kit_wait(&kit, kit.active, "the store is active");
}

static bool rides(void)
{
    return database_is(&database,
                       "SELECT count(*) = 1 FROM esbank.projections p JOIN esbank.log_head h ON"
                       " p.position = h.position WHERE name = 'amounts' AND state = 'inline'");
}

static void deposit(struct kit_batch *room, int64_t version, size_t count, money amount)
{
    struct batch *batch = kit_deposits(room, &account_id, version, count);
    for (size_t i = 0; i < count; i++)
        batch->event[i].event.money_moved.amount = amount;
    batch->strong = true;
    assert_int_equal(kit_commit(&kit, batch), APPEND_COMMITTED);
}

static void test_a_read_model_is_written_with_the_append(void **state)
{
    (void)state;
    struct kit_batch room;
    start(one);
    deposit(&room, 0, 3, 100);
    database_check(
        &database,
        "SELECT count(*) || ' ' || (SELECT position FROM esbank.projections) FROM esbank.amounts",
        "3 3");
    database_check(&database, "SELECT lag FROM esbank.lag", "0");
}

static void test_a_failing_projection_is_put_off_parks_its_event_and_rides_again(void **state)
{
    (void)state;
    static struct kit_batch room[STORAGE_APPENDS_MAX];
    start(one);
    for (int i = 0; i < STORAGE_APPENDS_MAX; i++) {
        struct batch *batch = kit_deposits(&room[i], &account_id, i * 2, 2);
        batch->strong = true;
        if (i == 1)
            batch->event[1].event.money_moved.amount = 666;
        kit_append(&kit, batch);
    }
    kit_wait(&kit, kit.outcomes == STORAGE_APPENDS_MAX, "all have their outcome");
    for (int i = 0; i < STORAGE_APPENDS_MAX; i++)
        assert_int_equal(kit.outcome[i], APPEND_COMMITTED);
    kit_check_chain(&database);
    kit_wait(&kit, rides(), "the projection rides again");
    database_check(&database,
                   "SELECT string_agg(position::text, ',' ORDER BY position) FROM esbank.amounts",
                   "1,2,3,5,6,7,8");
    database_check(&database, "SELECT projection || ' ' || position FROM esbank.parked_events",
                   "amounts 4");
    database_check(&database, "SELECT reason LIKE '%check constraint%' FROM esbank.parked_events",
                   "t");
    deposit(&room[0], 8, 1, 100);
    database_check(&database, "SELECT count(*) FROM esbank.amounts", "8");
}

/* ---- up to where all of them are ---- */

static int64_t position(void)
{
    return kit.storage.models_position(kit.storage.self);
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
    database_check(&database, "SELECT count(*) FROM esbank.amounts", "3");
    assert_int_equal(position(), 0);
    assert_int_equal(kit.moves, 0);
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
    database_check(
        &database,
        "SELECT (SELECT count(*) FROM esbank.amounts) = (SELECT count(*) FROM esbank.events)", "t");
}

static void test_an_event_that_cannot_be_read_is_parked(void **state)
{
    (void)state;
    static struct kit_batch room;
    start(kit_no_projections);
    deposit(&room, 0, 5, 100);
    database_run(
        &database,
        "ALTER TABLE esbank.events DISABLE TRIGGER ALL;"
        "UPDATE esbank.events SET event_type = 'Accounts.FromTheFuture' WHERE position = 3");
    kit_stop(&kit);
    start(one);
    kit_wait(&kit, rides(), "the projection rides");
    database_check(&database,
                   "SELECT string_agg(position::text, ',' ORDER BY position) FROM esbank.amounts",
                   "1,2,4,5");
    database_check(&database, "SELECT position FROM esbank.parked_events", "3");
}

static void test_a_projection_without_a_table_holds_nobody_up(void **state)
{
    (void)state;
    struct kit_batch room;
    start(both);
    deposit(&room, 0, 3, 100);
    database_check(&database, "SELECT count(*) FROM esbank.amounts", "3");
    database_check(&database,
                   "SELECT state || ' ' || error FROM esbank.projections WHERE name = 'nowhere'",
                   "following relation \"esbank.nowhere\" does not exist");
}

static bool is_version_2(void)
{
    return database_says(&database, "SELECT version FROM esbank.projections", "2");
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
    database_check(&database, "SELECT min(amount) || ' ' || max(amount) FROM esbank.amounts",
                   "200 200");
    database_check(
        &database,
        "SELECT (SELECT count(*) FROM esbank.amounts) = (SELECT count(*) FROM esbank.events)", "t");
    database_check(&database, "SELECT to_regclass('esbank.amounts_shadow') IS NULL", "t");
}

#define case_of(name) cmocka_unit_test_setup_teardown(name, begin, kit_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        case_of(test_a_read_model_is_written_with_the_append),
        case_of(test_a_failing_projection_is_put_off_parks_its_event_and_rides_again),
        case_of(test_a_read_model_put_off_holds_the_position_until_it_has_followed),
        case_of(test_a_read_model_that_cannot_follow_holds_the_position),
        case_of(test_a_projection_that_was_never_filled_is_caught_up),
        case_of(test_an_event_that_cannot_be_read_is_parked),
        case_of(test_a_projection_without_a_table_holds_nobody_up),
        case_of(test_a_newer_version_is_made_beside_the_table_and_exchanged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
