/* SPDX-License-Identifier: MIT */
/* What the files of verify share; nobody else includes it. */
#ifndef BANK_VERIFY_PARTS_H
#define BANK_VERIFY_PARTS_H

#include "bank/core/account.h"
#include "bank/core/deposit.h"
#include "bank/core/teller.h"
#include "bank/history.h"
#include "bank/verify.h"

#define VERIFY_MODELS_MAX 32

struct verify {
    struct query *query;
    struct verify_report *report;
    void (*progress)(void *context, int pass, int64_t done, int64_t total);
    void *context;
    int64_t head;
    struct models *models;
};

/* Notes that something does not fit; the first of each check is what the report names. */
void verify_fail(struct verify *verify, enum verify_check check, int64_t position, const char *stream,
                 const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Looks at one event; `pass` is what verify_walk was given. False: the database failed. */
typedef bool verify_step(struct verify *verify, void *pass, const struct stored_event *stored,
                         struct error *error);

/* Gives all events in that order to the step of the pass of that number; false when the database failed. */
bool verify_walk(struct verify *verify, enum history_order order, int number, verify_step *step, void *pass,
                 struct error *error);

/* verify_streams.c, verify_withdrawals.c: each a pass. Before them, models_checkpoints. */
bool verify_streams(struct verify *verify, struct error *error);
bool verify_withdrawals(struct verify *verify, struct error *error);

/* verify_snapshots.c: within the pass of verify_streams. */
struct snapshots {
    struct rows *rows;
    size_t at, row;
    bool ended, met;    /* met: its version has come by */
    const char *stream; /* of the one that comes next, as long as its run is there */
    char *after;        /* of the last one of the run before */
    int64_t version, layout;
};
bool snapshots_begin(struct verify *verify, struct snapshots *snapshots, struct error *error);
bool snapshots_stream(struct verify *verify, struct snapshots *snapshots, const char *stream,
                      struct error *error);
/* After the event of that version; the one of the two that it is a stream of, the other NULL. */
void snapshots_check(struct verify *verify, struct snapshots *snapshots, const char *stream, int64_t version,
                     int64_t position, const struct account *account, const struct teller *teller);
bool snapshots_stream_end(struct verify *verify, struct snapshots *snapshots, const char *stream,
                          struct error *error);
bool snapshots_end(struct verify *verify, struct snapshots *snapshots, struct error *error);
void snapshots_finish(struct snapshots *snapshots);
bool verify_commands(struct verify *verify, struct error *error);

/* verify_deposits.c: one deposit, event by event, within the pass of verify_withdrawals. */
struct deposit_check {
    struct deposit deposit;
    int ends, teller_deposited, account_deposited;
    money account_amount;
    int64_t position; /* of its last event */
};
void deposit_check_event(struct deposit_check *check, const struct event_record *record);
void deposit_check_end(struct verify *verify, const struct deposit_check *check, const char *stream,
                       const char *id);

/* verify_models.c: make the temporary tables (before the transaction), read how far the live ones are, add
 * runs of records in order of position, compare. */
struct models *models_create(void);
void models_destroy(struct models *models);
bool models_tables(struct verify *verify, struct error *error);
bool models_checkpoints(struct verify *verify, struct error *error);
bool models_add(struct verify *verify, const struct event_record *records, size_t count, struct error *error);
bool models_compare(struct verify *verify, struct error *error);
/* Whether that read model is at the log's end, with nothing parked: only then does it show the whole log. */
bool models_current(const struct verify *verify, const char *name);

#endif
