/* SPDX-License-Identifier: MIT */
/* What a machine makes of its folder at the start: from before there were MACs, cut short, under
 * another key, without one. */
#include "atm/files/durable.h"
#include "atm/machine/machine.h"
#include "atm/texts/texts.h"
#include "tests/atm/fake_bank.h"
#include "tests/support/process.h"
#include "tests/support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>

#include <cmocka.h>

static struct options options;
static struct machine machine;
static struct fake_bank bank;
static const char *home;

static void pump(void)
{
    struct pollfd polled;
    machine_poll(&machine, &polled);
    poll(&polled, 1, 0);
    machine_step(&machine, polled.revents);
}

static int fresh(void **state)
{
    struct error error;
    (void)state;
    home = scratch_create();
    check_worked(texts_load(NULL, &error), &error);
    bank_open(&bank, home, pump);
    options =
        (struct options){ .idle_ms = 60000, .countdown_ms = 60000, .reply_timeout_ms = 60000 };
    uuid_read(DEFAULT_TELLER_ID, 36, &options.teller);
    snprintf(options.folder, sizeof options.folder, "%s/terminal", home);
    mkdir(options.folder, 0700);
    snprintf(options.bank, sizeof options.bank, "%s", bank.path);
    snprintf(options.key, sizeof options.key, "%s/key", home);
    return 0;
}

static int done(void **state)
{
    (void)state;
    bank_close(&bank);
    return 0;
}

static void start(void)
{
    struct error error;
    check_worked(machine_open(&machine, &options, &error), &error);
}

static void stop(void)
{
    machine_close(&machine);
    bank_drop(&bank);
}

static void refused(const char *why)
{
    struct error error;
    assert_false(machine_open(&machine, &options, &error));
    check_contains(error.message, why);
    stop();
}

static bool in_service(void)
{
    return machine.terminal.state == STATE_WELCOME;
}

static bool nothing_owed(void)
{
    return machine.saf.count == 0;
}

static char *journal_text(void)
{
    char path[600];
    snprintf(path, sizeof path, "%s/journal.log", options.folder);
    return process_read_file(path);
}

/* A machine of before there were MACs: no key, and a journal of its own. */
static void old_folder(bool owed)
{
    struct error error;
    static const char advice[] =
        "{\"v\":1,\"id\":\"09000000-0000-0000-0000-000000000000\",\"command\":\"ConfirmDispense\","
        "\"withdrawal_id\":\"07000000-0000-0000-0000-000000000000\",\"outcome\":\"not_dispensed\"}"
        "\n";
    char name[600];
    start();
    stop();
    snprintf(name, sizeof name, "%s/saf", options.folder);
    if (owed)
        check_worked(durable_write(name, "07000000-0000-0000-0000-000000000000.json", advice,
                                   sizeof advice - 1, &error),
                     &error);
    bank_key(home);
}

static void test_an_old_folder_that_owes_nothing_is_adopted_and_the_bank_hears_of_it(void **state)
{
    (void)state;
    old_folder(false);
    start();
    assert_true(machine.memory.keyed && !machine.memory.adopting && machine.journal.keyed);
    bank_request(&bank, "ReportIncident");
    check_contains(bank.line, "\"incident\":\"memories_adopted\",\"count\":1");
    bank_say(&bank, NULL, true, "");
    bank_until(&bank, nothing_owed, "the incident is told");
    stop();
    start();
    assert_int_equal(machine.saf.count, 0);
    stop();
}

static void test_an_old_folder_that_owes_something_wants_a_persons_word(void **state)
{
    (void)state;
    old_folder(true);
    refused("--adopt-memories");
    refused("1 of its messages");
    options.adopt_memories = true;
    start();
    assert_int_equal(machine.saf.count, 2); /* it, and the incident */
    stop();
    options.adopt_memories = false;
    start();
    assert_int_equal(machine.saf.count, 2);
    stop();
}

static void test_a_journal_without_its_end_is_refused(void **state)
{
    (void)state;
    char path[600];
    bank_key(home);
    start();
    bank_until(&bank, in_service, "it serves"); /* the dispenser is loaded */
    stop();
    snprintf(path, sizeof path, "%s/journal.log", options.folder);
    char *text = journal_text();
    assert_int_equal(truncate(path, strchr(text, '\n') + 1 - text), 0);
    free(text);
    refused("lacks its end");
    options.adopt_memories = true;
    start();
    stop();
    options.adopt_memories = false;
    start();
    stop();
}

/* It does not take over the bank's counts as if it were new, and the bank hears of it. */
/* The dispenser alone remembers a withdrawal, and one witness is not enough. */
static void test_what_a_device_did_last_is_unknown_when_the_journal_is_lost(void **state)
{
    (void)state;
    const struct uuid withdrawal = { { 7 } };
    const struct notes one = { 1, { { 5000, 1 } } };
    char path[600], why[64];
    bool walks_away;
    bank_key(home);
    start();
    bank_until(&bank, in_service, "it serves");
    assert_int_equal(dispenser_stack(&machine.dispenser, &withdrawal, &one, why), DISPENSE_DONE);
    assert_int_equal(dispenser_present(&machine.dispenser, &walks_away, why), DISPENSE_DONE);
    stop();
    snprintf(path, sizeof path, "%s/journal.log", options.folder);
    assert_int_equal(unlink(path), 0);
    refused("lacks its end");
    options.adopt_memories = true;
    start();
    options.adopt_memories = false;
    bank_request(&bank, "ReportIncident");
    bank_say(&bank, NULL, true, "");
    bank_request(&bank, "ConfirmDispense");
    check_contains(bank.line, "\"withdrawal_id\":\"07000000-");
    check_contains(bank.line, "\"outcome\":\"unknown\",\"reason\":\"journal lost\"");
    stop();
}

static void test_a_machine_whose_acceptor_file_is_gone_takes_no_notes(void **state)
{
    (void)state;
    char path[600];
    bank_key(home);
    start();
    bank_until(&bank, in_service, "it serves");
    stop();
    snprintf(path, sizeof path, "%s/acceptor", options.folder);
    assert_int_equal(unlink(path), 0);
    for (int i = 0; i < 2; i++) {
        start();
        assert_true(machine.acceptor.state.attention && !machine.acceptor.known);
        if (i == 0) {
            bank_request(&bank, "ReportIncident");
            check_contains(bank.line, "\"incident\":\"memory_lost\",\"count\":1");
            bank_say(&bank, NULL, true, "");
            bank_until(&bank, nothing_owed, "the incident is told");
        }
        assert_int_equal(machine.saf.count, 0);
        stop();
    }
}

static void test_a_machine_whose_dispenser_file_is_gone_pays_nothing_out(void **state)
{
    static struct view view;
    (void)state;
    char path[600];
    bank_key(home);
    start();
    bank_until(&bank, in_service, "it serves");
    stop();
    snprintf(path, sizeof path, "%s/dispenser", options.folder);
    assert_int_equal(unlink(path), 0);
    start();
    assert_true(machine.dispenser.state.attention && !machine.dispenser.loaded);
    bank_request(&bank, "ReportIncident");
    check_contains(bank.line, "\"incident\":\"memory_lost\",\"count\":1");
    bank_say(&bank, NULL, true, "");
    bank_until(&bank, nothing_owed, "the incident is told");
    machine_view(&machine, &view);
    assert_int_equal(view.cash_light, LIGHT_FAULT); /* it serves, and pays nothing out */
    stop();
    start();
    assert_true(machine.dispenser.state.attention);
    assert_int_equal(machine.saf.count, 0);
    stop();
}

/* As after a kill between the two: it cannot be set aside, and the report is stored already. */
static void test_a_forged_memory_is_reported_before_it_is_set_aside(void **state)
{
    (void)state;
    char path[600], aside[700], inside[720];
    bank_key(home);
    start();
    bank_until(&bank, in_service, "it serves");
    stop();
    snprintf(path, sizeof path, "%s/acceptor", options.folder);
    snprintf(aside, sizeof aside, "%s.forged", path);
    snprintf(inside, sizeof inside, "%s/in", aside);
    assert_int_equal(truncate(path, 40), 0);
    assert_int_equal(mkdir(aside, 0700), 0);
    assert_int_equal(mkdir(inside, 0700), 0);
    refused("cannot set");
    assert_int_equal(rmdir(inside), 0);
    assert_int_equal(rmdir(aside), 0);
    start();
    assert_true(machine.acceptor.state.attention);
    assert_int_equal(machine.saf.count, 2); /* at least once */
    stop();
}

static void bank_knows(const char *position)
{
    snprintf(bank.journal, sizeof bank.journal, ",\"journal\":\"%s\"", position);
}

static void test_a_folder_older_than_the_bank_knows_stays_out_of_service(void **state)
{
    (void)state;
    char here[JOURNAL_POSITION], other[JOURNAL_POSITION], later[JOURNAL_POSITION];
    bank_key(home);
    start();
    bank_until(&bank, in_service, "it serves");
    journal_position(&machine.journal, here);
    stop();
    bank_knows(here);
    start();
    bank_until(&bank, in_service, "it serves: the entry is its own");
    stop();
    snprintf(other, sizeof other, "%s", here);
    other[strlen(other) - 1] = other[strlen(other) - 1] == '0' ? '1' : '0';
    snprintf(later, sizeof later, "%s", here);
    later[0]++; /* an entry that it has not come to */
    const char *const unknown[] = { other, "4711:0123456789abcdef", later };
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        if (i == 2)
            memcpy(strchr(later, ':'), strchr(other, ':'), strlen(strchr(other, ':')));
        bank_knows(unknown[i]);
        start();
        bank_request(&bank, "ReportIncident"); /* what is owed is told all the same */
        check_contains(bank.line, "\"incident\":\"folder_older\",\"count\":1");
        bank_say(&bank, NULL, true, "");
        bank_until(&bank, nothing_owed, "the incident is told");
        assert_false(in_service());
        assert_true(machine.terminal.facts.older || machine.older);
        assert_int_equal(machine.link.state, LINK_BARRED);
        check_contains(machine.link.why, "--adopt-memories");
        stop();
    }
    options.adopt_memories = true; /* as a supervisor decides */
    start();
    bank_request(&bank, "ReportIncident");
    check_contains(bank.line, "\"incident\":\"memories_adopted\"");
    bank_say(&bank, NULL, true, "");
    bank_until(&bank, in_service, "it serves");
    options.adopt_memories = false;
    stop();
}

/* Set aside with the file it stands in, an entry is still this machine's. */
static void test_an_entry_of_a_journal_that_was_set_aside_is_found(void **state)
{
    (void)state;
    struct error error;
    char position[JOURNAL_POSITION];
    bank_key(home);
    start();
    bank_until(&bank, in_service, "it serves");
    journal_position(&machine.journal, position);
    check_worked(journal_rotate(&machine.journal, 0, &error), &error);
    assert_true(journal_has(&machine.journal, position));
    assert_true(journal_write(&machine.journal, JOURNAL_STARTED, NULL, "", &error));
    assert_true(journal_has(&machine.journal, position));
    position[strlen(position) - 1] ^= 1;
    assert_false(journal_has(&machine.journal, position));
    stop();
}

static void test_a_displaced_machine_stays_out_of_service(void **state)
{
    (void)state;
    bank_key(home);
    start();
    bank_until(&bank, in_service, "it serves");
    bank_drop(&bank);
    for (int64_t until = fake_now_ms() + FAKE_DEADLINE_MS; !machine.link.displaced;) {
        pump();
        if (bank_read_line(&bank))
            bank_say(&bank, NULL, false, ",\"error\":\"displaced\"");
        assert_true(fake_now_ms() < until);
    }
    pump();
    assert_int_equal(machine.link.state, LINK_BARRED);
    assert_false(in_service());
    assert_int_equal(machine.saf.count, 0); /* the bank knows: it has refused */
    stop();
}

/* The next sign-on, which the bank answers so. */
static void sign_on_is_told(bool ok, const char *fields)
{
    const int64_t until = fake_now_ms() + FAKE_DEADLINE_MS;
    do {
        assert_true(fake_now_ms() < until);
        pump();
    } while (!bank_read_line(&bank));
    check_contains(bank.line, "\"command\":\"SignOn\"");
    bank_say(&bank, NULL, ok, fields);
    for (int i = 0; i < 3; i++)
        pump();
}

#define COUNT_OF(id, count)                                                                        \
    "\"count\":{\"id\":\"" id "\",\"cassettes\":[{\"denomination\":5000,\"count\":" count "}]}"
#define FIRST_COUNT  "0b000000-0000-4000-8000-000000000001"
#define SECOND_COUNT "0b000000-0000-4000-8000-000000000002"

static void test_a_count_at_the_bank_is_taken_over_once(void **state)
{
    (void)state;
    bank_key(home);
    start();
    bank_until(&bank, in_service, "it serves"); /* with 10 of each */
    bank_drop(&bank);
    sign_on_is_told(true, ",\"agrees\":false,\"note_limit\":40,\"currency\":\"EUR\"," COUNT_OF(
                              FIRST_COUNT, "7"));
    assert_int_equal(notes_of(&machine.dispenser.state.cassettes, 5000), 7);
    assert_int_equal(notes_of(&machine.dispenser.state.cassettes, 2000), 10);
    /* It signs on at once with these; a count that it knows is not taken over again. */
    sign_on_is_told(true, ",\"agrees\":false,\"note_limit\":40,\"currency\":\"EUR\"," COUNT_OF(
                              FIRST_COUNT, "9"));
    check_contains(bank.line, "{\"denomination\":5000,\"count\":7}");
    assert_int_equal(notes_of(&machine.dispenser.state.cassettes, 5000), 7);
    bank_until(&bank, in_service, "it serves all the same");
    char *journal = journal_text();
    check_contains(journal, "recounted - count=" FIRST_COUNT " cassettes=5000x7 before=5000x10");
    free(journal);
    stop();
}

static void test_a_machine_that_miscounts_stays_out_until_it_learns_a_count(void **state)
{
    (void)state;
    bank_key(home);
    start();
    bank_until(&bank, in_service, "it serves");
    bank_drop(&bank);
    sign_on_is_told(false, ",\"error\":\"counts_differ\"");
    assert_int_equal(machine.link.state, LINK_BARRED);
    assert_false(in_service());
    bank_drop(&bank);
    bank.forges = true; /* a count without the bank's mac is none */
    sign_on_is_told(false, ",\"error\":\"counts_differ\"," COUNT_OF(SECOND_COUNT, "1"));
    bank.forges = false;
    assert_int_equal(notes_of(&machine.dispenser.state.cassettes, 5000), 10);
    assert_int_equal(machine.link.state, LINK_BARRED);
    bank_drop(&bank);
    sign_on_is_told(false, ",\"error\":\"counts_differ\"," COUNT_OF(FIRST_COUNT, "8"));
    assert_int_equal(notes_of(&machine.dispenser.state.cassettes, 5000), 8);
    bank_until(&bank, in_service, "it serves again");
    stop();
    start(); /* which it remembers */
    assert_int_equal(notes_of(&machine.dispenser.state.cassettes, 5000), 8);
    stop();
}

static void test_another_terminal_key_needs_the_one_before(void **state)
{
    (void)state;
    struct error error;
    char before[600];
    bank_key(home);
    start();
    stop();
    snprintf(before, sizeof before, "%s/before", home);
    assert_int_equal(rename(options.key, before), 0);
    check_worked(durable_write(home, "key", "ffeeddccbbaa99887766554433221100\n", 33, &error),
                 &error);
    refused("--previous-key");
    options.previous_key = before;
    start();
    stop();
    options.previous_key = NULL;
    start();
    stop();
}

/* Out of service until then, and never at the bank with a folder that anybody could have written.
 */
static void test_a_terminal_key_that_comes_late_keys_the_folder_first(void **state)
{
    (void)state;
    start();
    assert_false(machine.memory.keyed);
    for (int i = 0; i < 3; i++)
        pump();
    assert_int_equal(machine.link.state, LINK_DOWN);
    bank_key(home);
    machine.link.next_ms = 0;
    bank_until(&bank, in_service, "it serves");
    assert_true(machine.memory.keyed && machine.journal.keyed);
    stop();
}

static void code_typed(const char *digits)
{
    machine.code_until_ms = 0; /* instead of waiting */
    machine_input(&machine, (struct input){ INPUT_CANCEL, 0 });
    machine_input(&machine, (struct input){ INPUT_SUPERVISOR, 0 });
    assert_int_equal(machine.terminal.page, PAGE_CODE);
    for (; *digits != '\0'; digits++)
        machine_input(&machine, (struct input){ INPUT_DIGIT, *digits });
    machine_input(&machine, (struct input){ INPUT_ENTER, 0 });
}

static void test_the_bank_hears_of_each_lockout_when_it_is_there_again(void **state)
{
    (void)state;
    struct error error;
    bank_key(home);
    check_worked(machine_set_supervisor_code(&options, "482913", &error), &error);
    start();
    bank_until(&bank, in_service, "it serves");
    for (int wrong = 1; wrong <= 5; wrong++) {
        assert_int_equal(machine.saf.count, 0);
        code_typed("000000");
    }
    assert_int_equal(machine.terminal.page, PAGE_LOCKED);
    assert_int_equal(machine.saf.count, 1);
    stop(); /* before it was told */
    start();
    machine_input(&machine, (struct input){ INPUT_SUPERVISOR, 0 });
    assert_int_equal(machine.terminal.page, PAGE_LOCKED);
    machine_input(&machine, (struct input){ INPUT_CANCEL, 0 });
    bank_request(&bank, "ReportIncident");
    check_contains(bank.line, "\"incident\":\"supervisor_lockout\",\"count\":5");
    bank_say(&bank, NULL, true, "");
    bank_until(&bank, nothing_owed, "the incident is told");
    code_typed("482913");
    assert_int_equal(machine.terminal.page, PAGE_MENU);
    bank_request(&bank, "ReportIncident");
    check_contains(bank.line, "\"incident\":\"supervisor_admitted\",\"count\":5");
    char *text = journal_text();
    check_contains(text, "code=wrong in_a_row=5 next_in_s=300");
    assert_null(strstr(text, "482913"));
    free(text);
    stop();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_an_old_folder_that_owes_nothing_is_adopted_and_the_bank_hears_of_it, fresh, done),
        cmocka_unit_test_setup_teardown(test_an_old_folder_that_owes_something_wants_a_persons_word,
                                        fresh, done),
        cmocka_unit_test_setup_teardown(test_a_journal_without_its_end_is_refused, fresh, done),
        cmocka_unit_test_setup_teardown(
            test_a_folder_older_than_the_bank_knows_stays_out_of_service, fresh, done),
        cmocka_unit_test_setup_teardown(test_an_entry_of_a_journal_that_was_set_aside_is_found,
                                        fresh, done),
        cmocka_unit_test_setup_teardown(test_a_displaced_machine_stays_out_of_service, fresh, done),
        cmocka_unit_test_setup_teardown(test_a_count_at_the_bank_is_taken_over_once, fresh, done),
        cmocka_unit_test_setup_teardown(
            test_a_machine_that_miscounts_stays_out_until_it_learns_a_count, fresh, done),
        cmocka_unit_test_setup_teardown(
            test_what_a_device_did_last_is_unknown_when_the_journal_is_lost, fresh, done),
        cmocka_unit_test_setup_teardown(
            test_a_machine_whose_dispenser_file_is_gone_pays_nothing_out, fresh, done),
        cmocka_unit_test_setup_teardown(test_a_forged_memory_is_reported_before_it_is_set_aside,
                                        fresh, done),
        cmocka_unit_test_setup_teardown(test_a_machine_whose_acceptor_file_is_gone_takes_no_notes,
                                        fresh, done),
        cmocka_unit_test_setup_teardown(test_another_terminal_key_needs_the_one_before, fresh,
                                        done),
        cmocka_unit_test_setup_teardown(test_a_terminal_key_that_comes_late_keys_the_folder_first,
                                        fresh, done),
        cmocka_unit_test_setup_teardown(test_the_bank_hears_of_each_lockout_when_it_is_there_again,
                                        fresh, done),
    };
    return cmocka_run_group_tests_name("start", tests, NULL, NULL);
}
