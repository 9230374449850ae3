/* SPDX-License-Identifier: MIT */
/*
 * The time of day as the program believes it to be, by libfaketime where it is
 * installed. It works for programs that are linked dynamically and ask the C
 * library. The monotonic clock stays the real one, so time-outs last as long as
 * they do.
 *
 * The struct is zeroed by the caller.
 */
#ifndef KEYS_CLOCK_H
#define KEYS_CLOCK_H

#include "shared/error.h"

#include <stdbool.h>
#include <stdint.h>

struct clock {
    bool set, frozen;
    int64_t moment; /* seconds, as if the local time were UTC */
    char file[64];  /* libfaketime reads it */
};

/* The path of libfaketime, or NULL: the sentence to skip a script with is CLOCK_MISSING. */
const char *clock_library(void);
#define CLOCK_MISSING                                                                              \
    "the program's clock needs libfaketime, which is not installed: apt-get install libfaketime"

bool clock_set(struct clock *clock, int64_t moment, bool frozen, struct error *error);
bool clock_advance(struct clock *clock, int64_t seconds, struct error *error);
void clock_finish(struct clock *clock);

#endif
