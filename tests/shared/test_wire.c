/* SPDX-License-Identifier: MIT */
/* The numbers and the proof that both ends of the wire must agree on. */
#include "shared/hex.h"
#include "shared/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static struct uuid uuid_of(const char *text)
{
    struct uuid uuid;
    assert_true(uuid_read(text, strlen(text), &uuid));
    return uuid;
}

#define KEY "00112233445566778899aabbccddeeff"
#define ID  "0192f0c1-0000-7000-8000-000000000001"

static struct pin_key key_of(const char *digits)
{
    struct pin_key key = { 0 };
    assert_true(hex_decode(digits, 2 * PIN_KEY_LENGTH, key.bytes));
    return key;
}

static void assert_key(const struct pin_key *key, const char *digits)
{
    char text[2 * PIN_KEY_LENGTH + 1];
    hex_encode(key->bytes, sizeof key->bytes, text);
    assert_string_equal(text, digits);
}

static void test_derived_keys_are_as_the_protocol_says(void **state)
{
    (void)state;
    /* Computed with the openssl command, for each label and context:
     *   (printf '\001LABEL\000'; printf CONTEXT | xxd -r -p; printf '\000\200') |
     *       openssl mac -cipher AES-128-CBC -macopt hexkey:KEY -in - CMAC */
    const struct pin_key terminal = key_of(KEY);
    const struct uuid teller_id = uuid_of(DEFAULT_TELLER_ID), request_id = uuid_of(ID);
    struct wire_keys keys;
    struct pin_key once;
    wire_keys_derive(&terminal, &teller_id, &keys);
    wire_pin_key(&terminal, &request_id, &once);
    assert_key(&keys.request, "eb34b148c00b1e82db828589f987e960");
    assert_key(&keys.reply, "c1706cc1217f3947c615ce926f8fd973");
    assert_key(&once, "63639ef1ab6d7c1be5ccd571633a7c00");
    wire_new_pin_key(&terminal, &request_id, &once);
    assert_key(&once, "8d7d5bf8228e50832aab2d96dd6e7f91");
}

static void test_the_two_blocks_of_a_request_are_as_the_protocol_says(void **state)
{
    (void)state;
    static const unsigned char fill[2][8] = { { 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77 },
                                              { 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff } };
    const struct pin_key terminal = key_of(KEY);
    const struct uuid request_id = uuid_of(ID);
    struct pin_key once, new_once;
    unsigned char block[PIN_BLOCK_LENGTH], new_block[PIN_BLOCK_LENGTH];
    char text[2 * PIN_BLOCK_LENGTH + 1], pin[PIN_DIGITS_MAX + 1];
    wire_pin_key(&terminal, &request_id, &once);
    wire_new_pin_key(&terminal, &request_id, &new_once);
    assert_true(pin_block_encode(&once, "4000001234567899", "1234", fill[0], block));
    hex_encode(block, sizeof block, text);
    assert_string_equal(text, "b2794c63fd2308f0b143cfda6e414c98");
    assert_true(pin_block_encode(&new_once, "4000001234567899", "7391", fill[1], new_block));
    hex_encode(new_block, sizeof new_block, text);
    assert_string_equal(text, "1496b5851fd86386a2b45a55b589e62e");
    /* Neither stands for the other. */
    assert_false(pin_block_decode(&once, "4000001234567899", new_block, pin));
    assert_false(pin_block_decode(&new_once, "4000001234567899", block, pin));
}

static void test_a_signed_line_is_as_the_protocol_says(void **state)
{
    (void)state;
    const struct pin_key terminal = key_of(KEY);
    const struct uuid teller_id = uuid_of(DEFAULT_TELLER_ID);
    struct wire_keys keys;
    char line[300] = "{\"v\":1,\"id\":\"" ID
                     "\",\"command\":\"SignOn\",\"teller_id\":\"" DEFAULT_TELLER_ID "\"}";
    wire_keys_derive(&terminal, &teller_id, &keys);
    size_t length = wire_sign(&keys.request, line, strlen(line));
    line[length] = '\0';
    assert_string_equal(line + length - WIRE_SIGNATURE_LENGTH,
                        ",\"mac\":\"456395153e852718da439eca3d1ab4c4\"}");
    assert_true(wire_signed(&keys.request, line, length));
    assert_false(wire_signed(&keys.reply, line, length));
    assert_false(wire_signed(&keys.request, line, length - 1));
    assert_false(wire_signed(&keys.request, line, WIRE_SIGNATURE_LENGTH));
    for (size_t i = 0; i < length; i++) {
        line[i] ^= 1;
        assert_false(wire_signed(&keys.request, line, length));
        line[i] ^= 1;
    }
}

static void test_the_default_teller_is_the_documented_one(void **state)
{
    (void)state;
    assert_string_equal(DEFAULT_TELLER_ID, "1c915dd1-8bf0-4662-a2ce-60725b0c7de2");
    assert_int_equal(WIRE_VERSION, 1);
    assert_int_equal(WIRE_LINE_MAX, 65536);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_derived_keys_are_as_the_protocol_says),
        cmocka_unit_test(test_the_two_blocks_of_a_request_are_as_the_protocol_says),
        cmocka_unit_test(test_a_signed_line_is_as_the_protocol_says),
        cmocka_unit_test(test_the_default_teller_is_the_documented_one),
    };
    return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
