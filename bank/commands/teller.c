/* SPDX-License-Identifier: MIT */
/* `bank teller …`, the ones that change something. */
#include "bank/core/teller.h"
#include "bank/cli/commands.h"
#include "bank/cli/order.h"

#include <stdlib.h>

static const struct option_spec notes_options[] = { { "notes", "LIST",
                                                      "notes by denomination, 50x1000,20x2000" },
                                                    ORDER_OPTION,
                                                    { NULL, NULL, NULL } };

static bool notes_wanted(const struct arguments *arguments, struct notes *notes)
{
    const char *text = arguments_option(arguments, "notes");
    if (text == NULL)
        return complain_usage("which notes? say --notes 50x1000,20x2000"), false;
    return read_notes(text, "notes", notes);
}

static int run_provision(struct arguments *arguments)
{
    struct order order;
    struct notes notes;
    struct uuid id;
    const char *id_text = arguments->word_count > 0 ? arguments->word[0] : DEFAULT_TELLER_ID;
    const char *capacity_text = arguments_option(arguments, "deposit-capacity");
    int64_t capacity = 0;
    if (!notes_wanted(arguments, &notes) || !read_uuid(id_text, "teller id", &id) ||
        (capacity_text != NULL &&
         !read_count(capacity_text, "deposit capacity", 1000000, &capacity)) ||
        !order_begin(&order, arguments, "ProvisionTeller"))
        return EXIT_USAGE;
    json_write_uuid(&order.writer, "teller_id", &id);
    json_write_notes(&order.writer, "cassettes", &notes);
    if (capacity_text != NULL)
        json_write_integer(&order.writer, "deposit_capacity", capacity);
    return order_finish(&order, arguments, "teller {teller_id} holds {cassettes}");
}

static int run_replenish(struct arguments *arguments)
{
    struct order order;
    struct notes notes;
    struct uuid id;
    if (!notes_wanted(arguments, &notes) || !read_uuid(arguments->word[0], "teller id", &id) ||
        !order_begin(&order, arguments, "ReplenishCassettes"))
        return EXIT_USAGE;
    json_write_uuid(&order.writer, "teller_id", &id);
    json_write_notes(&order.writer, "notes", &notes);
    return order_finish(&order, arguments, "the cassettes hold {cassettes}");
}

static int run_capacity(struct arguments *arguments)
{
    struct order order;
    struct uuid id;
    int64_t capacity;
    if (!read_uuid(arguments->word[0], "teller id", &id) ||
        !read_count(arguments->word[1], "deposit capacity", DEPOSIT_CAPACITY_MAX, &capacity))
        return EXIT_USAGE;
    if (capacity == 0)
        return complain_usage("an acceptor that takes no note needs no capacity: say 1 or more");
    if (!order_begin(&order, arguments, "SetDepositCapacity"))
        return EXIT_USAGE;
    json_write_uuid(&order.writer, "teller_id", &id);
    json_write_integer(&order.writer, "deposit_capacity", capacity);
    return order_finish(&order, arguments, "teller {teller_id} has that capacity");
}

const struct bank_command command_teller_provision = {
    .name = "teller provision",
    .usage = "[ID] --notes LIST [--deposit-capacity N]",
    .help = "take a new machine into service, with its first notes",
    .detail = "Without an id it is the default teller, " DEFAULT_TELLER_ID ".",
    .words_max = 1,
    .options =
        (const struct option_spec[]){
            { "notes", "LIST", "notes by denomination, 50x1000,20x2000" },
            { "deposit-capacity", "N", "notes that it can take in one deposit; 200 otherwise" },
            ORDER_OPTION,
            { NULL, NULL, NULL } },
    .run = run_provision,
};

const struct bank_command command_teller_replenish = {
    .name = "teller replenish",
    .usage = "ID --notes LIST",
    .help = "add notes to a machine's cassettes",
    .words_min = 1,
    .words_max = 1,
    .options = notes_options,
    .run = run_replenish,
};

const struct bank_command command_teller_capacity = {
    .name = "teller capacity",
    .usage = "ID N",
    .help = "say how many notes a machine can take in one deposit",
    .detail = "A deposit of more is booked, and held until it has been reviewed.",
    .words_min = 2,
    .words_max = 2,
    .options = (const struct option_spec[]){ ORDER_OPTION, { NULL, NULL, NULL } },
    .run = run_capacity,
};
