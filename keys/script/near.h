/* SPDX-License-Identifier: MIT */
/*
 * What a person who knows other tools probably meant: the words of errors about
 * a directive that there is not. Nothing is taken for what it was not written
 * as; the error only says what to write.
 */
#ifndef KEYS_NEAR_H
#define KEYS_NEAR_H

#include "keys/script/script.h"

/* Why no directive fits the line, as ERROR_USAGE. Returns false. */
bool near_directives(const struct script *script, const char *line, struct error *error);

#endif
