/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/fuzz.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

const char *fuzz_directory(void)
{
    static char directory[] = "/tmp/fuzz.XXXXXX";
    static bool made;
    if (!made)
        PROMISE(mkdtemp(directory) != NULL);
    made = true;
    return directory;
}

const char *fuzz_file(const char *name, const uint8_t *bytes, size_t size)
{
    static char path[400];
    snprintf(path, sizeof path, "%s/%s", fuzz_directory(), name);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    PROMISE(file >= 0 && write(file, bytes, size) == (ssize_t)size);
    close(file);
    return path;
}
