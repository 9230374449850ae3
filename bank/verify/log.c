/* SPDX-License-Identifier: MIT */
/* The pass by position. */
#include "bank/verify/parts.h"

#include "bank/codec/event_row.h"
#include "bank/vault/seal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct log_pass {
    int parts;
    struct hash_chain *chain;
    int64_t last;                    /* position */
    unsigned char hash[HASH_LENGTH]; /* of that one, as stored */
    struct event_record *record;     /* a run for the read models */
    size_t record_count;
};

static void check_chain(struct verify *verify, struct log_pass *pass,
                        const struct stored_event *stored)
{
    verify->report->finding[VERIFY_POSITIONS].checked++;
    verify->report->finding[VERIFY_HASHES].checked++;
    if (stored->position != pass->last + 1)
        verify_fail(verify, VERIFY_POSITIONS, stored->position, stored->stream_id,
                    "it follows position %" PRId64 ": %" PRId64 " are missing between them",
                    pass->last, stored->position - pass->last - 1);
    struct stored_event again = *stored;
    hash_chain_next(pass->chain, pass->hash, &again);
    if (memcmp(again.hash, stored->hash, HASH_LENGTH) != 0)
        verify_fail(verify, VERIFY_HASHES, stored->position, stored->stream_id,
                    "%.60s has another hash than it and the event before it give: one of the two "
                    "was changed "
                    "or put in",
                    stored->type);
    /* As stored: what was changed in one place is found in one place. */
    memcpy(pass->hash, stored->hash, HASH_LENGTH);
    pass->last = stored->position;
}

static void check_event(struct verify *verify, struct log_pass *pass,
                        const struct stored_event *stored)
{
    struct error reason;
    unsigned count;
    enum stream_kind kind = STREAM_KIND_COUNT;
    struct uuid id;
    struct event_record *records = &pass->record[pass->record_count];
    if ((pass->parts & VERIFY_LOG_CHAIN) == 0) {
        if (log_reader_decode(stored, records, &count, &reason))
            pass->record_count += count;
        return;
    }
    verify->report->finding[VERIFY_EVENTS].checked++;
    stream_id_read(stored->stream_id, stored->stream_id_length, &kind, &id);
    if (!log_reader_decode(stored, records, &count, &reason)) {
        verify_fail(verify, VERIFY_EVENTS, stored->position, stored->stream_id, "%.300s",
                    reason.message);
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        if (event_stream(records[i].event.kind) != kind)
            verify_fail(verify, VERIFY_EVENTS, stored->position, stored->stream_id,
                        "%.60s does not belong into this stream", stored->type);
        const char *owner = event_owner(&records[i].event);
        verify->accounts_sealed += owner != NULL && seal_is_sealed(owner);
    }
    if ((pass->parts & VERIFY_LOG_FOLD) != 0)
        pass->record_count += count;
}

/* The event at the anchor's position has the anchor's hash; what follows is the chain's and the
 * seals' matter. */
static void check_anchor(struct verify *verify, const struct stored_event *stored)
{
    const struct anchor *against = verify->options->against;
    if (against != NULL && against->position == stored->position &&
        memcmp(against->hash, stored->hash, HASH_LENGTH) != 0)
        verify_fail(
            verify, VERIFY_ANCHOR, stored->position, NULL,
            "the event here is not the one that was anchored: the log up to here was rewritten");
}

static void anchor_end(struct verify *verify, int64_t last)
{
    static const unsigned char nothing[HASH_LENGTH];
    const struct anchor *against = verify->options->against;
    if (against == NULL)
        return;
    verify->report->finding[VERIFY_ANCHOR].checked++;
    if (against->position > last)
        verify_fail(verify, VERIFY_ANCHOR, 0, NULL,
                    "the log ends at position %" PRId64 ", the anchor stands at %" PRId64
                    ": it was cut off",
                    last, against->position);
    else if (against->position == 0 && memcmp(against->hash, nothing, HASH_LENGTH) != 0)
        verify_fail(verify, VERIFY_ANCHOR, 0, NULL, "the anchor is of no log's beginning");
    if (seals_sealer(verify) == NULL)
        verify_leave(verify, VERIFY_ANCHOR, "checked without its seal: keys/log.key is not there");
    else if (!anchor_holds(seals_sealer(verify), against))
        verify_fail(verify, VERIFY_ANCHOR, 0, NULL,
                    "the anchor's seal is not this bank's: its file was changed, or keys/log.key "
                    "is another");
}

static bool run_flush(struct verify *verify, struct log_pass *pass, struct error *error)
{
    const bool alone = !verify->snapshot; /* in a transaction of its own */
    bool worked =
        pass->record_count == 0 || ((!alone || query_do(verify->query, "BEGIN", 0, NULL, error)) &&
                                    models_add(verify, pass->record, pass->record_count, error) &&
                                    replays_add(verify, pass->record, pass->record_count, error) &&
                                    (!alone || query_do(verify->query, "COMMIT", 0, NULL, error)));
    pass->record_count = 0;
    return worked;
}

static bool pass_events(struct verify *verify, struct log_pass *pass, int64_t from, int64_t to,
                        struct error *error)
{
    struct log_reader reader;
    struct stored_event stored;
    enum log_reader_step step;
    log_reader_init(&reader, verify->query, LOG_READER_LOG);
    reader.from = from;
    reader.to = to;
    while ((step = log_reader_next(&reader, &stored, error)) == LOG_READER_EVENT) {
        if ((pass->parts & VERIFY_LOG_CHAIN) != 0) {
            check_chain(verify, pass, &stored);
            seals_event(verify, &stored, reader.sealed ? reader.seal : NULL, reader.seal_length);
            check_anchor(verify, &stored);
        }
        check_event(verify, pass, &stored);
        verify_progress(verify, 1, stored.position);
        if (stored.position % LOG_READER_CHUNK == 0)
            verify_rest(verify);
        if (pass->record_count > LOG_READER_CHUNK - UPCAST_EVENTS_MAX &&
            !run_flush(verify, pass, error)) {
            step = LOG_READER_FAILED;
            break;
        }
    }
    log_reader_finish(&reader);
    return step == LOG_READER_END && run_flush(verify, pass, error);
}

static void check_head(struct verify *verify, const struct log_pass *pass)
{
    const struct log_end *end = &verify->report->end;
    verify->report->finding[VERIFY_HEAD].checked++;
    if (end->position < 0)
        verify_fail(verify, VERIFY_HEAD, 0, NULL, "esbank.log_head has lost its row");
    else if (end->position != pass->last)
        verify_fail(verify, VERIFY_HEAD, pass->last, NULL,
                    "the log ends at position %" PRId64 ", its head says %" PRId64, pass->last,
                    end->position);
    else if (memcmp(end->hash, pass->hash, HASH_LENGTH) != 0)
        verify_fail(verify, VERIFY_HEAD, pass->last, NULL,
                    "the head's hash is not that of the last event");
}

bool verify_log_range(struct verify *verify, int parts, int64_t from, int64_t to,
                      struct error *error)
{
    struct log_pass pass = { .parts = parts, .chain = hash_chain_create() };
    pass.record = calloc(LOG_READER_CHUNK, sizeof *pass.record);
    if (pass.record == NULL)
        panic("out of memory");
    bool worked = pass_events(verify, &pass, from, to, error);
    if (worked && (parts & VERIFY_LOG_CHAIN) != 0) {
        check_head(verify, &pass);
        seals_end(verify, pass.last);
        anchor_end(verify, pass.last);
        verify->report->last = pass.last;
    }
    free(pass.record);
    hash_chain_destroy(pass.chain);
    return worked;
}

bool verify_log(struct verify *verify, int parts, struct error *error)
{
    return verify_log_range(verify, parts, 1, verify->head, error);
}
