/* SPDX-License-Identifier: MIT */
/* `bank deposit …`: notes put into a machine, and settling what the account could not take. */
#include "bank/core/deposit.h"
#include "bank/commands/commands.h"
#include "bank/commands/events.h"
#include "bank/commands/order.h"
#include "bank/commands/table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT_DEFAULT 50

/* ---- list ---- */

static bool state_known(const char *name)
{
    for (int state = DEPOSIT_COUNTING; state < DEPOSIT_STATE_COUNT; state++)
        if (state != DEPOSIT_CREDITING && strcmp(deposit_state_name((enum deposit_state)state), name) == 0)
            return true;
    return false;
}

static const char list_sql[] =
    "SELECT deposit_id, state, nullif(amount, 0), refusal, to_char(initiated_at, 'YYYY-MM-DD "
    "HH24:MI:SS.MS\"Z\"'),"
    " account_id, teller_id FROM esbank.deposits WHERE $1::text IS NULL OR state = $1::text"
    " ORDER BY initiated_at DESC, deposit_id DESC LIMIT nullif($2::bigint, 0)";

static int run_list(struct arguments *arguments)
{
    static const struct table_column columns[] = {
        { "DEPOSIT", "deposit_id", CELL_TEXT },   { "STATE", "state", CELL_TEXT },
        { "AMOUNT", "amount", CELL_MONEY },       { "REFUSAL", "refusal", CELL_TEXT },
        { "STARTED", "initiated_at", CELL_TEXT }, { "ACCOUNT", "account_id", CELL_TEXT },
        { "TELLER", "teller_id", CELL_TEXT },     { NULL, NULL, CELL_TEXT },
    };
    const char *state = arguments_option(arguments, "state"),
               *limit_text = arguments_option(arguments, "limit");
    int64_t limit = LIMIT_DEFAULT;
    char limit_number[24];
    if (state != NULL && !state_known(state))
        return complain_usage(
            "\"%.40s\" is no state: say counting, suspect, completed, cancelled or declined", state);
    if (limit_text != NULL && !read_count(limit_text, "limit", INT64_MAX, &limit))
        return EXIT_USAGE;
    snprintf(limit_number, sizeof limit_number, "%" PRId64, limit);
    return query_print(arguments, columns, list_sql, 2, (const char *[]){ state, limit_number }, NULL);
}

const struct bank_command command_deposit_list = {
    .name = "deposit list",
    .usage = "[--state STATE] [--limit N]",
    .help = "deposits at machines, the latest first",
    .detail = "A state is counting, suspect (an operator has to settle it), completed, cancelled or "
              "declined.",
    .options = (const struct option_spec[]){ { "state", "STATE", "only those in this state" },
                                             { "limit", "N", "so many at most (50 otherwise); 0: all" },
                                             { NULL, NULL, NULL } },
    .run = run_list,
};

/* ---- show ---- */

static void deposit_print(const struct deposit *deposit, bool json)
{
    static const struct table_column columns[] = {
        { "Deposit", "deposit_id", CELL_TEXT }, { "State", "state", CELL_TEXT },
        { "Refusal", "refusal", CELL_TEXT },    { "Teller", "teller_id", CELL_TEXT },
        { "Account", "account_id", CELL_TEXT }, { "Amount", "amount", CELL_MONEY },
        { "Notes", "notes", CELL_TEXT },        { "Started", "initiated_at", CELL_TEXT },
        { "Ended", "ended_at", CELL_TEXT },     { NULL, NULL, CELL_TEXT },
    };
    struct table table;
    char notes[NOTES_TEXT_SIZE];
    table_init(&table, columns);
    table_uuid(&table, &deposit->id);
    table_text(&table, deposit_state_name(deposit->state));
    table_text(&table, deposit->refusal != NOT_REFUSED ? refusal_name(deposit->refusal) : NULL);
    table_uuid(&table, &deposit->teller_id);
    table_uuid(&table, &deposit->account_id);
    table_money(&table, deposit->amount);
    table_text(&table, deposit->notes.length > 0 ? notes_text(&deposit->notes, notes) : NULL);
    table_time(&table, deposit->initiated_us);
    table_time(&table, deposit->ended_us);
    table_print_record(&table, json);
    table_finish(&table);
}

static int run_show(struct arguments *arguments)
{
    struct uuid id;
    struct error error;
    struct deposit deposit;
    if (!read_uuid(arguments->word[0], "deposit id", &id))
        return EXIT_USAGE;
    struct query *query = query_of(arguments, &error);
    if (query == NULL)
        return complain_error(&error);
    int status = EXIT_SUCCESS;
    if (!history_fold_deposit(query, &id, &deposit, &error)) {
        status = complain_error(&error);
    } else if (deposit.state == DEPOSIT_NONE) {
        status = complain("there is no deposit of that id; see `bank deposit list`");
    } else {
        deposit_print(&deposit, arguments->json);
        if (!arguments->json) {
            putchar('\n');
            status = events_tree(query, &id, false);
        }
    }
    query_close(query);
    return status;
}

const struct bank_command command_deposit_show = {
    .name = "deposit show",
    .usage = "ID",
    .help = "one deposit at a machine, and its commands and events",
    .words_min = 1,
    .words_max = 1,
    .run = run_show,
};

/* ---- resolve ---- */

static int run_resolve(struct arguments *arguments)
{
    struct order order;
    struct uuid id;
    const char *outcome = arguments->word[1], *reason = arguments_option(arguments, "reason");
    if (strcmp(outcome, "credited") != 0 && strcmp(outcome, "returned") != 0)
        return complain_usage("\"%.40s\" is no outcome: say credited or returned", outcome);
    if (reason != NULL && (strlen(reason) > 60 || !json_utf8_valid(reason, strlen(reason))))
        return complain_usage("the reason is UTF-8 of up to 60 bytes; shorten it");
    if (!read_uuid(arguments->word[0], "deposit id", &id) ||
        !order_begin(&order, arguments, "ResolveDeposit"))
        return EXIT_USAGE;
    json_write_uuid(&order.writer, "deposit_id", &id);
    json_write_string(&order.writer, "outcome", outcome);
    if (reason != NULL)
        json_write_string(&order.writer, "reason", reason);
    return order_finish(&order, arguments, "deposit {deposit_id} of {amount$} is {state}");
}

const struct bank_command command_deposit_resolve = {
    .name = "deposit resolve",
    .usage = "ID credited|returned [--reason TEXT]",
    .help = "settle a deposit that its account could not take",
    .detail = "credited tries the account again; returned says that the notes were given back by hand.",
    .words_min = 2,
    .words_max = 2,
    .options = (const struct option_spec[]){ { "reason", "TEXT", "why; it goes into the event" },
                                             ORDER_OPTION,
                                             { NULL, NULL, NULL } },
    .run = run_resolve,
};
