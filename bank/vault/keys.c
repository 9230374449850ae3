/* SPDX-License-Identifier: MIT */
/*
 * Invariants:
 *  1. A key file appears whole or not at all: it is written beside its place,
 *     synced, and linked there, which never replaces another.
 *  2. No key's bytes or digits stay in memory here.
 */
#include "bank/vault/keys.h"

#include "shared/hex.h"
#include "shared/pin_block.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SUFFIX ".key"

#define CARDS_IN_USE                                                                               \
    "SELECT EXISTS (SELECT FROM esbank.events WHERE event_type = 'Accounts.CardIssued')"

const struct key_kind key_kinds[KEY_KINDS] = {
    [KEY_CARD] = { "card.key", 32, false, CARDS_IN_USE,
                   "turns a PAN into the token that stands in events and tables" },
    [KEY_PIN] = { "pin.key", 32, false, CARDS_IN_USE, "turns a PIN into its reference value" },
    [KEY_DATA] = { "data.key", 32, false, "SELECT EXISTS (SELECT FROM esbank.data_keys)",
                   "wraps the data keys of accounts and makes references of owners' names" },
    [KEY_LOG] = { "log.key", 32, false,
                  "SELECT EXISTS (SELECT FROM esbank.log_head WHERE seal IS NOT NULL)",
                  "seals the log" },
    [KEY_PIN_ENTRY] = { "pin-entry.key", 16, false, NULL, "encrypts operators' PIN blocks" },
    [KEY_TERMINAL] = { "terminal-", 16, true, NULL,
                       "authenticates a terminal and encrypts its PIN blocks" },
};

/* ---- names ------------------------------------------------------------------ */

struct key key_named(enum key_kind_id id, const struct uuid *teller_id)
{
    struct key key = { .kind = &key_kinds[id] };
    char text[UUID_TEXT_LENGTH];
    if (key.kind->per_teller)
        snprintf(key.name, sizeof key.name, "%.12s%s" SUFFIX, key.kind->name,
                 uuid_write(teller_id, text));
    else
        snprintf(key.name, sizeof key.name, "%.40s", key.kind->name);
    return key;
}

bool key_find(const char *name, struct key *key, struct uuid *teller_id)
{
    struct uuid id = { 0 };
    for (enum key_kind_id i = 0; i < KEY_KINDS; i++) {
        size_t length = strlen(key_kinds[i].name);
        if (key_kinds[i].per_teller &&
            (strncmp(name, key_kinds[i].name, length) != 0 ||
             strlen(name) != length + UUID_TEXT_LENGTH - 1 + strlen(SUFFIX) ||
             !uuid_read(name + length, UUID_TEXT_LENGTH - 1, &id)))
            continue;
        struct key found = key_named(i, &id); /* name may be the key's own */
        if (strcmp(name, found.name) != 0)
            continue;
        *key = found;
        if (teller_id != NULL)
            *teller_id = id;
        return true;
    }
    return false;
}

static void path_of(const struct home *home, const struct key *key,
                    char path[static HOME_PATH_SIZE])
{
    home_path(home, path, HOME_PATH_SIZE, "keys/%s", key->name);
}

/* ---- files ------------------------------------------------------------------ */

static enum key_file wrong(struct error *error, const char *path, size_t digits)
{
    error_set(error, ERROR_FORMAT,
              "the key file %s does not hold %zu hexadecimal digits: put the right one back", path,
              digits);
    return KEY_FILE_WRONG;
}

static enum key_file look_at(const char *path, struct key *key, struct error *error)
{
    char text[KEY_LENGTH_MAX * 2 + 3] = "";
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        bool missing = errno == ENOENT || errno == ENOTDIR;
        error_set_errno(error, "cannot read the key file %s", path);
        return missing ? KEY_FILE_MISSING : KEY_FILE_WRONG;
    }
    struct stat status;
    bool open_to_others = fstat(file, &status) != 0 || (status.st_mode & 077) != 0;
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    size_t digits = key->kind->length * 2;
    /* A newline may be lost on its way through other hands; a digit more is another key. */
    bool right =
        (length == (ssize_t)digits || (length == (ssize_t)digits + 1 && text[digits] == '\n')) &&
        hex_decode(text, digits, key->bytes);
    OPENSSL_cleanse(text, sizeof text);
    if (!right)
        return wrong(error, path, digits);
    if (!open_to_others)
        return KEY_FILE_READ;
    error_set(error, ERROR_USAGE, "the key file %s can be read by others: chmod 600 it", path);
    return KEY_FILE_OPEN_TO_OTHERS;
}

enum key_file key_look(const struct home *home, struct key *key, struct error *error)
{
    char path[HOME_PATH_SIZE];
    path_of(home, key, path);
    return look_at(path, key, error);
}

bool key_read(const struct home *home, struct key *key, struct error *error)
{
    if (key_look(home, key, error) == KEY_FILE_READ)
        return true;
    OPENSSL_cleanse(key->bytes, sizeof key->bytes);
    return false;
}

/* What was linked is there after a power cut only once its folder is synced. */
static bool folder_sync(const char *path)
{
    char folder[HOME_PATH_SIZE];
    snprintf(folder, sizeof folder, "%s", path);
    *strrchr(folder, '/') = '\0';
    int directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = directory >= 0 && fsync(directory) == 0;
    if (directory >= 0)
        close(directory);
    return synced;
}

static bool write_at(const char *path, const struct key *key, struct error *error)
{
    char draft[HOME_PATH_SIZE + 8], text[KEY_LENGTH_MAX * 2 + 2];
    size_t length = key->kind->length * 2;
    snprintf(draft, sizeof draft, "%s.new", path);
    unlink(draft);
    int file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0)
        return error_set_errno(error, "cannot create the key file %s", draft);
    hex_encode(key->bytes, key->kind->length, text);
    text[length++] = '\n';
    bool written = write(file, text, length) == (ssize_t)length && fsync(file) == 0;
    OPENSSL_cleanse(text, sizeof text);
    close(file);
    if (!written)
        error_set_errno(error, "cannot write the key file %s", draft);
    else if ((link(draft, path) != 0 && errno != EEXIST) ||
             !folder_sync(path)) /* rename would replace a key */
        written = error_set_errno(error, "cannot put the key file %s into its place", path);
    unlink(draft);
    return written;
}

static void aside_path(const char *path, char aside[static HOME_PATH_SIZE + 16])
{
    snprintf(aside, HOME_PATH_SIZE + 16, "%s.replaced", path);
}

bool key_put_aside(const struct home *home, const struct key *key, struct error *error)
{
    char path[HOME_PATH_SIZE], aside[HOME_PATH_SIZE + 16];
    path_of(home, key, path);
    aside_path(path, aside);
    if (link(path, aside) != 0)
        return errno == ENOENT ||
               (errno == EEXIST ? error_set(error, ERROR_USAGE,
                                            "%s is there from an earlier time: move it away", aside)
                                : error_set_errno(error, "cannot keep %s", aside));
    return unlink(path) == 0 || error_set_errno(error, "cannot remove the key file %s", path);
}

void key_put_back(const struct home *home, const struct key *key)
{
    char path[HOME_PATH_SIZE], aside[HOME_PATH_SIZE + 16];
    path_of(home, key, path);
    aside_path(path, aside);
    if (rename(aside, path) != 0)
        unlink(path);
}

bool key_write(const struct home *home, const struct key *key, struct error *error)
{
    char path[HOME_PATH_SIZE];
    path_of(home, key, path);
    return write_at(path, key, error);
}

/* Reads the file, which is made before when it is not there. */
static bool make_at(const char *path, struct key *key, struct error *error)
{
    if (access(path, F_OK) != 0) {
        if (RAND_priv_bytes(key->bytes, (int)key->kind->length) != 1)
            return error_set(error, ERROR_SYSTEM,
                             "the operating system gives no random bytes for a key");
        /* Read back: another program may have been faster. */
        if (!write_at(path, key, error))
            return false;
    }
    if (look_at(path, key, error) == KEY_FILE_READ)
        return true;
    OPENSSL_cleanse(key->bytes, sizeof key->bytes);
    return false;
}

bool key_make(const struct home *home, struct key *key, struct error *error)
{
    char path[HOME_PATH_SIZE];
    path_of(home, key, path);
    return make_at(path, key, error);
}

/* ---- a key in another's place ----------------------------------------------- */

static void next_path_of(const struct home *home, const struct key *key, const struct uuid *change,
                         char path[static HOME_PATH_SIZE])
{
    char text[UUID_TEXT_LENGTH];
    home_path(home, path, HOME_PATH_SIZE, "keys/%s.%s", key->name, uuid_write(change, text));
}

bool key_next_make(const struct home *home, struct key *key, const struct uuid *change,
                   struct error *error)
{
    char path[HOME_PATH_SIZE];
    next_path_of(home, key, change, path);
    return make_at(path, key, error);
}

static bool is_old_next(const char *path, const char *suffix)
{
    struct uuid change_id;
    struct stat status;
    return suffix[0] == '.' && uuid_read(suffix + 1, strlen(suffix + 1), &change_id) &&
           stat(path, &status) == 0 && status.st_mtime < time(NULL) - NEXT_KEPT_S;
}

/* Those of changes that came to nothing. One that is younger may be that of a proposal, or of a
 * command that is decided at this moment. */
static void next_drop_old(const struct home *home, const struct key *key)
{
    char path[HOME_PATH_SIZE];
    struct dirent **entry;
    home_path(home, path, sizeof path, "keys");
    const int count = scandir(path, &entry, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        const char *name = entry[i]->d_name;
        home_path(home, path, sizeof path, "keys/%s", name);
        if (strncmp(name, key->name, strlen(key->name)) == 0 &&
            is_old_next(path, name + strlen(key->name)))
            unlink(path);
        free(entry[i]);
    }
    if (count >= 0)
        free(entry);
}

/* A key that was replaced before: what its machine keeps may lie under that one still, where the
 * machine has not been started since. It is found by its check value. */
static bool previous_keep(const struct home *home, const struct key *key, const char *previous,
                          struct error *error)
{
    struct key before = *key;
    struct pin_key pin_key;
    char kept[HOME_PATH_SIZE], check[7];
    if (look_at(previous, &before, error) != KEY_FILE_READ)
        return unlink(previous) == 0 || errno == ENOENT;
    memcpy(pin_key.bytes, before.bytes, sizeof pin_key.bytes);
    key_wipe(&before);
    pin_key_check_value(&pin_key, check);
    pin_wipe(&pin_key, sizeof pin_key);
    home_path(home, kept, sizeof kept, "keys/%s.previous-%s", key->name, check);
    return rename(previous, kept) == 0;
}

bool key_next_use(const struct home *home, const struct key *key, const struct uuid *change,
                  struct error *error)
{
    char path[HOME_PATH_SIZE], next[HOME_PATH_SIZE];
    path_of(home, key, path);
    next_path_of(home, key, change, next);
    /* What the machine keeps lies under the key before (atm/files/memory.h), which signs on no
     * more: it stays for that. */
    char previous[HOME_PATH_SIZE];
    home_path(home, previous, sizeof previous, "keys/%s.previous", key->name);
    if (!previous_keep(home, key, previous, error) ||
        (link(path, previous) != 0 && errno != ENOENT))
        return error_set_errno(error, "cannot keep the old key file as %s", previous);
    if (rename(next, path) != 0 || !folder_sync(path))
        return error_set_errno(error, "cannot put the key file %s into the place of the old one",
                               next);
    next_drop_old(home, key);
    return true;
}

bool key_next_passed(const struct home *home, const struct key *key, const struct uuid *change)
{
    char path[HOME_PATH_SIZE], next[HOME_PATH_SIZE];
    struct stat in_force, waiting;
    path_of(home, key, path);
    next_path_of(home, key, change, next);
    if (stat(path, &in_force) != 0 || stat(next, &waiting) != 0 || in_force.st_nlink > 1)
        return false; /* a second name is that of the one before: the step stopped half way */
    const struct timespec put = in_force.st_ctim, made = waiting.st_mtim;
    return put.tv_sec > made.tv_sec || (put.tv_sec == made.tv_sec && put.tv_nsec > made.tv_nsec);
}

void key_next_drop(const struct home *home, const struct key *key, const struct uuid *change)
{
    char path[HOME_PATH_SIZE];
    next_path_of(home, key, change, path);
    unlink(path);
}

bool key_remove(const struct home *home, const struct key *key, struct error *error)
{
    char path[HOME_PATH_SIZE];
    path_of(home, key, path);
    return (unlink(path) == 0 && folder_sync(path)) || errno == ENOENT ||
           error_set_errno(error, "cannot remove the key file %s", path);
}

bool keys_list(const struct home *home, bool (*each)(void *context, struct key *key), void *context,
               struct error *error)
{
    char path[HOME_PATH_SIZE];
    struct dirent **entry;
    home_path(home, path, sizeof path, "keys");
    int count = scandir(path, &entry, NULL, alphasort);
    if (count < 0)
        return errno == ENOENT || error_set_errno(error, "cannot list the keys in %s", path);
    bool worked = true;
    for (int i = 0; i < count; i++) {
        struct key key;
        if (worked && key_find(entry[i]->d_name, &key, NULL))
            worked = each(context, &key);
        free(entry[i]);
    }
    free(entry);
    return worked;
}

/* ---- values ----------------------------------------------------------------- */

void key_check_value(const struct key *key, unsigned char check[static KEY_CHECK_LENGTH])
{
    /* What any key is used for otherwise begins differently: a token, a PAN, a block, "wrapping
     * v1". */
    char text[40 + KEY_NAME_SIZE];
    unsigned char whole[32];
    int length = snprintf(text, sizeof text, "EsBank key check value v1 %s", key->name);
    if (HMAC(EVP_sha256(), key->bytes, (int)key->kind->length, (unsigned char *)text,
             (size_t)length, whole, NULL) == NULL)
        panic("the crypto library has no HMAC-SHA256");
    memcpy(check, whole, KEY_CHECK_LENGTH);
    OPENSSL_cleanse(whole, sizeof whole);
}

void key_wipe(struct key *key)
{
    OPENSSL_cleanse(key->bytes, sizeof key->bytes);
}
