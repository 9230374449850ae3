/* SPDX-License-Identifier: MIT */
#include "bank/core/saga_row.h"

const struct saga_row *saga_row_from(const struct saga_rows *rows, int from, int trigger)
{
    for (size_t i = 0; i < rows->count; i++)
        if (rows->row[i].from == from && rows->row[i].trigger == trigger)
            return &rows->row[i];
    return NULL;
}

const struct saga_row *saga_row_into(const struct saga_rows *rows, int to, int trigger)
{
    for (size_t i = 0; i < rows->count; i++)
        if (rows->row[i].to == to && rows->row[i].trigger == trigger &&
            rows->row[i].command != NO_COMMAND)
            return &rows->row[i];
    return NULL;
}
