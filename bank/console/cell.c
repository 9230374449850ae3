/* SPDX-License-Identifier: MIT */
#include "bank/console/cell.h"

#include "bank/cli/values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool cell_at_right(enum view_cell kind)
{
    return kind == VIEW_NUMBER || kind == VIEW_MONEY || kind == VIEW_AGE || kind == VIEW_LEFT;
}

const char *cell_duration(long long seconds, char buffer[static CELL_SIZE])
{
    static const struct {
        long long until, unit;
        const char *name;
    } steps[] = { { 120, 1, "s" }, { 7200, 60, "min" }, { 172800, 3600, "h" } };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if (seconds < steps[i].until) {
            snprintf(buffer, CELL_SIZE, "%lld %s", seconds / steps[i].unit, steps[i].name);
            return buffer;
        }
    snprintf(buffer, CELL_SIZE, "%lld d", seconds / 86400);
    return buffer;
}

bool cell_cassette(const char **at, struct cassette *cassette)
{
    int used = 0;
    if (*at == NULL || sscanf(*at, "%9ld:%9ld:%9ld%n", &cassette->denomination, &cassette->notes,
                              &cassette->mark, &used) != 3)
        return false;
    *at += used;
    *at += **at == ',';
    return true;
}

static const char *cash_text(const char *value, char buffer[static CELL_SIZE])
{
    struct cassette cassette;
    char money_text[MONEY_TEXT_LENGTH];
    size_t used = 0;
    buffer[0] = '\0';
    while (cell_cassette(&value, &cassette) && used < CELL_SIZE - 60) {
        money_format(cassette.denomination, money_text);
        char *cents = strstr(money_text, ".00");
        if (cents != NULL)
            *cents = '\0';
        used +=
            (size_t)snprintf(buffer + used, CELL_SIZE - used, "%s%sx%ld%s", used > 0 ? " " : "",
                             money_text, cassette.notes, cassette.notes < cassette.mark ? "!" : "");
    }
    return buffer;
}

static const char *time_of(const char *value, int width, char buffer[static CELL_SIZE])
{
    enum { DATE = 19, CLOCK_AT = 11, CLOCK = 12 };
    char text[TIME_TEXT_SIZE];
    time_text(strtoll(value, NULL, 10), text);
    snprintf(buffer, CELL_SIZE, "%.*s", width >= DATE ? DATE : CLOCK,
             width >= DATE ? text : text + CLOCK_AT);
    return buffer;
}

const char *cell_text(enum view_cell kind, const char *value, int width,
                      char buffer[static CELL_SIZE])
{
    char text[MONEY_TEXT_LENGTH];
    if (value == NULL)
        return "";
    switch (kind) {
    case VIEW_MONEY:
        snprintf(buffer, CELL_SIZE, "%s", money_format(strtoll(value, NULL, 10), text));
        return buffer;
    case VIEW_TIME:
        return time_of(value, width, buffer);
    case VIEW_AGE:
        return cell_duration(strtoll(value, NULL, 10), buffer);
    case VIEW_LEFT:
        return value[0] == '-' ? "due" : cell_duration(strtoll(value, NULL, 10), buffer);
    case VIEW_YES:
        return value[0] == 't' ? "yes" : "no";
    case VIEW_CASH:
        return cash_text(value, buffer);
    case VIEW_LIST:
        return value + (value[0] == '-');
    case VIEW_ID: /* its beginning, without a mark: it is known what is missing */
        snprintf(buffer, CELL_SIZE, "%.*s", width, value);
        return buffer;
    case VIEW_TEXT:
    case VIEW_NUMBER:
    case VIEW_ONLINE:
    case VIEW_OWNER:
    case VIEW_REST:
        break;
    }
    return value;
}
