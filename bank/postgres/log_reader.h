/* SPDX-License-Identifier: MIT */
/*
 * The log, read from its beginning to its end by one command of a person.
 *
 *   struct history history;
 *   history_init(&history, query, HISTORY_LOG);
 *   history.stream = "account-…";                     filters, all optional
 *   while (history_next(&history, &stored, &error) == HISTORY_EVENT) …
 *   history_finish(&history);
 *
 * Events come in chunks, so memory does not depend on how many there are.
 * HISTORY_LOG: by position; after its end, history_finish and history_next go
 * on with what was appended since, with another query too. HISTORY_LOG_BACK:
 * the latest first. HISTORY_STREAMS: stream by stream, each by its versions. HISTORY_CORRELATIONS:
 * correlation by correlation, each by position.
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

#define HISTORY_CHUNK       5000
#define HISTORY_STREAM_SIZE 200

enum history_order { HISTORY_LOG, HISTORY_LOG_BACK, HISTORY_STREAMS, HISTORY_CORRELATIONS };
enum history_step { HISTORY_FAILED, HISTORY_EVENT, HISTORY_END };

struct history {
    /* set by the caller, after history_init */
    const char *stream, *correlation, *type; /* NULL: any */
    int64_t from, to;                        /* positions, both included */

    /* its own */
    struct query *query;
    enum history_order order;
    struct rows *rows;
    size_t row;
    bool last_chunk;
    bool sealed; /* HISTORY_LOG: the event's row bears a seal: so many bytes of it, 0 when it has
                    another length */
    size_t seal_length;
    unsigned char seal[LOG_SEAL_LENGTH];
    char after[HISTORY_STREAM_SIZE];
    int64_t after_number;
};

void history_init(struct history *history, struct query *query, enum history_order order);
/* The next event; its texts end with a NUL and are valid until the next call. */
enum history_step history_next(struct history *history, struct stored_event *stored,
                               struct error *error);
void history_finish(struct history *history);

/* Today's shape of a stored event: one, or two where an upcaster splits it. */
bool history_decode(const struct stored_event *stored,
                    struct event_record records[static UPCAST_EVENTS_MAX], unsigned *count,
                    struct error *error);

/* Folds the whole stream of one aggregate, up to that position. An account or teller of version 0
 * does not exist. */
bool history_fold_account(struct query *query, const struct uuid *id, int64_t to,
                          struct account *account, struct error *error);
bool history_fold_teller(struct query *query, const struct uuid *id, int64_t to,
                         struct teller *teller, struct error *error);
/* Folds all events of one saga; where there are none, saga_begun says so. */
bool history_fold_saga(struct query *query, const struct uuid *id, int64_t to,
                       struct saga_state *state, struct error *error);

/* "account-UUID" or "teller-UUID". */
char *history_stream_name(enum stream_kind kind, const struct uuid *id,
                          char buffer[static HISTORY_STREAM_SIZE]);

#endif
