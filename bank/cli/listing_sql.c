/* SPDX-License-Identifier: MIT */
#include "bank/cli/listing_sql.h"

#include "bank/cli/values.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- the request ---- */

static const struct listing_order *order_find(const struct listing *listing, const char *name)
{
    for (const struct listing_order *order = listing->orders; order->name != NULL; order++)
        if (strcmp(order->name, name) == 0)
            return order;
    return NULL;
}

static bool complain_order(const struct listing *listing, const char *name)
{
    char names[300] = "";
    size_t used = 0;
    for (const struct listing_order *order = listing->orders;
         order->name != NULL && used < sizeof names; order++)
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", used > 0 ? ", " : "",
                                 order->name);
    complain_usage("this list is not sorted by \"%.40s\": say %s, with - before it for the largest "
                   "first",
                   name, names);
    return false;
}

static bool sort_read(struct listing_request *request)
{
    const char *sort = argument_text(request->arguments, "sort");
    request->order = request->listing->orders;
    request->descending = request->listing->latest_first;
    if (sort == NULL)
        return true;
    request->descending = sort[0] == '-';
    const struct listing_order *order = order_find(request->listing, sort + request->descending);
    if (order == NULL)
        return complain_order(request->listing, sort + request->descending);
    request->order = order;
    return true;
}

/* NULL: the listing has no word of its own for it. */
static const struct listing_state *state_word(const struct listing *listing, const char *state)
{
    const struct listing_state *word = listing->state_words;
    while (word != NULL && word->name != NULL && strcmp(word->name, state) != 0)
        word++;
    return word != NULL && word->name != NULL ? word : NULL;
}

static bool is_given(const struct listing_filter *filter, const struct arguments *arguments)
{
    return argument_flag(arguments, filter->option);
}

bool listing_request_read(const struct listing *listing, const struct arguments *arguments,
                          struct listing_request *request)
{
    const struct value *limit = argument_value(arguments, "limit");
    *request = (struct listing_request){ .listing = listing, .arguments = arguments };
    if (!sort_read(request))
        return false;
    if (limit != NULL)
        request->limit = limit->number;
    for (const struct listing_filter *filter = listing->filters;
         filter != NULL && filter->sql != NULL; filter++)
        if (is_given(filter, arguments) && filter->source != NULL &&
            request->order == listing->orders)
            request->source = filter;
    return true;
}

/* ---- statements ---- */

static void add(struct statement *statement, const char *text)
{
    const size_t length = strlen(text);
    if (statement->length + length >= sizeof statement->sql)
        panic("a list's statement is longer than %zu bytes", sizeof statement->sql);
    memcpy(statement->sql + statement->length, text, length + 1);
    statement->length += length;
}

/* The text, with the value's parameter for each $? in it. */
static void add_value(struct statement *statement, const char *text, const char *value)
{
    char part[STATEMENT_SIZE];
    size_t used = 0;
    if (strstr(text, "$?") == NULL) {
        add(statement, text);
        return;
    }
    if (statement->count == STATEMENT_VALUES_MAX)
        panic("a list's statement has more than %d values", STATEMENT_VALUES_MAX);
    statement->value[statement->count++] = value;
    for (; *text != '\0' && used + 8 < sizeof part; text++) {
        if (text[0] == '$' && text[1] == '?') {
            used += (size_t)snprintf(part + used, sizeof part - used, "$%u", statement->count);
            text++;
        } else {
            part[used++] = *text;
        }
    }
    part[used] = '\0';
    add(statement, part);
}

/* A time as Postgres reads it. */
static const char *time_value(struct statement *statement, const struct value *time)
{
    return time_json(time->from_us, statement->text[statement->count]);
}

static void add_state(struct statement *statement, const struct listing *listing, const char *state)
{
    const struct listing_state *word = state_word(listing, state);
    if (word != NULL) {
        add(statement, word->sql);
        return;
    }
    /* The planner sees which partial index has it. */
    add(statement, listing->state);
    add_value(statement, " = $?::text", state);
}

static void add_filter(struct statement *statement, const struct listing *listing,
                       const struct listing_filter *filter, const struct arguments *arguments)
{
    const struct value *value = argument_value(arguments, filter->option);
    assert(value != NULL || filter->kind == FILTER_FLAG); /* which filters where it is not given */
    const char *text = value != NULL ? value->text : NULL;
    add(statement, " AND (");
    switch (filter->kind) {
    case FILTER_STATE:
        add_state(statement, listing, text);
        break;
    case FILTER_SINCE:
    case FILTER_BEFORE:
        add_value(statement, filter->sql, time_value(statement, value));
        break;
    case FILTER_UUID:
    case FILTER_FLAG:
        add_value(statement, filter->sql, text);
        break;
    }
    add(statement, ")");
}

static const char *source_value(const struct listing_request *request)
{
    return argument_text(request->arguments, request->source->option);
}

static const char *from_of(const struct listing_request *request)
{
    const char *state =
        request->listing->state_words != NULL ? argument_text(request->arguments, "state") : NULL;
    const struct listing_state *word = state != NULL ? state_word(request->listing, state) : NULL;
    if (request->source != NULL)
        return request->source->source->from;
    return word != NULL && word->from != NULL ? word->from : request->listing->from;
}

static void add_from(const struct listing_request *request, struct statement *statement)
{
    const struct listing *listing = request->listing;
    add(statement, " FROM ");
    add(statement, from_of(request));
    add(statement, " WHERE ");
    add(statement, listing->where != NULL ? listing->where : "true");
    if (request->source != NULL) {
        add(statement, " AND ");
        add_value(statement, request->source->source->where, source_value(request));
    }
    for (const struct listing_filter *filter = listing->filters;
         filter != NULL && filter->sql != NULL; filter++)
        if (filter != request->source &&
            is_given(filter, request->arguments) != (filter->kind == FILTER_FLAG))
            add_filter(statement, listing, filter, request->arguments);
}

/* Rows of one group are one row of the list; its key and id are of the group. */
static void add_group(struct statement *statement, const struct listing *listing)
{
    if (listing->group == NULL)
        return;
    add(statement, " GROUP BY ");
    add(statement, listing->group);
}

static const char *key_of(const struct listing_request *request)
{
    return request->source != NULL ? request->source->source->key : request->order->key;
}

static const char *type_of(const struct listing_request *request)
{
    return request->source != NULL ? request->source->source->type : request->order->type;
}

/* The row's id as text. */
static void add_id(struct statement *statement, const struct listing *listing)
{
    add(statement, ", (");
    add(statement, listing->id_text != NULL ? listing->id_text : listing->id);
    add(statement, ")::text");
}

static void add_typed(struct statement *statement, const char *type, const char *value)
{
    add_value(statement, "$?::", value);
    add(statement, type);
}

/* What comes after that row. */
static void add_place(const struct listing_request *request, struct statement *statement,
                      const char *key, const char *id)
{
    add(statement, " AND (");
    add(statement, key_of(request));
    if (request->source == NULL) {
        add(statement, ", ");
        add(statement, request->listing->id);
    }
    add(statement, request->descending ? ") < (" : ") > (");
    add_typed(statement, type_of(request), key);
    if (request->source == NULL) {
        add(statement, ", ");
        add_value(statement, request->listing->id_value, id);
    }
    add(statement, ")");
}

void listing_page(const struct listing_request *request, const char *key, const char *id,
                  int64_t count, struct statement *statement)
{
    const struct listing *listing = request->listing;
    const char *direction = request->descending ? " DESC" : "";
    char limit[40];
    statement->length = statement->count = 0;
    add(statement, "SELECT ");
    add(statement, listing->select);
    add(statement, ", (");
    add(statement, key_of(request));
    add(statement, ")::text");
    add_id(statement, listing);
    add_from(request, statement);
    if (key != NULL)
        add_place(request, statement, key, id);
    add_group(statement, listing);
    add(statement, " ORDER BY ");
    add(statement, key_of(request));
    add(statement, direction);
    if (request->source == NULL) {
        add(statement, ", ");
        add(statement, listing->id);
        add(statement, direction);
    }
    snprintf(limit, sizeof limit, " LIMIT %" PRId64, count);
    add(statement, limit);
}

void listing_find(const struct listing_request *request, const char *id,
                  struct statement *statement)
{
    statement->length = statement->count = 0;
    add(statement, "SELECT (");
    add(statement, key_of(request));
    add(statement, ")::text");
    add_id(statement, request->listing);
    add_from(request, statement);
    add(statement, " AND ");
    add(statement, request->listing->id);
    add(statement, " = ");
    add_value(statement, request->listing->id_value, id);
    add_group(statement, request->listing);
    add(statement, " LIMIT 1");
}
