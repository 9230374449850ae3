/* SPDX-License-Identifier: MIT */
/*
 * Programs under test: start one, wait for a condition or for its end with a
 * deadline, end it. Trouble fails the test. A program started here is killed
 * when the test program dies.
 */
#ifndef TESTS_SUPPORT_PROCESS_H
#define TESTS_SUPPORT_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

enum { PROCESS_PATH_SIZE = 120 };

struct process {
    pid_t pid;                   /* 0 once it has ended and been waited for */
    int status;                  /* then: its exit status, or 128 + the signal that ended it */
    char out[PROCESS_PATH_SIZE]; /* the files its stdout and stderr go to */
    char err[PROCESS_PATH_SIZE];
};

/*
 * Starts argv[0] (a path, or a name looked up in the PATH) with stdin empty
 * and output in new files in `directory`. argv ends with NULL.
 */
void process_spawn(struct process *process, const char *directory, const char *const *argv);

/* True once it has ended; does not wait. */
bool process_ended(struct process *process);

/* Waits for its end and returns process->status; fails the test, with its stderr, at the deadline.
 */
int process_wait(struct process *process, int deadline_ms);

/* Sends the signal, if it still runs. */
void process_signal(struct process *process, int signal_number);

/* Sends the signal and waits, as process_wait. */
int process_stop(struct process *process, int signal_number, int deadline_ms);

/* Runs it to its end. */
int process_run(struct process *process, const char *directory, const char *const *argv,
                int deadline_ms);

/* A whole file as text; the caller frees it. Fails the test when it cannot be read. */
char *process_read_file(const char *path);

/*
 * Calls condition(arg) every few milliseconds until it holds. Fails the test
 * with `what` ("the bank answers") when it does not within deadline_ms.
 */
void wait_until(bool (*condition)(void *arg), void *arg, int deadline_ms, const char *what);

#endif
