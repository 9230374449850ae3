/* SPDX-License-Identifier: MIT */
/* `bank teller swap`, `count`, `empty` and `low-mark`: what people do with a machine's cash. */
#include "bank/cli/commands.h"
#include "bank/cli/order.h"

#define TELLER   WORD("ID", TELLER_ID, .fills = "teller_id")
#define CASSETTE WORD("CASSETTE", COUNT, .least = 1, .most = CASSETTES_MAX, .fills = "cassette")

#define REASON_OPTION OPTION("reason", "why, or who counted", REASON, .fills = "reason")

const struct bank_command command_teller_swap = {
    .name = "teller swap",
    .help = "take a box out of a machine's cassette, put another in, or both",
    .detail = "What was counted in the box that is taken out, 50x97, or 50x0 where it was empty, "
              "is always\n"
              "said. Without --in the place stays empty.",
    .words = WORDS(TELLER, CASSETTE),
    .options = WORDS(
        OPTION("out", "notes counted in the box that is taken out", NOTES, .fills = "removed"),
        OPTION("in", "notes in the box that is put in", NOTES, .fills = "notes"),
        OPTION("box", "its own id; at most 23 bytes", TEXT, .as = "ID", .fills = "box"),
        REASON_OPTION),
    .effect = SENDS,
    .sends = TELLER_SWAP_CASSETTE,
    .reply = "counted {difference~}; the cassettes hold {cassettes}",
    .run = order_run,
};

const struct bank_command command_teller_count = {
    .name = "teller count",
    .help = "say what was counted in a machine's cassettes: it is the truth from now on",
    .detail = "Only the denominations that are named were counted, 50x0 where there are none; each "
              "in all\n"
              "its cassettes, or with --cassette in that one alone. Notes that open withdrawals "
              "were\n"
              "promised may have been there or not: resolve suspects first.",
    .words = WORDS(TELLER),
    .options = WORDS(
        OPTION("notes", "what was counted, 50x97,20x200", NOTES, .fills = "notes", .needed = true),
        OPTION("reason", "why, or who counted", REASON, .fills = "reason", .needed = true),
        OPTION("cassette", "the one that was counted", COUNT, .least = 1, .most = CASSETTES_MAX,
               .fills = "cassette")),
    .effect = SENDS,
    .sends = TELLER_COUNT_CASSETTES,
    .reply = "counted {difference~}; the cassettes hold {cassettes}",
    .run = order_run,
};

const struct bank_command command_teller_empty = {
    .name = "teller empty",
    .help = "say what was in a bin of a machine when it was emptied",
    .words =
        WORDS(TELLER, WORD("BIN", CHOICE, .choices = "reject|retract|deposit", .fills = "bin")),
    .options = WORDS(OPTION("notes", "what was in it, 50x3; 50x0 for nothing", NOTES,
                            .fills = "notes", .needed = true),
                     REASON_OPTION),
    .effect = SENDS,
    .sends = TELLER_EMPTY_BIN,
    .reply = "counted {difference~}; the bin is empty",
    .run = order_run,
};

const struct bank_command command_teller_low_mark = {
    .name = "teller low-mark",
    .help = "say with how few notes a cassette is low",
    .detail = "100 otherwise; 0: never. The marks of all cassettes of one denomination count "
              "together,\n"
              "since they are emptied one after the other.",
    .words =
        WORDS(TELLER, CASSETTE, WORD("N", COUNT, .most = NOTES_COUNT_MAX, .fills = "low_mark")),
    .effect = SENDS,
    .sends = TELLER_SET_LOW_MARK,
    .reply = "the low mark is set",
    .run = order_run,
};
