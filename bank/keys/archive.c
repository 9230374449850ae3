/* SPDX-License-Identifier: MIT */
#include "bank/keys/archive.h"

#include "shared/hex.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "esbank keys "

enum {
    VERSION = 1,
    COST_LOG2 = 17, /* 128 MiB and a third of a second, for each guess too */
    COST_LOG2_MIN = 15,
    COST_LOG2_MAX = 20, /* a foreign archive takes at most 1 GiB */
    BLOCK_SIZE = 8,
    PARALLEL = 1,
    PARALLEL_MAX = 16,
    SALT_LENGTH = 16,
    NONCE_LENGTH = 12,
    TAG_LENGTH = 16,
    SEAL_LENGTH = 32,
    HEAD_SIZE = 300,
    LINE_BYTES = 57, /* of what is encoded: 76 characters */
    LINE_SIZE = KEY_NAME_SIZE + KEY_LENGTH_MAX * 2 + 2,
    FILE_MAX = 16 << 20,
};

struct head {
    int version, cost, block, parallel;
    unsigned char salt[SALT_LENGTH], nonce[NONCE_LENGTH];
    char text[HEAD_SIZE];
    size_t length;
};

/* ---- sets ------------------------------------------------------------------- */

void key_set_add(struct key_set *set, const struct key *key)
{
    if (set->count == set->room) {
        /* Not realloc, which leaves a copy behind. */
        size_t room = set->room > 0 ? set->room * 2 : 16;
        struct key *keys = calloc(room, sizeof *keys);
        if (keys == NULL)
            panic("out of memory");
        if (set->count > 0)
            memcpy(keys, set->key, set->count * sizeof *keys);
        if (set->key != NULL)
            OPENSSL_cleanse(set->key, set->room * sizeof *set->key);
        free(set->key);
        set->key = keys;
        set->room = room;
    }
    set->key[set->count++] = *key;
}

void key_set_finish(struct key_set *set)
{
    if (set->key != NULL)
        OPENSSL_cleanse(set->key, set->room * sizeof *set->key);
    free(set->key);
    *set = (struct key_set){ 0 };
}

struct reading {
    struct key_set *set;
    const struct home *home;
    struct error *error;
};

static bool add_terminal(void *context, struct key *key)
{
    const struct reading *reading = context;
    if (!key->kind->per_teller)
        return true;
    bool read = key_read(reading->home, key, reading->error);
    if (read)
        key_set_add(reading->set, key);
    key_wipe(key);
    return read;
}

bool key_set_read(struct key_set *set, const struct home *home, struct error *error)
{
    for (enum key_kind_id i = 0; i < KEY_KINDS; i++) {
        if (key_kinds[i].per_teller)
            continue;
        struct key key = key_named(i, NULL);
        enum key_file file = key_look(home, &key, error);
        if (file == KEY_FILE_READ)
            key_set_add(set, &key);
        key_wipe(&key);
        if (file == KEY_FILE_MISSING)
            return error_set(error, ERROR_USAGE,
                             "there is no %s in %s/keys, and an archive without it would not do: "
                             "start the bank once, "
                             "or name its home with --home DIR",
                             key.name, home->path);
        if (file != KEY_FILE_READ)
            return false;
    }
    struct reading reading = { .set = set, .home = home, .error = error };
    return keys_list(home, add_terminal, &reading, error);
}

/* ---- sealing ---------------------------------------------------------------- */

static bool seal_key(const struct head *head, const char *passphrase,
                     unsigned char key[static SEAL_LENGTH], struct error *error)
{
    uint64_t cost = UINT64_C(1) << head->cost, block = (uint64_t)head->block,
             parallel = (uint64_t)head->parallel;
    uint64_t memory = 128 * block * (cost + parallel + 2) + (1 << 20);
    return EVP_PBE_scrypt(passphrase, strlen(passphrase), head->salt, SALT_LENGTH, cost, block,
                          parallel, memory, key, SEAL_LENGTH) == 1 ||
           error_set(error, ERROR_SYSTEM,
                     "there is no memory to make a key of the passphrase: it takes %" PRIu64 " MiB",
                     memory >> 20);
}

/* One direction; `text` is as long as the ciphertext. False: the tag is not that of this text, head
 * and key.
 */
static bool seal(bool seals, const struct head *head, const unsigned char key[static SEAL_LENGTH],
                 const unsigned char *from, int length, unsigned char *to,
                 unsigned char tag[static TAG_LENGTH])
{
    int written, rest, ignored;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (context == NULL ||
        !EVP_CipherInit_ex2(context, EVP_aes_256_gcm(), key, head->nonce, seals ? 1 : 0, NULL) ||
        !EVP_CipherUpdate(context, NULL, &ignored, (const unsigned char *)head->text,
                          (int)head->length))
        panic("the crypto library has no AES-256-GCM");
    bool worked =
        EVP_CipherUpdate(context, to, &written, from, length) == 1 &&
        (seals || EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, TAG_LENGTH, tag) == 1) &&
        EVP_CipherFinal_ex(context, to + written, &rest) == 1 &&
        (!seals || EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, TAG_LENGTH, tag) == 1);
    EVP_CIPHER_CTX_free(context);
    return worked;
}

static void head_write(struct head *head)
{
    char salt[SALT_LENGTH * 2 + 1], nonce[NONCE_LENGTH * 2 + 1];
    hex_encode(head->salt, SALT_LENGTH, salt);
    hex_encode(head->nonce, NONCE_LENGTH, nonce);
    head->length = (size_t)snprintf(
        head->text, sizeof head->text, MAGIC "%d\nscrypt %d %d %d %s\naes-256-gcm %s\n\n",
        head->version, head->cost, head->block, head->parallel, salt, nonce);
}

/* ---- writing ---------------------------------------------------------------- */

/* The caller's to wipe and free. */
static char *lines_write(const struct key_set *set, size_t *length)
{
    char *lines = calloc(set->count + 1, LINE_SIZE), *end = lines, digits[KEY_LENGTH_MAX * 2 + 1];
    if (lines == NULL)
        panic("out of memory");
    for (size_t i = 0; i < set->count; i++) {
        hex_encode(set->key[i].bytes, set->key[i].kind->length, digits);
        end += sprintf(end, "%s %s\n", set->key[i].name, digits);
    }
    OPENSSL_cleanse(digits, sizeof digits);
    *length = (size_t)(end - lines);
    return lines;
}

static bool file_write(const char *path, const struct head *head, const unsigned char *box,
                       size_t length, struct error *error)
{
    int number = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (number < 0 && errno == EEXIST)
        return error_set(error, ERROR_USAGE,
                         "%s is there already and is not overwritten: name another file", path);
    FILE *file = number >= 0 ? fdopen(number, "w") : NULL;
    if (file == NULL)
        return error_set_errno(error, "cannot create %s", path);
    fwrite(head->text, 1, head->length, file);
    for (size_t at = 0; at < length; at += LINE_BYTES) {
        unsigned char line[LINE_BYTES / 3 * 4 + 1];
        size_t part = length - at < LINE_BYTES ? length - at : LINE_BYTES;
        int written = EVP_EncodeBlock(line, box + at, (int)part);
        fwrite(line, 1, (size_t)written, file);
        fputc('\n', file);
    }
    bool worked = !ferror(file) && fflush(file) == 0 && fsync(number) == 0;
    if (!worked)
        error_set_errno(error, "cannot write %s", path);
    if (fclose(file) != 0 && worked)
        worked = error_set_errno(error, "cannot write %s", path);
    if (!worked)
        unlink(path);
    return worked;
}

bool key_archive_write(const char *path, const struct key_set *set, const char *passphrase,
                       struct error *error)
{
    struct head head = {
        .version = VERSION, .cost = COST_LOG2, .block = BLOCK_SIZE, .parallel = PARALLEL
    };
    unsigned char key[SEAL_LENGTH];
    if (RAND_bytes(head.salt, SALT_LENGTH) != 1 || RAND_bytes(head.nonce, NONCE_LENGTH) != 1)
        return error_set(error, ERROR_SYSTEM, "the operating system gives no random bytes");
    head_write(&head);
    if (!seal_key(&head, passphrase, key, error))
        return false;
    size_t length;
    char *lines = lines_write(set, &length);
    unsigned char *box = malloc(length + TAG_LENGTH);
    if (box == NULL)
        panic("out of memory");
    if (!seal(true, &head, key, (unsigned char *)lines, (int)length, box, box + length))
        panic("the crypto library did not seal with AES-256-GCM");
    OPENSSL_cleanse(key, sizeof key);
    OPENSSL_cleanse(lines, length);
    free(lines);
    bool worked = file_write(path, &head, box, length + TAG_LENGTH, error);
    free(box);
    return worked;
}

/* ---- reading ---------------------------------------------------------------- */

static bool no_archive(const char *path, struct error *error)
{
    return error_set(error, ERROR_FORMAT,
                     "%s is no archive of keys, or is damaged: take another copy of it", path);
}

/* All of the file, with a NUL; the caller's to free. */
static char *file_read(const char *path, struct error *error)
{
    struct stat status;
    FILE *file = fopen(path, "re");
    if (file == NULL || fstat(fileno(file), &status) != 0) {
        error_set_errno(error, "cannot read %s", path);
        if (file != NULL)
            fclose(file);
        return NULL;
    }
    char *text = NULL;
    if (!S_ISREG(status.st_mode) || status.st_size > FILE_MAX) {
        no_archive(path, error);
    } else {
        text = calloc((size_t)status.st_size + 1, 1);
        if (text == NULL)
            panic("out of memory");
        size_t length = fread(text, 1, (size_t)status.st_size, file);
        if (strlen(text) != length) { /* a NUL is in it */
            free(text);
            text = NULL;
            no_archive(path, error);
        }
    }
    fclose(file);
    return text;
}

static bool head_read(const char *text, const char *path, struct head *head, struct error *error)
{
    char salt[SALT_LENGTH * 2 + 1], nonce[NONCE_LENGTH * 2 + 1];
    *head = (struct head){ 0 };
    if (strncmp(text, MAGIC, strlen(MAGIC)) != 0 || sscanf(text, MAGIC "%d", &head->version) != 1)
        return no_archive(path, error);
    if (head->version != VERSION)
        return error_set(error, ERROR_FORMAT,
                         "%s is an archive of version %d and this program reads version %d: use "
                         "the program that made it",
                         path, head->version, VERSION);
    if (sscanf(text, MAGIC "%d scrypt %d %d %d %32s aes-256-gcm %24s", &head->version, &head->cost,
               &head->block, &head->parallel, salt, nonce) != 6 ||
        head->cost < COST_LOG2_MIN || head->cost > COST_LOG2_MAX || head->block != BLOCK_SIZE ||
        head->parallel < 1 || head->parallel > PARALLEL_MAX || strlen(salt) != SALT_LENGTH * 2 ||
        strlen(nonce) != NONCE_LENGTH * 2 || !hex_decode(salt, SALT_LENGTH * 2, head->salt) ||
        !hex_decode(nonce, NONCE_LENGTH * 2, head->nonce))
        return no_archive(path, error);
    /* One text for one meaning. */
    head_write(head);
    return strncmp(text, head->text, head->length) == 0 || no_archive(path, error);
}

/* Decodes the lines; *length of the box, 0 when they hold none. The caller's to free. */
static unsigned char *box_read(const char *text, size_t *length)
{
    size_t digits = 0, room = strlen(text);
    char *joined = malloc(room + 1);
    unsigned char *box = malloc(room + 1);
    if (joined == NULL || box == NULL)
        panic("out of memory");
    for (const char *at = text; *at != '\0'; at++)
        if (*at != '\n' && *at != '\r')
            joined[digits++] = *at;
    size_t padding = digits > 0 && joined[digits - 1] == '='
                         ? digits > 1 && joined[digits - 2] == '=' ? 2 : 1
                         : 0;
    int decoded = digits % 4 == 0 ? EVP_DecodeBlock(box, (unsigned char *)joined, (int)digits) : -1;
    *length = decoded > 0 ? (size_t)decoded - padding : 0;
    free(joined);
    return box;
}

static bool lines_read(char *lines, const char *path, struct key_set *set, struct error *error)
{
    char *rest = NULL;
    for (char *line = strtok_r(lines, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        struct key key;
        char *blank = strchr(line, ' ');
        if (blank == NULL)
            return no_archive(path, error);
        *blank = '\0';
        if (!key_find(line, &key, NULL))
            return error_set(error, ERROR_FORMAT,
                             "%s holds a key \"%.60s\" that this program does not know: use the "
                             "program that made it",
                             path, line);
        if (strlen(blank + 1) != key.kind->length * 2 ||
            !hex_decode(blank + 1, key.kind->length * 2, key.bytes))
            return no_archive(path, error);
        key_set_add(set, &key);
        key_wipe(&key);
    }
    return true;
}

static bool box_open(const struct head *head, const char *text, const char *path,
                     const char *passphrase, struct key_set *set, struct error *error)
{
    unsigned char key[SEAL_LENGTH];
    size_t length;
    unsigned char *box = box_read(text, &length);
    bool worked =
        length > TAG_LENGTH ? seal_key(head, passphrase, key, error) : no_archive(path, error);
    if (worked) {
        size_t text_length = length - TAG_LENGTH;
        char *lines = calloc(text_length + 1, 1);
        if (lines == NULL)
            panic("out of memory");
        worked =
            seal(false, head, key, box, (int)text_length, (unsigned char *)lines, box + text_length)
                ? lines_read(lines, path, set, error)
                : error_set(
                      error, ERROR_USAGE,
                      "%s does not open: the passphrase is another one, or the file is damaged",
                      path);
        OPENSSL_cleanse(lines, text_length);
        free(lines);
    }
    OPENSSL_cleanse(key, sizeof key);
    free(box);
    return worked;
}

bool key_archive_read(const char *path, const char *passphrase, struct key_set *set,
                      struct error *error)
{
    struct head head;
    struct key_set read = { 0 };
    char *text = file_read(path, error);
    bool worked = text != NULL && head_read(text, path, &head, error) &&
                  box_open(&head, text + head.length, path, passphrase, &read, error);
    free(text);
    for (size_t i = 0; worked && i < read.count; i++)
        key_set_add(set, &read.key[i]);
    key_set_finish(&read);
    return worked;
}

/* ---- installing ------------------------------------------------------------- */

/* Which files are there, and whether they hold the same. */
static bool others_find(const struct key_set *set, const struct home *home, bool replace,
                        bool *missing, struct error *error)
{
    char others[300] = "";
    for (size_t i = 0; i < set->count; i++) {
        struct key there = set->key[i];
        struct error unread;
        size_t used = strlen(others);
        enum key_file file = key_look(home, &there, &unread);
        bool same = file == KEY_FILE_READ &&
                    CRYPTO_memcmp(there.bytes, set->key[i].bytes, there.kind->length) == 0;
        key_wipe(&there);
        missing[i] = file == KEY_FILE_MISSING || (replace && !same);
        if (!missing[i] && !same)
            snprintf(others + used, sizeof others - used, "%s%s", used > 0 ? ", " : "", there.name);
    }
    return others[0] == '\0' ||
           error_set(
               error, ERROR_USAGE,
               "the home has other keys already (%s): nothing was changed; move them away, or "
               "say --replace",
               others);
}

bool key_set_install(const struct key_set *set, const struct home *home, bool replace,
                     size_t *written, struct error *error)
{
    bool *missing = calloc(set->count + 1, sizeof *missing);
    if (missing == NULL)
        panic("out of memory");
    *written = 0;
    bool worked = home_create_directory(home, "keys", 0700, error) &&
                  others_find(set, home, replace, missing, error);
    size_t aside =
        0; /* those before it are out of the way, and to be put back when something fails */
    for (; worked && aside < set->count; aside += worked)
        worked = !missing[aside] || key_put_aside(home, &set->key[aside], error);
    for (size_t i = 0; worked && i < set->count; i++) {
        worked = !missing[i] || key_write(home, &set->key[i], error);
        *written += worked && missing[i];
    }
    for (size_t i = 0; !worked && i < aside; i++)
        if (missing[i])
            key_put_back(home, &set->key[i]);
    free(missing);
    return worked;
}
