/* SPDX-License-Identifier: MIT */
/*
 * Between an event of the core, an event as it is stored, and a row of a
 * result. The only place where stream names are made and taken apart.
 */
#ifndef BANK_CODEC_EVENT_ROW_H
#define BANK_CODEC_EVENT_ROW_H

#include "bank/codec/event_json.h"
#include "bank/codec/hash_chain.h"
#include "bank/codec/upcast.h"

#include <libpq-fe.h>

#define STREAM_ID_MAX 48

/* What a query selects from esbank.events AS e for event_row_read. */
#define EVENT_ROW_COLUMNS                                                                          \
    "e.position, e.stream_id, e.stream_version, e.event_id, e.event_type, e.causation_id, "        \
    "e.correlation_id,"                                                                            \
    " e.data, e.metadata, e.created_at"
#define EVENT_ROW_COLUMN_COUNT 10

/* The position of the last event. Readers that want no more do not ask the log's head: while a
 * snapshot is held, that has a version for each append. */
#define LOG_END "SELECT coalesce(max(position), 0) AS position FROM esbank.events"

/* Where the texts of an encoded event stand. */
struct event_text {
    char stream_id[STREAM_ID_MAX], data[EVENT_DATA_MAX], metadata[EVENT_METADATA_MAX];
};

/* "account-UUID"; returns its length. */
size_t stream_id_write(enum stream_kind kind, const struct uuid *id,
                       char buffer[static STREAM_ID_MAX]);
bool stream_id_read(const char *text, size_t length, enum stream_kind *kind, struct uuid *id);

/* All but the hash. The stored event points into text and into constants. */
void event_encode(const struct event_record *record, struct event_text *text,
                  struct stored_event *stored);

/* Upcasts and decodes: one record, or several with the same place where an old event is split. How
 * many; 0 with an error (ERROR_FORMAT) for one this program cannot read. What was given with a
 * proposal is there until the thread decodes the next event. */
unsigned event_decode(const struct stored_event *stored,
                      struct event_record records[static UPCAST_EVENTS_MAX], struct error *error);

/* Reads EVENT_ROW_COLUMNS of a binary result from that column on; the texts are the result's. */
void event_row_read(const PGresult *result, int row, int column, struct stored_event *stored);

/* Single values of a binary result. */
int64_t row_int64(const PGresult *result, int row, int column);
int32_t row_int32(const PGresult *result, int row, int column);
bool row_bool(const PGresult *result, int row, int column);
struct uuid row_uuid(const PGresult *result, int row, int column);
int64_t row_time_us(const PGresult *result, int row, int column);

#endif
