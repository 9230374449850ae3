/* SPDX-License-Identifier: MIT */
/*
 * The passes over the log, side by side: each in a process and a session of its
 * own, which need no common snapshot, since what is in the log stays as it is.
 *
 *   1 process    one pass after the other
 *   2            streams and correlations beside the pass by position
 *   3            each of the three by itself
 *   4            the hash chain apart from what is folded
 */
#ifndef BANK_VERIFY_JOBS_H
#define BANK_VERIFY_JOBS_H

#include "bank/verify/parts.h"

/* All passes, by options->processes at once; what they found is in the report. A session that
 * cannot be had leaves its passes to this process. */
bool jobs_run(struct verify *verify, struct error *error);

#endif
