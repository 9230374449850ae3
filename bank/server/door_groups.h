/* SPDX-License-Identifier: MIT */
/*
 * Which groups may connect to the sockets of the home, beside its owner:
 * --atm-group and --operator-group. A member of the one group gets no further
 * than that one socket.
 */
#ifndef BANK_SERVER_DOOR_GROUPS_H
#define BANK_SERVER_DOOR_GROUPS_H

#include "shared/home.h"

#include <sys/types.h>

#define NO_GROUP ((gid_t)-1)

struct door_groups {
    gid_t atm, operators; /* NO_GROUP: the owner alone */
};

/* Looks the names up, NULL: none is given. ERROR_USAGE: there is no group of that name. */
bool door_groups_find(struct door_groups *groups, const char *atm, const char *operators,
                      struct error *error);

/* Those that there are; how many. */
size_t door_groups_list(const struct door_groups *groups, gid_t list[static 2]);

/* The home's files keep their modes; their names can be passed by. */
bool door_groups_open_home(const struct door_groups *groups, const struct home *home,
                           struct error *error);

/* A socket that only its owner could connect to is its group's, too. */
bool door_share(const char *path, gid_t group, struct error *error);

#endif
