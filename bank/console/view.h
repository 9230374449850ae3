/* SPDX-License-Identifier: MIT */
/*
 * The console's views: one table. A row says which key opens a view, what it is
 * called, where its rows come from, which columns it has, what Enter and the
 * view's own keys do, and its help. The tabs, the key line, `?`, `:NAME` and the
 * batch mode read it.
 *
 * A view's rows come from one statement (select.h puts it together), or from a
 * function for those that are no list.
 */
#ifndef BANK_CONSOLE_VIEW_H
#define BANK_CONSOLE_VIEW_H

#include "bank/console/page.h"
#include "bank/postgres/query.h"

enum view_cell {
    VIEW_TEXT,
    VIEW_NUMBER,
    VIEW_MONEY,  /* minor units */
    VIEW_ID,     /* cut to its beginning where there is no room for all of it */
    VIEW_TIME,   /* microseconds since 1970 */
    VIEW_AGE,    /* seconds */
    VIEW_LEFT,   /* seconds until something happens; below 0: it is due */
    VIEW_YES,    /* a boolean */
    VIEW_CASH,   /* cassettes: DENOMINATION:NOTES:LOW,... */
    VIEW_LIST,   /* as CELL_LIST; takes all the room that is left */
    VIEW_ONLINE, /* a machine's id; whether it is connected comes from the bank */
    VIEW_OWNER,  /* sealed; two more columns of the statement follow: OWNER_KEY_COLUMNS */
    VIEW_REST,   /* text that takes all the room that is left */
};

struct view_column {
    const char *title, *name; /* for people; in JSON */
    enum view_cell kind;
    const char *sql;
    int width;
    int rank; /* 0: always shown; else one with a lower rank comes first where room is short */
};

/* A column that is never painted: a preview's, one that a key needs, JSON's. */
#define RANK_HIDDEN 9

/* How a view may be sorted: `sql` is never NULL in a row. */
struct view_sort {
    const char *name, *sql, *type;
    bool descending;
};

#define VIEW_SORTS_MAX 4
#define VIEW_KEYS      8 /* '1' and on */

struct view;
struct ask;
struct reader; /* model.h: the database, and the keys of owners */

/* A key of the view's own, as the key line and the help have it. */
struct view_action {
    int key;
    const char *word, *help;
};

struct view {
    int key; /* '1' to '8'; 0: reached from others, or by its name */
    const char *name, *title;
    const char *help;                   /* some lines */
    const char *from, *where;           /* $1: what the view is about */
    const char *row_key, *row_key_type; /* unique, never NULL, and its type */
    const char *id, *subject, *opens;   /* SQL; NULL: none */
    const char *tone;                   /* SQL that gives bad, warning, dim, good, strong or NULL */
    const char *filter;                 /* SQL: whether a row fits $2; NULL: no filter */
    const char *filter_id;              /* the same where $2 is a whole id; NULL: as filter */
    const char *filter_help;
    bool at_end;                           /* opens at its end, and follows it */
    struct view_sort sort[VIEW_SORTS_MAX]; /* the first is the usual one */
    const struct view_column *column;      /* ends with a NULL title; NULL: lines of text */
    const char *preview; /* the name of a column whose whole text is shown below; NULL: none */
    const struct view_action *action; /* ends with a key of 0; NULL: none */
    /* Lines above the rows, into page->head; NULL: none. */
    bool (*head)(struct reader *reader, const struct ask *ask, struct page *head,
                 struct error *error);
    /* Instead of the statement; false with the error. */
    bool (*fetch)(struct reader *reader, const struct ask *ask, struct page *page,
                  struct error *error);
};

/* All of them; ends with a NULL name. */
extern const struct view views[];

const struct view *view_find(const char *name); /* NULL: there is none */
/* Whether a line may name it: not one that is about the row it was opened at. */
bool view_stands_alone(const struct view *view);
/* view_find of those. */
const struct view *view_named(const char *name);
const struct view *view_of_key(int key);
size_t view_columns(const struct view *view);
/* A column by its name in JSON; the view's count of columns: there is none. */
size_t view_column(const struct view *view, const char *name);
size_t view_sorts(const struct view *view);

#endif
