/* SPDX-License-Identifier: MIT */
/*
 * The languages are found, not listed: every folder languages/<code> of the assets is one.
 * English comes first because it is what a missing key falls back to; the
 * others follow by their codes.
 */
#include "atm/texts/texts.h"

#include "atm/texts/assets.h"
#include "atm/texts/columns.h"
#include "shared/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FALLBACK "en"
#define FILE_OF  "texts"

enum { MONTHS = 12, FILLING_SIZE = 320 };

static const char *const keys[TEXT_COUNT] = { "",
#define X(enumerator, key) key,
                                              TEXT_TABLE(X)
#undef X
};

static struct {
    char code[ASSET_CODE_LENGTH];
    char *words[TEXT_COUNT]; /* NULL: not there; they live until texts are loaded again */
} languages[TEXT_LANGUAGES_MAX];
static int language_count;
static bool marks[TEXT_COUNT][2]; /* whether the program's own English has {1}, {2} */

enum text text_find(const char *key)
{
    for (int i = 1; i < TEXT_COUNT; i++)
        if (strcmp(keys[i], key) == 0)
            return (enum text)i;
    return TEXT_NONE;
}

/* A file being read, and the line in it. */
struct reading {
    int language, line;
    const char *directory;
    bool said[TEXT_COUNT];
    struct error *error;
};

/* Where it is wrong, so that it can be found, and what to do: "DIR/languages/de/texts, line 7: …".
 */
static bool line_wrong(const struct reading *reading, const char *what, const char *which)
{
    char path[ASSET_PATH_LENGTH], shown[60];
    asset_path(path, reading->directory, languages[reading->language].code, FILE_OF);
    return error_set(reading->error, ERROR_FORMAT, "%.200s, line %d: %s: \"%s\"", path,
                     reading->line, what, text_shown(which, shown, sizeof shown));
}

/* Nothing that is not seen, but for the marks of direction that a text may need. */
static bool words_seen(const char *words)
{
    uint32_t character;
    size_t left = strlen(words);
    for (size_t length; left > 0; words += length, left -= length) {
        length = text_decode(words, left, &character);
        if (length == 0 || (text_hidden(character) && !columns_mark(character)))
            return false;
    }
    return true;
}

static int word_count(const char *words)
{
    int count = 0;
    for (; *words != '\0'; words += strspn(words, " ")) {
        words += strcspn(words, " ");
        count++;
    }
    return count;
}

/* Any other mark than English has would stay empty, or as it is. */
static bool marks_filled(enum text key, const char *words)
{
    for (const char *at = words; (at = strchr(at, '{')) != NULL; at++)
        if ((at[1] != '1' && at[1] != '2') || at[2] != '}' || !marks[key][at[1] - '1'])
            return false;
    return true;
}

/* One character, and no digit of the amount it stands in. */
static bool separates(const char *words)
{
    uint32_t character;
    const size_t length = text_decode(words, strlen(words), &character);
    return length > 0 && words[length] == '\0' && strchr("-0123456789", words[0]) == NULL;
}

static const char *words_fault(enum text key, const char *words)
{
    if (!words_seen(words))
        return "save the file as UTF-8, without unseen characters";
    if (key == TEXT_DIRECTION && strcmp(words, "ltr") != 0 && strcmp(words, "rtl") != 0)
        return "a direction is ltr or rtl";
    if (key == TEXT_FORMAT_MONTHS && word_count(words) != MONTHS)
        return "name the twelve months, with a blank between them";
    if ((key == TEXT_FORMAT_DECIMAL || (key == TEXT_FORMAT_GROUP && words[0] != '\0')) &&
        !separates(words))
        return "a separator is one character";
    if (!marks_filled(key, words))
        return "use only the marks that the English text has, as {1}";
    return NULL;
}

static bool line_read(struct reading *reading, char *line)
{
    char *equals = strstr(line, " =");
    if (equals == NULL || (equals[2] != ' ' && equals[2] != '\0'))
        return line_wrong(reading, "write KEY = WORDS", line);
    *equals = '\0';
    const char *words = equals[2] == '\0' ? equals + 2 : equals + 3;
    const enum text key = text_find(line);
    if (key == TEXT_NONE)
        return line_wrong(reading, "there is no such key: correct it, or remove the line", line);
    if (reading->said[key])
        return line_wrong(reading, "that key stands twice: remove one", line);
    if (reading->language == 0 && reading->directory == NULL)
        for (int i = 0; i < 2; i++)
            marks[key][i] = strstr(words, (const char *[]){ "{1}", "{2}" }[i]) != NULL;
    const char *fault = words_fault(key, words);
    if (fault != NULL)
        return line_wrong(reading, fault, words);
    reading->said[key] = true;
    free(languages[reading->language].words[key]);
    languages[reading->language].words[key] = strdup(words);
    return true;
}

static bool texts_parse(struct reading *reading, char *text)
{
    for (char *line; (line = strsep(&text, "\n")) != NULL;) {
        reading->line++;
        line += strspn(line, " \t");
        if (*line != '#' && *line != '\0' && !line_read(reading, line))
            return false;
    }
    return true;
}

static int language_order(const void *a, const void *b)
{
    const char *left = a, *right = b;
    bool left_first = strcmp(left, FALLBACK) == 0, right_first = strcmp(right, FALLBACK) == 0;
    return left_first != right_first ? right_first - left_first : strcmp(left, right);
}

/* *read: whether there is a file of it. */
static bool texts_read(int language, const char *directory, bool *read, struct error *error)
{
    struct reading reading = { .language = language, .directory = directory, .error = error };
    char *text = asset_load(directory, languages[language].code, FILE_OF, error);
    const bool good = text != NULL ? texts_parse(&reading, text) : error->message[0] == '\0';
    *read = *read || text != NULL;
    free(text);
    return good;
}

static void texts_forget(void)
{
    for (int i = 0; i < language_count; i++)
        for (int text = 0; text < TEXT_COUNT; text++) {
            free(languages[i].words[text]);
            languages[i].words[text] = NULL;
        }
    language_count = 0;
}

bool texts_load(const char *directory, struct error *error)
{
    char codes[TEXT_LANGUAGES_MAX][ASSET_CODE_LENGTH], path[ASSET_PATH_LENGTH];
    const int count = assets_languages(directory, codes, TEXT_LANGUAGES_MAX, error);
    texts_forget();
    if (count < 0)
        return false;
    qsort(codes, (size_t)count, sizeof codes[0], language_order);
    for (int i = 0; i < count; i++) {
        bool read = false;
        memcpy(languages[i].code, codes[i], sizeof codes[i]);
        language_count = i + 1;
        if (!texts_read(i, NULL, &read, error) ||
            (directory != NULL && !texts_read(i, directory, &read, error)))
            return false;
        if (!read)
            return error_set(error, ERROR_USAGE,
                             "there is no %.300s: write one, or remove the folder",
                             asset_path(path, directory, codes[i], FILE_OF));
    }
    return true;
}

bool text_latin(int language)
{
    enum { LATIN_END = 0x0250 };
    const char *name = text_get(language, TEXT_LANGUAGE);
    uint32_t character;
    for (size_t left = strlen(name), length; left > 0; name += length, left -= length) {
        length = text_decode(name, left, &character);
        if (length == 0 || character >= LATIN_END)
            return false;
    }
    return true;
}

void texts_keep_latin(void)
{
    int kept = 0;
    for (int i = 0; i < language_count; i++) {
        const bool keep = i == 0 || text_latin(i);
        for (int text = 0; !keep && text < TEXT_COUNT; text++)
            free(languages[i].words[text]);
        if (keep)
            languages[kept++] = languages[i];
    }
    memset(&languages[kept], 0, sizeof languages[0] * (size_t)(language_count - kept));
    language_count = kept;
}

/* "pt-BR" for "pt_BR.UTF-8", else "pt". */
static int locale_find(const char *locale)
{
    char code[ASSET_CODE_LENGTH];
    snprintf(code, sizeof code, "%.*s", (int)strcspn(locale, ".@"), locale);
    for (char *line = code; (line = strchr(line, '_')) != NULL;)
        *line = '-';
    const int exact = text_language_find(code);
    code[strcspn(code, "-")] = '\0';
    return exact >= 0 ? exact : text_language_find(code);
}

int text_language_of_locale(void)
{
    static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *locale = getenv(names[i]);
        if (locale == NULL || locale[0] == '\0')
            continue;
        const int language = locale_find(locale);
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

bool text_right_to_left(int language)
{
    return strcmp(text_get(language, TEXT_DIRECTION), "rtl") == 0;
}

void text_isolate(char *buffer, size_t size, int language, const char *text)
{
    const size_t marks_size = sizeof COLUMNS_ISOLATED("");
    const bool isolates = text[strspn(text, " ")] != '\0' && text_right_to_left(language) &&
                          !text_has_right_to_left(text) && size > marks_size;
    const size_t room = isolates ? size - marks_size + 1 : size;
    const size_t length = strnlen(text, room - 1);
    snprintf(buffer, size, isolates ? COLUMNS_ISOLATED("%.*s") : "%.*s",
             (int)(text[length] == '\0' ? length : whole_characters(text, length)), text);
}

void text_fill(char *buffer, size_t size, int language, enum text text, const char *first,
               const char *second)
{
    char filling[2][FILLING_SIZE];
    size_t length = 0;
    text_isolate(filling[0], FILLING_SIZE, language, first);
    text_isolate(filling[1], FILLING_SIZE, language, second);
    for (const char *at = text_get(language, text); *at != '\0';) {
        bool mark = at[0] == '{' && (at[1] == '1' || at[1] == '2') && at[2] == '}';
        const char *piece = !mark ? at : filling[at[1] - '1'];
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
