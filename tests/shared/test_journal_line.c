/* SPDX-License-Identifier: MIT */
/* The form of a machine's journal: what follows in the chain, and what does not. */
#include "shared/journal_line.h"
#include "shared/notes_text.h"
#include "tests/support/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct memory_key key = { { { 0x11, 0x22 } }, { { 0x1c } } };

/* The next line of a chain, as a machine writes it. */
static void line_write(struct journal_chain *chain, const char *rest,
                       char line[static 2 * JOURNAL_LINE_LENGTH])
{
    char hash[JOURNAL_HASH_LENGTH];
    int length = snprintf(line, JOURNAL_LINE_LENGTH, "%d %s", (int)chain->sequence + 1, rest);
    journal_line_hash(chain, line, (size_t)length, hash);
    sprintf(line + length, " %s", hash);
    chain->sequence++;
    memcpy(chain->hash, hash, sizeof hash);
}

#define TAKEN "2026-11-24T05:17:44.123Z taken 01a2f0c1-0000-7000-8000-000000000001 notes=5000x2"

static void check_chain(const struct memory_key *with)
{
    struct journal_chain writer = journal_chain_begin(with), reader = journal_chain_begin(with);
    struct journal_entry entry;
    char first[2 * JOURNAL_LINE_LENGTH], second[2 * JOURNAL_LINE_LENGTH], text[60];
    line_write(&writer, "2026-11-24T05:17:40.000Z started -", first);
    line_write(&writer, TAKEN, second);
    assert_int_equal(journal_line_read(&reader, first, &entry), JOURNAL_LINE_GOOD);
    assert_int_equal(entry.step, JOURNAL_STARTED);
    assert_true(uuid_is_nil(&entry.withdrawal));
    assert_int_equal(journal_line_read(&reader, second, &entry), JOURNAL_LINE_GOOD);
    assert_int_equal(entry.sequence, 2);
    assert_int_equal(entry.step, JOURNAL_TAKEN);
    assert_true(journal_detail_get(entry.detail, "notes", text, sizeof text));
    assert_string_equal(text, "5000x2");
    assert_false(journal_detail_get(entry.detail, "note", text, sizeof text));
}

static void test_a_line_follows_the_one_before_with_and_without_a_key(void **state)
{
    (void)state;
    check_chain(NULL);
    check_chain(&key);
}

static void test_a_line_that_was_changed_is_wrong_and_says_what_it_says(void **state)
{
    (void)state;
    struct journal_chain writer = journal_chain_begin(&key), reader = journal_chain_begin(&key);
    struct journal_entry entry;
    char line[2 * JOURNAL_LINE_LENGTH];
    line_write(&writer, TAKEN, line);
    *strstr(line, "5000x2") = '1';
    assert_int_equal(journal_line_read(&reader, line, &entry), JOURNAL_LINE_WRONG);
    assert_string_equal(entry.detail, "notes=1000x2");
    assert_int_equal(reader.sequence, 0);
}

static void test_a_line_that_is_left_out_is_missed(void **state)
{
    (void)state;
    struct journal_chain writer = journal_chain_begin(NULL), reader = journal_chain_begin(NULL);
    struct journal_entry entry;
    char line[2 * JOURNAL_LINE_LENGTH];
    line_write(&writer, TAKEN, line);
    line_write(&writer, TAKEN, line);
    assert_int_equal(journal_line_read(&reader, line, &entry), JOURNAL_LINE_WRONG);
}

static void test_what_is_no_line_is_broken(void **state)
{
    (void)state;
    static const char *const wrong[] = { "", "word", "no number here at all",
                                         "1 2026-11-24T05:17:44.123Z taken not-an-id 0000" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct journal_chain reader = journal_chain_begin(NULL);
        struct journal_entry entry;
        char line[100];
        strcpy(line, wrong[i]);
        assert_int_equal(journal_line_read(&reader, line, &entry), JOURNAL_LINE_BROKEN);
    }
}

static void test_a_file_that_follows_another_says_where_it_goes_on(void **state)
{
    (void)state;
    struct journal_chain writer = journal_chain_begin(&key), reader = journal_chain_begin(&key);
    char line[2 * JOURNAL_LINE_LENGTH], head[JOURNAL_HEAD_SIZE];
    struct journal_entry entry;
    line_write(&writer, TAKEN, line);
    journal_head_write(&writer, head);
    line_write(&writer, TAKEN, line);
    assert_true(journal_head_read(&reader, head));
    assert_int_equal(reader.sequence, 1);
    assert_int_equal(journal_line_read(&reader, line, &entry), JOURNAL_LINE_GOOD);
    struct journal_chain unkeyed = journal_chain_begin(NULL);
    assert_false(journal_head_read(&unkeyed, head));
    head[strlen(head) - 1] ^= 1;
    assert_false(journal_head_read(&reader, head));
}

static void test_the_key_is_read_under_its_terminal_key_alone(void **state)
{
    (void)state;
    const struct pin_key terminal = { { 0x33 } }, other = { { 0x44 } };
    struct memory_key read = { .teller = key.teller };
    char text[MEMORY_KEY_SIZE], check[7], wanted[7];
    bool adopting = true;
    memory_key_write(&key, &terminal, false, text);
    assert_int_equal(memory_key_read(text, &terminal, &read, &adopting, check), MEMORY_KEY_GOOD);
    assert_memory_equal(&read, &key, sizeof key);
    assert_false(adopting);
    assert_int_equal(memory_key_read(text, &other, &read, &adopting, check), MEMORY_KEY_OTHER);
    pin_key_check_value(&terminal, wanted);
    assert_string_equal(check, wanted);
    *strstr(text, "adopting no") = 'A';
    assert_int_equal(memory_key_read(text, &terminal, &read, &adopting, check), MEMORY_KEY_DAMAGED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_line_follows_the_one_before_with_and_without_a_key),
        cmocka_unit_test(test_a_line_that_was_changed_is_wrong_and_says_what_it_says),
        cmocka_unit_test(test_a_line_that_is_left_out_is_missed),
        cmocka_unit_test(test_what_is_no_line_is_broken),
        cmocka_unit_test(test_a_file_that_follows_another_says_where_it_goes_on),
        cmocka_unit_test(test_the_key_is_read_under_its_terminal_key_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
