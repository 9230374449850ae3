/* SPDX-License-Identifier: MIT */
/* An SVG turned into PNG by rsvg-convert, where that is installed. */
#ifndef KEYS_PNG_H
#define KEYS_PNG_H

#include "shared/error.h"

#include <stdbool.h>

#define PNG_MISSING                                                                                \
    "a PNG is made by rsvg-convert, which is not installed: apt-get install librsvg2-bin, or "     \
    "take a .svg"

bool png_possible(void);
bool png_write(const char *path, const char *svg, struct error *error);

#endif
