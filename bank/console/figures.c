/* SPDX-License-Identifier: MIT */
#include "bank/console/figures.h"

#include "bank/cli/client.h"
#include "shared/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ANSWER_WITHIN_MS = 1000, PAGES_MAX = 100 };

/* The reply, for json_destroy; NULL with the error. */
static struct json *exchange(struct figures_line *line, const char *command, const char *fields,
                             struct error *error)
{
    char request[300], id_text[UUID_TEXT_LENGTH];
    const struct uuid id = uuid_make();
    snprintf(request, sizeof request, "{\"v\":1,\"id\":\"%s\",\"command\":\"%s\"%s}",
             uuid_write(&id, id_text), command, fields);
    if (line->client == NULL)
        line->client = client_open(line->home, "operator.sock", error);
    if (line->client == NULL)
        return NULL;
    char *reply = client_call(line->client, request, ANSWER_WITHIN_MS, error);
    struct json *json = reply != NULL ? json_parse(reply, strlen(reply), error) : NULL;
    free(reply);
    if (json == NULL)
        figures_line_close(line);
    return json;
}

void figures_line_close(struct figures_line *line)
{
    client_close(line->client);
    line->client = NULL;
}

static void status_read(struct figures *figures, const struct json *status)
{
    const char *state = "";
    json_string(json_get(status, "state"), &state);
    snprintf(figures->state, sizeof figures->state, "%s", state);
#define X(name) json_integer(json_get(status, #name), &figures->name);
    FIGURE_NAMES(X)
#undef X
}

/* ---- the last ten minutes ---- */

/* The last `more` of the values, at the end of those there are. */
static void series_add(int64_t *series, size_t had, size_t more, const struct json *values)
{
    size_t count = 0;
    for (const struct json *value = json_first(values); value != NULL; value = json_next(value))
        count++;
    if (had + more > SERIES_SECONDS) {
        const size_t dropped = had + more - SERIES_SECONDS;
        memmove(series, series + dropped, (had - dropped) * sizeof *series);
        had -= dropped;
    }
    const struct json *value = json_first(values);
    for (; count > more; count--)
        value = json_next(value);
    for (size_t i = 0; i < more; i++) {
        series[had + i] = 0;
        json_integer(value, &series[had + i]);
        value = value != NULL ? json_next(value) : NULL;
    }
}

static void refusals_read(struct figures *figures, const struct json *refusals)
{
    figures->refusal_count = 0;
    for (const struct json *member = json_first(refusals);
         member != NULL && figures->refusal_count < REFUSALS_MAX; member = json_next(member)) {
        const size_t at = figures->refusal_count++;
        snprintf(figures->refusal[at].name, REFUSAL_SIZE, "%s", json_name(member));
        json_integer(member, &figures->refusal[at].count);
    }
}

/* Only seconds that are not known yet are asked for, so those that came before are kept. */
static void history_read(struct figures *figures, const struct json *history)
{
    static const char *const names[SERIES_COUNT] = {
#define X(name) #name,
        SERIES_NAMES(X)
#undef X
    };
    int64_t until = 0, seconds = 0;
    if (!json_integer(json_get(history, "until_s"), &until) ||
        !json_integer(json_get(history, "seconds"), &seconds) || seconds < 0 ||
        seconds > SERIES_SECONDS)
        return;
    const int64_t fresh = until - figures->until_s;
    if (fresh > seconds || fresh < 0) /* another bank's, or there was a gap */
        figures->seconds = 0;
    const size_t more = (size_t)(figures->seconds == 0 ? seconds : fresh);
    for (int i = 0; i < SERIES_COUNT; i++)
        series_add(figures->series[i], figures->seconds, more, json_get(history, names[i]));
    figures->seconds += more;
    if (figures->seconds > SERIES_SECONDS)
        figures->seconds = SERIES_SECONDS;
    figures->until_s = until;
    refusals_read(figures, json_get(history, "refusals"));
}

static bool history_ask(struct figures_line *line, struct figures *figures, struct error *error)
{
    char fields[40];
    const int64_t missing = time(NULL) - figures->until_s + 1;
    const int64_t count = figures->seconds == 0 || missing > SERIES_SECONDS ? SERIES_SECONDS
                          : missing < 2                                     ? 2
                                                                            : missing;
    snprintf(fields, sizeof fields, ",\"count\":%lld", (long long)count);
    struct json *reply = exchange(line, "GetHistory", fields, error);
    if (reply == NULL)
        return false;
    history_read(figures, json_get(reply, "history"));
    json_destroy(reply);
    return true;
}

void figures_ask(struct figures_line *line, struct figures *figures)
{
    struct error error;
    struct json *reply = exchange(line, "GetStatus", "", &error);
    const struct json *status = json_get(reply, "status");
    if (reply != NULL && status == NULL) { /* it says why: a role that may not ask */
        const char *message = "the bank answers without its status";
        json_string(json_get(reply, "message"), &message);
        error_set(&error, ERROR_FORMAT, "%s", message);
    }
    figures->known = status != NULL;
    if (status != NULL)
        status_read(figures, status);
    json_destroy(reply);
    if (figures->known)
        figures->known = history_ask(line, figures, &error);
    figures->trouble[0] = '\0';
    if (!figures->known)
        snprintf(figures->trouble, sizeof figures->trouble, "%.190s", error.message);
}

/* ---- the machines that are connected ---- */

static void machine_add(struct machines *machines, const struct uuid *id)
{
    if (machines->count == machines->capacity) {
        machines->capacity = machines->capacity > 0 ? 2 * machines->capacity : 256;
        machines->id = realloc(machines->id, machines->capacity * sizeof *machines->id);
        if (machines->id == NULL)
            panic("out of memory");
    }
    machines->id[machines->count++] = *id;
}

void machines_ask(struct figures_line *line, struct machines *machines)
{
    struct error error;
    char fields[80] = "", last[UUID_TEXT_LENGTH];
    bool more = true;
    machines->count = 0;
    machines->known = false;
    for (int page = 0; more && page < PAGES_MAX; page++) {
        struct json *reply = exchange(line, "GetMachines", fields, &error);
        const struct json *list = json_get(reply, "machines");
        struct uuid id;
        for (const struct json *at = json_first(list); at != NULL; at = json_next(at))
            if (json_uuid(at, &id))
                machine_add(machines, &id);
        more = false;
        json_boolean(json_get(reply, "more"), &more);
        machines->known = list != NULL;
        json_destroy(reply);
        if (!machines->known)
            return;
        if (machines->count > 0)
            snprintf(fields, sizeof fields, ",\"teller_id\":\"%s\"",
                     uuid_write(&machines->id[machines->count - 1], last));
    }
}

static int compare(const void *one, const void *other)
{
    return memcmp(one, other, sizeof(struct uuid));
}

bool machines_have(const struct machines *machines, const struct uuid *id)
{
    return machines->count > 0 &&
           bsearch(id, machines->id, machines->count, sizeof *machines->id, compare) != NULL;
}
