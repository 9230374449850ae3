/* SPDX-License-Identifier: MIT */
/*
 * Watches for sessions of others that hold an old snapshot. While one does,
 * Postgres keeps every version of every row, so tables grow and what reads them
 * takes longer. The log names such a session once (old-snapshot), and its end
 * (old-snapshot-ended).
 *
 * Looks once a minute at most, in a session of its own that ends right after,
 * and never has the loop wait.
 */
#ifndef BANK_SERVER_OLD_SNAPSHOTS_H
#define BANK_SERVER_OLD_SNAPSHOTS_H

#include <stdint.h>

struct event_base;
struct old_snapshots;

/* patience_s: how old a snapshot may be; 0: any age, and NULL is the result. */
struct old_snapshots *old_snapshots_create(struct event_base *loop, const char *conninfo,
                                           int64_t patience_s);
void old_snapshots_destroy(struct old_snapshots *watch); /* takes NULL */
/* Called about once a second. Takes NULL. */
void old_snapshots_tick(struct old_snapshots *watch, int64_t now_ms);

#endif
