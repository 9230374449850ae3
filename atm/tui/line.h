/* SPDX-License-Identifier: MIT */
/*
 * The terminal's line: reads what came on standard input without ever waiting for
 * more, and decodes it. There is one, as there is one terminal. What has been
 * decoded is wiped: a PIN is among it.
 */
#ifndef ATM_TUI_LINE_H
#define ATM_TUI_LINE_H

#include "atm/tui/keys.h"

#define LINE_MOUSE_ON  "\033[?1006;1000h"
#define LINE_MOUSE_OFF "\033[?1006;1000l"

/* Once the terminal's description is there: what its keys send. */
void line_start(void);

/* The next key; false: none has come. */
bool line_read(struct key *key, int64_t now_ms);

/* What time has made of bytes that came; only once line_read has nothing more. */
struct key line_expire(int64_t now_ms);

bool line_pending(void);     /* bytes were read that are not decoded yet */
bool line_waits(void);       /* there are such, or more to read */
bool line_ended(void);       /* the terminal went away */
int64_t line_deadline(void); /* of line_expire; -1: none */
void line_discard(void);     /* what was typed and not read yet */

#endif
