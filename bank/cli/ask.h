/* SPDX-License-Identifier: MIT */
/* One line that is typed at the terminal. */
#ifndef BANK_CLI_ASK_H
#define BANK_CLI_ASK_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Asks at the terminal of the process; the line, without its newline, is the
 * caller's to wipe; a secret one is not shown. False without a word when there is no terminal or
 * standard input is not one. A signal ends it as ever, once the terminal shows again what is typed.
 */
bool line_ask(const char *prompt, bool secret, char *line, size_t size);

#endif
