/* SPDX-License-Identifier: MIT */
#include "tests/bench/fleet.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define CARDS_IN_ALL     200000 /* PIN blocks made beforehand, over all desks */
#define DRAIN_S          30
#define REFUSALS_PRINTED 3

/* ---- opening ---- */

static void watch(struct fleet *fleet, uint32_t i, int how)
{
    struct link *link = &fleet->link[i];
    struct epoll_event event = { .events = link->full ? EPOLLIN | EPOLLOUT : EPOLLIN,
                                 .data.u32 = i };
    if (epoll_ctl(fleet->epoll, how, link->fd, &event) != 0)
        give_up("epoll: %s", strerror(errno));
}

static void open_links(struct fleet *fleet)
{
    char *line;
    size_t length;
    for (uint32_t i = 0; i < fleet->link_count; i++) {
        link_open(&fleet->link[i], &fleet->options->home, "atm.sock");
        desk_sign_on(&fleet->desk[i % fleet->desk_count], &fleet->link[i]);
    }
    for (uint32_t i = 0; i < fleet->link_count; i++) {
        line = link_await(&fleet->link[i], &length);
        if (strstr(line, "\"ok\":true") == NULL)
            give_up("a terminal cannot sign on: %s", line);
    }
    link_open(&fleet->link[fleet->link_count], &fleet->options->home, "operator.sock");
    for (uint32_t i = 0; i <= fleet->link_count; i++) {
        link_unblock(&fleet->link[i]);
        watch(fleet, i, EPOLL_CTL_ADD);
    }
}

void fleet_open(struct fleet *fleet, const struct bench_options *options)
{
    int64_t links =
        options->terminals < options->connections ? options->terminals : options->connections;
    int64_t cards = CARDS_IN_ALL / options->tellers;
    *fleet = (struct fleet){ .options = options,
                             .epoll = epoll_create1(EPOLL_CLOEXEC),
                             .terminal_count = (uint32_t)options->terminals,
                             .link_count = (uint32_t)links,
                             .desk_count = (uint32_t)options->tellers,
                             .random = (uint64_t)wall_us() };
    if (fleet->epoll < 0 || fleet->terminal_count == 0 || fleet->desk_count == 0)
        give_up("a load needs terminals and tellers");
    fleet->terminal = bench_allocate(fleet->terminal_count, sizeof *fleet->terminal);
    fleet->link = bench_allocate(fleet->link_count + 1, sizeof *fleet->link);
    fleet->desk = bench_allocate(fleet->desk_count, sizeof *fleet->desk);
    fleet->idle = bench_allocate(fleet->terminal_count, sizeof *fleet->idle);
    fleet->retry = bench_allocate(fleet->terminal_count, sizeof *fleet->retry);
    for (uint32_t i = 0; i < fleet->desk_count; i++)
        desk_open(&fleet->desk[i], options, i,
                  cards < options->accounts ? cards : options->accounts);
    open_links(fleet);
    for (uint32_t i = 0; i < fleet->terminal_count; i++) {
        uint32_t link = (uint32_t)((uint64_t)i * fleet->link_count / fleet->terminal_count);
        fleet->terminal[i].link = &fleet->link[link];
        fleet->terminal[i].desk = &fleet->desk[link % fleet->desk_count];
        fleet->idle[fleet->idle_count++] = i;
    }
}

void fleet_close(struct fleet *fleet)
{
    for (uint32_t i = 0; i <= fleet->link_count; i++)
        link_close(&fleet->link[i]);
    for (uint32_t i = 0; i < fleet->desk_count; i++)
        desk_close(&fleet->desk[i]);
    close(fleet->epoll);
    free(fleet->terminal);
    free(fleet->link);
    free(fleet->desk);
    free(fleet->idle);
    free(fleet->retry);
}

/* ---- withdrawals ---- */

static void begin(struct fleet *fleet, uint32_t number, int64_t at_ns)
{
    struct terminal *terminal = &fleet->terminal[number];
    terminal_ask(terminal, number, &fleet->random);
    terminal->begun_ns = at_ns;
    link_send(terminal->link, terminal->line, terminal->length);
    fleet->counts.started++;
}

static void rest(struct fleet *fleet, uint32_t number)
{
    fleet->terminal[number].phase = TERMINAL_IDLE;
    fleet->idle[fleet->idle_count++] = number;
}

static void complete(struct fleet *fleet, uint32_t number)
{
    struct terminal *terminal = &fleet->terminal[number];
    char line[400];
    size_t length;
    latency_add(&fleet->counts.whole, now_ns() - terminal->begun_ns);
    fleet->counts.completed++;
    if (desk_give(terminal->desk, terminal->amount, line, sizeof line, &length)) {
        link_send(&fleet->link[fleet->link_count], line, length);
        link_flush(&fleet->link[fleet->link_count]);
    }
    rest(fleet, number);
}

/* Not decided: an advice has to be sent again; a customer of an open load walks away. */
static void turn_away(struct fleet *fleet, uint32_t number, int64_t retry_after_ms)
{
    struct terminal *terminal = &fleet->terminal[number];
    fleet->counts.turned_away++;
    if (terminal->phase == TERMINAL_ASKING && (fleet->options->offered > 0 || fleet->stopping)) {
        rest(fleet, number);
        return;
    }
    terminal->retry_ns = now_ns() + retry_after_ms * 1000000;
    fleet->retry[fleet->retry_count++] = number;
}

static void take_line(struct fleet *fleet, const char *line)
{
    const char *id;
    uint32_t number;
    struct reply reply;
    if (!reply_number(line, &id, &number) || number >= fleet->terminal_count ||
        memcmp(id, fleet->terminal[number].id, UUID_TEXT_LENGTH - 1) != 0)
        give_up("a reply to something that nobody asked: %s", line);
    struct terminal *terminal = &fleet->terminal[number];
    reply_read(line, &reply);
    if (reply.retry_after_ms > 0) {
        turn_away(fleet, number, reply.retry_after_ms);
    } else if (!reply.ok) {
        if (fleet->counts.refused++ < REFUSALS_PRINTED)
            fprintf(stderr, "bench: refused: %s\n", line);
        rest(fleet, number);
    } else if (terminal->phase == TERMINAL_CONFIRMING) {
        complete(fleet, number);
    } else {
        latency_add(&fleet->counts.initiate, now_ns() - terminal->begun_ns);
        terminal_confirm(terminal, number, &fleet->random, &reply);
        link_send(terminal->link, terminal->line, terminal->length);
    }
}

/* ---- the loop ---- */

/* The operator's connection only fills cassettes. */
static void take_operator_line(struct fleet *fleet, const char *line)
{
    const char *id;
    uint32_t number;
    struct reply reply;
    reply_read(line, &reply);
    if (reply.ok)
        return;
    if (reply.retry_after_ms <= 0 || !reply_number(line, &id, &number) ||
        number / DESK_AMOUNTS >= fleet->desk_count)
        give_up("the cassettes cannot be filled: %s", line);
    desk_give_again(&fleet->desk[number / DESK_AMOUNTS], (int)(number % DESK_AMOUNTS));
}

static void serve_link(struct fleet *fleet, uint32_t i, bool readable)
{
    struct link *link = &fleet->link[i];
    bool was_full = link->full;
    char *line;
    size_t length;
    if (readable)
        link_read(link);
    while ((line = link_line(link, &length)) != NULL) {
        if (i == fleet->link_count)
            take_operator_line(fleet, line);
        else
            take_line(fleet, line);
    }
    link_flush(link);
    if (link->full != was_full)
        watch(fleet, i, EPOLL_CTL_MOD);
}

/* Sends what was begun or tried again outside of serve_link. */
static void flush_of(struct fleet *fleet, uint32_t number)
{
    struct link *link = fleet->terminal[number].link;
    if (!link->full)
        serve_link(fleet, (uint32_t)(link - fleet->link), false);
}

static void start_due(struct fleet *fleet)
{
    int64_t offered = fleet->options->offered, at_ns = now_ns();
    if (fleet->stopping)
        return;
    if (offered == 0) {
        while (fleet->idle_count > 0) {
            uint32_t number = fleet->idle[--fleet->idle_count];
            begin(fleet, number, at_ns);
            /* Terminals of one connection became idle together; their requests leave together. */
            if (fleet->idle_count == 0 ||
                fleet->terminal[fleet->idle[fleet->idle_count - 1]].link !=
                    fleet->terminal[number].link)
                flush_of(fleet, number);
        }
        return;
    }
    if (fleet->due_ns == 0)
        fleet->due_ns = at_ns;
    for (; fleet->due_ns <= at_ns; fleet->due_ns += 1000000000 / offered) {
        if (fleet->idle_count == 0) {
            fleet->counts.missed++;
            continue;
        }
        begin(fleet, fleet->idle[--fleet->idle_count], fleet->due_ns);
    }
    for (uint32_t i = 0; i < fleet->link_count; i++)
        if (!fleet->link[i].full && fleet->link[i].out_end > fleet->link[i].out_at)
            serve_link(fleet, i, false);
}

static void send_again(struct fleet *fleet)
{
    int64_t at_ns = now_ns();
    uint32_t kept = 0;
    for (uint32_t i = 0; i < fleet->retry_count; i++) {
        struct terminal *terminal = &fleet->terminal[fleet->retry[i]];
        if (terminal->retry_ns > at_ns) {
            fleet->retry[kept++] = fleet->retry[i];
            continue;
        }
        terminal->retry_ns = 0;
        link_send(terminal->link, terminal->line, terminal->length);
        flush_of(fleet, fleet->retry[i]);
    }
    fleet->retry_count = kept;
}

static void turn(struct fleet *fleet)
{
    struct epoll_event events[256];
    bool clocked = fleet->options->offered > 0 || fleet->retry_count > 0;
    start_due(fleet);
    int count =
        epoll_wait(fleet->epoll, events, sizeof events / sizeof events[0], clocked ? 1 : 20);
    for (int i = 0; i < count; i++)
        serve_link(fleet, events[i].data.u32, (events[i].events & ~(uint32_t)EPOLLOUT) != 0);
    if (fleet->retry_count > 0)
        send_again(fleet);
}

void fleet_run_until(struct fleet *fleet, int64_t until_ns)
{
    while (now_ns() < until_ns)
        turn(fleet);
}

void fleet_drain(struct fleet *fleet)
{
    int64_t until_ns = now_ns() + DRAIN_S * INT64_C(1000000000);
    fleet->stopping = true;
    while (fleet->idle_count < fleet->terminal_count) {
        turn(fleet);
        if (now_ns() > until_ns)
            give_up("%u withdrawals are not complete %d s after the load ended",
                    fleet->terminal_count - fleet->idle_count, DRAIN_S);
    }
}
