/* SPDX-License-Identifier: MIT */
/*
 * A moment on the monotonic clock after which waiting is over.
 *
 * Every wait in the runner carries one of these and polls file descriptors
 * until its condition holds or the moment has passed; nothing sleeps for a
 * guess. Plain values, milliseconds, no errors.
 */
#ifndef KEYS_DEADLINE_H
#define KEYS_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

struct deadline {
    int64_t at_ms;
};

int64_t deadline_now_ms(void);
struct deadline deadline_in(int ms);

/* Milliseconds left, never negative, never more than limit_ms: fit for poll(). */
int deadline_left_ms(struct deadline deadline, int limit_ms);
bool deadline_passed(struct deadline deadline);

#endif
