/* SPDX-License-Identifier: MIT */
#include "atm/texts/columns.h"

#include "atm/texts/texts.h"
#include "shared/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum { CELL_SIZE = 256 };

bool columns_mark(uint32_t character)
{
    return character == 0x200E || character == 0x200F ||
           (character >= 0x2066 && character <= 0x2069);
}

int columns_of_character(uint32_t character)
{
    if (columns_mark(character))
        return 0;
    if (character < 0x20 || character == 0x7F)
        return 1; /* shown as a blank */
    const int width = wcwidth((wchar_t)character);
    return width < 0 ? 1 : width;
}

int columns_of(const char *text)
{
    int columns = 0;
    uint32_t character;
    for (size_t left = strlen(text), length; left > 0; text += length, left -= length) {
        length = text_decode(text, left, &character);
        columns += length == 0 ? 1 : columns_of_character(character);
        length += length == 0;
    }
    return columns;
}

void columns_add(char *line, size_t size, int language, const char *text, int width)
{
    char cell[CELL_SIZE];
    const size_t length = strlen(line);
    const int lacking = abs(width) - columns_of(text), blanks = lacking > 0 ? lacking : 0;
    text_isolate(cell, sizeof cell, language, text);
    snprintf(line + length, size - length, "%*s%s%*s", width > 0 ? blanks : 0, "", cell,
             width < 0 ? blanks : 0, "");
}
