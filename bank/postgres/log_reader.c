/* SPDX-License-Identifier: MIT */
#include "bank/postgres/log_reader.h"

#include "bank/codec/event_row.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void log_reader_init(struct log_reader *reader, struct query *query, enum log_reader_order order)
{
    *reader = (struct log_reader){ .query = query,
                                   .order = order,
                                   .to = INT64_MAX,
                                   .after_number = order == LOG_READER_LOG_BACK ? INT64_MAX : 0 };
    if (order == LOG_READER_CORRELATIONS)
        strcpy(reader->after, "00000000-0000-0000-0000-000000000000");
}

void log_reader_finish(struct log_reader *reader)
{
    rows_free(reader->rows);
    reader->rows = NULL;
}

/* What has been read already ends before `after`; each order follows an index of the table. */
static const char *const continuation[] = {
    [LOG_READER_LOG] = "position > $7::bigint AND $6::text IS NOT NULL ORDER BY position",
    [LOG_READER_LOG_BACK] = "position < $7::bigint AND $6::text IS NOT NULL ORDER BY position DESC",
    [LOG_READER_STREAMS] = "(stream_id, stream_version) > ($6::text COLLATE \"C\", $7::bigint)"
                           " ORDER BY stream_id, stream_version",
    [LOG_READER_CORRELATIONS] =
        "correlation_id >= $6::uuid AND (correlation_id, position) > ($6::uuid, $7::bigint)"
        " ORDER BY correlation_id, position",
};

static bool chunk_read(struct log_reader *reader, struct error *error)
{
    char sql[1200], from[24], to[24], number[24], limit[24];
    snprintf(sql, sizeof sql,
             "SELECT position, stream_id, stream_version, event_id, event_type, causation_id, "
             "correlation_id,"
             " data, metadata, (extract(epoch FROM created_at) * 1000000)::bigint, hash, %s"
             " FROM esbank.events WHERE ($1::text IS NULL OR stream_id = $1::text)"
             " AND ($2::uuid IS NULL OR correlation_id = $2::uuid) AND ($3::text IS NULL OR "
             "event_type = $3::text)"
             " AND position >= $4::bigint AND position <= $5::bigint AND %s LIMIT $8::bigint",
             reader->order == LOG_READER_LOG ? "seal" : "NULL", continuation[reader->order]);
    snprintf(from, sizeof from, "%" PRId64, reader->from);
    snprintf(to, sizeof to, "%" PRId64, reader->to);
    snprintf(number, sizeof number, "%" PRId64, reader->after_number);
    snprintf(limit, sizeof limit, "%d", LOG_READER_CHUNK);
    const char *values[] = {
        reader->stream, reader->correlation, reader->type, from, to, reader->after, number, limit
    };
    log_reader_finish(reader);
    reader->rows = query_run(reader->query, sql, 8, values, error);
    if (reader->rows == NULL)
        return false;
    reader->row = 0;
    reader->last_chunk = rows_count(reader->rows) < LOG_READER_CHUNK;
    return true;
}

static const char *text_of(const struct log_reader *reader, unsigned column, size_t *length)
{
    const char *text = rows_text(reader->rows, reader->row, column);
    if (text == NULL)
        text = "";
    *length = strlen(text);
    return text;
}

enum log_reader_step log_reader_next(struct log_reader *reader, struct stored_event *stored,
                                     struct error *error)
{
    if (reader->rows == NULL || reader->row == rows_count(reader->rows)) {
        if (reader->rows != NULL && reader->last_chunk)
            return LOG_READER_END;
        if (!chunk_read(reader, error))
            return LOG_READER_FAILED;
        if (rows_count(reader->rows) == 0)
            return LOG_READER_END;
    }
    const struct rows *rows = reader->rows;
    size_t row = reader->row;
    *stored = (struct stored_event){ .position = rows_integer(rows, row, 0),
                                     .stream_version = rows_integer(rows, row, 2),
                                     .created_at_us = rows_integer(rows, row, 9) };
    stored->stream_id = text_of(reader, 1, &stored->stream_id_length);
    stored->type = text_of(reader, 4, &stored->type_length);
    stored->data = text_of(reader, 7, &stored->data_length);
    stored->metadata = text_of(reader, 8, &stored->metadata_length);
    rows_uuid(rows, row, 3, &stored->event_id);
    rows_uuid(rows, row, 5, &stored->causation_id);
    rows_uuid(rows, row, 6, &stored->correlation_id);
    rows_bytes(rows, row, 10, stored->hash, sizeof stored->hash);
    reader->sealed = rows_text(rows, row, 11) != NULL;
    reader->seal_length =
        reader->sealed ? rows_bytes(rows, row, 11, reader->seal, sizeof reader->seal) : 0;

    if (reader->order == LOG_READER_CORRELATIONS)
        uuid_write(&stored->correlation_id, reader->after);
    else
        snprintf(reader->after, sizeof reader->after, "%s", stored->stream_id);
    reader->after_number =
        reader->order == LOG_READER_STREAMS ? stored->stream_version : stored->position;
    reader->row++;
    return LOG_READER_EVENT;
}

/* ---- decoding ---- */

bool log_reader_decode(const struct stored_event *stored,
                       struct event_record records[static UPCAST_EVENTS_MAX], unsigned *count,
                       struct error *error)
{
    *count = event_decode(stored, records, error);
    return *count > 0;
}

/* ---- folding ---- */

char *log_reader_stream_name(enum stream_kind kind, const struct uuid *id,
                             char buffer[static LOG_READER_STREAM_SIZE])
{
    stream_id_write(kind, id, buffer);
    return buffer;
}

/* What events are given to: one of the three. */
union folded {
    struct account *account;
    struct teller *teller;
    struct saga_state *saga;
};

static void give_account(union folded state, const struct event *event)
{
    account_apply(state.account, event);
}

static void give_teller(union folded state, const struct event *event)
{
    teller_apply(state.teller, event);
}

static void give_saga(union folded state, const struct event *event)
{
    saga_apply(state.saga, event);
}

static bool fold(struct log_reader *reader, void (*give)(union folded, const struct event *),
                 union folded state, struct error *error)
{
    struct stored_event stored;
    struct event_record records[UPCAST_EVENTS_MAX];
    enum log_reader_step step;
    unsigned count;
    while ((step = log_reader_next(reader, &stored, error)) == LOG_READER_EVENT) {
        if (!log_reader_decode(&stored, records, &count, error)) {
            step = LOG_READER_FAILED;
            break;
        }
        for (unsigned i = 0; i < count; i++)
            give(state, &records[i].event);
    }
    log_reader_finish(reader);
    return step == LOG_READER_END;
}

static bool fold_stream(struct query *query, enum stream_kind kind, const struct uuid *id,
                        int64_t to, void (*give)(union folded, const struct event *),
                        union folded state, struct error *error)
{
    char stream[LOG_READER_STREAM_SIZE];
    struct log_reader reader;
    log_reader_init(&reader, query, LOG_READER_STREAMS);
    reader.stream = log_reader_stream_name(kind, id, stream);
    reader.to = to;
    return fold(&reader, give, state, error);
}

bool log_reader_fold_account(struct query *query, const struct uuid *id, int64_t to,
                             struct account *account, struct error *error)
{
    *account = (struct account){ 0 };
    return fold_stream(query, STREAM_ACCOUNT, id, to, give_account,
                       (union folded){ .account = account }, error);
}

bool log_reader_fold_teller(struct query *query, const struct uuid *id, int64_t to,
                            struct teller *teller, struct error *error)
{
    *teller = (struct teller){ 0 };
    return fold_stream(query, STREAM_TELLER, id, to, give_teller,
                       (union folded){ .teller = teller }, error);
}

bool log_reader_fold_saga(struct query *query, const struct uuid *id, int64_t to,
                          struct saga_state *state, struct error *error)
{
    char correlation[UUID_TEXT_LENGTH];
    struct log_reader reader;
    *state = (struct saga_state){ 0 };
    log_reader_init(&reader, query, LOG_READER_CORRELATIONS);
    reader.correlation = uuid_write(id, correlation);
    reader.to = to;
    return fold(&reader, give_saga, (union folded){ .saga = state }, error);
}
