/* SPDX-License-Identifier: MIT */
#include "bank/codec/event_row.h"

#include "bank/codec/columns.h"
#include "bank/codec/event_fields.h"

#include <assert.h>
#include <endian.h>
#include <string.h>

static const struct {
    const char *prefix;
    size_t length;
    bool only; /* there is one, and it has no id */
} streams[STREAM_KIND_COUNT] = {
    [STREAM_ACCOUNT] = { "account-", 8, false },
    [STREAM_TELLER] = { "teller-", 7, false },
    [STREAM_BANK] = { "bank", 4, true },
};

size_t stream_id_write(enum stream_kind kind, const struct uuid *id,
                       char buffer[static STREAM_ID_MAX])
{
    size_t length = streams[kind].length;
    memcpy(buffer, streams[kind].prefix, length);
    if (streams[kind].only)
        return length;
    uuid_write(id, buffer + length);
    return length + UUID_TEXT_LENGTH - 1;
}

bool stream_id_read(const char *text, size_t length, enum stream_kind *kind, struct uuid *id)
{
    for (int i = 0; i < STREAM_KIND_COUNT; i++)
        if (length >= streams[i].length &&
            memcmp(text, streams[i].prefix, streams[i].length) == 0) {
            *kind = (enum stream_kind)i;
            *id = (struct uuid){ 0 };
            return streams[i].only
                       ? length == streams[i].length
                       : uuid_read(text + streams[i].length, length - streams[i].length, id);
        }
    return false;
}

void event_encode(const struct event_record *record, struct event_text *text,
                  struct stored_event *stored)
{
    const struct event *event = &record->event;
    stored->position = record->position;
    stored->stream_version = record->stream_version;
    stored->stream_id = text->stream_id;
    stored->stream_id_length =
        stream_id_write(event_stream(event->kind), &event->stream_id, text->stream_id);
    stored->type = event_type(event->kind);
    stored->type_length = strlen(stored->type);
    stored->event_id = record->event_id;
    stored->causation_id = event->causation_id;
    stored->correlation_id = event->correlation_id;
    stored->data = text->data;
    stored->data_length = event_json_write_data(event, text->data);
    stored->metadata = text->metadata;
    stored->metadata_length =
        event_json_write_metadata(&record->origin, event_schema(event->kind), text->metadata);
    stored->created_at_us = event->at_us;
}

static bool schema_known(const struct stored_event *stored, int schema, const struct event *event,
                         struct error *error)
{
    return schema <= event_schema(event->kind) ||
           error_set(error, ERROR_FORMAT,
                     "this program knows no event %.60s of schema %d: use a newer one",
                     stored->type, schema);
}

static bool content_decode(const struct stored_event *stored, int schema,
                           struct event_record *records, unsigned *count, struct error *error)
{
    if (!upcast_needed(upcasters, stored->type, schema)) {
        *count = 1;
        return event_json_read_data(stored->type, stored->data, stored->data_length,
                                    &records[0].event, error) &&
               schema_known(stored, schema, &records[0].event, error);
    }
    struct upcast_result result;
    if (!upcast(upcasters, stored->type, schema, stored->data, stored->data_length, &result, error))
        return false;
    *count = result.count;
    for (unsigned i = 0; i < result.count; i++)
        if (!event_json_read_data(result.event[i].type, result.event[i].data,
                                  result.event[i].length, &records[i].event, error))
            return false;
    return true;
}

unsigned event_decode(const struct stored_event *stored,
                      struct event_record records[static UPCAST_EVENTS_MAX], struct error *error)
{
    unsigned count = 0;
    int schema;
    enum stream_kind kind;
    struct uuid stream_id;
    struct event_origin origin;
    struct error why;
    static _Thread_local char given[GIVEN_SIZE];
    memset(records, 0, UPCAST_EVENTS_MAX * sizeof *records);
    if (!stream_id_read(stored->stream_id, stored->stream_id_length, &kind, &stream_id)) {
        error_set(error, ERROR_FORMAT, "event %lld stands in a stream of no known kind: %.60s",
                  (long long)stored->position, stored->stream_id);
        return 0;
    }
    if (!event_json_read_metadata(stored->metadata, stored->metadata_length, &origin, &schema,
                                  &why) ||
        !content_decode(stored, schema, records, &count, &why)) {
        error_set(error, ERROR_FORMAT, "event %lld: %.300s", (long long)stored->position,
                  why.message);
        return 0;
    }
    for (unsigned i = 0; i < count; i++) {
        struct event_record *record = &records[i];
        record->position = stored->position;
        record->stream_version = stored->stream_version;
        record->event_id = stored->event_id;
        record->origin = origin;
        record->event.stream_id = stream_id;
        record->event.causation_id = stored->causation_id;
        record->event.correlation_id = stored->correlation_id;
        record->event.at_us = stored->created_at_us;
        record->event.source = command_source(origin.command);
        if (record->event.day == 0 && event_is_dated(record->event.kind))
            record->event.day = day_of(stored->created_at_us);
        if (record->event.kind == BANK_COMMAND_PROPOSED &&
            event_json_read_given(stored->metadata, stored->metadata_length, given))
            record->event.given = given;
    }
    return count;
}

/* ---- rows ---- */

int64_t row_int64(const PGresult *result, int row, int column)
{
    assert(PQgetlength(result, row, column) == 8);
    uint64_t bytes;
    memcpy(&bytes, PQgetvalue(result, row, column), sizeof bytes);
    return (int64_t)be64toh(bytes);
}

int32_t row_int32(const PGresult *result, int row, int column)
{
    assert(PQgetlength(result, row, column) == 4);
    uint32_t bytes;
    memcpy(&bytes, PQgetvalue(result, row, column), sizeof bytes);
    return (int32_t)be32toh(bytes);
}

bool row_bool(const PGresult *result, int row, int column)
{
    return PQgetvalue(result, row, column)[0] != 0;
}

struct uuid row_uuid(const PGresult *result, int row, int column)
{
    struct uuid uuid;
    assert(PQgetlength(result, row, column) == sizeof uuid.bytes);
    memcpy(uuid.bytes, PQgetvalue(result, row, column), sizeof uuid.bytes);
    return uuid;
}

int64_t row_time_us(const PGresult *result, int row, int column)
{
    return row_int64(result, row, column) + POSTGRES_EPOCH_US;
}

static void row_text(const PGresult *result, int row, int column, const char **text, size_t *length)
{
    *text = PQgetvalue(result, row, column);
    *length = (size_t)PQgetlength(result, row, column);
}

void event_row_read(const PGresult *result, int row, int column, struct stored_event *stored)
{
    stored->position = row_int64(result, row, column);
    row_text(result, row, column + 1, &stored->stream_id, &stored->stream_id_length);
    stored->stream_version = row_int64(result, row, column + 2);
    stored->event_id = row_uuid(result, row, column + 3);
    row_text(result, row, column + 4, &stored->type, &stored->type_length);
    stored->causation_id = row_uuid(result, row, column + 5);
    stored->correlation_id = row_uuid(result, row, column + 6);
    row_text(result, row, column + 7, &stored->data, &stored->data_length);
    row_text(result, row, column + 8, &stored->metadata, &stored->metadata_length);
    stored->created_at_us = row_time_us(result, row, column + 9);
}
