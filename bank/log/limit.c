/* SPDX-License-Identifier: MIT */
/*
 * A fixed table of kinds, looked through from its beginning: only strangers' lines come here, and
 * there are a few dozen kinds at most. When all places are taken, the last one counts whatever else
 * comes.
 */
#include "bank/log/limit.h"

#include "bank/log/log.h"
#include "shared/clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { KINDS = 32, WHAT_SIZE = 40, WHY_SIZE = 260 };

struct kind {
    char what[WHAT_SIZE], why[WHY_SIZE]; /* what is empty: a free place */
    int64_t since_ms;
    int lines, more;
};

static struct kind kinds[KINDS];

static void sum_up(struct kind *kind)
{
    if (kind->more > 0)
        log_event(kind->what, "why=\"%s\" more=\"and %d more like it in the last %d s\"", kind->why,
                  kind->more, LOG_LIMIT_MS / 1000);
    kind->what[0] = '\0';
}

void log_limited_tick(int64_t now_ms)
{
    for (struct kind *kind = kinds; kind < kinds + KINDS; kind++)
        if (kind->what[0] != '\0' && now_ms - kind->since_ms >= LOG_LIMIT_MS)
            sum_up(kind);
}

static struct kind *kind_begin(struct kind *kind, const char *what, const char *why, int64_t now_ms)
{
    *kind = (struct kind){ .since_ms = now_ms };
    snprintf(kind->what, sizeof kind->what, "%s", what);
    snprintf(kind->why, sizeof kind->why, "%s", why);
    return kind;
}

static struct kind *kind_of(const char *what, const char *why)
{
    int64_t now_ms = clock_now_ms();
    struct kind *free_place = NULL, *last = &kinds[KINDS - 1];
    log_limited_tick(now_ms);
    for (struct kind *kind = kinds; kind < last; kind++) {
        if (strncmp(kind->what, what, WHAT_SIZE - 1) == 0 &&
            strncmp(kind->why, why, WHY_SIZE - 1) == 0)
            return kind;
        if (kind->what[0] == '\0' && free_place == NULL)
            free_place = kind;
    }
    if (free_place != NULL)
        return kind_begin(free_place, what, why, now_ms);
    if (last->what[0] == '\0')
        kind_begin(last, "refusals", "many reasons", now_ms);
    return last;
}

void log_limited(const char *what, const char *why, const char *detail)
{
    struct kind *kind = kind_of(what, why);
    if (kind->lines >= LOG_LIMIT_LINES) {
        kind->more++;
        return;
    }
    kind->lines++;
    log_event(what, "%s%swhy=\"%s\"", detail != NULL ? detail : "", detail != NULL ? " " : "", why);
}
