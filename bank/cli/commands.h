/* SPDX-License-Identifier: MIT */
/*
 * The commands of the program `bank`: one entry each, all in one table.
 *
 * A command's file defines its entries; BANK_COMMANDS lists them. All there is
 * to say of a command is in its entry: parsing, the check of its words, --help,
 * `bank help`, the manual's usage lines, completion, the question before it acts
 * and the request that it sends follow from it. tests/bank/test_command_table.c
 * names what an entry forgot.
 *
 * run returns the exit status: EXIT_SUCCESS only when what was asked is done. It
 * has then said on stderr, in one sentence, what to do (complaint.h).
 */
#ifndef BANK_CLI_COMMANDS_H
#define BANK_CLI_COMMANDS_H

#include "bank/cli/arguments.h"
#include "bank/core/command.h"

enum command_effect {
    EFFECT_UNSAID, /* an entry that forgot it */
    READS,         /* changes nothing */
    SENDS,         /* one command to the running bank, by operator.sock: .sends */
    ACTS,          /* changes files, the database or a machine's books by itself */
};

enum command_asking {
    ASKS_NOTHING,
    ASKS_AT_TERMINAL, /* where there is one; a pipe goes ahead */
    ASKS_ALWAYS,      /* it cannot be undone: without a terminal it wants --yes */
};

struct bank_command {
    const char *name;                 /* "account open": one or two words */
    const char *help;                 /* one line */
    const char *detail;               /* further lines of its --help; NULL: none */
    const struct value_spec *words;   /* NULL: none */
    const struct value_spec *options; /* NULL: only those of every command */
    enum command_effect effect;
    enum command_kind sends; /* of one that SENDS */
    enum command_asking asks;
    /* "pay {AMOUNT} in to account {ID}": the question, with the words and options it names; NULL
     * where it asks nothing, or where ask makes it. */
    const char *question;
    bool (*ask)(const struct arguments *arguments, char *question, size_t size);
    const char *reply; /* of one that SENDS, for order_run: reply_print's sentence */
    bool hidden;       /* from lists of commands */
    int (*run)(struct arguments *arguments);
};

/* All of them, in the order of the help text; ends with NULL. */
extern const struct bank_command *const bank_commands[];

/* The entry of that name; second: NULL for a name of one word. NULL: there is none. */
const struct bank_command *command_named(const char *first, const char *second);
/* Whether there are names of two words that begin with that one. */
bool command_is_group(const char *first);
bool command_first_is(const struct bank_command *command, const char *first);
/* The second word of its name, or NULL. */
const char *command_second(const struct bank_command *command);

/* The least role of an operator whom the bank lets do it; ROLE_NONE: it is not the bank's to say.
 */
enum operator_role command_least_role(const struct bank_command *command);

/* Its options, those that follow from its entry and those of every command, in this order; how
 * many. command: NULL for the last ones alone. */
int command_options(const struct bank_command *command,
                    const struct value_spec *option[static ARGUMENT_OPTIONS_MAX]);

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
    X(teller_swap) \
    X(teller_count) \
    X(teller_empty) \
    X(teller_low_mark) \
    X(teller_cut_over) \
    X(teller_capacity) \
    X(teller_bar) \
    X(teller_unbar) \
    X(teller_rekey) \
    X(teller_withdraw_key) \
    X(teller_list) \
    X(teller_show) \
    X(teller_reconcile) \
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
    X(approvals_list) \
    X(approvals_show) \
    X(approvals_approve) \
    X(approvals_reject) \
    X(events) \
    X(dispatch) \
    X(terminal_balance) \
    X(terminal_statement) \
    X(terminal_change_pin) \
    X(terminal_cash_code) \
    X(terminal_withdraw) \
    X(terminal_deposit) \
    X(terminal_transfer) \
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
    X(alert_settle) \
    X(lab_rule) \
    X(lab_list) \
    X(lab_clear) \
    X(keys_check) \
    X(keys_export) \
    X(keys_import) \
    X(completion) \
    X(complete) \
    X(help) \
    X(version)
/* clang-format on */

#define X(name) extern const struct bank_command command_##name;
BANK_COMMANDS(X)
#undef X

#endif
