/* SPDX-License-Identifier: MIT */
/* What is said of commands, made from their entries: usage lines, --help, what there is. */
#ifndef BANK_CLI_USAGE_H
#define BANK_CLI_USAGE_H

#include "bank/cli/commands.h"

#define USAGE_SIZE 1200

/* "bank account show ID [--at POSITION|TIME]". Returns buffer. */
char *usage_line(const struct bank_command *command, char buffer[static USAGE_SIZE]);

/* Which program this is. */
void usage_version(bool json);

/* Prints what there is, for `bank --help`. */
void usage_commands(void);
/* The help of one command, or of all whose first word is this. */
void usage_command(const struct bank_command *command);
void usage_group(const char *first_word);

/* Paragraphs in lines that fit; those that begin with a blank stay as they are. */
void usage_text(const char *text);

/* Says which words there are, where these name no command; the exit status. */
int complain_unknown(const struct arguments *arguments);

#endif
