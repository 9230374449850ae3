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
 * By its first order a list is read from an index. Others are sorted once, for all pages.
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
    FILTER_STATE,  /* one of the option's choices */
    FILTER_SINCE,  /* a time, from which on */
    FILTER_BEFORE, /* a time, before which */
    FILTER_FLAG,   /* without a value: the condition holds unless it is given */
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
    const char *option; /* or word: its name in the command's entry */
    enum filter_kind kind;
    const char *sql;
    const struct listing_source *source; /* NULL: the listing's own */
};

/* A word for several states, and what it stands for in SQL. */
struct listing_state {
    const char *name, *sql;
    const char *from; /* in the place of the listing's, where no one index has all of them; NULL:
                         the listing's is right */
};

struct listing {
    const char *name; /* of its schema, and the first word of its command: "transfer" */
    const struct table_column *columns;
    const char *select, *from;
    const char *where;                  /* NULL: all */
    const char *group;                  /* what rows are sums of; NULL: they are not */
    const char *id, *id_value;          /* the column, and the parameter that is compared with it */
    const char *id_text;                /* as --after has it; NULL: the column itself */
    const struct listing_order *orders; /* the first is what is meant without --sort */
    bool latest_first;
    const struct listing_filter *filters; /* NULL: none */

    const char *state;                       /* the column of FILTER_STATE, */
    const struct listing_state *state_words; /* and its words for others; NULL: none */

    enum { LISTING_PLAIN, LISTING_OF_MODELS, LISTING_OF_HANDLERS } waits_for;
    const char *none; /* no rows are a failure with that sentence; NULL: they are not */

    /* Fills a row's cells where they are more than what SELECT gives. All NULL: they are not. */
    void *(*open)(const struct arguments *arguments);
    void (*add)(void *context, struct table *table, const struct rows *rows, size_t row, bool json);
    void (*close)(void *context);
};

/* For the options of a command that lists, with the type of its rows' ids; further ones are the
 * listing's filters. */
#define LISTING_OPTIONS(id_type)                                                                   \
    OPTION("limit", "so many rows at most; 0: all", COUNT),                                        \
        OPTION("after", "only what comes after the row of that id", id_type, .as = "ID"),          \
        OPTION("sort", "by that column, as --json names it; -COLUMN: the largest first", TEXT,     \
               .as = "COLUMN"),                                                                    \
        OPTION("json-lines", "for programs: one JSON object a line", FLAG, .aside = true),         \
        PAGER_OPTION

#define TIME_OPTIONS                                                                               \
    OPTION("since", "only from that time on: a day, or as it is listed", TIME),                    \
        OPTION("before", "only before that time", TIME)

/* Prints what is asked for, or says why it cannot; the exit status. printed, unless NULL: how many
 * rows there were. */
int listing_run(const struct listing *listing, const struct arguments *arguments, size_t *printed);

#endif
