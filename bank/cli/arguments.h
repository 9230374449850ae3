/* SPDX-License-Identifier: MIT */
/*
 * A line of words, read by the table of commands.
 *
 * getopt_long reads the options: long ones, --name value or --name=value, at any
 * place after the command's name; `--` ends them. --home, --db, --json, --help
 * and --version go with every command and may stand before its name, too. An
 * option is written out: getopt's abbreviations are refused, since one that fits
 * today may fit two options tomorrow.
 *
 * Every word and option value is read by its type (value.h), so that a command
 * finds what is wrong with none of them:
 *
 *   argument_value(arguments, "AMOUNT")->number
 *   argument_text(arguments, "reason")            NULL: it was not given
 *   argument_flag(arguments, "follow")
 *
 * Nothing is copied: argv outlives it. Its order changes, as getopt does it.
 */
#ifndef BANK_CLI_ARGUMENTS_H
#define BANK_CLI_ARGUMENTS_H

#include "bank/cli/complaint.h"
#include "bank/cli/value.h"
#include "shared/home.h"

#define ARGUMENT_WORDS_MAX   4
#define ARGUMENT_OPTIONS_MAX 48 /* of one command, those of every command included */

struct bank_command;

struct argument {
    const struct value_spec *spec;
    bool given; /* else it is what stands for it otherwise */
    struct value value;
    char whole[UUID_TEXT_LENGTH + 10]; /* the text of an id or stream that was shortened */
};

struct arguments {
    const struct bank_command *command; /* NULL: the words name none */
    const char *home, *db;
    bool json, help, version;
    const struct value_spec *awaits; /* the option that the line ends with, without its value */
    const char *name[2];             /* the words that name it, or should */
    int rest_count;                  /* words after its name, as they stand */
    char **rest;
    int count;
    struct argument argument[ARGUMENT_WORDS_MAX + ARGUMENT_OPTIONS_MAX];
};

/* Those of every command; ends with a NULL name. */
extern const struct value_spec arguments_common[];

/* Finds the command and its options. argv[0] is the program; false after saying what is wrong. */
bool arguments_parse(struct arguments *arguments, int argc, char **argv);

/* Reads its words and values; false after saying what is missing, too many or of another type. */
bool arguments_check(struct arguments *arguments);

/* By the name that the command's entry has: a word's "ID", an option's "reason". NULL: it was not
 * given, and nothing stands for it. A name that the entry lacks is a bug and panics. */
const struct value *argument_value(const struct arguments *arguments, const char *name);
const char *argument_text(const struct arguments *arguments, const char *name);
bool argument_flag(const struct arguments *arguments, const char *name);

/* The home that --home or the environment names. */
bool arguments_home(const struct arguments *arguments, struct home *home);

#endif
