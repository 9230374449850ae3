/* SPDX-License-Identifier: MIT */
/*
 * Ends the process at one of its durable calls. crash.c is a library of its
 * own, for LD_PRELOAD: its functions are found by their names.
 *
 * Durable calls are those that change what a power cut leaves: write, pwrite,
 * ftruncate, fsync, fdatasync, rename, link and unlink below one folder.
 */
#ifndef TESTS_ATM_CRASH_H
#define TESTS_ATM_CRASH_H

#include <stdbool.h>

/* From now on the durable calls below that folder are counted from 1 on; the process kills itself
 * before the one of that number (0: none). lose: what was not flushed by then is undone: bytes
 * without an fsync of their file, names without one of their directory. */
void crash_arm(const char *folder, long at, bool lose);

/* How many there were. */
long crash_count(void);

#endif
