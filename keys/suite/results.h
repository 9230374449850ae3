/* SPDX-License-Identifier: MIT */
/*
 * What became of many scripts: lines for a person or TAP on stdout as each one
 * ends, JUnit's XML in a file once all have.
 */
#ifndef KEYS_RESULTS_H
#define KEYS_RESULTS_H

#include "keys/suite/options.h"

struct result {
    const char *path; /* belongs to the caller */
    char *title;
    enum play_result result;
    char *output; /* of the script's run */
    int64_t took_ms;
};

struct results {
    const struct options *options;
    struct result *items;
    int count, total;
    int64_t start_ms;
};

void results_begin(struct results *results, const struct options *options, int total);
/* Takes title and output. */
void results_add(struct results *results, struct result result);
/* The exit status of the whole; false in *good when the XML cannot be written. */
int results_end(struct results *results, struct error *error);

#endif
