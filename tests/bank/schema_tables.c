/* SPDX-License-Identifier: MIT */
/*
 * JSON Schemas of what `bank` prints for programs, from the tables that print it.
 *
 *     schema_tables           the schemas' names, each with the command it belongs to
 *     schema_tables NAME      that schema
 *     schema_tables --forgotten   the commands that have none
 *
 * scripts/schema writes them into docs/schema; tests/bank/test_schemas.sh says which is out of date
 * and holds what each command prints against them. What is printed without a table of columns has
 * one here.
 */
#include "bank/cli/commands.h"
#include "bank/cli/complaint.h"
#include "bank/cli/owner.h"
#include "bank/codec/event_fields.h"
#include "bank/commands/listings.h"
#include "bank/commands/outputs.h"
#include "bank/console/columns.h"
#include "bank/core/approval.h"
#include "bank/core/deposit.h"
#include "bank/core/transfer.h"
#include "bank/core/withdrawal.h"
#include "bank/server/figures.h"

#include <stdio.h>
#include <string.h>

#define END                                                                                        \
    {                                                                                              \
        NULL, NULL, CELL_TEXT                                                                      \
    }

/* ---- what has no table in the program ---- */

static const struct table_column rebuild[] = {
    { "", "name", CELL_TEXT },         { "", "position", CELL_NUMBER },
    { "", "events", CELL_NUMBER },     { "", "parked", CELL_NUMBER },
    { "", "resumed", CELL_BOOLEAN },   { "", "made", CELL_BOOLEAN },
    { "", "elapsed_ms", CELL_NUMBER }, END,
};
static const struct table_column taken[] = { { "", "taken", CELL_NUMBER }, END };
static const struct table_column settled[] = { { "", "settled", CELL_NUMBER }, END };
static const struct table_column dropped[] = { { "", "dropped", CELL_NUMBER }, END };
static const struct table_column applied[] = { { "", "applied", CELL_NUMBER }, END };
static const struct table_column version[] = { { "", "program", CELL_TEXT },
                                               { "", "version", CELL_TEXT },
                                               END };
static const struct table_column exported[] = { { "", "exported", CELL_NUMBER }, END };
static const struct table_column imported[] = { { "", "imported", CELL_NUMBER }, END };
static const struct table_column reset[] = {
    { "", "name", CELL_TEXT },
    { "", "position", CELL_NUMBER },
    { "", "left_out", CELL_NUMBER },
    END,
};
static const struct table_column erased[] = {
    { "", "account_id", CELL_UUID },
    { "", "owner_state", CELL_RAW },
    { "", "erased_at", CELL_TIME | CELL_MAYBE },
    END,
};
static const struct table_column day[] = {
    { "", "business_day", CELL_DATE }, { "", "balanced", CELL_BOOLEAN }, { "", "total", CELL_RAW },
    { "", "tellers", CELL_RAW },       { "", "not_closed", CELL_RAW },   END,
};
static const struct table_column event[] = {
    { "", "position", CELL_NUMBER },
    { "", "stream_id", CELL_TEXT },
    { "", "stream_version", CELL_NUMBER },
    { "", "event_id", CELL_UUID },
    { "", "event_type", CELL_TEXT },
    { "", "causation_id", CELL_UUID },
    { "", "correlation_id", CELL_UUID },
    { "", "data", CELL_RAW },
    { "", "metadata", CELL_RAW },
    { "", "created_at", CELL_TIME },
    { "", "hash", CELL_TEXT },
    END,
};
static const struct table_column verify[] = {
    { "", "clean", CELL_BOOLEAN },    { "", "from", CELL_NUMBER },
    { "", "to", CELL_NUMBER },        { "", "sealed_from", CELL_NUMBER | CELL_MAYBE },
    { "", "head", CELL_RAW },         { "", "time", CELL_TIME },
    { "", "software", CELL_TEXT },    { "", "checks", CELL_RAW },
    { "", "anchor", CELL_RAW },       { "", "took_ms", CELL_NUMBER },
    { "", "processes", CELL_NUMBER }, END,
};
static const struct table_column checks[] = {
    { "", "check", CELL_TEXT },
    { "", "ok", CELL_BOOLEAN | CELL_MAYBE },
    { "", "checked", CELL_NUMBER },
    { "", "failed", CELL_NUMBER },
    { "", "position", CELL_NUMBER | CELL_MAYBE },
    { "", "stream_id", CELL_TEXT | CELL_MAYBE },
    { "", "detail", CELL_TEXT | CELL_MAYBE },
    { "", "note", CELL_TEXT | CELL_MAYBE },
    END,
};

static const struct output by_hand[] = {
    { "account-erase", "account erase", false, erased, { { NULL, NULL } } },
    { "alert-settle", "alert settle", false, settled, { { NULL, NULL } } },
    { "day-show", "day show", false, day, { { NULL, NULL } } },
    { "event", "events", true, event, { { NULL, NULL } } },
    { "keys-export", "keys export", false, exported, { { NULL, NULL } } },
    { "keys-import", "keys import", false, imported, { { NULL, NULL } } },
    { "migrate", "migrate", false, applied, { { NULL, NULL } } },
    { "version", "version", false, version, { { NULL, NULL } } },
    { "projection-rebuild", "projection rebuild", false, rebuild, { { NULL, NULL } } },
    { "snapshot-drop", "snapshot drop", false, dropped, { { NULL, NULL } } },
    { "snapshot-take", "snapshot take", false, taken, { { NULL, NULL } } },
    { "subscription-reset", "subscription reset", false, reset, { { NULL, NULL } } },
    { "verify", "verify", false, verify, { { "checks", checks } } },
};

static const struct output *const outputs[] = {
#define X(name) &output_##name,
    OUTPUTS(X)
#undef X
};

static const struct listing *const listings[] = {
#define X(name) &listing_##name,
    LISTINGS(X)
#undef X
};

/* ---- words that a column can have ---- */

static const char *withdrawal_word(int i)
{
    return i + WITHDRAWAL_AUTHORIZED < WITHDRAWAL_STATE_COUNT
               ? withdrawal_state_name((enum withdrawal_state)(i + WITHDRAWAL_AUTHORIZED))
               : NULL;
}

static const char *deposit_word(int i)
{
    return i + DEPOSIT_COUNTING < DEPOSIT_STATE_COUNT
               ? deposit_state_name((enum deposit_state)(i + DEPOSIT_COUNTING))
               : NULL;
}

static const char *transfer_word(int i)
{
    return i + TRANSFER_COMPLETED < TRANSFER_STATE_COUNT
               ? transfer_state_name((enum transfer_state)(i + TRANSFER_COMPLETED))
               : NULL;
}

static const char *approval_word(int i)
{
    return i + APPROVAL_PROPOSED < APPROVAL_STATE_COUNT
               ? approval_state_name((enum approval_state)(i + APPROVAL_PROPOSED))
               : NULL;
}

static const char *account_word(int i)
{
    static const char *const words[] = { "open", "closed", NULL };
    return words[i];
}

static const char *owner_word(int i)
{
    static const char *const words[] = { "known", "sealed", "erased", "damaged", NULL };
    return words[i];
}

static const char *event_word(int i)
{
    return i < EVENT_KIND_COUNT ? event_type((enum event_kind)i) : NULL;
}

static const char *refusal_word(int i)
{
    return i + 1 < REFUSAL_COUNT ? refusal_name((enum refusal)(i + 1)) : NULL; /* 0: approved */
}

/* schema: the beginning of its name; "": all. */
static const struct {
    const char *schema, *column;
    const char *(*word)(int i);
} word_lists[] = {
    { "withdrawal", "state", withdrawal_word }, { "deposit", "state", deposit_word },
    { "transfer", "state", transfer_word },     { "approvals", "state", approval_word },
    { "account", "state", account_word },       { "", "owner_state", owner_word },
    { "", "event_type", event_word },           { "", "refusal", refusal_word },
};

/* ---- writing ---- */

#define DRAFT        "https://json-schema.org/draft/2020-12/schema"
#define UUID_PATTERN "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
#define TIME_PATTERN "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3,6}Z$"

static void print_words(const char *(*word)(int i), bool maybe)
{
    printf("{ \"enum\": [");
    const char *between = " ";
    for (int i = 0; word(i) != NULL; i++) {
        printf("%s\"%s\"", between, word(i));
        between = ", ";
    }
    printf("%s ] }", maybe ? ", null" : "");
}

static void print_kind(const struct table_column *column)
{
    const bool maybe = (column->kind & CELL_MAYBE) != 0;
    const char *string = maybe ? "\"type\": [\"string\", \"null\"]" : "\"type\": \"string\"";
    switch (column_kind(column)) {
    case CELL_TEXT:
        printf("{ %s }", string);
        return;
    case CELL_NUMBER:
    case CELL_MONEY:
        printf("{ \"type\": %s%s }", maybe ? "[\"integer\", \"null\"]" : "\"integer\"",
               column_kind(column) == CELL_MONEY ? ", \"description\": \"minor units\"" : "");
        return;
    case CELL_BOOLEAN:
        printf("{ \"type\": %s }", maybe ? "[\"boolean\", \"null\"]" : "\"boolean\"");
        return;
    case CELL_TIME:
        printf("{ %s, \"format\": \"date-time\", \"pattern\": \"%s\" }", string, TIME_PATTERN);
        return;
    case CELL_DATE:
        printf("{ %s, \"format\": \"date\", \"pattern\": \"^[0-9]{4}-[0-9]{2}-[0-9]{2}$\" }",
               string);
        return;
    case CELL_UUID:
        printf("{ %s, \"format\": \"uuid\", \"pattern\": \"%s\" }", string, UUID_PATTERN);
        return;
    case CELL_NOTES:
        printf("{ \"$ref\": \"notes.json\" }");
        return;
    case CELL_LIST:
        printf("{ \"type\": \"array\", \"items\": { \"type\": \"string\" } }");
        return;
    case CELL_RAW:
        break;
    }
    printf("{}");
}

static void print_property(const char *schema, const struct table_column *column,
                           const struct output *output)
{
    for (size_t i = 0; output != NULL && i < OUTPUT_INNER && output->inner[i].name != NULL; i++)
        if (strcmp(output->inner[i].name, column->name) == 0) {
            printf("{ \"type\": \"array\", \"items\": { \"$ref\": \"#/$defs/%s\" } }",
                   column->name);
            return;
        }
    for (size_t i = 0; i < sizeof word_lists / sizeof *word_lists; i++)
        if (strcmp(word_lists[i].column, column->name) == 0 &&
            strncmp(schema, word_lists[i].schema, strlen(word_lists[i].schema)) == 0) {
            print_words(word_lists[i].word, (column->kind & CELL_MAYBE) != 0);
            return;
        }
    print_kind(column);
}

static void print_object(const char *schema, const struct table_column *columns,
                         const struct output *output)
{
    printf("{\n      \"type\": \"object\",\n      \"properties\": {");
    for (size_t i = 0; columns[i].title != NULL; i++) {
        printf("%s\n        \"%s\": ", i > 0 ? "," : "", columns[i].name);
        print_property(schema, &columns[i], output);
    }
    printf("\n      },\n      \"required\": [");
    for (size_t i = 0; columns[i].title != NULL; i++)
        printf("%s\"%s\"", i > 0 ? ", " : "", columns[i].name);
    printf("],\n      \"additionalProperties\": false\n    }");
}

static void print_schema(const char *name, const char *command, bool is_array,
                         const struct table_column *columns, const struct output *output)
{
    printf("{\n  \"$schema\": \"" DRAFT "\",\n  \"title\": \"bank %s --json\",\n", command);
    if (is_array)
        printf("  \"type\": \"array\",\n  \"items\": { \"$ref\": \"#/$defs/row\" },\n");
    else
        printf("  \"$ref\": \"#/$defs/row\",\n");
    printf("  \"$defs\": {\n    \"row\": ");
    print_object(name, columns, output);
    for (size_t i = 0; output != NULL && i < OUTPUT_INNER && output->inner[i].name != NULL; i++) {
        printf(",\n    \"%s\": ", output->inner[i].name);
        print_object(name, output->inner[i].columns, NULL);
    }
    printf("\n  }\n}\n");
}

static void print_head(const char *title)
{
    printf("{\n  \"$schema\": \"" DRAFT "\",\n  \"title\": \"%s\",\n", title);
}

static void print_notes(void)
{
    print_head("notes, by denomination in minor units");
    printf("  \"type\": [\"array\", \"null\"],\n  \"items\": {\n    \"type\": \"object\",\n"
           "    \"properties\": {\n      \"denomination\": { \"type\": \"integer\", \"minimum\": 1 "
           "},\n"
           "      \"count\": { \"type\": \"integer\", \"minimum\": 0 }\n    },\n"
           "    \"required\": [\"denomination\", \"count\"],\n"
           "    \"additionalProperties\": false\n  }\n}\n");
}

static const char *const complaints[] = {
#define X(enumerator, name, code, status) name,
    COMPLAINT_TABLE(X)
#undef X
        NULL,
};

/* What went wrong in the program, or what the bank refused. */
static void print_errors(void)
{
    printf("{ \"enum\": [");
    for (size_t i = 0; complaints[i] != NULL; i++)
        printf("\"%s\", ", complaints[i]);
    printf("\"invalid_reply\"");
    for (int i = 0; refusal_word(i) != NULL; i++)
        printf(", \"%s\"", refusal_word(i));
    printf("] }");
}

static void print_error(void)
{
    print_head("what a command with --json says on standard error");
    printf("  \"type\": \"object\",\n  \"oneOf\": [\n    {\n      \"properties\": {\n"
           "        \"error\": ");
    print_errors();
    printf(",\n        \"code\": { \"type\": \"string\", \"pattern\": \"^[0-9]{2}$\" },\n"
           "        \"message\": { \"type\": \"string\", \"minLength\": 1 }\n      },\n"
           "      \"required\": [\"error\", \"code\", \"message\"],\n"
           "      \"additionalProperties\": false\n    },\n    {\n"
           "      \"properties\": { \"caution\": { \"type\": \"string\", \"minLength\": 1 } },\n"
           "      \"required\": [\"caution\"],\n      \"additionalProperties\": false\n    }\n"
           "  ]\n}\n");
}

/* A field of a request means the same in a reply. */
static const struct {
    const char *name, *shape;
} fields[] = {
#define X(enumerator, name, shape, member) { name, #shape },
    COMMAND_FIELD_TABLE(X)
#undef X
};

/* Amounts that only replies have. */
static const char *const amounts[] = { "balance", "available", "held", "reversed" };

static void print_reply_fields(void)
{
    static const struct {
        const char *shape;
        int kind;
    } kinds[] = { { "UUID", CELL_UUID },
                  { "AMOUNT", CELL_MONEY },
                  { "LIMIT", CELL_MONEY },
                  { "NOTES", CELL_NOTES } };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        for (size_t j = 0; j < sizeof kinds / sizeof *kinds; j++)
            if (strcmp(fields[i].shape, kinds[j].shape) == 0) {
                printf(",\n    \"%s\": ", fields[i].name);
                print_kind(&(struct table_column){ "", fields[i].name, kinds[j].kind });
            }
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++) {
        printf(",\n    \"%s\": ", amounts[i]);
        print_kind(&(struct table_column){ "", amounts[i], CELL_MONEY });
    }
}

/* shared/PROTOCOL.md says what each command adds to it. */
static void print_reply(void)
{
    print_head("the bank's reply, as a command that changes something prints it");
    printf("  \"type\": \"object\",\n  \"properties\": {\n"
           "    \"v\": { \"const\": 1 },\n"
           "    \"id\": { \"type\": \"string\", \"pattern\": \"%s\" },\n"
           "    \"ok\": { \"type\": \"boolean\" },\n"
           "    \"code\": { \"type\": \"string\", \"pattern\": \"^[0-9]{2}$\" },\n"
           "    \"error\": ",
           UUID_PATTERN);
    print_errors();
    printf(",\n    \"message\": { \"type\": \"string\", \"minLength\": 1 }");
    print_reply_fields();
    printf("\n  },\n"
           "  \"required\": [\"v\", \"id\", \"ok\", \"code\"],\n"
           "  \"if\": { \"properties\": { \"ok\": { \"const\": false } } },\n"
           "  \"then\": { \"required\": [\"error\", \"message\"] }\n}\n");
}

/* A figure that is not known yet is left out. */
static void print_status(void)
{
    print_head("bank status --json");
    printf("  \"$ref\": \"reply.json\",\n  \"properties\": {\n    \"status\": {\n"
           "      \"type\": \"object\",\n      \"properties\": {\n"
           "        \"version\": { \"type\": \"string\" },\n"
           "        \"pid\": { \"type\": \"integer\" },\n"
           "        \"active\": { \"type\": \"boolean\" },\n"
           "        \"state\": { \"type\": \"string\" }");
    for (int i = 0; i < FIGURE_COUNT; i++)
        printf(",\n        \"%s\": { \"type\": \"integer\" }", figure_traits[i].name);
    printf("\n      },\n      \"required\": [\"version\", \"pid\", \"active\", \"state\"],\n"
           "      \"additionalProperties\": false\n    }\n  },\n  \"required\": [\"status\"]\n}\n");
}

/* These print no JSON, or another program's, or the reply of a machine's own request. */
static const char *const without[] = {
    "serve",
    "ping",
    "complete",
    "completion",
    "console",
    "demo",
    "help",
    "version",
    "import",

    "dispatch",
    "terminal balance",
    "terminal statement",
    "terminal change-pin",
    "terminal cash-code",
    "terminal withdraw",
    "terminal deposit",
    "terminal transfer",
    "terminal confirm",
    "subscription retry",
    "subscription skip",
    "teller reconcile",
};

static const struct {
    const char *name, *command;
    void (*print)(void);
} others[] = {
    { "error", "", print_error },
    { "notes", "", print_notes },
    { "reply", "", print_reply },
    { "status", "status", print_status },
};

/* ---- which ---- */

static const char *command_of(const struct listing *listing, char command[static 60])
{
    if (strcmp(listing->name, "statement") == 0)
        return "account statement";
    snprintf(command, 60, "%s list", listing->name);
    return command;
}

static const char *name_of(const struct listing *listing, char name[static 60])
{
    char command[60];
    snprintf(name, 60, "%s", command_of(listing, command));
    *strchr(name, ' ') = '-';
    return name;
}

/* wanted: NULL for the names. */
static bool each_listing(const char *wanted)
{
    char name[60], command[60];
    for (size_t i = 0; i < sizeof listings / sizeof *listings; i++) {
        name_of(listings[i], name);
        if (wanted == NULL) {
            printf("%s %s\n", name, command_of(listings[i], command));
        } else if (strcmp(name, wanted) == 0) {
            print_schema(name, command_of(listings[i], command), true, listings[i]->columns, NULL);
            return true;
        }
    }
    return false;
}

static bool each_output(const char *wanted, const struct output *output)
{
    if (wanted == NULL)
        printf("%s %s\n", output->name, output->command);
    else if (strcmp(output->name, wanted) == 0)
        print_schema(output->name, output->command, output->is_array, output->columns, output);
    else
        return false;
    return wanted != NULL;
}

/* The console's views, as its lines on a pipe print them. */
static bool each_view(const char *wanted)
{
    char name[60], command[60];
    struct table_column columns[PAGE_COLUMNS_MAX + 1];
    for (const struct view *view = views; view->name != NULL; view++) {
        if (!view_stands_alone(view) || view_columns(view) == 0)
            continue;
        snprintf(name, sizeof name, "console-%s", view->name);
        snprintf(command, sizeof command, "console: %s", view->name);
        view_table_columns(view, true, columns);
        const struct output output = {
            name,
            command,
            true,
            columns,
            { { view_column(view, "cassettes") < view_columns(view) ? "cassettes" : NULL,
                view_cash_columns } }
        };
        if (each_output(wanted, &output))
            return true;
    }
    return false;
}

static bool each(const char *wanted)
{
    if (each_listing(wanted) || each_view(wanted))
        return true;
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++)
        if (each_output(wanted, outputs[i]))
            return true;
    for (size_t i = 0; i < sizeof by_hand / sizeof *by_hand; i++)
        if (each_output(wanted, &by_hand[i]))
            return true;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (wanted == NULL) {
            printf("%s %s\n", others[i].name, others[i].command);
        } else if (strcmp(others[i].name, wanted) == 0) {
            others[i].print();
            return true;
        }
    }
    return wanted == NULL;
}

/* ---- which were forgotten ---- */

static bool is_without(const char *command)
{
    for (size_t i = 0; i < sizeof without / sizeof *without; i++)
        if (strcmp(without[i], command) == 0)
            return true;
    return false;
}

static bool has_schema(const char *command)
{
    char text[60];
    for (size_t i = 0; i < sizeof listings / sizeof *listings; i++)
        if (strcmp(command_of(listings[i], text), command) == 0)
            return true;
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++)
        if (strcmp(outputs[i]->command, command) == 0)
            return true;
    for (size_t i = 0; i < sizeof by_hand / sizeof *by_hand; i++)
        if (strcmp(by_hand[i].command, command) == 0)
            return true;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(others[i].command, command) == 0)
            return true;
    return false;
}

/* Commands without a schema; those that send one command to the bank print its reply. */
static int forgotten(void)
{
    int count = 0;
    for (size_t i = 0; bank_commands[i] != NULL; i++) {
        const struct bank_command *command = bank_commands[i];
        if (command->effect == SENDS || command->hidden || is_without(command->name) ||
            has_schema(command->name))
            continue;
        printf("%s\n", command->name);
        count++;
    }
    return count > 0;
}

int main(int count, char **words)
{
    if (count == 2 && strcmp(words[1], "--forgotten") == 0)
        return forgotten();
    if (count <= 2 && each(count == 2 ? words[1] : NULL))
        return 0;
    fprintf(stderr, "schema_tables: name one schema; without a name it says which there are\n");
    return 2;
}
