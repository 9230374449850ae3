/* SPDX-License-Identifier: MIT */
#include "bank/server/fence.h"

#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TRUNCATE (UINT64_C(1) << 14) /* LANDLOCK_ACCESS_FS_TRUNCATE of newer headers */

enum { WITH_REFER = 2, WITH_TRUNCATE = 3 }; /* versions of the interface */

/* What changes a file system. */
static uint64_t changes_of(long version)
{
    uint64_t changes = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                       LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
                       LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                       LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
                       LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;
    if (version >= WITH_REFER) /* renaming from one directory to another */
        changes |= LANDLOCK_ACCESS_FS_REFER;
    if (version >= WITH_TRUNCATE)
        changes |= TRUNCATE;
    return changes;
}

/* A path that is not there needs no gate; false only where the kernel refuses. */
static bool gate(int ruleset, const char *path, uint64_t changes)
{
    struct stat status;
    int file = open(path, O_PATH | O_CLOEXEC);
    if (file < 0)
        return true;
    if (fstat(file, &status) != 0 || !S_ISDIR(status.st_mode))
        changes &= LANDLOCK_ACCESS_FS_WRITE_FILE | TRUNCATE; /* all that a file can have */
    struct landlock_path_beneath_attr rule = { .allowed_access = changes, .parent_fd = file };
    bool made = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
    close(file);
    return made;
}

/* The folder of the log, where a new one may be made. */
static bool log_gate(int ruleset, const char *log_file)
{
    char folder[PATH_MAX];
    if (snprintf(folder, sizeof folder, "%s", log_file) >= (int)sizeof folder)
        return true; /* no such file can have been opened */
    return gate(ruleset, dirname(folder),
                LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG);
}

void fence_home(const struct home *home, const char *log_file)
{
    /* Both may be links to another disk. Postgres has its shared memory in /dev/shm. */
    static const char *const inside[] = { "", "keys", "pg" };
    static const char *const outside[] = { "/dev/shm", "/dev/null" };
    const long version =
        syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < WITH_REFER) /* the first version lets nothing be renamed between directories */
        return;
    const uint64_t changes = changes_of(version);
    struct landlock_ruleset_attr handled = { .handled_access_fs = changes };
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0);
    bool whole = ruleset >= 0;
    for (size_t i = 0; whole && i < sizeof inside / sizeof *inside; i++) {
        char path[HOME_PATH_SIZE];
        home_path(home, path, sizeof path, "%s", inside[i]);
        whole = gate(ruleset, path, changes);
    }
    for (size_t i = 0; whole && i < sizeof outside / sizeof *outside; i++)
        whole = gate(ruleset, outside[i], changes);
    if (whole && log_file != NULL)
        whole = log_gate(ruleset, log_file);
    if (whole)
        syscall(SYS_landlock_restrict_self, ruleset, 0);
    if (ruleset >= 0)
        close(ruleset);
}
