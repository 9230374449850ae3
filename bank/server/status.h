/* SPDX-License-Identifier: MIT */
#ifndef BANK_SERVER_STATUS_H
#define BANK_SERVER_STATUS_H

#include "bank/server/turn.h"

/* More than the reply to GetStatus takes, whatever the figures. */
#define STATUS_REPLY_MAX 4096

/* What the bank is doing: the reply to GetStatus, without a newline. */
size_t server_status_write(char *buffer, size_t size, const struct uuid *id,
                           const struct turn *turn);

#endif
