/* SPDX-License-Identifier: MIT */
#include "atm/tui/line.h"

#include "atm/terminal/view.h"
#include "atm/tui/tui_curses.h"
#include "shared/pin_block.h"
#include "shared/tty.h"

#include <poll.h>
#include <stdio.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

enum { LINE_SIZE = 256 };

static struct {
    struct keys keys;
    unsigned char bytes[LINE_SIZE];
    size_t at, length;
    bool ended;
} line;

bool line_pending(void)
{
    return line.at < line.length;
}

void line_start(void)
{
    char name[16];
    line.keys = (struct keys){ .state = KEYS_GROUND };
    line.at = line.length = 0;
    line.ended = false;
    for (int i = 0; i < VIEW_FDKS; i++) {
        snprintf(name, sizeof name, "kf%d", i + 1);
        keys_add(&line.keys, tigetstr(name), (struct input){ INPUT_FDK, i });
    }
    keys_add(&line.keys, tigetstr((char[]){ "kf12" }), (struct input){ INPUT_SUPERVISOR, 0 });
    keys_add(&line.keys, tigetstr((char[]){ "kent" }), (struct input){ INPUT_ENTER, 0 });
    keys_add(&line.keys, tigetstr((char[]){ "kbs" }), (struct input){ INPUT_CLEAR, 0 });
}

bool line_waits(void)
{
    struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
    return line_pending() || (!line.ended && poll(&input, 1, 0) > 0);
}

static void line_fill(void)
{
    if (line_pending() || !line_waits())
        return;
    ssize_t step = read(STDIN_FILENO, line.bytes, sizeof line.bytes);
    line.at = 0;
    line.length = step > 0 ? (size_t)step : 0;
    line.ended = step <= 0 && tty_gone(STDIN_FILENO);
}

bool line_read(struct key *key, int64_t now_ms)
{
    for (;;) {
        line_fill();
        if (line.at == line.length)
            return false;
        *key = keys_feed(&line.keys, line.bytes[line.at], now_ms);
        pin_wipe(&line.bytes[line.at++], 1);
        if (key->kind != KEYS_NOTHING)
            return true;
    }
}

struct key line_expire(int64_t now_ms)
{
    return keys_expire(&line.keys, now_ms);
}

bool line_ended(void)
{
    return line.ended;
}

int64_t line_deadline(void)
{
    return keys_deadline(&line.keys);
}

void line_discard(void)
{
    tcflush(STDIN_FILENO, TCIFLUSH);
    pin_wipe(line.bytes, sizeof line.bytes);
    line.at = line.length = 0;
    keys_forget(&line.keys);
}
