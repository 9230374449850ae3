/* SPDX-License-Identifier: MIT */
/*
 * A subscription that is live sees events the moment after this bank has
 * appended them, and they are still in memory: those it wants are kept here
 * until its next run. Reading them back and decoding them again would cost
 * the database and the bank a quarter of what the append itself does.
 *
 * What is kept is always an unbroken piece of the log, (after, end]. When
 * there is no room, or when something is missing between two appends, it
 * begins anew after the last one; the subscription then reads the log until
 * it has come to where the piece begins.
 */
#include "bank/subscriptions/parts.h"

#include <stdlib.h>
#include <string.h>

enum { RUNS_KEPT = 4 };

static size_t capacity(const struct subscription *subscription)
{
    return (size_t)subscription->all->options.pace.run_max * RUNS_KEPT;
}

void live_init(struct subscription *subscription)
{
    struct event_record *record = calloc(capacity(subscription), sizeof *record);
    if (record == NULL)
        panic("out of memory");
    subscription->live = (struct live){ .record = record };
}

void live_finish(struct subscription *subscription)
{
    free(subscription->live.record);
}

static void begin_anew(struct live *live, int64_t after)
{
    live->after = live->end = after;
    live->first = live->count = 0;
}

/* Moves what is kept to the front when that makes room for one more. */
static bool has_room(struct live *live, size_t room)
{
    if (live->first + live->count < room)
        return true;
    if (live->first == 0)
        return false;
    memmove(live->record, live->record + live->first, live->count * sizeof *live->record);
    live->first = 0;
    return true;
}

void live_add(struct subscription *subscription, const struct event_record *records, size_t count)
{
    struct live *live = &subscription->live;
    if (count == 0)
        return;
    const int64_t last = records[count - 1].position;
    if (!subscription->mine || records[0].position != live->end + 1) {
        begin_anew(live, last);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (!handler_wants(subscription->handler, records[i].event.kind))
            continue;
        if (!has_room(live, capacity(subscription))) {
            begin_anew(live, last);
            return;
        }
        live->record[live->first + live->count++] = records[i];
    }
    live->end = last;
}

bool live_take(struct subscription *subscription)
{
    struct live *live = &subscription->live;
    const int64_t position = subscription->position;
    const size_t most = (size_t)subscription->all->options.pace.run_max;
    if (position < live->after || position >= live->end)
        return false;
    for (; live->count > 0 && live->record[live->first].position <= position; live->first++)
        live->count--;
    const size_t count = live->count < most ? live->count : most;
    memcpy(subscription->records, live->record + live->first, count * sizeof *live->record);
    live->first += count;
    live->count -= count;
    subscription->count = count;
    subscription->run_end = live->count > 0 ? subscription->records[count - 1].position : live->end;
    subscription->head = live->end;
    live->after = subscription->run_end;
    return true;
}
