/* SPDX-License-Identifier: MIT */
/*
 * The old bank's types. Its events are of schema 0; the rows bring them to
 * today's types, whose fields have kept their names. An opening is split: the
 * account's part loses the PIN, the card's part has nothing else.
 */
#include "bank/import/parts.h"

#include "shared/json.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

bool import_type_known(const char *type, char known[static IMPORT_TYPE_SIZE])
{
    /* Elixir writes a module's name with this in front, unless the application was set up to leave
     * it out. */
    static const char elixir[] = "Elixir.";
    const bool has = strncmp(type, elixir, sizeof elixir - 1) == 0;
    const int length = snprintf(known, IMPORT_TYPE_SIZE, "%s%s", has ? "" : elixir, type);
    return length > 0 && length < IMPORT_TYPE_SIZE && upcast_needed(import_upcasters, known, 0);
}

bool import_stream_id(const char *stream, struct uuid *id)
{
    const size_t length = strlen(stream);
    if (length < UUID_TEXT_LENGTH - 1)
        return false;
    const char *text = stream + length - (UUID_TEXT_LENGTH - 1);
    return (text == stream || !isalnum((unsigned char)text[-1])) &&
           uuid_read(text, UUID_TEXT_LENGTH - 1, id);
}

void import_stream_kept(struct vault *vault, const char *stream,
                        char kept[static IMPORT_STREAM_SIZE])
{
    enum { PREFIX_MAX = 20 };
    const size_t length = strlen(stream), prefix = strspn(stream, "abcdefghijklmnopqrstuvwxyz-_");
    char reference[OWNER_REFERENCE_LENGTH];
    struct uuid id;
    if (import_stream_id(stream, &id) && length <= PREFIX_MAX + UUID_TEXT_LENGTH - 1 &&
        prefix + UUID_TEXT_LENGTH - 1 >= length) {
        snprintf(kept, IMPORT_STREAM_SIZE, "%s", stream);
        return;
    }
    vault_owner_reference(vault, stream, reference);
    snprintf(kept, IMPORT_STREAM_SIZE, "hashed:%.32s", reference);
}

/* ---- what may be kept of their data ---- */

/* A moment, not a day: that may be a birthday. */
static bool is_time(const char *text)
{
    struct tm moment = { 0 };
    const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &moment);
    return rest != NULL && rest[strspn(rest, "0123456789:.+-Z")] == '\0';
}

static bool is_plain_name(const char *name)
{
    return name != NULL && name[0] != '\0' && strlen(name) <= 40 &&
           name[strspn(name, "abcdefghijklmnopqrstuvwxyz_")] == '\0';
}

static bool is_amount(const char *name)
{
    static const char *const amounts[] = { "amount", "balance", "old_balance", "new_balance" };
    for (size_t i = 0; name != NULL && i < sizeof amounts / sizeof *amounts; i++)
        if (strcmp(name, amounts[i]) == 0)
            return true;
    return false;
}

char *import_allowed(const char *text, size_t length, bool known)
{
    struct error error;
    struct json *json = json_parse(text, length, &error);
    if (json == NULL)
        return NULL;
    const size_t size = 2 * length + 64;
    char *result = malloc(size);
    if (result == NULL)
        panic("out of memory");
    struct json_writer writer;
    json_writer_init(&writer, result, size);
    json_open_object(&writer, NULL);
    for (const struct json *item = json_type_of(json) == JSON_OBJECT ? json_first(json) : NULL;
         item != NULL; item = json_next(item)) {
        const char *string;
        struct uuid id;
        int64_t number;
        if (!is_plain_name(json_name(item)))
            continue;
        if (json_string(item, &string) &&
            (uuid_read(string, strlen(string), &id) || is_time(string)))
            json_write_string(&writer, json_name(item), string);
        else if (known && is_amount(json_name(item)) && json_integer(item, &number))
            json_write_integer(&writer, json_name(item), number);
    }
    json_close_object(&writer);
    const bool worked = json_finish(&writer) > 0;
    json_destroy(json);
    if (worked)
        return result;
    free(result);
    return NULL;
}
