/* SPDX-License-Identifier: MIT */
/*
 * Whom `bank serve` runs as. Started as root it becomes another user before it opens anything: the
 * user named by --user, else the owner of the home or of its private cluster when that is not root,
 * else the user esbank, else the user postgres. The home and what root owns in it become that
 * user's.
 */
#ifndef BANK_SERVER_USER_H
#define BANK_SERVER_USER_H

#include "shared/home.h"

/*
 * Gives up root for good, supplementary groups and new privileges (PR_SET_NO_NEW_PRIVS) included;
 * as an ordinary user only the latter. name: --user, or NULL. The home is made already. ERROR_USAGE
 * where there is no such user, or it cannot reach the home.
 */
bool user_become(const struct home *home, const char *name, struct error *error);

#endif
