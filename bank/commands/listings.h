/* SPDX-License-Identifier: MIT */
/*
 * All lists (bank/cli/listing.h), one a line: listing_NAME is defined beside its command. The
 * schemas of docs/schema are made from them, and tests/bank/test_listing.c reads each plan.
 */
#ifndef BANK_COMMANDS_LISTINGS_H
#define BANK_COMMANDS_LISTINGS_H

#include "bank/cli/listing.h"

/* clang-format off */
#define LISTINGS(X) \
    X(account) \
    X(statement) \
    X(card) \
    X(teller) \
    X(withdrawal) \
    X(deposit) \
    X(transfer) \
    X(approval) \
    X(projection) \
    X(snapshot) \
    X(subscription) \
    X(alert) \
    X(day) \
    X(import)
/* clang-format on */

#define X(name) extern const struct listing listing_##name;
LISTINGS(X)
#undef X

#endif
