/* SPDX-License-Identifier: MIT */
/* `bank card block`, `unblock` and `list`; issuing one is in card_issue.c. */
#include "bank/commands/commands.h"
#include "bank/commands/events.h"
#include "bank/commands/order.h"
#include "bank/commands/table.h"

#include <stdlib.h>

static const struct option_spec order_options[] = { ORDER_OPTION, { NULL, NULL, NULL } };

static int run_change(struct arguments *arguments, const char *command, const char *sentence)
{
    struct order order;
    if (!pan_valid(arguments->word[0]))
        return complain_usage(
            "that is no card number: it has 8 to 19 digits, the last one a Luhn check digit");
    if (!order_begin(&order, arguments, command))
        return EXIT_USAGE;
    json_write_string(&order.writer, "card", arguments->word[0]);
    return order_finish(&order, arguments, sentence);
}

static int run_block(struct arguments *arguments)
{
    return run_change(arguments, "BlockCard", "the card of account {account_id} is blocked");
}

static int run_unblock(struct arguments *arguments)
{
    return run_change(arguments, "UnblockCard", "the card of account {account_id} is unblocked");
}

const struct bank_command command_card_block = {
    .name = "card block",
    .usage = "PAN",
    .help = "block one card",
    .words_min = 1,
    .words_max = 1,
    .options = order_options,
    .run = run_block,
};

const struct bank_command command_card_unblock = {
    .name = "card unblock",
    .usage = "PAN",
    .help = "unblock one card and give it its PIN tries back",
    .words_min = 1,
    .words_max = 1,
    .options = order_options,
    .run = run_unblock,
};

static int run_list(struct arguments *arguments)
{
    static const struct table_column columns[] = {
        { "CARD", "card", CELL_TEXT },
        { "ACCOUNT", "account_id", CELL_TEXT },
        { "BLOCKED", "blocked", CELL_BOOLEAN },
        { "ISSUED", "issued_at", CELL_TEXT },
        { NULL, NULL, CELL_TEXT },
    };
    return models_print(
        arguments, columns,
        "SELECT masked, account_id, blocked, to_char(issued_at, 'YYYY-MM-DD HH24:MI:SS.MS\"Z\"')"
        " FROM esbank.cards ORDER BY issued_at, masked",
        0, NULL, NULL);
}

const struct bank_command command_card_list = {
    .name = "card list",
    .usage = "",
    .help = "all cards, masked",
    .run = run_list,
};
