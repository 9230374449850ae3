/* SPDX-License-Identifier: MIT */
#include "bank/cli/act.h"

#include "bank/cli/client.h"
#include "bank/cli/order.h"
#include "shared/noted_acts.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* Whether a bank serves the home, or at least has it. */
static bool is_served(const struct home *home)
{
    struct error ignored;
    if (home_is_remote(home)) /* its acts are that bank's to record */
        return true;
    struct client *client = client_open(home, "operator.sock", &ignored);
    const bool answers = client != NULL;
    client_close(client);
    return answers || home_holder(home) > 0;
}

static bool act_send(const struct arguments *arguments, enum act act, const char *subject)
{
    struct order order;
    int status;
    /* The reply does not wait for a read model, which may be the act's. */
    order_alone(&order, "RecordAct");
    json_write_string(&order.writer, "act", act_name(act));
    if (subject != NULL)
        json_write_string(&order.writer, "subject", subject);
    struct json *reply = order_send(&order, arguments, &status);
    order_parted();
    json_destroy(reply);
    return reply != NULL;
}

bool act_note(const struct home *home, enum act act, const char *subject, uid_t uid)
{
    struct error error;
    struct noted_act noted = { .id = uuid_make(), .uid = uid, .at_s = time(NULL) };
    snprintf(noted.act, sizeof noted.act, "%s", act_name(act));
    snprintf(noted.subject, sizeof noted.subject, "%s", subject != NULL ? subject : "");
    if (noted_acts_add(home, &noted, &error))
        return true;
    complain("%s; no bank serves that home that could record it either, so nothing was done",
             error.message);
    return false;
}

bool act_record(const struct arguments *arguments, enum act act, const char *subject)
{
    struct home home;
    if (!arguments_home(arguments, &home))
        return false;
    return is_served(&home) ? act_send(arguments, act, subject)
                            : act_note(&home, act, subject, getuid());
}
