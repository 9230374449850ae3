/* SPDX-License-Identifier: MIT */
/* A bank that stands by says so itself, by GetStatus; to all else it only says "not now". */
#ifndef BANK_CLI_STANDBY_H
#define BANK_CLI_STANDBY_H

#include "bank/cli/complaint.h"
#include "shared/home.h"

#include <stdbool.h>

/* How long a command waits for a bank that stands by to take over. */
#define STANDBY_PATIENCE_MS 5000

bool bank_stands_by(const struct home *home);

/* EXIT_STANDBY, after saying so. */
int complain_standby(const struct home *home);

#endif
