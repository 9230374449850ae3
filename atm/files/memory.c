/* SPDX-License-Identifier: MIT */
/* The key, made once and wrapped anew; and small files with a MAC on their last line. */
#include "atm/files/memory.h"

#include "atm/files/durable.h"

#include <errno.h>
#include <inttypes.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_SIZE MEMORY_TEXT_MAX

/* ---- the memory key ---- */

void memory_mac(const struct memory *memory, const char *kind, const char *text, size_t length,
                char mac[static MEMORY_MAC_LENGTH])
{
    memory_key_mac(&memory->key, kind, text, length, mac);
}

static bool key_save(struct memory *memory, const char *folder, const struct pin_key *terminal,
                     struct error *error)
{
    char text[MEMORY_KEY_SIZE];
    const size_t length = memory_key_write(&memory->key, terminal, memory->adopting, text);
    if (!durable_write(folder, MEMORY_KEY_FILE, text, length, error))
        return false;
    pin_key_check_value(terminal, memory->under);
    return true;
}

static bool key_damaged(const char *folder, struct error *error)
{
    return error_set(error, ERROR_FORMAT,
                     "%.300s/" MEMORY_KEY_FILE
                     " is damaged: restore it from a copy, or have the machine's folder "
                     "examined and begin with an empty one",
                     folder);
}

/* Unwraps the key of the file's text; *other when it lies under another terminal key, whose check
 * value is memory->under then. */
static bool key_parse(struct memory *memory, const char *folder, const char *text,
                      const struct pin_key *terminal, bool *other, struct error *error)
{
    char own[7];
    const enum memory_key_found found =
        memory_key_read(text, terminal, &memory->key, &memory->adopting, memory->under);
    *other = found == MEMORY_KEY_OTHER;
    memory->keyed = found == MEMORY_KEY_GOOD;
    pin_key_check_value(terminal, own);
    if (memory->keyed)
        memcpy(memory->under, own, sizeof own);
    if (!*other)
        return memory->keyed || key_damaged(folder, error);
    return error_set(
        error, ERROR_USAGE,
        "the memories in %.300s are kept under the terminal key with the check value %s and "
        "this one has %s: start once with --previous-key and the file of that key",
        folder, memory->under, own);
}

static bool key_make(struct memory *memory, const char *folder, const struct pin_key *terminal,
                     struct error *error)
{
    if (RAND_priv_bytes(memory->key.key.bytes, PIN_KEY_LENGTH) != 1)
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

/* The bank leaves a key that it replaced beside the new one, where both share a home, and those
 * before it by their check values. */
static bool key_move_beside(struct memory *memory, const char *folder, const char *text,
                            const struct pin_key *terminal, const char *key_path)
{
    struct error ignored;
    char last[1024], earlier[1024];
    snprintf(last, sizeof last, "%s.previous", key_path);
    snprintf(earlier, sizeof earlier, "%s.previous-%s", key_path, memory->under);
    return (access(last, R_OK) == 0 && key_move(memory, folder, text, terminal, last, &ignored)) ||
           (strspn(memory->under, "0123456789ABCDEF") == 6 && access(earlier, R_OK) == 0 &&
            key_move(memory, folder, text, terminal, earlier, &ignored));
}

bool memory_open(struct memory *memory, const char *folder, const struct uuid *teller,
                 const char *key_path, const char *previous_key, struct error *error)
{
    struct pin_key terminal;
    char text[MEMORY_KEY_SIZE];
    bool there, other = false;
    *memory = (struct memory){ .key.teller = *teller };
    if (!durable_read(folder, MEMORY_KEY_FILE, text, sizeof text, &there, error))
        return false;
    if (!there && access(key_path, F_OK) != 0 && errno == ENOENT)
        return true;
    bool opened = pin_key_load(key_path, &terminal, error);
    if (opened && !there)
        opened = key_make(memory, folder, &terminal, error);
    else if (opened) {
        opened = key_parse(memory, folder, text, &terminal, &other, error);
        if (!opened && other)
            opened = previous_key != NULL
                         ? key_move(memory, folder, text, &terminal, previous_key, error)
                         : key_move_beside(memory, folder, text, &terminal, key_path);
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

bool memory_follow(struct memory *memory, const char *folder, const struct pin_key *terminal,
                   struct error *error)
{
    char check[7];
    pin_key_check_value(terminal, check);
    return !memory->keyed || strcmp(check, memory->under) == 0 ||
           key_save(memory, folder, terminal, error);
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
