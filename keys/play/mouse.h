/* SPDX-License-Identifier: MIT */
/* What a person does with the mouse; signatures are those of the table in dispatch.c. Each fails
 * when the program has not asked for the mouse. */
#ifndef KEYS_MOUSE_H
#define KEYS_MOUSE_H

#include "shared/error.h"

#include <stdbool.h>

struct play;
struct step;

bool mouse_click(struct play *play, const struct step *step, struct error *error);
bool mouse_click_text(struct play *play, const struct step *step, struct error *error);
bool mouse_press(struct play *play, const struct step *step, struct error *error);
bool mouse_release(struct play *play, const struct step *step, struct error *error);
bool mouse_move(struct play *play, const struct step *step, struct error *error);
bool mouse_drag(struct play *play, const struct step *step, struct error *error);
bool mouse_wheel(struct play *play, const struct step *step, struct error *error);

#endif
