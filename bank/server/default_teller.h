/* SPDX-License-Identifier: MIT */
/* The default teller, which a bank provisions by itself: every time it becomes active, and once by
 * the command's id. */
#ifndef BANK_SERVER_DEFAULT_TELLER_H
#define BANK_SERVER_DEFAULT_TELLER_H

#include "bank/engine/engine.h"

struct default_teller {
    struct request request;
    bool due; /* the bank has become active since */
    bool under_way;
};

/* In every turn of the loop. */
void default_teller_provision(struct default_teller *teller, struct engine *engine);

#endif
