/* SPDX-License-Identifier: MIT */
/* `bank card block`, `unblock` and `list`; issuing one is in card_issue.c. */
#include "bank/cli/commands.h"
#include "bank/cli/order.h"
#include "bank/commands/listings.h"

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
    "left(c.masked, greatest(least(6, length(c.masked) - 10), 0)) || repeat('*', greatest(6, "     \
    "length(c.masked) - "                                                                          \
    "10))"                                                                                         \
    " || right(c.masked, least(4, length(c.masked) - 6))"

static const struct table_column columns[] = {
    { "CARD ID", "card_id", CELL_UUID },
    { "CARD", "card", CELL_TEXT | CELL_MAYBE },
    { "ACCOUNT", "account_id", CELL_UUID | CELL_RANK(2) },
    { "BLOCKED", "blocked", CELL_BOOLEAN | CELL_RANK(1) },
    { "ISSUED", "issued_at", CELL_TIME | CELL_MAYBE | CELL_RANK(3) },
    { "PIN CHANGED", "pin_changed_at", CELL_TIME | CELL_MAYBE | CELL_RANK(4) },
    { NULL, NULL, CELL_TEXT },
};

/* As its index has it: sql/415_cards_by_time.sql. */
#define ISSUED "coalesce(c.issued_at, timestamptz '-infinity')"

const struct listing listing_card = {
    .name = "card",
    .columns = columns,
    .select =
        "encode(c.card, 'hex')::uuid, " MASKED ", c.account_id, c.blocked,"
        " to_char(c.issued_at, " CELL_TIME_SQL "), to_char(c.pin_changed_at, " CELL_TIME_SQL ")",
    .from = "esbank.cards c",
    .id = "c.card",
    .id_value = "decode(replace($?::text, '-', ''), 'hex')",
    .id_text = "encode(c.card, 'hex')::uuid",
    .orders = (const struct listing_order[]){ { "issued_at", ISSUED, "timestamptz" },
                                              { NULL, NULL, NULL } },
    .latest_first = true,
    .filters =
        (const struct listing_filter[]){
            { "account", FILTER_UUID, "c.account_id = $?::uuid", NULL },
            { "state", FILTER_STATE, "", NULL },
            { "since", FILTER_SINCE, ISSUED " >= $?::timestamptz", NULL },
            { "before", FILTER_BEFORE, ISSUED " < $?::timestamptz", NULL },
            { NULL, FILTER_FLAG, NULL, NULL } },
    .state_words = (const struct listing_state[]){ { "blocked", "c.blocked" },
                                                   { "usable", "NOT c.blocked" },
                                                   { NULL, NULL } },
    .states = "blocked or usable",
    .waits_for = LISTING_OF_MODELS,
};

static int run_list(struct arguments *arguments)
{
    return listing_run(&listing_card, arguments, NULL);
}

const struct bank_command command_card_list = {
    .name = "card list",
    .usage = "[--account ID] [--state blocked|usable] [--since TIME] [--before TIME] [--limit N]"
             " [--after CARD-ID] [--sort COLUMN]",
    .help = "cards: their ids, and their numbers masked; the one issued last first",
    .options = (const struct option_spec[]){ { "account", "ID", "only those of this account" },
                                             { "state", "STATE",
                                               "only those that are blocked, or "
                                               "usable" },
                                             TIME_OPTIONS,
                                             LISTING_OPTIONS,
                                             { NULL, NULL, NULL } },
    .run = run_list,
};
