/* SPDX-License-Identifier: MIT */
/*
 * A teller as the load sees it: its id, its key, the cards used at it, and how
 * many notes it has given since its cassettes were filled last.
 */
#ifndef TESTS_BENCH_DESK_H
#define TESTS_BENCH_DESK_H

#include "shared/wire.h"
#include "tests/bench/bench.h"
#include "tests/bench/link.h"

#include <stdbool.h>

/* The amounts drawn; each is paid in notes that are known beforehand, since the cassettes are never
 * short. */
#define DESK_AMOUNTS 4

struct desk_card {
    char pan[PAN_DIGITS_MAX + 1];
};

struct desk {
    struct uuid id;
    uint32_t number;
    char id_text[UUID_TEXT_LENGTH];
    struct pin_key key;
    struct wire_keys wire;
    size_t card_count;
    struct desk_card *card;
    int64_t given[DESK_AMOUNTS]; /* withdrawals of each amount since the cassettes were filled */
};

/* Reads the teller's key and draws the cards of `cards` accounts from the first `accounts`. */
void desk_open(struct desk *desk, const struct bench_options *options, int64_t number,
               int64_t cards);
void desk_close(struct desk *desk);

/* Signs a connection that still blocks on: sends now, wait for the reply later. */
void desk_sign_on(const struct desk *desk, struct link *link);

/* "10000", and so on. */
const char *desk_amount_text(int amount);

/* Counts one withdrawal of that amount. True when it is time to fill the cassettes up; then the
 * line is the request for it, whose id ends with the desk's number times DESK_AMOUNTS, and the
 * amount. */
bool desk_give(struct desk *desk, int amount, char *line, size_t size, size_t *length);

/* That request was turned away: the next withdrawal of that amount makes it again. */
void desk_give_again(struct desk *desk, int amount);

#endif
