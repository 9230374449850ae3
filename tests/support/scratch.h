/* SPDX-License-Identifier: MIT */
/*
 * Throw-away directories for tests, under $TEST_TMP (or /tmp), removed when
 * the program exits. Their names are short enough for sockets in a home in
 * them, and other users may pass through, since root's Postgres is one.
 * Trouble fails the test.
 */
#ifndef TESTS_SUPPORT_SCRATCH_H
#define TESTS_SUPPORT_SCRATCH_H

enum { SCRATCH_SIZE = 80 };

/* A new, empty directory; the path is valid until the program exits. */
const char *scratch_create(void);

#endif
