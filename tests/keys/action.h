/* SPDX-License-Identifier: MIT */
/*
 * What a script does: one function a directive, with the signature of the
 * directive table. Each leaves its reason in *error when it fails.
 */
#ifndef KEYS_ACTION_H
#define KEYS_ACTION_H

#include "shared/error.h"

#include <stdbool.h>

struct play;
struct step;

bool action_require(struct play *play, const struct step *step, struct error *error);
bool action_env(struct play *play, const struct step *step, struct error *error);
bool action_set(struct play *play, const struct step *step, struct error *error);
bool action_card(struct play *play, const struct step *step, struct error *error);
bool action_press(struct play *play, const struct step *step, struct error *error);
bool action_type(struct play *play, const struct step *step, struct error *error);
bool action_secret(struct play *play, const struct step *step, struct error *error);
bool action_click(struct play *play, const struct step *step, struct error *error);
bool action_resize(struct play *play, const struct step *step, struct error *error);
bool action_signal(struct play *play, const struct step *step, struct error *error);
bool action_restart(struct play *play, const struct step *step, struct error *error);
bool action_sh(struct play *play, const struct step *step, struct error *error);
bool action_fault(struct play *play, const struct step *step, struct error *error);

#endif
