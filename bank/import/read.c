/* SPDX-License-Identifier: MIT */
/*
 * The old log, in the order of its stream $all. Each row is brought to today's
 * type by the upcasters and taken apart; a PIN is made a reference here, at
 * once, and goes no further.
 */
#include "bank/import/parts.h"

#include "bank/server/parse.h"
#include "shared/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RUN      "500"
#define DATA_MAX 65536 /* bytes of an old event that can be read */

enum { POSITION, EVENT_ID, STREAM, TYPE, CAUSATION, CORRELATION, AT, DATA };

/* data is bytea or jsonb, as the old application was set up; created_at with a time zone or
 * without. */
#define COLUMNS                                                                                    \
    "e.event_id, coalesce(o.stream_uuid, ''), e.event_type, e.causation_id, e.correlation_id,"     \
    " round(extract(epoch FROM e.created_at) * 1000000)::bigint, %s"
static const char rows_sql[] =
    "SELECT s.stream_version, " COLUMNS " FROM stream_events s"
    " JOIN events e ON e.event_id = s.event_id"
    " LEFT JOIN streams o ON o.stream_id = s.original_stream_id"
    " WHERE s.stream_id = 0 AND s.stream_version > $1 ORDER BY s.stream_version LIMIT " RUN;
/* Before the library's schema 0.14 an event had one number and one stream. */
static const char rows_before_sql[] =
    "SELECT e.event_number, " COLUMNS " FROM events e LEFT JOIN streams o"
    " ON o.stream_id = e.stream_id WHERE e.event_number > $1 ORDER BY e.event_number LIMIT " RUN;

static uint32_t type_find(struct import *import, const char *name)
{
    struct import_report *report = import->report;
    for (size_t i = 0; i < report->type_count; i++)
        if (strncmp(report->type[i].name, name, sizeof report->type[i].name - 1) == 0)
            return (uint32_t)i;
    report->type = import_grow(report->type, &report->type_count, &import->type_capacity,
                               sizeof *report->type);
    struct import_type *type = &report->type[report->type_count - 1];
    snprintf(type->name, sizeof type->name, "%s", name);
    return (uint32_t)report->type_count - 1;
}

static struct import_account *account_of(struct import *import, struct import_event *event)
{
    event->account = import_index_find(&import->by_account, &event->account_id);
    if (event->account == IMPORT_NONE) {
        event->account = (uint32_t)import->account_count;
        import->account = import_grow(import->account, &import->account_count,
                                      &import->account_capacity, sizeof *import->account);
        import->account[event->account].id = event->account_id;
        import_index_put(&import->by_account, &event->account_id, event->account);
    }
    return &import->account[event->account];
}

/* ---- the content ---- */

/* Why an event cannot be read: the first field that is not what it should be. */
static const struct {
    const char *name, *reason;
} fields[] = {
    { "account_id", "its account_id is missing or no UUID" },
    { "teller_id", "its teller_id is missing or no UUID" },
    { "owner", "its owner is missing or no text" },
    { "amount", "its amount is missing or no whole number in range" },
    { "balance", "its balance is missing or no whole number in range" },
    { "old_balance", "its old_balance is missing or no whole number in range" },
    { "new_balance", "its new_balance is missing or no whole number in range" },
};

static bool field_wrong(struct import_event *event, const char *name)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (strcmp(fields[i].name, name) == 0)
            event->reason = fields[i].reason;
    return false;
}

static bool id_read(const struct json *data, const char *name, struct import_event *event,
                    struct uuid *id)
{
    return json_uuid(json_get(data, name), id) || field_wrong(event, name);
}

static bool amount_read(const struct import *import, const struct json *data, const char *name,
                        struct import_event *event, money *amount)
{
    int64_t number;
    return (json_integer(json_get(data, name), &number) &&
            !__builtin_mul_overflow(number, import->options->unit, amount) &&
            money_in_range(*amount)) ||
           field_wrong(event, name);
}

static bool money_read(const struct import *import, const struct json *data,
                       struct import_event *event)
{
    return amount_read(import, data, "amount", event, &event->amount) &&
           amount_read(import, data, "old_balance", event, &event->old_balance) &&
           amount_read(import, data, "new_balance", event, &event->new_balance);
}

static bool opening_read(struct import *import, const struct json *data, struct import_event *event)
{
    const char *owner;
    struct import_account *account = &import->account[event->account];
    if (!amount_read(import, data, "balance", event, &event->amount))
        return false;
    if (!json_string(json_get(data, "owner"), &owner))
        return field_wrong(event, "owner");
    if (!owner_name_fits(owner)) {
        event->reason =
            "the owner's name is empty, over 120 bytes, has unseen characters or blanks at an "
            "end, or is like \"(erased)\"";
        return false;
    }
    if (!account->opened)
        snprintf(account->owner, sizeof account->owner, "%s", owner);
    return true;
}

static bool fields_read(struct import *import, const struct upcast_event *upcast,
                        struct import_event *event)
{
    struct error error;
    struct json *data = json_parse(upcast->data, upcast->length, &error);
    bool worked = data != NULL && id_read(data, "account_id", event, &event->account_id);
    event->kind = event_kind_find(upcast->type);
    if (worked && event_stream(event->kind) == STREAM_TELLER) {
        worked = id_read(data, "teller_id", event, &event->teller_id) &&
                 amount_read(import, data, "amount", event, &event->amount);
    } else if (worked) {
        account_of(import, event);
        if (event->kind == ACCOUNTS_ACCOUNT_OPENED)
            worked = opening_read(import, data, event);
        else if (event->kind != ACCOUNTS_AUTHORIZATION_CONFIRMED)
            worked = money_read(import, data, event);
    }
    json_destroy(data);
    return worked;
}

/* The part of an opening that is about the card. */
static void card_read(struct import *import, const struct upcast_event *upcast,
                      const struct import_event *event)
{
    struct error error;
    char digits[PIN_DIGITS_MAX + 2] = "";
    const char *text;
    int64_t number;
    struct json *data = json_parse(upcast->data, upcast->length, &error);
    const struct json *pin = json_get(data, "pin");
    if (json_string(pin, &text))
        snprintf(digits, sizeof digits, "%s", text);
    else if (json_integer(pin, &number))
        snprintf(digits, sizeof digits, "%" PRId64, number);
    json_destroy(data);
    struct import_account *account = &import->account[event->account];
    if (!account->opened && !import_card_make(import, account, digits))
        import_find(import, "no card", event->position, &account->id,
                    "its PIN is not %d to %d digits: give it a card by `bank card issue`",
                    PIN_DIGITS_MIN, PIN_DIGITS_MAX);
    pin_wipe(digits, sizeof digits);
}

/* ---- a row ---- */

/* The account whose stream it stands in; it cannot be imported without this event. */
static void unreadable(struct import *import, struct import_event *event)
{
    event->kind = EVENT_KIND_COUNT;
    if (event->reason == NULL)
        event->reason = "its data are no JSON object";
    if (event->account == IMPORT_NONE && import_stream_id(event->stream, &event->account_id))
        event->account = import_index_find(&import->by_account, &event->account_id);
    if (event->account != IMPORT_NONE)
        import_leave_out(import, &import->account[event->account], event->position,
                         "an event of it cannot be read: %s", event->reason);
    else
        import_find(import, "unreadable", event->position, NULL, "%.100s: %s; history only",
                    import->report->type[event->type].name, event->reason);
}

/* Erlang's external term format begins with this byte; JSON never does. */
static bool is_term(const char *data, size_t length)
{
    return length > 0 && (unsigned char)data[0] == 131;
}

static void content_read(struct import *import, struct import_event *event, const char *type,
                         const char *data, size_t length)
{
    static struct upcast_result upcast_result;
    struct error error;
    if (is_term(data, length))
        event->reason = "its data are in Erlang's term format";
    event->readable = upcast(import_upcasters, type, 0, data, length, &upcast_result, &error) &&
                      fields_read(import, &upcast_result.event[0], event);
    if (!event->readable) {
        unreadable(import, event);
    } else if (event->kind == ACCOUNTS_ACCOUNT_OPENED) {
        card_read(import, &upcast_result.event[1], event);
        import->account[event->account].opened = true; /* a second opening is judged later */
    }
    pin_wipe(&upcast_result, sizeof upcast_result);
}

static void row_read(struct import *import, struct rows *rows, size_t row, unsigned char *data)
{
    uint32_t at = (uint32_t)import->event_count;
    import->event = import_grow(import->event, &import->event_count, &import->event_capacity,
                                sizeof *import->event);
    struct import_event *event = &import->event[at];
    const char *type = rows_text(rows, row, TYPE), *stream = rows_text(rows, row, STREAM);
    *event = (struct import_event){ .position = rows_integer(rows, row, POSITION),
                                    .at_us = rows_integer(rows, row, AT),
                                    .kind = EVENT_KIND_COUNT,
                                    .type = type_find(import, type),
                                    .account = IMPORT_NONE,
                                    .saga = IMPORT_NONE,
                                    .stream = import_copy(stream) };
    rows_uuid(rows, row, EVENT_ID, &event->id);
    rows_uuid(rows, row, CAUSATION, &event->causation_id);
    rows_uuid(rows, row, CORRELATION, &event->correlation_id);
    import_index_put(&import->by_event, &event->id, at);
    import->report->events++;
    import->report->type[event->type].events++;
    size_t length = rows_bytes(rows, row, DATA, data, DATA_MAX - 1);
    data[length] = '\0';
    const char *hex = rows_text(rows, row, DATA);
    if (length == 0 && hex != NULL && strlen(hex) > 2 * DATA_MAX)
        event->reason = "its data are longer than 65535 bytes";
    char name[IMPORT_TYPE_SIZE];
    const bool known = import_type_known(type, name);
    import->terms += is_term((const char *)data, length);
    if (known)
        content_read(import, event, name, (const char *)data, length);
    else if (import->report->type[event->type].events == 1)
        import_find(import, "unknown type", event->position, NULL,
                    "%.100s: all of them are history only", type);
    import->readable += event->readable;
    if (event->kind == EVENT_KIND_COUNT || event_stream(event->kind) == STREAM_TELLER ||
        event->kind == ACCOUNTS_AUTHORIZATION_CONFIRMED)
        event->data = import_allowed((const char *)data, length, known);
    pin_wipe(data, length);
}

/* Which of the two the column is, and of which schema the tables are. */
static bool statement_make(struct query *query, char *sql, size_t size, struct error *error)
{
    struct rows *rows = query_run(
        query,
        "SELECT format_type(d.atttypid, NULL), to_regclass('stream_events') IS NOT NULL,"
        " EXISTS (SELECT FROM pg_attribute n WHERE n.attrelid = d.attrelid AND n.attname ="
        " 'event_number'), format_type(i.atttypid, NULL) FROM pg_attribute d JOIN pg_attribute i"
        " ON i.attrelid = d.attrelid AND i.attname = 'event_id' WHERE d.attrelid ="
        " to_regclass('events') AND d.attname = 'data' AND to_regclass('streams') IS NOT NULL",
        0, NULL, error);
    if (rows == NULL)
        return false;
    const bool found = rows_count(rows) == 1;
    const bool bytes = found && strcmp(rows_text(rows, 0, 0), "bytea") == 0;
    const bool linked = found && rows_text(rows, 0, 1)[0] == 't';
    const bool numbered = found && rows_text(rows, 0, 2)[0] == 't';
    const bool older = found && strcmp(rows_text(rows, 0, 3), "bigint") == 0;
    rows_free(rows);
    if (older)
        return error_set(
            error, ERROR_USAGE,
            "the event store at --from is older than its library's schema 0.13: have"
            " `mix event_store.migrate` bring a copy of it up to date and import that");
    if (!linked && !numbered)
        return error_set(
            error, ERROR_USAGE,
            "there is no event store at --from: its tables streams, stream_events and events are "
            "not on the search path (a schema is named by options='-c search_path=NAME')");
    snprintf(sql, size, linked ? rows_sql : rows_before_sql,
             bytes ? "e.data" : "convert_to(e.data::text, 'UTF8')");
    return true;
}

/* Streams that were deleted softly: what they say is there, and is read. */
static bool deleted_tell(struct import *import, struct query *query, struct error *error)
{
    struct rows *has = query_run(query,
                                 "SELECT FROM pg_attribute WHERE attrelid = to_regclass('streams')"
                                 " AND attname = 'deleted_at'",
                                 0, NULL, error);
    if (has == NULL)
        return false;
    const bool may_be = rows_count(has) > 0;
    rows_free(has);
    if (!may_be)
        return true;
    struct rows *rows = query_run(query,
                                  "SELECT stream_uuid FROM streams WHERE deleted_at IS NOT NULL"
                                  " ORDER BY stream_id",
                                  0, NULL, error);
    if (rows == NULL)
        return false;
    for (size_t row = 0; row < rows_count(rows); row++) {
        struct uuid id;
        const bool known = import_stream_id(rows_text(rows, row, 0), &id);
        import_find(
            import, "deleted stream", 0, known ? &id : NULL,
            "it was deleted softly in the old store; its events are there and are imported");
    }
    rows_free(rows);
    return true;
}

/* Nothing is written of a store of which nothing can be read. */
static bool anything_readable(const struct import *import, struct error *error)
{
    if (import->event_count == 0)
        return error_set(error, ERROR_USAGE,
                         "the event store at --from has no events: check that it is the right one"
                         " (a schema is named by options='-c search_path=NAME')");
    if (import->readable > 0)
        return true;
    if (import->terms > 0)
        return error_set(error, ERROR_FORMAT,
                         "the old events are in Erlang's term format, the default of the old"
                         " library: have the old application append them to a new store whose"
                         " serializer is JSON (Commanded.Serialization.JsonSerializer), then import"
                         " that");
    return error_set(error, ERROR_FORMAT,
                     "none of the %zu old events can be read; the first is of type %.100s: %s",
                     import->event_count, import->report->type[import->event[0].type].name,
                     import->event[0].reason != NULL ? import->event[0].reason
                                                     : "this program does not know it");
}

static bool read_all(struct import *import, struct query *query, struct error *error)
{
    char sql[sizeof rows_sql + sizeof rows_before_sql + 80], after[24] = "-1";
    unsigned char *data = malloc(DATA_MAX);
    if (data == NULL)
        panic("out of memory");
    size_t count = 1;
    bool worked =
        query_do(query, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", 0, NULL, error) &&
        statement_make(query, sql, sizeof sql, error);
    while (worked && count > 0) {
        struct rows *rows = query_run(query, sql, 1, (const char *[]){ after }, error);
        worked = rows != NULL && import_goes_on(error);
        count = worked ? rows_count(rows) : 0;
        for (size_t row = 0; row < count; row++)
            row_read(import, rows, row, data);
        if (count > 0)
            snprintf(after, sizeof after, "%" PRId64, rows_integer(rows, count - 1, POSITION));
        rows_free(rows);
    }
    free(data);
    return worked && deleted_tell(import, query, error) && anything_readable(import, error);
}

bool import_old_open(struct import *import, struct error *error)
{
    struct error reason;
    import->old = query_open_foreign(import->options->from, &reason);
    if (import->old != NULL)
        return true;
    const char *colon = strchr(reason.message, ':');
    const char *cause = colon != NULL ? strchr(colon + 1, ':') : NULL;
    return error_set(error, ERROR_CONNECTION,
                     "the old database cannot be reached: check --from and that it runs%s",
                     cause != NULL ? cause : "");
}

bool import_read(struct import *import, struct error *error)
{
    bool worked = read_all(import, import->old, error);
    query_close(import->old);
    import->old = NULL;
    return worked;
}
