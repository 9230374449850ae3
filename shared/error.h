/* SPDX-License-Identifier: MIT */
/*
 * A failure: the network, a disk or the database did not do what it should.
 *
 * Functions that can fail return bool or a pointer and take a struct error *
 * as their last argument; on failure they fill it in and return false or NULL.
 * Whoever decides what to do about it logs it, once. The caller owns the
 * struct; it holds no pointers. What a customer or a rule refuses is not a
 * failure: see refusal.h. What cannot happen is an assert.
 */
#ifndef SHARED_ERROR_H
#define SHARED_ERROR_H

#include <stdbool.h>

enum error_kind {
    ERROR_NONE,
    ERROR_SYSTEM,     /* a system call: files, sockets, processes */
    ERROR_USAGE,      /* what a person gave us: options, names, configuration */
    ERROR_FORMAT,     /* bytes that are not what they should be */
    ERROR_DATABASE,   /* the database refused a statement */
    ERROR_VALUES,     /* it refused the values: with others the statement may well work */
    ERROR_PASSING,    /* it refused for now: resources, a lock, a person */
    ERROR_CONNECTION, /* the database or the peer is not there, or went away */
    ERROR_ABSENT,     /* the bank: no process serves the home */
    ERROR_CONFLICT,   /* a unique index caught a second one */
    ERROR_SUPERSEDED, /* another bank has taken over the log */
};

struct error {
    enum error_kind kind;
    char message[400]; /* one sentence, without a full stop's newline: says what to do */
};

/* Fills *error in and returns false, so that `return error_set(...)` reads well. */
bool error_set(struct error *error, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* As error_set, for a system call that just failed: ": " and strerror(errno) are added. */
bool error_set_errno(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A state that cannot be: says why, with file and line, and aborts. */
#define panic(...) panic_at(__FILE__, __LINE__, __VA_ARGS__)
void panic_at(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4), noreturn));

#endif
