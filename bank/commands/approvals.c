/* SPDX-License-Identifier: MIT */
/* `bank approvals`: commands that need a second person, proposed by one operator and approved or
 * rejected by another. They are read from the log: they are few. */
#include "bank/cli/approval_sql.h"
#include "bank/cli/commands.h"
#include "bank/cli/order.h"
#include "bank/commands/listings.h"
#include "bank/commands/outputs.h"
#include "bank/commands/saga.h"
#include "bank/core/saga.h"
#include "bank/postgres/log_reader.h"
#include "shared/json.h"

#include <stdlib.h>

static const struct table_column columns[] = {
    { "PROPOSAL", "proposal_id", CELL_UUID },
    { "STATE", "state", CELL_TEXT },
    { "COMMAND", "command", CELL_TEXT },
    { "BY", "proposer", CELL_TEXT },
    { "AMOUNT", "amount", CELL_MONEY | CELL_MAYBE | CELL_RANK(2) },
    { "EXPIRES", "expires_at", CELL_TIME | CELL_RANK(3) },
    { "ACCOUNT", "account_id", CELL_UUID | CELL_MAYBE | CELL_RANK(4) },
    { "TELLER", "teller_id", CELL_UUID | CELL_MAYBE | CELL_RANK(5) },
    { "PROPOSED", "proposed_at", CELL_TIME | CELL_RANK(6) },
    { NULL, NULL, CELL_TEXT },
};

const struct listing listing_approval = {
    .name = "approvals",
    .columns = columns,
    .select = "p.correlation_id, " APPROVAL_STATE ", p.data->>'command', p.data->>'proposer',"
              " (p.data->>'amount')::bigint, to_char(" APPROVAL_EXPIRES ", " CELL_TIME_SQL "),"
              " (p.data->>'account_id')::uuid, (p.data->>'teller_id')::uuid,"
              " to_char(p.created_at, " CELL_TIME_SQL ")",
    .from = "esbank.events p",
    .where = APPROVAL_IS_PROPOSAL,
    .id = "p.correlation_id",
    .id_value = "$?::uuid",
    .orders = (const struct listing_order[]){ { "proposed_at", "p.stream_version", "bigint" },
                                              { NULL, NULL, NULL } },
    .latest_first = true,
    .filters = (const struct listing_filter[]){ { "all", FILTER_FLAG,
                                                  APPROVAL_STATE " = 'proposed'", NULL },
                                                { NULL, FILTER_FLAG, NULL, NULL } },
};

static int run_list(struct arguments *arguments)
{
    return listing_run(&listing_approval, arguments, NULL);
}

const struct bank_command command_approvals_list = {
    .name = "approvals list",
    .help = "commands that wait for a second person, the latest first",
    .options =
        WORDS(OPTION("all", "those that were decided too", FLAG), LISTING_OPTIONS(PROPOSAL_ID)),
    .effect = READS,
    .run = run_list,
};

/* ---- show ---- */

static const struct table_column record_columns[] = {
    { "Proposal", "proposal_id", CELL_UUID },
    { "State", "state", CELL_TEXT },
    { "Command", "command", CELL_TEXT },
    { "Proposed by", "proposer", CELL_TEXT },
    { "Expires", "expires_at", CELL_TIME },
    { "Account", "account_id", CELL_UUID | CELL_MAYBE },
    { "To account", "to_account_id", CELL_UUID | CELL_MAYBE },
    { "Teller", "teller_id", CELL_UUID | CELL_MAYBE },
    { "Withdrawal", "withdrawal_id", CELL_UUID | CELL_MAYBE },
    { "Deposit", "deposit_id", CELL_UUID | CELL_MAYBE },
    { "Amount", "amount", CELL_MONEY | CELL_MAYBE },
    { "Outcome", "outcome", CELL_TEXT | CELL_MAYBE },
    { "Reason", "reason", CELL_TEXT | CELL_MAYBE },
    { "Evidence", "evidence", CELL_TEXT | CELL_MAYBE },
    { "Refusal", "refusal", CELL_TEXT | CELL_MAYBE },
    { NULL, NULL, CELL_TEXT },
};

const struct output output_approvals_show = {
    "approvals-show", "approvals show", false, record_columns, { { NULL, NULL } }
};

static void add_id(struct table *record, const struct uuid *id)
{
    if (uuid_is_nil(id))
        table_text(record, NULL);
    else
        table_uuid(record, id);
}

static void add_text(struct table *record, const char *text)
{
    table_text(record, text[0] != '\0' ? text : NULL);
}

static void add_evidence(struct table *record, const char *given)
{
    struct error ignored;
    const char *evidence = NULL;
    struct json *json = json_parse(given, strlen(given), &ignored);
    json_string(json_get(json, "evidence"), &evidence);
    table_text(record, evidence);
    json_destroy(json);
}

static bool record_fill(struct query *query, const struct uuid *id, int64_t to,
                        struct table *record, struct error *error)
{
    struct saga_state saga;
    if (!log_reader_fold_saga(query, id, to, &saga, error))
        return false;
    const struct approval *approval = &saga.approval;
    const struct proposal *proposal = &approval->proposal;
    if (approval->state == APPROVAL_NONE)
        return true;
    table_uuid(record, id);
    table_text(record, approval_state_name(approval->state));
    table_text(record, proposal->command);
    table_text(record, proposal->proposer);
    table_time(record, proposal->expires_us);
    add_id(record, &proposal->account_id);
    add_id(record, &proposal->to_account_id);
    add_id(record, &proposal->teller_id);
    add_id(record, &proposal->withdrawal_id);
    add_id(record, &proposal->deposit_id);
    if (proposal->amount != 0)
        table_money(record, proposal->amount);
    else
        table_text(record, NULL);
    add_text(record, proposal->outcome);
    add_text(record, proposal->reason);
    add_evidence(record, approval->given);
    table_text(record, approval->refusal != NOT_REFUSED ? refusal_name(approval->refusal) : NULL);
    return true;
}

static const struct saga_view view = {
    .noun = "proposal",
    .command = "approvals",
    .absent = REFUSED_NO_SUCH_PROPOSAL,
    .record = record_columns,
    .record_fill = record_fill,
};

static int run_show(struct arguments *arguments)
{
    return saga_show(&view, arguments);
}

const struct bank_command command_approvals_show = {
    .name = "approvals show",
    .help = "one proposal, and its commands and events",
    .detail = AS_OF_HELP,
    .words = WORDS(WORD("ID", PROPOSAL_ID)),
    .options = WORDS(AS_OF_OPTION),
    .effect = READS,
    .run = run_show,
};

/* ---- deciding ---- */

#define WHICH         WORDS(WORD("ID", PROPOSAL_ID, .fills = "proposal_id"))
#define REASON_OPTION OPTION("reason", "why; at most 60 bytes", REASON, .fills = "reason")

const struct bank_command command_approvals_approve = {
    .name = "approvals approve",
    .help = "agree to what another operator proposed: it is done at once",
    .detail = "A supervisor's, and never the one's who proposed it. What the bank refuses by then "
              "is refused,\nand the proposal is at its end.",
    .words = WHICH,
    .options = WORDS(REASON_OPTION),
    .effect = SENDS,
    .sends = BANK_APPROVE_PROPOSAL,
    .reply = "{proposed} of {proposer} is approved, and done",
    .run = order_run,
};

const struct bank_command command_approvals_reject = {
    .name = "approvals reject",
    .help = "turn down what another operator proposed, or take back one's own",
    .words = WHICH,
    .options = WORDS(REASON_OPTION),
    .effect = SENDS,
    .sends = BANK_REJECT_PROPOSAL,
    .reply = "{proposed} of {proposer} is rejected",
    .run = order_run,
};
