/* SPDX-License-Identifier: MIT */
/*
 * Two forms: ESC [ < BUTTON ; COLUMN ; ROW and M or m for the button's way down
 * and up, and the older ESC [ M with a byte each for button, column and row.
 * Modifier keys are bits of the button.
 */
#include "bank/console/mouse.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <stdio.h>
#include <string.h>
#include <term.h>

enum {
    KEY_REPORT = KEY_MAX - 1, /* codes of ours: a report of that form begins */
    KEY_OLD_REPORT = KEY_MAX - 2,
    REPORT_MS = 100,
    REPORT_MAX = 24,
    MODIFIERS = 4 | 8 | 16,
    WHEEL_UP = 64,
    WHEEL_DOWN = 65,
    OLD_BYTES = 3,
    OLD_FIRST = 32 /* a byte's value of 0 */
};

static struct {
    int form; /* KEY_REPORT, KEY_OLD_REPORT; 0: none is under way */
    char text[REPORT_MAX];
    int length;
    int64_t until_ms;
} report;

bool mouse_start(void)
{
    char name[] = "kmous";
    const char *described = tigetstr(name);
    if (described == NULL || described == (char *)-1)
        return false;
    define_key("\033[<", KEY_REPORT);
    define_key("\033[M", KEY_OLD_REPORT);
    report.form = 0;
    return true;
}

static enum mouse_step pressed(int button, int at_column, int at_row, int *row, int *column)
{
    const int plain = button & ~MODIFIERS;
    if ((plain != 0 && plain != WHEEL_UP && plain != WHEEL_DOWN) || at_column < 1 || at_row < 1)
        return MOUSE_PART;
    *column = at_column - 1;
    *row = at_row - 1;
    return plain == WHEEL_UP ? MOUSE_UP : plain == WHEEL_DOWN ? MOUSE_DOWN : MOUSE_PRESSED;
}

static enum mouse_step report_end(int key, int *row, int *column)
{
    int button, at_column, at_row;
    report.form = 0;
    report.text[report.length] = '\0';
    if (key != 'M' || sscanf(report.text, "%4d;%4d;%4d", &button, &at_column, &at_row) != 3)
        return MOUSE_PART;
    return pressed(button, at_column, at_row, row, column);
}

static enum mouse_step old_report_end(int *row, int *column)
{
    const unsigned char *bytes = (const unsigned char *)report.text;
    report.form = 0;
    return pressed(bytes[0] - OLD_FIRST, bytes[1] - OLD_FIRST, bytes[2] - OLD_FIRST, row, column);
}

enum mouse_step mouse_key(int key, int64_t now_ms, int *row, int *column)
{
    if (key == KEY_REPORT || key == KEY_OLD_REPORT) {
        report.form = key;
        report.length = 0;
        report.until_ms = now_ms + REPORT_MS;
        return MOUSE_PART;
    }
    if (report.form != 0 && now_ms > report.until_ms)
        report.form = 0; /* what came of it is dropped */
    if (report.form == KEY_OLD_REPORT && key <= 0xFF) {
        report.text[report.length++] = (char)key;
        return report.length == OLD_BYTES ? old_report_end(row, column) : MOUSE_PART;
    }
    if (report.form == KEY_REPORT && (key == 'M' || key == 'm'))
        return report_end(key, row, column);
    if (report.form == KEY_REPORT && report.length < REPORT_MAX - 1 &&
        ((key >= '0' && key <= '9') || key == ';')) {
        report.text[report.length++] = (char)key;
        return MOUSE_PART;
    }
    report.form = 0;
    return MOUSE_NONE;
}
