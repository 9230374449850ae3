/* SPDX-License-Identifier: MIT */
/* The secrets: made once, for nobody else's eyes, and what is keyed with them. */
#include "bank/vault/vault.h"

#include "tests/support/check.h"
#include "tests/support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static const char pan[] = "4000001234567899";
static const unsigned char fresh[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };

static struct home home;
static struct error error;

static struct vault *open_new(void)
{
    snprintf(home.path, sizeof home.path, "%s", scratch_create());
    struct vault *vault = vault_open(&home, &error);
    check_worked(vault != NULL, &error);
    return vault;
}

static mode_t mode_of(const char *name)
{
    char path[HOME_PATH_SIZE];
    struct stat status;
    home_path(&home, path, sizeof path, "keys/%s", name);
    assert_int_equal(stat(path, &status), 0);
    return status.st_mode & 0777;
}

static void test_keys_are_made_for_the_owner_only(void **state)
{
    (void)state;
    mode_t mask = umask(0);
    vault_close(open_new());
    umask(mask);
    assert_int_equal(mode_of(""), 0700);
    assert_int_equal(mode_of("card.key"), 0600);
    assert_int_equal(mode_of("pin.key"), 0600);
    assert_int_equal(mode_of("data.key"), 0600);
    assert_int_equal(mode_of("pin-entry.key"), 0600);
}

static void test_keys_stay_the_same(void **state)
{
    (void)state;
    unsigned char first[CARD_TOKEN_LENGTH], second[CARD_TOKEN_LENGTH];
    struct vault *vault = open_new();
    vault_card_token(vault, pan, first);
    vault_card_token(vault, pan, second);
    assert_memory_equal(first, second, sizeof first);
    vault_close(vault);
    vault = vault_open(&home, &error);
    check_worked(vault != NULL, &error);
    vault_card_token(vault, pan, second);
    assert_memory_equal(first, second, sizeof first);
    vault_card_token(vault, "4000001234567881", second);
    assert_memory_not_equal(first, second, sizeof first);
    vault_close(vault);
}

static void test_a_key_that_others_can_read_is_not_used(void **state)
{
    (void)state;
    char path[HOME_PATH_SIZE];
    vault_close(open_new());
    home_path(&home, path, sizeof path, "keys/card.key");
    assert_int_equal(chmod(path, 0640), 0);
    assert_null(vault_open(&home, &error));
    check_contains(error.message, "chmod 600");
}

static void test_a_key_that_is_cut_off_is_not_replaced(void **state)
{
    (void)state;
    char path[HOME_PATH_SIZE];
    vault_close(open_new());
    home_path(&home, path, sizeof path, "keys/pin.key");
    assert_int_equal(truncate(path, 10), 0);
    assert_null(vault_open(&home, &error));
    check_contains(error.message, "64 hexadecimal digits");
}

static void test_terminal_keys_are_made_once_each(void **state)
{
    (void)state;
    struct vault *vault = open_new();
    struct uuid one = uuid_make(), other = uuid_make();
    assert_null(vault_terminal_key(vault, &one));
    check_worked(vault_make_terminal_key(vault, &one, &error), &error);
    check_worked(vault_make_terminal_key(vault, &other, &error), &error);
    struct pin_key first = *vault_terminal_key(vault, &one);
    check_worked(vault_make_terminal_key(vault, &one, &error), &error);
    assert_memory_equal(&first, vault_terminal_key(vault, &one), sizeof first);
    assert_memory_not_equal(&first, vault_terminal_key(vault, &other), sizeof first);
    vault_close(vault);
}

/* Six whose ids hash alike, so that they meet in whatever table there is. */
static void test_a_terminals_key_is_its_own_whoever_else_was_there(void **state)
{
    (void)state;
    enum { COUNT = 6, BITS = 0xfff };
    struct vault *vault = open_new();
    struct uuid id[COUNT];
    struct pin_key key[COUNT];
    for (int i = 0; i < COUNT; i++) {
        do
            id[i] = uuid_make();
        while (i > 0 && (uuid_hash(&id[i]) & BITS) != (uuid_hash(&id[0]) & BITS));
        check_worked(vault_make_terminal_key(vault, &id[i], &error), &error);
        key[i] = *vault_terminal_key(vault, &id[i]);
        for (int j = 0; j < i; j++)
            assert_memory_not_equal(&key[i], &key[j], sizeof key[i]);
    }
    for (int i = 0; i < COUNT; i++)
        assert_memory_equal(vault_terminal_key(vault, &id[i]), &key[i], sizeof key[i]);

    /* The last one is not read again. */
    for (int i = 0; i < COUNT; i++) {
        char path[HOME_PATH_SIZE], text[UUID_TEXT_LENGTH];
        home_path(&home, path, sizeof path, "keys/terminal-%s.key", uuid_write(&id[i], text));
        assert_int_equal(unlink(path), 0);
    }
    assert_memory_equal(vault_terminal_key(vault, &id[COUNT - 1]), &key[COUNT - 1], sizeof key[0]);
    vault_close(vault);
}

static bool reference_of(struct vault *vault, const char *pin, const unsigned char *random,
                         unsigned char reference[static PIN_REFERENCE_LENGTH])
{
    const struct pin_key *key = vault_pin_entry_key(vault);
    unsigned char token[CARD_TOKEN_LENGTH], block[PIN_BLOCK_LENGTH];
    vault_card_token(vault, pan, token);
    if (pin == NULL)
        memset(block, 0x5a, sizeof block);
    else
        assert_true(pin_block_encode(key, pan, pin, random, block));
    return vault_pin_reference(vault, key, pan, token, block, reference);
}

static void test_a_reference_follows_from_the_pin_and_not_from_the_block(void **state)
{
    (void)state;
    static const unsigned char others[8] = { 9 };
    unsigned char first[PIN_REFERENCE_LENGTH], second[PIN_REFERENCE_LENGTH];
    struct vault *vault = open_new();
    assert_true(reference_of(vault, "1234", fresh, first));
    assert_true(reference_of(vault, "1234", others, second));
    assert_memory_equal(first, second, sizeof first);
    assert_true(reference_of(vault, "1235", fresh, second));
    assert_memory_not_equal(first, second, sizeof first);
    vault_close(vault);
}

static void test_a_malformed_block_matches_no_pin(void **state)
{
    (void)state;
    static const unsigned char nothing[PIN_REFERENCE_LENGTH];
    unsigned char wrong[PIN_REFERENCE_LENGTH], right[PIN_REFERENCE_LENGTH];
    struct vault *vault = open_new();
    assert_false(reference_of(vault, NULL, fresh, wrong));
    assert_memory_not_equal(wrong, nothing, sizeof wrong); /* which an imported card may have */
    for (int pin = 0; pin < 10000; pin++) {
        char text[12];
        snprintf(text, sizeof text, "%04d", pin);
        assert_true(reference_of(vault, text, fresh, right));
        assert_memory_not_equal(wrong, right, sizeof right);
    }
    vault_close(vault);
}

static void test_there_are_no_core_files(void **state)
{
    (void)state;
    struct rlimit limit;
    vault_harden_process();
    assert_int_equal(getrlimit(RLIMIT_CORE, &limit), 0);
    assert_int_equal(limit.rlim_max, 0);
    assert_int_equal(prctl(PR_GET_DUMPABLE), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys_are_made_for_the_owner_only),
        cmocka_unit_test(test_keys_stay_the_same),
        cmocka_unit_test(test_a_key_that_others_can_read_is_not_used),
        cmocka_unit_test(test_a_key_that_is_cut_off_is_not_replaced),
        cmocka_unit_test(test_terminal_keys_are_made_once_each),
        cmocka_unit_test(test_a_terminals_key_is_its_own_whoever_else_was_there),
        cmocka_unit_test(test_a_reference_follows_from_the_pin_and_not_from_the_block),
        cmocka_unit_test(test_a_malformed_block_matches_no_pin),
        cmocka_unit_test(test_there_are_no_core_files),
    };
    return cmocka_run_group_tests_name("vault", tests, NULL, NULL);
}
