/* SPDX-License-Identifier: MIT */
/*
 * A home with a real bank in it, for tests that talk to it over its sockets.
 *
 * Order of calls: world_create, world_start, wires; the bank may be killed and
 * started again at any time; world_destroy. A wire is one connection of raw
 * bytes and whole lines. Trouble with the world fails the test; what happens
 * on a wire is for the test to judge, so that children without cmocka can use
 * wires too.
 */
#ifndef TESTS_SUPPORT_WORLD_H
#define TESTS_SUPPORT_WORLD_H

#include "shared/home.h"
#include "shared/uuid.h"
#include "shared/wire.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

enum { WORLD_DEADLINE_MS = 30000, WORLD_CARD = PAN_DIGITS_MAX + 1, WORLD_OPTIONS = 12 };

struct world {
    const char *directory; /* where the programs' output goes */
    struct home home;
    bool private_cluster;
    struct database database; /* to ask in; of the private cluster once that runs */
    struct process bank;
    const char
        *options[WORLD_OPTIONS]; /* further words after `bank serve`, the last of them NULL */
};

/* With private_cluster the bank runs its own Postgres (its fsync off), else it gets a database of
 * the tests'.
 */
void world_create(struct world *world, bool private_cluster);
void world_destroy(struct world *world);

/* Starts the bank without waiting; and waits until it answers. */
void world_spawn(struct world *world);
void world_await(struct world *world);
void world_start(struct world *world);

/* The bank's program with these words after its name (ending with NULL): its exit status. */
int world_run(struct world *world, const char *const *words);

/* The private cluster's postmaster; 0 while there is none. */
pid_t world_postmaster(const struct world *world);

/* Through the operator's socket: an account with this much, a card and the PIN 1234; a machine with
 * 5000s, 2000s and 1000s, count of each. */
void world_open_account(struct world *world, int64_t amount, char card[static WORLD_CARD]);
void world_provision(struct world *world, const struct uuid *teller, int count);

struct wire {
    int file;      /* -1: not connected */
    size_t length; /* bytes read and not yet given out */
    char in[2 * 65536];
    bool signs; /* signed on: lines that are objects get the terminal's mac */
    struct wire_keys keys;
};

/* False while nobody listens. */
bool wire_open(struct wire *wire, const struct world *world, const char *socket_name);
void wire_close(struct wire *wire);

/* False when the other side is gone. */
bool wire_send(struct wire *wire, const char *bytes, size_t length);

/* The next line without its newline, the caller's to free; NULL when none came or the connection
 * ended (then it is closed here too). */
char *wire_line(struct wire *wire, int deadline_ms);

/* Sends the line with a newline, and with its mac where the connection has signed on and the line
 * is an object without one. */
bool wire_say(struct wire *wire, const char *line);

/* The same, and takes a line. */
char *wire_call(struct wire *wire, const char *line, int deadline_ms);

/* Signs that teller on, with the key in the home: false when the bank did not say yes. */
bool wire_sign_on(struct wire *wire, const struct world *world, const struct uuid *teller);

/* The PIN block for a card in the request of that id, under the key of that name in the home's
 * keys/. */
bool world_pin_block(const struct world *world, const char *key, const char *request_id,
                     const char *card, const char *pin, char text[static 2 * PIN_BLOCK_LENGTH + 1]);

/* Whether a reply has this text in it; false for NULL. */
bool reply_has(const char *reply, const char *part);

int64_t world_now_ms(void);

#endif
