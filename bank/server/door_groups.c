/* SPDX-License-Identifier: MIT */
#include "bank/server/door_groups.h"

#include <errno.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

static bool group_find(const char *option, const char *name, gid_t *group, struct error *error)
{
    *group = NO_GROUP;
    if (name == NULL)
        return true;
    const struct group *entry = getgrnam(name);
    if (entry == NULL)
        return error_set(error, ERROR_USAGE,
                         "%s %.60s: this machine has no group of that name, make it (groupadd)",
                         option, name);
    *group = entry->gr_gid;
    return true;
}

bool door_groups_find(struct door_groups *groups, const char *atm, const char *operators,
                      struct error *error)
{
    return group_find("--atm-group", atm, &groups->atm, error) &&
           group_find("--operator-group", operators, &groups->operators, error);
}

size_t door_groups_list(const struct door_groups *groups, gid_t list[static 2])
{
    size_t count = 0;
    if (groups->atm != NO_GROUP)
        list[count++] = groups->atm;
    if (groups->operators != NO_GROUP)
        list[count++] = groups->operators;
    return count;
}

bool door_groups_open_home(const struct door_groups *groups, const struct home *home,
                           struct error *error)
{
    gid_t list[2];
    struct stat status;
    const mode_t pass = S_IXGRP | S_IXOTH;
    if (door_groups_list(groups, list) == 0)
        return true;
    if (stat(home->path, &status) != 0)
        return error_set_errno(error, "cannot look at the home %s", home->path);
    return (status.st_mode & pass) == pass ||
           chmod(home->path, (status.st_mode & 07777) | pass) == 0 ||
           error_set_errno(error, "cannot let groups pass through the home %s", home->path);
}

bool door_share(const char *path, gid_t group, struct error *error)
{
    if (group == NO_GROUP)
        return true;
    if (chown(path, (uid_t)-1, group) != 0 && errno == EPERM)
        return error_set(error, ERROR_USAGE,
                         "cannot give %s to its group: make the bank's user a member of that group "
                         "(usermod -aG), or start the bank as root",
                         path);
    struct stat status;
    return (stat(path, &status) == 0 && status.st_gid == group && chmod(path, 0660) == 0) ||
           error_set_errno(error, "cannot give %s to its group", path);
}
