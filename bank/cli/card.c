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
    if (argument_text(arguments, "card") == NULL)
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

/* What is read of a PIN, by whether it is the card's or a new one. */
static const struct source {
    const char *what, *prompt, *again, *file, *env; /* again: NULL: it is typed once */
} sources[] = { { "PIN", "PIN", NULL, "pin-file", "pin-env" },
                { "new PIN", "New PIN", "New PIN again", "new-pin-file", "new-pin-env" } };

static bool pin_from_terminal(const struct source *source, char pin[static CARD_LINE_SIZE])
{
    char again[CARD_LINE_SIZE] = "";
    if (!line_ask(source->prompt, true, pin, CARD_LINE_SIZE) ||
        (source->again != NULL && !line_ask(source->again, true, again, CARD_LINE_SIZE)))
        return complain_usage("the %s is missing: give --%s FILE or --%s NAME, or type it at a "
                              "terminal",
                              source->what, source->file, source->env),
               false;
    const bool same = source->again == NULL || strcmp(pin, again) == 0;
    pin_wipe(again, sizeof again);
    if (!same)
        complain_usage("the two were not the same: type the new PIN twice");
    return same;
}

bool pan_read(const char *path, const char *prompt, char pan[static PAN_DIGITS_MAX + 1])
{
    char line[CARD_LINE_SIZE] = "";
    const bool from_input = strcmp(path, "-") == 0;
    if (from_input && !line_ask(prompt, false, line, CARD_LINE_SIZE)) {
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

static bool pin_read_from(const struct source *source, const struct arguments *arguments,
                          char pin[static CARD_LINE_SIZE])
{
    const char *file = argument_text(arguments, source->file),
               *name = argument_text(arguments, source->env);
    if (name != NULL) {
        const char *value = getenv(name);
        if (value == NULL)
            return complain_usage("there is no $%s in the environment: check --%s", name,
                                  source->env),
                   false;
        snprintf(pin, CARD_LINE_SIZE, "%s", value);
    } else if (file != NULL ? !line_from_file(file, pin, source->what, source->file)
                            : !pin_from_terminal(source, pin)) {
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

bool pin_read(const struct arguments *arguments, char pin[static CARD_LINE_SIZE])
{
    return pin_read_from(&sources[0], arguments, pin);
}

bool new_pin_read(const struct arguments *arguments, char pin[static CARD_LINE_SIZE])
{
    return pin_read_from(&sources[1], arguments, pin);
}
