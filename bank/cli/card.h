/* SPDX-License-Identifier: MIT */
/*
 * A card's number and PIN for a command: from files, standard input, the
 * environment or the terminal. Neither comes from the command line, which every
 * user of the machine can read. Each function says on stderr what is wrong, and
 * then gives false.
 */
#ifndef BANK_CLI_CARD_H
#define BANK_CLI_CARD_H

#include "bank/cli/arguments.h"
#include "shared/pin_block.h"

#define CARD_LINE_SIZE 64

/* For the options of a command that wants them; --card is refused, with what to do instead. */
#define CARD_OPTIONS                                                                               \
    OPTION("card-file", "a file whose first line is the card's number; -: standard input", FILE),  \
        OPTION("pin-file", "a file whose first line is the PIN", FILE),                            \
        OPTION("pin-env", "an environment variable that holds the PIN", VARIABLE,                  \
               .instead_of = "pin-file"),                                                          \
        OPTION("card", NULL, TEXT)

/* False when the number stands on the command line. */
bool card_not_in_words(const struct arguments *arguments);

/* From that file, or from standard input where it is "-", which asks at a terminal by that prompt.
 */
bool pan_read(const char *path, const char *prompt, char pan[static PAN_DIGITS_MAX + 1]);

/* For the options of a command that wants another PIN, too. */
#define NEW_PIN_OPTIONS                                                                            \
    OPTION("new-pin-file", "a file whose first line is the new PIN", FILE),                        \
        OPTION("new-pin-env", "an environment variable that holds the new PIN", VARIABLE,          \
               .instead_of = "new-pin-file")

/* As --pin-file or --pin-env have it, else as it is typed, unseen. The caller wipes it. */
bool pin_read(const struct arguments *arguments, char pin[static CARD_LINE_SIZE]);

/* As --new-pin-file or --new-pin-env have it, else as it is typed twice. */
bool new_pin_read(const struct arguments *arguments, char pin[static CARD_LINE_SIZE]);

#endif
