/* SPDX-License-Identifier: MIT */
/*
 * What a database knows of the terminals' keys: a check value each
 * (keys.h). 24 bytes a terminal; looked at only when a key's file is read.
 */
#ifndef BANK_VAULT_EXPECTED_KEYS_H
#define BANK_VAULT_EXPECTED_KEYS_H

#include "bank/vault/keys.h"

struct expected_keys {
    struct expected_key {
        struct uuid teller_id;
        unsigned char check[KEY_CHECK_LENGTH];
    } * key; /* ascending by teller */
    size_t count, room;
};

/* One that is there already is replaced. */
void expected_keys_set(struct expected_keys *expected, const struct uuid *teller_id,
                       const unsigned char check[static KEY_CHECK_LENGTH]);
/* NULL when the database knows of none. Valid until the next set. */
const unsigned char *expected_keys_find(const struct expected_keys *expected,
                                        const struct uuid *teller_id);
void expected_keys_drop(struct expected_keys *expected, const struct uuid *teller_id);
void expected_keys_finish(struct expected_keys *expected);

#endif
