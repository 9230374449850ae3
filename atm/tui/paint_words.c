/* SPDX-License-Identifier: MIT */
/* One array over the English table; there is one machine, hence one set of words. */
#include "atm/tui/paint_words.h"

#include <stddef.h>

static const struct {
    const char *name, *english;
} words[WORD_COUNT] = {
#define X(enumerator, word_name, text) { word_name, text },
    WORD_TABLE(X)
#undef X
};

static const char *chosen[WORD_COUNT];

const char *paint_word(enum word word)
{
    return chosen[word] != NULL ? chosen[word] : words[word].english;
}

const char *paint_word_name(enum word word)
{
    return words[word].name;
}

void paint_word_set(enum word word, const char *text)
{
    chosen[word] = text;
}
