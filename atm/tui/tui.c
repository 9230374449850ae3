/* SPDX-License-Identifier: MIT */
/*
 * Starts and stops the terminal, reads keys and the mouse, and decides when to paint: when the view
 * differs from the last one, when something moves, when the window has another size.
 *
 * Invariants:
 *  1. The title names a screen only once that screen is on the terminal, whole and at rest, so
 * a reader of the title may then look at the screen.
 *  2. Flow control and the characters that send signals are off: Ctrl-S is a key, and no key can
 * leave the machine in the middle of a transaction. Ctrl-C is a key too: as a signal it
 * would also reach the programs that started this one, and make would call an orderly end an error.
 *  3. The window's size is asked for, not waited for: it does not matter who handles SIGWINCH.
 */
#include "atm/tui/tui.h"
#include "atm/tui/choose.h"
#include "atm/tui/held.h"
#include "atm/tui/line.h"
#include "atm/tui/paint.h"
#include "atm/tui/paint_bidi.h"
#include "atm/tui/tui_curses.h"
#include "shared/tty.h"
#include "shared/tui/crash.h"

#include <langinfo.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { KEYS_MAX = 256 /* looked at in one turn */, FLASH_MS = 300 };

static struct {
    bool started;
    struct theme theme;
    bool still;
    struct view view; /* the one on the terminal */
    bool painted;     /* there is one */
    struct held held;
    unsigned screens; /* that came up until now */
    int focus;        /* which key the arrows have come to; CHOOSE_NONE */
    bool answers;     /* what was read last has to show in the next view, or it did nothing */
    int64_t flash_ms; /* until when the keys are shown that do something */
    struct hits hits;
    bool has_title;     /* the terminal shows one, and does not print it */
    int64_t screen_ms;  /* when its screen came up */
    int64_t view_ms;    /* when it came, to count down from */
    int64_t due_ms;     /* when something moves; -1: nothing does */
    enum screen titled; /* SCREEN_COUNT: none yet */
    struct around around;
    struct inside inside; /* of around, when it has one */
    unsigned long told;   /* entries of its trace that are on the terminal */
} tui;

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void terminal_write(const char *text)
{
    fflush(stdout);
    for (size_t left = strlen(text); left > 0;) {
        ssize_t written = write(STDOUT_FILENO, text, left);
        if (written <= 0)
            return; /* it went away; reading will say so */
        text += written;
        left -= (size_t)written;
    }
}

/* ---- starting and stopping ------------------------------------------------ */

static bool locale_is_utf8(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

void tui_options_from_environment(struct tui_options *options)
{
    setlocale(LC_ALL, "");
    const char *no_color = getenv("NO_COLOR");
    options->mono = no_color != NULL && no_color[0] != '\0';
    options->ascii = !locale_is_utf8();
    options->high_contrast = options->still = false;
    options->palette = NULL;
}

static void line_settings(void)
{
    struct termios line;
    if (tcgetattr(STDIN_FILENO, &line) != 0)
        return;
    line.c_iflag &= ~(tcflag_t)(IXON | IXOFF | ICRNL);
    line.c_lflag &= ~(tcflag_t)(ICANON | ECHO | IEXTEN | ISIG);
    tcsetattr(STDIN_FILENO, TCSANOW, &line);
    def_prog_mode(); /* curses comes back to these after a stop from outside */
}

bool tui_possible(struct error *error)
{
    const char *term = getenv("TERM");
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return error_set(error, ERROR_USAGE,
                         "standard input and output have to be a terminal: start the ATM in one, "
                         "or with --plain");
    int known = 0;
    if (term == NULL || setupterm(term, STDOUT_FILENO, &known) != OK ||
        tigetstr((char[]){ "cup" }) == NULL)
        return error_set(error, ERROR_USAGE,
                         "the terminal type \"%s\" is unknown or cannot place text: set TERM to "
                         "what the terminal is, "
                         "for instance xterm, or use --plain",
                         term != NULL ? term : "");
    return true;
}

static bool terminal_can(const char *capability)
{
    char name[8];
    snprintf(name, sizeof name, "%s", capability);
    const char *described = tigetstr(name);
    return described != NULL && described != (char *)-1;
}

/* Consoles and old terminals print what stands in a title. */
static bool title_possible(const char *term)
{
    static const char *const kinds[] = { "xterm", "screen", "tmux", "rxvt", "vt100" };
    char xterm_like[] = "XT";
    if (tigetflag(xterm_like) == 1 || terminal_can("tsl"))
        return true;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strncmp(term, kinds[i], strlen(kinds[i])) == 0)
            return true; /* vt100: how emulators without colours are called */
    return false;
}

bool tui_start(const struct tui_options *options, struct error *error)
{
    const char *term = tui_possible(error) ? getenv("TERM") : NULL;
    if (term == NULL)
        return false;
    setlocale(LC_CTYPE, "");
    struct tui_options chosen = *options;
    chosen.ascii = chosen.ascii || !locale_is_utf8();

    tui_crash_prepare();
    if (tty_oversized(STDIN_FILENO))
        use_env(FALSE);
    SCREEN *curses = newterm(term, stdout, stdin);
    if (curses == NULL)
        return error_set(error, ERROR_USAGE, "the terminal cannot be used: use --plain");
    tui.has_title = title_possible(term);
    tui_crash_arm(tui.has_title);
    tui_crash_add(BIDI_IMPLICIT);
    tui.started = true;
    if (tui.has_title)
        terminal_write("\033[22;2t"); /* keep the one there is */
    cbreak();
    noecho();
    nonl();
    line_settings();
    typeahead(-1); /* what is typed does not interrupt what is painted */
    line_start();
    if (terminal_can("kmous"))
        terminal_write(LINE_MOUSE_ON);
    terminal_write(BIDI_EXPLICIT);
    curs_set(0);
    tui.around = (struct around){ .face = options->face };
    tui.theme = theme_choose(&chosen, tigetnum((char[]){ "colors" }), term);
    theme_start(&tui.theme);
    tui.still = chosen.still;
    tui.painted = false;
    tui.titled = SCREEN_COUNT;
    tui.focus = CHOOSE_NONE;
    tui.due_ms = -1;
    return true;
}

void tui_stop(void)
{
    tui.started = false;
    tui_crash_restore();
}

void tui_clear(void)
{
    char name[] = "clear";
    const char *clear = tigetstr(name);
    if (clear != NULL && clear != (char *)-1)
        tputs(clear, 1, putchar);
    fflush(stdout);
}

/* ---- painting -------------------------------------------------------------- */

/* True when the window has another size than curses thinks. */
static bool window_resized(void)
{
    int high, wide;
    if (!tty_size(STDIN_FILENO, &high, &wide) || (high == LINES && wide == COLS))
        return false;
    resizeterm(high, wide);
    clearok(curscr, TRUE); /* terminals differ in what they keep of the old screen */
    return true;
}

static struct moment moment_at(int64_t now)
{
    int64_t left = tui.view.countdown_ms - (now - tui.view_ms);
    int64_t age = now - tui.screen_ms;
    if (tui.still)
        return (struct moment){ .age_ms = 60000,
                                .focus = tui.focus + 1,
                                .left_ms = left > 0 ? (int)(left + 999) / 1000 * 1000 : 0 };
    return (struct moment){
        .age_ms = age < 60000 ? (int)age : 60000,
        .tick_ms = (int)((now - tui.screen_ms) % 86400000),
        .left_ms = left > 0 ? (int)left : 0,
        .focus = tui.focus + 1,
        .flash = now < tui.flash_ms,
    };
}

static void title_write(enum screen screen)
{
    char title[64];
    tui.titled = screen;
    if (!tui.has_title)
        return;
    snprintf(title, sizeof title, "\033]2;atm: %s\a", screen_name(screen));
    terminal_write(title);
}

static void paint_now(int64_t now)
{
    struct moment moment = moment_at(now);
    paint_view(&tui.view, &tui.around, &tui.theme, &moment, LINES, COLS, &tui.hits);
    refresh();
    if (tui.titled != tui.view.screen && paint_settled(&tui.view, &moment))
        title_write(tui.view.screen);
    int interval = paint_interval_ms(&tui.view, &moment);
    if (moment.flash && (interval < 0 || tui.flash_ms - now < interval))
        interval = (int)(tui.flash_ms - now);
    if (tui.still) /* the next second of a countdown */
        interval = moment.left_ms > 0
                       ? (int)((tui.view.countdown_ms - (now - tui.view_ms) - 1) % 1000 + 1)
                       : -1;
    tui.due_ms = interval < 0 ? -1 : now + interval;
}

/* Takes over what is inside; whether that is news. */
static bool inside_take(const struct inside *inside)
{
    if (inside == NULL)
        return false;
    const bool news = tui.around.inside == NULL || tui.told != inside->trace->count ||
                      !notes_equal(&tui.inside.cassettes, &inside->cassettes);
    tui.inside = *inside;
    tui.around.inside = &tui.inside;
    tui.told = inside->trace->count;
    return news;
}

/* Whether it is another view than the one shown, but for its countdown. */
static bool says_more(const struct view *view)
{
    static struct view shown;
    shown = tui.view;
    shown.countdown_ms = view->countdown_ms;
    memcpy(shown.clock, view->clock, sizeof shown.clock);
    /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison) */
    return memcmp(view, &shown, sizeof shown) != 0;
}

/* A key that did nothing makes those flash that do something. */
static void flash_unless(bool done, int64_t now)
{
    tui.answers = false;
    if (done || tui.still)
        return;
    tui.flash_ms = now + FLASH_MS;
    tui.due_ms = now;
}

void tui_paint(const struct view *view, const struct inside *inside)
{
    if (!tui.started)
        return;
    int64_t now = now_ms();
    bool resized = window_resized(), news = inside_take(inside);
    /* Padding may differ where nothing else does: then it is painted once too often. */
    /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison) */
    bool differs = !tui.painted || memcmp(view, &tui.view, sizeof *view) != 0;
    flash_unless(!tui.answers || says_more(view), now);
    if (differs) {
        if (!tui.painted || view->screen != tui.view.screen)
            tui.screen_ms = now;
        if (!tui.painted || view->screen != tui.view.screen ||
            strcmp(view->heading, tui.view.heading) != 0) {
            tui.screens++;
            tui.focus = CHOOSE_NONE;
            tui.flash_ms = 0;
        }
        tui.view = *view;
        tui.view_ms = now;
        tui.painted = true;
    }
    if (differs || resized || news || (tui.due_ms >= 0 && now >= tui.due_ms))
        paint_now(now);
}

int tui_timeout_ms(void)
{
    const int64_t deadlines[] = { tui.due_ms, line_deadline(), held_deadline(&tui.held) };
    int64_t soonest = -1;
    if (!tui.started)
        return -1;
    if (line_pending())
        return 0;
    for (size_t i = 0; i < sizeof deadlines / sizeof deadlines[0]; i++)
        if (deadlines[i] >= 0 && (soonest < 0 || deadlines[i] < soonest))
            soonest = deadlines[i];
    const int64_t left = soonest - now_ms();
    return soonest < 0 ? -1 : left > 0 ? (int)left : 0;
}

/* ---- reading --------------------------------------------------------------- */

static bool too_small(void)
{
    return LINES < PAINT_ROWS || COLS < PAINT_COLUMNS;
}

/* What a person meant on the screen that is up: behind a panel that hides it, nothing. */
static struct input input_meant(struct key key, int64_t now)
{
    static const struct input none = { .kind = INPUT_NONE };
    struct input input = key.kind == KEYS_CLICK   ? hits_find(&tui.hits, key.row, key.column)
                         : key.kind == KEYS_INPUT ? key.input
                                                  : none;
    if (key.kind == KEYS_REPAINT) {
        clearok(curscr, TRUE);
        tui.due_ms = 0;
    }
    if (input.kind == INPUT_NONE || input.kind == INPUT_QUIT)
        return input;
    if (too_small())
        return none;
    if (tui.view.entry == ENTRY_PIN && input.kind == INPUT_DIGIT)
        return input; /* and kept nowhere */
    return held_press(&tui.held, input, tui.screens, now);
}

/* What the screen that is up makes of it; the focus and the flash are this side's own. */
static struct input input_chosen(struct input input, int64_t now)
{
    const int focus = tui.focus;
    if (input.kind == INPUT_NONE || input.kind == INPUT_QUIT)
        return input;
    const struct input chosen = choose(&tui.view, input, &tui.focus);
    if (tui.focus != focus)
        tui.due_ms = now;
    else
        flash_unless(chosen.kind != INPUT_NONE, now);
    tui.answers = chosen.kind != INPUT_NONE;
    return chosen;
}

/* The next key that counts. Time is looked at only when all that came has been read: a program that
 * was held up takes neither a sequence for an Esc nor a repetition for a press. */
static struct input input_next(int64_t now)
{
    struct key key;
    struct input input = held_after(&tui.held, tui.screens, now);
    if (input.kind != INPUT_NONE)
        return input;
    if (line_read(&key, now))
        return input_meant(key, now);
    if (line_ended())
        return (struct input){ .kind = INPUT_QUIT, .value = 1 };
    input = held_release(&tui.held, tui.screens, now);
    return input.kind != INPUT_NONE ? input : input_meant(line_expire(now), now);
}

struct input tui_read(void)
{
    const struct input none = { .kind = INPUT_NONE };
    if (!tui.started)
        return none;
    if (window_resized() && tui.painted)
        paint_now(now_ms());
    for (int keys = 0; keys < KEYS_MAX; keys++) {
        const int64_t now = now_ms();
        const struct input input = input_chosen(input_next(now), now);
        if (input.kind != INPUT_NONE || !line_waits())
            return input;
    }
    return none;
}

void tui_discard(void)
{
    if (!tui.started)
        return;
    line_discard();
    held_forget(&tui.held);
}
