/* SPDX-License-Identifier: MIT */
#include "bank/engine/histogram.h"

#include <string.h>

void histogram_add(struct histogram *to, const struct histogram *from)
{
    to->count += from->count;
    histogram_sum_add(to, from->sum);
    for (int i = 0; i < HISTOGRAM_BUCKETS; i++)
        to->bucket[i] += from->bucket[i];
}

void histogram_subtract(struct histogram *from, const struct histogram *before)
{
    from->count -= before->count;
    from->sum -= before->sum;
    for (int i = 0; i < HISTOGRAM_BUCKETS; i++)
        from->bucket[i] -= before->bucket[i];
}

int64_t histogram_at_most(const struct histogram *histogram, unsigned power)
{
    const unsigned last = histogram_bucket(INT64_C(1) << power);
    int64_t count = 0;
    for (unsigned i = 0; i <= last; i++)
        count += histogram->bucket[i];
    return count;
}

static int64_t upper_bound(unsigned bucket)
{
    const unsigned group = bucket / HISTOGRAM_PARTS, part = bucket % HISTOGRAM_PARTS;
    return group == 0 ? (int64_t)part + 1 : (int64_t)(HISTOGRAM_PARTS + part + 1) << (group - 1);
}

int64_t histogram_quantile(const struct histogram *histogram, int64_t thousandths)
{
    const int64_t wanted = (histogram->count * thousandths + 999) / 1000;
    int64_t seen = 0;
    for (unsigned i = 0; i < HISTOGRAM_BUCKETS && wanted > 0; i++) {
        seen += histogram->bucket[i];
        if (seen >= wanted)
            return upper_bound(i);
    }
    return 0;
}

void histogram_window_move(struct histogram_window *window, int64_t slice)
{
    const int64_t over = slice - window->slice;
    for (int64_t i = 1; i <= over && i <= HISTOGRAM_SLICES; i++)
        memset(&window->part[(window->slice + i) % HISTOGRAM_SLICES], 0, sizeof window->part[0]);
    if (over > 0)
        window->slice = slice;
}

struct histogram histogram_window_whole(struct histogram_window *window, int64_t now_us)
{
    struct histogram whole = { 0 };
    histogram_window_move(window, now_us / HISTOGRAM_SLICE_US);
    for (int i = 0; i < HISTOGRAM_SLICES; i++)
        histogram_add(&whole, &window->part[i]);
    return whole;
}
