/* SPDX-License-Identifier: MIT */
/* The grammar of injected faults, and that each strikes once. */
#include "atm/devices/faults.h"

#include "tests/support/check.h"
#include "tests/support/process.h"
#include "tests/support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *folder;

static int fresh(void **state)
{
    (void)state;
    folder = scratch_create();
    faults_init(folder);
    return 0;
}

static void file_is(const char *expected)
{
    char path[200];
    snprintf(path, sizeof path, "%s/faults", folder);
    char *text = process_read_file(path);
    assert_string_equal(text, expected);
    free(text);
}

static void file_write(const char *text)
{
    char path[200];
    snprintf(path, sizeof path, "%s/faults", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* The fault's line with an example for what stands for something. */
static const char *example(enum fault fault, char line[static 80])
{
    const char *pattern = fault_line(fault), *mark = strstr(pattern, "NAME"), *value = "presented";
    size_t length = 4;
    if (mark == NULL && (mark = strstr(pattern, " N ")) != NULL) {
        mark++;
        length = 1;
        value = "2";
    }
    if (mark == NULL)
        snprintf(line, 80, "%s", pattern);
    else
        snprintf(line, 80, "%.*s%s%s", (int)(mark - pattern), pattern, value, mark + length);
    return line;
}

static void test_every_fault_of_the_table_can_be_injected_and_strikes_once(void **state)
{
    (void)state;
    for (int i = 0; i < FAULT_COUNT; i++) {
        struct error error;
        char line[80];
        int number = 0;
        check_worked(faults_inject(example((enum fault)i, line), &error), &error);
        for (int j = 0; j < FAULT_COUNT; j++)
            if (j != i)
                assert_false(faults_strike((enum fault)j, NULL, NULL));
        assert_true(faults_strike((enum fault)i, NULL, &number));
        assert_int_equal(number,
                         i == FAULT_DISPENSER_PARTIAL || i == FAULT_ACCEPTOR_UNREADABLE ? 2 : 0);
        assert_false(faults_strike((enum fault)i, NULL, NULL));
        assert_true(strlen(fault_meaning((enum fault)i)) > 0);
    }
}

static void test_a_power_cut_waits_for_its_step(void **state)
{
    (void)state;
    struct error error;
    check_worked(faults_inject("power cut after stacked", &error), &error);
    assert_false(faults_strike(FAULT_POWER_AFTER, "presented", NULL));
    assert_true(faults_strike(FAULT_POWER_AFTER, "stacked", NULL));
}

static void test_the_fixed_power_cuts_are_not_taken_for_a_step(void **state)
{
    (void)state;
    file_write("power cut after present\n");
    assert_false(faults_strike(FAULT_POWER_AFTER, "present", NULL));
    assert_true(faults_strike(FAULT_POWER_AFTER_PRESENT, NULL, NULL));
}

static void test_a_step_is_told_from_the_fixed_power_cuts(void **state)
{
    (void)state;
    file_write("power cut after  step present\npower cut after moving\n");
    assert_false(faults_strike(FAULT_POWER_AFTER_PRESENT, NULL, NULL));
    assert_false(faults_strike(FAULT_POWER_AFTER, "presented", NULL));
    assert_true(faults_strike(FAULT_POWER_AFTER, "present", NULL));
    file_is("power cut after moving\n");
    assert_true(faults_strike(FAULT_POWER_AFTER, FAULT_MOVING, NULL));
    file_is("");
}

static void test_what_is_no_fault_is_refused(void **state)
{
    (void)state;
    static const char *const lines[] = { "",
                                         "dispenser",
                                         "dispenser empty now",
                                         "dispenser partial after notes",
                                         "dispenser partial after two notes",
                                         "dispenser partial after 99999 notes",
                                         "power cut after lunch",
                                         "power cut after step",
                                         "power cut after step lunch",
                                         "power cut step after present",
                                         "card" };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct error error;
        assert_false(faults_inject(lines[i], &error));
        assert_int_equal(error.kind, ERROR_USAGE);
    }
}

static void test_equal_faults_strike_as_often_as_they_stand_there(void **state)
{
    (void)state;
    file_write("card jam\nprinter paper out\ncard jam\n");
    assert_true(faults_strike(FAULT_CARD_JAM, NULL, NULL));
    file_is("printer paper out\ncard jam\n");
    assert_true(faults_strike(FAULT_CARD_JAM, NULL, NULL));
    assert_false(faults_strike(FAULT_CARD_JAM, NULL, NULL));
    file_is("printer paper out\n");
}

static void test_a_line_nobody_knows_is_removed_and_the_others_stay(void **state)
{
    (void)state;
    file_write("nonsense\n  card   jam \nprinter paper out");
    assert_false(faults_strike(FAULT_JOURNAL_FULL, NULL, NULL));
    file_is("  card   jam \nprinter paper out\n");
    assert_true(faults_strike(FAULT_CARD_JAM, NULL, NULL));
    assert_true(faults_strike(FAULT_PRINTER_PAPER_OUT, NULL, NULL));
}

/* The longest file there may be, without a newline at its end, which the one written has. */
static void test_a_file_full_of_faults_is_read_whole(void **state)
{
    (void)state;
    enum { LONGEST = 8191, LINE = sizeof "card jam" };
    static char text[LONGEST + 2];
    size_t length = 0;
    while (length + LINE + strlen("printer paper out") <= LONGEST)
        length += (size_t)sprintf(text + length, "card jam\n");
    length += (size_t)sprintf(text + length, "%*s", (int)(LONGEST - length), "printer paper out");
    file_write(text);
    assert_false(faults_strike(FAULT_JOURNAL_FULL, NULL, NULL));
    file_is(text);
}

static void test_what_is_armed_can_be_seen_and_disarmed(void **state)
{
    (void)state;
    struct error error;
    char text[80];
    file_write("card jam\n dispenser partial after 3 notes\r\ncard jam\n");
    assert_true(faults_armed(FAULT_CARD_JAM, text, sizeof text));
    assert_string_equal(text, "card jam");
    assert_true(faults_armed(FAULT_DISPENSER_PARTIAL, text, sizeof text));
    assert_string_equal(text, "dispenser partial after 3 notes");
    assert_false(faults_armed(FAULT_CARD_RETAIN, text, sizeof text));
    assert_string_equal(text, "");
    check_worked(faults_disarm(FAULT_CARD_JAM, &error), &error);
    assert_false(faults_armed(FAULT_CARD_JAM, text, sizeof text));
    assert_false(faults_strike(FAULT_CARD_JAM, NULL, NULL));
    assert_true(faults_strike(FAULT_DISPENSER_PARTIAL, NULL, NULL));
}

static void test_a_misspelt_fault_is_named_with_its_line(void **state)
{
    (void)state;
    struct error error;
    char text[80];
    file_write("card jam\n\ncard jamm\n");
    assert_true(faults_misspelt(text, sizeof text));
    assert_string_equal(text, "card jamm");
    assert_false(faults_check(&error));
    assert_int_equal(error.kind, ERROR_USAGE);
    check_contains(error.message, "line 3 of ");
    check_contains(error.message, "\"card jamm\"");
    file_write("card jam\n");
    assert_false(faults_misspelt(text, sizeof text));
    check_worked(faults_check(&error), &error);
    assert_false(faults_known("card jamm"));
    assert_true(faults_known("power cut after taken"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_what_is_armed_can_be_seen_and_disarmed, fresh),
        cmocka_unit_test_setup(test_a_misspelt_fault_is_named_with_its_line, fresh),
        cmocka_unit_test_setup(test_every_fault_of_the_table_can_be_injected_and_strikes_once,
                               fresh),
        cmocka_unit_test_setup(test_a_power_cut_waits_for_its_step, fresh),
        cmocka_unit_test_setup(test_the_fixed_power_cuts_are_not_taken_for_a_step, fresh),
        cmocka_unit_test_setup(test_a_step_is_told_from_the_fixed_power_cuts, fresh),
        cmocka_unit_test_setup(test_what_is_no_fault_is_refused, fresh),
        cmocka_unit_test_setup(test_equal_faults_strike_as_often_as_they_stand_there, fresh),
        cmocka_unit_test_setup(test_a_file_full_of_faults_is_read_whole, fresh),
        cmocka_unit_test_setup(test_a_line_nobody_knows_is_removed_and_the_others_stay, fresh),
    };
    return cmocka_run_group_tests_name("faults", tests, NULL, NULL);
}
