/* SPDX-License-Identifier: MIT */
/*
 * What is missing, through the store and so in its transactions: log head, hash
 * chain, events and read models together. One batch at a time, in the old
 * order; a batch may begin and end anywhere, since whatever is there already
 * is the beginning of each account's stream.
 */
#include "bank/import/parts.h"
#include "bank/server/log_begin.h"
#include "bank/store/store.h"

#include <event2/event.h>
#include <stdlib.h>

#define BATCH_EVENTS 500
#define ACTIVE_S     5 /* the lock of a bank that has ended is free at once */
#define KEEP_RUN     500

struct import_writer {
    struct event_base *loop;
    struct store *store;
    bool active, waiting, refused;
    enum append_outcome outcome;
    char why[300];
};

static void on_activated(void *context, int64_t head)
{
    struct import_writer *writer = context;
    (void)head;
    writer->active = true;
    event_base_loopbreak(writer->loop);
}

static void on_deactivated(void *context, const char *why)
{
    struct import_writer *writer = context;
    writer->active = false;
    snprintf(writer->why, sizeof writer->why, "%s", why);
    event_base_loopbreak(writer->loop);
}

static void on_refused(void *context, const char *why)
{
    struct import_writer *writer = context;
    writer->refused = true;
    snprintf(writer->why, sizeof writer->why, "%s", why);
    event_base_loopexit(writer->loop, NULL);
}

static void on_open_withdrawal(void *context, const struct uuid *withdrawal_id,
                               int64_t confirm_by_us)
{
    (void)context;
    (void)withdrawal_id;
    (void)confirm_by_us;
}

static void on_appended(void *context, struct batch *batch, enum append_outcome outcome)
{
    struct import_writer *writer = context;
    (void)batch;
    writer->waiting = false;
    writer->outcome = outcome;
    event_base_loopbreak(writer->loop);
}

struct import_writer *import_writer_open(const struct import *import, const char *conninfo,
                                         struct error *error)
{
    int64_t sealed;
    if (!log_begin(conninfo, import->vault, &sealed, error))
        return NULL;
    struct import_writer *writer = calloc(1, sizeof *writer);
    if (writer == NULL || (writer->loop = event_base_new()) == NULL)
        panic("out of memory");
    char known[HOME_PATH_SIZE];
    home_path(import->options->home, known, sizeof known, "log.known");
    struct store_options options = { .conninfo = conninfo,
                                     .loop = writer->loop,
                                     .listener = { .context = writer,
                                                   .activated = on_activated,
                                                   .deactivated = on_deactivated,
                                                   .refused = on_refused,
                                                   .open_withdrawal = on_open_withdrawal,
                                                   .appended = on_appended },
                                     .projections = projections,
                                     .log_key = vault_log_key(import->vault),
                                     .known_path = known,
                                     .sealed_before = vault_log_was_sealed(import->vault) };
    writer->store = store_create(&options, error);
    if (writer->store != NULL) {
        event_base_loopexit(writer->loop, &(struct timeval){ .tv_sec = ACTIVE_S });
        while (!writer->active && event_base_dispatch(writer->loop) == 0 &&
               !event_base_got_exit(writer->loop))
            ;
    }
    if (writer->active) {
        vault_log_key_used(import->vault);
        return writer;
    }
    if (writer->refused)
        error_set(error, ERROR_DATABASE, "%s", writer->why);
    else if (writer->store != NULL)
        error_set(
            error, ERROR_SUPERSEDED,
            "a bank serves this database: stop it first, the import needs the log for itself");
    import_writer_close(writer);
    return NULL;
}

void import_writer_close(struct import_writer *writer)
{
    if (writer == NULL)
        return;
    store_destroy(writer->store);
    event_base_free(writer->loop);
    free(writer);
}

/* ---- old events as today's ---- */

static void content_set(const struct import_event *old, const struct import_account *account,
                        struct event *event)
{
    if (old->kind == ACCOUNTS_ACCOUNT_OPENED) {
        event->account_opened.balance = old->amount;
        event->account_opened.deposit_limit = event->account_opened.deposit_daily = LIMIT_UNSAID;
    } else if (old->kind == ACCOUNTS_AUTHORIZATION_CONFIRMED) {
        memcpy(event->authorization.card, account->card, CARD_TOKEN_LENGTH);
    } else {
        event->money_moved.amount = old->amount;
        event->money_moved.old_balance = old->old_balance;
        event->money_moved.new_balance = old->new_balance;
    }
}

static void card_set(const struct import_account *account, struct event *event)
{
    event->kind = ACCOUNTS_CARD_ISSUED;
    memcpy(event->card_issued.card, account->card, CARD_TOKEN_LENGTH);
    memcpy(event->card_issued.pin_reference, account->pin_reference, PIN_REFERENCE_LENGTH);
    pan_mask(account->pan, event->card_issued.masked);
}

static enum command_kind command_of(enum event_kind kind)
{
    if (kind == ACCOUNTS_ACCOUNT_OPENED)
        return ACCOUNTS_OPEN_ACCOUNT;
    if (kind == ACCOUNTS_CARD_ISSUED)
        return ACCOUNTS_ISSUE_CARD;
    if (kind == ACCOUNTS_AUTHORIZATION_CONFIRMED)
        return ACCOUNTS_CONFIRM_AUTHORIZATION;
    return kind == ACCOUNTS_MONEY_DEPOSITED ? ACCOUNTS_DEPOSIT_MONEY : ACCOUNTS_WITHDRAW_MONEY;
}

static struct uuid correlation_of(const struct import *import, const struct import_event *old)
{
    if (!uuid_is_nil(&old->correlation_id))
        return old->correlation_id;
    const struct import_saga *saga = old->saga != IMPORT_NONE ? &import->saga[old->saga] : NULL;
    bool together = saga != NULL && !import_saga_ambiguous(saga);
    return import_derive("correlation", together ? &import->event[saga->first].id : &old->id);
}

static void record_add(const struct import *import, const struct import_event *old, int part,
                       struct batch *batch)
{
    const struct import_account *account = &import->account[old->account];
    struct event_record *record = &batch->event[batch->event_count++];
    *record =
        (struct event_record){ .stream_version = old->version + part,
                               .event_id = part == 0 ? old->id : import_derive("card", &old->id),
                               .origin = { .actor = "import" } };
    struct event *event = &record->event;
    *event = (struct event){ .kind = old->kind,
                             .stream_id = account->id,
                             .causation_id = old->causation_id,
                             .correlation_id = correlation_of(import, old),
                             .at_us = old->at_us };
    if (uuid_is_nil(&event->causation_id))
        event->causation_id = import_derive("causation", &old->id);
    if (part == 0)
        content_set(old, account, event);
    else
        card_set(account, event);
    if (event->kind == ACCOUNTS_ACCOUNT_OPENED)
        vault_seal_owner(import->vault, &account->id, &event->causation_id, account->owner,
                         event->account_opened.owner, &batch->data_key[batch->data_key_count++]);
    record->origin.command = command_of(event->kind);
}

/* ---- batches ---- */

static bool batch_write(struct import_writer *writer, struct batch *batch, struct error *error)
{
    if (batch->event_count == 0 && batch->kept_count == 0)
        return true;
    if (!import_goes_on(error))
        return false;
    struct storage storage = store_storage(writer->store);
    writer->waiting = true;
    batch->strong = true;
    storage.append(storage.self, batch);
    while (writer->waiting && event_base_dispatch(writer->loop) == 0)
        ;
    batch->event_count = batch->data_key_count = batch->kept_count = 0;
    if (writer->waiting || writer->outcome != APPEND_COMMITTED)
        return error_set(error, ERROR_DATABASE,
                         "the import was broken off%s%s: run it again, it goes on where it was",
                         writer->why[0] != '\0' ? ": " : "", writer->why);
    return true;
}

bool import_append(struct import *import, struct import_writer *writer, struct error *error)
{
    struct batch batch = { .event = calloc(BATCH_EVENTS, sizeof *batch.event),
                           .data_key = calloc(BATCH_EVENTS, sizeof *batch.data_key) };
    bool worked = true;
    if (batch.event == NULL || batch.data_key == NULL)
        panic("out of memory");
    for (size_t i = 0; worked && i < import->event_count; i++) {
        const struct import_event *old = &import->event[i];
        if (old->fate != IMPORT_APPEND)
            continue;
        for (int part = 0; worked && part < import_parts_of(import, old); part++) {
            if (old->version + part <= import->account[old->account].matching)
                continue;
            record_add(import, old, part, &batch);
            if (batch.event_count == BATCH_EVENTS)
                worked = batch_write(writer, &batch, error);
        }
        if (import->options->progress != NULL)
            import->options->progress(import->options->context, (int64_t)i + 1,
                                      (int64_t)import->event_count);
    }
    worked = worked && batch_write(writer, &batch, error);
    free(batch.event);
    free(batch.data_key);
    return worked;
}

/* ---- history only ---- */

/* Those of the batch that an earlier run has not kept already. */
static bool kept_leave_new(struct query *query, struct batch *batch, struct error *error)
{
    static const enum column_type types[] = { COLUMN_UUID };
    struct columns ids;
    columns_init(&ids, types, 1);
    for (size_t i = 0; i < batch->kept_count; i++)
        columns_uuid(&ids, 0, &batch->kept[i].event_id);
    struct rows *rows = query_run_columns(
        query,
        "SELECT place - 1 FROM unnest($1::uuid[]) WITH ORDINALITY AS u (event_id, place)"
        " WHERE NOT EXISTS (SELECT FROM esbank.imported_events i"
        " WHERE i.event_id = u.event_id) ORDER BY place",
        &ids, error);
    columns_finish(&ids);
    if (rows == NULL)
        return false;
    batch->kept_count = rows_count(rows);
    for (size_t i = 0; i < batch->kept_count; i++)
        batch->kept[i] = batch->kept[rows_integer(rows, i, 0)];
    rows_free(rows);
    return true;
}

bool import_keep(struct import *import, struct import_writer *writer, struct query *query,
                 struct error *error)
{
    struct batch batch = { .kept = calloc(KEEP_RUN, sizeof *batch.kept) };
    char(*stream)[IMPORT_STREAM_SIZE] = calloc(KEEP_RUN, sizeof *stream);
    bool worked = true;
    if (batch.kept == NULL || stream == NULL)
        panic("out of memory");
    for (size_t i = 0; worked && i < import->event_count; i++) {
        const struct import_event *old = &import->event[i];
        if (old->fate == IMPORT_KEEP) {
            import_stream_kept(import->vault, old->stream, stream[batch.kept_count]);
            const char *name = stream[batch.kept_count];
            batch.kept[batch.kept_count++] =
                (struct kept_event){ .event_id = old->id,
                                     .causation_id = old->causation_id,
                                     .correlation_id = old->correlation_id,
                                     .position = old->position,
                                     .created_at_us = old->at_us,
                                     .stream_id = name,
                                     .type = import->report->type[old->type].name,
                                     .data = old->data,
                                     .reason = old->reason };
        }
        if (batch.kept_count == KEEP_RUN || (i + 1 == import->event_count && batch.kept_count > 0))
            worked = kept_leave_new(query, &batch, error) && batch_write(writer, &batch, error);
    }
    free(batch.kept);
    free(stream);
    return worked;
}
