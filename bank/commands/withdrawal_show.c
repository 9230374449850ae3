/* SPDX-License-Identifier: MIT */
/* `bank withdrawal list` and `bank withdrawal show`. */
#include "bank/cli/commands.h"
#include "bank/commands/saga.h"
#include "bank/core/withdrawal.h"
#include "bank/postgres/log_reader.h"

#include <string.h>

static bool state_known(const char *name)
{
    for (int state = WITHDRAWAL_AUTHORIZED; state < WITHDRAWAL_STATE_COUNT; state++)
        if (strcmp(withdrawal_state_name((enum withdrawal_state)state), name) == 0)
            return true;
    return strcmp(name, "open") == 0;
}

static const struct table_column record_columns[] = {
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
    { "Not known where", "unknown", CELL_TEXT },
    { "Said by", "source", CELL_TEXT },
    { "Reason", "reason", CELL_TEXT },
    { "Started", "initiated_at", CELL_TIME },
    { "Money withdrawn", "withdrawn_at", CELL_TIME },
    { "Confirm by", "confirm_by", CELL_TIME },
    { NULL, NULL, CELL_TEXT },
};

static void add_notes(struct table *record, const struct notes *notes)
{
    char text[NOTES_TEXT_SIZE];
    table_text(record, notes->length > 0 ? notes_text(notes, text) : NULL);
}

static bool record_fill(struct query *query, const struct uuid *id, int64_t to,
                        struct table *record, struct error *error)
{
    struct saga_state saga;
    if (!log_reader_fold_saga(query, id, to, &saga, error))
        return false;
    struct withdrawal withdrawal = saga.withdrawal;
    if (withdrawal.state == WITHDRAWAL_NONE)
        return true;
    table_uuid(record, &withdrawal.id);
    table_text(record, withdrawal_state_name(withdrawal.state));
    table_text(record, withdrawal.refusal != NOT_REFUSED ? refusal_name(withdrawal.refusal) : NULL);
    table_uuid(record, &withdrawal.teller_id);
    table_uuid(record, &withdrawal.account_id);
    table_money(record, withdrawal.amount);
    table_money(record, withdrawal.reversed);
    add_notes(record, &withdrawal.notes);
    struct disposition *where = &withdrawal.where;
    notes_add_all(&where->taken, &withdrawal.disputed.taken);
    notes_add_all(&where->rejected, &withdrawal.disputed.rejected);
    notes_add_all(&where->retracted, &withdrawal.disputed.retracted);
    add_notes(record, &where->taken);
    add_notes(record, &where->rejected);
    add_notes(record, &where->retracted);
    add_notes(record, &withdrawal.where.returned);
    add_notes(record, &withdrawal.unknown);
    table_text(record, withdrawal.source != SOURCE_UNSAID ? source_name(withdrawal.source) : NULL);
    table_text(record, withdrawal.reason[0] != '\0' ? withdrawal.reason : NULL);
    table_time(record, withdrawal.initiated_us);
    table_time(record, withdrawal.withdrawn_us);
    table_time(record, withdrawal.confirm_by_us);
    return true;
}

static const struct table_column list_columns[] = {
    { "WITHDRAWAL", "withdrawal_id", CELL_TEXT }, { "STATE", "state", CELL_TEXT },
    { "AMOUNT", "amount", CELL_MONEY },           { "TAKEN", "taken", CELL_MONEY },
    { "UNKNOWN", "unknown", CELL_MONEY },         { "SAID BY", "source", CELL_TEXT },
    { "REVERSED", "reversed", CELL_MONEY },       { "REFUSAL", "refusal", CELL_TEXT },
    { "STARTED", "initiated_at", CELL_TIME },     { "ACCOUNT", "account_id", CELL_TEXT },
    { "TELLER", "teller_id", CELL_TEXT },         { NULL, NULL, CELL_TEXT },
};

static const struct saga_view view = {
    .noun = "withdrawal",
    .list = list_columns,
    .list_sql = "SELECT withdrawal_id, state, amount, taken, unknown, source, reversed, refusal,"
                " to_char(initiated_at, " CELL_TIME_SQL "), account_id, teller_id"
                " FROM esbank.withdrawals WHERE $1::text IS NULL OR state = $1::text"
                " OR ($1::text = 'open' AND state IN ('dispensing', 'suspect'))"
                " OR ($1::text = 'suspect' AND state = 'disputed')"
                " ORDER BY initiated_at DESC, withdrawal_id DESC LIMIT nullif($2::bigint, 0)",
    .state_known = state_known,
    .states = "open (dispensing or suspect), authorized, dispensing, suspect, reversing, "
              "completed, reversed, declined, disputed or settled",
    .record = record_columns,
    .record_fill = record_fill,
};

static int run_list(struct arguments *arguments)
{
    return saga_list(&view, arguments);
}

const struct bank_command command_withdrawal_list = {
    .name = "withdrawal list",
    .usage = "[--state STATE] [--limit N]",
    .help = "withdrawals, the latest first",
    .detail = "A state is authorized, dispensing, suspect, reversing, completed, reversed, "
              "declined, disputed\n"
              "or settled; open stands for dispensing and suspect, and suspect for disputed as "
              "well: what a\n"
              "machine says of a withdrawal that this bank does not know (no_such_withdrawal) or "
              "has otherwise.",
    .options = saga_list_options,
    .run = run_list,
};

static int run_show(struct arguments *arguments)
{
    return saga_show(&view, arguments);
}

const struct bank_command command_withdrawal_show = {
    .name = "withdrawal show",
    .usage = "ID [--at POSITION|TIME]",
    .help = "one withdrawal, and its commands and events",
    .detail = AS_OF_HELP,
    .words_min = 1,
    .words_max = 1,
    .options = saga_show_options,
    .run = run_show,
};
