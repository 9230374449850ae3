/* SPDX-License-Identifier: MIT */
/* `bank deposit …`: notes put into a machine, and settling what the account could not take or holds
 * for review. */
#include "bank/core/deposit.h"
#include "bank/cli/commands.h"
#include "bank/cli/order.h"
#include "bank/cli/values.h"
#include "bank/commands/listings.h"
#include "bank/commands/outputs.h"
#include "bank/commands/saga.h"
#include "bank/postgres/log_reader.h"

#include <stdlib.h>
#include <string.h>

/* ---- list and show ---- */

static const struct table_column record_columns[] = {
    { "Deposit", "deposit_id", CELL_UUID },
    { "State", "state", CELL_TEXT },
    { "Refusal", "refusal", CELL_TEXT | CELL_MAYBE },
    { "Teller", "teller_id", CELL_UUID | CELL_MAYBE },
    { "Account", "account_id", CELL_UUID | CELL_MAYBE },
    { "Amount", "amount", CELL_MONEY },
    { "Notes", "notes", CELL_NOTES | CELL_MAYBE },
    { "Said by", "source", CELL_TEXT | CELL_MAYBE },
    { "Reason", "reason", CELL_TEXT | CELL_MAYBE },
    { "Started", "initiated_at", CELL_TIME | CELL_MAYBE },
    { "Ended", "ended_at", CELL_TIME | CELL_MAYBE },
    { NULL, NULL, CELL_TEXT },
};

const struct output output_deposit_show = {
    .name = "deposit-show",
    .command = "deposit show",
    .columns = record_columns,
};

static bool record_fill(struct query *query, const struct uuid *id, int64_t to,
                        struct table *record, struct error *error)
{
    struct saga_state saga;
    if (!log_reader_fold_saga(query, id, to, &saga, error))
        return false;
    struct deposit deposit = saga.deposit;
    if (deposit.state == DEPOSIT_NONE)
        return true;
    table_uuid(record, &deposit.id);
    table_text(record, deposit_state_name(deposit.state));
    table_text(record, deposit.refusal != NOT_REFUSED ? refusal_name(deposit.refusal) : NULL);
    table_uuid(record, &deposit.teller_id);
    table_uuid(record, &deposit.account_id);
    table_money(record, deposit.amount);
    notes_add_all(&deposit.notes, &deposit.disputed);
    table_notes(record, &deposit.notes);
    table_text(record, deposit.source != SOURCE_UNSAID ? source_name(deposit.source) : NULL);
    table_text(record, deposit.reason[0] != '\0' ? deposit.reason : NULL);
    table_time(record, deposit.initiated_us);
    table_time(record, deposit.ended_us);
    return true;
}

static const struct table_column list_columns[] = {
    { "DEPOSIT", "deposit_id", CELL_UUID },
    { "STATE", "state", CELL_TEXT },
    { "AMOUNT", "amount", CELL_MONEY | CELL_MAYBE },
    { "SAID BY", "source", CELL_TEXT | CELL_MAYBE | CELL_RANK(6) },
    { "REFUSAL", "refusal", CELL_TEXT | CELL_MAYBE | CELL_RANK(5) },
    { "STARTED", "initiated_at", CELL_TIME | CELL_MAYBE | CELL_RANK(2) },
    { "ACCOUNT", "account_id", CELL_UUID | CELL_MAYBE | CELL_RANK(4) },
    { "TELLER", "teller_id", CELL_UUID | CELL_MAYBE | CELL_RANK(3) },
    { NULL, NULL, CELL_TEXT },
};

const struct listing listing_deposit = {
    .name = "deposit",
    .columns = list_columns,
    .select = "s.deposit_id, s.state, nullif(s.amount, 0), s.source, s.refusal,"
              " to_char(s.initiated_at, " CELL_TIME_SQL "), s.account_id, s.teller_id",
    .from = "esbank.deposits s",
    .id = "s.deposit_id",
    SAGA_LISTING,
    .filters = (const struct listing_filter[]){ SAGA_FILTERS(
        SAGA_OF_ACCOUNT("deposits", "deposit_id"), SAGA_OF_TELLER("deposits", "deposit_id")) },
    .state_words =
        (const struct listing_state[]){ { "suspect", "s.state IN ('suspect', 'disputed')", NULL },
                                        { NULL, NULL, NULL } },
};

static const struct saga_view view = {
    .noun = "deposit",
    .absent = REFUSED_NO_SUCH_DEPOSIT,
    .record = record_columns,
    .record_fill = record_fill,
};

static int run_list(struct arguments *arguments)
{
    return listing_run(&listing_deposit, arguments, NULL);
}

const struct bank_command command_deposit_list = {
    .name = "deposit list",
    .help = "deposits at machines, the latest first",
    .detail =
        "A state is counting, suspect (the account could not take it, or the machine does not "
        "know), disputed\n"
        "(unknown to this bank, or otherwise than it has it) or held (credited, not available "
        "before it is\n"
        "reviewed), which an operator has to settle, completed, cancelled, declined or "
        "settled. With suspect\n"
        "the disputed ones are shown too.",
    .options = WORDS(SAGA_LIST_OPTIONS(
        "counting|suspect|held|completed|cancelled|declined|disputed|settled", DEPOSIT_ID)),
    .effect = READS,
    .run = run_list,
};

static int run_show(struct arguments *arguments)
{
    return saga_show(&view, arguments);
}

const struct bank_command command_deposit_show = {
    .name = "deposit show",
    .help = "one deposit at a machine, and its commands and events",
    .detail = AS_OF_HELP,
    .words = WORDS(WORD("ID", DEPOSIT_ID)),
    .options = WORDS(AS_OF_OPTION),
    .effect = READS,
    .run = run_show,
};

/* ---- resolve ---- */

const struct bank_command command_deposit_resolve = {
    .name = "deposit resolve",
    .help = "settle a suspect, held or disputed deposit",
    .detail = "credited tries the account again, or makes available what is held; returned says "
              "that the notes\n"
              "were given back by hand, and takes what is held off the account. Where the machine "
              "does not know\n"
              "what it holds, --notes says what was counted, to be credited. For a disputed one "
              "credited says that\n"
              "`bank account deposit` has seen to it.",
    .words = WORDS(WORD("ID", DEPOSIT_ID, .fills = "deposit_id"),
                   WORD("OUTCOME", CHOICE, .choices = "credited|returned", .fills = "outcome")),
    .options = WORDS(OPTION("notes", "notes that were counted, 50x1,20x2", NOTES, .fills = "notes"),
                     EVIDENCE_OPTION,
                     OPTION("reason", "why; it goes into the event", REASON, .fills = "reason")),
    .effect = SENDS,
    .sends = TELLER_RESOLVE_DEPOSIT,
    .asks = ASKS_AT_TERMINAL,
    .question = "Settle deposit {ID} as {OUTCOME}?",
    .reply = "deposit {deposit_id} of {amount$} is {state}",
    .run = order_run,
};
