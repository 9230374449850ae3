/* SPDX-License-Identifier: MIT */
/* One row a kind of value. A new kind is a row here and, where it needs one, a check above it. */
#include "keys/script/value.h"
#include "keys/script/mask.h"
#include "keys/terminal/keyname.h"
#include "keys/terminal/style.h"

#include <ctype.h>
#include <regex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SIZE_LIMIT     500 /* columns or rows */
#define TIME_LIMIT_S   3600
#define COUNT_LIMIT    1000
#define REGEX_DEPTH    32
#define REGEX_REPEATED 10000

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

/* "7", "7-9" or "7,10-9,40": rows, or rows and columns. */
bool value_area(const char *text, struct area *area)
{
    char end = '\0';
    *area = (struct area){ .left = 1, .right = SIZE_LIMIT };
    int found = sscanf(text, "%3d,%3d-%3d,%3d%c", &area->top, &area->left, &area->bottom,
                       &area->right, &end);
    if (found != 4) {
        *area = (struct area){ .left = 1, .right = SIZE_LIMIT };
        found = sscanf(text, "%3d-%3d%c", &area->top, &area->bottom, &end);
        if (found == 1 && text[strspn(text, "0123456789")] == '\0')
            area->bottom = area->top;
        else if (found != 2)
            return false;
    }
    return area->top >= 1 && area->left >= 1 && area->bottom >= area->top &&
           area->right >= area->left;
}

bool value_moment(const char *text, int64_t *seconds)
{
    struct tm moment = { .tm_mday = 1 };
    const char *end = strptime(text, "%Y-%m-%d", &moment);
    if (end != NULL && *end != '\0')
        end = strptime(end, " %H:%M", &moment);
    if (end != NULL && *end == ':')
        end = strptime(end, ":%S", &moment);
    if (end == NULL || *end != '\0')
        return false;
    *seconds = timegm(&moment);
    return true;
}

int value_button(const char *text)
{
    return text == NULL || strcmp(text, "left") == 0 ? 1 : strcmp(text, "middle") == 0 ? 2 : 3;
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

static bool check_number(const struct value *value, struct error *error)
{
    int number;
    return value_number(value->text, 1, SIZE_LIMIT, &number) ||
           error_set(error, ERROR_USAGE,
                     "'%.60s' is not a place: write a row, a blank and a column, both from 1; on a "
                     "text: click text TEXT",
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

static bool is_one_of(const char *text, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strcmp(*words, text) == 0)
            return true;
    return false;
}

static bool check_button(const struct value *value, struct error *error)
{
    static const char *const BUTTONS[] = { "left", "middle", "right", NULL };
    return is_one_of(value->text, BUTTONS) ||
           error_set(error, ERROR_USAGE, "a mouse button is left, middle or right, not '%s'",
                     value->text);
}

static bool check_direction(const struct value *value, struct error *error)
{
    static const char *const DIRECTIONS[] = { "up", "down", NULL };
    return is_one_of(value->text, DIRECTIONS) ||
           error_set(error, ERROR_USAGE, "a wheel turns up or down, not '%s'", value->text);
}

static bool check_count(const struct value *value, struct error *error)
{
    int number;
    return value_number(value->text, 1, COUNT_LIMIT, &number) ||
           error_set(error, ERROR_USAGE, "'%s' is not how often: write 1 to %d", value->text,
                     COUNT_LIMIT);
}

static bool check_ratio(const struct value *value, struct error *error)
{
    char *end = NULL;
    double ratio = strtod(value->text, &end);
    return (end != value->text && *end == '\0' && ratio >= 1 && ratio <= 21) ||
           error_set(error, ERROR_USAGE, "'%s' is not a contrast: write 1 to 21, as in 4.5",
                     value->text);
}

static bool check_styles(const struct value *value, struct error *error)
{
    return style_check(value->text, error);
}

static bool check_area(const struct value *value, struct error *error)
{
    struct area area;
    return value_area(value->text, &area) ||
           error_set(error, ERROR_USAGE,
                     "'%s' is not a part of the screen: write rows as in 7 or 7-9, or rows and "
                     "columns as in 7,10-9,40",
                     value->text);
}

static bool check_region(const struct value *value, struct error *error)
{
    bool name = isalpha((unsigned char)value->text[0]) || value->text[0] == '_';
    return name || check_area(value, error);
}

static bool check_moment(const struct value *value, struct error *error)
{
    int64_t seconds;
    return value_moment(value->text, &seconds) ||
           error_set(error, ERROR_USAGE,
                     "'%s' is not a moment: write \"2026-11-24 12:34:56\", or less of it",
                     value->text);
}

static bool check_key(const struct value *value, struct error *error)
{
    struct key key;
    char meant[16];
    if (key_named(value->text, &key))
        return true;
    if (key_meant(value->text, meant))
        return error_set(error, ERROR_USAGE, "unknown key '%.40s': write %s", value->text, meant);
    return error_set(error, ERROR_USAGE,
                     "unknown key '%.40s': write Enter, Esc, Backspace, Tab, Space, F1 to F12, an "
                     "arrow, PageUp, Ctrl-C, Alt-x, Shift-Tab or a character; words are typed: "
                     "type STRING",
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

/* Counts {n} and groups inside each other cost the C library memory and stack without bound. */
static bool regex_affordable(const char *text)
{
    int depth = 0;
    double repeated = 1;
    for (; *text != '\0'; text++) {
        if (*text == '\\' && text[1] != '\0') {
            text++;
            continue;
        }
        depth += (*text == '(') - (*text == ')');
        if (depth > REGEX_DEPTH)
            return false;
        if (*text != '{')
            continue;
        char *end = NULL;
        double low = strtod(text + 1, &end), high = *end == ',' ? strtod(end + 1, NULL) : low;
        repeated *= high > low ? high : low > 1 ? low : 1;
    }
    return repeated <= REGEX_REPEATED;
}

static bool check_text(const struct value *value, struct error *error)
{
    if (value->text[0] == '\0')
        return error_set(error, ERROR_USAGE, "an empty text is everywhere: write what to look for");
    if (!value->regex)
        return true;
    if (!regex_affordable(value->text))
        return error_set(error, ERROR_USAGE,
                         "this regular expression has groups more than %d deep, or counts {n} that "
                         "make more than %d together; write a simpler one",
                         REGEX_DEPTH, REGEX_REPEATED);
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
           error_set(error, ERROR_USAGE,
                     "a cursor is hidden or visible, not '%s'; its place is: cursor at ROW COLUMN",
                     value->text);
}

static bool check_masks(const struct value *value, struct error *error)
{
    if (value->text[0] == '\0' || strlen(value->text) >= MASKS_LIMIT)
        return error_set(error, ERROR_USAGE, "name masks, with commas between, at most %d bytes",
                         MASKS_LIMIT - 1);
    return true; /* which there are shows when it is played: a script may have its own */
}

static bool check_words(const struct value *value, struct error *error)
{
    return value->text[0] != '\0' ||
           error_set(error, ERROR_USAGE, "something must follow it on the line");
}

static bool check_parameters(const struct value *value, struct error *error)
{
    for (const char *at = value->text; *at != '\0'; at += strspn(at, " \t")) {
        size_t length = strcspn(at, " \t");
        const char *end = at + strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
                                          "0123456789");
        bool rest = strcmp(end, "...") == 0;
        if (isdigit((unsigned char)*at) || (end != at + length && !rest) || end == at)
            return error_set(error, ERROR_USAGE,
                             "'%.*s' is no name for what a macro takes: write letters, digits "
                             "and _, and ... after the last only",
                             (int)length, at);
        at += length;
    }
    return true;
}

static const struct value_kind KINDS[] = {
    { "WANT", VALUE_WORD, check_want, "80x24, utf8, ascii, color or mono" },
    { "ASSIGNMENT", VALUE_PAIR, check_assignment, "NAME=VALUE, or NAME=\"a longer value\"" },
    { "PROGRAM", VALUE_WORD, NULL, "the name of a program, as the shell finds it" },
    { "NAME", VALUE_WORD, NULL,
      "a screen's name: the terminal's title, or what follows `screens titled` in it" },
    { "STRING", VALUE_WORD, NULL,
      "a word or a \"string\", which may have \\\" \\\\ \\n \\r \\t \\e \\x1b in it" },
    { "TEXT", VALUE_TEXT, check_text,
      "\"a string\", /an extended regular expression/, or one word" },
    { "CAPTURE", VALUE_TEXT, check_capture, "/a regular expression with one (group)/" },
    { "PATH", VALUE_WORD, NULL, "a file, from where the runner was started" },
    { "TIME", VALUE_WORD, check_time, "2s, 0.5s or 500ms" },
    { "STATUS", VALUE_WORD, check_status, "0 to 255" },
    { "SIGNAL", VALUE_WORD, check_signal,
      "TERM, KILL, INT, HUP, STOP, CONT, QUIT, USR1, USR2, SEGV, ABRT" },
    { "KEY", VALUE_WORD, check_key,
      "Enter Backspace Esc Tab Space F1..F12 Up Down Left Right Home End Insert Delete PageUp "
      "PageDown, a character (a \"#\" in quotes), or one of them after Ctrl-, Alt- or Shift-" },
    { "BUTTON", VALUE_WORD, check_button, "left, middle or right" },
    { "DIRECTION", VALUE_WORD, check_direction, "up or down" },
    { "COUNT", VALUE_WORD, check_count, "1 to 1000" },
    { "AREA", VALUE_WORD, check_area, "rows as in 7 or 7-9, or rows and columns as in 7,10-9,40" },
    { "REGION", VALUE_WORD, check_region, "an area, or the name that `region` gave one" },
    { "STYLES", VALUE_WORD, check_styles,
      "a list with commas of bold underline italic blink reverse strike, no-bold and so on, "
      "fg=COLOR, bg=COLOR; a color is black red green yellow blue magenta cyan white, bright-red "
      "and so on, 0 to 255, #rrggbb or default" },
    { "RATIO", VALUE_WORD, check_ratio, "a contrast as WCAG counts it, 1 to 21" },
    { "MOMENT", VALUE_WORD, check_moment, "\"2026-11-24 12:34:56\", or less of it" },
    { "QUIET", VALUE_WORD, check_time, "as TIME" },
    { "HELPER", VALUE_WORD, check_variable, "the name of a helper" },
    { "ROW", VALUE_WORD, check_number, "from 1, at the top" },
    { "COLUMN", VALUE_WORD, check_number, "from 1, at the left" },
    { "SIZE", VALUE_WORD, check_size, "columns and rows, as in 80x24" },
    { "VARIABLE", VALUE_WORD, check_variable, "letters, digits and _" },
    { "LABEL", VALUE_WORD, NULL, "what the secret is, for people: PIN" },
    { "VALUE", VALUE_WORD, NULL, "a word or a \"string\"" },
    { "CURSOR", VALUE_WORD, check_cursor, "hidden or visible" },
    { "MASKS", VALUE_WORD, check_masks, "a list with commas of those below and the script's own" },
    { "WORDS", VALUE_WORDS, check_words, "all up to ' ; ' or the end of the line" },
    { "PARAMETERS", VALUE_WORDS, check_parameters,
      "names of what a macro takes; the last may end in ... and takes all that follows" },
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
