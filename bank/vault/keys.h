/* SPDX-License-Identifier: MIT */
/*
 * The files in <home>/keys/ (0700; the files 0600), and the one table of which
 * keys there are. Another key is another row: making, checking, exporting and
 * importing follow from it.
 *
 * A key is 128 or 256 random bits, in its file as hexadecimal digits and a
 * newline. Its name is its file's.
 */
#ifndef BANK_VAULT_KEYS_H
#define BANK_VAULT_KEYS_H

#include "shared/error.h"
#include "shared/home.h"
#include "shared/uuid.h"

#include <stdbool.h>
#include <stddef.h>

#define KEY_LENGTH_MAX   32
#define KEY_CHECK_LENGTH 8
#define KEY_NAME_SIZE    56 /* "terminal-UUID.key" is the longest name */

enum key_kind_id {
    KEY_CARD,
    KEY_PIN,
    KEY_DATA,
    KEY_LOG,
    KEY_PIN_ENTRY,
    KEY_TERMINAL,
    KEY_KINDS,
};

struct key_kind {
    const char *name;    /* its file; one a teller: what stands before the teller's id */
    size_t length;       /* bytes */
    bool per_teller;     /* a wrong one keeps that terminal out; of the others, the bank */
    const char *in_use;  /* SQL, true where a database rests on the key though it has no check value
                            of it yet;  NULL: a new one does no harm */
    const char *purpose; /* "turns a PAN into the token …" */
};

extern const struct key_kind key_kinds[KEY_KINDS];

struct key {
    const struct key_kind *kind;
    char name[KEY_NAME_SIZE];
    unsigned char bytes[KEY_LENGTH_MAX]; /* kind->length of them */
};

/* Names a key, without its bytes. teller_id: NULL but for a kind that is one a teller. */
struct key key_named(enum key_kind_id id, const struct uuid *teller_id);

/* The same from a name of a file; false when no key is called so. teller_id (may be NULL): whose it
 * is, else nil. */
bool key_find(const char *name, struct key *key, struct uuid *teller_id);

enum key_file {
    KEY_FILE_READ,
    KEY_FILE_MISSING,
    KEY_FILE_OPEN_TO_OTHERS, /* read all the same */
    KEY_FILE_WRONG,          /* it does not hold such a key, or cannot be read */
};

/* The bytes of a key that is named, as its file has them; the error says what is wrong with it, in
 * a sentence. */
enum key_file key_look(const struct home *home, struct key *key, struct error *error);

/* As key_look; false unless it is KEY_FILE_READ. */
bool key_read(const struct home *home, struct key *key, struct error *error);

/* Writes the file, whole or not at all, synced; one that is there stays as it is, without an error.
 */
bool key_write(const struct home *home, const struct key *key, struct error *error);

/* Renames a file that is there to NAME.replaced, which may not be there; and back, in the place of
 * one that was written since. */
bool key_put_aside(const struct home *home, const struct key *key, struct error *error);
void key_put_back(const struct home *home, const struct key *key);

/* As key_read; first makes a file that is not there of random bytes. */
bool key_make(const struct home *home, struct key *key, struct error *error);

/*
 * The key that is to take another's place, in a file beside it that is named after the change (a
 * command's id): made of random bytes, or read when it is there. Used, it replaces the one in
 * force, whole or not at all; or it is dropped. Those of other changes stay, for each may still be
 * decided; they go when one is used after NEXT_KEPT_S.
 */
enum { NEXT_KEPT_S = 31 * 86400 }; /* longer than a proposal can wait */
bool key_next_make(const struct home *home, struct key *key, const struct uuid *change,
                   struct error *error);
bool key_next_use(const struct home *home, const struct key *key, const struct uuid *change,
                  struct error *error);
/* Whether another key took the place after that one was made. */
bool key_next_passed(const struct home *home, const struct key *key, const struct uuid *change);
void key_next_drop(const struct home *home, const struct key *key, const struct uuid *change);

/* Removes the file; one that is not there is no error. */
bool key_remove(const struct home *home, const struct key *key, struct error *error);

/* What can be told about a key without helping to guess it: the first bytes of HMAC-SHA256(key, a
 * text of its own). */
void key_check_value(const struct key *key, unsigned char check[static KEY_CHECK_LENGTH]);

/* Calls `each` with every key file there is, by name; stops at false, and gives that. True when
 * there is no folder. */
bool keys_list(const struct home *home, bool (*each)(void *context, struct key *key), void *context,
               struct error *error);

void key_wipe(struct key *key);

#endif
