/* SPDX-License-Identifier: MIT */
/* What a start owes after a power cut, from the journal and the dispenser's last present status. */
#include "atm/machine/recovery.h"

#include "atm/devices/faults.h"
#include "atm/files/durable.h"
#include "tests/support/check.h"
#include "tests/support/process.h"
#include "tests/support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const struct uuid own = { { 1 } }, other = { { 2 } }, teller = { { 0x1c } };
static const struct notes two = { 1, { { 5000, 2 } } }, one = { 1, { { 5000, 1 } } },
                          three = { 1, { { 1000, 3 } } };

static enum recovery_seen seen; /* what the journal has */

static struct advice decide(enum dispenser_status status, const struct uuid *last)
{
    const struct dispenser dispenser = { .loaded = true,
                                         .state = { .status = status,
                                                    .withdrawal = *last,
                                                    .stacked = two,
                                                    .presented = one,
                                                    .rejected = one } };
    const struct recovery_item item = { .id = own, .seen = seen };
    return recovery_decide(&item, &dispenser);
}

static void test_presented_cash_is_a_completion(void **state)
{
    (void)state;
    struct advice advice = decide(DISPENSER_PRESENTED, &own);
    assert_int_equal(advice.outcome, ADVICE_DISPENSED);
    assert_int_equal(notes_value(&advice.taken), 5000);
    assert_int_equal(notes_value(&advice.rejected), 5000);
    assert_int_equal(decide(DISPENSER_TAKEN, &own).outcome, ADVICE_DISPENSED);
}

static void test_cash_that_never_came_out_is_a_reversal(void **state)
{
    (void)state;
    struct advice advice = decide(DISPENSER_STACKED, &own);
    assert_int_equal(advice.outcome, ADVICE_NOT_DISPENSED);
    assert_int_equal(notes_value(&advice.rejected), 10000); /* what was stacked is purged */
    advice = decide(DISPENSER_REJECTED, &own);
    assert_int_equal(advice.outcome, ADVICE_NOT_DISPENSED);
    assert_int_equal(notes_value(&advice.rejected), 5000);
}

static void test_an_unknown_position_is_suspect(void **state)
{
    (void)state;
    assert_int_equal(decide(DISPENSER_MOVING, &own).outcome, ADVICE_UNKNOWN);
}

static void test_cash_drawn_back_is_suspect(void **state)
{
    (void)state;
    struct advice advice = decide(DISPENSER_RETRACTED, &own);
    assert_int_equal(advice.outcome, ADVICE_RETRACTED);
    assert_int_equal(notes_value(&advice.retracted), 5000);
}

static void test_a_status_about_another_withdrawal_means_that_nothing_moved(void **state)
{
    (void)state;
    for (int status = 0; status < DISPENSER_STATUS_COUNT; status++) {
        struct advice advice = decide((enum dispenser_status)status, &other);
        assert_int_equal(advice.outcome, ADVICE_NOT_DISPENSED);
        assert_int_equal(notes_count(&advice.taken) + notes_count(&advice.rejected), 0);
    }
}

static void test_a_dispenser_that_knows_less_than_the_journal_is_not_believed(void **state)
{
    (void)state;
    const struct recovery_item item = { .id = own };
    const struct dispenser forgotten = { .loaded = false };
    assert_int_equal(recovery_decide(&item, &forgotten).outcome, ADVICE_UNKNOWN);
    seen = SEEN_INSIDE; /* it lay on the stacker, and an older memory is put in its place */
    assert_int_equal(decide(DISPENSER_TAKEN, &other).outcome, ADVICE_UNKNOWN);
    assert_int_equal(decide(DISPENSER_IDLE, &own).outcome, ADVICE_UNKNOWN);
    assert_int_equal(decide(DISPENSER_STACKED, &own).outcome, ADVICE_NOT_DISPENSED);
    seen = SEEN_OUTSIDE;
    assert_int_equal(decide(DISPENSER_STACKED, &own).outcome, ADVICE_UNKNOWN);
    assert_int_equal(decide(DISPENSER_REJECTED, &own).outcome, ADVICE_UNKNOWN);
    assert_int_equal(decide(DISPENSER_PRESENTED, &own).outcome, ADVICE_DISPENSED);
    seen = SEEN_NOTHING;
}

/* ---- with the files ----------------------------------------------------------- */

static const char *folder;
static struct memory memory = { .keyed = true, .key = { { { 0x11, 0x22 } }, { { 0x1c } } } };
static struct journal journal;
static struct dispenser dispenser;
static struct saf saf;
static struct recovery recovery;

/* The machine starts: everything is read from the disk. */
static void start(void)
{
    struct error error;
    recovery_finish(&recovery);
    journal_close(&journal);
    saf_close(&saf);
    check_worked(dispenser_open(&dispenser, folder, &memory, &error), &error);
    check_worked(journal_open(&journal, folder, &memory, recovery_read, &recovery, &error), &error);
    check_worked(saf_open(&saf, folder, &memory, &error), &error);
    check_worked(recovery_run(&recovery, &journal, &dispenser, &saf, &teller, &error), &error);
}

static int fresh(void **state)
{
    struct error error;
    struct notes loaded = { 1, { { 5000, 10 } } };
    (void)state;
    folder = scratch_create();
    faults_init(folder);
    journal.file = -1;
    start();
    check_worked(dispenser_load(&dispenser, &loaded, &error), &error);
    return 0;
}

static void note(enum journal_step step, const struct uuid *id)
{
    struct error error;
    check_worked(journal_write(&journal, step, id, "", &error), &error);
}

static void expect_stored(const char *outcome)
{
    assert_int_equal(saf.count, 1);
    assert_string_equal(saf.entry[0].stored.outcome, outcome);
    assert_true(uuid_equal(&saf.entry[0].stored.withdrawal, &own));
}

static void test_a_request_without_an_end_is_reversed_once(void **state)
{
    (void)state;
    note(JOURNAL_REQUEST, &own);
    start();
    expect_stored("not_dispensed");
    struct uuid id = saf.entry[0].stored.id;
    start();
    expect_stored("not_dispensed");
    assert_true(uuid_equal(&saf.entry[0].stored.id, &id)); /* the same message, not a second one */
    assert_int_equal(recovery_open(&recovery, &saf), 0);
}

static void test_what_has_ended_is_left_alone(void **state)
{
    (void)state;
    note(JOURNAL_REQUEST, &own);
    note(JOURNAL_DECLINED, &own);
    note(JOURNAL_REQUEST, &other);
    note(JOURNAL_ADVICE, &other);
    note(JOURNAL_ACKNOWLEDGED, &other);
    start();
    assert_int_equal(saf.count, 0);
}

/* The power went while the number of a cash code was on the screen. No money has moved. */
static void test_a_cash_code_is_owed_no_end(void **state)
{
    (void)state;
    note(JOURNAL_CODE_REQUEST, &own);
    start();
    assert_int_equal(saf.count, 0);
    note(JOURNAL_CODE_ISSUED, &own);
    start();
    assert_int_equal(saf.count, 0);
    assert_int_equal(recovery_open(&recovery, &saf), 0);
}

static void test_presented_cash_is_completed_and_counted_as_taken(void **state)
{
    (void)state;
    char why[64];
    bool walks_away;
    note(JOURNAL_REQUEST, &own);
    dispenser_stack(&dispenser, &own, &two, why);
    dispenser_present(&dispenser, &walks_away, why);
    start();
    expect_stored("dispensed");
    check_contains(saf.entry[0].line, "\"taken\":[{\"denomination\":5000,\"count\":2}]");
    assert_int_equal(dispenser.state.status, DISPENSER_TAKEN);
    assert_int_equal(notes_value(&dispenser.state.out), 10000);
}

static void test_stacked_cash_is_purged_and_reversed(void **state)
{
    (void)state;
    char why[64];
    note(JOURNAL_REQUEST, &own);
    dispenser_stack(&dispenser, &own, &two, why);
    start();
    expect_stored("not_dispensed");
    check_contains(saf.entry[0].line, "\"rejected\":[{\"denomination\":5000,\"count\":2}]");
    assert_int_equal(dispenser.state.status, DISPENSER_REJECTED);
    assert_int_equal(notes_value(&dispenser.state.reject_bin), 10000);
}

static void test_an_advice_stored_before_the_power_went_stays_the_only_one(void **state)
{
    (void)state;
    struct error error;
    char line[MESSAGE_SIZE];
    struct advice advice = { .withdrawal = own, .outcome = ADVICE_DISPENSED, .taken = two };
    struct uuid id = { { 9 } };
    note(JOURNAL_REQUEST, &own);
    size_t length = message_advice(line, &id, &teller, &advice);
    check_worked(saf_store(&saf, &own, line, length, &error), &error);
    start(); /* the journal does not know of it: the power went in between */
    expect_stored("dispensed");
}

/* The file of the one stored advice. */
static void advice_path(char path[static 300])
{
    char id[UUID_TEXT_LENGTH];
    snprintf(path, 300, "%s/saf/%s.json", folder, uuid_write(&own, id));
}

static void advise(void)
{
    struct error error;
    char line[MESSAGE_SIZE];
    struct advice advice = { .withdrawal = own, .outcome = ADVICE_DISPENSED, .taken = three };
    struct uuid id = { { 9 } };
    note(JOURNAL_REQUEST, &own);
    size_t length = message_advice(line, &id, &teller, &advice);
    check_worked(saf_store(&saf, &own, line, length, &error), &error);
    note(JOURNAL_ADVICE, &own);
}

/* "count":3 became "count":1 so, and 20.00 that the customer holds went back to the account. */
static void test_a_flipped_bit_in_a_stored_advice_makes_it_unknown(void **state)
{
    (void)state;
    char path[300], line[MESSAGE_SIZE];
    advise();
    advice_path(path);
    char *text = process_read_file(path), *count = strstr(text, "\"count\":3");
    assert_non_null(count);
    count[8] ^= 2;
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    free(text);
    start();
    expect_stored("unknown");
    assert_false(
        uuid_equal(&saf.entry[0].stored.id, &(struct uuid){ { 9 } })); /* a message of its own */
    strcpy(line, saf.entry[0].line);
    start();
    expect_stored("unknown");
    assert_string_equal(saf.entry[0].line, line);
}

static void test_a_stored_advice_that_is_gone_is_unknown(void **state)
{
    (void)state;
    char path[300];
    advise();
    advice_path(path);
    assert_int_equal(unlink(path), 0);
    start();
    expect_stored("unknown");
}

static void test_an_acknowledged_advice_is_over(void **state)
{
    (void)state;
    char path[300];
    advise();
    note(JOURNAL_ACKNOWLEDGED, &own);
    advice_path(path);
    assert_int_equal(unlink(path), 0);
    start();
    assert_int_equal(saf.count, 0);
}

static void put(const char *name, const char *text)
{
    struct error error;
    check_worked(durable_write(folder, name, text, strlen(text), &error), &error);
}

static char *taken_away(const char *name)
{
    char path[300];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return process_read_file(path);
}

/* Power cut after presented: the journal says so, and the customer holds the notes. */
static void presented(char **before)
{
    char why[64];
    bool walks_away;
    note(JOURNAL_REQUEST, &own);
    *before = taken_away("dispenser");
    dispenser_stack(&dispenser, &own, &two, why);
    note(JOURNAL_STACKED, &own);
    dispenser_present(&dispenser, &walks_away, why);
    note(JOURNAL_PRESENTED, &own);
}

static void test_an_older_dispenser_file_makes_it_unknown(void **state)
{
    (void)state;
    char *before;
    presented(&before);
    put("dispenser", before);
    free(before);
    start();
    expect_stored("unknown");
}

static void test_a_dispenser_file_that_is_gone_makes_it_unknown(void **state)
{
    (void)state;
    char *before, path[300];
    presented(&before);
    free(before);
    snprintf(path, sizeof path, "%s/dispenser", folder);
    assert_int_equal(unlink(path), 0);
    start();
    expect_stored("unknown");
}

/* It was genuine once: the withdrawal was reversed by it, and then the notes came out after all. */
static void
test_a_stored_advice_that_the_journal_or_the_dispenser_contradicts_is_unknown(void **state)
{
    (void)state;
    char why[64], path[300], *genuine;
    bool walks_away;
    struct error error;
    for (int way = 0; way < 2; way++) {
        fresh(state);
        dispenser_stack(&dispenser, &own, &two, why);
        advise();
        advice_path(path);
        genuine = taken_away(path + strlen(folder) + 1);
        if (way == 0) { /* the journal's last word is another */
            check_worked(journal_write(&journal, JOURNAL_ADVICE, &own, "outcome=retracted", &error),
                         &error);
            dispenser_present(&dispenser, &walks_away, why);
        } /* else the dispenser has them on its stacker still */
        put(path + strlen(folder) + 1, genuine);
        free(genuine);
        start();
        expect_stored("unknown");
        check_contains(saf.entry[0].line, "stored advice contradicted");
        start();
        expect_stored("unknown");
    }
}

/* Without MACs, in a folder that is being adopted, a second file may be about the same. */
static void test_two_stored_advices_that_contradict_each_other_are_unknown(void **state)
{
    (void)state;
    struct error error;
    char line[MESSAGE_SIZE];
    struct advice advice = { .withdrawal = own, .outcome = ADVICE_NOT_DISPENSED };
    for (int first = 0; first < 2; first++) {
        const struct uuid names[] = { { { (unsigned char)(first == 0 ? 3 : 5) } }, { { 4 } } };
        fresh(state);
        note(JOURNAL_REQUEST, &own);
        for (int i = 0; i < 2; i++) {
            struct uuid id = { { 9, (unsigned char)i } };
            advice.outcome = i == 0 ? ADVICE_NOT_DISPENSED : ADVICE_DISPENSED;
            advice.taken = i == 0 ? (struct notes){ 0 } : two;
            size_t length = message_advice(line, &id, &teller, &advice);
            check_worked(saf_store(&saf, &names[i], line, length, &error), &error);
        }
        start();
        expect_stored("unknown");
    }
}

static void test_what_a_start_that_was_cut_off_owes_the_dispenser_is_made_up(void **state)
{
    (void)state;
    struct error error;
    char line[MESSAGE_SIZE], *before;
    struct advice advice = { .withdrawal = own, .outcome = ADVICE_DISPENSED, .taken = two };
    struct uuid id = { { 9 } };
    presented(&before);
    free(before);
    size_t length = message_advice(line, &id, &teller, &advice);
    check_worked(saf_store(&saf, &own, line, length, &error), &error);
    start(); /* the one before died between storing the advice and taking the notes */
    expect_stored("dispensed");
    assert_int_equal(notes_value(&dispenser.state.out), 10000);
}

/* Another withdrawal's good file under this one's name. */
static void test_an_advice_under_another_name_is_none(void **state)
{
    (void)state;
    char path[300], elsewhere[300], id[UUID_TEXT_LENGTH];
    advise();
    advice_path(path);
    snprintf(elsewhere, sizeof elsewhere, "%s/saf/%s.json", folder, uuid_write(&other, id));
    assert_int_equal(rename(path, elsewhere), 0);
    start();
    assert_int_equal(saf.count, 2);
    assert_string_equal(saf.entry[0].stored.outcome, "unknown");
    assert_string_equal(saf.entry[1].stored.outcome, "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_presented_cash_is_a_completion),
        cmocka_unit_test(test_cash_that_never_came_out_is_a_reversal),
        cmocka_unit_test(test_an_unknown_position_is_suspect),
        cmocka_unit_test(test_cash_drawn_back_is_suspect),
        cmocka_unit_test(test_a_status_about_another_withdrawal_means_that_nothing_moved),
        cmocka_unit_test(test_a_dispenser_that_knows_less_than_the_journal_is_not_believed),
        cmocka_unit_test_setup(test_a_flipped_bit_in_a_stored_advice_makes_it_unknown, fresh),
        cmocka_unit_test_setup(test_a_stored_advice_that_is_gone_is_unknown, fresh),
        cmocka_unit_test_setup(test_an_acknowledged_advice_is_over, fresh),
        cmocka_unit_test_setup(test_an_advice_under_another_name_is_none, fresh),
        cmocka_unit_test_setup(test_an_older_dispenser_file_makes_it_unknown, fresh),
        cmocka_unit_test_setup(test_a_dispenser_file_that_is_gone_makes_it_unknown, fresh),
        cmocka_unit_test(
            test_a_stored_advice_that_the_journal_or_the_dispenser_contradicts_is_unknown),
        cmocka_unit_test(test_two_stored_advices_that_contradict_each_other_are_unknown),
        cmocka_unit_test_setup(test_what_a_start_that_was_cut_off_owes_the_dispenser_is_made_up,
                               fresh),
        cmocka_unit_test_setup(test_a_request_without_an_end_is_reversed_once, fresh),
        cmocka_unit_test_setup(test_what_has_ended_is_left_alone, fresh),
        cmocka_unit_test_setup(test_a_cash_code_is_owed_no_end, fresh),
        cmocka_unit_test_setup(test_presented_cash_is_completed_and_counted_as_taken, fresh),
        cmocka_unit_test_setup(test_stacked_cash_is_purged_and_reversed, fresh),
        cmocka_unit_test_setup(test_an_advice_stored_before_the_power_went_stays_the_only_one,
                               fresh),
    };
    return cmocka_run_group_tests_name("recovery", tests, NULL, NULL);
}
