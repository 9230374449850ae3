/* SPDX-License-Identifier: MIT */
#include "bank/log/pairs.h"

#include <stdio.h>
#include <string.h>

enum { NUMBER_DIGITS = 15 };

static const char message[] = "message";

/* The length of the name of a pair that begins here; 0: none does. */
static size_t name_at(const char *text)
{
    const size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return text[length] == '=' ? length : 0;
}

static bool stood_before(const struct pair *pairs, size_t count, const char *name, size_t length)
{
    static const char *const own[] = { "time", "level", "event" };
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        if (strlen(own[i]) == length && memcmp(own[i], name, length) == 0)
            return true;
    for (size_t i = 0; i < count; i++)
        if (pairs[i].name_length == length && memcmp(pairs[i].name, name, length) == 0)
            return true;
    return false;
}

/* Where the value ends that begins at text: before the blank of the next pair, or at the end. */
static const char *value_end(const char *text, bool quoted, const struct pair *pairs, size_t count)
{
    for (const char *at = strchr(text, ' '); at != NULL; at = strchr(at + 1, ' ')) {
        const size_t length = name_at(at + 1);
        const bool ends = !quoted || (at > text + 1 && at[-1] == '"');
        if (ends && length > 0 && count < PAIRS_MAX && !stood_before(pairs, count, at + 1, length))
            return at;
    }
    return text + strlen(text);
}

size_t pairs_read(const char *text, struct pair pairs[static PAIRS_MAX])
{
    size_t count = 0;
    while (*text != '\0') {
        struct pair *pair = &pairs[count++];
        const size_t length = name_at(text);
        *pair = (struct pair){ .name = text, .name_length = length };
        if (length == 0 || stood_before(pairs, count - 1, text, length)) {
            pair->name = message;
            pair->name_length = sizeof message - 1;
        } else {
            text += length + 1;
        }
        pair->quoted = *text == '"';
        const char *end = value_end(text, pair->quoted, pairs, count);
        pair->value = pair->quoted ? text + 1 : text;
        pair->value_length = (size_t)(end - pair->value);
        if (pair->quoted && pair->value_length > 0 && end[-1] == '"')
            pair->value_length--;
        text = *end == ' ' ? end + 1 : end;
    }
    return count;
}

/* A number as JSON has it, which every reader takes as it is. */
static bool is_number(const struct pair *pair)
{
    const char *digits = pair->value;
    size_t length = pair->value_length;
    if (length > 1 && digits[0] == '-') {
        digits++;
        length--;
    }
    return !pair->quoted && length > 0 && length <= NUMBER_DIGITS &&
           strspn(digits, "0123456789") >= length && (digits[0] != '0' || pair->value_length == 1);
}

void pair_write_json(struct json_writer *writer, const struct pair *pair)
{
    char name[40];
    snprintf(name, sizeof name, "%.*s", (int)pair->name_length, pair->name);
    if (is_number(pair))
        json_write_raw(writer, name, pair->value, pair->value_length);
    else
        json_write_bytes(writer, name, pair->value, pair->value_length);
}
