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

extern const struct bank_command command_serve, command_console, command_demo, command_ping,
    command_migrate, command_import, command_status, command_account_open, command_account_deposit,
    command_account_withdraw, command_account_block, command_account_unblock, command_account_close,
    command_account_limits, command_account_list, command_account_show, command_account_explain,
    command_account_statement, command_card_issue, command_card_block, command_card_unblock,
    command_card_list, command_teller_provision, command_teller_replenish, command_teller_cut_over,
    command_teller_bar, command_teller_unbar, command_teller_rekey, command_teller_withdraw_key,
    command_teller_list, command_teller_show, command_withdrawal_list, command_withdrawal_show,
    command_withdrawal_resolve, command_deposit_list, command_deposit_show, command_deposit_resolve,
    command_events, command_dispatch, command_terminal_balance, command_terminal_withdraw,
    command_terminal_deposit, command_terminal_confirm, command_verify, command_projection_list,
    command_projection_rebuild, command_snapshot_list, command_snapshot_take, command_snapshot_drop,
    command_subscription_list, command_subscription_show, command_subscription_reset,
    command_subscription_retry, command_subscription_skip, command_alert_list,
    command_account_erase, command_keys_check, command_keys_export, command_keys_import;

#endif
