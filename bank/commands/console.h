/* SPDX-License-Identifier: MIT */
/*
 * What `bank console` knows of the bank: fetched by console_update, painted by
 * console_render, and neither knows what the other does.
 */
#ifndef BANK_COMMANDS_CONSOLE_H
#define BANK_COMMANDS_CONSOLE_H

#include "bank/postgres/log_reader.h"
#include "shared/home.h"

#define CONSOLE_EVENTS   200
#define CONSOLE_OPEN     100
#define CONSOLE_COUNTERS 6

struct console_event {
    int64_t position, at_us;
    char type[48], stream[LOG_READER_STREAM_SIZE];
};

struct console_withdrawal {
    char id[UUID_TEXT_LENGTH], teller[UUID_TEXT_LENGTH], state[20];
    money amount;
    int64_t age_s, left_s; /* since it was initiated; until it becomes suspect */
};

/* Counters of GetStatus that are shown, and how fast they grew between the last two looks. */
enum console_counter {
    COUNTER_COMMANDS,
    COUNTER_REFUSED,
    COUNTER_REPLAYED,
    COUNTER_EVENTS,
    COUNTER_BATCHES,
    COUNTER_QUEUED
};

struct console {
    struct home home;
    const char *db;
    struct query *query; /* NULL: the database is away */

    char bank_trouble[200], database_trouble[200]; /* empty: none */
    bool bank_active;
    int64_t uptime_s, terminals, operators;
    int64_t counter[CONSOLE_COUNTERS], rate[CONSOLE_COUNTERS];
    int64_t looked_ms;

    int64_t head, lag, parked; /* of the read model furthest behind; of all */
    int64_t open_count, suspect_count;
    size_t withdrawal_count;
    struct console_withdrawal withdrawal[CONSOLE_OPEN]; /* the oldest first */

    int64_t last;       /* position of the newest event shown */
    size_t event_count; /* ever; the newest is event[(event_count - 1) % CONSOLE_EVENTS] */
    struct console_event event[CONSOLE_EVENTS];
    bool paused; /* the events stand still */
};

/* Asks the bank and the database, each again when it was away. Takes up to a second of the first.
 */
void console_update(struct console *console);
void console_finish(struct console *console);

/* The name of a counter, as GetStatus has it. */
const char *console_counter_name(enum console_counter counter);

/* The screen, between console_open and console_close, without colours where $NO_COLOR is set; false
 * where there is no terminal that could show it. */
bool console_open(void);
void console_close(void);
void console_render(const struct console *console);
/* Waits up to wait_ms for a key: 'q', ' ', … or 0. */
int console_key(int wait_ms);

#endif
