/* SPDX-License-Identifier: MIT */
/*
 * `bank account show` and `bank account explain`: an account, folded from its
 * events by the same code the bank decides with; the read models have no part
 * in it. With --at, as it was.
 */
#include "bank/cli/commands.h"
#include "bank/cli/owner.h"
#include "bank/cli/table.h"
#include "bank/commands/as_of.h"
#include "bank/commands/events.h"
#include "bank/commands/outputs.h"
#include "bank/core/account.h"
#include "shared/pin_block.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct table_column card_columns[] = {
    { "CARD ID", "card_id", CELL_UUID },
    { "CARD", "card", CELL_TEXT },
    { "BLOCKED", "blocked", CELL_BOOLEAN },
    { "WRONG PINS", "wrong_pins", CELL_NUMBER },
    { NULL, NULL, CELL_TEXT },
};

static char *cards_json(const struct account *account, struct table *table)
{
    table_init(table, card_columns);
    for (int i = 0; i < account->card_count; i++) {
        char masked[PAN_DIGITS_MAX + 1]; /* again: older events show more of a short number */
        struct uuid id;
        memcpy(id.bytes, account->card[i].token, sizeof id.bytes);
        table_uuid(table, &id);
        table_text(table, pan_mask(account->card[i].masked, masked));
        table_boolean(table, account->card[i].blocked);
        table_integer(table, account->card[i].wrong_pins);
    }
    return table_json(table);
}

static const struct table_column code_columns[] = {
    { "CODE ID", "card_id", CELL_UUID },         { "CASH CODE", "cash_code", CELL_TEXT },
    { "UP TO", "amount", CELL_MONEY },           { "UNTIL", "until", CELL_TIME },
    { "WRONG PINS", "wrong_pins", CELL_NUMBER }, { NULL, NULL, CELL_TEXT },
};

/* The one that is open, or none. */
static char *code_json(const struct account *account, int64_t at_us, struct table *table)
{
    const struct cash_code *code = &account->code;
    struct uuid id;
    table_init(table, code_columns);
    if (account_code_open(account, at_us)) {
        memcpy(id.bytes, code->token, sizeof id.bytes);
        table_uuid(table, &id);
        table_text(table, code->masked);
        table_money(table, code->amount);
        table_time(table, code->until_us);
        table_integer(table, code->wrong_pins);
    }
    return table_json(table);
}

static const struct table_column record_columns[] = {
    { "Account", "account_id", CELL_UUID },
    OWNER_COLUMNS("Owner"),
    { "Status", "state", CELL_TEXT },
    { "Balance", "balance", CELL_MONEY },
    { "Available today", "available", CELL_MONEY },
    { "Held for review", "held", CELL_MONEY },
    { "Opening", "opening", CELL_MONEY },
    { "Deposits", "deposits", CELL_MONEY },
    { "Withdrawals", "withdrawals", CELL_MONEY },
    { "Reversals", "reversals", CELL_MONEY },
    { "Daily limit", "daily_limit", CELL_MONEY },
    { "Daily count", "daily_count", CELL_NUMBER },
    { "Deposit limit", "deposit_limit", CELL_MONEY },
    { "Deposits a card and day", "deposit_daily", CELL_MONEY },
    { "Version", "version", CELL_NUMBER },
    { "Cards", "cards", CELL_RAW },
    { "Cash code", "cash_codes", CELL_RAW },
    { NULL, NULL, CELL_TEXT },
};

const struct output output_account_show = {
    .name = "account-show",
    .command = "account show",
    .columns = record_columns,
    .inner = { { "cards", card_columns }, { "cash_codes", code_columns } },
};

static void account_print(const struct account *account, int64_t at_us, const struct owner *owner,
                          bool json)
{
    struct table table, cards, code;
    char *cards_text = cards_json(account, &cards), *code_text = code_json(account, at_us, &code);
    table_init(&table, record_columns);
    table_uuid(&table, &account->id);
    owner_cells(&table, owner, json);
    table_text(&table, account->status == ACCOUNT_OPEN ? "open" : "closed");
    table_money(&table, account->balance);
    table_money(&table, account_available(account, at_us));
    table_money(&table, account->held);
    table_money(&table, account->sum[SUM_OPENING]);
    table_money(&table, account->sum[SUM_DEPOSITS]);
    table_money(&table, account->sum[SUM_WITHDRAWALS]);
    table_money(&table, account->sum[SUM_REVERSALS]);
    table_money(&table, account->daily_limit);
    table_integer(&table, account->daily_count);
    table_money(&table, account->deposit_limit);
    table_money(&table, account->deposit_daily);
    table_integer(&table, account->version);
    table_text(&table, cards_text);
    table_text(&table, code_text);
    table_print_record(&table, json);
    if (!json && account->card_count > 0) {
        putchar('\n');
        table_print(&cards, false);
    }
    if (!json && account_code_open(account, at_us)) {
        putchar('\n');
        table_print(&code, false);
    }
    table_finish(&table);
    table_finish(&cards);
    table_finish(&code);
    free(cards_text);
    free(code_text);
}

/* The name as the log had it then, with the key as it is now: what is erased is erased from then
 * too. The aggregate decides nothing by it and does not keep it. */
static bool owner_find(struct query *query, const struct arguments *arguments,
                       const struct uuid *id, int64_t to, struct owner *owner, struct error *error)
{
    char position[24];
    snprintf(position, sizeof position, "%" PRId64, to);
    struct rows *rows = query_run(
        query,
        "SELECT e.data->>'owner', " OWNER_KEY_COLUMNS " FROM ((SELECT data, causation_id,"
        " stream_version FROM esbank.events WHERE stream_id = 'account-' || $1::uuid"
        " AND event_type = 'Accounts.OwnerRenamed' AND position <= $2::bigint"
        " ORDER BY stream_version DESC LIMIT 1) UNION ALL SELECT data, causation_id,"
        " stream_version FROM esbank.events WHERE stream_id = 'account-' || $1::uuid"
        " AND stream_version = 1) e LEFT JOIN esbank.data_keys k ON k.command_id = e.causation_id"
        " ORDER BY e.stream_version DESC LIMIT 1",
        2, (const char *[]){ argument_text(arguments, "ID"), position }, error);
    if (rows == NULL)
        return false;
    struct vault *vault = owner_vault(arguments);
    *owner = owner_read(vault, id, rows_count(rows) > 0 ? rows_text(rows, 0, 0) : NULL, rows, 0, 1);
    vault_close(vault);
    rows_free(rows);
    return true;
}

static int run_show(struct arguments *arguments)
{
    const struct uuid id = argument_value(arguments, "ID")->id;
    struct error error;
    struct account account;
    struct owner owner;
    struct as_of as_of;
    char stream[LOG_READER_STREAM_SIZE];
    struct query *query = query_of(arguments, &error);
    bool worked = query != NULL &&
                  as_of_read(query, arguments, log_reader_stream_name(STREAM_ACCOUNT, &id, stream),
                             NULL, &as_of, &error) &&
                  log_reader_fold_account(query, &id, as_of.to, &account, &error) &&
                  owner_find(query, arguments, &id, as_of.to, &owner, &error);
    query_close(query);
    if (!worked)
        return complain_error(&error);
    if (account.version == 0)
        return complain_absent(REFUSED_NO_SUCH_ACCOUNT,
                               "there %s no account of that id%s; see `bank account list`",
                               as_of.past ? "was" : "is", as_of.past ? " then" : "");
    account_print(&account, as_of.at_us, &owner, arguments->json);
    return EXIT_SUCCESS;
}

const struct bank_command command_account_show = {
    .name = "account show",
    .help = "an account as it is, or as it was",
    .detail = "Folded from its events. " AS_OF_HELP,
    .words = WORDS(WORD("ID", ACCOUNT_ID)),
    .options = WORDS(AS_OF_OPTION),
    .effect = READS,
    .run = run_show,
};

/* ---- explain ---- */

static void explain_add(struct table *table, const struct event_record *record,
                        const struct account *account, money change)
{
    char name[60];
    const char *actor = record->origin.actor;
    snprintf(name, sizeof name, "%s",
             record->origin.command == NO_COMMAND ? "" : command_name(record->origin.command));
    table_integer(table, record->position);
    table_time(table, record->event.at_us);
    table_text(table, event_type(record->event.kind));
    table_money(table, change);
    table_money(table, account->balance);
    table_text(table, name);
    table_text(table, actor);
    table_uuid(table, &record->event.correlation_id);
}

/* Every event that changed the balance or what of it is held, and the one that opened the account.
 */
static bool explain(struct query *query, const struct uuid *id, struct account *account,
                    struct table *table, struct error *error)
{
    char stream[LOG_READER_STREAM_SIZE];
    struct log_reader reader;
    struct stored_event stored;
    struct event_record records[UPCAST_EVENTS_MAX];
    enum log_reader_step step;
    unsigned count;
    log_reader_init(&reader, query, LOG_READER_STREAMS);
    reader.stream = log_reader_stream_name(STREAM_ACCOUNT, id, stream);
    while ((step = log_reader_next(&reader, &stored, error)) == LOG_READER_EVENT) {
        if (!log_reader_decode(&stored, records, &count, error)) {
            step = LOG_READER_FAILED;
            break;
        }
        for (unsigned i = 0; i < count; i++) {
            money before = account->balance, held = account->held;
            account_apply(account, &records[i].event);
            if (account->balance != before || account->held != held ||
                records[i].event.kind == ACCOUNTS_ACCOUNT_OPENED)
                explain_add(table, &records[i], account, account->balance - before);
        }
    }
    log_reader_finish(&reader);
    return step == LOG_READER_END;
}

static const struct table_column explain_columns[] = {
    { "POSITION", "position", CELL_NUMBER },
    { "TIME", "created_at", CELL_TIME },
    { "EVENT", "event_type", CELL_TEXT },
    { "CHANGE", "change", CELL_MONEY },
    { "BALANCE", "balance", CELL_MONEY },
    { "COMMAND", "command", CELL_TEXT | CELL_RANK(1) },
    { "ACTOR", "actor", CELL_TEXT | CELL_RANK(2) },
    { "CORRELATION", "correlation_id", CELL_UUID | CELL_RANK(3) },
    { NULL, NULL, CELL_TEXT },
};

const struct output output_account_explain = {
    .name = "account-explain",
    .command = "account explain",
    .is_array = true,
    .columns = explain_columns,
};

static int run_explain(struct arguments *arguments)
{
    const struct uuid id = argument_value(arguments, "ID")->id;
    struct error error;
    struct account account = { 0 };
    struct table table;
    struct query *query = query_of(arguments, &error);
    table_init(&table, explain_columns);
    bool worked = query != NULL && explain(query, &id, &account, &table, &error);
    query_close(query);
    int status = EXIT_SUCCESS;
    if (!worked)
        status = complain_error(&error);
    else if (account.version == 0)
        status = complain_absent(REFUSED_NO_SUCH_ACCOUNT,
                                 "there is no account of that id; see `bank account list`");
    else
        table_print(&table, arguments->json);
    table_finish(&table);
    return status;
}

const struct bank_command command_account_explain = {
    .name = "account explain",
    .help = "the events that make an account's balance, one by one",
    .words = WORDS(WORD("ID", ACCOUNT_ID)),
    .effect = READS,
    .run = run_explain,
};
