/* SPDX-License-Identifier: MIT */
/* `bank withdrawal list` and `bank withdrawal show`. */
#include "bank/commands/commands.h"
#include "bank/commands/events.h"
#include "bank/commands/table.h"
#include "bank/core/withdrawal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT_DEFAULT 50

static bool state_known(const char *name)
{
    for (int state = WITHDRAWAL_AUTHORIZED; state < WITHDRAWAL_STATE_COUNT; state++)
        if (strcmp(withdrawal_state_name((enum withdrawal_state)state), name) == 0)
            return true;
    return strcmp(name, "open") == 0;
}

static int run_list(struct arguments *arguments)
{
    static const struct table_column columns[] = {
        { "WITHDRAWAL", "withdrawal_id", CELL_TEXT }, { "STATE", "state", CELL_TEXT },
        { "AMOUNT", "amount", CELL_MONEY },           { "TAKEN", "taken", CELL_MONEY },
        { "REVERSED", "reversed", CELL_MONEY },       { "REFUSAL", "refusal", CELL_TEXT },
        { "STARTED", "initiated_at", CELL_TEXT },     { "ACCOUNT", "account_id", CELL_TEXT },
        { "TELLER", "teller_id", CELL_TEXT },         { NULL, NULL, CELL_TEXT },
    };
    const char *state = arguments_option(arguments, "state"),
               *limit_text = arguments_option(arguments, "limit");
    int64_t limit = LIMIT_DEFAULT;
    char limit_number[24];
    if (state != NULL && !state_known(state))
        return complain_usage(
            "\"%.40s\" is no state: say open (dispensing or suspect), authorized, dispensing, "
            "suspect, reversing, completed, reversed or declined",
            state);
    if (limit_text != NULL && !read_count(limit_text, "limit", INT64_MAX, &limit))
        return EXIT_USAGE;
    snprintf(limit_number, sizeof limit_number, "%" PRId64, limit);
    return query_print(arguments, columns,
                       "SELECT withdrawal_id, state, amount, taken, reversed, refusal,"
                       " to_char(initiated_at, 'YYYY-MM-DD HH24:MI:SS.MS\"Z\"'), account_id, teller_id FROM "
                       "esbank.withdrawals"
                       " WHERE $1::text IS NULL OR state = $1::text OR ($1::text = 'open' AND state IN "
                       "('dispensing', 'suspect'))"
                       " ORDER BY initiated_at DESC, withdrawal_id DESC LIMIT nullif($2::bigint, 0)",
                       2, (const char *[]){ state, limit_number }, NULL);
}

const struct bank_command command_withdrawal_list = {
    .name = "withdrawal list",
    .usage = "[--state STATE] [--limit N]",
    .help = "withdrawals, the latest first",
    .detail = "A state is authorized, dispensing, suspect, reversing, completed, reversed or declined; open "
              "stands for\n"
              "dispensing and suspect.",
    .options = (const struct option_spec[]){ { "state", "STATE", "only those in this state" },
                                             { "limit", "N", "so many at most (50 otherwise); 0: all" },
                                             { NULL, NULL, NULL } },
    .run = run_list,
};

static void add_notes(struct table *table, const struct notes *notes)
{
    char text[NOTES_TEXT_SIZE];
    table_text(table, notes->length > 0 ? notes_text(notes, text) : NULL);
}

static void withdrawal_print(const struct withdrawal *withdrawal, bool json)
{
    static const struct table_column columns[] = {
        { "Withdrawal", "withdrawal_id", CELL_TEXT },
        { "State", "state", CELL_TEXT },
        { "Refusal", "refusal", CELL_TEXT },
        { "Teller", "teller_id", CELL_TEXT },
        { "Account", "account_id", CELL_TEXT },
        { "Amount", "amount", CELL_MONEY },
        { "Reversed", "reversed", CELL_MONEY },
        { "Promised", "notes", CELL_TEXT },
        { "Taken", "taken", CELL_TEXT },
        { "Rejected", "rejected", CELL_TEXT },
        { "Retracted", "retracted", CELL_TEXT },
        { "Left in cassettes", "returned", CELL_TEXT },
        { "Started", "initiated_at", CELL_TEXT },
        { "Money withdrawn", "withdrawn_at", CELL_TEXT },
        { "Confirm by", "confirm_by", CELL_TEXT },
        { NULL, NULL, CELL_TEXT },
    };
    struct table table;
    table_init(&table, columns);
    table_uuid(&table, &withdrawal->id);
    table_text(&table, withdrawal_state_name(withdrawal->state));
    table_text(&table, withdrawal->refusal != NOT_REFUSED ? refusal_name(withdrawal->refusal) : NULL);
    table_uuid(&table, &withdrawal->teller_id);
    table_uuid(&table, &withdrawal->account_id);
    table_money(&table, withdrawal->amount);
    table_money(&table, withdrawal->reversed);
    add_notes(&table, &withdrawal->notes);
    add_notes(&table, &withdrawal->where.taken);
    add_notes(&table, &withdrawal->where.rejected);
    add_notes(&table, &withdrawal->where.retracted);
    add_notes(&table, &withdrawal->where.returned);
    table_time(&table, withdrawal->initiated_us);
    table_time(&table, withdrawal->withdrawn_us);
    table_time(&table, withdrawal->confirm_by_us);
    table_print_record(&table, json);
    table_finish(&table);
}

static int run_show(struct arguments *arguments)
{
    struct uuid id;
    struct error error;
    struct withdrawal withdrawal;
    if (!read_uuid(arguments->word[0], "withdrawal id", &id))
        return EXIT_USAGE;
    struct query *query = query_of(arguments, &error);
    if (query == NULL)
        return complain_error(&error);
    int status = EXIT_SUCCESS;
    if (!history_fold_withdrawal(query, &id, &withdrawal, &error)) {
        status = complain_error(&error);
    } else if (withdrawal.state == WITHDRAWAL_NONE) {
        status = complain("there is no withdrawal of that id; see `bank withdrawal list`");
    } else {
        withdrawal_print(&withdrawal, arguments->json);
        if (!arguments->json) {
            putchar('\n');
            status = events_tree(query, &id, false);
        }
    }
    query_close(query);
    return status;
}

const struct bank_command command_withdrawal_show = {
    .name = "withdrawal show",
    .usage = "ID",
    .help = "one withdrawal, and its commands and events",
    .words_min = 1,
    .words_max = 1,
    .run = run_show,
};
