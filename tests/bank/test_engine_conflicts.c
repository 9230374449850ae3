/* SPDX-License-Identifier: MIT */
/*
 * What a request with a bad id costs its neighbours, on a real Postgres: terminals that withdraw,
 * and in the midst of them one request whose id the store has already, or will never take. They are
 * all approved, and each is decided twice at most.
 */
#include "tests/bank/small_bank.h"

enum { INNOCENTS = 120, OLD = 60, AMOUNT = 2000 };

static const struct projection *const no_projections[] = { NULL };
static const struct uuid machine = { { 0x22, 2, 3, 4, 5, 6, 0x70, 7, 0x88, 9, 10, 11, 12, 13, 14,
                                       15 } };

struct call {
    struct request request;
    char reply[700];
    int answers;
    bool replayed;
};

static struct call innocent[INNOCENTS], old[OLD], culprit;
static size_t waiting;
static int told; /* lines of the log */
static char line_told[400];

static void on_told(void *context, const char *line)
{
    (void)context;
    told++;
    snprintf(line_told, sizeof line_told, "%s", line);
}

static void on_reply(struct request *request, const char *line, size_t length, bool replayed)
{
    struct call *call = request->owner;
    assert_true(length < sizeof call->reply);
    memcpy(call->reply, line, length);
    call->reply[length] = '\0';
    call->replayed = replayed;
    call->answers++;
    waiting--;
}

static void submit(struct call *call, unsigned sender, struct command command)
{
    *call = (struct call){ 0 };
    if (uuid_is_nil(&command.id))
        command.id = uuid_make();
    if (command.kind == TELLER_INITIATE_WITHDRAWAL)
        command.withdrawal_id = command.id;
    command.correlation_id =
        uuid_is_nil(&command.withdrawal_id) ? command.id : command.withdrawal_id;
    call->request =
        (struct request){ .command = command,
                          .sender = sender,
                          .signed_on = sender == BY_TERMINAL ? machine : (struct uuid){ { 0 } },
                          .actor = "a terminal",
                          .done = on_reply,
                          .owner = call };
    request_hash_content(&call->request);
    waiting++;
    engine_submit(bank.engine, &call->request);
}

static void await_all(void)
{
    int64_t until_ms = clock_now_ms() + SMALL_BANK_DEADLINE_MS;
    while (waiting > 0 && clock_now_ms() < until_ms)
        turn();
    assert_int_equal(waiting, 0);
}

static struct command withdrawal(void)
{
    struct command command = { .kind = TELLER_INITIATE_WITHDRAWAL,
                               .teller_id = machine,
                               .amount = AMOUNT };
    memset(command.card, 1, sizeof command.card);
    memset(command.pin_reference, 7, sizeof command.pin_reference);
    return command;
}

static struct command reversal_of(struct uuid withdrawal_id)
{
    return (struct command){ .kind = TELLER_CONFIRM_DISPENSE,
                             .teller_id = machine,
                             .withdrawal_id = withdrawal_id,
                             .outcome = OUTCOME_NOT_DISPENSED };
}

static void set_up(struct command command)
{
    struct call call;
    submit(&call, BY_OPERATOR, command);
    await_all();
    check_contains(call.reply, "\"ok\":true");
}

static int begin(void **state)
{
    (void)state;
    database_create(&database);
    bank_with.commands_max = 1;
    bank_with.conflict = on_told;
    told = 0;
    bank_open(0, no_projections);
    struct command card = { .kind = ACCOUNTS_ISSUE_CARD, .account_id = account_id };
    memset(card.card, 1, sizeof card.card);
    memset(card.pin_reference, 7, sizeof card.pin_reference);
    set_up((struct command){ .kind = TELLER_PROVISION,
                             .teller_id = machine,
                             .notes = { .length = 1, .item = { { AMOUNT, 100000 } } } });
    set_up((struct command){
        .kind = ACCOUNTS_OPEN_ACCOUNT, .account_id = account_id, .owner = "Peter" });
    set_up(card);
    set_up((struct command){
        .kind = ACCOUNTS_DEPOSIT_MONEY, .account_id = account_id, .amount = 100000000 });
    return 0;
}

static int end(void **state)
{
    (void)state;
    bank_close();
    database_drop(&database);
    return 0;
}

/* All are in the queue before the first is decided; the culprit is in the first batch. */
static void run_wave(unsigned sender, struct command bad)
{
    for (int i = 0; i < INNOCENTS; i++) {
        submit(&innocent[i], BY_TERMINAL, withdrawal());
        if (i == INNOCENTS / 4)
            submit(&culprit, sender, bad);
    }
    await_all();
}

static void check_innocents(void)
{
    for (int i = 0; i < INNOCENTS; i++) {
        assert_int_equal(innocent[i].answers, 1);
        check_contains(innocent[i].reply, "\"ok\":true");
        assert_in_range(innocent[i].request.conflicts, 0, 1);
    }
}

static int64_t conflicts(void)
{
    return engine_metrics(bank.engine)->conflicts;
}

/* The store will not take a command of such an id, and says it is there; a look at it finds
 * nothing. */
static void store_refuses(const char *id_like, const char *detail)
{
    char sql[900];
    snprintf(sql, sizeof sql,
             "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
             " RAISE unique_violation USING MESSAGE = 'no'%s; END $$;"
             "CREATE TRIGGER refuse BEFORE INSERT ON esbank.commands FOR EACH ROW"
             " WHEN (NEW.command_id::text LIKE '%s') EXECUTE FUNCTION refuse()",
             detail, id_like);
    database_run(&database, sql);
}

#define NAMED ", DETAIL = format('Key (command_id)=(%s) already exists.', NEW.command_id)"

static struct uuid refused_id(int number)
{
    struct uuid id = uuid_make();
    id.bytes[0] = id.bytes[1] = id.bytes[2] = 0xee;
    id.bytes[3] = (unsigned char)number;
    return id;
}

/* ---- the tests ---- */

static void test_an_advice_with_its_withdrawals_id_costs_nothing(void **state)
{
    (void)state;
    for (int wave = 0; wave < 5; wave++) {
        struct command bad = reversal_of(uuid_make());
        bad.id = bad.withdrawal_id;
        run_wave(BY_TERMINAL, bad);
        check_contains(culprit.reply, "invalid_request");
        check_innocents();
    }
    assert_int_equal(conflicts(), 0);
}

static void test_an_id_that_the_store_never_takes_is_decided_alone(void **state)
{
    (void)state;
    store_refuses("eeeeee%", NAMED);
    for (int wave = 0; wave < 5; wave++) {
        struct command bad = withdrawal();
        bad.id = refused_id(wave);
        run_wave(BY_TERMINAL, bad);
        check_contains(culprit.reply, "id_conflict");
        check_innocents();
        assert_int_equal(conflicts(), (wave + 1) * 2); /* with the others, and alone */
    }
    database_check(&database,
                   "SELECT count(*) FROM esbank.events WHERE event_type = 'Teller.MoneyWithdrawn'",
                   "600");
}

static void test_of_those_that_are_answered_so_the_log_tells_one_a_second(void **state)
{
    (void)state;
    char id[UUID_TEXT_LENGTH];
    store_refuses("eeeeee%", NAMED);
    int64_t began_ms = clock_now_ms();
    for (int i = 0; i < 8; i++) {
        struct command bad = withdrawal();
        bad.id = refused_id(i);
        submit(&culprit, BY_TERMINAL, bad);
        await_all();
        check_contains(culprit.reply, "id_conflict");
        if (i == 0) {
            assert_int_equal(told, 1);
            check_contains(line_told, "actor=\"a terminal\"");
            check_contains(line_told, uuid_write(&bad.id, id));
        }
    }
    assert_in_range(told, 1, 1 + (clock_now_ms() - began_ms) / 1000);
}

static void test_where_the_store_names_no_id_each_is_decided_alone(void **state)
{
    (void)state;
    store_refuses("eeeeee%", "");
    struct command bad = withdrawal();
    bad.id = refused_id(0);
    run_wave(BY_TERMINAL, bad);
    check_contains(culprit.reply, "system_error");
    check_innocents();
    assert_int_equal(conflicts(), 2);
    assert_int_equal(told, 1);
}

static void test_many_old_ids_that_are_not_said_to_be_cost_one_retry(void **state)
{
    (void)state;
    char first[OLD][sizeof culprit.reply];
    struct command said[OLD];
    for (int i = 0; i < OLD; i++) {
        submit(&old[i], BY_TERMINAL, withdrawal());
        said[i] = old[i].request.command;
    }
    await_all();
    for (int i = 0; i < OLD; i++)
        snprintf(first[i], sizeof first[i], "%s", old[i].reply);
    for (int i = 0; i < INNOCENTS; i++) {
        submit(&innocent[i], BY_TERMINAL, withdrawal());
        if (i % 2 == 0) {
            struct command again = withdrawal();
            again.id = said[i / 2].id;
            submit(&old[i / 2], BY_TERMINAL, again);
        }
    }
    await_all();
    check_innocents();
    for (int i = 0; i < OLD; i++) {
        assert_true(old[i].replayed);
        assert_string_equal(old[i].reply, first[i]);
    }
    assert_int_equal(conflicts(), 1);
    assert_int_equal(told, 0);
}

/* Two banks ago, or by hand: what is there has other content. */
static void test_an_old_id_with_other_content_is_an_id_conflict(void **state)
{
    (void)state;
    submit(&old[0], BY_TERMINAL, withdrawal());
    await_all();
    set_up(
        (struct command){ .kind = ACCOUNTS_DEPOSIT_MONEY, .account_id = account_id, .amount = 1 });
    struct command bad = withdrawal();
    bad.id = old[0].request.command.id;
    bad.amount = AMOUNT * 2;
    run_wave(BY_TERMINAL, bad);
    check_contains(culprit.reply, "id_conflict");
    check_innocents();
    assert_int_equal(conflicts(), 1);
}

/* What was decided and came to nothing has moved no deadline: the withdrawal becomes suspect in its
 * time. */
static void test_an_advice_that_came_to_nothing_leaves_the_withdrawal_its_deadline(void **state)
{
    (void)state;
    store_refuses("eeeeee%", NAMED);
    submit(&old[0], BY_TERMINAL, withdrawal());
    await_all();
    check_contains(old[0].reply, "\"ok\":true");
    const struct uuid open = old[0].request.command.id;
    const int64_t due_us = engine_deadline_us(bank.engine);
    assert_true(due_us < INT64_MAX);
    struct command bad = reversal_of(open);
    bad.id = refused_id(0);
    submit(&culprit, BY_TERMINAL, bad);
    await_all();
    check_contains(culprit.reply, "id_conflict");
    turn();
    turn();
    assert_int_equal(engine_deadline_us(bank.engine), due_us);
    /* One that began and came to nothing has none. */
    bad = withdrawal();
    bad.id = refused_id(1);
    submit(&culprit, BY_TERMINAL, bad);
    await_all();
    turn();
    turn();
    submit(&culprit, BY_TERMINAL, reversal_of(open));
    await_all();
    check_contains(culprit.reply, "\"state\":\"reversed\"");
    assert_int_equal(engine_deadline_us(bank.engine), INT64_MAX);
}

#define STORY(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(test_an_advice_with_its_withdrawals_id_costs_nothing),
        STORY(test_an_id_that_the_store_never_takes_is_decided_alone),
        STORY(test_of_those_that_are_answered_so_the_log_tells_one_a_second),
        STORY(test_where_the_store_names_no_id_each_is_decided_alone),
        STORY(test_many_old_ids_that_are_not_said_to_be_cost_one_retry),
        STORY(test_an_old_id_with_other_content_is_an_id_conflict),
        STORY(test_an_advice_that_came_to_nothing_leaves_the_withdrawal_its_deadline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
