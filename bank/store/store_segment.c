/* SPDX-License-Identifier: MIT */
/*
 * One batch as one segment of the writer's pipeline: the statements between
 * two Syncs, which Postgres runs as one transaction.
 *
 *   head        moves only from where this bank left it, in this bank's epoch; else raises ES001
 *   events      INSERT … SELECT unnest, unnest, …
 *   commands    their memory
 *   snapshots   upserts
 *   data keys   of the accounts that are opened, when there are any
 *   models      the read models' part (store_models.c), with their checkpoint
 *
 * The head comes first because its row's lock puts two banks in order. All
 * buffers are kept between batches.
 */
#include "bank/store/store_parts.h"

#include "bank/core/account.h"
#include "bank/core/teller.h"

#include <assert.h>
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- parameters ---- */

void arguments_columns(struct arguments *arguments, struct columns *columns)
{
    *arguments = (struct arguments){ .count = (int)columns->count };
    columns_parameters(columns, arguments->values, arguments->lengths, arguments->formats);
}

void arguments_bytes(struct arguments *arguments, const void *bytes, size_t length)
{
    arguments->values[arguments->count] = bytes;
    arguments->lengths[arguments->count] = (int)length;
    arguments->formats[arguments->count++] = 1;
}

void arguments_text(struct arguments *arguments, const char *text)
{
    arguments_bytes(arguments, text, text == NULL ? 0 : strlen(text));
}

void arguments_int64(struct arguments *arguments, int64_t value)
{
    char *number = arguments->numbers[arguments->number_count++];
    uint64_t bytes = htobe64((uint64_t)value);
    memcpy(number, &bytes, sizeof bytes);
    arguments_bytes(arguments, number, sizeof bytes);
}

struct parameters arguments_parameters(const struct arguments *arguments)
{
    return (struct parameters){ arguments->count, arguments->values, arguments->lengths, arguments->formats };
}

/* ---- statements ---- */

/* unnest stands in the lists, and not once in FROM, which would first fill a tuple store for every column. */
static const struct {
    const char *name, *sql;
} statements[] = {
    { "head", "UPDATE esbank.log_head SET position = CASE WHEN position = $1::bigint AND epoch = $2::bigint"
              " THEN $3::bigint ELSE esbank.superseded(position, epoch, $1, $2) END, hash = $4::bytea"
              " WHERE shard = 0" },
    { "events", "INSERT INTO esbank.events (position, stream_id, stream_version, event_id, event_type,"
                " causation_id, correlation_id, data, metadata, created_at, hash)"
                " SELECT unnest($1::bigint[]), unnest($2::text[]), unnest($3::bigint[]), unnest($4::uuid[]),"
                " unnest($5::text[]), unnest($6::uuid[]), unnest($7::uuid[]), unnest($8::json[]),"
                " unnest($9::json[]), unnest($10::timestamptz[]), unnest($11::bytea[])" },
    { "commands", "INSERT INTO esbank.commands (command_id, content, reply, position)"
                  " SELECT unnest($1::uuid[]), unnest($2::bytea[]), unnest($3::text[]), $4::bigint" },
    { "snapshots",
      "INSERT INTO esbank.snapshots (stream_id, stream_version, layout, state)"
      " SELECT unnest($1::text[]), unnest($2::bigint[]), unnest($3::integer[]), unnest($4::bytea[])"
      " ON CONFLICT (stream_id) DO UPDATE SET stream_version = EXCLUDED.stream_version,"
      " layout = EXCLUDED.layout, state = EXCLUDED.state, created_at = now()" },
    { "data_keys", "INSERT INTO esbank.data_keys (account_id, wrapped)"
                   " SELECT unnest($1::uuid[]), unnest($2::bytea[])" },
    { "checkpoint",
      "UPDATE esbank.projections AS p SET position = CASE WHEN p.position = c.known THEN $3::bigint"
      " ELSE esbank.superseded(p.position, 0, c.known, 0) END, updated_at = now()"
      " FROM unnest($1::text[], $2::bigint[]) AS c (name, known) WHERE p.name = c.name" },
    { "note", "UPDATE esbank.projections SET state = $2, error = $3, updated_at = now() WHERE name = $1" },
};

void segment_prepare(struct store *store, int tag)
{
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
        connection_prepare(store->writer, tag, statements[i].name, statements[i].sql);
}

void segment_run(struct store *store, int tag, const char *name, const struct arguments *arguments)
{
    struct parameters parameters = arguments_parameters(arguments);
    connection_run(store->writer, tag, name, &parameters);
}

/* ---- the parts of a segment ---- */

/* Fills the events' columns and gives the hash of the last in hash, which holds the one before the first. */
static void events_encode(struct store *store, const struct batch *batch,
                          unsigned char hash[static HASH_LENGTH])
{
    struct columns *columns = &store->events;
    struct stored_event stored;
    columns_reset(columns);
    for (size_t i = 0; i < batch->event_count; i++) {
        event_encode(&batch->event[i], &store->text, &stored);
        hash_chain_next(store->chain, hash, &stored);
        memcpy(hash, stored.hash, HASH_LENGTH);
        columns_int8(columns, 0, stored.position);
        columns_bytes(columns, 1, stored.stream_id, stored.stream_id_length);
        columns_int8(columns, 2, stored.stream_version);
        columns_uuid(columns, 3, &stored.event_id);
        columns_bytes(columns, 4, stored.type, stored.type_length);
        columns_uuid(columns, 5, &stored.causation_id);
        columns_uuid(columns, 6, &stored.correlation_id);
        columns_bytes(columns, 7, stored.data, stored.data_length);
        columns_bytes(columns, 8, stored.metadata, stored.metadata_length);
        columns_time(columns, 9, stored.created_at_us);
        columns_bytes(columns, 10, stored.hash, HASH_LENGTH);
    }
}

static void head_send(struct store *store, const struct slot *slot)
{
    struct arguments arguments = { 0 };
    arguments_int64(&arguments, slot->before);
    arguments_int64(&arguments, store->epoch);
    arguments_int64(&arguments, slot->after);
    arguments_bytes(&arguments, slot->hash, HASH_LENGTH);
    segment_run(store, TAG_HEAD, "head", &arguments);
}

static void commands_send(struct store *store, const struct slot *slot)
{
    struct columns *columns = &store->commands;
    struct arguments arguments;
    columns_reset(columns);
    for (size_t i = 0; i < slot->batch->command_count; i++) {
        const struct command_record *command = &slot->batch->command[i];
        columns_uuid(columns, 0, &command->id);
        columns_bytes(columns, 1, command->content, CONTENT_HASH_LENGTH);
        columns_bytes(columns, 2, command->reply, command->reply_length);
    }
    arguments_columns(&arguments, columns);
    arguments_int64(&arguments, slot->after);
    segment_run(store, TAG_COMMANDS, "commands", &arguments);
}

size_t snapshot_size(enum stream_kind kind)
{
    return kind == STREAM_ACCOUNT ? sizeof(struct account) : sizeof(struct teller);
}

int32_t snapshot_layout(enum stream_kind kind)
{
    return (int32_t)(SNAPSHOT_LAYOUT * 65536 + snapshot_size(kind));
}

/* A batch that waited to be sent may find that its aggregates have moved on: then the next snapshot will do.
 */
static bool snapshot_is_current(const struct snapshot_record *snapshot)
{
    if (snapshot->kind == STREAM_ACCOUNT) {
        const struct account *account = snapshot->state;
        return account->version == snapshot->version && uuid_equal(&account->id, &snapshot->id);
    }
    const struct teller *teller = snapshot->state;
    return teller->version == snapshot->version && uuid_equal(&teller->id, &snapshot->id);
}

static void snapshots_send(struct store *store, const struct batch *batch)
{
    struct columns *columns = &store->snapshots;
    struct arguments arguments;
    char stream_id[STREAM_ID_MAX];
    columns_reset(columns);
    for (size_t i = 0; i < batch->snapshot_count; i++) {
        const struct snapshot_record *snapshot = &batch->snapshot[i];
        if (!snapshot_is_current(snapshot))
            continue;
        size_t length = stream_id_write(snapshot->kind, &snapshot->id, stream_id);
        columns_bytes(columns, 0, stream_id, length);
        columns_int8(columns, 1, snapshot->version);
        columns_int4(columns, 2, snapshot_layout(snapshot->kind));
        columns_bytes(columns, 3, snapshot->state, snapshot_size(snapshot->kind));
    }
    if (columns->rows == 0)
        return;
    arguments_columns(&arguments, columns);
    segment_run(store, TAG_SNAPSHOTS, "snapshots", &arguments);
}

static void data_keys_send(struct store *store, const struct batch *batch)
{
    struct columns *columns = &store->data_keys;
    struct arguments arguments;
    columns_reset(columns);
    for (size_t i = 0; i < batch->data_key_count; i++) {
        columns_uuid(columns, 0, &batch->data_key[i].account_id);
        columns_bytes(columns, 1, batch->data_key[i].wrapped, DATA_KEY_WRAPPED_LENGTH);
    }
    arguments_columns(&arguments, columns);
    segment_run(store, TAG_DATA_KEYS, "data_keys", &arguments);
}

void segment_send(struct store *store, struct slot *slot)
{
    const struct batch *batch = slot->batch;
    memcpy(slot->hash, store->sent_hash, HASH_LENGTH);
    events_encode(store, batch, slot->hash);
    memcpy(store->sent_hash, slot->hash, HASH_LENGTH);
    slot->state = SLOT_SENT;
    slot->failed_tag = 0;

    head_send(store, slot);
    if (batch->event_count > 0) {
        struct arguments arguments;
        arguments_columns(&arguments, &store->events);
        segment_run(store, TAG_EVENTS, "events", &arguments);
    }
    if (batch->command_count > 0)
        commands_send(store, slot);
    if (batch->snapshot_count > 0)
        snapshots_send(store, batch);
    if (batch->data_key_count > 0)
        data_keys_send(store, batch);
    models_send(store, slot);
    connection_sync(store->writer, TAG_APPENDED);
}
