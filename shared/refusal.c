/* SPDX-License-Identifier: MIT */
#include "shared/refusal.h"

#include <string.h>

static const struct {
    const char *code, *name, *sentence;
    bool domain;
} table[REFUSAL_COUNT] = {
#define X(enumerator, code, wire, domain, sentence) { code, wire, sentence, domain },
    REFUSAL_TABLE(X)
#undef X
};

const char *refusal_code(enum refusal refusal)
{
    return table[refusal].code;
}

const char *refusal_name(enum refusal refusal)
{
    return table[refusal].name;
}

const char *refusal_sentence(enum refusal refusal)
{
    return table[refusal].sentence;
}

bool refusal_is_domain(enum refusal refusal)
{
    return table[refusal].domain;
}

bool refusal_is_unsigned(enum refusal refusal)
{
    return refusal == REFUSED_BANK_UNAVAILABLE || refusal == REFUSED_NOT_SIGNED_ON ||
           refusal == REFUSED_OTHER_TELLER || refusal == REFUSED_BAD_MAC ||
           refusal == REFUSED_INVALID_REQUEST || refusal == REFUSED_INVALID_AMOUNT ||
           refusal == REFUSED_UNKNOWN_COMMAND || refusal == REFUSED_NOT_PERMITTED;
}

enum refusal refusal_find(const char *name)
{
    for (int i = 0; i < REFUSAL_COUNT; i++)
        if (strcmp(table[i].name, name) == 0)
            return (enum refusal)i;
    return REFUSAL_COUNT;
}
