/* SPDX-License-Identifier: MIT */
/* The question before a command that moves money or cannot be undone. */
#ifndef BANK_CLI_CONFIRM_H
#define BANK_CLI_CONFIRM_H

#include "bank/cli/arguments.h"

#define QUESTION_SIZE 700

/* The command's question about these words; false: there is nothing to ask. */
bool confirm_question(const struct arguments *arguments, char question[static QUESTION_SIZE]);

/*
 * Asks at the terminal where the command's entry wants it and --yes is not given. The exit status:
 * EXIT_SUCCESS to go on. Where there is no terminal to ask at, a command that moves money goes on
 * and one that cannot be undone is refused.
 */
int confirm(const struct arguments *arguments);

#endif
