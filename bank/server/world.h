/* SPDX-License-Identifier: MIT */
/* The world the engine lives in: its clocks, its ids, and the log. */
#ifndef BANK_SERVER_WORLD_H
#define BANK_SERVER_WORLD_H

#include "bank/engine/engine.h"

/* log_commands: each command that was decided has a line of the log. */
struct engine_world world_of_bank(bool log_commands);

#endif
