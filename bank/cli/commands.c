/* SPDX-License-Identifier: MIT */
#include "bank/cli/commands.h"

#include <string.h>

const struct bank_command *const bank_commands[] = {
#define X(name) &command_##name,
    BANK_COMMANDS(X)
#undef X
        NULL,
};

/* Of commands that change something. */
static const struct value_spec request_id_option = OPTION(
    "request-id", "the request's id; the same one again does nothing twice", NEW_ID, .aside = true);
static const struct value_spec yes_option = OPTION("yes", "without asking", FLAG);

bool command_first_is(const struct bank_command *command, const char *first)
{
    const size_t length = strcspn(command->name, " ");
    return strlen(first) == length && memcmp(command->name, first, length) == 0;
}

const char *command_second(const struct bank_command *command)
{
    const char *blank = strchr(command->name, ' ');
    return blank != NULL ? blank + 1 : NULL;
}

const struct bank_command *command_named(const char *first, const char *second)
{
    for (int i = 0; bank_commands[i] != NULL; i++) {
        const char *its = command_second(bank_commands[i]);
        if (command_first_is(bank_commands[i], first) &&
            (second == NULL ? its == NULL : its != NULL && strcmp(its, second) == 0))
            return bank_commands[i];
    }
    return NULL;
}

bool command_is_group(const char *first)
{
    for (int i = 0; bank_commands[i] != NULL; i++)
        if (command_first_is(bank_commands[i], first) && command_second(bank_commands[i]) != NULL)
            return true;
    return false;
}

static int option_add(const struct value_spec *option[static ARGUMENT_OPTIONS_MAX], int count,
                      const struct value_spec *spec)
{
    if (count == ARGUMENT_OPTIONS_MAX)
        panic("--%s is an option too many: raise ARGUMENT_OPTIONS_MAX", spec->name);
    option[count] = spec;
    return count + 1;
}

int command_options(const struct bank_command *command,
                    const struct value_spec *option[static ARGUMENT_OPTIONS_MAX])
{
    int count = 0;
    for (const struct value_spec *spec = command != NULL ? command->options : NULL;
         spec != NULL && spec->name != NULL; spec++)
        count = option_add(option, count, spec);
    if (command != NULL && command->effect == SENDS)
        count = option_add(option, count, &request_id_option);
    if (command != NULL && command->asks != ASKS_NOTHING)
        count = option_add(option, count, &yes_option);
    for (const struct value_spec *spec = arguments_common; spec->name != NULL; spec++)
        count = option_add(option, count, spec);
    return count;
}

enum operator_role command_least_role(const struct bank_command *command)
{
    return command->effect == SENDS ? command_role(command->sends) : ROLE_NONE;
}
