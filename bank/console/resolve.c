/* SPDX-License-Identifier: MIT */
#include "bank/console/resolve.h"

#include "bank/console/paint.h"
#include "bank/console/words.h"

#include <stdio.h>
#include <string.h>

enum { ESCAPE = 27, LINES_SHOWN = 9 };

struct resolve_outcome {
    int key;
    const char *word, *means;
};

struct resolve_reason {
    int key;
    const char *evidence, *text;
};

static const struct resolve_outcome withdrawal_outcomes[] = {
    { 'd', "dispensed", "the customer has the notes: it stands" },
    { 'n', "not-dispensed", "the customer does not: the money goes back to the account" },
    { 0, NULL, NULL },
};

static const struct resolve_outcome deposit_outcomes[] = {
    { 'c', "credited", "the bank has the notes: the account gets them" },
    { 't', "returned", "the customer has the notes again" },
    { 0, NULL, NULL },
};

static const struct resolve_reason reasons[] = {
    { '1', "count", "the machine was counted" },
    { '2', "journal", "the machine's journal was read" },
    { '3', "advice", "the machine said so afterwards" },
    { '4', "camera", "the camera's pictures were seen" },
    { '5', "customer", "the customer confirmed it" },
    { 'f', "other", "" },
    { 0, NULL, NULL },
};

static const struct resolve_outcome *outcomes(const struct resolve *resolve)
{
    return resolve->deposit ? deposit_outcomes : withdrawal_outcomes;
}

void resolve_begin(struct resolve *resolve, const char *saga, const char *id)
{
    *resolve = (struct resolve){ .deposit = strcmp(saga, "deposit") == 0 };
    snprintf(resolve->id, sizeof resolve->id, "%s", id);
}

void resolve_command(const struct resolve *resolve, char *buffer, size_t size)
{
    const char *reason = resolve->reason == NULL            ? ""
                         : resolve->reason->text[0] != '\0' ? resolve->reason->text
                                                            : resolve->text.text;
    int used =
        snprintf(buffer, size, "%s resolve %s %s", resolve->deposit ? "deposit" : "withdrawal",
                 resolve->id, resolve->outcome != NULL ? resolve->outcome->word : "");
    if (resolve->reason == NULL || used < 0 || (size_t)used >= size)
        return;
    used += snprintf(buffer + used, size - (size_t)used, " --evidence %s --reason ",
                     resolve->reason->evidence);
    if ((size_t)used < size)
        words_quote(reason, buffer + used, size - (size_t)used);
}

static enum resolve_result outcome_key(struct resolve *resolve, int key)
{
    for (const struct resolve_outcome *at = outcomes(resolve); at->word != NULL; at++)
        if (at->key == key) {
            resolve->outcome = at;
            resolve->step = RESOLVE_REASON;
        }
    return RESOLVE_GOES_ON;
}

static enum resolve_result reason_key(struct resolve *resolve, int key)
{
    for (const struct resolve_reason *at = reasons; at->evidence != NULL; at++)
        if (at->key == key) {
            resolve->reason = at;
            resolve->step = at->text[0] != '\0' ? RESOLVE_READY : RESOLVE_TEXT;
        }
    return RESOLVE_GOES_ON;
}

static enum resolve_result text_key(struct resolve *resolve, int key)
{
    switch (line_key(&resolve->text, key)) {
    case LINE_DONE:
        if (resolve->text.length > 0)
            resolve->step = RESOLVE_READY;
        break;
    case LINE_LEFT:
        resolve->step = RESOLVE_REASON;
        break;
    case LINE_GOES_ON:
    case LINE_COMPLETE:
        break;
    }
    return RESOLVE_GOES_ON;
}

enum resolve_result resolve_key(struct resolve *resolve, int key)
{
    if (resolve->step == RESOLVE_TEXT)
        return text_key(resolve, key);
    if (key == ESCAPE) {
        if (resolve->step == RESOLVE_OUTCOME)
            return RESOLVE_LEFT;
        resolve->step = resolve->step == RESOLVE_READY ? RESOLVE_REASON : RESOLVE_OUTCOME;
        return RESOLVE_GOES_ON;
    }
    if (key == 'e')
        return RESOLVE_EDIT;
    switch (resolve->step) {
    case RESOLVE_OUTCOME:
        return outcome_key(resolve, key);
    case RESOLVE_REASON:
        return reason_key(resolve, key);
    case RESOLVE_READY:
        return key == '\r' || key == '\n' ? RESOLVE_RUN : reason_key(resolve, key);
    case RESOLVE_TEXT:
        break;
    }
    return RESOLVE_GOES_ON;
}

/* ---- painting ---- */

static int choice(int row, int columns, int key, const char *word, const char *means, bool chosen)
{
    char text[120];
    snprintf(text, sizeof text, " %c ", key);
    paint_text(row, 2, 3, LOOK_KEY, text);
    snprintf(text, sizeof text, "%-14s %s", word, means);
    paint_left(row, 6, columns - 6, chosen ? LOOK_STRONG : LOOK_PLAIN, text);
    return row + 1;
}

void resolve_paint(const struct resolve *resolve, int row, int rows, int columns)
{
    char text[LINE_SIZE + 200];
    row += rows > LINES_SHOWN ? rows - LINES_SHOWN : 0;
    for (int i = 0; i < LINES_SHOWN; i++)
        paint_fill(row + i, 0, columns, LOOK_PLAIN, " ");
    paint_fill(row, 0, columns, LOOK_DIM, paint_glyph(GLYPH_LINE));
    snprintf(text, sizeof text, " resolve %s ", resolve->id);
    paint_text(row++, 2, columns - 4, LOOK_STRONG, text);
    if (resolve->step == RESOLVE_OUTCOME) {
        for (const struct resolve_outcome *at = outcomes(resolve); at->word != NULL; at++)
            row = choice(row, columns, at->key, at->word, at->means, false);
        choice(row, columns, 'e', "edit", "as a command, with notes: 50x1,20x2", false);
        return;
    }
    snprintf(text, sizeof text, "  %s: %s", resolve->outcome->word, resolve->outcome->means);
    paint_left(row++, 0, columns, LOOK_STRONG, text);
    if (resolve->step == RESOLVE_TEXT) {
        line_paint(&resolve->text, row, columns, "  why (60 bytes)> ");
        return;
    }
    if (resolve->step == RESOLVE_REASON)
        for (const struct resolve_reason *at = reasons; at->evidence != NULL; at++)
            row = choice(row, columns, at->key, at->evidence,
                         at->text[0] != '\0' ? at->text : "type a reason", false);
    if (resolve->step != RESOLVE_READY)
        return;
    resolve_command(resolve, text, sizeof text);
    paint_left(row++, 0, columns, LOOK_PLAIN, "  Enter runs");
    char shown[LINE_SIZE + 220];
    snprintf(shown, sizeof shown, "  bank %s", text);
    const char *reason = strstr(shown, " --evidence");
    const int first = reason != NULL ? (int)(reason - shown) : (int)strlen(shown);
    char part[LINE_SIZE + 220];
    snprintf(part, sizeof part, "%.*s", first, shown);
    paint_left(row++, 0, columns, LOOK_ACCENT, part);
    snprintf(part, sizeof part, "     %s", reason != NULL ? reason : "");
    paint_left(row++, 0, columns, LOOK_ACCENT, part);
}
