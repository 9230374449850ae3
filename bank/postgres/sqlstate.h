/* SPDX-License-Identifier: MIT */
/* What Postgres' error codes say (its manual, appendix A; SQL:2016 part 2, clause 24). */
#ifndef BANK_POSTGRES_SQLSTATE_H
#define BANK_POSTGRES_SQLSTATE_H

#include <stdbool.h>

/* Whether the same may work in a moment: a conflict of transactions, resources, a person's
 * interference. */
bool sqlstate_may_pass(const char *sqlstate);
/* Whether it is about the values that were given, so that other values may well work. */
bool sqlstate_of_data(const char *sqlstate);

#endif
