/* SPDX-License-Identifier: MIT */
/*
 * Two forms: `ESC [ < button ; column ; row M`, with m for a release, and the
 * older `ESC [ M` with a byte for each and the button 3 for any release.
 */
#include "keys/suite/pointer.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { MOTION = 32, WHEEL = 64, RELEASED = 3, REPORT_LIMIT = 32 };

struct report {
    int code, row, column;
    bool released;
};

static size_t report_read(const char *bytes, size_t size, struct report *report)
{
    char text[REPORT_LIMIT], final = '\0';
    int used = 0;
    if (size >= 6 && memcmp(bytes, "\033[M", 3) == 0) {
        *report = (struct report){ (unsigned char)bytes[3] - 32, (unsigned char)bytes[5] - 32,
                                   (unsigned char)bytes[4] - 32, false };
        report->released = (report->code & 3) == RELEASED && report->code < MOTION;
        return 6;
    }
    snprintf(text, sizeof text, "%.*s", (int)size, bytes);
    int found = sscanf(text, "\033[<%4d;%4d;%4d%c%n", &report->code, &report->column, &report->row,
                       &final, &used);
    report->released = final == 'm';
    return found == 4 && (final == 'm' || final == 'M') ? (size_t)used : 0;
}

static const char *button_name(int button)
{
    return button == 1 ? " button middle" : button == 2 ? " button right" : "";
}

size_t pointer_read(struct pointer *pointer, const char *bytes, size_t size, char *line,
                    size_t line_size)
{
    struct report report = { 0 };
    size_t length = report_read(bytes, size, &report);
    line[0] = '\0';
    if (length == 0)
        return 0;
    if ((report.code & WHEEL) != 0) {
        snprintf(line, line_size, "wheel %s %d %d\n", (report.code & 1) != 0 ? "down" : "up",
                 report.row, report.column);
    } else if ((report.code & MOTION) != 0) {
        if (pointer->row == 0)
            snprintf(line, line_size, "mouse move %d %d\n", report.row, report.column);
    } else if (!report.released) {
        *pointer = (struct pointer){ report.row, report.column, report.code & 3 };
    } else if (pointer->row > 0) {
        bool still = pointer->row == report.row && pointer->column == report.column;
        if (still)
            snprintf(line, line_size, "click %d %d%s\n", report.row, report.column,
                     button_name(pointer->button));
        else
            snprintf(line, line_size, "drag %d %d to %d %d%s\n", pointer->row, pointer->column,
                     report.row, report.column, button_name(pointer->button));
        *pointer = (struct pointer){ 0 };
    }
    return length;
}
