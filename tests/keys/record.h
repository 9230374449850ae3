/* SPDX-License-Identifier: MIT */
/*
 * Recording: a person uses the program, and a script comes of it.
 *
 * The person's own terminal is relayed. Keys become press and type, every new
 * screen name a wait. What is typed on a screen whose name begins with "pin"
 * becomes `secret PIN from env ATM_PIN` and is kept nowhere.
 */
#ifndef KEYS_RECORD_H
#define KEYS_RECORD_H

#include "shared/error.h"

#include <stdbool.h>

/* Runs the program to its end. Fails unless stdin is a terminal. */
bool record_run(const char *path, char **argv, struct error *error);

#endif
