/* SPDX-License-Identifier: MIT */
/*
 * The machine whole, with its devices, journal, store and link, against a bank of a few lines: what
 * is on the disk and on the wire when the disk is full, the link goes, or the program is started
 * again.
 */
#include "atm/machine/machine.h"

#include "atm/devices/faults.h"
#include "atm/texts/texts.h"
#include "tests/atm/fake_bank.h"
#include "tests/support/process.h"
#include "tests/support/scratch.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#define PIN "907351824617" /* digits that stand nowhere by chance */

static struct options options;
static struct machine machine;
static struct fake_bank bank;
static struct rlimit file_limit;

static void pump(void)
{
    struct pollfd polled;
    machine_poll(&machine, &polled);
    poll(&polled, 1, 0);
    machine_step(&machine, polled.revents);
}

static void start(void)
{
    struct error error;
    check_worked(machine_open(&machine, &options, &error), &error);
}

static int fresh(void **state)
{
    struct error error;
    const char *home = scratch_create();
    (void)state;
    check_worked(texts_load(NULL, &error), &error);
    bank_key(home);
    bank_open(&bank, home, pump);
    options =
        (struct options){ .idle_ms = 60000, .countdown_ms = 60000, .reply_timeout_ms = 60000 };
    uuid_read(DEFAULT_TELLER_ID, 36, &options.teller);
    snprintf(options.folder, sizeof options.folder, "%s/terminal", home);
    mkdir(options.folder, 0700);
    snprintf(options.bank, sizeof options.bank, "%s", bank.path);
    snprintf(options.key, sizeof options.key, "%s/key", home);
    strcpy(options.card, "4000001234567899");
    check_worked(machine_set_supervisor_code(&options, "000000", &error), &error);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &file_limit), 0);
    start();
    return 0;
}

static int done(void **state)
{
    (void)state;
    setrlimit(RLIMIT_FSIZE, &file_limit);
    machine_close(&machine);
    bank_close(&bank);
    return 0;
}

static void disk_full(bool full)
{
    struct rlimit limit = file_limit;
    if (full)
        limit.rlim_cur = 1;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void press(enum input_kind kind, int value)
{
    machine_input(&machine, (struct input){ kind, value });
}

static void type(const char *digits)
{
    for (; *digits != '\0'; digits++)
        press(INPUT_DIGIT, *digits);
    press(INPUT_ENTER, 0);
}

static void expect(enum terminal_state wanted)
{
    if (machine.terminal.state != wanted)
        check_fail("the machine is in %s, not in %s", terminal_state_name(machine.terminal.state),
                   terminal_state_name(wanted));
}

static enum terminal_state awaited;

static bool there(void)
{
    return machine.terminal.state == awaited;
}

static void await(enum terminal_state wanted)
{
    awaited = wanted;
    bank_until(&bank, there, terminal_state_name(wanted));
}

/* Typed, and right. */
static void pin(void)
{
    type(PIN);
    expect(STATE_ASKING_PIN);
    bank_request(&bank, "BalanceEnquiry");
    bank_say(&bank, NULL, true, ",\"balance\":50000,\"available\":50000");
    await(STATE_MENU);
}

/* 50.00 asked for; the request has reached the bank. */
static void ask(void)
{
    await(STATE_WELCOME);
    press(INPUT_ENTER, 0);
    expect(STATE_PIN_ENTRY);
    pin();
    press(INPUT_FDK, 1);
    expect(STATE_ASKING_CASH);
    bank_request(&bank, "InitiateWithdrawal");
}

static void approved(void)
{
    ask();
    bank_say(&bank, NULL, true,
             ",\"amount\":5000,\"balance\":45000,\"notes\":[{\"denomination\":5000,\"count\":1}]");
    await(STATE_RETURNING_CARD);
}

static void presented(void)
{
    approved();
    press(INPUT_ENTER, 0);
    expect(STATE_TAKING_CASH);
}

static void expect_advice(const char *outcome)
{
    char wanted[40];
    bank_request(&bank, "ConfirmDispense");
    snprintf(wanted, sizeof wanted, "\"outcome\":\"%s\"", outcome);
    check_contains(bank.line, wanted);
}

static void inject(const char *line)
{
    struct error error;
    check_worked(faults_inject(line, &error), &error);
}

static char *journal_text(void)
{
    char path[600];
    snprintf(path, sizeof path, "%s/journal.log", options.folder);
    return process_read_file(path);
}

static void restart(void)
{
    machine_close(&machine);
    bank_drop(&bank);
    start();
}

static bool nothing_owed(void)
{
    return machine.saf.count == 0 && machine.unsaved_count == 0;
}

static bool trouble_over(void)
{
    return !machine.trouble;
}

static void test_a_withdrawal_from_card_to_cash(void **state)
{
    (void)state;
    char receipt[700], id[UUID_TEXT_LENGTH];
    presented();
    press(INPUT_ENTER, 0);
    expect(STATE_ANOTHER);
    expect_advice("dispensed");
    bank_say(&bank, NULL, true, ",\"state\":\"completed\",\"reversed\":0");
    bank_until(&bank, nothing_owed, "nothing is owed");
    assert_int_equal(notes_of(&machine.dispenser.state.cassettes, 5000), 9);
    snprintf(receipt, sizeof receipt, "%s/receipts/%s.txt", options.folder,
             uuid_write(&machine.terminal.withdrawal.id, id));
    char *text = process_read_file(receipt);
    check_contains(text, "50.00 EUR");
    check_contains(text, "400000******7899");
    check_contains(text, id);
    free(text);
}

static void test_an_advice_that_is_refused_for_good_is_an_incident(void **state)
{
    (void)state;
    presented();
    press(INPUT_ENTER, 0);
    expect_advice("dispensed");
    bank_say(&bank, NULL, false, ",\"error\":\"other_withdrawal\"");
    bank_request(&bank, "ReportIncident");
    check_contains(bank.line, "\"incident\":\"advice_refused\",\"count\":1");
    bank_say(&bank, NULL, false, ",\"error\":\"no_such_teller\""); /* no incident of its own */
    bank_until(&bank, nothing_owed, "nothing is owed");
}

/* The bank has agreed to a deposit. */
static void slot_open(void)
{
    await(STATE_WELCOME);
    press(INPUT_ENTER, 0);
    pin();
    press(INPUT_FDK, 6);
    expect(STATE_ASKING_DEPOSIT);
    bank_request(&bank, "InitiateDeposit");
    bank_say(&bank, NULL, true, ",\"state\":\"counting\"");
    await(STATE_DEPOSIT_OPEN);
}

/* Two of 50.00 counted; the customer is asked. */
static void counted(void)
{
    slot_open();
    press(INPUT_DIGIT, '2');
    press(INPUT_FDK, 3);
    press(INPUT_ENTER, 0);
    expect(STATE_DEPOSIT_COUNTED);
}

static void expect_counted(void)
{
    bank_request(&bank, "ConfirmDeposit");
    check_contains(bank.line,
                   "\"outcome\":\"counted\",\"notes\":[{\"denomination\":5000,\"count\":2}]");
}

static void test_a_deposit_from_card_to_receipt(void **state)
{
    (void)state;
    char receipt[700], id[UUID_TEXT_LENGTH];
    counted();
    press(INPUT_ENTER, 0);
    expect(STATE_DEPOSIT_CREDITING);
    expect_counted();
    bank_say(&bank, NULL, true, ",\"state\":\"completed\",\"amount\":10000,\"balance\":60000");
    await(STATE_ANOTHER);
    bank_until(&bank, nothing_owed, "nothing is owed");
    assert_int_equal(notes_of(&machine.acceptor.state.bin, 5000), 2);
    assert_int_equal(notes_of(&machine.dispenser.state.cassettes, 5000), 10);
    snprintf(receipt, sizeof receipt, "%s/receipts/%s.txt", options.folder,
             uuid_write(&machine.terminal.withdrawal.id, id));
    char *text = process_read_file(receipt);
    check_contains(text, "Deposit      100.00 EUR");
    check_contains(text, "600.00 EUR");
    free(text);
}

static void test_no_note_goes_in_when_the_journal_is_full(void **state)
{
    (void)state;
    slot_open();
    press(INPUT_FDK, 3);
    inject("journal full"); /* strikes at the entry before the first movement */
    press(INPUT_ENTER, 0);
    expect(STATE_DEPOSIT_BACK);
    assert_int_equal(machine.acceptor.state.status, ACCEPTOR_EMPTY);
    bank_request(&bank, "ConfirmDeposit");
    check_contains(bank.line, "\"outcome\":\"cancelled\"");
}

static void test_a_power_cut_with_the_disk_full_and_notes_inside_credits_them(void **state)
{
    (void)state;
    counted();
    disk_full(true);
    press(INPUT_ENTER, 0);
    assert_int_equal(machine.unsaved_count, 1);
    machine.unsaved_count = 0; /* memory goes with the power */
    disk_full(false);
    restart();
    assert_int_equal(notes_of(&machine.acceptor.state.bin, 5000), 2);
    expect_counted();
}

/* The acceptor's file takes no new state; the journal, whose room is reserved, goes on. */
static void acceptor_file_stuck(bool stuck)
{
    char path[600];
    snprintf(path, sizeof path, "%s/acceptor.new", options.folder);
    assert_int_equal(stuck ? mkdir(path, 0700) : rmdir(path), 0);
}

static void test_notes_whose_return_cannot_be_written_down_stay_and_are_credited(void **state)
{
    (void)state;
    counted();
    acceptor_file_stuck(true);
    press(INPUT_FDK, 4); /* give them back */
    expect(STATE_MESSAGE);
    expect_counted();
    acceptor_file_stuck(false);
    bank_say(&bank, NULL, true, ",\"state\":\"completed\",\"amount\":10000,\"balance\":60000");
    bank_until(&bank, nothing_owed, "nothing is owed");
    machine.retry_ms = 0;
    bank_until(&bank, trouble_over, "the disk takes it");
    restart();
    assert_int_equal(notes_of(&machine.acceptor.state.bin, 5000), 2);
    assert_int_equal(machine.saf.count, 0);
}

/* The disk takes nothing twice in one visit: whoever waits hears of it each time. */
static void test_trouble_upon_trouble_leaves_nobody_waiting(void **state)
{
    (void)state;
    await(STATE_WELCOME);
    inject("journal full"); /* strikes as the card goes in */
    press(INPUT_ENTER, 0);
    assert_true(machine.trouble);
    pin();
    disk_full(true);
    press(INPUT_FDK, 1);
    expect(STATE_MESSAGE);
    disk_full(false);
    press(INPUT_ENTER, 0);
    press(INPUT_ENTER, 0);
    machine.retry_ms = 0;
    expect_advice("not_dispensed");
}

static void test_neither_pin_nor_card_number_is_ever_written(void **state)
{
    (void)state;
    char command[700];
    presented();
    press(INPUT_ENTER, 0);
    snprintf(command, sizeof command, "grep -rqE '%s|%s' '%s'", options.card, PIN, options.folder);
    assert_int_equal(WEXITSTATUS(system(command)), 1); /* nothing was found */
    assert_null(strstr(bank.line, PIN));
    assert_int_equal(prctl(PR_GET_DUMPABLE), 0);
    struct rlimit core;
    assert_int_equal(getrlimit(RLIMIT_CORE, &core), 0);
    assert_int_equal(core.rlim_cur, 0);
}

static void test_no_cash_moves_when_the_journal_is_full(void **state)
{
    (void)state;
    approved();
    inject("journal full"); /* strikes at the entry before the first movement */
    press(INPUT_ENTER, 0);
    expect(STATE_MESSAGE);
    assert_int_equal(notes_of(&machine.dispenser.state.cassettes, 5000), 10);
    expect_advice("not_dispensed");
}

static void test_no_request_leaves_when_the_disk_is_full(void **state)
{
    (void)state;
    await(STATE_WELCOME);
    press(INPUT_ENTER, 0);
    pin();
    disk_full(true);
    press(INPUT_FDK, 1);
    expect(STATE_MESSAGE);
    press(INPUT_ENTER, 0);
    press(INPUT_ENTER, 0);
    press(INPUT_ENTER, 0);
    expect(STATE_OUT_OF_SERVICE);
    disk_full(false);
    machine.retry_ms = 0; /* instead of waiting for the next try */
    expect_advice("not_dispensed");
    await(STATE_WELCOME);
}

static void test_a_disk_that_fills_up_while_cash_is_out_loses_no_advice(void **state)
{
    (void)state;
    presented();
    disk_full(true);
    press(INPUT_ENTER, 0);
    expect(STATE_ANOTHER); /* the customer has the notes, whatever the disk says */
    assert_int_equal(machine.unsaved_count, 1);
    press(INPUT_CANCEL, 0);
    press(INPUT_ENTER, 0);
    expect(STATE_OUT_OF_SERVICE);
    disk_full(false);
    machine.retry_ms = 0;
    expect_advice("dispensed");
    bank_say(&bank, NULL, true, ",\"state\":\"completed\"");
    await(STATE_WELCOME);
    bank_until(&bank, nothing_owed, "nothing is owed");
}

/* Whatever the terminal makes of a reply: the dispenser moves the notes that the bank has signed.
 */
static void test_the_dispenser_moves_only_what_the_bank_has_signed(void **state)
{
    (void)state;
    approved();
    machine.terminal.withdrawal.notes.item[0].count++;
    press(INPUT_ENTER, 0);
    expect_advice("not_dispensed");
    assert_int_equal(machine.dispenser.state.cassettes.item[0].count, 10);
}

static void test_a_power_cut_with_the_disk_full_and_cash_out_still_tells_the_truth(void **state)
{
    (void)state;
    presented();
    disk_full(true);
    press(INPUT_ENTER, 0);
    assert_int_equal(machine.unsaved_count, 1);
    machine.unsaved_count = 0; /* memory goes with the power */
    disk_full(false);
    restart();
    expect_advice("dispensed");
}

static void test_an_advice_is_sent_again_after_a_restart_under_the_same_id(void **state)
{
    (void)state;
    char id[UUID_TEXT_LENGTH];
    presented();
    press(INPUT_ENTER, 0);
    expect_advice("dispensed");
    strcpy(id, bank.id);
    restart();
    expect_advice("dispensed");
    assert_string_equal(bank.id, id);
    check_contains(bank.line, "\"repeat\":true");
}

static void test_a_late_reply_is_journalled_and_thrown_away(void **state)
{
    (void)state;
    char id[UUID_TEXT_LENGTH];
    ask();
    strcpy(id, bank.id);
    machine.link.ask_until_ms = 0; /* the time is over */
    expect_advice("not_dispensed");
    expect(STATE_MESSAGE);
    bank_say(&bank, NULL, true, ",\"state\":\"declined\"");
    bank_say(&bank, id, true,
             ",\"amount\":5000,\"balance\":45000,\"notes\":[{\"denomination\":5000,\"count\":1}]");
    bank_until(&bank, nothing_owed, "nothing is owed");
    for (int i = 0; i < 3; i++)
        pump();
    char *text = journal_text();
    check_contains(text, " late_reply ");
    assert_null(strstr(text, " stack "));
    free(text);
    expect(STATE_MESSAGE);
}

static void test_replenished_notes_are_counted_once_the_bank_has_them(void **state)
{
    (void)state;
    await(STATE_WELCOME);
    press(INPUT_SUPERVISOR, 0);
    type("000000");
    press(INPUT_FDK, 1);
    type("3");
    press(INPUT_ENTER, 0);
    for (uint32_t i = 1; i < machine.dispenser.state.cassettes.length; i++) {
        type("0");
        press(INPUT_ENTER, 0);
    }
    press(INPUT_FDK, 3); /* yes, do it */
    bank_request(&bank, "ReplenishCassettes");
    check_contains(bank.line, "\"notes\":[{\"denomination\":5000,\"count\":3}]");
    assert_int_equal(notes_of(&machine.dispenser.state.cassettes, 5000), 10);
    bank_say(&bank, NULL, true, "");
    bank_until(&bank, nothing_owed, "nothing is owed");
    assert_int_equal(notes_of(&machine.dispenser.state.cassettes, 5000), 13);
}

static void test_a_second_machine_does_not_open_the_same_folder(void **state)
{
    (void)state;
    static struct machine second;
    struct error error;
    assert_false(machine_open(&second, &options, &error));
    check_contains(error.message, "in use by another atm");
    machine_close(&second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_withdrawal_from_card_to_cash, fresh, done),
        cmocka_unit_test_setup_teardown(test_an_advice_that_is_refused_for_good_is_an_incident,
                                        fresh, done),
        cmocka_unit_test_setup_teardown(test_a_deposit_from_card_to_receipt, fresh, done),
        cmocka_unit_test_setup_teardown(test_no_note_goes_in_when_the_journal_is_full, fresh, done),
        cmocka_unit_test_setup_teardown(
            test_a_power_cut_with_the_disk_full_and_notes_inside_credits_them, fresh, done),
        cmocka_unit_test_setup_teardown(
            test_notes_whose_return_cannot_be_written_down_stay_and_are_credited, fresh, done),
        cmocka_unit_test_setup_teardown(test_trouble_upon_trouble_leaves_nobody_waiting, fresh,
                                        done),
        cmocka_unit_test_setup_teardown(test_neither_pin_nor_card_number_is_ever_written, fresh,
                                        done),
        cmocka_unit_test_setup_teardown(test_no_cash_moves_when_the_journal_is_full, fresh, done),
        cmocka_unit_test_setup_teardown(test_no_request_leaves_when_the_disk_is_full, fresh, done),
        cmocka_unit_test_setup_teardown(test_a_disk_that_fills_up_while_cash_is_out_loses_no_advice,
                                        fresh, done),
        cmocka_unit_test_setup_teardown(test_the_dispenser_moves_only_what_the_bank_has_signed,
                                        fresh, done),
        cmocka_unit_test_setup_teardown(
            test_a_power_cut_with_the_disk_full_and_cash_out_still_tells_the_truth, fresh, done),
        cmocka_unit_test_setup_teardown(
            test_an_advice_is_sent_again_after_a_restart_under_the_same_id, fresh, done),
        cmocka_unit_test_setup_teardown(test_a_late_reply_is_journalled_and_thrown_away, fresh,
                                        done),
        cmocka_unit_test_setup_teardown(test_replenished_notes_are_counted_once_the_bank_has_them,
                                        fresh, done),
        cmocka_unit_test_setup_teardown(test_a_second_machine_does_not_open_the_same_folder, fresh,
                                        done),
    };
    return cmocka_run_group_tests_name("machine", tests, NULL, NULL);
}
