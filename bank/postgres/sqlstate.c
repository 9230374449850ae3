/* SPDX-License-Identifier: MIT */
#include "bank/postgres/sqlstate.h"

#include <stddef.h>
#include <string.h>

static bool is_of(const char *const *classes, const char *sqlstate)
{
    while (*classes != NULL && strncmp(*classes, sqlstate, 2) != 0)
        classes++;
    return *classes != NULL;
}

bool sqlstate_may_pass(const char *sqlstate)
{
    static const char *const classes[] = {
        "40", /* transaction rollback: serialization failure, deadlock */
        "53", /* insufficient resources: disk full, out of memory, too many connections */
        "55", /* object not in prerequisite state: a lock that was not to be had */
        "57", /* operator intervention: cancelled, shut down */
        "58", /* system error, outside of Postgres */
        NULL,
    };
    return is_of(classes, sqlstate);
}

bool sqlstate_of_data(const char *sqlstate)
{
    static const char *const classes[] = {
        "21", /* cardinality violation */
        "22", /* data exception */
        "23", /* integrity constraint violation */
        "44", /* WITH CHECK OPTION violation */
        "54", /* program limit exceeded: an index row that is too large */
        "P0", /* raised by a function */
        NULL,
    };
    return is_of(classes, sqlstate);
}
