/* SPDX-License-Identifier: MIT */
/* Characters that are drawn as rectangles: block elements, quadrants and lines. */
#ifndef KEYS_BLOCKS_H
#define KEYS_BLOCKS_H

#include <stdbool.h>

/* In a cell of 72 by 144. */
struct block {
    int left, top, right, bottom;
};

enum { BLOCK_WIDTH = 72, BLOCK_HEIGHT = 144, BLOCKS = 4 };

/* How many rectangles the character is made of, at most BLOCKS; 0: it is text. */
int blocks_of(const char *character, struct block blocks[BLOCKS]);

#endif
