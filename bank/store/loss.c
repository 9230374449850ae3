/* SPDX-License-Identifier: MIT */
/*
 * A loss that was accepted is an event of the stream `bank`: what was known, and
 * what was found. The store appends it itself, first of all in the log that it has
 * taken over: until it is there the loss stays to be told.
 */
#include "bank/store/parts.h"

#include "shared/clock.h"

#include <stdio.h>
#include <string.h>

bool loss_is(const struct store *store, const struct batch *batch)
{
    return batch == &store->loss.batch;
}

void loss_append(struct store *store)
{
    static const char reply[] = "{}"; /* of a command that nothing outside has sent */
    struct loss *loss = &store->loss;
    if (!loss->wanted)
        return;
    loss->command = (struct command_record){ .id = uuid_make(),
                                             .reply = reply,
                                             .reply_length = sizeof reply - 1 };
    memcpy(loss->command.content, loss->known.hash, CONTENT_HASH_LENGTH);
    loss->event =
        (struct event_record){ .stream_version = ++store->bank_version,
                               .event_id = uuid_make(),
                               .event = { .kind = BANK_LOG_LOSS_ACCEPTED,
                                          .causation_id = loss->command.id,
                                          .correlation_id = loss->command.id,
                                          .at_us = clock_wall_us() },
                               .origin = { .command = BANK_ACCEPT_LOG_LOSS, .actor = "operator" } };
    struct event *event = &loss->event.event;
    event->log_loss.known_position = loss->known.position;
    event->log_loss.found_position = loss->found.position;
    memcpy(event->log_loss.known_hash, loss->known.hash, HASH_LENGTH);
    memcpy(event->log_loss.found_hash, loss->found.hash, HASH_LENGTH);
    loss->batch = (struct batch){
        .event_count = 1, .command_count = 1, .event = &loss->event, .command = &loss->command
    };
    append_take(store, &loss->batch);
}
