/* SPDX-License-Identifier: MIT */
/*
 * Helpers: commands that run beside the program under test, by name: the server
 * it talks to, the file it follows. What each writes is kept for conditions and
 * for the report of a failure.
 *
 * The struct is zeroed by the caller; helpers_finish kills what still runs.
 */
#ifndef KEYS_HELPER_H
#define KEYS_HELPER_H

#include "keys/program/deadline.h"
#include "shared/error.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#define HELPERS 16

struct helper {
    char *name;
    char *command;
    int output; /* a file, emptied at each start */
    pid_t pid;  /* 0: it does not run */
    int status; /* as wait() gives it, once it has ended */
};

struct helpers {
    struct helper items[HELPERS];
    int count;
};

/* A new one, or NULL and *error where the name is taken or there are too many. */
struct helper *helper_add(struct helpers *helpers, const char *name, const char *command,
                          struct error *error);
/* By its name; NULL and *error when there is none. */
struct helper *helper_find(struct helpers *helpers, const char *name, struct error *error);

bool helper_start(struct helper *helper, char **environment, struct error *error);
bool helper_running(struct helper *helper);
bool helper_signal(struct helper *helper, int signal, struct error *error);
/* Sends the signal and waits for the end; false at the deadline. One that has ended already is
 * fine. */
bool helper_end(struct helper *helper, int signal, struct deadline deadline, struct error *error);

/* False and *error when one has written so much that it has gone wrong; it is killed. */
bool helpers_sound(struct helpers *helpers, struct error *error);

/* What it has written since its start; the caller frees it. */
char *helper_said(const struct helper *helper);

/* The last lines of each, for the report of a failure. */
void helpers_write(FILE *out, struct helpers *helpers);
void helpers_finish(struct helpers *helpers);

#endif
