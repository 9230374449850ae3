/* SPDX-License-Identifier: MIT */
/*
 * The machine: the terminal's state machine with its devices, its journal, its
 * store and its link around it. It turns what happens into events and carries
 * the effects out, in order.
 *
 * One handle. machine_open, then in a loop: poll machine_poll's descriptor and
 * one's own for at most machine_timeout_ms, machine_input for what a person
 * did, machine_step always; machine_view says what to show. When machine_over
 * says so, machine_close.
 */
#ifndef ATM_MACHINE_MACHINE_H
#define ATM_MACHINE_MACHINE_H

#include "atm/devices/acceptor.h"
#include "atm/devices/card_reader.h"
#include "atm/devices/dispenser.h"
#include "atm/devices/journal.h"
#include "atm/files/supervisor_code.h"
#include "atm/link/link.h"
#include "atm/link/saf.h"
#include "atm/machine/options.h"
#include "atm/terminal/terminal.h"

#include <poll.h>

#define MACHINE_EVENTS_MAX  8
#define MACHINE_UNSAVED_MAX 4

struct machine {
    const struct options *options;
    int lock;
    struct terminal terminal;
    struct memory memory;
    struct supervisor_code code;
    int64_t code_until_ms; /* the supervisor's next code may not be tried before */
    struct journal journal;
    struct dispenser dispenser;
    struct acceptor acceptor;
    struct card_reader reader;
    struct link link;
    struct trace trace;
    struct saf saf;
    int64_t now_ms;
    bool over;

    int event_count; /* what the devices have answered and the terminal has not heard yet */
    struct terminal_event *event;

    bool older;   /* the bank knows more of this machine than its folder */
    bool trouble; /* the disk does not take what has to be kept */
    int64_t retry_ms;

    struct uuid cut_over; /* the last one that was asked for, and what was counted then */
    bool cut_over_counted;
    struct notes cut_over_notes;

    int unsaved_count;
    struct advice unsaved[MACHINE_UNSAVED_MAX];
};

/* Locks and reads the terminal's folder, settles what a power cut left open. The options have to
 * live on. */
bool machine_open(struct machine *machine, const struct options *options, struct error *error);
void machine_close(struct machine *machine);

/* Sets the supervisor's code of a machine that is not running. */
bool machine_set_supervisor_code(const struct options *options, const char *digits,
                                 struct error *error);

/* The digits of a PIN go into the PIN pad and no further. */
void machine_input(struct machine *machine, struct input input);
void machine_step(struct machine *machine, short revents);

void machine_view(struct machine *machine, struct view *view);
/* What passed, and what is in the cassettes; valid until the next step. */
struct inside machine_inside(const struct machine *machine);
void machine_poll(const struct machine *machine, struct pollfd *poll);
int machine_timeout_ms(const struct machine *machine); /* -1: none */
bool machine_over(const struct machine *machine);

/* Between machine.c, start.c and effects.c. */
bool machine_lock(struct machine *machine, struct error *error);
bool machine_recall(struct machine *machine,
                    struct error *error); /* reads the folder, settles what is open */
void machine_key_late(struct machine *machine);
/* Stores an incident for the bank: a new one, or the one of that id. */
bool machine_report(struct machine *machine, const char *incident, int count, struct error *error);
bool machine_report_as(struct machine *machine, const struct uuid *id, const char *incident,
                       int count, struct error *error);
struct terminal_event *machine_answer(struct machine *machine, enum event_kind kind);
bool machine_effects(struct machine *machine, struct effects *effects);
bool machine_advise(struct machine *machine, const struct advice *advice);
bool machine_journal(struct machine *machine, enum journal_step step, const struct uuid *id,
                     const char *detail);

#endif
