/* SPDX-License-Identifier: MIT */
/*
 * All keys of a home in one sealed text, for a safe:
 *
 *   esbank keys 1
 *   scrypt 17 8 1 SALT          log2 N, r, p; 16 bytes in hexadecimal
 *   aes-256-gcm NONCE           12 bytes in hexadecimal
 *   (empty)
 *   BASE64                      ciphertext and tag, in lines of 76
 *
 * What is sealed is a line a key, "NAME HEXADECIMAL". The key of the seal is
 * scrypt of a passphrase, with the parameters that the head states; the head
 * is the seal's associated data. Without the passphrase nothing in it can be
 * read, changed or left out.
 */
#ifndef BANK_KEYS_ARCHIVE_H
#define BANK_KEYS_ARCHIVE_H

#include "bank/vault/keys.h"

#define PASSPHRASE_MIN  12 /* bytes */
#define PASSPHRASE_SIZE 1024

/* Grows; wiped and freed by key_set_finish. */
struct key_set {
    struct key *key;
    size_t count, room;
};

void key_set_add(struct key_set *set, const struct key *key);
void key_set_finish(struct key_set *set);
/* Every key file of the home; false when one cannot be read, or one that is not a terminal's is
 * missing. */
bool key_set_read(struct key_set *set, const struct home *home, struct error *error);

/* Writes a new file of mode 0600, synced; false when there is one already. */
bool key_archive_write(const char *path, const struct key_set *set, const char *passphrase,
                       struct error *error);

/* Adds what is in the archive. False, and nothing added, for another passphrase, a damaged file and
 * one of another version. */
bool key_archive_read(const char *path, const char *passphrase, struct key_set *set,
                      struct error *error);

/*
 * Puts the keys into the home: all or none, synced. Refuses, naming them, when
 * the home has other keys of the same names, unless they are to be replaced.
 * The home is created, and locked by this process. *written: how many it lacked.
 */
bool key_set_install(const struct key_set *set, const struct home *home, bool replace,
                     size_t *written, struct error *error);

#endif
