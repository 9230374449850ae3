/* SPDX-License-Identifier: MIT */
/*
 * `bank terminal …`: the commands that only a terminal may send, by hand.
 *
 * A withdrawal or deposit is two commands: what the bank decides, and what became
 * of the notes. The second one follows at once, as --outcome says; what it did
 * not get to say is printed with the command that says it.
 */
#include "bank/cli/terminal.h"
#include "bank/cli/card.h"
#include "bank/cli/commands.h"
#include "bank/cli/order.h"
#include "bank/cli/table.h"
#include "bank/cli/values.h"
#include "shared/cash_code.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TELLER_OPTION                                                                              \
    OPTION("teller", "as which teller; the default one otherwise", TELLER_ID,                      \
           .otherwise = DEFAULT_TELLER_ID)

#define REQUEST_OPTION                                                                             \
    OPTION("request-id", "the request's id; the same one again does nothing twice", NEW_ID,        \
           .aside = true)

#define ABOUT                                                                                      \
    "Signs on as a teller whose key is in the home. No notes move but in the bank's books: a "     \
    "machine of that\nteller counts others from then on, so use a teller of its own. Without "     \
    "--card-file the card's number is\nasked for, and without a source of the PIN that is, too."

/* What may be said of the notes, by the word for it and as the wire has it. */
static const struct outcome {
    const char *word, *wire;
    bool of_deposit;
} outcomes[] = {
    { "dispensed", "dispensed", false }, { "not-dispensed", "not_dispensed", false },
    { "retracted", "retracted", false }, { "unknown", "unknown", false },
    { "counted", "counted", true },      { "cancelled", "cancelled", true },
};

#define OUTCOME_COUNT (sizeof outcomes / sizeof *outcomes)

static const struct outcome *outcome_find(const char *word)
{
    for (size_t i = 0; i < OUTCOME_COUNT; i++)
        if (strcmp(outcomes[i].word, word) == 0)
            return &outcomes[i];
    return NULL;
}

/* One run of the command; wiped at its end. */
struct visit {
    const struct arguments *arguments;
    struct terminal terminal;
    struct uuid id; /* of its first request: the withdrawal's or deposit's */
    char pan[PAN_DIGITS_MAX + 1], pin[CARD_LINE_SIZE];
};

static void visit_end(struct visit *visit)
{
    terminal_close(&visit->terminal);
    pin_wipe(visit, sizeof *visit);
}

/* Card, PIN, --request-id, and the sign-on. The exit status. */
static int visit_begin(struct visit *visit, const struct arguments *arguments)
{
    struct error error;
    const char *card = argument_text(arguments, "card-file");
    const struct value *id = argument_value(arguments, "request-id");
    memset(visit, 0, sizeof *visit);
    visit->arguments = arguments;
    visit->id = id != NULL ? id->id : uuid_make();
    bool right = card_not_in_words(arguments) &&
                 pan_read(card != NULL ? card : "-", "Card number", visit->pan) &&
                 pin_read(arguments, visit->pin);
    if (right && terminal_open(&visit->terminal, arguments, &error))
        return EXIT_SUCCESS;
    pin_wipe(visit, sizeof *visit);
    return right ? complain_error(&error) : EXIT_USAGE;
}

static void request_begin(struct visit *visit, const char *command)
{
    terminal_begin(&visit->terminal, command, &visit->id);
    if (!terminal_card(&visit->terminal, visit->pan, visit->pin))
        panic("a card's number and a PIN that were checked make no block");
    pin_wipe(visit->pin, sizeof visit->pin);
}

static void say(const struct visit *visit, const char *sentence, const struct json *reply)
{
    if (visit->arguments->json)
        puts(visit->terminal.reply);
    else
        reply_print(sentence, reply);
}

#define NEVER "" /* it cannot be given up */

/* The first request: NULL when it was refused or had no answer, which stderr then says. give_up:
 * the outcome that says that nothing came of it, or NEVER; NULL: it changes nothing. */
static struct json *ask(struct visit *visit, const char *give_up)
{
    struct error error;
    char id[UUID_TEXT_LENGTH];
    struct json *reply = terminal_send(&visit->terminal, &error);
    uuid_write(&visit->id, id);
    if (reply == NULL && give_up == NULL)
        complain("%s", error.message);
    else if (reply == NULL && give_up[0] == '\0')
        complain("%s; it may have been done: the same with --request-id %s says so", error.message,
                 id);
    else if (reply == NULL)
        complain("%s; it may have been done: the same with --request-id %s goes on, and `bank "
                 "terminal confirm %s %s` gives it up",
                 error.message, id, id, give_up);
    if (reply == NULL || terminal_approved(reply))
        return reply;
    if (visit->arguments->json)
        puts(visit->terminal.reply);
    json_destroy(reply);
    return NULL;
}

/* Lists of notes of options, each under its name. */
static void list_add(struct json_writer *writer, const struct arguments *arguments,
                     const char *name)
{
    const struct value *list = argument_value(arguments, name);
    if (list != NULL)
        json_write_notes(writer, name, &list->notes);
}

static void confirm_begin(struct terminal *terminal, const struct outcome *outcome,
                          const struct uuid *id)
{
    terminal_begin(terminal, outcome->of_deposit ? "ConfirmDeposit" : "ConfirmDispense", NULL);
    json_write_uuid(&terminal->writer, outcome->of_deposit ? "deposit_id" : "withdrawal_id", id);
    json_write_string(&terminal->writer, "outcome", outcome->wire);
}

static const char *confirmed(const struct outcome *outcome)
{
    return outcome->of_deposit
               ? "deposit {deposit_id} is {state}; the notes are worth {amount$}"
               : "withdrawal {withdrawal_id} is {state}; {reversed$} went back to the account";
}

/* Says what became of the notes, and how to where that has no answer or is not wanted now. */
static int conclude(struct visit *visit, const struct outcome *outcome, const struct notes *notes)
{
    struct error error;
    char id[UUID_TEXT_LENGTH], list[NOTES_TEXT_SIZE], how[NOTES_TEXT_SIZE + 120];
    const char *member = outcome == NULL                           ? NULL
                         : strcmp(outcome->word, "dispensed") == 0 ? "taken"
                         : strcmp(outcome->word, "retracted") == 0 ? "retracted"
                         : strcmp(outcome->word, "counted") == 0   ? "notes"
                                                                   : NULL;
    uuid_write(&visit->id, id);
    if (outcome == NULL) {
        fprintf(stderr, "bank: it waits for `bank terminal confirm %s OUTCOME`\n", id);
        return EXIT_SUCCESS;
    }
    notes_text(notes, list);
    for (char *at = list; *at != '\0'; at++)
        *at = *at == ' ' ? ',' : *at;
    snprintf(how, sizeof how, "bank terminal confirm %s %s%s%s%s%s", id, outcome->word,
             member != NULL ? " --" : "", member != NULL ? member : "", member != NULL ? " " : "",
             member != NULL ? list : "");
    confirm_begin(&visit->terminal, outcome, &visit->id);
    if (member != NULL)
        json_write_notes(&visit->terminal.writer, member, notes);
    struct json *reply = terminal_send(&visit->terminal, &error);
    if (reply == NULL)
        return complain("%s; what became of the notes is still to be said: `%s`", error.message,
                        how);
    const bool worked = terminal_approved(reply);
    if (reply_says(reply, "bank_unavailable") || reply_says(reply, "not_signed_on"))
        complain("what became of the notes is still to be said: `%s`", how);
    if (worked || visit->arguments->json)
        say(visit, confirmed(outcome), reply);
    json_destroy(reply);
    return worked ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Of --outcome; NULL for none. */
static const struct outcome *outcome_wanted(const struct arguments *arguments)
{
    return outcome_find(argument_text(arguments, "outcome"));
}

/* ---- balance ---- */

static int run_balance(struct arguments *arguments)
{
    static struct visit visit;
    int status = visit_begin(&visit, arguments);
    if (status != EXIT_SUCCESS)
        return status;
    request_begin(&visit, "BalanceEnquiry");
    struct json *reply = ask(&visit, NULL);
    if (reply != NULL)
        say(&visit, "the balance is {balance$}; {available$} may be withdrawn today", reply);
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
    request_begin(&visit, "MiniStatement");
    struct json *reply = ask(&visit, NULL);
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
        request_begin(&visit, "ChangePin");
        if (!terminal_new_pin(&visit.terminal, visit.pan, new_pin))
            panic("a card's number and a PIN that were checked make no block");
        reply = ask(&visit, NEVER);
        status = reply != NULL ? EXIT_SUCCESS : EXIT_FAILURE;
    } else {
        status = EXIT_USAGE;
    }
    pin_wipe(new_pin, sizeof new_pin);
    if (reply != NULL)
        say(&visit, "the card of account {account_id} has the new PIN", reply);
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
    if (status != EXIT_SUCCESS)
        return status;
    struct json *reply = NULL;
    if (new_pin_read(arguments, code_pin)) {
        request_begin(&visit, "IssueCashCode");
        json_write_integer(&visit.terminal.writer, "amount",
                           argument_value(arguments, "AMOUNT")->number);
        json_write_string(&visit.terminal.writer, "cash_code", number);
        if (!terminal_new_pin(&visit.terminal, number, code_pin))
            panic("a code's number and a PIN that were checked make no block");
        reply = ask(&visit, NEVER);
        status = reply != NULL ? EXIT_SUCCESS : EXIT_FAILURE;
    } else {
        status = EXIT_USAGE;
    }
    pin_wipe(code_pin, sizeof code_pin);
    if (reply != NULL)
        say(&visit, "the cash code of account {account_id} is good for {amount$} until {until}",
            reply);
    if (reply != NULL && argument_text(arguments, "code-file") == NULL)
        fprintf(arguments->json ? stderr : stdout, "%s\n", number);
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

/* ---- withdraw ---- */

static int run_withdraw(struct arguments *arguments)
{
    static struct visit visit;
    struct notes notes = { 0 };
    const struct value *mix = argument_value(arguments, "notes");
    int status = visit_begin(&visit, arguments);
    if (status != EXIT_SUCCESS)
        return status;
    request_begin(&visit, "InitiateWithdrawal");
    json_write_integer(&visit.terminal.writer, "amount",
                       argument_value(arguments, "AMOUNT")->number);
    if (mix != NULL)
        json_write_notes(&visit.terminal.writer, "notes", &mix->notes);
    struct json *reply = ask(&visit, "not-dispensed");
    if (reply != NULL) {
        say(&visit,
            json_get(reply, "balance") != NULL
                ? "withdrawal {withdrawal_id}: {notes}; the balance is {balance$}"
                : "withdrawal {withdrawal_id}: {notes}", /* with a cash code */
            reply);
        json_notes(json_get(reply, "notes"), &notes);
    }
    status = reply != NULL ? conclude(&visit, outcome_wanted(arguments), &notes) : EXIT_FAILURE;
    json_destroy(reply);
    visit_end(&visit);
    return status;
}

const struct bank_command command_terminal_withdraw = {
    .name = "terminal withdraw",
    .help = "withdraw money as a machine does",
    .detail = ABOUT "\nThe outcome, what became of the notes, is dispensed (unless said "
                    "otherwise), not-dispensed, retracted or\nunknown, and is sent once the bank "
                    "has approved; with none it waits for `bank terminal confirm`.\nWith --json "
                    "the bank's replies are printed, a line each.",
    .words = WORDS(WORD("AMOUNT", AMOUNT)),
    .options =
        WORDS(TELLER_OPTION, CARD_OPTIONS, OPTION("notes", "the notes to pay, 50x1,20x2", NOTES),
              OPTION("outcome", "what becomes of the notes", CHOICE, .as = "OUTCOME",
                     .choices = "dispensed|not-dispensed|retracted|unknown|none",
                     .otherwise = "dispensed"),
              REQUEST_OPTION),
    .effect = ACTS,
    .run = run_withdraw,
};

/* ---- transfer ---- */

static int run_transfer(struct arguments *arguments)
{
    static struct visit visit;
    char to[PAN_DIGITS_MAX + 1];
    if (!card_not_in_words(arguments) ||
        !pan_read(argument_text(arguments, "to-card-file"), "Receiver's card number", to))
        return EXIT_USAGE;
    int status = visit_begin(&visit, arguments);
    if (status == EXIT_SUCCESS) {
        request_begin(&visit, "InitiateTransfer");
        json_write_integer(&visit.terminal.writer, "amount",
                           argument_value(arguments, "AMOUNT")->number);
        json_write_string(&visit.terminal.writer, "to_card", to);
        struct json *reply = ask(&visit, NEVER);
        if (reply != NULL)
            say(&visit, "transfer {transfer_id}: {amount$}; the balance is {balance$}", reply);
        else
            status = EXIT_FAILURE;
        json_destroy(reply);
        visit_end(&visit);
    }
    pin_wipe(to, sizeof to);
    return status;
}

const struct bank_command command_terminal_transfer = {
    .name = "terminal transfer",
    .help = "send money to another card's account as a machine does",
    .detail = ABOUT,
    .words = WORDS(WORD("AMOUNT", AMOUNT)),
    .options =
        WORDS(TELLER_OPTION,
              OPTION("to-card-file", "a file whose first line is the number of the receiver's card",
                     FILE, .needed = true),
              CARD_OPTIONS, REQUEST_OPTION),
    .effect = ACTS,
    .run = run_transfer,
};

/* ---- deposit ---- */

static int run_deposit(struct arguments *arguments)
{
    static struct visit visit;
    int status = visit_begin(&visit, arguments);
    if (status != EXIT_SUCCESS)
        return status;
    request_begin(&visit, "InitiateDeposit");
    struct json *reply = ask(&visit, "cancelled");
    if (reply != NULL)
        say(&visit, "deposit {deposit_id} is {state}", reply);
    status = reply != NULL ? conclude(&visit, outcome_wanted(arguments),
                                      &argument_value(arguments, "NOTES")->notes)
                           : EXIT_FAILURE;
    json_destroy(reply);
    visit_end(&visit);
    return status;
}

const struct bank_command command_terminal_deposit = {
    .name = "terminal deposit",
    .help = "put notes in as at a machine, such as 50x2,20x1",
    .detail = ABOUT "\nThe outcome is counted (unless said otherwise), or cancelled, when the "
                    "customer has all notes back; with\nnone it waits for `bank terminal "
                    "confirm`. With --json the bank's replies are printed, a line each.",
    .words = WORDS(WORD("NOTES", NOTES)),
    .options = WORDS(TELLER_OPTION, CARD_OPTIONS,
                     OPTION("outcome", "what becomes of the notes", CHOICE, .as = "OUTCOME",
                            .choices = "counted|cancelled|none", .otherwise = "counted"),
                     REQUEST_OPTION),
    .effect = ACTS,
    .run = run_deposit,
};

/* ---- confirm ---- */

static int run_confirm(struct arguments *arguments)
{
    static struct visit visit;
    struct error error;
    const struct outcome *outcome = outcome_find(argument_text(arguments, "OUTCOME"));
    const char *reason = argument_text(arguments, "reason");
    visit.arguments = arguments;
    visit.id = argument_value(arguments, "ID")->id;
    if (!terminal_open(&visit.terminal, arguments, &error))
        return complain_error(&error);
    confirm_begin(&visit.terminal, outcome, &visit.id);
    struct json_writer *writer = &visit.terminal.writer;
    static const char *const lists[] = { "taken", "rejected", "retracted", "notes" };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        list_add(writer, arguments, lists[i]);
    if (reason != NULL)
        json_write_string(writer, "reason", reason);
    struct json *reply = terminal_send(&visit.terminal, &error);
    int status = reply == NULL ? complain_error(&error) : EXIT_FAILURE;
    if (reply != NULL) {
        const bool worked = terminal_approved(reply);
        if (worked || arguments->json)
            say(&visit, confirmed(outcome), reply);
        status = worked ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    json_destroy(reply);
    visit_end(&visit);
    return status;
}

const struct bank_command command_terminal_confirm = {
    .name = "terminal confirm",
    .help = "say what became of the notes of a withdrawal or deposit",
    .detail = "Of a withdrawal dispensed, not-dispensed, retracted or unknown; of a deposit "
              "counted or cancelled. May be\nsaid again: what was said before stands.",
    .words = WORDS(WORD("ID", PROCESS_ID),
                   WORD("OUTCOME", CHOICE,
                        .choices = "dispensed|not-dispensed|retracted|unknown|counted|cancelled")),
    .options = WORDS(TELLER_OPTION, OPTION("taken", "notes the customer has, 50x1,20x2", NOTES),
                     OPTION("rejected", "notes in the reject bin", NOTES),
                     OPTION("retracted", "notes in the retract bin", NOTES),
                     OPTION("notes", "notes that a deposit brought", NOTES),
                     OPTION("reason", "why; it goes into the event", REASON)),
    .effect = ACTS,
    .run = run_confirm,
};
