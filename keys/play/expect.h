/* SPDX-License-Identifier: MIT */
/*
 * The two ways to ask for a condition. A wait asks until it is so or its
 * deadline has passed, and gives up early when the program has ended; an expect
 * asks once, of a program that has settled. Signatures are those of the table
 * in dispatch.c.
 */
#ifndef KEYS_EXPECT_H
#define KEYS_EXPECT_H

#include "shared/error.h"

#include <stdbool.h>

struct play;
struct step;

bool expect_wait(struct play *play, const struct step *step, struct error *error);
bool expect_now(struct play *play, const struct step *step, struct error *error);
bool expect_settled(struct play *play, const struct step *step, struct error *error);

/* Puts what the group matches into the variable. */
bool expect_capture(struct play *play, const struct step *step, struct error *error);

#endif
