/* SPDX-License-Identifier: MIT */
#include "keys/script/near.h"
#include "keys/script/syntax.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
    WORD_LIMIT = 24,
    FAR = 3
}; /* changes of a letter from which on words have nothing in common */

/* Words of other tools and of the shell, and what to do here. */
static const struct {
    const char *words;
    const char *advice;
} ELSEWHERE[] = {
    { "sleep pause delay", "a script has no pauses; write wait text TEXT, or wait settled" },
    { "run spawn exec launch command cmd", "write program COMMAND" },
    { "size screen terminal geometry rows columns width height", "write require 80x24" },
    { "key keys hit enter tab esc escape up down left right backspace space ctrl",
      "write press KEY, as in press Enter" },
    { "write input insert sendline put text", "write type STRING" },
    { "assert check see should verify match contains find", "write expect text TEXT" },
    { "await until for", "write wait text TEXT" },
    { "snapshot compare golden", "write expect golden PATH" },
    { "screenshot shot output", "write picture PATH" },
    { "let var export", "write set VARIABLE VALUE, or env NAME=VALUE" },
    { "shell system bash", "write sh COMMAND" },
    { "import source load use", "write include PATH" },
    { "def define function func", "write macro VARIABLE taking PARAMETERS" },
    { "loop while foreach each", "write repeat COUNT, or cases VARIABLE..." },
    { "do", "it ends the rows of cases VARIABLE..." },
    { "done fi", "a block ends with end" },
    { "quit close", "write exit STATUS, which waits for the program's end" },
};

static const char *elsewhere(const char *word, size_t length)
{
    for (size_t i = 0; i < sizeof ELSEWHERE / sizeof ELSEWHERE[0]; i++)
        for (const char *at = ELSEWHERE[i].words; *at != '\0'; at += strspn(at, " ")) {
            size_t here = strcspn(at, " ");
            if (here == length && strncasecmp(word, at, length) == 0)
                return ELSEWHERE[i].advice;
            at += here;
        }
    return NULL;
}

/* Letters to change, add, take away or swap until one word is the other. */
static int distance(const char *word, size_t length, const char *other)
{
    int row[WORD_LIMIT + 1], before[WORD_LIMIT + 1], earlier[WORD_LIMIT + 1];
    size_t size = strlen(other);
    if (length > WORD_LIMIT || size > WORD_LIMIT)
        return FAR;
    for (size_t j = 0; j <= size; j++)
        earlier[j] = before[j] = (int)j;
    for (size_t i = 1; i <= length; i++) {
        row[0] = (int)i;
        for (size_t j = 1; j <= size; j++) {
            int same = tolower((unsigned char)word[i - 1]) == tolower((unsigned char)other[j - 1]);
            int best = before[j - 1] + !same;
            best = before[j] + 1 < best ? before[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            if (i > 1 && j > 1 && word[i - 1] == other[j - 2] && word[i - 2] == other[j - 1] &&
                earlier[j - 2] + 1 < best)
                best = earlier[j - 2] + 1;
            row[j] = best;
        }
        memcpy(earlier, before, sizeof earlier);
        memcpy(before, row, sizeof before);
    }
    return before[size];
}

static void first_word(const char *syntax, char word[WORD_LIMIT + 1])
{
    snprintf(word, WORD_LIMIT + 1, "%.*s", (int)word_length(syntax), syntax);
}

/* The first word of a directive, or a macro, that is most like this one; false when none is. */
static bool nearest_word(const struct script *script, const char *word, size_t length,
                         char nearest[WORD_LIMIT + 1])
{
    char candidate[WORD_LIMIT + 1];
    int least = length < 4 ? 2 : FAR;
    bool found = false;
    for (size_t i = 0; i < DIRECTIVE_COUNT + script->count; i++) {
        const struct step *step = i < DIRECTIVE_COUNT ? NULL : &script->steps[i - DIRECTIVE_COUNT];
        if (step != NULL && step->directive->name != DO_MACRO)
            continue;
        first_word(step != NULL ? step->values[0].text
                                : directive_of((enum directive_name)i)->syntax,
                   candidate);
        int far = candidate[0] == '\0' ? FAR : distance(word, length, candidate);
        if (far >= least)
            continue;
        least = far;
        found = true;
        memcpy(nearest, candidate, sizeof candidate);
    }
    return found;
}

/* The fixed words after the first, up to the first value: "no text" of "wait no text TEXT …". */
static size_t rest_length(const char *rest)
{
    size_t length = 0;
    while (islower((unsigned char)rest[length])) {
        length += word_length(rest + length);
        length += strspn(rest + length, " ");
    }
    while (length > 0 && rest[length - 1] == ' ')
        length--;
    return length;
}

/* What may stand after the line's first word: "screen, text, no text"; "" when it begins nothing.
 */
static void rests_list(const char *line, char *list, size_t size)
{
    size_t first = word_length(line);
    list[0] = '\0';
    for (int i = 0; i < DIRECTIVE_COUNT; i++) {
        const char *syntax = directive_of((enum directive_name)i)->syntax;
        if (first == 0 || word_length(syntax) != first || strncmp(syntax, line, first) != 0)
            continue;
        const char *rest = syntax + first + strspn(syntax + first, " ");
        int length = (int)rest_length(rest), end = (int)strlen(list);
        bool again = end >= length && strncmp(list + end - length, rest, (size_t)length) == 0;
        if (length > 0 && !again)
            snprintf(list + end, size - (size_t)end, "%s%.*s", end > 0 ? ", " : "", length, rest);
    }
}

bool near_directives(const struct script *script, const char *line, struct error *error)
{
    char list[300], nearest[WORD_LIMIT + 1];
    size_t length = word_length(line);
    const char *next = line + length + strspn(line + length, " \t");
    int shown = length > 60 ? 60 : (int)length;
    rests_list(line, list, sizeof list);
    if (list[0] != '\0' && (*next == '"' || *next == '/'))
        return error_set(error, ERROR_USAGE, "write '%.*s text %.60s'; also after %.*s: %s", shown,
                         line, next, shown, line, list);
    if (list[0] != '\0')
        return error_set(error, ERROR_USAGE, "after %.*s comes one of: %s", shown, line, list);
    const char *advice = elsewhere(line, length);
    if (advice != NULL)
        return error_set(error, ERROR_USAGE, "unknown directive '%.*s': %s", shown, line, advice);
    if (nearest_word(script, line, length, nearest))
        return error_set(error, ERROR_USAGE, "unknown directive '%.*s': did you mean %s?", shown,
                         line, nearest);
    return error_set(error, ERROR_USAGE, "unknown directive '%.*s'; --help lists them", shown,
                     line);
}
