/* SPDX-License-Identifier: MIT */
#include "tests/bench/pipeline.h"

#include "tests/bench/bench.h"
#include "tests/bench/link.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#define LINKS      8
#define IN_FLIGHT  48 /* a connection; the bank reads on up to 64 */
#define SILENCE_MS 60000

struct pipeline {
    struct link link[LINKS];
    int in_flight[LINKS];
    int64_t next, answered, count;
    pipeline_maker make;
    const void *context;
};

static void fill(struct pipeline *pipeline, int i)
{
    char line[PIPELINE_LINE_MAX];
    while (pipeline->in_flight[i] < IN_FLIGHT && pipeline->next < pipeline->count) {
        link_send(&pipeline->link[i], line,
                  pipeline->make(pipeline->next++, line, pipeline->context));
        pipeline->in_flight[i]++;
    }
    link_flush(&pipeline->link[i]);
}

static void drain(struct pipeline *pipeline, int i)
{
    char *line;
    size_t length;
    while (link_read(&pipeline->link[i]))
        while ((line = link_line(&pipeline->link[i], &length)) != NULL) {
            if (strstr(line, "\"ok\":true") == NULL)
                give_up("the bank refused to be set up: %s", line);
            pipeline->in_flight[i]--;
            pipeline->answered++;
        }
}

double pipeline_run(const struct home *home, int64_t count, pipeline_maker make,
                    const void *context)
{
    struct pipeline pipeline = { .count = count, .make = make, .context = context };
    struct pollfd polled[LINKS];
    int64_t start_ns = now_ns();
    for (int i = 0; i < LINKS; i++) {
        link_open(&pipeline.link[i], home, "operator.sock");
        link_unblock(&pipeline.link[i]);
        fill(&pipeline, i);
    }
    while (pipeline.answered < count) {
        for (int i = 0; i < LINKS; i++)
            polled[i] = (struct pollfd){ .fd = pipeline.link[i].fd,
                                         .events = (short)(pipeline.link[i].full ? POLLIN | POLLOUT
                                                                                 : POLLIN) };
        int ready = poll(polled, LINKS, SILENCE_MS);
        if (ready == 0 || (ready < 0 && errno != EINTR))
            give_up("the bank has been silent for %d s", SILENCE_MS / 1000);
        for (int i = 0; i < LINKS; i++)
            if (polled[i].revents != 0) {
                drain(&pipeline, i);
                fill(&pipeline, i);
            }
    }
    for (int i = 0; i < LINKS; i++)
        link_close(&pipeline.link[i]);
    return (double)(now_ns() - start_ns) / 1e9;
}
