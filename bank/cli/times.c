/* SPDX-License-Identifier: MIT */
/* Times of a command line, and times as words: declared in values.h. */
#include "bank/cli/values.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

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
    size_t used = strftime(buffer, TIME_TEXT_SIZE, "%Y-%m-%dT%H:%M:%S", &parts);
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

bool read_date(const char *text, int64_t *from_us, int64_t *at_us)
{
    return strlen(text) == strlen("2026-11-24") && read_time(text, from_us, at_us);
}
