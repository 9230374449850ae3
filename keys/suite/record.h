/* SPDX-License-Identifier: MIT */
/*
 * Recording: a person uses the program, and a script comes of it.
 *
 * The person's own terminal is relayed. Keys become press and type, the mouse
 * click, drag and wheel, every new screen name a wait. What is typed where a
 * `record secret` of suite.keys says so, or where line mode has its echo off,
 * becomes `secret ... from env ...` and is kept nowhere.
 */
#ifndef KEYS_RECORD_H
#define KEYS_RECORD_H

#include "keys/suite/options.h"
#include "shared/error.h"

#include <stdbool.h>

/* Runs the program to its end. Fails unless stdin is a terminal. */
bool record_run(const struct options *options, struct error *error);

#endif
