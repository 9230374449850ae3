/* SPDX-License-Identifier: MIT */
/* The electronic journal: what a power cut, a full disk and a meddler do to it. */
#include "atm/devices/journal.h"

#include "atm/devices/faults.h"
#include "tests/support/check.h"
#include "tests/support/process.h"
#include "tests/support/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

static const struct uuid id = { { 0x01, 0x92, 0xf0, 0xc1 } };
static const char *folder;
static char path[200];
static struct memory memory = { .keyed = true, .key = { { { 0x11, 0x22 } }, { { 0x1c } } } };
static struct journal journal;

/* What a reader has seen. */
struct seen {
    int count;
    struct journal_entry entry[64];
};
static struct seen seen;

static void see(void *context, const struct journal_entry *entry)
{
    struct seen *what = context;
    if (what->count < 64)
        what->entry[what->count++] = *entry;
}

static bool open_again(struct error *error)
{
    journal_close(&journal);
    memset(&seen, 0, sizeof seen);
    return journal_open(&journal, folder, &memory, see, &seen, error);
}

static int fresh(void **state)
{
    struct error error;
    (void)state;
    folder = scratch_create();
    faults_init(folder);
    snprintf(path, sizeof path, "%s/journal.log", folder);
    journal.file = -1;
    check_worked(open_again(&error), &error);
    return 0;
}

static void note(enum journal_step step, const char *detail)
{
    struct error error;
    check_worked(journal_write(&journal, step, &id, detail, &error), &error);
}

/* In place of libc's: notes how much of the file stood there when it was flushed, and fails on
 * demand. */
static off_t flushed;
static bool flush_fails;

int fdatasync(int file)
{
    struct stat status;
    if (flush_fails) {
        errno = EIO;
        return -1;
    }
    flushed = fstat(file, &status) == 0 ? status.st_size : -1;
    return (int)syscall(SYS_fdatasync, file);
}

static void test_an_entry_is_on_the_disk_before_it_counts(void **state)
{
    (void)state;
    struct error error;
    note(JOURNAL_STACK, "notes=5000x1");
    assert_int_equal(flushed, journal.length);
    flush_fails = true;
    bool written = journal_write(&journal, JOURNAL_PRESENT, &id, "", &error);
    flush_fails = false;
    assert_false(written);
    assert_int_equal(journal.sequence, 1);
    note(JOURNAL_ADVICE, ""); /* in the place of the one that failed */
    check_worked(open_again(&error), &error);
    assert_int_equal(seen.count, 2);
    assert_int_equal(seen.entry[1].step, JOURNAL_ADVICE);
}

static void test_entries_are_read_back_in_their_order(void **state)
{
    (void)state;
    struct error error;
    char value[40];
    note(JOURNAL_REQUEST, "amount=6000 notes=5000x1");
    note(JOURNAL_PRESENTED, "notes=5000x1");
    check_worked(open_again(&error), &error);
    assert_int_equal(seen.count, 2);
    assert_int_equal(seen.entry[0].sequence, 1);
    assert_int_equal(seen.entry[1].step, JOURNAL_PRESENTED);
    assert_true(uuid_equal(&seen.entry[1].withdrawal, &id));
    assert_true(journal_detail_get(seen.entry[0].detail, "notes", value, sizeof value));
    assert_string_equal(value, "5000x1");
    assert_false(journal_detail_get(seen.entry[0].detail, "note", value, sizeof value));
}

static void append(const char *bytes)
{
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    fputs(bytes, file);
    fclose(file);
}

static void test_a_torn_last_line_is_cut_off_and_that_is_noted(void **state)
{
    (void)state;
    struct error error;
    note(JOURNAL_REQUEST, "");
    append("2 2026-11-24T05:17:44.123Z presen");
    check_worked(open_again(&error), &error);
    assert_int_equal(seen.count, 1);
    note(JOURNAL_ADVICE, "");
    check_worked(open_again(&error), &error);
    assert_int_equal(seen.count, 3);
    assert_int_equal(seen.entry[1].step, JOURNAL_CUT_OFF);
    assert_int_equal(seen.entry[2].sequence, 3);
}

static void test_reading_an_open_journal_changes_nothing(void **state)
{
    (void)state;
    struct error error;
    struct stat before, after;
    note(JOURNAL_REQUEST, "");
    append("2 2026-11-24T05:17:44.123Z presen");
    assert_int_equal(stat(path, &before), 0);
    memset(&seen, 0, sizeof seen);
    check_worked(journal_each(&journal, see, &seen, &error), &error);
    assert_int_equal(seen.count, 1);
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(before.st_size, after.st_size);
    note(JOURNAL_ADVICE, "");
    check_worked(open_again(&error), &error);
    assert_int_equal(seen.count, 2);
    assert_int_equal(seen.entry[1].sequence, 2);
}

static void test_every_place_a_line_may_tear_at_is_survived(void **state)
{
    (void)state;
    struct error error;
    struct stat file;
    note(JOURNAL_REQUEST, "amount=6000");
    assert_int_equal(stat(path, &file), 0);
    off_t whole = file.st_size;
    note(JOURNAL_ADVICE, "outcome=dispensed");
    char *text = process_read_file(path);
    size_t length = strlen(text);
    for (size_t cut = (size_t)whole + 1; cut < length; cut++) {
        FILE *again = fopen(path, "w");
        assert_non_null(again);
        fwrite(text, 1, cut, again);
        fclose(again);
        check_worked(open_again(&error), &error);
        assert_int_equal(seen.count, 1);
    }
    free(text);
}

static void test_a_changed_line_is_found(void **state)
{
    (void)state;
    struct error error;
    note(JOURNAL_REQUEST, "amount=6000");
    note(JOURNAL_ADVICE, "outcome=dispensed");
    char *text = process_read_file(path), *digit = strstr(text, "6000");
    assert_non_null(digit);
    *digit = '7';
    FILE *again = fopen(path, "w");
    assert_non_null(again);
    fputs(text, again);
    fclose(again);
    free(text);
    assert_false(open_again(&error));
    assert_int_equal(error.kind, ERROR_FORMAT);
    check_contains(error.message, "was changed");
}

/* Rewrites the file so that each line's chain is right by a hash that needs no key. */
static void forge(const char *text)
{
    struct journal forged = { .file = -1 };
    struct error error;
    assert_int_equal(unlink(path), 0);
    check_worked(journal_open(&forged, folder, NULL, NULL, NULL, &error), &error);
    for (const char *line = text; *line != '\0'; line = strchr(line, '\n') + 1)
        if (strstr(line, "code=wrong") == NULL || strchr(line, '\n') < strstr(line, "code=wrong"))
            check_worked(journal_write(&forged, JOURNAL_STARTED, NULL, "", &error), &error);
    journal_close(&forged);
}

/* The right chain of lines is not enough: wrong codes were erased so. */
static void test_erased_lines_are_found_though_their_chain_is_right(void **state)
{
    (void)state;
    struct error error;
    note(JOURNAL_STARTED, "");
    for (int i = 0; i < 42; i++)
        note(JOURNAL_SUPERVISOR, "code=wrong");
    note(JOURNAL_STOPPED, "");
    char *text = process_read_file(path);
    forge(text);
    free(text);
    assert_false(open_again(&error));
    check_contains(error.message, "was changed");
}

static void test_a_line_taken_out_or_put_elsewhere_is_found(void **state)
{
    (void)state;
    struct error error;
    for (int i = 0; i < 4; i++)
        note(JOURNAL_SUPERVISOR, "code=wrong");
    char *text = process_read_file(path), *line[5] = { text };
    for (int i = 1; i < 5; i++)
        line[i] = strchr(line[i - 1], '\n') + 1;
    for (int swap = 0; swap < 2;
         swap++) { /* without the second; the second and the third change places */
        FILE *again = fopen(path, "w");
        assert_non_null(again);
        fwrite(line[0], 1, (size_t)(line[1] - line[0]), again);
        fwrite(line[2], 1, (size_t)(line[3] - line[2]), again);
        if (swap)
            fwrite(line[1], 1, (size_t)(line[2] - line[1]), again);
        fwrite(line[3], 1, (size_t)(line[4] - line[3]), again);
        fclose(again);
        assert_false(open_again(&error));
        check_contains(error.message, "was changed after entry 1");
    }
    free(text);
}

static void test_another_terminals_journal_is_none_of_this_ones(void **state)
{
    (void)state;
    struct error error;
    note(JOURNAL_STARTED, "");
    note(JOURNAL_STOPPED, "");
    memory.key.teller.bytes[0] ^= 1;
    assert_false(open_again(&error));
    memory.key.teller.bytes[0] ^= 1;
    check_worked(open_again(&error), &error);
}

static void test_the_head_of_a_later_file_is_no_ones_to_write(void **state)
{
    (void)state;
    struct error error;
    note(JOURNAL_STARTED, "");
    check_worked(journal_rotate(&journal, 1, &error), &error);
    note(JOURNAL_STARTED, "");
    note(JOURNAL_STOPPED, "");
    check_worked(open_again(&error), &error);
    char *text = process_read_file(path), *digit = strstr(text, " 1 ");
    assert_non_null(digit);
    digit[1] = '9';
    FILE *again = fopen(path, "w");
    assert_non_null(again);
    fputs(text, again);
    fclose(again);
    free(text);
    assert_false(open_again(&error));
}

static void test_a_full_disk_adds_nothing_and_the_journal_goes_on_later(void **state)
{
    (void)state;
    struct error error;
    struct rlimit before, full;
    note(JOURNAL_REQUEST, "");
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    full = before;
    full.rlim_cur = (rlim_t)journal.length + 20; /* a part of the next line fits */
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &full), 0);
    bool written = journal_write(&journal, JOURNAL_STACK, &id, "notes=5000x1", &error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_false(written);
    assert_int_equal(error.kind, ERROR_SYSTEM);
    note(JOURNAL_ADVICE, "");
    check_worked(open_again(&error), &error);
    assert_int_equal(seen.count, 2);
    assert_int_equal(seen.entry[1].step, JOURNAL_ADVICE);
    assert_int_equal(seen.entry[1].sequence, 2);
}

static void test_the_injected_full_disk_strikes_once(void **state)
{
    (void)state;
    struct error error;
    check_worked(faults_inject("journal full", &error), &error);
    assert_false(journal_write(&journal, JOURNAL_STACK, &id, "", &error));
    check_worked(journal_write(&journal, JOURNAL_STACK, &id, "", &error), &error);
}

static void test_a_large_journal_is_set_aside_and_its_chain_goes_on(void **state)
{
    (void)state;
    struct error error;
    char aside[240];
    note(JOURNAL_REQUEST, "");
    note(JOURNAL_ADVICE, "");
    check_worked(journal_rotate(&journal, 1, &error), &error);
    snprintf(aside, sizeof aside, "%s/journal-2.log", folder);
    assert_int_equal(access(aside, R_OK), 0);
    note(JOURNAL_STARTED, "");
    check_worked(open_again(&error), &error);
    assert_int_equal(seen.count, 1);
    assert_int_equal(seen.entry[0].sequence, 3);
    check_worked(journal_rotate(&journal, 1 << 20, &error), &error); /* not large enough */
    assert_int_equal(journal.sequence, 3);
}

static void test_entries_that_could_not_be_flushed_leave_nothing_behind(void **state)
{
    (void)state;
    struct error error;
    note(JOURNAL_REQUEST, "");
    flush_fails = true;
    assert_false(journal_write(&journal, JOURNAL_COUNTERS, NULL,
                               "cassettes=5000x10,2000x10,1000x10", &error));
    check_contains(error.message, "flush");
    assert_false(journal_write(&journal, JOURNAL_CARD_TAKEN, NULL, "card=1", &error));
    flush_fails = false;
    note(JOURNAL_STOPPED, "");
    check_worked(open_again(&error), &error);
    assert_int_equal(seen.count, 2);
    assert_int_equal(seen.entry[1].step, JOURNAL_STOPPED);
}

static void test_a_line_break_in_a_detail_stays_in_its_line(void **state)
{
    (void)state;
    struct error error;
    note(JOURNAL_ADVICE, "reason=one\n2 2026 forged");
    check_worked(open_again(&error), &error);
    assert_int_equal(seen.count, 1);
    assert_string_equal(seen.entry[0].detail, "reason=one 2 2026 forged");
}

static void test_the_tail_is_the_last_lines_oldest_first(void **state)
{
    (void)state;
    char lines[2][JOURNAL_LINE_LENGTH];
    note(JOURNAL_STACK, "");
    note(JOURNAL_STACKED, "");
    note(JOURNAL_PRESENT, "");
    assert_int_equal(journal_tail(&journal, 0, lines[0], sizeof lines[0], 2), 2);
    check_contains(lines[0], " stacked ");
    check_contains(lines[1], " present ");
    assert_int_equal(journal_tail(&journal, 1, lines[0], sizeof lines[0], 2), 2);
    check_contains(lines[0], " stack ");
    check_contains(lines[1], " stacked ");
    assert_int_equal(journal_tail(&journal, 2, lines[0], sizeof lines[0], 2), 1); /* the first */
    check_contains(lines[0], " stack ");
    assert_int_equal(journal_tail(&journal, 3, lines[0], sizeof lines[0], 2), 0);
}

static void test_the_file_is_for_its_owner_alone(void **state)
{
    (void)state;
    struct stat file;
    assert_int_equal(stat(path, &file), 0);
    assert_int_equal(file.st_mode & 0777, 0600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_an_entry_is_on_the_disk_before_it_counts, fresh),
        cmocka_unit_test_setup(test_entries_are_read_back_in_their_order, fresh),
        cmocka_unit_test_setup(test_a_torn_last_line_is_cut_off_and_that_is_noted, fresh),
        cmocka_unit_test_setup(test_reading_an_open_journal_changes_nothing, fresh),
        cmocka_unit_test_setup(test_every_place_a_line_may_tear_at_is_survived, fresh),
        cmocka_unit_test_setup(test_a_changed_line_is_found, fresh),
        cmocka_unit_test_setup(test_erased_lines_are_found_though_their_chain_is_right, fresh),
        cmocka_unit_test_setup(test_a_line_taken_out_or_put_elsewhere_is_found, fresh),
        cmocka_unit_test_setup(test_another_terminals_journal_is_none_of_this_ones, fresh),
        cmocka_unit_test_setup(test_the_head_of_a_later_file_is_no_ones_to_write, fresh),
        cmocka_unit_test_setup(test_a_full_disk_adds_nothing_and_the_journal_goes_on_later, fresh),
        cmocka_unit_test_setup(test_the_injected_full_disk_strikes_once, fresh),
        cmocka_unit_test_setup(test_a_large_journal_is_set_aside_and_its_chain_goes_on, fresh),
        cmocka_unit_test_setup(test_entries_that_could_not_be_flushed_leave_nothing_behind, fresh),
        cmocka_unit_test_setup(test_a_line_break_in_a_detail_stays_in_its_line, fresh),
        cmocka_unit_test_setup(test_the_tail_is_the_last_lines_oldest_first, fresh),
        cmocka_unit_test_setup(test_the_file_is_for_its_owner_alone, fresh),
    };
    return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
