/* SPDX-License-Identifier: MIT */
/*
 * What a command says when it could not do what was asked: one sentence on
 * stderr that says what to do, and the exit status that goes with it.
 *
 * With --json it is one object a line: {"error":NAME,"code":CODE,"message":SENTENCE}.
 * What the bank refuses has the name and the code of shared/PROTOCOL.md; the
 * rows below are what the program says by itself, in the same form.
 */
#ifndef BANK_CLI_COMPLAINT_H
#define BANK_CLI_COMPLAINT_H

#include "shared/error.h"
#include "shared/refusal.h"

#define EXIT_USAGE    2
#define EXIT_ALERTS   3 /* of `bank alert list --exit-code`: some alert is open */
#define EXIT_STANDBY  4 /* the bank stands by: another one is active */
#define EXIT_PROPOSED 5 /* not done yet: another operator has to approve it */

/* clang-format off */
/* The enumerator; the error's name and code in JSON; the exit status. */
#define COMPLAINT_TABLE(X) \
    X(FAILED,      "failed",           "96", EXIT_FAILURE) \
    X(WORDS,       "wrong_words",      "30", EXIT_USAGE) \
    X(NOT_FOUND,   "not_found",        "25", EXIT_FAILURE)   /* what no refusal has a name for */ \
    X(NOT_RUNNING, "bank_not_running", "91", EXIT_FAILURE)   /* no process serves the home */ \
    X(STANDBY,     "bank_standby",     "91", EXIT_STANDBY) \
    X(UNREACHABLE, "unreachable",      "91", EXIT_FAILURE)   /* or what answers is another */ \
    X(DATABASE,    "database_error",   "96", EXIT_FAILURE) \
    X(UNWRITTEN,   "output_unwritten", "96", EXIT_FAILURE)   /* done, but stdout is closed or full */
/* clang-format on */

enum complaint {
#define X(enumerator, name, code, status) COMPLAINT_##enumerator,
    COMPLAINT_TABLE(X)
#undef X
        COMPLAINT_COUNT
};

/* Objects from now on; nothing at all. */
void complaints_as_json(bool json);
void complaints_mute(bool mute);

/* Each gives the exit status. */
int complain_of(enum complaint complaint, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
int complain(const char *format, ...) __attribute__((format(printf, 1, 2)));       /* FAILED */
int complain_usage(const char *format, ...) __attribute__((format(printf, 1, 2))); /* WORDS */
int complain_error(const struct error *error);
/* What is not there: by the name that a request for it would be refused with; NOT_REFUSED:
 * NOT_FOUND. */
int complain_absent(enum refusal refusal, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
enum complaint complaint_of(const struct error *error); /* by its kind */
/* What the bank refused, by the name that its reply has. */
int complain_refused(const char *error, const char *code, const char *message);

/* What a person should know of something that was done all the same; no failure. */
void caution(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
