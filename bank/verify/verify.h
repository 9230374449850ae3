/* SPDX-License-Identifier: MIT */
/*
 * `bank verify`: recomputes all that can be recomputed and says what does not
 * fit. A bank may go on meanwhile: the log up to the end that was seen first
 * stays as it is, so the passes over it (by position, by stream, by correlation)
 * read it in short transactions, and what moves on is compared at the end, in one
 * state of the database, with what the log gives by then. It keeps one chunk of
 * events and one aggregate in memory however long the log is; the read models are
 * folded into temporary tables.
 */
#ifndef BANK_VERIFY_VERIFY_H
#define BANK_VERIFY_VERIFY_H

#include "bank/postgres/query.h"
#include "bank/verify/anchor.h"

/* clang-format off */
/* What is checked: the enumerator, its name, and what it counts. */
#define VERIFY_TABLE(X) \
    /* from 1 without gaps */ \
    X(POSITIONS, "positions without gaps", "positions") \
    /* each event's hash is what it and the one before give */ \
    X(HASHES, "hash chain", "events") \
    /* log_head says where the log ends */ \
    X(HEAD, "head of the log", "heads") \
    /* each can be read, and stands in a stream of its kind */ \
    X(EVENTS, "events readable", "events") \
    /* versions from 1 without gaps */ \
    X(STREAMS, "stream versions without gaps", "streams") \
    /* opening + deposits - withdrawals + reversals = balance, after every event */ \
    X(ACCOUNTS, "money conserved", "accounts") \
    /* loaded + found = cassettes + taken + rejected + retracted + removed, after every event; */ \
    /* what was deposited is what its events say it is worth */ \
    X(TELLERS, "notes conserved", "tellers") \
    /* exactly one end, or open; taken + reversed = amount */ \
    X(WITHDRAWALS, "one end each", "withdrawals") \
    /* each Accounts.MoneyWithdrawn at a machine has its Teller.MoneyWithdrawn */ \
    X(TWINS, "account and teller agree", "withdrawals") \
    /* exactly one end, or open; what the machine took is credited, given back, or suspect */ \
    X(DEPOSITS, "deposits credited", "deposits") \
    /* every other saga: exactly one end, and what its own rules demand */ \
    X(SAGAS, "other sagas whole", "sagas") \
    /* each is what the events up to its version give */ \
    X(SNAPSHOTS, "snapshots", "snapshots") \
    /* each command that came from outside and made events is remembered, as it was sealed */ \
    X(COMMANDS, "commands remembered", "commands") \
    /* the read models are what the log gives */ \
    X(MODELS, "read models", "read models") \
    /* each append and the head bear one of keys/log.key (bank/codec/log_seal.h) */ \
    X(SEALS, "seals", "seals") \
    /* an older bank's events are those that were sealed */ \
    X(KEPT, "an older bank's events kept", "events") \
    /* one for each sealed name, as it was sealed or shredded */ \
    X(DATA_KEYS, "data keys", "keys") \
    /* of read models and event handlers: in the log, and of this program */ \
    X(CHECKPOINTS, "checkpoints", "checkpoints") \
    /* what event handlers wrote is what the log gives up to their checkpoints */ \
    X(HANDLERS, "event handlers", "tables") \
    /* tables, constraints, triggers, functions are those of sql/ */ \
    X(CATALOGUE, "tables and functions", "objects") \
    /* the log continues an anchor, when one was given */ \
    X(ANCHOR, "continues the anchor", "anchors")
/* clang-format on */

enum verify_check {
#define X(enumerator, name, unit) VERIFY_##enumerator,
    VERIFY_TABLE(X)
#undef X
        VERIFY_CHECK_COUNT
};

struct verify_finding {
    bool left; /* it could not be carried out, or not in full; detail says why */
    int64_t checked, failed;
    int64_t position; /* of the first that failed; 0: it is none of one event */
    char stream[200]; /* likewise; empty: none */
    char detail[400]; /* what is wrong with it */
    char note[400];   /* what is left out of it on purpose; empty: nothing */
};

#define VERIFY_PROCESSES_MAX 4

struct verify_options {
    const unsigned char *log_key; /* NULL: not at hand, so seals are not checked */
    const struct anchor *against; /* NULL: none */
    int processes;                /* passes at a time (bank/verify/jobs.h) */
    bool gentle; /* rests as long as it works, for a bank that serves this database */
    /* Another session like the first, for a process beside; NULL: all in one. */
    struct query *(*connect)(void *context, struct error *error);
    /* NULL, or told now and then. */
    void (*progress)(void *context, int pass, int64_t done, int64_t total);
    void *context;
};

struct verify_report {
    struct log_end end;  /* as log_head has it */
    int64_t last;        /* position of the last event: [1, last] was looked at */
    int64_t sealed_from; /* the events after it are sealed; below 0: not known */
    int64_t at_us;       /* when, by the database's clock */
    int64_t took_ms;     /* all of it */
    int processes;       /* that many at most */
    bool clean;          /* every check was carried out and nothing was found */
    bool anchored;       /* and so here is one */
    struct anchor anchor;
    struct verify_finding finding[VERIFY_CHECK_COUNT];
};

const char *verify_check_name(enum verify_check check);
/* What the check counts: "events". */
const char *verify_check_unit(enum verify_check check);

/* False when it could not be carried out; what it found is in the report otherwise. */
bool verify(struct query *query, const struct verify_options *options, struct verify_report *report,
            struct error *error);

#endif
