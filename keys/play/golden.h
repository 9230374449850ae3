/* SPDX-License-Identifier: MIT */
/*
 * Golden files: what a run shows, compared with what it showed when a person
 * looked and agreed. Masks are put over both sides before they are compared.
 *
 * Where they differ, the result depends on play->update: a failure that shows
 * both sides, a question to the person at the terminal, or the file rewritten.
 */
#ifndef KEYS_GOLDEN_H
#define KEYS_GOLDEN_H

#include "shared/error.h"

#include <stdbool.h>

struct play;

/* The kinds of files. */
enum golden_kind {
    GOLDEN_TEXT,    /* rows of a screen, kept masked */
    GOLDEN_DRAWING, /* an SVG, kept as drawn: its marks are compared, see svg.h */
};

/* What cannot be shown line by line says what it is in one sentence. */
bool golden_compare(struct play *play, enum golden_kind kind, const char *path, const char *text,
                    const char *masks, struct error *error);

/* Writes the file and the folder it is in. */
bool golden_write(const char *path, const char *text, struct error *error);

#endif
