/* SPDX-License-Identifier: MIT */
/* What libpq and Postgres's programs would take from the environment. */
#ifndef BANK_CLUSTER_ENVIRONMENT_H
#define BANK_CLUSTER_ENVIRONMENT_H

/*
 * Unsets every PG* variable of this process. They are for a user's own
 * sessions; each of PGSERVICE, PGHOSTADDR, PGGSSENCMODE, PGTARGETSESSIONATTRS,
 * PGCHANNELBINDING and their kin could keep the private cluster from being
 * reached, or lead to another server. A connection string cannot overrule all
 * of them, so none is left once that cluster is the one that is meant.
 */
void environment_clean(void);

#endif
