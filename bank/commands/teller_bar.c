/* SPDX-License-Identifier: MIT */
/* `bank teller bar`, `unbar`, `rekey` and `withdraw-key`: what shuts a machine out at once, while
 * the bank runs. */
#include "bank/cli/commands.h"
#include "bank/cli/order.h"

#include <stdio.h>
#include <stdlib.h>

#define REASON_OPTION                                                                              \
    OPTION("reason", "why; at most 60 bytes", REASON, .fills = "reason", .needed = true)

const struct bank_command command_teller_bar = {
    .name = "teller bar",
    .help = "let a machine begin nothing new, from now on",
    .detail = "Its connections lose the right at once, signed on or not. What it says about "
              "withdrawals and "
              "deposits\n"
              "that have begun is still booked. Operators may fill it and end its day.",
    .words = WORDS(WORD("ID", TELLER_ID, .fills = "teller_id")),
    .options = WORDS(REASON_OPTION),
    .effect = SENDS,
    .sends = TELLER_BAR,
    .reply = "teller {teller_id} is barred",
    .run = order_run,
};

const struct bank_command command_teller_unbar = {
    .name = "teller unbar",
    .help = "give a barred machine its rights back",
    .words = WORDS(WORD("ID", TELLER_ID, .fills = "teller_id")),
    .options = WORDS(REASON_OPTION),
    .effect = SENDS,
    .sends = TELLER_UNBAR,
    .reply = "teller {teller_id} is no longer barred",
    .run = order_run,
};

static int run_rekey(struct arguments *arguments)
{
    struct order order;
    struct home home;
    char text[UUID_TEXT_LENGTH], path[HOME_PATH_SIZE], sentence[HOME_PATH_SIZE + 200];
    if (!arguments_home(arguments, &home))
        return EXIT_USAGE;
    order_begin(&order, arguments);
    home_path(&home, path, sizeof path, "keys/terminal-%s.key",
              uuid_write(&argument_value(arguments, "ID")->id, text));
    snprintf(sentence, sizeof sentence, "%s: carry %s to the machine", arguments->command->reply,
             path);
    return order_finish(&order, arguments, sentence);
}

const struct bank_command command_teller_rekey = {
    .name = "teller rekey",
    .help = "make a new key for a machine's terminal, in place of the old one",
    .detail = "The old key is of no use from then on, and who signed on with it is signed off. The "
              "file of "
              "the new one\n"
              "has to be carried to the machine; its check value, which the log keeps too, tells "
              "whether it "
              "is the right\n"
              "one.",
    .words = WORDS(WORD("ID", TELLER_ID, .fills = "teller_id")),
    .effect = SENDS,
    .sends = TELLER_REPLACE_KEY,
    .asks = ASKS_AT_TERMINAL,
    .question = "Make a new key for teller {ID}? The old one is of no use from then on.",
    .reply = "teller {teller_id} has a new key with the check value {key_check}",
    .run = run_rekey,
};

const struct bank_command command_teller_withdraw_key = {
    .name = "teller withdraw-key",
    .help = "take a machine's key away: it cannot sign on until it has a new one",
    .words = WORDS(WORD("ID", TELLER_ID, .fills = "teller_id")),
    .effect = SENDS,
    .sends = TELLER_WITHDRAW_KEY,
    .asks = ASKS_AT_TERMINAL,
    .question = "Withdraw the key of teller {ID}? It cannot sign on until it has a new one.",
    .reply = "the key of teller {teller_id} (check value {key_check}) is withdrawn",
    .run = order_run,
};
