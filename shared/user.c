/* SPDX-License-Identifier: MIT */
/*
 * What root does here it does to things of its own only: an entry of the home changes hands when
 * root owns it, it is no link, and it has one name. The user may have put anything there since the
 * last time.
 *
 * The private cluster is not given away: its files are Postgres's own, and it says itself whose
 * they are.
 */
#include "shared/user.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

struct user {
    uid_t uid;
    gid_t gid;
    char name[40];
};

static bool user_set(struct user *user, const struct passwd *entry)
{
    if (entry == NULL || entry->pw_uid == 0)
        return false;
    *user = (struct user){ .uid = entry->pw_uid, .gid = entry->pw_gid };
    snprintf(user->name, sizeof user->name, "%s", entry->pw_name);
    return true;
}

static bool user_owns(struct user *user, const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && status.st_uid != 0 &&
           user_set(user, getpwuid(status.st_uid));
}

static bool user_choose(struct user *user, const struct home *home, const char *name,
                        struct error *error)
{
    char cluster[HOME_PATH_SIZE];
    home_path(home, cluster, sizeof cluster, "pg");
    if (name != NULL
            ? user_set(user, getpwnam(name))
            : user_owns(user, home->path) || user_owns(user, cluster) ||
                  user_set(user, getpwnam("esbank")) || user_set(user, getpwnam("postgres")))
        return true;
    if (name != NULL)
        error_set(error, ERROR_USAGE,
                  "--user %.60s is no user the bank can run as: name one of this machine "
                  "that is not root",
                  name);
    else
        error_set(error, ERROR_USAGE,
                  "the bank does not run as root and there is no user esbank or postgres to run "
                  "it as: make one (useradd --system esbank), name one with --user, or start it "
                  "as an ordinary user");
    return false;
}

/* ---- the home ---------------------------------------------------------------- */

static bool give(int file, const struct user *user)
{
    struct stat status;
    if (fstat(file, &status) != 0)
        return false;
    bool wanted = status.st_uid == 0 && (S_ISDIR(status.st_mode) || status.st_nlink == 1);
    return !wanted || fchown(file, user->uid, user->gid) == 0;
}

enum { DIRECTORY = O_RDONLY | O_DIRECTORY | O_CLOEXEC };

/* The directory and the files in it, with `below` those of directories in it, too; a name that
 * leads elsewhere is left alone. */
static bool give_directory(int directory, bool below, const struct user *user)
{
    DIR *list = fdopendir(directory);
    if (list == NULL) {
        close(directory);
        return false;
    }
    bool worked = give(dirfd(list), user);
    for (struct dirent *entry; worked && (entry = readdir(list)) != NULL;) {
        struct stat status;
        if (fstatat(dirfd(list), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        if (below && S_ISDIR(status.st_mode) && entry->d_name[0] != '.') {
            int inner = openat(dirfd(list), entry->d_name, DIRECTORY | O_NOFOLLOW);
            worked = inner < 0 || give_directory(inner, false, user);
        }
        if (!S_ISREG(status.st_mode))
            continue;
        int file =
            openat(dirfd(list), entry->d_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        worked = file < 0 || give(file, user);
        if (file >= 0)
            close(file);
    }
    closedir(list);
    return worked;
}

static bool home_give(const struct home *home, const struct user *user, struct error *error)
{
    int directory = open(home->path, DIRECTORY);
    int keys = directory >= 0 ? openat(directory, "keys", DIRECTORY | O_NOFOLLOW) : -1;
    bool worked = directory >= 0 && (keys < 0 || give_directory(keys, false, user)) &&
                  give_directory(directory, false, user);
    return worked ||
           error_set_errno(error, "cannot give the home %s to user %s", home->path, user->name);
}

static bool cluster_fits(const struct home *home, const struct user *user, struct error *error)
{
    char cluster[HOME_PATH_SIZE];
    struct stat status;
    home_path(home, cluster, sizeof cluster, "pg");
    if (stat(cluster, &status) != 0 || status.st_uid == 0 || status.st_uid == user->uid)
        return true;
    return error_set(error, ERROR_USAGE,
                     "%s belongs to user %u, and the bank would run as %s: give both to one user "
                     "(chown -R %s %s)",
                     cluster, (unsigned)status.st_uid, user->name, user->name, home->path);
}

/* A folder of the home that root has made. */
static bool folder_give(const struct home *home, const char *folder, const struct user *user,
                        struct error *error)
{
    char path[HOME_PATH_SIZE];
    home_path(home, path, sizeof path, "%s", folder);
    int directory = open(path, DIRECTORY | O_NOFOLLOW);
    return directory < 0 || give_directory(directory, true, user) ||
           error_set_errno(error, "cannot give %s to user %s", path, user->name);
}

/* ---- the way down ------------------------------------------------------------ */

enum { GROUPS_MAX = 256 };

/* The user's own groups and these. */
static bool groups_set(const struct user *user, const gid_t *groups, size_t group_count)
{
    gid_t all[GROUPS_MAX];
    if (initgroups(user->name, user->gid) != 0)
        return false;
    if (group_count == 0)
        return true;
    int count = getgroups(GROUPS_MAX - (int)group_count, all);
    for (size_t i = 0; count >= 0 && i < group_count; i++)
        all[count++] = groups[i];
    return count >= 0 && setgroups((size_t)count, all) == 0;
}

static bool root_give_up(const struct user *user, const gid_t *groups, size_t group_count,
                         struct error *error)
{
    uid_t real, effective, saved;
    if (!groups_set(user, groups, group_count) || setresgid(user->gid, user->gid, user->gid) != 0 ||
        setresuid(user->uid, user->uid, user->uid) != 0)
        return error_set_errno(error, "cannot become user %s", user->name);
    if (getresuid(&real, &effective, &saved) != 0 || real != user->uid || effective != user->uid ||
        saved != user->uid || setuid(0) == 0 || seteuid(0) == 0)
        panic("root came back after it was given up");
    return true;
}

static bool user_reaches(const struct home *home, const struct user *user, struct error *error)
{
    if (access(home->path, R_OK | W_OK | X_OK) == 0)
        return true;
    return error_set(error, ERROR_USAGE,
                     "the bank runs as user %s, who cannot use the home %s: allow that user to "
                     "come to it (chmod "
                     "o+x what leads there), or choose another with --home DIR",
                     user->name, home->path);
}

bool user_become(const struct home *home, const char *name, const gid_t *groups, size_t group_count,
                 struct error *error)
{
    struct user user;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return error_set_errno(error, "cannot give up new privileges");
    if (geteuid() != 0) {
        if (name == NULL || (user_set(&user, getpwnam(name)) && user.uid == geteuid()))
            return true;
        return error_set(error, ERROR_USAGE,
                         "only root can run the bank as another user: leave --user %.60s out, or "
                         "start it as root",
                         name);
    }
    return user_choose(&user, home, name, error) && cluster_fits(home, &user, error) &&
           home_give(home, &user, error) && root_give_up(&user, groups, group_count, error) &&
           user_reaches(home, &user, error);
}

bool user_follow(const struct home *home, const char *folder, struct error *error)
{
    struct stat status;
    struct user user;
    if (geteuid() != 0 || stat(home->path, &status) != 0 || status.st_uid == 0)
        return true;
    if (!user_set(&user, getpwuid(status.st_uid)))
        return error_set(error, ERROR_USAGE,
                         "the home %s belongs to user %u, who is none of this machine: give it to "
                         "one who is, or to root",
                         home->path, (unsigned)status.st_uid);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return error_set_errno(error, "cannot give up new privileges");
    return (folder == NULL || folder_give(home, folder, &user, error)) &&
           root_give_up(&user, NULL, 0, error) && user_reaches(home, &user, error);
}
