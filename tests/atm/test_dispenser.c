/* SPDX-License-Identifier: MIT */
/* The dispenser: its counters and its last present status are hardware, and outlive the program. */
#include "atm/devices/dispenser.h"

#include "atm/devices/faults.h"
#include "atm/files/log.h"
#include "tests/support/check.h"
#include "tests/support/process.h"
#include "tests/support/scratch.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const struct notes loaded = { 2, { { 5000, 10 }, { 2000, 10 } } };
static const struct notes wanted = { 2, { { 5000, 1 }, { 2000, 2 } } };
static const struct uuid first = { { 1 } }, second = { { 2 } };

static struct memory memory = { .keyed = true, .key = { { { 0x11, 0x22 } }, { { 0x1c } } } };
static struct dispenser dispenser;
static const char *folder;
static char why[64];
static bool walks_away;

static void reopen(void)
{
    struct error error;
    check_worked(dispenser_open(&dispenser, folder, &memory, &error), &error);
}

static int fresh(void **state)
{
    struct error error;
    (void)state;
    folder = scratch_create();
    faults_init(folder);
    reopen();
    assert_false(dispenser.loaded);
    check_worked(dispenser_load(&dispenser, &loaded, &error), &error);
    return 0;
}

static void inject(const char *line)
{
    struct error error;
    check_worked(faults_inject(line, &error), &error);
}

/* cassettes + bins + out + what is stacked or on the way = loaded */
static void expect_conserved(void)
{
    const struct dispenser_state *state = &dispenser.state;
    money on_the_way = state->status == DISPENSER_STACKED || state->status == DISPENSER_MOVING
                           ? notes_value(&state->stacked)
                       : state->status == DISPENSER_PRESENTED ? notes_value(&state->presented)
                                                              : 0;
    assert_int_equal(notes_value(&state->cassettes) + notes_value(&state->reject_bin) +
                         notes_value(&state->retract_bin) + notes_value(&state->out) + on_the_way,
                     notes_value(&loaded));
}

static void stack(void)
{
    assert_int_equal(dispenser_stack(&dispenser, &first, &wanted, why), DISPENSE_DONE);
}

static void present(void)
{
    stack();
    assert_int_equal(dispenser_present(&dispenser, &walks_away, why), DISPENSE_DONE);
}

static void test_counters_and_status_survive_reopening(void **state)
{
    (void)state;
    struct error error;
    present();
    reopen();
    assert_true(dispenser.loaded);
    assert_int_equal(dispenser.state.status, DISPENSER_PRESENTED);
    assert_true(uuid_equal(&dispenser.state.withdrawal, &first));
    assert_int_equal(notes_value(&dispenser.state.presented), 9000);
    assert_int_equal(notes_of(&dispenser.state.cassettes, 5000), 9);
    check_worked(dispenser_take(&dispenser, &error), &error);
    reopen();
    assert_int_equal(dispenser.state.status, DISPENSER_TAKEN);
    assert_int_equal(notes_value(&dispenser.state.out), 9000);
    expect_conserved();
}

static void test_empty_cassettes_give_nothing(void **state)
{
    (void)state;
    struct notes many = { 1, { { 5000, 11 } } };
    assert_int_equal(dispenser_stack(&dispenser, &first, &many, why), DISPENSE_FAILED);
    assert_int_equal(notes_value(&dispenser.state.cassettes), notes_value(&loaded));
    inject("dispenser empty");
    assert_int_equal(dispenser_stack(&dispenser, &first, &wanted, why), DISPENSE_FAILED);
    assert_int_equal(notes_count(&dispenser.state.rejected), 0);
    stack(); /* a fault strikes once */
    expect_conserved();
}

static void test_a_jam_before_presenting_puts_all_into_the_reject_bin(void **state)
{
    (void)state;
    inject("dispenser jam before present");
    stack();
    assert_int_equal(dispenser_present(&dispenser, &walks_away, why), DISPENSE_FAILED);
    reopen();
    assert_int_equal(dispenser.state.status, DISPENSER_REJECTED);
    assert_int_equal(notes_value(&dispenser.state.reject_bin), 9000);
    expect_conserved();
}

static void test_a_partial_presentation_says_what_is_out(void **state)
{
    (void)state;
    inject("dispenser partial after 2 notes");
    present();
    assert_int_equal(notes_value(&dispenser.state.presented), 7000);
    assert_int_equal(notes_value(&dispenser.state.rejected), 2000);
    reopen();
    assert_int_equal(notes_value(&dispenser.state.presented), 7000);
    expect_conserved();
}

static void test_cash_drawn_back_lies_in_the_retract_bin(void **state)
{
    (void)state;
    inject("dispenser not taken");
    present();
    assert_true(walks_away);
    assert_int_equal(dispenser_retract(&dispenser, why), DISPENSE_DONE);
    reopen();
    assert_int_equal(dispenser.state.status, DISPENSER_RETRACTED);
    assert_int_equal(notes_value(&dispenser.state.retract_bin), 9000);
    expect_conserved();
}

static void test_an_unknown_position_needs_a_person_even_after_a_restart(void **state)
{
    (void)state;
    struct error error;
    inject("dispenser position unknown");
    stack();
    assert_int_equal(dispenser_present(&dispenser, &walks_away, why), DISPENSE_UNKNOWN);
    reopen();
    assert_int_equal(dispenser.state.status, DISPENSER_MOVING);
    assert_true(dispenser.state.attention);
    expect_conserved();
    check_worked(dispenser_reset(&dispenser, &error), &error);
    reopen();
    assert_false(dispenser.state.attention);
    assert_int_equal(dispenser_stack(&dispenser, &second, &wanted, why), DISPENSE_DONE);
    assert_int_equal(notes_value(&dispenser.state.out), 9000); /* nobody found them */
    expect_conserved();
}

static void test_a_jam_after_presenting_lets_the_customer_take_the_cash(void **state)
{
    (void)state;
    struct error error;
    inject("dispenser jam after present");
    present();
    assert_true(dispenser.state.attention);
    check_worked(dispenser_take(&dispenser, &error), &error);
    assert_int_equal(dispenser.state.status, DISPENSER_TAKEN);
    assert_true(dispenser.state.attention);
    expect_conserved();
}

static void test_only_a_person_ends_a_jam(void **state)
{
    (void)state;
    struct error error;
    inject("dispenser jam after present");
    present();
    assert_true(dispenser_take(&dispenser, &error));
    present();
    assert_true(dispenser.state.attention);
    reopen();
    assert_true(dispenser.state.attention);
    check_worked(dispenser_reset(&dispenser, &error), &error);
    assert_false(dispenser.state.attention);
}

/* 50.00, 20.00 and 10.00 there were; one cassette is emptied. */
static void test_an_empty_cassette_is_still_one(void **state)
{
    (void)state;
    struct error error;
    const struct notes all = { 1, { { 5000, notes_of(&loaded, 5000) } } };
    const struct notes more = { 2, { { 5000, 3 }, { 500, 4 } } };
    assert_int_equal(dispenser_stack(&dispenser, &first, &all, why), DISPENSE_DONE);
    assert_int_equal(dispenser_present(&dispenser, &walks_away, why), DISPENSE_DONE);
    assert_true(dispenser_take(&dispenser, &error));
    const uint32_t cassettes = dispenser.state.cassettes.length;
    reopen();
    assert_int_equal(dispenser.state.cassettes.length, cassettes);
    assert_int_equal(notes_of(&dispenser.state.cassettes, 5000), 0);
    /* What the bank counts there is not there, but its cassette is. */
    dispenser_know(&dispenser, &more);
    assert_int_equal(dispenser.state.cassettes.length, cassettes + 1);
    assert_int_equal(notes_of(&dispenser.state.cassettes, 5000), 0);
    assert_int_equal(notes_of(&dispenser.state.cassettes, 500), 0);
}

static void test_a_jammed_shutter_draws_nothing_back(void **state)
{
    (void)state;
    inject("dispenser jam after present");
    present();
    assert_int_equal(dispenser_retract(&dispenser, why), DISPENSE_UNKNOWN);
    assert_int_equal(notes_count(&dispenser.state.retract_bin), 0);
    expect_conserved();
}

/* Dies in a child where the fault says; the file then is all there is. */
static void power_cut(const char *fault)
{
    inject(fault);
    pid_t child = fork();
    if (child == 0) {
        dispenser_stack(&dispenser, &first, &wanted, why);
        dispenser_present(&dispenser, &walks_away, why);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    reopen();
}

static void test_a_power_cut_before_presenting_leaves_the_notes_on_the_stacker(void **state)
{
    (void)state;
    struct error error;
    power_cut("power cut before present");
    assert_int_equal(dispenser.state.status, DISPENSER_STACKED);
    check_worked(dispenser_purge(&dispenser, &error), &error);
    assert_int_equal(notes_value(&dispenser.state.reject_bin), 9000);
    expect_conserved();
}

static void test_a_power_cut_while_the_notes_move_leaves_them_somewhere(void **state)
{
    (void)state;
    power_cut("power cut after moving");
    assert_int_equal(dispenser.state.status, DISPENSER_MOVING);
    assert_true(dispenser.state.attention);
    expect_conserved();
}

static void test_a_power_cut_after_presenting_leaves_them_presented(void **state)
{
    (void)state;
    power_cut("power cut after present");
    assert_int_equal(dispenser.state.status, DISPENSER_PRESENTED);
    expect_conserved();
}

static void test_notes_are_counted_in_once_for_each_message(void **state)
{
    (void)state;
    struct error error;
    check_worked(dispenser_replenish(&dispenser, &first, &wanted, &error), &error);
    reopen();
    check_worked(dispenser_replenish(&dispenser, &first, &wanted, &error), &error);
    assert_int_equal(notes_value(&dispenser.state.cassettes), notes_value(&loaded) + 9000);
    check_worked(dispenser_replenish(&dispenser, &second, &wanted, &error), &error);
    assert_int_equal(notes_value(&dispenser.state.cassettes), notes_value(&loaded) + 18000);
}

/* As after a disk that took nothing of it, and a kill: the file is one movement behind. */
static void test_the_transport_is_cleared_before_it_stacks_anew(void **state)
{
    (void)state;
    stack();
    reopen();
    assert_int_equal(dispenser_stack(&dispenser, &second, &wanted, why), DISPENSE_DONE);
    assert_int_equal(notes_value(&dispenser.state.reject_bin), 9000);
    expect_conserved();
    assert_int_equal(dispenser_present(&dispenser, &walks_away, why), DISPENSE_DONE);
    reopen();
    assert_int_equal(dispenser.state.status, DISPENSER_PRESENTED);
    assert_int_equal(dispenser_stack(&dispenser, &first, &wanted, why), DISPENSE_DONE);
    assert_int_equal(notes_value(&dispenser.state.out), 9000);
    expect_conserved();
}

static void test_notes_counted_in_do_not_bring_a_lost_memory_back(void **state)
{
    (void)state;
    struct error error;
    check_worked(dispenser_lose(&dispenser, &error), &error);
    check_worked(dispenser_replenish(&dispenser, &first, &wanted, &error), &error);
    assert_false(dispenser.loaded);
    reopen();
    assert_false(dispenser.loaded);
}

static void test_a_damaged_file_is_not_guessed_at(void **state)
{
    (void)state;
    struct error error;
    char path[200];
    snprintf(path, sizeof path, "%s/dispenser", folder);
    assert_int_equal(truncate(path, 40), 0);
    assert_false(dispenser_open(&dispenser, folder, NULL, &error));
    assert_int_equal(error.kind, ERROR_FORMAT);
    check_contains(error.message, "count the cash");
}

static void test_a_forged_file_is_forgotten_and_wants_a_person(void **state)
{
    (void)state;
    char path[200];
    snprintf(path, sizeof path, "%s/dispenser", folder);
    char *text = process_read_file(path), *status = strstr(text, "attention no");
    assert_non_null(status);
    memcpy(status, "attention  n", 12);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    free(text);
    struct error error;
    reopen();
    assert_int_equal(dispenser.found, MEMORY_FORGED);
    check_worked(dispenser_lose(&dispenser, &error), &error);
    for (int start = 0; start < 2; start++) {
        reopen();
        assert_false(dispenser.loaded);
        assert_true(dispenser.state.attention);
        assert_int_equal(notes_count(&dispenser.state.cassettes), 0);
    }
    strcat(path, ".forged");
    assert_int_equal(access(path, R_OK), 0);
}

static void test_nothing_moves_when_its_file_cannot_be_written(void **state)
{
    (void)state;
    struct rlimit none = { 0, RLIM_INFINITY }, before;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    none.rlim_max = before.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    enum dispense_result result = dispenser_stack(&dispenser, &first, &wanted, why);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(result, DISPENSE_FAILED);
    assert_false(uuid_equal(&dispenser.state.withdrawal, &first));
    reopen();
    assert_int_equal(dispenser.state.status, DISPENSER_IDLE);
    assert_int_equal(notes_value(&dispenser.state.cassettes), notes_value(&loaded));
}

static void test_a_count_sets_what_it_names_once(void **state)
{
    (void)state;
    struct error error;
    const struct notes counted = { 1, { { 5000, 3 } } }, later = { 1, { { 5000, 5 } } };
    check_worked(dispenser_count(&dispenser, &first, &counted, &error), &error);
    check_worked(dispenser_count(&dispenser, &first, &later, &error), &error); /* it comes again */
    reopen();
    assert_true(uuid_equal(&dispenser.state.counted, &first));
    assert_int_equal(notes_of(&dispenser.state.cassettes, 5000), 3);
    assert_int_equal(notes_of(&dispenser.state.cassettes, 2000), 10);
    check_worked(dispenser_count(&dispenser, &second, &later, &error), &error);
    reopen();
    assert_int_equal(notes_of(&dispenser.state.cassettes, 5000), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_counters_and_status_survive_reopening, fresh),
        cmocka_unit_test_setup(test_empty_cassettes_give_nothing, fresh),
        cmocka_unit_test_setup(test_a_count_sets_what_it_names_once, fresh),
        cmocka_unit_test_setup(test_a_jam_before_presenting_puts_all_into_the_reject_bin, fresh),
        cmocka_unit_test_setup(test_a_partial_presentation_says_what_is_out, fresh),
        cmocka_unit_test_setup(test_cash_drawn_back_lies_in_the_retract_bin, fresh),
        cmocka_unit_test_setup(test_an_unknown_position_needs_a_person_even_after_a_restart, fresh),
        cmocka_unit_test_setup(test_a_jam_after_presenting_lets_the_customer_take_the_cash, fresh),
        cmocka_unit_test_setup(test_only_a_person_ends_a_jam, fresh),
        cmocka_unit_test_setup(test_an_empty_cassette_is_still_one, fresh),
        cmocka_unit_test_setup(test_a_jammed_shutter_draws_nothing_back, fresh),
        cmocka_unit_test_setup(test_a_power_cut_before_presenting_leaves_the_notes_on_the_stacker,
                               fresh),
        cmocka_unit_test_setup(test_a_power_cut_while_the_notes_move_leaves_them_somewhere, fresh),
        cmocka_unit_test_setup(test_a_power_cut_after_presenting_leaves_them_presented, fresh),
        cmocka_unit_test_setup(test_notes_are_counted_in_once_for_each_message, fresh),
        cmocka_unit_test_setup(test_the_transport_is_cleared_before_it_stacks_anew, fresh),
        cmocka_unit_test_setup(test_notes_counted_in_do_not_bring_a_lost_memory_back, fresh),
        cmocka_unit_test_setup(test_a_damaged_file_is_not_guessed_at, fresh),
        cmocka_unit_test_setup(test_a_forged_file_is_forgotten_and_wants_a_person, fresh),
        cmocka_unit_test_setup(test_nothing_moves_when_its_file_cannot_be_written, fresh),
    };
    return cmocka_run_group_tests_name("dispenser", tests, NULL, NULL);
}
