/* SPDX-License-Identifier: MIT */
/*
 * The pass correlation by correlation: every withdrawal has exactly one end or
 * is open, its money and its notes agree, and what left the account is what
 * the machine was told to pay. A correlation may also be a deposit's, which
 * deposits.c checks on the way.
 */
#include "bank/verify/parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define COMPARE_RUN 1000

struct withdrawal_pass {
    struct uuid id; /* nil: none begun */
    struct saga_state saga;
    int64_t position; /* of its last event */
    char stream[LOG_READER_STREAM_SIZE];
    int ends, account_withdrawn, teller_withdrawn;
    money account_amount;
    struct deposit_check deposit;
    bool compare;
    struct columns columns;
};

static const enum column_type compare_types[] = { COLUMN_UUID, COLUMN_TEXT, COLUMN_INT8 };

static const char compare_sql[] =
    "SELECT f.id FROM unnest($1::uuid[], $2::text[], $3::bigint[]) AS f(id, state, reversed)"
    " LEFT JOIN esbank.withdrawals w ON w.withdrawal_id = f.id"
    " WHERE (w.state, w.reversed) IS DISTINCT FROM (f.state, f.reversed) ORDER BY f.id";

static bool fold_to(struct verify *verify, const char *id, int64_t to,
                    struct withdrawal *withdrawal, struct error *error)
{
    struct log_reader reader;
    struct stored_event stored;
    struct event_record records[UPCAST_EVENTS_MAX];
    struct error reason;
    enum log_reader_step step;
    unsigned count;
    log_reader_init(&reader, verify->query, LOG_READER_CORRELATIONS);
    reader.correlation = id;
    reader.to = to;
    while ((step = log_reader_next(&reader, &stored, error)) == LOG_READER_EVENT)
        for (unsigned i = 0; log_reader_decode(&stored, records, &count, &reason) && i < count; i++)
            withdrawal_apply(withdrawal, &records[i].event);
    log_reader_finish(&reader);
    return step == LOG_READER_END;
}

/* One that differs may have moved on meanwhile: row, checkpoint and events in one state of the
 * database. */
static bool compare_again(struct verify *verify, const char *id, struct error *error)
{
    struct withdrawal withdrawal = { 0 };
    if (!query_do(verify->query, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", 0, NULL,
                  error))
        return false;
    struct rows *rows =
        query_run(verify->query,
                  "SELECT p.position, w.state, w.reversed FROM (SELECT max(position) AS position"
                  " FROM esbank.projections WHERE name = 'withdrawals') p"
                  " LEFT JOIN esbank.withdrawals w ON w.withdrawal_id = $1::uuid",
                  1, (const char *[]){ id }, error);
    if (rows == NULL || !fold_to(verify, id, rows_integer(rows, 0, 0), &withdrawal, error)) {
        rows_free(rows);
        return false;
    }
    const char *state = rows_text(rows, 0, 1), *given = withdrawal_state_name(withdrawal.state);
    if (state == NULL)
        verify_fail(verify, VERIFY_WITHDRAWALS, 0, NULL,
                    "the row of withdrawal %.40s in esbank.withdrawals is missing; the events give "
                    "%.20s, reversed %" PRId64,
                    id, given, withdrawal.reversed);
    else if (strcmp(state, given) != 0 || rows_integer(rows, 0, 2) != withdrawal.reversed)
        verify_fail(verify, VERIFY_WITHDRAWALS, 0, NULL,
                    "the row of withdrawal %.40s in esbank.withdrawals is %.40s, reversed %" PRId64
                    "; the events give %.20s, reversed %" PRId64,
                    id, state, rows_integer(rows, 0, 2), given, withdrawal.reversed);
    rows_free(rows);
    return query_do(verify->query, "COMMIT", 0, NULL, error);
}

static bool compare(struct verify *verify, struct withdrawal_pass *pass, struct error *error)
{
    const struct verify_finding *finding = &verify->report->finding[VERIFY_WITHDRAWALS];
    if (pass->columns.rows == 0)
        return true;
    struct rows *rows = query_run_columns(verify->query, compare_sql, &pass->columns, error);
    columns_reset(&pass->columns);
    bool worked = rows != NULL;
    for (size_t row = 0; worked && row < rows_count(rows) && finding->failed == 0; row++)
        worked = compare_again(verify, rows_text(rows, row, 0), error);
    rows_free(rows);
    return worked;
}

/* What is wrong with a withdrawal whose events have all been seen; NULL: nothing. */
static const char *ends_wrong(const struct withdrawal_pass *pass)
{
    const struct withdrawal *withdrawal = &pass->saga.withdrawal;
    bool ended = withdrawal->state == WITHDRAWAL_COMPLETED ||
                 withdrawal->state == WITHDRAWAL_REVERSED ||
                 withdrawal->state == WITHDRAWAL_DECLINED;
    if (pass->ends > 1)
        return "it has more than one end";
    /* The advice that contradicts an end, or has none to contradict, waits for an operator. */
    if (withdrawal->state == WITHDRAWAL_DISPUTED || withdrawal->state == WITHDRAWAL_SETTLED)
        return NULL;
    if (!ended && !withdrawal_open(withdrawal))
        return "it has stopped halfway, neither ended nor waiting for its machine";
    if (ended && pass->ends != 1)
        return "it has ended without an event that says so";
    if (withdrawal->state == WITHDRAWAL_DECLINED && pass->account_withdrawn > 0)
        return "it was declined, but money left the account";
    if ((withdrawal->state == WITHDRAWAL_COMPLETED || withdrawal->state == WITHDRAWAL_REVERSED) &&
        notes_value(&withdrawal->where.taken) + withdrawal->reversed != withdrawal->amount)
        return "what was taken and what was reversed are not its amount";
    if (withdrawal_open(withdrawal) && withdrawal->reversed != 0)
        return "it is open, but money was reversed";
    return NULL;
}

/* Those that say of themselves what is wrong with them. */
static void sagas_end(struct verify *verify, struct withdrawal_pass *pass, const char *id)
{
    for (unsigned i = 0; i < SAGA_COUNT; i++) {
        const void *state = saga_part(&pass->saga, (enum saga_kind)i);
        if (sagas[i].wrong == NULL || !saga_there(&pass->saga, (enum saga_kind)i))
            continue;
        const char *wrong = sagas[i].wrong(state);
        verify->report->finding[VERIFY_SAGAS].checked++;
        if (wrong != NULL)
            verify_fail(verify, VERIFY_SAGAS, pass->position, pass->stream, "%s %s: %s",
                        sagas[i].name, id, wrong);
    }
}

static bool withdrawal_end(struct verify *verify, struct withdrawal_pass *pass, struct error *error)
{
    char id[UUID_TEXT_LENGTH];
    const struct withdrawal *withdrawal = &pass->saga.withdrawal;
    uuid_write(&pass->id, id);
    deposit_check_end(verify, &pass->deposit, pass->stream, id);
    sagas_end(verify, pass, id);
    if (withdrawal->state == WITHDRAWAL_NONE)
        return true;
    verify->report->finding[VERIFY_WITHDRAWALS].checked++;
    verify->report->finding[VERIFY_TWINS].checked++;
    const char *wrong = ends_wrong(pass);
    if (wrong != NULL)
        verify_fail(verify, VERIFY_WITHDRAWALS, pass->position, pass->stream,
                    "withdrawal %s (%s): %s", id, withdrawal_state_name(withdrawal->state), wrong);
    if (pass->account_withdrawn != pass->teller_withdrawn || pass->account_withdrawn > 1 ||
        (pass->account_withdrawn == 1 && pass->account_amount != withdrawal->amount) ||
        (pass->teller_withdrawn == 1 && notes_value(&withdrawal->notes) != withdrawal->amount))
        verify_fail(verify, VERIFY_TWINS, pass->position, pass->stream,
                    "withdrawal %s of %" PRId64 ": the account was charged %d times, with %" PRId64
                    ", the machine was told to pay %d times, %" PRId64 " in notes",
                    id, withdrawal->amount, pass->account_withdrawn, pass->account_amount,
                    pass->teller_withdrawn, notes_value(&withdrawal->notes));
    if (!pass->compare)
        return true;
    const char *state = withdrawal_state_name(withdrawal->state);
    columns_uuid(&pass->columns, 0, &pass->id);
    columns_bytes(&pass->columns, 1, state, strlen(state));
    columns_int8(&pass->columns, 2, withdrawal->reversed);
    return pass->columns.rows < COMPARE_RUN || compare(verify, pass, error);
}

static void count_event(struct withdrawal_pass *pass, const struct event *event)
{
    if (event->kind == TELLER_CASH_DISPENSED || event->kind == TELLER_DISPENSE_FAILED ||
        event->kind == TELLER_WITHDRAWAL_DECLINED)
        pass->ends++;
    if (event->kind == TELLER_MONEY_WITHDRAWN)
        pass->teller_withdrawn++;
    if (event->kind == ACCOUNTS_MONEY_WITHDRAWN && !uuid_is_nil(&event->money_moved.teller_id)) {
        pass->account_withdrawn++;
        pass->account_amount += event->money_moved.amount;
    }
}

static bool withdrawal_step(struct verify *verify, void *context, const struct stored_event *stored,
                            struct error *error)
{
    struct withdrawal_pass *pass = context;
    struct event_record records[UPCAST_EVENTS_MAX];
    struct error reason;
    unsigned count;
    if (!uuid_equal(&pass->id, &stored->correlation_id)) {
        if (!withdrawal_end(verify, pass, error))
            return false;
        pass->id = stored->correlation_id;
        pass->saga = (struct saga_state){ 0 };
        pass->ends = pass->account_withdrawn = pass->teller_withdrawn = 0;
        pass->account_amount = 0;
        pass->deposit = (struct deposit_check){ 0 };
    }
    pass->position = stored->position;
    snprintf(pass->stream, sizeof pass->stream, "%s", stored->stream_id);
    if (!log_reader_decode(stored, records, &count, &reason))
        return true;
    for (unsigned i = 0; i < count; i++) {
        count_event(pass, &records[i].event);
        saga_apply(&pass->saga, &records[i].event);
        deposit_check_event(&pass->deposit, &records[i]);
    }
    /* Money that left an account for a machine of which no withdrawal knows. */
    if (pass->account_withdrawn > 0 && pass->saga.withdrawal.state == WITHDRAWAL_NONE)
        verify_fail(verify, VERIFY_TWINS, stored->position, stored->stream_id,
                    "money left the account for a machine, but no withdrawal was initiated");
    return true;
}

bool verify_withdrawals(struct verify *verify, struct error *error)
{
    static struct withdrawal_pass pass;
    pass = (struct withdrawal_pass){ .compare = models_current(verify, "withdrawals") };
    columns_init(&pass.columns, compare_types, sizeof compare_types / sizeof compare_types[0]);
    bool worked = verify_walk(verify, LOG_READER_CORRELATIONS, 3, withdrawal_step, &pass, error) &&
                  withdrawal_end(verify, &pass, error) && compare(verify, &pass, error);
    columns_finish(&pass.columns);
    return worked;
}
