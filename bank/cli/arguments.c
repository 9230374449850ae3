/* SPDX-License-Identifier: MIT */
#include "bank/cli/arguments.h"

#include "bank/cli/commands.h"
#include "shared/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct option_spec arguments_common[] = {
    { "home", "DIR",
      "the home of the bank; $ESBANK_HOME, or what the manual page says, otherwise" },
    { "db", "CONNINFO",
      "the database (a libpq connection string); $ESBANK_DB, or the home's own, otherwise" },
    { "json", NULL, "for programs: JSON instead of a table" },
    { "help", NULL, "this help" },
    { NULL, NULL, NULL },
};

static int complain_with(int status, const char *format, va_list list)
    __attribute__((format(printf, 2, 0)));

static int complain_with(int status, const char *format, va_list list)
{
    char message[600], shown[1200];
    vsnprintf(message, sizeof message, format, list);
    fprintf(stderr, "bank: %s\n", text_shown(message, shown, sizeof shown));
    return status;
}

int complain(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int status = complain_with(EXIT_FAILURE, format, list);
    va_end(list);
    return status;
}

int complain_usage(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int status = complain_with(EXIT_USAGE, format, list);
    va_end(list);
    return status;
}

int complain_error(const struct error *error)
{
    char shown[2 * sizeof error->message];
    fprintf(stderr, "bank: %s\n", text_shown(error->message, shown, sizeof shown));
    return error->kind == ERROR_USAGE ? EXIT_USAGE : EXIT_FAILURE;
}

static const struct option_spec *spec_find(const struct option_spec *specs, const char *name,
                                           size_t length)
{
    for (; specs != NULL && specs->name != NULL; specs++)
        if (strlen(specs->name) == length && memcmp(specs->name, name, length) == 0)
            return specs;
    return NULL;
}

static int complain_no_option(const struct arguments *arguments, const char *word,
                              const struct option_spec *options)
{
    char names[300] = "";
    size_t used = 0;
    const struct option_spec *both[] = { options, arguments_common };
    for (int i = 0; i < 2; i++)
        for (const struct option_spec *spec = both[i]; spec != NULL && spec->name != NULL; spec++)
            if (spec->help != NULL && used < sizeof names)
                used += (size_t)snprintf(names + used, sizeof names - used, "%s--%s",
                                         used > 0 ? ", " : "", spec->name);
    complain_usage("there is no option %s; `bank%s%s` has %s", word,
                   arguments->command != NULL ? " " : "",
                   arguments->command != NULL ? arguments->command : "", names);
    return -1;
}

static bool option_set(struct arguments *arguments, const char *name, const char *value)
{
    if (strcmp(name, "home") == 0)
        arguments->home = value;
    else if (strcmp(name, "db") == 0)
        arguments->db = value;
    else if (strcmp(name, "json") == 0)
        arguments->json = true;
    else if (strcmp(name, "help") == 0)
        arguments->help = true;
    else if (arguments_option(arguments, name) != NULL)
        return complain_usage("--%s stands there twice; give it once", name), false;
    else if (arguments->option_count == ARGUMENT_OPTIONS_MAX)
        return complain_usage("there are too many options; `bank %s --help` lists them",
                              arguments->command),
               false;
    else {
        arguments->option[arguments->option_count].name = name;
        arguments->option[arguments->option_count++].value = value;
    }
    return true;
}

/* Reads the option at argv[i]; gives the index after it and its value, or -1. */
static int option_read(struct arguments *arguments, int i, int argc, char **argv,
                       const struct option_spec *options)
{
    const char *name = argv[i] + 2;
    size_t length = strcspn(name, "=");
    const struct option_spec *spec = spec_find(options, name, length);
    if (spec == NULL)
        spec = spec_find(arguments_common, name, length);
    if (spec == NULL && length == 2 && memcmp(name, "as", 2) == 0) /* a name given is no proof */
        return complain_usage("--as is not taken: the bank knows an operator by the user that "
                              "runs the command; log in as that user"),
               -1;
    if (spec == NULL)
        return complain_no_option(arguments, argv[i], options);
    const char *value = name[length] == '=' ? name + length + 1 : NULL;
    if (spec->argument == NULL && value != NULL)
        return complain_usage("--%s takes no value; leave \"=%s\" out", spec->name, value), -1;
    if (spec->argument != NULL && value == NULL) {
        if (i + 1 == argc)
            return complain_usage("--%s needs a value: --%s %s", spec->name, spec->name,
                                  spec->argument),
                   -1;
        value = argv[++i];
    }
    return option_set(arguments, spec->name, value != NULL ? value : "") ? i + 1 : -1;
}

int arguments_read(struct arguments *arguments, int argc, char **argv,
                   const struct option_spec *options, bool stop_at_word)
{
    bool only_words = false;
    int i = 0;
    while (i < argc) {
        const char *word = argv[i];
        if (!only_words && strcmp(word, "--") == 0) {
            only_words = true;
            i++;
        } else if (!only_words && strcmp(word, "-h") == 0) {
            arguments->help = true;
            i++;
        } else if (!only_words && word[0] == '-' && word[1] == '-') {
            if ((i = option_read(arguments, i, argc, argv, options)) < 0)
                return -1;
        } else if (!only_words && word[0] == '-' && word[1] > '9') {
            complain_no_option(arguments, word, options);
            return -1;
        } else if (stop_at_word) {
            return i;
        } else if (arguments->word_count == ARGUMENT_WORDS_MAX) {
            complain_usage("there are too many words; see `bank %s --help`", arguments->command);
            return -1;
        } else {
            arguments->word[arguments->word_count++] = word;
            i++;
        }
    }
    return i;
}

const char *arguments_option(const struct arguments *arguments, const char *name)
{
    for (int i = 0; i < arguments->option_count; i++)
        if (strcmp(arguments->option[i].name, name) == 0)
            return arguments->option[i].value;
    return NULL;
}

bool arguments_home(const struct arguments *arguments, struct home *home)
{
    struct error error;
    if (home_locate(arguments->home, home, &error))
        return true;
    complain_error(&error);
    return false;
}
