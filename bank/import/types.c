/* SPDX-License-Identifier: MIT */
/*
 * The old bank's types. Its events are of schema 0; the rows bring them to
 * today's types, whose fields have kept their names. An opening is split: the
 * account's part loses the PIN, the card's part has nothing else.
 */
#include "bank/import/parts.h"

#include "shared/json.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define OLD_ACCOUNTS "Elixir.EsBank.Accounts.Events."
#define OLD_TELLERS  "Elixir.EsBank.Tellers.Events."

const struct upcaster import_upcasters[] = {
    { OLD_ACCOUNTS "AccountOpened", 0, UPCAST_DROP_FIELD, "created_at", NULL },
    { OLD_ACCOUNTS "AccountOpened", 0, UPCAST_SPLIT, NULL, "Accounts.CardIssued" },
    { OLD_ACCOUNTS "AccountOpened", 0, UPCAST_DROP_FIELD, "pin", NULL },
    { OLD_ACCOUNTS "AccountOpened", 0, UPCAST_RENAME_TYPE, NULL, "Accounts.AccountOpened" },
    { "Accounts.CardIssued", 1, UPCAST_DROP_FIELD, "owner", NULL },
    { "Accounts.CardIssued", 1, UPCAST_DROP_FIELD, "balance", NULL },
    { OLD_ACCOUNTS "MoneyDeposited", 0, UPCAST_RENAME_TYPE, NULL, "Accounts.MoneyDeposited" },
    { OLD_ACCOUNTS "MoneyWithdrawn", 0, UPCAST_RENAME_TYPE, NULL, "Accounts.MoneyWithdrawn" },
    { OLD_ACCOUNTS "AuthenticationConfirmed", 0, UPCAST_RENAME_TYPE, NULL,
      "Accounts.AuthorizationConfirmed" },
    { OLD_TELLERS "WithdrawlInitiated", 0, UPCAST_RENAME_TYPE, NULL, "Teller.WithdrawalInitiated" },
    { OLD_TELLERS "MoneyWithdrawn", 0, UPCAST_RENAME_TYPE, NULL, "Teller.MoneyWithdrawn" },
    { OLD_TELLERS "DepositInitiated", 0, UPCAST_RENAME_TYPE, NULL, "Teller.DepositInitiated" },
    { OLD_TELLERS "MoneyDeposited", 0, UPCAST_RENAME_TYPE, NULL, "Teller.MoneyDeposited" },
    { .action = UPCAST_END },
};

/* Members whose names have one of these in them hold a PIN or a person's name: "new_pin",
 * "pinCode", "fullName". History is never changed, so an erasure could not reach a name that stands
 * in it. */
static const char *const secret[] = { "pin", "owner", "name" };

static bool is_secret(const char *name)
{
    for (size_t i = 0; i < sizeof secret / sizeof *secret; i++)
        if (strcasestr(name, secret[i]) != NULL)
            return true;
    return false;
}

/* Of a type that nobody here knows, any other text may be a name or a PIN as well. */
static bool is_text(const struct json *value)
{
    const char *text, *rest;
    struct uuid id;
    struct tm day = { 0 };
    if (!json_string(value, &text) || uuid_parse(text, strlen(text), &id))
        return false;
    rest = strptime(text, "%Y-%m-%d", &day);
    return rest == NULL || rest[strspn(rest, "T0123456789:.+-Z ")] != '\0';
}

static bool has_text(const struct json *value)
{
    bool found = is_text(value);
    for (const struct json *item = json_first(value); item != NULL && !found;
         item = json_next(item))
        found = has_text(item);
    return found;
}

static bool copy(struct json_writer *writer, const char *name, const struct json *value, bool known)
{
    const char *text;
    int64_t number;
    bool truth = false, array = json_type_of(value) == JSON_ARRAY;
    if (json_string(value, &text)) {
        json_write_string(writer, name, text);
    } else if (json_boolean(value, &truth)) {
        json_write_boolean(writer, name, truth);
    } else if (json_integer(value, &number)) {
        json_write_integer(writer, name, number);
    } else if (json_type_of(value) == JSON_NULL) {
        json_write_null(writer, name);
    } else if (json_type_of(value) == JSON_NUMBER) {
        return false; /* a fraction, which cannot be written as it was */
    } else {
        (array ? json_open_array : json_open_object)(writer, name);
        for (const struct json *item = json_first(value); item != NULL; item = json_next(item))
            if ((array || !is_secret(json_name(item))) && (known || !is_text(item)) &&
                !copy(writer, array ? NULL : json_name(item), item, known))
                return false;
        (array ? json_close_array : json_close_object)(writer);
    }
    return true;
}

char *import_without_secrets(const char *text, size_t length, bool known)
{
    struct error error;
    struct json *json = json_parse(text, length, &error);
    if (json == NULL)
        return NULL;
    size_t size = 2 * length + 64;
    char *result = malloc(size);
    if (result == NULL)
        panic("out of memory");
    memcpy(result, text, length);
    result[length] = '\0';
    bool plain = memmem(text, length, "\\u", 2) == NULL &&
                 !is_secret(result) && /* nor is one hidden in escapes */
                 (known || !has_text(json));
    struct json_writer writer;
    json_writer_init(&writer, result, size);
    bool copied = true;
    if (plain)
        json_write_raw(&writer, NULL, text, length);
    else
        copied = (known || !is_text(json)) && copy(&writer, NULL, json, known);
    bool worked = json_finish(&writer) > 0 && copied;
    json_destroy(json);
    if (!worked) {
        free(result);
        return NULL;
    }
    return result;
}
