/* SPDX-License-Identifier: MIT */
/* Proposals as the log has them: SQL for lists of them. `p` is a proposal's event. */
#ifndef BANK_CLI_APPROVAL_SQL_H
#define BANK_CLI_APPROVAL_SQL_H

#define APPROVAL_IS_PROPOSAL "p.stream_id = 'bank' AND p.event_type = 'Bank.CommandProposed'"

#define APPROVAL_EXPIRES "to_timestamp((p.data->>'expires_us')::bigint / 1000000.0)"

/* The last event of the proposal's own that came after it, and what of it. */
#define APPROVAL_LAST(what)                                                                        \
    "(SELECT " what " FROM esbank.events d"                                                        \
    " WHERE d.correlation_id = p.correlation_id AND d.stream_id = 'bank'"                          \
    " AND d.position > p.position ORDER BY d.position DESC LIMIT 1)"

/* As the last of its events says; one whose time is over is expired, although the bank may have had
 * no time yet to say so. */
#define APPROVAL_STATE                                                                             \
    "coalesce(" APPROVAL_LAST(                                                                     \
        "lower(substr(d.event_type, 14))") ","                                                     \
                                           " CASE WHEN " APPROVAL_EXPIRES                          \
                                           " <= now() THEN 'expired' ELSE 'proposed' END)"

/* Whether it waits: first what the event alone says, since most were decided long ago. */
#define APPROVAL_IS_OPEN                                                                           \
    APPROVAL_IS_PROPOSAL " AND " APPROVAL_EXPIRES " > now() AND " APPROVAL_STATE " = 'proposed'"

#endif
