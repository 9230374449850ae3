/* SPDX-License-Identifier: MIT */
/*
 * Lists: each is one table of columns, and the SQL that fills it, page by page.
 *
 *     const struct listing listing_transfer = {
 *         .name = "transfer", .columns = columns, .select = "t.transfer_id, …", .from = …,
 *         .id = "t.transfer_id", .id_value = "$?::uuid", .orders = orders, .filters = filters, …
 *     };
 *     return listing_run(&listing_transfer, arguments);
 *
 * What a person or a program can say is the same for all: LISTING_OPTIONS, and an option for each
 * row of its filters. Rows come in pages by their key, the order's value and then the id, so that
 * memory stays as it is however long the list, and so that with an index on (value, id) the newest
 * fifty cost the same whatever came before.
 *
 * On a terminal there are fifty rows unless --limit says otherwise, and a last line says that there
 * are more; a pipe, and a program, get all. --after takes the id of the last row that was seen:
 * each row has it.
 *
 * Each order's value is never NULL. In the texts of SQL, $? is the parameter.
 */
#ifndef BANK_CLI_LISTING_H
#define BANK_CLI_LISTING_H

#include "bank/cli/arguments.h"
#include "bank/cli/pager.h"
#include "bank/cli/table.h"
#include "bank/postgres/query.h"

enum { LISTING_LIMIT = 50 }; /* on a terminal */

struct listing_order {
    const char *name; /* the column's, as JSON has it */
    const char *key, *type;
};

enum filter_kind {
    FILTER_UUID,
    FILTER_STATE,  /* a name that the listing's states have */
    FILTER_SINCE,  /* a time, from which on */
    FILTER_BEFORE, /* a time, before which */
    FILTER_FLAG,   /* without a value: the condition holds unless it is given */
    FILTER_WORD,   /* the command's first word, an id that has been read already */
};

/*
 * Where the rows of one value of a filter stand in order: the events of a machine, for its
 * withdrawals. In place of the listing's `from` and its first order.
 */
struct listing_source {
    const char *from;
    const char *where;      /* beside the filter's own condition */
    const char *key, *type; /* each row has another one */
};

struct listing_filter {
    const char *option;
    enum filter_kind kind;
    const char *sql;
    const struct listing_source *source; /* NULL: the listing's own */
};

/* A word for several states, and what it stands for in SQL. */
struct listing_state {
    const char *name, *sql;
};

struct listing {
    const char *name; /* of its schema, and the first word of its command: "transfer" */
    const struct table_column *columns;
    const char *select, *from;
    const char *where;                  /* NULL: all */
    const char *id, *id_value;          /* the column, and the parameter that is compared with it */
    const char *id_text;                /* as --after has it; NULL: the column itself */
    const struct listing_order *orders; /* the first is what is meant without --sort */
    bool latest_first;
    const struct listing_filter *filters; /* NULL: none */

    const char *state; /* the column of FILTER_STATE, */
    bool (*state_known)(const char *name);
    const struct listing_state *state_words; /* (NULL: none) */
    const char *states;                      /* and the names for who gave another one */

    enum { LISTING_PLAIN, LISTING_OF_MODELS, LISTING_OF_HANDLERS } waits_for;
    const char *none; /* no rows are a failure with that sentence; NULL: they are not */

    /* Fills a row's cells where they are more than what SELECT gives. All NULL: they are not. */
    void *(*open)(const struct arguments *arguments);
    void (*add)(void *context, struct table *table, const struct rows *rows, size_t row, bool json);
    void (*close)(void *context);
};

/* For the options of a command that lists; further ones are the listing's filters. */
#define LISTING_OPTIONS                                                                            \
    { "limit", "N", "so many rows at most; 0: all" },                                              \
        { "after", "ID",                                                                           \
          "only what comes after the row of that "                                                 \
          "id" },                                                                                  \
        { "sort", "COLUMN", "by that column, as --json names it; -COLUMN: the largest first" },    \
        { "json-lines", NULL, "for programs: one JSON object a line" }, PAGER_OPTION

#define TIME_OPTIONS                                                                               \
    { "since", "TIME", "only from that time on: a day, or as it is listed" },                      \
    {                                                                                              \
        "before", "TIME", "only before that time"                                                  \
    }

/* Prints what is asked for, or says why it cannot; the exit status. printed, unless NULL: how many
 * rows there were. */
int listing_run(const struct listing *listing, const struct arguments *arguments, size_t *printed);

#endif
