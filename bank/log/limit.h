/* SPDX-License-Identifier: MIT */
/*
 * Log lines that a stranger can cause at will: refused connections, failed handshakes, dropped
 * clients. The first LOG_LIMIT_LINES of a kind in LOG_LIMIT_MS are written whole; the rest are
 * counted, and one line says how many they were. A kind is the event with its reason, so a flood of
 * one reason hides no other.
 *
 *   bank: tls-refused time=… why="the client speaks no TLS" more="and 512 more like it in the last
 * 10 s"
 */
#ifndef BANK_LOG_LIMIT_H
#define BANK_LOG_LIMIT_H

#include <stdint.h>

#define LOG_LIMIT_LINES 5
#define LOG_LIMIT_MS    10000

/* The line is that of log_event with why="WHY" last; detail: a name=value pair before it, or NULL.
 */
void log_limited(const char *what, const char *why, const char *detail);

/* Writes the sums whose time is over; now_ms as clock_now_ms has it. INT64_MAX: all of them. */
void log_limited_tick(int64_t now_ms);

#endif
