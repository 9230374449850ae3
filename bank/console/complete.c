/* SPDX-License-Identifier: MIT */
/*
 * Tab on the command line. What a shell gets from `bank complete`, a child is asked for: it looks
 * ids up in the database, which the keys do not wait for. The names of views, and the ids that are
 * on the screen where the database says nothing, are added here.
 */
#include "bank/cli/complete.h"
#include "bank/cli/commands.h"
#include "bank/console/state.h"
#include "bank/console/words.h"

#include <stdio.h>
#include <string.h>

enum { SHOWN_SIZE = NOTICE_SIZE - 10, OPTIONS = 6, COLUMNS = 200 };

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

static void offer_views(struct candidates *candidates)
{
    for (const struct view *view = views; view->name != NULL; view++)
        if (view_stands_alone(view))
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
    struct words words;
    const struct line *line = &console->command;
    char *asked[COMPLETE_WORDS_MAX + OPTIONS + 1], complete_word[] = "complete", ends[] = "--",
                                                   home[] = "--home", db[] = "--db", nothing[] = "";
    int count = 0;
    if (words_split(&words, line->text) != NULL || words.count >= WORDS_MAX - OPTIONS)
        return;
    asked[count++] = complete_word;
    asked[count++] = ends;
    asked[count++] = home;
    asked[count++] = console->home.path;
    if (console->db != NULL) {
        asked[count++] = db;
        asked[count++] = (char *)console->db;
    }
    for (int i = words.count > 0 && strcmp(words.word[0], "bank") == 0; i < words.count; i++)
        asked[count++] = words.word[i];
    if (line->length == 0 || line->text[line->length - 1] == ' ')
        asked[count++] = nothing;
    asked[count] = NULL;
    snprintf(console->completed, sizeof console->completed, "%s", line->text);
    spawn_start(&console->completion, &console->home, console->db, false, asked, COLUMNS);
}

void console_complete_take(struct console *console)
{
    struct line *line = &console->command;
    const struct page *page = console->completion.page;
    if (console->mode != MODE_COMMAND || strcmp(line->text, console->completed) != 0)
        return; /* it was typed on */
    const char *blank = strrchr(line->text, ' ');
    struct candidates candidates = { .typed = blank != NULL ? blank + 1 : line->text };
    candidates.typed_length = strlen(candidates.typed);
    for (size_t i = 0; i < page->count; i++) {
        char *text = page->row[i].cell[0];
        text[strcspn(text, "\t")] = '\0';
        if (text[0] != ':') /* files are the shell's to know */
            offer(&candidates, text);
    }
    if (blank == NULL)
        offer_views(&candidates);
    if (candidates.count == 0 && blank != NULL)
        offer_ids(&candidates, console_grid(console)->page);
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
