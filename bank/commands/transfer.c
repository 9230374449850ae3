/* SPDX-License-Identifier: MIT */
/* `bank transfer …`: transfers between two accounts, and one made by an operator. */
#include "bank/core/transfer.h"
#include "bank/cli/commands.h"
#include "bank/cli/order.h"
#include "bank/commands/listings.h"
#include "bank/commands/outputs.h"
#include "bank/commands/saga.h"
#include "bank/postgres/log_reader.h"

#include <stdlib.h>
#include <string.h>

/* ---- list and show ---- */

static const struct table_column record_columns[] = {
    { "Transfer", "transfer_id", CELL_UUID },
    { "State", "state", CELL_TEXT },
    { "Refusal", "refusal", CELL_TEXT | CELL_MAYBE },
    { "From", "account_id", CELL_UUID | CELL_MAYBE },
    { "To", "to_account_id", CELL_UUID | CELL_MAYBE },
    { "Teller", "teller_id", CELL_UUID | CELL_MAYBE },
    { "Amount", "amount", CELL_MONEY },
    { "Started", "initiated_at", CELL_TIME | CELL_MAYBE },
    { "Ended", "ended_at", CELL_TIME | CELL_MAYBE },
    { NULL, NULL, CELL_TEXT },
};

const struct output output_transfer_show = {
    .name = "transfer-show",
    .command = "transfer show",
    .columns = record_columns,
};

static bool record_fill(struct query *query, const struct uuid *id, int64_t to,
                        struct table *record, struct error *error)
{
    struct saga_state saga;
    const struct transfer *transfer = &saga.transfer;
    if (!log_reader_fold_saga(query, id, to, &saga, error))
        return false;
    if (transfer->state == TRANSFER_NONE)
        return true;
    table_uuid(record, &transfer->id);
    table_text(record, transfer_state_name(transfer->state));
    table_text(record, transfer->refusal != NOT_REFUSED ? refusal_name(transfer->refusal) : NULL);
    table_uuid(record, &transfer->account_id);
    table_uuid(record, &transfer->target_id);
    table_uuid(record, &transfer->teller_id);
    table_money(record, transfer->amount);
    table_time(record, transfer->initiated_us);
    table_time(record, transfer->ended_us);
    return true;
}

static const struct table_column list_columns[] = {
    { "TRANSFER", "transfer_id", CELL_UUID },
    { "STATE", "state", CELL_TEXT },
    { "AMOUNT", "amount", CELL_MONEY },
    { "REFUSAL", "refusal", CELL_TEXT | CELL_MAYBE | CELL_RANK(5) },
    { "STARTED", "initiated_at", CELL_TIME | CELL_MAYBE | CELL_RANK(2) },
    { "FROM", "account_id", CELL_UUID | CELL_MAYBE | CELL_RANK(3) },
    { "TO", "to_account_id", CELL_UUID | CELL_MAYBE | CELL_RANK(3) },
    { "TELLER", "teller_id", CELL_UUID | CELL_MAYBE | CELL_RANK(4) },
    { NULL, NULL, CELL_TEXT },
};

const struct listing listing_transfer = {
    .name = "transfer",
    .columns = list_columns,
    .select = "s.transfer_id, s.state, s.amount, s.refusal,"
              " to_char(s.initiated_at, " CELL_TIME_SQL "), s.account_id, s.to_account_id,"
              " s.teller_id",
    .from = "esbank.transfers s",
    .id = "s.transfer_id",
    SAGA_LISTING,
    .filters = (const struct listing_filter[]){ SAGA_FILTERS(
        "s.account_id = $?::uuid OR s.to_account_id = $?::uuid", NULL) },
};

static const struct saga_view view = {
    .noun = "transfer",
    .record = record_columns,
    .record_fill = record_fill,
};

static int run_list(struct arguments *arguments)
{
    return listing_run(&listing_transfer, arguments, NULL);
}

const struct bank_command command_transfer_list = {
    .name = "transfer list",
    .help = "transfers between accounts, the latest first",
    .detail = "A state is completed, returned (the account it went to could not take it) or "
              "declined\n"
              "(the account it came from refused).",
    .options = WORDS(SAGA_LIST_OPTIONS("completed|returned|declined", TRANSFER_ID)),
    .effect = READS,
    .run = run_list,
};

static int run_show(struct arguments *arguments)
{
    return saga_show(&view, arguments);
}

const struct bank_command command_transfer_show = {
    .name = "transfer show",
    .help = "one transfer, and its commands and events",
    .detail = AS_OF_HELP,
    .words = WORDS(WORD("ID", TRANSFER_ID)),
    .options = WORDS(AS_OF_OPTION),
    .effect = READS,
    .run = run_show,
};

/* ---- make ---- */

const struct bank_command command_transfer_make = {
    .name = "transfer make",
    .help = "move money from one account to another, at the counter",
    .detail = "FROM and TO are account ids. The day's limits at ATMs do not apply.",
    .words = WORDS(WORD("FROM", ACCOUNT_ID, .fills = "account_id"),
                   WORD("TO", ACCOUNT_ID, .fills = "to_account_id"),
                   WORD("AMOUNT", AMOUNT, .fills = "amount")),
    .effect = SENDS,
    .sends = TRANSFERS_MAKE_TRANSFER,
    .asks = ASKS_AT_TERMINAL,
    .question = "Move {AMOUNT} from account {FROM} to account {TO}?",
    .reply = "transfer {transfer_id}: {amount$}; the balance is {balance$}",
    .run = order_run,
};
