/* SPDX-License-Identifier: MIT */
/* Which machines are signed on now: the reply to GetMachines. */
#ifndef BANK_SERVER_MACHINES_H
#define BANK_SERVER_MACHINES_H

#include "bank/server/turn.h"

enum {
    MACHINES_A_REPLY = 1000,
    MACHINES_REPLY_MAX = 200 + MACHINES_A_REPLY * (UUID_TEXT_LENGTH + 3)
};

/* Without a newline: the first so many in the order of their ids, each once, after that one; nil:
 * from the beginning. One look at each connection. */
size_t machines_write(const struct turn *turn, char *buffer, size_t size, const struct uuid *id,
                      const struct uuid *after);

#endif
