/* SPDX-License-Identifier: MIT */
#include "shared/noted_acts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME  "acts"
#define TAKEN "acts.taken"
#define LINE  200

/* The file under its name, locked. -1 with errno. It may have been taken while the lock was waited
 * for: then it is made anew. */
static int open_locked(const char *path)
{
    for (;;) {
        struct stat of_file, of_name;
        int file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (file < 0)
            return -1;
        if (flock(file, LOCK_EX) == 0 && fstat(file, &of_file) == 0 && lstat(path, &of_name) == 0 &&
            of_file.st_ino == of_name.st_ino)
            return file;
        close(file);
    }
}

/* The bank reads it as the home's owner. */
static bool give_to_owner(int file, const struct home *home)
{
    struct stat status;
    return geteuid() != 0 ||
           (stat(home->path, &status) == 0 && fchown(file, status.st_uid, status.st_gid) == 0);
}

bool noted_acts_add(const struct home *home, const struct noted_act *act, struct error *error)
{
    char path[HOME_PATH_SIZE], id[UUID_TEXT_LENGTH], line[LINE];
    home_path(home, path, sizeof path, NAME);
    int file = open_locked(path);
    if (file < 0)
        return error_set_errno(error, "cannot note in %s what is to be done", path);
    const int length = snprintf(line, sizeof line, "%s %u %lld %s %s\n", uuid_write(&act->id, id),
                                (unsigned)act->uid, (long long)act->at_s, act->act, act->subject);
    const bool worked = write(file, line, (size_t)length) == length && fsync(file) == 0 &&
                        give_to_owner(file, home);
    if (!worked)
        error_set_errno(error, "cannot note in %s what is to be done", path);
    close(file);
    return worked;
}

static bool line_read(char *line, struct noted_act *act)
{
    unsigned uid;
    long long at_s;
    int end = 0;
    *act = (struct noted_act){ 0 };
    line[strcspn(line, "\n")] = '\0';
    if (strlen(line) < UUID_TEXT_LENGTH || !uuid_read(line, UUID_TEXT_LENGTH - 1, &act->id) ||
        sscanf(line + UUID_TEXT_LENGTH - 1, " %u %lld %31s %n", &uid, &at_s, act->act, &end) < 3 ||
        end == 0)
        return false;
    const char *subject = line + UUID_TEXT_LENGTH - 1 + end;
    act->uid = uid;
    act->at_s = at_s;
    snprintf(act->subject, sizeof act->subject, "%s", subject);
    return strlen(subject) < sizeof act->subject;
}

int noted_acts_take(const struct home *home, struct noted_act **acts, struct error *error)
{
    char path[HOME_PATH_SIZE], taken[HOME_PATH_SIZE], line[LINE];
    int count = 0;
    home_path(home, path, sizeof path, NAME);
    home_path(home, taken, sizeof taken, TAKEN);
    *acts = NULL;
    if (access(taken, F_OK) != 0) {
        if (access(path, F_OK) != 0)
            return 0;
        int file = open_locked(path);
        const bool renamed = file >= 0 && rename(path, taken) == 0;
        if (file >= 0)
            close(file);
        if (!renamed) {
            error_set_errno(error, "cannot take %s", path);
            return -1;
        }
    }
    FILE *file = fopen(taken, "re");
    if (file == NULL) {
        error_set_errno(error, "cannot open %s", taken);
        return -1;
    }
    for (size_t room = 0; fgets(line, sizeof line, file) != NULL;) {
        if ((size_t)count == room) {
            room = room == 0 ? 16 : 2 * room;
            struct noted_act *more = realloc(*acts, room * sizeof *more);
            if (more == NULL)
                panic("out of memory");
            *acts = more;
        }
        count += line_read(line, &(*acts)[count]);
    }
    const bool whole = !ferror(file) || error_set_errno(error, "cannot read %s", taken);
    fclose(file);
    return whole ? count : -1;
}

bool noted_acts_finish(const struct home *home, struct error *error)
{
    char taken[HOME_PATH_SIZE];
    home_path(home, taken, sizeof taken, TAKEN);
    return unlink(taken) == 0 || errno == ENOENT ||
           error_set_errno(error, "cannot remove %s", taken);
}
