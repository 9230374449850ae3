/* SPDX-License-Identifier: MIT */
/* A machine's journal beside the bank's log: what differs, and what does not. */
#include "bank/reconcile/reconcile.h"
#include "tests/bank/given.h"
#include "tests/support/scratch.h"

#include <unistd.h>

/* ---- a journal, entry by entry ---- */

static struct machine_saga saga;
static struct difference differences[DIFFERENCE_COUNT];

static void note(enum journal_step step, const char *detail)
{
    struct journal_entry entry = { .step = step, .withdrawal = saga.id };
    snprintf(entry.detail, sizeof entry.detail, "%s", detail);
    machine_fold(&saga, &entry);
}

/* The machine's side of a withdrawal of 70.00 that was approved. */
static void noted_withdrawal(struct uuid id)
{
    saga = (struct machine_saga){ .id = id };
    note(JOURNAL_REQUEST, "amount=7000 card=400000******7899 notes=-");
    note(JOURNAL_APPROVED, "notes=5000x1,2000x1");
    note(JOURNAL_STACK, "notes=5000x1,2000x1");
    note(JOURNAL_STACKED, "");
    note(JOURNAL_PRESENT, "");
}

static void noted_taken(struct uuid id)
{
    noted_withdrawal(id);
    note(JOURNAL_PRESENTED, "notes=5000x1,2000x1 rejected=-");
    note(JOURNAL_TAKEN, "notes=5000x1,2000x1");
    note(JOURNAL_ADVICE, "outcome=dispensed reason=");
}

static void assert_differs(enum difference_kind kind)
{
    const size_t count = reconcile(&saga, saga_of(saga.id), differences);
    for (size_t i = 0; i < count; i++)
        if (differences[i].kind == kind)
            return;
    check_fail("there is no difference %s", difference_name(kind));
}

static void assert_same(void)
{
    if (reconcile(&saga, saga_of(saga.id), differences) > 0)
        check_fail("there is a difference: %s", difference_name(differences[0].kind));
}

/* ---- the bank's side ---- */

static struct uuid given_withdrawal(void)
{
    given_account(PETER, 50000);
    given_teller(MACHINE, notes_of_two(5000, 10, 2000, 10));
    given(initiate(MACHINE, PETER, 7000));
    return event_at(0)->correlation_id;
}

/* Who says so the engine takes from the command, which these tests have none of. */
static void given_said(struct command command, enum source source)
{
    given(command);
    saga_of(command.withdrawal_id)->withdrawal.source = source;
}

static struct uuid given_taken(void)
{
    const struct uuid id = given_withdrawal();
    given_said(confirm(id, OUTCOME_DISPENSED, notes_of_two(5000, 1, 2000, 1)), SOURCE_MACHINE);
    return id;
}

/* ---- withdrawals ---- */

static void test_what_both_have_alike_does_not_differ(void **state)
{
    (void)state;
    noted_taken(given_taken());
    assert_same();
}

static void test_other_notes_differ_note_by_note(void **state)
{
    (void)state;
    noted_taken(given_taken());
    note(JOURNAL_TAKEN, "notes=5000x1");
    assert_differs(DIFFERENCE_TAKEN);
    assert_int_equal(notes_of(&differences[0].journal_notes, 2000), 0);
    assert_int_equal(notes_of(&differences[0].log_notes, 2000), 1);
    note(JOURNAL_APPROVED, "notes=2000x1,5000x2");
    assert_differs(DIFFERENCE_PROMISED);
    note(JOURNAL_PRESENTED, "notes=5000x1,2000x1 rejected=2000x1");
    assert_differs(DIFFERENCE_REJECTED);
}

static void test_another_amount_or_end_differs(void **state)
{
    (void)state;
    noted_taken(given_taken());
    saga.amount = 9000;
    assert_differs(DIFFERENCE_AMOUNT);
    note(JOURNAL_ADVICE, "outcome=not_dispensed reason=");
    assert_differs(DIFFERENCE_OUTCOME);
}

static void test_what_only_one_of_them_has(void **state)
{
    (void)state;
    noted_taken(id_of(7));
    assert_differs(DIFFERENCE_ONLY_IN_JOURNAL);
    const struct uuid id = given_taken();
    assert_int_equal(reconcile(NULL, saga_of(id), differences), 1);
    assert_int_equal(differences[0].kind, DIFFERENCE_ONLY_IN_LOG);
}

/* The bank keeps no event of a card that it does not know. */
static void test_a_request_that_moved_no_note_need_not_be_in_the_log(void **state)
{
    (void)state;
    saga = (struct machine_saga){ .id = id_of(7) };
    note(JOURNAL_REQUEST, "amount=7000 card=- notes=-");
    assert_same();
    note(JOURNAL_DECLINED, "reason=no_such_card");
    assert_same();
}

static void test_an_advice_that_the_bank_has_not_got_differs(void **state)
{
    (void)state;
    noted_taken(given_withdrawal());
    assert_differs(DIFFERENCE_OUTCOME);
    assert_string_equal(differences[0].log_end, "dispensing");
}

static void test_what_is_under_way_does_not_differ(void **state)
{
    (void)state;
    noted_withdrawal(given_withdrawal());
    assert_same();
}

static void test_an_end_that_the_journal_has_not_differs(void **state)
{
    (void)state;
    noted_withdrawal(given_taken());
    assert_differs(DIFFERENCE_OUTCOME);
}

static void test_what_the_machine_does_not_know_an_operator_may_have_counted(void **state)
{
    (void)state;
    const struct uuid id = given_withdrawal();
    noted_withdrawal(id);
    note(JOURNAL_POSITION_UNKNOWN, "");
    note(JOURNAL_ADVICE, "outcome=unknown reason=the transport stopped half way");
    given_said(confirm(id, OUTCOME_UNKNOWN, (struct notes){ 0 }), SOURCE_MACHINE);
    assert_same();
    struct command counted = for_teller(TELLER_RESOLVE_WITHDRAWAL, MACHINE);
    counted.withdrawal_id = id;
    counted.outcome = OUTCOME_DISPENSED;
    given_said(counted, SOURCE_OPERATOR);
    assert_same();
}

static void test_what_the_machine_does_not_know_it_cannot_have_told(void **state)
{
    (void)state;
    noted_withdrawal(given_taken());
    note(JOURNAL_POSITION_UNKNOWN, "");
    note(JOURNAL_ADVICE, "outcome=unknown reason=the transport stopped half way");
    assert_differs(DIFFERENCE_OUTCOME);
}

static void test_a_person_does_not_overrule_what_the_machine_knows(void **state)
{
    (void)state;
    const struct uuid id = given_withdrawal();
    noted_taken(id);
    time_passes(3600 * SECOND_US);
    struct command command = { .kind = NO_COMMAND };
    assert_true(withdrawal_deadline(withdrawal_of(id), bank.now_us, &command));
    given_said(command, SOURCE_DEADLINE);
    assert_differs(DIFFERENCE_OUTCOME); /* the machine knows, and has not told */
    struct command counted = for_teller(TELLER_RESOLVE_WITHDRAWAL, MACHINE);
    counted.withdrawal_id = id;
    counted.outcome = OUTCOME_NOT_DISPENSED;
    given_said(counted, SOURCE_OPERATOR);
    assert_differs(DIFFERENCE_OUTCOME);
}

static void test_retracted_notes_are_compared(void **state)
{
    (void)state;
    const struct uuid id = given_withdrawal();
    noted_withdrawal(id);
    note(JOURNAL_PRESENTED, "notes=5000x1,2000x1 rejected=-");
    note(JOURNAL_RETRACTED, "notes=5000x1,2000x1");
    note(JOURNAL_ADVICE, "outcome=retracted reason=not taken");
    struct command retracted = confirm(id, OUTCOME_RETRACTED, (struct notes){ 0 });
    retracted.retracted = notes_of_two(5000, 1, 2000, 1);
    given_said(retracted, SOURCE_MACHINE);
    assert_same();
    note(JOURNAL_RETRACTED, "notes=5000x1");
    assert_differs(DIFFERENCE_RETRACTED);
}

/* The devices' memories said where they are; the journal does not. */
static void test_what_a_power_cut_left_unsaid_is_no_difference(void **state)
{
    (void)state;
    const struct uuid id = given_withdrawal();
    noted_withdrawal(id);
    note(JOURNAL_ADVICE, "outcome=not_dispensed by=recovery reason=power cut");
    struct command purged = confirm(id, OUTCOME_NOT_DISPENSED, (struct notes){ 0 });
    purged.rejected = notes_of_two(5000, 1, 2000, 1);
    given_said(purged, SOURCE_MACHINE);
    assert_same();
    note(JOURNAL_DISPENSE_FAILED, "rejected=5000x1"); /* said after all */
    assert_differs(DIFFERENCE_REJECTED);
}

/* ---- deposits ---- */

static struct uuid given_deposit(struct notes notes)
{
    given_account(PETER, 0);
    given_teller(MACHINE, some_notes(5000, 10));
    given(initiate_deposit(MACHINE, PETER));
    const struct uuid id = event_at(0)->correlation_id;
    given(for_deposit(TELLER_CONFIRM_DEPOSIT, id, OUTCOME_COUNTED, notes));
    saga_of(id)->deposit.source = SOURCE_MACHINE;
    return id;
}

static void test_deposited_notes_are_compared(void **state)
{
    (void)state;
    saga = (struct machine_saga){ .id = given_deposit(some_notes(5000, 2)) };
    note(JOURNAL_DEPOSIT_REQUEST, "card=400000******7899");
    note(JOURNAL_APPROVED, "deposit");
    note(JOURNAL_ACCEPT, "notes=5000x3");
    note(JOURNAL_COUNTED, "notes=5000x2 rejected=5000x1");
    note(JOURNAL_KEPT, "notes=5000x2");
    note(JOURNAL_ADVICE, "outcome=counted reason=");
    assert_same();
    note(JOURNAL_KEPT, "notes=5000x3");
    assert_differs(DIFFERENCE_ACCEPTED);
    note(JOURNAL_GIVEN_BACK, "");
    note(JOURNAL_ADVICE, "outcome=cancelled reason=");
    assert_differs(DIFFERENCE_OUTCOME);
}

/* ---- the file ---- */

static const struct memory_key key = { { { 0x11, 0x22 } }, { { 0x1c } } };
static char path[200];

static struct journal_chain written; /* behind the last line */

static void lines_write(FILE *file, size_t count, const char *const *lines)
{
    for (size_t i = 0; i < count; i++) {
        char line[JOURNAL_LINE_LENGTH], hash[JOURNAL_HASH_LENGTH];
        const int length = snprintf(line, sizeof line, "%d 2026-11-24T05:17:4%zu.123Z %s",
                                    (int)written.sequence + 1, i % 10, lines[i]);
        journal_line_hash(&written, line, (size_t)length, hash);
        fprintf(file, "%s %s\n", line, hash);
        written.sequence++;
        memcpy(written.hash, hash, sizeof hash);
    }
    fclose(file);
}

static FILE *file_open(void)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    return file;
}

static void file_write(const struct memory_key *with, size_t count, const char *const *lines)
{
    written = journal_chain_begin(with);
    lines_write(file_open(), count, lines);
}

/* A file that goes on from there, as after one that was set aside. */
static void file_follow(size_t count, const char *const *lines)
{
    char head[JOURNAL_HEAD_SIZE];
    FILE *file = file_open();
    journal_head_write(&written, head);
    fprintf(file, "%s\n", head);
    lines_write(file, count, lines);
}

#define ID "01a2f0c1-0000-7000-8000-000000000001"
static const char *const lines[] = { "started -",
                                     "request " ID " amount=5000 card=- notes=-",
                                     "approved " ID " notes=5000x1",
                                     "stack " ID " notes=5000x1",
                                     "taken " ID " notes=5000x1",
                                     "advice " ID " outcome=dispensed" };
enum { LINES = sizeof lines / sizeof lines[0] };

static void check_file(const struct memory_key *with, enum machine_macs macs, size_t wrong)
{
    struct machine machine;
    struct error error;
    check_worked(machine_read(&machine, path, with, &error), &error);
    assert_int_equal(machine.macs, macs);
    assert_int_equal(machine.wrong_all, wrong);
    machine_finish(&machine);
}

/* The file, with the nth line done to by that program of sed. */
static void doctor(const char *what)
{
    char command[500];
    snprintf(command, sizeof command, "sed -i '%s' '%s'", what, path);
    assert_int_equal(system(command), 0);
}

static int scratch(void **state)
{
    (void)bank_start(state);
    snprintf(path, sizeof path, "%s/journal.log", scratch_create());
    return 0;
}

static void test_a_journal_is_read_with_its_macs(void **state)
{
    (void)state;
    struct machine machine;
    struct error error;
    file_write(&key, LINES, lines);
    check_worked(machine_read(&machine, path, &key, &error), &error);
    assert_int_equal(machine.macs, MACHINE_MACS_GOOD);
    assert_int_equal(machine.count, 1);
    assert_int_equal(machine.first, 1);
    assert_int_equal(machine.last, LINES);
    assert_int_equal(machine.saga[0].end, MACHINE_END_DISPENSED);
    assert_non_null(machine_find(&machine, &machine.saga[0].id));
    assert_null(machine_find(&machine, &key.teller));
    machine_finish(&machine);
}

static void test_without_their_key_only_gaps_are_found(void **state)
{
    (void)state;
    file_write(&key, LINES, lines);
    check_file(NULL, MACHINE_MACS_UNCHECKED, 0);
    doctor("3d");
    check_file(NULL, MACHINE_MACS_WRONG, 1);
}

static void test_a_file_of_hashes_is_checked_too(void **state)
{
    (void)state;
    file_write(NULL, LINES, lines);
    check_file(NULL, MACHINE_MACS_HASHES, 0);
    doctor("5s/5000x1/5000x9/");
    check_file(NULL, MACHINE_MACS_WRONG, 1);
}

static void test_each_changed_entry_is_found(void **state)
{
    (void)state;
    file_write(&key, LINES, lines);
    doctor("5s/5000x1/5000x9/; 2s/amount=5000/amount=9000/");
    check_file(&key, MACHINE_MACS_WRONG, 2);
}

static void test_a_file_that_follows_another_is_read_alone(void **state)
{
    (void)state;
    struct machine machine;
    struct error error;
    file_write(&key, LINES, lines);
    file_follow(LINES, lines);
    check_worked(machine_read(&machine, path, &key, &error), &error);
    assert_int_equal(machine.macs, MACHINE_MACS_GOOD);
    assert_int_equal(machine.first, LINES + 1);
    machine_finish(&machine);
    check_file(NULL, MACHINE_MACS_UNCHECKED, 0);
    doctor("1s/continues 0/continues 1/; 1s/continues [1-9a-f]/continues 0/");
    check_file(&key, MACHINE_MACS_WRONG, 2); /* and so the line behind it */
    doctor("1d");
    check_file(&key, MACHINE_MACS_WRONG, 1);
}

static void test_a_torn_last_line_is_no_change(void **state)
{
    (void)state;
    file_write(&key, LINES, lines);
    FILE *file = fopen(path, "ae");
    fputs("7 2026-11-24T05:1", file);
    fclose(file);
    check_file(&key, MACHINE_MACS_GOOD, 0);
}

static void test_what_is_no_journal_is_refused(void **state)
{
    (void)state;
    struct machine machine;
    struct error error;
    FILE *file = fopen(path, "we");
    fputs("root:x:0:0:root:/root:/bin/sh\n", file);
    fclose(file);
    assert_false(machine_read(&machine, path, NULL, &error));
    machine_finish(&machine);
    unlink(path);
    assert_false(machine_read(&machine, path, NULL, &error));
    machine_finish(&machine);
}

#define of_a_file(test) cmocka_unit_test_setup_teardown(test, scratch, bank_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        sentence(test_what_both_have_alike_does_not_differ),
        sentence(test_other_notes_differ_note_by_note),
        sentence(test_another_amount_or_end_differs),
        sentence(test_what_only_one_of_them_has),
        sentence(test_a_request_that_moved_no_note_need_not_be_in_the_log),
        sentence(test_an_advice_that_the_bank_has_not_got_differs),
        sentence(test_what_is_under_way_does_not_differ),
        sentence(test_an_end_that_the_journal_has_not_differs),
        sentence(test_what_the_machine_does_not_know_an_operator_may_have_counted),
        sentence(test_what_the_machine_does_not_know_it_cannot_have_told),
        sentence(test_a_person_does_not_overrule_what_the_machine_knows),
        sentence(test_retracted_notes_are_compared),
        sentence(test_what_a_power_cut_left_unsaid_is_no_difference),
        sentence(test_deposited_notes_are_compared),
        of_a_file(test_a_journal_is_read_with_its_macs),
        of_a_file(test_without_their_key_only_gaps_are_found),
        of_a_file(test_a_file_of_hashes_is_checked_too),
        of_a_file(test_each_changed_entry_is_found),
        of_a_file(test_a_file_that_follows_another_is_read_alone),
        of_a_file(test_a_torn_last_line_is_no_change),
        of_a_file(test_what_is_no_journal_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
