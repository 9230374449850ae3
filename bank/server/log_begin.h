/* SPDX-License-Identifier: MIT */
/*
 * Where sealing begins in a log that an older program left: its chain is checked
 * and the head gets its first seal, which covers all that is there. Once in the
 * life of a log, and only with a log.key that has sealed nothing yet.
 */
#ifndef BANK_SERVER_LOG_BEGIN_H
#define BANK_SERVER_LOG_BEGIN_H

#include "bank/vault/vault.h"

#include <stdint.h>

/* Of a database whose schema is up to date; a sealed log, an empty one and one that another bank
 * writes are left as they are. `position`: up to where it was sealed now, else 0. False: it may not
 * be sealed, or the database failed. */
bool log_begin(const char *conninfo, const struct vault *vault, int64_t *position,
               struct error *error);

#endif
