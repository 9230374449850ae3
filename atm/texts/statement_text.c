/* SPDX-License-Identifier: MIT */
#include "atm/texts/statement_text.h"

#include "atm/texts/texts.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { WORD_COLUMNS = 12, SCREEN_AMOUNT = 17, PAPER_AMOUNT = 8 };

static const char *word_of(const char *kind, int language)
{
    char key[40];
    snprintf(key, sizeof key, "movement.%s", kind);
    for (char *blank = key; (blank = strchr(blank, ' ')) != NULL;)
        *blank = '_';
    const enum text text = text_find(key);
    return text != TEXT_NONE ? text_get(language, text) : kind;
}

/* printf counts bytes: so many of a word's are no column of their own. */
static int following_bytes(const char *word)
{
    int count = 0;
    for (; *word != '\0'; word++)
        count += ((unsigned char)*word & 0xC0) == 0x80;
    return count;
}

void statement_text(const struct statement_line *line, enum statement_place place, int language,
                    char *text, size_t size)
{
    const bool paper = place == STATEMENT_PAPER;
    const char *word = word_of(line->kind, language);
    const time_t at = (time_t)line->at_s;
    const int amount_columns = paper ? PAPER_AMOUNT : SCREEN_AMOUNT;
    char when[24] = "", amount[MONEY_TEXT_LENGTH], balance[MONEY_TEXT_LENGTH];
    struct tm parts;
    if (localtime_r(&at, &parts) != NULL)
        strftime(when, sizeof when, paper ? "%m-%d" : "%Y-%m-%d %H:%M", &parts);
    snprintf(text, size, "%s %-*s %*s %*s", when, WORD_COLUMNS + following_bytes(word), word,
             amount_columns, money_format(line->amount, amount), amount_columns,
             money_format(line->balance, balance));
}
