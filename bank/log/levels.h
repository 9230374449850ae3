/* SPDX-License-Identifier: MIT */
/*
 * Every event that the log can have, with its level: --log-level keeps those of a level and above.
 * An event that is missing here is written as INFO, and a test names it.
 *
 *   INFO   what happens in the bank's life
 *   WARN   worth an operator's look; the bank goes on
 *   ERROR  something could not be done, and an operator has to see to it
 */
#ifndef BANK_LOG_LEVELS_H
#define BANK_LOG_LEVELS_H

/* clang-format off */
#define LOG_EVENT_TABLE(X) \
    X("act-not-recorded",      ERROR) \
    X("alert-cleared",         INFO) \
    X("alert-command-failed",  ERROR) \
    X("alert-raised",          WARN) \
    X("authentication-resumed", INFO) \
    X("authentication-suspended", WARN) \
    X("certificate-expired",   ERROR) \
    X("client-dropped",        WARN) \
    X("client-expelled",       WARN) \
    X("client-turned-away",    WARN) \
    X("command",               INFO) \
    X("command-conflict",      WARN) \
    X("database-away",         ERROR) \
    X("database-back",         INFO) \
    X("database-not-started",  ERROR) \
    X("ended",                 INFO) \
    X("ending",                INFO) \
    X("erasure-not-listed",    ERROR) \
    X("failed",                ERROR) \
    X("handler-fails",         WARN) \
    X("handler-paused",        WARN) \
    X("handler-resumed",       INFO) \
    X("history-unguarded",     WARN) \
    X("inactive",              WARN) \
    X("key-not-recorded",      ERROR) \
    X("lab",                   WARN) \
    X("lab-answer",            INFO) \
    X("lease-expired",         WARN) \
    X("list-late",             WARN) \
    X("listening",             INFO) \
    X("log-loss-accepted",     WARN) \
    X("log-not-reopened",      ERROR) \
    X("log-sealed",            INFO) \
    X("machine-lost",          WARN) \
    X("metrics-listening",     INFO) \
    X("no-descriptors",        ERROR) \
    X("no-terminal-key",       ERROR) \
    X("not-reloaded",          ERROR) \
    X("old-snapshot",          WARN) \
    X("old-snapshot-ended",    INFO) \
    X("operators-not-reloaded", ERROR) \
    X("operators-reloaded",    INFO) \
    X("owner-erased",          INFO) \
    X("owner-erased-again",    INFO) \
    X("owner-not-erased",      ERROR) \
    X("parked",                ERROR) \
    X("ready",                 INFO) \
    X("refusals",              WARN) \
    X("reloaded",              INFO) \
    X("sessions-scarce",       WARN) \
    X("sign-on",               INFO) \
    X("sign-on-refused",       WARN) \
    X("standby",               INFO) \
    X("take-over",             INFO) \
    X("take-over-failed",      ERROR) \
    X("teller-provisioned",    INFO) \
    X("terminal-key",          ERROR) \
    X("tls-refused",           WARN) \
    X("unreadable",            ERROR) \
    X("waiting",               INFO)
/* clang-format on */

#endif
