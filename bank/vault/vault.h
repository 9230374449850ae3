/* SPDX-License-Identifier: MIT */
/*
 * The bank's secrets, in <home>/keys/ (0700; the files 0600):
 *
 *   card.key            256 bits, turn a PAN into the token that stands in events and tables
 *   pin.key             256 bits, turn a PIN into its reference value
 *   data.key            256 bits, wrap the data keys of accounts and make references of owners'
 * names log.key             256 bits, seals the log (bank/codec/log_seal.h) pin-entry.key       128
 * bits, the key of operators' PIN blocks terminal-UUID.key   128 bits, one a teller
 *
 * keys.h has the table of them and their files; each is made on first use. Two
 * banks that share one database (one active, one standing by) need the same
 * keys: copy them.
 *
 * A clear PIN exists only inside vault_pin_reference and vault_new_pin_reference, which wipe it.
 */
#ifndef BANK_VAULT_VAULT_H
#define BANK_VAULT_VAULT_H

#include "bank/vault/keys.h"
#include "bank/vault/seal.h"
#include "shared/home.h"
#include "shared/wire.h"

struct vault;

/* No core files and no debugger of the same user from now on: for the program that opens a vault.
 */
void vault_harden_process(void);

/* Makes what is missing; bank/keys/checks.h is for a bank that has a database. The home is created
 * already. NULL on failure. */
struct vault *vault_open(const struct home *home, struct error *error);

/* Of a home whose bank may run: only for vault_unseal_owner. Makes nothing; NULL when data.key is
 * not at hand. */
struct vault *vault_open_to_read(const struct home *home, struct error *error);

/* Wipes what is in memory. Takes NULL. */
void vault_close(struct vault *vault);

/* LOG_KEY_LENGTH bytes. */
const unsigned char *vault_log_key(const struct vault *vault);

/*
 * Whether log.key was made here and has sealed nothing yet: only then may a log
 * without seals be an older program's, and not one whose seals were taken away.
 * It is so from when the key is made until vault_log_key_used, kills included.
 */
bool vault_log_key_unused(const struct vault *vault);
void vault_log_key_used(const struct vault *vault);

/* The database knew the log's key when this bank started: together with a key that was used, its
 * log has had seals. */
void vault_log_key_sealed(struct vault *vault);
bool vault_log_was_sealed(const struct vault *vault);

const struct pin_key *vault_pin_entry_key(struct vault *vault);

/* Valid until the next call of this function; NULL when the teller has no key here, or another than
 * is expected. */
const struct pin_key *vault_terminal_key(struct vault *vault, const struct uuid *teller_id);

/* The keys of its messages, which are derived from it; as vault_terminal_key. */
const struct wire_keys *vault_wire_keys(struct vault *vault, const struct uuid *teller_id);

/* Makes the teller's key unless it is there. One that is expected and not there is not made anew.
 */
bool vault_make_terminal_key(struct vault *vault, const struct uuid *teller_id,
                             struct error *error);

/* The check value of a terminal's key, in bytes. */
void pin_key_check(const struct pin_key *key, unsigned char check[static KEY_CHECK_BYTES]);

/* As its file has it now; false when it has none that can be read. */
bool vault_check_terminal_key(struct vault *vault, const struct uuid *teller_id,
                              unsigned char check[static KEY_CHECK_BYTES]);

/* The next vault_terminal_key reads the file. */
void vault_forget_terminal_key(struct vault *vault, const struct uuid *teller_id);

/*
 * To replace a teller's key: the next one is made beside it, under the id of the
 * command that wants it (the same call again finds the same key); it replaces
 * the one in force once the command has taken effect, or is dropped.
 */
bool vault_next_terminal_key(struct vault *vault, const struct uuid *teller_id,
                             const struct uuid *change, unsigned char check[static KEY_CHECK_BYTES],
                             struct error *error);
bool vault_replace_terminal_key(struct vault *vault, const struct uuid *teller_id,
                                const struct uuid *change, struct error *error);
/* Whether another took effect after that one was made. */
bool vault_terminal_key_passed(const struct vault *vault, const struct uuid *teller_id,
                               const struct uuid *change);
void vault_drop_terminal_key(struct vault *vault, const struct uuid *teller_id,
                             const struct uuid *change);

/* Removes the key's file. */
bool vault_withdraw_terminal_key(struct vault *vault, const struct uuid *teller_id,
                                 struct error *error);

/* What the database knows of the terminals' keys (bank/keys/checks.h). */
void vault_expect(struct vault *vault, const struct uuid *teller_id,
                  const unsigned char check[static KEY_CHECK_LENGTH]);
bool vault_expects(const struct vault *vault, const struct uuid *teller_id);
/* From now on called with each terminal's key that is made, and then is the expected one. */
void vault_on_made(struct vault *vault, void (*made)(void *context, const struct key *key),
                   void *context);

/* The first 16 bytes of HMAC-SHA256(card.key, PAN). */
void vault_card_token(struct vault *vault, const char *pan,
                      unsigned char token[static CARD_TOKEN_LENGTH]);

/*
 * HMAC-SHA256(pin.key, token and PIN) of the PIN in a block under that key, which
 * for what came over the wire is the request's own (wire_pin_key). A block that is not
 * well formed (false) gives a reference that no PIN has, in the same time.
 */
bool vault_pin_reference(struct vault *vault, const struct pin_key *key, const char *pan,
                         const unsigned char token[static CARD_TOKEN_LENGTH],
                         const unsigned char block[static PIN_BLOCK_LENGTH],
                         unsigned char reference[static PIN_REFERENCE_LENGTH]);

/* The same of a PIN that a card's holder chose, under wire_new_pin_key; weak: it may not be (see
 * pin_policy.h). */
bool vault_new_pin_reference(struct vault *vault, const struct pin_key *key, const char *pan,
                             const unsigned char token[static CARD_TOKEN_LENGTH],
                             const unsigned char block[static PIN_BLOCK_LENGTH],
                             unsigned char reference[static PIN_REFERENCE_LENGTH], bool *weak);

/*
 * Seals the name of an account's owner (under OWNER_NAME_LENGTH) with a fresh
 * key, as seal.h has it: `sealed` is for the event, `key` for the table of data
 * keys, and the two have to be written in one transaction.
 */
void vault_seal_owner(struct vault *vault, const struct uuid *account_id,
                      const struct uuid *command_id, const char *name,
                      char sealed[static OWNER_LENGTH], struct data_key *key);

enum unsealing vault_unseal_owner(struct vault *vault, const struct data_key *key,
                                  const char *sealed, char name[static OWNER_NAME_LENGTH]);

/* HMAC-SHA256(data.key, name), in hexadecimal: the same for the same name, and no help in guessing
 * it. */
#define OWNER_REFERENCE_LENGTH 65 /* with its NUL */
void vault_owner_reference(struct vault *vault, const char *name,
                           char text[static OWNER_REFERENCE_LENGTH]);

#endif
