/* SPDX-License-Identifier: MIT */
/*
 * An event handler: something that happens because of events, beside the read
 * models. Each is one file in bank/handlers and one row of the table there,
 * and has a durable subscription of its name (subscription.h), which shows it
 * the log's events in order.
 *
 * handle() looks at one event and adds to `effects` what is to be written. It
 * does not write: the runner sends the effects of a run of events, then moves
 * the checkpoint, all in one transaction. So each event's effects are there
 * once, whatever is killed at whatever moment. A handler whose effect is not in
 * this database is called at least once for each event.
 *
 * An event comes again after `bank subscription reset`; a reset to the origin
 * first runs `forget`, and after any other a handler tells by its own rows
 * which events it has had.
 *
 * A statement that raises or clears alerts answers a row for each: what
 * ("raised", "cleared"), about, because (a position), said. They are logged.
 *
 * Rows for one statement that follow each other become one call of it, with an
 * array for each parameter. handle() keeps nothing of its own: what it needs
 * to know of earlier events is in its rows.
 */
#ifndef BANK_SUBSCRIPTIONS_HANDLER_H
#define BANK_SUBSCRIPTIONS_HANDLER_H

#include "bank/codec/batch.h"
#include "bank/codec/columns.h"
#include "shared/error.h"

/* A statement of a handler: its parameters $1, $2, … are arrays of these types. A constant. */
struct effect_statement {
    const char *sql;
    unsigned column_count;
    const enum column_type *column;
};

/* What a run of events is to write: statements with their rows, in order. */
struct effects {
    size_t count, capacity;
    struct effect {
        const struct effect_statement *statement;
        struct columns columns;
    } * effect;
};

void effects_init(struct effects *effects);
void effects_finish(struct effects *effects);
void effects_reset(struct effects *effects); /* none; memory is kept */
/* Where to add a row for that statement: a value for each of its columns. */
struct columns *effects_row(struct effects *effects, const struct effect_statement *statement);

enum handler_start { FROM_ORIGIN, FROM_NOW }; /* where a new subscription begins */

/* Which events have to be handled in order: those that a parked one holds back. */
enum handler_sequence { SEQUENCE_STREAM, SEQUENCE_SAGA };

struct handler {
    const char *name; /* the subscription's too; no projection has the same */
    const char *help; /* what it does, in one line */
    enum handler_start start;
    const enum event_kind *kinds; /* the events it wants, as they are today; ends with
                                     EVENT_KIND_COUNT; NULL: all */
    enum handler_sequence sequence;
    /* False, with the reason: the event is tried again, and parked in the end; but of kind
     * ERROR_CONNECTION or ERROR_PASSING what it needs is broken: the handler is paused. */
    bool (*handle)(struct effects *effects, const struct event_record *record,
                   struct error *reason);
    const char *const
        *forget; /* statements that remove all its rows; ends with NULL; NULL: it has none */
};

bool handler_wants(const struct handler *handler, enum event_kind kind);
/* The id of the event's sequence. */
struct uuid handler_sequence(const struct handler *handler, const struct event *event);
/* NULL when the list, which ends with NULL, has none of that name. */
const struct handler *handler_find(const struct handler *const *list, const char *name);
/* Which rows a statement of `forget` removes: "alerts" and " WHERE handler = …", which is the
 * statement's. False: it is of another form. */
#define HANDLER_TABLE_SIZE 64
bool handler_rows(const char *sql, char table[static HANDLER_TABLE_SIZE], const char **where);
/* Types of events it does not want, as a text[] literal for `event_type <> ALL`; the caller's to
 * free. Types that an upcaster may turn into another are not among them. */
char *handler_unwanted(const struct handler *handler);

/* All of them; the array ends with NULL. Defined in bank/handlers/handlers.c. */
extern const struct handler *const handlers[];

#endif
