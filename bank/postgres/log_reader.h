/* SPDX-License-Identifier: MIT */
/*
 * The log, read from its beginning to its end by one command of a person.
 *
 *   struct log_reader reader;
 *   log_reader_init(&reader, query, LOG_READER_LOG);
 *   reader.stream = "account-…";                     filters, all optional
 *   while (log_reader_next(&reader, &stored, &error) == LOG_READER_EVENT) …
 *   log_reader_finish(&reader);
 *
 * Events come in chunks, so memory does not depend on how many there are.
 * LOG_READER_LOG: by position; after its end, log_reader_finish and log_reader_next go
 * on with what was appended since, with another query too. LOG_READER_LOG_BACK:
 * the latest first. LOG_READER_STREAMS: stream by stream, each by its versions.
 * LOG_READER_CORRELATIONS: correlation by correlation, each by position.
 */
#ifndef BANK_POSTGRES_LOG_READER_H
#define BANK_POSTGRES_LOG_READER_H

#include "bank/codec/batch.h"
#include "bank/codec/hash_chain.h"
#include "bank/codec/log_seal.h"
#include "bank/codec/upcast.h"
#include "bank/core/account.h"
#include "bank/core/saga.h"
#include "bank/core/teller.h"
#include "bank/postgres/query.h"

#define LOG_READER_CHUNK       5000
#define LOG_READER_STREAM_SIZE 200

enum log_reader_order {
    LOG_READER_LOG,
    LOG_READER_LOG_BACK,
    LOG_READER_STREAMS,
    LOG_READER_CORRELATIONS
};
enum log_reader_step { LOG_READER_FAILED, LOG_READER_EVENT, LOG_READER_END };

struct log_reader {
    /* set by the caller, after log_reader_init */
    const char *stream, *correlation, *type; /* NULL: any */
    int64_t from, to;                        /* positions, both included */

    /* its own */
    struct query *query;
    enum log_reader_order order;
    struct rows *rows;
    size_t row;
    bool last_chunk;
    bool sealed; /* LOG_READER_LOG: the event's row bears a seal: so many bytes of it, 0 when it has
                    another length */
    size_t seal_length;
    unsigned char seal[LOG_SEAL_LENGTH];
    char after[LOG_READER_STREAM_SIZE];
    int64_t after_number;
};

void log_reader_init(struct log_reader *reader, struct query *query, enum log_reader_order order);
/* The next event; its texts end with a NUL and are valid until the next call. */
enum log_reader_step log_reader_next(struct log_reader *reader, struct stored_event *stored,
                                     struct error *error);
void log_reader_finish(struct log_reader *reader);

/* Today's shape of a stored event: one, or two where an upcaster splits it. */
bool log_reader_decode(const struct stored_event *stored,
                       struct event_record records[static UPCAST_EVENTS_MAX], unsigned *count,
                       struct error *error);

/* Folds the whole stream of one aggregate, up to that position. An account or teller of version 0
 * does not exist. */
bool log_reader_fold_account(struct query *query, const struct uuid *id, int64_t to,
                             struct account *account, struct error *error);
bool log_reader_fold_teller(struct query *query, const struct uuid *id, int64_t to,
                            struct teller *teller, struct error *error);
/* Folds all events of one saga; where there are none, saga_begun says so. */
bool log_reader_fold_saga(struct query *query, const struct uuid *id, int64_t to,
                          struct saga_state *state, struct error *error);

/* "account-UUID" or "teller-UUID". */
char *log_reader_stream_name(enum stream_kind kind, const struct uuid *id,
                             char buffer[static LOG_READER_STREAM_SIZE]);

#endif
