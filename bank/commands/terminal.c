/* SPDX-License-Identifier: MIT */
/*
 * `bank terminal balance`, `statement`, `change-pin` and `cash-code`: what a terminal asks of an
 * account and its card, by hand. What moves money is in terminal_money.c.
 */
#include "bank/cli/commands.h"
#include "bank/cli/order.h"
#include "bank/cli/table.h"
#include "bank/cli/values.h"
#include "bank/cli/visit.h"
#include "shared/cash_code.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- balance ---- */

static int run_balance(struct arguments *arguments)
{
    static struct visit visit;
    int status = visit_begin(&visit, arguments);
    if (status != EXIT_SUCCESS)
        return status;
    visit_request(&visit, "BalanceEnquiry");
    struct json *reply = visit_ask(&visit, NULL);
    if (reply != NULL)
        visit_say(&visit, "the balance is {balance$}; {available$} may be withdrawn today", reply);
    else
        status = EXIT_FAILURE;
    json_destroy(reply);
    visit_end(&visit);
    return status;
}

const struct bank_command command_terminal_balance = {
    .name = "terminal balance",
    .help = "ask for a card's balance as a machine does",
    .detail = ABOUT,
    .options = WORDS(TELLER_OPTION, CARD_OPTIONS, REQUEST_OPTION),
    .effect = READS,
    .run = run_balance,
};

/* ---- statement ---- */

static void movements_print(const struct json *reply)
{
    static const struct table_column columns[] = {
        { "TIME", "at", CELL_TEXT },        { "KIND", "kind", CELL_TEXT },
        { "AMOUNT", "amount", CELL_MONEY }, { "BALANCE", "balance", CELL_MONEY },
        { NULL, NULL, CELL_TEXT },
    };
    struct table table;
    table_init(&table, columns);
    for (const struct json *movement = json_first(json_get(reply, "movements")); movement != NULL;
         movement = json_next(movement)) {
        const char *at = NULL, *kind = NULL;
        int64_t amount = 0, balance = 0;
        json_string(json_get(movement, "at"), &at);
        json_string(json_get(movement, "kind"), &kind);
        json_integer(json_get(movement, "amount"), &amount);
        json_integer(json_get(movement, "balance"), &balance);
        table_text(&table, at);
        table_text(&table, kind);
        table_money(&table, amount);
        table_money(&table, balance);
    }
    table_print(&table, false);
    table_finish(&table);
}

static int run_statement(struct arguments *arguments)
{
    static struct visit visit;
    int status = visit_begin(&visit, arguments);
    if (status != EXIT_SUCCESS)
        return status;
    visit_request(&visit, "MiniStatement");
    struct json *reply = visit_ask(&visit, NULL);
    if (reply == NULL)
        status = EXIT_FAILURE;
    else if (arguments->json)
        puts(visit.terminal.reply);
    else
        movements_print(reply);
    json_destroy(reply);
    visit_end(&visit);
    return status;
}

const struct bank_command command_terminal_statement = {
    .name = "terminal statement",
    .help = "ask for the last ten movements of a card's account as a machine does",
    .detail = ABOUT,
    .options = WORDS(TELLER_OPTION, CARD_OPTIONS, REQUEST_OPTION),
    .effect = READS,
    .run = run_statement,
};

/* ---- change-pin ---- */

static int run_change_pin(struct arguments *arguments)
{
    static struct visit visit;
    char new_pin[CARD_LINE_SIZE];
    int status = visit_begin(&visit, arguments);
    if (status != EXIT_SUCCESS)
        return status;
    struct json *reply = NULL;
    if (new_pin_read(arguments, new_pin)) {
        visit_request(&visit, "ChangePin");
        if (!terminal_new_pin(&visit.terminal, visit.pan, new_pin))
            panic("a card's number and a PIN that were checked make no block");
        reply = visit_ask(&visit, NEVER);
        status = reply != NULL ? EXIT_SUCCESS : EXIT_FAILURE;
    } else {
        status = EXIT_USAGE;
    }
    pin_wipe(new_pin, sizeof new_pin);
    if (reply != NULL)
        visit_say(&visit, "the card of account {account_id} has the new PIN", reply);
    json_destroy(reply);
    visit_end(&visit);
    return status;
}

const struct bank_command command_terminal_change_pin = {
    .name = "terminal change-pin",
    .help = "give a card another PIN as a machine does for its holder",
    .detail = ABOUT "\nThe new PIN is typed twice where no option says where it is.",
    .options = WORDS(TELLER_OPTION, CARD_OPTIONS, NEW_PIN_OPTIONS, REQUEST_OPTION),
    .effect = ACTS,
    .run = run_change_pin,
};

/* ---- cash-code ---- */

/* As the file has it, or drawn. */
static bool code_read(const struct arguments *arguments, char number[static PAN_DIGITS_MAX + 1])
{
    const char *file = argument_text(arguments, "code-file");
    if (file == NULL && !cash_code_draw(number))
        return complain("the system has no randomness for a number"), false;
    if (file == NULL)
        return true;
    if (!pan_read(file, "Number of the cash code", number))
        return false;
    if (!cash_code_is(number))
        complain("%s: a cash code's number has 10 digits, the first a 0; without --code-file one "
                 "is drawn",
                 file);
    return cash_code_is(number);
}

static int run_cash_code(struct arguments *arguments)
{
    static struct visit visit;
    char number[PAN_DIGITS_MAX + 1], code_pin[CARD_LINE_SIZE];
    if (!card_not_in_words(arguments) || !code_read(arguments, number))
        return EXIT_USAGE;
    int status = visit_begin(&visit, arguments);
    if (status != EXIT_SUCCESS) {
        pin_wipe(number, sizeof number);
        return status;
    }
    struct json *reply = NULL;
    if (new_pin_read(arguments, code_pin)) {
        visit_request(&visit, "IssueCashCode");
        json_write_integer(&visit.terminal.writer, "amount",
                           argument_value(arguments, "AMOUNT")->number);
        json_write_string(&visit.terminal.writer, "cash_code", number);
        if (!terminal_new_pin(&visit.terminal, number, code_pin))
            panic("a code's number and a PIN that were checked make no block");
        reply = visit_ask(&visit, NEVER);
        status = reply != NULL ? EXIT_SUCCESS : EXIT_FAILURE;
    } else {
        status = EXIT_USAGE;
    }
    pin_wipe(code_pin, sizeof code_pin);
    if (reply != NULL)
        visit_say(&visit,
                  "the cash code of account {account_id} is good for {amount$} until {until}",
                  reply);
    if (reply != NULL && argument_text(arguments, "code-file") == NULL)
        fprintf(arguments->json ? stderr : stdout, "%s\n", number);
    pin_wipe(number, sizeof number);
    json_destroy(reply);
    visit_end(&visit);
    return status;
}

const struct bank_command command_terminal_cash_code = {
    .name = "terminal cash-code",
    .help = "ask for a cash code as a machine does for a card's holder",
    .detail =
        ABOUT "\nThe code's PIN is typed twice where no option says where it is. Its number is "
              "drawn and printed, unless\n--code-file has one: only with that is the request "
              "the same again under its --request-id.",
    .words = WORDS(WORD("AMOUNT", AMOUNT)),
    .options = WORDS(TELLER_OPTION,
                     OPTION("code-file", "a file whose first line is the code's number", FILE),
                     CARD_OPTIONS, NEW_PIN_OPTIONS, REQUEST_OPTION),
    .effect = ACTS,
    .run = run_cash_code,
};
