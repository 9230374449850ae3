/* SPDX-License-Identifier: MIT */
#include "bank/server/question.h"

#include <string.h>

const struct question_traits question_traits[QUESTION_COUNT] = {
#define X(enumerator, name, senders, required, optional) { name, senders, required, optional },
    QUESTION_TABLE(X)
#undef X
};

enum question question_find(const char *name)
{
    enum question found = 0;
    while (found < QUESTION_COUNT && strcmp(question_traits[found].name, name) != 0)
        found++;
    return found;
}
