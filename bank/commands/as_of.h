/* SPDX-License-Identifier: MIT */
/* --at POSITION|TIME: which events make the state asked for, for every command that shows one. */
#ifndef BANK_COMMANDS_AS_OF_H
#define BANK_COMMANDS_AS_OF_H

#include "bank/cli/arguments.h"
#include "bank/postgres/query.h"

struct as_of {
    bool past;     /* --at was given */
    int64_t to;    /* events up to this position, INT64_MAX for all */
    int64_t at_us; /* the time that is "now" in that state */
};

/* Of one stream ("account-UUID"), or where that is NULL of one correlation id. */
bool as_of_read(struct query *query, const struct arguments *arguments, const char *stream,
                const char *correlation, struct as_of *as_of, struct error *error);

/* The row of the options, and a sentence for the command's help. */
#define AS_OF_OPTION OPTION("at", "as it was after that event, or at that time", MOMENT)
#define AS_OF_HELP                                                                                 \
    "A TIME is 2026-11-24, or 2026-11-24T19:40:16, with Z or +01:00 behind it or UTC without."

#endif
