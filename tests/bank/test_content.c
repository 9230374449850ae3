/* SPDX-License-Identifier: MIT */
/*
 * What a command asks for is its content: every field of every command, with
 * another value or left out, makes another hash. The fields come from
 * COMMAND_TABLE, so that a field which the hash forgets is named here.
 */
#include "bank/server/parse.h"

#include "shared/hex.h"
#include "shared/wire.h"
#include "tests/support/check.h"
#include "tests/support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#define ID        "0192f0c1-0000-7000-8000-000000000001"
#define OTHER     "0192f0c1-0000-7000-8000-000000000003"
#define TELLER    "1c915dd1-8bf0-4662-a2ce-60725b0c7de2"
#define NOTES(n)  "[{\"denomination\":5000,\"count\":" #n "}]"
#define QUOTED(t) "\"" t "\""

/* clang-format off */
/* Two values of each shape; none of those that a special case below gives. */
#define OF_UUID      { QUOTED(TELLER), QUOTED(OTHER) }
#define OF_CARD      { QUOTED("4000001234567899"), QUOTED("79927398713") }
#define OF_PIN_BLOCK { NULL, NULL }
#define OF_NEW_PIN_BLOCK { NULL, NULL }
#define OF_AMOUNT    { "5000", "6000" }
#define OF_NOTES     { NOTES(1), NOTES(2) }
#define OF_OUTCOME   { NULL, NULL }
#define OF_REASON    { QUOTED("counted"), QUOTED("guessed") }
#define OF_ACT       { QUOTED("snapshot_drop"), QUOTED("snapshot_take") }
#define OF_OWNER     { QUOTED("Peter"), QUOTED("Paula") }
#define OF_INCIDENT  { QUOTED("supervisor_lockout"), QUOTED("supervisor_admitted") }
#define OF_COUNT     { "1", "2" }
#define OF_LIMIT     { "5000", "6000" }
#define OF_CASH_CODE { QUOTED("0123456782"), QUOTED("0876543216") }
#define OF_CAPACITY  { "100", "200" }
#define OF_CASSETTE  { "1", "2" }
#define OF_BOX       { QUOTED("SN-1"), QUOTED("SN-2") }
#define OF_BIN       { QUOTED("reject"), QUOTED("deposit") }
#define OF_DATE      { QUOTED("2026-11-30"), QUOTED("2026-12-01") }
#define OF_JOURNAL   { QUOTED("12:0123456789abcdef"), QUOTED("13:0123456789abcdef") }
/* clang-format on */

static const struct {
    const char *one, *other;
} values[COMMAND_FIELD_COUNT] = {
#define X(enumerator, name, shape, member) OF_##shape,
    COMMAND_FIELD_TABLE(X)
#undef X
};

static struct vault *vault;

static int set_up(void **state)
{
    (void)state;
    static const char *const tellers[] = { TELLER, OTHER };
    struct home home;
    struct error error;
    struct uuid teller;
    snprintf(home.path, sizeof home.path, "%s", scratch_create());
    vault = vault_open(&home, &error);
    for (size_t i = 0; i < 2 && vault != NULL; i++) {
        uuid_read(tellers[i], strlen(tellers[i]), &teller);
        if (!vault_make_terminal_key(vault, &teller, &error))
            return -1;
    }
    return vault != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    vault_close(vault);
    return 0;
}

/* What one request says: the fields it has, and of which it says the other value. */
struct saying {
    enum command_kind kind;
    unsigned sender;
    uint64_t given, other;
};

static bool is_other(const struct saying *saying, enum command_field field)
{
    return (saying->other & BIT(field)) != 0;
}

static const char *outcome_of(const struct saying *saying)
{
    const bool other = is_other(saying, GIVEN_OUTCOME);
    if (command_traits(saying->kind)->saga == SAGA_WITHDRAWAL)
        return other ? "dispensed" : "not_dispensed";
    if (saying->sender == BY_TERMINAL)
        return other ? "cancelled" : "counted";
    return other ? "returned" : "credited";
}

/* Of that field: the PIN, or the one it is to be changed to. */
static void pin_block_of(const struct saying *saying, enum command_field field,
                         char digits[static 33])
{
    static const unsigned char random[8] = { 1 };
    unsigned char block[PIN_BLOCK_LENGTH];
    struct pin_key once;
    struct uuid id, teller;
    char pan[20] = "";
    const enum command_field number =
        field == GIVEN_NEW_PIN_BLOCK && (saying->given & WITH(CASH_CODE)) != 0 ? GIVEN_CASH_CODE
                                                                               : GIVEN_CARD;
    const char *quoted = is_other(saying, number) ? values[number].other : values[number].one;
    memcpy(pan, quoted + 1, strlen(quoted) - 2);
    uuid_read(ID, strlen(ID), &id);
    uuid_read(is_other(saying, GIVEN_TELLER_ID) ? OTHER : TELLER, UUID_TEXT_LENGTH - 1, &teller);
    const struct pin_key *key = saying->sender == BY_TERMINAL ? vault_terminal_key(vault, &teller)
                                                              : vault_pin_entry_key(vault);
    if (field == GIVEN_PIN_BLOCK)
        wire_pin_key(key, &id, &once);
    else
        wire_new_pin_key(key, &id, &once);
    pin_block_encode(&once, pan, is_other(saying, field) ? "4321" : "1234", random, block);
    hex_encode(block, sizeof block, digits);
    digits[32] = '\0';
}

static size_t say(const struct saying *saying, char *line, size_t size)
{
    size_t length = (size_t)snprintf(line, size, "{\"v\":1,\"id\":\"" ID "\",\"command\":\"%s\"",
                                     command_traits(saying->kind)->wire);
    for (enum command_field field = 0; field < COMMAND_FIELD_COUNT; field++) {
        char digits[33], text[40];
        const char *value = is_other(saying, field) ? values[field].other : values[field].one;
        if ((saying->given & BIT(field)) == 0)
            continue;
        if (field == GIVEN_OUTCOME) {
            snprintf(text, sizeof text, "\"%s\"", outcome_of(saying));
            value = text;
        } else if (field == GIVEN_PIN_BLOCK || field == GIVEN_NEW_PIN_BLOCK) {
            pin_block_of(saying, field, digits);
            snprintf(text, sizeof text, "\"%s\"", digits);
            value = text;
        }
        if (value == NULL)
            check_fail("give two values of the field %s in this test", command_field_name(field));
        length += (size_t)snprintf(line + length, size - length, ",\"%s\":%s",
                                   command_field_name(field), value);
    }
    return length + (size_t)snprintf(line + length, size - length, "}");
}

static struct request parsed(struct saying saying)
{
    struct request request = { .sender = saying.sender };
    struct parse_refusal refusal;
    struct uuid teller;
    char line[2048];
    /* Counted notes are named, and notes that went back are not. */
    if (saying.kind == TELLER_CONFIRM_DEPOSIT)
        saying.given = is_other(&saying, GIVEN_OUTCOME) ? saying.given & ~WITH(NOTES)
                                                        : saying.given | WITH(NOTES);
    size_t length = say(&saying, line, sizeof line);
    uuid_read(is_other(&saying, GIVEN_TELLER_ID) ? OTHER : TELLER, UUID_TEXT_LENGTH - 1, &teller);
    if (saying.sender == BY_TERMINAL) {
        request.signed_on = teller;
        length = wire_sign(&vault_wire_keys(vault, &teller)->request, line, length);
    }
    request.who.role = ROLE_SUPERVISOR;
    if (request_parse(vault, line, length, &request, &refusal) != PARSED_COMMAND)
        check_fail("refused as %s: %s in %s", refusal_name(refusal.refusal), refusal.message, line);
    return request;
}

static void assert_other(const struct request *one, const struct request *other, const char *how,
                         enum command_field field)
{
    if (memcmp(one->content, other->content, CONTENT_HASH_LENGTH) == 0)
        check_fail("%s with the field %s %s has the same content", command_name(one->command.kind),
                   command_field_name(field), how);
}

static void test_each_field_of_each_command_is_content(void **state)
{
    (void)state;
    int fields = 0;
    for (enum command_kind kind = 0; kind < COMMAND_KIND_COUNT; kind++) {
        const struct command_traits *traits = command_traits(kind);
        struct saying saying = { .kind = kind,
                                 .sender = (traits->senders & BY_TERMINAL) != 0 ? BY_TERMINAL
                                                                                : BY_OPERATOR };
        for (enum command_field field = 0; field < COMMAND_FIELD_COUNT && traits->senders != 0;
             field++) {
            const uint64_t bit = BIT(field);
            if (((traits->required | traits->optional) & bit) == 0)
                continue;
            saying.given = traits->required | bit;
            saying.other = 0;
            const struct request one = parsed(saying), again = parsed(saying);
            assert_memory_equal(one.content, again.content, CONTENT_HASH_LENGTH);
            saying.other = bit;
            const struct request other = parsed(saying);
            assert_other(&one, &other, "of another value", field);
            fields++;
            if (traits->required == 0 || (traits->required & bit) != 0 ||
                (kind == TELLER_CONFIRM_DEPOSIT && field == GIVEN_NOTES))
                continue;
            saying.given = traits->required;
            saying.other = 0;
            const struct request without = parsed(saying);
            assert_other(&one, &without, "left out", field);
        }
    }
    assert_true(fields > 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_field_of_each_command_is_content),
    };
    return cmocka_run_group_tests_name("content", tests, set_up, tear_down);
}
