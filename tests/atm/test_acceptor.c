/* SPDX-License-Identifier: MIT */
/* The note acceptor: what it counts, gives back and keeps, what the file says, and what a start
 * makes of it.
 */
#include "atm/devices/acceptor.h"

#include "atm/devices/faults.h"
#include "atm/machine/recovery.h"
#include "tests/support/check.h"
#include "tests/support/process.h"
#include "tests/support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct uuid own = { { 1 } }, other = { { 2 } }, teller = { { 0x1c } };
static const struct notes three = { 1, { { 5000, 3 } } };

static const char *folder;
static struct memory memory = { .keyed = true, .key = { { { 0x11, 0x22 } }, { { 0x1c } } } };
static struct acceptor acceptor;
static char why[64];

static void open_again(void)
{
    struct error error;
    check_worked(acceptor_open(&acceptor, folder, &memory, &error), &error);
}

static int fresh(void **state)
{
    (void)state;
    folder = scratch_create();
    faults_init(folder);
    open_again();
    return 0;
}

static void inject(const char *line)
{
    struct error error;
    check_worked(faults_inject(line, &error), &error);
}

static void keep(void)
{
    struct error error;
    check_worked(acceptor_keep(&acceptor, &error), &error);
}

static void test_notes_are_counted_kept_and_remembered(void **state)
{
    (void)state;
    assert_int_equal(acceptor.state.status, ACCEPTOR_EMPTY);
    assert_true(acceptor_accept(&acceptor, &own, &three, why));
    open_again();
    assert_int_equal(acceptor.state.status, ACCEPTOR_ESCROW);
    assert_int_equal(notes_value(&acceptor.state.escrow), 15000);
    keep();
    keep(); /* again: nothing is left to keep */
    open_again();
    assert_int_equal(acceptor.state.status, ACCEPTOR_KEPT);
    assert_int_equal(notes_value(&acceptor.state.bin), 15000);
    assert_true(uuid_equal(&acceptor.state.deposit, &own));
}

static void test_notes_are_given_back(void **state)
{
    (void)state;
    struct error error;
    assert_true(acceptor_accept(&acceptor, &own, &three, why));
    check_worked(acceptor_give_back(&acceptor, &error), &error);
    open_again();
    assert_int_equal(acceptor.state.status, ACCEPTOR_RETURNED);
    keep();
    assert_int_equal(notes_value(&acceptor.state.bin), 0);
}

static void test_a_jam_gives_all_back_and_wants_a_person(void **state)
{
    (void)state;
    struct error error;
    inject("acceptor jam while counting");
    assert_false(acceptor_accept(&acceptor, &own, &three, why));
    check_contains(why, "jammed");
    open_again();
    assert_int_equal(acceptor.state.status, ACCEPTOR_RETURNED);
    assert_true(acceptor.state.attention);
    check_worked(acceptor_reset(&acceptor, &error), &error);
    open_again();
    assert_false(acceptor.state.attention);
}

static void test_unreadable_notes_come_back_alone(void **state)
{
    (void)state;
    inject("acceptor 1 notes unreadable");
    assert_true(acceptor_accept(&acceptor, &own, &three, why));
    assert_int_equal(notes_value(&acceptor.state.escrow), 10000);
    inject("acceptor 9 notes unreadable");
    assert_false(acceptor_accept(&acceptor, &other, &three, why));
    check_contains(why, "could be read");
    assert_int_equal(acceptor.state.status, ACCEPTOR_RETURNED);
    assert_int_equal(notes_value(&acceptor.state.bin),
                     10000); /* those left in the escrow were kept */
}

static void test_a_damaged_file_is_no_guess(void **state)
{
    (void)state;
    struct error error;
    char path[300];
    assert_true(acceptor_accept(&acceptor, &own, &three, why));
    snprintf(path, sizeof path, "%s/acceptor", folder);
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    fputs("x", file);
    fclose(file);
    assert_false(acceptor_open(&acceptor, folder, NULL, &error));
    check_contains(error.message, "count the deposit bin");
}

/* ---- after a power cut ---------------------------------------------------------- */

static struct advice decide(enum acceptor_status status, const struct uuid *last)
{
    struct acceptor of = { .known = true,
                           .state = { .status = status, .deposit = *last, .fed = three } };
    struct recovery_item item = { .id = own, .is_deposit = true };
    if (status == ACCEPTOR_ESCROW || status == ACCEPTOR_KEPT)
        of.state.escrow = three;
    return recovery_decide_deposit(&item, &of);
}

static void test_what_the_machine_holds_is_credited(void **state)
{
    (void)state;
    static const enum acceptor_status holds[] = { ACCEPTOR_COUNTING, ACCEPTOR_ESCROW,
                                                  ACCEPTOR_KEPT };
    for (int i = 0; i < 3; i++) {
        struct advice advice = decide(holds[i], &own);
        assert_int_equal(advice.outcome, ADVICE_COUNTED);
        assert_int_equal(notes_value(&advice.accepted), 15000);
        assert_int_equal(decide(holds[i], &other).outcome, ADVICE_CANCELLED);
    }
    assert_int_equal(decide(ACCEPTOR_RETURNED, &own).outcome, ADVICE_CANCELLED);
    assert_int_equal(decide(ACCEPTOR_EMPTY, &own).outcome, ADVICE_CANCELLED);
}

/* Without the acceptor's memory the journal is asked, and never guesses that the customer has the
 * notes. */
static void test_a_lost_memory_cancels_nothing_that_has_moved(void **state)
{
    (void)state;
    const struct acceptor lost = { .known = false };
    struct recovery_item item = { .id = own, .is_deposit = true };
    assert_int_equal(recovery_decide_deposit(&item, &lost).outcome, ADVICE_CANCELLED);
    item.seen = SEEN_BEGUN;
    assert_int_equal(recovery_decide_deposit(&item, &lost).outcome, ADVICE_LOST);
    item.seen = SEEN_RETURNING;
    assert_int_equal(recovery_decide_deposit(&item, &lost).outcome, ADVICE_LOST);
    item.seen = SEEN_INSIDE;
    item.counted = three;
    struct advice advice = recovery_decide_deposit(&item, &lost);
    assert_int_equal(advice.outcome, ADVICE_COUNTED);
    assert_int_equal(notes_value(&advice.accepted), 15000);
    const struct acceptor older = { .known = true, .state = { .deposit = other } };
    assert_int_equal(recovery_decide_deposit(&item, &older).outcome, ADVICE_COUNTED);
    item.returned = true;
    assert_int_equal(recovery_decide_deposit(&item, &lost).outcome, ADVICE_CANCELLED);
}

static struct journal journal;
static struct saf saf;

/* The machine starts: everything is read from the disk. */
static void start(void)
{
    struct error error;
    static struct recovery recovery;
    recovery_finish(&recovery);
    journal_close(&journal);
    saf_close(&saf);
    open_again();
    check_worked(journal_open(&journal, folder, &memory, recovery_read, &recovery, &error), &error);
    check_worked(saf_open(&saf, folder, &memory, &error), &error);
    check_worked(recovery_run_deposits(&recovery, &journal, &acceptor, &saf, &teller, &error),
                 &error);
}

static void test_a_start_tells_the_bank_once_and_empties_the_escrow(void **state)
{
    (void)state;
    struct error error;
    journal.file = -1;
    start();
    check_worked(journal_write(&journal, JOURNAL_DEPOSIT_REQUEST, &own, "", &error), &error);
    assert_true(acceptor_accept(&acceptor, &own, &three, why));
    start();
    assert_int_equal(saf.count, 1);
    check_contains(saf.entry[0].line, "\"command\":\"ConfirmDeposit\"");
    check_contains(saf.entry[0].line,
                   "\"outcome\":\"counted\",\"notes\":[{\"denomination\":5000,\"count\":3}]");
    assert_int_equal(acceptor.state.status, ACCEPTOR_KEPT);
    assert_int_equal(notes_value(&acceptor.state.bin), 15000);
    char first[MESSAGE_SIZE];
    strcpy(first, saf.entry[0].line);
    start();
    assert_int_equal(saf.count, 1);
    assert_string_equal(saf.entry[0].line, first);
    assert_int_equal(notes_value(&acceptor.state.bin), 15000);
}

static void test_a_start_cancels_what_never_went_in(void **state)
{
    (void)state;
    struct error error;
    journal.file = -1;
    start();
    check_worked(journal_write(&journal, JOURNAL_DEPOSIT_REQUEST, &own, "", &error), &error);
    start();
    assert_int_equal(saf.count, 1);
    check_contains(saf.entry[0].line, "\"outcome\":\"cancelled\",\"reason\":\"power\"");
    journal_close(&journal);
    saf_close(&saf);
}

/* The acceptor's file says that they are inside; the journal, which came later, that they are not.
 */
static void test_a_start_does_not_credit_what_the_journal_knows_was_returned(void **state)
{
    (void)state;
    static const enum journal_step returned[] = { JOURNAL_COUNT_FAILED, JOURNAL_GIVEN_BACK };
    for (int i = 0; i < 2; i++) {
        struct error error;
        fresh(state);
        journal.file = -1;
        start();
        check_worked(journal_write(&journal, JOURNAL_DEPOSIT_REQUEST, &own, "", &error), &error);
        assert_true(acceptor_accept(&acceptor, &own, &three, why));
        check_worked(journal_write(&journal, returned[i], &own, "", &error), &error);
        start();
        assert_int_equal(saf.count, 1);
        check_contains(saf.entry[0].line, "\"outcome\":\"cancelled\"");
        assert_int_equal(acceptor.state.status, ACCEPTOR_RETURNED);
        assert_int_equal(notes_count(&acceptor.state.bin), 0);
        journal_close(&journal);
        saf_close(&saf);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_notes_are_counted_kept_and_remembered, fresh),
        cmocka_unit_test_setup(test_notes_are_given_back, fresh),
        cmocka_unit_test_setup(test_a_jam_gives_all_back_and_wants_a_person, fresh),
        cmocka_unit_test_setup(test_unreadable_notes_come_back_alone, fresh),
        cmocka_unit_test_setup(test_a_damaged_file_is_no_guess, fresh),
        cmocka_unit_test(test_a_lost_memory_cancels_nothing_that_has_moved),
        cmocka_unit_test_setup(test_what_the_machine_holds_is_credited, fresh),
        cmocka_unit_test_setup(test_a_start_tells_the_bank_once_and_empties_the_escrow, fresh),
        cmocka_unit_test_setup(test_a_start_cancels_what_never_went_in, fresh),
        cmocka_unit_test_setup(test_a_start_does_not_credit_what_the_journal_knows_was_returned,
                               fresh),
    };
    return cmocka_run_group_tests_name("acceptor", tests, NULL, NULL);
}
