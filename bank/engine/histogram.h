/* SPDX-License-Identifier: MIT */
/*
 * Counts of values by their size: 16 buckets to each power of two, so that a value is known to a
 * sixteenth of itself. Recording is one increment; nothing is allocated.
 *
 * A bucket ends with its upper bound and has it, as Prometheus' `le` does: of a power of two it is
 * exact how many values were at most that.
 */
#ifndef BANK_ENGINE_HISTOGRAM_H
#define BANK_ENGINE_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_PARTS_BITS 4
#define HISTOGRAM_PARTS      (1 << HISTOGRAM_PARTS_BITS)
#define HISTOGRAM_POWERS     27 /* values above 2^26 are counted as more than that */
#define HISTOGRAM_BUCKETS    ((HISTOGRAM_POWERS - HISTOGRAM_PARTS_BITS + 1) * HISTOGRAM_PARTS)

struct histogram {
    int64_t count, sum;
    int64_t bucket[HISTOGRAM_BUCKETS];
};

static inline unsigned histogram_bucket(int64_t value)
{
    const uint64_t below = value > 0 ? (uint64_t)value - 1 : 0;
    if (below < HISTOGRAM_PARTS)
        return (unsigned)below;
    const unsigned power = 63 - (unsigned)__builtin_clzll(below);
    if (power >= HISTOGRAM_POWERS)
        return HISTOGRAM_BUCKETS - 1;
    const unsigned part = (unsigned)(below >> (power - HISTOGRAM_PARTS_BITS)) - HISTOGRAM_PARTS;
    return (power - HISTOGRAM_PARTS_BITS + 1) * HISTOGRAM_PARTS + part;
}

/* The sum stays at its greatest once it is there: a clock that jumped may have added years. */
static inline void histogram_sum_add(struct histogram *histogram, int64_t value)
{
    if (__builtin_add_overflow(histogram->sum, value, &histogram->sum))
        histogram->sum = INT64_MAX;
}

static inline void histogram_record(struct histogram *histogram, int64_t value)
{
    histogram->count++;
    histogram_sum_add(histogram, value > 0 ? value : 0);
    histogram->bucket[histogram_bucket(value)]++;
}

void histogram_add(struct histogram *to, const struct histogram *from);
/* What came since `before`, an earlier state of the same. */
void histogram_subtract(struct histogram *from, const struct histogram *before);

/* How many were at most 2^power; power below HISTOGRAM_POWERS. */
int64_t histogram_at_most(const struct histogram *histogram, unsigned power);

/* The upper bound of the bucket in which that many thousandths of them have been seen; 0: there are
 * none. */
int64_t histogram_quantile(const struct histogram *histogram, int64_t thousandths);

/* ---- those of the last minute ---- */

#define HISTOGRAM_SLICE_US INT64_C(10000000)
#define HISTOGRAM_SLICES   7 /* six that are whole, and the one that is being filled */

struct histogram_window {
    int64_t slice; /* the number of the last one; 0: nothing was recorded */
    struct histogram part[HISTOGRAM_SLICES];
};

/* Forgets the slices that are over; to be called before it is read, too. */
void histogram_window_move(struct histogram_window *window, int64_t slice);

static inline void histogram_window_record(struct histogram_window *window, int64_t now_us,
                                           int64_t value)
{
    const int64_t slice = now_us / HISTOGRAM_SLICE_US;
    if (slice != window->slice)
        histogram_window_move(window, slice);
    histogram_record(&window->part[slice % HISTOGRAM_SLICES], value);
}

/* All of the window as one. */
struct histogram histogram_window_whole(struct histogram_window *window, int64_t now_us);

#endif
