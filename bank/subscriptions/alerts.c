/* SPDX-License-Identifier: MIT */
/*
 * Alerts for the log. A handler's statement that answers (what, about, because,
 * said), one row an alert that was raised or cleared, has each of them noticed
 * once the transaction has committed.
 */
#include "bank/subscriptions/parts.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALERT_COLUMNS = 4 };

static void line_add(struct subscription *subscription, const char *line)
{
    const size_t length = strlen(line) + 1;
    char *lines = realloc(subscription->alerts, subscription->alerts_length + length);
    if (lines == NULL)
        panic("out of memory");
    memcpy(lines + subscription->alerts_length, line, length);
    subscription->alerts = lines;
    subscription->alerts_length += length;
}

void alerts_result(struct subscription *subscription, const PGresult *result)
{
    if (PQnfields(result) != ALERT_COLUMNS || subscription->all->options.notice == NULL)
        return;
    for (int row = 0; row < PQntuples(result); row++) {
        char line[500];
        snprintf(line, sizeof line,
                 "alert-%s alert=%s about=\"%s\" position=%" PRId64 " message=\"%s\"",
                 PQgetvalue(result, row, 0), subscription->handler->name,
                 PQgetvalue(result, row, 1), row_int64(result, row, 2), PQgetvalue(result, row, 3));
        line_add(subscription, line);
    }
}

void alerts_log(struct subscription *subscription)
{
    const struct subscription_options *options = &subscription->all->options;
    if (subscription->alerts == NULL)
        return;
    char *end = subscription->alerts + subscription->alerts_length;
    for (char *line = subscription->alerts; line < end;) {
        char *next = line + strlen(line) + 1, *rest = strchr(line, ' ');
        assert(rest != NULL); /* after "alert-…" */
        *rest = '\0';
        options->notice(options->context, line, rest + 1);
        line = next;
    }
    alerts_forget(subscription);
}

void alerts_forget(struct subscription *subscription)
{
    free(subscription->alerts);
    subscription->alerts = NULL;
    subscription->alerts_length = 0;
}
