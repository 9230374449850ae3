/* SPDX-License-Identifier: MIT */
/* The parameters of a subscription's statements, and how they are sent. */
#include "bank/subscriptions/parts.h"

#include <assert.h>
#include <endian.h>
#include <string.h>

void given_text(struct given *given, const char *text)
{
    assert(given->count < PARAMETERS_MAX);
    given->values[given->count] = text;
    given->lengths[given->count] = (int)strlen(text);
    given->formats[given->count++] = 0;
}

void given_number(struct given *given, int64_t value)
{
    assert(given->count < PARAMETERS_MAX);
    uint64_t bytes = htobe64((uint64_t)value);
    memcpy(given->numbers[given->count], &bytes, sizeof bytes);
    given->values[given->count] = given->numbers[given->count];
    given->lengths[given->count] = (int)sizeof bytes;
    given->formats[given->count++] = 1;
}

void given_null(struct given *given)
{
    assert(given->count < PARAMETERS_MAX);
    given->values[given->count] = NULL;
    given->lengths[given->count] = 0;
    given->formats[given->count++] = 0;
}

void given_identity(struct given *given, const struct subscription *subscription)
{
    given_text(given, subscription->handler->name);
    given_text(given, subscription->all->owner);
    given_number(given, subscription->all->options.pace.lease_ms);
}

void subscription_query(struct subscription *subscription, int tag, const char *sql,
                        const struct given *given)
{
    struct parameters parameters = { given->count, given->values, given->lengths, given->formats };
    connection_query(subscription->connection, tag, sql, &parameters);
}

void subscription_run(struct subscription *subscription, int tag, const char *name,
                      const struct given *given)
{
    struct parameters parameters = { given->count, given->values, given->lengths, given->formats };
    connection_run(subscription->connection, tag, name, &parameters);
}

void subscription_send(struct subscription *subscription, enum subscription_step step)
{
    subscription->step = step;
    subscription->sqlstate[0] = '\0';
    connection_sync(subscription->connection, TAG_STEP);
}
