/* SPDX-License-Identifier: MIT */
/*
 * Acts of operators (bank/core/act.h): recorded first, done then. The running
 * bank records one as an event, and refuses it to a role that may not. Where no
 * bank serves the home, the act is noted in its file `acts`, of which the bank
 * makes events when it starts (bank/server/noted_acts.h).
 */
#ifndef BANK_CLI_ACT_H
#define BANK_CLI_ACT_H

#include "bank/cli/arguments.h"
#include "bank/core/act.h"

#include <sys/types.h>

/* False, after saying why: nothing may be done. subject: what it is done to. */
bool act_record(const struct arguments *arguments, enum act act, const char *subject);

/* The same where the home's lock is held, so that no bank serves it. uid: who does it, from before
 * root's program became the home's owner. */
bool act_note(const struct home *home, enum act act, const char *subject, uid_t uid);

#endif
