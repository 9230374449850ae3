/* SPDX-License-Identifier: MIT */
/*
 * Taking the log over: its head is read, its seal checked, and the head claimed
 * by a new epoch under a new seal. The last event is looked at with it, so that
 * neither a head changed by hand nor a log rewritten beneath it is built upon.
 * What stands further down is for `bank verify`: this takes one row each.
 */
#include "bank/store/parts.h"

#include <stdio.h>
#include <string.h>

#define LOOK "; `bank verify` says more"

enum {
    HEAD_POSITION,
    HEAD_HASH,
    HEAD_EPOCH,
    HEAD_SEAL,
    LAST_POSITION,
    LAST_HASH,
    LAST_SEAL,
    HEAD_EMPTY
};

static bool refuse(struct store *store, const char *why)
{
    snprintf(store->refusal, sizeof store->refusal, "%s", why);
    return false;
}

/* A value of that length, and no other. */
static bool bytes_read(const PGresult *result, int column, void *bytes, size_t length)
{
    if (PQgetisnull(result, 0, column) || PQgetlength(result, 0, column) != (int)length)
        return false;
    memcpy(bytes, PQgetvalue(result, 0, column), length);
    return true;
}

/* The log's last event is the head's, and sealed when it came after sealing had begun. */
static bool last_check(struct store *store, const PGresult *result, const struct log_end *end,
                       const struct log_seal *seal)
{
    unsigned char hash[HASH_LENGTH], bytes[LOG_SEAL_LENGTH];
    struct log_seal last;
    const int64_t position =
        PQgetisnull(result, 0, LAST_POSITION) ? 0 : row_int64(result, 0, LAST_POSITION);
    if (position != end->position)
        return refuse(store,
                      "the log does not end where its head says: events were added or removed by "
                      "another program than the bank" LOOK);
    if (position == 0)
        return true;
    if (!bytes_read(result, LAST_HASH, hash, sizeof hash) ||
        memcmp(hash, end->hash, HASH_LENGTH) != 0)
        return refuse(store,
                      "the log's last event is not the one its head was sealed with: events were "
                      "rewritten" LOOK);
    if (position > seal->from &&
        (!bytes_read(result, LAST_SEAL, bytes, sizeof bytes) ||
         !log_seal_read(store->sealer, SEAL_APPEND, position, hash, bytes, &last)))
        return refuse(store, "the log's last event has no seal of this bank's" LOOK);
    return true;
}

/* Nothing to check: what it takes over is empty. */
static bool begin_sealing(struct store *store)
{
    store->sums = (struct log_sums){ { 0, 0 }, { 0, 0 } };
    store->sealed_from = store->sequence = 0;
    return true;
}

bool head_check(struct store *store, const PGresult *result)
{
    struct log_end end;
    struct log_seal seal;
    if (PQntuples(result) != 1)
        return refuse(store, "esbank.log_head has lost its row" LOOK);
    end.position = row_int64(result, 0, HEAD_POSITION);
    end.epoch = row_int64(result, 0, HEAD_EPOCH);
    if (!bytes_read(result, HEAD_HASH, end.hash, sizeof end.hash))
        return refuse(store, "esbank.log_head holds no hash" LOOK);
    store->head = store->tail = store->cards_issued = end.position;
    memcpy(store->head_hash, end.hash, HASH_LENGTH);
    memset(store->head_at, 0xff, sizeof store->head_at);
    store->epoch = end.epoch;
    store->head_sealed = !PQgetisnull(result, 0, HEAD_SEAL);
    if (!store->head_sealed && row_bool(result, 0, HEAD_EMPTY) &&
        PQgetisnull(result, 0, LAST_POSITION))
        return begin_sealing(store);
    if (!store->head_sealed)
        return refuse(
            store, "the log has no seal: start `bank serve` again, which seals one that an older "
                   "program left, and that only");
    if (!bytes_read(result, HEAD_SEAL, end.seal, sizeof end.seal) ||
        !log_end_read(store->sealer, &end, &seal))
        return refuse(
            store, "the log's head does not bear this bank's seal: keys/log.key is not the one it "
                   "was sealed with (put that back), or esbank.log_head was changed by another "
                   "program" LOOK);
    memcpy(store->head_seal, end.seal, sizeof end.seal);
    store->sums = seal.sums;
    store->sealed_from = seal.from;
    store->sequence = seal.sequence;
    return last_check(store, result, &end, &seal);
}

void head_claim(struct store *store, int tag)
{
    struct arguments arguments = { 0 };
    struct log_seal seal = { store->epoch + 1, ++store->sequence, store->sealed_from, store->sums };
    unsigned char old[LOG_SEAL_LENGTH];
    memcpy(old, store->head_seal, sizeof old);
    log_seal_write(store->sealer, SEAL_HEAD, store->head, store->head_hash, &seal,
                   store->head_seal);
    arguments_int64(&arguments, store->epoch);
    arguments_int64(&arguments, store->epoch + 1);
    arguments_bytes(&arguments, store->head_seal, LOG_SEAL_LENGTH);
    arguments_bytes(&arguments, store->head_sealed ? old : NULL,
                    store->head_sealed ? sizeof old : 0);
    struct parameters parameters = arguments_parameters(&arguments);
    connection_query(
        store->writer, tag,
        "UPDATE esbank.log_head SET epoch = $2::bigint, seal = $3::bytea WHERE shard = 0 AND"
        " epoch = $1::bigint AND seal IS NOT DISTINCT FROM $4::bytea RETURNING epoch",
        &parameters);
}
