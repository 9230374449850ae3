/* SPDX-License-Identifier: MIT */
/*
 * The commands of the program `bank`: one entry each, all in one table.
 *
 * A command's file defines its entries; commands.c lists them. main.c finds
 * the entry by the first words of the command line, reads the options that the
 * entry declares, and calls run. --home DIR, --db CONNINFO, --json and --help
 * go with every command, before its name and after it.
 *
 * run returns the exit status: EXIT_SUCCESS only when what was asked is done,
 * EXIT_USAGE when the words were wrong, EXIT_FAILURE otherwise. It has then
 * said on stderr, in one sentence, what to do.
 */
#ifndef BANK_CLI_COMMANDS_H
#define BANK_CLI_COMMANDS_H

#include "bank/cli/arguments.h"

#define EXIT_USAGE 2

struct bank_command {
    const char *name;   /* "account open": one or two words */
    const char *usage;  /* what follows the name, as the manual page has it */
    const char *help;   /* one line */
    const char *detail; /* further lines of its --help; NULL: none */
    int words_min, words_max;
    const struct option_spec
        *options; /* ends with a NULL name; NULL: only those of every command */
    int (*run)(struct arguments *arguments); /* or: */
    int (*run_whole)(int argc, char **argv); /* reads its own options; argv[0] is its name */
};

/* All of them, in the order of the help text; ends with NULL. */
extern const struct bank_command *const bank_commands[];

/* The entry that argv's words name, and how many words that took; NULL, with *words 0 or 1, when
 * there is none. */
const struct bank_command *command_find(int argc, char **argv, int *words);

/* Prints what there is, for `bank --help`. */
void commands_help(void);
/* The help of one command, or of all whose first word is this. */
void command_help(const struct bank_command *command);
void command_group_help(const char *first_word);
/* "open, deposit, …": the second words that go with a first one; empty when there is no such first
 * word. */
void command_group_names(const char *first_word, char *buffer, size_t size);
/* The first words of all commands, each once. */
void command_first_names(char *buffer, size_t size);

/* clang-format off */
/* One a line, in the order of the help text: command_NAME is defined in the command's own file. */
#define BANK_COMMANDS(X) \
    X(serve) \
    X(ping) \
    X(status) \
    X(console) \
    X(demo) \
    X(migrate) \
    X(import_list) X(import) \
    X(account_open) \
    X(account_deposit) \
    X(account_withdraw) \
    X(account_block) \
    X(account_unblock) \
    X(account_limits) \
    X(account_rename) \
    X(account_close) \
    X(account_erase) \
    X(account_list) \
    X(account_show) \
    X(account_explain) \
    X(account_statement) \
    X(card_issue) \
    X(card_block) \
    X(card_unblock) \
    X(card_list) \
    X(teller_provision) \
    X(teller_replenish) \
    X(teller_cut_over) \
    X(teller_capacity) \
    X(teller_bar) \
    X(teller_unbar) \
    X(teller_rekey) \
    X(teller_withdraw_key) \
    X(teller_list) \
    X(teller_show) \
    X(day_list) \
    X(day_show) \
    X(day_close) \
    X(withdrawal_list) \
    X(withdrawal_show) \
    X(withdrawal_resolve) \
    X(deposit_list) \
    X(deposit_show) \
    X(deposit_resolve) \
    X(transfer_list) \
    X(transfer_show) \
    X(transfer_make) \
    X(events) \
    X(dispatch) \
    X(terminal_balance) \
    X(terminal_statement) \
    X(terminal_change_pin) \
    X(terminal_withdraw) \
    X(terminal_deposit) \
    X(terminal_confirm) \
    X(verify) \
    X(projection_list) \
    X(projection_rebuild) \
    X(snapshot_list) \
    X(snapshot_take) \
    X(snapshot_drop) \
    X(subscription_list) \
    X(subscription_show) \
    X(subscription_reset) \
    X(subscription_retry) \
    X(subscription_skip) \
    X(alert_list) \
    X(keys_check) \
    X(keys_export) \
    X(keys_import)
/* clang-format on */

#define X(name) extern const struct bank_command command_##name;
BANK_COMMANDS(X)
#undef X

#endif
