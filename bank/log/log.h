/* SPDX-License-Identifier: MIT */
/*
 * The bank's log: one line on stderr for each event of its life,
 *
 *   bank: ready time=2026-01-31T08:00:00.123Z position=4711
 *
 * a word for what happened, then name=value pairs; text with blanks in it is
 * quoted. No PAN, PIN or key ever stands there.
 */
#ifndef BANK_LOG_LOG_H
#define BANK_LOG_LOG_H

/* what: one or two words; format: the pairs after the time, may be "". */
void log_event(const char *what, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
