/* SPDX-License-Identifier: MIT */
/*
 * Sealing: an account owner's name as a text that means nothing without the
 * account's data key.
 *
 *   data key      256 random bits, one an account, made with the account
 *   sealed text   "sealed:v1:" and, in base64, AES-256-GCM of the name under the data key
 *   wrapped key   AES-256-GCM of the data key under the wrapping key
 *
 * Both are bound to the account: neither opens under another account's id. A
 * name is padded with zeros, one at least, to a multiple of 32 bytes, so that
 * what stays for ever hardly tells how long it was.
 *
 * The sealed text stands in the log; the wrapped key stands beside it, in a
 * table of its own, and can be forgotten (esbank.data_keys). Pure but for the
 * random bytes; vault.h has the keys that live in files.
 */
#ifndef BANK_VAULT_SEAL_H
#define BANK_VAULT_SEAL_H

#include "bank/core/command.h"

#include <stdbool.h>
#include <stddef.h>

#define SEAL_KEY_LENGTH 32

struct seal_key {
    unsigned char bytes[SEAL_KEY_LENGTH];
};

/* Makes a data key, seals the name (under OWNER_NAME_LENGTH) with it, and wraps the key. */
void seal_owner(const struct seal_key *wrapping, const struct uuid *account_id, const char *name,
                char sealed[static OWNER_LENGTH], struct data_key *key);

/* Whether a text is sealed; names of accounts opened before there was sealing are not. */
bool seal_is_sealed(const char *text);

/* Whether a name reads as an owner whose name is not known does: shown as "(erased)", or sealed. */
bool seal_name_misleads(const char *name);

enum unsealing {
    UNSEALED,
    UNSEAL_NO_KEY, /* the data key does not open: the wrapping key is another */
    UNSEAL_DAMAGED /* the data key opens, the text does not: it is not what was sealed for this
                      account */
};

/* The name, under OWNER_NAME_LENGTH; empty unless UNSEALED. */
enum unsealing unseal_owner(const struct seal_key *wrapping, const struct data_key *key,
                            const char *sealed, char name[static OWNER_NAME_LENGTH]);

#endif
