/* SPDX-License-Identifier: MIT */
/* One row a kind of value. A new kind is a row here and, where it needs one, a check above it. */
#include "tests/keys/value.h"
#include "tests/keys/golden.h"
#include "tests/keys/keyname.h"

#include <ctype.h>
#include <regex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SIZE_LIMIT   500 /* columns or rows */
#define TIME_LIMIT_S 3600

static const struct {
    const char *name;
    int number;
} SIGNALS[] = {
    { "TERM", SIGTERM }, { "KILL", SIGKILL }, { "INT", SIGINT },   { "HUP", SIGHUP },
    { "STOP", SIGSTOP }, { "CONT", SIGCONT }, { "QUIT", SIGQUIT }, { "USR1", SIGUSR1 },
    { "USR2", SIGUSR2 }, { "SEGV", SIGSEGV }, { "ABRT", SIGABRT }, { "WINCH", SIGWINCH },
};

bool value_number(const char *text, int low, int high, int *number)
{
    char *end = NULL;
    long value = strtol(text, &end, 10);
    if (!isdigit((unsigned char)text[0]) || *end != '\0' || value < low || value > high)
        return false;
    *number = (int)value;
    return true;
}

bool value_size(const char *text, int *columns, int *rows)
{
    char first[16];
    const char *cross = strchr(text, 'x');
    if (cross == NULL || cross - text >= (int)sizeof first)
        return false;
    snprintf(first, sizeof first, "%.*s", (int)(cross - text), text);
    return value_number(first, 1, SIZE_LIMIT, columns) &&
           value_number(cross + 1, 1, SIZE_LIMIT, rows);
}

bool value_time_ms(const char *text, int *ms)
{
    char *end = NULL;
    double time = strtod(text, &end);
    if (!isdigit((unsigned char)text[0]) || time < 0 || time > 1000.0 * TIME_LIMIT_S)
        return false;
    if (strcmp(end, "s") == 0 && time <= TIME_LIMIT_S)
        *ms = (int)(time * 1000);
    else if (strcmp(end, "ms") == 0)
        *ms = (int)time;
    else
        return false;
    return true;
}

bool value_signal(const char *text, int *number)
{
    for (size_t i = 0; i < sizeof SIGNALS / sizeof SIGNALS[0]; i++) {
        if (strcmp(SIGNALS[i].name, text) == 0) {
            *number = SIGNALS[i].number;
            return true;
        }
    }
    return false;
}

static bool check_size(const struct value *value, struct error *error)
{
    int columns, rows;
    return value_size(value->text, &columns, &rows) ||
           error_set(error, ERROR_USAGE, "'%s' is not a size: write columns and rows as in 80x24",
                     value->text);
}

static bool check_want(const struct value *value, struct error *error)
{
    static const char *const WANTS[] = { "utf8", "ascii", "color", "mono" };
    int columns, rows;
    for (size_t i = 0; i < sizeof WANTS / sizeof WANTS[0]; i++)
        if (strcmp(WANTS[i], value->text) == 0)
            return true;
    return value_size(value->text, &columns, &rows) ||
           error_set(error, ERROR_USAGE,
                     "cannot require '%s': use a size as in 80x24, utf8, ascii, color or mono",
                     value->text);
}

static bool check_time(const struct value *value, struct error *error)
{
    int ms;
    return value_time_ms(value->text, &ms) ||
           error_set(error, ERROR_USAGE, "'%s' is not a time: write 2s, 0.5s or 500ms",
                     value->text);
}

static bool check_digits(const struct value *value, struct error *error)
{
    return (value->text[0] != '\0' && value->text[strspn(value->text, "0123456789")] == '\0') ||
           error_set(error, ERROR_USAGE, "'%s' is not a card number: write its digits only",
                     value->text);
}

static bool check_number(const struct value *value, struct error *error)
{
    int number;
    return value_number(value->text, 1, SIZE_LIMIT, &number) ||
           error_set(error, ERROR_USAGE, "'%s' is not a place: rows and columns count from 1",
                     value->text);
}

static bool check_status(const struct value *value, struct error *error)
{
    int number;
    return value_number(value->text, 0, 255, &number) ||
           error_set(error, ERROR_USAGE, "'%s' is not an exit status: write 0 to 255", value->text);
}

static bool check_signal(const struct value *value, struct error *error)
{
    int number;
    return value_signal(value->text, &number) ||
           error_set(error, ERROR_USAGE,
                     "unknown signal '%s': write TERM, KILL, INT, HUP, STOP or CONT", value->text);
}

static bool check_key(const struct value *value, struct error *error)
{
    struct key key;
    return key_named(value->text, &key) ||
           error_set(error, ERROR_USAGE,
                     "unknown key '%s': write Enter, Esc, Backspace, Tab, Space, F1 to F12, an "
                     "arrow, PageUp, "
                     "Ctrl-C or a character",
                     value->text);
}

static bool check_variable(const struct value *value, struct error *error)
{
    const char *text = value->text;
    bool good = isalpha((unsigned char)text[0]) || text[0] == '_';
    for (; good && *text != '\0'; text++)
        good = isalnum((unsigned char)*text) || *text == '_';
    return good || error_set(error, ERROR_USAGE,
                             "'%s' is not a variable: write letters, digits and _", value->text);
}

static bool check_assignment(const struct value *value, struct error *error)
{
    const char *equals = strchr(value->text, '=');
    return (equals != NULL && equals != value->text) ||
           error_set(error, ERROR_USAGE, "'%s' is not an assignment: write NAME=VALUE",
                     value->text);
}

static bool check_text(const struct value *value, struct error *error)
{
    if (value->text[0] == '\0')
        return error_set(error, ERROR_USAGE, "an empty text is everywhere: write what to look for");
    if (!value->regex)
        return true;
    regex_t regex;
    int result = regcomp(&regex, value->text, REG_EXTENDED | REG_NEWLINE);
    if (result != 0) {
        char reason[120];
        regerror(result, &regex, reason, sizeof reason);
        return error_set(error, ERROR_USAGE, "/%s/ is not a regular expression: %s", value->text,
                         reason);
    }
    regfree(&regex);
    return true;
}

static bool check_capture(const struct value *value, struct error *error)
{
    if (!value->regex || strchr(value->text, '(') == NULL)
        return error_set(error, ERROR_USAGE,
                         "'%s' captures nothing: write /a regular (expression)/ with a group",
                         value->text);
    return check_text(value, error);
}

static bool check_cursor(const struct value *value, struct error *error)
{
    return strcmp(value->text, "hidden") == 0 || strcmp(value->text, "visible") == 0 ||
           error_set(error, ERROR_USAGE, "a cursor is hidden or visible, not '%s'", value->text);
}

static bool check_masks(const struct value *value, struct error *error)
{
    return golden_masks_check(value->text, error);
}

static bool check_words(const struct value *value, struct error *error)
{
    return value->text[0] != '\0' ||
           error_set(error, ERROR_USAGE, "something must follow it on the line");
}

static const struct value_kind KINDS[] = {
    { "WANT", VALUE_WORD, check_want, "80x24, utf8, ascii, color or mono" },
    { "ASSIGNMENT", VALUE_WORD, check_assignment, "NAME=VALUE, or \"NAME=a longer value\"" },
    { "DIGITS", VALUE_WORD, check_digits, "a card number" },
    { "NAME", VALUE_WORD, NULL, "a screen's name: what follows 'atm: ' in the terminal's title" },
    { "TEXT", VALUE_TEXT, check_text,
      "\"literal\" (\\\" \\\\ \\n \\t), /extended regular expression/, or one word" },
    { "CAPTURE", VALUE_TEXT, check_capture, "/a regular expression with one (group)/" },
    { "PATH", VALUE_WORD, NULL, "a file, from where the runner was started" },
    { "TIME", VALUE_WORD, check_time, "2s, 0.5s or 500ms" },
    { "STATUS", VALUE_WORD, check_status, "0 to 255" },
    { "SIGNAL", VALUE_WORD, check_signal,
      "TERM, KILL, INT, HUP, STOP, CONT, QUIT, USR1, USR2, SEGV, ABRT" },
    { "KEY", VALUE_WORD, check_key,
      "Enter Backspace Esc Tab Space F1..F12 Up Down Left Right Home End Delete PageUp PageDown "
      "Ctrl-C, or "
      "any "
      "character" },
    { "ROW", VALUE_WORD, check_number, "from 1, at the top" },
    { "COLUMN", VALUE_WORD, check_number, "from 1, at the left" },
    { "SIZE", VALUE_WORD, check_size, "columns and rows, as in 80x24" },
    { "VARIABLE", VALUE_WORD, check_variable, "letters, digits and _" },
    { "LABEL", VALUE_WORD, NULL, "what the secret is, for people: PIN" },
    { "VALUE", VALUE_WORD, NULL, "a word or a \"string\"" },
    { "CURSOR", VALUE_WORD, check_cursor, "hidden or visible" },
    { "MASKS", VALUE_WORD, check_masks, "a list with commas, see below" },
    { "WORDS", VALUE_WORDS, check_words, "all up to ' ; ' or the end of the line" },
    { "COMMAND", VALUE_LINE, check_words, "the rest of the line, for /bin/sh" },
};

const struct value_kind *value_kinds(size_t *count)
{
    *count = sizeof KINDS / sizeof KINDS[0];
    return KINDS;
}

const struct value_kind *value_kind_find(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++)
        if (strlen(KINDS[i].name) == length && strncmp(KINDS[i].name, name, length) == 0)
            return &KINDS[i];
    panic("a syntax names the unknown kind %.*s", (int)length, name);
}
