/* SPDX-License-Identifier: MIT */
/* The buffers of a batch: they grow, and are kept for the next batch of its slot. */
#include "bank/engine/parts.h"

#include <stdlib.h>

/* Room for one more item. */
static void *grown(void *items, size_t size, size_t count, size_t *capacity)
{
    if (count < *capacity)
        return items;
    *capacity = *capacity == 0 ? 256 : *capacity * 2;
    items = realloc(items, *capacity * size);
    if (items == NULL)
        panic("out of memory for a batch");
    return items;
}

struct event_record *batch_event(struct batch_slot *slot)
{
    struct batch *batch = &slot->batch;
    batch->event =
        grown(batch->event, sizeof *batch->event, batch->event_count, &slot->event_capacity);
    return &batch->event[batch->event_count++];
}

struct command_record *batch_command(struct batch_slot *slot)
{
    struct batch *batch = &slot->batch;
    batch->command = grown(batch->command, sizeof *batch->command, batch->command_count,
                           &slot->command_capacity);
    return &batch->command[batch->command_count++];
}

struct snapshot_record *batch_snapshot(struct batch_slot *slot)
{
    struct batch *batch = &slot->batch;
    batch->snapshot = grown(batch->snapshot, sizeof *batch->snapshot, batch->snapshot_count,
                            &slot->snapshot_capacity);
    return &batch->snapshot[batch->snapshot_count++];
}

void batch_data_key(struct batch_slot *slot, const struct data_key *key)
{
    struct batch *batch = &slot->batch;
    batch->data_key = grown(batch->data_key, sizeof *batch->data_key, batch->data_key_count,
                            &slot->data_key_capacity);
    batch->data_key[batch->data_key_count++] = *key;
}

char *batch_reply_room(struct batch_slot *slot)
{
    if (slot->reply_length + REPLY_MAX > slot->reply_capacity) {
        slot->reply_capacity = slot->reply_capacity == 0 ? 256 * 1024 : slot->reply_capacity * 2;
        slot->reply = realloc(slot->reply, slot->reply_capacity);
        if (slot->reply == NULL)
            panic("out of memory for the replies of a batch");
    }
    return slot->reply + slot->reply_length;
}
