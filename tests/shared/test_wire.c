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
    assert_true(uuid_parse(text, strlen(text), &uuid));
    return uuid;
}

static void mac_text(const char *key_digits, const char *id, const char *teller, char text[static 33])
{
    struct pin_key key;
    unsigned char mac[WIRE_MAC_LENGTH];
    struct uuid request_id = uuid_of(id), teller_id = uuid_of(teller);
    assert_true(hex_decode(key_digits, 2 * PIN_KEY_LENGTH, key.bytes));
    wire_sign_on_mac(&key, &request_id, &teller_id, mac);
    hex_encode(mac, sizeof mac, text);
}

static void test_the_proof_of_a_sign_on_is_as_the_protocol_says(void **state)
{
    (void)state;
    /* Computed with the openssl command:
     *   M=$(printf 'EsBank sign-on' | openssl mac -cipher AES-128-CBC -macopt hexkey:KEY CMAC)
     *   printf 'SignOn\nID\nTELLER\n' | openssl mac -cipher AES-128-CBC -macopt hexkey:$M CMAC */
    char text[33];
    mac_text("00112233445566778899AABBCCDDEEFF", "0192f0c1-0000-7000-8000-000000000001", DEFAULT_TELLER_ID,
             text);
    assert_string_equal(text, "e1007ef740b0177360c3ead77fe70b0e");
}

static void test_ids_are_signed_in_lower_case_however_they_were_written(void **state)
{
    (void)state;
    char text[33];
    mac_text("00112233445566778899AABBCCDDEEFF", "0192F0C1-0000-7000-8000-000000000001",
             "1C915DD1-8BF0-4662-A2CE-60725B0C7DE2", text);
    assert_string_equal(text, "e1007ef740b0177360c3ead77fe70b0e");
}

static void test_another_id_teller_or_key_gives_another_proof(void **state)
{
    (void)state;
    static const char key[] = "00112233445566778899AABBCCDDEEFF",
                      id[] = "0192f0c1-0000-7000-8000-000000000001";
    char proof[33], other[33];
    mac_text(key, id, DEFAULT_TELLER_ID, proof);
    mac_text(key, "0192f0c1-0000-7000-8000-000000000002", DEFAULT_TELLER_ID, other);
    assert_string_not_equal(proof, other);
    mac_text(key, id, "1c915dd1-8bf0-4662-a2ce-60725b0c7de3", other);
    assert_string_not_equal(proof, other);
    mac_text("00112233445566778899AABBCCDDEEFE", id, DEFAULT_TELLER_ID, other);
    assert_string_not_equal(proof, other);
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
        cmocka_unit_test(test_the_proof_of_a_sign_on_is_as_the_protocol_says),
        cmocka_unit_test(test_ids_are_signed_in_lower_case_however_they_were_written),
        cmocka_unit_test(test_another_id_teller_or_key_gives_another_proof),
        cmocka_unit_test(test_the_default_teller_is_the_documented_one),
    };
    return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
