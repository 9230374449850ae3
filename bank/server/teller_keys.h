/* SPDX-License-Identifier: MIT */
/*
 * The files of tellers' keys, before and after the commands that change them. A
 * key changes once that is in the log, and then at once.
 */
#ifndef BANK_SERVER_TELLER_KEYS_H
#define BANK_SERVER_TELLER_KEYS_H

#include "bank/server/turn.h"

/* Before a command of an operator is submitted: makes what it needs, beside what is in force.
 * False: the log says why not. */
bool teller_keys_ready(struct vault *vault, struct command *command);

/* Once it is answered by that line, for the first time or replayed. False when the file could not
 * be changed; the same request again tries that again. */
bool teller_keys_settle(struct turn *turn, const struct command *command, const char *line,
                        size_t length, bool ok, bool replayed);

#endif
