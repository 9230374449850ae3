/* SPDX-License-Identifier: MIT */
/*
 * `bank card issue`: a card for an account, with a PIN.
 *
 * The number, where there is one already, comes from a file, standard input or the
 * terminal; the PIN from a file, an environment variable or the terminal (unseen).
 * Neither comes from the command line, which every user of the machine can read. The PIN
 * leaves this process only inside a PIN block under the key for PIN entry.
 */
#include "bank/cli/ask.h"
#include "bank/cli/commands.h"
#include "bank/cli/order.h"
#include "shared/hex.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define LINE_SIZE  64
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

/* what: "PIN"; option: where the path came from. */
static bool line_from_file(const char *path, char line[static LINE_SIZE], const char *what,
                           const char *option)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file >= 0 ? read(file, line, LINE_SIZE - 1) : -1;
    if (file >= 0)
        close(file);
    if (length < 0) {
        complain("the %s cannot be read from %s: check --%s", what, path, option);
        return false;
    }
    line[length] = '\0';
    return true;
}

static bool pin_from_terminal(char pin[static LINE_SIZE])
{
    if (line_ask("PIN", true, pin, LINE_SIZE))
        return true;
    complain_usage(
        "the PIN is missing: give --pin-file FILE or --pin-env NAME, or type it at a terminal");
    return false;
}

/* The number that the card has already; false after saying why. */
static bool pan_read(const char *path, char pan[static PAN_DIGITS_MAX + 1])
{
    char line[LINE_SIZE] = "";
    const bool from_input = strcmp(path, "-") == 0;
    if (from_input && !line_ask("Card number", false, line, LINE_SIZE)) {
        if (fgets(line, sizeof line, stdin) == NULL)
            line[0] = '\0';
    } else if (!from_input && !line_from_file(path, line, "card's number", "card-file")) {
        return false;
    }
    line[strcspn(line, "\r\n")] = '\0';
    const bool valid = pan_valid(line);
    if (valid)
        memcpy(pan, line, strlen(line) + 1);
    else
        complain_usage(
            "that is no card number: it has 8 to 19 digits, the last one a Luhn check digit");
    pin_wipe(line, sizeof line);
    return valid;
}

/* The PIN without its newline; false after saying why. */
static bool pin_read(const struct arguments *arguments, char pin[static LINE_SIZE])
{
    const char *file = arguments_option(arguments, "pin-file"),
               *name = arguments_option(arguments, "pin-env");
    if (file != NULL && name != NULL)
        return complain_usage("--pin-file and --pin-env exclude each other; give one"), false;
    if (name != NULL) {
        const char *value = getenv(name);
        if (value == NULL)
            return complain_usage("there is no $%s in the environment: check --pin-env", name),
                   false;
        snprintf(pin, LINE_SIZE, "%s", value);
    } else if (file != NULL ? !line_from_file(file, pin, "PIN", "pin-file")
                            : !pin_from_terminal(pin)) {
        return false;
    }
    pin[strcspn(pin, "\r\n")] = '\0';
    size_t length = strlen(pin);
    if (length < PIN_DIGITS_MIN || length > PIN_DIGITS_MAX || strspn(pin, "0123456789") != length)
        return complain_usage("a PIN has %d to %d digits and nothing else", PIN_DIGITS_MIN,
                              PIN_DIGITS_MAX),
               false;
    return true;
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
    struct json *reply = order_send(order, arguments);
    if (reply == NULL)
        return EXIT_FAILURE;
    const char *id = "";
    json_string(json_get(reply, "card_id"), &id);
    if (arguments->json) /* the reply is an object and has members */
        printf("{\"pan\":\"%s\",%s\n", pan, order->line + 1);
    else
        printf("%s %s\n", pan, id);
    json_destroy(reply);
    return EXIT_SUCCESS;
}

static int run(struct arguments *arguments)
{
    struct order order;
    struct uuid account_id;
    char pan[PAN_DIGITS_MAX + 1], pin[LINE_SIZE], block[2 * PIN_BLOCK_LENGTH + 1];
    const char *card = arguments_option(arguments, "card-file");
    if (arguments_option(arguments, "card") != NULL)
        return complain_usage(
            "a card's number is not taken from the command line, which every user of this machine "
            "can read: give --card-file FILE, or --card-file - to type or pipe it");
    if (!read_uuid(arguments->word[0], "account id", &account_id))
        return EXIT_USAGE;
    if (card == NULL)
        pan_make(pan);
    else if (!pan_read(card, pan))
        return EXIT_USAGE;
    bool have_pin = pin_read(arguments, pin);
    if (!have_pin || !order_begin(&order, arguments, "IssueCard")) {
        pin_wipe(pin, sizeof pin);
        return EXIT_USAGE;
    }
    bool made = block_make(arguments, &order.id, pan, pin, block);
    pin_wipe(pin, sizeof pin);
    if (!made)
        return EXIT_FAILURE;
    json_write_uuid(&order.writer, "account_id", &account_id);
    json_write_string(&order.writer, "card", pan);
    json_write_string(&order.writer, "pin_block", block);
    return card != NULL ? order_finish(&order, arguments, "{card} {card_id}")
                        : finish_made(&order, arguments, pan);
}

const struct bank_command command_card_issue = {
    .name = "card issue",
    .usage = "ACCOUNT [--card-file FILE] [--pin-file FILE | --pin-env NAME]",
    .help = "give an account a card",
    .detail =
        "Without --card-file a number is made and printed, and the card's id after it; without a "
        "source of\n"
        "the PIN it is asked for, unseen, at the terminal. Neither is taken from the command line.",
    .words_min = 1,
    .words_max = 1,
    .options =
        (const struct option_spec[]){
            { "card-file", "FILE",
              "a file whose first line is the card's number; -: standard input" },
            { "pin-file", "FILE", "a file whose first line is the PIN" },
            { "pin-env", "NAME", "an environment variable that holds the PIN" },
            ORDER_OPTION,
            { "card", "", NULL }, /* refused, with what to do instead */
            { NULL, NULL, NULL } },
    .run = run,
};
