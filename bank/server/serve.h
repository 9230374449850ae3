/* SPDX-License-Identifier: MIT */
/*
 * `bank serve`: the assembly. Puts the home, the vault, the database, the
 * store, the engine and the server together, runs the loop, and takes them
 * apart again when it is asked to end (SIGTERM, SIGINT). SIGHUP: the files of the certificates are
 * read again, and the file of the log is opened anew.
 */
#ifndef BANK_SERVER_SERVE_H
#define BANK_SERVER_SERVE_H

#include "bank/log/log.h"
#include "shared/address.h"
#include "shared/tls.h"

#include <stdbool.h>
#include <stdint.h>

struct serve_options {
    const char *home;     /* NULL: as home_locate has it */
    const char *user;     /* whom root's bank runs as; NULL: as user.h has it */
    const char *db;       /* NULL: $ESBANK_DB, else a private cluster */
    bool lab;             /* operators can force the answers to terminals */
    bool strict_counts;   /* a machine whose counts differ from the bank's is kept out */
    bool accept_log_loss; /* goes on with a log that lacks what was acknowledged */
    struct log_options log;
    bool log_commands;         /* a line a command, besides the events of the bank's own life */
    int64_t confirm_within_s;  /* how long a dispense may stay unconfirmed */
    int64_t sign_on_within_s;  /* how long a terminal's connection may take to sign on */
    int64_t line_within_s;     /* how long a line may take from its first byte to its end */
    int64_t batch_max;         /* requests in one batch; 0: the engine's own default */
    int64_t snapshot_every;    /* events of a stream between two snapshots; 0: none; below: the
                                  engine's default */
    int64_t old_snapshot_s;    /* how old another session's snapshot may be; 0: any age */
    int64_t rate;              /* commands a second from one terminal or operator; 0: any number */
    int64_t failed_auth_limit; /* failed authentications a minute at one machine; 0: any number;
                                  below: the engine's default */
    const char *atm_group, *operator_group; /* that may connect to a socket; NULL: none */
    bool listens; /* on `listen` too, for terminals that come with a certificate */
    struct address listen;
    struct tls_files tls;
    bool operators_listen; /* the same for operators, whose certificates are another CA's */
    struct address operator_listen;
    struct tls_files operator_tls;
    bool watched; /* on `metrics` /metrics and /healthz are answered */
    struct address metrics;
    const char *alert_command; /* the program that hears of alerts; NULL: none */
};

/* Serves until a signal; returns the exit status. */
int serve(const struct serve_options *options);

#endif
