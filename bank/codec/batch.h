/* SPDX-License-Identifier: MIT */
/*
 * A batch: everything one transaction of the event store writes.
 *
 * Plain data, put together by the engine. The batch and all it points to live
 * until its outcome has been told (see storage.h).
 */
#ifndef BANK_CODEC_BATCH_H
#define BANK_CODEC_BATCH_H

#include "bank/core/command.h"
#include "bank/core/event.h"

#include <stddef.h>

#define CONTENT_HASH_LENGTH 16

/* What an event's metadata holds, beside the versions the store adds. */
struct event_origin {
    enum command_kind command; /* the kind of the command that produced it */
    struct uuid parent_id; /* the command that caused that command; nil when it came from outside */
    char actor[48];        /* "terminal 1c915dd1-…", "operator anna" or "bank" */
    enum operator_role role;         /* here and next: of an operator, as it then was */
    char from[OPERATOR_FROM_LENGTH]; /* how the bank knew the operator: "uid 1000" */
    /* Here and next NULL: none. Only for the append: the texts are the request's and the
     * proposal's, and an event that is read has none. */
    const char *given;               /* an object of texts, in JSON */
    const char *proposer, *approver; /* of what needed two persons: their names */
};

/* An event with its place: in the log (from 1, no gaps) and in its stream (likewise). */
struct event_record {
    int64_t position, stream_version;
    struct uuid event_id;
    struct event event;
    struct event_origin origin;
};

/* The memory of one command, written with its events. */
struct command_record {
    struct uuid id;
    unsigned char
        content[CONTENT_HASH_LENGTH]; /* hash of what was asked; all zeros: fits any content */
    const char *reply;                /* without its newline */
    size_t reply_length;
};

/* The state of an aggregate after all events up to version. */
struct snapshot_record {
    enum stream_kind kind;
    struct uuid id;
    int64_t version;
    const void *state; /* struct account or struct teller */
};

/* An event of an older bank, kept as history only: a row of esbank.imported_events. */
struct kept_event {
    struct uuid event_id, causation_id,
        correlation_id;                           /* the last two may be nil: NULL in the table */
    int64_t position, created_at_us;              /* in the old log */
    const char *stream_id, *type, *data, *reason; /* data may be NULL */
};

struct batch {
    size_t event_count, command_count, snapshot_count, data_key_count, kept_count;
    struct event_record *event; /* positions are given by the store when it takes the batch */
    struct command_record *command;
    struct snapshot_record *snapshot;
    struct data_key *data_key; /* of the accounts it opens */
    struct kept_event *kept;   /* of an import */
    bool strong;               /* a request waits until the read models have its events */
    struct uuid conflict; /* set by the store with APPEND_CONFLICT: the id that is there already;
                           * nil: it is not known which */
};

#endif
