/* SPDX-License-Identifier: MIT */
/*
 * `bank verify`: recomputes all that can be recomputed and says what does not
 * fit. It reads one state of the database (a repeatable-read transaction), so
 * a bank may go on meanwhile, and keeps one chunk of events and one aggregate
 * in memory however long the log is: one pass by position, one by stream, one
 * by correlation; the read models are folded into temporary tables.
 */
#ifndef BANK_VERIFY_H
#define BANK_VERIFY_H

#include "bank/store/query.h"

enum verify_check {
    VERIFY_POSITIONS,   /* from 1 without gaps */
    VERIFY_HASHES,      /* each event's hash is what it and the one before give */
    VERIFY_HEAD,        /* log_head says where the log ends */
    VERIFY_EVENTS,      /* each can be read, and stands in a stream of its kind */
    VERIFY_STREAMS,     /* versions from 1 without gaps */
    VERIFY_ACCOUNTS,    /* opening + deposits - withdrawals + reversals = balance, after every event */
    VERIFY_TELLERS,     /* loaded = cassettes + taken + rejected + retracted, after every event; what was
                           deposited is what its events say it is worth */
    VERIFY_WITHDRAWALS, /* exactly one end, or open; taken + reversed = amount */
    VERIFY_TWINS,       /* each Accounts.MoneyWithdrawn at a machine has its Teller.MoneyWithdrawn */
    VERIFY_DEPOSITS,    /* exactly one end, or open; what the machine took is on the account, given back, or
                           suspect */
    VERIFY_SNAPSHOTS,   /* each is what the events up to its version give */
    VERIFY_COMMANDS,    /* each command that came from outside and made events is remembered */
    VERIFY_MODELS,      /* the read models are what the log gives */
    VERIFY_CHECK_COUNT
};

struct verify_finding {
    int64_t checked, failed;
    int64_t position; /* of the first that failed; 0: it is none of one event */
    char stream[200]; /* likewise; empty: none */
    char detail[400]; /* what is wrong with it */
};

struct verify_report {
    struct verify_finding finding[VERIFY_CHECK_COUNT];
};

const char *verify_check_name(enum verify_check check);
/* What the check counts: "events". */
const char *verify_check_unit(enum verify_check check);

/* False when it could not be carried out; what it found is in the report otherwise. progress may be NULL:
 * pass is 1 to 3, done and total count events. */
bool verify(struct query *query, void (*progress)(void *context, int pass, int64_t done, int64_t total),
            void *context, struct verify_report *report, struct error *error);

#endif
