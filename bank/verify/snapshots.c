/* SPDX-License-Identifier: MIT */
/*
 * What the bank decides by beside the log: snapshots, each compared with the
 * fold of the events it stands for, as the pass by streams comes by; and the
 * memory of commands, without which a repeated request would be done again.
 *
 * A snapshot of another layout is passed over, as the bank does. Field by
 * field, since what a struct has between its fields means nothing.
 */
#include "bank/verify/parts.h"

#include "bank/store/store.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SNAPSHOTS_RUN "500" /* read at once */

/* ---- equal states ---- */

static_assert(sizeof(struct account) == 784 && sizeof(struct card) == 88 &&
                  sizeof(struct cash_code) == 112,
              "accounts_equal compares every field: a new one, too");

static bool cards_equal(const struct account *a, const struct account *b)
{
    for (int i = 0; i < a->card_count && i < ACCOUNT_CARDS_MAX; i++) {
        const struct card *x = &a->card[i], *y = &b->card[i];
        if (memcmp(x->token, y->token, sizeof x->token) != 0 ||
            memcmp(x->pin_reference, y->pin_reference, sizeof x->pin_reference) != 0 ||
            memcmp(x->masked, y->masked, sizeof x->masked) != 0 || x->wrong_pins != y->wrong_pins ||
            x->blocked != y->blocked || x->deposit_day != y->deposit_day ||
            x->deposited_today != y->deposited_today)
            return false;
    }
    return true;
}

static bool codes_equal(const struct cash_code *x, const struct cash_code *y)
{
    return memcmp(x->token, y->token, sizeof x->token) == 0 &&
           memcmp(x->pin_reference, y->pin_reference, sizeof x->pin_reference) == 0 &&
           memcmp(x->masked, y->masked, sizeof x->masked) == 0 && x->amount == y->amount &&
           x->until_us == y->until_us && uuid_equal(&x->withdrawal_id, &y->withdrawal_id) &&
           x->wrong_pins == y->wrong_pins;
}

static bool movements_equal(const struct account *a, const struct account *b)
{
    for (int i = 0; i < ACCOUNT_MOVEMENTS; i++) {
        const struct past_movement *x = &a->movement[i], *y = &b->movement[i];
        if (x->change != y->change || x->at_s != y->at_s || x->kind != y->kind)
            return false;
    }
    return true;
}

static bool accounts_equal(const struct account *a, const struct account *b)
{
    return uuid_equal(&a->id, &b->id) && a->version == b->version && a->status == b->status &&
           a->balance == b->balance && a->erased == b->erased && a->held == b->held &&
           a->deposit_limit == b->deposit_limit && a->deposit_daily == b->deposit_daily &&
           memcmp(a->sum, b->sum, sizeof a->sum) == 0 && a->may_return == b->may_return &&
           a->daily_limit == b->daily_limit && a->daily_count == b->daily_count &&
           a->day == b->day && a->withdrawals_today == b->withdrawals_today &&
           a->wrong_receivers == b->wrong_receivers && a->codes_today == b->codes_today &&
           codes_equal(&a->code, &b->code) && a->withdrawn_today == b->withdrawn_today &&
           a->card_count == b->card_count && a->movements == b->movements && cards_equal(a, b) &&
           movements_equal(a, b);
}

static bool counts_in(const struct notes *a, const struct notes *b)
{
    for (uint32_t i = 0; i < a->length && i < NOTES_MAX; i++)
        if (notes_of(b, a->item[i].denomination) != a->item[i].count)
            return false;
    return a->length <= NOTES_MAX;
}

static bool counts_equal(const struct notes *a, const struct notes *b)
{
    return counts_in(a, b) && counts_in(b, a);
}

static bool sums_in(const struct note_totals *a, const struct note_totals *b)
{
    for (uint32_t i = 0; i < a->length && i < NOTES_MAX; i++)
        if (note_totals_of(b, a->item[i].denomination) != a->item[i].count)
            return false;
    return a->length <= NOTES_MAX;
}

static bool sums_equal(const struct note_totals *a, const struct note_totals *b)
{
    return sums_in(a, b) && sums_in(b, a);
}

static bool boxes_equal(const struct cassettes *a, const struct cassettes *b)
{
    for (int i = 0; i < CASSETTES_MAX; i++)
        if (a->at[i].denomination != b->at[i].denomination || a->at[i].filled != b->at[i].filled ||
            a->at[i].low_mark != b->at[i].low_mark ||
            memcmp(a->at[i].box, b->at[i].box, BOX_LENGTH) != 0)
            return false;
    return true;
}

static bool days_equal(const struct day_totals *a, const struct day_totals *b)
{
    return a->withdrawals == b->withdrawals && a->declined == b->declined &&
           a->suspect == b->suspect && a->dispensed == b->dispensed && a->reversed == b->reversed &&
           a->deposits == b->deposits && a->deposited == b->deposited &&
           a->reversals == b->reversals && a->deposits_declined == b->deposits_declined;
}

static bool counts_of_days_equal(const struct day_count *a, const struct day_count *b)
{
    return a->at_us == b->at_us && a->source == b->source &&
           counts_equal(&a->counted, &b->counted) && counts_equal(&a->computed, &b->computed) &&
           counts_equal(&a->promised, &b->promised);
}

static bool running_days_equal(const struct teller_day *a, const struct teller_day *b)
{
    for (enum day_book book = 0; book < DAY_BOOK_COUNT; book++)
        if (!sums_equal(&a->book[book], &b->book[book]))
            return false;
    return counts_equal(&a->cassettes, &b->cassettes) &&
           memcmp(a->declined, b->declined, sizeof a->declined) == 0 &&
           counts_of_days_equal(&a->count, &b->count) && a->open_count == b->open_count &&
           a->open_more == b->open_more && memcmp(a->open, b->open, sizeof a->open) == 0;
}

static bool tellers_equal(const struct teller *a, const struct teller *b)
{
    return uuid_equal(&a->id, &b->id) && a->version == b->version &&
           a->provisioned == b->provisioned && a->business_day == b->business_day &&
           a->cut_over_day == b->cut_over_day && a->deposit_capacity == b->deposit_capacity &&
           counts_equal(&a->cassettes, &b->cassettes) && counts_equal(&a->promised, &b->promised) &&
           sums_equal(&a->loaded, &b->loaded) && sums_equal(&a->taken, &b->taken) &&
           sums_equal(&a->rejected, &b->rejected) && sums_equal(&a->retracted, &b->retracted) &&
           sums_equal(&a->reject_emptied, &b->reject_emptied) &&
           sums_equal(&a->retract_emptied, &b->retract_emptied) &&
           sums_equal(&a->removed, &b->removed) && sums_equal(&a->found, &b->found) &&
           sums_equal(&a->deposited, &b->deposited) && sums_equal(&a->returned, &b->returned) &&
           sums_equal(&a->collected, &b->collected) && sums_equal(&a->bin_found, &b->bin_found) &&
           boxes_equal(&a->boxes, &b->boxes) && uuid_equal(&a->count_id, &b->count_id) &&
           counts_equal(&a->recounted, &b->recounted) &&
           a->recounted.length == b->recounted.length &&
           counts_equal(&a->differing, &b->differing) &&
           a->differing.length == b->differing.length && days_equal(&a->totals, &b->totals) &&
           running_days_equal(&a->day, &b->day) && a->suspended_until_us == b->suspended_until_us &&
           a->barred == b->barred && a->key == b->key &&
           memcmp(a->key_check, b->key_check, KEY_CHECK_BYTES) == 0 &&
           memcmp(a->run, b->run, sizeof a->run) == 0 && uuid_equal(&a->displaced, &b->displaced) &&
           strcmp(a->journal, b->journal) == 0;
}

/* ---- the snapshots, in the order of the streams ---- */

static bool run_read(struct verify *verify, struct snapshots *snapshots, struct error *error)
{
    char *after = strdup(snapshots->stream != NULL ? snapshots->stream : "");
    if (after == NULL)
        panic("out of memory");
    snapshots_finish(snapshots);
    snapshots->after = after;
    snapshots->at = 0;
    snapshots->rows =
        query_run(verify->query,
                  "SELECT stream_id, stream_version, layout, state FROM esbank.snapshots"
                  " WHERE stream_id > $1::text COLLATE \"C\" ORDER BY stream_id COLLATE \"C\" "
                  "LIMIT " SNAPSHOTS_RUN,
                  1, (const char *[]){ snapshots->after }, error);
    return snapshots->rows != NULL;
}

/* To the next one, or ended. */
static bool next(struct verify *verify, struct snapshots *snapshots, struct error *error)
{
    if ((snapshots->rows == NULL || snapshots->at == rows_count(snapshots->rows)) &&
        !run_read(verify, snapshots, error))
        return false;
    snapshots->ended = snapshots->at == rows_count(snapshots->rows);
    if (snapshots->ended)
        return true;
    const size_t row = snapshots->at++;
    snapshots->stream = rows_text(snapshots->rows, row, 0);
    snapshots->met = false;
    snapshots->version = rows_integer(snapshots->rows, row, 1);
    snapshots->layout = rows_integer(snapshots->rows, row, 2);
    snapshots->row = row;
    return true;
}

/* Of an event that came after the log's end as it was seen first, which is not looked at. */
static bool is_later(struct verify *verify, const char *stream, int64_t version, bool *later,
                     struct error *error)
{
    char number[24], head[24];
    snprintf(number, sizeof number, "%" PRId64, version);
    snprintf(head, sizeof head, "%" PRId64, verify->head);
    struct rows *rows =
        query_run(verify->query,
                  "SELECT FROM esbank.events WHERE stream_id = $1 AND stream_version = $2::bigint"
                  " AND position > $3::bigint",
                  3, (const char *[]){ stream, number, head }, error);
    if (rows == NULL)
        return false;
    *later = rows_count(rows) > 0;
    rows_free(rows);
    return true;
}

static void wrong(struct verify *verify, const char *stream, int64_t position, const char *what)
{
    verify_fail(verify, VERIFY_SNAPSHOTS, position, stream,
                "the snapshot of %.80s %s: `bank snapshot drop`, then start the bank again", stream,
                what);
}

bool snapshots_begin(struct verify *verify, struct snapshots *snapshots, struct error *error)
{
    *snapshots = (struct snapshots){ 0 };
    return next(verify, snapshots, error);
}

static bool pass_over(struct verify *verify, struct snapshots *snapshots, const char *what,
                      struct error *error)
{
    bool later;
    if (!is_later(verify, snapshots->stream, snapshots->version, &later, error))
        return false;
    if (!later)
        wrong(verify, snapshots->stream, 0, what);
    return next(verify, snapshots, error);
}

/* Those before the stream have no events. */
bool snapshots_stream(struct verify *verify, struct snapshots *snapshots, const char *stream,
                      struct error *error)
{
    while (!snapshots->ended && strcmp(snapshots->stream, stream) < 0)
        if (!pass_over(verify, snapshots, "stands for no events", error))
            return false;
    return true;
}

void snapshots_check(struct verify *verify, struct snapshots *snapshots, const char *stream,
                     int64_t version, int64_t position, const struct account *account,
                     const struct teller *teller)
{
    static union {
        struct account account;
        struct teller teller;
        unsigned char bytes[65536];
    } state;
    const enum stream_kind kind = account != NULL ? STREAM_ACCOUNT : STREAM_TELLER;
    if (snapshots->ended || snapshots->version != version || strcmp(snapshots->stream, stream) != 0)
        return;
    verify->report->finding[VERIFY_SNAPSHOTS].checked++;
    snapshots->met = true;
    if (snapshots->layout != snapshot_layout(kind))
        return;
    const size_t size =
        rows_bytes(snapshots->rows, snapshots->row, 3, state.bytes, sizeof state.bytes);
    if (size != snapshot_size(kind) ||
        !(kind == STREAM_ACCOUNT ? accounts_equal(&state.account, account)
                                 : tellers_equal(&state.teller, teller)))
        wrong(verify, stream, position, "is not what the events give");
}

bool snapshots_stream_end(struct verify *verify, struct snapshots *snapshots, const char *stream,
                          struct error *error)
{
    if (snapshots->ended || strcmp(snapshots->stream, stream) != 0)
        return true;
    return snapshots->met ? next(verify, snapshots, error)
                          : pass_over(verify, snapshots,
                                      "is of a version that the stream does not have", error);
}

bool snapshots_end(struct verify *verify, struct snapshots *snapshots, struct error *error)
{
    while (!snapshots->ended)
        if (!pass_over(verify, snapshots, "stands for no events", error))
            return false;
    return true;
}

void snapshots_finish(struct snapshots *snapshots)
{
    rows_free(snapshots->rows);
    free(snapshots->after);
    snapshots->rows = NULL;
    snapshots->after = NULL;
    snapshots->stream = NULL;
}

/* ---- the memory of commands ---- */

#define COMMANDS_RUN 50000 /* positions looked up in one statement */

static bool commands_run(struct verify *verify, int64_t after, struct error *error)
{
    char from[24], to[24];
    struct verify_finding *finding = &verify->report->finding[VERIFY_COMMANDS];
    const int64_t last = after + COMMANDS_RUN < verify->head ? after + COMMANDS_RUN : verify->head;
    snprintf(from, sizeof from, "%" PRId64, after);
    snprintf(to, sizeof to, "%" PRId64, last);
    struct rows *rows = query_run(
        verify->query,
        "SELECT count(*), min(e.position), (array_agg(e.causation_id ORDER BY e.position))[1]"
        " FROM esbank.events e WHERE e.position > $1::bigint AND e.position <= $2::bigint"
        " AND e.metadata->>'parent' IS NULL AND e.metadata->>'actor' IS DISTINCT FROM 'import'"
        " AND NOT EXISTS (SELECT FROM esbank.commands c WHERE c.command_id = e.causation_id)",
        2, (const char *[]){ from, to }, error);
    if (rows == NULL)
        return false;
    if (rows_integer(rows, 0, 0) > 0) {
        verify_fail(verify, VERIFY_COMMANDS, rows_integer(rows, 0, 1), NULL,
                    "esbank.commands has lost the command %.40s, which would be done again if it "
                    "were repeated",
                    rows_text(rows, 0, 2));
        finding->failed += rows_integer(rows, 0, 0) - 1;
    }
    rows_free(rows);
    return true;
}

bool verify_commands(struct verify *verify, struct error *error)
{
    for (int64_t after = 0; after < verify->head; after += COMMANDS_RUN) {
        if (!commands_run(verify, after, error))
            return false;
        verify_rest(verify);
    }
    struct rows *rows =
        query_run(verify->query, "SELECT count(*) FROM esbank.commands", 0, NULL, error);
    if (rows == NULL)
        return false;
    verify->report->finding[VERIFY_COMMANDS].checked = rows_integer(rows, 0, 0);
    rows_free(rows);
    return true;
}
