/* SPDX-License-Identifier: MIT */
/*
 * The private Postgres cluster under <home>/pg/: made the first time, started
 * with the bank and stopped with it. Nobody else can reach it: it listens on a
 * Unix socket in a directory of mode 0700 and on nothing else.
 *
 *   data/   the data directory          log, log.old   what Postgres printed
 *
 * Take home_lock() first: one bank a home is what makes it safe to remove what
 * a dead server left behind and to take over one whose bank was killed. Root's
 * cluster runs as the user postgres, an ordinary user's as that user.
 *
 * $ESBANK_PG_BIN names the programs to use; $ESBANK_PG_OPTIONS holds settings
 * that override ours, such as "-c shared_buffers=64MB -c fsync=off" (words end
 * at blanks; there is no quoting).
 */
#ifndef BANK_CLUSTER_CLUSTER_H
#define BANK_CLUSTER_CLUSTER_H

#include "shared/error.h"
#include "shared/home.h"

#include <signal.h>
#include <sys/types.h>

#define CLUSTER_SOCKET_NAME                                                                        \
    "pg/.s.PGSQL.5432" /* in the home; libpq and Postgres make it from directory and port */

enum { CLUSTER_CONNINFO_SIZE = 1024 };

struct cluster_options {
    const struct home *home; /* created; copied */
    int start_timeout_ms;    /* 0: ten minutes, since replaying a long log takes its time */
    int stop_timeout_ms; /* 0: ten seconds for a clean shutdown, then an unclean one, which loses
                            nothing either: the next start replays the log */
    const volatile sig_atomic_t
        *cancel; /* a signal handler's flag that ends the waiting in cluster_start; or NULL */
};

struct cluster;

/*
 * Returns once the server takes connections; makes the cluster when there is
 * none (a second or two). A server that a killed bank left running is adopted:
 * from then on it is as if we had started it (with the settings it was started
 * with). NULL on failure, with nothing of ours left running.
 */
struct cluster *cluster_start(const struct cluster_options *options, struct error *error);

/* How to connect: host, port, user and the database esbank. Valid until cluster_stop. */
const char *cluster_conninfo(const struct cluster *cluster);

/* The server's pid, or 0 while none runs. Also reaps one that has died. */
pid_t cluster_pid(struct cluster *cluster);

/*
 * For the event loop: starts the server again if it is dead, without waiting
 * for it; keep trying to connect and call this again now and then. True also
 * while backends of the dead one still have to end, in which case a later call
 * starts the new one. Costs a fork and no more than one a quarter second.
 */
bool cluster_revive(struct cluster *cluster, struct error *error);

/* As cluster_revive, then waits until it takes connections, as cluster_start does. */
bool cluster_restart_if_dead(struct cluster *cluster, struct error *error);

/* Ends sessions, stops the server, within seconds whatever it does, waits until it is gone, frees.
 * Takes NULL. */
void cluster_stop(struct cluster *cluster);

/*
 * The connection string of the cluster that `home` has or would have, and none
 * of libpq's variables left in the environment of this process. Fails
 * (ERROR_USAGE) when the home's name is too long for a socket, or holds a
 * comma, a double quote or a control character, which libpq cannot take.
 */
bool cluster_conninfo_of(const struct home *home, char *buffer, size_t size, struct error *error);

/*
 * For other commands: how to connect to the cluster that a bank serving `home`
 * runs. Fails (ERROR_ABSENT, ERROR_CONNECTION) when there is none; needs no lock.
 */
bool cluster_running_conninfo(const struct home *home, char *buffer, size_t size,
                              struct error *error);

#endif
