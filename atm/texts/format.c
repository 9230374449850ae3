/* SPDX-License-Identifier: MIT */
#include "atm/texts/format.h"

#include <stdio.h>
#include <string.h>

#define GROUP_DIGITS 3

char *format_money(char buffer[static MONEY_TEXT_LENGTH], int language, money amount)
{
    char plain[MONEY_TEXT_LENGTH];
    const char *group = text_get(language, TEXT_FORMAT_GROUP);
    const char *decimal = text_get(language, TEXT_FORMAT_DECIMAL);
    const char *digit = money_format(amount, plain);
    size_t length = 0, left = strcspn(plain, ".");
    buffer[0] = '\0';
    for (; *digit != '\0' && *digit != '.' && length < MONEY_TEXT_LENGTH; digit++, left--) {
        const bool grouped = left % GROUP_DIGITS == 0 && digit > plain && digit[-1] != '-';
        length += (size_t)snprintf(buffer + length, MONEY_TEXT_LENGTH - length, "%s%c",
                                   grouped ? group : "", *digit);
    }
    if (*digit == '.' && length < MONEY_TEXT_LENGTH)
        snprintf(buffer + length, MONEY_TEXT_LENGTH - length, "%s%s", decimal, digit + 1);
    return buffer;
}

/* The nth of words with a blank between them, counted from 0. */
static void word_copy(char *buffer, size_t size, const char *words, int number)
{
    for (; number > 0 && *words != '\0'; number--) {
        words += strcspn(words, " ");
        words += strspn(words, " ");
    }
    snprintf(buffer, size, "%.*s", (int)strcspn(words, " "), words);
}

char *format_time(char buffer[static FORMAT_DATE_LENGTH], int language, enum text pattern,
                  const struct tm *parts)
{
    size_t length = 0;
    buffer[0] = '\0';
    for (const char *at = text_get(language, pattern);
         *at != '\0' && length < FORMAT_DATE_LENGTH - 1; at++) {
        char piece[24] = { *at, '\0' };
        if (*at == 'b')
            word_copy(piece, sizeof piece, text_get(language, TEXT_FORMAT_MONTHS), parts->tm_mon);
        else if (*at == 'y')
            snprintf(piece, sizeof piece, "%04d", parts->tm_year + 1900);
        else if (strchr("dmHM", *at) != NULL)
            snprintf(piece, sizeof piece, "%02d",
                     *at == 'd'   ? parts->tm_mday
                     : *at == 'm' ? parts->tm_mon + 1
                     : *at == 'H' ? parts->tm_hour
                                  : parts->tm_min);
        length += (size_t)snprintf(buffer + length, FORMAT_DATE_LENGTH - length, "%s", piece);
    }
    return buffer;
}

char *format_moment(char buffer[static FORMAT_DATE_LENGTH], int language, enum text pattern,
                    int64_t wall_s)
{
    const time_t wall = (time_t)wall_s;
    struct tm parts;
    buffer[0] = '\0';
    return localtime_r(&wall, &parts) != NULL ? format_time(buffer, language, pattern, &parts)
                                              : buffer;
}

char *format_date(char buffer[static FORMAT_DATE_LENGTH], int language, const char *iso)
{
    struct tm parts = { 0 };
    int used = 0;
    if (sscanf(iso, "%4d-%2d-%2d%n", &parts.tm_year, &parts.tm_mon, &parts.tm_mday, &used) != 3 ||
        iso[used] != '\0') {
        snprintf(buffer, FORMAT_DATE_LENGTH, "%s", iso);
        return buffer;
    }
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    return format_time(buffer, language, TEXT_FORMAT_DATE, &parts);
}
