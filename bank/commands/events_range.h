/* SPDX-License-Identifier: MIT */
/* Which events `bank events` is asked for, and where in the log they are. */
#ifndef BANK_COMMANDS_EVENTS_RANGE_H
#define BANK_COMMANDS_EVENTS_RANGE_H

#include "bank/cli/arguments.h"
#include "bank/postgres/log_reader.h"

enum events_form { EVENTS_FOR_PEOPLE, EVENTS_AS_ARRAY, EVENTS_AS_LINES };

struct events_request {
    struct log_reader reader; /* with its filters; its query is the caller's to set */
    int64_t limit;            /* INT64_MAX: all */
    enum events_form form;
    bool follow;
    bool from_somewhere; /* else the last ones that fit are meant */
    const struct value *since, *before;
    char stream[LOG_READER_STREAM_SIZE];
};

/* False after saying what is wrong with the arguments. */
bool events_request_read(struct events_request *request, const struct arguments *arguments);
/* Finds the positions that the times, or the last ones, begin and end at. False where there is no
 * such stream (ERROR_USAGE), too. */
bool events_range_find(struct events_request *request, struct error *error);

#endif
