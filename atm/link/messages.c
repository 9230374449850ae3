/* SPDX-License-Identifier: MIT */
#include "atm/link/messages.h"

#include "shared/hex.h"
#include "shared/json.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static void request_open(struct json_writer *writer, char *line, const struct uuid *id,
                         const char *command, const struct uuid *teller)
{
    json_writer_init(writer, line, MESSAGE_SIZE - 1);
    json_open_object(writer, NULL);
    json_write_integer(writer, "v", WIRE_VERSION);
    json_write_uuid(writer, "id", id);
    json_write_string(writer, "command", command);
    json_write_uuid(writer, "teller_id", teller);
}

static size_t request_close(struct json_writer *writer, char *line)
{
    json_close_object(writer);
    size_t length = json_finish(writer);
    if (length == 0)
        panic("a request does not fit into its line");
    line[length++] = '\n';
    line[length] = '\0';
    return length;
}

static void write_hex(struct json_writer *writer, const char *name,
                      const unsigned char bytes[static 16])
{
    char text[33];
    hex_encode(bytes, 16, text);
    json_write_string(writer, name, text);
}

static void write_notes(struct json_writer *writer, const char *name, const struct notes *notes)
{
    if (notes_count(notes) > 0)
        json_write_notes(writer, name, notes);
}

static void write_journal(struct json_writer *writer, const char *journal)
{
    if (journal[0] != '\0')
        json_write_string(writer, "journal", journal);
}

/* The one request without a teller and without a mac. */
size_t message_echo(char *line, const struct uuid *id)
{
    struct json_writer writer;
    json_writer_init(&writer, line, MESSAGE_SIZE - 1);
    json_open_object(&writer, NULL);
    json_write_integer(&writer, "v", WIRE_VERSION);
    json_write_uuid(&writer, "id", id);
    json_write_string(&writer, "command", "EchoTest");
    return request_close(&writer, line);
}

size_t message_sign_on(char *line, const struct uuid *id, const struct uuid *teller,
                       const struct uuid *run, const struct notes *cassettes)
{
    struct json_writer writer;
    request_open(&writer, line, id, "SignOn", teller);
    json_write_uuid(&writer, "run", run);
    if (cassettes != NULL)
        json_write_notes(&writer, "cassettes", cassettes);
    return request_close(&writer, line);
}

/* A request that a card and its PIN go along with. */
static void card_open(struct json_writer *writer, char *line, const struct uuid *id,
                      const char *command, const struct uuid *teller, const char *pan,
                      const unsigned char block[static PIN_BLOCK_LENGTH])
{
    request_open(writer, line, id, command, teller);
    json_write_string(writer, "card", pan);
    write_hex(writer, "pin_block", block);
}

size_t message_withdrawal(char *line, const struct uuid *id, const struct uuid *teller,
                          const char *pan, const unsigned char block[static PIN_BLOCK_LENGTH],
                          money amount, const struct notes *notes, const char *journal)
{
    struct json_writer writer;
    card_open(&writer, line, id, "InitiateWithdrawal", teller, pan, block);
    json_write_integer(&writer, "amount", amount);
    write_notes(&writer, "notes", notes);
    write_journal(&writer, journal);
    return request_close(&writer, line);
}

static size_t message_of_card(char *line, const struct uuid *id, const struct uuid *teller,
                              const char *command, const char *pan,
                              const unsigned char block[static PIN_BLOCK_LENGTH],
                              const char *journal)
{
    struct json_writer writer;
    card_open(&writer, line, id, command, teller, pan, block);
    write_journal(&writer, journal);
    return request_close(&writer, line);
}

size_t message_balance(char *line, const struct uuid *id, const struct uuid *teller,
                       const char *pan, const unsigned char block[static PIN_BLOCK_LENGTH])
{
    return message_of_card(line, id, teller, "BalanceEnquiry", pan, block, "");
}

size_t message_deposit(char *line, const struct uuid *id, const struct uuid *teller,
                       const char *pan, const unsigned char block[static PIN_BLOCK_LENGTH],
                       const char *journal)
{
    return message_of_card(line, id, teller, "InitiateDeposit", pan, block, journal);
}

size_t message_statement(char *line, const struct uuid *id, const struct uuid *teller,
                         const char *pan, const unsigned char block[static PIN_BLOCK_LENGTH])
{
    return message_of_card(line, id, teller, "MiniStatement", pan, block, "");
}

size_t message_transfer(char *line, const struct uuid *id, const struct uuid *teller,
                        const char *pan, const unsigned char block[static PIN_BLOCK_LENGTH],
                        money amount, const char *to)
{
    struct json_writer writer;
    card_open(&writer, line, id, "InitiateTransfer", teller, pan, block);
    json_write_integer(&writer, "amount", amount);
    json_write_string(&writer, "to_card", to);
    return request_close(&writer, line);
}

size_t message_new_pin(char *line, const struct uuid *id, const struct uuid *teller,
                       const char *pan, const unsigned char block[static PIN_BLOCK_LENGTH],
                       const unsigned char new_block[static PIN_BLOCK_LENGTH])
{
    struct json_writer writer;
    card_open(&writer, line, id, "ChangePin", teller, pan, block);
    write_hex(&writer, "new_pin_block", new_block);
    return request_close(&writer, line);
}

size_t message_cash_code(char *line, const struct uuid *id, const struct uuid *teller,
                         const char *pan, const unsigned char block[static PIN_BLOCK_LENGTH],
                         money amount, const char *number,
                         const unsigned char new_block[static PIN_BLOCK_LENGTH])
{
    struct json_writer writer;
    card_open(&writer, line, id, "IssueCashCode", teller, pan, block);
    json_write_integer(&writer, "amount", amount);
    json_write_string(&writer, "cash_code", number);
    write_hex(&writer, "new_pin_block", new_block);
    return request_close(&writer, line);
}

size_t message_advice(char *line, const struct uuid *id, const struct uuid *teller,
                      const struct advice *advice)
{
    struct json_writer writer;
    bool deposit = advice->outcome == ADVICE_COUNTED || advice->outcome == ADVICE_CANCELLED ||
                   advice->outcome == ADVICE_LOST;
    request_open(&writer, line, id, deposit ? "ConfirmDeposit" : "ConfirmDispense", teller);
    json_write_uuid(&writer, deposit ? "deposit_id" : "withdrawal_id", &advice->withdrawal);
    json_write_string(&writer, "outcome", advice_outcome_name(advice->outcome));
    write_notes(&writer, "notes", &advice->accepted);
    write_notes(&writer, "taken", &advice->taken);
    write_notes(&writer, "rejected", &advice->rejected);
    write_notes(&writer, "retracted", &advice->retracted);
    if (advice->reason[0] != '\0')
        json_write_string(&writer, "reason", advice->reason);
    return request_close(&writer, line);
}

size_t message_replenish(char *line, const struct uuid *id, const struct uuid *teller,
                         const struct notes *notes)
{
    struct json_writer writer;
    request_open(&writer, line, id, "ReplenishCassettes", teller);
    json_write_notes(&writer, "notes", notes);
    return request_close(&writer, line);
}

size_t message_incident(char *line, const struct uuid *id, const struct uuid *teller,
                        const char *incident, int count)
{
    struct json_writer writer;
    request_open(&writer, line, id, "ReportIncident", teller);
    json_write_string(&writer, "incident", incident);
    json_write_integer(&writer, "count", count);
    return request_close(&writer, line);
}

size_t message_watch(char *line, const struct uuid *id, const struct uuid *teller)
{
    struct json_writer writer;
    request_open(&writer, line, id, "WatchSagas", teller);
    return request_close(&writer, line);
}

size_t message_cut_over(char *line, const struct uuid *id, const struct uuid *teller,
                        const struct notes *cassettes)
{
    struct json_writer writer;
    request_open(&writer, line, id, "CutOver", teller);
    if (cassettes != NULL)
        json_write_notes(&writer, "cassettes", cassettes);
    return request_close(&writer, line);
}

size_t message_repeat(char *line, size_t length)
{
    static const char mark[] = ",\"repeat\":true}\n";
    if (length < 2 || length + sizeof mark >= MESSAGE_SIZE ||
        strstr(line, "\"repeat\":true") != NULL)
        return length;
    memcpy(line + length - 2, mark, sizeof mark);
    return length - 2 + sizeof mark - 1;
}

/* Fields that are not there leave what stands in the reply, which is zero. */
static void read_money(const struct json *json, const char *name, money *value)
{
    int64_t number;
    if (json_integer(json_get(json, name), &number) && money_in_range(number))
        *value = number;
}

static void read_int(const struct json *json, const char *name, int *value)
{
    int64_t number;
    if (json_integer(json_get(json, name), &number) && number >= 0 && number <= INT32_MAX)
        *value = (int)number;
}

static void read_text(const struct json *json, const char *name, char *buffer, size_t size)
{
    const char *text;
    if (json_string(json_get(json, name), &text))
        snprintf(buffer, size, "%s", text);
}

/* "2026-01-31T23:59:59.123Z" */
static void read_time(const struct json *json, const char *name, int64_t *at_s)
{
    struct tm parts = { 0 };
    const char *text;
    if (json_string(json_get(json, name), &text) &&
        strptime(text, "%Y-%m-%dT%H:%M:%S", &parts) != NULL)
        *at_s = timegm(&parts);
}

static void read_statement(const struct json *json, struct statement *statement)
{
    const struct json *movement = json_type_of(json) == JSON_ARRAY ? json_first(json) : NULL;
    for (; movement != NULL && statement->count < STATEMENT_LINES; movement = json_next(movement)) {
        struct statement_line *line = &statement->line[statement->count++];
        read_time(movement, "at", &line->at_s);
        read_text(movement, "kind", line->kind, sizeof line->kind);
        read_money(movement, "amount", &line->amount);
        read_money(movement, "balance", &line->balance);
    }
}

bool message_reply(const char *line, size_t length, struct reply *reply, struct error *error)
{
    struct json *json = json_parse(line, length, error);
    *reply = (struct reply){ 0 };
    if (json == NULL)
        return false;
    if (!json_boolean(json_get(json, "ok"), &reply->ok)) {
        json_destroy(json);
        return error_set(error, ERROR_FORMAT, "the bank's reply does not say whether it is ok");
    }
    json_uuid(json_get(json, "id"), &reply->id); /* null: of a request the bank could not read */
    read_text(json, "error", reply->refusal_text, sizeof reply->refusal_text);
    reply->refusal = reply->ok ? REFUSED_NONE : refusal_find(reply->refusal_text);
    read_money(json, "balance", &reply->balance);
    read_money(json, "available", &reply->available);
    read_money(json, "held", &reply->held);
    reply->has_available = json_get(json, "available") != NULL;
    bool agrees = true;
    json_boolean(json_get(json, "agrees"), &agrees);
    reply->disagrees = !agrees;
    json_boolean(json_get(json, "lab"), &reply->lab);
    read_money(json, "below", &reply->below);
    read_money(json, "above", &reply->above);
    read_time(json, "until", &reply->until_s);
    read_int(json, "tries_left", &reply->tries_left);
    read_int(json, "note_limit", &reply->note_limit);
    read_int(json, "retry_after_ms", &reply->retry_after_ms);
    json_notes(json_get(json, "notes"), &reply->notes);
    json_notes(json_get(json, "cassettes"), &reply->cassettes);
    const struct json *count = json_get(json, "count");
    if (json_uuid(json_get(count, "id"), &reply->count_id))
        json_notes(json_get(count, "cassettes"), &reply->counted);
    read_text(json, "currency", reply->currency, sizeof reply->currency);
    read_text(json, "business_day", reply->business_day, sizeof reply->business_day);
    read_text(json, "state", reply->state, sizeof reply->state);
    read_text(json, "journal", reply->journal, sizeof reply->journal);
    const struct json *totals = json_get(json, "totals");
    read_money(totals, "dispensed", &reply->total_dispensed);
    read_money(totals, "reversed", &reply->total_reversed);
    read_int(totals, "withdrawals", &reply->total_withdrawals);
    read_int(totals, "declined", &reply->total_declined);
    read_int(totals, "suspect", &reply->total_suspect);
    read_int(totals, "deposits", &reply->total_deposits);
    read_money(totals, "deposited", &reply->total_deposited);
    read_statement(json_get(json, "movements"), &reply->statement);
    json_destroy(json);
    return true;
}

bool message_stored(const char *line, size_t length, struct stored *stored, struct error *error)
{
    struct json *json = json_parse(line, length, error);
    *stored = (struct stored){ 0 };
    if (json == NULL)
        return false;
    bool whole = json_uuid(json_get(json, "id"), &stored->id);
    read_text(json, "command", stored->command, sizeof stored->command);
    read_text(json, "outcome", stored->outcome, sizeof stored->outcome);
    json_uuid(json_get(json, "withdrawal_id"), &stored->withdrawal);
    json_uuid(json_get(json, "deposit_id"), &stored->withdrawal);
    json_notes(json_get(json, "notes"), &stored->notes);
    json_destroy(json);
    return whole || error_set(error, ERROR_FORMAT, "a stored message has no id");
}
