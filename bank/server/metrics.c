/* SPDX-License-Identifier: MIT */
#include "bank/server/metrics.h"

#include "bank/core/teller.h"
#include "bank/server/exposition.h"
#include "bank/store/store.h"
#include "bank/subscriptions/subscription.h"
#include "shared/version.h"

#include <stdio.h>

/* 64 microseconds to 67 seconds. */
enum { LATENCY_FIRST = 6, LATENCY_LAST = 26, BATCH_FIRST = 0, BATCH_LAST = 16 };

/* clang-format off */

/* Columns: who writes its samples, its name without a counter's _total, type, unit, what it is. */
#define FAMILY_TABLE(X) \
    X(state, "esbank_state", GAUGE, "", \
      "1 for the state the bank is in, 0 for the others.") \
    X(build, "esbank_build_info", GAUGE, "", \
      "1, with the version of the program.") \
    X(commands, "esbank_commands", COUNTER, "", \
      "Commands answered, by what they came to and its response code.") \
    X(latency, "esbank_command_duration_seconds", HISTOGRAM, "seconds", \
      "Time from a command's arrival to its reply.") \
    X(commit, "esbank_commit_duration_seconds", HISTOGRAM, "seconds", \
      "Time from handing a batch to the store to its commit.") \
    X(batch_size, "esbank_batch_commands", HISTOGRAM, "", \
      "Commands in one batch.") \
    X(doors, "esbank_connections", GAUGE, "", \
      "Connections, by where they came in.") \
    X(projections, "esbank_projection_lag_events", GAUGE, "events", \
      "Committed events that a read model does not have yet.") \
    X(subscriptions, "esbank_subscription_lag_events", GAUGE, "events", \
      "Committed events that an event handler has not handled yet.") \
    X(paused, "esbank_subscription_paused", GAUGE, "", \
      "Whether an event handler is paused since what it needs does not work.") \
    X(sagas, "esbank_sagas", GAUGE, "", \
      "Withdrawals and deposits that have not ended, by state.") \
    X(alerts, "esbank_alerts_open", GAUGE, "", \
      "Alerts that are open, by the handler that raised them.") \
    X(parked, "esbank_parked_events", GAUGE, "", \
      "Events that are parked, by the handler or read model that could not take them.") \
    X(cassettes, "esbank_cassette_notes", GAUGE, "notes", \
      "Notes in the cassettes of the machines last used, promised ones included, " \
      "by denomination in minor units.")
/* clang-format on */

struct metric_source {
    struct exposition *to;
    const struct exposition_family *family;
    const struct turn *turn;
    const struct census *census;
    int left; /* tellers that are still shown */
};

static void write_state(struct metric_source *from)
{
    const enum bank_state now = turn_state(from->turn);
    for (int state = 0; state < BANK_STATE_COUNT; state++) {
        char labels[40];
        snprintf(labels, sizeof labels, "state=\"%s\"", bank_state_name((enum bank_state)state));
        exposition_sample(from->to, from->family, labels, state == (int)now);
    }
}

static void write_build(struct metric_source *from)
{
    exposition_sample(from->to, from->family, "version=\"" VERSION "\"", 1);
}

/* What can be sent has its approved ones from the beginning, so that the first is an increase. */
static void write_commands(struct metric_source *from)
{
    const struct engine_metrics *metrics = engine_metrics(from->turn->engine);
    for (int kind = 0; kind < COMMAND_KIND_COUNT; kind++)
        for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
            const int64_t count = metrics->outcome[kind][outcome];
            const bool replayed = outcome == OUTCOME_REPLAYED;
            const enum command_kind command = (enum command_kind)kind;
            char labels[160];
            if (count == 0 && (outcome != NOT_REFUSED || command_traits(command)->senders == 0))
                continue;
            snprintf(labels, sizeof labels, "command=\"%s\",outcome=\"%s\",code=\"%s\"",
                     command_name(command),
                     replayed ? "replayed" : refusal_name((enum refusal)outcome),
                     replayed ? "" : refusal_code((enum refusal)outcome));
            exposition_sample(from->to, from->family, labels, count);
        }
}

static void write_latency(struct metric_source *from)
{
    const struct engine_metrics *metrics = engine_metrics(from->turn->engine);
    for (int kind = 0; kind < COMMAND_KIND_COUNT; kind++) {
        char labels[80];
        if (metrics->latency[kind].count == 0)
            continue;
        snprintf(labels, sizeof labels, "command=\"%s\"", command_name((enum command_kind)kind));
        exposition_histogram(from->to, from->family, labels, &metrics->latency[kind], LATENCY_FIRST,
                             LATENCY_LAST);
    }
}

static void write_commit(struct metric_source *from)
{
    exposition_histogram(from->to, from->family, "", &engine_metrics(from->turn->engine)->commit,
                         LATENCY_FIRST, LATENCY_LAST);
}

static void write_batch_size(struct metric_source *from)
{
    exposition_histogram(from->to, from->family, "",
                         &engine_metrics(from->turn->engine)->batch_size, BATCH_FIRST, BATCH_LAST);
}

static void write_doors(struct metric_source *from)
{
    for (int door = 0; door < DOORS; door++) {
        char labels[40];
        snprintf(labels, sizeof labels, "door=\"%s\"", turn_door_name(door));
        exposition_sample(from->to, from->family, labels, from->turn->door[door].connected);
    }
}

static void each_projection(void *context, const char *name, int64_t lag)
{
    struct metric_source *from = context;
    char labels[100];
    snprintf(labels, sizeof labels, "projection=\"%s\"", name);
    exposition_sample(from->to, from->family, labels, lag);
}

static void write_projections(struct metric_source *from)
{
    if (turn_has_log(from->turn))
        store_lags(from->turn->store, each_projection, from);
}

static void each_subscription(void *context, const char *name, int64_t position, bool paused)
{
    (void)paused;
    struct metric_source *from = context;
    char labels[100];
    const int64_t lag = store_end(from->turn->store).position - position;
    snprintf(labels, sizeof labels, "subscription=\"%s\"", name);
    exposition_sample(from->to, from->family, labels, lag > 0 ? lag : 0);
}

static void write_subscriptions(struct metric_source *from)
{
    if (turn_has_log(from->turn))
        subscriptions_each(from->turn->subscriptions, each_subscription, from);
}

static void each_paused(void *context, const char *name, int64_t position, bool paused)
{
    (void)position;
    struct metric_source *from = context;
    char labels[100];
    snprintf(labels, sizeof labels, "subscription=\"%s\"", name);
    exposition_sample(from->to, from->family, labels, paused);
}

static void write_paused(struct metric_source *from)
{
    subscriptions_each(from->turn->subscriptions, each_paused, from);
}

/* Of a bank that has the log: each only while it is counted there. */
static void write_counts(struct metric_source *from, enum census_kind kind, const char *format)
{
    const struct census_count *counts;
    const size_t count =
        turn_has_log(from->turn) && from->census != NULL ? census_counts(from->census, &counts) : 0;
    for (size_t i = 0; i < count; i++) {
        char labels[120];
        if (counts[i].kind != kind)
            continue;
        snprintf(labels, sizeof labels, "%s=\"%s\"", format, counts[i].name);
        exposition_sample(from->to, from->family, labels, counts[i].count);
    }
}

static void write_sagas(struct metric_source *from)
{
    write_counts(from, CENSUS_WITHDRAWALS, "saga=\"withdrawal\",state");
    write_counts(from, CENSUS_DEPOSITS, "saga=\"deposit\",state");
}

static void write_alerts(struct metric_source *from)
{
    write_counts(from, CENSUS_ALERTS, "alert");
}

static void write_parked(struct metric_source *from)
{
    write_counts(from, CENSUS_PARKED, "by");
}

static bool each_teller(void *context, const struct teller *teller)
{
    struct metric_source *from = context;
    char id[UUID_TEXT_LENGTH], labels[100];
    uuid_write(&teller->id, id);
    for (uint32_t i = 0; i < teller->cassettes.length; i++) {
        const struct note_count *notes = &teller->cassettes.item[i];
        snprintf(labels, sizeof labels, "teller=\"%s\",denomination=\"%d\"", id,
                 notes->denomination);
        exposition_sample(from->to, from->family, labels, notes->count);
    }
    return --from->left > 0;
}

static void write_cassettes(struct metric_source *from)
{
    from->left = METRICS_TELLERS_MAX;
    engine_tellers(from->turn->engine, each_teller, from);
}

static const struct {
    struct exposition_family family;
    void (*write)(struct metric_source *from);
} families[] = {
#define X(writer, name, type, unit, help) { { name, FIGURE_##type, unit, help }, write_##writer },
    FAMILY_TABLE(X)
#undef X
};

char *metrics_text(const struct turn *turn, const struct census *census, bool open_metrics,
                   size_t *length)
{
    struct exposition to;
    int64_t values[FIGURE_COUNT];
    exposition_begin(&to, open_metrics);
    figures_gather(turn, values);
    for (int i = 0; i < FIGURE_COUNT; i++) {
        const struct figure_traits *traits = &figure_traits[i];
        const struct exposition_family family = { traits->metric, traits->type, traits->unit,
                                                  traits->help };
        if (traits->metric[0] == '\0')
            continue;
        exposition_family(&to, &family);
        if (values[i] != FIGURE_NONE)
            exposition_sample(&to, &family, "", values[i]);
    }
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        struct metric_source from = {
            .to = &to, .family = &families[i].family, .turn = turn, .census = census
        };
        exposition_family(&to, from.family);
        families[i].write(&from);
    }
    return exposition_end(&to, length);
}
