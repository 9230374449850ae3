/* SPDX-License-Identifier: MIT */
/* A line as the words of a command: parted by blanks, with '…', "…" and \ as a shell has them. */
#ifndef BANK_CONSOLE_WORDS_H
#define BANK_CONSOLE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#define WORDS_MAX  64
#define WORDS_SIZE 2000 /* of a line */

struct words {
    int count;
    char *word[WORDS_MAX + 1]; /* ends with NULL */
    char text[2 * WORDS_SIZE];
};

/* NULL, or what is wrong with the line. What follows a # that begins a word is left out. */
const char *words_split(struct words *words, const char *line);

/* A text as one word of a line, in quotation marks; it ends early where there is no room. */
void words_quote(const char *text, char *buffer, size_t size);

#endif
