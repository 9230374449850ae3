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

static const struct handler *handler_named(const struct arguments *arguments)
{
    return handler_find(handlers, argument_text(arguments, "NAME"));
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
        printf("{\"name\":\"%s\",\"position\":%" PRId64 ",\"left_out\":%" PRId64 "}\n",
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
    const struct handler *handler = handler_named(arguments);
    const struct value *to = argument_value(arguments, "to");
    int64_t position = to != NULL ? to->number : 0, left_out;
    const bool from_now = argument_flag(arguments, "from-now");
    if (from_now)
        position = HANDLING_FROM_NOW;
    if (!record(arguments, ACT_SUBSCRIPTION_RESET, handler,
                from_now ? "from now" : argument_text(arguments, "to")))
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

const struct bank_command command_subscription_reset = {
    .name = "subscription reset",
    .help = "let an event handler begin again, from the first event or from elsewhere",
    .detail =
        "From the first event, all that the handler has written is removed before and made "
        "again. From\n"
        "elsewhere it stays, and events it has had already change nothing. Events that are passed "
        "over are\n"
        "left out for good, which `bank verify` says.",
    .words = WORDS(WORD("NAME", SUBSCRIPTION)),
    .options = WORDS(OPTION("to", "stand there: the event after it is the next", POSITION),
                     OPTION("from-now", "stand at the end of the log", FLAG, .instead_of = "to")),
    .effect = ACTS,
    .run = run_reset,
};

/* ---- retry ---- */

static void print_retry(const struct handler *handler, const struct repair_result *result,
                        bool json)
{
    if (json)
        printf("{\"name\":\"%s\",\"handled\":%" PRId64 ",\"failed\":%" PRId64
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
    const struct handler *handler = handler_named(arguments);
    const struct value *one = argument_value(arguments, "POSITION");
    const int64_t position = one != NULL ? one->number : 0;
    if (!record(arguments, ACT_SUBSCRIPTION_RETRY, handler, argument_text(arguments, "POSITION")))
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
    .help = "handle parked events now: all of them, or one",
    .detail = "Events of one stream or saga are handled in their order, up to the first that fails "
              "again. An event\n"
              "that is waiting for its next attempt has it at once.",
    .words = WORDS(WORD("NAME", SUBSCRIPTION), WORD("POSITION", POSITION, .optional = true)),
    .effect = ACTS,
    .run = run_retry,
};

/* ---- skip ---- */

static int run_skip(struct arguments *arguments)
{
    struct error error;
    const struct handler *handler = handler_named(arguments);
    const int64_t position = argument_value(arguments, "POSITION")->number;
    if (!record(arguments, ACT_SUBSCRIPTION_SKIP, handler, argument_text(arguments, "POSITION")))
        return EXIT_FAILURE;
    struct query *query = query_of(arguments, &error);
    bool worked = query != NULL && repair_skip(query, handler, position, &error);
    query_close(query);
    if (!worked)
        return complain_error(&error);
    if (arguments->json)
        printf("{\"name\":\"%s\",\"skipped\":%" PRId64 "}\n", handler->name, position);
    else
        printf("%s goes on without event %" PRId64 "\n", handler->name, position);
    return EXIT_SUCCESS;
}

const struct bank_command command_subscription_skip = {
    .name = "subscription skip",
    .help = "go on without an event: one that is parked, or the one that fails",
    .detail = "It is left out for good, which `bank verify` says. Those that waited behind it are "
              "handled by a retry.",
    .words = WORDS(WORD("NAME", SUBSCRIPTION), WORD("POSITION", POSITION)),
    .effect = ACTS,
    .asks = ASKS_AT_TERMINAL,
    .question = "Leave event {POSITION} out of what {NAME} handles, for good?",
    .run = run_skip,
};
