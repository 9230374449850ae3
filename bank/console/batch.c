/* SPDX-License-Identifier: MIT */
/* The console without a screen: each line is what would be typed after its colon. */
#include "bank/cli/commands.h"
#include "bank/console/columns.h"
#include "bank/console/console.h"
#include "bank/console/parts.h"
#include "bank/console/spawn.h"
#include "bank/console/words.h"
#include "shared/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MAX = 1000, COLUMNS = 240 };

static const char *online(const struct machines *machines, const char *text)
{
    struct uuid id;
    if (!machines->known || text == NULL || !uuid_read(text, strlen(text), &id))
        return "unknown";
    return machines_have(machines, &id) ? "online" : "away";
}

static void page_print(const struct view *view, const struct page *page,
                       const struct machines *machines, bool json)
{
    struct table_column columns[PAGE_COLUMNS_MAX + 1];
    struct table table;
    view_table_columns(view, json, columns);
    table_init(&table, columns);
    for (size_t row = 0; row < page->count; row++)
        for (size_t i = 0; i < view_columns(view); i++) {
            const char *value = page->row[row].cell[i];
            if (!column_is_printed(&view->column[i], json))
                continue;
            if (view->column[i].kind == VIEW_ONLINE)
                value = online(machines, value);
            view_table_cell(&table, view->column[i].kind, value, json);
        }
    table_print(&table, json);
    table_finish(&table);
}

/* A view's rows: the first ones, or of one that follows its end the last ones. */
static int view_print(const struct home *home, const char *db, const struct view *view, bool json)
{
    struct ask ask = { .view = view,
                       .from = view->at_end ? ASK_END : ASK_START,
                       .rows = ROWS_MAX,
                       .columns = COLUMNS };
    struct reader reader;
    struct error error;
    struct figures_line line = { .home = home };
    struct machines machines = { 0 };
    struct page *page = NULL;
    if (reader_open(&reader, home, db, &error)) {
        query_await_models(reader.query);
        page = reader_fetch(&reader, &ask, &error);
        reader_close(&reader);
    }
    if (page == NULL)
        return complain_error(&error);
    if (view->column[1].kind == VIEW_ONLINE)
        machines_ask(&line, &machines);
    if (view->fetch == overview_fetch) {
        static struct figures figures;
        figures_ask(&line, &figures);
        overview_add_bank(&figures, page);
    }
    page_print(view, page, &machines, json);
    figures_line_close(&line);
    free(machines.id);
    page_destroy(page);
    return EXIT_SUCCESS;
}

static int line_run(const struct home *home, const char *db, const char *text, bool json)
{
    struct words words;
    const char *wrong = words_split(&words, text);
    if (wrong != NULL)
        return complain_usage("%s: %.60s", wrong, text);
    if (words.count == 0)
        return EXIT_SUCCESS;
    char *const *first = words.word + (strcmp(words.word[0], "bank") == 0);
    const struct view *view = first[0] != NULL && first[1] == NULL ? view_named(first[0]) : NULL;
    if (view != NULL)
        return view_print(home, db, view, json);
    if (first[0] != NULL && strcmp(first[0], "console") == 0)
        return complain_usage("the console does not run itself: say a view or another command");
    return spawn_run(home, db, json, first);
}

int console_batch(const struct home *home, const char *db, bool json, bool keep_going)
{
    char *text = NULL;
    size_t size = 0;
    int status = EXIT_SUCCESS;
    for (long number = 1; getline(&text, &size, stdin) >= 0; number++) {
        const int one = line_run(home, db, text, json);
        fflush(stdout);
        if (one == EXIT_SUCCESS)
            continue;
        status = status == EXIT_SUCCESS ? one : status;
        text[strcspn(text, "\r\n")] = '\0';
        complain("line %ld failed (%d): %.100s", number, one, text);
        if (!keep_going)
            break;
    }
    free(text);
    return status;
}
