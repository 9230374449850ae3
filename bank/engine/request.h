/* SPDX-License-Identifier: MIT */
/*
 * A request: one command on its way through the bank, and where its reply goes.
 *
 * Owned by its maker (a connection, the process driver). engine_submit
 * lends it to the engine until `done` is called with the reply, once, from the
 * event loop or from inside engine_submit; then it is the owner's again.
 */
#ifndef BANK_ENGINE_REQUEST_H
#define BANK_ENGINE_REQUEST_H

#include "bank/codec/batch.h"
#include "bank/core/command.h"
#include "shared/pin_block.h"

struct engine;

struct request {
    struct command command; /* account_id is nil where the engine has to find it by the card */
    unsigned char pin_block[PIN_BLOCK_LENGTH]; /* as sent; zeros: none */
    unsigned char new_pin_block[PIN_BLOCK_LENGTH];
    unsigned char content[CONTENT_HASH_LENGTH];
    char actor[48];
    char given[GIVEN_SIZE]; /* an object of texts, for its events' metadata; empty: none */
    unsigned sender;        /* BY_TERMINAL, BY_OPERATOR, or 0: the bank itself */
    struct actor who;       /* which operator, with BY_OPERATOR */
    struct uuid signed_on;  /* the teller its connection acts for; nil: none */
    struct uuid certified;  /* the only teller its connection may act for; nil: any */
    int64_t
        propose_for_us; /* it needs a second person, and waits so long for one; 0: it does not */
    enum refusal
        forced;     /* what it is refused with, whatever it says: a lab's; NOT_REFUSED: nothing */
    bool repeat;    /* sent before: look it up first */
    bool versioned; /* it is refused unless what decides it has this version: */
    int64_t expected_version;
    bool strong;         /* its reply waits for the read models */
    int64_t received_us; /* monotonic, for the latency that is logged and measured */

    /* line has no newline and is valid during the call. replayed: it is the reply of an earlier
     * request. */
    void (*done)(struct request *request, const char *line, size_t length, bool replayed);
    void *owner;
    void (*answered)(struct engine *engine, const struct request *request); /* submit.c's */

    /* the engine's own, set by engine_submit */
    struct request *next;
    enum refusal refusal; /* what it came to */
    int64_t lookup;       /* the number of the load that asks for its id; 0: none yet */
    int64_t named_lookup; /* likewise, for the id of the withdrawal or deposit that it names */
    int conflicts;        /* batches with it that came back because an id in them was used before */
    bool alone;           /* the next batch with it has nothing else in it */
    bool counted;         /* as a failed authentication */
    bool decided;         /* at least once: its PIN was looked at */
    size_t reply_at, reply_length;
    size_t last_event; /* how many events its batch has with its own; 0: it has none */
    int64_t position;  /* of the last event its reply waits for; 0: none */
    char *held;        /* the reply, while it waits */
    size_t held_length;
    bool held_replayed;
    int64_t held_until_us; /* monotonic */
};

/* The hash of a command's content: all its fields but id, correlation and time; what makes a
 * repeated id the same. A PIN takes part as the block that was sent, never as what the block holds:
 * else whether an id is repeated would tell whether a PIN was guessed, without counting as a try.
 */
void request_hash_content(struct request *request);

/* The content under which a withdrawal's (or a deposit's) id is remembered when its reversal came
 * first: every original of that kind, teller and id has it, whatever else it says, and no other
 * command. */
void request_reversed_content(enum command_kind kind, const struct uuid *teller_id,
                              const struct uuid *id,
                              unsigned char content[static CONTENT_HASH_LENGTH]);

#endif
