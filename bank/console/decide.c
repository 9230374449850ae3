/* SPDX-License-Identifier: MIT */
#include "bank/console/decide.h"

#include "bank/console/paint.h"
#include "bank/console/words.h"

#include <stdio.h>

enum { LINES_SHOWN = 5, WHAT_LINES = 2 };

void decide_begin(struct decide *decide, bool approve, const char *id, const char *what)
{
    *decide = (struct decide){ .approve = approve };
    snprintf(decide->id, sizeof decide->id, "%s", id);
    snprintf(decide->what, sizeof decide->what, "%s", what != NULL ? what : "");
}

enum decide_result decide_key(struct decide *decide, int key)
{
    switch (line_key(&decide->reason, key)) {
    case LINE_DONE:
        return DECIDE_RUN;
    case LINE_LEFT:
        return DECIDE_LEFT;
    case LINE_GOES_ON:
    case LINE_COMPLETE:
        break;
    }
    return DECIDE_GOES_ON;
}

void decide_command(const struct decide *decide, char *buffer, size_t size)
{
    const int used = snprintf(buffer, size, "approvals %s %s",
                              decide->approve ? "approve" : "reject", decide->id);
    if (decide->reason.length == 0 || used < 0 || (size_t)used >= size)
        return;
    const int more = snprintf(buffer + used, size - (size_t)used, " --reason ");
    words_quote(decide->reason.text, buffer + used + more, size - (size_t)(used + more));
}

void decide_paint(const struct decide *decide, int row, int rows, int columns)
{
    char text[120];
    row += rows > LINES_SHOWN ? rows - LINES_SHOWN : 0;
    for (int i = 0; i < LINES_SHOWN; i++)
        paint_fill(row + i, 0, columns, LOOK_PLAIN, " ");
    paint_fill(row, 0, columns, LOOK_DIM, paint_glyph(GLYPH_LINE));
    snprintf(text, sizeof text, " %s %s ", decide->approve ? "approve" : "reject", decide->id);
    paint_text(row++, 2, columns - 4, LOOK_STRONG, text);
    row += paint_wrapped(row, WHAT_LINES, columns, LOOK_PLAIN, decide->what);
    paint_left(row++, 0, columns, LOOK_DIM,
               decide->approve ? "Enter approves: it is done at once."
                               : "Enter rejects: nothing is done.");
    line_paint(&decide->reason, row, columns, "why (60 bytes, or nothing)> ");
}
