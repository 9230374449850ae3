/* SPDX-License-Identifier: MIT */
/*
 * Long output on a terminal scrolls in $PAGER, as with git.
 *
 *   pager_begin(arguments);     before anything is printed; does nothing unless standard output
 *                               is a terminal, and with --no-pager
 *   …                           print to stdout
 *   pager_end();                once all is printed: waits until the person has seen it
 *
 * Without $PAGER it is less, else more, if they are there. An empty $PAGER and `cat` are none. What
 * the terminal is (its width) has to be asked before.
 */
#ifndef BANK_CLI_PAGER_H
#define BANK_CLI_PAGER_H

#include "bank/cli/arguments.h"

/* For the options of a command that pages. */
#define PAGER_OPTION                                                                               \
    OPTION("no-pager", "on a terminal: print at once, without $PAGER", FLAG, .aside = true)

void pager_begin(const struct arguments *arguments);
void pager_end(void);

#endif
