/* SPDX-License-Identifier: MIT */
/* The lines of the log about machines that come and go. */
#ifndef BANK_SERVER_MACHINE_LOG_H
#define BANK_SERVER_MACHINE_LOG_H

#include "bank/server/session.h"

/* One for each sign-on; of refused ones as many as log_limited writes. */
void machine_log_sign_on(const struct session *session, const struct request *request, bool ok);

/* One for each that had signed on and is there no more; none where the bank ends, which is said
 * once. Before its socket is closed. */
void machine_log_lost(const struct session *session);

#endif
