/* SPDX-License-Identifier: MIT */
/*
 * The file memory-key: "version 1", the terminal key's check value, the wrapped
 * key, whether the folder is still being adopted, and a MAC under the key
 * itself, so that the last cannot be set back.
 */
#include "atm/files/memory.h"

#include "atm/files/durable.h"
#include "shared/hex.h"

#include <errno.h>
#include <inttypes.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KEY_FILE       "memory-key"
#define WRAPPED_LENGTH (PIN_KEY_LENGTH + 8)
#define FILE_SIZE      8192

/* ---- MACs ---- */

void memory_mac(const struct memory *memory, const char *kind, const char *text, size_t length,
                char mac[static MEMORY_MAC_LENGTH])
{
    char teller[UUID_TEXT_LENGTH], message[FILE_SIZE + 128];
    unsigned char bytes[16];
    int head = snprintf(message, sizeof message, "EsBank memory\n%s\n%s\n", kind,
                        uuid_write(&memory->teller, teller));
    if (head < 0 || (size_t)head + length > sizeof message)
        panic("a memory of %zu bytes is too long for its MAC", length);
    memcpy(message + head, text, length);
    pin_key_mac(&memory->key, message, (size_t)head + length, bytes);
    hex_encode(bytes, sizeof bytes, mac);
}

bool memory_mac_equal(const char *a, const char *b)
{
    return strlen(a) == MEMORY_MAC_LENGTH - 1 && strlen(b) == MEMORY_MAC_LENGTH - 1 &&
           CRYPTO_memcmp(a, b, MEMORY_MAC_LENGTH - 1) == 0;
}

/* ---- the memory key ---- */

static bool key_cipher(const struct pin_key *terminal, bool wrap, const unsigned char *in,
                       int length, unsigned char *out)
{
    static const char purpose[] = "EsBank memory";
    struct pin_key wrapping;
    int written = 0, rest = 0;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (context == NULL)
        panic("out of memory");
    pin_key_mac(terminal, purpose, sizeof purpose - 1, wrapping.bytes);
    EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    bool done =
        EVP_CipherInit_ex(context, EVP_aes_128_wrap(), NULL, wrapping.bytes, NULL, wrap) == 1 &&
        EVP_CipherUpdate(context, out, &written, in, length) == 1 &&
        EVP_CipherFinal_ex(context, out + written, &rest) == 1;
    EVP_CIPHER_CTX_free(context);
    pin_wipe(&wrapping, sizeof wrapping);
    return done;
}

static bool key_save(const struct memory *memory, const char *folder,
                     const struct pin_key *terminal, struct error *error)
{
    unsigned char wrapped[WRAPPED_LENGTH];
    char hex[2 * WRAPPED_LENGTH + 1], check[7], text[256], mac[MEMORY_MAC_LENGTH];
    if (!key_cipher(terminal, true, memory->key.bytes, PIN_KEY_LENGTH, wrapped))
        panic("the crypto library wraps no key");
    hex_encode(wrapped, sizeof wrapped, hex);
    pin_key_check_value(terminal, check);
    int length = snprintf(text, sizeof text, "version 1\nterminal %s\nkey %s\nadopting %s\n", check,
                          hex, memory->adopting ? "yes" : "no");
    memory_mac(memory, KEY_FILE, text, (size_t)length, mac);
    length += snprintf(text + length, sizeof text - (size_t)length, "mac %s\n", mac);
    return durable_write(folder, KEY_FILE, text, (size_t)length, error);
}

static bool key_damaged(const char *folder, struct error *error)
{
    return error_set(error, ERROR_FORMAT,
                     "%.300s/" KEY_FILE
                     " is damaged: restore it from a copy, or have the machine's folder "
                     "examined and begin with an empty one",
                     folder);
}

/* Unwraps the key of the file's text; *other when it lies under another terminal key. */
static bool key_parse(struct memory *memory, const char *folder, const char *text,
                      const struct pin_key *terminal, bool *other, struct error *error)
{
    char check[7] = "", own[7], hex[2 * WRAPPED_LENGTH + 1] = "", adopting[4] = "",
         mac[MEMORY_MAC_LENGTH] = "";
    char wanted[MEMORY_MAC_LENGTH], rest;
    unsigned char wrapped[WRAPPED_LENGTH], key[WRAPPED_LENGTH];
    pin_key_check_value(terminal, own);
    if (sscanf(text, "version 1\nterminal %6s\nkey %48s\nadopting %3s\nmac %32s\n%c", check, hex,
               adopting, mac, &rest) != 4 ||
        !hex_decode(hex, 2 * sizeof wrapped, wrapped))
        return key_damaged(folder, error);
    *other = strcmp(check, own) != 0;
    if (*other)
        return error_set(
            error, ERROR_USAGE,
            "the memories in %.300s are kept under the terminal key with the check value %s and "
            "this one has %s: start once with --previous-key and the file of that key",
            folder, check, own);
    if (!key_cipher(terminal, false, wrapped, sizeof wrapped, key))
        return key_damaged(folder, error);
    memcpy(memory->key.bytes, key, PIN_KEY_LENGTH);
    pin_wipe(key, sizeof key);
    memory->adopting = strcmp(adopting, "yes") == 0;
    const char *end = strstr(text, "\nmac ");
    memory_mac(memory, KEY_FILE, text, (size_t)(end + 1 - text), wanted);
    memory->keyed = memory_mac_equal(mac, wanted);
    return memory->keyed || key_damaged(folder, error);
}

static bool key_make(struct memory *memory, const char *folder, const struct pin_key *terminal,
                     struct error *error)
{
    if (RAND_priv_bytes(memory->key.bytes, sizeof memory->key.bytes) != 1)
        return error_set(error, ERROR_SYSTEM,
                         "the operating system gives no random bytes for a key");
    memory->keyed = memory->adopting = true;
    return key_save(memory, folder, terminal, error);
}

/* The file lies under an earlier terminal key: wraps it under this one. */
static bool key_move(struct memory *memory, const char *folder, const char *text,
                     const struct pin_key *terminal, const char *previous_key, struct error *error)
{
    struct pin_key previous;
    bool other;
    bool moved = pin_key_load(previous_key, &previous, error) &&
                 key_parse(memory, folder, text, &previous, &other, error) &&
                 key_save(memory, folder, terminal, error);
    pin_wipe(&previous, sizeof previous);
    return moved;
}

bool memory_open(struct memory *memory, const char *folder, const struct uuid *teller,
                 const char *key_path, const char *previous_key, struct error *error)
{
    struct pin_key terminal;
    char text[512];
    bool there, other = false;
    *memory = (struct memory){ .teller = *teller };
    if (!durable_read(folder, KEY_FILE, text, sizeof text, &there, error))
        return false;
    if (!there && access(key_path, F_OK) != 0 && errno == ENOENT)
        return true;
    bool opened = pin_key_load(key_path, &terminal, error);
    if (opened && !there)
        opened = key_make(memory, folder, &terminal, error);
    else if (opened) {
        opened = key_parse(memory, folder, text, &terminal, &other, error);
        /* A key that the bank replaced stays beside the new one, where both share a home. */
        char beside[1024];
        snprintf(beside, sizeof beside, "%s.previous", key_path);
        if (previous_key == NULL && access(beside, R_OK) == 0)
            previous_key = beside;
        if (!opened && other && previous_key != NULL)
            opened = key_move(memory, folder, text, &terminal, previous_key, error);
    }
    pin_wipe(&terminal, sizeof terminal);
    if (!opened)
        memory_close(memory);
    return opened;
}

bool memory_adopted(struct memory *memory, const char *folder, const char *key_path,
                    struct error *error)
{
    struct pin_key terminal;
    memory->adopting = false;
    bool saved =
        pin_key_load(key_path, &terminal, error) && key_save(memory, folder, &terminal, error);
    pin_wipe(&terminal, sizeof terminal);
    return saved;
}

void memory_close(struct memory *memory)
{
    pin_wipe(&memory->key, sizeof memory->key);
    memory->keyed = false;
}

/* ---- small files ---- */

bool memory_write(const struct memory *memory, const char *folder, const char *name,
                  const char *text, struct error *error)
{
    char whole[FILE_SIZE], mac[MEMORY_MAC_LENGTH];
    if (memory == NULL || !memory->keyed)
        return durable_write(folder, name, text, strlen(text), error);
    int length = snprintf(whole, sizeof whole, "%sjournal %" PRIu64 "\n", text, memory->journal);
    if (length < 0 || (size_t)length + MEMORY_MAC_LENGTH + 8 > sizeof whole)
        panic("%s is too long for a memory", name);
    memory_mac(memory, name, whole, (size_t)length, mac);
    length += snprintf(whole + length, sizeof whole - (size_t)length, "mac %s\n", mac);
    return durable_write(folder, name, whole, (size_t)length, error);
}

/* Cuts the last line off the text: its value, when it is that of name; else NULL. */
static char *last_line(char *text, const char *name)
{
    size_t length = strlen(text), named = strlen(name);
    if (length == 0 || text[length - 1] != '\n')
        return NULL;
    size_t start = length - 1;
    while (start > 0 && text[start - 1] != '\n')
        start--;
    if (length - start < named + 2 || strncmp(text + start, name, named) != 0 ||
        text[start + named] != ' ')
        return NULL;
    text[length - 1] = text[start] = '\0';
    return text + start + named + 1;
}

enum memory_found memory_read(struct memory *memory, const char *folder, const char *name,
                              char *text, size_t size, struct error *error)
{
    char wanted[MEMORY_MAC_LENGTH];
    bool there;
    if (!durable_read(folder, name, text, size, &there, error))
        return MEMORY_FAILED;
    if (!there)
        return MEMORY_ABSENT;
    const char *mac = memory == NULL || !memory->keyed ? NULL : last_line(text, "mac");
    if (mac == NULL)
        return memory == NULL || !memory->keyed || memory->adopting ? MEMORY_GOOD : MEMORY_FORGED;
    memory_mac(memory, name, text, strlen(text), wanted);
    if (!memory_mac_equal(mac, wanted))
        return MEMORY_FORGED;
    const char *journal = last_line(text, "journal");
    uint64_t last = journal == NULL ? 0 : strtoull(journal, NULL, 10);
    if (last > memory->witnessed)
        memory->witnessed = last;
    return MEMORY_GOOD;
}

bool memory_set_aside(const char *folder, const char *name, struct error *error)
{
    char from[DURABLE_PATH_SIZE], to[DURABLE_PATH_SIZE];
    snprintf(from, sizeof from, "%s/%s", folder, name);
    snprintf(to, sizeof to, "%s/%s.forged", folder, name);
    return rename(from, to) == 0 || error_set_errno(error, "cannot set %.300s aside", from);
}
