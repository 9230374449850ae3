/* SPDX-License-Identifier: MIT */
/*
 * Whether the keys of a home are those that a database was made with.
 *
 * esbank.key_checks holds a check value of each (keys.h). A bank looks before
 * it makes any key: with another one, or without one that the database rests
 * on, it does not start, since right PINs would be wrong and known cards
 * unknown. A terminal's key keeps only that terminal out; once it was replaced,
 * the log says which is in force.
 */
#ifndef BANK_KEYS_CHECKS_H
#define BANK_KEYS_CHECKS_H

#include "bank/postgres/query.h"
#include "bank/vault/keys.h"
#include "bank/vault/vault.h"

enum key_state {            /* up to KEY_WITHDRAWN nothing is wrong */
                 KEY_RIGHT, /* the file holds the key that the database knows */
                 KEY_NEW,   /* it is there, and no bank has started with it on this database yet */
                 KEY_NOT_MADE,   /* neither here nor needed: the bank will make it */
                 KEY_REPLACED,   /* a terminal's: the file holds the key that the log says has
                                    replaced the   known one */
                 KEY_WITHDRAWN,  /* a terminal's: it has none, as the log says */
                 KEY_MISSING,    /* the database rests on it and there is no file */
                 KEY_ANOTHER,    /* the file holds another key than the database knows */
                 KEY_EXPOSED,    /* others can read the file */
                 KEY_UNREADABLE, /* it cannot be read, or holds no such key */
                 KEY_UNCOMPARED, /* it is there, and no database was asked */
};

struct key_status {
    const struct key_kind *kind;
    char name[KEY_NAME_SIZE];
    struct uuid teller_id; /* nil unless the kind is one a teller */
    enum key_state state;
    bool was_replaced; /* a terminal's: the log says which it has to be */
    const char *since; /* when a bank first started with it; NULL: never, and nothing is known */
    unsigned char known[KEY_CHECK_LENGTH];
    struct error reason; /* of KEY_EXPOSED and KEY_UNREADABLE */
};

/* Calls `each` with the status of every key there is or should be; query: NULL to look at the files
 * only. */
bool key_checks_look(const struct home *home, struct query *query,
                     void (*each)(void *context, const struct key_status *status), void *context,
                     struct error *error);

/*
 * The vault of a bank that works on this database: the keys are compared, those
 * that are not there and not missed are made, and all are made known to the
 * database. teller: whose terminal's key is made too; NULL: none. told: called
 * with a sentence about each terminal that stays out; NULL: not.
 *
 * NULL with what is wrong and what to do: see above.
 */
struct vault *key_checks_open(const struct home *home, const char *conninfo,
                              const struct uuid *teller,
                              void (*told)(const struct key_status *status), struct error *error);

/* "is missing", "is another one", …: how a sentence about the key goes on. */
const char *key_state_text(enum key_state state);

#endif
