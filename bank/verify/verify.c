/* SPDX-License-Identifier: MIT */
/* The order of the passes, the report, and the pass by position. */
#include "bank/verify/jobs.h"

#include "bank/codec/event_row.h"
#include "bank/vault/seal.h"
#include "shared/clock.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROGRESS_EVERY 1000
#define ROUNDS_MAX     10
#define CLOSE_ENOUGH   5000 /* events that may be left for the transaction at the end */

static const struct {
    const char *name, *unit;
} checks[VERIFY_CHECK_COUNT] = {
#define X(enumerator, name, unit) { name, unit },
    VERIFY_TABLE(X)
#undef X
};

const char *verify_check_name(enum verify_check check)
{
    return checks[check].name;
}

const char *verify_check_unit(enum verify_check check)
{
    return checks[check].unit;
}

void verify_fail(struct verify *verify, enum verify_check check, int64_t position,
                 const char *stream, const char *format, ...)
{
    struct verify_finding *finding = &verify->report->finding[check];
    if (finding->failed++ > 0)
        return;
    va_list list;
    va_start(list, format);
    vsnprintf(finding->detail, sizeof finding->detail, format, list);
    va_end(list);
    finding->position = position;
    snprintf(finding->stream, sizeof finding->stream, "%s", stream != NULL ? stream : "");
}

void verify_leave(struct verify *verify, enum verify_check check, const char *why)
{
    struct verify_finding *finding = &verify->report->finding[check];
    finding->left = true;
    if (finding->failed == 0)
        snprintf(finding->detail, sizeof finding->detail, "%s", why);
}

void verify_leave_scratch(struct verify *verify, enum verify_check check)
{
    verify_leave(verify, check,
                 "it takes temporary tables, which a standby does not have and this role may not "
                 "make: verify on the primary, as the bank's own login");
}

void verify_note(struct verify *verify, enum verify_check check, const char *format, ...)
{
    struct verify_finding *finding = &verify->report->finding[check];
    const size_t used = strlen(finding->note);
    va_list list;
    va_start(list, format);
    if (used + 3 < sizeof finding->note) {
        char *at = used == 0 ? finding->note : stpcpy(finding->note + used, "; ");
        vsnprintf(at, (size_t)(finding->note + sizeof finding->note - at), format, list);
    }
    va_end(list);
}

static void progress_tell(struct verify *verify, int pass, int64_t done)
{
    const struct verify_options *options = verify->options;
    if (options->progress != NULL && (done % PROGRESS_EVERY == 0 || done >= verify->head))
        options->progress(options->context, pass, done, verify->head);
}

void verify_rest(struct verify *verify)
{
    const int64_t now_ms = clock_now_ms();
    if (!verify->options->gentle)
        return;
    if (verify->rested_ms > 0 && now_ms > verify->rested_ms)
        clock_pause_ms((int)(now_ms - verify->rested_ms));
    verify->rested_ms = clock_now_ms();
}

bool verify_walk(struct verify *verify, enum history_order order, int number, verify_step *step,
                 void *pass, struct error *error)
{
    struct history history;
    struct stored_event stored;
    enum history_step next;
    int64_t done = 0;
    history_init(&history, verify->query, order);
    history.to = verify->head;
    while ((next = history_next(&history, &stored, error)) == HISTORY_EVENT &&
           step(verify, pass, &stored, error)) {
        progress_tell(verify, number, ++done);
        if (done % HISTORY_CHUNK == 0)
            verify_rest(verify);
    }
    history_finish(&history);
    return next == HISTORY_END;
}

/* ---- the pass by position ---- */

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
        if (history_decode(stored, records, &count, &reason))
            pass->record_count += count;
        return;
    }
    verify->report->finding[VERIFY_EVENTS].checked++;
    stream_id_read(stored->stream_id, stored->stream_id_length, &kind, &id);
    if (!history_decode(stored, records, &count, &reason)) {
        verify_fail(verify, VERIFY_EVENTS, stored->position, stored->stream_id, "%.300s",
                    reason.message);
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        if (event_stream(records[i].event.kind) != kind)
            verify_fail(verify, VERIFY_EVENTS, stored->position, stored->stream_id,
                        "%.60s does not belong into this stream", stored->type);
        verify->accounts_sealed += records[i].event.kind == ACCOUNTS_ACCOUNT_OPENED &&
                                   seal_is_sealed(records[i].event.account_opened.owner);
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
    struct history history;
    struct stored_event stored;
    enum history_step step;
    history_init(&history, verify->query, HISTORY_LOG);
    history.from = from;
    history.to = to;
    while ((step = history_next(&history, &stored, error)) == HISTORY_EVENT) {
        if ((pass->parts & VERIFY_LOG_CHAIN) != 0) {
            check_chain(verify, pass, &stored);
            seals_event(verify, &stored, history.sealed ? history.seal : NULL, history.seal_length);
            check_anchor(verify, &stored);
        }
        check_event(verify, pass, &stored);
        progress_tell(verify, 1, stored.position);
        if (stored.position % HISTORY_CHUNK == 0)
            verify_rest(verify);
        if (pass->record_count > HISTORY_CHUNK - UPCAST_EVENTS_MAX &&
            !run_flush(verify, pass, error)) {
            step = HISTORY_FAILED;
            break;
        }
    }
    history_finish(&history);
    return step == HISTORY_END && run_flush(verify, pass, error);
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

static bool log_walk(struct verify *verify, int parts, int64_t from, int64_t to,
                     struct error *error)
{
    struct log_pass pass = { .parts = parts, .chain = hash_chain_create() };
    pass.record = calloc(HISTORY_CHUNK, sizeof *pass.record);
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
    return log_walk(verify, parts, 1, verify->head, error);
}

/* ---- what moves on ---- */

/* Adds what read models and handlers have had since. *left: how many events are still to be added.
 */
static bool catch_up(struct verify *verify, int64_t *left, struct error *error)
{
    int64_t from = INT64_MAX, to = 0;
    if (!models_checkpoints(verify, verify->snapshot, error) ||
        !replays_checkpoints(verify, verify->snapshot, error))
        return false;
    models_range(verify, &from, &to);
    replays_range(verify, &from, &to);
    *left = to > from ? to - from : 0;
    return *left == 0 || (!verify->snapshot && *left <= CLOSE_ENOUGH) ||
           log_walk(verify, VERIFY_LOG_FOLD, from + 1, to, error);
}

/* Until little is left for the transaction at the end. */
static bool catch_up_nearly(struct verify *verify, struct error *error)
{
    int64_t left = INT64_MAX;
    for (int round = 0; round < ROUNDS_MAX && left > CLOSE_ENOUGH; round++)
        if (!catch_up(verify, &left, error))
            return false;
    return true;
}

/* ---- all of it ---- */

static bool head_read(struct verify *verify, struct error *error)
{
    struct rows *rows =
        query_run(verify->query,
                  "SELECT e.position, (extract(epoch FROM now()) * 1000000)::bigint,"
                  " h.position, h.hash, h.epoch, h.seal FROM (" LOG_END ") e"
                  " LEFT JOIN esbank.log_head h ON h.shard = 0",
                  0, NULL, error);
    if (rows == NULL)
        return false;
    verify->head = rows_integer(rows, 0, 0);
    verify->report->at_us = rows_integer(rows, 0, 1);
    if (rows_count(rows) > 1)
        verify_fail(verify, VERIFY_HEAD, 0, NULL, "esbank.log_head has more than one row");
    seals_begin(verify, rows);
    rows_free(rows);
    return true;
}

/* Only a log in which nothing is wrong is worth an anchor. */
static void conclude(struct verify *verify)
{
    struct verify_report *report = verify->report;
    const struct log_seal *head = seals_head(verify);
    report->clean = true;
    for (int check = 0; check < VERIFY_CHECK_COUNT; check++)
        if (report->finding[check].failed > 0 || report->finding[check].left)
            report->clean = false;
    report->anchored = report->clean && head != NULL;
    if (report->anchored)
        report->anchor = anchor_make(seals_sealer(verify), &report->end, head, report->at_us);
}

/* Everything that is compared with what moves on, in one state of the database. */
static bool look_at_end(struct verify *verify, struct error *error)
{
    int64_t left;
    verify->snapshot = true;
    return query_do(verify->query, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", 0, NULL,
                    error) &&
           catch_up(verify, &left, error) && verify_data_keys(verify, error) &&
           verify_checkpoints(verify, error) && models_compare(verify, error) &&
           replays_compare(verify, error) && catalogue_compare(verify, error) &&
           query_do(verify->query, "COMMIT", 0, NULL, error);
}

static bool scratch_ask(struct verify *verify, struct error *error)
{
    struct rows *rows = query_run(verify->query,
                                  "SELECT NOT pg_is_in_recovery() AND "
                                  "has_database_privilege(current_database(), 'TEMPORARY')",
                                  0, NULL, error);
    if (rows == NULL)
        return false;
    verify->scratch = rows_text(rows, 0, 0)[0] == 't';
    rows_free(rows);
    return true;
}

static bool look(struct verify *verify, struct error *error)
{
    struct query *query = verify->query;
    return scratch_ask(verify, error) && catalogue_expect(verify, error) &&
           query_follow_indexes(query, error) && models_tables(verify, error) &&
           replays_tables(verify, error) && head_read(verify, error) &&
           models_checkpoints(verify, false, error) && replays_checkpoints(verify, false, error) &&
           jobs_run(verify, error) && verify_commands(verify, error) &&
           catch_up_nearly(verify, error) && query_join_whole(query, true, error) &&
           seals_rows(verify, error) && look_at_end(verify, error);
}

bool verify(struct query *query, const struct verify_options *options, struct verify_report *report,
            struct error *error)
{
    *report = (struct verify_report){ .end = { .position = -1 }, .sealed_from = -1 };
    struct verify verify = { .query = query,
                             .options = options,
                             .report = report,
                             .models = models_create(),
                             .replays = replays_create(),
                             .seals = seals_create(options->log_key) };
    const int64_t begun_ms = clock_now_ms();
    bool worked = look(&verify, error);
    if (worked)
        conclude(&verify);
    report->took_ms = clock_now_ms() - begun_ms;
    report->processes = options->connect == NULL ? 1 : options->processes;
    models_destroy(verify.models);
    replays_destroy(verify.replays);
    seals_destroy(verify.seals);
    rows_free(verify.expected);
    return worked;
}
