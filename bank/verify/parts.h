/* SPDX-License-Identifier: MIT */
/*
 * What the files of verify share.
 *
 *   verify.c                    the order of the passes, the conclusion
 *   jobs.c                      which process does which pass
 *   log.c, streams.c, withdrawals.c   the passes
 *   seals.c, models.c, handlers.c, snapshots.c, deposits.c, days.c, beside.c, catalogue.c   one
 *   kind of check each
 *   walk.c, findings.c          what all of them stand on
 */
#ifndef BANK_VERIFY_PARTS_H
#define BANK_VERIFY_PARTS_H

#include "bank/core/account.h"
#include "bank/core/saga.h"
#include "bank/core/teller.h"
#include "bank/postgres/log_reader.h"
#include "bank/verify/verify.h"

#define VERIFY_MODELS_MAX 32

struct verify {
    struct query *query;
    const struct verify_options *options;
    struct verify_report *report;
    int64_t head;      /* the log's last event as it was seen first: what is verified ends there */
    bool snapshot;     /* in the transaction at the end */
    int64_t rested_ms; /* when it rested last; 0: it did not */
    bool scratch;      /* there may be temporary tables */
    struct models *models;
    struct replays *replays;
    struct seals *seals;
    struct rows *expected; /* the catalogue; NULL: cannot be had */
    int64_t accounts_sealed,
        keys_fitting; /* names in the log that are sealed, data keys for such */
};

/* Notes that something does not fit; the first of each check is what the report names. */
void verify_fail(struct verify *verify, enum verify_check check, int64_t position,
                 const char *stream, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Notes that a check is not, or not all, carried out, and why. */
void verify_leave(struct verify *verify, enum verify_check check, const char *why);

/* The same where there are no temporary tables to compare with. */
void verify_leave_scratch(struct verify *verify, enum verify_check check);

/* Notes what is left out on purpose, which is no failure. */
void verify_note(struct verify *verify, enum verify_check check, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Looks at one event; `pass` is what verify_walk was given. False: the database failed. */
typedef bool verify_step(struct verify *verify, void *pass, const struct stored_event *stored,
                         struct error *error);

/* Says how far a pass is, now and then. */
void verify_progress(struct verify *verify, int pass, int64_t done);

/* Between two chunks: rests, where the options say so. */
void verify_rest(struct verify *verify);

/* The pass by position: the chain, positions, seals and what can be read of it, the read models and
 * handlers' tables made again, or both. */
enum { VERIFY_LOG_CHAIN = 1, VERIFY_LOG_FOLD = 2 };
bool verify_log(struct verify *verify, int parts, struct error *error);
/* The same of these positions only. */
bool verify_log_range(struct verify *verify, int parts, int64_t from, int64_t to,
                      struct error *error);

/* Gives all events in that order to the step of the pass of that number; false when the database
 * failed. */
bool verify_walk(struct verify *verify, enum log_reader_order order, int number, verify_step *step,
                 void *pass, struct error *error);

/* streams.c, withdrawals.c: each a pass. Before them, models_checkpoints. */
bool verify_streams(struct verify *verify, struct error *error);
bool verify_withdrawals(struct verify *verify, struct error *error);

/* snapshots.c: within the pass of verify_streams. */
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
void snapshots_check(struct verify *verify, struct snapshots *snapshots, const char *stream,
                     int64_t version, int64_t position, const struct account *account,
                     const struct teller *teller);
bool snapshots_stream_end(struct verify *verify, struct snapshots *snapshots, const char *stream,
                          struct error *error);
bool snapshots_end(struct verify *verify, struct snapshots *snapshots, struct error *error);
void snapshots_finish(struct snapshots *snapshots);
bool verify_commands(struct verify *verify, struct error *error);

/* deposits.c: one deposit, event by event, within the pass of verify_withdrawals. */
struct deposit_check {
    struct deposit deposit;
    int ends, teller_deposited, account_deposited;
    money account_amount, held_amount; /* of the first: not available */
    int64_t position;                  /* of its last event */
};
void deposit_check_event(struct deposit_check *check, const struct event_record *record);
void deposit_check_end(struct verify *verify, const struct deposit_check *check, const char *stream,
                       const char *id);

/* models.c: make the temporary tables (before the transaction), read how far the live ones are, add
 * runs of records in order of position, compare. */
struct models *models_create(void);
void models_destroy(struct models *models);
bool models_tables(struct verify *verify, struct error *error);
/* Again and again, while they move on; the last time what is wrong with them is noted. */
bool models_checkpoints(struct verify *verify, bool last, struct error *error);
/* Narrows the range of events (after *from, up to *to) that are still to be added. */
void models_range(const struct verify *verify, int64_t *from, int64_t *to);
bool models_add(struct verify *verify, const struct event_record *records, size_t count,
                struct error *error);
bool models_compare(struct verify *verify, struct error *error);

/* Whether two tables, or parts of them, hold the same rows; both have the columns of
 * esbank.`table`, of which those that the database numbers by itself do not count. `key` names the
 * first row that one has too many. */
#define VERIFY_KEY_SIZE 200
enum verify_difference { VERIFY_SAME, VERIFY_SURPLUS, VERIFY_MISSING };
bool verify_rows(struct verify *verify, const char *table, const char *live, const char *made,
                 enum verify_difference *difference, char key[static VERIFY_KEY_SIZE],
                 struct error *error);
/* Whether that read model is at the log's end, with nothing parked: only then does it show the
 * whole log. */
bool models_current(const struct verify *verify, const char *name);

/* handlers.c: likewise, of what event handlers write. */
struct replays *replays_create(void);
void replays_destroy(struct replays *replays);
bool replays_tables(struct verify *verify, struct error *error);
bool replays_checkpoints(struct verify *verify, bool last, struct error *error);
void replays_range(const struct verify *verify, int64_t *from, int64_t *to);
bool replays_add(struct verify *verify, const struct event_record *records, size_t count,
                 struct error *error);
bool replays_compare(struct verify *verify, struct error *error);

/* seals.c: read the head, look at the events by position, then at the rows beside them. */
struct seals *seals_create(const unsigned char *log_key);
void seals_destroy(struct seals *seals); /* takes NULL */
/* rows: the head, from its third column on. */
void seals_begin(struct verify *verify, const struct rows *rows);
/* bytes: NULL when the event bears no seal. */
void seals_event(struct verify *verify, const struct stored_event *stored,
                 const unsigned char *bytes, size_t length);
void seals_end(struct verify *verify, int64_t last);
bool seals_rows(struct verify *verify, struct error *error);
const struct log_seal *seals_head(const struct verify *verify); /* NULL: it does not hold */
struct log_sealer *seals_sealer(const struct verify *verify);   /* NULL: there is no key */

/* beside.c: the second after the pass by position. */
bool verify_checkpoints(struct verify *verify, struct error *error);
bool verify_data_keys(struct verify *verify, struct error *error);

/* catalogue.c: before the transaction, and in it. */
bool catalogue_expect(struct verify *verify, struct error *error);
bool catalogue_compare(struct verify *verify, struct error *error);

/* days.c: of an event of a teller, which has folded all before it. */
void days_check(struct verify *verify, const char *stream, const struct teller *teller,
                const struct stored_event *stored, const struct event_record *record);

#endif
