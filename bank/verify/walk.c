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

bool verify_walk(struct verify *verify, enum log_reader_order order, int number, verify_step *step,
                 void *pass, struct error *error)
{
    struct log_reader reader;
    struct stored_event stored;
    enum log_reader_step next;
    int64_t done = 0;
    log_reader_init(&reader, verify->query, order);
    reader.to = verify->head;
    while ((next = log_reader_next(&reader, &stored, error)) == LOG_READER_EVENT &&
           step(verify, pass, &stored, error)) {
        verify_progress(verify, number, ++done);
        if (done % LOG_READER_CHUNK == 0)
            verify_rest(verify);
    }
    log_reader_finish(&reader);
    return next == LOG_READER_END;
}
