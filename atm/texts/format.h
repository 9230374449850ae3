/* SPDX-License-Identifier: MIT */
/*
 * Amounts and days as a language writes them: its texts under `format.` say how.
 * A pattern is one as CLDR has them: y, M or MM, MMM (the month's name), d or dd,
 * H or HH, mm; what stands between apostrophes, and every other sign, is as it is.
 */
#ifndef ATM_TEXTS_FORMAT_H
#define ATM_TEXTS_FORMAT_H

#include "atm/texts/texts.h"
#include "shared/money.h"

#include <time.h>

#define FORMAT_DATE_LENGTH 40

/* "1,234.50"; the buffer has MONEY_TEXT_LENGTH bytes. Returns buffer. */
char *format_money(char buffer[static MONEY_TEXT_LENGTH], int language, money amount);

/* "1234.50": the same without its groups. */
char *format_money_narrow(char buffer[static MONEY_TEXT_LENGTH], int language, money amount);

/* By a pattern: TEXT_FORMAT_DATE, _CLOCK or _DAY. Returns buffer. */
char *format_time(char buffer[static FORMAT_DATE_LENGTH], int language, enum text pattern,
                  const struct tm *parts);

/* The same of the local time; an empty text for one that cannot be told. */
char *format_moment(char buffer[static FORMAT_DATE_LENGTH], int language, enum text pattern,
                    int64_t wall_s);

/* Of "2026-11-30"; what is not that stays as it is. Returns buffer. */
char *format_date(char buffer[static FORMAT_DATE_LENGTH], int language, const char *iso);

#endif
