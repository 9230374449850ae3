/* SPDX-License-Identifier: MIT */
/* What a person does on the keyboard; signatures are those of the table in dispatch.c. */
#ifndef KEYS_KEYBOARD_H
#define KEYS_KEYBOARD_H

#include "shared/error.h"

#include <stdbool.h>

struct play;
struct step;

bool keyboard_press(struct play *play, const struct step *step, struct error *error);
bool keyboard_type(struct play *play, const struct step *step, struct error *error);
bool keyboard_secret(struct play *play, const struct step *step, struct error *error);
bool keyboard_paste(struct play *play, const struct step *step, struct error *error);
bool keyboard_send(struct play *play, const struct step *step, struct error *error);

#endif
