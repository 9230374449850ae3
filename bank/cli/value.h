/* SPDX-License-Identifier: MIT */
/*
 * What a word or an option of a command is: its type.
 *
 * A command's entry names its words and options as rows of struct value_spec.
 * Parsing, the check of each word, the usage line, --help, completion and the
 * fields of the request that it becomes all follow from the row.
 *
 *   .words   = WORDS(WORD("ID", ACCOUNT_ID, .fills = "account_id"),
 *                    WORD("AMOUNT", AMOUNT, .fills = "amount")),
 *   .options = WORDS(OPTION("owner", "whose account it is", TEXT, .as = "NAME", .needed = true)),
 */
#ifndef BANK_CLI_VALUE_H
#define BANK_CLI_VALUE_H

#include "shared/money.h"
#include "shared/notes.h"
#include "shared/uuid.h"

#include <stdbool.h>
#include <stdint.h>

/* clang-format off */
/* The enumerator; what a value is called in a sentence; what usage calls it. First those of which a
 * unique beginning is enough. */
#define VALUE_ID_TABLE(X) \
    X(ACCOUNT_ID,    "account id",         "ID") \
    X(CARD_ID,       "card id",            "CARD-ID") \
    X(TELLER_ID,     "teller id",          "ID") \
    X(WITHDRAWAL_ID, "withdrawal id",      "ID") \
    X(DEPOSIT_ID,    "deposit id",         "ID") \
    X(TRANSFER_ID,   "transfer id",        "ID") \
    X(PROCESS_ID,    "withdrawal or deposit id", "ID") \
    X(CORRELATION_ID, "correlation id",    "ID") \
    X(PROPOSAL_ID,   "proposal id",        "ID")

#define VALUE_TYPE_TABLE(X) \
    X(FLAG,          "",                   "")              /* an option without a value */ \
    VALUE_ID_TABLE(X) \
    X(NEW_ID,        "id",                 "UUID")          /* of something there is not yet */ \
    X(AMOUNT,        "amount",             "AMOUNT")        /* above 0 */ \
    X(LIMIT,         "limit",              "MONEY")         /* 0 is none */ \
    X(NOTES,         "notes",              "LIST")          /* 50x1000,20x2000 */ \
    X(COUNT,         "number",             "N")             /* from .least to .most */ \
    X(POSITION,      "position",           "POSITION")      /* of an event in the log */ \
    X(MOMENT,        "position or time",   "POSITION|TIME") \
    X(TIME,          "time",               "TIME") \
    X(DATE,          "date",               "DATE") \
    X(CHOICE,        "word",               "WORD")          /* one of .choices */ \
    X(STREAM,        "stream",             "STREAM") \
    X(EVENT_TYPE,    "event type",         "TYPE") \
    X(PROJECTION,    "projection",         "NAME") \
    X(SUBSCRIPTION,  "subscription",       "NAME") \
    X(TEXT,          "text",               "TEXT")          /* UTF-8 */ \
    X(REASON,        "reason",             "TEXT")          /* UTF-8 of up to 60 bytes */ \
    X(FILE,          "file",               "FILE") \
    X(FOLDER,        "folder",             "DIR") \
    X(VARIABLE,      "environment variable", "NAME") \
    X(CONNINFO,      "connection string",  "CONNINFO") \
    X(ADDRESS,       "address",            "HOST:PORT") \
    X(USER,          "user",               "NAME") \
    X(GROUP,         "group",              "GROUP") \
    X(REQUEST,       "request",            "JSON|-")        /* JSON, or - for standard input */ \
    X(WIRE_COMMAND,  "command",            "NAME")          /* as the wire or the log has it */ \
    X(TOPIC,         "topic",              "TOPIC")
/* clang-format on */

enum value_type {
    VALUE_UNSAID, /* a row that forgot it: test_command_table names it */
#define X(enumerator, called, placeholder) VALUE_##enumerator,
    VALUE_TYPE_TABLE(X)
#undef X
        VALUE_TYPE_COUNT
};

struct value_spec {
    const char *name; /* of an option without its dashes; of a word as usage has it */
    enum value_type type;
    const char *help;       /* an option's; NULL: it is not listed */
    const char *as;         /* what usage calls an option's value; NULL: as its type is called */
    const char *choices;    /* of a CHOICE, "open|closed" */
    int64_t least, most;    /* of a COUNT; most 0: any */
    const char *fills;      /* the field of the request that it becomes; NULL: none by itself */
    bool noted;             /* it goes into the request's metadata, under its name */
    const char *otherwise;  /* stands for it where it is not given */
    const char *instead_of; /* the option before it, which it excludes */
    bool is_option;
    bool needed;   /* an option that has to be given */
    bool aside;    /* an option that --help has, and the usage line has not */
    bool optional; /* a word that may be left out */
    bool many;     /* the last word: as many as there are, unread, in the arguments' rest */
};

/* Rows. The type comes last, before what else there is to say, so that the compiler misses it. */
#define WORD(word, ...)                                                                            \
    {                                                                                              \
        .name = word, .type = VALUE_##__VA_ARGS__                                                  \
    }
#define OPTION(word, about, ...)                                                                   \
    {                                                                                              \
        .name = word, .help = about, .is_option = true, .type = VALUE_##__VA_ARGS__                \
    }
#define WORDS(...)                                                                                 \
    (const struct value_spec[])                                                                    \
    {                                                                                              \
        __VA_ARGS__,                                                                               \
        {                                                                                          \
            .name = NULL                                                                           \
        }                                                                                          \
    }

/* What a word came to. Only what its type has is set. */
struct value {
    const char *text; /* as given; an id that was shortened: the whole one */
    struct uuid id;
    int64_t number;         /* an amount in minor units, a count, a position */
    int64_t from_us, at_us; /* the first and the last microsecond of a time */
    struct notes notes;
    bool shortened; /* an id of which only the beginning is given: bank/cli/ids.h finds the rest */
};

/* What a row's value is called, "account id"; what it should be, "money such as 12.50". */
#define VALUE_WANTED_SIZE 400
const char *value_called(const struct value_spec *spec, char buffer[static 60]);
void value_wanted(const struct value_spec *spec, char wanted[static VALUE_WANTED_SIZE]);
/* "ID", "LIST", "dispensed|not-dispensed"; "" for a flag. */
const char *value_placeholder(const struct value_spec *spec);
bool value_is_id(enum value_type type);

/* Reads one; false after saying on stderr, in one sentence, what it should be. */
bool value_read(const struct value_spec *spec, const char *text, struct value *value);

#endif
