/* SPDX-License-Identifier: MIT */
/*
 * The home: the one directory that holds all a bank and its terminals keep.
 *
 *   bank.lock        held by the bank that serves this home; its text is that bank's pid
 *   bank.log         what `make run` redirects the bank's output to
 *   atm.sock         where terminals connect       operator.sock   where operators do
 *   keys/            secrets, 0700 with 0600 files
 *   pg/              the private database cluster, 0700, of the user that runs Postgres
 *   <teller uuid>/   one folder a terminal: journal, store and forward, counters
 *   remote           on an operator's computer instead of all these: where the bank is
 *
 * The home itself is 0700 for an ordinary user. For root it is 0711: it becomes
 * the property of the user that `bank serve` then runs as, while the folder of a
 * machine that root runs stays root's; that is why whatever is secret in it needs
 * a mode of its own.
 *
 * Order of calls: home_locate, home_create, then home_lock in the program that
 * serves. struct home is a plain value and owns nothing.
 */
#ifndef SHARED_HOME_H
#define SHARED_HOME_H

#include "shared/error.h"

#include <stddef.h>
#include <sys/types.h>

enum {
    HOME_SIZE = 400,        /* bytes of a home's path with its terminator */
    HOME_PATH_SIZE = 800,   /* enough for any path inside a home */
    HOME_SOCKET_SIZE = 108, /* what the kernel keeps of a Unix socket's path, with its terminator */
};

#define HOME_REMOTE_FILE "remote"

struct home {
    char path[HOME_SIZE]; /* absolute, without a slash at its end */
};

/*
 * The home is `option` when it is not NULL, else $ESBANK_HOME, else
 * $XDG_STATE_HOME/esbank, else /var/lib/esbank for root and
 * ~/.local/state/esbank for others. Relative names count from the current
 * directory. Creates nothing. Fails (ERROR_USAGE) on an empty or an overlong one.
 */
bool home_locate(const char *option, struct home *home, struct error *error);

/* Makes the home and what leads to it; one that is there already is left as it is, unless it is
 * empty. */
bool home_create(const struct home *home, struct error *error);

/* Makes the directory `name` (for instance "keys") in the home, with exactly that mode, unless it
 * is there.
 */
bool home_create_directory(const struct home *home, const char *name, mode_t mode,
                           struct error *error);

/*
 * Writes the path of something in the home: home_path(&home, path, sizeof path, "%s/journal",
 * teller). A buffer of HOME_PATH_SIZE holds any name of up to 400 bytes; a smaller one that
 * overflows is a bug and panics.
 */
void home_path(const struct home *home, char *buffer, size_t size, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/*
 * As home_path for a Unix socket, into HOME_SOCKET_SIZE bytes. Fails (ERROR_USAGE)
 * when the path is longer than the 107 bytes a socket's may have.
 */
bool home_socket_path(const struct home *home, char buffer[static HOME_SOCKET_SIZE],
                      const char *name, struct error *error);

/*
 * Takes the home for this process: returns the descriptor that holds the lock
 * (close-on-exec; the kernel lets go of it when the process ends, however it
 * ends), or -1 when another bank has it, with its pid in the error.
 */
int home_lock(const struct home *home, struct error *error);

/* Gives the home back. Takes -1. */
void home_unlock(int lock);

/* Whether its bank is elsewhere. */
bool home_is_remote(const struct home *home);

/* The pid of the bank that has the lock, as far as that can be seen; 0: none has. */
long home_holder(const struct home *home);

#endif
