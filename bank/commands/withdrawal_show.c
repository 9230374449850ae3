/* SPDX-License-Identifier: MIT */
/* `bank withdrawal show`. */
#include "bank/cli/commands.h"
#include "bank/cli/values.h"
#include "bank/commands/outputs.h"
#include "bank/commands/saga.h"
#include "bank/core/withdrawal.h"
#include "bank/postgres/log_reader.h"

static const struct table_column record_columns[] = {
    { "Withdrawal", "withdrawal_id", CELL_UUID },
    { "State", "state", CELL_TEXT },
    { "Refusal", "refusal", CELL_TEXT | CELL_MAYBE },
    { "Teller", "teller_id", CELL_UUID | CELL_MAYBE },
    { "Account", "account_id", CELL_UUID | CELL_MAYBE },
    { "Amount", "amount", CELL_MONEY },
    { "Reversed", "reversed", CELL_MONEY },
    { "Promised", "notes", CELL_NOTES | CELL_MAYBE },
    { "Taken", "taken", CELL_NOTES | CELL_MAYBE },
    { "Rejected", "rejected", CELL_NOTES | CELL_MAYBE },
    { "Retracted", "retracted", CELL_NOTES | CELL_MAYBE },
    { "Left in cassettes", "returned", CELL_NOTES | CELL_MAYBE },
    { "Not known where", "unknown", CELL_NOTES | CELL_MAYBE },
    { "Said by", "source", CELL_TEXT | CELL_MAYBE },
    { "Reason", "reason", CELL_TEXT | CELL_MAYBE },
    { "Started", "initiated_at", CELL_TIME | CELL_MAYBE },
    { "Money withdrawn", "withdrawn_at", CELL_TIME | CELL_MAYBE },
    { "Confirm by", "confirm_by", CELL_TIME | CELL_MAYBE },
    { NULL, NULL, CELL_TEXT },
};

const struct output output_withdrawal_show = {
    .name = "withdrawal-show",
    .command = "withdrawal show",
    .columns = record_columns,
};

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
    table_notes(record, &withdrawal.notes);
    struct disposition *where = &withdrawal.where;
    notes_add_all(&where->taken, &withdrawal.disputed.taken);
    notes_add_all(&where->rejected, &withdrawal.disputed.rejected);
    notes_add_all(&where->retracted, &withdrawal.disputed.retracted);
    table_notes(record, &where->taken);
    table_notes(record, &where->rejected);
    table_notes(record, &where->retracted);
    table_notes(record, &withdrawal.where.returned);
    table_notes(record, &withdrawal.unknown);
    table_text(record, withdrawal.source != SOURCE_UNSAID ? source_name(withdrawal.source) : NULL);
    table_text(record, withdrawal.reason[0] != '\0' ? withdrawal.reason : NULL);
    table_time(record, withdrawal.initiated_us);
    table_time(record, withdrawal.withdrawn_us);
    table_time(record, withdrawal.confirm_by_us);
    return true;
}

static const struct saga_view view = {
    .noun = "withdrawal",
    .absent = REFUSED_NO_SUCH_WITHDRAWAL,
    .record = record_columns,
    .record_fill = record_fill,
};

static int run_show(struct arguments *arguments)
{
    return saga_show(&view, arguments);
}

const struct bank_command command_withdrawal_show = {
    .name = "withdrawal show",
    .help = "one withdrawal, and its commands and events",
    .detail = AS_OF_HELP,
    .words = WORDS(WORD("ID", WITHDRAWAL_ID)),
    .options = WORDS(AS_OF_OPTION),
    .effect = READS,
    .run = run_show,
};
