/* SPDX-License-Identifier: MIT */
/*
 * The pass stream by stream: versions, and the first invariant after every
 * event, so that the event that breaks it can be named. What an account comes
 * to is compared with the read model in runs.
 */
#include "bank/codec/event_row.h"
#include "bank/verify/parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define COMPARE_RUN 1000 /* accounts compared in one statement */

struct stream_pass {
    char stream[LOG_READER_STREAM_SIZE];
    enum stream_kind kind;
    int64_t version, position;
    struct account account;
    struct teller teller;
    money deposited; /* as the teller's events state it */
    bool compare;
    struct columns columns;
    struct snapshots snapshots;
};

static const enum column_type compare_types[] = { COLUMN_UUID, COLUMN_INT8, COLUMN_INT8,
                                                  COLUMN_INT8, COLUMN_INT8, COLUMN_INT8,
                                                  COLUMN_INT8, COLUMN_TEXT };

static const char compare_sql[] =
    "SELECT f.account_id, CASE WHEN a.account_id IS NULL THEN 'is missing' ELSE 'differs: balance "
    "' || "
    "a.balance"
    " || ' where the events give ' || f.balance || ', version ' || a.version || ' where they give "
    "' || "
    "f.version END,"
    " count(*) OVER ()"
    " FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], "
    "$6::bigint[], "
    "$7::bigint[],"
    " $8::text[]) AS f(account_id, version, balance, opening, deposits, withdrawals, reversals, "
    "status)"
    " LEFT JOIN esbank.accounts a ON a.account_id = f.account_id"
    " WHERE (a.version, a.balance, a.opening, a.deposits, a.withdrawals, a.reversals, a.status) IS "
    "DISTINCT "
    "FROM"
    " (f.version, f.balance, f.opening, f.deposits, f.withdrawals, f.reversals, f.status)"
    " AND coalesce(a.version <= f.version, true)" /* else it has moved on meanwhile */
    " ORDER BY f.account_id LIMIT 1";

/* Compares the accounts gathered with the read model. */
static bool compare(struct verify *verify, struct stream_pass *pass, struct error *error)
{
    if (pass->columns.rows == 0)
        return true;
    struct rows *rows = query_run_columns(verify->query, compare_sql, &pass->columns, error);
    columns_reset(&pass->columns);
    if (rows == NULL)
        return false;
    if (rows_count(rows) > 0)
        verify_fail(verify, VERIFY_ACCOUNTS, 0, NULL,
                    "the row of account %.40s in esbank.accounts %.200s", rows_text(rows, 0, 0),
                    rows_text(rows, 0, 1) != NULL ? rows_text(rows, 0, 1) : "differs");
    rows_free(rows);
    return true;
}

static bool stream_end(struct verify *verify, struct stream_pass *pass, struct error *error)
{
    if (pass->stream[0] == '\0')
        return true;
    verify->report->finding[VERIFY_STREAMS].checked++;
    if (pass->kind != STREAM_BANK)
        verify->report->finding[pass->kind == STREAM_ACCOUNT ? VERIFY_ACCOUNTS : VERIFY_TELLERS]
            .checked++;
    if (!snapshots_stream_end(verify, &pass->snapshots, pass->stream, error))
        return false;
    const struct account *account = &pass->account;
    if (pass->kind != STREAM_ACCOUNT || account->version == 0 || !pass->compare)
        return true;
    columns_uuid(&pass->columns, 0, &account->id);
    columns_int8(&pass->columns, 1, pass->version);
    columns_int8(&pass->columns, 2, account->balance);
    for (unsigned i = 0; i < SUM_COUNT; i++)
        columns_int8(&pass->columns, 3 + i, account->sum[i]);
    const char *status = account->status == ACCOUNT_CLOSED ? "closed" : "open";
    columns_bytes(&pass->columns, 7, status, strlen(status));
    return pass->columns.rows < COMPARE_RUN || compare(verify, pass, error);
}

static void account_check(struct verify *verify, struct stream_pass *pass,
                          const struct event_record *record)
{
    struct account *account = &pass->account;
    const struct event *event = &record->event;
    const bool moves = event_moves(event->kind) && event->kind != ACCOUNTS_ACCOUNT_OPENED;
    if (moves && event->money_moved.old_balance != account->balance)
        verify_fail(verify, VERIFY_ACCOUNTS, record->position, pass->stream,
                    "%s starts from a balance of %" PRId64
                    ", where the events before it give %" PRId64,
                    event_type(event->kind), event->money_moved.old_balance, account->balance);
    account_apply(account, event);
    const money sum = account_sums(account);
    if (sum != account->balance || account->balance < 0)
        verify_fail(verify, VERIFY_ACCOUNTS, record->position, pass->stream,
                    "after %s the balance is %" PRId64
                    ", but opening + deposits - withdrawals + reversals is %" PRId64,
                    event_type(event->kind), account->balance, sum);
    if (account->held < 0 || account->held > account->balance)
        verify_fail(verify, VERIFY_ACCOUNTS, record->position, pass->stream,
                    "after %s %" PRId64 " of a balance of %" PRId64 " are held",
                    event_type(event->kind), account->held, account->balance);
}

/* The deposit bin, which nothing is ever dispensed from. */
static void bin_check(struct verify *verify, struct stream_pass *pass,
                      const struct event_record *record)
{
    const struct teller *teller = &pass->teller;
    money worth = 0;
    if (record->event.kind == TELLER_MONEY_DEPOSITED ||
        record->event.kind == TELLER_DEPOSIT_DISPUTED)
        pass->deposited += record->event.deposit.amount;
    for (uint32_t i = 0; i < teller->deposited.length; i++) {
        const struct note_total *note = &teller->deposited.item[i];
        worth += note->denomination * note->count;
        if (note_totals_of(&teller->returned, note->denomination) > note->count)
            verify_fail(verify, VERIFY_TELLERS, record->position, pass->stream,
                        "after %s more notes of %d were given back than were deposited",
                        event_type(record->event.kind), note->denomination);
        if (teller_in_bin(teller, BIN_DEPOSIT, note->denomination) < 0)
            verify_fail(verify, VERIFY_TELLERS, record->position, pass->stream,
                        "after %s fewer than no notes of %d are in the deposit bin",
                        event_type(record->event.kind), note->denomination);
    }
    if (worth != pass->deposited)
        verify_fail(verify, VERIFY_TELLERS, record->position, pass->stream,
                    "after %s the notes deposited are worth %" PRId64
                    ", but their events say %" PRId64,
                    event_type(record->event.kind), worth, pass->deposited);
}

/* What an event of cash says that it found, against what the books of before give. */
static void difference_check(struct verify *verify, struct stream_pass *pass,
                             const struct event_record *record)
{
    const struct event *event = &record->event;
    if (event->kind != TELLER_CASSETTE_SWAPPED && event->kind != TELLER_CASSETTES_COUNTED &&
        event->kind != TELLER_BIN_EMPTIED)
        return;
    struct note_totals less = teller_difference(&pass->teller, event);
    const struct note_totals expected = less, *said = &event->cash.difference;
    for (uint32_t i = 0; i < said->length; i++)
        note_totals_move(&less, said->item[i].denomination, -said->item[i].count);
    for (uint32_t i = 0; i < less.length; i++)
        if (less.item[i].count != 0)
            verify_fail(verify, VERIFY_TELLERS, record->position, pass->stream,
                        "%s says a difference of %" PRId64 " notes of %d, but what was counted "
                        "differs from the books by %" PRId64,
                        event_type(event->kind), note_totals_of(said, less.item[i].denomination),
                        less.item[i].denomination,
                        note_totals_of(&expected, less.item[i].denomination));
}

static void teller_check(struct verify *verify, struct stream_pass *pass,
                         const struct stored_event *stored, const struct event_record *record)
{
    struct teller *teller = &pass->teller;
    difference_check(verify, pass, record);
    days_check(verify, pass->stream, teller, stored, record);
    teller_apply(teller, &record->event);
    bin_check(verify, pass, record);
    struct note_totals in = teller->loaded;
    note_totals_move_all(&in, &teller->found);
    for (uint32_t i = 0; i < in.length; i++) {
        const int32_t denomination = in.item[i].denomination;
        const int64_t unplaced = teller_unplaced(teller, denomination);
        if (unplaced != 0)
            verify_fail(verify, VERIFY_TELLERS, record->position, pass->stream,
                        "after %s, %" PRId64 " notes of %d are loaded or were found by counts, but "
                        "%" PRId64 " are in the cassettes, taken, rejected, retracted or removed",
                        event_type(record->event.kind), in.item[i].count, denomination,
                        in.item[i].count - unplaced);
    }
}

static bool stream_step(struct verify *verify, void *context, const struct stored_event *stored,
                        struct error *error)
{
    struct stream_pass *pass = context;
    struct event_record records[UPCAST_EVENTS_MAX];
    struct error reason;
    struct uuid id;
    unsigned count = 0;
    if (strcmp(pass->stream, stored->stream_id) != 0) {
        if (!stream_end(verify, pass, error))
            return false;
        snprintf(pass->stream, sizeof pass->stream, "%s", stored->stream_id);
        if (!stream_id_read(stored->stream_id, stored->stream_id_length, &pass->kind, &id))
            pass->kind = STREAM_BANK; /* of no kind: the pass by position tells */
        pass->version = pass->position = 0;
        pass->account = (struct account){ 0 };
        pass->teller = (struct teller){ 0 };
        pass->deposited = 0;
        if (!snapshots_stream(verify, &pass->snapshots, pass->stream, error))
            return false;
    }
    if (stored->stream_version != pass->version + 1)
        verify_fail(verify, VERIFY_STREAMS, stored->position, stored->stream_id,
                    "version %" PRId64 " follows version %" PRId64, stored->stream_version,
                    pass->version);
    else if (stored->position <= pass->position)
        verify_fail(verify, VERIFY_STREAMS, stored->position, stored->stream_id,
                    "version %" PRId64 " stands in the log before the one it follows",
                    stored->stream_version);
    pass->version = stored->stream_version;
    pass->position = stored->position;
    if (!log_reader_decode(stored, records, &count, &reason))
        return true; /* the pass by position has told */
    for (unsigned i = 0; i < count; i++)
        if (pass->kind == STREAM_ACCOUNT)
            account_check(verify, pass, &records[i]);
        else if (pass->kind == STREAM_TELLER)
            teller_check(verify, pass, stored, &records[i]);
    if (pass->kind != STREAM_BANK)
        snapshots_check(verify, &pass->snapshots, pass->stream, pass->version, pass->position,
                        pass->kind == STREAM_ACCOUNT ? &pass->account : NULL,
                        pass->kind == STREAM_ACCOUNT ? NULL : &pass->teller);
    return true;
}

static bool count_accounts(struct verify *verify, struct error *error)
{
    struct rows *rows =
        query_run(verify->query, "SELECT count(*) FROM esbank.accounts", 0, NULL, error);
    if (rows == NULL)
        return false;
    int64_t there = rows_integer(rows, 0, 0),
            expected = verify->report->finding[VERIFY_ACCOUNTS].checked;
    if (there < expected) /* more: opened meanwhile, or the read models' check finds them */
        verify_fail(verify, VERIFY_ACCOUNTS, 0, NULL,
                    "esbank.accounts has %" PRId64 " rows, but there are %" PRId64
                    " accounts in the log",
                    there, expected);
    rows_free(rows);
    return true;
}

bool verify_streams(struct verify *verify, struct error *error)
{
    static struct stream_pass pass;
    pass = (struct stream_pass){ .compare = models_current(verify, "accounts") };
    columns_init(&pass.columns, compare_types, sizeof compare_types / sizeof compare_types[0]);
    bool worked = snapshots_begin(verify, &pass.snapshots, error) &&
                  verify_walk(verify, LOG_READER_STREAMS, 2, stream_step, &pass, error) &&
                  stream_end(verify, &pass, error) && compare(verify, &pass, error) &&
                  snapshots_end(verify, &pass.snapshots, error) &&
                  (!pass.compare || count_accounts(verify, error));
    columns_finish(&pass.columns);
    snapshots_finish(&pass.snapshots);
    return worked;
}
