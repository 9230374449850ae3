/* SPDX-License-Identifier: MIT */
/* The whole screen at a moment: as a golden text, a picture, a frame of a film. Signatures are
 * those of the table in dispatch.c. */
#ifndef KEYS_MOMENT_H
#define KEYS_MOMENT_H

#include "shared/error.h"

#include <stdbool.h>

struct play;
struct step;

bool moment_golden(struct play *play, const struct step *step, struct error *error);
/* expect screen: with a slash in the name it is a golden file's path */
bool moment_screen_or_golden(struct play *play, const struct step *step, struct error *error);
bool moment_picture(struct play *play, const struct step *step, struct error *error);
bool moment_film(struct play *play, const struct step *step, struct error *error);
bool moment_frame(struct play *play, const struct step *step, struct error *error);

/* Writes all changes of the screen as a film. */
bool moment_animation(struct play *play, const char *path, struct error *error);

#endif
