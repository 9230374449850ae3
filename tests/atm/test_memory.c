/* SPDX-License-Identifier: MIT */
/* The memory key and what stands under it: a changed terminal key, a lost one, a folder from
 * before, and an enemy. */
#include "atm/files/memory.h"

#include "atm/files/durable.h"
#include "atm/files/supervisor_code.h"
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

static const struct uuid teller = { { 0x1c } };
static const char *folder;
static char first_key[200], second_key[200], no_key[200];
static struct memory memory;

static void write_file(const char *name, const char *text)
{
    struct error error;
    check_worked(durable_write(folder, name, text, strlen(text), &error), &error);
}

static int fresh(void **state)
{
    (void)state;
    folder = scratch_create();
    snprintf(first_key, sizeof first_key, "%s/first", folder);
    snprintf(second_key, sizeof second_key, "%s/second", folder);
    snprintf(no_key, sizeof no_key, "%s/none", folder);
    write_file("first", "00112233445566778899aabbccddeeff\n");
    write_file("second", "ffeeddccbbaa99887766554433221100\n");
    return 0;
}

static bool open_with(const char *key, const char *previous, struct error *error)
{
    memory_close(&memory);
    return memory_open(&memory, folder, &teller, key, previous, error);
}

/* The folder is in use under the first key, with one memory in it. */
static void in_use(void)
{
    struct error error;
    check_worked(open_with(first_key, NULL, &error), &error);
    check_worked(memory_adopted(&memory, folder, first_key, &error), &error);
    check_worked(memory_write(&memory, folder, "thing", "version 1\nnotes 3\n", &error), &error);
}

static enum memory_found found(char text[static 200])
{
    struct error error;
    enum memory_found what = memory_read(&memory, folder, "thing", text, 200, &error);
    if (what == MEMORY_FAILED)
        check_fail("%s", error.message);
    return what;
}

static void test_what_was_written_is_read_again(void **state)
{
    (void)state;
    struct error error;
    char text[200];
    assert_int_equal(found(text), MEMORY_ABSENT);
    memory.journal = 7;
    in_use();
    memory.journal = 7;
    check_worked(memory_write(&memory, folder, "thing", "version 1\nnotes 3\n", &error), &error);
    check_worked(open_with(first_key, NULL, &error), &error);
    assert_true(memory.keyed && !memory.adopting);
    assert_int_equal(found(text), MEMORY_GOOD);
    assert_string_equal(text, "version 1\nnotes 3\n");
    assert_int_equal(memory.witnessed, 7);
}

static void test_every_changed_byte_is_found(void **state)
{
    (void)state;
    char path[200], text[200];
    in_use();
    snprintf(path, sizeof path, "%s/thing", folder);
    char *good = process_read_file(path);
    for (size_t i = 0; good[i] != '\0'; i++) {
        good[i] ^= 1;
        write_file("thing", good);
        good[i] ^= 1;
        assert_int_equal(found(text), MEMORY_FORGED);
    }
    write_file("thing", "version 1\nnotes 3\n"); /* the MAC taken away */
    assert_int_equal(found(text), MEMORY_FORGED);
    write_file("thing", good);
    assert_int_equal(found(text), MEMORY_GOOD);
    free(good);
}

static void test_a_memory_under_another_name_is_forged(void **state)
{
    (void)state;
    struct error error;
    char text[200];
    in_use();
    check_worked(memory_write(&memory, folder, "other", "version 1\nnotes 3\n", &error), &error);
    char from[200], to[200];
    snprintf(from, sizeof from, "%s/other", folder);
    snprintf(to, sizeof to, "%s/thing", folder);
    assert_int_equal(rename(from, to), 0);
    assert_int_equal(found(text), MEMORY_FORGED);
}

static void test_without_the_right_terminal_key_it_is_refused_in_one_sentence(void **state)
{
    (void)state;
    struct error error;
    in_use();
    assert_false(open_with(second_key, NULL, &error));
    check_contains(error.message, "--previous-key");
    assert_false(open_with(no_key, NULL, &error));
    check_contains(error.message, "cannot read the key file");
    assert_false(open_with(second_key, second_key, &error));
}

static void test_a_changed_terminal_key_keeps_what_was_remembered(void **state)
{
    (void)state;
    struct error error;
    char text[200];
    in_use();
    check_worked(open_with(second_key, first_key, &error), &error);
    assert_int_equal(found(text), MEMORY_GOOD);
    check_worked(open_with(second_key, NULL, &error), &error); /* from now on */
    assert_int_equal(found(text), MEMORY_GOOD);
    assert_false(open_with(first_key, NULL, &error));
}

/* Beside the new key, as the bank leaves it in a home that both share. */
static void test_the_key_before_is_found_beside_the_new_one(void **state)
{
    (void)state;
    struct error error;
    char text[200];
    in_use();
    write_file("second.previous", "0123456789abcdef0123456789abcdef\n");
    assert_false(open_with(second_key, NULL, &error)); /* another one's */
    write_file("second.previous", "00112233445566778899aabbccddeeff\n");
    check_worked(open_with(second_key, NULL, &error), &error);
    assert_int_equal(found(text), MEMORY_GOOD);
    write_file("second.previous", "0123456789abcdef0123456789abcdef\n");
    check_worked(open_with(second_key, NULL, &error), &error); /* it is not asked any more */
    assert_int_equal(found(text), MEMORY_GOOD);
    assert_false(open_with(first_key, NULL, &error));
}

/* Replaced twice and more while the machine was away. */
static void test_an_earlier_key_is_found_by_its_check_value(void **state)
{
    (void)state;
    struct error error;
    char text[200], name[40], check[7];
    struct pin_key first;
    in_use();
    check_worked(pin_key_load(first_key, &first, &error), &error);
    pin_key_check_value(&first, check);
    snprintf(name, sizeof name, "second.previous-%s", check);
    write_file("second.previous", "0123456789abcdef0123456789abcdef\n");
    write_file(name, "0123456789abcdef0123456789abcdef\n");
    assert_false(open_with(second_key, NULL, &error)); /* it only says that it is */
    check_contains(error.message, check);
    write_file(name, "00112233445566778899aabbccddeeff\n");
    check_worked(open_with(second_key, NULL, &error), &error);
    assert_int_equal(found(text), MEMORY_GOOD);
    check_worked(open_with(second_key, NULL, &error), &error);
}

/* While it worked. */
static void test_the_memory_follows_the_key_that_the_bank_took(void **state)
{
    (void)state;
    struct error error;
    char text[200];
    struct pin_key second;
    in_use();
    check_worked(pin_key_load(second_key, &second, &error), &error);
    check_worked(memory_follow(&memory, folder, &second, &error), &error);
    assert_int_equal(found(text), MEMORY_GOOD);
    assert_false(open_with(first_key, NULL, &error));
    check_worked(open_with(second_key, NULL, &error), &error);
    assert_int_equal(found(text), MEMORY_GOOD);
}

static void test_a_damaged_memory_key_is_told_from_another_terminal_key(void **state)
{
    (void)state;
    struct error error;
    char path[200];
    in_use();
    snprintf(path, sizeof path, "%s/memory-key", folder);
    char *good = process_read_file(path), *at = strstr(good, "adopting no");
    assert_non_null(at);
    memcpy(at, "adopting ye", 11); /* so that what has no MAC would be believed */
    write_file("memory-key", good);
    assert_false(open_with(first_key, NULL, &error));
    check_contains(error.message, "is damaged");
    free(good);
}

static void test_without_a_terminal_key_a_new_folder_is_not_keyed(void **state)
{
    (void)state;
    struct error error;
    char text[200];
    check_worked(open_with(no_key, NULL, &error), &error);
    assert_false(memory.keyed);
    check_worked(memory_write(&memory, folder, "thing", "plain\n", &error), &error);
    assert_int_equal(found(text), MEMORY_GOOD);
    check_worked(open_with(first_key, NULL, &error), &error);
    assert_true(memory.keyed && memory.adopting);
    assert_int_equal(found(text), MEMORY_GOOD);
    check_worked(memory_adopted(&memory, folder, first_key, &error), &error);
    assert_int_equal(found(text), MEMORY_FORGED);
}

/* ---- the supervisor's code ---- */

static struct supervisor_code code;

static void code_open(int wrong_in_journal, int64_t wall_s)
{
    struct error error;
    check_worked(supervisor_code_open(&code, folder, &memory, wrong_in_journal, wall_s, &error),
                 &error);
}

static bool try(const char *digits, int64_t wall_s)
{
    struct error error;
    bool right;
    check_worked(supervisor_code_try(&code, digits, wall_s, &right, &error), &error);
    return right;
}

static void code_in_use(void)
{
    struct error error;
    in_use();
    code_open(0, 1000);
    assert_false(code.set);
    check_worked(supervisor_code_set(&code, "482913", &error), &error);
}

static void test_the_delays_grow_and_end_at_an_hour(void **state)
{
    (void)state;
    static const int seconds[] = { 0, 1, 2, 4, 8, 300, 600, 1200, 2400, 3600, 3600 };
    for (int wrong = 0; wrong < 11; wrong++)
        assert_int_equal(supervisor_code_delay_ms(wrong), seconds[wrong] * 1000);
    assert_int_equal(supervisor_code_delay_ms(1000000), 3600 * 1000);
}

static void test_the_code_is_kept_as_a_salted_hash(void **state)
{
    (void)state;
    char path[200];
    code_in_use();
    snprintf(path, sizeof path, "%s/supervisor-code", folder);
    char *text = process_read_file(path);
    assert_null(strstr(text, "482913"));
    check_contains(text, "scrypt 16384 8 1");
    free(text);
    code_open(0, 1000);
    assert_true(code.set);
    assert_false(try("482914", 1000));
    assert_true(try("482913", 1002));
    assert_int_equal(code.wrong, 0);
}

static void test_a_restart_forgives_no_try(void **state)
{
    (void)state;
    code_in_use();
    for (int wrong = 1; wrong <= 5; wrong++) {
        assert_false(try("000000", 1000));
        code_open(0, 1000);
        assert_int_equal(code.wrong, wrong);
        assert_int_equal(code.left_ms, supervisor_code_delay_ms(wrong));
    }
    assert_true(supervisor_code_owes_report(&code));
    code_open(0, 1100);
    assert_int_equal(code.left_ms, 200000);
    code_open(0, 900); /* the clock was set back */
    assert_int_equal(code.left_ms, 300000);
    code_open(0, 1300);
    assert_int_equal(code.left_ms, 0);
}

static void test_the_tries_cannot_be_erased(void **state)
{
    (void)state;
    char path[200];
    code_in_use();
    for (int i = 0; i < 6; i++)
        assert_false(try("000000", 1000));
    snprintf(path, sizeof path, "%s/supervisor-tries", folder);
    write_file("supervisor-tries", "version 1\nwrong 0\nreported 0\nlast 0\n");
    code_open(0, 1000);
    assert_int_equal(code.left_ms, 300000);
    assert_int_equal(unlink(path), 0);
    code_open(6, 1000); /* the journal has them too */
    assert_int_equal(code.wrong, 6);
    assert_int_equal(code.left_ms, 600000);
}

static void test_a_code_put_there_by_another_is_none(void **state)
{
    (void)state;
    code_in_use();
    write_file("supervisor-code", "111111\n");
    code_open(0, 1000);
    assert_false(code.set);
    assert_false(try("111111", 1000));
}

static void test_digits_written_before_the_first_start_are_taken_over(void **state)
{
    (void)state;
    struct error error;
    write_file("supervisor-code", "111111\n");
    check_worked(open_with(first_key, NULL, &error), &error);
    code_open(0, 1000);
    check_worked(memory_adopted(&memory, folder, first_key, &error), &error);
    code_open(0, 1000);
    assert_true(try("111111", 1000));
    write_file("supervisor-code", "12\n");
    memory.adopting = true;
    assert_false(supervisor_code_open(&code, folder, &memory, 0, 1000, &error));
    check_contains(error.message, "--set-supervisor-code");
}

static void test_a_code_has_4_to_12_digits(void **state)
{
    (void)state;
    struct error error;
    code_in_use();
    static const char *const wrong[] = { "", "123", "1234567890123", "12a4", " 1234" };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(supervisor_code_set(&code, wrong[i], &error));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_what_was_written_is_read_again, fresh),
        cmocka_unit_test_setup(test_every_changed_byte_is_found, fresh),
        cmocka_unit_test_setup(test_a_memory_under_another_name_is_forged, fresh),
        cmocka_unit_test_setup(test_without_the_right_terminal_key_it_is_refused_in_one_sentence,
                               fresh),
        cmocka_unit_test_setup(test_a_changed_terminal_key_keeps_what_was_remembered, fresh),
        cmocka_unit_test_setup(test_the_key_before_is_found_beside_the_new_one, fresh),
        cmocka_unit_test_setup(test_an_earlier_key_is_found_by_its_check_value, fresh),
        cmocka_unit_test_setup(test_the_memory_follows_the_key_that_the_bank_took, fresh),
        cmocka_unit_test_setup(test_a_damaged_memory_key_is_told_from_another_terminal_key, fresh),
        cmocka_unit_test_setup(test_without_a_terminal_key_a_new_folder_is_not_keyed, fresh),
        cmocka_unit_test(test_the_delays_grow_and_end_at_an_hour),
        cmocka_unit_test_setup(test_the_code_is_kept_as_a_salted_hash, fresh),
        cmocka_unit_test_setup(test_a_restart_forgives_no_try, fresh),
        cmocka_unit_test_setup(test_the_tries_cannot_be_erased, fresh),
        cmocka_unit_test_setup(test_a_code_put_there_by_another_is_none, fresh),
        cmocka_unit_test_setup(test_digits_written_before_the_first_start_are_taken_over, fresh),
        cmocka_unit_test_setup(test_a_code_has_4_to_12_digits, fresh),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
