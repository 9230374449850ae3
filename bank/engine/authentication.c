/* SPDX-License-Identifier: MIT */
/*
 * The budget of failed authentications that each machine has, whatever the cards and
 * whatever was wrong. Without it a terminal's key is enough to try card numbers and PINs
 * as fast as the bank answers. Invariants:
 *
 *   1. A failure is counted when it is decided, so requests sent together share one budget.
 *   2. While a machine is suspended nothing about a card is looked up, so neither the answer
 *      nor its time depends on one. What is looked up is the id: an approval that was given
 *      before is given again, never denied.
 *   3. The suspension is an event of the teller. A bank that starts knows of it.
 *
 * Two token buckets a machine, each kept as the time at which it will be full again: one for
 * a minute and one for an hour, which has six times as much, so that guessing at just the
 * minute's rate ends as well. A failure that takes the last token suspends the machine.
 *
 *   failure ─▶ count ─▶ suspended (here) ─▶ Teller.SuspendAuthentication ─▶ the teller's state
 *   a card after its end ─▶ Teller.ResumeAuthentication
 */
#include "bank/engine/parts.h"

#include <inttypes.h>
#include <stdio.h>

#define MINUTE_US (INT64_C(60) * 1000000)

enum { BUCKETS = 2 };

static const struct {
    int64_t period_us, times; /* the limit's multiple that it holds */
} buckets[BUCKETS] = { { MINUTE_US, 1 }, { 60 * MINUTE_US, 6 } };

struct failures {
    int64_t full_us[BUCKETS]; /* monotonic */
    int64_t until_us;         /* wall clock: the end of the last suspension */
    int32_t count;            /* since the buckets were full */
    bool told;                /* a command of the bank's own is on its way */
};

void authentication_init(struct engine *engine)
{
    cache_init(&engine->failures, sizeof(struct failures));
}

static bool concerns(const struct engine *engine, const struct request *request)
{
    return engine->settings.failed_auth_limit > 0 && request->sender == BY_TERMINAL &&
           command_is(request->command.kind, AUTHENTICATES);
}

static int64_t now_us(const struct engine *engine)
{
    return engine->world.now_us(engine->world.context);
}

/* ---- what goes to the log ---- */

static void answered(struct engine *engine, const struct request *request)
{
    const struct command *command = &request->command;
    struct failures *failures = cache_find(&engine->failures, &command->teller_id);
    char teller[UUID_TEXT_LENGTH], line[160];
    if (failures != NULL)
        failures->told = false;
    if (request->refusal != NOT_REFUSED || engine->world.notice == NULL)
        return;
    const bool suspended = command->kind == TELLER_SUSPEND_AUTHENTICATION;
    int length = snprintf(line, sizeof line, "teller=%s", uuid_write(&command->teller_id, teller));
    if (suspended)
        snprintf(line + length, sizeof line - (size_t)length,
                 " failures=%" PRId32 " for_s=%" PRId64, command->failures,
                 (command->until_us - now_us(engine)) / 1000000);
    engine->world.notice(engine->world.context,
                         suspended ? "authentication-suspended" : "authentication-resumed", line);
}

static void submit(struct engine *engine, enum command_kind kind, const struct uuid *teller_id,
                   struct failures *failures)
{
    struct command command = { .kind = kind,
                               .id = engine->world.fresh_id(engine->world.context),
                               .teller_id = *teller_id,
                               .failures = failures->count,
                               .until_us = failures->until_us };
    command.correlation_id = command.id;
    failures->told = true;
    engine_submit_own(engine, &command, answered);
}

/* ---- before ---- */

enum authentication authentication_admit(struct engine *engine, struct request *request)
{
    const struct uuid *id = &request->command.teller_id;
    if (!concerns(engine, request))
        return AUTHENTICATION_GOES_ON;
    if (!prefetch_teller(engine, request))
        return AUTHENTICATION_WAITS;
    const struct cached_teller *cached = cache_find(&engine->tellers, id);
    struct failures *failures = cache_find(&engine->failures, id);
    const int64_t logged_us = cached->teller.suspended_until_us;
    if (cached->unreadable || (logged_us == 0 && (failures == NULL || failures->until_us == 0)))
        return AUTHENTICATION_GOES_ON;
    if (failures == NULL)
        failures = cache_put(&engine->failures, id);
    const int64_t now = now_us(engine);
    const bool suspended =
        teller_suspended_at(logged_us, now) || teller_suspended_at(failures->until_us, now);
    if (!failures->told && suspended && failures->until_us > logged_us)
        submit(engine, TELLER_SUSPEND_AUTHENTICATION, id, failures);
    else if (!failures->told && !suspended && logged_us != 0)
        submit(engine, TELLER_RESUME_AUTHENTICATION, id, failures);
    if (!suspended) {
        failures->until_us = 0;
        return AUTHENTICATION_GOES_ON;
    }
    if (!prefetch_lookup(engine, request))
        return AUTHENTICATION_WAITS;
    engine->metrics.not_authenticated++;
    return AUTHENTICATION_REFUSED;
}

/* ---- after ---- */

/* By the response code: no such card, a restricted one, a wrong PIN, too many of them. Who names a
 * wrong receiver has been authenticated: that counts for the account
 * (bank/core/account_transfer.c).
 */
static bool is_failure(enum refusal refusal)
{
    static const char *const codes[] = { "14", "62", "55", "75" };
    if (refusal == REFUSED_NO_SUCH_RECEIVER)
        return false;
    for (size_t i = 0; refusal != NOT_REFUSED && i < sizeof codes / sizeof codes[0]; i++)
        if (strcmp(refusal_code(refusal), codes[i]) == 0)
            return true;
    return false;
}

/* Takes a token; whether it was the last one of its bucket. */
static bool take(struct failures *failures, int i, int64_t limit, int64_t now)
{
    const int64_t share_us = buckets[i].period_us / (limit * buckets[i].times);
    int64_t *full_us = &failures->full_us[i];
    *full_us = (*full_us > now ? *full_us : now) + share_us;
    if (*full_us - now > buckets[i].period_us)
        *full_us = now + buckets[i].period_us;
    return *full_us + share_us - now > buckets[i].period_us;
}

void authentication_count(struct engine *engine, struct request *request, enum refusal refusal)
{
    if (!concerns(engine, request) || !is_failure(refusal) || request->counted)
        return;
    const struct uuid *id = &request->command.teller_id;
    const int64_t now = engine->world.monotonic_us(engine->world.context);
    struct failures *failures = cache_put(&engine->failures, id);
    bool last = false;
    if (failures->full_us[BUCKETS - 1] <= now)
        failures->count = 0;
    failures->count++;
    request->counted = true;
    for (int i = 0; i < BUCKETS; i++)
        last = take(failures, i, engine->settings.failed_auth_limit, now) || last;
    if (!last)
        return;
    failures->until_us = now_us(engine) + AUTHENTICATION_SUSPENDED_US;
    if (!failures->told)
        submit(engine, TELLER_SUSPEND_AUTHENTICATION, id, failures);
}
