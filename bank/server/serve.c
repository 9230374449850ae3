/* SPDX-License-Identifier: MIT */
/*
 * Order of building up, and backwards of taking apart:
 *
 *   home, user, lock ─▶ certificate ─▶ database ─▶ vault ─▶ loop ─▶ engine ─▶ store ─▶ server ─▶
 * turns
 *
 * A turn is what valkey does before it sleeps: the events of the loop, then
 * server_turn, so that everything that arrived together is decided together
 * and answered together.
 *
 * Being asked to end is a state, not an exit: nothing new is taken, what is in
 * flight is finished and answered for at most STOP_MS, and only then do the
 * parts go.
 *
 * SIGHUP is no end: what strangers caused is summed up in the log, and the
 * files of the certificates are read again. Files that are wrong change
 * nothing.
 */
#include "bank/server/serve.h"

#include "bank/core/account.h"
#include "bank/keys/checks.h"
#include "bank/keys/recorder.h"
#include "bank/log/limit.h"
#include "bank/log/log.h"
#include "bank/postgres/capacity.h"
#include "bank/postgres/connection.h"
#include "bank/postgres/database.h"
#include "bank/server/alert_command.h"
#include "bank/server/default_teller.h"
#include "bank/server/erasures.h"
#include "bank/server/fence.h"
#include "bank/server/log_begin.h"
#include "bank/server/old_snapshots.h"
#include "bank/server/operators.h"
#include "bank/server/operators_record.h"
#include "bank/server/parse.h"
#include "bank/server/recorded_acts.h"
#include "bank/server/reload.h"
#include "bank/server/server.h"
#include "bank/server/watch.h"
#include "bank/server/world.h"
#include "bank/store/store.h"
#include "bank/subscriptions/subscription.h"
#include "shared/clock.h"
#include "shared/user.h"
#include "shared/wire.h"

#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#define STOP_MS 5000
#define STANDBY_MS                                                                                 \
    2000 /* inactive for so long, with a database that answers: another bank is active */
#define TICK_MS   1000
#define SECOND_US INT64_C(1000000)

struct serving {
    const struct serve_options *options;
    struct home home;
    struct tls_context *tls, *operator_tls; /* NULL: none comes over the network */
    struct operators *operators;
    struct door_groups groups;
    struct vault *vault;
    struct key_recorder *recorder;
    struct bank_database database;
    struct event_base *loop;
    struct engine *engine;
    struct store *store;
    struct subscriptions *subscriptions;
    struct old_snapshots *old_snapshots;
    struct erasures *erasures;
    struct recorded_acts *acts;
    struct operators_record operators_record;
    struct server *server;
    struct watch *watch; /* here and next: NULL: not asked for */
    struct alert_command *alert_command;
    struct event *signal[3], *tick, *deadline;
    struct default_teller default_teller;
    bool active, was_active, standby, away, refused;
    int64_t inactive_since_ms, unreachable_ms, stop_ms; /* monotonic; stop_ms 0: not asked to end */
};

/* The engine listens to the store and is overheard: for the log, and for the subscriptions. One
 * bank a process.
 */
static struct {
    struct serving *serving;
    struct storage_listener engine;
} overheard;

static volatile sig_atomic_t asked_to_end, asked_to_reload;

/* ---- what the store tells --------------------------------------------------- */

static void on_activated(void *context, int64_t head)
{
    struct serving *serving = overheard.serving;
    if (serving->standby)
        log_event("take-over", "position=%lld", (long long)head);
    else if (serving->was_active)
        log_event("database-back", "position=%lld", (long long)head);
    serving->active = serving->was_active = serving->default_teller.due = true;
    serving->standby = serving->away = false;
    vault_log_key_used(serving->vault);
    if (serving->options->lab)
        log_event("lab", "home=\"%s\"", serving->home.path);
    log_event("ready", "home=\"%s\" position=%lld", serving->home.path, (long long)head);
    subscriptions_run(serving->subscriptions, true);
    overheard.engine.activated(context, head);
}

/* No batch may build on this log, so there is nothing to wait for. */
static void on_refused(void *context, const char *why)
{
    (void)context;
    overheard.serving->refused = true;
    asked_to_end = 1;
    log_failed(why);
}

static void on_deactivated(void *context, const char *why)
{
    struct serving *serving = overheard.serving;
    serving->active = false;
    serving->inactive_since_ms = clock_now_ms();
    log_event("inactive", "why=\"%s\"", why);
    subscriptions_run(serving->subscriptions, false);
    overheard.engine.deactivated(context, why);
}

static void on_appended(void *context, struct batch *batch, enum append_outcome outcome)
{
    if (outcome == APPEND_COMMITTED) {
        erasures_note(overheard.serving->erasures, batch->event, batch->event_count);
        subscriptions_appended(overheard.serving->subscriptions, batch->event, batch->event_count);
    }
    overheard.engine.appended(context, batch, outcome);
}

static void on_notice(void *context, const char *what, const char *line)
{
    (void)context;
    log_event(what, "%s", line);
    alert_command_notice(overheard.serving->alert_command, what, line);
}

static void on_unreachable(void *context)
{
    struct serving *serving = context;
    struct error error;
    if (!serving->away)
        log_event("database-away", "retry_ms=%d", TICK_MS);
    serving->away = true;
    serving->unreachable_ms = clock_now_ms();
    if (serving->database.cluster != NULL && !cluster_revive(serving->database.cluster, &error))
        log_event("database-not-started", "why=\"%s\"", error.message);
}

/* Inactive although the database answers: another bank has the log. */
static void notice_standby(struct serving *serving)
{
    int64_t now_ms = clock_now_ms();
    if (serving->active || serving->standby || !store_stands_by(serving->store) ||
        now_ms - serving->inactive_since_ms < STANDBY_MS ||
        now_ms - serving->unreachable_ms < STANDBY_MS)
        return;
    serving->standby = true;
    const char *hindrance = store_hindrance(serving->store);
    log_event("standby",
              "why=\"another bank serves this database; this one takes over when it ends%s%s\"",
              *hindrance != '\0' ? "; " : "", hindrance);
}

static enum bank_state state_of(const void *context)
{
    const struct serving *serving = context;
    if (serving->stop_ms != 0)
        return BANK_ENDING;
    if (engine_active(serving->engine))
        return BANK_ACTIVE;
    /* It may be active by its lock, with a database that is silent. */
    if (serving->active || clock_now_ms() - serving->unreachable_ms < STANDBY_MS)
        return BANK_AWAY;
    return serving->standby ? BANK_STANDBY : BANK_STARTING;
}

static void on_meanwhile(void *context)
{
    const struct serving *serving = context;
    store_look(serving->store);
}

/* ---- the loop --------------------------------------------------------------- */

static void on_signal(evutil_socket_t number, short what, void *context)
{
    (void)what;
    (void)context;
    *(number == SIGHUP ? &asked_to_reload : &asked_to_end) = 1;
}

/* Before the loop runs, and so that waiting for the cluster can be broken off. */
static void on_early_signal(int number)
{
    *(number == SIGHUP ? &asked_to_reload : &asked_to_end) = 1;
}

static void on_tick(evutil_socket_t file, short what, void *context)
{
    (void)file;
    (void)what;
    struct serving *serving = context;
    int64_t now_ms = clock_now_ms();
    log_limited_tick(now_ms);
    old_snapshots_tick(serving->old_snapshots, now_ms);
    if (serving->server != NULL)
        server_tick(serving->server, now_ms);
    if (serving->store != NULL)
        store_flush(serving->store);
    watch_tick(serving->watch, now_ms);
    notice_standby(serving);
}

static void on_deadline(evutil_socket_t file, short what, void *context)
{
    (void)file; /* the turn that follows is all it is for */
    (void)what;
    (void)context;
}

/* The tick wakes the loop anyway, and a wall clock may jump: only what is due before it needs a
 * timer. */
static void arm_deadline(struct serving *serving)
{
    int64_t due_us = engine_deadline_us(serving->engine);
    if (due_us == INT64_MAX)
        return;
    int64_t left_us = due_us - clock_wall_us();
    if (left_us >= TICK_MS * 1000 || evtimer_pending(serving->deadline, NULL))
        return;
    struct timeval wait = { .tv_usec = left_us > 1000 ? left_us : 1000 };
    evtimer_add(serving->deadline, &wait);
}

static bool finished(struct serving *serving)
{
    if (!asked_to_end)
        return false;
    if (serving->stop_ms == 0) {
        log_event("ending", "at_most_ms=%d", STOP_MS);
        server_stop(serving->server);
        engine_end(serving->engine);
        server_turn(serving->server);
        serving->stop_ms = clock_now_ms() + STOP_MS;
    }
    return (server_idle(serving->server) && engine_idle(serving->engine)) ||
           clock_now_ms() >= serving->stop_ms;
}

static void run(struct serving *serving)
{
    while (!finished(serving)) {
        event_base_loop(serving->loop, EVLOOP_ONCE);
        store_check(serving->store);
        if (asked_to_reload) {
            asked_to_reload = 0;
            reload_all(&(struct reload){ .home = &serving->home,
                                         .options = serving->options,
                                         .server = serving->server,
                                         .tls = &serving->tls,
                                         .operator_tls = &serving->operator_tls,
                                         .operators = &serving->operators,
                                         .operators_record = &serving->operators_record });
        }
        if (serving->active) {
            default_teller_provision(&serving->default_teller, serving->engine);
            erasures_apply(serving->erasures, serving->engine);
            recorded_acts_submit(serving->acts, serving->engine);
            operators_record_submit(&serving->operators_record, serving->engine);
        }
        server_turn(serving->server);
        arm_deadline(serving);
    }
}

/* ---- building up ------------------------------------------------------------ */

static void catch_early_signals(void)
{
    static const int numbers[] = { SIGTERM, SIGINT, SIGHUP };
    struct sigaction action = { .sa_handler = on_early_signal };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        sigaction(numbers[i], &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static bool loop_open(struct serving *serving, struct error *error)
{
    static const int numbers[] = { SIGTERM, SIGINT, SIGHUP };
    serving->loop = event_base_new();
    if (serving->loop == NULL)
        return error_set(error, ERROR_SYSTEM, "the event library finds no way to wait for sockets");
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        serving->signal[i] = evsignal_new(serving->loop, numbers[i], on_signal, serving);
        if (serving->signal[i] == NULL || evsignal_add(serving->signal[i], NULL) != 0)
            return error_set(error, ERROR_SYSTEM, "the event library does not watch signals");
    }
    serving->tick = event_new(serving->loop, -1, EV_PERSIST, on_tick, serving);
    serving->deadline = evtimer_new(serving->loop, on_deadline, serving);
    if (serving->tick == NULL || serving->deadline == NULL)
        panic("out of memory");
    event_add(serving->tick, &(struct timeval){ .tv_sec = TICK_MS / 1000 });
    return true;
}

static bool engine_open(struct serving *serving, const char *conninfo, struct error *error)
{
    struct engine_settings settings = engine_settings_default();
    settings.confirm_within_us = serving->options->confirm_within_s * SECOND_US;
    if (serving->options->batch_max > 0)
        settings.batch_max = (size_t)serving->options->batch_max;
    if (serving->options->snapshot_every >= 0)
        settings.snapshot_every = serving->options->snapshot_every;
    settings.lab = serving->options->lab;
    settings.strict_counts = serving->options->strict_counts;
    settings.rate = serving->options->rate;
    if (serving->options->failed_auth_limit >= 0)
        settings.failed_auth_limit = serving->options->failed_auth_limit;
    struct engine_world world = world_of_bank(serving->options->log_commands);
    serving->engine = engine_create(&settings, &world);
    overheard.serving = serving;
    overheard.engine = engine_listener(serving->engine);
    char known[HOME_PATH_SIZE];
    home_path(&serving->home, known, sizeof known, "log.known");
    struct store_options options = { .conninfo = conninfo,
                                     .loop = serving->loop,
                                     .listener = overheard.engine,
                                     .projections = projections,
                                     .log_key = vault_log_key(serving->vault),
                                     .known_path = known,
                                     .sealed_before = vault_log_was_sealed(serving->vault),
                                     .accept_loss = serving->options->accept_log_loss,
                                     .unreachable = on_unreachable,
                                     .unreachable_context = serving };
    options.listener.activated = on_activated;
    options.listener.deactivated = on_deactivated;
    options.listener.refused = on_refused;
    options.listener.appended = on_appended;
    serving->store = store_create(&options, error);
    if (serving->store == NULL)
        return false;
    engine_connect(serving->engine, store_storage(serving->store));
    struct subscription_options handling = { .conninfo = conninfo,
                                             .loop = serving->loop,
                                             .handlers = handlers,
                                             .pace = subscription_pace_default(),
                                             .notice = on_notice };
    serving->subscriptions = subscriptions_create(&handling);
    return true;
}

/* What an older program left is sealed before anything is built on it. */
static bool log_open(struct serving *serving, const char *conninfo, struct error *error)
{
    int64_t position;
    if (!log_begin(conninfo, serving->vault, &position, error))
        return false;
    if (position > 0)
        log_event("log-sealed", "position=%lld chain=checked", (long long)position);
    return true;
}

static void on_terminal_out(const struct key_status *status)
{
    char text[UUID_TEXT_LENGTH];
    log_event(
        "terminal-key",
        "teller=%s key=%s why=\"it %s, so this terminal cannot sign on: put it back from a copy\"",
        uuid_write(&status->teller_id, text), status->name, key_state_text(status->state));
}

/* The keys, once the database has said which they have to be. */
static bool vault_begin(struct serving *serving, struct error *error)
{
    struct uuid teller;
    uuid_read(DEFAULT_TELLER_ID, UUID_TEXT_LENGTH - 1, &teller);
    serving->vault = key_checks_open(&serving->home, serving->database.role.conninfo, &teller,
                                     on_terminal_out, error);
    return serving->vault != NULL;
}

/* Once there is everything that has one. */
static bool sessions_check(const struct serving *serving, struct error *error)
{
    char scarce[sizeof error->message];
    if (!capacity_check(serving->database.role.conninfo, connections_count(), scarce, sizeof scarce,
                        error))
        return false;
    if (scarce[0] != '\0')
        log_event("sessions-scarce", "why=\"%s\"", scarce);
    return true;
}

static bool watch_open(struct serving *serving, struct error *error)
{
    const char *program = serving->options->alert_command;
    if (program != NULL) {
        serving->alert_command = alert_command_create(serving->loop, program, error);
        if (serving->alert_command == NULL)
            return false;
    }
    if (!serving->options->watched)
        return true;
    serving->watch = watch_create(server_watched(serving->server), serving->database.role.conninfo,
                                  &serving->options->metrics, error);
    return serving->watch != NULL;
}

static bool open_all(struct serving *serving, struct error *error)
{
    if (serving->options->listens &&
        (serving->tls = tls_context_create(TLS_BANK, &serving->options->tls, error)) == NULL)
        return false;
    if (serving->options->operators_listen &&
        (serving->operator_tls =
             tls_context_create(TLS_BANK, &serving->options->operator_tls, error)) == NULL)
        return false;
    if ((serving->operators = operators_load(&serving->home, error)) == NULL)
        return false;
    operators_record_note(&serving->operators_record, serving->operators);
    /* Before the loop has the signals: it would not see them while this waits for another program.
     */
    if (!bank_database_open(&serving->database, &serving->home, serving->options->db, &asked_to_end,
                            error) ||
        !vault_begin(serving, error) ||
        !log_open(serving, serving->database.role.conninfo, error) ||
        (serving->acts = recorded_acts_open(&serving->home, serving->operators, error)) == NULL ||
        (serving->erasures =
             erasures_open(&serving->home, serving->database.role.conninfo, error)) == NULL ||
        !loop_open(serving, error) || !engine_open(serving, serving->database.role.conninfo, error))
        return false;
    if (!serving->database.role.restricted)
        log_event("history-unguarded", "why=\"%s\"", serving->database.role.why);
    serving->old_snapshots = old_snapshots_create(serving->loop, serving->database.role.conninfo,
                                                  serving->options->old_snapshot_s);
    serving->recorder = key_recorder_create(serving->loop, serving->database.role.conninfo);
    vault_on_made(serving->vault, key_recorder_add, serving->recorder);
    struct server_options options = { .home = &serving->home,
                                      .loop = serving->loop,
                                      .engine = serving->engine,
                                      .vault = serving->vault,
                                      .store = serving->store,
                                      .subscriptions = serving->subscriptions,
                                      .state = state_of,
                                      .state_context = serving,
                                      .tls = serving->tls,
                                      .operators = serving->operators,
                                      .groups = serving->groups,
                                      .lab = serving->options->lab,
                                      .listen = &serving->options->listen,
                                      .operator_tls = serving->operator_tls,
                                      .operator_listen = &serving->options->operator_listen,
                                      .meanwhile = on_meanwhile,
                                      .meanwhile_context = serving,
                                      .sign_on_ms = serving->options->sign_on_within_s * 1000,
                                      .line_ms = serving->options->line_within_s * 1000 };
    serving->server = server_create(&options, error);
    serving->inactive_since_ms = clock_now_ms();
    return serving->server != NULL && watch_open(serving, error) && sessions_check(serving, error);
}

/* The store before the server: it tells what became of the last batches, and their replies still go
 * out. */
static void close_all(struct serving *serving)
{
    watch_destroy(serving->watch); /* it reads what goes now */
    subscriptions_destroy(serving->subscriptions);
    serving->subscriptions = NULL;
    alert_command_destroy(serving->alert_command);
    store_destroy(serving->store);
    server_destroy(serving->server);
    key_recorder_destroy(serving->recorder);
    old_snapshots_destroy(serving->old_snapshots);
    erasures_close(serving->erasures);
    recorded_acts_close(serving->acts);
    if (serving->engine != NULL)
        engine_destroy(serving->engine);
    for (size_t i = 0; i < sizeof serving->signal / sizeof serving->signal[0]; i++)
        if (serving->signal[i] != NULL)
            event_free(serving->signal[i]);
    if (serving->tick != NULL)
        event_free(serving->tick);
    if (serving->deadline != NULL)
        event_free(serving->deadline);
    if (serving->loop != NULL)
        event_base_free(serving->loop);
    bank_database_close(&serving->database);
    vault_close(serving->vault);
    tls_context_destroy(serving->tls);
    tls_context_destroy(serving->operator_tls);
    operators_free(serving->operators);
}

/* Groups are looked up while there may be the right to be their member. */
static bool user_settle(struct serving *serving, struct error *error)
{
    const struct serve_options *options = serving->options;
    gid_t list[2];
    if (!door_groups_find(&serving->groups, options->atm_group, options->operator_group, error))
        return false;
    const size_t count = door_groups_list(&serving->groups, list);
    return user_become(&serving->home, options->user, list, count, error) &&
           door_groups_open_home(&serving->groups, &serving->home, error);
}

int serve(const struct serve_options *options)
{
    struct error error = { 0 };
    struct serving serving = { .options = options };
    int lock = -1;
    if (home_locate(options->home, &serving.home, &error) && home_create(&serving.home, &error) &&
        user_settle(&serving, &error))
        lock = home_lock(&serving.home, &error);
    if (lock < 0 || !log_use(&options->log, &error)) {
        fprintf(stderr, "bank: %s\n", error.message);
        return EXIT_FAILURE;
    }
    vault_harden_process();
    catch_early_signals();
    bool worked = open_all(&serving, &error);
    if (worked) {
        fence_home(&serving.home, options->log.file);
        run(&serving);
    } else {
        log_failed(error.message);
    }
    close_all(&serving);
    home_unlock(lock);
    log_limited_tick(INT64_MAX);
    if (worked)
        log_event("ended", "home=\"%s\"", serving.home.path);
    return (worked || asked_to_end) && !serving.refused ? EXIT_SUCCESS : EXIT_FAILURE;
}
