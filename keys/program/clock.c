/* SPDX-License-Identifier: MIT */
/*
 * libfaketime is told by a file, which it reads at each look at the clock. A
 * moment with an @ in front runs from the program's start; without, it stands.
 */
#include "keys/program/clock.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

const char *clock_library(void)
{
    static char path[512];
    static const char *const PLACES[] = { "/usr/lib/*/faketime/libfaketime.so.1",
                                          "/usr/lib/faketime/libfaketime.so.1",
                                          "/usr/lib64/faketime/libfaketime.so.1",
                                          "/usr/local/lib/faketime/libfaketime.so.1" };
    for (size_t i = 0; path[0] == '\0' && i < sizeof PLACES / sizeof PLACES[0]; i++) {
        glob_t found;
        if (glob(PLACES[i], 0, NULL, &found) == 0) {
            snprintf(path, sizeof path, "%s", found.gl_pathv[0]);
            globfree(&found);
        }
    }
    return path[0] != '\0' ? path : NULL;
}

static bool clock_write(const struct clock *clock, struct error *error)
{
    char text[64];
    struct tm moment;
    time_t seconds = (time_t)clock->moment;
    FILE *file = fopen(clock->file, "we");
    if (file == NULL)
        return error_set_errno(error, "cannot write %s", clock->file);
    gmtime_r(&seconds, &moment);
    strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &moment);
    bool good = fprintf(file, "%s%s\n", clock->frozen ? "" : "@", text) > 0;
    good = fclose(file) == 0 && good;
    return good || error_set_errno(error, "cannot write %s", clock->file);
}

bool clock_set(struct clock *clock, int64_t moment, bool frozen, struct error *error)
{
    if (clock->file[0] == '\0') {
        snprintf(clock->file, sizeof clock->file, "/tmp/keys.clock.XXXXXX");
        int file = mkstemp(clock->file);
        if (file < 0) {
            clock->file[0] = '\0';
            return error_set_errno(error, "cannot make a temporary file");
        }
        close(file);
    }
    clock->set = true;
    clock->frozen = frozen;
    clock->moment = moment;
    return clock_write(clock, error);
}

bool clock_advance(struct clock *clock, int64_t seconds, struct error *error)
{
    if (!clock->set)
        return error_set(error, ERROR_USAGE,
                         "no clock is set; write clock MOMENT before the "
                         "first directive that starts the program");
    clock->moment += seconds;
    return clock_write(clock, error);
}

void clock_finish(struct clock *clock)
{
    if (clock->file[0] != '\0')
        unlink(clock->file);
    *clock = (struct clock){ 0 };
}
