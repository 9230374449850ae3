/* SPDX-License-Identifier: MIT */
/* One pass, byte by byte, but for the runs inside of strings that make up most of a line. */
#include "shared/json_text.h"

#include "shared/json.h"

#include <endian.h>
#include <string.h>

/* How many bytes the character at text takes, 0 when it is none. */
static size_t utf8_length(const unsigned char *text, size_t left)
{
    unsigned char lead = text[0];
    if (lead < 0x80)
        return lead != 0;
    size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || left < length)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = (lead == 0xe0 && text[1] < 0xa0) || (lead == 0xf0 && text[1] < 0x90);
    bool beyond = (lead == 0xed && text[1] > 0x9f) || (lead == 0xf4 && text[1] > 0x8f);
    return overlong || beyond ? 0 : length;
}

bool json_utf8_valid(const char *text, size_t length)
{
    for (size_t at = 0, step; at < length; at += step)
        if ((step = utf8_length((const unsigned char *)text + at, length - at)) == 0)
            return false;
    return true;
}

/* How many bytes the escape at text (a backslash) takes, 0 when it is none, or stands for the NUL.
 */
static size_t escape_length(const char *text, size_t left)
{
    if (left < 2)
        return 0;
    if (text[1] != 'u')
        return text[1] != '\0' && strchr("\"\\/bfnrt", text[1]) != NULL ? 2 : 0;
    if (left < 6 || memcmp(text + 2, "0000", 4) == 0)
        return 0;
    for (int i = 2; i < 6; i++)
        if (text[i] == '\0' || strchr("0123456789abcdefABCDEF", text[i]) == NULL)
            return 0;
    return 6;
}

static size_t digits_length(const char *text, size_t left)
{
    size_t length = 0;
    while (length < left && text[length] >= '0' && text[length] <= '9')
        length++;
    return length;
}

/* How many bytes the number at text takes, 0 when it is none as RFC 8259 has it. */
static size_t number_length(const char *text, size_t left)
{
    size_t at = text[0] == '-', digits = digits_length(text + at, left - at);
    if (digits == 0 || (digits > 1 && text[at] == '0'))
        return 0;
    at += digits;
    if (at < left && text[at] == '.') {
        if ((digits = digits_length(text + at + 1, left - at - 1)) == 0)
            return 0;
        at += 1 + digits;
    }
    if (at < left && (text[at] == 'e' || text[at] == 'E')) {
        at++;
        at += at < left && (text[at] == '+' || text[at] == '-');
        if ((digits = digits_length(text + at, left - at)) == 0)
            return 0;
        at += digits;
    }
    return at < left && text[at] != '\0' && strchr("0123456789+-.eE", text[at]) != NULL ? 0 : at;
}

static bool number_begins(char byte)
{
    return byte == '-' || (byte >= '0' && byte <= '9');
}

bool json_integer_text(const char *number, size_t length)
{
    const bool negative = number[0] == '-';
    return digits_length(number + negative, length - negative) == length - negative &&
           !(negative && number[1] == '0');
}

/* Inside a string, at its next byte. */
static bool string_step(const char *text, size_t at, size_t length, size_t *step,
                        struct error *error)
{
    *step = utf8_length((const unsigned char *)text + at, length - at);
    if (*step == 0)
        return error_set(error, ERROR_FORMAT, "byte %zu is not UTF-8", at);
    if ((unsigned char)text[at] < 0x20)
        return error_set(error, ERROR_FORMAT, "byte %zu is a control character inside a string",
                         at);
    if (text[at] == '\\' && (*step = escape_length(text + at, length - at)) == 0)
        return error_set(error, ERROR_FORMAT, "byte %zu begins no escape that is allowed", at);
    return true;
}

/* Outside, at a number, a letter of a word (the parser knows them all), a bracket or white space.
 */
static bool plain_step(const char *text, size_t at, size_t length, size_t *step,
                       struct error *error)
{
    *step = 1;
    switch (text[at]) {
    case '{':
    case '}':
    case '[':
    case ']':
    case ':':
    case ',':
    case '"':
    case ' ':
    case '\t':
    case '\r':
    case '\n':
        return true;
    default:
        break;
    }
    if (text[at] >= 'a' && text[at] <= 'z')
        return true;
    if (!number_begins(text[at]))
        return error_set(error, ERROR_FORMAT, "byte %zu is not JSON", at);
    *step = number_length(text + at, length - at);
    if (*step > JSON_NUMBER_LENGTH)
        return error_set(error, ERROR_FORMAT, "byte %zu begins a number of more than %d bytes", at,
                         JSON_NUMBER_LENGTH);
    return *step != 0 ||
           error_set(error, ERROR_FORMAT, "byte %zu begins no number that is allowed", at);
}

/*
 * Which of eight bytes is the first that is not ASCII standing for itself in a string, 8 when all
 * are. A byte's top bit gets set, by itself or by a subtraction that goes below 0, where it is
 * none; a borrow reaches only bytes that follow.
 */
static size_t plain_of_eight(const char *text)
{
    const uint64_t each = UINT64_C(0x0101010101010101);
    uint64_t bytes;
    memcpy(&bytes, text, sizeof bytes);
    bytes = le64toh(bytes);
    const uint64_t control = bytes - each * ' ', quote = (bytes ^ each * '"') - each,
                   backslash = (bytes ^ each * '\\') - each;
    const uint64_t none = (bytes | control | quote | backslash) & each * 0x80;
    return none == 0 ? 8 : (size_t)__builtin_ctzll(none) / 8;
}

size_t json_plain_run(const char *text, size_t length)
{
    size_t run = 0, plain = 8;
    for (; plain == 8 && length - run >= 8; run += plain)
        plain = plain_of_eight(text + run);
    if (plain < 8)
        return run;
    while (run < length && text[run] >= ' ' && text[run] <= '~' && text[run] != '"' &&
           text[run] != '\\')
        run++;
    return run;
}

bool json_text_check(const char *text, size_t length, struct json_parts *parts, struct error *error)
{
    int depth = 0;
    bool in_string = false;
    *parts = (struct json_parts){ .values = 1 };
    for (size_t at = 0, step; at < length; at += step) {
        if (in_string && (step = json_plain_run(text + at, length - at)) > 0)
            continue;
        if (!(in_string ? string_step : plain_step)(text, at, length, &step, error))
            return false;
        if (text[at] == '"')
            in_string = !in_string;
        if (in_string)
            continue;
        const bool opens = text[at] == '{' || text[at] == '[',
                   closes = text[at] == '}' || text[at] == ']';
        const bool number = number_begins(text[at]);
        parts->values += opens || text[at] == ',';
        parts->words += text[at] == '"' || number;
        parts->fractions += number && !json_integer_text(text + at, step);
        depth += opens - closes;
        if (depth > JSON_DEPTH_MAX)
            return error_set(error, ERROR_FORMAT, "it is nested deeper than %d levels",
                             JSON_DEPTH_MAX);
    }
    return true;
}

const char *json_number_next(const char *text, const char *end, size_t *length)
{
    bool in_string = false;
    for (; text < end; text++) {
        if (in_string && *text == '\\')
            text++;
        else if (*text == '"')
            in_string = !in_string;
        else if (!in_string && number_begins(*text))
            break;
    }
    *length = text < end ? number_length(text, (size_t)(end - text)) : 0;
    return text;
}
