/* SPDX-License-Identifier: MIT */
#include "bank/engine/reply_time.h"

#include <time.h>

#define SECOND_US INT64_C(1000000)
#define DAY_S     86400

static char *put_digits(char *at, int64_t number, int digits)
{
    for (int i = digits - 1; i >= 0; i--, number /= 10)
        at[i] = (char)('0' + number % 10);
    return at + digits;
}

static char *put_date(char *at, const struct tm *moment)
{
    at = put_digits(at, (int64_t)moment->tm_year + 1900, 4);
    *at++ = '-';
    at = put_digits(at, moment->tm_mon + 1, 2);
    *at++ = '-';
    return put_digits(at, moment->tm_mday, 2);
}

void reply_date(struct json_writer *writer, const char *name, int64_t day)
{
    const time_t midnight = (time_t)(day * DAY_S);
    struct tm moment;
    char text[16];
    *put_date(text, gmtime_r(&midnight, &moment)) = '\0';
    json_write_string(writer, name, text);
}

void reply_time(struct json_writer *writer, const char *name, int64_t at_us)
{
    const time_t second = (time_t)(at_us / SECOND_US);
    struct tm moment;
    char text[32];
    char *at = put_date(text, gmtime_r(&second, &moment));
    *at++ = 'T';
    at = put_digits(at, moment.tm_hour, 2);
    *at++ = ':';
    at = put_digits(at, moment.tm_min, 2);
    *at++ = ':';
    at = put_digits(at, moment.tm_sec, 2);
    *at++ = '.';
    at = put_digits(at, at_us % SECOND_US / 1000, 3);
    *at++ = 'Z';
    *at = '\0';
    json_write_string(writer, name, text);
}
