/* SPDX-License-Identifier: MIT */
/*
 * Seals, as the pass by position comes by them, and what they say of the rows
 * beside the log.
 *
 * Each append's seal states the sums of all rows up to where the log ended
 * before it. These are marks along the log: the rows between two of them must
 * have the sum by which they differ. The rows come in any order and are added
 * to the mark they belong to, so each table is read once. There are at most
 * MARKS_MAX marks; of a longer log every second one is dropped, again and again,
 * which makes a finding coarser and lets none through.
 */
#include "bank/verify/log_rows.h"
#include "bank/verify/memory.h"
#include "bank/verify/parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARKS_MAX 65536

/* Columns of what seals_begin is given. */
enum { HEAD_POSITION = 2, HEAD_HASH, HEAD_EPOCH, HEAD_SEAL };

struct mark {
    int64_t from;                /* stands for the rows up to there */
    struct log_sums sums, found; /* as sealed, of all of them; of those after the mark before */
};

struct seals {
    struct log_sealer *sealer; /* NULL: no key */
    bool sealed, valid;        /* the head bears a seal; and it holds */
    struct log_seal head;
    bool any;     /* a seal has come by */
    int64_t last; /* its position */
    int64_t epoch, sequence;
    int64_t opened; /* accounts with a sealed name */
    size_t count;
    unsigned stride, passed_over;
    struct mark mark[MARKS_MAX + 1]; /* the last may be the head's */
};

struct seals *seals_create(const unsigned char *log_key)
{
    struct seals *seals = shared_create(sizeof *seals); /* a process beside may look at the log */
    seals->stride = 1;
    if (log_key != NULL)
        seals->sealer = log_sealer_create(log_key);
    return seals;
}

void seals_destroy(struct seals *seals)
{
    if (seals == NULL)
        return;
    log_sealer_destroy(seals->sealer);
    shared_destroy(seals, sizeof *seals);
}

/* ---- the head ---- */

static const char not_there[] =
    "not checked: keys/log.key is not there; verify with the home of the bank";

static void head_explain(struct verify *verify, struct seals *seals)
{
    const struct log_end *end = &verify->report->end;
    struct log_seal seal;
    if (log_seal_read(seals->sealer, SEAL_HEAD, end->position, end->hash, end->seal, &seal))
        verify_fail(verify, VERIFY_HEAD, 0, NULL,
                    "the head was sealed in epoch %" PRId64 ", its row says %" PRId64
                    ": the epoch was changed",
                    seal.epoch, end->epoch);
    else
        verify_fail(verify, VERIFY_HEAD, 0, NULL,
                    "the head's seal is not this bank's for position %" PRId64
                    ": the log was cut off, added to or rewritten, or keys/log.key is another",
                    end->position);
}

void seals_begin(struct verify *verify, const struct rows *rows)
{
    struct seals *seals = verify->seals;
    struct log_end *end = &verify->report->end;
    if (rows_text(rows, 0, HEAD_POSITION) != NULL) {
        end->position = rows_integer(rows, 0, HEAD_POSITION);
        rows_bytes(rows, 0, HEAD_HASH, end->hash, HASH_LENGTH);
        end->epoch = rows_integer(rows, 0, HEAD_EPOCH);
        seals->sealed = rows_text(rows, 0, HEAD_SEAL) != NULL;
        rows_bytes(rows, 0, HEAD_SEAL, end->seal, LOG_SEAL_LENGTH);
    }
    if (seals->sealer == NULL) {
        verify_leave(verify, VERIFY_SEALS, not_there);
        verify_leave(verify, VERIFY_KEPT, not_there);
        return;
    }
    seals->valid = seals->sealed && log_end_read(seals->sealer, end, &seals->head);
    verify->report->sealed_from = seals->valid ? seals->head.from : -1;
}

/* After the others of the head's check, which say more where they find something. */
static void head_check(struct verify *verify, struct seals *seals)
{
    if (seals->sealer == NULL || verify->report->end.position < 0)
        return;
    if (seals->sealed && !seals->valid)
        head_explain(verify, seals);
    else if (!seals->sealed && verify->head > 0)
        verify_fail(verify, VERIFY_HEAD, 0, NULL,
                    "the head bears no seal: it was taken away, or no bank of today's has served "
                    "this log yet");
}

const struct log_seal *seals_head(const struct verify *verify)
{
    return verify->seals->valid ? &verify->seals->head : NULL;
}

struct log_sealer *seals_sealer(const struct verify *verify)
{
    return verify->seals->sealer;
}

/* ---- along the log ---- */

static void mark_add(struct seals *seals, const struct log_seal *seal)
{
    if (++seals->passed_over < seals->stride)
        return;
    seals->passed_over = 0;
    if (seals->count == MARKS_MAX) {
        for (size_t i = 0; i < MARKS_MAX / 2; i++)
            seals->mark[i] = seals->mark[2 * i + 1];
        seals->count = MARKS_MAX / 2;
        seals->stride *= 2;
    }
    seals->mark[seals->count++] = (struct mark){ .from = seal->from, .sums = seal->sums };
}

/* What it follows, and what follows it, are as they were sealed. */
static void order_check(struct verify *verify, const struct stored_event *stored,
                        const struct log_seal *seal)
{
    struct seals *seals = verify->seals;
    const int64_t expected = seals->any ? seals->last : seals->head.from;
    if ((seals->any || seals->valid) && seal->from != expected)
        verify_fail(verify, VERIFY_SEALS, stored->position, stored->stream_id,
                    "the seal here follows one at position %" PRId64
                    ", but the one before it is at %" PRId64 ": seals were taken away",
                    seal->from, expected);
    if (seals->any && (seal->sequence <= seals->sequence || seal->epoch < seals->epoch))
        verify_fail(verify, VERIFY_SEALS, stored->position, stored->stream_id,
                    "the seal here was made before the one at position %" PRId64, seals->last);
    if (seals->valid && (seal->sequence >= seals->head.sequence || seal->epoch > seals->head.epoch))
        verify_fail(verify, VERIFY_SEALS, stored->position, stored->stream_id,
                    "the seal here was made after the head's: the head is an older one");
}

void seals_event(struct verify *verify, const struct stored_event *stored,
                 const unsigned char *bytes, size_t length)
{
    struct seals *seals = verify->seals;
    struct log_seal seal;
    if (seals->sealer == NULL || bytes == NULL)
        return;
    verify->report->finding[VERIFY_SEALS].checked++;
    if (length == LOG_SEAL_LENGTH &&
        log_seal_read(seals->sealer, SEAL_APPEND, stored->position, stored->hash, bytes, &seal)) {
        order_check(verify, stored, &seal);
        mark_add(seals, &seal);
        seals->epoch = seal.epoch;
        seals->sequence = seal.sequence;
    } else {
        verify_fail(
            verify, VERIFY_SEALS, stored->position, stored->stream_id,
            "the seal here is not this bank's: an event up to here and after position %" PRId64
            " was rewritten",
            seals->any ? seals->last : 0);
    }
    seals->any = true;
    seals->last = stored->position;
}

void seals_end(struct verify *verify, int64_t last)
{
    struct seals *seals = verify->seals;
    head_check(verify, seals);
    const int64_t sealed_to = seals->any ? seals->last : seals->valid ? seals->head.from : last;
    if (seals->sealer != NULL && last > sealed_to)
        verify_fail(verify, VERIFY_SEALS, sealed_to + 1, NULL,
                    "no seal stands for this event and those after it: another program than the "
                    "bank appended "
                    "them");
}

/* ---- the rows beside it ---- */

static struct mark *mark_of(struct seals *seals, int64_t position)
{
    size_t low = 0, high = seals->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (seals->mark[middle].from < position)
            low = middle + 1;
        else
            high = middle;
    }
    return low < seals->count ? &seals->mark[low] : NULL;
}

static void command_row(void *context, const struct command_record *command, int64_t position,
                        bool content)
{
    struct seals *seals = context;
    struct mark *mark = mark_of(seals, position);
    if (mark != NULL)
        log_sum_command(seals->sealer, command, position, content, &mark->found.commands);
}

static void kept_row(void *context, const struct kept_event *kept, int64_t log_position)
{
    struct verify *verify = context;
    struct mark *mark = mark_of(verify->seals, log_position);
    verify->report->finding[VERIFY_KEPT].checked++;
    if (mark != NULL)
        log_sum_kept(verify->seals->sealer, kept, log_position, &mark->found.kept);
}

static void compare(struct verify *verify, enum verify_check check, const struct log_sum *before,
                    const struct log_sum *found, const struct log_sum *sealed, int64_t after,
                    int64_t to, const char *what)
{
    struct log_sum sum = *before;
    log_sum_add(&sum, found);
    if (log_sum_equal(&sum, sealed))
        return;
    if (to == INT64_MAX)
        verify_fail(verify, check, 0, NULL,
                    "%s of the appends after position %" PRId64
                    " are not those that were sealed: one was altered, added or removed",
                    what, after);
    else
        verify_fail(verify, check, to, NULL,
                    "%s of positions %" PRId64 " to %" PRId64
                    " are not those that were sealed: one was altered, added or removed",
                    what, after + 1, to);
}

/* What the rows up to the log's end as it was seen first add up to, as the append that came next
 * has sealed it; where there was none, as the head has. In the transaction that reads the rows,
 * which may be more by then. */
static bool end_mark(struct verify *verify, struct error *error)
{
    struct seals *seals = verify->seals;
    struct log_seal seal;
    struct log_end end = verify->report->end;
    unsigned char hash[HASH_LENGTH], bytes[LOG_SEAL_LENGTH];
    char number[24];
    snprintf(number, sizeof number, "%" PRId64, end.position);
    struct rows *rows =
        query_run(verify->query,
                  "(SELECT position, hash, seal, 0 AS epoch, false AS of_head FROM esbank.events"
                  " WHERE position > $1::bigint AND seal IS NOT NULL ORDER BY position LIMIT 1)"
                  " UNION ALL SELECT position, hash, seal, epoch, true FROM esbank.log_head"
                  " WHERE shard = 0 AND position = $1::bigint",
                  1, (const char *[]){ number }, error);
    if (rows == NULL)
        return false;
    bool there = rows_count(rows) > 0 && rows_bytes(rows, 0, 1, hash, sizeof hash) == sizeof hash &&
                 rows_bytes(rows, 0, 2, bytes, sizeof bytes) == sizeof bytes;
    const bool of_head = there && rows_text(rows, 0, 4)[0] == 't';
    if (of_head) {
        memcpy(end.seal, bytes, sizeof bytes);
        end.epoch = rows_integer(rows, 0, 3);
        there = log_end_read(seals->sealer, &end, &seal);
    } else if (there) {
        there = log_seal_read(seals->sealer, SEAL_APPEND, rows_integer(rows, 0, 0), hash, bytes,
                              &seal) &&
                seal.from == end.position;
    }
    rows_free(rows);
    if (there)
        seals->mark[seals->count++] =
            (struct mark){ .from = of_head ? INT64_MAX : end.position, .sums = seal.sums };
    else
        verify_fail(verify, VERIFY_SEALS, end.position, NULL,
                    "what was appended after this event, while it was verified, bears no seal of "
                    "this bank's");
    return true;
}

bool seals_rows(struct verify *verify, struct error *error)
{
    struct seals *seals = verify->seals;
    struct log_sums before = { { 0, 0 }, { 0, 0 } };
    int64_t after = -1;
    if (seals->sealer == NULL) {
        verify_leave(verify, VERIFY_COMMANDS, not_there);
        return true;
    }
    if (!query_do(verify->query, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", 0, NULL,
                  error) ||
        (seals->valid && !end_mark(verify, error)) ||
        !log_rows_commands(verify->query, command_row, seals, error) ||
        !log_rows_kept(verify->query, kept_row, verify, error) ||
        !query_do(verify->query, "COMMIT", 0, NULL, error))
        return false;
    for (size_t i = 0; i < seals->count; i++) {
        const struct mark *mark = &seals->mark[i];
        compare(verify, VERIFY_COMMANDS, &before.commands, &mark->found.commands,
                &mark->sums.commands, after, mark->from, "commands");
        compare(verify, VERIFY_KEPT, &before.kept, &mark->found.kept, &mark->sums.kept, after,
                mark->from, "kept events");
        before = mark->sums;
        after = mark->from;
    }
    return true;
}
