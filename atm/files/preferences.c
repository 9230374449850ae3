/* SPDX-License-Identifier: MIT */
#include "atm/files/preferences.h"

#include "atm/files/durable.h"
#include "atm/files/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DRAWERS = 64, CARDS = 64, LINE_SIZE = 80, TEXT_SIZE = CARDS * LINE_SIZE + 128 };

_Static_assert((size_t)TEXT_SIZE + MEMORY_MAC_LENGTH < MEMORY_TEXT_MAX, "a drawer is one memory");

struct card {
    char token[MEMORY_MAC_LENGTH];
    struct preference preference;
};

/* One file; the card used last comes last. */
struct drawer {
    char directory[DURABLE_PATH_SIZE - 32], name[16];
    int count;
    struct card card[CARDS];
};

static bool remembers(const struct memory *memory, const char *pan)
{
    return memory != NULL && memory->keyed && pan[0] != '\0';
}

/* ---- a drawer's text ---- */

static bool language_well_formed(const char *code)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
    const size_t length = strlen(code);
    return length > 0 && length < PREFERENCE_LANGUAGE_SIZE && strspn(code, allowed) == length;
}

static bool card_parse(char *line, struct card *card)
{
    const char *token = strsep(&line, " "), *language = strsep(&line, " "), *amount = line;
    if (language == NULL || amount == NULL || strlen(token) != MEMORY_MAC_LENGTH - 1 ||
        strspn(token, "0123456789abcdef") != MEMORY_MAC_LENGTH - 1 ||
        !language_well_formed(language) || strlen(amount) > 15 || amount[0] == '\0' ||
        strspn(amount, "0123456789") != strlen(amount))
        return false;
    *card = (struct card){ .preference.amount = strtoll(amount, NULL, 10) };
    memcpy(card->token, token, sizeof card->token);
    if (strcmp(language, "-") != 0)
        snprintf(card->preference.language, sizeof card->preference.language, "%s", language);
    return true;
}

static bool drawer_parse(struct drawer *drawer, char *text)
{
    const char *version = strsep(&text, "\n");
    if (strcmp(version, "version 1") != 0 || text == NULL)
        return false;
    for (char *line; (line = strsep(&text, "\n")) != NULL && (line[0] != '\0' || text != NULL);)
        if (drawer->count == CARDS || !card_parse(line, &drawer->card[drawer->count++]))
            return false;
    return true;
}

static bool drawer_write(const struct memory *memory, const struct drawer *drawer,
                         struct error *error)
{
    char text[TEXT_SIZE];
    int length = snprintf(text, sizeof text, "version 1\n");
    for (int i = 0; i < drawer->count; i++) {
        const struct preference *preference = &drawer->card[i].preference;
        length += snprintf(text + length, sizeof text - (size_t)length, "%s %s %" PRId64 "\n",
                           drawer->card[i].token,
                           preference->language[0] != '\0' ? preference->language : "-",
                           preference->amount);
    }
    return durable_directory(drawer->directory, error) &&
           memory_write(memory, drawer->directory, drawer->name, text, error);
}

/* What is no drawer is put aside and begun anew. False: it is still in the way. */
static bool drawer_lose(struct drawer *drawer)
{
    struct error error;
    drawer->count = 0;
    log_line("%.300s/%s is not as this machine wrote it: it is set aside, and what it had of "
             "cards is forgotten",
             drawer->directory, drawer->name);
    if (memory_set_aside(drawer->directory, drawer->name, &error))
        return true;
    log_line("%s", error.message);
    return false;
}

/* The drawer of that card. False: it can be neither read nor put aside. */
static bool drawer_open(struct drawer *drawer, struct memory *memory, const char *folder,
                        const char token[static MEMORY_MAC_LENGTH])
{
    char text[TEXT_SIZE];
    struct error error;
    const char first[] = { token[0], token[1], '\0' };
    *drawer = (struct drawer){ 0 };
    snprintf(drawer->directory, sizeof drawer->directory, "%.600s/preferences", folder);
    snprintf(drawer->name, sizeof drawer->name, "cards-%02lx", strtoul(first, NULL, 16) % DRAWERS);
    const uint64_t witnessed = memory->witnessed;
    const enum memory_found found =
        memory_read(memory, drawer->directory, drawer->name, text, sizeof text, &error);
    memory->witnessed = witnessed; /* a drawer is no witness of the journal's length */
    switch (found) {
    case MEMORY_ABSENT:
        return true;
    case MEMORY_GOOD:
        return drawer_parse(drawer, text) || drawer_lose(drawer);
    case MEMORY_FAILED:
        log_line("%s", error.message);
        return drawer_lose(drawer);
    case MEMORY_FORGED:
        return drawer_lose(drawer);
    }
    return false;
}

/* ---- cards ---- */

static int card_find(const struct drawer *drawer, const char *token)
{
    for (int i = 0; i < drawer->count; i++)
        if (strcmp(drawer->card[i].token, token) == 0)
            return i;
    return -1;
}

static void card_remove(struct drawer *drawer, int at)
{
    drawer->count--;
    memmove(&drawer->card[at], &drawer->card[at + 1],
            (size_t)(drawer->count - at) * sizeof drawer->card[0]);
}

struct preference preferences_find(struct memory *memory, const char *folder, const char *pan)
{
    struct drawer drawer;
    struct preference found = { 0 };
    char token[MEMORY_MAC_LENGTH];
    if (!remembers(memory, pan))
        return found;
    memory_mac(memory, "card", pan, strlen(pan), token);
    if (drawer_open(&drawer, memory, folder, token)) {
        const int at = card_find(&drawer, token);
        if (at >= 0)
            found = drawer.card[at].preference;
    }
    return found;
}

void preferences_keep(struct memory *memory, const char *folder, const char *pan,
                      const struct preference *now)
{
    struct drawer drawer;
    struct card card = { 0 };
    struct error error;
    if (!remembers(memory, pan))
        return;
    memory_mac(memory, "card", pan, strlen(pan), card.token);
    if (!drawer_open(&drawer, memory, folder, card.token))
        return;
    const int at = card_find(&drawer, card.token);
    const bool last = at >= 0 && at == drawer.count - 1;
    if (at >= 0)
        card = drawer.card[at];
    const struct preference before = card.preference;
    if (language_well_formed(now->language))
        memcpy(card.preference.language, now->language, sizeof card.preference.language);
    if (now->amount > 0)
        card.preference.amount = now->amount;
    if (last && strcmp(before.language, card.preference.language) == 0 &&
        before.amount == card.preference.amount)
        return;
    if (at >= 0)
        card_remove(&drawer, at);
    else if (drawer.count == CARDS)
        card_remove(&drawer, 0);
    drawer.card[drawer.count++] = card;
    if (!drawer_write(memory, &drawer, &error))
        log_line("what a card is remembered by was not written: %s", error.message);
}
