/* SPDX-License-Identifier: MIT */
/*
 * Three readings of the line, each of what is known by then: the options of
 * every command up to the first word, the same up to the second, and with the
 * command found all that is left, words and options in any order.
 */
#include "bank/cli/arguments.h"

#include "bank/cli/commands.h"
#include "bank/cli/suggest.h"
#include "bank/cli/usage.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONG_OPTION 1000 /* what getopt_long gives for the first of them: above every character */

const struct value_spec arguments_common[] = {
    OPTION("home", "the home of the bank; $ESBANK_HOME, or what the manual page says, otherwise",
           FOLDER),
    OPTION("db",
           "the database (a libpq connection string); $ESBANK_DB, or the home's own, otherwise",
           CONNINFO),
    OPTION("json", "for programs: JSON instead of a table", FLAG),
    OPTION("help", "this help", FLAG),
    OPTION("version", "which program this is", FLAG),
    { .name = NULL },
};

/* ---- options ---------------------------------------------------------------- */

static struct argument *argument_of(struct arguments *arguments, const char *name)
{
    for (int i = 0; i < arguments->count; i++)
        if (strcmp(arguments->argument[i].spec->name, name) == 0)
            return &arguments->argument[i];
    return NULL;
}

static bool option_set(struct arguments *arguments, const struct value_spec *spec,
                       const char *value)
{
    if (strcmp(spec->name, "home") == 0)
        arguments->home = value;
    else if (strcmp(spec->name, "db") == 0)
        arguments->db = value;
    else if (strcmp(spec->name, "json") == 0)
        arguments->json = true;
    else if (strcmp(spec->name, "help") == 0)
        arguments->help = true;
    else if (strcmp(spec->name, "version") == 0)
        arguments->version = true;
    else if (argument_of(arguments, spec->name) != NULL)
        return complain_usage("--%s stands there twice; give it once", spec->name), false;
    else
        arguments->argument[arguments->count++] =
            (struct argument){ .spec = spec, .given = true, .value.text = value };
    return true;
}

static int complain_no_option(const struct arguments *arguments, const char *word,
                              const struct value_spec *const *option, int count)
{
    char names[400] = "", name[60];
    const char *candidate[ARGUMENT_OPTIONS_MAX];
    size_t used = 0;
    int listed = 0;
    for (int i = 0; i < count; i++) {
        if (option[i]->help == NULL)
            continue;
        candidate[listed++] = option[i]->name;
        if (used < sizeof names)
            used += (size_t)snprintf(names + used, sizeof names - used, "%s--%s",
                                     used > 0 ? ", " : "", option[i]->name);
    }
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
    if (strcmp(name, "--as") == 0) /* a name given is no proof */
        return complain_usage("--as is not taken: the bank knows an operator by the user that "
                              "runs the command, or by a certificate; log in as that user"),
               0;
    const char *like = suggest(name + strspn(name, "-"), candidate, listed);
    const bool found = arguments->command != NULL;
    complain_usage("there is no option %.40s%s%s%s; `bank%s%s` has %s", name,
                   like != NULL ? " (did you mean --" : "", like != NULL ? like : "",
                   like != NULL ? "?)" : "", found ? " " : "",
                   found ? arguments->command->name : "", names);
    return 0;
}

/* What getopt_long stopped at. Gives 0. */
static int complain_option(struct arguments *arguments, int got, char **argv,
                           const struct value_spec *const *option, int count)
{
    const bool apart = optarg != NULL && optarg == argv[optind - 1];
    const char letter[] = { '-', (char)optopt, '\0' };
    if (got != ':' && got != '?') /* shortened */
        return complain_no_option(arguments, argv[optind - (apart ? 2 : 1)], option, count);
    if (optopt < LONG_OPTION)
        return complain_no_option(arguments, optopt != 0 ? letter : argv[optind - 1], option,
                                  count);
    const struct value_spec *spec = option[optopt - LONG_OPTION];
    if (got == ':') {
        arguments->awaits = spec;
        complain_usage("--%s needs a value: --%s %s", spec->name, spec->name,
                       value_placeholder(spec));
    } else {
        complain_usage("--%s takes no value; leave \"%.60s\" out", spec->name,
                       strchr(argv[optind - 1], '='));
    }
    return 0;
}

/* Whether the option just read was written out. */
static bool written_out(const struct value_spec *spec, char **argv)
{
    const char *word =
        argv[optind - (spec->type != VALUE_FLAG && optarg == argv[optind - 1] ? 2 : 1)];
    return word[0] != '-' || word[1] != '-' || strcspn(word + 2, "=") == strlen(spec->name);
}

/* Reads options of argv[1] and on; the index of what is left, or 0 when something is wrong, which
 * `quietly` leaves unsaid. among_words: whether words may stand between them. */
static int scan(struct arguments *arguments, int argc, char **argv, bool among_words, bool quietly)
{
    const struct value_spec *option[ARGUMENT_OPTIONS_MAX];
    struct option names[ARGUMENT_OPTIONS_MAX + 1] = { 0 };
    const int count = command_options(arguments->command, option);
    for (int i = 0; i < count; i++)
        names[i] = (struct option){ option[i]->name,
                                    option[i]->type == VALUE_FLAG ? no_argument : required_argument,
                                    NULL, LONG_OPTION + i };
    opterr = 0;
    optind = 0; /* glibc: from the beginning, with another list */
    for (int got; (got = getopt_long(argc, argv, among_words ? ":h" : "+:h", names, NULL)) != -1;) {
        if (got == 'h') {
            arguments->help = true;
            continue;
        }
        const bool wrong = got == ':' || got == '?';
        const struct value_spec *spec = wrong ? NULL : option[got - LONG_OPTION];
        if (wrong || !written_out(spec, argv))
            return quietly ? 0 : complain_option(arguments, got, argv, option, count);
        if (!option_set(arguments, spec, optarg != NULL ? optarg : ""))
            return 0;
    }
    return optind;
}

/* ---- the command ------------------------------------------------------------ */

/* The next word after argv[at], with options of every command before it: its index, 0 when there is
 * none, -1 when something is wrong. */
static int word_next(struct arguments *arguments, int argc, char **argv, int at, bool quietly)
{
    const int left = scan(arguments, argc - at, argv + at, false, quietly);
    return left == 0 ? -1 : at + left < argc ? at + left : 0;
}

/* The command's one or two words; the index of the last one, 0 or -1. */
static int name_read(struct arguments *arguments, int argc, char **argv)
{
    const int first = word_next(arguments, argc, argv, 0, false);
    if (first <= 0)
        return first;
    arguments->name[0] = argv[first];
    const struct bank_command *alone = command_named(argv[first], NULL);
    if (!command_is_group(argv[first])) {
        arguments->command = alone;
        return first;
    }
    /* One word may be a command and the beginning of others: `import`, `import list`. */
    const int second = word_next(arguments, argc, argv, first, alone != NULL);
    arguments->name[1] = second > 0 ? argv[second] : NULL;
    arguments->command = second > 0 ? command_named(argv[first], argv[second]) : NULL;
    if (arguments->command != NULL)
        return second;
    arguments->command = alone;
    return alone != NULL || second >= 0 ? first : -1;
}

bool arguments_parse(struct arguments *arguments, int argc, char **argv)
{
    *arguments = (struct arguments){ 0 };
    for (int i = 1; i < argc; i++) /* so that what is wrong with the words is said so as well */
        if (strcmp(argv[i], "--json") == 0)
            complaints_as_json(true);
    const int at = name_read(arguments, argc, argv);
    if (at < 0 || arguments->command == NULL)
        return at >= 0;
    const int left = scan(arguments, argc - at, argv + at, true, false);
    arguments->rest = argv + at + left;
    arguments->rest_count = argc - at - left;
    return left > 0;
}

/* ---- words and values ------------------------------------------------------- */

static bool complain_words(const struct bank_command *command, const char *what, const char *name)
{
    char line[USAGE_SIZE];
    complain_usage("%s%s; say `%s`", name, what, usage_line(command, line));
    return false;
}

static bool words_read(struct arguments *arguments)
{
    const struct value_spec *spec = arguments->command->words;
    int taken = 0;
    for (; spec != NULL && spec->name != NULL; spec++) {
        if (spec->many)
            return true;
        const bool given = taken < arguments->rest_count;
        if (!given && !spec->optional)
            return complain_words(arguments->command, " is missing", spec->name);
        if (!given && spec->otherwise == NULL)
            continue;
        struct argument *argument = &arguments->argument[arguments->count++];
        *argument = (struct argument){ .spec = spec, .given = given };
        if (!value_read(spec, given ? arguments->rest[taken++] : spec->otherwise, &argument->value))
            return false;
    }
    if (taken < arguments->rest_count)
        return complain_words(arguments->command, "there is a word too many", "");
    return true;
}

static bool options_read(struct arguments *arguments)
{
    const struct value_spec *option[ARGUMENT_OPTIONS_MAX];
    const int count = command_options(arguments->command, option);
    for (int i = 0; i < count; i++) {
        const struct value_spec *spec = option[i];
        struct argument *argument = argument_of(arguments, spec->name);
        char name[60];
        snprintf(name, sizeof name, "--%.50s", spec->name);
        if (argument != NULL && spec->instead_of != NULL &&
            argument_of(arguments, spec->instead_of) != NULL)
            return complain_usage("--%s and --%s exclude each other; give one", spec->instead_of,
                                  spec->name),
                   false;
        if (argument != NULL && !value_read(spec, argument->value.text, &argument->value))
            return false;
        if (argument == NULL && spec->needed)
            return complain_words(arguments->command, " is missing", name);
        if (argument != NULL || spec->otherwise == NULL)
            continue;
        argument = &arguments->argument[arguments->count++];
        *argument = (struct argument){ .spec = spec };
        if (!value_read(spec, spec->otherwise, &argument->value))
            return false;
    }
    return true;
}

bool arguments_check(struct arguments *arguments)
{
    return words_read(arguments) && options_read(arguments);
}

/* ---- what a command asks for ------------------------------------------------ */

static bool is_known(const struct bank_command *command, const char *name)
{
    const struct value_spec *option[ARGUMENT_OPTIONS_MAX];
    const int count = command_options(command, option);
    for (int i = 0; i < count; i++)
        if (strcmp(option[i]->name, name) == 0)
            return true;
    for (const struct value_spec *spec = command->words; spec != NULL && spec->name != NULL; spec++)
        if (strcmp(spec->name, name) == 0)
            return true;
    return false;
}

const struct value *argument_value(const struct arguments *arguments, const char *name)
{
    const struct argument *argument = argument_of((struct arguments *)arguments, name);
    if (argument == NULL && !is_known(arguments->command, name))
        panic("`bank %s` has no %s", arguments->command->name, name);
    return argument != NULL ? &argument->value : NULL;
}

const char *argument_text(const struct arguments *arguments, const char *name)
{
    const struct value *value = argument_value(arguments, name);
    return value != NULL ? value->text : NULL;
}

bool argument_flag(const struct arguments *arguments, const char *name)
{
    return argument_value(arguments, name) != NULL;
}

bool arguments_home(const struct arguments *arguments, struct home *home)
{
    struct error error;
    if (home_locate(arguments->home, home, &error))
        return true;
    complain_error(&error);
    return false;
}
