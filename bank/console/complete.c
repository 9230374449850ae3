/* SPDX-License-Identifier: MIT */
/* Tab on the command line: the names of commands and views, and the ids that are on the screen. */
#include "bank/cli/commands.h"
#include "bank/console/state.h"

#include <stdio.h>
#include <string.h>

enum { SHOWN_SIZE = 200 };

struct candidates {
    const char *typed;
    size_t typed_length;
    char common[LINE_SIZE];
    char shown[SHOWN_SIZE];
    size_t count;
};

static void offer(struct candidates *candidates, const char *text)
{
    if (strncmp(text, candidates->typed, candidates->typed_length) != 0)
        return;
    if (candidates->count++ == 0)
        snprintf(candidates->common, sizeof candidates->common, "%s", text);
    size_t same = 0;
    while (candidates->common[same] != '\0' && candidates->common[same] == text[same])
        same++;
    candidates->common[same] = '\0';
    const size_t used = strlen(candidates->shown);
    snprintf(candidates->shown + used, sizeof candidates->shown - used, "%s%s",
             used > 0 ? "  " : "", text);
}

static void offer_commands(struct candidates *candidates)
{
    for (int i = 0; bank_commands[i] != NULL; i++)
        if (!bank_commands[i]->hidden)
            offer(candidates, bank_commands[i]->name);
    for (const struct view *view = views; view->name != NULL; view++)
        if (view->key != 0)
            offer(candidates, view->name);
}

static void offer_ids(struct candidates *candidates, const struct page *page)
{
    for (size_t i = 0; page != NULL && i < page->count; i++)
        if (page->row[i].id != NULL && (i == 0 || page->row[i - 1].id == NULL ||
                                        strcmp(page->row[i].id, page->row[i - 1].id) != 0))
            offer(candidates, page->row[i].id);
}

void console_complete(struct console *console)
{
    struct line *line = &console->command;
    struct candidates candidates = { .typed = line->text, .typed_length = line->length };
    offer_commands(&candidates);
    if (candidates.count == 0) {
        const char *blank = strrchr(line->text, ' ');
        candidates.typed = blank != NULL ? blank + 1 : line->text;
        candidates.typed_length = strlen(candidates.typed);
        offer_ids(&candidates, console_grid(console)->page);
    }
    if (candidates.count == 0) {
        console_notice(console, LOOK_DIM, "nothing begins so");
        return;
    }
    line_append(line, candidates.common + candidates.typed_length);
    if (candidates.count == 1)
        line_append(line, " ");
    else
        console_notice(console, LOOK_DIM, "%s", candidates.shown);
}
