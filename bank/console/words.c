/* SPDX-License-Identifier: MIT */
#include "bank/console/words.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* One word from *at on, to `to`; false where a quote is not closed. */
static bool word_take(const char **at, char **to)
{
    char quote = '\0';
    for (; **at != '\0' && (quote != '\0' || !is_blank(**at)); ++*at) {
        const char c = **at;
        if (quote == '\0' && (c == '\'' || c == '"'))
            quote = c;
        else if (c == quote)
            quote = '\0';
        else if (c == '\\' && quote != '\'' && (*at)[1] != '\0')
            *(*to)++ = *++*at;
        else
            *(*to)++ = c;
    }
    *(*to)++ = '\0';
    return quote == '\0';
}

const char *words_split(struct words *words, const char *line)
{
    char *to = words->text;
    words->count = 0;
    if (strlen(line) >= WORDS_SIZE)
        return "the line is too long";
    for (;;) {
        while (is_blank(*line))
            line++;
        if (*line == '\0' || *line == '#')
            break;
        if (words->count == WORDS_MAX)
            return "the line has too many words";
        words->word[words->count++] = to;
        if (!word_take(&line, &to))
            return "a quotation mark is not closed";
    }
    words->word[words->count] = NULL;
    return NULL;
}

void words_quote(const char *text, char *buffer, size_t size)
{
    size_t used = 0;
    if (size < 3)
        return;
    buffer[used++] = '"';
    for (; *text != '\0' && used + 4 <= size; text++) {
        if (*text == '"' || *text == '\\')
            buffer[used++] = '\\';
        buffer[used++] = *text;
    }
    buffer[used++] = '"';
    buffer[used] = '\0';
}
