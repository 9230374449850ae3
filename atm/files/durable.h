/* SPDX-License-Identifier: MIT */
/*
 * Small files that survive a power cut: whole as they were before, or whole
 * as they are after, never in between.
 *
 * A write goes to a temporary name, is flushed, takes the real name, and the
 * directory is flushed. Names are inside `directory`. Failures are ERROR_SYSTEM
 * and leave what was there before.
 */
#ifndef ATM_FILES_DURABLE_H
#define ATM_FILES_DURABLE_H

#include "shared/error.h"

#include <stddef.h>

#define DURABLE_PATH_SIZE 900 /* bytes of any path in a terminal's folder */

/* Puts these bytes under that name, in place of what was there. */
bool durable_write(const char *directory, const char *name, const char *bytes, size_t length,
                   struct error *error);

/* As durable_write, unless the name is taken already: then nothing changes and that counts as done.
 */
bool durable_write_once(const char *directory, const char *name, const char *bytes, size_t length,
                        struct error *error);

/* Removes the name, for good; one that is not there counts as removed. */
bool durable_remove(const char *directory, const char *name, struct error *error);

/* Moves the file into another directory under the same name. */
bool durable_move(const char *from, const char *to, const char *name, struct error *error);

/* Reads a whole file of at most size - 1 bytes and ends it with a NUL. A file that is not there is
 * an empty text and *there false. */
bool durable_read(const char *directory, const char *name, char *buffer, size_t size, bool *there,
                  struct error *error);

/* Makes a directory of mode 0700 unless it is there. */
bool durable_directory(const char *path, struct error *error);

#endif
