/* SPDX-License-Identifier: MIT */
/* The statements of a list's pages: listing.h. */
#ifndef BANK_CLI_LISTING_SQL_H
#define BANK_CLI_LISTING_SQL_H

#include "bank/cli/listing.h"

/* One page's statement, with its parameters. */
enum { STATEMENT_SIZE = 6000, STATEMENT_VALUES_MAX = 12, STATEMENT_VALUE_SIZE = 64 };

struct statement {
    char sql[STATEMENT_SIZE];
    size_t length;
    unsigned count;
    const char *value[STATEMENT_VALUES_MAX];
    char text[STATEMENT_VALUES_MAX][STATEMENT_VALUE_SIZE]; /* those that are not the arguments' */
};

/* What a listing's pages have in common, as the arguments ask for it. */
struct listing_request {
    const struct listing *listing;
    const struct arguments *arguments;
    const struct listing_order *order;
    const struct listing_filter
        *source; /* whose source the rows come from; NULL: the listing's own */
    bool descending;
    int64_t limit; /* 0: all */
};

/* False after saying what is wrong with the arguments. */
bool listing_request_read(const struct listing *listing, const struct arguments *arguments,
                          struct listing_request *request);
/* Rows after that key and id (NULL: from the first on), `count` at most. Beside the listing's
 * columns the statement gives the row's key and its id as text. */
void listing_page(const struct listing_request *request, const char *key, const char *id,
                  int64_t count, struct statement *statement);
/* The key of the row with that id. */
void listing_find(const struct listing_request *request, const char *id,
                  struct statement *statement);

#endif
