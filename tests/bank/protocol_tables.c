/* SPDX-License-Identifier: MIT */
/*
 * The tables of the documents as the bank's own tables have them: the commands
 * with their fields, the fields with their shapes, the errors, the events, the
 * rows of each saga, and the usage lines of bank(1). scripts/protocol puts them between their marks
 * there; tests/bank/protocol.sh says which of them is out of date. Prints the table that is named.
 */
#include "bank/cli/commands.h"
#include "bank/codec/event_fields.h"
#include "bank/core/saga.h"
#include "bank/postgres/sessions.h"
#include "bank/server/fields.h"
#include "bank/server/question.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_fields(uint64_t fields, const char *none)
{
    const char *between = "";
    for (enum command_field i = 0; i < COMMAND_FIELD_COUNT; i++) {
        if ((fields & BIT(i)) == 0)
            continue;
        printf("%s`%s`", between, command_field_name(i));
        between = ", ";
    }
    if (fields == 0)
        printf("%s", none);
}

/* What sends it, in the document's words: a terminal, and an operator of that role or above. */
static void print_senders(unsigned senders)
{
    printf("%s%s%s", (senders & BY_TERMINAL) != 0 ? "terminal" : "",
           (senders & BY_TERMINAL) != 0 && (senders & BY_OPERATOR) != 0 ? ", " : "",
           operator_role_name(senders_role(senders)));
}

static void print_commands(void)
{
    printf("| command | sent by | fields it must have | and may have |\n|---|---|---|---|\n");
    for (enum command_kind kind = 0; kind < COMMAND_KIND_COUNT; kind++) {
        const struct command_traits *traits = command_traits(kind);
        if (traits->senders == 0)
            continue;
        printf("| `%s` | ", traits->wire);
        print_senders(traits->senders);
        printf(" | ");
        print_fields(traits->required, "");
        printf(" | ");
        print_fields(traits->optional, "");
        printf(" |\n");
    }
    for (enum question question = 0; question < QUESTION_COUNT; question++) {
        printf("| `%s` | ", question_traits[question].name);
        print_senders(question_traits[question].senders);
        printf(" | ");
        print_fields(question_traits[question].required, "");
        printf(question_traits[question].required != 0 ? " | " : "| ");
        print_fields(question_traits[question].optional, "");
        printf(question_traits[question].optional != 0 ? " |\n" : "|\n");
    }
}

static void print_shapes(void)
{
    printf("| field | is |\n|---|---|\n");
    for (enum command_field i = 0; i < COMMAND_FIELD_COUNT; i++)
        printf("| `%s` | %s |\n", command_field_name(i), field_shape(i));
}

static void print_errors(void)
{
    printf("| error | code | remembered | message |\n|---|---|---|---|\n");
    for (int i = 0; i < REFUSAL_COUNT; i++)
        if (i != REFUSED_NONE)
            printf("| `%s` | %s | %s | %s |\n", refusal_name((enum refusal)i),
                   refusal_code((enum refusal)i), refusal_is_domain((enum refusal)i) ? "yes" : "no",
                   refusal_sentence((enum refusal)i));
}

static void print_event(enum event_kind kind)
{
    static const char *const streams[STREAM_KIND_COUNT] = { "account", "teller", "bank" };
    const struct movement *movement = event_movement(kind);
    const char *between = "";
    printf("| `%s` | %s | ", event_type(kind), streams[event_stream(kind)]);
    for (const struct event_field *field = event_fields(kind); field->type != FIELD_END; field++) {
        printf("%s`%s`%s", between, field->name, field->always ? "*" : "");
        between = ", ";
    }
    printf(" | %s |\n", movement->word != NULL ? movement->word : "");
}

static void print_events(void)
{
    printf("| type | stream | fields | on a statement |\n|---|---|---|---|\n");
    for (int kind = 0; kind < EVENT_KIND_COUNT; kind++)
        print_event((enum event_kind)kind);
}

static void print_saga(const struct saga *saga)
{
    printf("| from | on | to | then | why |\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < saga->rows->count; i++) {
        const struct saga_row *row = &saga->rows->row[i];
        printf("| %s | %s | %s |%s%s | %s |\n", saga->state_name(row->from),
               row->trigger == SAGA_DEADLINE  ? "*deadline*"
               : row->trigger == SAGA_REFUSED ? "*refused*"
                                              : event_type((enum event_kind)row->trigger),
               saga->state_name(row->to), row->command == NO_COMMAND ? "" : " ",
               row->command == NO_COMMAND ? "" : command_name(row->command), row->why);
    }
}

static void print_sessions(void)
{
    printf("| session | what it does |\n|---|---|\n");
#define X(name, what) printf("| `%s%s` | %s |\n", SESSION_PREFIX, name, what);
    SESSIONS(X)
#undef X
}

static void print_sagas(void)
{
    for (int i = 0; i < SAGA_COUNT; i++)
        printf("%s\n", sagas[i].name);
}

static bool print_saga_of(const char *table)
{
    for (int i = 0; i < SAGA_COUNT; i++) {
        char name[60];
        snprintf(name, sizeof name, "saga %s", sagas[i].name);
        if (strcmp(name, table) == 0) {
            print_saga(&sagas[i]);
            return true;
        }
    }
    return false;
}

/* ---- the manual: stdin, with the usage of each command as its entry has it ---- */

static void print_option(const struct value_spec *spec)
{
    const char *value = value_placeholder(spec);
    printf(" Fl -%s", spec->name);
    if (value[0] != '\0')
        printf(" %s %s", spec->type == VALUE_CHOICE && spec->as == NULL ? "Cm" : "Ar", value);
}

static void print_usage(const struct bank_command *command)
{
    const struct value_spec *option[ARGUMENT_OPTIONS_MAX];
    const int common = command_options(NULL, option);
    const int count = command_options(command, option) - common;
    printf(".It Cm %s", command->name);
    for (const struct value_spec *word = command->words; word != NULL && word->name != NULL; word++)
        printf(word->optional ? " Oo %s %s Oc" : " %s %s", word->type == VALUE_CHOICE ? "Cm" : "Ar",
               word->type == VALUE_CHOICE ? word->choices : word->name);
    for (int i = 0; i < count; i++)
        if (option[i]->needed)
            print_option(option[i]);
    for (int i = 0; i < count; i++) {
        if (option[i]->needed || option[i]->help == NULL || option[i]->aside)
            continue;
        printf(option[i]->instead_of != NULL ? " |" : " Oo");
        print_option(option[i]);
        if (i + 1 == count || option[i + 1]->instead_of == NULL)
            printf(" Oc");
    }
    putchar('\n');
}

/* The command that such a line of the manual is about: the one with the longest name that fits. */
static const struct bank_command *command_of(const char *line)
{
    const struct bank_command *found = NULL;
    if (strncmp(line, ".It Cm ", 7) != 0)
        return NULL;
    for (int i = 0; bank_commands[i] != NULL; i++) {
        const size_t length = strlen(bank_commands[i]->name);
        if (strncmp(line + 7, bank_commands[i]->name, length) == 0 &&
            strchr(" \n", line[7 + length]) != NULL &&
            (found == NULL || length > strlen(found->name)))
            found = bank_commands[i];
    }
    return found;
}

static void print_manual(void)
{
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, stdin) > 0) {
        const struct bank_command *command = command_of(line);
        if (command != NULL)
            print_usage(command);
        else
            fputs(line, stdout);
    }
    free(line);
}

int main(int count, char **words)
{
    static const struct {
        const char *name;
        void (*print)(void);
    } tables[] = { { "commands", print_commands }, { "fields", print_shapes },
                   { "errors", print_errors },     { "events", print_events },
                   { "sessions", print_sessions }, { "sagas", print_sagas },
                   { "manual", print_manual } };
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        if (count == 2 && strcmp(words[1], tables[i].name) == 0) {
            tables[i].print();
            return 0;
        }
    if (count == 2 && print_saga_of(words[1]))
        return 0;
    fprintf(stderr, "protocol_tables: name one of the tables commands, fields, errors, events, "
                    "sessions and saga NAME\n");
    return 2;
}
