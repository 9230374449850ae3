/* SPDX-License-Identifier: MIT */
/* Many scripts: found in folders, filtered, played some at a time, each in a process of its own. */
#ifndef KEYS_MANY_H
#define KEYS_MANY_H

#include "keys/suite/options.h"

/* The exit status. */
int many_play(const struct options *options);

#endif
