/* SPDX-License-Identifier: MIT */
#include "bank/cli/confirm.h"

#include "bank/cli/ask.h"
#include "bank/cli/commands.h"
#include "shared/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool confirm_question(const struct arguments *arguments, char question[static QUESTION_SIZE])
{
    const struct bank_command *command = arguments->command;
    if (command->ask != NULL)
        return command->ask(arguments, question, QUESTION_SIZE);
    size_t used = 0;
    for (const char *at = command->question; *at != '\0' && used + 1 < QUESTION_SIZE; at++) {
        char name[40];
        const size_t length = *at == '{' ? strcspn(at + 1, "}") : 0;
        if (length == 0 || length >= sizeof name) {
            question[used++] = *at;
            continue;
        }
        snprintf(name, sizeof name, "%.*s", (int)length, at + 1);
        text_shown(argument_text(arguments, name), question + used, QUESTION_SIZE - used);
        used += strlen(question + used);
        at += length + 1;
    }
    question[used] = '\0';
    return true;
}

int confirm(const struct arguments *arguments)
{
    const enum command_asking asks = arguments->command->asks;
    char question[QUESTION_SIZE], prompt[QUESTION_SIZE + 20], answer[16] = "";
    if (asks == ASKS_NOTHING || argument_flag(arguments, "yes"))
        return EXIT_SUCCESS;
    if (!isatty(STDIN_FILENO) && asks == ASKS_AT_TERMINAL)
        return EXIT_SUCCESS;
    if (!confirm_question(arguments, question))
        return EXIT_SUCCESS;
    snprintf(prompt, sizeof prompt, "%s Type yes", question);
    if (!line_ask(prompt, false, answer, sizeof answer))
        return asks == ASKS_ALWAYS
                   ? complain_usage("`bank %s` cannot be undone and there is no terminal to ask "
                                    "at: say --yes",
                                    arguments->command->name)
                   : EXIT_SUCCESS;
    return strcmp(answer, "yes") == 0 ? EXIT_SUCCESS
                                      : complain("nothing was done: the answer was not yes");
}
