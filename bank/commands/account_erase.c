/* SPDX-License-Identifier: MIT */
/*
 * `bank account erase`: the owner's name is made unreadable for ever by
 * shredding the key under which it is sealed in the log. The running bank does
 * it in the transaction of an event, Accounts.OwnerErased. Without one
 * esbank.erase_owner does it in the database, and the bank's next start says so
 * in the log. Doing it twice is no error.
 */
#include "bank/cli/act.h"
#include "bank/cli/client.h"
#include "bank/cli/commands.h"
#include "bank/cli/order.h"
#include "bank/cli/owner.h"
#include "bank/cli/reading.h"
#include "shared/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_SHOWN_SIZE (8 * OWNER_TEXT_SIZE)

/* The name for the question, without what could play with the terminal; false when there is none to
 * ask about. */
static bool name_read(struct query *query, const struct arguments *arguments, const struct uuid *id,
                      char name[static NAME_SHOWN_SIZE])
{
    struct error ignored;
    struct vault *vault = owner_vault(arguments);
    struct rows *rows = query_run(query,
                                  "SELECT a.owner, " OWNER_KEY_COLUMNS " FROM esbank.accounts a"
                                  " LEFT JOIN esbank.data_keys k ON k.command_id = a.owner_key"
                                  " WHERE a.account_id = $1::uuid",
                                  1, (const char *[]){ argument_text(arguments, "ID") }, &ignored);
    bool found = rows != NULL && rows_count(rows) > 0;
    name[0] = '\0';
    if (found) {
        char buffer[OWNER_TEXT_SIZE];
        struct owner owner = owner_read(vault, id, rows_text(rows, 0, 0), rows, 0, 1);
        text_shown(owner_text(&owner, buffer), name, NAME_SHOWN_SIZE);
    }
    rows_free(rows);
    vault_close(vault);
    return found;
}

static int say_erased(struct query *query, const struct arguments *arguments, bool already)
{
    static const struct table_column columns[] = {
        { "Account", "account_id", CELL_TEXT },
        { "", "owner_state", CELL_RAW },
        { "Erased", "erased_at", CELL_TIME },
        { NULL, NULL, CELL_TEXT },
    };
    struct error error;
    if (!arguments->json) {
        printf("the owner of account %s %s erased%s\n", argument_text(arguments, "ID"),
               already ? "was" : "is", already ? " already" : "");
        return EXIT_SUCCESS;
    }
    struct rows *rows = query_run(query,
                                  "SELECT account_id, to_char(max(shredded_at) AT TIME ZONE 'UTC',"
                                  " " CELL_TIME_SQL ") FROM esbank.data_keys"
                                  " WHERE account_id = $1::uuid GROUP BY account_id",
                                  1, (const char *[]){ argument_text(arguments, "ID") }, &error);
    if (rows == NULL)
        return complain_error(&error);
    struct table table;
    table_init(&table, columns);
    table_text(&table,
               rows_count(rows) > 0 ? rows_text(rows, 0, 0) : argument_text(arguments, "ID"));
    table_text(&table, "\"erased\"");
    table_text(&table, rows_count(rows) > 0 ? rows_text(rows, 0, 1) : NULL);
    table_print_record(&table, true);
    table_finish(&table);
    rows_free(rows);
    return EXIT_SUCCESS;
}

/* What cannot be erased, and that it was already; EXIT_SUCCESS: it is to be done. *already: it was.
 */
static int may_erase(struct query *query, const struct arguments *arguments, bool *already)
{
    struct error error;
    *already = false;
    struct rows *rows = query_run(
        query,
        "SELECT e.data->>'owner' LIKE 'sealed:v1:%', k.account_id IS NOT NULL, k.wrapped IS NULL"
        " AND EXISTS (SELECT FROM esbank.events o WHERE o.stream_id = e.stream_id"
        " AND o.event_type = 'Accounts.OwnerErased') FROM esbank.events e"
        " LEFT JOIN esbank.data_keys k ON k.command_id = e.causation_id"
        " AND k.account_id = $1::uuid"
        " WHERE e.stream_id = 'account-' || $1::uuid AND e.stream_version = 1",
        1, (const char *[]){ argument_text(arguments, "ID") }, &error);
    if (rows == NULL)
        return complain_error(&error);
    const bool known = rows_count(rows) > 0;
    const bool sealed = known && rows_text(rows, 0, 0) != NULL && rows_text(rows, 0, 0)[0] == 't';
    const bool has_key = known && rows_text(rows, 0, 1)[0] == 't';
    *already = has_key && rows_text(rows, 0, 2)[0] == 't';
    rows_free(rows);
    if (!known)
        return complain_absent(REFUSED_NO_SUCH_ACCOUNT,
                               "there is no account of that id; see `bank account list`");
    if (!has_key && !sealed)
        return complain(
            "the owner of account %s stands in the log in clear, from before names were sealed, and"
            " the log is never changed: there is no key to shred",
            argument_text(arguments, "ID"));
    if (!has_key)
        return complain("the key of account %s was never in this database: shred it where the"
                        " account was opened",
                        argument_text(arguments, "ID"));
    return EXIT_SUCCESS;
}

/* Whether the home's bank runs. A database that is named may be another one than that bank's. */
static bool bank_runs(const struct arguments *arguments)
{
    struct home home;
    struct error ignored;
    if (arguments->db != NULL || !home_locate(arguments->home, &home, &ignored))
        return false;
    struct client *client = client_open(&home, "operator.sock", &ignored);
    const bool runs = client != NULL;
    client_close(client);
    return runs;
}

static int erase(struct query *query, const struct arguments *arguments)
{
    struct error error;
    struct order order;
    bool already;
    int status = may_erase(query, arguments, &already);
    if (status != EXIT_SUCCESS || already)
        return status != EXIT_SUCCESS ? status : say_erased(query, arguments, true);
    if (!bank_runs(arguments) &&
        !act_record(arguments, ACT_ACCOUNT_ERASE, argument_text(arguments, "ID")))
        return EXIT_FAILURE;
    if (!bank_runs(arguments))
        return query_do(query, "SELECT esbank.erase_owner($1::uuid)", 1,
                        (const char *[]){ argument_text(arguments, "ID") }, &error)
                   ? say_erased(query, arguments, false)
                   : complain_error(&error);
    order_begin(&order, arguments);
    struct json *reply = order_send(&order, arguments, &status);
    if (reply == NULL)
        return status;
    json_destroy(reply);
    return say_erased(query, arguments, false);
}

static bool ask(const struct arguments *arguments, char *question, size_t size)
{
    struct error ignored;
    char name[NAME_SHOWN_SIZE];
    struct query *query = query_of_models(arguments, &ignored);
    const bool there =
        query != NULL && name_read(query, arguments, &argument_value(arguments, "ID")->id, name);
    query_close(query);
    if (there)
        snprintf(question, size, "The owner of account %s is %s. Erase that name for ever?",
                 argument_text(arguments, "ID"), name);
    return there; /* else run says what is wrong */
}

static int run_erase(struct arguments *arguments)
{
    struct error error;
    struct query *query = query_of_models(arguments, &error);
    if (query == NULL)
        return complain_error(&error);
    const int status = erase(query, arguments);
    query_close(query);
    return status;
}

const struct bank_command command_account_erase = {
    .name = "account erase",
    .help = "make the name of an account's owner unreadable for ever",
    .detail =
        "Shreds the key under which it is sealed, which the log says; other events, balances and "
        "cards stay as they\n"
        "are. A backup that is restored is erased again when the bank starts. Old row versions and "
        "backups of the database may still hold the key: see bank(1).",
    .words = WORDS(WORD("ID", ACCOUNT_ID, .fills = "account_id")),
    .effect = SENDS,
    .sends = ACCOUNTS_ERASE_OWNER,
    .asks = ASKS_ALWAYS,
    .ask = ask,
    .run = run_erase,
};
