/* SPDX-License-Identifier: MIT */
#include "bank/cli/reading.h"

#include "bank/cli/commands.h"

struct query *query_of(const struct arguments *arguments, struct error *error)
{
    struct home home;
    if (!home_locate(arguments->home, &home, error))
        return NULL;
    return query_open_seated(arguments->db, &home, arguments->command->name, error);
}

struct query *query_of_models(const struct arguments *arguments, struct error *error)
{
    struct query *query = query_of(arguments, error);
    if (query != NULL)
        query_await_models(query);
    return query;
}
