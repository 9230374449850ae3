/* SPDX-License-Identifier: MIT */
#include "shared/journal_line.h"

#include "shared/error.h"
#include "shared/hex.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#define UNKEYED_LENGTH 16 /* digits of a hash */

struct journal_chain journal_chain_begin(const struct memory_key *key)
{
    return (struct journal_chain){ .key = key, .hash = JOURNAL_FIRST_HASH };
}

void journal_line_hash(const struct journal_chain *chain, const char *line, size_t length,
                       char hash[static JOURNAL_HASH_LENGTH])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    char text[JOURNAL_LINE_LENGTH + JOURNAL_HASH_LENGTH];
    int size = snprintf(text, sizeof text, "%s %.*s", chain->hash, (int)length, line);
    if (chain->key != NULL) {
        memory_key_mac(chain->key, "journal", text, (size_t)size, hash);
        return;
    }
    if (EVP_Digest(text, (size_t)size, digest, NULL, EVP_sha256(), NULL) != 1)
        panic("the crypto library has no SHA-256");
    hex_encode(digest, UNKEYED_LENGTH / 2, hash);
}

/* "sequence time step withdrawal details" */
static bool entry_read(const char *line, struct journal_entry *entry)
{
    char step[32], uuid[40];
    int used = 0;
    *entry = (struct journal_entry){ 0 };
    if (sscanf(line, "%" SCNu64 " %31s %31s %39s%n", &entry->sequence, entry->time, step, uuid,
               &used) != 4)
        return false;
    entry->step = journal_step_find(step);
    if (strcmp(uuid, "-") != 0 && !uuid_read(uuid, strlen(uuid), &entry->withdrawal))
        return false;
    const char *detail = line + used;
    snprintf(entry->detail, sizeof entry->detail, "%s", *detail == ' ' ? detail + 1 : detail);
    return true;
}

enum journal_line_found journal_line_read(struct journal_chain *chain, char *line,
                                          struct journal_entry *entry)
{
    char hash[JOURNAL_HASH_LENGTH];
    char *last = strrchr(line, ' ');
    if (last == NULL || last - line >= JOURNAL_LINE_LENGTH)
        return JOURNAL_LINE_BROKEN;
    journal_line_hash(chain, line, (size_t)(last - line), hash);
    const bool equal =
        chain->key != NULL ? memory_mac_equal(hash, last + 1) : strcmp(hash, last + 1) == 0;
    *last = '\0';
    if (!entry_read(line, entry))
        return JOURNAL_LINE_BROKEN;
    if (!equal || entry->sequence != chain->sequence + 1)
        return JOURNAL_LINE_WRONG;
    chain->sequence = entry->sequence;
    memcpy(chain->hash, hash, sizeof hash);
    return JOURNAL_LINE_GOOD;
}

size_t journal_head_write(const struct journal_chain *chain, char head[static JOURNAL_HEAD_SIZE])
{
    char mac[MEMORY_MAC_LENGTH];
    int length =
        snprintf(head, JOURNAL_HEAD_SIZE, "# continues %s %" PRIu64, chain->hash, chain->sequence);
    if (chain->key == NULL)
        return (size_t)length;
    memory_key_mac(chain->key, "journal head", head, (size_t)length, mac);
    length += snprintf(head + length, JOURNAL_HEAD_SIZE - (size_t)length, " %s", mac);
    return (size_t)length;
}

bool journal_head_read(struct journal_chain *chain, const char *line)
{
    struct journal_chain read = *chain;
    char head[JOURNAL_HEAD_SIZE];
    if (sscanf(line, "# continues %32s %" SCNu64, read.hash, &read.sequence) != 2)
        return false;
    journal_head_write(&read, head);
    if (strcmp(head, line) != 0)
        return false;
    *chain = read;
    return true;
}

bool journal_detail_get(const char *detail, const char *name, char *value, size_t size)
{
    size_t length = strlen(name);
    for (const char *at = detail; (at = strstr(at, name)) != NULL; at += length) {
        if ((at == detail || at[-1] == ' ') && at[length] == '=') {
            at += length + 1;
            snprintf(value, size, "%.*s", (int)strcspn(at, " "), at);
            return true;
        }
    }
    return false;
}
