/* SPDX-License-Identifier: MIT */
/*
 * The rows of a saga's table: what takes it from one state to another, and the
 * command that this calls for. The diagrams in docs/sagas.md are made of them.
 */
#ifndef CORE_SAGA_ROW_H
#define CORE_SAGA_ROW_H

#include "bank/core/command.h"

/* Triggers that are no events. */
#define SAGA_DEADLINE (EVENT_KIND_COUNT + 0) /* the saga's deadline has passed */
#define SAGA_REFUSED  (EVENT_KIND_COUNT + 1) /* a command of its own was refused */

struct saga_row {
    int from;    /* a state of the saga's */
    int trigger; /* an event_kind, or one of the above */
    int to;
    enum command_kind command; /* NO_COMMAND: none */
    const char *why;
};

struct saga_rows {
    const struct saga_row *row;
    size_t count;
};

/* The row that leads out of a state; NULL: the trigger changes nothing there. */
const struct saga_row *saga_row_from(const struct saga_rows *rows, int from, int trigger);

/* The row with a command that has led into a state; NULL: there is nothing to do. */
const struct saga_row *saga_row_into(const struct saga_rows *rows, int to, int trigger);

#endif
