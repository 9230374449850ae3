/* SPDX-License-Identifier: MIT */
#include "bank/server/world.h"

#include "bank/log/log.h"
#include "shared/clock.h"

static int64_t world_now_us(void *context)
{
    (void)context;
    return clock_wall_us();
}

static int64_t world_monotonic_us(void *context)
{
    (void)context;
    return clock_us(CLOCK_MONOTONIC);
}

static struct uuid world_fresh_id(void *context)
{
    (void)context;
    return uuid_make();
}

static void world_log(void *context, const char *line)
{
    (void)context;
    log_event("command", "%s", line);
}

static void world_conflict(void *context, const char *line)
{
    (void)context;
    log_event("command-conflict", "%s", line);
}

static void world_notice(void *context, const char *name, const char *line)
{
    (void)context;
    log_event(name, "%s", line);
}

struct engine_world world_of_bank(bool log_commands)
{
    return (struct engine_world){ .now_us = world_now_us,
                                  .monotonic_us = world_monotonic_us,
                                  .fresh_id = world_fresh_id,
                                  .log = log_commands ? world_log : NULL,
                                  .conflict = world_conflict,
                                  .notice = world_notice };
}
