/* SPDX-License-Identifier: MIT */
/* A command that is shown so that a person can give it to a shell again. */
#ifndef SHARED_SHELL_WORD_H
#define SHARED_SHELL_WORD_H

#include <stdio.h>

/* Writes a word, between apostrophes where a shell would make something else of it. */
void shell_word_write(FILE *out, const char *word);

#endif
