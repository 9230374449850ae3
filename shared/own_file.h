/* SPDX-License-Identifier: MIT */
/*
 * A text file that only its reader or root can have written: what it says is
 * believed.
 */
#ifndef SHARED_OWN_FILE_H
#define SHARED_OWN_FILE_H

#include "shared/error.h"

#include <stddef.h>
#include <sys/stat.h>

/*
 * The whole of it with a NUL, for free(). NULL with the error (ERROR_USAGE,
 * ERROR_SYSTEM): errno is ENOENT when there is none. It is a regular file of at
 * most `most` bytes without a NUL, belongs to this process's user or to root, and
 * no other user may write it; a symbolic link is refused. status: may be NULL.
 */
char *own_file_read(const char *path, size_t most, struct stat *status, struct error *error);

#endif
