/* SPDX-License-Identifier: MIT */
/* Each row is one rewriting of the data's members, from one buffer into the other. */
#include "bank/codec/upcast.h"

#include "shared/json.h"

#include <stdio.h>
#include <string.h>

/* A suspicion once said of all notes that were not named that they had stayed in the cassettes. */
const struct upcaster upcasters[] = {
    { "Teller.WithdrawalSuspected", 1, UPCAST_RENAME_FIELD, "returned", "unknown" },
    { .action = UPCAST_END },
};

bool upcast_needed(const struct upcaster *table, const char *type, int schema)
{
    for (; table->action != UPCAST_END; table++)
        if (table->schema == schema && strcmp(table->type, type) == 0)
            return true;
    return false;
}

/* Writes a value of a parsed tree again. False for what no event holds: numbers with a fraction. */
static bool value_copy(struct json_writer *writer, const char *name, const struct json *value)
{
    const char *text;
    int64_t number;
    bool truth, worked = true;
    switch (json_type_of(value)) {
    case JSON_NULL:
        json_write_null(writer, name);
        return true;
    case JSON_BOOLEAN:
        json_boolean(value, &truth);
        json_write_boolean(writer, name, truth);
        return true;
    case JSON_NUMBER:
        if (!json_integer(value, &number))
            return false;
        json_write_integer(writer, name, number);
        return true;
    case JSON_STRING:
        json_string(value, &text);
        json_write_string(writer, name, text);
        return true;
    case JSON_ARRAY:
        json_open_array(writer, name);
        for (const struct json *item = json_first(value); worked && item != NULL;
             item = json_next(item))
            worked = value_copy(writer, NULL, item);
        json_close_array(writer);
        return worked;
    case JSON_OBJECT:
        json_open_object(writer, name);
        for (const struct json *item = json_first(value); worked && item != NULL;
             item = json_next(item))
            worked = value_copy(writer, json_name(item), item);
        json_close_object(writer);
        return worked;
    }
    return false;
}

static bool members_rewrite(const struct upcaster *row, const struct json *data,
                            struct json_writer *writer)
{
    bool worked = true;
    json_open_object(writer, NULL);
    for (const struct json *member = json_first(data); worked && member != NULL;
         member = json_next(member)) {
        const char *name = json_name(member);
        if (strcmp(name, row->field) == 0) {
            if (row->action != UPCAST_RENAME_FIELD)
                continue;
            name = row->to;
        }
        worked = value_copy(writer, name, member);
    }
    if (row->action == UPCAST_SET_FIELD)
        json_write_raw(writer, row->field, row->to, strlen(row->to));
    json_close_object(writer);
    return worked;
}

static bool data_rewrite(const struct upcaster *row, struct upcast_event *event,
                         struct error *error)
{
    struct json *data = json_parse(event->data, event->length, error);
    if (data == NULL)
        return false;
    struct json_writer writer;
    json_writer_init(&writer, event->data, sizeof event->data); /* the tree holds copies */
    bool worked = json_type_of(data) == JSON_OBJECT && members_rewrite(row, data, &writer);
    event->length = json_finish(&writer);
    json_destroy(data);
    return (worked && event->length > 0) ||
           error_set(error, ERROR_FORMAT,
                     "the data of an event %s cannot be brought from schema %d to %d", event->type,
                     row->schema, row->schema + 1);
}

static bool row_apply(const struct upcaster *row, struct upcast_result *result,
                      struct upcast_event *event, struct error *error)
{
    switch (row->action) {
    case UPCAST_RENAME_FIELD:
    case UPCAST_DROP_FIELD:
    case UPCAST_SET_FIELD:
        return data_rewrite(row, event, error);
    case UPCAST_RENAME_TYPE:
        snprintf(event->type, sizeof event->type, "%s", row->to);
        return true;
    case UPCAST_SPLIT:
        if (result->count == UPCAST_EVENTS_MAX)
            return error_set(error, ERROR_FORMAT, "an event %s is split into more than %d",
                             row->type, UPCAST_EVENTS_MAX);
        struct upcast_event *second = &result->event[result->count++];
        *second = *event;
        second->schema = row->schema + 1;
        snprintf(second->type, sizeof second->type, "%s", row->to);
        return true;
    case UPCAST_END:
        break;
    }
    return true;
}

/* One step up: all rows for the type and schema the event has now. */
static bool step(const struct upcaster *table, struct upcast_result *result,
                 struct upcast_event *event, struct error *error)
{
    char type[sizeof event->type];
    memcpy(type, event->type, sizeof type);
    for (; table->action != UPCAST_END; table++)
        if (table->schema == event->schema && strcmp(table->type, type) == 0 &&
            !row_apply(table, result, event, error))
            return false;
    event->schema++;
    return true;
}

bool upcast(const struct upcaster *table, const char *type, int schema, const char *data,
            size_t length, struct upcast_result *result, struct error *error)
{
    struct upcast_event *first = &result->event[0];
    if (length >= sizeof first->data || strlen(type) >= sizeof first->type)
        return error_set(error, ERROR_FORMAT, "an event %.60s is longer than any of today's", type);
    result->count = 1;
    first->schema = schema;
    first->length = length;
    strcpy(first->type, type);
    memcpy(first->data, data, length);
    first->data[length] = '\0';
    for (unsigned i = 0; i < result->count; i++) /* a split adds to the count */
        while (upcast_needed(table, result->event[i].type, result->event[i].schema))
            if (!step(table, result, &result->event[i], error))
                return false;
    return true;
}
