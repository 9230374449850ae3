/* SPDX-License-Identifier: MIT */
/*
 * Programs run on the cluster's behalf: initdb and the Postgres server.
 *
 * They run as the cluster's owner, never as root; in a session of their own,
 * so that a Ctrl-C on the terminal does not reach them; with default signal
 * handling, none of our descriptors, no PG* variables, and their output
 * appended to a file.
 */
#ifndef BANK_CLUSTER_CHILD_H
#define BANK_CLUSTER_CHILD_H

#include "shared/error.h"

#include <signal.h>
#include <sys/types.h>

/* Whom the cluster belongs to. */
struct child_owner {
    uid_t uid;
    gid_t gid;
    char name[40];
};

struct child_options {
    const struct child_owner *owner;
    const char *const *argv;   /* ends with NULL; argv[0] is the program's whole path */
    const char *output;        /* file that stdout and stderr are appended to; NULL: thrown away */
    const char *input;         /* text for stdin, at most 4 KiB; NULL: none */
    const char *const *unlink; /* files to remove first, as the owner; ends with NULL; NULL: none */
};

/*
 * The user that owns the private cluster: ourselves, or for root whoever owns
 * `directory` already, else the user postgres. Fails (ERROR_USAGE) when there is no such user.
 */
bool child_find_owner(const char *directory, struct child_owner *owner, struct error *error);

/*
 * Whether `owner` can come to `directory`, through all that lead to it. Fails
 * (ERROR_USAGE) naming the first directory that keeps it out.
 */
bool child_can_reach(const struct child_owner *owner, const char *directory, struct error *error);

/* Starts a program and returns once it runs: its pid (yours to wait for), or -1 when it could not
 * be run. */
pid_t child_spawn(const struct child_options *options, struct error *error);

/*
 * Runs a program to its end. Returns its exit status, 128 + the signal that
 * ended it, or -1: could not be run, took longer than timeout_ms (it is killed
 * then), or *cancel became non-zero (likewise; cancel may be NULL).
 */
int child_run(const struct child_options *options, int timeout_ms,
              const volatile sig_atomic_t *cancel, struct error *error);

#endif
