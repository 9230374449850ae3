/* SPDX-License-Identifier: MIT */
/* `bank subscription reset`, `bank subscription retry` and `bank subscription skip`. */
#include "bank/cli/act.h"
#include "bank/cli/commands.h"
#include "bank/cli/reading.h"
#include "bank/subscriptions/repair.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The handler of that name, or NULL after saying which there are. */
static const struct handler *handler_named(const char *name)
{
    char names[300] = "";
    const struct handler *found = handler_find(handlers, name);
    for (int i = 0; found == NULL && handlers[i] != NULL; i++) {
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", i > 0 ? ", " : "", handlers[i]->name);
    }
    if (found == NULL)
        complain_usage("there is no subscription \"%.40s\"; there are %s", name, names);
    return found;
}

static bool position_read(const char *text, int64_t *position)
{
    return text == NULL || read_count(text, "position", INT64_MAX - 1, position);
}

/* As act_record: the handler, and where, if that is said. */
static bool record(const struct arguments *arguments, enum act act, const struct handler *handler,
                   const char *where)
{
    char subject[61];
    snprintf(subject, sizeof subject, "%s%s%s", handler->name, where != NULL ? " " : "",
             where != NULL ? where : "");
    return act_record(arguments, act, subject);
}

/* ---- reset ---- */

static void print_reset(const struct handler *handler, int64_t position, int64_t left_out,
                        bool json)
{
    if (json)
        printf("{\"subscription\":\"%s\",\"position\":%" PRId64 ",\"left_out\":%" PRId64 "}\n",
               handler->name, position, left_out);
    else if (left_out > 0)
        printf("%s goes on with event %" PRId64 "; left out: %" PRId64 "\n", handler->name,
               position + 1, left_out);
    else
        printf("%s goes on with event %" PRId64 "%s\n", handler->name, position + 1,
               position == 0 && handler->forget != NULL ? "; what it had written is removed" : "");
}

/* From the first event on. Handlers whose rows went with a table that was gone begin again too. */
static bool reset_all(struct query *query, const struct handler *handler, bool json,
                      struct error *error)
{
    const struct handler *lost[HANDLERS_MAX];
    int64_t position = 0, left_out;
    if (!repair_remake(query, handler, handlers, lost, error) ||
        !repair_reset(query, handler, &position, &left_out, error))
        return false;
    print_reset(handler, position, left_out, json);
    for (size_t i = 0; lost[i] != NULL; i++) {
        if (lost[i] == handler)
            continue;
        if (!repair_reset(query, lost[i], &position, &left_out, error))
            return false;
        print_reset(lost[i], position, left_out, json);
    }
    return true;
}

static int run_reset(struct arguments *arguments)
{
    struct error error;
    const struct handler *handler = handler_named(arguments->word[0]);
    const char *to = arguments_option(arguments, "to");
    bool from_now = arguments_option(arguments, "from-now") != NULL;
    int64_t position = 0, left_out;
    if (handler == NULL || !position_read(to, &position))
        return EXIT_USAGE;
    if (from_now && to != NULL)
        return complain_usage("--to and --from-now exclude each other: give one of them");
    if (from_now)
        position = HANDLING_FROM_NOW;
    if (!record(arguments, ACT_SUBSCRIPTION_RESET, handler, from_now ? "from now" : to))
        return EXIT_FAILURE;
    struct query *query = query_of(arguments, &error);
    bool worked = query != NULL;
    if (worked && position == 0) {
        worked = reset_all(query, handler, arguments->json, &error);
    } else if (worked) {
        worked = repair_reset(query, handler, &position, &left_out, &error);
        if (worked)
            print_reset(handler, position, left_out, arguments->json);
    }
    query_close(query);
    return worked ? EXIT_SUCCESS : complain_error(&error);
}

static const struct option_spec reset_options[] = {
    { "to", "POSITION", "stand there: the event after it is the next" },
    { "from-now", NULL, "stand at the end of the log" },
    { NULL, NULL, NULL },
};

const struct bank_command command_subscription_reset = {
    .name = "subscription reset",
    .usage = "NAME [--to POSITION | --from-now]",
    .help = "let an event handler begin again, from the first event or from elsewhere",
    .detail =
        "From the first event, all that the handler has written is removed before and made "
        "again. From\n"
        "elsewhere it stays, and events it has had already change nothing. Events that are passed "
        "over are\n"
        "left out for good, which `bank verify` says.",
    .words_min = 1,
    .words_max = 1,
    .options = reset_options,
    .run = run_reset,
};

/* ---- retry ---- */

static void print_retry(const struct handler *handler, const struct repair_result *result,
                        bool json)
{
    if (json)
        printf("{\"subscription\":\"%s\",\"handled\":%" PRId64 ",\"failed\":%" PRId64
               ",\"waiting\":%" PRId64 ",\"raised\":%" PRId64 ",\"cleared\":%" PRId64
               ",\"sooner\":%s}\n",
               handler->name, result->handled, result->failed, result->waiting, result->raised,
               result->cleared, result->sooner ? "true" : "false");
    else if (result->sooner && result->handled == 0)
        printf("the bank tries the event that %s fails on at once\n", handler->name);
    else if (result->handled > 0)
        printf("%s has handled %" PRId64 " parked event%s; alerts raised: %" PRId64
               ", cleared: %" PRId64 "\n",
               handler->name, result->handled, result->handled == 1 ? "" : "s", result->raised,
               result->cleared);
}

static int run_retry(struct arguments *arguments)
{
    struct error error, why;
    struct repair_result result;
    int64_t position = 0;
    const struct handler *handler = handler_named(arguments->word[0]);
    if (handler == NULL ||
        !position_read(arguments->word_count > 1 ? arguments->word[1] : NULL, &position))
        return EXIT_USAGE;
    if (!record(arguments, ACT_SUBSCRIPTION_RETRY, handler,
                arguments->word_count > 1 ? arguments->word[1] : NULL))
        return EXIT_FAILURE;
    struct query *query = query_of(arguments, &error);
    bool worked = query != NULL && repair_retry(query, handler, position, &result, &why, &error);
    query_close(query);
    if (!worked)
        return complain_error(&error);
    print_retry(handler, &result, arguments->json);
    if (result.failed > 0)
        return complain("%" PRId64 " of %" PRId64 " parked events failed again, %" PRId64
                        " wait behind them: %s",
                        result.failed, result.failed + result.handled + result.waiting,
                        result.waiting, why.message);
    return EXIT_SUCCESS;
}

const struct bank_command command_subscription_retry = {
    .name = "subscription retry",
    .usage = "NAME [POSITION]",
    .help = "handle parked events now: all of them, or one",
    .detail = "Events of one stream or saga are handled in their order, up to the first that fails "
              "again. An event\n"
              "that is waiting for its next attempt has it at once.",
    .words_min = 1,
    .words_max = 2,
    .run = run_retry,
};

/* ---- skip ---- */

static int run_skip(struct arguments *arguments)
{
    struct error error;
    int64_t position = 0;
    const struct handler *handler = handler_named(arguments->word[0]);
    if (handler == NULL || !position_read(arguments->word[1], &position))
        return EXIT_USAGE;
    if (!record(arguments, ACT_SUBSCRIPTION_SKIP, handler, arguments->word[1]))
        return EXIT_FAILURE;
    struct query *query = query_of(arguments, &error);
    bool worked = query != NULL && repair_skip(query, handler, position, &error);
    query_close(query);
    if (!worked)
        return complain_error(&error);
    if (arguments->json)
        printf("{\"subscription\":\"%s\",\"skipped\":%" PRId64 "}\n", handler->name, position);
    else
        printf("%s goes on without event %" PRId64 "\n", handler->name, position);
    return EXIT_SUCCESS;
}

const struct bank_command command_subscription_skip = {
    .name = "subscription skip",
    .usage = "NAME POSITION",
    .help = "go on without an event: one that is parked, or the one that fails",
    .detail = "It is left out for good, which `bank verify` says. Those that waited behind it are "
              "handled by a retry.",
    .words_min = 2,
    .words_max = 2,
    .run = run_skip,
};
