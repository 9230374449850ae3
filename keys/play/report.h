/* SPDX-License-Identifier: MIT */
/*
 * What a person reads when a script fails. Everything goes to stderr, and
 * every secret in it is replaced by dots.
 */
#ifndef KEYS_REPORT_H
#define KEYS_REPORT_H

#include "shared/error.h"

struct play;
struct step;

void report_failure(struct play *play, const struct step *step, const struct error *error);

#endif
