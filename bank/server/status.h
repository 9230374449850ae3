/* SPDX-License-Identifier: MIT */
#ifndef BANK_SERVER_STATUS_H
#define BANK_SERVER_STATUS_H

#include "bank/engine/engine.h"

/* What the bank is doing: the reply to GetStatus, without a newline. */
struct server_counts {
    int64_t terminals, operators, connections; /* now, now, ever */
    int64_t uptime_s;
};
size_t server_status_write(char *buffer, size_t size, const struct uuid *id,
                           const struct engine *engine, const struct server_counts *counts);

#endif
