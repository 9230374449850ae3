/* SPDX-License-Identifier: MIT */
/* The table of views, and their statements. What is no list is in the files that parts.h names. */
#include "bank/cli/approval_sql.h"
#include "bank/cli/owner.h"
#include "bank/console/parts.h"

#include <string.h>

/* clang-format off */

#define US(time)       "(extract(epoch FROM " time ") * 1000000)::bigint"
#define AGE(time)      "extract(epoch FROM now() - " time ")::bigint"
#define LEFT(time)     "extract(epoch FROM " time " - now())::bigint"
/* As the indexes have it. */
#define LONG_AGO(time) "coalesce(" time ", timestamptz '-infinity')"
#define HAS(text)      "strpos(lower(" text "), lower($2::text)) > 0"

/* ---- machines ---- */

static const struct view_column machine_columns[] = {
    { "MACHINE",     "teller_id",    VIEW_ID,     "t.teller_id", 13, 0 },
    { "LINE",        "online",       VIEW_ONLINE, "t.teller_id", 7, 0 },
    { "DAY",         "business_day", VIEW_TEXT,   "d.business_day", 10, 0 },
    { "CASSETTES",   "cassettes",    VIEW_CASH,   "c.levels", 32, 0 },
    { "DEVICES",     "devices",      VIEW_LIST,   "coalesce(i.devices, CASE WHEN t.barred THEN '-barred' ELSE '-no reports' END)", 10, 0 },
    { "WITHDRAWALS", "withdrawals",  VIEW_NUMBER, "d.withdrawals", 11, 1 },
    { "DISPENSED",   "dispensed",    VIEW_MONEY,  "d.dispensed", 14, 1 },
    { "SUSPECT",     "suspect",      VIEW_NUMBER, "d.suspect", 7, 2 },
    { "DEPOSITED",   "deposited",    VIEW_MONEY,  "d.deposited", 12, 3 },
    { "BARRED",      "barred",       VIEW_YES,    "t.barred", 6, RANK_HIDDEN },
    { NULL, NULL, VIEW_TEXT, NULL, 0, 0 },
};

#define MACHINES_FROM \
    "esbank.tellers t" \
    " LEFT JOIN LATERAL (SELECT * FROM esbank.teller_days d WHERE d.teller_id = t.teller_id" \
    "   ORDER BY d.business_day DESC LIMIT 1) d ON TRUE" \
    " LEFT JOIN LATERAL (SELECT string_agg(format('%s:%s:%s', c.denomination, c.notes, c.low), ','" \
    "     ORDER BY c.denomination DESC) AS levels, bool_or(c.notes < c.low) AS low" \
    "   FROM esbank.cassette_levels c WHERE c.teller_id = t.teller_id) c ON TRUE" \
    " LEFT JOIN (SELECT a.teller_id, string_agg(replace(coalesce(nullif(split_part(a.subject, ' ', 2), '')," \
    "     a.handler), '_', ' '), ', ') AS devices FROM esbank.alerts a" \
    "   WHERE a.handler IN ('incidents', 'sign_ons', 'authentication') AND a.cleared_position IS NULL" \
    "   GROUP BY a.teller_id) i ON i.teller_id = t.teller_id"

#define MACHINE_TONE "CASE WHEN t.barred OR i.devices IS NOT NULL THEN 'bad' WHEN c.low THEN 'warning' END"

/* ---- sagas and suspects ---- */

#define WITHDRAWAL_ROWS(states) \
    "SELECT 'withdrawal' AS saga, withdrawal_id AS id, state, amount, teller_id, account_id, initiated_at, confirm_by," \
    " source, coalesce(reason, refusal) AS reason FROM esbank.withdrawals WHERE state " states
#define DEPOSIT_ROWS(states) \
    "SELECT 'deposit', deposit_id, state, amount, teller_id, account_id, initiated_at, NULL::timestamptz," \
    " source, coalesce(reason, refusal) FROM esbank.deposits WHERE state " states

/* An index has each of these sets: those that have not ended are few, however many there were. */
#define OPEN_FROM \
    "(" WITHDRAWAL_ROWS("= 'dispensing'") " UNION ALL " WITHDRAWAL_ROWS("IN ('suspect', 'disputed')") " UNION ALL " \
    DEPOSIT_ROWS("= 'counting'") " UNION ALL " DEPOSIT_ROWS("IN ('suspect', 'disputed')") " UNION ALL " \
    DEPOSIT_ROWS("= 'held'") ") s"

#define SUSPECT_WHERE "s.state IN ('suspect', 'disputed', 'held')"
#define SAGA_TONE \
    "CASE WHEN s.state IN ('suspect', 'disputed') THEN 'bad' WHEN s.state = 'held' THEN 'warning'" \
    " WHEN s.confirm_by < now() + interval '10 s' THEN 'warning' END"
#define SAGA_FILTER \
    HAS("concat_ws(' ', s.saga, s.id, s.state, s.teller_id, s.account_id, s.reason)")

static const struct view_column saga_columns[] = {
    { "ID",      "id",         VIEW_ID,    "s.id", 13, 0 },
    { "SAGA",    "saga",       VIEW_TEXT,  "s.saga", 10, 0 },
    { "STATE",   "state",      VIEW_TEXT,  "s.state", 10, 0 },
    { "AMOUNT",  "amount",     VIEW_MONEY, "nullif(s.amount, 0)", 9, 0 },
    { "AGE",     "age_s",      VIEW_AGE,   AGE("s.initiated_at"), 6, 0 },
    { "SUSPECT", "suspect_in", VIEW_LEFT,  "CASE WHEN s.state = 'dispensing' THEN " LEFT("s.confirm_by") " END", 7, 0 },
    { "MACHINE", "teller_id",  VIEW_ID,    "s.teller_id", 13, 0 },
    { "ACCOUNT", "account_id", VIEW_ID,    "s.account_id", 13, 1 },
    { NULL, NULL, VIEW_TEXT, NULL, 0, 0 },
};

/* The saga that a proposal would settle. */
#define SETTLES "coalesce(p.data->>'withdrawal_id', p.data->>'deposit_id')"

/* Settling one may wait for a second person. Proposals are read once, however many suspects there
 * are; of several about one the last counts. */
#define PROPOSALS_BY_SAGA \
    "SELECT jsonb_object_agg(" SETTLES "," \
    "   jsonb_build_object('id', p.correlation_id, 'says', format('%s proposes %s', p.data->>'proposer'," \
    "     replace(p.data->>'outcome', '_', '-'))) ORDER BY p.position) AS by_saga FROM esbank.events p" \
    " WHERE " APPROVAL_IS_OPEN " AND " SETTLES " IS NOT NULL"
#define SUSPECT_FROM OPEN_FROM " CROSS JOIN (" PROPOSALS_BY_SAGA ") o"
#define PROPOSED(what) "o.by_saga->s.id::text->>'" what "'"

static const struct view_column suspect_columns[] = {
    { "ID",      "id",         VIEW_ID,    "s.id", 13, 0 },
    { "SAGA",    "saga",       VIEW_TEXT,  "s.saga", 10, 0 },
    { "STATE",   "state",      VIEW_TEXT,  "s.state", 8, 0 },
    { "AMOUNT",  "amount",     VIEW_MONEY, "nullif(s.amount, 0)", 9, 0 },
    { "AGE",     "age_s",      VIEW_AGE,   AGE("s.initiated_at"), 6, 0 },
    { "SAID BY", "source",     VIEW_TEXT,  "coalesce(s.source, 'unknown')", 8, 0 },
    { "REASON",  "says",       VIEW_REST,  "concat_ws('; ', " PROPOSED("says") ", s.reason)", 12, 0 },
    { "MACHINE", "teller_id",  VIEW_ID,    "s.teller_id", 13, 1 },
    { "ACCOUNT", "account_id", VIEW_ID,    "s.account_id", 13, 2 },
    { "PROPOSAL", "proposal_id", VIEW_ID,  PROPOSED("id"), 13, RANK_HIDDEN },
    { "PROPOSED", "proposed",  VIEW_TEXT,  PROPOSED("says"), 12, RANK_HIDDEN },
    { "SAID",    "reason",     VIEW_TEXT,  "s.reason", 12, RANK_HIDDEN },
    { NULL, NULL, VIEW_TEXT, NULL, 0, 0 },
};

static const struct view_column withdrawal_columns[] = {
    { "WITHDRAWAL", "withdrawal_id", VIEW_ID,    "w.withdrawal_id", 13, 0 },
    { "STATE",      "state",         VIEW_TEXT,  "w.state", 10, 0 },
    { "AMOUNT",     "amount",        VIEW_MONEY, "w.amount", 9, 0 },
    { "TAKEN",      "taken",         VIEW_MONEY, "w.taken", 9, 0 },
    { "STARTED",    "initiated_at",  VIEW_TIME,  US("w.initiated_at"), 19, 0 },
    { "REFUSAL",    "says",          VIEW_REST,  "coalesce(w.refusal, w.reason)", 8, 0 },
    { "ACCOUNT",    "account_id",    VIEW_ID,    "w.account_id", 13, 1 },
    { "MACHINE",    "teller_id",     VIEW_ID,    "w.teller_id", 13, 2 },
    { "REFUSED",    "refusal",       VIEW_TEXT,  "w.refusal", 8, RANK_HIDDEN },
    { "REASON",     "reason",        VIEW_TEXT,  "w.reason", 8, RANK_HIDDEN },
    { NULL, NULL, VIEW_TEXT, NULL, 0, 0 },
};

#define WITHDRAWAL_TONE \
    "CASE WHEN w.state IN ('suspect', 'disputed') THEN 'bad' WHEN w.state IN ('dispensing', 'reversed') THEN 'warning'" \
    " WHEN w.state = 'declined' THEN 'dim' END"
#define WITHDRAWAL_FILTER HAS("concat_ws(' ', w.withdrawal_id, w.state, w.refusal, w.account_id, w.teller_id)")

/* ---- accounts ---- */

static const struct view_column account_columns[] = {
    { "ACCOUNT", "account_id",  VIEW_ID,     "a.account_id", 13, 0 },
    { "OWNER",   "owner",       VIEW_OWNER,  "a.owner, " OWNER_KEY_COLUMNS, 14, 0 },
    { "STATUS",  "state",       VIEW_TEXT,   "a.status", 6, 0 },
    { "BALANCE", "balance",     VIEW_MONEY,  "a.balance", 12, 0 },
    { "HELD",    "held",        VIEW_MONEY,  "(SELECT sum(d.amount)::bigint FROM esbank.deposits d WHERE d.state = 'held' AND d.account_id = a.account_id)", 9, 0 },
    { "LIMIT",   "daily_limit", VIEW_MONEY,  "a.daily_limit", 9, 0 },
    { "CARDS",   "cards",       VIEW_NUMBER, "a.cards", 5, 0 },
    { "OPENED",  "opened_at",   VIEW_TIME,   US("a.opened_at"), 19, 1 },
    { NULL, NULL, VIEW_TEXT, NULL, 0, 0 },
};

static const struct view_column statement_columns[] = {
    { "TIME",        "at",             VIEW_TIME,   US("s.at"), 19, 0 },
    { "KIND",        "kind",           VIEW_TEXT,   "s.kind", 13, 0 },
    { "AMOUNT",      "amount",         VIEW_MONEY,  "s.amount", 13, 0 },
    { "BALANCE",     "balance",        VIEW_MONEY,  "s.balance", 13, 0 },
    { "CORRELATION", "correlation_id", VIEW_ID,     "s.correlation_id", 13, 0 },
    { "EVENT",       "position",       VIEW_NUMBER, "s.position", 10, 1 },
    { NULL, NULL, VIEW_TEXT, NULL, 0, 0 },
};

/* ---- events and alerts ---- */

static const struct view_column event_columns[] = {
    { "POSITION",    "position",       VIEW_NUMBER, "e.position", 9, 0 },
    { "TIME",        "created_at",     VIEW_TIME,   US("e.created_at"), 12, 0 },
    { "EVENT",       "event_type",     VIEW_TEXT,   "e.event_type", 31, 0 },
    { "STREAM",      "stream_id",      VIEW_REST,   "e.stream_id", 22, 0 },
    { "CORRELATION", "correlation_id", VIEW_ID,     "e.correlation_id", 36, 1 },
    { "BY",          "actor",          VIEW_TEXT,   "split_part(e.metadata->>'actor', ' ', 1)", 9, 2 },
    { NULL, NULL, VIEW_TEXT, NULL, 0, 0 },
};

static const struct view_column alert_columns[] = {
    { "AGE",     "age_s",   VIEW_AGE,  AGE("a.since"), 6, 0 },
    { "ALERT",   "handler", VIEW_TEXT, "a.handler", 14, 0 },
    { "MESSAGE", "message", VIEW_REST, "a.message", 40, 0 },
    { "ABOUT",   "subject", VIEW_TEXT, "a.subject", 42, 1 },
    { NULL, NULL, VIEW_TEXT, NULL, 0, 0 },
};

/* ---- what needs a second person ---- */

#define SAID(name, word) "'" word "' || (p.data->>'" name "')"

static const struct view_column approval_columns[] = {
    { "PROPOSAL", "proposal_id", VIEW_ID,    "p.correlation_id", 13, 0 },
    { "COMMAND",  "does",        VIEW_TEXT,  "split_part(p.data->>'command', '.', 2)", 18, 0 },
    { "BY",       "proposer",    VIEW_TEXT,  "p.data->>'proposer'", 8, 0 },
    { "AMOUNT",   "amount",      VIEW_MONEY,
      "coalesce((p.data->>'amount')::bigint,"
      " (SELECT w.amount FROM esbank.withdrawals w WHERE w.withdrawal_id = (p.data->>'withdrawal_id')::uuid),"
      " (SELECT d.amount FROM esbank.deposits d WHERE d.deposit_id = (p.data->>'deposit_id')::uuid))", 11, 0 },
    { "EXPIRES",  "expires_in",  VIEW_LEFT,  LEFT(APPROVAL_EXPIRES), 7, 0 },
    { "OUTCOME",  "outcome",     VIEW_REST,  "replace(p.data->>'outcome', '_', '-')", 8, 0 },
    { "REASON",   "reason",      VIEW_TEXT,  "p.data->>'reason'", 30, 1 },
    { "NAME",     "command",     VIEW_TEXT,  "p.data->>'command'", 24, RANK_HIDDEN },
    { "WHAT",     "what",        VIEW_REST,
      "format('For a supervisor other than %s: ', p.data->>'proposer') || concat_ws(', ',"
      " " SAID("withdrawal_id", "withdrawal ") ", " SAID("deposit_id", "deposit ") ", " SAID("account_id", "account ") ","
      " " SAID("to_account_id", "to ") ", " SAID("key_check", "key ") ", replace(p.data->>'outcome', '_', '-'),"
      " p.data->>'reason', " "'evidence ' || (p.metadata->'given'->>'evidence'),"
      " CASE WHEN coalesce(p.data->>'withdrawal_id', p.data->>'deposit_id', p.data->>'account_id') IS NULL"
      "   THEN " SAID("teller_id", "machine ") " END)", 40, RANK_HIDDEN },
    { NULL, NULL, VIEW_TEXT, NULL, 0, 0 },
};

static const struct view_column model_columns[] = {
    { "NAME",   "name",       VIEW_TEXT,   "l.name", 22, 0 },
    { "KIND",   "kind",       VIEW_TEXT,   "l.kind", 12, 0 },
    { "STATE",  "state",      VIEW_TEXT,   "l.state", 12, 0 },
    { "LAG",    "lag",        VIEW_NUMBER, "l.lag", 9, 0 },
    { "PARKED", "parked",     VIEW_NUMBER, "l.parked", 7, 0 },
    { "ERROR",  "error",      VIEW_REST,   "l.error", 8, 0 },
    { NULL, NULL, VIEW_TEXT, NULL, 0, 0 },
};

static const struct view_column suspect_sides[] = {
    { "THE BANK'S EVENTS", "bank", VIEW_REST, NULL, 20, 0 },
    { "THE MACHINE'S OWN WORDS", "machine", VIEW_REST, NULL, 20, 0 },
    { "COUNTED BY AN OPERATOR", "operator", VIEW_REST, NULL, 20, 0 },
    { NULL, NULL, VIEW_TEXT, NULL, 0, 0 },
};

static const struct view_column overview_columns[] = {
    { "WHAT", "what", VIEW_TEXT, NULL, 14, 0 },
    { "NAME", "name", VIEW_TEXT, NULL, 22, 0 },
    { "VALUE", "value", VIEW_REST, NULL, 20, 0 },
    { NULL, NULL, VIEW_TEXT, NULL, 0, 0 },
};

#define DECIDE_ACTIONS \
    { 'a', "approve", "agrees to what another operator proposed: it is done at once" }, \
    { 'x', "reject", "turns it down, or takes back one's own" }

static const struct view_action resolve_action[] = {
    { 'r', "resolve", "ends it by what you know: an outcome, a reason, Enter" },
    DECIDE_ACTIONS,
    { 0, NULL, NULL },
};

static const struct view_action decide_action[] = {
    DECIDE_ACTIONS,
    { 0, NULL, NULL },
};

static const struct view_action follow_action[] = {
    { ' ', "pause", "the events stand still, or run again" },
    { 0, NULL, NULL },
};

#define POSITION_SORT { "position", "e.position", "bigint", false }

const struct view views[] = {
    { .key = '1', .name = "overview", .title = "overview",
      .help = "The last ten minutes as the bank has them, second by second; who was refused and why; "
              "how far behind the read models and the event handlers are; the database.",
      .column = overview_columns, .fetch = overview_fetch },
    { .key = '2', .name = "machines", .title = "machines",
      .help = "One bar a cassette: a full one is 1,000 notes or more, and ! is below the low mark. "
              "DEVICES is what the machine last reported of itself. Which advices a machine still owes "
              "is known to the machine alone: what it owes shows here as open sagas.",
      .from = MACHINES_FROM, .row_key = "t.teller_id", .row_key_type = "uuid",
      .id = "t.teller_id", .subject = "t.teller_id", .opens = "'machine'", .tone = MACHINE_TONE,
      .filter = HAS("concat_ws(' ', t.teller_id, i.devices, CASE WHEN t.barred THEN 'barred' END, CASE WHEN c.low THEN 'low' END)"),
      .filter_help = "part of an id, a reported incident, barred, low",
      .sort = { { "id", "t.teller_id", "uuid", false },
                { "attention", "(t.barred OR i.devices IS NOT NULL)::int * 2 + coalesce(c.low, false)::int", "int", true },
                { "withdrawals", "coalesce(d.withdrawals, 0)", "bigint", true },
                { "day", "coalesce(d.business_day, 'epoch'::date)", "date", false } },
      .column = machine_columns },
    { .key = '3', .name = "sagas", .title = "open withdrawals and deposits",
      .help = "Withdrawals and deposits that have not ended, the oldest first. SUSPECT counts down to "
              "the moment at which a withdrawal that its machine says nothing of becomes suspect.",
      .from = OPEN_FROM, .row_key = "s.id", .row_key_type = "uuid",
      .id = "s.id", .subject = "s.id", .opens = "CASE WHEN " SUSPECT_WHERE " THEN 'suspect' ELSE 'saga' END", .tone = SAGA_TONE,
      .filter = SAGA_FILTER, .filter_help = "part of an id, a state, a reason",
      .sort = { { "age", LONG_AGO("s.initiated_at"), "timestamptz", false },
                { "state", "s.state", "text", false },
                { "amount", "s.amount", "bigint", true } },
      .column = saga_columns },
    { .key = '4', .name = "suspects", .title = "suspects",
      .help = "What only an operator can end, the oldest first: suspect and disputed withdrawals and "
              "deposits, and deposits that are held. Enter shows who says what; r resolves. Where that "
              "needs a second person, REASON says who proposes what, and a agrees to it.",
      .from = SUSPECT_FROM, .where = SUSPECT_WHERE, .row_key = "s.id", .row_key_type = "uuid",
      .id = "s.id", .subject = "s.id", .opens = "'suspect'", .tone = SAGA_TONE,
      .filter = SAGA_FILTER, .filter_help = "part of an id, a state, a reason",
      .sort = { { "age", LONG_AGO("s.initiated_at"), "timestamptz", false },
                { "amount", "s.amount", "bigint", true },
                { "state", "s.state", "text", false } },
      .column = suspect_columns, .preview = "says", .action = resolve_action },
    { .key = '5', .name = "accounts", .title = "accounts",
      .help = "Every account. Enter shows its statement.",
      .from = "esbank.accounts a LEFT JOIN esbank.data_keys k ON k.command_id = a.owner_key",
      .row_key = "a.account_id", .row_key_type = "uuid",
      .id = "a.account_id", .subject = "a.account_id", .opens = "'account'",
      .tone = "CASE WHEN a.status = 'closed' THEN 'dim' END",
      .filter = "a.status = lower($2::text) OR " HAS("a.account_id::text"),
      .filter_help = "part of an id, open, closed (owners are sealed: they cannot be searched)",
      .sort = { { "id", "a.account_id", "uuid", false },
                { "balance", "coalesce(a.balance, 0)", "bigint", true },
                { "opened", LONG_AGO("a.opened_at"), "timestamptz", true } },
      .column = account_columns },
    { .key = '6', .name = "events", .title = "events",
      .help = "The log as it grows. Enter shows an event whole, and from there all of its correlation. "
              "A whole id as the filter finds its stream and its correlation in all of the log; any "
              "other text is looked for in the last 100,000 events.",
      .from = "esbank.events e", .row_key = "e.position", .row_key_type = "bigint",
      .id = "e.correlation_id", .subject = "e.position", .opens = "'event'", .at_end = true,
      .tone = "CASE WHEN e.event_type ~ 'Suspected|Disputed|Refused|Declined' THEN 'warning' END",
      .filter = "e.position > (SELECT max(position) FROM esbank.events) - 100000 AND "
                HAS("concat_ws(' ', e.event_type, e.stream_id, e.correlation_id)"),
      .filter_id = "e.correlation_id = $2::text::uuid OR e.stream_id IN ('account-' || lower($2::text), 'teller-' || lower($2::text))",
      .filter_help = "part of a type, a stream or a correlation",
      .sort = { POSITION_SORT }, .column = event_columns, .action = follow_action },
    { .key = '7', .name = "alerts", .title = "alerts",
      .help = "What is open: suspects, machines low on cash, what machines report of "
              "themselves, handlers that are paused, events that are parked.",
      .from = "esbank.attention a", .where = "a.cleared_at IS NULL",
      .row_key = "format('%s %s', a.handler, a.subject)", .row_key_type = "text",
      .id = "split_part(a.subject, ' ', 1)",
      .subject = "CASE WHEN a.handler = 'suspects' THEN a.subject ELSE a.teller_id::text END",
      .opens = "CASE WHEN a.handler = 'suspects' THEN 'suspect' WHEN a.teller_id IS NOT NULL THEN 'machine' ELSE 'models' END",
      .filter = HAS("concat_ws(' ', a.handler, a.subject, a.message)"),
      .filter_help = "part of its kind, its subject or its message",
      .sort = { { "age", LONG_AGO("a.since"), "timestamptz", false }, { "alert", "a.handler", "text", false } },
      .column = alert_columns, .preview = "message" },
    { .key = '8', .name = "approvals", .title = "what waits for a second person",
      .help = "Commands that one operator has proposed, the oldest first. A supervisor of another name "
              "approves one, and it is done at once; or rejects it. Its proposer can only take it back. "
              "Enter shows the suspect that it is about, or its events.",
      .from = "esbank.events p", .where = APPROVAL_IS_OPEN, .row_key = "p.position", .row_key_type = "bigint",
      .id = "p.correlation_id", .subject = "coalesce(" SETTLES ", p.correlation_id::text)",
      .opens = "CASE WHEN " SETTLES " IS NOT NULL THEN 'suspect' ELSE 'saga' END",
      .filter = HAS("concat_ws(' ', p.correlation_id, p.data)"),
      .filter_help = "part of an id, a command, a name, a reason",
      .sort = { { "age", "p.position", "bigint", false },
                { "amount", "coalesce((p.data->>'amount')::bigint, 0)", "bigint", true } },
      .column = approval_columns, .preview = "what", .action = decide_action },
    { .name = "withdrawals", .title = "withdrawals",
      .help = "Every withdrawal, the latest first.",
      .from = "esbank.withdrawals w", .row_key = "w.withdrawal_id", .row_key_type = "uuid",
      .id = "w.withdrawal_id", .subject = "w.withdrawal_id", .opens = "'saga'", .tone = WITHDRAWAL_TONE,
      .filter = WITHDRAWAL_FILTER, .filter_help = "part of an id, a state, a refusal",
      .sort = { { "latest", LONG_AGO("w.initiated_at"), "timestamptz", true } }, .column = withdrawal_columns },
    { .name = "models", .title = "read models and event handlers",
      .help = "How far behind each is, and what keeps it.",
      .from = "esbank.lag l", .row_key = "l.name", .row_key_type = "text", .id = "l.name",
      .tone = "CASE WHEN l.error IS NOT NULL OR l.parked > 0 THEN 'bad' WHEN l.lag > 0 THEN 'warning' END",
      .sort = { { "lag", "coalesce(l.lag, 0)", "bigint", true }, { "name", "l.name", "text", false } },
      .column = model_columns, .preview = "error" },
    { .name = "machine", .title = "withdrawals at",
      .help = "The machine as its events have it, and its withdrawals, the latest first.",
      /* No index has a machine's withdrawals: its stream has them in their order, each with its first event there. */
      .from = "esbank.events e JOIN esbank.withdrawals w ON w.withdrawal_id = e.correlation_id",
      .where = "e.stream_id = 'teller-' || $1::text AND NOT EXISTS (SELECT FROM esbank.events b"
               " WHERE b.correlation_id = e.correlation_id AND b.stream_id = e.stream_id"
               " AND b.stream_version < e.stream_version OFFSET 0)",
      .row_key = "e.stream_version", .row_key_type = "bigint",
      .id = "w.withdrawal_id", .subject = "w.withdrawal_id",
      .opens = "CASE WHEN w.state IN ('suspect', 'disputed') THEN 'suspect' ELSE 'saga' END", .tone = WITHDRAWAL_TONE,
      .filter = WITHDRAWAL_FILTER, .filter_help = "part of an id, a state, a refusal",
      .sort = { { "latest", "e.stream_version", "bigint", true } }, .column = withdrawal_columns,
      .head = machine_head },
    { .name = "account", .title = "statement of",
      .help = "Every movement of money on the account, the latest first. Enter shows the event.",
      .from = "esbank.statement s", .where = "s.account_id = $1::text::uuid",
      .row_key = "s.position", .row_key_type = "bigint",
      .id = "s.correlation_id", .subject = "s.position", .opens = "'event'",
      .sort = { { "latest", "s.position", "bigint", true } }, .column = statement_columns, .head = account_head },
    { .name = "saga", .title = "saga",
      .help = "Its commands (C) and events (E) in their order, with what each event says. Enter on an "
              "event shows it whole.",
      .fetch = saga_fetch },
    { .name = "suspect", .title = "suspect",
      .help = "Side by side: what the bank's events say, what the machine has said itself, what was "
              "counted or proposed. Enter shows all of its events; r resolves it.",
      .column = suspect_sides, .fetch = suspect_fetch, .action = resolve_action },
    { .name = "event", .title = "event",
      .help = "One event, whole. Enter shows all of its correlation.", .fetch = event_fetch },
    { .name = NULL },
};
/* clang-format on */

const struct view *view_find(const char *name)
{
    for (const struct view *view = views; view->name != NULL; view++)
        if (strcmp(view->name, name) == 0)
            return view;
    return NULL;
}

bool view_stands_alone(const struct view *view)
{
    return view->key != 0 || (view->head == NULL && view->fetch == NULL);
}

const struct view *view_named(const char *name)
{
    const struct view *view = view_find(name);
    return view != NULL && view_stands_alone(view) ? view : NULL;
}

const struct view *view_of_key(int key)
{
    for (const struct view *view = views; view->name != NULL; view++)
        if (view->key == key && key != 0)
            return view;
    return NULL;
}

size_t view_columns(const struct view *view)
{
    size_t count = 0;
    while (view->column != NULL && view->column[count].title != NULL)
        count++;
    return count;
}

size_t view_column(const struct view *view, const char *name)
{
    size_t at = 0;
    while (at < view_columns(view) && strcmp(view->column[at].name, name) != 0)
        at++;
    return at;
}

size_t view_sorts(const struct view *view)
{
    size_t count = 0;
    while (count < VIEW_SORTS_MAX && view->sort[count].name != NULL)
        count++;
    return count;
}
