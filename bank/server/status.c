/* SPDX-License-Identifier: MIT */
/* The reply to GetStatus: a table of what is counted, so that adding a figure is adding a row. */
#include "bank/server/status.h"

#include "shared/json.h"
#include "shared/version.h"
#include "shared/wire.h"

#include <stddef.h>
#include <unistd.h>

#define METRIC(member)                                                                             \
    {                                                                                              \
#member, offsetof(struct engine_metrics, member)                                           \
    }

static const struct {
    const char *name;
    size_t at;
} metrics[] = {
    METRIC(commands),
    METRIC(refused),
    METRIC(turned_away),
    METRIC(slowed_down),
    METRIC(not_authenticated),
    METRIC(replayed),
    METRIC(events),
    METRIC(batches),
    METRIC(conflicts),
    METRIC(lost),
    METRIC(loads),
    METRIC(queued),
    METRIC(open_withdrawals),
    METRIC(withdrawals_suspected),
    METRIC(cached_accounts),
    METRIC(cached_tellers),
    METRIC(cached_withdrawals),
};

size_t server_status_write(char *buffer, size_t size, const struct uuid *id,
                           const struct engine *engine, const struct server_counts *counts)
{
    struct json_writer writer;
    json_writer_init(&writer, buffer, size);
    json_open_object(&writer, NULL);
    json_write_integer(&writer, "v", WIRE_VERSION);
    json_write_uuid(&writer, "id", id);
    json_write_boolean(&writer, "ok", true);
    json_write_string(&writer, "code", refusal_code(NOT_REFUSED));
    json_open_object(&writer, "status");
    json_write_string(&writer, "version", VERSION);
    json_write_integer(&writer, "pid", getpid());
    json_write_integer(&writer, "uptime_s", counts->uptime_s);
    json_write_boolean(&writer, "active", engine_active(engine));
    json_write_integer(&writer, "terminals", counts->terminals);
    json_write_integer(&writer, "operators", counts->operators);
    json_write_integer(&writer, "connections", counts->connections);
    const char *values = (const char *)engine_metrics(engine);
    for (size_t i = 0; i < sizeof metrics / sizeof metrics[0]; i++)
        json_write_integer(&writer, metrics[i].name,
                           *(const int64_t *)(const void *)(values + metrics[i].at));
    json_close_object(&writer);
    json_close_object(&writer);
    return json_finish(&writer);
}
