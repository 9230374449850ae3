/* SPDX-License-Identifier: MIT */
#include "bank/cli/card.h"

#include "bank/cli/ask.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool card_not_in_words(const struct arguments *arguments)
{
    if (arguments_option(arguments, "card") == NULL)
        return true;
    complain_usage(
        "a card's number is not taken from the command line, which every user of this machine "
        "can read: give --card-file FILE, or --card-file - to type or pipe it");
    return false;
}

/* what: "PIN"; option: where the path came from. */
static bool line_from_file(const char *path, char line[static CARD_LINE_SIZE], const char *what,
                           const char *option)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file >= 0 ? read(file, line, CARD_LINE_SIZE - 1) : -1;
    if (file >= 0)
        close(file);
    if (length < 0) {
        complain("the %s cannot be read from %s: check --%s", what, path, option);
        return false;
    }
    line[length] = '\0';
    return true;
}

static bool pin_from_terminal(char pin[static CARD_LINE_SIZE])
{
    if (line_ask("PIN", true, pin, CARD_LINE_SIZE))
        return true;
    complain_usage(
        "the PIN is missing: give --pin-file FILE or --pin-env NAME, or type it at a terminal");
    return false;
}

bool pan_read(const char *path, char pan[static PAN_DIGITS_MAX + 1])
{
    char line[CARD_LINE_SIZE] = "";
    const bool from_input = strcmp(path, "-") == 0;
    if (from_input && !line_ask("Card number", false, line, CARD_LINE_SIZE)) {
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

bool pin_read(const struct arguments *arguments, char pin[static CARD_LINE_SIZE])
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
        snprintf(pin, CARD_LINE_SIZE, "%s", value);
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
