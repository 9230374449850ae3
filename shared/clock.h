/* SPDX-License-Identifier: MIT */
/* The system's clocks: the monotonic one for deadlines, the wall's for what is recorded. */
#ifndef SHARED_CLOCK_H
#define SHARED_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline int64_t clock_us(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Microseconds since 1970. */
static inline int64_t clock_wall_us(void)
{
    return clock_us(CLOCK_REALTIME);
}

static inline int64_t clock_now_ms(void)
{
    return clock_us(CLOCK_MONOTONIC) / 1000;
}

/* A pause between two looks at a condition; a signal ends it early. */
static inline void clock_pause_ms(int pause_ms)
{
    struct timespec pause = { .tv_sec = pause_ms / 1000,
                              .tv_nsec = (long)(pause_ms % 1000) * 1000000 };
    nanosleep(&pause, NULL);
}

#endif
