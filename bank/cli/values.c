/* SPDX-License-Identifier: MIT */
/* Words of a command line as values, and values as words: declared in arguments.h. */
#include "bank/cli/arguments.h"

#include "shared/currency.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

bool read_uuid(const char *text, const char *what, struct uuid *uuid)
{
    if (uuid_read(text, strlen(text), uuid) && !uuid_is_nil(uuid))
        return true;
    complain_usage("\"%.60s\" is no %s: give a uuid such as "
                   "1c915dd1-8bf0-4662-a2ce-60725b0c7de2",
                   text, what);
    return false;
}

bool read_amount(const char *text, const char *what, bool zero_too, money *amount)
{
    if (money_parse(text, amount) && (*amount > 0 || (zero_too && *amount == 0)))
        return true;
    complain_usage("\"%.60s\" is no %s: give money such as 12.50%s", text, what,
                   zero_too ? ", or 0 for none" : ", above 0");
    return false;
}

bool read_count(const char *text, const char *what, int64_t max, int64_t *count)
{
    char *end;
    long long value = isdigit((unsigned char)text[0]) ? strtoll(text, &end, 10) : -1;
    if (value >= 0 && *end == '\0' && value <= max) {
        *count = value;
        return true;
    }
    complain_usage("\"%.60s\" is no %s: give a whole number from 0 to %lld", text, what,
                   (long long)max);
    return false;
}

/* One "50x1000" of a list, up to `length` bytes. */
static bool read_note_count(const char *text, size_t length, struct notes *notes)
{
    char word[40], *times, *end;
    if (length == 0 || length >= sizeof word)
        return false;
    memcpy(word, text, length);
    word[length] = '\0';
    if ((times = strchr(word, 'x')) == NULL || !isdigit((unsigned char)times[1]))
        return false;
    *times = '\0';
    money denomination;
    long count = strtol(times + 1, &end, 10);
    if (!money_parse(word, &denomination) || denomination <= 0 || denomination > DENOMINATION_MAX ||
        !currency_has(currency_own(), (int32_t)denomination) || *end != '\0' ||
        count > NOTES_COUNT_MAX)
        return false;
    for (uint32_t i = 0; i < notes->length; i++)
        if (notes->item[i].denomination == denomination)
            return false;
    return notes_add(notes, (int32_t)denomination, (int32_t)count);
}

bool read_notes(const char *text, const char *what, struct notes *notes)
{
    *notes = (struct notes){ 0 };
    for (const char *at = text;;) {
        size_t length = strcspn(at, ", ");
        if (!read_note_count(at, length, notes))
            break;
        if (at[length] == '\0')
            return true;
        at += length + 1;
    }
    char list[CURRENCY_LIST_LENGTH];
    complain_usage(
        "\"%.60s\" are no %s: give denomination x count, each denomination once, of %s %s, "
        "such as 50x1000,20x2000",
        text, what, currency_list(currency_own(), currency_own()->minor, list), CURRENCY);
    return false;
}

char *notes_text(const struct notes *notes, char buffer[static NOTES_TEXT_SIZE])
{
    size_t used = 0;
    for (uint32_t i = 0; i < notes->length; i++) {
        if (notes->item[i].count == 0)
            continue;
        int32_t whole = notes->item[i].denomination / 100,
                cents = notes->item[i].denomination % 100;
        char fraction[8] = "";
        if (cents != 0)
            snprintf(fraction, sizeof fraction, ".%02d", cents);
        used += (size_t)snprintf(buffer + used, NOTES_TEXT_SIZE - used, "%s%d%sx%d",
                                 used > 0 ? " " : "", whole, fraction, notes->item[i].count);
    }
    if (used == 0)
        memcpy(buffer, "-", 2);
    return buffer;
}

static int time_parts(int64_t at_us, struct tm *parts)
{
    time_t seconds = (time_t)(at_us / 1000000);
    int fraction = (int)(at_us % 1000000);
    if (fraction < 0) {
        fraction += 1000000;
        seconds--;
    }
    gmtime_r(&seconds, parts);
    return fraction;
}

char *time_text(int64_t at_us, char buffer[static TIME_TEXT_SIZE])
{
    struct tm parts;
    int fraction = time_parts(at_us, &parts);
    size_t used = strftime(buffer, TIME_TEXT_SIZE, "%Y-%m-%d %H:%M:%S", &parts);
    snprintf(buffer + used, TIME_TEXT_SIZE - used, ".%03dZ", fraction / 1000);
    return buffer;
}

char *time_json(int64_t at_us, char buffer[static TIME_TEXT_SIZE])
{
    struct tm parts;
    int fraction = time_parts(at_us, &parts);
    size_t used = strftime(buffer, TIME_TEXT_SIZE, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(buffer + used, TIME_TEXT_SIZE - used, ".%06dZ", fraction);
    return buffer;
}

/* A fraction of a second at text, if any: in microseconds, with how many its last digit stands for,
 * and what follows it. */
static const char *read_fraction(const char *text, int64_t *us, int64_t *unit)
{
    *us = 0;
    *unit = 1000000;
    if (*text != '.')
        return text;
    for (text++; isdigit((unsigned char)*text); text++)
        if (*unit > 1)
            *us += (*text - '0') * (*unit /= 10);
    return text;
}

/* Z, +01:00, -0530, +01 or nothing, which is UTC too. */
static bool read_offset(const char *text, int64_t *offset_us)
{
    int hours, minutes = 0, length = 0;
    *offset_us = 0;
    if (*text == '\0' || strcmp(text, "Z") == 0)
        return true;
    if (*text != '+' && *text != '-')
        return false;
    const char *digits = text + 1;
    if (strspn(digits, "0123456789:") != strlen(digits) ||
        !((sscanf(digits, "%2d:%2d%n", &hours, &minutes, &length) == 2 && length == 5) ||
          (strlen(digits) == 4 && sscanf(digits, "%2d%2d%n", &hours, &minutes, &length) == 2) ||
          (strlen(digits) == 2 && sscanf(digits, "%2d%n", &hours, &length) == 1)) ||
        digits[length] != '\0' || hours > 23 || minutes > 59)
        return false;
    *offset_us = (hours * INT64_C(3600) + minutes * INT64_C(60)) * 1000000;
    if (*text == '-')
        *offset_us = -*offset_us;
    return true;
}

/* The 30th of February is no day, though timegm makes one of it. */
static bool read_seconds(const struct tm *parts, int64_t *seconds)
{
    struct tm same = *parts;
    *seconds = (int64_t)timegm(&same);
    return same.tm_mday == parts->tm_mday && same.tm_mon == parts->tm_mon &&
           same.tm_sec == parts->tm_sec;
}

bool read_time(const char *text, int64_t *from_us, int64_t *at_us)
{
    static const char *const forms[] = { "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M",
                                         "%Y-%m-%d %H:%M", "%Y-%m-%d" };
    const int64_t second = 1000000,
                  units[] = { second, second, 60 * second, 60 * second, 86400 * second };
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        struct tm parts = { 0 };
        const char *end = strptime(text, forms[i], &parts);
        int64_t fraction_us = 0, unit_us = units[i], offset_us, seconds;
        if (end == NULL)
            continue;
        if (i < 2)
            end = read_fraction(end, &fraction_us, &unit_us);
        if (!read_offset(end, &offset_us) || !read_seconds(&parts, &seconds))
            continue;
        *from_us = seconds * second + fraction_us - offset_us;
        *at_us = *from_us + unit_us - 1;
        return true;
    }
    return false;
}
