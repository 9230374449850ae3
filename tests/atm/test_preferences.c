/* SPDX-License-Identifier: MIT */
/* What a machine remembers of its cards: kept, bounded, forgotten, and of no use to who has the
 * files alone. */
#include "atm/files/preferences.h"

#include "atm/files/durable.h"
#include "atm/files/log.h"
#include "tests/support/check.h"
#include "tests/support/process.h"
#include "tests/support/scratch.h"

#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define CARD  "4000001234567899"
#define OTHER "4000002222000018"

enum { FILES = 64, CARDS_A_FILE = 64 };

static const struct uuid teller = { { 0x1c } };
static const char *folder;
static char key[200], drawers[200];
static struct memory memory;

static void open_memory(void)
{
    struct error error;
    memory_close(&memory);
    check_worked(memory_open(&memory, folder, &teller, key, NULL, &error), &error);
}

static int fresh(void **state)
{
    struct error error;
    char path[300];
    (void)state;
    folder = scratch_create();
    snprintf(key, sizeof key, "%s/key", folder);
    snprintf(drawers, sizeof drawers, "%s/preferences", folder);
    check_worked(durable_write(folder, "key", "00112233445566778899aabbccddeeff\n", 33, &error),
                 &error);
    open_memory();
    check_worked(memory_adopted(&memory, folder, key, &error), &error);
    snprintf(path, sizeof path, "%s/atm.log", folder);
    log_open(path);
    return 0;
}

static int done(void **state)
{
    (void)state;
    memory_close(&memory);
    return 0;
}

static void keep(const char *pan, const char *language, money amount)
{
    struct preference now = { .amount = amount };
    snprintf(now.language, sizeof now.language, "%s", language);
    preferences_keep(&memory, folder, pan, &now);
}

static void expect(const char *pan, const char *language, money amount)
{
    const struct preference found = preferences_find(&memory, folder, pan);
    if (strcmp(found.language, language) != 0 || found.amount != amount)
        check_fail("%s: \"%s\" and %lld, not \"%s\" and %lld", pan, found.language,
                   (long long)found.amount, language, (long long)amount);
}

static int files_count(const char *ending)
{
    int count = 0;
    DIR *directory = opendir(drawers);
    for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
        const size_t length = strlen(entry->d_name), end = strlen(ending);
        count += entry->d_name[0] != '.' && length >= end &&
                 strcmp(entry->d_name + length - end, ending) == 0;
    }
    if (directory != NULL)
        closedir(directory);
    return count;
}

/* The path of the only file there is. */
static const char *only_file(void)
{
    static char path[600];
    DIR *directory = opendir(drawers);
    assert_non_null(directory);
    path[0] = '\0';
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
        if (entry->d_name[0] != '.')
            snprintf(path, sizeof path, "%s/%s", drawers, entry->d_name);
    closedir(directory);
    assert_true(path[0] != '\0');
    return path;
}

static char *read_whole(const char *path)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    if (getdelim(&text, &size, '\0', file) < 0)
        text[0] = '\0';
    fclose(file);
    return text;
}

static void write_whole(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static bool log_says(const char *words)
{
    char path[300];
    snprintf(path, sizeof path, "%s/atm.log", folder);
    char *text = access(path, R_OK) == 0 ? read_whole(path) : strdup("");
    const bool said = strstr(text, words) != NULL;
    free(text);
    return said;
}

static void test_what_was_kept_is_found_again(void **state)
{
    (void)state;
    expect(CARD, "", 0);
    assert_int_equal(files_count(""), 0); /* looking leaves nothing */
    keep(CARD, "de", 0);
    expect(CARD, "de", 0);
    keep(CARD, "", 13000);
    expect(CARD, "de", 13000);
    keep(CARD, "ja", 0);
    expect(CARD, "ja", 13000);
    expect(OTHER, "", 0);
    open_memory(); /* as a restart does */
    expect(CARD, "ja", 13000);
}

static void test_the_files_name_no_card_and_no_time(void **state)
{
    (void)state;
    keep(CARD, "de", 13000);
    char *text = read_whole(only_file());
    assert_null(strstr(text, "400000"));
    assert_null(strstr(text, "7899"));
    char token[MEMORY_MAC_LENGTH], wanted[200];
    memory_mac(&memory, "card", CARD, strlen(CARD), token);
    snprintf(wanted, sizeof wanted, "version 1\n%s de 13000\njournal 0\nmac ", token);
    assert_int_equal(strncmp(text, wanted, strlen(wanted)), 0);
    free(text);
    struct stat status;
    assert_int_equal(stat(only_file(), &status), 0);
    assert_int_equal(status.st_mode & 077, 0);
}

static void test_another_machine_knows_a_card_by_another_name(void **state)
{
    (void)state;
    char one[MEMORY_MAC_LENGTH], two[MEMORY_MAC_LENGTH];
    memory_mac(&memory, "card", CARD, strlen(CARD), one);
    memory.key.teller.bytes[0]++;
    memory_mac(&memory, "card", CARD, strlen(CARD), two);
    assert_string_not_equal(one, two);
}

static void test_nothing_new_is_not_written(void **state)
{
    (void)state;
    struct stat before, after;
    keep(CARD, "de", 13000);
    assert_int_equal(stat(only_file(), &before), 0);
    keep(CARD, "de", 13000);
    keep(CARD, "", 0);
    assert_int_equal(stat(only_file(), &after), 0);
    assert_true(before.st_ino == after.st_ino); /* each write is a new file */
}

/* Numbers with a right check digit. */
static void number_of(int i, char pan[static PAN_DIGITS_MAX + 1])
{
    snprintf(pan, PAN_DIGITS_MAX + 1, "400000%09d", i);
    const size_t length = strlen(pan);
    pan[length] = pan_check_digit(pan);
    pan[length + 1] = '\0';
}

/* The next number after `from` of a card that belongs into the first drawer. */
static int next_of_first(int from, char pan[static PAN_DIGITS_MAX + 1])
{
    char token[MEMORY_MAC_LENGTH], first[3] = "";
    do {
        number_of(++from, pan);
        memory_mac(&memory, "card", pan, strlen(pan), token);
        memcpy(first, token, 2);
    } while (strtoul(first, NULL, 16) % FILES != 0);
    return from;
}

static void test_the_oldest_is_forgotten_when_there_are_too_many(void **state)
{
    (void)state;
    enum { MORE = 5 };
    char pan[CARDS_A_FILE + MORE][PAN_DIGITS_MAX + 1];
    for (int i = 0, number = 0; i < CARDS_A_FILE + MORE; i++) {
        number = next_of_first(number, pan[i]);
        if (i < CARDS_A_FILE)
            keep(pan[i], "abcdefghijk", 100000000000000 + i); /* as long as a line can be */
    }
    for (int i = 0; i < CARDS_A_FILE; i++)
        expect(pan[i], "abcdefghijk", 100000000000000 + i);
    keep(pan[0], "", 1000); /* the first is now the one used last */
    for (int i = CARDS_A_FILE; i < CARDS_A_FILE + MORE; i++)
        keep(pan[i], "de", 2000);
    expect(pan[0], "abcdefghijk", 1000);
    for (int i = 1; i <= MORE; i++)
        expect(pan[i], "", 0);
    expect(pan[MORE + 1], "abcdefghijk", 100000000000000 + MORE + 1);
    expect(pan[CARDS_A_FILE + MORE - 1], "de", 2000);
    assert_int_equal(files_count(""), 1);
}

static void test_what_is_not_the_machine_s_is_set_aside_and_forgotten(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "garbage",
        "version 1\n",
        "version 1\n00112233445566778899aabbccddeeff de 13000\n",
        "version 1\n00112233445566778899aabbccddeeff de 13000\nmac "
        "00112233445566778899aabbccddeeff\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        fresh(NULL);
        keep(CARD, "de", 13000);
        char path[600];
        snprintf(path, sizeof path, "%s", only_file());
        write_whole(path, texts[i]);
        expect(CARD, "", 0);
        assert_int_equal(files_count(".forged"), 1);
        assert_true(log_says("set aside"));
        keep(CARD, "en", 2000); /* and it goes on */
        expect(CARD, "en", 2000);
    }
}

static void test_one_changed_byte_is_noticed(void **state)
{
    (void)state;
    keep(CARD, "de", 13000);
    char path[600];
    snprintf(path, sizeof path, "%s", only_file());
    char *text = read_whole(path);
    *strstr(text, "13000") = '9';
    write_whole(path, text);
    free(text);
    expect(CARD, "", 0);
}

/* Of another card's drawer, or of an earlier key. */
static void test_a_drawer_in_another_place_is_not_taken(void **state)
{
    (void)state;
    char from[600], to[600], pan[PAN_DIGITS_MAX + 1];
    keep(CARD, "de", 13000);
    snprintf(from, sizeof from, "%s", only_file());
    int i = 0;
    do {
        number_of(i++, pan);
        keep(pan, "en", 1000);
    } while (files_count("") < 2);
    for (int drawer = 0; drawer < FILES; drawer++) {
        snprintf(to, sizeof to, "%s/cards-%02x", drawers, drawer);
        if (strcmp(to, from) != 0 && access(to, F_OK) == 0)
            break;
    }
    assert_int_equal(rename(from, to), 0);
    expect(pan, "", 0);
    assert_int_equal(files_count(".forged"), 1);
}

/* What has a right MAC was written by this machine; while a folder is adopted there is none. */
static void test_lines_of_another_form_are_set_aside(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "version 2\n",
        "version 1",
        "version 1\n\n\n",
        "version 1\nx\n",
        "version 1\n00112233445566778899aabbccddeeff\n",
        "version 1\n00112233445566778899aabbccddeeff de\n",
        "version 1\n00112233445566778899aabbccddeeff de x\n",
        "version 1\n00112233445566778899aabbccddeeff de 1234567890123456\n",
        "version 1\n00112233445566778899aabbccddeeff de -5\n",
        "version 1\n00112233445566778899aabbccddeeff de/../.. 5\n",
        "version 1\n00112233445566778899aabbccddeeff abcdefghijklm 5\n",
        "version 1\n00112233445566778899AABBCCDDEEFF de 5\n",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        fresh(NULL);
        keep(CARD, "de", 13000);
        write_whole(only_file(), lines[i]);
        memory.adopting = true;
        expect(CARD, "", 0);
        if (files_count(".forged") != 1)
            check_fail("taken: %s", lines[i]);
    }
}

static void test_what_is_in_the_way_or_too_long_harms_nothing(void **state)
{
    (void)state;
    char path[600];
    keep(CARD, "de", 13000);
    snprintf(path, sizeof path, "%s", only_file());
    char *text = malloc(100001);
    memset(text, 'x', 100000);
    text[100000] = '\0';
    write_whole(path, text);
    free(text);
    expect(CARD, "", 0);
    keep(CARD, "de", 2000);
    expect(CARD, "de", 2000);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    expect(CARD, "", 0);

    fresh(NULL);
    write_whole(drawers, "in the way\n");
    keep(CARD, "de", 13000);
    expect(CARD, "", 0);
    assert_true(log_says("was not written") || log_says("cannot read"));
}

/* Nothing can be written any more; what was there stays, and is read. */
static void test_a_full_disk_costs_a_line(void **state)
{
    (void)state;
    struct rlimit before, none;
    keep(CARD, "de", 13000);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    none = before;
    none.rlim_cur = 40; /* bytes of a file: room for the log's first words */
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    keep(CARD, "ja", 2000);
    keep(OTHER, "ja", 2000);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    expect(CARD, "de", 13000);
    expect(OTHER, "", 0);
    keep(CARD, "ja", 2000); /* there is room again */
    expect(CARD, "ja", 2000);
}

static void test_without_a_key_nothing_is_remembered(void **state)
{
    (void)state;
    memory.keyed = false;
    keep(CARD, "de", 13000);
    expect(CARD, "", 0);
    memory.keyed = true;
    keep("", "de", 13000); /* no card was inside */
    assert_int_equal(files_count(""), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_was_kept_is_found_again, fresh, done),
        cmocka_unit_test_setup_teardown(test_the_files_name_no_card_and_no_time, fresh, done),
        cmocka_unit_test_setup_teardown(test_another_machine_knows_a_card_by_another_name, fresh,
                                        done),
        cmocka_unit_test_setup_teardown(test_nothing_new_is_not_written, fresh, done),
        cmocka_unit_test_setup_teardown(test_the_oldest_is_forgotten_when_there_are_too_many, fresh,
                                        done),
        cmocka_unit_test_setup_teardown(test_what_is_not_the_machine_s_is_set_aside_and_forgotten,
                                        fresh, done),
        cmocka_unit_test_setup_teardown(test_one_changed_byte_is_noticed, fresh, done),
        cmocka_unit_test_setup_teardown(test_a_drawer_in_another_place_is_not_taken, fresh, done),
        cmocka_unit_test_setup_teardown(test_lines_of_another_form_are_set_aside, fresh, done),
        cmocka_unit_test_setup_teardown(test_what_is_in_the_way_or_too_long_harms_nothing, fresh,
                                        done),
        cmocka_unit_test_setup_teardown(test_a_full_disk_costs_a_line, fresh, done),
        cmocka_unit_test_setup_teardown(test_without_a_key_nothing_is_remembered, fresh, done),
    };
    return cmocka_run_group_tests_name("preferences", tests, NULL, NULL);
}
