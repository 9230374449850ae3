/* SPDX-License-Identifier: MIT */
/*
 * One line of a secret from standard input, before the screen is there. On a
 * terminal it is asked for and not echoed; from a pipe it is read byte by byte,
 * so that what comes after it stays for the next reader.
 */
#ifndef ATM_FILES_PROMPT_H
#define ATM_FILES_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

/* Without its newline; false when the input ends first or the line is longer than size - 1. The
 * caller wipes the buffer. */
bool prompt_line(const char *question, char *buffer, size_t size);

#endif
