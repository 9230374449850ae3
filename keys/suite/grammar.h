/* SPDX-License-Identifier: MIT */
/*
 * The language of scripts as EBNF (ISO 14977), from the same tables as parser
 * and help: for editors, for other tools, and for a person who wants it exact.
 */
#ifndef KEYS_GRAMMAR_H
#define KEYS_GRAMMAR_H

#include <stdio.h>

void grammar_write(FILE *out);

#endif
