/* SPDX-License-Identifier: MIT */
/* What the commands on keys share. */
#ifndef BANK_COMMANDS_KEYS_H
#define BANK_COMMANDS_KEYS_H

#include "bank/cli/commands.h"
#include "bank/keys/archive.h"
#include "bank/keys/checks.h"

enum keys_print { KEYS_PRINT_TABLE, KEYS_PRINT_JSON, KEYS_PRINT_NOTHING };

/* Looks at every key and prints their states; the exit status, after a sentence when it is not 0.
 * query: NULL to look at the files only. */
int keys_check(const struct home *home, struct query *query, enum keys_print print);

/* The home whose keys it is about, or what to exit with: one whose bank is elsewhere has none. */
int keys_home(const struct arguments *arguments, struct home *home);

#endif
