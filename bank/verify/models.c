/* SPDX-License-Identifier: MIT */
/*
 * The read models, made again: each projection's own fold fills a temporary
 * table up to the live one's checkpoint, and then the two must hold the same
 * rows. Writing to temporary tables is all that a read-only transaction allows.
 */
#include "bank/store/rebuild.h"
#include "bank/verify/parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct model {
    const struct projection *projection;
    char *statement;
    struct columns columns;
    int64_t position; /* the live table's checkpoint */
    int64_t added;    /* the events up to there are in the one made again */
    bool there, broken;
    int64_t parked;
};

struct models {
    size_t count;
    struct model model[VERIFY_MODELS_MAX];
};

struct models *models_create(void)
{
    struct models *models = calloc(1, sizeof *models);
    if (models == NULL)
        panic("out of memory");
    for (size_t i = 0; i < VERIFY_MODELS_MAX && projections[i] != NULL; i++) {
        struct model *model = &models->model[models->count++];
        char table[100];
        snprintf(table, sizeof table, "pg_temp.verify_%.60s", projections[i]->name);
        model->projection = projections[i];
        model->statement = rebuild_statement(projections[i], table);
        columns_init(&model->columns, projections[i]->column, projections[i]->column_count);
    }
    return models;
}

void models_destroy(struct models *models)
{
    for (size_t i = 0; i < models->count; i++) {
        free(models->model[i].statement);
        columns_finish(&models->model[i].columns);
    }
    free(models);
}

bool models_tables(struct verify *verify, struct error *error)
{
    if (!verify->scratch) {
        verify->models->count = 0;
        verify_leave_scratch(verify, VERIFY_MODELS);
    }
    for (size_t i = 0; i < verify->models->count; i++) {
        char sql[300];
        const char *name = verify->models->model[i].projection->name;
        snprintf(sql, sizeof sql,
                 "CREATE TEMPORARY TABLE verify_%.60s (LIKE esbank.%.60s INCLUDING ALL)", name,
                 name);
        if (!query_do(verify->query, sql, 0, NULL, error))
            return false;
    }
    return true;
}

static void model_judge(struct verify *verify, const struct model *model)
{
    const char *name = model->projection->name;
    if (model->parked > 0)
        verify_fail(verify, VERIFY_MODELS, 0, NULL,
                    "%" PRId64
                    " events of %s are parked: see esbank.parked_events, mend the cause and "
                    "`bank projection rebuild %s`",
                    model->parked, name, name);
    else if (model->there && !model->broken && model->position < model->added)
        verify_leave(verify, VERIFY_MODELS, "one was set back meanwhile: verify again");
}

bool models_checkpoints(struct verify *verify, bool last, struct error *error)
{
    for (size_t i = 0; i < verify->models->count; i++) {
        struct model *model = &verify->models->model[i];
        struct rows *rows = query_run(
            verify->query, "SELECT checkpoint, parked, version FROM esbank.lag WHERE name = $1", 1,
            (const char *[]){ model->projection->name }, error);
        if (rows == NULL)
            return false;
        model->there = rows_count(rows) > 0;
        if (model->there) {
            model->position = rows_integer(rows, 0, 0);
            model->parked = rows_integer(rows, 0, 1);
            /* Of another version's fold, ours has nothing to say; the bank makes it again. */
            model->broken = model->broken || model->parked > 0 ||
                            rows_integer(rows, 0, 2) != model->projection->version;
        }
        if (last)
            model_judge(verify, model);
        rows_free(rows);
    }
    return true;
}

static bool goes_on(const struct model *model)
{
    return model->there && !model->broken && model->position > model->added;
}

void models_range(const struct verify *verify, int64_t *from, int64_t *to)
{
    for (size_t i = 0; i < verify->models->count; i++) {
        const struct model *model = &verify->models->model[i];
        if (goes_on(model) && model->added < *from)
            *from = model->added;
        if (goes_on(model) && model->position > *to)
            *to = model->position;
    }
}

bool models_current(const struct verify *verify, const char *name)
{
    for (size_t i = 0; i < verify->models->count; i++) {
        const struct model *model = &verify->models->model[i];
        if (strcmp(model->projection->name, name) == 0)
            return model->there && !model->broken && model->position >= verify->head;
    }
    return false;
}

static bool model_add(struct verify *verify, struct model *model,
                      const struct event_record *records, size_t count, struct error *error)
{
    struct error reason;
    columns_reset(&model->columns);
    model->projection->fold(&model->columns, records, count);
    if (model->columns.rows == 0)
        return true;
    if (!query_do(verify->query, "SAVEPOINT run", 0, NULL, error))
        return false;
    if (query_do_columns(verify->query, model->statement, &model->columns, &reason))
        return query_do(verify->query, "RELEASE run", 0, NULL, error);
    model->broken = true;
    verify_fail(verify, VERIFY_MODELS, records[0].position, NULL,
                "%s cannot take this event or one soon after it: %.250s", model->projection->name,
                reason.message);
    return query_do(verify->query, "ROLLBACK TO run", 0, NULL, error);
}

bool models_add(struct verify *verify, const struct event_record *records, size_t count,
                struct error *error)
{
    for (size_t i = 0; i < verify->models->count; i++) {
        struct model *model = &verify->models->model[i];
        size_t had = 0;
        while (had < count && records[had].position <= model->added)
            had++;
        size_t due = had;
        while (due < count && records[due].position <= model->position)
            due++;
        if (!model->there || model->broken || due == had)
            continue;
        if (!model_add(verify, model, records + had, due - had, error))
            return false;
        model->added = records[due - 1].position;
    }
    return true;
}

/* How a row of the table is told apart, as an expression: the columns of its first key that the
 * database does not number by itself. And all the columns that count. */
static bool columns_of(struct verify *verify, const char *table, char key[static 300],
                       char all[static 1000], struct error *error)
{
    struct rows *rows = query_run(
        verify->query,
        "SELECT (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.place) FROM "
        "pg_attribute a"
        " JOIN unnest(i.indkey) WITH ORDINALITY AS k (number, place) ON k.number = a.attnum"
        " WHERE a.attrelid = i.indrelid), (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY "
        "a.attnum)"
        " FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum > 0 AND NOT "
        "a.attisdropped AND"
        " a.attidentity = '') FROM pg_index i WHERE i.indrelid = ('esbank.' || "
        "quote_ident($1))::regclass"
        " AND i.indisunique AND i.indpred IS NULL AND NOT EXISTS (SELECT FROM pg_attribute a"
        " WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) AND a.attidentity <> '')"
        " ORDER BY i.indisprimary DESC, i.indexrelid LIMIT 1",
        1, (const char *[]){ table }, error);
    if (rows == NULL)
        return false;
    bool there = rows_count(rows) == 1;
    snprintf(key, 300, "%s", there ? rows_text(rows, 0, 0) : "'(a row)'");
    snprintf(all, 1000, "%s", there ? rows_text(rows, 0, 1) : "*");
    rows_free(rows);
    return true;
}

/* Of the first row of the one that the other lacks, its key; an empty text: none. */
static bool surplus_of(struct verify *verify, const char *one, const char *other,
                       const char *key_columns, const char *columns,
                       char key[static VERIFY_KEY_SIZE], struct error *error)
{
    char sql[4000];
    snprintf(sql, sizeof sql,
             "SELECT key FROM (SELECT concat_ws(' ', %s) AS key, row(%s)::text FROM %s a EXCEPT ALL"
             " SELECT concat_ws(' ', %s), row(%s)::text FROM %s b) AS d ORDER BY 1 LIMIT 1",
             key_columns, columns, one, key_columns, columns, other);
    struct rows *rows = query_run(verify->query, sql, 0, NULL, error);
    if (rows == NULL)
        return false;
    snprintf(key, VERIFY_KEY_SIZE, "%s", rows_count(rows) > 0 ? rows_text(rows, 0, 0) : "");
    rows_free(rows);
    return true;
}

static bool counts_equal(struct verify *verify, const char *one, const char *other, bool *equal,
                         struct error *error)
{
    char sql[1000];
    snprintf(sql, sizeof sql, "SELECT (SELECT count(*) FROM %s a) = (SELECT count(*) FROM %s b)",
             one, other);
    struct rows *rows = query_run(verify->query, sql, 0, NULL, error);
    if (rows == NULL)
        return false;
    *equal = rows_text(rows, 0, 0)[0] == 't';
    rows_free(rows);
    return true;
}

bool verify_rows(struct verify *verify, const char *table, const char *live, const char *made,
                 enum verify_difference *difference, char key[static VERIFY_KEY_SIZE],
                 struct error *error)
{
    char key_columns[300], columns[1000];
    bool equal;
    if (!columns_of(verify, table, key_columns, columns, error) ||
        !counts_equal(verify, live, made, &equal, error) ||
        !surplus_of(verify, live, made, key_columns, columns, key, error))
        return false;
    *difference = key[0] != '\0' ? VERIFY_SURPLUS : VERIFY_SAME;
    /* As many rows, and none that the log does not give: then none is missing either. */
    if (equal || *difference == VERIFY_SURPLUS)
        return true;
    *difference = VERIFY_MISSING;
    return surplus_of(verify, made, live, key_columns, columns, key, error);
}

bool models_compare(struct verify *verify, struct error *error)
{
    for (size_t i = 0; i < verify->models->count; i++) {
        const struct model *model = &verify->models->model[i];
        const char *name = model->projection->name;
        char live[80], made[80], key[VERIFY_KEY_SIZE];
        enum verify_difference difference;
        /* A bank that has not been started yet has neither rows nor checkpoints. */
        if (!model->there && verify->head > 0)
            verify_fail(verify, VERIFY_MODELS, 0, NULL,
                        "%s has no checkpoint: `bank serve` makes it", name);
        if (!model->there || model->broken || model->position < model->added)
            continue;
        verify->report->finding[VERIFY_MODELS].checked++;
        snprintf(live, sizeof live, "esbank.%.60s", name);
        snprintf(made, sizeof made, "pg_temp.verify_%.60s", name);
        if (!verify_rows(verify, name, live, made, &difference, key, error))
            return false;
        if (difference != VERIFY_SAME)
            verify_fail(verify, VERIFY_MODELS, 0, NULL,
                        "%s %s a row %s that the log %s: `bank projection rebuild %s`", name,
                        difference == VERIFY_SURPLUS ? "holds" : "lacks", key,
                        difference == VERIFY_SURPLUS ? "does not give so" : "gives", name);
    }
    return true;
}
