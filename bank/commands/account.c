/* SPDX-License-Identifier: MIT */
/* `bank account …`, the ones that change something: each is one command to the bank. */
#include "bank/cli/commands.h"
#include "bank/cli/order.h"

#define ACCOUNT      WORD("ID", ACCOUNT_ID, .fills = "account_id")
#define OWNER(about) OPTION("owner", about, TEXT, .as = "NAME", .fills = "owner", .needed = true)

#define DEPOSIT_LIMIT_OPTIONS                                                                      \
    OPTION("deposit-limit", "what one deposit at an ATM may be without a review; 0: any amount",   \
           LIMIT, .fills = "deposit_limit"),                                                       \
        OPTION("deposit-daily", "the same of a card's deposits in a day; 0: any amount", LIMIT,    \
               .fills = "deposit_daily")

#define COUNT_MOST 1000000

const struct bank_command command_account_open = {
    .name = "account open",
    .help = "open an account; prints its id",
    .detail = "Unless said otherwise, 1000.00 may be withdrawn at ATMs in a day, in any number of "
              "withdrawals, and\n"
              "10000.00 put in there in one deposit and 20000.00 by one card in a day without a "
              "review.",
    .options =
        WORDS(OWNER("whose account it is"),
              OPTION("id", "its id; a new one otherwise", NEW_ID, .fills = "account_id"),
              OPTION("daily-limit",
                     "what may be withdrawn at ATMs in a day (1000.00 otherwise); 0: any amount",
                     LIMIT, .fills = "daily_limit"),
              OPTION("daily-count", "how many withdrawals at ATMs in a day; 0: any number", COUNT,
                     .most = COUNT_MOST, .fills = "daily_count"),
              DEPOSIT_LIMIT_OPTIONS),
    .effect = SENDS,
    .sends = ACCOUNTS_OPEN_ACCOUNT,
    .reply = "{account_id}",
    .run = order_run,
};

const struct bank_command command_account_rename = {
    .name = "account rename",
    .help = "give an account's owner another name",
    .detail = "The names before stay in the log, sealed, until the owner is erased.",
    .words = WORDS(ACCOUNT),
    .options = WORDS(OWNER("whose account it is from now on")),
    .effect = SENDS,
    .sends = ACCOUNTS_RENAME_OWNER,
    .reply = "the owner of account {account_id} has that name now",
    .run = order_run,
};

const struct bank_command command_account_deposit = {
    .name = "account deposit",
    .help = "pay money in at the counter",
    .words = WORDS(ACCOUNT, WORD("AMOUNT", AMOUNT, .fills = "amount")),
    .effect = SENDS,
    .sends = ACCOUNTS_DEPOSIT_MONEY,
    .asks = ASKS_AT_TERMINAL,
    .question = "Pay {AMOUNT} in to account {ID}?",
    .reply = "the balance is {balance$}",
    .run = order_run,
};

const struct bank_command command_account_withdraw = {
    .name = "account withdraw",
    .help = "pay money out at the counter",
    .words = WORDS(ACCOUNT, WORD("AMOUNT", AMOUNT, .fills = "amount")),
    .effect = SENDS,
    .sends = ACCOUNTS_WITHDRAW_MONEY,
    .asks = ASKS_AT_TERMINAL,
    .question = "Pay {AMOUNT} out of account {ID}?",
    .reply = "the balance is {balance$}",
    .run = order_run,
};

const struct bank_command command_account_block = {
    .name = "account block",
    .help = "block all cards of an account",
    .words = WORDS(ACCOUNT),
    .effect = SENDS,
    .sends = ACCOUNTS_BLOCK_CARD,
    .reply = "the cards of account {account_id} are blocked",
    .run = order_run,
};

const struct bank_command command_account_unblock = {
    .name = "account unblock",
    .help = "unblock all cards of an account",
    .words = WORDS(ACCOUNT),
    .effect = SENDS,
    .sends = ACCOUNTS_UNBLOCK_CARD,
    .reply = "the cards of account {account_id} are unblocked",
    .run = order_run,
};

const struct bank_command command_account_close = {
    .name = "account close",
    .help = "close an account that holds no money",
    .words = WORDS(ACCOUNT),
    .effect = SENDS,
    .sends = ACCOUNTS_CLOSE_ACCOUNT,
    .asks = ASKS_ALWAYS,
    .question = "Close account {ID} for ever?",
    .reply = "account {account_id} is closed",
    .run = order_run,
};

const struct bank_command command_account_limits = {
    .name = "account limits",
    .help = "set what may be withdrawn and put in at ATMs",
    .detail =
        "The limits of deposits stay as they are where they are not given. What is above them is "
        "on the\n"
        "account, but held until an operator has settled it: `bank deposit list --state held`.",
    .words = WORDS(ACCOUNT),
    .options = WORDS(
        OPTION("daily-limit", "the amount; 0: any", LIMIT, .fills = "daily_limit", .needed = true),
        OPTION("daily-count", "the number of withdrawals; 0: any", COUNT, .most = COUNT_MOST,
               .fills = "daily_count", .needed = true),
        DEPOSIT_LIMIT_OPTIONS),
    .effect = SENDS,
    .sends = ACCOUNTS_SET_LIMITS,
    .reply = "the limits of account {account_id} are set",
    .run = order_run,
};
