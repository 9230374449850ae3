/* SPDX-License-Identifier: MIT */
/* `bank withdrawal list`. */
#include "bank/cli/commands.h"
#include "bank/commands/listings.h"
#include "bank/commands/saga.h"
#include "bank/core/withdrawal.h"

#include <string.h>

static const struct table_column columns[] = {
    { "WITHDRAWAL", "withdrawal_id", CELL_UUID },
    { "STATE", "state", CELL_TEXT },
    { "AMOUNT", "amount", CELL_MONEY },
    { "TAKEN", "taken", CELL_MONEY | CELL_MAYBE | CELL_RANK(5) },
    { "UNKNOWN", "unknown", CELL_MONEY | CELL_MAYBE | CELL_RANK(6) },
    { "SAID BY", "source", CELL_TEXT | CELL_MAYBE | CELL_RANK(9) },
    { "REVERSED", "reversed", CELL_MONEY | CELL_RANK(8) },
    { "REFUSAL", "refusal", CELL_TEXT | CELL_MAYBE | CELL_RANK(7) },
    { "STARTED", "initiated_at", CELL_TIME | CELL_MAYBE | CELL_RANK(2) },
    { "ACCOUNT", "account_id", CELL_UUID | CELL_MAYBE | CELL_RANK(4) },
    { "TELLER", "teller_id", CELL_UUID | CELL_MAYBE | CELL_RANK(3) },
    { NULL, NULL, CELL_TEXT },
};

/* Each of the two has an index. One of both in the list's order would be written at every
 * withdrawal (sql/460_withdrawals_by_state.sql); this list is sorted. */
#define OPEN_FROM                                                                                  \
    "(SELECT * FROM esbank.withdrawals WHERE state = 'dispensing' UNION ALL"                       \
    " SELECT * FROM esbank.withdrawals WHERE state = 'suspect') s"

const struct listing listing_withdrawal = {
    .name = "withdrawal",
    .columns = columns,
    .select = "s.withdrawal_id, s.state, s.amount, s.taken, s.unknown, s.source, s.reversed,"
              " s.refusal, to_char(s.initiated_at, " CELL_TIME_SQL "), s.account_id, s.teller_id",
    .from = "esbank.withdrawals s",
    .id = "s.withdrawal_id",
    SAGA_LISTING,
    .filters = (const struct listing_filter[]){ SAGA_FILTERS(
        SAGA_OF_ACCOUNT("withdrawals", "withdrawal_id"),
        SAGA_OF_TELLER("withdrawals", "withdrawal_id")) },
    .state_words =
        (const struct listing_state[]){
            { "open", "s.state IN ('dispensing', 'suspect')", OPEN_FROM },
            { "suspect", "s.state IN ('suspect', 'disputed')", NULL },
            { NULL, NULL, NULL } },
};

static int run_list(struct arguments *arguments)
{
    return listing_run(&listing_withdrawal, arguments, NULL);
}

const struct bank_command command_withdrawal_list = {
    .name = "withdrawal list",
    .help = "withdrawals, the latest first",
    .detail = "A state is authorized, dispensing, suspect, reversing, completed, reversed, "
              "declined, disputed\n"
              "or settled; open stands for dispensing and suspect, and suspect for disputed as "
              "well: what a\n"
              "machine says of a withdrawal that this bank does not know (no_such_withdrawal) or "
              "has otherwise.",
    .options = WORDS(SAGA_LIST_OPTIONS(
        "open|authorized|dispensing|suspect|reversing|completed|reversed|declined|disputed|settled",
        WITHDRAWAL_ID)),
    .effect = READS,
    .run = run_list,
};
