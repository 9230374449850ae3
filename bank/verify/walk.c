/* SPDX-License-Identifier: MIT */
/* Walks over the log, at the pace that the options ask for. */
#include "bank/verify/parts.h"

#include "shared/clock.h"

#define PROGRESS_EVERY 1000

void verify_progress(struct verify *verify, int pass, int64_t done)
{
    const struct verify_options *options = verify->options;
    if (options->progress != NULL && (done % PROGRESS_EVERY == 0 || done >= verify->head))
        options->progress(options->context, pass, done, verify->head);
}

void verify_rest(struct verify *verify)
{
    const int64_t now_ms = clock_now_ms();
    if (!verify->options->gentle)
        return;
    if (verify->rested_ms > 0 && now_ms > verify->rested_ms)
        clock_pause_ms((int)(now_ms - verify->rested_ms));
    verify->rested_ms = clock_now_ms();
}

bool verify_walk(struct verify *verify, enum history_order order, int number, verify_step *step,
                 void *pass, struct error *error)
{
    struct history history;
    struct stored_event stored;
    enum history_step next;
    int64_t done = 0;
    history_init(&history, verify->query, order);
    history.to = verify->head;
    while ((next = history_next(&history, &stored, error)) == HISTORY_EVENT &&
           step(verify, pass, &stored, error)) {
        verify_progress(verify, number, ++done);
        if (done % HISTORY_CHUNK == 0)
            verify_rest(verify);
    }
    history_finish(&history);
    return next == HISTORY_END;
}
