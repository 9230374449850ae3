/* SPDX-License-Identifier: MIT */
/* `bank teller …`, the ones that change something. */
#include "bank/core/teller.h"
#include "bank/cli/commands.h"
#include "bank/cli/order.h"

#define TELLER WORD("ID", TELLER_ID, .fills = "teller_id")

#define NOTES_OPTION(field)                                                                        \
    OPTION("notes", "notes by denomination, 50x1000,20x2000", NOTES, .fills = field, .needed = true)

const struct bank_command command_teller_provision = {
    .name = "teller provision",
    .help = "take a new machine into service, with its first notes",
    .detail = "Without an id it is the default teller, " DEFAULT_TELLER_ID ".",
    .words = WORDS(
        WORD("ID", NEW_ID, .fills = "teller_id", .optional = true, .otherwise = DEFAULT_TELLER_ID)),
    .options =
        WORDS(NOTES_OPTION("cassettes"),
              OPTION("deposit-capacity", "notes that it can take in one deposit; 200 otherwise",
                     COUNT, .least = 1, .most = DEPOSIT_CAPACITY_MAX, .fills = "deposit_capacity")),
    .effect = SENDS,
    .sends = TELLER_PROVISION,
    .reply = "teller {teller_id} holds {cassettes}",
    .run = order_run,
};

const struct bank_command command_teller_replenish = {
    .name = "teller replenish",
    .help = "add notes to a machine's cassettes",
    .words = WORDS(TELLER),
    .options = WORDS(NOTES_OPTION("notes"),
                     OPTION("cassette", "the one they are in; else the first of each denomination",
                            COUNT, .least = 1, .most = CASSETTES_MAX, .fills = "cassette")),
    .effect = SENDS,
    .sends = TELLER_REPLENISH_CASSETTES,
    .reply = "the cassettes hold {cassettes}",
    .run = order_run,
};

const struct bank_command command_teller_capacity = {
    .name = "teller capacity",
    .help = "say how many notes a machine can take in one deposit",
    .detail = "A deposit of more is booked, and held until it has been reviewed.",
    .words = WORDS(TELLER, WORD("N", COUNT, .least = 1, .most = DEPOSIT_CAPACITY_MAX,
                                .fills = "deposit_capacity")),
    .effect = SENDS,
    .sends = TELLER_SET_DEPOSIT_CAPACITY,
    .reply = "teller {teller_id} has that capacity",
    .run = order_run,
};
