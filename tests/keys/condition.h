/* SPDX-License-Identifier: MIT */
/*
 * What a script waits for and expects: one function a condition, and the two
 * ways to ask. A wait asks until it is so or its deadline has passed, and gives
 * up early when the program has ended; an expect asks once, of a program that
 * has settled. Signatures are those of the directive table.
 */
#ifndef KEYS_CONDITION_H
#define KEYS_CONDITION_H

#include "shared/error.h"

#include <stdbool.h>

struct play;
struct step;

bool condition_screen(struct play *play, const struct step *step);
bool condition_text(struct play *play, const struct step *step);
bool condition_file(struct play *play, const struct step *step);
bool condition_exit(struct play *play, const struct step *step);
bool condition_exit_signal(struct play *play, const struct step *step);
bool condition_cursor(struct play *play, const struct step *step);
bool condition_restored(struct play *play, const struct step *step);

bool condition_wait(struct play *play, const struct step *step, struct error *error);
bool condition_expect(struct play *play, const struct step *step, struct error *error);

/* expect golden, and expect screen with a path: the second is a comparison too */
bool condition_golden(struct play *play, const struct step *step, struct error *error);
bool condition_screen_or_golden(struct play *play, const struct step *step, struct error *error);

/* capture: puts what the group matches into the variable. */
bool condition_capture(struct play *play, const struct step *step, struct error *error);

#endif
