/* SPDX-License-Identifier: MIT */
/*
 * The directory is the truth; the array mirrors it. A message is acknowledged
 * when its file is gone: a power cut between the bank's reply and that means
 * the same line is sent once more, under the same id, and gets the same reply.
 */
#include "atm/link/saf.h"

#include "atm/files/durable.h"
#include "atm/files/log.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BACKOFF_FIRST_MS 500
#define BACKOFF_LAST_MS  60000
#define REPLY_MS         10000
#define ENTRY_SIZE       (MESSAGE_SIZE + MEMORY_MAC_LENGTH + 8)

static int entry_order(const void *a, const void *b)
{
    const struct saf_entry *left = a, *right = b;
    return strcmp(left->name, right->name);
}

static struct saf_entry *saf_add(struct saf *saf, const char *name, const char *line, size_t length,
                                 const struct stored *stored)
{
    if (saf->count == saf->room) {
        saf->room = saf->room == 0 ? 8 : saf->room * 2;
        saf->entry = realloc(saf->entry, (size_t)saf->room * sizeof *saf->entry);
        if (saf->entry == NULL)
            panic("out of memory");
    }
    struct saf_entry *entry = &saf->entry[saf->count++];
    *entry =
        (struct saf_entry){ .stored = *stored, .length = length, .backoff_ms = BACKOFF_FIRST_MS };
    snprintf(entry->name, sizeof entry->name, "%s", name);
    memcpy(entry->line, line, length + 1);
    return entry;
}

static void entry_mac(const struct saf *saf, const char *name, const char *line, size_t length,
                      char mac[static MEMORY_MAC_LENGTH])
{
    char kind[64];
    snprintf(kind, sizeof kind, "saf/%s", name);
    memory_mac(saf->memory, kind, line, length, mac);
}

/* Cuts the second line off the text and checks it. */
static bool entry_genuine(struct saf *saf, const char *name, char *text)
{
    char mac[MEMORY_MAC_LENGTH];
    const bool keyed = saf->memory != NULL && saf->memory->keyed;
    char *end = strchr(text, '\n');
    if (!keyed || end == NULL)
        return !keyed;
    size_t length = (size_t)(end + 1 - text);
    if (end[1] == '\0') {
        saf->unsealed++;
        return saf->memory->adopting;
    }
    end[strcspn(end + 1, "\n") + 1] = '\0';
    entry_mac(saf, name, text, length, mac);
    bool genuine = strncmp(end + 1, "mac ", 4) == 0 && memory_mac_equal(end + 5, mac);
    end[1] = '\0';
    return genuine;
}

static bool entry_save(const struct saf *saf, const char *name, const char *line, size_t length,
                       bool replace, struct error *error)
{
    char text[ENTRY_SIZE], mac[MEMORY_MAC_LENGTH];
    memcpy(text, line, length);
    if (saf->memory != NULL && saf->memory->keyed) {
        entry_mac(saf, name, line, length, mac);
        length += (size_t)sprintf(text + length, "mac %s\n", mac);
    }
    return replace ? durable_write(saf->stored_in, name, text, length, error)
                   : durable_write_once(saf->stored_in, name, text, length, error);
}

static bool entry_set_aside(struct saf *saf, const char *name, struct error *error)
{
    struct uuid id;
    if (saf->forged_count < SAF_FORGED_MAX && uuid_read(name, strlen(name) - 5, &id))
        saf->forged[saf->forged_count++] = id;
    log_line("the stored message saf/%s is not as this machine wrote it; it is filed under "
             "refused/ and what "
             "it was about counts as unknown",
             name);
    return durable_move(saf->stored_in, saf->refused_in, name, error);
}

static bool saf_load(struct saf *saf, const char *name, struct error *error)
{
    char line[ENTRY_SIZE];
    bool there;
    struct stored stored;
    if (!durable_read(saf->stored_in, name, line, sizeof line, &there, error))
        return false;
    bool genuine = entry_genuine(saf, name, line);
    size_t length = strlen(line);
    if (!genuine || length >= MESSAGE_SIZE || !message_stored(line, length, &stored, error))
        return entry_set_aside(saf, name, error);
    saf_add(saf, name, line, length, &stored)->sent_before = true;
    return true;
}

bool saf_open(struct saf *saf, const char *folder, const struct memory *memory, struct error *error)
{
    *saf = (struct saf){ .memory = memory };
    snprintf(saf->stored_in, sizeof saf->stored_in, "%s/saf", folder);
    snprintf(saf->refused_in, sizeof saf->refused_in, "%s/refused", folder);
    if (!durable_directory(saf->stored_in, error) || !durable_directory(saf->refused_in, error))
        return false;
    DIR *directory = opendir(saf->stored_in);
    if (directory == NULL)
        return error_set_errno(error, "cannot read the stored messages in %s", saf->stored_in);
    bool loaded = true;
    for (struct dirent *item; loaded && (item = readdir(directory)) != NULL;) {
        size_t length = strlen(item->d_name);
        if (length > 5 && length < 48 && strcmp(item->d_name + length - 5, ".json") == 0)
            loaded = saf_load(saf, item->d_name, error);
    }
    closedir(directory);
    if (saf->count > 1)
        qsort(saf->entry, (size_t)saf->count, sizeof *saf->entry, entry_order);
    return loaded;
}

void saf_close(struct saf *saf)
{
    free(saf->entry);
    *saf = (struct saf){ 0 };
}

bool saf_store(struct saf *saf, const struct uuid *key, const char *line, size_t length,
               struct error *error)
{
    char name[48], id[UUID_TEXT_LENGTH];
    struct stored stored;
    snprintf(name, sizeof name, "%s.json", uuid_write(key, id));
    for (int i = 0; i < saf->count; i++)
        if (strcmp(saf->entry[i].name, name) == 0)
            return true;
    if (!message_stored(line, length, &stored, error) ||
        !entry_save(saf, name, line, length, false, error))
        return false;
    saf_add(saf, name, line, length, &stored);
    qsort(saf->entry, (size_t)saf->count, sizeof *saf->entry, entry_order);
    return true;
}

bool saf_seal(struct saf *saf, struct error *error)
{
    for (int i = 0; saf->unsealed > 0 && i < saf->count; i++)
        if (!entry_save(saf, saf->entry[i].name, saf->entry[i].line, saf->entry[i].length, true,
                        error))
            return false;
    saf->unsealed = 0;
    return true;
}

bool saf_has(const struct saf *saf, const struct uuid *withdrawal)
{
    for (int i = 0; i < saf->count; i++)
        if (uuid_equal(&saf->entry[i].stored.withdrawal, withdrawal))
            return true;
    return false;
}

const char *saf_outcome(const struct saf *saf, const struct uuid *withdrawal)
{
    const char *outcome = NULL;
    for (int i = 0; i < saf->count; i++) {
        const struct stored *stored = &saf->entry[i].stored;
        if (!uuid_equal(&stored->withdrawal, withdrawal))
            continue;
        if (outcome != NULL && strcmp(outcome, stored->outcome) != 0)
            return "";
        outcome = stored->outcome;
    }
    return outcome != NULL ? outcome : "";
}

bool saf_set_aside(struct saf *saf, const struct uuid *withdrawal, struct error *error)
{
    for (int i = saf->count; i-- > 0;)
        if (uuid_equal(&saf->entry[i].stored.withdrawal, withdrawal) &&
            !saf_finish(saf, &saf->entry[i], true, error))
            return false;
    return true;
}

bool saf_replenishing(const struct saf *saf)
{
    for (int i = 0; i < saf->count; i++)
        if (strcmp(saf->entry[i].stored.command, "ReplenishCassettes") == 0)
            return true;
    return false;
}

const struct saf_entry *saf_due(struct saf *saf, int64_t now_ms)
{
    for (int i = 0; i < saf->count; i++) {
        struct saf_entry *entry = &saf->entry[i];
        if (now_ms < entry->next_ms)
            continue;
        if (entry->sent_before)
            entry->length = message_repeat(entry->line, entry->length);
        entry->in_flight = entry->sent_before = true;
        entry->next_ms = now_ms + REPLY_MS;
        return entry;
    }
    return NULL;
}

int64_t saf_deadline(const struct saf *saf)
{
    int64_t deadline = -1;
    for (int i = 0; i < saf->count; i++)
        if (deadline < 0 || saf->entry[i].next_ms < deadline)
            deadline = saf->entry[i].next_ms;
    return deadline;
}

void saf_disconnected(struct saf *saf, int64_t now_ms)
{
    for (int i = 0; i < saf->count; i++)
        if (saf->entry[i].in_flight || saf->entry[i].next_ms > now_ms) {
            saf->entry[i].in_flight = false;
            saf->entry[i].next_ms = now_ms;
        }
}

struct saf_entry *saf_entry_of(struct saf *saf, const struct uuid *id)
{
    for (int i = 0; i < saf->count; i++)
        if (uuid_equal(&saf->entry[i].stored.id, id))
            return &saf->entry[i];
    return NULL;
}

enum saf_answer saf_answer(struct saf *saf, const struct reply *reply, int64_t now_ms,
                           struct saf_entry **entry)
{
    *entry = saf_entry_of(saf, &reply->id);
    if (*entry == NULL)
        return SAF_NOT_MINE;
    (*entry)->in_flight = false;
    if (reply->ok)
        return SAF_ACKNOWLEDGED;
    if (reply->refusal != REFUSAL_COUNT && refusal_is_domain(reply->refusal))
        return SAF_REFUSED;
    int wait = reply->retry_after_ms > 0 ? reply->retry_after_ms : (*entry)->backoff_ms;
    if (wait > BACKOFF_LAST_MS) /* a hint, and not one that an advice could be lost by */
        wait = BACKOFF_LAST_MS;
    (*entry)->next_ms = now_ms + wait;
    (*entry)->backoff_ms =
        (*entry)->backoff_ms * 2 > BACKOFF_LAST_MS ? BACKOFF_LAST_MS : (*entry)->backoff_ms * 2;
    return SAF_LATER;
}

bool saf_finish(struct saf *saf, struct saf_entry *entry, bool refused, struct error *error)
{
    bool done = refused ? durable_move(saf->stored_in, saf->refused_in, entry->name, error)
                        : durable_remove(saf->stored_in, entry->name, error);
    if (!done)
        return false;
    size_t at = (size_t)(entry - saf->entry);
    saf->count--;
    memmove(entry, entry + 1, ((size_t)saf->count - at) * sizeof *entry);
    return true;
}
