/* SPDX-License-Identifier: MIT */
/* What stands beside the log in small tables: checkpoints, and the keys of sealed names. */
#include "bank/codec/event_row.h"
#include "bank/models/projection.h"
#include "bank/subscriptions/handler.h"
#include "bank/vault/seal.h"
#include "bank/verify/log_rows.h"
#include "bank/verify/parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- checkpoints ---- */

static const struct projection *projection_named(const char *name)
{
    for (size_t i = 0; projections[i] != NULL; i++)
        if (strcmp(projections[i]->name, name) == 0)
            return projections[i];
    return NULL;
}

static void projection_check(struct verify *verify, const char *name, int64_t position,
                             int64_t version, int64_t head)
{
    const struct projection *projection = projection_named(name);
    if (projection == NULL)
        verify_fail(verify, VERIFY_CHECKPOINTS, 0, NULL,
                    "%.80s has a checkpoint, but is no read model", name);
    else if (version != projection->version)
        verify_fail(verify, VERIFY_CHECKPOINTS, 0, NULL,
                    "%.80s is of version %" PRId64
                    ", this program's is %d: start the bank, which makes it again",
                    name, version, projection->version);
    if (position > head || position < 0)
        verify_fail(verify, VERIFY_CHECKPOINTS, position, NULL,
                    "the checkpoint of %.80s is not in the log, which ends at %" PRId64
                    ": `bank projection rebuild %.80s`",
                    name, head, name);
}

static void subscription_check(struct verify *verify, const char *name, int64_t position,
                               int64_t failing, int64_t head)
{
    if (handler_find(handlers, name) == NULL)
        verify_fail(verify, VERIFY_CHECKPOINTS, 0, NULL,
                    "%.80s has a checkpoint, but is no event handler", name);
    if (position > head || failing > head)
        verify_fail(verify, VERIFY_CHECKPOINTS, position, NULL,
                    "the subscription %.80s is ahead of the log, which ends at %" PRId64
                    ": `bank subscription reset %.80s`",
                    name, head, name);
}

bool verify_checkpoints(struct verify *verify, struct error *error)
{
    struct rows *rows =
        query_run(verify->query,
                  "SELECT b.*, e.position FROM (SELECT 'p' AS kind, name, position, version, NULL"
                  " FROM esbank.projections UNION ALL SELECT 's', name, position, NULL,"
                  " failing_position FROM esbank.subscriptions) AS b, (" LOG_END ") AS e"
                  " ORDER BY kind, name",
                  0, NULL, error);
    if (rows == NULL)
        return false;
    for (size_t row = 0; row < rows_count(rows); row++) {
        verify->report->finding[VERIFY_CHECKPOINTS].checked++;
        if (rows_text(rows, row, 0)[0] == 'p')
            projection_check(verify, rows_text(rows, row, 1), rows_integer(rows, row, 2),
                             rows_integer(rows, row, 3), rows_integer(rows, row, 5));
        else
            subscription_check(verify, rows_text(rows, row, 1), rows_integer(rows, row, 2),
                               rows_integer(rows, row, 4), rows_integer(rows, row, 5));
    }
    rows_free(rows);
    return true;
}

/* ---- keys ---- */

static bool is_blank(const unsigned char content[static CONTENT_HASH_LENGTH])
{
    static const unsigned char blank[CONTENT_HASH_LENGTH];
    return memcmp(content, blank, CONTENT_HASH_LENGTH) == 0;
}

static void seal_check(struct verify *verify, const struct log_data_key *row, const char *stream)
{
    struct log_sealer *sealer = seals_sealer(verify);
    const struct log_seal *head = seals_head(verify);
    unsigned char seal[DATA_KEY_SEAL_LENGTH];
    if (sealer == NULL)
        return;
    if (!row->sealed && head != NULL && row->position > head->from)
        verify_fail(verify, VERIFY_DATA_KEYS, row->position, stream,
                    "the account's data key has lost its seal");
    if (!row->sealed)
        return;
    data_key_seal(sealer, &row->key, &row->key.command_id, row->content, seal);
    if (memcmp(seal, row->seal, sizeof seal) != 0)
        verify_fail(verify, VERIFY_DATA_KEYS, row->position, stream,
                    "a data key, or the content of the command that sealed the name, was altered");
}

static void data_key_row(void *context, const struct log_data_key *row)
{
    struct verify *verify = context;
    char stream[LOG_READER_STREAM_SIZE];
    log_reader_stream_name(STREAM_ACCOUNT, &row->key.account_id, stream);
    verify->report->finding[VERIFY_DATA_KEYS].checked++;
    verify->keys_fitting += row->position > 0;
    if (row->position == 0)
        verify_fail(verify, VERIFY_DATA_KEYS, 0, stream,
                    "a data key is there for it, but no event has a name that was sealed under it");
    else if (row->wrapped)
        seal_check(verify, row, stream);
    else if (!is_blank(row->content))
        verify_fail(
            verify, VERIFY_DATA_KEYS, row->position, stream,
            "its data key was shredded, but not by an erasure: the command that sealed the name is "
            "not blanked");
}

/* An erasure is an event, and the key goes with it. */
static bool erasures_check(struct verify *verify, struct error *error)
{
    struct rows *rows = query_run(
        verify->query,
        "WITH said AS (SELECT substr(stream_id, 9)::uuid AS account_id, max(position) AS position"
        " FROM esbank.events WHERE event_type = 'Accounts.OwnerErased' GROUP BY 1)"
        " SELECT k.account_id, s.position FROM esbank.data_keys k LEFT JOIN said s"
        " USING (account_id) WHERE (k.wrapped IS NULL) <> (s.position IS NOT NULL)"
        " ORDER BY s.position",
        0, NULL, error);
    if (rows == NULL)
        return false;
    int64_t silent = 0;
    for (size_t row = 0; row < rows_count(rows); row++)
        if (rows_text(rows, row, 1) == NULL)
            silent++;
        else
            verify_fail(verify, VERIFY_DATA_KEYS, rows_integer(rows, row, 1), NULL,
                        "the owner of account %.36s was erased, but the data key is there: start"
                        " the bank, which erases it again",
                        rows_text(rows, row, 0));
    rows_free(rows);
    if (silent > 0)
        verify_note(verify, VERIFY_DATA_KEYS,
                    "%" PRId64 " erased before the log says so: the bank's next start adds it",
                    silent);
    return true;
}

bool verify_data_keys(struct verify *verify, struct error *error)
{
    if (!erasures_check(verify, error) ||
        !log_rows_data_keys(verify->query, data_key_row, verify, error))
        return false;
    if (seals_sealer(verify) == NULL)
        verify_leave(verify, VERIFY_DATA_KEYS,
                     "checked without their seals: keys/log.key is not there");
    if (verify->accounts_sealed > verify->keys_fitting)
        verify_fail(verify, VERIFY_DATA_KEYS, 0, NULL,
                    "%" PRId64 " names are sealed, but %" PRId64
                    " of their data keys are gone: restore esbank.data_keys",
                    verify->accounts_sealed, verify->accounts_sealed - verify->keys_fitting);
    return true;
}
