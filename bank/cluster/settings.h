/* SPDX-License-Identifier: MIT */
/* What the private cluster's server is started with: one row a setting, and why. */
#ifndef BANK_CLUSTER_SETTINGS_H
#define BANK_CLUSTER_SETTINGS_H

#include "shared/error.h"

#include <stddef.h>

enum { CLUSTER_WORDS = 160, CLUSTER_WORDS_TEXT = 8192 };

/* A command line under construction; the words live in `text`. */
struct cluster_words {
    const char *argv[CLUSTER_WORDS]; /* ends with NULL */
    size_t count;
    char text[CLUSTER_WORDS_TEXT];
    size_t used;
};

/* Adds one word. Panics when there is no room: nothing but $ESBANK_PG_OPTIONS varies, and that is
 * checked. */
void cluster_words_add(struct cluster_words *words, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Adds "-c" "name=value" for every setting, then the words of `extra` (NULL:
 * none), so that those win. Fails (ERROR_USAGE) when `extra` is anything but -c name=value words.
 */
bool cluster_settings_add(struct cluster_words *words, const char *extra, bool lz4,
                          struct error *error);

#endif
