/* SPDX-License-Identifier: MIT */
#include "bank/console/say.h"

#include "bank/cli/values.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DAY_US INT64_C(86400000000)

/* Members of events and of lists that are money in minor units. */
static bool is_money(const char *name)
{
    static const char *const names[] = { "amount",        "balance",     "old_balance",
                                         "new_balance",   "daily_limit", "deposit_limit",
                                         "deposit_daily", "dispensed",   "reversed",
                                         "deposited",     "denomination" };
    for (size_t i = 0; name != NULL && i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* Days since 1970. */
static bool is_day(const char *name)
{
    return name != NULL && strcmp(name, "day") == 0;
}

static bool is_time(const char *name)
{
    const size_t length = name != NULL ? strlen(name) : 0;
    return length > 3 && strcmp(name + length - 3, "_us") == 0;
}

static const char *number(const struct json *member, int64_t value, char buffer[static SAY_SIZE])
{
    char text[SAY_SIZE];
    if (is_money(json_name(member)))
        snprintf(buffer, SAY_SIZE, "%s", money_format(value, text));
    else if (is_day(json_name(member)))
        snprintf(buffer, SAY_SIZE, "%.10s", time_text(value * DAY_US, text));
    else if (is_time(json_name(member)))
        snprintf(buffer, SAY_SIZE, "%s", time_text(value, text));
    else
        snprintf(buffer, SAY_SIZE, "%" PRId64, value);
    return buffer;
}

/* An array or an object that is none of notes: its members, one after the other. */
static const char *several(const struct json *member, char buffer[static SAY_SIZE])
{
    size_t used = 0;
    buffer[0] = '\0';
    for (const struct json *part = json_first(member); part != NULL && used < SAY_SIZE - 1;
         part = json_next(part)) {
        char text[SAY_SIZE];
        const char *name = json_name(part);
        const int length =
            snprintf(buffer + used, SAY_SIZE - used, "%s%s%s%s", used > 0 ? ", " : "",
                     name != NULL ? name : "", name != NULL ? " " : "", say_value(part, text));
        used += length > 0 ? (size_t)length : 0;
    }
    return buffer;
}

const char *say_value(const struct json *member, char buffer[static SAY_SIZE])
{
    const char *text;
    int64_t value;
    bool truth;
    struct notes notes;
    char list[NOTES_TEXT_SIZE];
    if (json_string(member, &text))
        snprintf(buffer, SAY_SIZE, "%s", text);
    else if (json_integer(member, &value))
        return number(member, value, buffer);
    else if (json_boolean(member, &truth))
        snprintf(buffer, SAY_SIZE, "%s", truth ? "yes" : "no");
    else if (json_notes(member, &notes))
        snprintf(buffer, SAY_SIZE, "%s", notes_text(&notes, list));
    else if (json_first(member) != NULL)
        return several(member, buffer);
    else
        snprintf(buffer, SAY_SIZE, "-");
    return buffer;
}

static bool is_id(const struct json *member)
{
    struct uuid id;
    return json_uuid(member, &id);
}

static void members(struct page *page, int indent, const struct json *object)
{
    for (const struct json *member = json_first(object); member != NULL;
         member = json_next(member)) {
        char text[SAY_SIZE];
        say_value(member, text);
        struct page_row *row =
            page_line(page, TONE_PLAIN, "%*s%-14s %s", indent, "", json_name(member), text);
        row->id = is_id(member) ? page_copy(text) : NULL;
    }
}

void say_members(struct page *page, int indent, const char *object)
{
    struct error ignored;
    struct json *json = object != NULL ? json_parse(object, strlen(object), &ignored) : NULL;
    members(page, indent, json);
    json_destroy(json);
}

void say_given(struct page *page, int indent, const char *metadata)
{
    struct error ignored;
    struct json *json = metadata != NULL ? json_parse(metadata, strlen(metadata), &ignored) : NULL;
    members(page, indent, json_get(json, "given"));
    json_destroy(json);
}
