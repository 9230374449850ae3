/* SPDX-License-Identifier: MIT */
#include "bank/cli/standby.h"

#include "bank/cli/client.h"
#include "shared/json.h"
#include "shared/uuid.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_MS = 2000 };

bool bank_stands_by(const struct home *home)
{
    struct error ignored;
    struct uuid id = uuid_make();
    char line[200], text[UUID_TEXT_LENGTH];
    const char *state = "";
    snprintf(line, sizeof line, "{\"v\":1,\"id\":\"%s\",\"command\":\"GetStatus\"}",
             uuid_write(&id, text));
    struct client *client = client_open(home, "operator.sock", &ignored);
    char *reply = client != NULL ? client_call(client, line, ANSWER_MS, &ignored) : NULL;
    struct json *json = reply != NULL ? json_parse(reply, strlen(reply), &ignored) : NULL;
    json_string(json_get(json_get(json, "status"), "state"), &state);
    const bool stands_by = strcmp(state, "standby") == 0;
    json_destroy(json);
    free(reply);
    client_close(client);
    return stands_by;
}

int complain_standby(const struct home *home)
{
    return complain_of(COMPLAINT_STANDBY,
                       "the bank of %s stands by, and another bank has the log: send this to that "
                       "one, or again once this one has taken over",
                       home->path);
}
