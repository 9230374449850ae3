/* SPDX-License-Identifier: MIT */
/*
 * What is parked holds back the later events of its sequence, so that a retry
 * finds them in order: they are parked behind it, without having been tried.
 * The sequences of parked events are read with the lease, and whoever takes
 * events out of the table takes the lease away, so what is known here is true
 * for any write that succeeds.
 *
 * When pace.parked_max are parked the handler is paused instead, until an
 * operator has retried or skipped some: what waits in the log costs nothing.
 */
#include "bank/subscriptions/parts.h"

#include "bank/codec/event_row.h"

#include <stdlib.h>
#include <string.h>

static const enum column_type held_types[] = { COLUMN_TEXT, COLUMN_INT8, COLUMN_UUID };
static const struct effect_statement held = {
    "INSERT INTO esbank.parked_events (projection, position, sequence, reason)"
    " SELECT n, p, s, 'waits behind a parked event of its sequence'"
    " FROM unnest($1::text[], $2::bigint[], $3::uuid[]) AS h (n, p, s) ON CONFLICT DO NOTHING",
    3, held_types
};

void sequences_read(struct subscription *subscription)
{
    struct given given = { 0 };
    given_text(&given, subscription->handler->name);
    subscription->sequence_count = 0;
    subscription->parked_count = 0;
    subscription_query(subscription, TAG_SEQUENCES,
                       "SELECT sequence, count(*) FROM esbank.parked_events"
                       " WHERE projection = $1 AND sequence IS NOT NULL GROUP BY sequence",
                       &given);
}

void sequences_result(struct subscription *subscription, const PGresult *result)
{
    for (int row = 0; row < PQntuples(result); row++) {
        const struct uuid sequence = row_uuid(result, row, 0);
        sequence_add(subscription, &sequence);
        subscription->parked_count += row_int64(result, row, 1);
    }
}

/* Where it is, or would be: the first that is not before it. */
static size_t place_of(const struct subscription *subscription, const struct uuid *sequence)
{
    size_t from = 0, to = subscription->sequence_count;
    while (from < to) {
        const size_t middle = from + (to - from) / 2;
        if (memcmp(&subscription->sequence[middle], sequence, sizeof *sequence) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static bool is_at(const struct subscription *subscription, size_t place,
                  const struct uuid *sequence)
{
    return place < subscription->sequence_count &&
           uuid_equal(&subscription->sequence[place], sequence);
}

void sequence_add(struct subscription *subscription, const struct uuid *sequence)
{
    const size_t place = place_of(subscription, sequence);
    if (is_at(subscription, place, sequence))
        return;
    if (subscription->sequence_count == subscription->sequence_capacity) {
        const size_t capacity =
            subscription->sequence_capacity == 0 ? 8 : subscription->sequence_capacity * 2;
        subscription->sequence =
            realloc(subscription->sequence, capacity * sizeof *subscription->sequence);
        if (subscription->sequence == NULL)
            panic("out of memory");
        subscription->sequence_capacity = capacity;
    }
    struct uuid *at = &subscription->sequence[place];
    memmove(at + 1, at, (subscription->sequence_count++ - place) * sizeof *at);
    *at = *sequence;
}

struct uuid sequence_of_stored(const struct subscription *subscription,
                               const struct stored_event *stored)
{
    enum stream_kind kind;
    struct uuid id;
    if (subscription->handler->sequence == SEQUENCE_SAGA ||
        !stream_id_read(stored->stream_id, stored->stream_id_length, &kind, &id))
        return stored->correlation_id;
    return id;
}

bool sequences_full(const struct subscription *subscription)
{
    return subscription->parked_count + (int64_t)subscription->holding >=
           subscription->all->options.pace.parked_max;
}

bool sequence_holds(const struct subscription *subscription, const struct event_record *record)
{
    if (subscription->sequence_count == 0)
        return false;
    const struct uuid sequence = handler_sequence(subscription->handler, &record->event);
    return is_at(subscription, place_of(subscription, &sequence), &sequence);
}

void sequence_hold(struct subscription *subscription, const struct event_record *record)
{
    const char *name = subscription->handler->name;
    const struct uuid sequence = handler_sequence(subscription->handler, &record->event);
    struct columns *row = effects_row(&subscription->effects, &held);
    columns_bytes(row, 0, name, strlen(name));
    columns_int8(row, 1, record->position);
    columns_uuid(row, 2, &sequence);
    subscription->holding++;
}
