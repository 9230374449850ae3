/* SPDX-License-Identifier: MIT */
/* The one place that reads the clock, so that no wait can be upset by a change of the time of day.
 */
#include "keys/program/deadline.h"

#include <time.h>

int64_t deadline_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct deadline deadline_in(int ms)
{
    return (struct deadline){ .at_ms = deadline_now_ms() + ms };
}

int deadline_left_ms(struct deadline deadline, int limit_ms)
{
    int64_t left_ms = deadline.at_ms - deadline_now_ms();
    if (left_ms < 0)
        return 0;
    return left_ms < limit_ms ? (int)left_ms : limit_ms;
}

bool deadline_passed(struct deadline deadline)
{
    return deadline_now_ms() >= deadline.at_ms;
}
