/* SPDX-License-Identifier: MIT */
/*
 * What `bank serve --metrics` answers:
 *
 *   GET /metrics         every metric: OpenMetrics, or Prometheus' older text for those who accept
 *                        that and not OpenMetrics. The text is at most a second old.
 *   GET /healthz         the bank's state in one word (state.h). 200 while it is active or stands
 * by: a standby is well, and is not to be started again for being one. GET /healthz?active  200
 * while it is active, else 503: for what looks for the bank that has the log.
 */
#ifndef BANK_SERVER_WATCH_H
#define BANK_SERVER_WATCH_H

#include "bank/server/turn.h"
#include "shared/address.h"

struct watch;

/* turn: of the server, which outlives it. NULL on failure. */
struct watch *watch_create(const struct turn *turn, const char *conninfo,
                           const struct address *address, struct error *error);
void watch_tick(struct watch *watch, int64_t now_ms); /* about once a second; takes NULL */
void watch_destroy(struct watch *watch);              /* takes NULL */

#endif
