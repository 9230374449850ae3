/* SPDX-License-Identifier: MIT */
/*
 * `bank terminal withdraw`, `deposit`, `transfer` and `confirm`: what only a terminal may send, by
 * hand.
 *
 * A withdrawal or deposit is two commands: what the bank decides, and what became
 * of the notes. The second one follows at once, as --outcome says; what it did
 * not get to say is printed with the command that says it.
 */
#include "bank/cli/commands.h"
#include "bank/cli/order.h"
#include "bank/cli/table.h"
#include "bank/cli/values.h"
#include "bank/cli/visit.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
        visit_say(visit, confirmed(outcome), reply);
    json_destroy(reply);
    return worked ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Of --outcome; NULL for none. */
static const struct outcome *outcome_wanted(const struct arguments *arguments)
{
    return outcome_find(argument_text(arguments, "outcome"));
}

/* ---- withdraw ---- */

static int run_withdraw(struct arguments *arguments)
{
    static struct visit visit;
    struct notes notes = { 0 };
    const struct value *mix = argument_value(arguments, "notes");
    int status = visit_begin(&visit, arguments);
    if (status != EXIT_SUCCESS)
        return status;
    visit_request(&visit, "InitiateWithdrawal");
    json_write_integer(&visit.terminal.writer, "amount",
                       argument_value(arguments, "AMOUNT")->number);
    if (mix != NULL)
        json_write_notes(&visit.terminal.writer, "notes", &mix->notes);
    struct json *reply = visit_ask(&visit, "not-dispensed");
    if (reply != NULL) {
        visit_say(&visit,
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
        visit_request(&visit, "InitiateTransfer");
        json_write_integer(&visit.terminal.writer, "amount",
                           argument_value(arguments, "AMOUNT")->number);
        json_write_string(&visit.terminal.writer, "to_card", to);
        struct json *reply = visit_ask(&visit, NEVER);
        if (reply != NULL)
            visit_say(&visit, "transfer {transfer_id}: {amount$}; the balance is {balance$}",
                      reply);
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
    visit_request(&visit, "InitiateDeposit");
    struct json *reply = visit_ask(&visit, "cancelled");
    if (reply != NULL)
        visit_say(&visit, "deposit {deposit_id} is {state}", reply);
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
    assert(outcome != NULL); /* a choice of its words */
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
            visit_say(&visit, confirmed(outcome), reply);
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
