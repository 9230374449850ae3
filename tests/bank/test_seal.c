/* SPDX-License-Identifier: MIT */
/* Sealed names: what opens them, what does not, and what they do not tell. */
#include "bank/vault/seal.h"

#include "bank/server/parse.h"
#include "shared/hex.h"
#include "tests/support/check.h"
#include "tests/support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static const struct seal_key wrapping = { { 1, 2, 3 } }, other_wrapping = { { 1, 2, 4 } };
static const struct uuid account = { { 1 } }, other_account = { { 2 } };

static char sealed[OWNER_LENGTH], name[OWNER_NAME_LENGTH];
static struct data_key key;

static void seal(const char *owner)
{
    seal_owner(&wrapping, &account, owner, sealed, &key);
}

static void assert_not_unsealed(enum unsealing expected, const struct seal_key *with,
                                const struct data_key *data_key, const char *text)
{
    memset(name, 'x', sizeof name);
    assert_int_equal(unseal_owner(with, data_key, text, name), expected);
    assert_string_equal(name, "");
}

static void test_a_name_of_any_length_comes_out_as_it_went_in(void **state)
{
    (void)state;
    char owner[OWNER_NAME_LENGTH] = "";
    for (size_t length = 0; length < OWNER_NAME_LENGTH; length++) {
        seal(owner);
        assert_true(seal_is_sealed(sealed));
        assert_true(strlen(sealed) < OWNER_LENGTH);
        assert_int_equal(unseal_owner(&wrapping, &key, sealed, name), UNSEALED);
        assert_string_equal(name, owner);
        owner[length] = (char)('a' + length % 26);
        if (length + 1 < OWNER_NAME_LENGTH)
            owner[length + 1] = '\0';
    }
}

static void test_a_sealed_text_holds_neither_the_name_nor_its_length(void **state)
{
    (void)state;
    char first[OWNER_LENGTH];
    seal("Peter");
    memcpy(first, sealed, sizeof first);
    assert_null(strstr(sealed, "Peter"));
    seal("Peter the Younger of that Name");
    assert_int_equal(strlen(sealed), strlen(first));
}

static void test_the_same_name_is_sealed_differently_each_time(void **state)
{
    (void)state;
    char first[OWNER_LENGTH];
    struct data_key first_key;
    seal("Peter");
    memcpy(first, sealed, sizeof first);
    first_key = key;
    seal("Peter");
    assert_string_not_equal(first, sealed);
    assert_memory_not_equal(first_key.wrapped, key.wrapped, sizeof key.wrapped);
    assert_not_unsealed(UNSEAL_DAMAGED, &wrapping, &first_key, sealed);
}

/* Bytes of the box: a digit of base64 has at least one bit that counts, its highest. */
static void test_a_text_with_any_digit_changed_is_refused(void **state)
{
    (void)state;
    seal("Peter");
    size_t length = strlen(sealed), prefix = strlen("sealed:v1:");
    for (size_t at = 0; at < length; at++) {
        char tampered[OWNER_LENGTH];
        memcpy(tampered, sealed, sizeof tampered);
        tampered[at] = at < prefix ? 'x' : tampered[at] == 'A' ? 'g' : 'A';
        if (strcmp(tampered, sealed) != 0)
            assert_not_unsealed(UNSEAL_DAMAGED, &wrapping, &key, tampered);
    }
    for (size_t at = 0; at < length; at++) {
        char cut[OWNER_LENGTH] = "";
        memcpy(cut, sealed, at);
        assert_not_unsealed(UNSEAL_DAMAGED, &wrapping, &key, cut);
    }
    char longer[OWNER_LENGTH + 8];
    snprintf(longer, sizeof longer, "%sAAAA", sealed);
    assert_not_unsealed(UNSEAL_DAMAGED, &wrapping, &key, longer);
    assert_not_unsealed(UNSEAL_DAMAGED, &wrapping, &key, "sealed:v1:!!!!");
}

static void test_a_key_opens_only_whole_and_where_it_belongs(void **state)
{
    (void)state;
    seal("Peter");
    struct data_key moved = key;
    moved.account_id = other_account;
    assert_not_unsealed(UNSEAL_NO_KEY, &wrapping, &moved, sealed);
    assert_not_unsealed(UNSEAL_NO_KEY, &other_wrapping, &key, sealed);
    for (size_t at = 0; at < sizeof key.wrapped; at++) {
        struct data_key tampered = key;
        tampered.wrapped[at] ^= 1;
        assert_not_unsealed(UNSEAL_NO_KEY, &wrapping, &tampered, sealed);
    }
}

/* ---- through the vault and the door ---- */

#define OPEN(owner)                                                                                \
    "{\"v\":1,\"id\":\"0192f0c1-0000-7000-8000-000000000001\",\"command\":\"OpenAccount\","        \
    "\"owner\":"                                                                                   \
    "\"" owner "\"}"

static struct home home;

static struct vault *vault_new(void)
{
    struct error error;
    snprintf(home.path, sizeof home.path, "%s", scratch_create());
    struct vault *vault = vault_open(&home, &error);
    check_worked(vault != NULL, &error);
    return vault;
}

static struct request parsed(struct vault *vault, const char *line)
{
    struct request request = { .sender = BY_OPERATOR, .who = { .role = ROLE_SUPERVISOR } };
    struct parse_refusal refusal;
    assert_int_equal(request_parse(vault, line, strlen(line), &request, &refusal), PARSED_COMMAND);
    return request;
}

static void test_a_request_to_open_is_sealed_at_the_door(void **state)
{
    (void)state;
    struct vault *vault = vault_new();
    struct request first = parsed(vault, OPEN("Peter")), again = parsed(vault, OPEN("Peter"));
    assert_true(uuid_equal(&first.command.data_key.account_id, &first.command.account_id));
    assert_true(seal_is_sealed(first.command.owner));
    assert_int_equal(vault_unseal_owner(vault, &first.command.data_key, first.command.owner, name),
                     UNSEALED);
    assert_string_equal(name, "Peter");
    assert_string_not_equal(first.command.owner, again.command.owner);
    assert_memory_equal(first.content, again.content, sizeof first.content);
    struct request other = parsed(vault, OPEN("Petra"));
    assert_memory_not_equal(first.content, other.content, sizeof first.content);
    vault_close(vault);
}

/* Else whoever has the database could try names against the hash. */
static void test_the_hash_of_the_content_depends_on_the_vault(void **state)
{
    (void)state;
    struct vault *vault = vault_new();
    struct request here = parsed(vault, OPEN("Peter"));
    vault_close(vault);
    vault = vault_new();
    struct request elsewhere = parsed(vault, OPEN("Peter"));
    assert_memory_not_equal(here.content, elsewhere.content, sizeof here.content);
    vault_close(vault);
}

static void test_a_vault_to_read_opens_names_and_makes_nothing(void **state)
{
    (void)state;
    struct error error;
    char path[HOME_PATH_SIZE];
    struct vault *vault = vault_new();
    vault_seal_owner(vault, &account, &account, "Peter", sealed, &key);
    vault_close(vault);
    vault = vault_open_to_read(&home, &error);
    check_worked(vault != NULL, &error);
    assert_int_equal(vault_unseal_owner(vault, &key, sealed, name), UNSEALED);
    vault_close(vault);
    home_path(&home, path, sizeof path, "keys/data.key");
    assert_int_equal(remove(path), 0);
    assert_null(vault_open_to_read(&home, &error));
    assert_int_not_equal(remove(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_name_of_any_length_comes_out_as_it_went_in),
        cmocka_unit_test(test_a_sealed_text_holds_neither_the_name_nor_its_length),
        cmocka_unit_test(test_the_same_name_is_sealed_differently_each_time),
        cmocka_unit_test(test_a_text_with_any_digit_changed_is_refused),
        cmocka_unit_test(test_a_key_opens_only_whole_and_where_it_belongs),
        cmocka_unit_test(test_a_request_to_open_is_sealed_at_the_door),
        cmocka_unit_test(test_the_hash_of_the_content_depends_on_the_vault),
        cmocka_unit_test(test_a_vault_to_read_opens_names_and_makes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
