/* SPDX-License-Identifier: MIT */
#include "bank/cli/usage.h"

#include "bank/cli/layout.h"
#include "bank/cli/suggest.h"
#include "bank/cli/topics.h"
#include "shared/version.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMMANDS_MAX 128

enum { NAME_COLUMNS = 20, OPTION_COLUMNS = 26 };

static void add(char *buffer, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void add(char *buffer, size_t size, const char *format, ...)
{
    va_list list;
    const size_t used = strlen(buffer);
    va_start(list, format);
    vsnprintf(buffer + used, size - used, format, list);
    va_end(list);
}

/* ---- a usage line ----------------------------------------------------------- */

static void add_option(char *buffer, const struct value_spec *spec)
{
    const char *value = value_placeholder(spec);
    add(buffer, USAGE_SIZE, "--%s%s%s", spec->name, value[0] != '\0' ? " " : "", value);
}

static bool is_of_line(const struct value_spec *spec)
{
    return spec->help != NULL && !spec->aside;
}

char *usage_line(const struct bank_command *command, char buffer[static USAGE_SIZE])
{
    const struct value_spec *option[ARGUMENT_OPTIONS_MAX];
    const int count = command_options(command, option), common = command_options(NULL, option);
    command_options(command, option);
    snprintf(buffer, USAGE_SIZE, "bank %s", command->name);
    for (const struct value_spec *word = command->words; word != NULL && word->name != NULL; word++)
        add(buffer, USAGE_SIZE, word->optional ? " [%s]" : " %s",
            word->type == VALUE_CHOICE ? word->choices : word->name);
    for (int i = 0; i < count - common; i++)
        if (option[i]->needed && is_of_line(option[i])) {
            add(buffer, USAGE_SIZE, " ");
            add_option(buffer, option[i]);
        }
    for (int i = 0; i < count - common; i++) {
        if (option[i]->needed || !is_of_line(option[i]))
            continue;
        add(buffer, USAGE_SIZE, option[i]->instead_of != NULL ? " | " : " [");
        add_option(buffer, option[i]);
        if (i + 1 == count - common || option[i + 1]->instead_of == NULL)
            add(buffer, USAGE_SIZE, "]");
    }
    return buffer;
}

/* ---- help ------------------------------------------------------------------- */

enum { WIDTH = 80, WIDTH_LEAST = 40 };

/* A word, or all that stands between brackets. */
static size_t word_length(const char *text)
{
    size_t length = 0;
    for (int depth = 0; text[length] != '\0' && (depth > 0 || text[length] != ' '); length++)
        depth += (text[length] == '[') - (text[length] == ']');
    return length;
}

/* The words of a text from column `at` on, in lines that begin at `indent`. */
static void print_wrapped(const char *text, size_t at, size_t indent)
{
    const size_t terminal = layout_terminal_width(),
                 width = terminal >= WIDTH_LEAST && terminal < WIDTH ? terminal : WIDTH;
    while (*text != '\0') {
        const size_t length = word_length(text);
        if (at > indent && at + 1 + length >= width) {
            printf("\n%*s", (int)indent, "");
            at = indent;
        } else if (at > indent) {
            putchar(' ');
            at++;
        }
        printf("%.*s", (int)length, text);
        at += length;
        text += length + strspn(text + length, " ");
    }
    putchar('\n');
}

static void print_entry(const char *name, size_t name_columns, const char *about)
{
    const size_t indent = name_columns + 3, taken = strlen(name) + 3;
    printf("  %s%*s", name, taken > indent ? 0 : (int)(indent - taken + 1), "");
    if (taken > indent)
        printf("\n%*s", (int)indent, "");
    print_wrapped(about, indent, indent);
}

/* Paragraphs; lines that begin with a blank stay as they are. */
void usage_text(const char *text)
{
    char paragraph[3000] = "";
    for (; *text == '\n'; text++)
        putchar('\n');
    while (*text != '\0') {
        const size_t length = strcspn(text, "\n");
        const bool stays = text[0] == ' ';
        if (stays)
            printf("%.*s\n", (int)length, text);
        else
            add(paragraph, sizeof paragraph, "%s%.*s", paragraph[0] != '\0' ? " " : "", (int)length,
                text);
        text += length + (text[length] == '\n');
        if (!stays && strchr(" \n", *text) != NULL) { /* its end counts as well */
            print_wrapped(paragraph, 0, 0);
            paragraph[0] = '\0';
        }
        for (; *text == '\n'; text++)
            putchar('\n');
    }
}

static void options_print(const struct value_spec *const *option, int count)
{
    for (int i = 0; i < count; i++) {
        char left[80];
        if (option[i]->help == NULL)
            continue;
        const char *value = value_placeholder(option[i]);
        snprintf(left, sizeof left, "--%s%s%s", option[i]->name, value[0] != '\0' ? " " : "",
                 value);
        print_entry(left, OPTION_COLUMNS, option[i]->help);
    }
}

void usage_command(const struct bank_command *command)
{
    char line[USAGE_SIZE];
    const struct value_spec *option[ARGUMENT_OPTIONS_MAX];
    const int count = command_options(command, option);
    print_wrapped(usage_line(command, line), 0, 0);
    putchar('\n');
    print_wrapped(command->help, 0, 0);
    if (command->detail != NULL) {
        putchar('\n');
        usage_text(command->detail);
    }
    const enum operator_role least = command_least_role(command);
    if (least != ROLE_NONE)
        printf("\nIt takes the role %s%s.\n", operator_role_name(least),
               least == ROLE_SUPERVISOR ? "" : ", or one above");
    puts("\nOptions:");
    options_print(option, count);
}

void usage_group(const char *first_word)
{
    char line[USAGE_SIZE];
    for (int i = 0; bank_commands[i] != NULL; i++)
        if (command_first_is(bank_commands[i], first_word) && !bank_commands[i]->hidden)
            printf("%s\n      %s\n", usage_line(bank_commands[i], line), bank_commands[i]->help);
    puts("\nEach has a --help of its own.");
}

void usage_version(bool json)
{
    puts(json ? "{\"program\":\"bank\",\"version\":\"" VERSION "\"}" : "bank " VERSION);
}

void usage_commands(void)
{
    const struct value_spec *option[ARGUMENT_OPTIONS_MAX];
    puts("bank: the event-sourced bank behind the ATM\n\nusage: bank [OPTION…] COMMAND [WORD…] "
         "[OPTION…]\n");
    for (int i = 0; bank_commands[i] != NULL; i++)
        if (!bank_commands[i]->hidden)
            print_entry(bank_commands[i]->name, NAME_COLUMNS, bank_commands[i]->help);
    puts("\nTopics of `bank help TOPIC`:");
    for (const struct help_topic *topic = help_topics; topic->name != NULL; topic++)
        print_entry(topic->name, NAME_COLUMNS, topic->about);
    puts("\nOptions of every command:");
    const int count = command_options(NULL, option);
    options_print(option, count);
    puts("\n`bank COMMAND --help` says more; so does the manual page bank(1).");
}

/* ---- words that name none --------------------------------------------------- */

/* The first words of all commands, each once, or the second ones that go with a first; how many. */
static int words_known(const char *first, const char *word[static COMMANDS_MAX], size_t size,
                       char name[static COMMANDS_MAX][32])
{
    int count = 0;
    for (int i = 0; bank_commands[i] != NULL && count < COMMANDS_MAX; i++) {
        const struct bank_command *command = bank_commands[i];
        if (command->hidden || (first != NULL && (!command_first_is(command, first) ||
                                                  command_second(command) == NULL)))
            continue;
        snprintf(name[count], size, "%.*s", (int)strcspn(command->name, " "), command->name);
        if (first != NULL)
            snprintf(name[count], size, "%s", command_second(command));
        if (count == 0 || strcmp(name[count], name[count - 1]) != 0) {
            word[count] = name[count];
            count++;
        }
    }
    return count;
}

int complain_unknown(const struct arguments *arguments)
{
    static char name[COMMANDS_MAX][32];
    const char *word[COMMANDS_MAX];
    char list[1000] = "";
    const bool group = command_is_group(arguments->name[0]);
    const char *meant = arguments->name[group ? 1 : 0];
    const int count = words_known(group ? arguments->name[0] : NULL, word, sizeof name[0], name);
    for (int i = 0; i < count; i++)
        add(list, sizeof list, "%s%s", i > 0 ? ", " : "", word[i]);
    if (meant == NULL)
        return complain_usage("`bank %s` needs one more word: %s", arguments->name[0], list);
    const char *like = suggest(meant, word, count), *first = group ? arguments->name[0] : "",
               *blank = group ? " " : "";
    char hint[120] = "";
    if (like != NULL)
        snprintf(hint, sizeof hint, " (did you mean %.40s%s%s?)", first, blank, like);
    return group
               ? complain_usage("there is no command \"%.40s %.40s\"%s; `bank %s` has %s", first,
                                meant, hint, first, list)
               : complain_usage("there is no command \"%.40s\"%s; there are %s", meant, hint, list);
}
