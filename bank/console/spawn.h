/* SPDX-License-Identifier: MIT */
/*
 * A command of `bank`, run in a child with the console's home and database, on a
 * terminal of its own: lists have fifty rows and fit its columns. What it prints
 * is collected line by line; the caller polls its file.
 */
#ifndef BANK_CONSOLE_SPAWN_H
#define BANK_CONSOLE_SPAWN_H

#include "bank/console/page.h"
#include "shared/home.h"

#include <sys/types.h>

#define SPAWN_LINES_MAX 20000

struct spawn {
    pid_t pid;         /* 0: none runs */
    int file;          /* what it prints; -1: nothing more comes */
    int columns;       /* of its terminal */
    int status;        /* its exit status, once it has ended; 128 and more: a signal */
    struct page *page; /* the lines */
    char rest[2000];   /* of the line that has not ended */
    size_t rest_length;
};

/* Gives it the words after "bank"; json: adds --json. False when it could not be started. */
bool spawn_start(struct spawn *child, const struct home *home, const char *db, bool json,
                 char *const *words, int columns);
/* Reads what is there. True once it has ended. */
bool spawn_read(struct spawn *child);
/* Ends it, if it runs. */
void spawn_stop(struct spawn *child);

/* The same with the standard files of the caller, waited for: its exit status. */
int spawn_run(const struct home *home, const char *db, bool json, char *const *words);

#endif
