/* SPDX-License-Identifier: MIT */
/*
 * The languages are found, not listed: every asset named texts.<code> is one.
 * English comes first because it is what a missing key falls back to; the
 * others follow by their codes.
 */
#include "atm/texts/texts.h"

#include "atm/texts/assets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FALLBACK "en"

static const char *const keys[TEXT_COUNT] = { "",
#define X(enumerator, key) key,
                                              TEXT_TABLE(X)
#undef X
};

static struct {
    char code[8];
    char *words[TEXT_COUNT]; /* NULL: not there; they live until texts are loaded again */
} languages[TEXT_LANGUAGES_MAX];
static int language_count;

enum text text_find(const char *key)
{
    for (int i = 1; i < TEXT_COUNT; i++)
        if (strcmp(keys[i], key) == 0)
            return (enum text)i;
    return TEXT_NONE;
}

/* Where a line stands, so that it can be found: "line 7 of DIR/texts.de". */
static bool line_wrong(const char *directory, const char *name, int number, const char *what,
                       const char *line, struct error *error)
{
    return error_set(error, ERROR_FORMAT, "line %d of %.200s%s%.40s %s: \"%.40s\"", number,
                     directory != NULL ? directory : "", directory != NULL ? "/" : "", name, what,
                     line);
}

static bool texts_parse(int language, const char *directory, const char *name, char *text,
                        struct error *error)
{
    int number = 0;
    for (char *line; (line = strsep(&text, "\n")) != NULL;) {
        number++;
        line += strspn(line, " \t");
        if (*line == '#' || *line == '\0')
            continue;
        char *equals = strstr(line, " = ");
        if (equals == NULL)
            return line_wrong(directory, name, number, "has no ' = '", line, error);
        *equals = '\0';
        enum text key = text_find(line);
        if (key == TEXT_NONE)
            return line_wrong(directory, name, number, "has a key that nothing asks for", line,
                              error);
        free(languages[language].words[key]);
        languages[language].words[key] = strdup(equals + 3);
    }
    return true;
}

static int language_order(const void *a, const void *b)
{
    const char *left = a, *right = b;
    bool left_first = strcmp(left, "texts." FALLBACK) == 0,
         right_first = strcmp(right, "texts." FALLBACK) == 0;
    return left_first != right_first ? right_first - left_first : strcmp(left, right);
}

static bool texts_read(int language, const char *directory, const char *name, struct error *error)
{
    char *text = asset_load(directory, name, error);
    bool read = text != NULL && texts_parse(language, directory, name, text, error);
    free(text);
    return read;
}

bool texts_load(const char *directory, struct error *error)
{
    char names[TEXT_LANGUAGES_MAX][ASSET_NAME_LENGTH];
    for (int i = 0; i < language_count; i++)
        for (int text = 0; text < TEXT_COUNT; text++) {
            free(languages[i].words[text]);
            languages[i].words[text] = NULL;
        }
    language_count = assets_list(directory, "texts.", names, TEXT_LANGUAGES_MAX);
    qsort(names, (size_t)language_count, sizeof names[0], language_order);
    for (int i = 0; i < language_count; i++) {
        snprintf(languages[i].code, sizeof languages[i].code, "%.7s", names[i] + strlen("texts."));
        if (asset_built_in(names[i]) && !texts_read(i, NULL, names[i], error))
            return false;
        if (directory != NULL && asset_there(directory, names[i]) &&
            !texts_read(i, directory, names[i], error))
            return false;
    }
    return true;
}

int text_language_of_locale(void)
{
    static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *locale = getenv(names[i]);
        if (locale == NULL || locale[0] == '\0')
            continue;
        char code[sizeof languages[0].code];
        snprintf(code, sizeof code, "%.*s", (int)strcspn(locale, "_.@"), locale);
        const int language = text_language_find(code);
        return language < 0 ? 0 : language;
    }
    return 0;
}

int text_language_count(void)
{
    return language_count;
}

const char *text_language_code(int language)
{
    return languages[language].code;
}

int text_language_find(const char *code)
{
    for (int i = 0; i < language_count; i++)
        if (strcmp(languages[i].code, code) == 0)
            return i;
    return -1;
}

const char *text_key(enum text text)
{
    return keys[text];
}

bool text_has(int language, enum text text)
{
    return languages[language].words[text] != NULL;
}

const char *text_get(int language, enum text text)
{
    if (text == TEXT_NONE)
        return "";
    const char *words = languages[language].words[text];
    if (words == NULL)
        words = languages[0].words[text];
    return words != NULL ? words : keys[text];
}

/* How many of these bytes are left without a character whose last bytes are missing. */
static size_t whole_characters(const char *bytes, size_t length)
{
    size_t lead = length;
    while (lead > 0 && ((unsigned char)bytes[lead - 1] & 0xC0) == 0x80)
        lead--;
    if (lead == 0)
        return length;
    unsigned char first = (unsigned char)bytes[lead - 1];
    size_t wanted = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
    return length - (lead - 1) < wanted ? lead - 1 : length;
}

void text_fill(char *buffer, size_t size, int language, enum text text, const char *first,
               const char *second)
{
    size_t length = 0;
    for (const char *at = text_get(language, text); *at != '\0';) {
        bool mark = at[0] == '{' && (at[1] == '1' || at[1] == '2') && at[2] == '}';
        const char *piece = !mark ? at : at[1] == '1' ? first : second;
        size_t piece_length = mark ? strlen(piece) : 1;
        if (length + piece_length >= size)
            break;
        memcpy(buffer + length, piece, piece_length);
        length += piece_length;
        at += mark ? 3 : 1;
    }
    buffer[whole_characters(buffer, length)] = '\0';
}

enum text text_refusal(enum refusal refusal)
{
    char key[80];
    snprintf(key, sizeof key, "refusal.%s", refusal_name(refusal));
    enum text text = text_find(key);
    return text != TEXT_NONE ? text : TEXT_DECLINED_DETAIL;
}
