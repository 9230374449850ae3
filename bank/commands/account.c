/* SPDX-License-Identifier: MIT */
/* `bank account …`, the ones that change something: each is one command to the bank. */
#include "bank/cli/commands.h"
#include "bank/cli/order.h"

#include <stdlib.h>

static const struct option_spec order_options[] = { ORDER_OPTION, { NULL, NULL, NULL } };

/* Begins a command about the account that the first word names. */
static bool begin_for_account(struct order *order, const struct arguments *arguments,
                              const char *command)
{
    struct uuid id;
    if (!read_uuid(arguments->word[0], "account id", &id) ||
        !order_begin(order, arguments, command))
        return false;
    json_write_uuid(&order->writer, "account_id", &id);
    return true;
}

static bool add_money(struct order *order, const struct arguments *arguments, const char *option,
                      const char *field, const char *what)
{
    money limit;
    const char *text = arguments_option(arguments, option);
    if (text != NULL && !read_amount(text, what, true, &limit))
        return false;
    if (text != NULL)
        json_write_integer(&order->writer, field, limit);
    return true;
}

/* Adds the limits that were given. */
static bool add_limits(struct order *order, const struct arguments *arguments)
{
    int64_t count;
    const char *count_text = arguments_option(arguments, "daily-count");
    if (count_text != NULL && !read_count(count_text, "daily count", 1000000, &count))
        return false;
    if (count_text != NULL)
        json_write_integer(&order->writer, "daily_count", count);
    return add_money(order, arguments, "daily-limit", "daily_limit", "daily limit") &&
           add_money(order, arguments, "deposit-limit", "deposit_limit", "deposit limit") &&
           add_money(order, arguments, "deposit-daily", "deposit_daily",
                     "limit of a day's deposits");
}

#define DEPOSIT_LIMIT_OPTIONS                                                                      \
    { "deposit-limit", "MONEY",                                                                    \
      "what one deposit at an ATM may be without a review; 0: any amount" },                       \
    {                                                                                              \
        "deposit-daily", "MONEY", "the same of a card's deposits in a day; 0: any amount"          \
    }

/* The name that --owner gives; NULL, with a complaint, when there is none that can be sent. */
static const char *owner_option(const struct arguments *arguments)
{
    const char *owner = arguments_option(arguments, "owner");
    if (owner == NULL)
        complain_usage("whose account is it? say --owner NAME");
    else if (!json_utf8_valid(owner, strlen(owner)))
        complain_usage("the owner's name is not UTF-8; give it in UTF-8");
    else
        return owner;
    return NULL;
}

/* ---- open ---- */

static int run_open(struct arguments *arguments)
{
    struct order order;
    struct uuid id;
    const char *owner = owner_option(arguments), *id_text = arguments_option(arguments, "id");
    if (owner == NULL || (id_text != NULL && !read_uuid(id_text, "account id", &id)) ||
        !order_begin(&order, arguments, "OpenAccount"))
        return EXIT_USAGE;
    json_write_string(&order.writer, "owner", owner);
    if (id_text != NULL)
        json_write_uuid(&order.writer, "account_id", &id);
    if (!add_limits(&order, arguments))
        return EXIT_USAGE;
    return order_finish(&order, arguments, "{account_id}");
}

const struct bank_command command_account_open = {
    .name = "account open",
    .usage = "--owner NAME [--id UUID] [--daily-limit MONEY] [--daily-count N]"
             " [--deposit-limit MONEY] [--deposit-daily MONEY]",
    .help = "open an account; prints its id",
    .options =
        (const struct option_spec[]){
            { "owner", "NAME", "whose account it is" },
            { "id", "UUID", "its id; a new one otherwise" },
            { "daily-limit", "MONEY", "what may be withdrawn at ATMs in a day; 0: any amount" },
            { "daily-count", "N", "how many withdrawals at ATMs in a day; 0: any number" },
            DEPOSIT_LIMIT_OPTIONS,
            ORDER_OPTION,
            { NULL, NULL, NULL } },
    .run = run_open,
};

/* ---- rename ---- */

static int run_rename(struct arguments *arguments)
{
    struct order order;
    const char *owner = owner_option(arguments);
    if (owner == NULL || !begin_for_account(&order, arguments, "RenameOwner"))
        return EXIT_USAGE;
    json_write_string(&order.writer, "owner", owner);
    return order_finish(&order, arguments, "the owner of account {account_id} has that name now");
}

const struct bank_command command_account_rename = {
    .name = "account rename",
    .usage = "ID --owner NAME",
    .help = "give an account's owner another name",
    .detail = "The names before stay in the log, sealed, until the owner is erased.",
    .words_min = 1,
    .words_max = 1,
    .options = (const struct option_spec[]){ { "owner", "NAME", "whose account it is from now on" },
                                             ORDER_OPTION,
                                             { NULL, NULL, NULL } },
    .run = run_rename,
};

/* ---- deposit, withdraw ---- */

static int run_move(struct arguments *arguments, const char *command)
{
    struct order order;
    money amount;
    if (!begin_for_account(&order, arguments, command) ||
        !read_amount(arguments->word[1], "amount", false, &amount))
        return EXIT_USAGE;
    json_write_integer(&order.writer, "amount", amount);
    return order_finish(&order, arguments, "the balance is {balance$}");
}

static int run_deposit(struct arguments *arguments)
{
    return run_move(arguments, "DepositMoney");
}

static int run_withdraw(struct arguments *arguments)
{
    return run_move(arguments, "WithdrawMoney");
}

const struct bank_command command_account_deposit = {
    .name = "account deposit",
    .usage = "ID AMOUNT",
    .help = "pay money in at the counter",
    .words_min = 2,
    .words_max = 2,
    .options = order_options,
    .run = run_deposit,
};

const struct bank_command command_account_withdraw = {
    .name = "account withdraw",
    .usage = "ID AMOUNT",
    .help = "pay money out at the counter",
    .words_min = 2,
    .words_max = 2,
    .options = order_options,
    .run = run_withdraw,
};

/* ---- block, unblock, close, limits ---- */

static int run_for_account(struct arguments *arguments, const char *command, const char *sentence)
{
    struct order order;
    if (!begin_for_account(&order, arguments, command))
        return EXIT_USAGE;
    return order_finish(&order, arguments, sentence);
}

static int run_block(struct arguments *arguments)
{
    return run_for_account(arguments, "BlockCard", "the cards of account {account_id} are blocked");
}

static int run_unblock(struct arguments *arguments)
{
    return run_for_account(arguments, "UnblockCard",
                           "the cards of account {account_id} are unblocked");
}

static int run_close(struct arguments *arguments)
{
    return run_for_account(arguments, "CloseAccount", "account {account_id} is closed");
}

static int run_limits(struct arguments *arguments)
{
    struct order order;
    if (arguments_option(arguments, "daily-limit") == NULL ||
        arguments_option(arguments, "daily-count") == NULL)
        return complain_usage("both limits are set at once: give --daily-limit MONEY and "
                              "--daily-count N, 0 for none");
    if (!begin_for_account(&order, arguments, "SetLimits") || !add_limits(&order, arguments))
        return EXIT_USAGE;
    return order_finish(&order, arguments, "the limits of account {account_id} are set");
}

const struct bank_command command_account_block = {
    .name = "account block",
    .usage = "ID",
    .help = "block all cards of an account",
    .words_min = 1,
    .words_max = 1,
    .options = order_options,
    .run = run_block,
};

const struct bank_command command_account_unblock = {
    .name = "account unblock",
    .usage = "ID",
    .help = "unblock all cards of an account",
    .words_min = 1,
    .words_max = 1,
    .options = order_options,
    .run = run_unblock,
};

const struct bank_command command_account_close = {
    .name = "account close",
    .usage = "ID",
    .help = "close an account that holds no money",
    .words_min = 1,
    .words_max = 1,
    .options = order_options,
    .run = run_close,
};

const struct bank_command command_account_limits = {
    .name = "account limits",
    .usage =
        "ID --daily-limit MONEY --daily-count N [--deposit-limit MONEY] [--deposit-daily MONEY]",
    .help = "set what may be withdrawn and put in at ATMs",
    .detail =
        "The limits of deposits stay as they are where they are not given. What is above them is "
        "on the\n"
        "account, but held until an operator has settled it: `bank deposit list --state held`.",
    .words_min = 1,
    .words_max = 1,
    .options =
        (const struct option_spec[]){ { "daily-limit", "MONEY", "the amount; 0: any" },
                                      { "daily-count", "N", "the number of withdrawals; 0: any" },
                                      DEPOSIT_LIMIT_OPTIONS,
                                      ORDER_OPTION,
                                      { NULL, NULL, NULL } },
    .run = run_limits,
};
