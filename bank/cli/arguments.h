/* SPDX-License-Identifier: MIT */
/*
 * The words after a command's name: its options and what is left.
 *
 * Options are long ones, --name value or --name=value, anywhere; `--` ends
 * them. Nothing is copied: argv outlives it. The value readers below print one
 * sentence on stderr and return false when a word is not what it should be.
 */
#ifndef BANK_CLI_ARGUMENTS_H
#define BANK_CLI_ARGUMENTS_H

#include "shared/error.h"
#include "shared/home.h"
#include "shared/money.h"
#include "shared/notes.h"
#include "shared/uuid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARGUMENT_WORDS_MAX   8
#define ARGUMENT_OPTIONS_MAX 16

struct option_spec {
    const char *name;     /* without its dashes */
    const char *argument; /* what its value is called; NULL: it has none */
    const char *help;     /* NULL: it is not listed */
};

struct arguments {
    const char *command; /* its name, for messages */
    const char *home, *db;
    bool json, help;
    int word_count;
    const char *word[ARGUMENT_WORDS_MAX];
    int option_count;
    struct {
        const char *name, *value;
    } option[ARGUMENT_OPTIONS_MAX];
};

/* Those of every command; ends with a NULL name. */
extern const struct option_spec arguments_common[];

/*
 * Reads argv up to argc, with these options beside the common ones; adds to
 * what *arguments holds already. stop_at_word: leaves at the first word that
 * is no option. Gives the index of what was not read, or -1 after saying why.
 */
int arguments_read(struct arguments *arguments, int argc, char **argv,
                   const struct option_spec *options, bool stop_at_word);

/* An option's value, "" for one without; NULL when it was not given. */
const char *arguments_option(const struct arguments *arguments, const char *name);

/* One sentence on stderr, after the program's name; the exit status that goes with it. */
int complain(const char *format, ...) __attribute__((format(printf, 1, 2))); /* EXIT_FAILURE */
int complain_usage(const char *format, ...) __attribute__((format(printf, 1, 2))); /* EXIT_USAGE */
int complain_error(const struct error *error); /* EXIT_USAGE for ERROR_USAGE, else EXIT_FAILURE */

/* The home that --home or the environment names. */
bool arguments_home(const struct arguments *arguments, struct home *home);

/* what: how the word is called in the message, "account id". */
bool read_uuid(const char *text, const char *what, struct uuid *uuid);
bool read_amount(const char *text, const char *what, bool zero_too, money *amount); /* 12.50 */
bool read_count(const char *text, const char *what, int64_t max, int64_t *count);
bool read_notes(const char *text, const char *what,
                struct notes *notes); /* 50x1000,20x2000; the currency's */

/* Notes as read_notes reads them, "50x2 20x1"; "-" for none. Returns buffer. */
#define NOTES_TEXT_SIZE 200
char *notes_text(const struct notes *notes, char buffer[static NOTES_TEXT_SIZE]);

/* Microseconds since 1970: for people "2026-11-24 19:40:16.123Z", for programs
 * "2026-11-24T19:40:16.123456Z", which is all of it. */
#define TIME_TEXT_SIZE 40
char *time_text(int64_t at_us, char buffer[static TIME_TEXT_SIZE]);
char *time_json(int64_t at_us, char buffer[static TIME_TEXT_SIZE]);
/* And back, shorter forms and those with an offset too: the first and the last microsecond of that
 * second, minute or day. */
bool read_time(const char *text, int64_t *from_us, int64_t *at_us);

#endif
