/* SPDX-License-Identifier: MIT */
/*
 * The console's screen, from the top: what the bank is, its counters, the
 * withdrawals that are open (at most a third of the lines), the events with
 * the newest at the bottom, the keys. Lines are cut at the right edge.
 */
#include "bank/cli/arguments.h"
#include "bank/cli/values.h"
#include "bank/commands/console.h"
#include "shared/text.h"
#include "shared/tty.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <term.h>

#include <inttypes.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PAIR_TITLE = 1, PAIR_TROUBLE, PAIR_WAITING };

static SCREEN *terminal;

bool console_open(void)
{
    const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");
    char place[] = "cup";
    int known = 0;
    setlocale(LC_ALL, "");
    if (term == NULL || setupterm(term, STDOUT_FILENO, &known) != OK || tigetstr(place) == NULL)
        return false;
    if (tty_oversized(STDIN_FILENO))
        use_env(FALSE);
    terminal = newterm(term, stdout, stdin);
    if (terminal == NULL)
        return false;
    set_term(terminal);
    cbreak();
    noecho();
    curs_set(0);
    keypad(stdscr, TRUE);
    if (has_colors() && (no_color == NULL || no_color[0] == '\0')) {
        start_color();
        use_default_colors();
        init_pair(PAIR_TITLE, COLOR_CYAN, -1);
        init_pair(PAIR_TROUBLE, COLOR_RED, -1);
        init_pair(PAIR_WAITING, COLOR_YELLOW, -1);
    }
    return true;
}

void console_close(void)
{
    endwin();
    delscreen(terminal);
    terminal = NULL;
}

int console_key(int wait_ms)
{
    timeout(wait_ms);
    int key = getch();
    return key == ERR ? 0 : key;
}

static void line_paint(int line, attr_t look, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void line_paint(int line, attr_t look, const char *format, ...)
{
    char text[600], shown[1200];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    attrset((int)look);
    mvaddnstr(line, 0, text_shown(text, shown, sizeof shown), COLS);
    attrset(A_NORMAL);
}

static void duration_text(int64_t seconds, char buffer[static 24])
{
    if (seconds < 120)
        snprintf(buffer, 24, "%" PRId64 " s", seconds);
    else if (seconds < 7200)
        snprintf(buffer, 24, "%" PRId64 " min", seconds / 60);
    else if (seconds < 172800)
        snprintf(buffer, 24, "%" PRId64 " h", seconds / 3600);
    else
        snprintf(buffer, 24, "%" PRId64 " d", seconds / 86400);
}

/* The bank itself and its counters; how many lines that took. */
static int paint_bank(const struct console *console)
{
    char uptime[24];
    duration_text(console->uptime_s, uptime);
    line_paint(0, A_BOLD | COLOR_PAIR(PAIR_TITLE), "EsBank  %s", console->home.path);
    if (console->bank_trouble[0] != '\0')
        line_paint(1, A_BOLD | COLOR_PAIR(PAIR_TROUBLE), "%s", console->bank_trouble);
    else
        line_paint(1, A_NORMAL,
                   "%s since %s   %" PRId64 " terminals   %" PRId64 " operators   queued %" PRId64,
                   console->bank_active ? "active" : "standing by", uptime, console->terminals,
                   console->operators, console->counter[COUNTER_QUEUED]);
    char text[300] = "";
    size_t used = 0;
    for (int i = 0; i < COUNTER_QUEUED; i++)
        used += (size_t)snprintf(
            text + used, sizeof text - used, "%s%s %" PRId64 " (%" PRId64 "/s)", i > 0 ? "   " : "",
            console_counter_name((enum console_counter)i), console->counter[i], console->rate[i]);
    line_paint(2, A_NORMAL, "%s", text);
    if (console->database_trouble[0] != '\0')
        line_paint(3, A_BOLD | COLOR_PAIR(PAIR_TROUBLE), "%s", console->database_trouble);
    else
        line_paint(3, console->lag > 0 || console->parked > 0 ? COLOR_PAIR(PAIR_WAITING) : A_NORMAL,
                   "position %" PRId64 "   read models %" PRId64 " behind   %" PRId64 " parked",
                   console->head, console->lag, console->parked);
    return 5;
}

static int paint_withdrawals(const struct console *console, int line, int room)
{
    line_paint(line, A_BOLD | COLOR_PAIR(PAIR_TITLE),
               "OPEN WITHDRAWALS  %" PRId64 ", of them %" PRId64 " suspect", console->open_count,
               console->suspect_count);
    int shown = (int)console->withdrawal_count < room ? (int)console->withdrawal_count : room;
    for (int i = 0; i < shown; i++) {
        const struct console_withdrawal *withdrawal = &console->withdrawal[i];
        char amount[MONEY_TEXT_LENGTH], age[24], left[40] = "a count has to tell";
        bool suspect = strcmp(withdrawal->state, "suspect") == 0;
        duration_text(withdrawal->age_s, age);
        if (!suspect)
            snprintf(left, sizeof left, "suspect in %" PRId64 " s",
                     withdrawal->left_s > 0 ? withdrawal->left_s : 0);
        line_paint(line + 1 + i, COLOR_PAIR(suspect ? PAIR_TROUBLE : PAIR_WAITING),
                   "%-36s  %-10s  %12s  %8s old  %-20s  %s", withdrawal->id, withdrawal->state,
                   money_format(withdrawal->amount, amount), age, left, withdrawal->teller);
    }
    return line + 2 + shown;
}

static void paint_events(const struct console *console, int line, int last_line)
{
    line_paint(line, A_BOLD | COLOR_PAIR(PAIR_TITLE), "EVENTS%s",
               console->paused ? "  (standing still)" : "");
    size_t room = last_line > line ? (size_t)(last_line - line) : 0;
    size_t kept = console->event_count < CONSOLE_EVENTS ? console->event_count : CONSOLE_EVENTS;
    size_t shown = room < kept ? room : kept;
    for (size_t i = 0; i < shown; i++) {
        const struct console_event *event =
            &console->event[(console->event_count - shown + i) % CONSOLE_EVENTS];
        char time[TIME_TEXT_SIZE];
        time_text(event->at_us, time);
        line_paint(line + 1 + (int)i, strncmp(event->type, "Teller.", 7) == 0 ? A_BOLD : A_NORMAL,
                   "%9" PRId64 "  %.12s  %-32s  %s", event->position, time + 11, event->type,
                   event->stream);
    }
}

void console_render(const struct console *console)
{
    int high, wide;
    if (tty_size(STDIN_FILENO, &high, &wide) && (high != LINES || wide != COLS)) {
        resizeterm(high, wide);
        clearok(curscr, TRUE);
    }
    erase();
    int line = paint_bank(console);
    line = paint_withdrawals(console, line, LINES / 3 > 2 ? LINES / 3 - 2 : 1);
    paint_events(console, line, LINES - 2);
    line_paint(LINES - 1, A_REVERSE, " q quits   space lets the events %s ",
               console->paused ? "run" : "stand still");
    refresh();
}
