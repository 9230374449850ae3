/* SPDX-License-Identifier: MIT */
#include "shared/notes_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *format(const struct notes *notes, bool zeros, char buffer[static NOTES_TEXT_LENGTH])
{
    char *at = buffer;
    for (uint32_t i = 0; i < notes->length; i++)
        if (zeros || notes->item[i].count != 0)
            at += sprintf(at, "%s%dx%d", at == buffer ? "" : ",", notes->item[i].denomination,
                          notes->item[i].count);
    if (at == buffer)
        strcpy(buffer, "-");
    return buffer;
}

char *notes_text_format(const struct notes *notes, char buffer[static NOTES_TEXT_LENGTH])
{
    return format(notes, false, buffer);
}

char *notes_text_format_all(const struct notes *notes, char buffer[static NOTES_TEXT_LENGTH])
{
    return format(notes, true, buffer);
}

/* A number from 1 digit up to the largest a note's field may hold; moves *text behind it. */
static bool notes_text_number(const char **text, long largest, int32_t *number)
{
    long value = 0;
    const char *at = *text;
    for (; *at >= '0' && *at <= '9' && value <= largest; at++)
        value = value * 10 + (*at - '0');
    if (at == *text || value > largest)
        return false;
    *text = at;
    *number = (int32_t)value;
    return true;
}

bool notes_text_parse(const char *text, struct notes *notes)
{
    struct notes result = { 0 };
    if (strcmp(text, "-") == 0) {
        *notes = result;
        return true;
    }
    for (;;) {
        struct note_count note;
        if (result.length == NOTES_MAX ||
            !notes_text_number(&text, DENOMINATION_MAX, &note.denomination) || *text++ != 'x' ||
            !notes_text_number(&text, NOTES_COUNT_MAX, &note.count))
            return false;
        result.item[result.length++] = note;
        if (*text == '\0')
            break;
        if (*text++ != ',')
            return false;
    }
    if (!notes_valid(&result))
        return false;
    *notes = result;
    return true;
}
