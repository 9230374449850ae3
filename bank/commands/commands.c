/* SPDX-License-Identifier: MIT */
#include "bank/cli/commands.h"

#include <stdio.h>
#include <string.h>

const struct bank_command *const bank_commands[] = {
#define X(name) &command_##name,
    BANK_COMMANDS(X)
#undef X
        NULL,
};

static size_t first_length(const struct bank_command *command)
{
    return strcspn(command->name, " ");
}

static bool first_is(const struct bank_command *command, const char *word)
{
    return strlen(word) == first_length(command) &&
           memcmp(command->name, word, first_length(command)) == 0;
}

static const char *second_word(const struct bank_command *command)
{
    const char *blank = strchr(command->name, ' ');
    return blank != NULL ? blank + 1 : NULL;
}

const struct bank_command *command_find(int argc, char **argv, int *words)
{
    *words = 0;
    for (int i = 0; bank_commands[i] != NULL; i++) {
        if (!first_is(bank_commands[i], argv[0]))
            continue;
        const char *second = second_word(bank_commands[i]);
        *words = 1;
        if (second == NULL)
            return bank_commands[i];
        if (argc > 1 && strcmp(second, argv[1]) == 0) {
            *words = 2;
            return bank_commands[i];
        }
    }
    return NULL;
}

static void names_add(char *buffer, size_t size, const char *name, size_t length)
{
    size_t used = strlen(buffer);
    snprintf(buffer + used, size - used, "%s%.*s", used > 0 ? ", " : "", (int)length, name);
}

void command_group_names(const char *first_word, char *buffer, size_t size)
{
    buffer[0] = '\0';
    for (int i = 0; bank_commands[i] != NULL; i++) {
        const char *second = second_word(bank_commands[i]);
        if (second != NULL && first_is(bank_commands[i], first_word))
            names_add(buffer, size, second, strlen(second));
    }
}

void command_first_names(char *buffer, size_t size)
{
    buffer[0] = '\0';
    for (int i = 0; bank_commands[i] != NULL; i++) {
        size_t length = first_length(bank_commands[i]);
        bool seen = i > 0 && first_length(bank_commands[i - 1]) == length &&
                    memcmp(bank_commands[i]->name, bank_commands[i - 1]->name, length) == 0;
        if (!seen)
            names_add(buffer, size, bank_commands[i]->name, length);
    }
}

static void options_print(const struct option_spec *options)
{
    for (; options != NULL && options->name != NULL; options++) {
        char left[60];
        if (options->help == NULL)
            continue;
        snprintf(left, sizeof left, "--%s%s%s", options->name, options->argument != NULL ? " " : "",
                 options->argument != NULL ? options->argument : "");
        printf("  %-24s %s\n", left, options->help);
    }
}

void command_help(const struct bank_command *command)
{
    printf("bank %s%s%s\n\n%s\n", command->name, command->usage[0] != '\0' ? " " : "",
           command->usage, command->help);
    if (command->detail != NULL)
        printf("\n%s\n", command->detail);
    puts("\nOptions:");
    options_print(command->options);
    options_print(arguments_common);
}

void command_group_help(const char *first_word)
{
    for (int i = 0; bank_commands[i] != NULL; i++)
        if (first_is(bank_commands[i], first_word))
            printf("bank %s%s%s\n      %s\n", bank_commands[i]->name,
                   bank_commands[i]->usage[0] != '\0' ? " " : "", bank_commands[i]->usage,
                   bank_commands[i]->help);
    puts("\nEach has a --help of its own.");
}

void commands_help(void)
{
    puts("bank: the event-sourced bank behind the ATM\n\nusage: bank [OPTION…] COMMAND [WORD…] "
         "[OPTION…]\n");
    for (int i = 0; bank_commands[i] != NULL; i++)
        printf("  %-20s %s\n", bank_commands[i]->name, bank_commands[i]->help);
    puts("\nOptions of every command:");
    options_print(arguments_common);
    puts("\n`bank COMMAND --help` says more; so does the manual page bank(1).");
}
