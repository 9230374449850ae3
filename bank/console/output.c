/* SPDX-License-Identifier: MIT */
/* Commands of `bank` that are run in a child, and the pane with what they print. */
#include "bank/cli/commands.h"
#include "bank/console/state.h"
#include "bank/console/words.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { WHEEL_ROWS = 3, SIDE_COLUMNS = 20, OUTPUT_FRAME = 6 }; /* frame: lines that are not output */

void console_spawn(struct console *console, const char *text, bool quiet)
{
    struct words words;
    const char *wrong = words_split(&words, text);
    int rows, columns;
    paint_size(&rows, &columns);
    if (wrong == NULL && words.count > 0 && strcmp(words.word[0], "bank") == 0) {
        memmove(words.word, words.word + 1, (size_t)words.count * sizeof words.word[0]);
        words.count--;
    }
    if (wrong != NULL)
        console_notice(console, LOOK_BAD, "%s", wrong);
    else if (words.count > 0 && strcmp(words.word[0], "console") == 0)
        console_notice(console, LOOK_WARNING, "the console runs already");
    else if (!spawn_start(&console->child, &console->home, console->db, false, words.word, columns))
        console_notice(console, LOOK_BAD, "the command could not be started");
    else {
        console->child_quiet = quiet;
        console->output_top = console->output_left = 0;
        console->output_follow = false;
        console->mode = quiet ? MODE_VIEW : MODE_OUTPUT;
    }
}

/* Whether the command asks before it acts, and wants an answer here, since the child has no
 * terminal to ask at. What is wrong with the words the child says; a question that would have to be
 * looked up in the database is not waited for. */
static bool asks(struct console *console, const struct words *words)
{
    static struct arguments arguments;
    char name[] = "bank", *argv[WORDS_MAX + 2] = { name };
    const int skipped = words->count > 0 && strcmp(words->word[0], "bank") == 0;
    const int count = words->count - skipped;
    for (int i = 0; i <= count; i++)
        argv[i + 1] = words->word[i + skipped];
    complaints_mute(true);
    const bool read = arguments_parse(&arguments, count + 1, argv) && arguments.command != NULL &&
                      !arguments.help && !arguments.version && arguments_check(&arguments);
    complaints_mute(false);
    complaints_as_json(false);
    if (!read || arguments.command->asks == ASKS_NOTHING || argument_flag(&arguments, "yes"))
        return false;
    if (arguments.command->ask == NULL)
        return confirm_question(&arguments, console->question);
    snprintf(console->question, sizeof console->question, "Run `bank %.600s`?",
             console->command.text);
    return true;
}

void console_command(struct console *console)
{
    const char *text = console->command.text;
    struct words words;
    console->mode = MODE_VIEW;
    console->notice_until_ms = 0;
    line_keep(&console->command);
    if (words_split(&words, text) == NULL && words.count == 0)
        return;
    if (words.count == 1 && view_named(words.word[0]) != NULL) {
        console_open(console, view_named(words.word[0]));
        return;
    }
    if (words.count == 1 &&
        (strcmp(words.word[0], "q") == 0 || strcmp(words.word[0], "quit") == 0)) {
        console->quit = true;
        return;
    }
    if (asks(console, &words))
        console->mode = MODE_ASK;
    else
        console_spawn(console, text, false);
}

void console_output_move(struct console *console, long lines)
{
    int rows, columns;
    paint_size(&rows, &columns);
    const long room = rows > OUTPUT_FRAME ? rows - OUTPUT_FRAME : 1;
    const long count = console->child.page != NULL ? (long)console->child.page->count : 0;
    const long last = count > room ? count - room : 0, top = (long)console->output_top;
    const long to = lines == LONG_MIN ? 0 : lines == LONG_MAX ? last : top + lines;
    console->output_top = (size_t)(to < 0 ? 0 : to > last ? last : to);
    console->output_follow = lines == LONG_MAX;
}

void console_child_ended(struct console *console)
{
    const struct page *page = console->child.page;
    if (!console->child_quiet)
        return;
    const char *last = page->count > 0 ? page->row[page->count - 1].cell[0] : "";
    console_notice(console, console->child.status == 0 ? LOOK_GOOD : LOOK_BAD, "%s", last);
    console_ask(console);
}

static void output_leave(struct console *console)
{
    spawn_stop(&console->child);
    console->mode = MODE_VIEW;
    console_ask(console);
}

/* So far that the longest line's end is seen. */
static void output_sideways(struct console *console, int step, int columns)
{
    const struct page *page = console->child.page;
    int widest = 0;
    for (size_t i = 0; page != NULL && i < page->count; i++) {
        const int width = paint_width(page->row[i].cell[0]);
        widest = width > widest ? width : widest;
    }
    const int most = widest > columns ? widest - columns : 0;
    const int to = (int)console->output_left + step;
    console->output_left = (size_t)(to < 0 ? 0 : to > most ? most : to);
}

void console_output_key(struct console *console, int key)
{
    int rows, columns;
    paint_size(&rows, &columns);
    const long room = rows > OUTPUT_FRAME ? rows - OUTPUT_FRAME : 1;
    switch (key) {
    case KEY_DOWN:
    case 'j':
        console_output_move(console, 1);
        break;
    case KEY_UP:
    case 'k':
        console_output_move(console, -1);
        break;
    case PAINT_WHEEL_DOWN:
        console_output_move(console, WHEEL_ROWS);
        break;
    case PAINT_WHEEL_UP:
        console_output_move(console, -WHEEL_ROWS);
        break;
    case KEY_NPAGE:
    case ' ':
        console_output_move(console, room);
        break;
    case KEY_PPAGE:
        console_output_move(console, -room);
        break;
    case KEY_HOME:
    case 'g':
        console_output_move(console, LONG_MIN);
        break;
    case KEY_END:
    case 'G':
        console_output_move(console, LONG_MAX);
        break;
    case KEY_RIGHT:
    case 'l':
        output_sideways(console, SIDE_COLUMNS, columns);
        break;
    case KEY_LEFT:
    case 'h':
        output_sideways(console, -SIDE_COLUMNS, columns);
        break;
    case ':':
        line_set(&console->command, "");
        console->mode = MODE_COMMAND;
        break;
    case PAINT_CLICK:
    case KEY_RESIZE:
        break;
    default:
        output_leave(console);
    }
}
