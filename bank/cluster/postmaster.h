/* SPDX-License-Identifier: MIT */
/*
 * What can be told about the server of a data directory from outside:
 * its postmaster.pid, the process that file names, and its log.
 */
#ifndef BANK_CLUSTER_POSTMASTER_H
#define BANK_CLUSTER_POSTMASTER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum postmaster_state {
    POSTMASTER_NONE, /* this directory has no server */
    POSTMASTER_STARTING,
    POSTMASTER_READY,
    POSTMASTER_STOPPING,
};

struct postmaster {
    enum postmaster_state state;
    pid_t pid; /* 0 with POSTMASTER_NONE */
};

/*
 * Who serves the data directory `data`. A pid file whose process has gone, is
 * a zombie, or is another program that got the same number is POSTMASTER_NONE.
 */
struct postmaster postmaster_look(const char *data);

/* Whether this process is a Postgres server that was started for `data`. */
bool postmaster_is(pid_t pid, const char *data);

/*
 * Whether backends of a server that died are still at work on `data`: as long
 * as they are, a new one must not start.
 */
bool postmaster_left_backends(const char *data);

/* The cluster_name that the server of `data` is started with: no other has it. */
enum { POSTMASTER_NAME_SIZE = 48 };
bool postmaster_name(const char *data, char name[static POSTMASTER_NAME_SIZE]);

/* Ends them, all that belong to `data`, whether or not their server is alive: only when that one
 * has to go too. */
void postmaster_end_backends(const char *data);

/*
 * The most telling line written to the log from byte `start` on, without its
 * time and pid: the last fatal one, else the last one. Empty when there is none.
 */
void postmaster_last_words(const char *log, off_t start, char *line, size_t size);

#endif
