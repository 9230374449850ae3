/* SPDX-License-Identifier: MIT */
/*
 * Metrics as text: OpenMetrics 1.0, or Prometheus' older format 0.0.4 for those who ask for that
 * alone. The two differ in the name of a counter's family, in units and in the end.
 *
 * The order of calls: exposition_begin, then each family with its samples, exposition_end.
 */
#ifndef BANK_SERVER_EXPOSITION_H
#define BANK_SERVER_EXPOSITION_H

#include "bank/engine/histogram.h"
#include "bank/server/figures.h"

#include <stdbool.h>
#include <stdio.h>

struct exposition {
    FILE *out;
    bool open_metrics;
    char *text;
    size_t length;
};

struct exposition_family {
    const char *name; /* without a counter's _total */
    enum figure_type type;
    const char *unit, *help;
};

void exposition_begin(struct exposition *to, bool open_metrics);
/* The text is the caller's to free. */
char *exposition_end(struct exposition *to, size_t *length);

void exposition_family(struct exposition *to, const struct exposition_family *family);

/* labels: as in {command="…"} without the braces; "": none. */
void exposition_sample(struct exposition *to, const struct exposition_family *family,
                       const char *labels, int64_t value);

/* Buckets of powers of two from first to last. Of a family in seconds the values are
 * microseconds. */
void exposition_histogram(struct exposition *to, const struct exposition_family *family,
                          const char *labels, const struct histogram *histogram, unsigned first,
                          unsigned last);

#endif
