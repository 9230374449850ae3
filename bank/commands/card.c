/* SPDX-License-Identifier: MIT */
/* `bank card block`, `unblock` and `list`; issuing one is in card_issue.c. */
#include "bank/cli/commands.h"
#include "bank/cli/order.h"
#include "bank/commands/listings.h"

const struct bank_command command_card_block = {
    .name = "card block",
    .help = "block one card, or an open cash code",
    .detail = "The account's open cash code ends with the card; one that is named by itself ends "
              "alone, and stays ended.\n`bank account show` has its id.",
    .words = WORDS(WORD("CARD-ID", CARD_ID, .fills = "card_id")),
    .effect = SENDS,
    .sends = ACCOUNTS_BLOCK_CARD,
    .reply = "account {account_id}: the card, or the cash code, is blocked",
    .run = order_run,
};

const struct bank_command command_card_unblock = {
    .name = "card unblock",
    .help = "unblock one card and give it its PIN tries back",
    .words = WORDS(WORD("CARD-ID", CARD_ID, .fills = "card_id")),
    .effect = SENDS,
    .sends = ACCOUNTS_UNBLOCK_CARD,
    .reply = "the card of account {account_id} is unblocked",
    .run = order_run,
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
    .state_words = (const struct listing_state[]){ { "blocked", "c.blocked", NULL },
                                                   { "usable", "NOT c.blocked", NULL },
                                                   { NULL, NULL, NULL } },
    .waits_for = LISTING_OF_MODELS,
};

static int run_list(struct arguments *arguments)
{
    return listing_run(&listing_card, arguments, NULL);
}

const struct bank_command command_card_list = {
    .name = "card list",
    .help = "cards: their ids, and their numbers masked; the one issued last first",
    .options = WORDS(OPTION("account", "only those of this account", ACCOUNT_ID),
                     OPTION("state", "only those that are blocked, or usable", CHOICE,
                            .choices = "blocked|usable"),
                     TIME_OPTIONS, LISTING_OPTIONS(CARD_ID)),
    .effect = READS,
    .run = run_list,
};
