/* SPDX-License-Identifier: MIT */
#include "bank/server/recorded_acts.h"

#include "bank/log/log.h"
#include "bank/server/parse.h"
#include "shared/clock.h"
#include "shared/noted_acts.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct recorded_acts {
    struct request request;
    struct home home;
    struct actor *who; /* of each */
    struct noted_act *act;
    int count, at;
    bool under_way;
};

struct recorded_acts *recorded_acts_open(const struct home *home, const struct operators *operators,
                                         struct error *error)
{
    struct recorded_acts *acts = calloc(1, sizeof *acts);
    if (acts == NULL)
        panic("out of memory");
    acts->home = *home;
    acts->count = noted_acts_take(home, &acts->act, error);
    if (acts->count < 0 || (acts->count == 0 && !noted_acts_finish(home, error))) {
        recorded_acts_close(acts);
        return NULL;
    }
    acts->who = calloc((size_t)acts->count + 1, sizeof *acts->who);
    if (acts->who == NULL)
        panic("out of memory");
    for (int i = 0; i < acts->count; i++)
        acts->who[i] = operators_of_user(operators, acts->act[i].uid);
    return acts;
}

void recorded_acts_close(struct recorded_acts *acts)
{
    if (acts == NULL)
        return;
    free(acts->act);
    free(acts->who);
    free(acts);
}

static void on_done(struct request *request, const char *line, size_t length, bool replayed)
{
    struct recorded_acts *acts = request->owner;
    struct error error;
    (void)line, (void)length, (void)replayed;
    acts->under_way = false;
    if (request->refusal == REFUSED_BANK_UNAVAILABLE)
        return; /* again in a later turn */
    if (request->refusal != NOT_REFUSED)
        log_event("act-not-recorded", "act=%s why=\"%s\"", acts->act[acts->at].act,
                  refusal_name(request->refusal));
    if (++acts->at == acts->count && !noted_acts_finish(&acts->home, &error))
        log_event("act-not-recorded", "why=\"%s\"", error.message);
}

static void reason_write(const struct noted_act *act, char reason[static REASON_LENGTH])
{
    struct tm at;
    const time_t at_s = act->at_s;
    gmtime_r(&at_s, &at);
    strftime(reason, REASON_LENGTH, "done at %Y-%m-%dT%H:%M:%SZ, while no bank served", &at);
}

void recorded_acts_submit(struct recorded_acts *acts, struct engine *engine)
{
    struct request *request = &acts->request;
    if (acts->at == acts->count || acts->under_way)
        return;
    const struct noted_act *act = &acts->act[acts->at];
    acts->under_way = true;
    *request = (struct request){
        .done = on_done,
        .owner = acts,
        .repeat = true,
        .received_us = clock_us(CLOCK_MONOTONIC),
        .who = acts->who[acts->at],
        .command = { .kind = BANK_RECORD_ACT, .id = act->id, .act = act_find(act->act) }
    };
    snprintf(request->command.subject, sizeof request->command.subject, "%s", act->subject);
    reason_write(act, request->command.reason);
    request_complete(request);
    if (request->who.role != ROLE_NONE)
        snprintf(request->actor, sizeof request->actor, "operator %s", request->who.name);
    else
        snprintf(request->actor, sizeof request->actor, "%.47s", request->who.from);
    engine_submit(engine, request);
}
