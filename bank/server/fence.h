/* SPDX-License-Identifier: MIT */
/*
 * A fence around the running bank (Linux' landlock): from now on it and what it
 * starts, its private cluster included, change files in the home only, and in
 * the log's folder, whose file is opened anew after it was moved away. What is
 * open stays open; reading, running and sockets are as they were. Where the
 * kernel has no landlock there is none, without a word: it is one more line of
 * defence and nothing rests on it.
 */
#ifndef BANK_SERVER_FENCE_H
#define BANK_SERVER_FENCE_H

#include "shared/home.h"

/* New privileges are given up already (shared/user.h). */
void fence_home(const struct home *home, const char *log_file); /* NULL: the log is stderr */

#endif
