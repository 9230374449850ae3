/* SPDX-License-Identifier: MIT */
/* The bank's event handlers, on a real Postgres: when alerts are raised and when they are cleared.
 */
#include "bank/handlers/handlers.h"
#include "bank/subscriptions/repair.h"
#include "bank/subscriptions/subscription.h"
#include "tests/bank/store_kit.h"

enum { DENOMINATION = 5000 };

static const struct uuid teller_id = { { 0x1c, 1, 2, 3, 4, 5, 0x70, 7, 0x88, 9, 10, 11, 12, 13, 14,
                                         15 } };
static const struct uuid other_teller = { { 0x2c, 1, 2, 3, 4, 5, 0x70, 7, 0x88, 9, 10, 11, 12, 13,
                                            14, 15 } };

static struct subscriptions *subscriptions;
static int64_t versions[2];
static struct event pending[8];
static size_t pending_count;

static char notices[4000]; /* what was logged, a line each */

static void on_notice(void *context, const char *what, const char *line)
{
    (void)context;
    const size_t used = strlen(notices);
    snprintf(notices + used, sizeof notices - used, "%s %s\n", what, line);
}

/* The line comes after the commit. */
static void check_logged(const char *text)
{
    kit_wait(&kit, strstr(notices, text) != NULL, text);
}

static void watch(void)
{
    struct subscription_options options = { .conninfo = database.conninfo,
                                            .loop = kit.loop,
                                            .handlers = handlers,
                                            .owner = "this bank",
                                            .pace = subscription_pace_default() };
    options.pace.poll_ms = 40;
    options.pace.retry_first_ms = 5;
    options.pace.attempts_max = 2;
    options.notice = on_notice;
    subscriptions = subscriptions_create(&options);
    subscriptions_run(subscriptions, true);
}

static int begin(void **state)
{
    pending_count = 0;
    notices[0] = '\0';
    versions[0] = versions[1] = 0;
    kit_begin(state);
    watch();
    return 0;
}

static int end(void **state)
{
    subscriptions_destroy(subscriptions);
    return kit_end(state);
}

/* ---- what happens ---- */

static struct event *event_of(enum event_kind kind, const struct uuid *teller)
{
    struct event *event = &pending[pending_count++];
    *event = kit_event(kind, teller);
    event->correlation_id = uuid_make();
    return event;
}

static void filled(enum event_kind kind, const struct uuid *teller, int32_t count)
{
    event_of(kind, teller)->cassettes.notes = (struct notes){ 1, { { DENOMINATION, count } } };
}

static void paid(const struct uuid *teller, int32_t taken, int32_t rejected, int32_t returned)
{
    event_of(TELLER_CASH_DISPENSED, teller)->withdrawal.where =
        (struct disposition){ .taken = { 1, { { DENOMINATION, taken } } },
                              .rejected = { rejected > 0, { { DENOMINATION, rejected } } },
                              .returned = { returned > 0, { { DENOMINATION, returned } } } };
}

static struct event *about(enum event_kind kind, const struct uuid *withdrawal_id)
{
    struct event *event = event_of(kind, &teller_id);
    event->correlation_id = *withdrawal_id;
    event->withdrawal.where = (struct disposition){ 0 };
    return event;
}

/* Appends what is pending and waits until all handlers have had it. */
static void happens(void)
{
    static struct kit_batch room;
    struct batch *batch = kit_deposits(&room, &teller_id, 0, pending_count);
    for (size_t i = 0; i < pending_count; i++) {
        batch->event[i].event = pending[i];
        batch->event[i].stream_version =
            ++versions[uuid_equal(&pending[i].stream_id, &other_teller)];
    }
    pending_count = 0;
    assert_int_equal(kit_commit(&kit, batch), APPEND_COMMITTED);
    subscriptions_wake(subscriptions);
}

static bool all_have_seen(void)
{
    char all[40];
    int count = 0;
    while (handlers[count] != NULL)
        count++;
    snprintf(all, sizeof all, "%d 0", count);
    return database_says(&database,
                         "SELECT count(*) || ' ' || coalesce(sum(lag), -1) FROM esbank.lag"
                         " WHERE kind = 'subscription'",
                         all);
}

static void check_alerts(const char *expected)
{
    kit_wait(&kit, all_have_seen(), "all handlers are at the head");
    database_check(&database,
                   "SELECT coalesce(string_agg(handler || ' ' || position || '-' ||"
                   " coalesce(cleared_position::text, ''), ', ' ORDER BY position), 'none') FROM"
                   " esbank.alerts",
                   expected);
}

static void reset(const struct handler *handler, int64_t position)
{
    struct error error;
    struct query *query = query_open(database.conninfo, NULL, &error);
    check_worked(query != NULL, &error);
    int64_t left_out;
    check_worked(repair_reset(query, handler, &position, &left_out, &error), &error);
    query_close(query);
}

static struct repair_result retried;

static void retry(const struct handler *handler, int64_t expected)
{
    struct error error, why;
    struct query *query = query_open(database.conninfo, NULL, &error);
    check_worked(query != NULL, &error);
    check_worked(repair_retry(query, handler, 0, &retried, &why, &error), &error);
    assert_int_equal(retried.failed, 0);
    assert_int_equal(retried.handled, expected);
    query_close(query);
}

/* ---- low_cash ---- */

static void test_a_cassette_that_falls_below_the_threshold_raises_one_alert(void **state)
{
    (void)state;
    filled(TELLER_PROVISIONED, &teller_id, LOW_MARK_DEFAULT + 5);
    paid(&teller_id, 5, 0, 3); /* exactly the threshold: not below */
    happens();
    check_alerts("none");
    paid(&teller_id, 1, 0, 0); /* 3 */
    paid(&teller_id, 1, 0, 0);
    happens();
    check_alerts("low_cash 3-");
    paid(&teller_id, 1, 1, 0);
    happens();
    check_alerts("low_cash 3-");
    char *message = database_ask(&database, "SELECT message FROM esbank.alerts");
    check_contains(message, "99 notes of 50.00 are left");
    free(message);
}

static void test_filling_it_up_clears_the_alert_and_the_next_fall_raises_another(void **state)
{
    (void)state;
    filled(TELLER_PROVISIONED, &teller_id, LOW_MARK_DEFAULT);
    paid(&teller_id, 20, 0, 0);                            /* 2: 80 left */
    filled(TELLER_CASSETTES_REPLENISHED, &teller_id, 10);  /* 3: still low */
    filled(TELLER_CASSETTES_REPLENISHED, &teller_id, 10);  /* 4: enough */
    paid(&teller_id, 1, 0, 0);                             /* 5: low again */
    filled(TELLER_CASSETTES_REPLENISHED, &teller_id, 500); /* 6 */
    happens();
    check_alerts("low_cash 2-4, low_cash 5-6");
}

static void test_one_that_begins_nearly_empty_is_low_until_it_is_filled(void **state)
{
    (void)state;
    filled(TELLER_PROVISIONED, &teller_id, 7);
    filled(TELLER_CASSETTES_REPLENISHED, &teller_id, 10);
    filled(TELLER_CASSETTES_REPLENISHED, &teller_id, 100); /* 3, in the same run */
    filled(TELLER_CASSETTES_REPLENISHED, &teller_id, 100);
    filled(TELLER_PROVISIONED, &other_teller, 7); /* 5 */
    happens();
    check_alerts("low_cash 1-3, low_cash 5-");
    filled(TELLER_CASSETTES_REPLENISHED, &other_teller, 93); /* 6 */
    happens();
    check_alerts("low_cash 1-3, low_cash 5-6");
}

static void test_machines_are_counted_by_themselves(void **state)
{
    (void)state;
    filled(TELLER_PROVISIONED, &teller_id, LOW_MARK_DEFAULT);
    filled(TELLER_PROVISIONED, &other_teller, LOW_MARK_DEFAULT);
    paid(&other_teller, 1, 0, 0); /* 3 */
    filled(TELLER_CASSETTES_REPLENISHED, &teller_id, 10);
    happens();
    check_alerts("low_cash 3-");
    assert_int_equal(database_number(&database, "SELECT sum(notes) FROM esbank.cassette_levels"),
                     2 * LOW_MARK_DEFAULT + 9);
}

static void test_a_replay_of_some_changes_nothing_and_one_of_all_makes_the_same(void **state)
{
    (void)state;
    const struct uuid withdrawal = uuid_make();
    filled(TELLER_PROVISIONED, &teller_id, LOW_MARK_DEFAULT + 1);
    paid(&teller_id, 20, 0, 0);                           /* 2 */
    filled(TELLER_CASSETTES_REPLENISHED, &teller_id, 50); /* 3 */
    about(TELLER_WITHDRAWAL_SUSPECTED, &withdrawal);      /* 4 */
    about(TELLER_WITHDRAWAL_SUSPECTED, &withdrawal);      /* 5: the machine does not know either */
    about(TELLER_CASH_DISPENSED, &withdrawal);            /* 6 */
    paid(&teller_id, 90, 0, 0);                           /* 7 */
    happens();
    const char expected[] = "low_cash 2-3, suspects 4-6, low_cash 7-";
    check_alerts(expected);
    for (int64_t position = 7; position-- > 0;) {
        reset(&handler_low_cash, position);
        reset(&handler_suspects, position);
        check_alerts(expected);
    }
}

static struct notes notes_of_50(int32_t count)
{
    return (struct notes){ 1, { { DENOMINATION, count } } };
}

static struct event *cash(enum event_kind kind)
{
    struct event *event = event_of(kind, &teller_id);
    memset(&event->cash, 0, sizeof event->cash);
    return event;
}

static void marked(int32_t notes)
{
    cash(TELLER_LOW_MARK_SET)->cash.marks = notes_of_50(notes);
}

static void test_a_low_mark_is_set_and_counts_from_then_on(void **state)
{
    (void)state;
    filled(TELLER_PROVISIONED, &teller_id, LOW_MARK_DEFAULT);
    marked(LOW_MARK_DEFAULT + 1); /* 2 */
    marked(LOW_MARK_DEFAULT - 1); /* 3: that is not low */
    paid(&teller_id, 1, 0, 0);
    paid(&teller_id, 1, 0, 0); /* 5 */
    marked(0);                 /* 6: never low */
    paid(&teller_id, 90, 0, 0);
    marked(40); /* 8 */
    happens();
    const char expected[] = "low_cash 2-3, low_cash 5-6, low_cash 8-";
    check_alerts(expected);
    char *message =
        database_ask(&database, "SELECT message FROM esbank.alerts ORDER BY position DESC LIMIT 1");
    check_contains(message, "8 notes of 50.00 are left, fewer than 40");
    free(message);
    for (int64_t position = 8; position-- > 0;) {
        reset(&handler_low_cash, position);
        check_alerts(expected);
    }
}

static void test_a_box_that_is_swapped_takes_its_notes_with_it(void **state)
{
    (void)state;
    filled(TELLER_PROVISIONED, &teller_id, 150);
    struct event *event = cash(TELLER_CASSETTE_SWAPPED); /* 2 */
    event->cash.removed = notes_of_50(148);
    event->cash.difference = (struct note_totals){ 1, { { DENOMINATION, -2 } } };
    event->cash.notes = notes_of_50(99);
    event = cash(TELLER_CASSETTE_SWAPPED); /* 3: to another denomination, whose mark is lower */
    event->cash.removed = notes_of_50(99);
    event->cash.notes = (struct notes){ 1, { { 2000, 30 } } };
    event->cash.marks = (struct notes){ 2, { { DENOMINATION, 0 }, { 2000, 40 } } };
    happens();
    const char expected[] = "low_cash 2-3, low_cash 3-";
    check_alerts(expected);
    database_check(&database,
                   "SELECT string_agg(denomination || ':' || notes || '<' || low, ' ' ORDER BY"
                   " denomination) FROM esbank.cassette_levels",
                   "2000:30<40 5000:0<0");
    for (int64_t position = 3; position-- > 0;) {
        reset(&handler_low_cash, position);
        check_alerts(expected);
    }
}

static void test_what_a_count_finds_is_counted_in(void **state)
{
    (void)state;
    filled(TELLER_PROVISIONED, &teller_id, LOW_MARK_DEFAULT);
    struct note_totals *difference = &cash(TELLER_CASSETTES_COUNTED)->cash.difference; /* 2 */
    *difference = (struct note_totals){ 1, { { DENOMINATION, -1 } } };
    difference = &cash(TELLER_CASSETTES_COUNTED)->cash.difference; /* 3 */
    *difference = (struct note_totals){ 1, { { DENOMINATION, 1 } } };
    cash(TELLER_CASSETTES_COUNTED);
    happens();
    check_alerts("low_cash 2-3");
}

/* ---- suspects ---- */

static void test_a_suspect_withdrawal_stands_among_the_alerts_until_it_is_resolved(void **state)
{
    (void)state;
    const struct uuid first = uuid_make(), second = uuid_make(), third = uuid_make();
    about(TELLER_WITHDRAWAL_SUSPECTED, &first);
    about(TELLER_WITHDRAWAL_SUSPECTED, &second);
    about(TELLER_WITHDRAWAL_SUSPECTED, &second);
    about(TELLER_CASH_DISPENSED, &third); /* never was suspect */
    happens();
    check_alerts("suspects 1-, suspects 2-");
    about(TELLER_DISPENSE_FAILED, &second); /* 5 */
    happens();
    check_alerts("suspects 1-, suspects 2-5");
    about(TELLER_CASH_DISPENSED, &first); /* 6 */
    happens();
    check_alerts("suspects 1-6, suspects 2-5");
}

/* ---- incidents ---- */

static void reported(const char *name, int32_t count)
{
    struct event *event = event_of(TELLER_INCIDENT_REPORTED, &teller_id);
    memset(&event->incident, 0, sizeof event->incident);
    snprintf(event->incident.name, sizeof event->incident.name, "%s", name);
    event->incident.count = count;
}

static void test_a_machine_whose_code_is_guessed_stands_there_until_the_right_one(void **state)
{
    (void)state;
    reported("supervisor_lockout", 5);
    reported("supervisor_lockout", 6); /* the same siege */
    reported("memories_adopted", 1);
    reported("of_a_newer_machine", 7);
    happens();
    check_alerts("incidents 1-, incidents 3-, incidents 4-");
    char *message = database_ask(&database, "SELECT message FROM esbank.alerts WHERE position = 1");
    check_contains(message, "5 wrong supervisor's codes in a row");
    free(message);
    reported("supervisor_admitted", 6); /* 5 */
    event_of(TELLER_BUSINESS_DAY_CLOSED, &teller_id);
    reported("supervisor_lockout", 5); /* 7 */
    happens();
    check_alerts("incidents 1-5, incidents 3-6, incidents 4-, incidents 7-");
}

/* ---- authentication ---- */

static void
test_a_machine_with_too_many_failures_stands_among_the_alerts_until_it_goes_on(void **state)
{
    (void)state;
    struct event *event = event_of(TELLER_AUTHENTICATION_SUSPENDED, &teller_id);
    event->authentication_suspended.failures = 12;
    event->authentication_suspended.until_us = event->at_us + INT64_C(300000000);
    event_of(TELLER_AUTHENTICATION_SUSPENDED, &other_teller); /* 2 */
    happens();
    check_alerts("authentication 1-, authentication 2-");
    char *message =
        database_ask(&database, "SELECT message FROM esbank.alerts ORDER BY position LIMIT 1");
    check_contains(message, "12 authentications failed here");
    check_contains(message, "for 5 minutes");
    free(message);
    event_of(TELLER_AUTHENTICATION_RESUMED, &teller_id); /* 3 */
    happens();
    check_alerts("authentication 1-3, authentication 2-");
    reset(&handler_authentication, 0);
    check_alerts("authentication 1-3, authentication 2-");
}

static void held(enum event_kind kind, const struct uuid *deposit_id)
{
    struct event *event = event_of(kind, &teller_id);
    event->correlation_id = *deposit_id;
    event->money_moved.amount = 100000000;
    event->money_moved.refusal = REFUSED_DEPOSIT_CAPACITY;
}

static void test_a_held_deposit_stands_among_the_alerts_until_it_is_settled(void **state)
{
    (void)state;
    const struct uuid first = uuid_make(), second = uuid_make();
    held(ACCOUNTS_DEPOSIT_HELD, &first);
    held(ACCOUNTS_DEPOSIT_HELD, &second);
    happens();
    check_alerts("suspects 1-, suspects 2-");
    char *message = database_ask(&database, "SELECT message FROM esbank.alerts WHERE position = 1");
    check_contains(message, "1000000.00 was put in and is held (deposit_capacity)");
    free(message);
    held(ACCOUNTS_HELD_DEPOSIT_RELEASED, &second); /* 3 */
    held(ACCOUNTS_HELD_DEPOSIT_RETURNED, &first);  /* 4 */
    happens();
    check_alerts("suspects 1-4, suspects 2-3");
}

static void test_a_suspect_deposit_stands_among_the_alerts_until_it_is_settled(void **state)
{
    (void)state;
    const struct uuid first = uuid_make(), second = uuid_make(), third = uuid_make();
    struct event *event = about(TELLER_DEPOSIT_SUSPECTED, &first);
    memset(&event->deposit, 0, sizeof event->deposit);
    event->deposit.amount = 5000;
    event->deposit.refusal = REFUSED_ACCOUNT_CLOSED;
    memset(&about(TELLER_DEPOSIT_SUSPECTED, &second)->deposit, 0, sizeof event->deposit);
    event_of(ACCOUNTS_MONEY_DEPOSITED, &teller_id)->correlation_id = third; /* was not suspect */
    happens();
    check_alerts("suspects 1-, suspects 2-");
    char *message = database_ask(&database, "SELECT string_agg(message, ';' ORDER BY position)"
                                            " FROM esbank.alerts");
    check_contains(message, "50.00 was put in and not credited (account_closed)");
    check_contains(message, "an unknown sum was put in or not, and nothing is credited");
    free(message);
    about(TELLER_DEPOSIT_CANCELLED, &first); /* 4 */
    event_of(ACCOUNTS_MONEY_DEPOSITED, &teller_id)->correlation_id = second;
    happens();
    check_alerts("suspects 1-4, suspects 2-5");
}

/* ---- sign_ons ---- */

static void signed_on(struct notes counted, struct notes expected, struct notes promised)
{
    struct event *event = event_of(TELLER_SIGNED_ON, &teller_id);
    memset(&event->cassettes, 0, sizeof event->cassettes);
    event->cassettes.notes = counted;
    event->cassettes.expected = expected;
    event->cassettes.promised = promised;
    event->cassettes.agrees = expected.length == 0;
}

static void test_a_machine_with_other_counts_stands_there_until_they_agree(void **state)
{
    (void)state;
    const struct notes none = { 0 }, two = { 2, { { 5000, 10 }, { 2000, 20 } } },
                       with_empty = { 3, { { 5000, 10 }, { 2000, 20 }, { 500, 0 } } };
    signed_on((struct notes){ 4, { { 5000, 6 }, { 2000, 21 }, { 1000, 2 }, { 500, 3 } } },
              with_empty, (struct notes){ 1, { { 5000, 3 } } });
    signed_on(none, none, none); /* 2: it does not say what it counts */
    happens();
    check_alerts("sign_ons 1-");
    char *message = database_ask(&database, "SELECT message FROM esbank.alerts");
    check_contains(message, "other notes than the bank, 1 of 50.00 too few, 1 of 20.00 too many,"
                            " 3 of 5.00 too many, 2 of 10.00 too many: count its cassettes");
    free(message);
    signed_on(two, none, none); /* 3 */
    happens();
    check_alerts("sign_ons 1-3");
    reset(&handler_sign_ons, 0);
    check_alerts("sign_ons 1-3");
    event_of(TELLER_SIGN_ON_REFUSED, &teller_id); /* 4: two machines with one key */
    event_of(TELLER_SIGN_ON_REFUSED, &teller_id);
    happens();
    check_alerts("sign_ons 1-3, sign_ons 4-");
    event_of(TELLER_BUSINESS_DAY_CLOSED, &teller_id); /* 6 */
    happens();
    check_alerts("sign_ons 1-3, sign_ons 4-6");
}

static void test_a_machine_that_is_kept_out_stands_there_until_it_was_counted(void **state)
{
    (void)state;
    struct event *event = event_of(TELLER_SIGN_ON_REFUSED, &teller_id);
    event->cassettes.refusal = REFUSED_COUNTS_DIFFER;
    event->cassettes.notes = notes_of_50(9);
    event->cassettes.expected = notes_of_50(10);
    event->cassettes.promised = (struct notes){ 0 };
    happens();
    check_alerts("sign_ons 1-");
    char *message = database_ask(&database, "SELECT message FROM esbank.alerts");
    check_contains(message, "1 of 50.00 too few and is kept out of service: count its cassettes");
    free(message);
    cash(TELLER_CASSETTES_COUNTED);
    event_of(TELLER_SIGN_ON_REFUSED, &teller_id)->cassettes.refusal = REFUSED_DISPLACED; /* 3 */
    happens();
    check_alerts("sign_ons 1-2, sign_ons 3-");
}

/* ---- what fails ---- */

static void test_what_waits_behind_a_parked_event_is_counted_by_the_retry(void **state)
{
    (void)state;
    filled(TELLER_PROVISIONED, &teller_id, 200);
    filled(TELLER_PROVISIONED, &other_teller, 200);
    happens();
    check_alerts("none");
    database_run(&database, "ALTER TABLE esbank.cassette_levels ADD CONSTRAINT odd"
                            " CHECK (notes NOT IN (194, 195))");
    paid(&teller_id, 5, 0, 0); /* 3: refused */
    paid(&teller_id, 1, 0, 0); /* 4 */
    paid(&other_teller, 1, 0, 0);
    happens();
    check_alerts("none");
    database_check(&database,
                   "SELECT string_agg(position::text, ' ' ORDER BY position) FROM"
                   " esbank.parked_events",
                   "3 4");
    database_check(&database,
                   "SELECT string_agg(notes::text, ' ' ORDER BY notes) FROM esbank.cassette_levels",
                   "199 200");
    database_run(&database, "ALTER TABLE esbank.cassette_levels DROP CONSTRAINT odd");
    retry(&handler_low_cash, 2);
    paid(&teller_id, 95, 0, 0); /* 6 */
    happens();
    check_alerts("low_cash 6-");
    database_check(&database,
                   "SELECT string_agg(notes::text, ' ' ORDER BY notes) FROM esbank.cassette_levels",
                   "99 199");
}

static void test_an_alert_that_was_settled_while_it_was_parked_is_settled_by_the_retry(void **state)
{
    (void)state;
    const struct uuid first = uuid_make(), second = uuid_make();
    database_run(&database, "ALTER TABLE esbank.alerts ADD CONSTRAINT odd CHECK (position <> 1)");
    about(TELLER_WITHDRAWAL_SUSPECTED, &first);
    about(TELLER_WITHDRAWAL_SUSPECTED, &second); /* 2: another saga */
    about(TELLER_CASH_DISPENSED, &first);
    happens();
    check_alerts("suspects 2-");
    database_run(&database, "ALTER TABLE esbank.alerts DROP CONSTRAINT odd");
    retry(&handler_suspects, 2);
    assert_int_equal(retried.raised, 1);
    assert_int_equal(retried.cleared, 1);
    check_alerts("suspects 1-3, suspects 2-");
}

static void test_a_broken_dependency_pauses_the_handler_and_parks_nothing(void **state)
{
    (void)state;
    filled(TELLER_PROVISIONED, &teller_id, 200);
    happens();
    check_alerts("none");
    database_run(&database, "ALTER TABLE esbank.cassette_levels RENAME TO elsewhere");
    for (int i = 0; i < 4; i++) {
        paid(&teller_id, 30, 0, 0);
        happens();
    }
    kit_wait(&kit,
             database_says(&database,
                           "SELECT string_agg(message, ' ') FROM esbank.attention WHERE handler ="
                           " 'paused' AND subject = 'low_cash'",
                           "it goes on when what it needs works again: relation"
                           " \"esbank.cassette_levels\" does not exist"),
             "it is paused");
    check_logged("handler-paused subscription=low_cash position=2 reason=\"relation");
    database_run(&database, "ALTER TABLE esbank.elsewhere RENAME TO cassette_levels");
    check_alerts("low_cash 5-");
    database_check(&database, "SELECT notes FROM esbank.cassette_levels", "80");
    database_check(&database, "SELECT count(*) FROM esbank.parked_events", "0");
    database_check(&database, "SELECT count(*) FROM esbank.attention WHERE handler = 'paused'",
                   "0");
    check_logged("handler-resumed subscription=low_cash position=");
}

static void test_what_refuses_every_event_is_a_dependency(void **state)
{
    (void)state;
    database_run(&database, "ALTER TABLE esbank.alerts ADD CONSTRAINT odd CHECK (false)");
    for (int i = 0; i < 6; i++) {
        const struct uuid id = uuid_make();
        about(TELLER_WITHDRAWAL_SUSPECTED, &id);
    }
    happens();
    kit_wait(&kit,
             database_says(&database,
                           "SELECT status || ' ' || failing_position || ' ' || (SELECT count(*)"
                           " FROM esbank.parked_events) FROM esbank.subscriptions"
                           " WHERE name = 'suspects'",
                           "paused 4 3"),
             "the fourth in a row pauses it");
    database_run(&database, "ALTER TABLE esbank.alerts DROP CONSTRAINT odd");
    check_alerts("suspects 4-, suspects 5-, suspects 6-");
    retry(&handler_suspects, 3);
    check_alerts("suspects 1-, suspects 2-, suspects 3-, suspects 4-, suspects 5-, suspects 6-");
}

static void test_each_alert_raised_and_cleared_is_a_line_of_the_log(void **state)
{
    (void)state;
    const struct uuid withdrawal = uuid_make();
    char id[UUID_TEXT_LENGTH], expected[200];
    filled(TELLER_PROVISIONED, &teller_id, 7);
    filled(TELLER_CASSETTES_REPLENISHED, &teller_id, 100);
    about(TELLER_WITHDRAWAL_SUSPECTED, &withdrawal); /* 3 */
    happens();
    check_alerts("low_cash 1-2, suspects 3-");
    about(TELLER_WITHDRAWAL_SUSPECTED, &withdrawal);
    about(TELLER_CASH_DISPENSED, &withdrawal); /* 5 */
    happens();
    check_alerts("low_cash 1-2, suspects 3-5");
    check_logged("alert-raised alert=low_cash about=\"1c010203-0405-7007-8809-0a0b0c0d0e0f"
                 " 5000\" position=1 message=\"7 notes of 50.00 are left");
    check_logged("alert-cleared alert=low_cash about=\"1c010203-0405-7007-8809-"
                 "0a0b0c0d0e0f 5000\" position=2");
    snprintf(expected, sizeof expected, "alert-raised alert=suspects about=\"%s\" position=3",
             uuid_write(&withdrawal, id));
    check_logged(expected);
    snprintf(expected, sizeof expected, "alert-cleared alert=suspects about=\"%s\" position=5", id);
    check_logged(expected);
    int lines = 0;
    for (const char *at = notices; (at = strstr(at, "alert-")) != NULL; at++)
        lines++;
    assert_int_equal(lines, 4);
}

static void test_an_alert_that_was_not_committed_is_no_line_of_the_log(void **state)
{
    (void)state;
    const struct uuid withdrawal = uuid_make();
    database_run(&database, "ALTER TABLE esbank.alerts ADD CONSTRAINT odd"
                            " CHECK (cleared_position IS NULL)");
    about(TELLER_WITHDRAWAL_SUSPECTED, &withdrawal);
    about(TELLER_CASH_DISPENSED, &withdrawal); /* the run is undone, then the first one is done */
    happens();
    check_alerts("suspects 1-");
    check_logged("parked subscription=suspects position=2");
    int lines = 0;
    for (const char *at = notices; (at = strstr(at, "alert-raised")) != NULL; at++)
        lines++;
    assert_int_equal(lines, 1);
}

#define STORY(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(test_a_cassette_that_falls_below_the_threshold_raises_one_alert),
        STORY(test_filling_it_up_clears_the_alert_and_the_next_fall_raises_another),
        STORY(test_one_that_begins_nearly_empty_is_low_until_it_is_filled),
        STORY(test_machines_are_counted_by_themselves),
        STORY(test_a_replay_of_some_changes_nothing_and_one_of_all_makes_the_same),
        STORY(test_a_low_mark_is_set_and_counts_from_then_on),
        STORY(test_a_box_that_is_swapped_takes_its_notes_with_it),
        STORY(test_what_a_count_finds_is_counted_in),
        STORY(test_a_machine_whose_code_is_guessed_stands_there_until_the_right_one),
        STORY(test_a_machine_with_too_many_failures_stands_among_the_alerts_until_it_goes_on),
        STORY(test_a_suspect_withdrawal_stands_among_the_alerts_until_it_is_resolved),
        STORY(test_a_held_deposit_stands_among_the_alerts_until_it_is_settled),
        STORY(test_a_suspect_deposit_stands_among_the_alerts_until_it_is_settled),
        STORY(test_a_machine_with_other_counts_stands_there_until_they_agree),
        STORY(test_a_machine_that_is_kept_out_stands_there_until_it_was_counted),
        STORY(test_what_waits_behind_a_parked_event_is_counted_by_the_retry),
        STORY(test_an_alert_that_was_settled_while_it_was_parked_is_settled_by_the_retry),
        STORY(test_a_broken_dependency_pauses_the_handler_and_parks_nothing),
        STORY(test_what_refuses_every_event_is_a_dependency),
        STORY(test_an_alert_that_was_not_committed_is_no_line_of_the_log),
        STORY(test_each_alert_raised_and_cleared_is_a_line_of_the_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
