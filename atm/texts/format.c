/* SPDX-License-Identifier: MIT */
#include "atm/texts/format.h"

#include <stdio.h>
#include <string.h>

#define GROUP_DIGITS 3

static char *money_write(char buffer[static MONEY_TEXT_LENGTH], int language, money amount,
                         const char *group)
{
    char plain[MONEY_TEXT_LENGTH];
    const char *decimal = text_get(language, TEXT_FORMAT_DECIMAL);
    const char *digit = money_format(amount, plain);
    size_t length = 0, left = strcspn(plain, ".");
    buffer[0] = '\0';
    if (amount < 0 && text_right_to_left(language)) /* else the sign would change sides */
        length = (size_t)snprintf(buffer, MONEY_TEXT_LENGTH, "\u200E");
    for (; *digit != '\0' && *digit != '.' && length < MONEY_TEXT_LENGTH; digit++, left--) {
        const bool grouped = left % GROUP_DIGITS == 0 && digit > plain && digit[-1] != '-';
        length += (size_t)snprintf(buffer + length, MONEY_TEXT_LENGTH - length, "%s%c",
                                   grouped ? group : "", *digit);
    }
    if (*digit == '.' && length < MONEY_TEXT_LENGTH)
        snprintf(buffer + length, MONEY_TEXT_LENGTH - length, "%s%s", decimal, digit + 1);
    return buffer;
}

char *format_money(char buffer[static MONEY_TEXT_LENGTH], int language, money amount)
{
    return money_write(buffer, language, amount, text_get(language, TEXT_FORMAT_GROUP));
}

char *format_money_narrow(char buffer[static MONEY_TEXT_LENGTH], int language, money amount)
{
    return money_write(buffer, language, amount, "");
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

/* What a run of one letter stands for; false: it is none of the pattern's letters. */
static bool letters_fill(char *piece, size_t size, int language, char letter, int length,
                         const struct tm *parts)
{
    if (letter == 'M' && length > 2) {
        word_copy(piece, size, text_get(language, TEXT_FORMAT_MONTHS), parts->tm_mon);
        return true;
    }
    if (strchr("yMdHm", letter) == NULL)
        return false;
    snprintf(piece, size, "%0*d", letter == 'y' ? 4 : length,
             letter == 'y'   ? parts->tm_year + 1900
             : letter == 'M' ? parts->tm_mon + 1
             : letter == 'd' ? parts->tm_mday
             : letter == 'H' ? parts->tm_hour
                             : parts->tm_min);
    return true;
}

char *format_time(char buffer[static FORMAT_DATE_LENGTH], int language, enum text pattern,
                  const struct tm *parts)
{
    size_t length = 0;
    bool quoted = false;
    buffer[0] = '\0';
    for (const char *at = text_get(language, pattern);
         *at != '\0' && length < FORMAT_DATE_LENGTH - 1;) {
        char piece[24] = { *at, '\0' };
        int run = 1;
        while (at[run] == *at)
            run++;
        if (*at == '\'')
            quoted = !quoted;
        const bool filled =
            !quoted && *at != '\'' && letters_fill(piece, sizeof piece, language, *at, run, parts);
        if (*at != '\'')
            length += (size_t)snprintf(buffer + length, FORMAT_DATE_LENGTH - length, "%s", piece);
        at += filled ? run : 1;
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
