/* SPDX-License-Identifier: MIT */
/*
 * Taking the log over: its head is read, its seal checked, and the head claimed
 * by a new epoch under a new seal. The last event is looked at with it, so that
 * neither a head changed by hand nor a log rewritten beneath it is built upon.
 * What stands further down is for `bank verify`: this takes one row each.
 *
 * A log with seals that hold may still not be the one this bank knew: an older copy
 * of it, or that of a server which had not received everything. So the event at
 * the last position that was acknowledged must be there, with its hash, and the head
 * must not have been sealed before that one was (commands that were refused have
 * no event). Where a loss is accepted, the epoch and the seal's sequence go on
 * above those that are known, so that no two seals of the bank are alike.
 */
#include "bank/store/parts.h"

#include <stdio.h>
#include <string.h>

#define LOOK "; `bank verify` says more"
#define GO_ON                                                                                      \
    ": connect the bank to the database that has it, or start it once with"                        \
    " `bank serve --accept-log-loss`, which goes on without and records what was lost"

static const char head_sql[] =
    "SELECT h.position, h.hash, h.epoch, h.seal, e.position, e.hash, e.seal, h.position = 0 AND"
    " NOT EXISTS (SELECT FROM esbank.commands), k.hash, (SELECT coalesce(max(stream_version), 0)"
    " FROM esbank.events WHERE stream_id = 'bank') FROM esbank.log_head h LEFT JOIN LATERAL"
    " (SELECT position, hash, seal FROM esbank.events ORDER BY position DESC LIMIT 1) e ON true"
    " LEFT JOIN esbank.events k ON k.position = $1::bigint WHERE h.shard = 0";

enum {
    HEAD_POSITION,
    HEAD_HASH,
    HEAD_EPOCH,
    HEAD_SEAL,
    LAST_POSITION,
    LAST_HASH,
    LAST_SEAL,
    HEAD_EMPTY,
    KNOWN_HASH,
    BANK_VERSION
};

void head_read(struct store *store, int tag)
{
    struct arguments arguments = { 0 };
    arguments_int64(&arguments, store->known.any ? store->known.end.position : 0);
    struct parameters parameters = arguments_parameters(&arguments);
    connection_query(store->writer, tag, head_sql, &parameters);
}

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

/* Whether what is missing is given up, which an event is to tell. */
static bool accept_loss(struct store *store, const struct log_end *found)
{
    if (!store->accept_loss)
        return false;
    store->loss.wanted = true;
    store->loss.known = store->known.end;
    store->loss.found = *found;
    return true;
}

/* Whether the log contains what this bank has acknowledged. */
static bool known_check(struct store *store, const PGresult *result, const struct log_end *found)
{
    const struct known *known = &store->known;
    unsigned char hash[HASH_LENGTH];
    const bool there =
        known->end.position == 0 || (bytes_read(result, KNOWN_HASH, hash, sizeof hash) &&
                                     memcmp(hash, known->end.hash, HASH_LENGTH) == 0);
    store->loss.wanted = false;
    if (!known->any || (there && store->sequence >= known->sequence) || accept_loss(store, found))
        return true;
    snprintf(store->refusal, sizeof store->refusal,
             "the log is not the one this bank knew: it ends at position %lld%s, and the bank has "
             "acknowledged everything up to position %lld" GO_ON,
             (long long)found->position,
             found->position < known->end.position ? ""
             : there                               ? " with an older seal"
                                                   : " with other events",
             (long long)known->end.position);
    return false;
}

/* Nothing to check of seals: what it takes over is empty. */
static bool begin_sealing(struct store *store, const PGresult *result, const struct log_end *found)
{
    store->sums = (struct log_sums){ { 0, 0 }, { 0, 0 } };
    store->sealed_from = store->sequence = 0;
    if (!known_check(store, result, found))
        return false;
    if (!store->sealed_before || store->loss.wanted || accept_loss(store, found))
        return true;
    return refuse(store,
                  "the log is empty and has no seal, but this bank has sealed it before: its "
                  "rows were removed by another program" GO_ON);
}

bool head_check(struct store *store, const PGresult *result)
{
    struct log_end end;
    struct log_seal seal;
    if (PQntuples(result) != 1)
        return refuse(store, "esbank.log_head has lost its row" LOOK);
    end.position = row_int64(result, 0, HEAD_POSITION);
    end.epoch = row_int64(result, 0, HEAD_EPOCH);
    store->bank_version = row_int64(result, 0, BANK_VERSION);
    if (!bytes_read(result, HEAD_HASH, end.hash, sizeof end.hash))
        return refuse(store, "esbank.log_head holds no hash" LOOK);
    store->head = store->tail = store->cards_issued = end.position;
    memcpy(store->head_hash, end.hash, HASH_LENGTH);
    memset(store->head_at, 0xff, sizeof store->head_at);
    store->epoch = end.epoch;
    store->head_sealed = !PQgetisnull(result, 0, HEAD_SEAL);
    if (!store->head_sealed && row_bool(result, 0, HEAD_EMPTY) &&
        PQgetisnull(result, 0, LAST_POSITION))
        return begin_sealing(store, result, &end);
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
    return last_check(store, result, &end, &seal) && known_check(store, result, &end);
}

void head_claim(struct store *store, int tag)
{
    struct arguments arguments = { 0 };
    int64_t epoch = store->epoch;
    store->found_sealed = store->head_sealed && !store->loss.wanted;
    store->found_sequence = store->sequence;
    store->found = store_end(store);
    if (store->loss.wanted) {
        epoch = epoch > store->loss.known.epoch ? epoch : store->loss.known.epoch;
        if (store->sequence < store->known.sequence)
            store->sequence = store->known.sequence;
    }
    struct log_seal seal = { epoch + 1, ++store->sequence, store->sealed_from, store->sums };
    unsigned char old[LOG_SEAL_LENGTH];
    memcpy(old, store->head_seal, sizeof old);
    log_seal_write(store->sealer, SEAL_HEAD, store->head, store->head_hash, &seal,
                   store->head_seal);
    arguments_int64(&arguments, store->epoch);
    arguments_int64(&arguments, epoch + 1);
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

void head_claimed(struct store *store, int64_t epoch)
{
    store->epoch = epoch;
    if (store->found_sealed)
        known_set(&store->known, &store->found, store->found_sequence);
}
