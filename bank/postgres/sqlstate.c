/* SPDX-License-Identifier: MIT */
#include "bank/postgres/sqlstate.h"

#include <stddef.h>
#include <string.h>

bool sqlstate_may_pass(const char *sqlstate)
{
    static const char *const classes[] = {
        "40", /* transaction rollback: serialization failure, deadlock */
        "53", /* insufficient resources: disk full, out of memory, too many connections */
        "55", /* object not in prerequisite state: a lock that was not to be had */
        "57", /* operator intervention: cancelled, shut down */
        "58", /* system error, outside of Postgres */
    };
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (strncmp(sqlstate, classes[i], 2) == 0)
            return true;
    return false;
}
