/* SPDX-License-Identifier: MIT */
#include "atm/trace/trace.h"

#include "atm/files/log.h"
#include "shared/clock.h"
#include "shared/json.h"
#include "shared/money.h"
#include "shared/pin_block.h"

#include <inttypes.h>
#include <string.h>

static const char *const kind_names[] = { [TRACE_SENT] = "sent",
                                          [TRACE_RECEIVED] = "received",
                                          [TRACE_JOURNAL] = "journal",
                                          [TRACE_EVENT] = "event" };

bool trace_open(struct trace *trace, const char *path, struct error *error)
{
    trace->on = true;
    if (path == NULL)
        return true;
    trace->file = fopen(path, "ae");
    if (trace->file == NULL)
        return error_set_errno(error, "cannot open the trace %.300s", path);
    setvbuf(trace->file, NULL, _IOLBF, 0);
    return true;
}

void trace_close(struct trace *trace)
{
    if (trace->file != NULL)
        fclose(trace->file);
    trace->file = NULL;
}

const struct trace_entry *trace_back(const struct trace *trace, unsigned back)
{
    if (back >= TRACE_ENTRIES || back >= trace->count)
        return NULL;
    return &trace->entry[(trace->count - 1 - back) % TRACE_ENTRIES];
}

/* ---- the file ---- */

static void file_write(struct trace *trace, const struct trace_entry *entry)
{
    char line[600];
    struct json_writer writer;
    json_writer_init(&writer, line, sizeof line);
    json_open_object(&writer, NULL);
    json_write_integer(&writer, "at_us", entry->at_us);
    json_write_string(&writer, "kind", kind_names[entry->kind]);
    json_write_string(&writer, "name", entry->name);
    if (!uuid_is_nil(&entry->saga))
        json_write_uuid(&writer, "saga", &entry->saga);
    if (entry->detail[0] != '\0')
        json_write_string(&writer, "detail", entry->detail);
    if (entry->kind == TRACE_JOURNAL)
        json_write_integer(&writer, "took_us", entry->took_us);
    if (entry->kind == TRACE_EVENT)
        json_write_integer(&writer, "position", entry->position);
    json_close_object(&writer);
    const size_t length = json_finish(&writer);
    if (length > 0 && fprintf(trace->file, "%.*s\n", (int)length, line) > 0)
        return;
    log_line("the trace cannot be written: it ends here");
    trace_close(trace);
}

/* ---- entries ---- */

static void add(struct trace *trace, const struct trace_entry *entry)
{
    struct trace_entry *place = &trace->entry[trace->count++ % TRACE_ENTRIES];
    *place = *entry;
    place->at_us = clock_wall_us();
    if (trace->file != NULL)
        file_write(trace, place);
}

static void append(struct trace_entry *entry, const char *text)
{
    const size_t used = strlen(entry->detail);
    snprintf(entry->detail + used, sizeof entry->detail - used, "%s%s", used > 0 ? " " : "", text);
}

/* "2×50 1×20"; what is not whole units is written in full. */
static void append_notes(struct trace_entry *entry, const struct notes *notes)
{
    for (uint32_t i = 0; i < notes->length; i++) {
        char amount[MONEY_TEXT_LENGTH], text[60];
        money_format(notes->item[i].denomination, amount);
        char *cents = strstr(amount, ".00");
        if (cents != NULL)
            *cents = '\0';
        snprintf(text, sizeof text, "%" PRId32 "×%s", notes->item[i].count, amount);
        if (notes->item[i].count > 0)
            append(entry, text);
    }
}

/* The members that are shown, and no other. */
static void append_members(struct trace_entry *entry, const struct json *json)
{
    static const char *const words[] = { "outcome", "incident", "state", "error" };
    static const char *const counts[] = { "notes", "taken" };
    int64_t amount;
    const char *text;
    struct notes notes;
    char shown[64];
    if (json_integer(json_get(json, "amount"), &amount))
        append(entry, money_format(amount, shown));
    if (json_string(json_get(json, "card"), &text) && strlen(text) <= PAN_DIGITS_MAX)
        append(entry, pan_mask(text, shown));
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (json_string(json_get(json, words[i]), &text))
            append(entry, text);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        if (json_notes(json_get(json, counts[i]), &notes))
            append_notes(entry, &notes);
}

/* What a message is about; else it is itself what others are about, as a saga's first is. */
static void saga_of(struct trace_entry *entry, const struct json *json)
{
    if (!json_uuid(json_get(json, "withdrawal_id"), &entry->saga) &&
        !json_uuid(json_get(json, "deposit_id"), &entry->saga))
        json_uuid(json_get(json, "id"), &entry->saga);
}

void trace_sent(struct trace *trace, const char *line, size_t length)
{
    struct error error;
    const char *name;
    struct trace_entry entry = { .kind = TRACE_SENT };
    if (trace == NULL || !trace->on)
        return;
    struct json *json = json_parse(line, length, &error);
    if (json_string(json_get(json, "command"), &name)) {
        snprintf(entry.name, sizeof entry.name, "%s", name);
        saga_of(&entry, json);
        append_members(&entry, json);
        add(trace, &entry);
    }
    json_destroy(json);
}

static bool event_read(struct trace_entry *entry, const struct json *event)
{
    const char *type;
    if (!json_string(json_get(event, "type"), &type) ||
        !json_integer(json_get(event, "position"), &entry->position) ||
        !json_uuid(json_get(event, "correlation_id"), &entry->saga))
        return false;
    entry->kind = TRACE_EVENT;
    snprintf(entry->name, sizeof entry->name, "%s", type);
    return true;
}

static void reply_read(struct trace_entry *entry, const struct json *json)
{
    bool ok = false;
    const char *code = "";
    json_boolean(json_get(json, "ok"), &ok);
    json_string(json_get(json, "code"), &code);
    snprintf(entry->name, sizeof entry->name, "%.4s %s", code, ok ? "approved" : "declined");
    saga_of(entry, json);
    append_members(entry, json);
}

void trace_received(struct trace *trace, const char *line, size_t length)
{
    struct error error;
    struct trace_entry entry = { .kind = TRACE_RECEIVED };
    if (trace == NULL || !trace->on)
        return;
    struct json *json = json_parse(line, length, &error);
    if (json != NULL && !event_read(&entry, json_get(json, "event")))
        reply_read(&entry, json);
    if (json != NULL)
        add(trace, &entry);
    json_destroy(json);
}

void trace_journal(struct trace *trace, const char *step, const struct uuid *saga, int64_t took_us)
{
    struct trace_entry entry = { .kind = TRACE_JOURNAL, .took_us = took_us };
    if (trace == NULL || !trace->on)
        return;
    snprintf(entry.name, sizeof entry.name, "%s", step);
    if (saga != NULL)
        entry.saga = *saga;
    add(trace, &entry);
}
