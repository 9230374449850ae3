/* SPDX-License-Identifier: MIT */
/*
 * Batches of complete withdrawals as the engine would hand them to the store,
 * with no engine: for the ceiling, and to grow a log.
 *
 * A batch of n withdrawals initiates n and confirms the n initiated FEED_LAG
 * batches before, so that each withdrawal's two commands are in two batches as
 * they are in life. Versions, balances and ids are kept right: a bank can serve
 * the log afterwards.
 */
#ifndef TESTS_BENCH_FEED_H
#define TESTS_BENCH_FEED_H

#include "bank/codec/batch.h"
#include "bank/vault/vault.h"

#include <stdbool.h>

#define FEED_LAG      2 /* as many as are in flight */
#define FEED_EVENTS   5 /* of one withdrawal */
#define FEED_COMMANDS 2
#define FEED_TELLERS  16
#define FEED_ACTIVE   100000
#define FEED_AMOUNT   5000
#define FEED_REPLY    360 /* room for one reply */

/* The buffers of one batch; at most `most` events and commands. */
struct feed_batch {
    struct batch batch;
    size_t most;
    char *reply;
};

struct feed_account {
    struct uuid id;
    unsigned char card[CARD_TOKEN_LENGTH];
    int64_t version, balance;
};

struct feed_begun {
    struct uuid withdrawal_id;
    uint32_t account, teller;
};

struct feed {
    uint32_t account_count, teller_count;
    uint32_t
        active_count; /* accounts that are withdrawn from: at most FEED_ACTIVE, from the first on */
    struct feed_account *account;
    struct {
        struct uuid id;
        char actor[48];
        int64_t version;
    } teller[FEED_TELLERS];
    struct feed_begun
        *begun[FEED_LAG]; /* a ring of batches; those of the oldest are confirmed next */
    size_t begun_count[FEED_LAG], begun_most;
    unsigned at;
    bool remember; /* with command records */
    uint64_t random;
};

void feed_open(struct feed *feed, uint32_t accounts, uint32_t tellers, size_t withdrawals_most,
               bool remember);
void feed_close(struct feed *feed);
/* Keeps in a file where the accounts and tellers stand, for a later feed of as many to go on from.
 * Every withdrawal is confirmed. */
void feed_save(const struct feed *feed, const char *path);
/* False when there is no such file. */
bool feed_restore(struct feed *feed, const char *path);
void feed_batch_open(struct feed_batch *batch, size_t most);
void feed_batch_close(struct feed_batch *batch);

/* Each fills the batch anew. */
void feed_tellers(struct feed *feed, struct feed_batch *batch);
/* Opens accounts from `first` on, with deposit and card: three events each. The vault (NULL: none)
 * makes the card's token and the PIN's reference. */
void feed_accounts(struct feed *feed, struct feed_batch *batch, uint32_t first, uint32_t count,
                   struct vault *vault);
/* 0 withdrawals: only confirms. */
void feed_withdrawals(struct feed *feed, struct feed_batch *batch, size_t count);
/* Deposits of one to account 0. */
void feed_deposits(struct feed *feed, struct feed_batch *batch, size_t count);

#endif
