/* SPDX-License-Identifier: MIT */
/*
 * Reading a word by its type. What a type's value looks like, and what is said of one that is none,
 * stands here and in values.c, and nowhere else.
 */
#include "bank/cli/value.h"

#include "bank/cli/complaint.h"
#include "bank/cli/values.h"
#include "bank/core/event.h"
#include "bank/models/projection.h"
#include "bank/subscriptions/handler.h"
#include "shared/currency.h"
#include "shared/json.h"
#include "shared/pin_block.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REASON_BYTES  60
#define UUID_EXAMPLE  "1c915dd1-8bf0-4662-a2ce-60725b0c7de2"
#define TIME_EXAMPLES "2026-11-24T19:40:16, 2026-11-24T20:40:16+01:00 or 2026-11-24"

static const struct {
    const char *called, *placeholder;
} types[] = { { "", "" },
#define X(enumerator, called, placeholder) { called, placeholder },
              VALUE_TYPE_TABLE(X)
#undef X
};

bool value_is_id(enum value_type type)
{
    static const bool ids[VALUE_TYPE_COUNT] = {
#define X(enumerator, called, placeholder) [VALUE_##enumerator] = true,
        VALUE_ID_TABLE(X)
#undef X
    };
    return ids[type];
}

const char *value_called(const struct value_spec *spec, char buffer[static 60])
{
    if (value_is_id(spec->type) || spec->type != VALUE_CHOICE)
        return types[spec->type].called;
    snprintf(buffer, 60, "%s", spec->name);
    for (char *at = buffer; *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
    return buffer;
}

const char *value_placeholder(const struct value_spec *spec)
{
    return spec->as != NULL             ? spec->as
           : spec->type == VALUE_CHOICE ? spec->choices
                                        : types[spec->type].placeholder;
}

/* ---- what a value should be ------------------------------------------------- */

/* "a|b|c" as "a, b or c". */
static void choices_wanted(const char *choices, char *wanted, size_t size)
{
    size_t used = 0;
    wanted[0] = '\0';
    for (const char *at = choices; *at != '\0' && used < size;) {
        const size_t length = strcspn(at, "|");
        const bool last = at[length] == '\0';
        used += (size_t)snprintf(wanted + used, size - used, "%s%.*s",
                                 at == choices ? ""
                                 : last        ? " or "
                                               : ", ",
                                 (int)length, at);
        at += length + !last;
    }
}

static void names_wanted(const char *what, const char *(*name)(int i), char *wanted, size_t size)
{
    size_t used = (size_t)snprintf(wanted, size, "%s", what);
    for (int i = 0; name(i) != NULL && used < size; i++)
        used += (size_t)snprintf(wanted + used, size - used, "%s%s", i > 0 ? ", " : "", name(i));
}

static const char *projection_name(int i)
{
    return projections[i] != NULL ? projections[i]->name : NULL;
}

static const char *subscription_name(int i)
{
    return handlers[i] != NULL ? handlers[i]->name : NULL;
}

void value_wanted(const struct value_spec *spec, char wanted[static VALUE_WANTED_SIZE])
{
    const size_t size = VALUE_WANTED_SIZE;
    char list[CURRENCY_LIST_LENGTH];
    switch (spec->type) {
/* clang-format off */
#define X(enumerator, called, placeholder) case VALUE_##enumerator:
        VALUE_ID_TABLE(X)
#undef X
        /* clang-format on */
        snprintf(wanted, size,
                 "a uuid such as " UUID_EXAMPLE ", or %d or more of its first characters",
                 ID_SHORTEST);
        return;
    case VALUE_NEW_ID:
        snprintf(wanted, size, "a uuid such as " UUID_EXAMPLE);
        return;
    case VALUE_AMOUNT:
        snprintf(wanted, size, "money such as 12.50, above 0");
        return;
    case VALUE_LIMIT:
        snprintf(wanted, size, "money such as 12.50, or 0 for none");
        return;
    case VALUE_NOTES:
        snprintf(wanted, size,
                 "denomination x count, each denomination once, of %s %s, such as 50x1000,20x2000",
                 currency_list(currency_own(), currency_own()->minor, list), CURRENCY);
        return;
    case VALUE_COUNT:
        if (spec->most > 0)
            snprintf(wanted, size, "%s%sa whole number from %" PRId64 " to %" PRId64,
                     spec->as != NULL ? spec->as : "", spec->as != NULL ? ", " : "", spec->least,
                     spec->most);
        else
            snprintf(wanted, size, "a whole number, %" PRId64 " or more", spec->least);
        return;
    case VALUE_POSITION:
        snprintf(wanted, size, "the position of an event in the log, a whole number");
        return;
    case VALUE_MOMENT:
        snprintf(wanted, size, "a position in the log, or a time such as " TIME_EXAMPLES);
        return;
    case VALUE_TIME:
        snprintf(wanted, size, "a time such as " TIME_EXAMPLES);
        return;
    case VALUE_DATE:
        snprintf(wanted, size, "a day such as 2026-11-24");
        return;
    case VALUE_CHOICE:
        choices_wanted(spec->choices, wanted, size);
        return;
    case VALUE_EVENT_TYPE:
        snprintf(wanted, size, "an event's type such as Accounts.MoneyWithdrawn");
        return;
    case VALUE_PROJECTION:
        names_wanted("one of ", projection_name, wanted, size);
        return;
    case VALUE_SUBSCRIPTION:
        names_wanted("one of ", subscription_name, wanted, size);
        return;
    case VALUE_REASON:
        snprintf(wanted, size, "a reason in UTF-8 of up to %d bytes", REASON_BYTES);
        return;
    case VALUE_TEXT:
        snprintf(wanted, size, "text in UTF-8");
        return;
    case VALUE_STREAM:
        snprintf(wanted, size, "account-ID, teller-ID or bank");
        return;
    case VALUE_FLAG:
    case VALUE_FILE:
    case VALUE_FOLDER:
    case VALUE_VARIABLE:
    case VALUE_CONNINFO:
    case VALUE_ADDRESS:
    case VALUE_USER:
    case VALUE_GROUP:
    case VALUE_REQUEST:
    case VALUE_WIRE_COMMAND:
    case VALUE_TOPIC:
    case VALUE_UNSAID:
    case VALUE_TYPE_COUNT:
        break;
    }
    snprintf(wanted, size, "%s", value_placeholder(spec));
}

/* ---- reading ---------------------------------------------------------------- */

static bool is_choice(const char *choices, const char *text)
{
    const size_t length = strlen(text);
    for (const char *at = choices; *at != '\0'; at += at[0] == '|') {
        const size_t choice = strcspn(at, "|");
        if (choice == length && memcmp(at, text, length) == 0)
            return true;
        at += choice;
    }
    return false;
}

static bool is_name(const char *text, const char *(*name)(int i))
{
    const char *known;
    for (int i = 0; (known = name(i)) != NULL; i++)
        if (strcmp(known, text) == 0)
            return true;
    return false;
}

static bool read_moment(const char *text, struct value *value)
{
    enum { POSITION_DIGITS = 18 };
    value->number = -1;
    if (text[0] == '\0' || text[strspn(text, "0123456789")] != '\0')
        return read_time(text, &value->from_us, &value->at_us);
    value->number = strtoll(text, NULL, 10);
    return strlen(text) <= POSITION_DIGITS;
}

/* "bank", "account-ID", "teller-ID". */
static bool read_stream(const char *text, struct value *value)
{
    static const char *const kinds[] = { "account-", "teller-" };
    if (strcmp(text, "bank") == 0)
        return true;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strncmp(text, kinds[i], strlen(kinds[i])) == 0)
            return read_id(text + strlen(kinds[i]), &value->id, &value->shortened);
    return false;
}

static bool read(const struct value_spec *spec, const char *text, struct value *value)
{
    switch (spec->type) {
/* clang-format off */
#define X(enumerator, called, placeholder) case VALUE_##enumerator:
        VALUE_ID_TABLE(X)
#undef X
        /* clang-format on */
        return read_id(text, &value->id, &value->shortened);
    case VALUE_NEW_ID:
        return read_uuid(text, &value->id);
    case VALUE_AMOUNT:
    case VALUE_LIMIT:
        return read_amount(text, spec->type == VALUE_LIMIT, &value->number);
    case VALUE_NOTES:
        return read_notes(text, &value->notes);
    case VALUE_COUNT:
        return read_count(text, spec->least, spec->most > 0 ? spec->most : INT64_MAX,
                          &value->number);
    case VALUE_POSITION:
        return read_count(text, 0, INT64_MAX - 1, &value->number);
    case VALUE_MOMENT:
        return read_moment(text, value);
    case VALUE_TIME:
        return read_time(text, &value->from_us, &value->at_us);
    case VALUE_DATE:
        return read_date(text, &value->from_us, &value->at_us);
    case VALUE_CHOICE:
        return is_choice(spec->choices, text);
    case VALUE_EVENT_TYPE:
        return event_kind_find(text) != EVENT_KIND_COUNT;
    case VALUE_PROJECTION:
        return is_name(text, projection_name);
    case VALUE_SUBSCRIPTION:
        return is_name(text, subscription_name);
    case VALUE_REASON:
        return strlen(text) <= REASON_BYTES && json_utf8_valid(text, strlen(text));
    case VALUE_TEXT:
        return json_utf8_valid(text, strlen(text));
    case VALUE_STREAM:
        return read_stream(text, value);
    case VALUE_FILE:
    case VALUE_FOLDER:
    case VALUE_VARIABLE:
    case VALUE_CONNINFO:
    case VALUE_ADDRESS:
    case VALUE_USER:
    case VALUE_GROUP:
        return text[0] != '\0';
    case VALUE_FLAG:
    case VALUE_REQUEST: /* these the command looks at itself */
    case VALUE_WIRE_COMMAND:
    case VALUE_TOPIC:
        return true;
    case VALUE_UNSAID:
    case VALUE_TYPE_COUNT:
        break;
    }
    panic("%s has no type", spec->name);
}

/* An id has a dash after its eighth digit, so that its beginning is none. */
static bool is_pan(const char *text)
{
    const size_t digits = strspn(text, "0123456789");
    return digits > PAN_DIGITS_MIN && text[digits] == '\0';
}

bool value_read(const struct value_spec *spec, const char *text, struct value *value)
{
    char called[60], wanted[VALUE_WANTED_SIZE];
    *value = (struct value){ .text = text };
    if (read(spec, text, value))
        return true;
    value_wanted(spec, wanted);
    if (spec->type == VALUE_CARD_ID && is_pan(text))
        complain_usage("a card's number is not taken from the command line, which every user of "
                       "this machine can read: give the card's id, which `bank card list` shows");
    else if (spec->is_option)
        complain_usage("--%s wants %s, not \"%.60s\"", spec->name, wanted, text);
    else
        complain_usage("\"%.60s\" is no %s: give %s", text, value_called(spec, called), wanted);
    return false;
}
