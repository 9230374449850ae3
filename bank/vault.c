/* SPDX-License-Identifier: MIT */
/*
 * Keyed values in place of secrets. The HMAC contexts are set up once: every
 * withdrawal needs two of them, and setting one up costs more than using it.
 *
 * Invariants:
 *  1. A key file appears whole or not at all: it is written beside its place,
 *     synced, and linked there.
 *  2. A PIN leaves no copy behind, on any path.
 */
#include "bank/vault.h"

#include "shared/hex.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    KEY_LENGTH = 32,
    KEY_DIGITS = KEY_LENGTH * 2,
    TERMINAL_SETS = 1024, /* a terminal's key is cached in one of the places of the set its id hashes to */
    TERMINAL_PLACES = 4,
};

struct vault {
    struct home home;
    EVP_MAC_CTX *card, *pin, *data; /* only data in one that is open to read */
    struct seal_key wrapping;       /* made of data.key */
    struct pin_key pin_entry;
    struct terminal_set {
        struct terminal {
            bool there;
            struct uuid teller_id;
            struct pin_key key;
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

/* ---- key files -------------------------------------------------------------- */

static bool key_read(const char *path, unsigned char key[static KEY_LENGTH], struct error *error)
{
    char text[KEY_DIGITS + 1] = "";
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return error_set_errno(error, "cannot read the key file %s", path);
    struct stat status;
    bool open_to_others = fstat(file, &status) != 0 || (status.st_mode & 077) != 0;
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    bool right = length == KEY_DIGITS && hex_decode(text, KEY_DIGITS, key);
    pin_wipe(text, sizeof text);
    if (open_to_others)
        return error_set(error, ERROR_USAGE, "the key file %s can be read by others: chmod 600 it", path);
    if (!right)
        return error_set(error, ERROR_FORMAT,
                         "the key file %s does not hold %d hexadecimal digits: put the right one back", path,
                         KEY_DIGITS);
    return true;
}

static bool key_write(const char *path, const char *text, size_t length, struct error *error)
{
    char draft[HOME_PATH_SIZE + 8];
    snprintf(draft, sizeof draft, "%s.new", path);
    unlink(draft);
    int file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0)
        return error_set_errno(error, "cannot create the key file %s", draft);
    bool written = write(file, text, length) == (ssize_t)length && fsync(file) == 0;
    close(file);
    if (!written)
        error_set_errno(error, "cannot write the key file %s", draft);
    else if (link(draft, path) != 0 && errno != EEXIST) /* unlike rename, never replaces a key */
        written = error_set_errno(error, "cannot put the key file %s into its place", path);
    unlink(draft);
    return written;
}

/* The file is made of `length` random bytes when it is not there. */
static bool key_make(const char *path, size_t length, struct error *error)
{
    if (access(path, F_OK) == 0)
        return true;
    unsigned char key[KEY_LENGTH];
    char text[KEY_DIGITS + 2];
    if (RAND_priv_bytes(key, (int)length) != 1)
        return error_set(error, ERROR_SYSTEM, "the operating system gives no random bytes for a key");
    hex_encode(key, length, text);
    text[length * 2] = '\n';
    bool made = key_write(path, text, length * 2 + 1, error);
    pin_wipe(key, sizeof key);
    pin_wipe(text, sizeof text);
    return made;
}

/* ---- keyed values ----------------------------------------------------------- */

static EVP_MAC_CTX *hmac_create(const unsigned char key[static KEY_LENGTH])
{
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *context = mac != NULL ? EVP_MAC_CTX_new(mac) : NULL;
    char digest[] = "SHA256";
    const OSSL_PARAM parameters[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                      OSSL_PARAM_construct_end() };
    if (context == NULL || !EVP_MAC_init(context, key, KEY_LENGTH, parameters))
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

/* Of a key file that is there. */
static bool hmac_read(const struct home *home, const char *name, EVP_MAC_CTX **context, struct error *error)
{
    char path[HOME_PATH_SIZE];
    unsigned char key[KEY_LENGTH];
    home_path(home, path, sizeof path, "keys/%s", name);
    if (!key_read(path, key, error))
        return false;
    *context = hmac_create(key);
    pin_wipe(key, sizeof key);
    return true;
}

static bool hmac_open(const struct home *home, const char *name, EVP_MAC_CTX **context, struct error *error)
{
    char path[HOME_PATH_SIZE];
    home_path(home, path, sizeof path, "keys/%s", name);
    return key_make(path, KEY_LENGTH, error) && hmac_read(home, name, context, error);
}

void vault_card_token(struct vault *vault, const char *pan, unsigned char token[static CARD_TOKEN_LENGTH])
{
    unsigned char whole[32];
    hmac(vault->card, pan, strlen(pan), NULL, 0, whole);
    memcpy(token, whole, CARD_TOKEN_LENGTH);
}

bool vault_pin_reference(struct vault *vault, const struct pin_key *key, const char *pan,
                         const unsigned char token[static CARD_TOKEN_LENGTH],
                         const unsigned char block[static PIN_BLOCK_LENGTH],
                         unsigned char reference[static PIN_REFERENCE_LENGTH])
{
    /* No PIN is a word, and either way it is one block of SHA-256. */
    static const char no_pin[] = "malformed";
    char pin[PIN_DIGITS_MAX + 1] = "";
    bool well_formed = pin_block_decode(key, pan, block, pin);
    const char *text = well_formed ? pin : no_pin;
    hmac(vault->pin, token, CARD_TOKEN_LENGTH, text, strlen(text), reference);
    pin_wipe(pin, sizeof pin);
    return well_formed;
}

/* ---- owners ----------------------------------------------------------------- */

/* One file, two uses: what is keyed for the one begins with a word that the other's never does. */
static void wrapping_derive(struct vault *vault)
{
    static const char use[] = "wrapping v1";
    hmac(vault->data, use, sizeof use, NULL, 0, vault->wrapping.bytes);
}

void vault_owner_reference(struct vault *vault, const char *name, char text[static OWNER_REFERENCE_LENGTH])
{
    static const char use[] = "owner v1";
    unsigned char reference[32];
    hmac(vault->data, use, sizeof use, name, strlen(name), reference);
    hex_encode(reference, sizeof reference, text);
}

void vault_seal_owner(struct vault *vault, const struct uuid *account_id, const char *name,
                      char sealed[static OWNER_LENGTH], struct data_key *key)
{
    seal_owner(&vault->wrapping, account_id, name, sealed, key);
}

enum unsealing vault_unseal_owner(struct vault *vault, const struct data_key *key, const char *sealed,
                                  char name[static OWNER_NAME_LENGTH])
{
    return unseal_owner(&vault->wrapping, key, sealed, name);
}

/* ---- keys of terminals ------------------------------------------------------ */

static void terminal_path(const struct vault *vault, const struct uuid *teller_id,
                          char path[static HOME_PATH_SIZE])
{
    char text[UUID_TEXT_LENGTH];
    home_path(&vault->home, path, HOME_PATH_SIZE, "keys/terminal-%s.key", uuid_format(teller_id, text));
}

const struct pin_key *vault_terminal_key(struct vault *vault, const struct uuid *teller_id)
{
    struct terminal_set *set = &vault->set[uuid_hash(teller_id) % TERMINAL_SETS];
    for (unsigned i = 0; i < TERMINAL_PLACES; i++)
        if (set->place[i].there && uuid_equal(&set->place[i].teller_id, teller_id))
            return &set->place[i].key;
    char path[HOME_PATH_SIZE];
    struct error ignored;
    struct terminal new = { .there = true, .teller_id = *teller_id };
    terminal_path(vault, teller_id, path);
    if (!pin_key_load(path, &new.key, &ignored))
        return NULL;
    struct terminal *place = &set->place[set->next++ % TERMINAL_PLACES];
    *place = new;
    pin_wipe(&new, sizeof new);
    return &place->key;
}

bool vault_make_terminal_key(struct vault *vault, const struct uuid *teller_id, struct error *error)
{
    char path[HOME_PATH_SIZE];
    terminal_path(vault, teller_id, path);
    return key_make(path, PIN_KEY_LENGTH, error);
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

struct vault *vault_open(const struct home *home, struct error *error)
{
    struct vault *vault = vault_new(home);
    char path[HOME_PATH_SIZE];
    home_path(home, path, sizeof path, "keys/pin-entry.key");
    if (home_create_directory(home, "keys", 0700, error) &&
        hmac_open(home, "card.key", &vault->card, error) && hmac_open(home, "pin.key", &vault->pin, error) &&
        hmac_open(home, "data.key", &vault->data, error) && key_make(path, PIN_KEY_LENGTH, error) &&
        pin_key_load(path, &vault->pin_entry, error)) {
        wrapping_derive(vault);
        return vault;
    }
    vault_close(vault);
    return NULL;
}

struct vault *vault_open_to_read(const struct home *home, struct error *error)
{
    struct vault *vault = vault_new(home);
    if (hmac_read(home, "data.key", &vault->data, error)) {
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
    pin_wipe(vault, sizeof *vault);
    free(vault);
}
