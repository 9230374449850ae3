/* SPDX-License-Identifier: MIT */
#include "bank/server/watch.h"

#include "bank/server/census.h"
#include "bank/server/http_door.h"
#include "bank/server/metrics.h"
#include "shared/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_MS           1000 /* a text is given again until it is so old */
#define OPEN_METRICS_TYPE "application/openmetrics-text"

struct page {
    char *text;
    size_t length;
    int64_t made_ms;
};

struct watch {
    const struct turn *turn;
    struct census *census;
    struct http_door *door;
    struct page page[2]; /* the older text, and OpenMetrics */
    char state[16];
};

/* However many ask, the text is made once a second. */
static const struct page *page_of(struct watch *watch, bool open_metrics)
{
    struct page *page = &watch->page[open_metrics];
    const int64_t now_ms = clock_now_ms();
    if (page->text != NULL && now_ms - page->made_ms < PAGE_MS)
        return page;
    free(page->text);
    page->text = metrics_text(watch->turn, watch->census, open_metrics, &page->length);
    page->made_ms = now_ms;
    return page;
}

static void answer_metrics(struct watch *watch, const char *accept, struct http_reply *reply)
{
    const bool open_metrics =
        strstr(accept, OPEN_METRICS_TYPE) != NULL || strstr(accept, "text/plain") == NULL;
    const struct page *page = page_of(watch, open_metrics);
    reply->status = 200;
    reply->type = open_metrics ? OPEN_METRICS_TYPE "; version=1.0.0; charset=utf-8"
                               : "text/plain; version=0.0.4; charset=utf-8";
    reply->body = page->text;
    reply->length = page->length;
}

static void answer_health(struct watch *watch, bool only_active, struct http_reply *reply)
{
    const enum bank_state state = turn_state(watch->turn);
    const bool well = state == BANK_ACTIVE || (state == BANK_STANDBY && !only_active);
    snprintf(watch->state, sizeof watch->state, "%s\n", bank_state_name(state));
    reply->status = well ? 200 : 503;
    reply->body = watch->state;
    reply->length = strlen(watch->state);
}

static void answer(void *context, const struct http_request *request, struct http_reply *reply)
{
    static const char nothing[] = "there are /metrics and /healthz here\n";
    struct watch *watch = context;
    *reply = (struct http_reply){
        .status = 404, .type = "text/plain", .body = nothing, .length = sizeof nothing - 1
    };
    if (strcmp(request->path, "/metrics") == 0)
        answer_metrics(watch, request->accept, reply);
    else if (strcmp(request->path, "/healthz") == 0)
        answer_health(watch, strcmp(request->query, "active") == 0, reply);
}

struct watch *watch_create(const struct turn *turn, const char *conninfo,
                           const struct address *address, struct error *error)
{
    struct watch *watch = calloc(1, sizeof *watch);
    if (watch == NULL)
        panic("out of memory");
    const struct http_door_options options = { .loop = turn->loop,
                                               .address = address,
                                               .option = "--metrics",
                                               .event = "metrics-listening",
                                               .answer = answer,
                                               .context = watch };
    watch->turn = turn;
    watch->census = census_create(turn->loop, conninfo);
    watch->door = http_door_create(&options, error);
    if (watch->door != NULL)
        return watch;
    watch_destroy(watch);
    return NULL;
}

void watch_tick(struct watch *watch, int64_t now_ms)
{
    if (watch != NULL)
        census_tick(watch->census, engine_active(watch->turn->engine), now_ms);
}

void watch_destroy(struct watch *watch)
{
    if (watch == NULL)
        return;
    http_door_destroy(watch->door);
    census_destroy(watch->census);
    for (int i = 0; i < 2; i++)
        free(watch->page[i].text);
    free(watch);
}
