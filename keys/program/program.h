/* SPDX-License-Identifier: MIT */
/*
 * The program under test: a process on a pseudo-terminal of its own, with a
 * terminal emulator on the other side.
 *
 * One struct, owned by the caller, zero before the first start and after
 * program_finish. program_pump is the only place that reads what the program
 * writes, and nothing else waits: everybody who waits calls it with a deadline.
 * Times are milliseconds. Failures are system errors, or a program that does
 * not take its keys.
 */
#ifndef KEYS_PROGRAM_H
#define KEYS_PROGRAM_H

#include "keys/program/deadline.h"
#include "keys/terminal/keyname.h"
#include "keys/terminal/terminal.h"
#include "shared/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <termios.h>

struct program_options {
    char **argv;        /* NULL-ended */
    char **environment; /* NULL-ended NAME=VALUE, put over the runner's own */
    int columns, rows;
    bool utf8;
    bool mono; /* TERM=vt100 */
};

/* Told of everything the program writes, as it was read. */
typedef void program_tap(void *context, const char *bytes, size_t length);

struct program {
    bool started; /* there is a terminal, though the program may have ended */
    bool running;
    bool mono;
    bool signalled; /* the last key became a signal, which nothing reads */
    pid_t pid;
    pid_t keeper; /* leads the session, see program.c */
    int master;   /* the runner's end of the pty */
    int slave;    /* the program's end, kept open to look at its input queue */
    int news;     /* the keeper reports here */
    int status;   /* as wait() gives it, once it has ended */
    struct termios termios;
    struct terminal *terminal;
    program_tap *tap;
    void *tap_context;
};

bool program_start(struct program *program, const struct program_options *options,
                   struct error *error);
/* Ends it at once if it still runs, and frees everything. */
void program_finish(struct program *program);

/* Feeds the terminal with what the program writes, waiting at most wait_ms for it to write anything
 * or to end; false when nothing happened. */
bool program_pump(struct program *program, int wait_ms);

/* Whether the program has read all its keys, sleeps, and all it wrote has been fed to the terminal.
 */
bool program_settled(struct program *program);
/* Pumps until that is so. False at the deadline. */
bool program_settle(struct program *program, struct deadline deadline);

/* Each sends what a person does, once the program has read everything sent before. A stopped
 * program is not waited for. Rows and columns count from 1; buttons are those of terminal.h. */
bool program_key(struct program *program, const struct key *key, struct deadline deadline,
                 struct error *error);
bool program_button(struct program *program, int row, int column, int button, bool pressed,
                    struct deadline deadline, struct error *error);
bool program_move(struct program *program, int row, int column, struct deadline deadline,
                  struct error *error);
bool program_send(struct program *program, const char *bytes, size_t length,
                  struct deadline deadline, struct error *error);

bool program_resize(struct program *program, int columns, int rows, struct error *error);
bool program_signal(struct program *program, int signal, struct error *error);

/* SIGTERM, then a wait until the deadline; false when it still runs. */
bool program_terminate(struct program *program, struct deadline deadline);

/* True when line mode and echo are as they were before the program started. */
bool program_termios_restored(const struct program *program);

#endif
