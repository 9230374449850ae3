/* SPDX-License-Identifier: MIT */
#include "atm/terminal/fault.h"

static const struct {
    const char *line, *meaning;
} table[FAULT_COUNT] = {
#define X(enumerator, line, meaning) { line, meaning },
    FAULT_TABLE(X)
#undef X
};

const char *fault_line(enum fault fault)
{
    return table[fault].line;
}

const char *fault_meaning(enum fault fault)
{
    return table[fault].meaning;
}
