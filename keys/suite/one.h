/* SPDX-License-Identifier: MIT */
/* One script, from its file to its result. */
#ifndef KEYS_ONE_H
#define KEYS_ONE_H

#include "keys/suite/options.h"

/* Reasons go to stderr; why a script was skipped goes to stdout, as the last line. */
enum play_result one_play(const struct options *options, const char *path);

/* What a script is about: its first comment, or "" where it has none; the caller frees it. */
char *one_title(const char *path);

/* Reads what stands before a script too: suite.keys and --include. */
bool one_load(const struct options *options, const char *path, struct script *script,
              struct error *error);

#endif
