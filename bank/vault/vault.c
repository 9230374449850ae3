/* SPDX-License-Identifier: MIT */
/*
 * Keyed values in place of secrets. The HMAC contexts are set up once: every
 * withdrawal needs two of them, and setting one up costs more than using it.
 *
 * A PIN leaves no copy behind, on any path.
 */
#include "bank/vault/vault.h"

#include "bank/vault/pin_policy.h"

#include "bank/vault/expected_keys.h"
#include "bank/vault/keys.h"
#include "shared/hex.h"

#include <fcntl.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    TERMINAL_SETS =
        1024, /* a terminal's key is cached in one of the places of the set its id hashes to */
    TERMINAL_PLACES = 4,
};

struct vault {
    struct home home;
    EVP_MAC_CTX *card, *pin, *data; /* only data in one that is open to read */
    struct seal_key wrapping;       /* made of data.key */
    struct key log;
    bool log_known; /* to the database, from an earlier start */
    struct pin_key pin_entry;
    struct expected_keys expected; /* of the terminals */
    void (*made)(void *context, const struct key *key);
    void *made_context;
    struct terminal_set {
        struct terminal {
            bool there;
            struct uuid teller_id;
            struct pin_key key;
            struct wire_keys wire; /* made of it */
        } place[TERMINAL_PLACES];
        unsigned next; /* to be taken for the next that is not there */
    } set[TERMINAL_SETS];
};

void vault_harden_process(void)
{
    /* Neither can fail for a process of one's own. */
    prctl(PR_SET_DUMPABLE, 0);
    setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
}

/* ---- keyed values ----------------------------------------------------------- */

static EVP_MAC_CTX *hmac_create(const struct key *key)
{
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *context = mac != NULL ? EVP_MAC_CTX_new(mac) : NULL;
    char digest[] = "SHA256";
    const OSSL_PARAM parameters[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
                                                                       digest, 0),
                                      OSSL_PARAM_construct_end() };
    if (context == NULL || !EVP_MAC_init(context, key->bytes, key->kind->length, parameters))
        panic("the crypto library has no HMAC-SHA256");
    EVP_MAC_free(mac);
    return context;
}

static void hmac(EVP_MAC_CTX *context, const void *first, size_t first_length, const void *second,
                 size_t second_length, unsigned char out[static 32])
{
    size_t written = 0;
    /* Without a key it starts again under the one it has. */
    if (!EVP_MAC_init(context, NULL, 0, NULL) || !EVP_MAC_update(context, first, first_length) ||
        (second_length > 0 && !EVP_MAC_update(context, second, second_length)) ||
        !EVP_MAC_final(context, out, &written, 32) || written != 32)
        panic("the crypto library did not compute an HMAC-SHA256");
}

/* Of a key file that is there, or is made. */
static bool hmac_open(struct vault *vault, enum key_kind_id id, bool make, EVP_MAC_CTX **context,
                      struct error *error)
{
    struct key key = key_named(id, NULL);
    bool there = make ? key_make(&vault->home, &key, error) : key_read(&vault->home, &key, error);
    if (there)
        *context = hmac_create(&key);
    key_wipe(&key);
    return there;
}

void vault_card_token(struct vault *vault, const char *pan,
                      unsigned char token[static CARD_TOKEN_LENGTH])
{
    unsigned char whole[32];
    hmac(vault->card, pan, strlen(pan), NULL, 0, whole);
    memcpy(token, whole, CARD_TOKEN_LENGTH);
}

/* weak: NULL, or whether a card's holder may not choose it. */
static bool refer_to_pin(struct vault *vault, const struct pin_key *key, const char *pan,
                         const unsigned char *token, const unsigned char *block,
                         unsigned char *reference, bool *weak)
{
    /* No PIN is a word, and either way it is one block of SHA-256. */
    static const char no_pin[] = "malformed";
    char pin[PIN_DIGITS_MAX + 1] = "";
    bool well_formed = pin_block_decode(key, pan, block, pin);
    const char *text = well_formed ? pin : no_pin;
    hmac(vault->pin, token, CARD_TOKEN_LENGTH, text, strlen(text), reference);
    if (weak != NULL)
        *weak = pin_is_weak(text);
    pin_wipe(pin, sizeof pin);
    return well_formed;
}

bool vault_pin_reference(struct vault *vault, const struct pin_key *key, const char *pan,
                         const unsigned char token[static CARD_TOKEN_LENGTH],
                         const unsigned char block[static PIN_BLOCK_LENGTH],
                         unsigned char reference[static PIN_REFERENCE_LENGTH])
{
    return refer_to_pin(vault, key, pan, token, block, reference, NULL);
}

bool vault_new_pin_reference(struct vault *vault, const struct pin_key *key, const char *pan,
                             const unsigned char token[static CARD_TOKEN_LENGTH],
                             const unsigned char block[static PIN_BLOCK_LENGTH],
                             unsigned char reference[static PIN_REFERENCE_LENGTH], bool *weak)
{
    return refer_to_pin(vault, key, pan, token, block, reference, weak);
}

/* ---- owners ----------------------------------------------------------------- */

/* One file, two uses: what is keyed for the one begins with a word that the other's never does. */
static void wrapping_derive(struct vault *vault)
{
    static const char use[] = "wrapping v1";
    hmac(vault->data, use, sizeof use, NULL, 0, vault->wrapping.bytes);
}

void vault_owner_reference(struct vault *vault, const char *name,
                           char text[static OWNER_REFERENCE_LENGTH])
{
    static const char use[] = "owner v1";
    unsigned char reference[32];
    hmac(vault->data, use, sizeof use, name, strlen(name), reference);
    hex_encode(reference, sizeof reference, text);
}

void vault_seal_owner(struct vault *vault, const struct uuid *account_id,
                      const struct uuid *command_id, const char *name,
                      char sealed[static OWNER_LENGTH], struct data_key *key)
{
    seal_owner(&vault->wrapping, account_id, name, sealed, key);
    key->command_id = *command_id;
}

enum unsealing vault_unseal_owner(struct vault *vault, const struct data_key *key,
                                  const char *sealed, char name[static OWNER_NAME_LENGTH])
{
    return unseal_owner(&vault->wrapping, key, sealed, name);
}

/* ---- the log's key ---------------------------------------------------------- */

static void unused_path(const struct vault *vault, char path[static HOME_PATH_SIZE])
{
    home_path(&vault->home, path, HOME_PATH_SIZE, "keys/log.unused");
}

/* The mark is there before the key is: a kill between the two leaves none of them behind that lies.
 */
static bool log_key_open(struct vault *vault, struct error *error)
{
    char path[HOME_PATH_SIZE];
    struct error missing;
    vault->log = key_named(KEY_LOG, NULL);
    if (key_look(&vault->home, &vault->log, &missing) == KEY_FILE_MISSING) {
        unused_path(vault, path);
        int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        bool made = file >= 0 && fsync(file) == 0;
        if (file >= 0)
            close(file);
        if (!made)
            return error_set_errno(error, "cannot create %s", path);
    }
    return key_make(&vault->home, &vault->log, error);
}

const unsigned char *vault_log_key(const struct vault *vault)
{
    return vault->log.bytes;
}

bool vault_log_key_unused(const struct vault *vault)
{
    char path[HOME_PATH_SIZE];
    unused_path(vault, path);
    return access(path, F_OK) == 0;
}

void vault_log_key_used(const struct vault *vault)
{
    char path[HOME_PATH_SIZE];
    unused_path(vault, path);
    unlink(path);
}

void vault_log_key_sealed(struct vault *vault)
{
    vault->log_known = true;
}

bool vault_log_was_sealed(const struct vault *vault)
{
    return vault->log_known && !vault_log_key_unused(vault);
}

/* ---- keys of terminals ------------------------------------------------------ */

/* Of a terminal: the one that the database knows, or one that it has never heard of. */
static bool is_expected(const struct vault *vault, const struct uuid *teller_id,
                        const struct key *key)
{
    unsigned char check[KEY_CHECK_LENGTH];
    const unsigned char *expected = expected_keys_find(&vault->expected, teller_id);
    key_check_value(key, check);
    return expected == NULL || memcmp(check, expected, sizeof check) == 0;
}

static bool pin_key_read(struct vault *vault, const struct uuid *teller_id, struct key *key,
                         struct pin_key *pin_key, struct error *error)
{
    bool read = key_read(&vault->home, key, error);
    if (read && teller_id != NULL && !is_expected(vault, teller_id, key))
        read = error_set(error, ERROR_USAGE,
                         "%s/keys/%s holds another key than the database knows: put the right one "
                         "back from a copy",
                         vault->home.path, key->name);
    if (read)
        memcpy(pin_key->bytes, key->bytes, sizeof pin_key->bytes);
    key_wipe(key);
    return read;
}

static void terminal_forget(struct terminal *terminal)
{
    pin_key_forget(&terminal->key);
    wire_keys_forget(&terminal->wire);
    pin_wipe(terminal, sizeof *terminal);
}

static const struct terminal *terminal_find(struct vault *vault, const struct uuid *teller_id)
{
    struct terminal_set *set = &vault->set[uuid_hash(teller_id) % TERMINAL_SETS];
    for (unsigned i = 0; i < TERMINAL_PLACES; i++)
        if (set->place[i].there && uuid_equal(&set->place[i].teller_id, teller_id))
            return &set->place[i];
    struct error ignored;
    struct terminal new = { .there = true, .teller_id = *teller_id };
    struct key key = key_named(KEY_TERMINAL, teller_id);
    if (!pin_key_read(vault, teller_id, &key, &new.key, &ignored))
        return NULL;
    wire_keys_derive(&new.key, teller_id, &new.wire);
    struct terminal *place = &set->place[set->next++ % TERMINAL_PLACES];
    terminal_forget(place);
    *place = new;
    pin_wipe(&new, sizeof new);
    return place;
}

const struct pin_key *vault_terminal_key(struct vault *vault, const struct uuid *teller_id)
{
    const struct terminal *terminal = terminal_find(vault, teller_id);
    return terminal != NULL ? &terminal->key : NULL;
}

const struct wire_keys *vault_wire_keys(struct vault *vault, const struct uuid *teller_id)
{
    const struct terminal *terminal = terminal_find(vault, teller_id);
    return terminal != NULL ? &terminal->wire : NULL;
}

/* It is what the terminal's key has to be from now on. */
static void expect(struct vault *vault, const struct uuid *teller_id, const struct key *key)
{
    unsigned char check[KEY_CHECK_LENGTH];
    key_check_value(key, check);
    vault_expect(vault, teller_id, check);
    if (vault->made != NULL)
        vault->made(vault->made_context, key);
}

bool vault_make_terminal_key(struct vault *vault, const struct uuid *teller_id, struct error *error)
{
    struct key key = key_named(KEY_TERMINAL, teller_id);
    struct pin_key read;
    enum key_file file = key_look(&vault->home, &key, error);
    bool known = vault_expects(vault, teller_id), made = false;
    if (file != KEY_FILE_MISSING)
        made = pin_key_read(vault, teller_id, &key, &read, error);
    else if (known)
        error_set(error, ERROR_USAGE,
                  "%s/keys/%s is missing: put it back from a copy, as `bank keys import FILE` does",
                  vault->home.path, key.name);
    else if ((made = key_make(&vault->home, &key, error)))
        expect(vault, teller_id, &key);
    pin_wipe(&read, sizeof read);
    key_wipe(&key);
    return made;
}

void vault_forget_terminal_key(struct vault *vault, const struct uuid *teller_id)
{
    struct terminal_set *set = &vault->set[uuid_hash(teller_id) % TERMINAL_SETS];
    for (unsigned i = 0; i < TERMINAL_PLACES; i++)
        if (set->place[i].there && uuid_equal(&set->place[i].teller_id, teller_id))
            terminal_forget(&set->place[i]);
}

static void check_of(const struct key *key, unsigned char check[static KEY_CHECK_BYTES])
{
    struct pin_key pin_key;
    memcpy(pin_key.bytes, key->bytes, sizeof pin_key.bytes);
    pin_key_check(&pin_key, check);
    pin_wipe(&pin_key, sizeof pin_key);
}

void pin_key_check(const struct pin_key *key, unsigned char check[static KEY_CHECK_BYTES])
{
    char text[2 * KEY_CHECK_BYTES + 1];
    pin_key_check_value(key, text);
    hex_decode(text, sizeof text - 1, check);
}

bool vault_next_terminal_key(struct vault *vault, const struct uuid *teller_id,
                             const struct uuid *change, unsigned char check[static KEY_CHECK_BYTES],
                             struct error *error)
{
    struct key key = key_named(KEY_TERMINAL, teller_id);
    bool made = key_next_make(&vault->home, &key, change, error);
    if (made)
        check_of(&key, check);
    key_wipe(&key);
    return made;
}

bool vault_replace_terminal_key(struct vault *vault, const struct uuid *teller_id,
                                const struct uuid *change, struct error *error)
{
    struct key key = key_named(KEY_TERMINAL, teller_id);
    vault_forget_terminal_key(vault, teller_id);
    expected_keys_drop(&vault->expected,
                       teller_id); /* it is the log that says which it has to be from now on */
    if (!key_next_use(&vault->home, &key, change, error))
        return false;
    if (vault->made != NULL && key_read(&vault->home, &key, error))
        vault->made(vault->made_context, &key);
    key_wipe(&key);
    return true;
}

bool vault_terminal_key_passed(const struct vault *vault, const struct uuid *teller_id,
                               const struct uuid *change)
{
    const struct key key = key_named(KEY_TERMINAL, teller_id);
    return key_next_passed(&vault->home, &key, change);
}

void vault_drop_terminal_key(struct vault *vault, const struct uuid *teller_id,
                             const struct uuid *change)
{
    struct key key = key_named(KEY_TERMINAL, teller_id);
    key_next_drop(&vault->home, &key, change);
}

bool vault_check_terminal_key(struct vault *vault, const struct uuid *teller_id,
                              unsigned char check[static KEY_CHECK_BYTES])
{
    struct key key = key_named(KEY_TERMINAL, teller_id);
    struct error ignored;
    bool there = key_read(&vault->home, &key, &ignored);
    if (there)
        check_of(&key, check);
    key_wipe(&key);
    return there;
}

bool vault_withdraw_terminal_key(struct vault *vault, const struct uuid *teller_id,
                                 struct error *error)
{
    struct key key = key_named(KEY_TERMINAL, teller_id);
    vault_forget_terminal_key(vault, teller_id);
    return key_remove(&vault->home, &key, error);
}

void vault_expect(struct vault *vault, const struct uuid *teller_id,
                  const unsigned char check[static KEY_CHECK_LENGTH])
{
    expected_keys_set(&vault->expected, teller_id, check);
}

bool vault_expects(const struct vault *vault, const struct uuid *teller_id)
{
    return expected_keys_find(&vault->expected, teller_id) != NULL;
}

void vault_on_made(struct vault *vault, void (*made)(void *context, const struct key *key),
                   void *context)
{
    vault->made = made;
    vault->made_context = context;
}

const struct pin_key *vault_pin_entry_key(struct vault *vault)
{
    return &vault->pin_entry;
}

/* ---- life ------------------------------------------------------------------- */

static struct vault *vault_new(const struct home *home)
{
    struct vault *vault = calloc(1, sizeof *vault);
    if (vault == NULL)
        panic("out of memory");
    vault->home = *home;
    return vault;
}

static bool pin_entry_open(struct vault *vault, struct error *error)
{
    struct key key = key_named(KEY_PIN_ENTRY, NULL);
    bool made = key_make(&vault->home, &key, error);
    key_wipe(&key);
    return made && pin_key_read(vault, NULL, &key, &vault->pin_entry, error);
}

struct vault *vault_open(const struct home *home, struct error *error)
{
    struct vault *vault = vault_new(home);
    if (home_create_directory(home, "keys", 0700, error) &&
        hmac_open(vault, KEY_CARD, true, &vault->card, error) &&
        hmac_open(vault, KEY_PIN, true, &vault->pin, error) &&
        hmac_open(vault, KEY_DATA, true, &vault->data, error) && log_key_open(vault, error) &&
        pin_entry_open(vault, error)) {
        wrapping_derive(vault);
        return vault;
    }
    vault_close(vault);
    return NULL;
}

struct vault *vault_open_to_read(const struct home *home, struct error *error)
{
    struct vault *vault = vault_new(home);
    if (hmac_open(vault, KEY_DATA, false, &vault->data, error)) {
        wrapping_derive(vault);
        return vault;
    }
    vault_close(vault);
    return NULL;
}

void vault_close(struct vault *vault)
{
    if (vault == NULL)
        return;
    EVP_MAC_CTX_free(vault->card); /* wipes its key; takes NULL */
    EVP_MAC_CTX_free(vault->pin);
    EVP_MAC_CTX_free(vault->data);
    expected_keys_finish(&vault->expected);
    pin_wipe(vault, sizeof *vault);
    free(vault);
}
