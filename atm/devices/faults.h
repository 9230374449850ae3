/* SPDX-License-Identifier: MIT */
/*
 * Faults a person injects: lines of <folder>/faults, each consumed when it
 * strikes. The table of atm/terminal/fault.h is the grammar; an N stands for a number and a NAME
 * for a step of the journal, or is "moving": the notes are on their way out.
 * "power cut after present" is the dispenser's; the step of that name is asked
 * for by "power cut after step present". Lines that are not in the table are
 * reported once, through the log, and removed.
 *
 * A device asks faults_strike at the point where the fault would show; only
 * then is the file read, so a line may be added at any time.
 */
#ifndef ATM_FAULTS_H
#define ATM_FAULTS_H

#include "atm/terminal/fault.h"
#include "shared/error.h"

#include <stddef.h>

/* Names the folder; without it no fault ever strikes. The string has to live on. */
void faults_init(const char *folder);

/* Whether that fault was waiting; it is gone then. number (may be NULL) gets its N; name is what
 * NAME has to be. */
bool faults_strike(enum fault fault, const char *name, int *number);

/* Called before a power cut, for what no power cut takes: the terminal in front of the person,
 * which is not the machine's. NULL: nothing is. */
void faults_before_power_cut(void (*last)(void));

/* Kills the process at once if the fault was waiting: no cleanup, as in a power cut. */
void faults_power_cut(enum fault fault, const char *name);

/* How the fault is armed, into text; false, and empty: it is not. Nothing changes. */
bool faults_armed(enum fault fault, char *text, size_t size);

/* The first line that is no fault, into text; false, and empty: there is none. */
bool faults_misspelt(char *text, size_t size);

/* Fails (ERROR_USAGE) where there is one: for the start. */
bool faults_check(struct error *error);

/* Whether faults_inject would take the line. */
bool faults_known(const char *line);

/* Removes all lines of that fault. */
bool faults_disarm(enum fault fault, struct error *error);

/* Adds a line. Fails (ERROR_USAGE) when it is not in the table. */
bool faults_inject(const char *line, struct error *error);

#endif
