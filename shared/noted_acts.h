/* SPDX-License-Identifier: MIT */
/*
 * The file `acts` in the home: what operators did while no bank served it, a line
 * each. The bank takes the file at its start, makes an event of each line, and
 * removes it. A line has the id of the request that the bank makes of it, so that
 * it is one event however often the bank is killed meanwhile.
 *
 *   ID UID TIME ACT SUBJECT
 */
#ifndef SHARED_NOTED_ACTS_H
#define SHARED_NOTED_ACTS_H

#include "shared/home.h"
#include "shared/uuid.h"

#include <stdint.h>
#include <sys/types.h>

struct noted_act {
    struct uuid id;
    uid_t uid;
    int64_t at_s;              /* since 1970 */
    char act[32], subject[61]; /* subject: may be empty */
};

/* Adds a line; it is on disk then. */
bool noted_acts_add(const struct home *home, const struct noted_act *act, struct error *error);

/* Takes the file, or the one that an earlier start took and did not finish with: how many, for
 * free(); -1 with an error. Lines that make no sense are left out. */
int noted_acts_take(const struct home *home, struct noted_act **acts, struct error *error);

/* All of them are recorded. */
bool noted_acts_finish(const struct home *home, struct error *error);

#endif
