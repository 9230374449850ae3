/* SPDX-License-Identifier: MIT */
/*
 * The words before the one that is typed are read by the parser itself, with its
 * complaints muted: what it then waits for, an option's value or the next word,
 * is what is offered.
 */
#include "bank/cli/complete.h"

#include "bank/cli/commands.h"
#include "bank/cli/ids.h"
#include "bank/cli/reading.h"
#include "bank/cli/topics.h"
#include "bank/cli/values.h"
#include "bank/core/event.h"
#include "bank/models/projection.h"
#include "bank/subscriptions/handler.h"

#include <stdio.h>
#include <string.h>

enum { IDS_MOST = 100 };

struct completing {
    const char *typed, *front; /* front: what stands before the typed part in the same word */
    complete_take *take;
    void *context;
};

static void offer(const struct completing *completing, const char *candidate, const char *about)
{
    char whole[200];
    if (strncmp(candidate, completing->typed, strlen(completing->typed)) != 0)
        return;
    snprintf(whole, sizeof whole, "%s%s", completing->front, candidate);
    completing->take(completing->context, whole, about);
}

/* ---- values ------------------------------------------------------------------- */

/* The first and the last id that begin so; false: none does. */
static bool range_of(const char *typed, struct uuid *least, struct uuid *most)
{
    char low[UUID_TEXT_LENGTH] = "00000000-0000-0000-0000-000000000000",
         high[UUID_TEXT_LENGTH] = "ffffffff-ffff-ffff-ffff-ffffffffffff";
    const size_t length = strlen(typed);
    if (length >= UUID_TEXT_LENGTH)
        return false;
    memcpy(low, typed, length);
    memcpy(high, typed, length);
    return uuid_read(low, UUID_TEXT_LENGTH - 1, least) &&
           uuid_read(high, UUID_TEXT_LENGTH - 1, most);
}

/* front: what stands before the id in its word, "account-" of a stream. */
static void offer_ids(const struct completing *completing, const struct arguments *arguments,
                      enum value_type type, const char *front)
{
    struct error ignored;
    struct uuid least, most;
    const size_t length = strlen(front);
    const char *typed = completing->typed;
    const bool begun = strlen(typed) > length;
    if (strncmp(front, typed, begun ? length : strlen(typed)) != 0 ||
        !range_of(begun ? typed + length : "", &least, &most))
        return;
    struct query *query = query_of(arguments, &ignored);
    struct rows *rows =
        query != NULL ? ids_between(query, type, &least, &most, IDS_MOST, &ignored) : NULL;
    for (size_t i = 0; rows != NULL && i < rows_count(rows); i++) {
        char id[80];
        snprintf(id, sizeof id, "%s%s", front, rows_text(rows, i, 0));
        offer(completing, id, type == VALUE_CARD_ID ? rows_text(rows, i, 1) : NULL);
    }
    rows_free(rows);
    query_close(query);
}

static void offer_choices(const struct completing *completing, const char *choices)
{
    for (const char *at = choices; *at != '\0'; at += *at == '|') {
        char choice[60];
        const size_t length = strcspn(at, "|");
        snprintf(choice, sizeof choice, "%.*s", (int)length, at);
        offer(completing, choice, NULL);
        at += length;
    }
}

static void offer_wire_commands(const struct completing *completing)
{
    for (enum command_kind kind = 0; kind < COMMAND_KIND_COUNT; kind++)
        if ((command_traits(kind)->senders & BY_OPERATOR) != 0)
            offer(completing, command_traits(kind)->wire, command_name(kind));
}

/* The first words of the names of commands, or the second ones that go with a first. */
static void offer_names(const struct completing *completing, const char *first)
{
    const char *before = "";
    for (int i = 0; bank_commands[i] != NULL; i++) {
        const struct bank_command *command = bank_commands[i];
        const char *second = command_second(command);
        char name[40];
        if (command->hidden ||
            (first != NULL && (second == NULL || !command_first_is(command, first))))
            continue;
        snprintf(name, sizeof name, "%.*s", (int)strcspn(command->name, " "), command->name);
        if (first != NULL)
            offer(completing, second, command->help);
        else if (strncmp(before, name, strlen(name)) != 0 ||
                 strchr(" ", before[strlen(name)]) == NULL)
            offer(completing, name, second == NULL ? command->help : NULL);
        before = command->name;
    }
}

static void offer_value(const struct completing *completing, const struct arguments *arguments,
                        const struct value_spec *spec)
{
    switch (spec->type) {
/* clang-format off */
#define X(enumerator, called, placeholder) case VALUE_##enumerator:
        VALUE_ID_TABLE(X)
#undef X
        /* clang-format on */
        offer_ids(completing, arguments, spec->type, "");
        return;
    case VALUE_STREAM:
        offer(completing, "bank", NULL);
        offer_ids(completing, arguments, VALUE_ACCOUNT_ID, "account-");
        offer_ids(completing, arguments, VALUE_TELLER_ID, "teller-");
        return;
    case VALUE_CHOICE:
        offer_choices(completing, spec->choices);
        return;
    case VALUE_EVENT_TYPE:
        for (int kind = 0; kind < EVENT_KIND_COUNT; kind++)
            offer(completing, event_type((enum event_kind)kind), NULL);
        return;
    case VALUE_PROJECTION:
        for (int i = 0; projections[i] != NULL; i++)
            offer(completing, projections[i]->name, NULL);
        return;
    case VALUE_SUBSCRIPTION:
        for (int i = 0; handlers[i] != NULL; i++)
            offer(completing, handlers[i]->name, handlers[i]->help);
        return;
    case VALUE_WIRE_COMMAND:
        offer_wire_commands(completing);
        return;
    case VALUE_TOPIC:
        offer_names(completing, arguments->rest_count > 0 ? arguments->rest[0] : NULL);
        for (int i = 0; arguments->rest_count == 0 && help_topics[i].name != NULL; i++)
            offer(completing, help_topics[i].name, help_topics[i].about);
        return;
    case VALUE_FILE:
        completing->take(completing->context, ":files", NULL);
        return;
    case VALUE_FOLDER:
        completing->take(completing->context, ":folders", NULL);
        return;
    case VALUE_FLAG: /* what only the person who types knows */
    case VALUE_NEW_ID:
    case VALUE_AMOUNT:
    case VALUE_LIMIT:
    case VALUE_NOTES:
    case VALUE_COUNT:
    case VALUE_POSITION:
    case VALUE_MOMENT:
    case VALUE_TIME:
    case VALUE_DATE:
    case VALUE_TEXT:
    case VALUE_REASON:
    case VALUE_VARIABLE:
    case VALUE_CONNINFO:
    case VALUE_ADDRESS:
    case VALUE_USER:
    case VALUE_GROUP:
    case VALUE_REQUEST:
    case VALUE_UNSAID:
    case VALUE_TYPE_COUNT:
        return;
    }
}

/* ---- the line ------------------------------------------------------------------- */

static bool is_given(const struct arguments *arguments, const char *name)
{
    for (int i = 0; i < arguments->count; i++)
        if (strcmp(arguments->argument[i].spec->name, name) == 0)
            return true;
    return false;
}

static void offer_options(const struct completing *completing, const struct arguments *arguments)
{
    const struct value_spec *option[ARGUMENT_OPTIONS_MAX];
    const int count = command_options(arguments->command, option);
    for (int i = 0; i < count; i++) {
        char name[60];
        snprintf(name, sizeof name, "--%.50s", option[i]->name);
        if (option[i]->help != NULL && !is_given(arguments, option[i]->name))
            offer(completing, name, option[i]->help);
    }
}

/* "--state=sus": the value of an option in the option's own word. */
static void offer_joined(const struct completing *completing, const struct arguments *arguments)
{
    const struct value_spec *option[ARGUMENT_OPTIONS_MAX];
    const int count = command_options(arguments->command, option);
    const char *word = completing->typed + 2;
    const size_t length = strcspn(word, "=");
    char front[60];
    for (int i = 0; i < count; i++) {
        if (strlen(option[i]->name) != length || memcmp(option[i]->name, word, length) != 0)
            continue;
        snprintf(front, sizeof front, "--%.50s=", option[i]->name);
        struct completing value = *completing;
        value.front = front;
        value.typed = word + length + 1;
        offer_value(&value, arguments, option[i]);
        return;
    }
}

static void offer_word(const struct completing *completing, const struct arguments *arguments)
{
    const struct value_spec *word = arguments->command->words;
    for (int i = 0; word != NULL && word->name != NULL && i < arguments->rest_count; i++)
        word++;
    if (word != NULL && word->name != NULL)
        offer_value(completing, arguments, word);
}

void complete(int count, char *const *word, complete_take *take, void *context)
{
    static struct arguments arguments;
    char name[] = "bank", *argv[COMPLETE_WORDS_MAX + 1] = { name };
    struct completing completing = { .front = "", .take = take, .context = context };
    if (count < 1 || count > COMPLETE_WORDS_MAX)
        return;
    for (int i = 0; i + 1 < count; i++)
        argv[i + 1] = word[i];
    completing.typed = word[count - 1];
    complaints_mute(true);
    const bool read = arguments_parse(&arguments, count, argv);
    complaints_mute(false);
    if (!read && arguments.awaits != NULL)
        offer_value(&completing, &arguments, arguments.awaits);
    else if (!read)
        return;
    else if (completing.typed[0] == '-' && strchr(completing.typed, '=') != NULL)
        offer_joined(&completing, &arguments);
    else if (completing.typed[0] == '-')
        offer_options(&completing, &arguments);
    else if (arguments.command != NULL)
        offer_word(&completing, &arguments);
    else if (arguments.name[1] == NULL)
        offer_names(&completing, arguments.name[0]);
}
