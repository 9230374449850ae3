/* SPDX-License-Identifier: MIT */
/*
 * `bank card issue`: a card for an account, with a PIN.
 *
 * Number and PIN come as bank/cli/card.h has it. The PIN leaves this process only inside a PIN
 * block under the key for PIN entry.
 */
#include "bank/cli/card.h"
#include "bank/cli/commands.h"
#include "bank/cli/order.h"
#include "shared/hex.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define PAN_PREFIX "400000"
#define PAN_DIGITS 16

static void random_fill(void *bytes, size_t length)
{
    if (getrandom(bytes, length, 0) != (ssize_t)length)
        panic("the system has no randomness");
}

/* A fresh card number: the prefix, random digits, and what makes them valid. */
static void pan_make(char pan[static PAN_DIGITS_MAX + 1])
{
    memcpy(pan, PAN_PREFIX, sizeof PAN_PREFIX);
    for (size_t at = strlen(PAN_PREFIX); at < PAN_DIGITS - 1;) {
        unsigned char byte;
        random_fill(&byte, 1);
        if (byte < 250) { /* the rest would favour small digits */
            pan[at++] = (char)('0' + byte % 10);
            pan[at] = '\0';
        }
    }
    pan[PAN_DIGITS - 1] = pan_check_digit(pan);
    pan[PAN_DIGITS] = '\0';
}

/* The block of this request, under the key that the home keeps for PIN entry. */
static bool block_make(const struct arguments *arguments, const struct uuid *request_id,
                       const char *pan, const char *pin, char *hex)
{
    struct home home;
    struct error error;
    struct pin_key key, once;
    char path[HOME_PATH_SIZE];
    unsigned char random[8], block[PIN_BLOCK_LENGTH];
    if (!arguments_home(arguments, &home))
        return false;
    home_path(&home, path, sizeof path, "keys/pin-entry.key");
    if (!pin_key_load(path, &key, &error)) {
        complain_error(&error);
        return false;
    }
    random_fill(random, sizeof random);
    wire_pin_key(&key, request_id, &once);
    bool made = pin_block_encode(&once, pan, pin, random, block);
    pin_wipe(&key, sizeof key);
    pin_wipe(&once, sizeof once);
    if (!made)
        return complain("this card number and PIN make no PIN block"), false;
    hex_encode(block, sizeof block, hex);
    return true;
}

/* The bank answers with the masked number; whoever asked for a new card has to learn it whole,
 * once. */
static int finish_made(struct order *order, const struct arguments *arguments, const char *pan)
{
    int status;
    struct json *reply = order_send(order, arguments, &status);
    if (reply == NULL)
        return status;
    const char *id = "";
    json_string(json_get(reply, "card_id"), &id);
    if (arguments->json) /* the reply is an object and has members */
        printf("{\"pan\":\"%s\",%s\n", pan, order->line + 1);
    else
        printf("%s %s\n", pan, id);
    status = order_printed(reply);
    json_destroy(reply);
    return status;
}

static int run(struct arguments *arguments)
{
    struct order order;
    char pan[PAN_DIGITS_MAX + 1], pin[CARD_LINE_SIZE], block[2 * PIN_BLOCK_LENGTH + 1];
    const char *card = argument_text(arguments, "card-file");
    if (!card_not_in_words(arguments))
        return EXIT_USAGE;
    if (card == NULL)
        pan_make(pan);
    else if (!pan_read(card, "Card number", pan))
        return EXIT_USAGE;
    if (!pin_read(arguments, pin)) {
        pin_wipe(pin, sizeof pin);
        return EXIT_USAGE;
    }
    order_begin(&order, arguments);
    bool made = block_make(arguments, &order.id, pan, pin, block);
    pin_wipe(pin, sizeof pin);
    if (!made)
        return EXIT_FAILURE;
    json_write_string(&order.writer, "card", pan);
    json_write_string(&order.writer, "pin_block", block);
    return card != NULL ? order_finish(&order, arguments, arguments->command->reply)
                        : finish_made(&order, arguments, pan);
}

const struct bank_command command_card_issue = {
    .name = "card issue",
    .help = "give an account a card",
    .detail =
        "Without --card-file a number is made and printed, and the card's id after it; without a "
        "source of\n"
        "the PIN it is asked for, unseen, at the terminal. Neither is taken from the command line.",
    .words = WORDS(WORD("ACCOUNT", ACCOUNT_ID, .fills = "account_id")),
    .options = WORDS(CARD_OPTIONS),
    .effect = SENDS,
    .sends = ACCOUNTS_ISSUE_CARD,
    .reply = "{card} {card_id}",
    .run = run,
};
