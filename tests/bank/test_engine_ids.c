/* SPDX-License-Identifier: MIT */
/*
 * An id is one thing for ever. Each kind of id that there is, used as each other kind: as the id of
 * every command, as the withdrawal or the deposit that an advice or an operator names. All of that
 * is refused, appends nothing and makes no batch fail twice, whether the memory still has the id or
 * only the store, and after a restart.
 */
#include "tests/bank/simulation.h"
#include "tests/support/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct {
    struct simulation sim;
    struct engine *engine;
    struct engine_settings settings;
} bench;

static struct call {
    struct request request;
    char reply[SIM_REPLY_MAX];
    int answers;
} call;

static struct uuid machine(void)
{
    return sim_id(1, 1);
}

static struct uuid account(void)
{
    return sim_id(2, 1);
}

static void on_answer(struct request *request, const char *line, size_t length, bool replayed)
{
    (void)request, (void)replayed;
    assert_true(length < sizeof call.reply);
    memcpy(call.reply, line, length);
    call.reply[length] = '\0';
    call.answers++;
}

static const char *say(struct uuid id, struct command command)
{
    call = (struct call){ 0 };
    command.id = command.correlation_id = id;
    if (command.kind == TELLER_INITIATE_WITHDRAWAL)
        command.withdrawal_id = id;
    if (command.kind == TELLER_INITIATE_DEPOSIT)
        command.deposit_id = id;
    if (!uuid_is_nil(command_saga_id(&command)))
        command.correlation_id = *command_saga_id(&command);
    call.request = (struct request){ .command = command, .actor = "test", .done = on_answer };
    call.request.sender =
        (command_traits(command.kind)->senders & BY_TERMINAL) != 0 ? BY_TERMINAL : BY_OPERATOR;
    if (call.request.sender == BY_TERMINAL)
        call.request.signed_on = machine();
    request_hash_content(&call.request);
    engine_submit(bench.engine, &call.request);
    for (int i = 0; i < 10000 && call.answers == 0; i++) {
        engine_run(bench.engine);
        sim_step(&bench.sim);
    }
    assert_int_equal(call.answers, 1);
    return call.reply;
}

static struct command with_card(enum command_kind kind, money amount, int card)
{
    struct command command = { .kind = kind, .teller_id = machine(), .amount = amount };
    memset(command.card, card, sizeof command.card);
    memset(command.pin_reference, 7, sizeof command.pin_reference);
    return command;
}

static struct command of_account(enum command_kind kind, money amount)
{
    return (struct command){
        .kind = kind, .account_id = account(), .amount = amount, .daily_count = 5
    };
}

static struct command of_machine(enum command_kind kind)
{
    return (struct command){ .kind = kind,
                             .teller_id = machine(),
                             .notes = { .length = 1, .item = { { 5000, 2 } } } };
}

static struct command open(void)
{
    return (
        struct command){ .kind = ACCOUNTS_OPEN_ACCOUNT, .account_id = account(), .owner = "Peter" };
}

static struct command advice_of(enum command_kind kind, struct uuid withdrawal_id,
                                enum dispense_outcome outcome)
{
    return (struct command){
        .kind = kind, .teller_id = machine(), .withdrawal_id = withdrawal_id, .outcome = outcome
    };
}

static struct command deposit_advice_of(enum command_kind kind, struct uuid deposit_id,
                                        enum deposit_outcome outcome)
{
    struct command command = {
        .kind = kind, .teller_id = machine(), .deposit_id = deposit_id, .deposit_outcome = outcome
    };
    if (outcome == OUTCOME_COUNTED)
        command.notes = (struct notes){ .length = 1, .item = { { 5000, 1 } } };
    return command;
}

/* ---- the kinds of ids ---- */

enum made {
    OF_PROVISION,
    OF_OPEN,
    OF_CARD,
    OF_COUNTER_DEPOSIT,
    OF_COUNTER_WITHDRAWAL,
    OF_COUNTER_REFUSED, /* it has no events */
    OF_LIMITS,
    OF_SIGN_ON,
    OF_REPLENISH,
    OF_CUT_OVER,
    OF_BALANCE,
    OF_BALANCE_REFUSED,
    OF_WITHDRAWAL,
    OF_WITHDRAWAL_DECLINED,
    OF_ADVICE,
    OF_ADVICE_AGAIN, /* accepted, and has no events */
    OF_REVERSED,     /* a withdrawal that has not come yet */
    OF_DEPOSIT,
    OF_DEPOSIT_ADVICE,
    OF_CANCELLED, /* a deposit that has not come yet */
    OF_SUSPICION, /* the command that a deadline gives */
    OF_RESOLVE,
    MADE
};

static const char *const made_names[MADE] = { "ProvisionTeller",
                                              "OpenAccount",
                                              "IssueCard",
                                              "DepositMoney",
                                              "WithdrawMoney",
                                              "a refused WithdrawMoney",
                                              "SetLimits",
                                              "SignOn",
                                              "ReplenishCassettes",
                                              "CutOver",
                                              "BalanceEnquiry",
                                              "a refused BalanceEnquiry",
                                              "a withdrawal",
                                              "a declined withdrawal",
                                              "ConfirmDispense",
                                              "a repeated ConfirmDispense",
                                              "a withdrawal reversed before",
                                              "a deposit",
                                              "ConfirmDeposit",
                                              "a deposit cancelled before",
                                              "a deadline's command",
                                              "ResolveWithdrawal" };

static struct uuid id_of(enum made made)
{
    return sim_id(9, (uint64_t)made + 1);
}

static void make(enum made made, struct command command, bool accepted)
{
    const char *reply = say(id_of(made), command);
    if ((strstr(reply, "\"ok\":true") != NULL) != accepted)
        check_fail("%s: %s", made_names[made], reply);
}

static struct uuid suspicion_id;

static void make_suspect(void)
{
    struct uuid late = sim_id(3, 77);
    check_contains(say(late, with_card(TELLER_INITIATE_WITHDRAWAL, 5000, 1)), "\"ok\":true");
    size_t events = bench.sim.event_count;
    bench.sim.now_us += bench.settings.confirm_within_us + 1;
    for (int i = 0; i < 10000 && bench.sim.event_count == events; i++) {
        engine_run(bench.engine);
        sim_step(&bench.sim);
    }
    const struct event *event = &bench.sim.event[bench.sim.event_count - 1].event;
    assert_int_equal(event->kind, TELLER_WITHDRAWAL_SUSPECTED);
    suspicion_id = event->causation_id;
    make(OF_RESOLVE, advice_of(TELLER_RESOLVE_WITHDRAWAL, late, OUTCOME_DISPENSED), true);
}

static struct uuid made_id(enum made made)
{
    return made == OF_SUSPICION ? suspicion_id : id_of(made);
}

static void make_all(void)
{
    struct uuid ended = sim_id(3, 1), put_in = sim_id(3, 2);
    struct command card = with_card(ACCOUNTS_ISSUE_CARD, 0, 1);
    card.account_id = account();
    card.teller_id = (struct uuid){ { 0 } };
    make(OF_PROVISION, of_machine(TELLER_PROVISION), true);
    make(OF_OPEN, open(), true);
    make(OF_CARD, card, true);
    make(OF_COUNTER_DEPOSIT, of_account(ACCOUNTS_DEPOSIT_MONEY, 90000), true);
    make(OF_COUNTER_WITHDRAWAL, of_account(ACCOUNTS_WITHDRAW_MONEY, 100), true);
    make(OF_COUNTER_REFUSED, of_account(ACCOUNTS_WITHDRAW_MONEY, 9000000), false);
    make(OF_LIMITS, of_account(ACCOUNTS_SET_LIMITS, 0), true);
    make(OF_SIGN_ON, of_machine(TELLER_SIGN_ON), true);
    make(OF_REPLENISH, of_machine(TELLER_REPLENISH_CASSETTES), true);
    make(OF_CUT_OVER, of_machine(TELLER_CUT_OVER), true);
    make(OF_BALANCE, with_card(ACCOUNTS_ENQUIRE_BALANCE, 0, 1), true);
    struct command wrong = with_card(ACCOUNTS_ENQUIRE_BALANCE, 0, 1);
    memset(wrong.pin_reference, 8, sizeof wrong.pin_reference);
    make(OF_BALANCE_REFUSED, wrong, false);
    make_suspect();
    check_contains(say(ended, with_card(TELLER_INITIATE_WITHDRAWAL, 5000, 1)), "\"ok\":true");
    make(OF_ADVICE, advice_of(TELLER_CONFIRM_DISPENSE, ended, OUTCOME_NOT_DISPENSED), true);
    make(OF_ADVICE_AGAIN, advice_of(TELLER_CONFIRM_DISPENSE, ended, OUTCOME_NOT_DISPENSED), true);
    make(OF_WITHDRAWAL, with_card(TELLER_INITIATE_WITHDRAWAL, 5000, 1), true);
    make(OF_WITHDRAWAL_DECLINED, with_card(TELLER_INITIATE_WITHDRAWAL, 1, 1), false);
    check_contains(say(sim_id(3, 3), advice_of(TELLER_CONFIRM_DISPENSE, id_of(OF_REVERSED),
                                               OUTCOME_NOT_DISPENSED)),
                   "\"declined\"");
    check_contains(say(put_in, with_card(TELLER_INITIATE_DEPOSIT, 0, 1)), "\"ok\":true");
    make(OF_DEPOSIT_ADVICE, deposit_advice_of(TELLER_CONFIRM_DEPOSIT, put_in, OUTCOME_COUNTED),
         true);
    make(OF_DEPOSIT, with_card(TELLER_INITIATE_DEPOSIT, 0, 1), true);
    check_contains(say(sim_id(3, 4), deposit_advice_of(TELLER_CONFIRM_DEPOSIT, id_of(OF_CANCELLED),
                                                       OUTCOME_CANCELLED)),
                   "\"declined\"");
}

/* ---- the uses ---- */

static void refused(enum made made, const char *use, const char *reply, const char *expected)
{
    if (strstr(reply, expected) == NULL)
        check_fail("the id of %s as %s: %s, not %s", made_names[made], use, reply, expected);
}

static bool is_withdrawal(enum made made)
{
    return made == OF_WITHDRAWAL || made == OF_WITHDRAWAL_DECLINED || made == OF_REVERSED;
}

static bool is_deposit(enum made made)
{
    return made == OF_DEPOSIT || made == OF_CANCELLED;
}

static void use_as_named(enum made made, uint64_t *number)
{
    static const char none[] = "no_such_withdrawal", none_put_in[] = "no_such_deposit";
    struct uuid id = made_id(made);
    for (enum dispense_outcome outcome = OUTCOME_DISPENSED; outcome <= OUTCOME_UNKNOWN; outcome++)
        if (!is_withdrawal(made))
            refused(made, "withdrawal_id",
                    say(sim_id(8, ++*number), advice_of(TELLER_CONFIRM_DISPENSE, id, outcome)),
                    none);
    if (!is_withdrawal(made))
        refused(
            made, "withdrawal_id of an operator",
            say(sim_id(8, ++*number), advice_of(TELLER_RESOLVE_WITHDRAWAL, id, OUTCOME_DISPENSED)),
            none);
    for (enum deposit_outcome outcome = OUTCOME_COUNTED; outcome <= OUTCOME_CANCELLED; outcome++)
        if (!is_deposit(made))
            refused(
                made, "deposit_id",
                say(sim_id(8, ++*number), deposit_advice_of(TELLER_CONFIRM_DEPOSIT, id, outcome)),
                none_put_in);
    if (!is_deposit(made))
        refused(made, "deposit_id of an operator",
                say(sim_id(8, ++*number),
                    deposit_advice_of(TELLER_RESOLVE_DEPOSIT, id, OUTCOME_RETURNED)),
                none_put_in);
}

/* With other content, each of them: a conflict, and of a reversed one's own kind what it came to.
 */
static void use_as_own(enum made made)
{
    struct uuid id = made_id(made), other = sim_id(3, 1);
    struct command limits = of_account(ACCOUNTS_SET_LIMITS, 0);
    limits.daily_count = 6;
    const struct command uses[] = {
        of_account(ACCOUNTS_DEPOSIT_MONEY, 7),
        of_account(ACCOUNTS_WITHDRAW_MONEY, 7),
        of_account(ACCOUNTS_CLOSE_ACCOUNT, 0),
        of_account(ACCOUNTS_ERASE_OWNER, 0),
        limits,
        with_card(TELLER_INITIATE_WITHDRAWAL, 10000, 1),
        with_card(TELLER_INITIATE_DEPOSIT, 0, 2),
        with_card(ACCOUNTS_ENQUIRE_BALANCE, 0, 2),
        advice_of(TELLER_CONFIRM_DISPENSE, other, OUTCOME_UNKNOWN),
        advice_of(TELLER_RESOLVE_WITHDRAWAL, other, OUTCOME_NOT_DISPENSED),
        deposit_advice_of(TELLER_CONFIRM_DEPOSIT, other, OUTCOME_CANCELLED),
        { .kind = TELLER_SIGN_ON, .teller_id = machine() },
        { .kind = TELLER_CUT_OVER, .teller_id = sim_id(1, 2) }
    };
    for (size_t i = 0; i < sizeof uses / sizeof uses[0]; i++) {
        bool same_kind = (made == OF_REVERSED && uses[i].kind == TELLER_INITIATE_WITHDRAWAL) ||
                         (made == OF_CANCELLED && uses[i].kind == TELLER_INITIATE_DEPOSIT);
        if (uses[i].kind == TELLER_CUT_OVER)
            continue; /* another machine's: it is not that terminal's to send */
        refused(made, command_name(uses[i].kind), say(id, uses[i]),
                same_kind ? "reversed_before" : "id_conflict");
    }
}

/* An advice about itself. */
static void use_as_both(enum made made)
{
    struct uuid id = made_id(made);
    refused(made, "both", say(id, advice_of(TELLER_CONFIRM_DISPENSE, id, OUTCOME_NOT_DISPENSED)),
            "invalid_request");
    refused(made, "both", say(id, advice_of(TELLER_RESOLVE_WITHDRAWAL, id, OUTCOME_NOT_DISPENSED)),
            "invalid_request");
    refused(made, "both", say(id, deposit_advice_of(TELLER_CONFIRM_DEPOSIT, id, OUTCOME_CANCELLED)),
            "invalid_request");
    refused(made, "both", say(id, deposit_advice_of(TELLER_RESOLVE_DEPOSIT, id, OUTCOME_RETURNED)),
            "invalid_request");
}

/* ---- the tests ---- */

static void open_bank(size_t kept)
{
    memset(&bench, 0, sizeof bench);
    sim_init(&bench.sim, 7);
    bench.settings = engine_settings_default();
    bench.settings.commands_max = kept;
    bench.settings.withdrawals_max = kept;
    bench.engine = sim_engine_create(&bench.sim, &bench.settings);
    make_all();
}

static void close_bank(void)
{
    engine_destroy(bench.engine);
    sim_finish(&bench.sim);
}

static void use_all(void)
{
    uint64_t number = bench.sim.command_count * 1000;
    size_t events = bench.sim.event_count;
    for (enum made made = 0; made < MADE; made++) {
        use_as_both(made);
        use_as_named(made, &number);
        use_as_own(made);
        assert_in_range(call.request.conflicts, 0, 1);
        if (bench.sim.event_count != events)
            check_fail("the id of %s made events", made_names[made]);
    }
}

static void test_every_use_of_an_id_as_another_is_refused(void **state)
{
    (void)state;
    open_bank(4096);
    use_all();
    assert_int_equal(bench.sim.conflicts, 0);
    close_bank();
}

static void test_likewise_when_only_the_store_has_them(void **state)
{
    (void)state;
    open_bank(1);
    use_all();
    close_bank();
}

static void test_likewise_after_a_restart(void **state)
{
    (void)state;
    open_bank(4096);
    engine_destroy(bench.engine);
    bench.engine = sim_engine_create(&bench.sim, &bench.settings);
    use_all();
    close_bank();
}

/* What came too late gets that answer for ever, whatever it asks for; what is another terminal's
 * does not. */
static void test_a_late_original_is_declined_whatever_it_says(void **state)
{
    (void)state;
    char first[SIM_REPLY_MAX];
    open_bank(1);
    check_contains(say(id_of(OF_REVERSED), with_card(TELLER_INITIATE_WITHDRAWAL, 5000, 1)),
                   "reversed_before");
    snprintf(first, sizeof first, "%s", call.reply);
    assert_string_equal(say(id_of(OF_REVERSED), with_card(TELLER_INITIATE_WITHDRAWAL, 9000, 2)),
                        first);
    check_contains(say(id_of(OF_REVERSED), with_card(TELLER_INITIATE_DEPOSIT, 0, 1)),
                   "id_conflict");
    close_bank();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_use_of_an_id_as_another_is_refused),
        cmocka_unit_test(test_likewise_when_only_the_store_has_them),
        cmocka_unit_test(test_likewise_after_a_restart),
        cmocka_unit_test(test_a_late_original_is_declined_whatever_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
