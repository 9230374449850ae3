/* SPDX-License-Identifier: MIT */
/*
 * The figures of a bank: the one table that GetStatus and /metrics read. Adding a figure is adding
 * a row. What has labels is in metrics.c.
 */
#ifndef BANK_SERVER_FIGURES_H
#define BANK_SERVER_FIGURES_H

#include "bank/server/turn.h"

#include <stdint.h>

#define FIGURE_NONE INT64_MIN /* there is none now */

enum figure_type { FIGURE_COUNTER, FIGURE_GAUGE, FIGURE_HISTOGRAM };

/* clang-format off */

/*
 * Columns: the name in `status`; the metric, without a counter's _total ("": in status only); its
 * type; its unit; where it is; and what it is. `turn` is the struct turn, `engine` the struct
 * engine_metrics and `recent` the histogram of the last minute.
 */
#define FIGURE_TABLE(X) \
    X(uptime_s,             "", GAUGE, "", (turn->now_ms - turn->started_ms) / 1000, "") \
    X(started_s,            "process_start_time_seconds", GAUGE, "seconds", turn->started_s, \
      "Start time of the process since the epoch.") \
    X(terminals,            "", GAUGE, "", \
      turn->door[TERMINALS].connected + turn->door[NETWORK].connected, "") \
    X(operators,            "", GAUGE, "", \
      turn->door[OPERATORS].connected + turn->door[OPERATORS_NETWORK].connected, "") \
    X(connections,          "esbank_connections_accepted", COUNTER, "", turn->accepted, \
      "Connections of terminals and operators that came in.") \
    X(commands,             "", COUNTER, "", engine->commands, "") \
    X(refused,              "", COUNTER, "", engine->refused, "") \
    X(turned_away,          "esbank_commands_turned_away", COUNTER, "", engine->turned_away, \
      "Commands refused for want of room in the queue, or of a log to write to.") \
    X(slowed_down,          "esbank_commands_slowed_down", COUNTER, "", engine->slowed_down, \
      "Commands refused since their sender sent more a second than --rate allows.") \
    X(not_authenticated,    "esbank_authentications_refused", COUNTER, "", \
      engine->not_authenticated, \
      "Authentications refused at machines with too many failed ones.") \
    X(replayed,             "", COUNTER, "", engine->replayed, "") \
    X(events,               "esbank_events", COUNTER, "", engine->events, \
      "Events handed to the store.") \
    X(batches,              "esbank_batches", COUNTER, "", engine->batches, \
      "Batches handed to the store.") \
    X(conflicts,            "esbank_batch_conflicts", COUNTER, "", engine->conflicts, \
      "Batches that came back because an id in them was used before.") \
    X(lost,                 "esbank_batches_lost", COUNTER, "", engine->lost, \
      "Batches that came back because the log was lost, or one before them failed.") \
    X(loads,                "esbank_loads", COUNTER, "", engine->loads, \
      "Reads of what was not in memory.") \
    X(queued,               "esbank_commands_queued", GAUGE, "", engine->queued, \
      "Commands that wait to be decided.") \
    X(waiting,              "esbank_commands_waiting", GAUGE, "", engine->waiting, \
      "Of those that are queued, the ones that wait for a load or for the same id in flight.") \
    X(held,                 "esbank_replies_held", GAUGE, "", engine->held, \
      "Replies that wait for the read models.") \
    X(in_flight,            "esbank_batches_in_flight", GAUGE, "", engine->in_flight, \
      "Batches handed to the store and not yet answered.") \
    X(open_withdrawals,     "esbank_withdrawals_due", GAUGE, "", engine->open_withdrawals, \
      "Withdrawals whose dispense is to be confirmed within its deadline.") \
    X(withdrawals_suspected, "esbank_withdrawals_suspected", COUNTER, "", \
      engine->withdrawals_suspected, \
      "Withdrawals that became suspect.") \
    X(cached_accounts,      "esbank_cached_accounts", GAUGE, "", engine->cached_accounts, \
      "Accounts in memory.") \
    X(cached_tellers,       "esbank_cached_tellers", GAUGE, "", engine->cached_tellers, \
      "Tellers in memory.") \
    X(cached_withdrawals,   "esbank_cached_sagas", GAUGE, "", engine->cached_withdrawals, \
      "Withdrawals and deposits in memory.") \
    X(latency_p50_us,       "", GAUGE, "", histogram_quantile(recent, 500), "") \
    X(latency_p99_us,       "", GAUGE, "", histogram_quantile(recent, 990), "") \
    X(position,             "esbank_log_position", GAUGE, "", log_position(turn), \
      "Position of the last event that is committed, of a bank that has the log.") \
    X(epoch,                "esbank_log_epoch", GAUGE, "", log_epoch(turn), \
      "Epoch in which this bank has the log: each takeover raises it.") \
    X(lab_rules,            "esbank_lab_rules", GAUGE, "", \
      turn->lab != NULL ? lab_count(turn->lab) : FIGURE_NONE, \
      "Rules that force answers, of a bank that is a lab.") \
    X(certificate_until_s,  "esbank_certificate_expiry_timestamp_seconds", GAUGE, "seconds", \
      certificate_until(turn), \
      "When the certificate after --tls-cert expires, since the epoch.") \
    X(revocations_until_s,  "esbank_revocation_list_expiry_timestamp_seconds", GAUGE, "seconds", \
      lists_until(turn), \
      "When the first list after --tls-crl or --operator-crl should be followed by a newer one, " \
      "since the epoch.")
/* clang-format on */

enum figure {
#define X(name, metric, type, unit, where, help) FIGURE_##name,
    FIGURE_TABLE(X)
#undef X
        FIGURE_COUNT
};

struct figure_traits {
    const char *name, *metric;
    enum figure_type type;
    const char *unit, *help;
};

extern const struct figure_traits figure_traits[FIGURE_COUNT];

void figures_gather(const struct turn *turn, int64_t values[static FIGURE_COUNT]);

#endif
