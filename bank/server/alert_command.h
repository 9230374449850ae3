/* SPDX-License-Identifier: MIT */
/*
 * The program after --alert-command: started for each alert that is raised or cleared, with the
 * alert as one JSON object on its standard input:
 *
 *   {"event":"alert-raised","alert":"low_cash","about":"…","position":17,"message":"…"}
 *
 * One runs at a time; those that come meanwhile wait in their order. It is never a shell's, has
 * nothing of the bank but that text, and is killed with all it started when it takes too long. What
 * goes wrong is a line in the log. The bank never waits for it.
 */
#ifndef BANK_SERVER_ALERT_COMMAND_H
#define BANK_SERVER_ALERT_COMMAND_H

#include "shared/error.h"

#define ALERT_COMMAND_MS      10000 /* from its start to its end */
#define ALERT_COMMAND_WAITING 256   /* more are left out, and that is a line in the log */

struct event_base;
struct alert_command;

/* NULL where the program cannot be run; the path stays the caller's. */
struct alert_command *alert_command_create(struct event_base *loop, const char *program,
                                           struct error *error);
/* An event of the log and its pairs; one that is no alert's is none of its. Takes NULL. */
void alert_command_notice(struct alert_command *command, const char *what, const char *pairs);
/* What runs is killed, and what waits is left out. Takes NULL. */
void alert_command_destroy(struct alert_command *command);

#endif
