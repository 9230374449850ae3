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

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TELLER_OPTION                                                                              \
    {                                                                                              \
        "teller", "UUID", "as which teller; the default one otherwise"                             \
    }

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
#define OUTCOME_NONE  "none"

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
    const char *card = arguments_option(arguments, "card-file"),
               *id = arguments_option(arguments, "request-id");
    memset(visit, 0, sizeof *visit);
    visit->arguments = arguments;
    visit->id = uuid_make();
    bool right = card_not_in_words(arguments) &&
                 (id == NULL || read_uuid(id, "request id", &visit->id)) &&
                 pan_read(card != NULL ? card : "-", visit->pan) && pin_read(arguments, visit->pin);
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
static bool list_add(struct json_writer *writer, const struct arguments *arguments,
                     const char *name)
{
    struct notes notes;
    const char *text = arguments_option(arguments, name);
    if (text == NULL)
        return true;
    if (!read_notes(text, "notes", &notes))
        return false;
    json_write_notes(writer, name, &notes);
    return true;
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

/* --outcome; false after saying what is wrong. NULL for none. */
static bool outcome_read(const struct arguments *arguments, bool of_deposit,
                         const struct outcome **outcome)
{
    const char *word = arguments_option(arguments, "outcome");
    *outcome = outcome_find(word != NULL ? word : of_deposit ? "counted" : "dispensed");
    if (word != NULL && strcmp(word, OUTCOME_NONE) == 0)
        return true;
    if (*outcome != NULL && (*outcome)->of_deposit == of_deposit)
        return true;
    complain_usage("\"%.40s\" is no outcome: say %s", word,
                   of_deposit ? "counted, cancelled or none"
                              : "dispensed, not-dispensed, retracted, unknown or none");
    return false;
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
    .usage = "[--teller UUID] [--card-file FILE] [--pin-file FILE | --pin-env NAME]",
    .help = "ask for a card's balance as a machine does",
    .detail = ABOUT,
    .options =
        (const struct option_spec[]){
            TELLER_OPTION, CARD_OPTIONS, ORDER_OPTION, { NULL, NULL, NULL } },
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
    .usage = "[--teller UUID] [--card-file FILE] [--pin-file FILE | --pin-env NAME]",
    .help = "ask for the last ten movements of a card's account as a machine does",
    .detail = ABOUT,
    .options =
        (const struct option_spec[]){
            TELLER_OPTION, CARD_OPTIONS, ORDER_OPTION, { NULL, NULL, NULL } },
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
    .usage = "[--teller UUID] [--card-file FILE] [--pin-file FILE | --pin-env NAME]"
             " [--new-pin-file FILE | --new-pin-env NAME]",
    .help = "give a card another PIN as a machine does for its holder",
    .detail = ABOUT "\nThe new PIN is typed twice where no option says where it is.",
    .options =
        (const struct option_spec[]){
            TELLER_OPTION, CARD_OPTIONS, NEW_PIN_OPTIONS, ORDER_OPTION, { NULL, NULL, NULL } },
    .run = run_change_pin,
};

/* ---- withdraw ---- */

static int run_withdraw(struct arguments *arguments)
{
    static struct visit visit;
    money amount;
    struct notes mix, notes = { 0 };
    const struct outcome *outcome;
    const char *wanted = arguments_option(arguments, "notes");
    if (!read_amount(arguments->word[0], "amount", false, &amount) ||
        (wanted != NULL && !read_notes(wanted, "notes", &mix)) ||
        !outcome_read(arguments, false, &outcome))
        return EXIT_USAGE;
    int status = visit_begin(&visit, arguments);
    if (status != EXIT_SUCCESS)
        return status;
    request_begin(&visit, "InitiateWithdrawal");
    json_write_integer(&visit.terminal.writer, "amount", amount);
    if (wanted != NULL)
        json_write_notes(&visit.terminal.writer, "notes", &mix);
    struct json *reply = ask(&visit, "not-dispensed");
    if (reply != NULL) {
        say(&visit, "withdrawal {withdrawal_id}: {notes}; the balance is {balance$}", reply);
        json_notes(json_get(reply, "notes"), &notes);
    }
    status = reply != NULL ? conclude(&visit, outcome, &notes) : EXIT_FAILURE;
    json_destroy(reply);
    visit_end(&visit);
    return status;
}

const struct bank_command command_terminal_withdraw = {
    .name = "terminal withdraw",
    .usage = "AMOUNT [--notes LIST] [--outcome OUTCOME] [--teller UUID] [--card-file FILE]"
             " [--pin-file FILE | --pin-env NAME]",
    .help = "withdraw money as a machine does",
    .detail = ABOUT "\nThe outcome, what became of the notes, is dispensed (unless said "
                    "otherwise), not-dispensed, retracted or\nunknown, and is sent once the bank "
                    "has approved; with none it waits for `bank terminal confirm`.\nWith --json "
                    "the bank's replies are printed, a line each.",
    .words_min = 1,
    .words_max = 1,
    .options = (const struct option_spec[]){ TELLER_OPTION,
                                             CARD_OPTIONS,
                                             { "notes", "LIST", "the notes to pay, 50x1,20x2" },
                                             { "outcome", "OUTCOME", "what becomes of the notes" },
                                             ORDER_OPTION,
                                             { NULL, NULL, NULL } },
    .run = run_withdraw,
};

/* ---- deposit ---- */

static int run_deposit(struct arguments *arguments)
{
    static struct visit visit;
    struct notes notes;
    const struct outcome *outcome;
    if (!read_notes(arguments->word[0], "notes", &notes) ||
        !outcome_read(arguments, true, &outcome))
        return EXIT_USAGE;
    int status = visit_begin(&visit, arguments);
    if (status != EXIT_SUCCESS)
        return status;
    request_begin(&visit, "InitiateDeposit");
    struct json *reply = ask(&visit, "cancelled");
    if (reply != NULL)
        say(&visit, "deposit {deposit_id} is {state}", reply);
    status = reply != NULL ? conclude(&visit, outcome, &notes) : EXIT_FAILURE;
    json_destroy(reply);
    visit_end(&visit);
    return status;
}

const struct bank_command command_terminal_deposit = {
    .name = "terminal deposit",
    .usage = "NOTES [--outcome OUTCOME] [--teller UUID] [--card-file FILE]"
             " [--pin-file FILE | --pin-env NAME]",
    .help = "put notes in as at a machine, such as 50x2,20x1",
    .detail = ABOUT "\nThe outcome is counted (unless said otherwise), or cancelled, when the "
                    "customer has all notes back; with\nnone it waits for `bank terminal "
                    "confirm`. With --json the bank's replies are printed, a line each.",
    .words_min = 1,
    .words_max = 1,
    .options = (const struct option_spec[]){ TELLER_OPTION,
                                             CARD_OPTIONS,
                                             { "outcome", "OUTCOME", "what becomes of the notes" },
                                             ORDER_OPTION,
                                             { NULL, NULL, NULL } },
    .run = run_deposit,
};

/* ---- confirm ---- */

static int run_confirm(struct arguments *arguments)
{
    static struct visit visit;
    struct error error;
    const struct outcome *outcome = outcome_find(arguments->word[1]);
    const char *reason = arguments_option(arguments, "reason");
    visit.arguments = arguments;
    if (!read_uuid(arguments->word[0], "withdrawal or deposit id", &visit.id))
        return EXIT_USAGE;
    if (outcome == NULL)
        return complain_usage("\"%.40s\" is no outcome: say dispensed, not-dispensed, retracted or "
                              "unknown of a withdrawal, counted or cancelled of a deposit",
                              arguments->word[1]);
    if (reason != NULL && (strlen(reason) > 60 || !json_utf8_valid(reason, strlen(reason))))
        return complain_usage("the reason is UTF-8 of up to 60 bytes; shorten it");
    if (!terminal_open(&visit.terminal, arguments, &error))
        return complain_error(&error);
    confirm_begin(&visit.terminal, outcome, &visit.id);
    struct json_writer *writer = &visit.terminal.writer;
    bool worked = list_add(writer, arguments, "taken") && list_add(writer, arguments, "rejected") &&
                  list_add(writer, arguments, "retracted") && list_add(writer, arguments, "notes");
    int status = EXIT_USAGE;
    if (worked && reason != NULL)
        json_write_string(writer, "reason", reason);
    struct json *reply = worked ? terminal_send(&visit.terminal, &error) : NULL;
    if (worked && reply == NULL)
        status = complain_error(&error);
    if (reply != NULL) {
        worked = terminal_approved(reply);
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
    .usage = "ID OUTCOME [--taken LIST] [--rejected LIST] [--retracted LIST] [--notes LIST]"
             " [--reason TEXT] [--teller UUID]",
    .help = "say what became of the notes of a withdrawal or deposit",
    .detail = "Of a withdrawal dispensed, not-dispensed, retracted or unknown; of a deposit "
              "counted or cancelled. May be\nsaid again: what was said before stands.",
    .words_min = 2,
    .words_max = 2,
    .options =
        (const struct option_spec[]){ TELLER_OPTION,
                                      { "taken", "LIST", "notes the customer has, 50x1,20x2" },
                                      { "rejected", "LIST", "notes in the reject bin" },
                                      { "retracted", "LIST", "notes in the retract bin" },
                                      { "notes", "LIST", "notes that a deposit brought" },
                                      { "reason", "TEXT", "why; it goes into the event" },
                                      { NULL, NULL, NULL } },
    .run = run_confirm,
};
