/* SPDX-License-Identifier: MIT */
/* What a script says about its program, its terminal and its own words. Signatures are those of the
 * table in dispatch.c; each leaves its reason in *error when it fails. */
#ifndef KEYS_SETUP_H
#define KEYS_SETUP_H

#include "shared/error.h"

#include <stdbool.h>

struct play;
struct step;

bool setup_program(struct play *play, const struct step *step, struct error *error);
bool setup_require(struct play *play, const struct step *step, struct error *error);
bool setup_env(struct play *play, const struct step *step, struct error *error);
bool setup_set(struct play *play, const struct step *step, struct error *error);
bool setup_needs(struct play *play, const struct step *step, struct error *error);
bool setup_timeout(struct play *play, const struct step *step, struct error *error);
bool setup_titled(struct play *play, const struct step *step, struct error *error);
bool setup_region(struct play *play, const struct step *step, struct error *error);
bool setup_mask(struct play *play, const struct step *step, struct error *error);
bool setup_font(struct play *play, const struct step *step, struct error *error);
bool setup_clock(struct play *play, const struct step *step, struct error *error);
bool setup_clock_advance(struct play *play, const struct step *step, struct error *error);
bool setup_call(struct play *play, const struct step *step, struct error *error);

/* NAME=VALUE into the environment of the program and of sh. */
void setup_assign(struct play *play, const char *assignment);

#endif
