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

enum verify_check {
    VERIFY_POSITIONS, /* from 1 without gaps */
    VERIFY_HASHES,    /* each event's hash is what it and the one before give */
    VERIFY_HEAD,      /* log_head says where the log ends */
    VERIFY_EVENTS,    /* each can be read, and stands in a stream of its kind */
    VERIFY_STREAMS,   /* versions from 1 without gaps */
    VERIFY_ACCOUNTS, /* opening + deposits - withdrawals + reversals = balance, after every event */
    VERIFY_TELLERS,  /* loaded = cassettes + taken + rejected + retracted, after every event; what
                        was  deposited is what its events say it is worth */
    VERIFY_WITHDRAWALS, /* exactly one end, or open; taken + reversed = amount */
    VERIFY_TWINS,     /* each Accounts.MoneyWithdrawn at a machine has its Teller.MoneyWithdrawn */
    VERIFY_DEPOSITS,  /* exactly one end, or open; what the machine took is on the account, given
                         back, or  suspect */
    VERIFY_SNAPSHOTS, /* each is what the events up to its version give */
    VERIFY_COMMANDS, /* each command that came from outside and made events is remembered, as it was
                        sealed */
    VERIFY_MODELS,   /* the read models are what the log gives */
    VERIFY_SEALS,    /* each append and the head bear one of keys/log.key (bank/codec/log_seal.h) */
    VERIFY_KEPT,     /* an older bank's events are those that were sealed */
    VERIFY_DATA_KEYS,   /* one for each sealed name, as it was sealed or shredded */
    VERIFY_CHECKPOINTS, /* of read models and event handlers: in the log, and of this program */
    VERIFY_HANDLERS,  /* what event handlers wrote is what the log gives up to their checkpoints */
    VERIFY_CATALOGUE, /* tables, constraints, triggers, functions are those of sql/ */
    VERIFY_ANCHOR,    /* the log continues an anchor, when one was given */
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
