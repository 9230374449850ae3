/* SPDX-License-Identifier: MIT */
/*
 * The table of commands says all there is to say of a command, and what an entry forgot is named
 * here: a type, an effect, a help sentence, a field that the request needs.
 */
#include "bank/cli/commands.h"
#include "bank/cli/suggest.h"
#include "bank/cli/usage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define EACH(command)                                                                              \
    (int i_##command = 0; bank_commands[i_##command] != NULL;                                      \
     i_##command++) for (const struct bank_command *command = bank_commands[i_##command];          \
                         command != NULL; command = NULL)

static void named(const struct bank_command *command, const char *what, bool right)
{
    if (!right)
        print_message("`bank %s`: %s\n", command->name, what);
    assert_true(right);
}

static void test_every_entry_says_what_it_is(void **state)
{
    (void)state;
    for
        EACH(command)
        {
            named(command, "it has no help sentence", command->help != NULL);
            named(command, "its sentence begins with a small letter and ends without a full stop",
                  command->help[0] >= 'a' && command->help[0] <= 'z' &&
                      command->help[strlen(command->help) - 1] != '.');
            named(command, "it has no effect: READS, SENDS or ACTS",
                  command->effect != EFFECT_UNSAID);
            named(command, "it has nothing to run", command->run != NULL);
            named(command, "it asks, and says no question",
                  command->asks == ASKS_NOTHING || command->question != NULL ||
                      command->ask != NULL);
            named(command, "it only reads, and asks before",
                  command->effect != READS || command->asks == ASKS_NOTHING);
        }
}

static void check_spec(const struct bank_command *command, const struct value_spec *spec,
                       bool is_option)
{
    char what[160];
    snprintf(what, sizeof what, "%s has no type", spec->name);
    named(command, what, spec->type != VALUE_UNSAID);
    snprintf(what, sizeof what, "%s is a choice of nothing", spec->name);
    named(command, what, (spec->type == VALUE_CHOICE) == (spec->choices != NULL));
    snprintf(what, sizeof what, "%s is a word, and a flag", spec->name);
    named(command, what, is_option || spec->type != VALUE_FLAG);
    snprintf(what, sizeof what, "what stands for %s otherwise is not of its type", spec->name);
    struct value value;
    named(command, what, spec->otherwise == NULL || value_read(spec, spec->otherwise, &value));
}

static void test_every_word_and_option_has_a_type(void **state)
{
    (void)state;
    for
        EACH(command)
        {
            const struct value_spec *option[ARGUMENT_OPTIONS_MAX];
            const int count = command_options(command, option);
            bool left_out = false;
            for (int i = 0; i < count; i++) {
                check_spec(command, option[i], true);
                for (int j = 0; j < i; j++)
                    named(command, "an option stands in it twice",
                          strcmp(option[i]->name, option[j]->name) != 0);
            }
            int words = 0;
            for (const struct value_spec *word = command->words; word != NULL && word->name != NULL;
                 word++, words++) {
                check_spec(command, word, false);
                named(command, "a word that may be left out stands before one that may not",
                      word->optional || !left_out);
                left_out = left_out || word->optional;
            }
            named(command, "it has more words than ARGUMENT_WORDS_MAX",
                  words <= ARGUMENT_WORDS_MAX);
        }
}

static uint64_t fields_filled(const struct bank_command *command, const struct value_spec *spec,
                              bool always)
{
    uint64_t fields = 0;
    for (; spec != NULL && spec->name != NULL; spec++) {
        enum command_field field = 0;
        if (spec->fills == NULL)
            continue;
        while (field < COMMAND_FIELD_COUNT && strcmp(command_field_name(field), spec->fills) != 0)
            field++;
        named(command, spec->fills, field < COMMAND_FIELD_COUNT);
        const bool there = spec->is_option ? spec->needed : !spec->optional;
        if (!always || there || spec->otherwise != NULL)
            fields |= BIT(field);
    }
    return fields;
}

/* The card's number, the PIN block and an act come from elsewhere than its words. */
static void test_every_request_has_its_fields(void **state)
{
    (void)state;
    for
        EACH(command)
        {
            if (command->effect != SENDS)
                continue;
            const struct command_traits *traits = command_traits(command->sends);
            const uint64_t always = fields_filled(command, command->words, true) |
                                    fields_filled(command, command->options, true),
                           ever = fields_filled(command, command->words, false) |
                                  fields_filled(command, command->options, false);
            named(command, "what it sends is not an operator's",
                  (traits->senders & BY_OPERATOR) != 0);
            named(command, "it fills a field that the request does not have",
                  (ever & ~(traits->required | traits->optional)) == 0);
            named(command, "a field that the request must have is filled by none of its words",
                  (traits->required & ~always & ~(WITH(CARD) | WITH(PIN_BLOCK) | WITH(ACT))) == 0);
            named(command, "it sends by itself and has no sentence for the reply",
                  command->reply != NULL || command->ask != NULL);
        }
}

/* A question names words and options that there are. */
static void test_every_question_names_what_there_is(void **state)
{
    (void)state;
    for
        EACH(command)
        {
            for (const char *at = command->question; at != NULL && (at = strchr(at, '{')) != NULL;
                 at++) {
                const struct value_spec *spec = command->words;
                const size_t length = strcspn(at + 1, "}");
                while (spec != NULL && spec->name != NULL &&
                       (strlen(spec->name) != length || memcmp(spec->name, at + 1, length) != 0))
                    spec++;
                named(command, command->question, spec != NULL && spec->name != NULL);
            }
        }
}

/* ---- parsing ---------------------------------------------------------------- */

static struct arguments parsed(int count, const char *const *word)
{
    static char *argv[20];
    struct arguments arguments;
    for (int i = 0; i < count; i++)
        argv[i] = (char *)word[i];
    assert_true(arguments_parse(&arguments, count, argv));
    return arguments;
}
#define PARSED(...)                                                                                \
    parsed((int)(sizeof((const char *[]){ "bank", __VA_ARGS__ }) / sizeof(char *)),                \
           (const char *[]){ "bank", __VA_ARGS__ })

static void test_options_of_every_command_stand_before_and_after_each(void **state)
{
    (void)state;
    for
        EACH(command)
        {
            char first[40];
            const char *second = command_second(command);
            snprintf(first, sizeof first, "%.*s", (int)strcspn(command->name, " "), command->name);
            const struct arguments places[] = {
                second != NULL ? PARSED("--json", "--home", "/h", "--db=d", first, second)
                               : PARSED("--json", "--home", "/h", "--db=d", first),
                second != NULL ? PARSED(first, second, "--home=/h", "--db", "d", "--json")
                               : PARSED(first, "--home=/h", "--db", "d", "--json"),
                second != NULL ? PARSED("--json", first, "--home", "/h", second, "--db", "d")
                               : PARSED("--json", "--home", "/h", first, "--db", "d"),
            };
            for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
                assert_ptr_equal(places[i].command, command);
                assert_string_equal(places[i].home, "/h");
                assert_string_equal(places[i].db, "d");
                assert_true(places[i].json);
            }
            const struct arguments asked = second != NULL
                                               ? PARSED(first, second, "--help", "--version")
                                               : PARSED("--version", first, "--help");
            assert_ptr_equal(asked.command, command);
            assert_true(asked.help && asked.version);
        }
}

static void test_options_stand_between_words(void **state)
{
    (void)state;
    struct arguments arguments =
        PARSED("account", "deposit", "--request-id", "1c915dd1-8bf0-4662-a2ce-60725b0c7de2",
               "1c915dd1-8bf0-4662-a2ce-60725b0c7de2", "--json", "12.50");
    assert_true(arguments_check(&arguments));
    assert_int_equal(argument_value(&arguments, "AMOUNT")->number, 1250);
    assert_true(arguments.json);
}

static void test_after_two_dashes_all_are_words(void **state)
{
    (void)state;
    struct arguments arguments = PARSED("keys", "export", "--", "--json");
    assert_true(arguments_check(&arguments));
    assert_string_equal(argument_text(&arguments, "FILE"), "--json");
    assert_false(arguments.json);
}

static void test_a_word_may_be_a_command_and_begin_others(void **state)
{
    (void)state;
    assert_string_equal(PARSED("import", "--from", "x").command->name, "import");
    assert_string_equal(PARSED("import", "--json", "list").command->name, "import list");
}

/* ---- what was meant --------------------------------------------------------- */

static void test_the_nearest_word_was_meant(void **state)
{
    (void)state;
    static const char *const words[] = { "account", "card", "teller", "withdrawal" };
    assert_string_equal(suggest("acount", words, 4), "account");
    assert_string_equal(suggest("tellre", words, 4), "teller");
    assert_string_equal(suggest("withdrawl", words, 4), "withdrawal");
    assert_null(suggest("x", words, 4));
    assert_null(suggest("nonsense", words, 4));
    assert_null(suggest("", words, 4));
}

static void test_a_usage_line_is_made_of_the_entry(void **state)
{
    (void)state;
    char line[USAGE_SIZE];
    assert_string_equal(usage_line(command_named("account", "show"), line),
                        "bank account show ID [--at POSITION|TIME]");
    assert_string_equal(usage_line(command_named("account", "rename"), line),
                        "bank account rename ID --owner NAME");
    assert_string_equal(usage_line(command_named("subscription", "reset"), line),
                        "bank subscription reset NAME [--to POSITION | --from-now]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_entry_says_what_it_is),
        cmocka_unit_test(test_every_word_and_option_has_a_type),
        cmocka_unit_test(test_every_request_has_its_fields),
        cmocka_unit_test(test_every_question_names_what_there_is),
        cmocka_unit_test(test_options_of_every_command_stand_before_and_after_each),
        cmocka_unit_test(test_options_stand_between_words),
        cmocka_unit_test(test_after_two_dashes_all_are_words),
        cmocka_unit_test(test_a_word_may_be_a_command_and_begin_others),
        cmocka_unit_test(test_the_nearest_word_was_meant),
        cmocka_unit_test(test_a_usage_line_is_made_of_the_entry),
    };
    return cmocka_run_group_tests_name("command table", tests, NULL, NULL);
}
