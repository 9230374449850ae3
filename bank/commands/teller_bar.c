/* SPDX-License-Identifier: MIT */
/* `bank teller bar`, `unbar`, `rekey` and `withdraw-key`: what shuts a machine out at once, while
 * the bank runs. */
#include "bank/cli/commands.h"
#include "bank/cli/order.h"

#include <stdio.h>
#include <stdlib.h>

static const struct option_spec bar_options[] = { { "reason", "TEXT", "why; at most 60 bytes" },
                                                  ORDER_OPTION,
                                                  { NULL, NULL, NULL } };
static const struct option_spec key_options[] = { ORDER_OPTION, { NULL, NULL, NULL } };

static bool begin(struct order *order, struct arguments *arguments, const char *command,
                  struct uuid *id)
{
    if (!read_uuid(arguments->word[0], "teller id", id) || !order_begin(order, arguments, command))
        return false;
    json_write_uuid(&order->writer, "teller_id", id);
    return true;
}

static int run_bar_or_not(struct arguments *arguments, const char *command, const char *sentence)
{
    struct order order;
    struct uuid id;
    const char *reason = arguments_option(arguments, "reason");
    if (reason == NULL)
        return complain_usage("why? say --reason \"the machine was stolen\"");
    if (!begin(&order, arguments, command, &id))
        return EXIT_USAGE;
    json_write_string(&order.writer, "reason", reason);
    return order_finish(&order, arguments, sentence);
}

static int run_bar(struct arguments *arguments)
{
    return run_bar_or_not(arguments, "BarTeller", "teller {teller_id} is barred");
}

static int run_unbar(struct arguments *arguments)
{
    return run_bar_or_not(arguments, "UnbarTeller", "teller {teller_id} is no longer barred");
}

static int run_rekey(struct arguments *arguments)
{
    struct order order;
    struct uuid id;
    struct home home;
    char text[UUID_TEXT_LENGTH], path[HOME_PATH_SIZE], sentence[HOME_PATH_SIZE + 200];
    if (!begin(&order, arguments, "ReplaceTellerKey", &id) || !arguments_home(arguments, &home))
        return EXIT_USAGE;
    home_path(&home, path, sizeof path, "keys/terminal-%s.key", uuid_write(&id, text));
    snprintf(sentence, sizeof sentence,
             "teller {teller_id} has a new key with the check value {key_check}: carry %s to the "
             "machine",
             path);
    return order_finish(&order, arguments, sentence);
}

static int run_withdraw_key(struct arguments *arguments)
{
    struct order order;
    struct uuid id;
    if (!begin(&order, arguments, "WithdrawTellerKey", &id))
        return EXIT_USAGE;
    return order_finish(&order, arguments,
                        "the key of teller {teller_id} (check value {key_check}) is withdrawn");
}

const struct bank_command command_teller_bar = {
    .name = "teller bar",
    .usage = "ID --reason TEXT",
    .help = "let a machine begin nothing new, from now on",
    .detail = "Its connections lose the right at once, signed on or not. What it says about "
              "withdrawals and "
              "deposits\n"
              "that have begun is still booked. Operators may fill it and end its day.",
    .words_min = 1,
    .words_max = 1,
    .options = bar_options,
    .run = run_bar,
};

const struct bank_command command_teller_unbar = {
    .name = "teller unbar",
    .usage = "ID --reason TEXT",
    .help = "give a barred machine its rights back",
    .words_min = 1,
    .words_max = 1,
    .options = bar_options,
    .run = run_unbar,
};

const struct bank_command command_teller_rekey = {
    .name = "teller rekey",
    .usage = "ID",
    .help = "make a new key for a machine's terminal, in place of the old one",
    .detail = "The old key is of no use from then on, and who signed on with it is signed off. The "
              "file of "
              "the new one\n"
              "has to be carried to the machine; its check value, which the log keeps too, tells "
              "whether it "
              "is the right\n"
              "one.",
    .words_min = 1,
    .words_max = 1,
    .options = key_options,
    .run = run_rekey,
};

const struct bank_command command_teller_withdraw_key = {
    .name = "teller withdraw-key",
    .usage = "ID",
    .help = "take a machine's key away: it cannot sign on until it has a new one",
    .words_min = 1,
    .words_max = 1,
    .options = key_options,
    .run = run_withdraw_key,
};
