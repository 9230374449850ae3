/* SPDX-License-Identifier: MIT */
#include "bank/server/log_begin.h"

#include "bank/codec/log_seal.h"
#include "bank/postgres/log_reader.h"
#include "bank/store/store.h"
#include "bank/verify/log_rows.h"
#include "shared/hex.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct beginning {
    struct query *query;
    struct log_sealer *sealer;
    struct log_end end;
    struct log_seal seal;
};

/* One row of a statement without parameters, or NULL. */
static struct rows *row_of(struct query *query, const char *sql, struct error *error)
{
    struct rows *rows = query_run(query, sql, 0, NULL, error);
    if (rows == NULL || rows_count(rows) == 1)
        return rows;
    rows_free(rows);
    error_set(error, ERROR_DATABASE, "esbank.log_head has lost its row: `bank verify` says more");
    return NULL;
}

static bool says(struct query *query, const char *sql, bool *answer, struct error *error)
{
    struct rows *rows = row_of(query, sql, error);
    if (rows == NULL)
        return false;
    *answer = rows_text(rows, 0, 0) != NULL && rows_text(rows, 0, 0)[0] == 't';
    rows_free(rows);
    return true;
}

static bool head_read(struct beginning *beginning, struct error *error)
{
    struct rows *rows =
        row_of(beginning->query,
               "SELECT position, hash, epoch FROM esbank.log_head WHERE shard = 0", error);
    if (rows == NULL)
        return false;
    beginning->end.position = rows_integer(rows, 0, 0);
    rows_bytes(rows, 0, 1, beginning->end.hash, HASH_LENGTH);
    beginning->end.epoch = rows_integer(rows, 0, 2);
    rows_free(rows);
    return true;
}

static bool chain_check(struct beginning *beginning, struct error *error)
{
    struct hash_chain *chain = hash_chain_create();
    struct log_reader reader;
    struct stored_event stored;
    enum log_reader_step step;
    unsigned char hash[HASH_LENGTH] = { 0 };
    int64_t last = 0;
    bool whole = true;
    log_reader_init(&reader, beginning->query, LOG_READER_LOG);
    while (whole && (step = log_reader_next(&reader, &stored, error)) == LOG_READER_EVENT) {
        struct stored_event again = stored;
        hash_chain_next(chain, hash, &again);
        whole = stored.position == last + 1 && memcmp(again.hash, stored.hash, HASH_LENGTH) == 0;
        memcpy(hash, again.hash, HASH_LENGTH);
        last = stored.position;
    }
    log_reader_finish(&reader);
    hash_chain_destroy(chain);
    if (whole && step != LOG_READER_END)
        return false;
    if (whole && last == beginning->end.position &&
        memcmp(hash, beginning->end.hash, HASH_LENGTH) == 0)
        return true;
    return error_set(error, ERROR_DATABASE,
                     "the log is not sealed: its hash chain does not hold at position %" PRId64
                     "; `bank verify` says more",
                     last);
}

static void add_command(void *context, const struct command_record *command, int64_t position,
                        bool content)
{
    struct beginning *beginning = context;
    log_sum_command(beginning->sealer, command, position, content, &beginning->seal.sums.commands);
}

static void add_kept(void *context, const struct kept_event *kept, int64_t log_position)
{
    struct beginning *beginning = context;
    log_sum_kept(beginning->sealer, kept, log_position, &beginning->seal.sums.kept);
}

static bool seal_store(struct beginning *beginning, struct error *error)
{
    char epoch[24], digits[LOG_SEAL_LENGTH * 2 + 3] = "\\x";
    beginning->seal.epoch = beginning->end.epoch;
    beginning->seal.sequence = 1;
    beginning->seal.from = beginning->end.position;
    log_seal_write(beginning->sealer, SEAL_HEAD, beginning->end.position, beginning->end.hash,
                   &beginning->seal, beginning->end.seal);
    hex_encode(beginning->end.seal, LOG_SEAL_LENGTH, digits + 2);
    snprintf(epoch, sizeof epoch, "%" PRId64, beginning->end.epoch);
    return query_do(
        beginning->query,
        "UPDATE esbank.log_head SET seal = $1::bytea WHERE shard = 0 AND epoch = $2::bigint", 2,
        (const char *[]){ digits, epoch }, error);
}

/* While no other session writes: the lock is the session's. */
static bool seal_old(struct beginning *beginning, struct error *error)
{
    return query_follow_indexes(beginning->query, error) &&
           query_do(beginning->query, "BEGIN ISOLATION LEVEL REPEATABLE READ", 0, NULL, error) &&
           head_read(beginning, error) && chain_check(beginning, error) &&
           query_join_whole(beginning->query, true, error) &&
           log_rows_commands(beginning->query, add_command, beginning, error) &&
           log_rows_kept(beginning->query, add_kept, beginning, error) &&
           seal_store(beginning, error) && query_do(beginning->query, "COMMIT", 0, NULL, error);
}

static bool begin(struct beginning *beginning, const struct vault *vault, int64_t *position,
                  struct error *error)
{
    bool unsealed, ours;
    if (!says(beginning->query,
              "SELECT seal IS NULL AND (EXISTS (SELECT FROM esbank.events) OR"
              " EXISTS (SELECT FROM esbank.commands)) FROM esbank.log_head WHERE shard = 0",
              &unsealed, error))
        return false;
    if (!unsealed)
        return true;
    if (!vault_log_key_unused(vault))
        return error_set(
            error, ERROR_DATABASE,
            "the log has no seal, but keys/log.key was in use before: another program has taken "
            "the seals away; restore the database, or look into it with `bank verify`");
    if (!says(beginning->query, "SELECT pg_try_advisory_lock(" COMMIT_LOCK ")", &ours, error))
        return false;
    if (!ours)
        return true;
    beginning->sealer = log_sealer_create(vault_log_key(vault));
    bool worked = seal_old(beginning, error);
    log_sealer_destroy(beginning->sealer);
    if (worked)
        *position = beginning->end.position;
    return worked;
}

bool log_begin(const char *conninfo, const struct vault *vault, int64_t *position,
               struct error *error)
{
    struct beginning beginning = { .query = query_open(conninfo, NULL, error) };
    *position = 0;
    bool worked = beginning.query != NULL && begin(&beginning, vault, position, error);
    query_close(beginning.query);
    return worked;
}
