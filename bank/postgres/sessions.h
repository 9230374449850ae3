/* SPDX-License-Identifier: MIT */
/*
 * The sessions that the bank and its commands have in the database, by the name that
 * pg_stat_activity shows as application_name after "bank: ". docs/operations.md has the table;
 * tests/bank/test_sessions.sh finds one that is not here.
 */
#ifndef BANK_POSTGRES_SESSIONS_H
#define BANK_POSTGRES_SESSIONS_H

#define SESSION_PREFIX "bank: "

#define SESSION_WRITER           "writer"
#define SESSION_LANE_PREPARING   "second writer, preparing"
#define SESSION_LANE             "second writer"
#define SESSION_LOADS            "loads"
#define SESSION_LEASE            "lease"
#define SESSION_MODELS_PREPARING "read models, preparing"
#define SESSION_MODELS           "read models"
#define SESSION_FOLLOWER         "read models, catching up"
#define SESSION_KEYS             "keys"
#define SESSION_METRICS          "metrics"
#define SESSION_OLD_SNAPSHOTS    "old snapshots"
#define SESSION_ROLES            "roles"
#define SESSION_LIMITS           "limits"
#define SESSION_MIGRATIONS       "migrations"
#define SESSION_COMMAND          "command"

/* clang-format off */
/* Name, and what it is for. Beside these, each event handler has one of its own name. */
#define SESSIONS(X) \
    X(SESSION_WRITER, "appends to the log; replies leave after its commit") \
    X(SESSION_LANE, "appends by turns with the writer") \
    X(SESSION_LANE_PREPARING, "the same, before its first turn") \
    X(SESSION_LOADS, "reads accounts, machines, sagas and old replies when they are asked for") \
    X(SESSION_LEASE, "keeps this bank the only one that writes; on a standby, waits for that") \
    X(SESSION_MODELS, "writes the read models") \
    X(SESSION_MODELS_PREPARING, "the same, before its first run") \
    X(SESSION_FOLLOWER, "brings a read model that was put off, event by event") \
    X(SESSION_KEYS, "notes the check values of keys, and ends") \
    X(SESSION_METRICS, "counts for `--metrics`, every five seconds") \
    X(SESSION_OLD_SNAPSHOTS, "ends what keeps old rows alive, with `--old-snapshot`") \
    X(SESSION_ROLES, "makes the bank's role when it starts, and ends") \
    X(SESSION_LIMITS, "asks how many sessions there may be, and ends") \
    X(SESSION_MIGRATIONS, "brings the schema up to date, and ends") \
    X(SESSION_COMMAND, "a command of `bank`, whose name stands behind: `bank: command account list`")
/* clang-format on */

#endif
