/* SPDX-License-Identifier: MIT */
/* Words of a command line as values, and values as words: declared in values.h. */
#include "bank/cli/values.h"

#include "shared/currency.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool read_uuid(const char *text, struct uuid *uuid)
{
    return uuid_read(text, strlen(text), uuid) && !uuid_is_nil(uuid);
}

bool read_id(const char *text, struct uuid *uuid, bool *shortened)
{
    char whole[UUID_TEXT_LENGTH] = "00000000-0000-0000-0000-000000000000";
    const size_t length = strlen(text);
    *shortened = length < UUID_TEXT_LENGTH - 1;
    if (length < ID_SHORTEST || length >= UUID_TEXT_LENGTH)
        return false;
    memcpy(whole, text, length);
    return read_uuid(whole, uuid);
}

bool read_amount(const char *text, bool zero_too, money *amount)
{
    return money_parse(text, amount) && (*amount > 0 || (zero_too && *amount == 0));
}

bool read_count(const char *text, int64_t least, int64_t most, int64_t *count)
{
    char *end;
    long long value = isdigit((unsigned char)text[0]) ? strtoll(text, &end, 10) : -1;
    *count = value;
    return value >= 0 && *end == '\0' && value >= least && value <= most;
}

/* One "50x1000" of a list, up to `length` bytes. */
static bool read_note_count(const char *text, size_t length, struct notes *notes)
{
    char word[40], *times, *end;
    if (length == 0 || length >= sizeof word)
        return false;
    memcpy(word, text, length);
    word[length] = '\0';
    if ((times = strchr(word, 'x')) == NULL || !isdigit((unsigned char)times[1]))
        return false;
    *times = '\0';
    money denomination;
    long count = strtol(times + 1, &end, 10);
    if (!money_parse(word, &denomination) || denomination <= 0 || denomination > DENOMINATION_MAX ||
        !currency_has(currency_own(), (int32_t)denomination) || *end != '\0' ||
        count > NOTES_COUNT_MAX)
        return false;
    for (uint32_t i = 0; i < notes->length; i++)
        if (notes->item[i].denomination == denomination)
            return false;
    return notes_add(notes, (int32_t)denomination, (int32_t)count);
}

bool read_notes(const char *text, struct notes *notes)
{
    *notes = (struct notes){ 0 };
    for (const char *at = text;;) {
        size_t length = strcspn(at, ", ");
        if (!read_note_count(at, length, notes))
            return false;
        if (at[length] == '\0')
            return true;
        at += length + 1;
    }
}

char *notes_text(const struct notes *notes, char buffer[static NOTES_TEXT_SIZE])
{
    size_t used = 0;
    for (uint32_t i = 0; i < notes->length; i++) {
        if (notes->item[i].count == 0)
            continue;
        int32_t whole = notes->item[i].denomination / 100,
                cents = notes->item[i].denomination % 100;
        char fraction[8] = "";
        if (cents != 0)
            snprintf(fraction, sizeof fraction, ".%02d", cents);
        used += (size_t)snprintf(buffer + used, NOTES_TEXT_SIZE - used, "%s%d%sx%d",
                                 used > 0 ? " " : "", whole, fraction, notes->item[i].count);
    }
    if (used == 0)
        memcpy(buffer, "-", 2);
    return buffer;
}
