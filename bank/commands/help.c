/* SPDX-License-Identifier: MIT */
/* `bank help` and `bank version`. */
#include "bank/cli/commands.h"
#include "bank/cli/suggest.h"
#include "bank/cli/topics.h"
#include "bank/cli/usage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first words of commands, and the topics, are what there is. */
static int complain_topic(const char *first, const char *second)
{
    const char *candidate[200];
    char name[100][40];
    int count = 0;
    for (int i = 0; bank_commands[i] != NULL && count < 100; i++)
        if (!bank_commands[i]->hidden) {
            snprintf(name[count], sizeof name[count], "%.*s",
                     (int)strcspn(bank_commands[i]->name, " "), bank_commands[i]->name);
            candidate[count] = name[count];
            count++;
        }
    for (int i = 0; help_topics[i].name != NULL && count < 200; i++)
        candidate[count++] = help_topics[i].name;
    const char *like = suggest(first, candidate, count);
    return complain_usage(
        "there is no help on \"%.40s%s%.40s\"%s%s%s; `bank help` lists what there "
        "is",
        first, second != NULL ? " " : "", second != NULL ? second : "",
        like != NULL ? " (did you mean " : "", like != NULL ? like : "", like != NULL ? "?)" : "");
}

static int run_help(struct arguments *arguments)
{
    const char *first = argument_text(arguments, "TOPIC"),
               *second = argument_text(arguments, "WORD");
    const struct bank_command *command = first != NULL ? command_named(first, second) : NULL;
    const struct help_topic *topic =
        first != NULL && second == NULL ? help_topic_find(first) : NULL;
    if (first == NULL)
        usage_commands();
    else if (topic != NULL)
        usage_text(topic->text);
    else if (command != NULL)
        usage_command(command);
    else if (second == NULL && command_is_group(first))
        usage_group(first);
    else
        return complain_topic(first, second);
    return EXIT_SUCCESS;
}

const struct bank_command command_help = {
    .name = "help",
    .help = "what there is, or what is said of a command or of a topic",
    .words = WORDS(WORD("TOPIC", TOPIC, .optional = true), WORD("WORD", TOPIC, .optional = true)),
    .effect = READS,
    .run = run_help,
};

static int run_version(struct arguments *arguments)
{
    usage_version(arguments->json);
    return EXIT_SUCCESS;
}

const struct bank_command command_version = {
    .name = "version",
    .help = "which program this is",
    .effect = READS,
    .run = run_version,
};
