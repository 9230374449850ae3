/* SPDX-License-Identifier: MIT */
/* `bank card block`, `unblock` and `list`; issuing one is in card_issue.c. */
#include "bank/cli/commands.h"
#include "bank/cli/order.h"
#include "bank/cli/reading.h"
#include "bank/cli/table.h"

#include <stdlib.h>
#include <string.h>

static const struct option_spec order_options[] = { ORDER_OPTION, { NULL, NULL, NULL } };

static int run_change(struct arguments *arguments, const char *command, const char *sentence)
{
    struct order order;
    struct uuid card_id;
    const char *word = arguments->word[0];
    const size_t digits = strspn(word, "0123456789");
    if (digits >= PAN_DIGITS_MIN && word[digits] == '\0')
        return complain_usage(
            "a card's number is not taken from the command line, which every user of this "
            "machine can read: give the card's id, which `bank card list` shows");
    if (!read_uuid(word, "card id", &card_id) || !order_begin(&order, arguments, command))
        return EXIT_USAGE;
    json_write_uuid(&order.writer, "card_id", &card_id);
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
    .usage = "CARD-ID",
    .help = "block one card",
    .words_min = 1,
    .words_max = 1,
    .options = order_options,
    .run = run_block,
};

const struct bank_command command_card_unblock = {
    .name = "card unblock",
    .usage = "CARD-ID",
    .help = "unblock one card and give it its PIN tries back",
    .words_min = 1,
    .words_max = 1,
    .options = order_options,
    .run = run_unblock,
};

/* By the rule of pan_mask: older rows show more of a short number. */
#define MASKED                                                                                     \
    "left(masked, greatest(least(6, length(masked) - 10), 0)) || repeat('*', greatest(6, "         \
    "length(masked) - "                                                                            \
    "10))"                                                                                         \
    " || right(masked, least(4, length(masked) - 6))"

static int run_list(struct arguments *arguments)
{
    static const struct table_column columns[] = {
        { "CARD ID", "card_id", CELL_TEXT },
        { "CARD", "card", CELL_TEXT },
        { "ACCOUNT", "account_id", CELL_TEXT },
        { "BLOCKED", "blocked", CELL_BOOLEAN },
        { "ISSUED", "issued_at", CELL_TIME },
        { "PIN CHANGED", "pin_changed_at", CELL_TIME },
        { NULL, NULL, CELL_TEXT },
    };
    return models_print(arguments, columns,
                        "SELECT encode(card, 'hex')::uuid, " MASKED
                        ", account_id, blocked, to_char(issued_at, " CELL_TIME_SQL
                        "), to_char(pin_changed_at, " CELL_TIME_SQL ")"
                        " FROM esbank.cards ORDER BY issued_at, masked",
                        0, NULL, NULL);
}

const struct bank_command command_card_list = {
    .name = "card list",
    .usage = "",
    .help = "all cards: their ids, and their numbers masked",
    .run = run_list,
};
