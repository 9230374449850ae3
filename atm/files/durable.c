/* SPDX-License-Identifier: MIT */
/*
 * The order is what makes it durable: bytes, flush, rename, flush of the
 * directory. Left-over temporary files of a killed process are overwritten by
 * the next write of the same name and never read.
 */
#include "atm/files/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void durable_path(char path[static DURABLE_PATH_SIZE], const char *directory,
                         const char *name, const char *suffix)
{
    int length = snprintf(path, DURABLE_PATH_SIZE, "%s/%s%s", directory, name, suffix);
    if (length < 0 || length >= DURABLE_PATH_SIZE)
        panic("no room for a path in %s", directory);
}

static bool durable_flush(const char *directory, struct error *error)
{
    int file = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0)
        return error_set_errno(error, "cannot open the directory %s", directory);
    bool flushed = fsync(file) == 0;
    if (!flushed)
        error_set_errno(error, "cannot flush the directory %s", directory);
    close(file);
    return flushed;
}

static bool durable_write_temporary(const char *path, const char *bytes, size_t length,
                                    struct error *error)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0)
        return error_set_errno(error, "cannot create %s", path);
    bool written = true;
    for (size_t at = 0; written && at < length;) {
        ssize_t step = write(file, bytes + at, length - at);
        if (step > 0)
            at += (size_t)step;
        else if (step == 0 || errno != EINTR)
            written = false;
    }
    written = written && fsync(file) == 0;
    if (!written)
        error_set_errno(error, "cannot write %s", path);
    close(file);
    if (!written)
        unlink(path);
    return written;
}

bool durable_write(const char *directory, const char *name, const char *bytes, size_t length,
                   struct error *error)
{
    char path[DURABLE_PATH_SIZE], temporary[DURABLE_PATH_SIZE];
    durable_path(path, directory, name, "");
    durable_path(temporary, directory, name, ".new");
    if (!durable_write_temporary(temporary, bytes, length, error))
        return false;
    if (rename(temporary, path) != 0)
        return error_set_errno(error, "cannot rename %s", temporary);
    return durable_flush(directory, error);
}

bool durable_write_once(const char *directory, const char *name, const char *bytes, size_t length,
                        struct error *error)
{
    char path[DURABLE_PATH_SIZE];
    durable_path(path, directory, name, "");
    if (access(path, F_OK) == 0)
        return true;
    return durable_write(directory, name, bytes, length, error);
}

bool durable_remove(const char *directory, const char *name, struct error *error)
{
    char path[DURABLE_PATH_SIZE];
    durable_path(path, directory, name, "");
    if (unlink(path) != 0 && errno != ENOENT)
        return error_set_errno(error, "cannot remove %s", path);
    return durable_flush(directory, error);
}

bool durable_move(const char *from, const char *to, const char *name, struct error *error)
{
    char old[DURABLE_PATH_SIZE], new[DURABLE_PATH_SIZE];
    durable_path(old, from, name, "");
    durable_path(new, to, name, "");
    /* It may have been moved, and only not flushed, by an earlier call. */
    if (rename(old, new) != 0 && (errno != ENOENT || access(new, F_OK) != 0))
        return error_set_errno(error, "cannot move %s to %s", old, to);
    return durable_flush(to, error) && durable_flush(from, error);
}

bool durable_read(const char *directory, const char *name, char *buffer, size_t size, bool *there,
                  struct error *error)
{
    char path[DURABLE_PATH_SIZE];
    durable_path(path, directory, name, "");
    buffer[0] = '\0';
    *there = false;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return errno == ENOENT ? true : error_set_errno(error, "cannot read %s", path);
    *there = true;
    size_t length = 0;
    ssize_t step;
    while ((step = read(file, buffer + length, size - length)) > 0 ||
           (step < 0 && errno == EINTR)) {
        if (step > 0)
            length += (size_t)step;
        if (length == size)
            break;
    }
    if (step < 0)
        error_set_errno(error, "cannot read %s", path);
    close(file);
    if (step < 0)
        return false;
    if (length == size)
        return error_set(error, ERROR_FORMAT, "%s is longer than the %zu bytes it may have", path,
                         size - 1);
    buffer[length] = '\0';
    return true;
}

bool durable_directory(const char *path, struct error *error)
{
    if (mkdir(path, 0700) == 0 || errno == EEXIST)
        return true;
    return error_set_errno(error, "cannot make the directory %s", path);
}
