/* SPDX-License-Identifier: MIT */
#include "bank/keys/recorder.h"

#include "bank/log/log.h"
#include "bank/postgres/connection.h"
#include "bank/postgres/sessions.h"

#include <stdlib.h>
#include <string.h>

enum { TAG_RECORD = 1 };

struct entry {
    struct entry *next;
    char name[KEY_NAME_SIZE];
    unsigned char check[KEY_CHECK_LENGTH];
};

struct key_recorder {
    struct connection *connection;
    struct entry *first, **end;
    bool under_way; /* the first one is sent */
};

static void entry_send(struct key_recorder *recorder)
{
    const struct entry *entry = recorder->first;
    const char *values[] = { entry->name, (const char *)entry->check };
    const int lengths[] = { (int)strlen(entry->name), KEY_CHECK_LENGTH }, formats[] = { 0, 1 };
    struct parameters parameters = { 2, values, lengths, formats };
    connection_query(recorder->connection, TAG_RECORD,
                     "INSERT INTO esbank.key_checks (name, check_value) VALUES ($1, $2) ON "
                     "CONFLICT (name) DO UPDATE"
                     " SET check_value = EXCLUDED.check_value, since = now()",
                     &parameters);
    connection_sync(recorder->connection, TAG_RECORD);
    recorder->under_way = true;
}

static void entry_drop(struct key_recorder *recorder)
{
    struct entry *entry = recorder->first;
    recorder->first = entry->next;
    if (recorder->first == NULL)
        recorder->end = &recorder->first;
    free(entry);
}

static void on_ready(void *context)
{
    struct key_recorder *recorder = context;
    if (recorder->first != NULL)
        entry_send(recorder);
}

static void on_result(void *context, int tag, const PGresult *result)
{
    struct key_recorder *recorder = context;
    char why[300];
    (void)tag;
    if (!result_failed(result))
        return;
    result_message(result, why, sizeof why);
    log_event("key-not-recorded", "key=%s why=\"%s\"", recorder->first->name, why);
}

static void on_synced(void *context, int tag)
{
    struct key_recorder *recorder = context;
    (void)tag;
    recorder->under_way = false;
    entry_drop(recorder);
    if (recorder->first != NULL)
        entry_send(recorder);
    else
        connection_close(recorder->connection);
}

static void on_lost(void *context, const char *why)
{
    (void)why;
    ((struct key_recorder *)context)->under_way =
        false; /* it is made again, and then all of it is sent */
}

struct key_recorder *key_recorder_create(struct event_base *loop, const char *conninfo)
{
    struct key_recorder *recorder = calloc(1, sizeof *recorder);
    if (recorder == NULL)
        panic("out of memory");
    struct connection_hooks hooks = { .name = SESSION_KEYS,
                                      .context = recorder,
                                      .ready = on_ready,
                                      .result = on_result,
                                      .synced = on_synced,
                                      .lost = on_lost };
    recorder->connection = connection_create(loop, conninfo, &hooks);
    recorder->end = &recorder->first;
    return recorder;
}

void key_recorder_destroy(struct key_recorder *recorder)
{
    if (recorder == NULL)
        return;
    connection_destroy(recorder->connection);
    while (recorder->first != NULL)
        entry_drop(recorder);
    free(recorder);
}

void key_recorder_add(void *context, const struct key *key)
{
    struct key_recorder *recorder = context;
    struct entry *entry = calloc(1, sizeof *entry);
    if (entry == NULL)
        panic("out of memory");
    memcpy(entry->name, key->name, sizeof entry->name);
    key_check_value(key, entry->check);
    *recorder->end = entry;
    recorder->end = &entry->next;
    if (connection_ready(recorder->connection) && !recorder->under_way)
        entry_send(recorder);
    else
        connection_open(recorder->connection);
}
