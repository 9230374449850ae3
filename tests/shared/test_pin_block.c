/* SPDX-License-Identifier: MIT */
/*
 * PIN blocks of ISO 9564-1 format 4 by published vectors, and malformed blocks
 * of every kind, made here with the cipher itself.
 */
#include "shared/hex.h"
#include "shared/pin_block.h"
#include "tests/support/check.h"
#include "tests/support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char pan[] = "4000001234567899";

static struct pin_key key_of(const char *digits)
{
    struct pin_key key = { 0 };
    assert_true(hex_decode(digits, 2 * PIN_KEY_LENGTH, key.bytes));
    return key;
}

static struct pin_key any_key(void)
{
    return key_of("00112233445566778899AABBCCDDEEFF");
}

static const struct vector {
    const char *key, *pin, *pan, *random, *block;
} vectors[] = {
    { "C1D0F8FB4958670DBA40AB1F3752EF0D", "1234", "432198765432109870", "146C6601F4A8035C",
      "CC17F65586BFD0953010226C4FC5B3CA" }, /* ep2 Security Specification 8.0.0, 8.4 */
    { "00112233445566778899AABBCCDDEEFF", "1234", "1234567890123456789", "FFFFFFFFFFFFFFFF",
      "28B41FDDD29B743E93124BD8E32D921E" },
};

static void aes(const struct pin_key *key, unsigned char block[static PIN_BLOCK_LENGTH])
{
    unsigned char out[2 * PIN_BLOCK_LENGTH];
    int length = 0;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    assert_true(EVP_EncryptInit_ex(context, EVP_aes_128_ecb(), NULL, key->bytes, NULL));
    assert_true(EVP_EncryptUpdate(context, out, &length, block, PIN_BLOCK_LENGTH));
    EVP_CIPHER_CTX_free(context);
    memcpy(block, out, PIN_BLOCK_LENGTH);
}

/* Enciphers any PIN field, well formed or not, for the card of these tests. */
static void seal(const char *field_digits, unsigned char block[static PIN_BLOCK_LENGTH])
{
    struct pin_key key = any_key();
    unsigned char pan_field[PIN_BLOCK_LENGTH] = { 0 };
    char digits[2 * PIN_BLOCK_LENGTH + 1];
    snprintf(digits, sizeof digits, "4%s000000000000000", pan);
    assert_true(hex_decode(digits, 2 * PIN_BLOCK_LENGTH, pan_field));
    assert_true(hex_decode(field_digits, 2 * PIN_BLOCK_LENGTH, block));
    aes(&key, block);
    for (int i = 0; i < PIN_BLOCK_LENGTH; i++)
        block[i] ^= pan_field[i];
    aes(&key, block);
}

static bool opens(const char *field_digits, char *pin)
{
    struct pin_key key = any_key();
    unsigned char block[PIN_BLOCK_LENGTH];
    seal(field_digits, block);
    return pin_block_decode(&key, pan, block, pin);
}

static void test_published_vectors_come_out_both_ways(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        struct pin_key key = key_of(vectors[i].key);
        unsigned char random[8], block[PIN_BLOCK_LENGTH], wanted[PIN_BLOCK_LENGTH];
        char pin[PIN_DIGITS_MAX + 1];
        assert_true(hex_decode(vectors[i].random, 16, random));
        assert_true(hex_decode(vectors[i].block, 32, wanted));
        assert_true(pin_block_encode(&key, vectors[i].pan, vectors[i].pin, random, block));
        assert_memory_equal(block, wanted, sizeof block);
        assert_true(pin_block_decode(&key, vectors[i].pan, wanted, pin));
        assert_string_equal(pin, vectors[i].pin);
    }
}

static void test_the_key_check_value_is_the_published_one(void **state)
{
    (void)state;
    struct pin_key key = any_key();
    char text[7];
    pin_key_check_value(&key, text);
    assert_string_equal(text, "53E107");
}

static void test_pins_of_4_to_12_digits_go_through(void **state)
{
    (void)state;
    struct pin_key key = any_key();
    static const unsigned char random[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    static const char digits[] = "1234567890123";
    for (size_t length = 0; length <= 13; length++) {
        char pin[14] = "", again[PIN_DIGITS_MAX + 1];
        unsigned char block[PIN_BLOCK_LENGTH];
        memcpy(pin, digits, length);
        bool right = length >= PIN_DIGITS_MIN && length <= PIN_DIGITS_MAX;
        assert_int_equal(pin_block_encode(&key, pan, pin, random, block), right);
        if (!right)
            continue;
        assert_true(pin_block_decode(&key, pan, block, again));
        assert_string_equal(again, pin);
    }
}

static void test_pans_of_every_length_go_through(void **state)
{
    (void)state;
    struct pin_key key = any_key();
    static const unsigned char random[8] = { 0 };
    static const char digits[] = "1234567890123456789";
    for (size_t length = 1; length <= PAN_DIGITS_MAX; length++) {
        char number[PAN_DIGITS_MAX + 1] = "", pin[PIN_DIGITS_MAX + 1];
        unsigned char block[PIN_BLOCK_LENGTH];
        memcpy(number, digits, length);
        assert_true(pin_block_encode(&key, number, "123456", random, block));
        assert_true(pin_block_decode(&key, number, block, pin));
        assert_string_equal(pin, "123456");
    }
}

static void test_what_are_no_digits_is_not_enciphered(void **state)
{
    (void)state;
    struct pin_key key = any_key();
    static const unsigned char random[8] = { 0 };
    unsigned char block[PIN_BLOCK_LENGTH];
    assert_false(pin_block_encode(&key, pan, "12a4", random, block));
    assert_false(pin_block_encode(&key, pan, "12 4", random, block));
    assert_false(pin_block_encode(&key, "4000-0012", "1234", random, block));
    assert_false(pin_block_encode(&key, "", "1234", random, block));
    assert_false(pin_block_encode(&key, "12345678901234567890", "1234", random, block));
}

static void test_the_same_pin_gives_another_block_each_time(void **state)
{
    (void)state;
    struct pin_key key = any_key();
    unsigned char one[PIN_BLOCK_LENGTH], other[PIN_BLOCK_LENGTH];
    static const unsigned char random[2][8] = { { 1 }, { 2 } };
    assert_true(pin_block_encode(&key, pan, "1234", random[0], one));
    assert_true(pin_block_encode(&key, pan, "1234", random[1], other));
    assert_memory_not_equal(one, other, sizeof one);
}

static void test_a_well_formed_field_opens(void **state)
{
    (void)state;
    char pin[PIN_DIGITS_MAX + 1];
    assert_true(opens("441234AAAAAAAAAA0011223344556677", pin));
    assert_string_equal(pin, "1234");
    assert_true(opens("4C123456789012AA0011223344556677", pin));
    assert_string_equal(pin, "123456789012");
}

static void assert_shut(const char *field_digits)
{
    char pin[PIN_DIGITS_MAX + 1] = "x";
    if (opens(field_digits, pin))
        fail_msg("the PIN field %s was taken for a well-formed one", field_digits);
    assert_string_equal(pin, "");
}

static void test_a_wrong_control_nibble_does_not_open(void **state)
{
    (void)state;
    for (int control = 0; control < 16; control++) {
        char field[33];
        if (control == 4)
            continue;
        snprintf(field, sizeof field, "%X41234AAAAAAAAAA0011223344556677", (unsigned)control);
        assert_shut(field);
    }
}

static void test_a_length_outside_4_to_12_does_not_open(void **state)
{
    (void)state;
    assert_shut("40AAAAAAAAAAAAAA0011223344556677");
    assert_shut("411AAAAAAAAAAAAA0011223344556677");
    assert_shut("4212AAAAAAAAAAAA0011223344556677");
    assert_shut("43123AAAAAAAAAAA0011223344556677");
    assert_shut("4D1234567890123A0011223344556677");
    assert_shut("4E123456789012340011223344556677");
    assert_shut("4F123456789012340011223344556677");
}

static void test_a_length_that_does_not_fit_the_digits_does_not_open(void **state)
{
    (void)state;
    assert_shut("451234AAAAAAAAAA0011223344556677");
    assert_shut("4412345AAAAAAAAA0011223344556677");
}

static void test_a_pin_of_other_than_digits_does_not_open(void **state)
{
    (void)state;
    for (int at = 2; at < 6; at++)
        for (int nibble = 10; nibble < 16; nibble++) {
            char field[33];
            strcpy(field, "441234AAAAAAAAAA0011223344556677");
            field[at] = "0123456789ABCDEF"[nibble];
            assert_shut(field);
        }
}

static void test_a_bad_fill_does_not_open(void **state)
{
    (void)state;
    for (int at = 6; at < 16; at++)
        for (int nibble = 0; nibble < 16; nibble++) {
            char field[33];
            if (nibble == 10)
                continue;
            strcpy(field, "441234AAAAAAAAAA0011223344556677");
            field[at] = "0123456789ABCDEF"[nibble];
            assert_shut(field);
        }
}

static void test_another_card_another_key_or_a_changed_bit_does_not_open(void **state)
{
    (void)state;
    struct pin_key key = any_key(), other = key_of("C1D0F8FB4958670DBA40AB1F3752EF0D");
    static const unsigned char random[8] = { 9 };
    unsigned char block[PIN_BLOCK_LENGTH];
    char pin[PIN_DIGITS_MAX + 1];
    assert_true(pin_block_encode(&key, pan, "1234", random, block));
    assert_false(pin_block_decode(&key, "4000001234567881", block, pin));
    assert_false(pin_block_decode(&other, pan, block, pin));
    assert_false(pin_block_decode(&key, "no digits", block, pin));
    for (int bit = 0; bit < 8 * PIN_BLOCK_LENGTH; bit++) {
        block[bit / 8] ^= (unsigned char)(1 << bit % 8);
        assert_false(pin_block_decode(&key, pan, block, pin));
        block[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    assert_true(pin_block_decode(&key, pan, block, pin));
}

static void test_a_mac_is_the_standards(void **state)
{
    (void)state;
    /* NIST SP 800-38B, D.1, AES-128. */
    struct pin_key key = key_of("2b7e151628aed2a6abf7158809cf4f3c");
    static const char message_digits[] =
        "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411";
    static const struct {
        size_t length;
        const char *mac;
    } wanted[] = { { 0, "bb1d6929e95937287fa37d129b756746" },
                   { 16, "070a16b46b4d4144f79bdd9dd04a287c" },
                   { 40, "dfa66747de9ae63030ca32611497c827" } };
    unsigned char message[40], mac[16];
    char text[33];
    assert_true(hex_decode(message_digits, 80, message));
    for (size_t i = 0; i < 3; i++) {
        pin_key_mac(&key, message, wanted[i].length, mac);
        hex_encode(mac, sizeof mac, text);
        assert_string_equal(text, wanted[i].mac);
    }
}

/* The first two bytes choose where a key's context is kept. */
static void test_keys_that_share_a_place_sign_as_themselves(void **state)
{
    (void)state;
    const struct pin_key key[] = { key_of("2b7e151628aed2a6abf7158809cf4f3c"),
                                   key_of("2b7e0000000000000000000000000000") };
    unsigned char first[2][16], again[16];
    for (size_t i = 0; i < 2; i++)
        pin_key_mac(&key[i], "line", 4, first[i]);
    assert_memory_not_equal(first[0], first[1], 16);
    for (size_t i = 0; i < 6; i++) {
        pin_key_mac(&key[i % 2], "line", 4, again);
        assert_memory_equal(again, first[i % 2], 16);
        pin_key_mac(&key[i % 2], "line", 4, again);
        assert_memory_equal(again, first[i % 2], 16);
        if (i > 3)
            pin_key_forget(&key[i % 2]);
    }
}

static void test_a_pan_has_8_to_19_digits_and_its_check_digit(void **state)
{
    (void)state;
    assert_true(pan_valid(pan));
    assert_true(pan_valid("79927398713"));
    assert_false(pan_valid("79927398710"));
    assert_false(pan_valid("4000001234567890"));
    assert_false(pan_valid(""));
    assert_false(pan_valid("0000000"));
    assert_true(pan_valid("00000000"));
    assert_false(pan_valid("00000000000000000000"));
    assert_false(pan_valid("4000 0012 3456 7899"));
    assert_int_equal(pan_check_digit("7992739871"), '3');
    assert_int_equal(pan_check_digit("400000123456789"), '9');
    for (int i = 0; i < 1000; i++) {
        char digits[20];
        snprintf(digits, sizeof digits, "400000%09d", i * 7919);
        size_t length = strlen(digits);
        digits[length] = pan_check_digit(digits);
        digits[length + 1] = '\0';
        assert_true(pan_valid(digits));
        digits[10] = digits[10] == '9' ? '0' : (char)(digits[10] + 1);
        assert_false(pan_valid(digits));
    }
}

static void test_a_masked_pan_shows_six_and_four(void **state)
{
    (void)state;
    char buffer[PAN_DIGITS_MAX + 1];
    assert_string_equal(pan_mask(pan, buffer), "400000******7899");
    assert_string_equal(pan_mask("1234567890123456789", buffer), "123456*********6789");
}

static void test_a_masked_pan_hides_six_digits_whatever_its_length(void **state)
{
    (void)state;
    static const char digits[] = "1234567890123456789";
    char buffer[PAN_DIGITS_MAX + 1], again[PAN_DIGITS_MAX + 1];
    for (size_t length = PAN_DIGITS_MIN; length <= PAN_DIGITS_MAX; length++) {
        char number[PAN_DIGITS_MAX + 1];
        int hidden = 0;
        snprintf(number, sizeof number, "%.*s", (int)length, digits);
        pan_mask(number, buffer);
        assert_int_equal(strlen(buffer), length);
        for (const char *at = buffer; *at != '\0'; at++)
            hidden += *at == '*';
        assert_true(hidden >= 6);
        assert_string_equal(pan_mask(buffer, again), buffer);
    }
    assert_string_equal(pan_mask("12345678", buffer), "******78");
    assert_string_equal(pan_mask("1234567890", buffer), "******7890");
    assert_string_equal(pan_mask("123456789012", buffer), "12******9012");
    assert_string_equal(pan_mask("123456789012345", buffer), "12345******2345");
}

static void test_a_pan_in_a_text_is_masked(void **state)
{
    (void)state;
    static const char *const texts[][2] = {
        { "\"4000001234567899\" is no id", "\"400000******7899\" is no id" },
        { "--4000001234567899", "--400000******7899" },
        { "no 4000 0012 3456 7899 here", "no 4000 00** **** 7899 here" },
        { "4000-0012-3456-7899", "4000-00**-****-7899" },
        { "mistyped: 4000001234567890", "mistyped: 400000******7890" },
        { "40000012345678991234567890", "400000****************7890" },
        { "a 4000001234567899, b 4000001234567899", "a 400000******7899, b 400000******7899" },
        { "id 1c915dd1-8bf0-4662-a2ce-60725b0c7de2", "id 1c915dd1-8bf0-4662-a2ce-60725b0c7de2" },
        { "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000001" },
        { "on 2026-11-30 12:34:56, 250.00, 123456789012",
          "on 2026-11-30 12:34:56, 250.00, 123456789012" },
        { "", "" },
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char text[100];
        snprintf(text, sizeof text, "%s", texts[i][0]);
        assert_string_equal(pan_hide_within(text), texts[i][1]);
    }
}

/* ---- key files ---- */

static void test_a_key_file_is_made_once_and_for_its_owner_only(void **state)
{
    (void)state;
    char path[200];
    struct error error;
    struct pin_key made, again;
    struct stat status;
    snprintf(path, sizeof path, "%s/a.key", scratch_create());
    assert_false(pin_key_load(path, &made, &error));
    assert_int_equal(error.kind, ERROR_SYSTEM);
    check_worked(pin_key_load_or_create(path, &made, &error), &error);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(status.st_size, 33);
    check_worked(pin_key_load_or_create(path, &again, &error), &error);
    assert_memory_equal(&made, &again, sizeof made);
    assert_int_equal(chmod(path, 0640), 0);
    assert_false(pin_key_load(path, &again, &error));
    check_contains(error.message, "chmod 600");
}

static void test_a_key_file_of_something_else_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = { "", "0011", "00112233445566778899aabbccddeefg\n",
                                         "00112233445566778899AABBCCDDEE" };
    char path[200];
    snprintf(path, sizeof path, "%s/a.key", scratch_create());
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct error error;
        struct pin_key key;
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fputs(texts[i], file);
        fclose(file);
        assert_int_equal(chmod(path, 0600), 0);
        assert_false(pin_key_load(path, &key, &error));
        assert_int_equal(error.kind, ERROR_FORMAT);
    }
}

static void test_a_wiped_secret_is_gone(void **state)
{
    (void)state;
    char secret[] = "1234";
    pin_wipe(secret, sizeof secret);
    for (size_t i = 0; i < sizeof secret; i++)
        assert_int_equal(secret[i], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published_vectors_come_out_both_ways),
        cmocka_unit_test(test_the_key_check_value_is_the_published_one),
        cmocka_unit_test(test_pins_of_4_to_12_digits_go_through),
        cmocka_unit_test(test_pans_of_every_length_go_through),
        cmocka_unit_test(test_what_are_no_digits_is_not_enciphered),
        cmocka_unit_test(test_the_same_pin_gives_another_block_each_time),
        cmocka_unit_test(test_a_well_formed_field_opens),
        cmocka_unit_test(test_a_wrong_control_nibble_does_not_open),
        cmocka_unit_test(test_a_length_outside_4_to_12_does_not_open),
        cmocka_unit_test(test_a_length_that_does_not_fit_the_digits_does_not_open),
        cmocka_unit_test(test_a_pin_of_other_than_digits_does_not_open),
        cmocka_unit_test(test_a_bad_fill_does_not_open),
        cmocka_unit_test(test_another_card_another_key_or_a_changed_bit_does_not_open),
        cmocka_unit_test(test_a_mac_is_the_standards),
        cmocka_unit_test(test_keys_that_share_a_place_sign_as_themselves),
        cmocka_unit_test(test_a_pan_has_8_to_19_digits_and_its_check_digit),
        cmocka_unit_test(test_a_masked_pan_shows_six_and_four),
        cmocka_unit_test(test_a_masked_pan_hides_six_digits_whatever_its_length),
        cmocka_unit_test(test_a_pan_in_a_text_is_masked),
        cmocka_unit_test(test_a_key_file_is_made_once_and_for_its_owner_only),
        cmocka_unit_test(test_a_key_file_of_something_else_is_refused),
        cmocka_unit_test(test_a_wiped_secret_is_gone),
    };
    return cmocka_run_group_tests_name("pin block", tests, NULL, NULL);
}
