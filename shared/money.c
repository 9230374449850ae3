/* SPDX-License-Identifier: MIT */
#include "shared/money.h"

#include <stdio.h>

bool money_in_range(money amount)
{
    return amount > -MONEY_CAP && amount < MONEY_CAP;
}

bool money_add(money a, money b, money *sum)
{
    money result;
    if (__builtin_add_overflow(a, b, &result) || !money_in_range(result))
        return false;
    *sum = result;
    return true;
}

char *money_format(money amount, char *buffer)
{
    uint64_t magnitude = amount < 0 ? -(uint64_t)amount : (uint64_t)amount;
    snprintf(buffer, MONEY_TEXT_LENGTH, "%s%llu.%02llu", amount < 0 ? "-" : "",
             (unsigned long long)(magnitude / 100), (unsigned long long)(magnitude % 100));
    return buffer;
}

bool money_parse(const char *text, money *amount)
{
    bool negative = *text == '-';
    if (negative)
        text++;
    if (*text < '0' || *text > '9')
        return false;
    money value = 0;
    for (; *text >= '0' && *text <= '9'; text++) {
        value = value * 10 + (*text - '0');
        if (value >= MONEY_CAP / 100)
            return false;
    }
    value *= 100;
    if (*text == '.') {
        text++;
        if (*text < '0' || *text > '9')
            return false;
        value += (*text++ - '0') * 10;
        if (*text >= '0' && *text <= '9')
            value += *text++ - '0';
    }
    if (*text != '\0')
        return false;
    *amount = negative ? -value : value;
    return true;
}
