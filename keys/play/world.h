/* SPDX-License-Identifier: MIT */
/* The program's process, helpers beside it, and commands of the shell; signatures are those of the
 * table in dispatch.c. */
#ifndef KEYS_WORLD_H
#define KEYS_WORLD_H

#include "shared/error.h"

#include <stdbool.h>

struct play;
struct step;

bool world_resize(struct play *play, const struct step *step, struct error *error);
bool world_signal(struct play *play, const struct step *step, struct error *error);
bool world_restart(struct play *play, const struct step *step, struct error *error);

bool world_sh(struct play *play, const struct step *step, struct error *error);
bool world_wait_sh(struct play *play, const struct step *step, struct error *error);
bool world_needs(struct play *play, const struct step *step, struct error *error);
bool world_capture(struct play *play, const struct step *step, struct error *error);
bool world_env_from(struct play *play, const struct step *step, struct error *error);

bool world_helper(struct play *play, const struct step *step, struct error *error);
bool world_helper_start(struct play *play, const struct step *step, struct error *error);
bool world_helper_end(struct play *play, const struct step *step, struct error *error);
bool world_helper_restart(struct play *play, const struct step *step, struct error *error);
bool world_helper_signal(struct play *play, const struct step *step, struct error *error);

#endif
