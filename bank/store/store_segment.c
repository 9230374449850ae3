/* SPDX-License-Identifier: MIT */
/*
 * One batch as one segment of a lane's pipeline: the statements between two
 * Syncs, which Postgres runs as one transaction. It goes in two parts:
 *
 *   segment_write   while the batch before may still be on its way
 *     events        INSERT … SELECT unnest, unnest, …
 *     commands      their memory
 *     data keys     of the accounts that are opened, when there are any
 *     models        the read models' part (store_models.c), with their checkpoint
 *   segment_end     when that has been answered
 *     head          moves only from where this bank left it, in this bank's epoch; else raises ES001
 *     snapshots     upserts
 *
 * A session that ends between the two has done nothing: Postgres undoes it. So
 * nothing else may send a Sync there meanwhile (models_note).
 * All buffers are kept between batches.
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

void arguments_run(const struct arguments *arguments, struct connection *connection, int tag,
                   const char *name)
{
    struct parameters parameters = arguments_parameters(arguments);
    connection_run(connection, tag, name, &parameters);
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
};

void segment_prepare(struct connection *connection, int tag)
{
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
        connection_prepare(connection, tag, statements[i].name, statements[i].sql);
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
        if (batch->event[i].event.kind == ACCOUNTS_CARD_ISSUED)
            store->cards_issued = batch->event[i].position;
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

static void commands_send(struct store *store, struct lane *lane, const struct slot *slot)
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
    arguments_run(&arguments, lane->connection, TAG_COMMANDS, "commands");
}

size_t snapshot_size(enum stream_kind kind)
{
    return kind == STREAM_ACCOUNT ? sizeof(struct account) : sizeof(struct teller);
}

int32_t snapshot_layout(enum stream_kind kind)
{
    return (int32_t)(SNAPSHOT_LAYOUT * 65536 + snapshot_size(kind));
}

void segment_keep(struct slot *slot)
{
    struct columns *columns = &slot->snapshots;
    char stream_id[STREAM_ID_MAX];
    columns_reset(columns);
    for (size_t i = 0; i < slot->batch->snapshot_count; i++) {
        const struct snapshot_record *snapshot = &slot->batch->snapshot[i];
        size_t length = stream_id_write(snapshot->kind, &snapshot->id, stream_id);
        columns_bytes(columns, 0, stream_id, length);
        columns_int8(columns, 1, snapshot->version);
        columns_int4(columns, 2, snapshot_layout(snapshot->kind));
        columns_bytes(columns, 3, snapshot->state, snapshot_size(snapshot->kind));
    }
}

static void snapshots_send(struct lane *lane, struct slot *slot)
{
    struct arguments arguments;
    if (slot->snapshots.rows == 0)
        return;
    arguments_columns(&arguments, &slot->snapshots);
    arguments_run(&arguments, lane->connection, TAG_SNAPSHOTS, "snapshots");
}

static void data_keys_send(struct store *store, struct lane *lane, const struct batch *batch)
{
    struct columns *columns = &store->data_keys;
    struct arguments arguments;
    columns_reset(columns);
    for (size_t i = 0; i < batch->data_key_count; i++) {
        columns_uuid(columns, 0, &batch->data_key[i].account_id);
        columns_bytes(columns, 1, batch->data_key[i].wrapped, DATA_KEY_WRAPPED_LENGTH);
    }
    arguments_columns(&arguments, columns);
    arguments_run(&arguments, lane->connection, TAG_DATA_KEYS, "data_keys");
}

void segment_write(struct store *store, struct lane *lane, struct slot *slot, const unsigned char *hash)
{
    const struct batch *batch = slot->batch;
    memcpy(slot->hash, hash, HASH_LENGTH);
    events_encode(store, batch, slot->hash);
    if (batch->event_count > 0) {
        struct arguments arguments;
        arguments_columns(&arguments, &store->events);
        arguments_run(&arguments, lane->connection, TAG_EVENTS, "events");
    }
    if (batch->command_count > 0)
        commands_send(store, lane, slot);
    if (batch->data_key_count > 0)
        data_keys_send(store, lane, batch);
    models_send(store, lane, slot);
    slot->failed_tag = 0;
    slot->sqlstate[0] = '\0';
    slot->state = SLOT_WRITTEN;
    lane->slot = slot;
}

static void head_send(struct store *store, struct lane *lane, const struct slot *slot)
{
    struct arguments arguments = { 0 };
    arguments_int64(&arguments, slot->before);
    arguments_int64(&arguments, store->epoch);
    arguments_int64(&arguments, slot->after);
    arguments_bytes(&arguments, slot->hash, HASH_LENGTH);
    arguments_run(&arguments, lane->connection, TAG_HEAD, "head");
}

void segment_end(struct store *store, struct lane *lane, struct slot *slot)
{
    head_send(store, lane, slot);
    snapshots_send(lane, slot);
    connection_sync(lane->connection, TAG_APPENDED);
    slot->state = SLOT_SENT;
}
