/* SPDX-License-Identifier: MIT */
/*
 * Who the operators are: the file `operators` in the home.
 *
 *   # a comment, to the end of its line
 *   NAME ROLE IDENTITY...
 *
 *   NAME      what events say: 1 to 24 of a-z, 0-9, '.', '_' and '-', a letter first
 *   ROLE      viewer, clerk, operator or supervisor
 *   IDENTITY  uid=NUMBER, user=LOGIN, or cert=CN, the common name of a certificate
 *
 * A name is a person: all its identities stand in its one line, and each identity
 * in one line only. The file belongs to the home's owner or to root, and no other
 * user may write it. Without a file the home's owner and root are supervisors.
 *
 *   two-persons WHAT
 *
 *   WHAT      money AMOUNT (deposits and withdrawals at the counter and transfers above
 *             it), resolve (what is suspect or held), erase (an owner), keys (a
 *             machine's, a new machine's too), or within SECONDS (how long a proposal
 *             waits; a day)
 *
 * Logins are looked up when the file is read, not when an operator comes.
 */
#ifndef BANK_SERVER_OPERATORS_H
#define BANK_SERVER_OPERATORS_H

#include "bank/core/approval.h"
#include "shared/home.h"

#include <sys/types.h>

#define OPERATORS_FILE "operators"
#define OPERATORS_MAX  512 /* identities in all */

struct operators;

/* NULL (ERROR_USAGE, ERROR_SYSTEM) names the file and the line. */
struct operators *operators_load(const struct home *home, struct error *error);
void operators_free(struct operators *operators); /* takes NULL */

/* Which file it was, for the log: the same until it is written again. */
struct operators_stamp {
    bool is_file;   /* else there is none, and the rest is not set */
    struct uuid id; /* of what it says, whose it is and when it was written */
    uid_t owner;
    int64_t written_s;
    char summary[REASON_LENGTH]; /* "4 names, two for money 100.00, resolve" */
};
const struct operators_stamp *operators_stamp(const struct operators *operators);

/* How many people there are. */
int operators_count(const struct operators *operators);

/* Role ROLE_NONE: that user, or that certificate, is no operator's. `from` is filled in all the
 * same. */
struct actor operators_of_user(const struct operators *operators, uid_t uid);
struct actor operators_of_certificate(const struct operators *operators, const char *name);

/* How long a command of an operator waits for a second person; 0: it needs none. */
int64_t operators_propose_for_us(const struct operators *operators, const struct command *command);

#endif
