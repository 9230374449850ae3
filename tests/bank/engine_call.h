/* SPDX-License-Identifier: MIT */
/* One request to an engine on a simulated store, and what it was answered. */
#ifndef TESTS_BANK_ENGINE_CALL_H
#define TESTS_BANK_ENGINE_CALL_H

#include "tests/bank/simulation.h"
#include "tests/support/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

struct call {
    struct request request;
    char reply[SIM_REPLY_MAX]; /* the last one */
    int answers;
    bool replayed;
};

static void call_answered(struct request *request, const char *line, size_t length, bool replayed)
{
    struct call *call = request->owner;
    assert_true(length < sizeof call->reply);
    memcpy(call->reply, line, length);
    call->reply[length] = '\0';
    call->replayed = replayed;
    call->answers++;
}

/* Sends it. Its command's id and all else that it says are the caller's. */
static void call_send(struct engine *engine, struct call *call, struct request request)
{
    *call = (struct call){ .request = request };
    call->request.done = call_answered;
    call->request.owner = call;
    request_hash_content(&call->request);
    engine_submit(engine, &call->request);
}

#endif
