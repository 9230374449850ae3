/* SPDX-License-Identifier: MIT */
#include "shared/own_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool file_check(int file, const char *path, struct stat *status, struct error *error)
{
    if (fstat(file, status) != 0)
        return error_set_errno(error, "cannot look at %s", path);
    if (!S_ISREG(status->st_mode))
        return error_set(error, ERROR_USAGE, "%s is not a file", path);
    if (status->st_uid != 0 && status->st_uid != geteuid())
        return error_set(error, ERROR_USAGE,
                         "%s belongs to user %u: give it to root or to user %u, who reads it "
                         "(chown)",
                         path, (unsigned)status->st_uid, (unsigned)geteuid());
    if ((status->st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return error_set(error, ERROR_USAGE,
                         "%s can be written by other users: allow only its owner (chmod go-w)",
                         path);
    return true;
}

/* text has room for most + 1 bytes. */
static bool text_read(int file, const char *path, char *text, size_t most, struct error *error)
{
    size_t length = 0;
    for (ssize_t step = 1; step != 0 && length <= most;) {
        step = read(file, text + length, most + 1 - length);
        if (step < 0 && errno != EINTR)
            return error_set_errno(error, "cannot read %s", path);
        length += step > 0 ? (size_t)step : 0;
    }
    if (length > most || memchr(text, '\0', length) != NULL)
        return error_set(error, ERROR_USAGE, "%s is longer than %zu bytes, or no text", path, most);
    text[length] = '\0';
    return true;
}

char *own_file_read(const char *path, size_t most, struct stat *status, struct error *error)
{
    struct stat own;
    const int file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) {
        const int why = errno;
        error_set_errno(error, "cannot open %s", path);
        errno = why;
        return NULL;
    }
    char *text = malloc(most + 1);
    if (text == NULL)
        panic("out of memory");
    const bool worked = file_check(file, path, status != NULL ? status : &own, error) &&
                        text_read(file, path, text, most, error);
    close(file);
    if (worked)
        return text;
    free(text);
    errno = 0;
    return NULL;
}
