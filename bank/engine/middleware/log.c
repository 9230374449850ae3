/* SPDX-License-Identifier: MIT */
/* One line a command, for the listeners: its id, correlation, outcome and the microseconds it
 * took. */
#include "bank/engine/parts.h"

#include <stdio.h>

static void write_line(struct engine *engine, const struct request *request, const char *outcome)
{
    if (engine->world.log == NULL)
        return;
    char id[UUID_TEXT_LENGTH], correlation[UUID_TEXT_LENGTH], line[320];
    int64_t took_us = engine->world.monotonic_us(engine->world.context) - request->received_us;
    snprintf(line, sizeof line, "command=%s id=%s correlation=%s outcome=%s us=%lld actor=\"%s\"",
             command_name(request->command.kind), uuid_write(&request->command.id, id),
             uuid_write(&request->command.correlation_id, correlation), outcome, (long long)took_us,
             request->actor);
    engine->world.log(engine->world.context, line);
}

static void after(struct engine *engine, const struct request *request, bool replayed)
{
    write_line(engine, request, replayed ? "replayed" : refusal_name(request->refusal));
}

static void failed(struct engine *engine, const struct request *request, enum refusal refusal)
{
    write_line(engine, request, refusal_name(refusal));
}

const struct middleware middleware_log = { .name = "log", .after = after, .failed = failed };
