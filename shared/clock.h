/* SPDX-License-Identifier: MIT */
/* The monotonic clock, for deadlines while waiting for Postgres; never for what is recorded. */
#ifndef SHARED_CLOCK_H
#define SHARED_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline int64_t clock_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A pause between two looks at a condition; a signal ends it early. */
static inline void clock_pause_ms(int pause_ms)
{
    struct timespec pause = { .tv_sec = pause_ms / 1000,
                              .tv_nsec = (long)(pause_ms % 1000) * 1000000 };
    nanosleep(&pause, NULL);
}

#endif
