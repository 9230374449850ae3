/* SPDX-License-Identifier: MIT */
/*
 * The door: for each wrong line one row of a table with the error it gets and
 * a word its message has; for right ones, what they become; and what counts
 * as the same content.
 */
#include "bank/server/parse.h"
#include "bank/server/question.h"

#include "bank/core/account.h"
#include "shared/hex.h"
#include "shared/wire.h"
#include "tests/support/check.h"
#include "tests/support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#define ID     "0192f0c1-0000-7000-8000-000000000001"
#define OTHER  "0192f0c1-0000-7000-8000-000000000002"
#define TELLER "1c915dd1-8bf0-4662-a2ce-60725b0c7de2"
#define NIL    "00000000-0000-0000-0000-000000000000"
#define PAN    "4000001234567899"
#define BLOCK  "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"
#define START  "{\"v\":1,\"id\":\"" ID "\",\"command\":"
#define BALANCE                                                                                    \
    START "\"BalanceEnquiry\",\"teller_id\":\"" TELLER "\",\"card\":\"" PAN                        \
          "\",\"pin_block\":\"" BLOCK "\""
#define CASH                                                                                       \
    START "\"InitiateWithdrawal\",\"teller_id\":\"" TELLER "\",\"card\":\"" PAN                    \
          "\",\"pin_block\":\"" BLOCK "\""
#define CONFIRM                                                                                    \
    START "\"ConfirmDispense\",\"teller_id\":\"" TELLER "\",\"withdrawal_id\":\"" OTHER "\""
#define PUT_IN START "\"ConfirmDeposit\",\"teller_id\":\"" TELLER "\",\"deposit_id\":\"" OTHER "\""
#define CASH_CODE                                                                                  \
    START "\"IssueCashCode\",\"teller_id\":\"" TELLER "\",\"card\":\"" PAN                         \
          "\",\"pin_block\":\"" BLOCK "\",\"amount\":5000,\"cash_code\":"
#define DEPOSIT START "\"DepositMoney\",\"account_id\":\"" OTHER "\""
#define OPEN    START "\"OpenAccount\",\"owner\":\"Peter\""
#define NOTE_50 "[{\"denomination\":5000,\"count\":2}]"
#define NOTE_7  "[{\"denomination\":700,\"count\":1}]"
#define NOTES_OF                                                                                   \
    " has to be an array of EUR notes of 500, 1000, 2000, 5000, 10000, 20000 or 50000 minor units"

static struct vault *vault;
static struct uuid teller;

static int set_up(void **state)
{
    (void)state;
    struct home home;
    struct error error;
    snprintf(home.path, sizeof home.path, "%s", scratch_create());
    vault = vault_open(&home, &error);
    uuid_read(TELLER, strlen(TELLER), &teller);
    return vault != NULL && vault_make_terminal_key(vault, &teller, &error) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    vault_close(vault);
    return 0;
}

static enum parse_outcome parse(unsigned sender, const char *line, struct request *request,
                                struct parse_refusal *refusal)
{
    char whole[8192];
    size_t length = strlen(line);
    bool object =
        length > 1 && line[length - 1] == '}' && length < sizeof whole - WIRE_SIGNATURE_LENGTH;
    *request = (struct request){ .sender = sender };
    if (sender == BY_OPERATOR)
        request->who = (struct actor){ ROLE_SUPERVISOR, "anna", "uid 1000" };
    if (sender != BY_TERMINAL)
        return request_parse(vault, line, length, request, refusal);
    /* What it says comes with the mac that its commands need. */
    request->signed_on = teller;
    if (object && strstr(line, "EchoTest") == NULL) {
        memcpy(whole, line, length);
        length = wire_sign(&vault_wire_keys(vault, &teller)->request, whole, length);
        return request_parse(vault, whole, length, request, refusal);
    }
    return request_parse(vault, line, length, request, refusal);
}

static struct request parse_right(unsigned sender, const char *line)
{
    struct request request;
    struct parse_refusal refusal;
    if (parse(sender, line, &request, &refusal) != PARSED_COMMAND)
        check_fail("refused as %s: %s in %s", refusal_name(refusal.refusal), refusal.message, line);
    return request;
}

/* ---- wrong lines ---- */

#define T BY_TERMINAL
#define O BY_OPERATOR

static const struct wrong {
    unsigned sender;
    const char *line;
    enum refusal refusal;
    const char *word; /* of the message; empty: the refusal's own sentence */
} wrongs[] = {
    /* no request at all */
    { T, "", REFUSED_INVALID_REQUEST, "not JSON" },
    { T, "hello", REFUSED_INVALID_REQUEST, "not JSON" },
    { T, "[]", REFUSED_INVALID_REQUEST, "one JSON object" },
    { T, "7", REFUSED_INVALID_REQUEST, "one JSON object" },
    { T, START "\"EchoTest\"}{}", REFUSED_INVALID_REQUEST, "follows" },
    { T, START "\"EchoTest\",\"v\":1}", REFUSED_INVALID_REQUEST, "stands twice" },
    { T, START "\"Echo\xff\"}", REFUSED_INVALID_REQUEST, "UTF-8" },
    { T, START "\"Echo\\u0000\"}", REFUSED_INVALID_REQUEST, "escape" },
    { T, START "[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]}", REFUSED_INVALID_REQUEST, "deeper" },
    /* the fields of every request */
    { T, "{\"id\":\"" ID "\",\"command\":\"EchoTest\"}", REFUSED_INVALID_REQUEST, "\"v\"" },
    { T, "{\"v\":2,\"id\":\"" ID "\",\"command\":\"EchoTest\"}", REFUSED_INVALID_REQUEST, "\"v\"" },
    { T, "{\"v\":\"1\",\"id\":\"" ID "\",\"command\":\"EchoTest\"}", REFUSED_INVALID_REQUEST,
      "\"v\"" },
    { T, "{\"v\":1,\"command\":\"EchoTest\"}", REFUSED_INVALID_REQUEST, "\"id\"" },
    { T, "{\"v\":1,\"id\":7,\"command\":\"EchoTest\"}", REFUSED_INVALID_REQUEST, "\"id\"" },
    { T, "{\"v\":1,\"id\":\"" NIL "\",\"command\":\"EchoTest\"}", REFUSED_INVALID_REQUEST,
      "\"id\"" },
    { T, "{\"v\":1,\"id\":\"" ID "\"}", REFUSED_INVALID_REQUEST, "\"command\"" },
    { T, START "7}", REFUSED_INVALID_REQUEST, "\"command\"" },
    { T, START "\"EchoTest\",\"consistency\":\"much\"}", REFUSED_INVALID_REQUEST,
      "\"consistency\"" },
    { T, START "\"EchoTest\",\"repeat\":1}", REFUSED_INVALID_REQUEST, "\"repeat\"" },
    { T, START "\"EchoTest\",\"teller_id\":\"" TELLER "\"}", REFUSED_INVALID_REQUEST,
      "\"teller_id\"" },
    /* who may send what */
    { T, START "\"Rob\"}", REFUSED_UNKNOWN_COMMAND, "" },
    { T, START "\"\"}", REFUSED_UNKNOWN_COMMAND, "" },
    { T, START "\"ReverseWithdrawal\"}", REFUSED_UNKNOWN_COMMAND, "" },
    { T, START "\"GetStatus\"}", REFUSED_NOT_PERMITTED, "" },
    { T, OPEN "}", REFUSED_NOT_PERMITTED, "" },
    { O, BALANCE "}", REFUSED_NOT_PERMITTED, "" },
    { T, START "\"CutOver\",\"teller_id\":\"" OTHER "\"}", REFUSED_OTHER_TELLER, "" },
    /* the fields of a command */
    { T, START "\"ReportIncident\",\"teller_id\":\"" OTHER "\",\"incident\":\"fire\",\"count\":1}",
      REFUSED_INVALID_REQUEST, "\"incident\" has to be one of the incidents" },
    { T,
      START "\"ReportIncident\",\"teller_id\":\"" OTHER "\",\"incident\":\"supervisor_lockout\"}",
      REFUSED_INVALID_REQUEST, "\"count\" is missing" },
    { T, START "\"CutOver\"}", REFUSED_INVALID_REQUEST, "\"teller_id\" is missing" },
    { T, BALANCE ",\"amount\":1}", REFUSED_INVALID_REQUEST, "\"amount\" is none" },
    { T, BALANCE ",\"Card\":\"" PAN "\"}", REFUSED_INVALID_REQUEST, "\"Card\" is none" },
    { T, CASH "}", REFUSED_INVALID_REQUEST, "\"amount\" is missing" },
    { T, CASH ",\"amount\":\"5000\"}", REFUSED_INVALID_REQUEST, "\"amount\"" },
    { T, CASH ",\"amount\":null}", REFUSED_INVALID_REQUEST, "\"amount\"" },
    { T, CASH ",\"amount\":0}", REFUSED_INVALID_AMOUNT, "\"amount\"" },
    { T, CASH ",\"amount\":-5000}", REFUSED_INVALID_AMOUNT, "\"amount\"" },
    { T, CASH ",\"amount\":50.5}", REFUSED_INVALID_AMOUNT, "\"amount\"" },
    { T, CASH ",\"amount\":1000000000000000}", REFUSED_INVALID_AMOUNT, "\"amount\"" },
    { T, CASH ",\"amount\":1e300}", REFUSED_INVALID_AMOUNT, "\"amount\"" },
    { T, CASH ",\"amount\":5e3}", REFUSED_INVALID_AMOUNT, "digits alone" },
    { T, CASH ",\"amount\":5000.0}", REFUSED_INVALID_AMOUNT, "digits alone" },
    { T, CASH ",\"amount\":4999.99999999999999999999}", REFUSED_INVALID_AMOUNT, "digits alone" },
    { T, CASH ",\"amount\":5000.0000000000000000001}", REFUSED_INVALID_AMOUNT, "digits alone" },
    { T, CASH ",\"amount\":5000,\"notes\":[{\"denomination\":5e3,\"count\":1}]}",
      REFUSED_INVALID_REQUEST, "\"notes\"" },
    { T,
      CASH ",\"amount\":5000,\"notes\":[{\"denomination\":5000,\"count\":1.0000000000000000001}]}",
      REFUSED_INVALID_REQUEST, "\"notes\"" },
    { T, CASH ",\"amount\":5000,\"notes\":{}}", REFUSED_INVALID_REQUEST, "\"notes\"" },
    { T, CASH ",\"amount\":5000,\"notes\":[{\"denomination\":5000}]}", REFUSED_INVALID_REQUEST,
      "\"notes\"" },
    { T, CASH ",\"amount\":5000,\"notes\":[{\"denomination\":5000,\"count\":-1}]}",
      REFUSED_INVALID_REQUEST, "notes" },
    { T, CASH ",\"amount\":5000,\"notes\":[{\"denomination\":0,\"count\":1}]}",
      REFUSED_INVALID_REQUEST, "\"notes\"" },
    { T, CASH ",\"amount\":5000,\"notes\":[{\"denomination\":500,\"count\":1000001}]}",
      REFUSED_INVALID_REQUEST, "notes" },
    { T,
      CASH ",\"amount\":1000,\"notes\":[{\"denomination\":500,\"count\":1},{\"denomination\":500,"
           "\"count\":1}]}",
      REFUSED_INVALID_REQUEST, "\"notes\"" },
    /* notes of another currency, wherever notes are named */
    { T, CASH ",\"amount\":700,\"notes\":" NOTE_7 "}", REFUSED_INVALID_REQUEST,
      "\"notes\"" NOTES_OF },
    { T, START "\"ReplenishCassettes\",\"teller_id\":\"" TELLER "\",\"notes\":" NOTE_7 "}",
      REFUSED_INVALID_REQUEST, "\"notes\"" NOTES_OF },
    { O, START "\"ReplenishCassettes\",\"teller_id\":\"" TELLER "\",\"notes\":" NOTE_7 "}",
      REFUSED_INVALID_REQUEST, "\"notes\"" NOTES_OF },
    { O, START "\"ProvisionTeller\",\"cassettes\":" NOTE_7 "}", REFUSED_INVALID_REQUEST,
      "\"cassettes\"" NOTES_OF },
    { T, START "\"SignOn\",\"teller_id\":\"" TELLER "\",\"cassettes\":" NOTE_7 "}",
      REFUSED_INVALID_REQUEST, "\"cassettes\"" NOTES_OF },
    { T, CONFIRM ",\"outcome\":\"dispensed\",\"taken\":" NOTE_7 "}", REFUSED_INVALID_REQUEST,
      "\"taken\"" NOTES_OF },
    { T, CONFIRM ",\"outcome\":\"unknown\",\"rejected\":" NOTE_7 "}", REFUSED_INVALID_REQUEST,
      "\"rejected\"" NOTES_OF },
    { T, CONFIRM ",\"outcome\":\"retracted\",\"retracted\":" NOTE_7 "}", REFUSED_INVALID_REQUEST,
      "\"retracted\"" NOTES_OF },
    { O,
      START "\"ResolveWithdrawal\",\"withdrawal_id\":\"" OTHER
            "\",\"outcome\":\"dispensed\",\"taken\":" NOTE_7 "}",
      REFUSED_INVALID_REQUEST, "\"taken\"" NOTES_OF },
    { T, PUT_IN ",\"outcome\":\"counted\",\"notes\":" NOTE_7 "}", REFUSED_INVALID_REQUEST,
      "\"notes\"" NOTES_OF },
    { T,
      PUT_IN ",\"outcome\":\"counted\",\"notes\":[{\"denomination\":5000,\"count\":1},"
             "{\"denomination\":100,\"count\":0}]}",
      REFUSED_INVALID_REQUEST, "\"notes\"" NOTES_OF },
    { O,
      START "\"SwapCassette\",\"teller_id\":\"" TELLER "\",\"cassette\":1,\"removed\":" NOTE_7 "}",
      REFUSED_INVALID_REQUEST, "\"removed\"" NOTES_OF },
    { T, START "\"SwapCassette\",\"teller_id\":\"" TELLER "\",\"cassette\":1,\"notes\":" NOTE_7 "}",
      REFUSED_INVALID_REQUEST, "\"notes\"" NOTES_OF },
    { O,
      START "\"CountCassettes\",\"teller_id\":\"" TELLER "\",\"reason\":\"x\",\"notes\":" NOTE_7
            "}",
      REFUSED_INVALID_REQUEST, "\"notes\"" NOTES_OF },
    { T, START "\"EmptyBin\",\"teller_id\":\"" TELLER "\",\"bin\":\"reject\",\"notes\":" NOTE_7 "}",
      REFUSED_INVALID_REQUEST, "\"notes\"" NOTES_OF },
    /* cassettes and bins */
    { O, START "\"SwapCassette\",\"teller_id\":\"" TELLER "\",\"cassette\":0}",
      REFUSED_INVALID_REQUEST, "\"cassette\" has to be the number of a cassette, from 1 to 8" },
    { O, START "\"SwapCassette\",\"teller_id\":\"" TELLER "\",\"cassette\":9}",
      REFUSED_INVALID_REQUEST, "\"cassette\"" },
    { O,
      START "\"SwapCassette\",\"teller_id\":\"" TELLER
            "\",\"cassette\":1,\"box\":\"a box with an id too long\"}",
      REFUSED_INVALID_REQUEST, "\"box\" has to be text of 1 to 23 bytes" },
    { O, START "\"CountCassettes\",\"teller_id\":\"" TELLER "\",\"notes\":[]}",
      REFUSED_INVALID_REQUEST, "\"reason\" is missing" },
    { T, START "\"EmptyBin\",\"teller_id\":\"" TELLER "\",\"bin\":\"drawer\",\"notes\":[]}",
      REFUSED_INVALID_REQUEST, "\"bin\" has to be reject, retract or deposit" },
    { T, START "\"SetLowMark\",\"teller_id\":\"" TELLER "\",\"cassette\":1,\"low_mark\":5}",
      REFUSED_NOT_PERMITTED, "" },
    { O, START "\"CutOver\",\"teller_id\":\"" TELLER "\",\"business_day\":\"2026-02-30\"}",
      REFUSED_INVALID_REQUEST, "\"business_day\" has to be a date such as" },
    { O, START "\"CutOver\",\"teller_id\":\"" TELLER "\",\"business_day\":\"2026-2-3 \"}",
      REFUSED_INVALID_REQUEST, "\"business_day\"" },
    { O, START "\"CutOver\",\"teller_id\":\"" TELLER "\",\"cassettes\":" NOTE_50 "}",
      REFUSED_INVALID_REQUEST, "\"cassettes\" is what a machine counts" },
    { T, CONFIRM "}", REFUSED_INVALID_REQUEST, "\"outcome\" is missing" },
    { T, CONFIRM ",\"outcome\":\"lost\"}", REFUSED_INVALID_REQUEST, "\"outcome\"" },
    { T, CONFIRM ",\"outcome\":\"unknown\",\"reason\":\"a\\u0007b\"}", REFUSED_INVALID_REQUEST,
      "\"reason\"" },
    { T,
      CONFIRM ",\"outcome\":\"unknown\",\"reason\":"
              "\"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeefffffffffff\"}",
      REFUSED_INVALID_REQUEST, "\"reason\"" },
    { T, CONFIRM ",\"outcome\":\"dispensed\",\"taken\":2}", REFUSED_INVALID_REQUEST, "\"taken\"" },
    { T, START "\"InitiateDeposit\",\"teller_id\":\"" TELLER "\",\"card\":\"" PAN "\"}",
      REFUSED_INVALID_REQUEST, "\"pin_block\" is missing" },
    { T,
      START "\"ChangePin\",\"teller_id\":\"" TELLER "\",\"card\":\"" PAN "\",\"pin_block\":\"" BLOCK
            "\"}",
      REFUSED_INVALID_REQUEST, "\"new_pin_block\" is missing" },
    { T,
      START "\"ChangePin\",\"teller_id\":\"" TELLER "\",\"card\":\"" PAN "\",\"pin_block\":\"" BLOCK
            "\",\"new_pin_block\":\"" BLOCK "\"}",
      REFUSED_INVALID_REQUEST, "\"new_pin_block\" has to be a format 4 block" },
    { T, CASH_CODE "\"0123456783\",\"new_pin_block\":\"" BLOCK "\"}", REFUSED_INVALID_REQUEST,
      "\"cash_code\" has to be text of 10 digits, the first a 0" },
    { T, CASH_CODE "\"" PAN "\",\"new_pin_block\":\"" BLOCK "\"}", REFUSED_INVALID_REQUEST,
      "\"cash_code\" has to be text of 10 digits, the first a 0" },
    { T, CASH_CODE "\"0123456782\",\"new_pin_block\":\"" BLOCK "\"}", REFUSED_INVALID_REQUEST,
      "\"new_pin_block\" has to be a format 4 block of this cash code" },
    { O,
      START "\"IssueCard\",\"account_id\":\"" OTHER
            "\",\"card\":\"0123456782\",\"pin_block\":\"" BLOCK "\"}",
      REFUSED_INVALID_REQUEST, "range of cash codes" },
    { O,
      START "\"ChangePin\",\"teller_id\":\"" TELLER "\",\"card\":\"" PAN "\",\"pin_block\":\"" BLOCK
            "\",\"new_pin_block\":\"" BLOCK "\"}",
      REFUSED_NOT_PERMITTED, "" },
    { T, PUT_IN "}", REFUSED_INVALID_REQUEST, "\"outcome\" is missing" },
    { T, PUT_IN ",\"outcome\":\"dispensed\"}", REFUSED_INVALID_REQUEST, "\"outcome\"" },
    { T, PUT_IN ",\"outcome\":\"credited\"}", REFUSED_INVALID_REQUEST, "\"outcome\"" },
    { T, PUT_IN ",\"outcome\":\"counted\"}", REFUSED_INVALID_REQUEST, "\"notes\"" },
    { T, PUT_IN ",\"outcome\":\"cancelled\",\"notes\":" NOTE_50 "}", REFUSED_INVALID_REQUEST,
      "\"notes\"" },
    { O, PUT_IN ",\"outcome\":\"cancelled\"}", REFUSED_NOT_PERMITTED, "" },
    { O, START "\"ResolveDeposit\",\"deposit_id\":\"" OTHER "\",\"outcome\":\"counted\"}",
      REFUSED_INVALID_REQUEST, "\"outcome\"" },
    { O, START "\"ResolveDeposit\",\"outcome\":\"credited\"}", REFUSED_INVALID_REQUEST,
      "\"deposit_id\" is missing" },
    { O, START "\"ResolveWithdrawal\",\"withdrawal_id\":\"" OTHER "\",\"outcome\":\"retracted\"}",
      REFUSED_INVALID_REQUEST, "\"outcome\"" },
    { O, DEPOSIT ",\"amount\":0}", REFUSED_INVALID_AMOUNT, "\"amount\"" },
    { O, START "\"DepositMoney\",\"account_id\":\"" NIL "\",\"amount\":1}", REFUSED_INVALID_REQUEST,
      "\"account_id\"" },
    { O, START "\"OpenAccount\"}", REFUSED_INVALID_REQUEST, "\"owner\" is missing" },
    { O, START "\"OpenAccount\",\"owner\":\"\"}", REFUSED_INVALID_REQUEST, "\"owner\"" },
    { O, START "\"OpenAccount\",\"owner\":\"P\xc2\x9bm\"}", REFUSED_INVALID_REQUEST, "\"owner\"" },
    { O, START "\"OpenAccount\",\"owner\":\"a\\u202Eb\"}", REFUSED_INVALID_REQUEST, "unseen" },
    { O, START "\"OpenAccount\",\"owner\":\"a\\u200bb\"}", REFUSED_INVALID_REQUEST, "unseen" },
    { O, START "\"OpenAccount\",\"owner\":\"a\\udb40\\udc41\"}", REFUSED_INVALID_REQUEST,
      "unseen" },
    { O, START "\"OpenAccount\",\"owner\":\" \"}", REFUSED_INVALID_REQUEST, "blanks" },
    { O, START "\"OpenAccount\",\"owner\":\"Peter\\u00a0\"}", REFUSED_INVALID_REQUEST, "blanks" },
    { O, START "\"OpenAccount\",\"owner\":\"(erased)\"}", REFUSED_INVALID_REQUEST, "parentheses" },
    { O, START "\"OpenAccount\",\"owner\":\"sealed:v1:AAAA\"}", REFUSED_INVALID_REQUEST,
      "sealed:" },
    { O,
      START "\"ResolveDeposit\",\"deposit_id\":\"" OTHER
            "\",\"outcome\":\"returned\",\"reason\":\"\\u2066x\"}",
      REFUSED_INVALID_REQUEST, "\"reason\"" },
    { O,
      START "\"ResolveDeposit\",\"deposit_id\":\"" OTHER
            "\",\"outcome\":\"returned\",\"reason\":\"to 12 " PAN "\"}",
      REFUSED_INVALID_REQUEST, "card's number" },
    { O, START "\"BarTeller\",\"teller_id\":\"" TELLER "\",\"reason\":\"4000 0012-3456 7899\"}",
      REFUSED_INVALID_REQUEST, "card's number" },
    { O, OPEN ",\"daily_limit\":-1}", REFUSED_INVALID_AMOUNT, "\"daily_limit\"" },
    { O, OPEN ",\"daily_limit\":-0}", REFUSED_INVALID_AMOUNT, "\"daily_limit\"" },
    { O, OPEN ",\"daily_count\":1.5}", REFUSED_INVALID_REQUEST, "\"daily_count\"" },
    { O, OPEN ",\"deposit_limit\":-1}", REFUSED_INVALID_AMOUNT, "\"deposit_limit\"" },
    { O, START "\"ProvisionTeller\",\"cassettes\":[],\"deposit_capacity\":0}",
      REFUSED_INVALID_REQUEST, "\"deposit_capacity\" has to be a whole number from 1 to 1000000" },
    { O, OPEN ",\"daily_count\":0.99999999999999999999}", REFUSED_INVALID_REQUEST,
      "\"daily_count\"" },
    { O, START "\"BlockCard\"}", REFUSED_INVALID_REQUEST, "either" },
    { O, START "\"BlockCard\",\"card\":\"" PAN "\",\"account_id\":\"" OTHER "\"}",
      REFUSED_INVALID_REQUEST, "either" },
    { O, START "\"BlockCard\",\"card\":\"" PAN "\",\"card_id\":\"" OTHER "\"}",
      REFUSED_INVALID_REQUEST, "either" },
    { O, START "\"BlockCard\",\"card_id\":\"" PAN "\"}", REFUSED_INVALID_REQUEST, "a uuid" },
    { O, START "\"BlockCard\",\"card\":\"4000001234567890\"}", REFUSED_INVALID_REQUEST,
      "check digit" },
    { O, START "\"BlockCard\",\"card\":\"0000000\"}", REFUSED_INVALID_REQUEST, "8 to 19 digits" },
    { O, START "\"BlockCard\",\"card\":4000001234567899}", REFUSED_INVALID_REQUEST, "\"card\"" },
    { O,
      START "\"IssueCard\",\"account_id\":\"" OTHER "\",\"card\":\"" PAN "\",\"pin_block\":\"" BLOCK
            "\"}",
      REFUSED_INVALID_REQUEST, "\"pin_block\"" },
    { O,
      START "\"IssueCard\",\"account_id\":\"" OTHER "\",\"card\":\"" PAN "\",\"pin_block\":\"5a\"}",
      REFUSED_INVALID_REQUEST, "\"pin_block\"" },
    { O, START "\"ProvisionTeller\"}", REFUSED_INVALID_REQUEST, "\"cassettes\" is missing" },
    { T,
      START "\"ConfirmDispense\",\"teller_id\":\"" TELLER "\",\"withdrawal_id\":\"" ID
            "\",\"outcome\":\"not_dispensed\"}",
      REFUSED_INVALID_REQUEST, "\"id\" has to be a new one, not the \"withdrawal_id\"" },
    { T,
      START "\"ConfirmDeposit\",\"teller_id\":\"" TELLER "\",\"deposit_id\":\"" ID
            "\",\"outcome\":\"cancelled\"}",
      REFUSED_INVALID_REQUEST, "\"id\" has to be a new one, not the \"deposit_id\"" },
    { O, START "\"ResolveWithdrawal\",\"withdrawal_id\":\"" ID "\",\"outcome\":\"dispensed\"}",
      REFUSED_INVALID_REQUEST, "\"id\" has to be a new one" },
    { O, START "\"ResolveDeposit\",\"deposit_id\":\"" ID "\",\"outcome\":\"credited\"}",
      REFUSED_INVALID_REQUEST, "\"id\" has to be a new one" },
};

static void test_every_wrong_line_is_refused_with_a_sentence(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++) {
        struct request request;
        struct parse_refusal refusal;
        const struct wrong *wrong = &wrongs[i];
        if (parse(wrong->sender, wrong->line, &request, &refusal) != PARSED_REFUSED)
            check_fail("not refused: %s", wrong->line);
        if (refusal.refusal != wrong->refusal)
            check_fail("%s, not %s (%s): %s", refusal_name(refusal.refusal),
                       refusal_name(wrong->refusal), refusal.message, wrong->line);
        if (wrong->word[0] == '\0')
            assert_string_equal(refusal.message, "");
        else
            check_contains(refusal.message, wrong->word);
    }
}

static void test_the_id_is_told_as_soon_as_it_can_be_read(void **state)
{
    (void)state;
    struct request request;
    struct parse_refusal refusal;
    parse(T, "{\"v\":9,\"id\":\"" ID "\"}", &request, &refusal);
    assert_false(uuid_is_nil(&request.command.id));
    parse(T, "{\"v\":1,\"id\":\"x\"}", &request, &refusal);
    assert_true(uuid_is_nil(&request.command.id));
}

/* Any line cut off anywhere, and with any byte replaced, is refused or read, and never crashes. */
static void test_damaged_lines_do_no_harm(void **state)
{
    (void)state;
    static const char line[] = CASH ",\"amount\":5000,\"notes\":" NOTE_50 ",\"repeat\":true}";
    struct request request;
    struct parse_refusal refusal;
    for (size_t length = 0; length < sizeof line - 1; length++) {
        request = (struct request){ .sender = T, .signed_on = teller };
        assert_int_equal(request_parse(vault, line, length, &request, &refusal), PARSED_REFUSED);
    }
    for (size_t at = 0; at < sizeof line - 1; at++)
        for (int byte = 1; byte < 256; byte += 3) {
            char damaged[sizeof line];
            memcpy(damaged, line, sizeof line);
            damaged[at] = (char)byte;
            parse(T, damaged, &request, &refusal);
        }
}

/* ---- right lines ---- */

static void test_questions_are_told_from_commands(void **state)
{
    (void)state;
    struct request request;
    struct parse_refusal refusal;
    assert_int_equal(parse(T, START "\"EchoTest\"}", &request, &refusal),
                     PARSED_QUESTION + QUESTION_ECHO);
    assert_int_equal(parse(O, START "\"EchoTest\",\"consistency\":\"strong\"}", &request, &refusal),
                     PARSED_QUESTION + QUESTION_ECHO);
    assert_int_equal(parse(O, START "\"GetStatus\"}", &request, &refusal),
                     PARSED_QUESTION + QUESTION_STATUS);
}

static void test_a_command_says_whether_its_reply_waits(void **state)
{
    (void)state;
    assert_false(parse_right(O, OPEN "}").strong);
    assert_false(parse_right(O, OPEN ",\"consistency\":\"eventual\"}").strong);
    assert_true(parse_right(O, OPEN ",\"consistency\":\"strong\"}").strong);
}

static void test_a_withdrawal_is_read_whole(void **state)
{
    (void)state;
    struct request request =
        parse_right(T, CASH ",\"amount\":10000,\"notes\":" NOTE_50 ",\"repeat\":true}");
    const struct command *command = &request.command;
    unsigned char token[CARD_TOKEN_LENGTH];
    vault_card_token(vault, PAN, token);
    assert_int_equal(command->kind, TELLER_INITIATE_WITHDRAWAL);
    assert_true(uuid_equal(&command->withdrawal_id, &command->id));
    assert_true(uuid_equal(&command->correlation_id, &command->id));
    assert_true(uuid_equal(&command->teller_id, &teller));
    assert_true(uuid_is_nil(&command->account_id));
    assert_int_equal(command->amount, 10000);
    assert_true(command->notes_given);
    assert_int_equal(notes_of(&command->notes, 5000), 2);
    assert_memory_equal(command->card, token, sizeof token);
    assert_string_equal(command->masked, "400000******7899");
    assert_true(request.repeat);
    assert_string_equal(request.actor, "terminal " TELLER);
}

static void test_an_advice_belongs_to_its_withdrawal(void **state)
{
    (void)state;
    struct request request = parse_right(T, CONFIRM ",\"outcome\":\"dispensed\",\"taken\":" NOTE_50
                                                    ",\"reason\":\"late\"}");
    assert_true(uuid_equal(&request.command.correlation_id, &request.command.withdrawal_id));
    assert_false(uuid_equal(&request.command.correlation_id, &request.command.id));
    assert_int_equal(request.command.outcome, OUTCOME_DISPENSED);
    assert_int_equal(notes_value(&request.command.taken), 10000);
    assert_string_equal(request.command.reason, "late");
}

static void test_a_deposit_is_read_from_its_question_to_its_settling(void **state)
{
    (void)state;
    struct request request =
        parse_right(T, START "\"InitiateDeposit\",\"teller_id\":\"" TELLER "\",\"card\":\"" PAN
                             "\",\"pin_block\":\"" BLOCK "\"}");
    assert_true(uuid_equal(&request.command.deposit_id, &request.command.id));
    assert_true(uuid_equal(&request.command.correlation_id, &request.command.id));
    assert_true(uuid_is_nil(&request.command.withdrawal_id));
    request = parse_right(T, PUT_IN ",\"outcome\":\"counted\",\"notes\":" NOTE_50 "}");
    assert_true(uuid_equal(&request.command.correlation_id, &request.command.deposit_id));
    assert_int_equal(request.command.deposit_outcome, OUTCOME_COUNTED);
    assert_int_equal(notes_value(&request.command.notes), 10000);
    struct request cancelled =
        parse_right(T, PUT_IN ",\"outcome\":\"cancelled\",\"reason\":\"jam " PAN "\"}");
    assert_int_equal(cancelled.command.deposit_outcome, OUTCOME_CANCELLED);
    assert_memory_not_equal(request.content, cancelled.content, CONTENT_HASH_LENGTH);
    request = parse_right(O, START "\"ResolveDeposit\",\"deposit_id\":\"" OTHER
                                   "\",\"outcome\":\"returned\"}");
    assert_int_equal(request.command.deposit_outcome, OUTCOME_RETURNED);
}

static void test_what_is_left_out_is_derived_from_the_id(void **state)
{
    (void)state;
    struct request request = parse_right(O, OPEN "}");
    assert_true(uuid_equal(&request.command.account_id, &request.command.id));
    assert_int_equal(request.command.daily_limit, DAILY_LIMIT_DEFAULT);
    assert_string_equal(request.actor, "operator anna");
    request = parse_right(O, OPEN ",\"daily_limit\":0}");
    assert_int_equal(request.command.daily_limit, 0);
    request = parse_right(O, START "\"ProvisionTeller\",\"cassettes\":" NOTE_50 "}");
    assert_true(uuid_equal(&request.command.teller_id, &request.command.id));
    request = parse_right(O, START "\"BlockCard\",\"card\":\"" PAN "\"}");
    assert_true(uuid_is_nil(&request.command.account_id));
}

static void test_a_card_is_named_by_its_id_as_by_its_number(void **state)
{
    (void)state;
    struct request by_number = parse_right(O, START "\"BlockCard\",\"card\":\"" PAN "\"}");
    struct uuid id;
    char line[200], text[UUID_TEXT_LENGTH];
    memcpy(id.bytes, by_number.command.card, sizeof id.bytes);
    snprintf(line, sizeof line, START "\"BlockCard\",\"card_id\":\"%s\"}", uuid_write(&id, text));
    struct request by_id = parse_right(O, line);
    assert_memory_equal(by_id.command.card, by_number.command.card, CARD_TOKEN_LENGTH);
    assert_memory_equal(by_id.content, by_number.content, CONTENT_HASH_LENGTH);
}

static void test_none_of_a_denomination_is_not_named(void **state)
{
    (void)state;
    struct request request = { .sender = O };
    struct parse_refusal refusal;
    static const char line[] = START
        "\"ResolveWithdrawal\",\"withdrawal_id\":\"" TELLER "\",\"outcome\":\"not_dispensed\","
        "\"rejected\":[{\"denomination\":5000,\"count\":0}],\"retracted\":[{\"denomination\":500,"
        "\"count\":0},{\"denomination\":2000,\"count\":3}]}";
    request.who.role = ROLE_SUPERVISOR;
    assert_int_equal(request_parse(vault, line, sizeof line - 1, &request, &refusal),
                     PARSED_COMMAND);
    assert_int_equal(request.command.rejected.length, 0);
    assert_int_equal(request.command.retracted.length, 1);
    assert_int_equal(request.command.retracted.item[0].count, 3);
}

/* ---- signing on ---- */

/* A sign-on as `as`, under the keys of that terminal key and teller; one byte of it altered
 * afterwards, if any. */
static enum refusal sign_on(const struct uuid *as, const struct pin_key *key,
                            const struct uuid *keys_of, const char *altered)
{
    char line[400], teller_text[UUID_TEXT_LENGTH];
    struct wire_keys keys;
    int length = snprintf(line, sizeof line,
                          START "\"SignOn\",\"teller_id\":\"%s\",\"cassettes\":" NOTE_50 "}",
                          uuid_write(as, teller_text));
    wire_keys_derive(key, keys_of, &keys);
    size_t whole = wire_sign(&keys.request, line, (size_t)length);
    if (altered != NULL)
        strstr(line, altered)[0] ^= 1;
    struct request request = { .sender = T };
    struct parse_refusal refusal;
    if (request_parse(vault, line, whole, &request, &refusal) == PARSED_COMMAND) {
        assert_true(request.command.notes_given);
        return NOT_REFUSED;
    }
    return refusal.refusal;
}

static void test_a_terminal_signs_on_with_its_key_only(void **state)
{
    (void)state;
    struct uuid stranger = uuid_make();
    struct pin_key right = *vault_terminal_key(vault, &teller), wrong = right;
    wrong.bytes[0] ^= 1;
    assert_int_equal(sign_on(&teller, &right, &teller, NULL), NOT_REFUSED);
    assert_int_equal(sign_on(&teller, &wrong, &teller, NULL), REFUSED_NOT_SIGNED_ON);
    assert_int_equal(sign_on(&teller, &right, &stranger, NULL), REFUSED_NOT_SIGNED_ON);
    assert_int_equal(sign_on(&stranger, &right, &stranger, NULL), REFUSED_NO_SUCH_TELLER);
    /* The id is signed, and so are the notes that the machine counts. */
    assert_int_equal(sign_on(&teller, &right, &teller, "1\",\"command"), REFUSED_NOT_SIGNED_ON);
    assert_int_equal(sign_on(&teller, &right, &teller, "2}]"), REFUSED_NOT_SIGNED_ON);
}

/* ---- macs ---- */

static enum refusal refused_as(const char *line, size_t length)
{
    struct request request = { .sender = T, .signed_on = teller };
    struct parse_refusal refusal;
    enum parse_outcome outcome = request_parse(vault, line, length, &request, &refusal);
    return outcome == PARSED_COMMAND ? NOT_REFUSED : refusal.refusal;
}

static void test_each_byte_of_a_terminals_line_is_signed(void **state)
{
    (void)state;
    static const char object[] = CONFIRM ",\"outcome\":\"dispensed\",\"taken\":" NOTE_50 "}";
    char line[600], altered[600];
    memcpy(line, object, sizeof object);
    const struct pin_key *key = &vault_wire_keys(vault, &teller)->request;
    size_t length = wire_sign(key, line, strlen(object));
    assert_int_equal(refused_as(line, length), NOT_REFUSED);
    for (size_t i = 0; i < length; i++) {
        memcpy(altered, line, length);
        altered[i] ^= 1;
        assert_int_not_equal(refused_as(altered, length), NOT_REFUSED);
    }
    assert_int_equal(refused_as(object, strlen(object)), REFUSED_BAD_MAC);
    /* A mac that is not the last member, or is followed by a blank, proves nothing. */
    memcpy(altered, line, length);
    memcpy(altered + length - 1, ",\"repeat\":true}", 16);
    assert_int_equal(refused_as(altered, length + 14), REFUSED_BAD_MAC);
    memcpy(altered, line, length);
    altered[length] = ' ';
    assert_int_equal(refused_as(altered, length + 1), REFUSED_BAD_MAC);
    /* The reply's key signs no requests. */
    memcpy(line, object, sizeof object);
    length = wire_sign(&vault_wire_keys(vault, &teller)->reply, line, strlen(object));
    assert_int_equal(refused_as(line, length), REFUSED_BAD_MAC);
}

/* What a terminal's key can open is of one request: the block of another holds no PIN under this
 * id. */
static void test_a_pin_block_is_good_for_one_request(void **state)
{
    (void)state;
    static const unsigned char random[8] = { 1 };
    struct uuid id, other;
    struct pin_key once;
    char pin[PIN_DIGITS_MAX + 1];
    unsigned char block[PIN_BLOCK_LENGTH];
    uuid_read(ID, strlen(ID), &id);
    uuid_read(OTHER, strlen(OTHER), &other);
    const struct pin_key *key = vault_terminal_key(vault, &teller);
    wire_pin_key(key, &id, &once);
    assert_true(pin_block_encode(&once, PAN, "1234", random, block));
    assert_true(pin_block_decode(&once, PAN, block, pin));
    assert_string_equal(pin, "1234");
    wire_pin_key(key, &other, &once);
    assert_false(pin_block_decode(&once, PAN, block, pin));
    assert_false(pin_block_decode(key, PAN, block, pin));
}

static void test_nothing_else_goes_before_a_sign_on(void **state)
{
    (void)state;
    struct request request = { .sender = T };
    struct parse_refusal refusal;
    static const char line[] = BALANCE "}";
    assert_int_equal(request_parse(vault, line, strlen(line), &request, &refusal), PARSED_REFUSED);
    assert_int_equal(refusal.refusal, REFUSED_NOT_SIGNED_ON);
}

/* ---- what is content ---- */

static bool same(unsigned sender, const char *a, const char *b)
{
    struct request first = parse_right(sender, a), second = parse_right(sender, b);
    return memcmp(first.content, second.content, sizeof first.content) == 0;
}

static void test_form_is_not_content(void **state)
{
    (void)state;
    assert_true(same(T, CASH ",\"amount\":5000}", CASH ",\"amount\":5000}"));
    assert_true(same(T, CASH ",\"amount\":5000}",
                     CASH " , \"amount\" : 5000, \"repeat\":true,\"consistency\":\"strong\"}"));
    assert_true(same(O, DEPOSIT ",\"amount\":1}",
                     "{\"amount\":1,\"account_id\":\"" OTHER
                     "\",\"command\":\"DepositMoney\",\"id\":\"" ID "\",\"v\":1}"));
    assert_true(
        same(T,
             CONFIRM ",\"outcome\":\"dispensed\",\"taken\":[{\"denomination\":500,\"count\":2},"
                     "{\"count\":4,\"denomination\":1000}]}",
             CONFIRM ",\"outcome\":\"dispensed\",\"taken\":[{\"denomination\":1000,\"count\":4},"
                     "{\"denomination\":2000,\"count\":0},{\"denomination\":500,\"count\":2}]}"));
    assert_true(same(O, OPEN "}",
                     OPEN ",\"account_id\":\"" ID "\",\"daily_limit\":100000,\"daily_count\":0}"));
}

static void test_every_field_is_content(void **state)
{
    (void)state;
    static const char dispensed[] = CONFIRM ",\"outcome\":\"dispensed\"}";
    assert_false(same(T, CASH ",\"amount\":5000}", CASH ",\"amount\":5001}"));
    assert_false(
        same(T, CASH ",\"amount\":10000}", CASH ",\"amount\":10000,\"notes\":" NOTE_50 "}"));
    assert_false(same(T, dispensed, CONFIRM ",\"outcome\":\"not_dispensed\"}"));
    assert_false(same(T, dispensed, CONFIRM ",\"outcome\":\"dispensed\",\"taken\":" NOTE_50 "}"));
    assert_false(
        same(T, dispensed, CONFIRM ",\"outcome\":\"dispensed\",\"rejected\":" NOTE_50 "}"));
    assert_false(same(T, CONFIRM ",\"outcome\":\"dispensed\",\"rejected\":" NOTE_50 "}",
                      CONFIRM ",\"outcome\":\"dispensed\",\"retracted\":" NOTE_50 "}"));
    assert_false(same(T, dispensed, CONFIRM ",\"outcome\":\"dispensed\",\"reason\":\"x\"}"));
    assert_false(same(O, OPEN "}", OPEN ",\"daily_limit\":1}"));
    assert_false(same(O, OPEN "}", OPEN ",\"daily_count\":1}"));
    assert_false(same(O, OPEN "}", OPEN ",\"deposit_limit\":0}"));
    assert_false(same(O, OPEN ",\"deposit_daily\":1}", OPEN ",\"deposit_limit\":1}"));
    assert_false(same(O, OPEN "}", START "\"OpenAccount\",\"owner\":\"Petra\"}"));
    assert_false(same(O, OPEN "}", OPEN ",\"account_id\":\"" OTHER "\"}"));
    assert_false(same(O, START "\"BlockCard\",\"card\":\"" PAN "\"}",
                      START "\"UnblockCard\",\"card\":\"" PAN "\"}"));
    assert_false(same(O, START "\"BlockCard\",\"card\":\"" PAN "\"}",
                      START "\"BlockCard\",\"account_id\":\"" OTHER "\"}"));
}

static void withdrawal_line(char line[static 400], const char *pin, const unsigned char *random)
{
    char text[33];
    unsigned char block[PIN_BLOCK_LENGTH];
    struct uuid id;
    struct pin_key once;
    uuid_read(ID, strlen(ID), &id);
    wire_pin_key(vault_terminal_key(vault, &teller), &id, &once);
    assert_true(pin_block_encode(&once, PAN, pin, random, block));
    hex_encode(block, sizeof block, text);
    snprintf(line, 400,
             START "\"InitiateWithdrawal\",\"teller_id\":\"" TELLER "\",\"card\":\"" PAN
                   "\",\"pin_block\":\"%s\",\"amount\":1}",
             text);
}

/* Else a repeated id would say of each guess whether it is right. */
static void test_the_pin_block_is_content_and_its_pin_is_not(void **state)
{
    (void)state;
    static const unsigned char random[2][8] = { { 1 }, { 2 } };
    char first[400], again[400], other[400];
    withdrawal_line(first, "1234", random[0]);
    withdrawal_line(again, "1234", random[1]);
    withdrawal_line(other, "4321", random[0]);
    assert_true(same(T, first, first));
    assert_false(same(T, first, again));
    assert_false(same(T, first, other));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_wrong_line_is_refused_with_a_sentence),
        cmocka_unit_test(test_the_id_is_told_as_soon_as_it_can_be_read),
        cmocka_unit_test(test_damaged_lines_do_no_harm),
        cmocka_unit_test(test_questions_are_told_from_commands),
        cmocka_unit_test(test_a_command_says_whether_its_reply_waits),
        cmocka_unit_test(test_a_withdrawal_is_read_whole),
        cmocka_unit_test(test_an_advice_belongs_to_its_withdrawal),
        cmocka_unit_test(test_a_deposit_is_read_from_its_question_to_its_settling),
        cmocka_unit_test(test_what_is_left_out_is_derived_from_the_id),
        cmocka_unit_test(test_a_card_is_named_by_its_id_as_by_its_number),
        cmocka_unit_test(test_none_of_a_denomination_is_not_named),
        cmocka_unit_test(test_a_terminal_signs_on_with_its_key_only),
        cmocka_unit_test(test_each_byte_of_a_terminals_line_is_signed),
        cmocka_unit_test(test_a_pin_block_is_good_for_one_request),
        cmocka_unit_test(test_nothing_else_goes_before_a_sign_on),
        cmocka_unit_test(test_form_is_not_content),
        cmocka_unit_test(test_every_field_is_content),
        cmocka_unit_test(test_the_pin_block_is_content_and_its_pin_is_not),
    };
    return cmocka_run_group_tests_name("request", tests, set_up, tear_down);
}
