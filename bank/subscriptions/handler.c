/* SPDX-License-Identifier: MIT */
/* Effects, gathered statement by statement; and which events a handler wants. */
#include "bank/subscriptions/handler.h"

#include "bank/codec/upcast.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void effects_init(struct effects *effects)
{
    *effects = (struct effects){ 0 };
}

void effects_finish(struct effects *effects)
{
    for (size_t i = 0; i < effects->capacity; i++)
        if (effects->effect[i].statement != NULL)
            columns_finish(&effects->effect[i].columns);
    free(effects->effect);
    *effects = (struct effects){ 0 };
}

void effects_reset(struct effects *effects)
{
    effects->count = 0;
}

static struct effect *effect_next(struct effects *effects)
{
    if (effects->count == effects->capacity) {
        size_t capacity = effects->capacity == 0 ? 4 : effects->capacity * 2;
        effects->effect = realloc(effects->effect, capacity * sizeof *effects->effect);
        if (effects->effect == NULL)
            panic("out of memory");
        memset(effects->effect + effects->capacity, 0,
               (capacity - effects->capacity) * sizeof *effects->effect);
        effects->capacity = capacity;
    }
    return &effects->effect[effects->count++];
}

struct columns *effects_row(struct effects *effects, const struct effect_statement *statement)
{
    if (effects->count > 0 && effects->effect[effects->count - 1].statement == statement)
        return &effects->effect[effects->count - 1].columns;
    struct effect *effect = effect_next(effects);
    if (effect->statement != statement) {
        if (effect->statement != NULL)
            columns_finish(&effect->columns);
        columns_init(&effect->columns, statement->column, statement->column_count);
        effect->statement = statement;
    }
    columns_reset(&effect->columns);
    return &effect->columns;
}

bool handler_wants(const struct handler *handler, enum event_kind kind)
{
    const enum event_kind *wanted = handler->kinds;
    if (wanted == NULL)
        return true;
    while (*wanted != EVENT_KIND_COUNT && *wanted != kind)
        wanted++;
    return *wanted == kind;
}

struct uuid handler_sequence(const struct handler *handler, const struct event *event)
{
    return handler->sequence == SEQUENCE_SAGA ? event->correlation_id : event->stream_id;
}

const struct handler *handler_find(const struct handler *const *list, const char *name)
{
    while (*list != NULL && strcmp((*list)->name, name) != 0)
        list++;
    return *list;
}

bool handler_rows(const char *sql, char table[static HANDLER_TABLE_SIZE], const char **where)
{
    static const char forget[] = "DELETE FROM esbank.";
    if (strncmp(sql, forget, sizeof forget - 1) != 0)
        return false;
    sql += sizeof forget - 1;
    const size_t length = strcspn(sql, " ");
    if (length == 0 || length >= HANDLER_TABLE_SIZE)
        return false;
    snprintf(table, HANDLER_TABLE_SIZE, "%.*s", (int)length, sql);
    *where = sql + length;
    return true;
}

static bool upcast_from(const char *type)
{
    for (const struct upcaster *row = upcasters; row->action != UPCAST_END; row++)
        if (strcmp(row->type, type) == 0)
            return true;
    return false;
}

char *handler_unwanted(const struct handler *handler)
{
    enum { TYPE_MAX = 64 };
    char *text = malloc((size_t)EVENT_KIND_COUNT * TYPE_MAX + 3), *end = text;
    if (text == NULL)
        panic("out of memory");
    *end++ = '{';
    for (int kind = 0; kind < EVENT_KIND_COUNT; kind++) {
        const char *type = event_type((enum event_kind)kind);
        if (strlen(type) >= TYPE_MAX || handler_wants(handler, (enum event_kind)kind) ||
            upcast_from(type))
            continue;
        if (end[-1] != '{')
            *end++ = ',';
        end = stpcpy(end, type);
    }
    strcpy(end, "}");
    return text;
}
