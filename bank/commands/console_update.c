/* SPDX-License-Identifier: MIT */
/* What the console shows, asked for once a second: nothing here paints. */
#include "bank/cli/client.h"
#include "bank/codec/event_row.h"
#include "bank/commands/console.h"
#include "shared/clock.h"
#include "shared/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANSWER_WITHIN_MS 1000

static const char *const counter_names[CONSOLE_COUNTERS] = {
    [COUNTER_COMMANDS] = "commands", [COUNTER_REFUSED] = "refused", [COUNTER_REPLAYED] = "replayed",
    [COUNTER_EVENTS] = "events",     [COUNTER_BATCHES] = "batches", [COUNTER_QUEUED] = "queued",
};

const char *console_counter_name(enum console_counter counter)
{
    return counter_names[counter];
}

/* ---- the bank ---- */

static void status_read(struct console *console, const struct json *status)
{
    int64_t now_ms = clock_now_ms(), elapsed_ms = now_ms - console->looked_ms;
    json_boolean(json_get(status, "active"), &console->bank_active);
    json_integer(json_get(status, "uptime_s"), &console->uptime_s);
    json_integer(json_get(status, "terminals"), &console->terminals);
    json_integer(json_get(status, "operators"), &console->operators);
    for (int i = 0; i < CONSOLE_COUNTERS; i++) {
        int64_t before = console->counter[i];
        json_integer(json_get(status, counter_names[i]), &console->counter[i]);
        int64_t grown = console->counter[i] - before;
        bool known = console->looked_ms > 0 && elapsed_ms > 0 &&
                     grown >= 0; /* a bank that began anew counts from 0 */
        console->rate[i] = known ? grown * 1000 / elapsed_ms : 0;
    }
    console->looked_ms = now_ms;
}

static void bank_update(struct console *console)
{
    struct error error;
    char line[200], id_text[UUID_TEXT_LENGTH];
    struct uuid id = uuid_make();
    snprintf(line, sizeof line, "{\"v\":1,\"id\":\"%s\",\"command\":\"GetStatus\"}",
             uuid_write(&id, id_text));
    struct client *client = client_open(&console->home, "operator.sock", &error);
    char *reply = client != NULL ? client_call(client, line, ANSWER_WITHIN_MS, &error) : NULL;
    struct json *json = reply != NULL ? json_parse(reply, strlen(reply), &error) : NULL;
    console->bank_trouble[0] = '\0';
    if (json_get(json, "status") != NULL)
        status_read(console, json_get(json, "status"));
    else
        snprintf(console->bank_trouble, sizeof console->bank_trouble, "%.190s",
                 json != NULL ? "the bank answers without its status" : error.message);
    json_destroy(json);
    free(reply);
    client_close(client);
}

/* ---- the database ---- */

static bool models_update(struct console *console, struct error *error)
{
    struct rows *rows = query_run(
        console->query,
        "SELECT h.position, (SELECT max(lag) FROM esbank.lag),"
        " (SELECT count(*) FROM esbank.parked_events),"
        " (SELECT count(*) FROM esbank.withdrawals WHERE state IN ('dispensing', 'suspect')),"
        " (SELECT count(*) FROM esbank.withdrawals WHERE state = 'suspect')"
        " FROM (" LOG_END ") h",
        0, NULL, error);
    if (rows == NULL)
        return false;
    if (rows_count(rows) > 0) {
        console->head = rows_integer(rows, 0, 0);
        console->lag = rows_integer(rows, 0, 1);
        console->parked = rows_integer(rows, 0, 2);
        console->open_count = rows_integer(rows, 0, 3);
        console->suspect_count = rows_integer(rows, 0, 4);
    }
    rows_free(rows);
    return true;
}

static bool withdrawals_update(struct console *console, struct error *error)
{
    struct rows *rows = query_run(
        console->query,
        "SELECT withdrawal_id, state, amount, extract(epoch FROM now() - initiated_at)::bigint,"
        " extract(epoch FROM confirm_by - now())::bigint, teller_id FROM esbank.withdrawals"
        " WHERE state IN ('dispensing', 'suspect') ORDER BY confirm_by LIMIT 100",
        0, NULL, error);
    if (rows == NULL)
        return false;
    console->withdrawal_count = 0;
    for (size_t row = 0; row < rows_count(rows) && row < CONSOLE_OPEN; row++) {
        struct console_withdrawal *withdrawal = &console->withdrawal[console->withdrawal_count++];
        const char *teller = rows_text(rows, row, 5);
        snprintf(withdrawal->id, sizeof withdrawal->id, "%s", rows_text(rows, row, 0));
        snprintf(withdrawal->state, sizeof withdrawal->state, "%s", rows_text(rows, row, 1));
        snprintf(withdrawal->teller, sizeof withdrawal->teller, "%s", teller != NULL ? teller : "");
        withdrawal->amount = rows_integer(rows, row, 2);
        withdrawal->age_s = rows_integer(rows, row, 3);
        withdrawal->left_s = rows_integer(rows, row, 4);
    }
    rows_free(rows);
    return true;
}

static bool events_update(struct console *console, struct error *error)
{
    struct log_reader reader;
    struct stored_event stored;
    enum log_reader_step step;
    log_reader_init(&reader, console->query, LOG_READER_LOG);
    reader.from = console->last + 1;
    /* What would have scrolled off before anyone could read it is not fetched. */
    if (console->head - reader.from >= CONSOLE_EVENTS)
        reader.from = console->head - CONSOLE_EVENTS + 1;
    while ((step = log_reader_next(&reader, &stored, error)) == LOG_READER_EVENT) {
        struct console_event *event = &console->event[console->event_count++ % CONSOLE_EVENTS];
        event->position = console->last = stored.position;
        event->at_us = stored.created_at_us;
        snprintf(event->type, sizeof event->type, "%s", stored.type);
        snprintf(event->stream, sizeof event->stream, "%s", stored.stream_id);
    }
    log_reader_finish(&reader);
    return step == LOG_READER_END;
}

/* A screen is not waited for: a table that is locked shows as trouble, and the keys go on working.
 */
static struct query *session_open(const struct console *console, struct error *error)
{
    struct query *query = query_open_seated(console->db, &console->home, "console", error);
    if (query != NULL && !query_do(query, "SET statement_timeout = '2s'", 0, NULL, error)) {
        query_close(query);
        return NULL;
    }
    return query;
}

static void database_update(struct console *console)
{
    struct error error;
    if (console->query == NULL)
        console->query = session_open(console, &error);
    bool worked = console->query != NULL && models_update(console, &error) &&
                  withdrawals_update(console, &error) &&
                  (console->paused || events_update(console, &error));
    console->database_trouble[0] = '\0';
    if (worked)
        return;
    snprintf(console->database_trouble, sizeof console->database_trouble, "%.190s", error.message);
    console_finish(console);
}

void console_update(struct console *console)
{
    bank_update(console);
    database_update(console);
}

void console_finish(struct console *console)
{
    query_close(console->query);
    console->query = NULL;
}
