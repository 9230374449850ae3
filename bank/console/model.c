/* SPDX-License-Identifier: MIT */
/*
 * Invariants:
 *  1. What a thread works on is its own; what is handed over is under the mutex,
 *     and no statement or question runs while it is held.
 *  2. Signals are the caller's: both threads have all of them blocked.
 *  3. There is at most one ask that was not begun and one answer that was not
 *     taken: a newer one takes the place of an older one.
 */
#include "bank/console/model.h"

#include "bank/cli/approval_sql.h"
#include "bank/cli/arguments.h"
#include "bank/cli/owner.h"
#include "bank/codec/event_row.h"
#include "bank/console/select.h"
#include "shared/clock.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
    EVERY_MS = 1000,
    PATIENCE_MS = 300,
    COST_SHARE = 50,
    PAUSE_MOST_MS = 60000,
    PAUSE_FAILED_MS = 3000
};

struct model {
    struct home home;
    const char *db;
    int file;
    pthread_t database, bank;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    bool ended;

    bool asked, answered;
    struct ask ask;
    struct answer answer;
    struct attention attention;
    struct figures figures;
    struct machines machines;
};

int64_t model_pause_ms(bool worked, int64_t took_us)
{
    const int64_t pause_ms = took_us * COST_SHARE / 1000;
    const int64_t most_ms = worked ? PAUSE_MOST_MS : PAUSE_FAILED_MS;
    return pause_ms < EVERY_MS ? EVERY_MS : pause_ms > most_ms ? most_ms : pause_ms;
}

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void tell(struct model *model)
{
    const uint64_t one = 1;
    if (write(model->file, &one, sizeof one) < 0)
        return; /* it is readable already */
}

/* Waits for an ask, the end, or so long; with the mutex. */
static void doze(struct model *model, int64_t until_ms)
{
    struct timespec until = { .tv_sec = until_ms / 1000,
                              .tv_nsec = (long)(until_ms % 1000) * 1000000 };
    pthread_cond_timedwait(&model->wake, &model->mutex, &until);
}

/* ---- the source ---- */

bool reader_open(struct reader *reader, const struct home *home, const char *db,
                 struct error *error)
{
    const struct arguments arguments = { .home = home->path, .db = db };
    *reader = (struct reader){ .query = query_open_seated(db, home, "console", error) };
    if (reader->query == NULL)
        return false;
    /* A screen is not waited for: a table that is locked shows as trouble. */
    if (!query_do(reader->query, "SET statement_timeout = '2s'", 0, NULL, error)) {
        reader_close(reader);
        return false;
    }
    reader->vault = owner_vault(&arguments);
    return true;
}

void reader_close(struct reader *reader)
{
    query_close(reader->query);
    vault_close(reader->vault);
    *reader = (struct reader){ 0 };
}

struct page *reader_fetch(struct reader *reader, const struct ask *ask, struct error *error)
{
    const struct view *view = ask->view;
    struct page *page = page_create();
    bool worked = view->fetch != NULL ? view->fetch(reader, ask, page, error)
                                      : select_fetch(reader, ask, page, error);
    if (worked && view->head != NULL) {
        page->head = page_create();
        worked = view->head(reader, ask, page->head, error);
    }
    if (worked)
        return page;
    page_destroy(page);
    return NULL;
}

/* ---- the database's thread ---- */

static bool attention_read(struct reader *reader, struct attention *attention, struct error *error)
{
    struct rows *rows = query_run(
        reader->query,
        "SELECT (SELECT count(*) FROM esbank.withdrawals WHERE state IN ('suspect', 'disputed'))"
        " + (SELECT count(*) FROM esbank.deposits WHERE state IN ('suspect', 'disputed'))"
        " + (SELECT count(*) FROM esbank.deposits WHERE state = 'held'),"
        " (SELECT count(*) FROM esbank.attention WHERE cleared_at IS NULL),"
        " (SELECT max(lag) FROM esbank.lag), (SELECT count(*) FROM esbank.parked_events),"
        " (" LOG_END "),"
        " (SELECT count(*) FROM esbank.events p WHERE " APPROVAL_IS_OPEN ")",
        0, NULL, error);
    if (rows == NULL)
        return false;
    attention->suspects = rows_integer(rows, 0, 0);
    attention->alerts = rows_integer(rows, 0, 1);
    attention->lag = rows_integer(rows, 0, 2);
    attention->parked = rows_integer(rows, 0, 3);
    attention->position = rows_integer(rows, 0, 4);
    attention->approvals = rows_integer(rows, 0, 5);
    rows_free(rows);
    return true;
}

static void attention_update(struct model *model, struct reader *reader, bool worked,
                             const struct attention *found, const struct error *error)
{
    pthread_mutex_lock(&model->mutex);
    if (worked)
        model->attention = *found;
    model->attention.known = worked;
    model->attention.trouble[0] = '\0';
    if (!worked)
        snprintf(model->attention.trouble, sizeof model->attention.trouble, "%.190s",
                 error->message);
    pthread_mutex_unlock(&model->mutex);
    tell(model);
    if (!worked && error->kind != ERROR_DATABASE && error->kind != ERROR_PASSING)
        reader_close(reader);
}

/* One answer, with the mutex, which is let go while it is fetched. */
static void ask_answer(struct model *model, struct reader *reader)
{
    struct answer answer = { .ask = model->ask };
    model->asked = false;
    pthread_mutex_unlock(&model->mutex);
    const int64_t began_us = now_us();
    if (reader->query != NULL || reader_open(reader, &model->home, model->db, &answer.error))
        answer.page = reader_fetch(reader, &answer.ask, &answer.error);
    answer.took_us = now_us() - began_us;
    if (answer.page == NULL && answer.error.kind == ERROR_CONNECTION)
        reader_close(reader);
    pthread_mutex_lock(&model->mutex);
    if (model->answered)
        page_destroy(model->answer.page);
    model->answer = answer;
    model->answered = true;
    tell(model);
}

static void *database_run(void *context)
{
    struct model *model = context;
    struct reader reader = { 0 };
    int64_t next_ms = 0;
    pthread_mutex_lock(&model->mutex);
    while (!model->ended) {
        if (model->asked) {
            ask_answer(model, &reader);
        } else if (clock_now_ms() < next_ms) {
            doze(model, next_ms);
        } else {
            struct attention found = { 0 };
            struct error error;
            pthread_mutex_unlock(&model->mutex);
            const int64_t began_us = now_us();
            const bool worked =
                (reader.query != NULL || reader_open(&reader, &model->home, model->db, &error)) &&
                attention_read(&reader, &found, &error);
            attention_update(model, &reader, worked, &found, &error);
            next_ms = clock_now_ms() + model_pause_ms(worked, now_us() - began_us);
            pthread_mutex_lock(&model->mutex);
        }
    }
    pthread_mutex_unlock(&model->mutex);
    reader_close(&reader);
    return NULL;
}

/* ---- the bank's thread ---- */

static void *bank_run(void *context)
{
    struct model *model = context;
    struct figures_line line = { .home = &model->home };
    struct figures *figures = calloc(1, sizeof *figures);
    struct machines machines = { 0 };
    if (figures == NULL)
        panic("out of memory");
    pthread_mutex_lock(&model->mutex);
    while (!model->ended) {
        pthread_mutex_unlock(&model->mutex);
        const int64_t next_ms = clock_now_ms() + EVERY_MS;
        figures_ask(&line, figures);
        if (figures->known)
            machines_ask(&line, &machines);
        else
            machines.known = false;
        pthread_mutex_lock(&model->mutex);
        model->figures = *figures;
        const struct machines before = model->machines;
        model->machines = machines;
        machines = before;
        tell(model);
        while (!model->ended && clock_now_ms() < next_ms)
            doze(model, next_ms);
    }
    pthread_mutex_unlock(&model->mutex);
    figures_line_close(&line);
    free(machines.id);
    free(figures);
    return NULL;
}

/* ---- the caller's side ---- */

struct model *model_open(const struct home *home, const char *db)
{
    sigset_t all, before;
    pthread_condattr_t monotonic;
    struct model *model = calloc(1, sizeof *model);
    if (model == NULL)
        panic("out of memory");
    model->home = *home;
    model->db = db;
    model->file = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    pthread_mutex_init(&model->mutex, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&model->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (model->file < 0 || pthread_create(&model->database, NULL, database_run, model) != 0 ||
        pthread_create(&model->bank, NULL, bank_run, model) != 0)
        panic("no thread could be started");
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return model;
}

/* A thread that waits for a server that stands still is not waited for: the process ends. */
static bool thread_ended(pthread_t thread, const struct timespec *until)
{
    return pthread_clockjoin_np(thread, NULL, CLOCK_MONOTONIC, until) == 0;
}

bool model_close(struct model *model)
{
    const int64_t until_ms = clock_now_ms() + PATIENCE_MS;
    const struct timespec until = { .tv_sec = until_ms / 1000,
                                    .tv_nsec = (long)(until_ms % 1000) * 1000000 };
    pthread_mutex_lock(&model->mutex);
    model->ended = true;
    pthread_cond_broadcast(&model->wake);
    pthread_mutex_unlock(&model->mutex);
    const bool database = thread_ended(model->database, &until);
    if (!thread_ended(model->bank, &until) || !database)
        return false;
    if (model->answered)
        page_destroy(model->answer.page);
    free(model->machines.id);
    close(model->file);
    pthread_cond_destroy(&model->wake);
    pthread_mutex_destroy(&model->mutex);
    free(model);
    return true;
}

int model_file(const struct model *model)
{
    return model->file;
}

void model_ask(struct model *model, const struct ask *ask)
{
    pthread_mutex_lock(&model->mutex);
    model->ask = *ask;
    model->asked = true;
    pthread_cond_broadcast(&model->wake);
    pthread_mutex_unlock(&model->mutex);
}

bool model_take(struct model *model, struct answer *answer)
{
    uint64_t count;
    if (read(model->file, &count, sizeof count) < 0)
        count = 0;
    pthread_mutex_lock(&model->mutex);
    const bool there = model->answered;
    if (there)
        *answer = model->answer;
    model->answered = false;
    pthread_mutex_unlock(&model->mutex);
    return there;
}

void model_figures(struct model *model, struct figures *figures)
{
    pthread_mutex_lock(&model->mutex);
    *figures = model->figures;
    pthread_mutex_unlock(&model->mutex);
}

void model_attention(struct model *model, struct attention *attention)
{
    pthread_mutex_lock(&model->mutex);
    *attention = model->attention;
    pthread_mutex_unlock(&model->mutex);
}

enum online model_online(struct model *model, const char *text)
{
    struct uuid id;
    enum online online = ONLINE_UNKNOWN;
    if (!uuid_read(text, strlen(text), &id))
        return online;
    pthread_mutex_lock(&model->mutex);
    if (model->machines.known)
        online = machines_have(&model->machines, &id) ? ONLINE_YES : ONLINE_NO;
    pthread_mutex_unlock(&model->mutex);
    return online;
}
