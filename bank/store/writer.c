/* SPDX-License-Identifier: MIT */
/*
 * The writer's session, from connecting to owning the log:
 *
 *   AWAY ──ready──▶ STANDING_BY ──lock──▶ CLAIMING ──▶ RESOLVING ──▶ ACTIVATING ──▶ ACTIVE
 *    ▲                 │  ▲ every 200 ms     (the epoch)  (what became of the batches
 *    │                 └──┘                                under way when it was lost)
 *    └──────────── lost, superseded, or refused ◀───────────────┘
 *
 * The lock is the session's: Postgres lets go of it when the session has
 * ended, its last transaction included. So whoever gets it can ask the log what
 * became of an earlier session's batches and the answer is final, once the
 * second session of an earlier bank, which has a lock too, is ended (left_poll).
 * While another bank has the lock the answer is final too once the epoch is no
 * longer ours: each append checks the epoch under the head's row lock.
 *
 * What a plain read finds may be on this server only: a session that ends while its
 * commit waits for a synchronous standby leaves the row visible. So after any
 * reconnect nothing is told before a commit of this session's own has been
 * acknowledged, and with it all that came before: the epoch's, or while another bank
 * has the lock a message in the write-ahead log that means nothing.
 */
#include "bank/log/log.h"
#include "bank/postgres/sessions.h"
#include "bank/store/parts.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STANDING_BY_PATIENCE_MS = 4000, PATIENCE_MS = 30000 };
enum { LOOK_EVERY = 4 }; /* polls of the lock between two looks at the other one's lease */
enum { LOCK_POLL_MS = 200, LEFT_POLL_MS = 10, ABANDONED_MS = 500, UNSURE_MS = 2000 };

enum {
    TAG_SETTINGS = TAG_WRITER + 1,
    TAG_LOCK,
    TAG_LEASE,
    TAG_ENDED,
    TAG_LEFT,
    TAG_BARRIER,
    TAG_RESOLVE,
    TAG_HEAD_READ,
    TAG_EPOCH,
    TAG_REGISTER,
    TAG_MODELS,
    TAG_PREPARE,
    TAG_OPEN,
    TAG_OPERATORS,
    TAG_ACTIVATED,
    TAG_PREPARE_MODEL = 200, /* + its index */
};

static void timer_set(struct event *timer, int delay_ms)
{
    struct timeval delay = { delay_ms / 1000, delay_ms % 1000 * 1000 };
    evtimer_add(timer, &delay);
}

/* ---- standing by ---- */

static void deactivate(struct store *store)
{
    evtimer_del(store->unsure_timer);
    if (!store->told_active)
        return;
    store->told_active = false;
    store->listener.deactivated(store->listener.context, store->why);
}

static void lock_poll(struct store *store)
{
    store->state = WRITER_STANDING_BY;
    store->lock_asked_ms = lease_clock_ms();
    connection_query(store->writer, TAG_LOCK,
                     "SELECT pg_try_advisory_lock(" COMMIT_LOCK
                     "), epoch FROM esbank.log_head WHERE shard = 0",
                     NULL);
    connection_sync(store->writer, TAG_LOCK);
}

static void writer_ready(void *context)
{
    struct store *store = context;
    store->locked = false;
    store->looks = 0;
    store->expired = false;
    connection_patience(store->writer, STANDING_BY_PATIENCE_MS);
    connection_query(store->writer, TAG_SETTINGS, "SELECT " SETTINGS_OF_LANES, NULL);
    lock_poll(store);
}

/* The earlier bank's other sessions, which its first has not survived, are ended before anything
 * else. */
static void left_poll(struct store *store)
{
    lease_end_left(store, TAG_SETTINGS, TAG_LEFT);
}

/* ---- what became of the batches ---- */

/* Whether there are any whose outcome is to be told, and not known. */
static bool unsure(const struct store *store)
{
    return store->told_active && store->slot_count > 0;
}

static void resolve(struct store *store)
{
    store->state = WRITER_RESOLVING;
    if (!store->locked) {
        connection_query(store->writer, TAG_BARRIER,
                         "SELECT pg_logical_emit_message(true, 'esbank', '')", NULL);
        connection_sync(store->writer, TAG_BARRIER);
    }
    for (size_t i = 0; i < store->slot_count; i++) {
        const struct slot *slot = slot_at(store, i);
        const struct batch *batch = slot->batch;
        struct arguments arguments = { 0 };
        if (batch->event_count > 0) {
            arguments_int64(&arguments, slot->after);
            struct parameters parameters = arguments_parameters(&arguments);
            connection_query(store->writer, TAG_RESOLVE,
                             "SELECT hash FROM esbank.events WHERE position = $1::bigint",
                             &parameters);
        } else if (batch->command_count > 0) {
            arguments_bytes(&arguments, batch->command[0].id.bytes,
                            sizeof batch->command[0].id.bytes);
            arguments_int64(&arguments, slot->after);
            struct parameters parameters = arguments_parameters(&arguments);
            connection_query(store->writer, TAG_RESOLVE,
                             "SELECT content FROM esbank.commands WHERE command_id = $1::uuid AND"
                             " position = $2::bigint",
                             &parameters);
        } else { /* nothing that anybody was promised */
            connection_query(store->writer, TAG_RESOLVE, "SELECT NULL::bytea WHERE false", NULL);
        }
    }
    connection_sync(store->writer, TAG_RESOLVE);
}

/* Nothing is known, so nothing is told: in a new session. */
static void ask_again(struct store *store)
{
    evtimer_del(store->writer_timer);
    lease_close(store);
    connection_close(store->writer);
    store->state = WRITER_AWAY;
    store->locked = store->denied = false;
    timer_set(store->writer_timer, ABANDONED_MS);
}

/* The answer for the first batch that has none. */
static void resolve_result(struct store *store, const PGresult *result)
{
    if (result_failed(result)) {
        ask_again(store);
        return;
    }
    assert(store->slot_count > 0);
    const struct slot *slot = slot_at(store, 0);
    bool there = slot->state == SLOT_SENT && PQntuples(result) == 1;
    if (there) {
        bool events = slot->batch->event_count > 0;
        const void *expected = events ? (const void *)slot->hash : slot->batch->command[0].content;
        int length = events ? HASH_LENGTH : CONTENT_HASH_LENGTH;
        there = PQgetlength(result, 0, 0) == length &&
                memcmp(PQgetvalue(result, 0, 0), expected, (size_t)length) == 0;
    }
    slot_tell_first(store, there ? APPEND_COMMITTED : APPEND_LOST);
}

/* ---- activation ---- */

/* The withdrawals whose deadline runs: as the read model says, and as the events after its
 * checkpoint. A suspect one has none any more. */
#define LATE_WITHDRAWALS                                                                           \
    "WITH late AS (SELECT correlation_id,"                                                         \
    " max(CASE WHEN event_type = 'Teller.MoneyWithdrawn' THEN (data->>'confirm_by_us')::bigint "   \
    "END) AS due,"                                                                                 \
    " bool_or(event_type <> 'Teller.MoneyWithdrawn') AS ended FROM esbank.events WHERE position >" \
    " coalesce((SELECT max(position) FROM esbank.projections WHERE name = 'withdrawals'), 0) AND " \
    "event_type IN"                                                                                \
    " ('Teller.MoneyWithdrawn', 'Teller.CashDispensed', 'Teller.DispenseFailed',"                  \
    " 'Teller.WithdrawalSuspected') GROUP BY correlation_id)"                                      \
    " SELECT correlation_id, due, NULL::text FROM late WHERE NOT ended AND due IS NOT NULL"

/* Acts and proposals are few, so their stream is read as a whole. */
#define OPEN_PROPOSALS                                                                             \
    " UNION ALL SELECT p.correlation_id, (p.data->>'expires_us')::bigint, p.data->>'proposer'"     \
    " FROM esbank.events AS p WHERE p.stream_id = 'bank' AND p.event_type = "                      \
    "'Bank.CommandProposed' AND NOT EXISTS"                                                        \
    " (SELECT FROM esbank.events AS d WHERE d.correlation_id = p.correlation_id AND d.event_type"  \
    " IN ('Bank.ProposalApproved', 'Bank.ProposalRejected', 'Bank.ProposalExpired'))"

static const char open_withdrawals[] = LATE_WITHDRAWALS
    " UNION ALL SELECT withdrawal_id, coalesce((extract(epoch FROM confirm_by) * 1000000)::bigint, "
    "0), NULL"
    " FROM esbank.withdrawals AS w WHERE state = 'dispensing' AND NOT EXISTS"
    " (SELECT FROM late WHERE late.correlation_id = w.withdrawal_id)" OPEN_PROPOSALS " ORDER BY 2";
static const char open_withdrawals_late[] = LATE_WITHDRAWALS OPEN_PROPOSALS " ORDER BY 2";

/* Which file of operators the log knows of. */
static const char operators_read[] =
    "SELECT causation_id, data->>'subject' IS NOT NULL FROM esbank.events WHERE stream_id = 'bank'"
    " AND event_type = 'Bank.ActRecorded' AND data->>'act' = 'operators_read'"
    " ORDER BY stream_version DESC LIMIT 2";

/* First of all whether what there is may be built upon. */
static void head_ask(struct store *store)
{
    store->state = WRITER_CLAIMING;
    lease_open(store, store->lock_asked_ms);
    store->head_fits = store->claimed = false;
    head_read(store, TAG_HEAD_READ);
    connection_sync(store->writer, TAG_HEAD_READ);
}

static void activate(struct store *store)
{
    static const enum column_type types[] = { COLUMN_TEXT, COLUMN_INT4 };
    struct columns models;
    struct arguments arguments;
    store->state = WRITER_ACTIVATING;
    columns_init(&models, types, 2);
    for (unsigned i = 0; i < store->model_count; i++) {
        const struct projection *projection = store->model[i].projection;
        columns_bytes(&models, 0, projection->name, strlen(projection->name));
        columns_int4(&models, 1, projection->version);
    }
    arguments_columns(&arguments, &models);
    struct parameters parameters = arguments_parameters(&arguments);
    connection_query(
        store->writer, TAG_REGISTER,
        "INSERT INTO esbank.projections (name, version, position, state)"
        " SELECT p.name, p.version, 0, 'following'"
        " FROM unnest($1::text[], $2::integer[]) AS p(name, version) ON CONFLICT DO NOTHING",
        &parameters);
    columns_finish(&models);
    connection_query(store->writer, TAG_MODELS,
                     "SELECT name, version, position, to_regclass('esbank.withdrawals') IS NOT NULL"
                     " FROM esbank.projections UNION ALL"
                     " SELECT '', 0, 0, to_regclass('esbank.withdrawals') IS NOT NULL",
                     NULL);
    segment_prepare(store->writer, TAG_PREPARE);
    models_prepare(store->writer, TAG_PREPARE);
    connection_sync(store->writer, TAG_MODELS);
    for (unsigned i = 0; i < store->model_count; i++) {
        model_prepare(store->writer, TAG_PREPARE_MODEL + (int)i, store->model[i].statement_name,
                      store->model[i].projection, "");
        connection_sync(store->writer, TAG_PREPARE);
    }
    connection_sync(store->writer, TAG_ACTIVATED);
}

static void epoch_result(struct store *store, const PGresult *result)
{
    store->claimed = PQntuples(result) == 1;
    if (store->claimed)
        store->claimed_epoch = row_int64(result, 0, 0);
    else if (unsure(store))
        ask_again(store);
    else
        writer_abandon(store, "the log's head was changed while it was taken over");
}

/* Which projections ride from the start, and where the others stand. */
static void models_result(struct store *store, const PGresult *result)
{
    for (int row = 0; row < PQntuples(result); row++) {
        store->withdrawals_table = row_bool(result, row, 3);
        for (unsigned i = 0; i < store->model_count; i++) {
            struct model *model = &store->model[i];
            if (strcmp(model->projection->name, PQgetvalue(result, row, 0)) != 0)
                continue;
            model->rebuild = row_int32(result, row, 1) != model->projection->version;
            model->position = model->rebuild ? 0 : row_int64(result, row, 2);
            model->is_inline = !model->rebuild && model->position == store->head;
            model->stuck = false;
            model->prepared = true; /* unless its result says otherwise */
        }
    }
}

static void prepared_result(struct store *store, unsigned i, const PGresult *result)
{
    struct model *model = &store->model[i];
    if (!result_failed(result))
        return;
    char why[300];
    result_message(result, why, sizeof why);
    model->prepared = false;
    model->stuck = true;
    model_put_off(store, model, why);
}

static void activated(struct store *store)
{
    slots_lose(store); /* taken while there was no log to write to */
    store->state = WRITER_ACTIVE;
    store->told_active = store->sealed_before = true;
    store->accept_loss = false;
    loss_append(store);
    lanes_open(store);
    backlog_open(store);
    loads_open(store);
    store->models_told = models_position(store);
    for (unsigned i = 0; i < store->model_count; i++)
        if (store->model[i].is_inline || (store->model[i].rebuild && !store->model[i].stuck))
            model_note(store, &store->model[i]);
    if (store->listener.bank_version != NULL)
        store->listener.bank_version(store->listener.context, store->bank_version);
    store->listener.activated(store->listener.context, store->head);
    append_send(store);
    follower_wake(store);
}

static void open_result(struct store *store, const PGresult *result)
{
    for (int row = 0; row < PQntuples(result); row++) {
        struct uuid id = row_uuid(result, row, 0);
        const int64_t due_us = row_int64(result, row, 1);
        if (PQgetisnull(result, row, 2))
            store->listener.open_withdrawal(store->listener.context, &id, due_us);
        else if (store->listener.open_proposal != NULL)
            store->listener.open_proposal(store->listener.context, &id, due_us,
                                          PQgetvalue(result, row, 2));
    }
}

static void operators_result(struct store *store, const PGresult *result)
{
    struct uuid id[2] = { 0 };
    for (int row = 0; row < PQntuples(result) && row < 2; row++)
        id[row] = row_uuid(result, row, 0);
    if (store->listener.operators_read != NULL)
        store->listener.operators_read(store->listener.context, id,
                                       PQntuples(result) > 0 && row_bool(result, 0, 1));
}

/* ---- the session ---- */

static void on_timer(evutil_socket_t socket, short what, void *context)
{
    (void)socket, (void)what;
    struct store *store = context;
    if (connection_ready(store->writer) && store->locked)
        left_poll(store);
    else if (connection_ready(store->writer))
        lock_poll(store);
    else
        connection_open(store->writer);
}

static void on_lost_timer(evutil_socket_t socket, short what, void *context)
{
    (void)socket, (void)what;
    struct store *store = context;
    if (!store->told_active)
        slots_lose(store);
}

static void on_unsure_timer(evutil_socket_t socket, short what, void *context)
{
    (void)socket, (void)what;
    struct store *store = context;
    if (store->told_active && store->listener.unsure != NULL)
        store->listener.unsure(store->listener.context);
}

void writer_abandon(struct store *store, const char *why)
{
    if (!store->told_active && strcmp(store->why, why) != 0)
        log_event("take-over-failed", "why=\"the log cannot be taken over: %s\"", why);
    snprintf(store->why, sizeof store->why, "%s", why);
    evtimer_del(store->writer_timer);
    connection_close(store->writer);
    store->state = WRITER_AWAY;
    store->denied = false;
    lease_close(store);
    loads_close(store);
    lanes_close(store);
    follower_stop(store);
    slots_lose(store);
    deactivate(store);
    timer_set(store->writer_timer, ABANDONED_MS);
}

/* The log is not what a bank left: it stays as it is, for people to look at. */
static void writer_refuse(struct store *store)
{
    if (store->listener.refused == NULL) {
        writer_abandon(store, store->refusal);
        return;
    }
    lease_close(store);
    connection_close(store->writer);
    store->state = WRITER_AWAY;
    snprintf(store->why, sizeof store->why, "%.299s", store->refusal);
    slots_lose(store);
    deactivate(store);
    store->listener.refused(store->listener.context, store->refusal);
}

static void writer_lost(void *context, const char *why)
{
    struct store *store = context;
    evtimer_del(store->writer_timer);
    if (store->state == WRITER_ACTIVE)
        snprintf(store->why, sizeof store->why, "the connection to the database is lost: %s", why);
    store->state = WRITER_AWAY;
    store->locked = false;
    lease_close(store);
    loads_close(store);
    lanes_close(store);
    backlog_forget(store);
    follower_stop(store);
    if (store->slot_count == 0)
        deactivate(store);
    else if (!event_pending(store->unsure_timer, EV_TIMEOUT, NULL))
        timer_set(store->unsure_timer, UNSURE_MS);
}

void writer_drop(struct store *store, const char *why)
{
    writer_lost(store, why);
    connection_close(store->writer);
    timer_set(store->writer_timer, 0);
}

static void lock_synced(struct store *store)
{
    if (store->locked) {
        connection_patience(store->writer, PATIENCE_MS);
        lease_claim(store, TAG_SETTINGS);
        left_poll(store);
    } else if (!connection_ready(store->writer))
        return;
    else if (store->state == WRITER_RESOLVING)
        resolve(store);
    else if (store->looks++ % LOOK_EVERY == 0)
        lease_look(store, TAG_SETTINGS, TAG_LEASE);
    else
        timer_set(store->writer_timer, LOCK_POLL_MS);
}

static void left_synced(struct store *store)
{
    if (store->left > 0)
        timer_set(store->writer_timer, LEFT_POLL_MS);
    else
        head_ask(store);
}

static void writer_result(void *context, int tag, const PGresult *result)
{
    struct store *store = context;
    if (tag == TAG_LEASE_RENEWED)
        return;
    if ((tag < TAG_WRITER && tag > 0) || (tag >= TAG_MODEL && tag < TAG_PREPARE_MODEL)) {
        append_result(&store->lane[0], tag, result);
    } else if (tag >= TAG_PREPARE_MODEL) {
        prepared_result(store, (unsigned)(tag - TAG_PREPARE_MODEL), result);
    } else if (tag == TAG_RESOLVE) {
        resolve_result(store, result);
    } else if (tag == TAG_WRITER) {
        return; /* a note for people: no harm when it fails */
    } else if (result_failed(result) && unsure(store)) {
        ask_again(store); /* before it is known what became of them */
    } else if (result_failed(result)) {
        char why[300];
        result_message(result, why, sizeof why);
        if (store->state != WRITER_AWAY)
            writer_abandon(store, why);
    } else if (tag == TAG_LOCK && PQntuples(result) == 1) {
        store->locked = row_bool(result, 0, 0);
        store->denied = !store->locked;
        if (!store->locked && unsure(store) && row_int64(result, 0, 1) != store->epoch)
            store->state =
                WRITER_RESOLVING; /* another bank writes: what of ours is not there never will be */
    } else if (tag == TAG_LEASE) {
        store->expired = lease_expired(store, result);
    } else if (tag == TAG_LEFT && PQntuples(result) == 1) {
        store->left = row_int64(result, 0, 0);
    } else if (tag == TAG_HEAD_READ) {
        store->head_fits = head_check(store, result);
    } else if (tag == TAG_EPOCH) {
        epoch_result(store, result);
    } else if (tag == TAG_MODELS) {
        models_result(store, result);
    } else if (tag == TAG_OPEN) {
        open_result(store, result);
    } else if (tag == TAG_OPERATORS) {
        operators_result(store, result);
    }
}

static void writer_synced(void *context, int tag)
{
    struct store *store = context;
    if (tag == TAG_APPENDED) {
        append_synced(&store->lane[0]);
    } else if (tag == TAG_LEASE_RENEWED) {
        lease_renewed(store);
    } else if (tag == TAG_LOCK) {
        lock_synced(store);
    } else if (tag == TAG_LEASE && store->expired) {
        lease_end_other(store, TAG_SETTINGS, TAG_ENDED);
    } else if (tag == TAG_LEASE) {
        timer_set(store->writer_timer, LOCK_POLL_MS);
    } else if (tag == TAG_ENDED) {
        timer_set(store->writer_timer, LEFT_POLL_MS);
    } else if (tag == TAG_LEFT) {
        left_synced(store);
    } else if (tag == TAG_RESOLVE) {
        slots_lose(store); /* those taken meanwhile were never sent */
        deactivate(store);
        if (store->locked)
            activate(store);
        else
            timer_set(store->writer_timer, LOCK_POLL_MS);
    } else if (tag == TAG_HEAD_READ && store->head_fits) {
        head_claim(store, TAG_EPOCH);
        connection_sync(store->writer, TAG_EPOCH);
    } else if (tag == TAG_HEAD_READ && store->state == WRITER_CLAIMING) {
        writer_refuse(store);
    } else if (tag == TAG_EPOCH && store->claimed) {
        head_claimed(store, store->claimed_epoch);
        if (unsure(store))
            resolve(store);
        else
            activate(store);
    } else if (tag == TAG_ACTIVATED) {
        connection_query(store->writer, TAG_OPEN,
                         store->withdrawals_table ? open_withdrawals : open_withdrawals_late, NULL);
        connection_query(store->writer, TAG_OPERATORS, operators_read, NULL);
        connection_sync(store->writer, TAG_OPEN);
    } else if (tag == TAG_OPEN) {
        activated(store);
    }
}

static void writer_unreachable(void *context)
{
    struct store *store = context;
    if (store->unreachable != NULL)
        store->unreachable(store->unreachable_context);
}

void writer_create(struct store *store, const char *conninfo)
{
    struct connection_hooks hooks = { .name = SESSION_WRITER,
                                      .context = store,
                                      .ready = writer_ready,
                                      .result = writer_result,
                                      .synced = writer_synced,
                                      .lost = writer_lost,
                                      .unreachable = writer_unreachable };
    store->writer = connection_create(store->loop, conninfo, &hooks);
    store->writer_timer = evtimer_new(store->loop, on_timer, store);
    store->lost_timer = evtimer_new(store->loop, on_lost_timer, store);
    store->unsure_timer = evtimer_new(store->loop, on_unsure_timer, store);
    if (store->writer_timer == NULL || store->lost_timer == NULL || store->unsure_timer == NULL)
        panic("out of memory");
    connection_open(store->writer);
}

void writer_destroy(struct store *store)
{
    connection_destroy(store->writer);
    event_free(store->writer_timer);
    event_free(store->lost_timer);
    event_free(store->unsure_timer);
}
