/* SPDX-License-Identifier: MIT */
#include "atm/texts/statement_text.h"

#include "atm/texts/columns.h"
#include "atm/texts/format.h"

#include <stdio.h>
#include <string.h>

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

/* Without its groups where it is too wide with them. */
static const char *amount_text(char text[static MONEY_TEXT_LENGTH], int language, money amount,
                               int columns)
{
    format_money(text, language, amount);
    return columns_of(text) > columns ? format_money_narrow(text, language, amount) : text;
}

void statement_text(const struct statement_line *line, enum statement_place place, int language,
                    char *text, size_t size)
{
    const bool paper = place == STATEMENT_PAPER;
    const char *word = word_of(line->kind, language);
    const int amount_columns = paper ? PAPER_AMOUNT : SCREEN_AMOUNT;
    char when[FORMAT_DATE_LENGTH], amount[MONEY_TEXT_LENGTH], balance[MONEY_TEXT_LENGTH];
    format_moment(when, language, paper ? TEXT_FORMAT_DAY : TEXT_FORMAT_CLOCK, line->at_s);
    text[0] = '\0';
    columns_add(text, size, language, when, 0);
    columns_add(text, size, language, " ", 0);
    columns_add(text, size, language, word, -WORD_COLUMNS);
    columns_add(text, size, language, " ", 0);
    columns_add(text, size, language, amount_text(amount, language, line->amount, amount_columns),
                amount_columns);
    columns_add(text, size, language, " ", 0);
    columns_add(text, size, language, amount_text(balance, language, line->balance, amount_columns),
                amount_columns);
}
