/* SPDX-License-Identifier: MIT */
#include "atm/files/wallet_file.h"

#include "atm/files/card_file.h"
#include "shared/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { WALLET_SIZE = 4096 };

/* The next word of the line, ended by a NUL; the line goes on after it. */
static const char *word(char **line)
{
    const char *found = strsep(line, " ");
    return found != NULL ? found : "";
}

static bool pin_well_formed(const char *pin)
{
    const size_t length = strlen(pin);
    return length >= PIN_DIGITS_MIN && length <= PIN_DIGITS_MAX &&
           strspn(pin, "0123456789") == length;
}

static bool entry_read(struct wallet_entry *entry, char *line)
{
    const char *card = word(&line), *pin = word(&line), *kind = line != NULL ? line : "";
    if (!pan_valid(card) || !pin_well_formed(pin) || kind[0] == '\0' ||
        strlen(kind) >= sizeof entry->kind || !text_plain(kind))
        return false;
    snprintf(entry->card, sizeof entry->card, "%.*s", PAN_DIGITS_MAX, card);
    snprintf(entry->pin, sizeof entry->pin, "%.*s", PIN_DIGITS_MAX, pin);
    snprintf(entry->kind, sizeof entry->kind, "%.*s", WALLET_WORDS_SIZE - 1, kind);
    return true;
}

static bool lines_read(struct wallet_file *wallet, const char *path, char *text,
                       struct error *error)
{
    int number = 0;
    for (char *line; (line = strsep(&text, "\n")) != NULL;) {
        number++;
        if (line[0] == '\0')
            continue;
        if (wallet->count == DEMO_WALLET_MAX)
            return error_set(error, ERROR_USAGE,
                             "%.200s has more than %d cards: leave some of them out", path,
                             DEMO_WALLET_MAX);
        if (!entry_read(&wallet->entry[wallet->count], line))
            return error_set(error, ERROR_USAGE,
                             "line %d of %.200s is no card: write its number with a right check "
                             "digit, a PIN of %d to %d digits and what it is called, or remove the "
                             "line",
                             number, path, PIN_DIGITS_MIN, PIN_DIGITS_MAX);
        wallet->count++;
    }
    return true;
}

bool wallet_file_read(const char *path, struct wallet_file *wallet, struct error *error)
{
    char text[WALLET_SIZE] = "";
    *wallet = (struct wallet_file){ 0 };
    if (access(path, F_OK) != 0 && errno == ENOENT)
        return true;
    const bool read =
        card_file_load(path, text, sizeof text, error) && lines_read(wallet, path, text, error);
    pin_wipe(text, sizeof text);
    return read;
}
