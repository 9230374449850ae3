/* SPDX-License-Identifier: MIT */
/*
 * Whom root's programs run as in a home that is another user's, who may have put
 * any link there.
 *
 * `bank serve`: started as root it becomes another user before it opens anything: the
 * user named by --user, else the owner of the home or of its private cluster when that is not root,
 * else the user esbank, else the user postgres. The home and what root owns in it become that
 * user's.
 */
#ifndef SHARED_USER_H
#define SHARED_USER_H

#include "shared/home.h"

/*
 * Gives up root for good, supplementary groups and new privileges (PR_SET_NO_NEW_PRIVS) included;
 * as an ordinary user only the latter. name: --user, or NULL. groups: root stays a member of them,
 * so that it can give sockets to them. The home is made already. ERROR_USAGE where there is no such
 * user, or it cannot reach the home.
 */
bool user_become(const struct home *home, const char *name, const gid_t *groups, size_t group_count,
                 struct error *error);

/*
 * For root's other programs that write in a home: gives up root for good and becomes the home's
 * owner, where that is not root. folder: one of the home that becomes that user's with the files in
 * it, as far as root owns them; NULL: none. Before anything in the home is opened.
 */
bool user_follow(const struct home *home, const char *folder, struct error *error);

#endif
