/* SPDX-License-Identifier: MIT */
#include "bank/keys/checks.h"

#include "shared/hex.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIST_SIZE = 300 };

const char *key_state_text(enum key_state state)
{
    static const char *const text[] = {
        [KEY_RIGHT] = "is right",
        [KEY_NEW] = "is new",
        [KEY_NOT_MADE] = "is not made yet",
        [KEY_MISSING] = "is missing",
        [KEY_REPLACED] = "was replaced",
        [KEY_WITHDRAWN] = "was withdrawn",
        [KEY_ANOTHER] = "is another one",
        [KEY_EXPOSED] = "can be read by others",
        [KEY_UNREADABLE] = "cannot be read",
        [KEY_UNCOMPARED] = "was not compared",
    };
    return text[state];
}

/* ---- looking ---------------------------------------------------------------- */

struct look {
    const struct home *home;
    struct query *query;
    const struct rows *rows;     /* name, check value, since; by name */
    const struct rows *replaced; /* names of terminals' keys, by name; NULL: not known */
    void (*each)(void *context, const struct key_status *status);
    void *context;
    struct error *error;
};

/* The row of a key; -1: the database does not know it. */
static ssize_t row_of(const struct rows *rows, const char *name)
{
    size_t from = 0, to = rows != NULL ? rows_count(rows) : 0;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = strcmp(rows_text(rows, middle, 0), name);
        if (order == 0)
            return (ssize_t)middle;
        if (order < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return -1;
}

/* Whether a database that has no check value of a key rests on it all the same: it is an older
 * program's. */
static bool in_use(struct look *look, const struct key_kind *kind, bool *used)
{
    *used = false;
    if (kind->in_use == NULL)
        return true;
    struct rows *rows = query_run(look->query, kind->in_use, 0, NULL, look->error);
    *used = rows != NULL && rows_text(rows, 0, 0)[0] == 't';
    rows_free(rows);
    return rows != NULL;
}

static enum key_state compare(const struct look *look, const struct key *key,
                              const struct key_status *status)
{
    unsigned char check[KEY_CHECK_LENGTH];
    if (look->query == NULL)
        return KEY_UNCOMPARED;
    if (status->since == NULL)
        return KEY_NEW;
    key_check_value(key, check);
    return memcmp(check, status->known, sizeof check) == 0 ? KEY_RIGHT : KEY_ANOTHER;
}

/* What the log says of a terminal's key that is not the known one: it is written before the check
 * value is.
 */
static bool log_asked(struct look *look, const struct key *key, const struct uuid *teller_id,
                      enum key_state *state)
{
    char id[UUID_TEXT_LENGTH], value[7];
    struct pin_key pin_key;
    struct rows *rows =
        query_run(look->query,
                  "SELECT event_type, upper(data->>'key_check') FROM esbank.events"
                  " WHERE stream_id = 'teller-' || $1 AND event_type IN ('Teller.KeyReplaced',"
                  " 'Teller.KeyWithdrawn') ORDER BY stream_version DESC LIMIT 1",
                  1, (const char *[]){ uuid_write(teller_id, id) }, look->error);
    if (rows != NULL && rows_count(rows) == 1) {
        const char *check = rows_text(rows, 0, 1);
        bool withdrawn = strcmp(rows_text(rows, 0, 0), "Teller.KeyWithdrawn") == 0;
        memcpy(pin_key.bytes, key->bytes, sizeof pin_key.bytes);
        pin_key_check_value(&pin_key, value);
        pin_wipe(&pin_key, sizeof pin_key);
        if (*state == KEY_MISSING && withdrawn)
            *state = KEY_WITHDRAWN;
        else if (*state == KEY_ANOTHER && !withdrawn && check != NULL && strcmp(check, value) == 0)
            *state = KEY_REPLACED;
    }
    rows_free(rows);
    return rows != NULL;
}

static bool look_at(struct look *look, struct key *key)
{
    struct key_status status = { .kind = key->kind };
    ssize_t row = row_of(look->rows, key->name);
    bool used = row >= 0;
    key_find(key->name, key, &status.teller_id);
    snprintf(status.name, sizeof status.name, "%s", key->name);
    status.was_replaced = row_of(look->replaced, key->name) >= 0;
    if (row >= 0) {
        status.since = rows_text(look->rows, (size_t)row, 2);
        rows_bytes(look->rows, (size_t)row, 1, status.known, sizeof status.known);
    }
    switch (key_look(look->home, key, &status.reason)) {
    case KEY_FILE_READ:
        status.state = compare(look, key, &status);
        break;
    case KEY_FILE_MISSING:
        if (look->query != NULL && !used && !in_use(look, key->kind, &used))
            return false;
        status.state = used || look->query == NULL ? KEY_MISSING : KEY_NOT_MADE;
        break;
    case KEY_FILE_OPEN_TO_OTHERS:
        status.state = KEY_EXPOSED;
        break;
    case KEY_FILE_WRONG:
        status.state = KEY_UNREADABLE;
        break;
    }
    bool asks = look->query != NULL && key->kind->per_teller &&
                (status.state == KEY_ANOTHER || status.state == KEY_MISSING);
    bool worked = !asks || log_asked(look, key, &status.teller_id, &status.state);
    key_wipe(key);
    if (worked)
        look->each(look->context, &status);
    return worked;
}

static bool look_at_file(void *context, struct key *key)
{
    return !key->kind->per_teller || look_at(context, key);
}

/* Those that the database knows and the home lacks. */
static bool look_at_rows(struct look *look)
{
    for (size_t row = 0; look->rows != NULL && row < rows_count(look->rows); row++) {
        struct key key;
        struct error missing;
        if (!key_find(rows_text(look->rows, row, 0), &key, NULL) || !key.kind->per_teller)
            continue;
        bool there = key_look(look->home, &key, &missing) != KEY_FILE_MISSING;
        key_wipe(&key);
        if (!there && !look_at(look, &key))
            return false;
    }
    return true;
}

/* As the read model has it, where that is there. */
static bool replaced_read(struct query *query, struct rows **replaced, struct error *error)
{
    struct rows *there =
        query_run(query, "SELECT to_regclass('esbank.tellers') IS NOT NULL", 0, NULL, error);
    if (there == NULL)
        return false;
    const bool any = rows_text(there, 0, 0)[0] == 't';
    rows_free(there);
    if (!any)
        return true;
    *replaced = query_run(query,
                          "SELECT name FROM (SELECT 'terminal-' || teller_id || '.key' AS name FROM"
                          " esbank.tellers WHERE key_state = 'replaced') AS t"
                          " ORDER BY name COLLATE \"C\"",
                          0, NULL, error);
    return *replaced != NULL;
}

bool key_checks_look(const struct home *home, struct query *query,
                     void (*each)(void *context, const struct key_status *status), void *context,
                     struct error *error)
{
    struct rows *rows = NULL, *replaced = NULL;
    if (query != NULL && !replaced_read(query, &replaced, error))
        return false;
    if (query != NULL && (rows = query_run(query,
                                           "SELECT name, check_value, to_char(since, "
                                           "'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
                                           " FROM esbank.key_checks ORDER BY name COLLATE \"C\"",
                                           0, NULL, error)) == NULL) {
        rows_free(replaced);
        return false;
    }
    struct look look = { .home = home,
                         .query = query,
                         .rows = rows,
                         .replaced = replaced,
                         .each = each,
                         .context = context,
                         .error = error };
    bool worked = true;
    for (enum key_kind_id i = 0; worked && i < KEY_KINDS; i++) {
        if (key_kinds[i].per_teller)
            continue;
        struct key key = key_named(i, NULL);
        worked = look_at(&look, &key);
    }
    worked = worked && keys_list(home, look_at_file, &look, error) && look_at_rows(&look);
    rows_free(rows);
    rows_free(replaced);
    return worked;
}

/* ---- what a bank makes of it ------------------------------------------------ */

struct recording {
    const struct home *home;
    struct query *query;
    struct error *error;
    bool worked;
};

struct judging {
    const struct home *home;
    void (*told)(const struct key_status *status);
    char wrong[LIST_SIZE]; /* "pin.key is missing, …" */
    struct error reason;   /* of a file that is there and of no use */
    bool useless;
};

static void judge(void *context, const struct key_status *status)
{
    struct judging *judging = context;
    size_t used = strlen(judging->wrong);
    if (status->state <= KEY_WITHDRAWN)
        return;
    if (status->kind->per_teller) {
        /* They come last: a bank that does not start has no terminals. */
        if (judging->told != NULL && !judging->useless && judging->wrong[0] == '\0')
            judging->told(status);
    } else if (status->state == KEY_EXPOSED || status->state == KEY_UNREADABLE) {
        if (!judging->useless)
            judging->reason = status->reason;
        judging->useless = true;
    } else {
        snprintf(judging->wrong + used, sizeof judging->wrong - used, "%s%s %s",
                 used > 0 ? ", " : "", status->name, key_state_text(status->state));
    }
}

static bool judged(struct judging *judging, struct error *error)
{
    if (judging->useless)
        *error = judging->reason;
    else if (judging->wrong[0] != '\0')
        error_set(error, ERROR_USAGE,
                  "the database was made with other keys than %s/keys has (%s): put them back from "
                  "a copy, "
                  "as `bank "
                  "keys import FILE` does, or name the home that has them with --home DIR",
                  judging->home->path, judging->wrong);
    return !judging->useless && judging->wrong[0] == '\0';
}

static bool compare_all(const struct home *home, struct query *query,
                        void (*told)(const struct key_status *status), struct error *error)
{
    struct judging judging = { .home = home, .told = told };
    return key_checks_look(home, query, judge, &judging, error) && judged(&judging, error);
}

/* Those that the database has not seen yet, or whose replacement it has not. */
static void record(void *context, const struct key_status *status)
{
    struct recording *recording = context;
    struct key key;
    unsigned char check[KEY_CHECK_LENGTH];
    char digits[KEY_CHECK_LENGTH * 2 + 1];
    if ((status->state != KEY_NEW && status->state != KEY_REPLACED) || !recording->worked ||
        !key_find(status->name, &key, NULL))
        return;
    recording->worked = key_read(recording->home, &key, recording->error);
    key_check_value(&key, check);
    key_wipe(&key);
    hex_encode(check, sizeof check, digits);
    recording->worked =
        recording->worked &&
        query_do(
            recording->query,
            "INSERT INTO esbank.key_checks (name, check_value) VALUES ($1, decode($2, 'hex'))"
            " ON CONFLICT (name) DO UPDATE SET check_value = EXCLUDED.check_value,"
            " since = now() WHERE $3::boolean",
            3, (const char *[]){ status->name, digits, status->state == KEY_REPLACED ? "t" : "f" },
            recording->error);
}

static bool record_all(const struct home *home, struct query *query, struct error *error)
{
    struct recording recording = { .home = home, .query = query, .error = error, .worked = true };
    return query_do(query, "BEGIN", 0, NULL, error) &&
           key_checks_look(home, query, record, &recording, error) && recording.worked &&
           query_do(query, "COMMIT", 0, NULL, error);
}

/* From now on these are what the terminals' keys have to be; of those that were replaced the log
 * knows better. */
static void expect(void *context, const struct key_status *status)
{
    if (status->kind->per_teller && status->since != NULL && status->state != KEY_REPLACED &&
        !status->was_replaced)
        vault_expect(context, &status->teller_id, status->known);
}

/* Before this bank has recorded any. */
static void expect_first(void *context, const struct key_status *status)
{
    if (status->kind == &key_kinds[KEY_LOG] && status->since != NULL)
        vault_log_key_sealed(context);
    expect(context, status);
}

struct vault *key_checks_open(const struct home *home, const char *conninfo,
                              const struct uuid *teller,
                              void (*told)(const struct key_status *status), struct error *error)
{
    struct query *query = query_open(conninfo, home, error);
    struct vault *vault =
        query != NULL && compare_all(home, query, told, error) ? vault_open(home, error) : NULL;
    /* Compared again in the end: a bank with keys of its own may have been faster on a new
     * database. */
    bool worked = vault != NULL && key_checks_look(home, query, expect_first, vault, error) &&
                  (teller == NULL || vault_expects(vault, teller) ||
                   vault_make_terminal_key(vault, teller, error)) &&
                  record_all(home, query, error) && compare_all(home, query, NULL, error) &&
                  key_checks_look(home, query, expect, vault, error);
    query_close(query);
    if (worked)
        return vault;
    vault_close(vault);
    return NULL;
}
