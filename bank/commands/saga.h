/* SPDX-License-Identifier: MIT */
/*
 * Sagas for a person: withdrawals, deposits at machines, transfers. Each kind has
 * a list (bank/commands/listings.h), and is shown one by one as a record folded from
 * the events, with the tree of commands and events below it.
 *
 *     static const struct saga_view view = { .noun = "deposit", … };
 *     saga_show(&view, arguments);                      `bank deposit show ID`
 *
 * Each prints what was asked for, or says why it cannot, and gives the exit status.
 */
#ifndef BANK_COMMANDS_SAGA_H
#define BANK_COMMANDS_SAGA_H

#include "bank/cli/arguments.h"
#include "bank/cli/listing.h"
#include "bank/cli/table.h"
#include "bank/commands/as_of.h"
#include "bank/postgres/query.h"

struct saga_view {
    const char *noun;    /* what people call it, and the first word of its commands, */
    const char *command; /* unless that is another one; NULL: it is not */
    enum refusal absent; /* what a request about one that is not there is refused with */

    const struct table_column *record;
    /* Fills the record's cells from the events up to that position, or none when no saga has that
     * id. */
    bool (*record_fill)(struct query *query, const struct uuid *id, int64_t to,
                        struct table *record, struct error *error);
};

/* For a saga's read model: when it began, which some old rows do not say. Its index has the same
 * words (sql/411_withdrawals_by_time.sql). */
#define SAGA_TIME "coalesce(s.initiated_at, timestamptz '-infinity')"

/*
 * One account's and one machine's, with no index on either, which would cost more at every one of
 * them than all that the read model writes. The log has both: an account's few events name those of
 * the account, but for some that were declined and have an index; and a machine's stream has them
 * in their order, each with its first event there.
 */
#define SAGA_OF_ACCOUNT(table, id)                                                                 \
    "s.account_id = $?::uuid AND s." id " IN (SELECT correlation_id FROM esbank.events"            \
    " WHERE stream_id = 'account-' || ($?::uuid)::text UNION ALL SELECT " id " FROM esbank." table \
    " WHERE account_id = $?::uuid AND state = 'declined')"
#define SAGA_OF_TELLER(table, id)                                                                  \
    &(const struct listing_source)                                                                 \
    {                                                                                              \
        .from = "esbank.events e JOIN esbank." table " s ON s." id " = e.correlation_id",          \
        .where = "e.stream_id = 'teller-' || ($?::uuid)::text AND NOT EXISTS (SELECT FROM"         \
                 " esbank.events b WHERE b.correlation_id = e.correlation_id"                      \
                 " AND b.stream_id = e.stream_id AND b.stream_version < e.stream_version"          \
                 " OFFSET 0)", /* looked up event by event */                                      \
            .key = "e.stream_version", .type = "bigint",                                           \
    }

/* What the lists of all three say alike; `s` is the read model there. */
extern const struct listing_order saga_orders[];
#define SAGA_LISTING                                                                               \
    .id_value = "$?::uuid", .orders = saga_orders, .latest_first = true, .state = "s.state",       \
    .waits_for = LISTING_OF_MODELS
#define SAGA_LIST_OPTIONS(states, id_type)                                                         \
    OPTION("state", "only those in this state", CHOICE, .choices = states, .as = "STATE"),         \
        OPTION("account", "only those of this account", ACCOUNT_ID),                               \
        OPTION("teller", "only those at this machine", TELLER_ID), TIME_OPTIONS,                   \
        LISTING_OPTIONS(id_type)
#define SAGA_FILTERS(of_account, of_teller)                                                        \
    { "state", FILTER_STATE, "", NULL }, { "account", FILTER_UUID, of_account, NULL },             \
        { "teller", FILTER_UUID, "s.teller_id = $?::uuid", of_teller },                            \
        { "since", FILTER_SINCE, SAGA_TIME " >= $?::timestamptz", NULL },                          \
        { "before", FILTER_BEFORE, SAGA_TIME " < $?::timestamptz", NULL },                         \
    {                                                                                              \
        NULL, FILTER_FLAG, NULL, NULL                                                              \
    }

int saga_show(const struct saga_view *view, const struct arguments *arguments);

#endif
