/* SPDX-License-Identifier: MIT */
/*
 * One batch as one segment of a lane's pipeline: the statements between two
 * Syncs, which Postgres runs as one transaction. It goes in two parts:
 *
 *   segment_write   while the batch before may still be on its way
 *     events        INSERT … SELECT unnest, unnest, …
 *     commands      their memory
 *     data keys     of the accounts that are opened, when there are any
 *     kept          an older bank's events, when an import brings any
 *     models        the read models' part (models.c), with their checkpoint
 *   segment_end     when that has been answered
 *     head          moves only from where this bank left it, hash and all, in this bank's
 *                   epoch; else raises ES001; with the seal of where the log ends now
 *                   (log_seal.h)
 *     snapshots     upserts
 *     erasures      the data keys of owners that are erased go, when there are any
 *
 * A session that ends between the two has done nothing: Postgres undoes it. So
 * nothing else may send a Sync there meanwhile (models_note).
 * All buffers are kept between batches.
 */
#include "bank/store/parts.h"

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
    return (struct parameters){ arguments->count, arguments->values, arguments->lengths,
                                arguments->formats };
}

void arguments_run(const struct arguments *arguments, struct connection *connection, int tag,
                   const char *name)
{
    struct parameters parameters = arguments_parameters(arguments);
    connection_run(connection, tag, name, &parameters);
}

/* ---- statements ---- */

/* unnest stands in the lists, and not once in FROM, which would first fill a tuple store for every
 * column. */
static const struct {
    const char *name, *sql;
} statements[] = {
    { "head",
      "WITH moved AS (UPDATE esbank.log_head SET position = CASE WHEN position = $1::bigint"
      " AND epoch = $2::bigint AND hash = $8::bytea THEN $3::bigint"
      " ELSE esbank.superseded(position, epoch, $1, $2) END, hash = $4::bytea, seal = $5::bytea"
      " WHERE ctid >= $6::tid AND ctid <= $7::tid RETURNING ctid AS at)"
      " SELECT coalesce((SELECT at FROM moved), esbank.log_head_move((SELECT $1 FROM"
      " esbank.log_head WHERE shard = 0 AND hash = $8), $2, $3, $4, $5))" },
    { "events",
      "INSERT INTO esbank.events (position, stream_id, stream_version, event_id, event_type,"
      " causation_id, correlation_id, data, metadata, created_at, hash, seal)"
      " SELECT unnest($1::bigint[]), unnest($2::text[]), unnest($3::bigint[]), unnest($4::uuid[]),"
      " unnest($5::text[]), unnest($6::uuid[]), unnest($7::uuid[]), unnest($8::json[]),"
      " unnest($9::json[]), unnest($10::timestamptz[]), unnest($11::bytea[]), "
      "unnest($12::bytea[])" },
    { "commands",
      "INSERT INTO esbank.commands (command_id, content, reply, position)"
      " SELECT unnest($1::uuid[]), unnest($2::bytea[]), unnest($3::text[]), $4::bigint" },
    { "snapshots",
      "INSERT INTO esbank.snapshots (stream_id, stream_version, layout, state)"
      " SELECT unnest($1::text[]), unnest($2::bigint[]), unnest($3::integer[]), unnest($4::bytea[])"
      " ON CONFLICT (stream_id) DO UPDATE SET stream_version = EXCLUDED.stream_version,"
      " layout = EXCLUDED.layout, state = EXCLUDED.state, created_at = now()" },
    { "data_keys", "INSERT INTO esbank.data_keys (account_id, command_id, wrapped, seal)"
                   " SELECT unnest($1::uuid[]), unnest($2::uuid[]), unnest($3::bytea[]),"
                   " unnest($4::bytea[])" },
    { "kept",
      "INSERT INTO esbank.imported_events (event_id, position, stream_id, event_type, causation_id,"
      " correlation_id, data, created_at, reason, log_position)"
      " SELECT unnest($1::uuid[]), unnest($2::bigint[]), unnest($3::text[]), unnest($4::text[]),"
      " unnest($5::uuid[]), unnest($6::uuid[]), unnest($7::json[]), unnest($8::timestamptz[]),"
      " unnest($9::text[]), $10::bigint" },
    { "erase", "SELECT esbank.erase_owner(account_id) FROM unnest($1::uuid[]) AS e (account_id)" },
};

void segment_prepare(struct connection *connection, int tag)
{
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
        connection_prepare(connection, tag, statements[i].name, statements[i].sql);
}

/* ---- the parts of a segment ---- */

/* No two seals of the log have the same number, those of batches that are lost included. */
static struct log_seal seal_of(struct store *store, int64_t from, const struct log_sums *sums)
{
    return (struct log_seal){
        .epoch = store->epoch, .sequence = ++store->sequence, .from = from, .sums = *sums
    };
}

/* Fills the events' columns. The slot's hash is that before the first, and then the last one's. */
static void events_encode(struct store *store, struct slot *slot)
{
    const struct batch *batch = slot->batch;
    unsigned char *hash = slot->hash, bytes[LOG_SEAL_LENGTH];
    struct columns *columns = &store->events;
    struct stored_event stored;
    columns_reset(columns);
    for (size_t i = 0; i < batch->event_count; i++) {
        const enum event_kind kind = batch->event[i].event.kind;
        if (kind == ACCOUNTS_CARD_ISSUED || kind == ACCOUNTS_CASH_CODE_ISSUED)
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
        if (i + 1 < batch->event_count) {
            columns_null(columns, 11);
            continue;
        }
        const struct log_seal seal = seal_of(store, slot->before, &slot->sums);
        log_seal_write(store->sealer, SEAL_APPEND, slot->after, hash, &seal, bytes);
        columns_bytes(columns, 11, bytes, sizeof bytes);
    }
}

/* Whether the command sealed a name: then its content is sealed with the name's key. */
static bool command_sealed(const struct batch *batch, const struct command_record *command)
{
    for (size_t i = 0; i < batch->data_key_count; i++)
        if (uuid_equal(&batch->data_key[i].command_id, &command->id))
            return true;
    return false;
}

static void commands_send(struct store *store, struct lane *lane, struct slot *slot)
{
    struct columns *columns = &store->commands;
    struct arguments arguments;
    columns_reset(columns);
    for (size_t i = 0; i < slot->batch->command_count; i++) {
        const struct command_record *command = &slot->batch->command[i];
        columns_uuid(columns, 0, &command->id);
        columns_bytes(columns, 1, command->content, CONTENT_HASH_LENGTH);
        columns_bytes(columns, 2, command->reply, command->reply_length);
        log_sum_command(store->sealer, command, slot->after, !command_sealed(slot->batch, command),
                        &slot->sums.commands);
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

static void data_key_add(struct store *store, const struct batch *batch, const struct data_key *key)
{
    static const unsigned char no_content[CONTENT_HASH_LENGTH];
    const unsigned char *content = no_content;
    unsigned char seal[DATA_KEY_SEAL_LENGTH];
    for (size_t i = 0; i < batch->command_count; i++)
        if (uuid_equal(&batch->command[i].id, &key->command_id))
            content = batch->command[i].content;
    data_key_seal(store->sealer, key, &key->command_id, content, seal);
    columns_uuid(&store->data_keys, 0, &key->account_id);
    columns_uuid(&store->data_keys, 1, &key->command_id);
    columns_bytes(&store->data_keys, 2, key->wrapped, DATA_KEY_WRAPPED_LENGTH);
    columns_bytes(&store->data_keys, 3, seal, sizeof seal);
}

static void data_keys_send(struct store *store, struct lane *lane, const struct batch *batch)
{
    struct arguments arguments;
    columns_reset(&store->data_keys);
    for (size_t i = 0; i < batch->data_key_count; i++)
        data_key_add(store, batch, &batch->data_key[i]);
    arguments_columns(&arguments, &store->data_keys);
    arguments_run(&arguments, lane->connection, TAG_DATA_KEYS, "data_keys");
}

static void id_or_null(struct columns *columns, unsigned i, const struct uuid *id)
{
    if (uuid_is_nil(id))
        columns_null(columns, i);
    else
        columns_uuid(columns, i, id);
}

static void kept_send(struct store *store, struct lane *lane, struct slot *slot)
{
    struct columns *columns = &store->kept;
    struct arguments arguments;
    columns_reset(columns);
    for (size_t i = 0; i < slot->batch->kept_count; i++) {
        const struct kept_event *kept = &slot->batch->kept[i];
        log_sum_kept(store->sealer, kept, slot->after, &slot->sums.kept);
        columns_uuid(columns, 0, &kept->event_id);
        columns_int8(columns, 1, kept->position);
        columns_bytes(columns, 2, kept->stream_id, strlen(kept->stream_id));
        columns_bytes(columns, 3, kept->type, strlen(kept->type));
        id_or_null(columns, 4, &kept->causation_id);
        id_or_null(columns, 5, &kept->correlation_id);
        if (kept->data == NULL)
            columns_null(columns, 6);
        else
            columns_bytes(columns, 6, kept->data, strlen(kept->data));
        columns_time(columns, 7, kept->created_at_us);
        columns_bytes(columns, 8, kept->reason, strlen(kept->reason));
    }
    arguments_columns(&arguments, columns);
    arguments_int64(&arguments, slot->after);
    arguments_run(&arguments, lane->connection, TAG_KEPT, "kept");
}

void segment_write(struct store *store, struct lane *lane, struct slot *slot,
                   const unsigned char *hash, const struct log_sums *sums)
{
    const struct batch *batch = slot->batch;
    memcpy(slot->hash_before, hash, HASH_LENGTH);
    memcpy(slot->hash, hash, HASH_LENGTH);
    slot->sums = *sums;
    events_encode(store, slot);
    if (batch->event_count > 0) {
        struct arguments arguments;
        arguments_columns(&arguments, &store->events);
        arguments_run(&arguments, lane->connection, TAG_EVENTS, "events");
    }
    if (batch->command_count > 0)
        commands_send(store, lane, slot);
    if (batch->data_key_count > 0)
        data_keys_send(store, lane, batch);
    if (batch->kept_count > 0)
        kept_send(store, lane, slot);
    models_send(store, lane, slot);
    slot->failed_tag = 0;
    slot->sqlstate[0] = '\0';
    slot->state = SLOT_WRITTEN;
    lane->slot = slot;
}

/* The row's last version is looked for in its page alone. As long as another session has an old
 * snapshot every other version stays, too, and there would be ever more to go through. */
static void head_page(struct store *store, struct arguments *arguments)
{
    static const unsigned char first[2] = { 0, 0 }, last[2] = { 0xff, 0xff };
    memcpy(store->head_from, store->head_at, HEAD_PAGE_LENGTH);
    memcpy(store->head_from + HEAD_PAGE_LENGTH, first, sizeof first);
    memcpy(store->head_to, store->head_at, HEAD_PAGE_LENGTH);
    memcpy(store->head_to + HEAD_PAGE_LENGTH, last, sizeof last);
    arguments_bytes(arguments, store->head_from, TID_LENGTH);
    arguments_bytes(arguments, store->head_to, TID_LENGTH);
}

static void head_send(struct store *store, struct lane *lane, struct slot *slot)
{
    struct arguments arguments = { 0 };
    const struct log_seal seal = seal_of(store, store->sealed_from, &slot->sums);
    log_seal_write(store->sealer, SEAL_HEAD, slot->after, slot->hash, &seal, slot->seal);
    slot->sequence = seal.sequence;
    arguments_int64(&arguments, slot->before);
    arguments_int64(&arguments, store->epoch);
    arguments_int64(&arguments, slot->after);
    arguments_bytes(&arguments, slot->hash, HASH_LENGTH);
    arguments_bytes(&arguments, slot->seal, LOG_SEAL_LENGTH);
    head_page(store, &arguments);
    arguments_bytes(&arguments, slot->hash_before, HASH_LENGTH);
    arguments_run(&arguments, lane->connection, TAG_HEAD, "head");
}

static void erasures_send(struct store *store, struct lane *lane, const struct batch *batch)
{
    struct columns *columns = &store->erasures;
    struct arguments arguments;
    columns_reset(columns);
    for (size_t i = 0; i < batch->event_count; i++)
        if (batch->event[i].event.kind == ACCOUNTS_OWNER_ERASED)
            columns_uuid(columns, 0, &batch->event[i].event.stream_id);
    if (columns->rows > 0) {
        arguments_columns(&arguments, columns);
        arguments_run(&arguments, lane->connection, TAG_ERASE, "erase");
    }
}

void segment_end(struct store *store, struct lane *lane, struct slot *slot)
{
    head_send(store, lane, slot);
    snapshots_send(lane, slot);
    erasures_send(store, lane, slot->batch);
    connection_sync(lane->connection, TAG_APPENDED);
    slot->state = SLOT_SENT;
}
