/* SPDX-License-Identifier: MIT */
/*
 * What the files of import share; included nowhere else.
 *
 *   import.c          the order of it all, and the report
 *   types.c    the old types, brought to today's by upcasters; what may be kept of them
 *   tell.c     what was found
 *   read.c     the old database, row by row
 *   card.c     an account's card, and ids that are derived
 *   judge.c    whether an account's events fit each other; what becomes of each event
 *   saga.c     which events belonged together
 *   present.c  what of it is in the log already
 *   append.c   the rest, through the store
 *   records.c  room for what is read
 *   interrupt.c   signals that ask it to end
 *   index.c    ids to numbers
 */
#ifndef BANK_IMPORT_PARTS_H
#define BANK_IMPORT_PARTS_H

#include "bank/codec/upcast.h"
#include "bank/core/event.h"
#include "bank/import/import.h"
#include "bank/postgres/query.h"
#include "bank/vault/vault.h"

#define IMPORT_NONE UINT32_MAX

/* ---- ids to numbers ---- */

struct import_index {
    size_t capacity, count;
    struct import_slot {
        struct uuid key;
        uint32_t value; /* IMPORT_NONE: free */
    } * slot;
};

uint32_t import_index_find(const struct import_index *index,
                           const struct uuid *key); /* IMPORT_NONE: none */
void import_index_put(struct import_index *index, const struct uuid *key, uint32_t value);
void import_index_finish(struct import_index *index);

/* ---- what was read ---- */

enum import_fate { IMPORT_APPEND, IMPORT_KEEP, IMPORT_LEAVE_OUT };

struct import_event {
    int64_t position, at_us;
    struct uuid id, causation_id, correlation_id; /* nil: not there */
    enum event_kind kind; /* EVENT_KIND_COUNT: of no known type, or unreadable */
    bool readable;
    uint32_t type;          /* index into the report's types */
    uint32_t account, saga; /* IMPORT_NONE: none */
    struct uuid account_id, teller_id;
    money amount, old_balance, new_balance; /* amount: also an opening balance */
    char *stream;                           /* its old name */
    char *data;                             /* what may be kept of it; NULL: none */
    enum import_fate fate;
    const char *reason; /* of what is kept or cannot be read */
    int64_t version;    /* in its new stream, of the first event it becomes; 0: none */
};

struct import_account {
    struct uuid id;
    bool opened, left_out, has_card;
    char owner[OWNER_NAME_LENGTH]; /* in clear: sealed only when its event is made */
    char pan[PAN_DIGITS_MAX + 1];
    unsigned char card[CARD_TOKEN_LENGTH], pin_reference[PIN_REFERENCE_LENGTH];
    money balance;
    int64_t version; /* events it will have */
    int64_t present,
        matching; /* in its stream now; of these, those that are ours in their places */
};

/* Sagas that cannot be told apart are one. */
struct import_saga {
    bool deposit;
    uint32_t first, last; /* events that began and ended it */
    uint32_t fits;        /* the account's event that stands where its would */
    int64_t fitting;      /* how many there are */
    int64_t begun, moved, ended;
    money amount;
    bool amounts_differ;
};

struct import {
    const struct import_options *options;
    struct import_report *report;
    struct query *old;   /* the database that is imported, until it has been read */
    struct vault *vault; /* NULL in a dry run */
    int cards;           /* the file of options->cards, once it is open */
    struct import_event *event;
    struct import_account *account;
    struct import_saga *saga;
    size_t readable, terms; /* events that could be read; in Erlang's term format */
    size_t event_count, event_capacity, account_count, account_capacity, saga_count, saga_capacity,
        type_capacity;
    struct import_index by_account, by_card, by_event, by_saga, by_new_id;
};

/* Room for one more, zeroed; array, count and capacity are the caller's. Returns the array. */
void *import_grow(void *array, size_t *count, size_t *capacity, size_t size);

/* interrupt.c: the first signal to end lets the batch under way commit; a second one kills. */
void import_watch_signals(void);
/* False once a signal has asked to end; to be asked before each batch. */
bool import_goes_on(struct error *error);

/* The caller's to free. */
char *import_copy(const char *text);

void import_find(struct import *import, const char *kind, int64_t position,
                 const struct uuid *account_id, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* In the order of positions, and one reason for all that have the same. */
void import_findings_order(struct import_report *report);
/* Its events are not imported; says why, once. */
void import_leave_out(struct import *import, struct import_account *account, int64_t position,
                      const char *format, ...) __attribute__((format(printf, 4, 5)));

/* types.c */
extern const struct upcaster import_upcasters[];
/* Whether this program knows that old type, and its name as the upcasters have it. */
#define IMPORT_TYPE_SIZE 160
bool import_type_known(const char *type, char known[static IMPORT_TYPE_SIZE]);
/* The id that a stream's name is, or ends with after a prefix: "account-UUID". */
bool import_stream_id(const char *stream, struct uuid *id);
/* The name that is kept: an odd one may be a person's, so it is hashed under the bank's key. */
#define IMPORT_STREAM_SIZE 80
void import_stream_kept(struct vault *vault, const char *stream,
                        char kept[static IMPORT_STREAM_SIZE]);
/* What may be kept of an event's data, as JSON: ids, times, and of a known type amounts; the
 * caller's to free. History is never changed, so an erasure could not reach anything else. NULL: it
 * is no JSON. */
char *import_allowed(const char *text, size_t length, bool known);

/* read.c: events, with their accounts made and their cards. */
bool import_old_open(struct import *import, struct error *error);
bool import_read(struct import *import, struct error *error); /* and closes it */

/* card.c */
struct uuid import_derive(const char *word, const struct uuid *id);
/* The account's card with that PIN; without a vault only the PIN is looked at. False: it is no PIN.
 */
bool import_card_make(struct import *import, struct import_account *account, const char *pin);
bool import_cards_open(struct import *import, struct error *error);
bool import_cards_write(const struct import *import, struct error *error);

/* judge.c: after import_sagas; numbers the events that are to be appended. */
void import_judge(struct import *import);
void import_number(struct import *import);
/* How many events of today's one becomes. */
int import_parts_of(const struct import *import, const struct import_event *event);

/* saga.c */
void import_sagas(struct import *import);
bool import_saga_ambiguous(const struct import_saga *saga);

/* present.c: leaves out accounts that are there with other events. */
bool import_present(struct import *import, struct query *query, struct error *error);

/* append.c */
struct store;
struct import_writer;
struct import_writer *import_writer_open(const struct import *import, const char *conninfo,
                                         struct error *error);
bool import_append(struct import *import, struct import_writer *writer, struct error *error);
void import_writer_close(struct import_writer *writer); /* takes NULL */
/* Those that are kept as history only. */
bool import_keep(struct import *import, struct import_writer *writer, struct query *query,
                 struct error *error);

#endif
