/* SPDX-License-Identifier: MIT */
/*
 * What a script waits for and expects: one function a condition, each asked of
 * a program that has settled, about play->area of the screen. How they are
 * asked is in expect.h.
 */
#ifndef KEYS_CONDITION_H
#define KEYS_CONDITION_H

#include <stdbool.h>
#include <stdio.h>

struct play;
struct step;

bool condition_screen(struct play *play, const struct step *step);
bool condition_text(struct play *play, const struct step *step);
bool condition_big(struct play *play, const struct step *step);
bool condition_style(struct play *play, const struct step *step);
bool condition_contrast(struct play *play, const struct step *step);
bool condition_cursor(struct play *play, const struct step *step);
bool condition_cursor_at(struct play *play, const struct step *step);
bool condition_file(struct play *play, const struct step *step);
bool condition_helper(struct play *play, const struct step *step);
bool condition_helper_ended(struct play *play, const struct step *step);
bool condition_exit(struct play *play, const struct step *step);
bool condition_exit_signal(struct play *play, const struct step *step);
bool condition_restored(struct play *play, const struct step *step);

/* What is there instead, in lines for the report. */
void condition_explain(FILE *out, struct play *play, const struct step *step);

#endif
