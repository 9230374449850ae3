/* SPDX-License-Identifier: MIT */
/*
 * What went wrong, for the machine's operators: one line an entry in
 * <folder>/atm.log. The screen belongs to the customer and stays clean. Never
 * a PIN, never a whole card number.
 */
#ifndef ATM_FILES_LOG_H
#define ATM_FILES_LOG_H

/* Opens the file, appending; until then, and when it cannot be opened, lines go to stderr. */
void log_open(const char *path);
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
