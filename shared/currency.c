/* SPDX-License-Identifier: MIT */
/* The table: what the issuing banks have in circulation, without withdrawn notes. */
#include "shared/currency.h"

#include <stdio.h>
#include <string.h>

/* Columns: the code; minor units in one; how many denominations; they, in minor units. */
static const struct currency currencies[] = {
    { "AUD", 100, 5, { 500, 1000, 2000, 5000, 10000 } },
    { "CAD", 100, 5, { 500, 1000, 2000, 5000, 10000 } },
    { "CHF", 100, 6, { 1000, 2000, 5000, 10000, 20000, 100000 } },
    { "CZK", 100, 6, { 10000, 20000, 50000, 100000, 200000, 500000 } },
    { "DKK", 100, 4, { 5000, 10000, 20000, 50000 } },
    { "EUR", 100, 7, { 500, 1000, 2000, 5000, 10000, 20000, 50000 } },
    { "GBP", 100, 4, { 500, 1000, 2000, 5000 } },
    { "JPY", 1, 4, { 1000, 2000, 5000, 10000 } },
    { "NOK", 100, 5, { 5000, 10000, 20000, 50000, 100000 } },
    { "PLN", 100, 6, { 1000, 2000, 5000, 10000, 20000, 50000 } },
    { "SEK", 100, 6, { 2000, 5000, 10000, 20000, 50000, 100000 } },
    { "USD", 100, 7, { 100, 200, 500, 1000, 2000, 5000, 10000 } },
};
#define CURRENCIES (sizeof currencies / sizeof currencies[0])

const struct currency *currency_find(const char *code)
{
    for (size_t i = 0; i < CURRENCIES; i++)
        if (strcmp(currencies[i].code, code) == 0)
            return &currencies[i];
    return NULL;
}

const struct currency *currency_own(void)
{
    static const struct currency *own;
    if (own == NULL)
        own = currency_find(CURRENCY);
    return own;
}

const struct currency *currency_next(const struct currency *currency)
{
    if (currency == NULL)
        return currencies;
    return currency + 1 == currencies + CURRENCIES ? NULL : currency + 1;
}

bool currency_has(const struct currency *currency, int32_t denomination)
{
    for (uint32_t i = 0; i < currency->length; i++)
        if (currency->denomination[i] == denomination)
            return true;
    return false;
}

bool currency_has_all(const struct currency *currency, const struct notes *notes)
{
    for (uint32_t i = 0; i < notes->length; i++)
        if (!currency_has(currency, notes->item[i].denomination))
            return false;
    return true;
}

void currency_drop_others(const struct currency *currency, struct notes *notes)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < notes->length; i++)
        if (currency_has(currency, notes->item[i].denomination))
            notes->item[kept++] = notes->item[i];
    notes->length = kept;
}

char *currency_list(const struct currency *currency, int32_t unit,
                    char buffer[static CURRENCY_LIST_LENGTH])
{
    size_t used = 0;
    for (uint32_t i = 0; i < currency->length; i++)
        used += (size_t)snprintf(buffer + used, CURRENCY_LIST_LENGTH - used, "%s%d",
                                 i == 0                      ? ""
                                 : i + 1 == currency->length ? " or "
                                                             : ", ",
                                 currency->denomination[i] / unit);
    return buffer;
}
