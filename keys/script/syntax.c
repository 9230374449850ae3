/* SPDX-License-Identifier: MIT */
/*
 * Reads by the directives' own syntax, so that table, help and parser cannot
 * disagree. Of all directives whose fixed words are where they should be, the
 * one with the most of them is taken: `capture X from sh` over `capture X`.
 * Where none fits, the one with the longest run of leading words says what is
 * missing.
 */
#include "keys/script/syntax.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void blanks_skip(const char **at)
{
    *at += strspn(*at, " \t\r\n");
}

size_t word_length(const char *at)
{
    return strcspn(at, " \t\r\n");
}

bool directive_over(const char *at)
{
    return *at == '\0' || *at == '#' ||
           (*at == ';' && (at[1] == '\0' || isspace((unsigned char)at[1])));
}

static int hexadecimal(char digit)
{
    return isdigit((unsigned char)digit) ? digit - '0' : tolower((unsigned char)digit) - 'a' + 10;
}

/* What follows a backslash in a "string", which escape_sound has seen: one byte. */
static char escape_read(const char **at)
{
    const char *c = *at;
    if (c[0] == 'x') {
        *at += 2;
        return (char)(hexadecimal(c[1]) * 16 + hexadecimal(c[2])); /* not 0: refused before */
    }
    return *c == 'n' ? '\n' : *c == 't' ? '\t' : *c == 'e' ? '\033' : *c == 'r' ? '\r' : *c;
}

static bool escape_sound(const char *c, struct error *error)
{
    bool hex = c[0] == 'x' && isxdigit((unsigned char)c[1]) && isxdigit((unsigned char)c[2]);
    if (hex && c[1] == '0' && c[2] == '0')
        return error_set(error, ERROR_USAGE,
                         "a string has no zero byte; press Ctrl-Space sends one");
    int length = 1; /* of the character, which may have several bytes */
    while (((unsigned char)c[length] & 0xC0) == 0x80)
        length++;
    return hex || strchr("\"\\nrte", *c) != NULL ||
           error_set(error, ERROR_USAGE,
                     "'\\%.*s' is nothing in a string: write \\\\ for a backslash itself, or one "
                     "of \\\" \\n \\r \\t \\e \\x1b",
                     length, c);
}

/* "…" or /…/ from just after the opening mark; the mark itself is written \" or \/. */
static char *quoted_read(const char **at, char mark, struct error *error)
{
    char *text = calloc(1, strlen(*at) + 1);
    if (text == NULL)
        panic("out of memory");
    size_t length = 0;
    for (const char *c = *at; *c != '\0'; c++) {
        if (*c == mark) {
            *at = c + 1;
            return text;
        }
        if (*c != '\\' || c[1] == '\0') {
            text[length++] = *c;
            continue;
        }
        c++;
        if (mark == '/' && *c != '/')
            text[length++] = '\\'; /* the regular expression's own */
        else if (mark == '"' && !escape_sound(c, error)) {
            free(text);
            return NULL;
        }
        text[length++] = mark == '/' ? *c : escape_read(&c);
    }
    free(text);
    error_set(error, ERROR_USAGE, "no closing %c on this line", mark);
    return NULL;
}

static char *words_read(const char **at, enum value_form form)
{
    const char *start = *at, *end = start;
    while (*end != '\0' &&
           (form == VALUE_LINE || !(isspace((unsigned char)*end) && directive_over(end + 1))))
        end++;
    *at = end;
    while (end > start && isspace((unsigned char)end[-1]))
        end--;
    return strndup(start, (size_t)(end - start));
}

/* The length of NAME= where a "string" follows, as a shell has it; 0 elsewhere. */
static size_t pair_name(const char *at)
{
    size_t length = 0;
    while (isalnum((unsigned char)at[length]) || at[length] == '_')
        length++;
    return length > 0 && at[length] == '=' && at[length + 1] == '"' ? length + 1 : 0;
}

static char *pair_read(const char **at, struct error *error)
{
    size_t length = pair_name(*at);
    const char *name = *at;
    *at += length + 1;
    char *text = NULL, *value = quoted_read(at, '"', error);
    if (value != NULL && asprintf(&text, "%.*s%s", (int)length, name, value) < 0)
        panic("out of memory");
    free(value);
    return text;
}

bool syntax_value(const char **at, const struct value_kind *kind, struct value *value,
                  struct error *error)
{
    blanks_skip(at);
    const char mark = **at;
    if (kind->form != VALUE_LINE && directive_over(*at))
        return error_set(error, ERROR_USAGE, "%s is missing: %s", kind->name, kind->help);
    *value = (struct value){ .kind = kind };
    if (kind->form == VALUE_WORDS || kind->form == VALUE_LINE) {
        value->text = words_read(at, kind->form);
    } else if (mark == '"' || (mark == '/' && kind->form == VALUE_TEXT)) {
        (*at)++;
        value->regex = mark == '/';
        value->text = quoted_read(at, mark, error);
    } else if (kind->form == VALUE_PAIR && pair_name(*at) > 0) {
        value->text = pair_read(at, error);
    } else {
        value->text = strndup(*at, word_length(*at));
        *at += word_length(*at);
    }
    if (value->text == NULL)
        return false;
    if (mark == '\'' && value->text[1] != '\0' && kind->form <= VALUE_TEXT)
        return error_set(error, ERROR_USAGE, "a string stands in \"double quotes\"");
    if (**at != '\0' && !isspace((unsigned char)**at))
        return error_set(error, ERROR_USAGE, "'%.*s' is too much: put a blank after the closing %c",
                         (int)word_length(*at), *at, (*at)[-1]);
    if (kind->check == NULL || strstr(value->text, "${") != NULL)
        return true; /* one with variables is checked when they are filled in */
    if (kind->check(value, error))
        return true;
    size_t length = strlen(value->text);
    return (mark != '"' && mark != '/' && length > 1 && value->text[length - 1] == ';' &&
            error_set(error, ERROR_USAGE,
                      "'%.40s': a ; that ends a directive has a blank before it", value->text));
}

/* Over a "string", a /regular expression/ or a word, as far as it can be told without its kind. */
static void token_skip(const char **at)
{
    const char mark = **at;
    const char *end = *at + 1;
    if (mark == '"' || mark == '/') {
        while (*end != '\0' && *end != mark)
            end += *end == '\\' && end[1] != '\0' ? 2 : 1;
        if (*end == mark && (end[1] == '\0' || isspace((unsigned char)end[1]))) {
            *at = end + 1;
            return;
        }
    }
    *at += word_length(*at);
}

/* How many fixed words of the syntax stand where they should in the line; -1 where one does not. */
static int syntax_fit(const char *syntax, const char *line)
{
    int fixed = 0;
    while (*syntax != '\0' && *syntax != '[') {
        size_t length = word_length(syntax);
        blanks_skip(&line);
        if (!islower((unsigned char)*syntax)) {
            token_skip(&line);
        } else {
            if (word_length(line) != length || strncmp(line, syntax, length) != 0)
                return -1;
            line += length;
            fixed++;
        }
        syntax += length;
        syntax += strspn(syntax, " ");
    }
    return fixed;
}

/* How many leading words of the syntax the line begins with, all of them or none. */
static int prefix_fit(const char *syntax, const char *line)
{
    int words = 0;
    while (islower((unsigned char)*syntax)) {
        size_t length = word_length(syntax);
        blanks_skip(&line);
        if (word_length(line) != length || strncmp(line, syntax, length) != 0)
            return 0;
        line += length;
        syntax += length;
        syntax += strspn(syntax, " ");
        words++;
    }
    return words;
}

const struct directive *syntax_match(const char *line)
{
    const struct directive *best = NULL, *nearest = NULL;
    int most = 0, longest = 0;
    for (int i = 0; i < DIRECTIVE_COUNT; i++) {
        const struct directive *directive = directive_of((enum directive_name)i);
        int fixed = syntax_fit(directive->syntax, line);
        int words = prefix_fit(directive->syntax, line);
        best = fixed > most ? directive : best;
        most = fixed > most ? fixed : most;
        nearest = words > longest ? directive : nearest;
        longest = words > longest ? words : longest;
    }
    return best != NULL ? best : nearest;
}

bool syntax_begins(const char *word)
{
    bool begins = false;
    for (int i = 0; i < DIRECTIVE_COUNT && !begins; i++) {
        const char *syntax = directive_of((enum directive_name)i)->syntax;
        begins = syntax[0] != '\0' && word_length(syntax) == strlen(word) &&
                 strncmp(syntax, word, strlen(word)) == 0;
    }
    return begins;
}

/* A fixed word of the syntax. *skipping tells that an optional part is not there. */
static bool fixed_read(const char **at, const char *syntax, size_t length, bool optional,
                       bool *skipping, const struct step *step, struct error *error)
{
    blanks_skip(at);
    bool there = word_length(*at) == length && strncmp(*at, syntax, length) == 0;
    *skipping = (optional && !there) || (*skipping && !optional);
    if (!there && !*skipping)
        return error_set(error, ERROR_USAGE, "write '%.*s' here: %s", (int)length, syntax,
                         step->directive->syntax);
    *at += there ? length : 0;
    return true;
}

bool syntax_read(const char **at, struct step *step, struct error *error)
{
    const char *syntax = step->directive->syntax;
    bool skipping = false; /* inside brackets whose word is not there */
    while (*syntax != '\0') {
        bool optional = *syntax == '[';
        syntax += optional;
        size_t length = strcspn(syntax, " ].");
        bool repeated = strncmp(syntax + length, "...", 3) == 0;
        if (islower((unsigned char)*syntax)) {
            if (!fixed_read(at, syntax, length, optional, &skipping, step, error))
                return false;
        } else {
            const struct value_kind *kind = value_kind_find(syntax, length);
            do {
                if (step->count == STEP_VALUES)
                    return error_set(error, ERROR_USAGE, "more than %d values; go on in a new line",
                                     STEP_VALUES);
                struct value *value = &step->values[step->count++];
                if (!skipping && !syntax_value(at, kind, value, error))
                    return false;
                blanks_skip(at);
            } while (repeated && !directive_over(*at));
        }
        syntax += length + (repeated ? 3 : 0);
        if (*syntax == ']')
            skipping = false;
        syntax += strspn(syntax, " ]");
    }
    return true;
}
