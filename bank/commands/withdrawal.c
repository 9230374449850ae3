/* SPDX-License-Identifier: MIT */
/* `bank withdrawal resolve`: a person has counted, and ends what only a count could end. */
#include "bank/cli/commands.h"
#include "bank/cli/order.h"

#include <stdlib.h>
#include <string.h>

/* Adds the notes of one option where it was given. */
static bool add_notes(struct order *order, const struct arguments *arguments, const char *name)
{
    struct notes notes;
    const char *text = arguments_option(arguments, name);
    if (text == NULL)
        return true;
    if (!read_notes(text, "notes", &notes))
        return false;
    json_write_notes(&order->writer, name, &notes);
    return true;
}

static int run_resolve(struct arguments *arguments)
{
    struct order order;
    struct uuid id;
    const char *outcome = arguments->word[1], *reason = arguments_option(arguments, "reason");
    bool dispensed = strcmp(outcome, "dispensed") == 0;
    if (!dispensed && strcmp(outcome, "not-dispensed") != 0)
        return complain_usage("\"%.40s\" is no outcome: say dispensed or not-dispensed", outcome);
    if (reason != NULL && (strlen(reason) > 60 || !json_utf8_valid(reason, strlen(reason))))
        return complain_usage("the reason is UTF-8 of up to 60 bytes; shorten it");
    if (!read_uuid(arguments->word[0], "withdrawal id", &id) ||
        !order_begin(&order, arguments, "ResolveWithdrawal"))
        return EXIT_USAGE;
    json_write_uuid(&order.writer, "withdrawal_id", &id);
    json_write_string(&order.writer, "outcome", dispensed ? "dispensed" : "not_dispensed");
    if (!add_notes(&order, arguments, "taken") || !add_notes(&order, arguments, "rejected") ||
        !add_notes(&order, arguments, "retracted"))
        return EXIT_USAGE;
    if (reason != NULL)
        json_write_string(&order.writer, "reason", reason);
    return order_finish(
        &order, arguments,
        "withdrawal {withdrawal_id} is {state}; {reversed$} went back to the account");
}

const struct bank_command command_withdrawal_resolve = {
    .name = "withdrawal resolve",
    .usage = "ID dispensed|not-dispensed [--taken LIST] [--rejected LIST] [--retracted LIST] "
             "[--reason TEXT]",
    .help = "end a suspect or disputed withdrawal by what a count has shown",
    .detail = "Without lists, what the machine has reported stands, and with `dispensed` all the "
              "rest was taken.\n"
              "A disputed one takes no lists: with `dispensed` the machine's statement stands in "
              "its books, with\n"
              "`not-dispensed` the notes are in the cassettes after all. No account's money moves: "
              "`bank account\n"
              "withdraw` or `deposit` does that, once it is known whose it is.",
    .words_min = 2,
    .words_max = 2,
    .options =
        (const struct option_spec[]){ { "taken", "LIST", "notes the customer has, 50x1,20x2" },
                                      { "rejected", "LIST", "notes in the reject bin" },
                                      { "retracted", "LIST", "notes in the retract bin" },
                                      { "reason", "TEXT", "why; it goes into the event" },
                                      ORDER_OPTION,
                                      { NULL, NULL, NULL } },
    .run = run_resolve,
};
