/* SPDX-License-Identifier: MIT */
/* Makes directories and keeps a list of them for the exit handler. A forked child removes nothing.
 */
#include "tests/support/scratch.h"

#include "tests/support/check.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SCRATCH_MAX = 200 };

static char scratch_directories[SCRATCH_MAX][SCRATCH_SIZE];
static int scratch_count;
static pid_t scratch_maker;

static int scratch_remove_one(const char *path, const struct stat *status, int kind,
                              struct FTW *where)
{
    (void)status, (void)kind, (void)where;
    remove(path); /* what is left over goes with $TEST_TMP */
    return 0;
}

static void scratch_remove_all(void)
{
    if (getpid() != scratch_maker)
        return;
    for (int i = 0; i < scratch_count; i++)
        nftw(scratch_directories[i], scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *scratch_create(void)
{
    if (scratch_count == SCRATCH_MAX)
        check_fail("a test program makes more than %d scratch directories: raise SCRATCH_MAX",
                   SCRATCH_MAX);
    if (scratch_count == 0) {
        scratch_maker = getpid();
        atexit(scratch_remove_all);
    }
    const char *base = getenv("TEST_TMP");
    char *path = scratch_directories[scratch_count];
    int length =
        snprintf(path, SCRATCH_SIZE, "%s/XXXXXX", base != NULL && base[0] != '\0' ? base : "/tmp");
    if (length < 0 || length >= SCRATCH_SIZE)
        check_fail("$TEST_TMP is longer than %d bytes: choose a shorter one", SCRATCH_SIZE - 8);
    if (mkdtemp(path) == NULL || chmod(path, 0711) != 0)
        check_fail("cannot make the scratch directory %s: %s", path, strerror(errno));
    scratch_count++;
    return path;
}
