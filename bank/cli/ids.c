/* SPDX-License-Identifier: MIT */
#include "bank/cli/ids.h"

#include "bank/cli/approval_sql.h"
#include "bank/cli/reading.h"
#include "bank/cli/values.h"

#include <stdio.h>
#include <string.h>

#define LISTED 5 /* ids that a sentence names */

#define BETWEEN(column) " WHERE " column " BETWEEN $1::uuid AND $2::uuid"
#define BETWEEN_TOKENS  " WHERE card BETWEEN uuid_send($1::uuid) AND uuid_send($2::uuid)"
#define ORDERED         " ORDER BY 1 LIMIT $3::int"

static const char *statement(enum value_type type)
{
    switch (type) {
    case VALUE_ACCOUNT_ID:
        return "SELECT account_id FROM esbank.accounts" BETWEEN("account_id") ORDERED;
    case VALUE_CARD_ID:
        return "SELECT encode(card, 'hex')::uuid, masked FROM esbank.cards" BETWEEN_TOKENS
               " UNION ALL SELECT encode(card, 'hex')::uuid, masked FROM "
               "esbank.cash_codes" BETWEEN_TOKENS
               " AND ended_at IS NULL AND until_at > now()" ORDERED;
    case VALUE_TELLER_ID:
        return "SELECT DISTINCT teller_id FROM esbank.teller_days" BETWEEN("teller_id") ORDERED;
    case VALUE_WITHDRAWAL_ID:
        return "SELECT withdrawal_id FROM esbank.withdrawals" BETWEEN("withdrawal_id") ORDERED;
    case VALUE_DEPOSIT_ID:
        return "SELECT deposit_id FROM esbank.deposits" BETWEEN("deposit_id") ORDERED;
    case VALUE_TRANSFER_ID:
        return "SELECT transfer_id FROM esbank.transfers" BETWEEN("transfer_id") ORDERED;
    case VALUE_PROCESS_ID:
        return "SELECT withdrawal_id FROM esbank.withdrawals" BETWEEN(
            "withdrawal_id") " UNION ALL SELECT deposit_id FROM esbank.deposits" BETWEEN("deposit_"
                                                                                         "id")
            ORDERED;
    case VALUE_CORRELATION_ID:
        return "SELECT DISTINCT correlation_id FROM esbank.events" BETWEEN("correlation_id")
            ORDERED;
    case VALUE_PROPOSAL_ID:
        return "SELECT p.correlation_id FROM esbank.events p" BETWEEN(
            "p.correlation_id") " AND " APPROVAL_IS_PROPOSAL ORDERED;
    default:
        panic("no ids are of type %d", (int)type);
    }
}

/* What a request about one that is not there would be refused with. */
static enum refusal absent(enum value_type type)
{
    static const struct {
        enum value_type type;
        enum refusal refusal;
    } rows[] = {
        { VALUE_ACCOUNT_ID, REFUSED_NO_SUCH_ACCOUNT },
        { VALUE_CARD_ID, REFUSED_NO_SUCH_CARD },
        { VALUE_TELLER_ID, REFUSED_NO_SUCH_TELLER },
        { VALUE_WITHDRAWAL_ID, REFUSED_NO_SUCH_WITHDRAWAL },
        { VALUE_DEPOSIT_ID, REFUSED_NO_SUCH_DEPOSIT },
        { VALUE_PROPOSAL_ID, REFUSED_NO_SUCH_PROPOSAL },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].type == type)
            return rows[i].refusal;
    return NOT_REFUSED;
}

struct rows *ids_between(struct query *query, enum value_type type, const struct uuid *least,
                         const struct uuid *most, int limit, struct error *error)
{
    char from[UUID_TEXT_LENGTH], to[UUID_TEXT_LENGTH], count[16];
    snprintf(count, sizeof count, "%d", limit);
    const char *const values[] = { uuid_write(least, from), uuid_write(most, to), count };
    return query_run(query, statement(type), 3, values, error);
}

/* What begins like it lies between it, with zeros behind, and this. */
static struct uuid last_like(const char *text)
{
    struct uuid last;
    char whole[UUID_TEXT_LENGTH] = "ffffffff-ffff-ffff-ffff-ffffffffffff";
    memcpy(whole, text, strlen(text));
    if (!uuid_read(whole, UUID_TEXT_LENGTH - 1, &last))
        panic("\"%s\" was read as the beginning of an id", text);
    return last;
}

static bool complain_many(const struct rows *rows, const char *text, const char *called)
{
    char list[LISTED * UUID_TEXT_LENGTH + 20] = "";
    const size_t count = rows_count(rows);
    for (size_t i = 0; i < count && i < LISTED; i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", i > 0 ? ", " : "",
                 rows_text(rows, i, 0));
    complain("more than one %s begins with %s: %s%s; give more of it", called, text, list,
             count > LISTED ? ", …" : "");
    return false;
}

/* An account's or a machine's stream is named by its id. */
static enum value_type type_of(const struct argument *argument, const char **id)
{
    const enum value_type type = argument->spec->type;
    *id = argument->value.text;
    if (type != VALUE_STREAM)
        return type;
    *id = strchr(argument->value.text, '-') + 1;
    return argument->value.text[0] == 'a' ? VALUE_ACCOUNT_ID : VALUE_TELLER_ID;
}

static bool complete(struct query *query, struct argument *argument)
{
    struct error error;
    char buffer[60], whole[UUID_TEXT_LENGTH];
    const char *called = value_called(argument->spec, buffer), *id;
    const enum value_type type = type_of(argument, &id);
    const struct uuid last = last_like(id);
    struct value *value = &argument->value;
    struct rows *rows = ids_between(query, type, &value->id, &last, LISTED + 1, &error);
    if (rows == NULL)
        return complain_error(&error), false;
    const bool found = rows_count(rows) == 1 && rows_uuid(rows, 0, 0, &value->id);
    if (rows_count(rows) == 0)
        complain_absent(absent(type), "no %s begins with %s", called, value->text);
    else if (!found)
        complain_many(rows, value->text, called);
    rows_free(rows);
    if (!found)
        return false;
    snprintf(argument->whole, sizeof argument->whole, "%.*s%s", (int)(id - value->text),
             value->text, uuid_write(&value->id, whole));
    value->text = argument->whole;
    value->shortened = false;
    return true;
}

bool ids_complete(struct arguments *arguments)
{
    struct error error;
    struct query *query = NULL;
    bool right = true;
    for (int i = 0; right && i < arguments->count; i++) {
        if (!arguments->argument[i].value.shortened)
            continue;
        if (query == NULL && (query = query_of_models(arguments, &error)) == NULL) {
            complain("%s: give the whole id \"%s\" begins, or see to the database", error.message,
                     arguments->argument[i].value.text);
            return false;
        }
        right = complete(query, &arguments->argument[i]);
    }
    query_close(query);
    return right;
}
