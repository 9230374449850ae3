/* SPDX-License-Identifier: MIT */
#include "bank/postgres/log_reader.h"

#include "bank/codec/event_row.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void history_init(struct history *history, struct query *query, enum history_order order)
{
    *history = (struct history){ .query = query,
                                 .order = order,
                                 .to = INT64_MAX,
                                 .after_number = order == HISTORY_LOG_BACK ? INT64_MAX : 0 };
    if (order == HISTORY_CORRELATIONS)
        strcpy(history->after, "00000000-0000-0000-0000-000000000000");
}

void history_finish(struct history *history)
{
    rows_free(history->rows);
    history->rows = NULL;
}

/* What has been read already ends before `after`; each order follows an index of the table. */
static const char *const continuation[] = {
    [HISTORY_LOG] = "position > $7::bigint AND $6::text IS NOT NULL ORDER BY position",
    [HISTORY_LOG_BACK] = "position < $7::bigint AND $6::text IS NOT NULL ORDER BY position DESC",
    [HISTORY_STREAMS] = "(stream_id, stream_version) > ($6::text COLLATE \"C\", $7::bigint)"
                        " ORDER BY stream_id, stream_version",
    [HISTORY_CORRELATIONS] =
        "correlation_id >= $6::uuid AND (correlation_id, position) > ($6::uuid, $7::bigint)"
        " ORDER BY correlation_id, position",
};

static bool chunk_read(struct history *history, struct error *error)
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
             history->order == HISTORY_LOG ? "seal" : "NULL", continuation[history->order]);
    snprintf(from, sizeof from, "%" PRId64, history->from);
    snprintf(to, sizeof to, "%" PRId64, history->to);
    snprintf(number, sizeof number, "%" PRId64, history->after_number);
    snprintf(limit, sizeof limit, "%d", HISTORY_CHUNK);
    const char *values[] = { history->stream,
                             history->correlation,
                             history->type,
                             from,
                             to,
                             history->after,
                             number,
                             limit };
    history_finish(history);
    history->rows = query_run(history->query, sql, 8, values, error);
    if (history->rows == NULL)
        return false;
    history->row = 0;
    history->last_chunk = rows_count(history->rows) < HISTORY_CHUNK;
    return true;
}

static const char *text_of(const struct history *history, unsigned column, size_t *length)
{
    const char *text = rows_text(history->rows, history->row, column);
    if (text == NULL)
        text = "";
    *length = strlen(text);
    return text;
}

enum history_step history_next(struct history *history, struct stored_event *stored,
                               struct error *error)
{
    if (history->rows == NULL || history->row == rows_count(history->rows)) {
        if (history->rows != NULL && history->last_chunk)
            return HISTORY_END;
        if (!chunk_read(history, error))
            return HISTORY_FAILED;
        if (rows_count(history->rows) == 0)
            return HISTORY_END;
    }
    const struct rows *rows = history->rows;
    size_t row = history->row;
    *stored = (struct stored_event){ .position = rows_integer(rows, row, 0),
                                     .stream_version = rows_integer(rows, row, 2),
                                     .created_at_us = rows_integer(rows, row, 9) };
    stored->stream_id = text_of(history, 1, &stored->stream_id_length);
    stored->type = text_of(history, 4, &stored->type_length);
    stored->data = text_of(history, 7, &stored->data_length);
    stored->metadata = text_of(history, 8, &stored->metadata_length);
    rows_uuid(rows, row, 3, &stored->event_id);
    rows_uuid(rows, row, 5, &stored->causation_id);
    rows_uuid(rows, row, 6, &stored->correlation_id);
    rows_bytes(rows, row, 10, stored->hash, sizeof stored->hash);
    history->sealed = rows_text(rows, row, 11) != NULL;
    history->seal_length =
        history->sealed ? rows_bytes(rows, row, 11, history->seal, sizeof history->seal) : 0;

    if (history->order == HISTORY_CORRELATIONS)
        uuid_format(&stored->correlation_id, history->after);
    else
        snprintf(history->after, sizeof history->after, "%s", stored->stream_id);
    history->after_number =
        history->order == HISTORY_STREAMS ? stored->stream_version : stored->position;
    history->row++;
    return HISTORY_EVENT;
}

/* ---- decoding ---- */

bool history_decode(const struct stored_event *stored,
                    struct event_record records[static UPCAST_EVENTS_MAX], unsigned *count,
                    struct error *error)
{
    *count = event_decode(stored, records, error);
    return *count > 0;
}

/* ---- folding ---- */

char *history_stream_name(enum stream_kind kind, const struct uuid *id,
                          char buffer[static HISTORY_STREAM_SIZE])
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

static bool fold(struct history *history, void (*give)(union folded, const struct event *),
                 union folded state, struct error *error)
{
    struct stored_event stored;
    struct event_record records[UPCAST_EVENTS_MAX];
    enum history_step step;
    unsigned count;
    while ((step = history_next(history, &stored, error)) == HISTORY_EVENT) {
        if (!history_decode(&stored, records, &count, error)) {
            step = HISTORY_FAILED;
            break;
        }
        for (unsigned i = 0; i < count; i++)
            give(state, &records[i].event);
    }
    history_finish(history);
    return step == HISTORY_END;
}

static bool fold_stream(struct query *query, enum stream_kind kind, const struct uuid *id,
                        int64_t to, void (*give)(union folded, const struct event *),
                        union folded state, struct error *error)
{
    char stream[HISTORY_STREAM_SIZE];
    struct history history;
    history_init(&history, query, HISTORY_STREAMS);
    history.stream = history_stream_name(kind, id, stream);
    history.to = to;
    return fold(&history, give, state, error);
}

bool history_fold_account(struct query *query, const struct uuid *id, int64_t to,
                          struct account *account, struct error *error)
{
    *account = (struct account){ 0 };
    return fold_stream(query, STREAM_ACCOUNT, id, to, give_account,
                       (union folded){ .account = account }, error);
}

bool history_fold_teller(struct query *query, const struct uuid *id, int64_t to,
                         struct teller *teller, struct error *error)
{
    *teller = (struct teller){ 0 };
    return fold_stream(query, STREAM_TELLER, id, to, give_teller,
                       (union folded){ .teller = teller }, error);
}

bool history_fold_saga(struct query *query, const struct uuid *id, int64_t to,
                       struct saga_state *state, struct error *error)
{
    char correlation[UUID_TEXT_LENGTH];
    struct history history;
    *state = (struct saga_state){ 0 };
    history_init(&history, query, HISTORY_CORRELATIONS);
    history.correlation = uuid_format(id, correlation);
    history.to = to;
    return fold(&history, give_saga, (union folded){ .saga = state }, error);
}
