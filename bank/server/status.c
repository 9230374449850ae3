/* SPDX-License-Identifier: MIT */
/* The reply to GetStatus: every figure there is. */
#include "bank/server/status.h"

#include "bank/server/figures.h"
#include "shared/json.h"
#include "shared/version.h"
#include "shared/wire.h"

#include <unistd.h>

size_t server_status_write(char *buffer, size_t size, const struct uuid *id,
                           const struct turn *turn)
{
    int64_t values[FIGURE_COUNT];
    struct json_writer writer;
    figures_gather(turn, values);
    json_writer_init(&writer, buffer, size);
    json_open_object(&writer, NULL);
    json_write_integer(&writer, "v", WIRE_VERSION);
    json_write_uuid(&writer, "id", id);
    json_write_boolean(&writer, "ok", true);
    json_write_string(&writer, "code", refusal_code(NOT_REFUSED));
    json_open_object(&writer, "status");
    json_write_string(&writer, "version", VERSION);
    json_write_integer(&writer, "pid", getpid());
    json_write_boolean(&writer, "active", engine_active(turn->engine));
    json_write_string(&writer, "state", bank_state_name(turn_state(turn)));
    for (int i = 0; i < FIGURE_COUNT; i++)
        if (values[i] != FIGURE_NONE)
            json_write_integer(&writer, figure_traits[i].name, values[i]);
    json_close_object(&writer);
    json_close_object(&writer);
    return json_finish(&writer);
}
