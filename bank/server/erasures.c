/* SPDX-License-Identifier: MIT */
#include "bank/server/erasures.h"

#include "bank/engine/engine.h"
#include "bank/log/log.h"
#include "bank/postgres/query.h"
#include "bank/server/parse.h"
#include "shared/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { TIME_SIZE = 32 };

struct erasure {
    struct uuid account_id;
    bool
        key_back; /* its key is there, so it was erased elsewhere; else only the event is missing */
};

struct erasures {
    struct request request;
    bool under_way;
    char path[HOME_PATH_SIZE];
    size_t count, capacity, at; /* of due; at: the next */
    struct erasure *due;
};

/* ---- the list ---- */

/* Each line of the file is an id, a blank and a time. A last one that a kill has torn is no id. */
static bool list_read(const struct erasures *erasures, char **ids, struct error *error)
{
    char line[UUID_TEXT_LENGTH + TIME_SIZE];
    size_t length = 0;
    FILE *memory = open_memstream(ids, &length);
    if (memory == NULL)
        panic("out of memory");
    FILE *file = fopen(erasures->path, "re");
    bool whole = file != NULL || errno == ENOENT;
    if (!whole)
        error_set_errno(error, "the list of erasures cannot be read: %s", erasures->path);
    fputc('{', memory);
    for (int count = 0; file != NULL && fgets(line, sizeof line, file) != NULL;) {
        struct uuid id;
        if (strlen(line) >= UUID_TEXT_LENGTH && line[UUID_TEXT_LENGTH - 1] == ' ' &&
            uuid_read(line, UUID_TEXT_LENGTH - 1, &id))
            fprintf(memory, "%s%.36s", count++ > 0 ? "," : "", line);
    }
    fputc('}', memory);
    fclose(memory);
    if (file != NULL && ferror(file))
        whole = error_set(error, ERROR_SYSTEM, "the list of erasures cannot be read to its end: %s",
                          erasures->path);
    if (file != NULL)
        fclose(file);
    return whole;
}

static void list_add(const struct erasures *erasures, const char *id, const char *at, bool durably)
{
    char line[UUID_TEXT_LENGTH + TIME_SIZE];
    /* It begins on a line of its own, whatever a kill has left before it. */
    const int length = snprintf(line, sizeof line, "\n%s %.24s\n", id, at);
    const int file = open(erasures->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const bool written =
        file >= 0 && write(file, line, (size_t)length) == length && (!durably || fsync(file) == 0);
    if (!written)
        log_event("erasure-not-listed", "account=%s why=\"%s: %s\"", id, erasures->path,
                  strerror(errno));
    if (file >= 0)
        close(file);
}

static void note(const struct erasures *erasures, const struct event_record *record)
{
    char id[UUID_TEXT_LENGTH], at[TIME_SIZE];
    const time_t seconds = (time_t)(record->event.at_us / 1000000);
    struct tm moment;
    gmtime_r(&seconds, &moment);
    strftime(at, sizeof at, "%Y-%m-%dT%H:%M:%SZ", &moment);
    uuid_write(&record->event.stream_id, id);
    log_event("owner-erased", "account=%s position=%" PRId64, id, record->position);
    list_add(erasures, id, at, true);
}

void erasures_note(struct erasures *erasures, const struct event_record *records, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (records[i].event.kind == ACCOUNTS_OWNER_ERASED)
            note(erasures, &records[i]);
}

/* ---- at the start ---- */

enum { ACCOUNT, KEY_THERE, SAID, LISTED, AT };

static const char compare_sql[] =
    "WITH said AS (SELECT DISTINCT substr(stream_id, 9)::uuid AS account_id FROM esbank.events"
    " WHERE event_type = 'Accounts.OwnerErased'), listed AS (SELECT unnest($1::uuid[]) AS"
    " account_id) SELECT k.account_id, bool_or(k.wrapped IS NOT NULL), bool_or(s.account_id IS NOT"
    " NULL), bool_or(l.account_id IS NOT NULL), to_char(coalesce(min(k.shredded_at), now())"
    " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') FROM esbank.data_keys k"
    " LEFT JOIN said s USING (account_id)"
    " LEFT JOIN (SELECT DISTINCT account_id FROM listed) l USING (account_id)"
    " WHERE k.wrapped IS NULL OR s.account_id IS NOT NULL OR l.account_id IS NOT NULL"
    " GROUP BY k.account_id";

static void due_add(struct erasures *erasures, const struct erasure *erasure)
{
    if (erasures->count == erasures->capacity) {
        erasures->capacity = erasures->capacity == 0 ? 8 : erasures->capacity * 2;
        erasures->due = realloc(erasures->due, erasures->capacity * sizeof *erasures->due);
        if (erasures->due == NULL)
            panic("out of memory");
    }
    erasures->due[erasures->count++] = *erasure;
}

/* One account of which the log, the list or the table of keys says that it was erased. */
static bool compare(struct erasures *erasures, struct query *query, const struct rows *rows,
                    size_t row, struct error *error)
{
    struct erasure erasure;
    const char *id = rows_text(rows, row, ACCOUNT);
    const bool said = rows_text(rows, row, SAID)[0] == 't';
    const bool listed = rows_text(rows, row, LISTED)[0] == 't';
    erasure.key_back = rows_text(rows, row, KEY_THERE)[0] == 't';
    rows_uuid(rows, row, ACCOUNT, &erasure.account_id);
    if (!said)
        due_add(erasures, &erasure);
    else if (erasure.key_back) {
        if (!query_do(query, "SELECT esbank.erase_owner($1::uuid)", 1, (const char *[]){ id },
                      error))
            return false;
        log_event("owner-erased-again", "account=%s why=\"the log has it, but its key was back\"",
                  id);
    }
    if (!listed && (said || !erasure.key_back))
        list_add(erasures, id, rows_text(rows, row, AT), false); /* or at the next start */
    return true;
}

static bool compare_all(struct erasures *erasures, const char *conninfo, struct error *error)
{
    char *ids;
    if (!list_read(erasures, &ids, error)) {
        free(ids);
        return false;
    }
    struct query *query = query_open(conninfo, NULL, error);
    struct rows *rows =
        query != NULL ? query_run(query, compare_sql, 1, (const char *[]){ ids }, error) : NULL;
    bool worked = rows != NULL;
    for (size_t row = 0; worked && row < rows_count(rows); row++)
        worked = compare(erasures, query, rows, row, error);
    rows_free(rows);
    query_close(query);
    free(ids);
    return worked;
}

struct erasures *erasures_open(const struct home *home, const char *conninfo, struct error *error)
{
    struct erasures *erasures = calloc(1, sizeof *erasures);
    if (erasures == NULL)
        panic("out of memory");
    home_path(home, erasures->path, sizeof erasures->path, "erased");
    if (compare_all(erasures, conninfo, error))
        return erasures;
    erasures_close(erasures);
    return NULL;
}

void erasures_close(struct erasures *erasures)
{
    if (erasures == NULL)
        return;
    free(erasures->due);
    free(erasures);
}

/* ---- what is due ---- */

/* Made of the account's id: the same at each start, so that two banks' starts erase once. */
static struct uuid command_id(const struct uuid *account_id)
{
    static const char word[sizeof account_id->bytes + 1] = "erase this owner";
    struct uuid id = *account_id;
    for (size_t i = 0; i < sizeof id.bytes; i++)
        id.bytes[i] ^= (unsigned char)word[i];
    id.bytes[6] = (unsigned char)((id.bytes[6] & 0x0f) | 0x80); /* version 8 */
    id.bytes[8] = (unsigned char)((id.bytes[8] & 0x3f) | 0x80); /* variant */
    return id;
}

static void on_done(struct request *request, const char *line, size_t length, bool replayed)
{
    struct erasures *erasures = request->owner;
    (void)line, (void)length;
    erasures->under_way = false;
    if (request->refusal == REFUSED_BANK_UNAVAILABLE)
        return; /* again in a later turn, once the bank has its log back */
    const struct erasure *erasure = &erasures->due[erasures->at++];
    char id[UUID_TEXT_LENGTH];
    uuid_write(&erasure->account_id, id);
    if (request->refusal != NOT_REFUSED)
        log_event("owner-not-erased", "account=%s why=\"%s\"", id, refusal_name(request->refusal));
    else if (!replayed)
        log_event("owner-erased-again", "account=%s why=\"%s\"", id,
                  erasure->key_back ? "the list in the home has it, but this log did not"
                                    : "its key was gone, but the log did not say so");
}

void erasures_apply(struct erasures *erasures, struct engine *engine)
{
    struct request *request = &erasures->request;
    if (erasures->at == erasures->count || erasures->under_way)
        return;
    const struct uuid *account_id = &erasures->due[erasures->at].account_id;
    erasures->under_way = true;
    *request = (struct request){ .done = on_done,
                                 .owner = erasures,
                                 .repeat = true,
                                 .received_us = clock_us(CLOCK_MONOTONIC),
                                 .command = { .kind = ACCOUNTS_ERASE_OWNER,
                                              .id = command_id(account_id),
                                              .account_id = *account_id } };
    request_complete(request);
    engine_submit(engine, request);
}
