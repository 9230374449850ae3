/* SPDX-License-Identifier: MIT */
#include "atm/tui/paint_bidi.h"

#include "atm/texts/columns.h"
#include "atm/tui/paint_text.h"

#include <fribidi.h>
#include <stdint.h>
#include <string.h>

enum { CHARACTERS_MAX = 512 };

static size_t encode(FriBidiChar character, char bytes[static 4])
{
    if (character < 0x80) {
        bytes[0] = (char)character;
        return 1;
    }
    const size_t length = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--, character >>= 6)
        bytes[i] = (char)(0x80 | (character & 0x3F));
    bytes[0] = (char)((0xF00 >> length & 0xFF) | character);
    return length;
}

static FriBidiStrIndex decode(const char *text, FriBidiChar characters[static CHARACTERS_MAX])
{
    FriBidiStrIndex count = 0;
    uint32_t character;
    for (size_t bytes; count < CHARACTERS_MAX && (bytes = paint_text_decode(text, &character)) > 0;
         text += bytes)
        characters[count++] = character;
    return count;
}

/* False: there is no memory for it, and the text stays as it is. */
static bool reorder(FriBidiChar *characters, FriBidiStrIndex count, bool right_to_left)
{
    FriBidiCharType types[CHARACTERS_MAX];
    FriBidiBracketType brackets[CHARACTERS_MAX];
    FriBidiLevel levels[CHARACTERS_MAX];
    FriBidiParType direction = right_to_left ? FRIBIDI_PAR_RTL : FRIBIDI_PAR_LTR;
    fribidi_get_bidi_types(characters, count, types);
    fribidi_get_bracket_types(characters, count, types, brackets);
    if (fribidi_get_par_embedding_levels_ex(types, brackets, count, &direction, levels) == 0)
        return false;
    fribidi_shape_mirroring(levels, count, characters);
    return fribidi_reorder_line(FRIBIDI_FLAGS_DEFAULT & ~FRIBIDI_FLAG_REMOVE_SPECIALS, types, count,
                                0, direction, levels, characters, NULL) != 0;
}

void paint_bidi(const char *text, bool right_to_left, char *buffer, size_t size)
{
    FriBidiChar characters[CHARACTERS_MAX];
    const FriBidiStrIndex count = decode(text, characters);
    size_t used = 0;
    if (count > 0)
        reorder(characters, count, right_to_left);
    for (FriBidiStrIndex i = 0; i < count; i++) {
        char bytes[4];
        const size_t length = encode(characters[i], bytes);
        if (columns_mark(characters[i]))
            continue;
        if (used + length >= size)
            break;
        memcpy(buffer + used, bytes, length);
        used += length;
    }
    buffer[used] = '\0';
}
