/* SPDX-License-Identifier: MIT */
/*
 * The face on a real pseudo-terminal: a child shows a view and does what a scene says; the test
 * plays the terminal and the person in front of it. It waits for bytes with a deadline, never for a
 * while.
 */
#include "atm/tui/tui.h"

#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>

#include <cmocka.h>

enum { DEADLINE_MS = 10000 };

struct stage {
    int master, slave; /* the slave stays open so that its settings can be looked at */
    int report;        /* here the child says what it has read */
    pid_t child;
    struct termios before;
    char shown[65536]; /* all the child wrote */
    size_t length;
};

typedef void scene(void);

static int report; /* the child's end of it */

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void stage_open(struct stage *stage, const char *term, scene *play, int columns, int rows)
{
    struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };
    memset(stage, 0, sizeof *stage);
    assert_int_equal(openpty(&stage->master, &stage->slave, NULL, NULL, &size), 0);
    assert_int_equal(tcgetattr(stage->slave, &stage->before), 0);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    stage->report = ends[0];
    report = ends[1];
    stage->child = fork();
    assert_true(stage->child >= 0);
    if (stage->child == 0) {
        int slave = stage->slave;
        close(stage->master);
        login_tty(slave);
        setenv("TERM", term, 1);
        setenv("LC_ALL", "C.UTF-8", 1);
        play();
        _exit(0);
    }
    close(report);
}

/* Reads until the text came; false at the deadline or when the child has closed its end. */
static bool stage_wait(struct stage *stage, const char *text)
{
    int64_t deadline = now_ms() + DEADLINE_MS;
    while (memmem(stage->shown, stage->length, text, strlen(text)) == NULL) {
        struct pollfd input = { .fd = stage->master, .events = POLLIN };
        int64_t left = deadline - now_ms();
        if (left <= 0 || stage->length == sizeof stage->shown || poll(&input, 1, (int)left) <= 0)
            return false;
        ssize_t length =
            read(stage->master, stage->shown + stage->length, sizeof stage->shown - stage->length);
        if (length <= 0)
            return false;
        stage->length += (size_t)length;
    }
    return true;
}

static void stage_press(struct stage *stage, const char *keys)
{
    assert_int_equal(write(stage->master, keys, strlen(keys)), (ssize_t)strlen(keys));
}

/* Forgets what was shown so far. */
static void stage_turn(struct stage *stage)
{
    stage->length = 0;
}

/* Waits for the child's end; after it the line's settings are what the child has left. */
static int stage_close(struct stage *stage, struct termios *after)
{
    int status = 0;
    assert_int_equal(waitpid(stage->child, &status, 0), stage->child);
    assert_int_equal(tcgetattr(stage->slave, after), 0);
    close(stage->master);
    close(stage->slave);
    close(stage->report);
    return status;
}

/* ---- what the child does ---------------------------------------------------- */

static struct view view;
static bool labelled; /* all of its keys do something */

static void view_pin(void)
{
    memset(&view, 0, sizeof view);
    view.screen = SCREEN_PIN_ENTRY;
    view.entry = ENTRY_PIN;
    snprintf(view.heading, sizeof view.heading, "Enter your PIN");
    snprintf(view.fdk[7].label, sizeof view.fdk[7].label, "Help");
    for (int key = 0; labelled && key < VIEW_FDKS; key++)
        snprintf(view.fdk[key].label, sizeof view.fdk[key].label, "Key");
}

static void start(void)
{
    struct tui_options options;
    struct error error;
    tui_options_from_environment(&options);
    if (!tui_start(&options, &error)) {
        fprintf(stderr, "%s\n", error.message);
        _exit(99);
    }
    view_pin();
    tui_paint(&view, NULL);
}

static struct input next_input(void)
{
    for (;;) {
        struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
        struct input done = tui_read();
        if (done.kind != INPUT_NONE)
            return done;
        tui_paint(&view, NULL);
        poll(&input, 1, tui_timeout_ms());
    }
}

/* Reports each input until Enter. */
static void play_inputs(void)
{
    start();
    for (struct input input; (input = next_input()).kind != INPUT_ENTER;)
        if (write(report, &input, sizeof input) != sizeof input)
            _exit(98);
    tui_stop();
    tui_stop();
}

static void play_crash(void)
{
    start();
    raise(SIGSEGV);
}

static void play_screens(void)
{
    start();
    next_input();
    view.screen = SCREEN_TAKE_CASH;
    view.entry = ENTRY_NONE;
    snprintf(view.heading, sizeof view.heading, "Take it");
    tui_paint(&view, NULL);
    next_input();
    tui_stop();
}

static void play_resize(void)
{
    sigset_t winch, none;
    sigemptyset(&none);
    sigemptyset(&winch);
    sigaddset(&winch, SIGWINCH);
    sigprocmask(SIG_BLOCK, &winch, NULL); /* it is let in only while waiting, so none is missed */
    start();
    for (;;) {
        struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
        ppoll(&input, 1, NULL, &none);
        if (tui_read().kind == INPUT_ENTER)
            break;
        tui_paint(&view, NULL);
    }
    tui_stop();
}

/* ---- tests -------------------------------------------------------------------- */

static size_t place_of(const struct stage *stage, const char *text)
{
    const char *found = memmem(stage->shown, stage->length, text, strlen(text));
    assert_non_null(found);
    return (size_t)(found - stage->shown);
}

static void expect_input(struct stage *stage, const char *keys, enum input_kind kind, int value)
{
    struct input input = { 0 };
    stage_press(stage, keys);
    struct pollfd said = { .fd = stage->report, .events = POLLIN };
    if (poll(&said, 1, DEADLINE_MS) <= 0 ||
        read(stage->report, &input, sizeof input) != sizeof input)
        fail_msg("the child took no input of kind %d", (int)kind);
    assert_int_equal(input.kind, kind);
    assert_int_equal(input.value, value);
}

static void leave(struct stage *stage)
{
    stage_press(stage, "\r");
    assert_true(stage_wait(stage, "\033[?1049l"));
    struct termios after;
    int status = stage_close(stage, &after);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_int_equal(after.c_lflag, stage->before.c_lflag);
    assert_int_equal(after.c_iflag, stage->before.c_iflag);
}

static void test_the_title_comes_after_everything_painted(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, "xterm-256color", play_screens, 80, 24);
    assert_true(stage_wait(&stage, "\033]2;atm: pin_entry\a"));
    assert_true(place_of(&stage, "Enter your PIN") < place_of(&stage, "\033]2;atm: pin_entry"));
    stage_turn(&stage);
    stage_press(&stage, "1");
    assert_true(stage_wait(&stage, "\033]2;atm: take_cash\a"));
    assert_true(place_of(&stage, "Take it") < place_of(&stage, "\033]2;atm: take_cash"));
    leave(&stage);
}

static void test_keys_mean_what_the_machine_says(void **state)
{
    (void)state;
    struct stage stage;
    labelled = true;
    stage_open(&stage, "xterm-256color", play_inputs, 80, 24);
    assert_true(stage_wait(&stage, "atm: pin_entry\a"));
    expect_input(&stage, "7", INPUT_DIGIT, '7');
    expect_input(&stage, "\x7f", INPUT_CLEAR, 0);
    expect_input(&stage, "\b", INPUT_CLEAR, 0);
    expect_input(&stage, "\033", INPUT_CANCEL, 0);
    expect_input(&stage, "\033OP", INPUT_FDK, 0);
    expect_input(&stage, "\033[11~", INPUT_FDK, 0);
    expect_input(&stage, "\033[15~", INPUT_FDK, 4);
    expect_input(&stage, "\033[19~", INPUT_FDK, 7);
    expect_input(&stage, "\033[24~", INPUT_SUPERVISOR, 0);
    expect_input(&stage, "\x13", INPUT_SUPERVISOR, 0);
    expect_input(&stage, "qa", INPUT_FDK, 4); /* as on machines; q is no key of theirs */
    leave(&stage);
    labelled = false;
}

/* It is seen, where the screen has keys that do something. */
static void test_a_key_that_does_nothing_makes_the_others_flash(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, "xterm-256color", play_inputs, 80, 24);
    assert_true(stage_wait(&stage, "atm: pin_entry\a"));
    stage_turn(&stage);
    stage_press(&stage, "\033OP"); /* F1 has no label */
    assert_true(stage_wait(&stage, "Help"));
    const char *first = memmem(stage.shown, stage.length, "Help", 4);
    stage.length -= (size_t)(first + 4 - stage.shown);
    memmove(stage.shown, first + 4, stage.length);
    assert_true(stage_wait(&stage, "Help"));        /* and is as before a moment later */
    expect_input(&stage, "\033[A\r", INPUT_FDK, 7); /* the focus comes to the only one */
    leave(&stage);
}

static void test_clicks_mean_the_key_that_is_painted_there(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, "xterm-256color", play_inputs, 80, 24);
    assert_true(stage_wait(&stage, "atm: pin_entry\a"));
    expect_input(&stage, "\033[<0;79;18M\033[<0;79;18m", INPUT_FDK, 7); /* F8 */
    expect_input(&stage, "\033[<0;26;13M\033[<0;26;13m", INPUT_DIGIT,
                 '1'); /* upper left of the keypad */
    expect_input(&stage, "\033[<0;50;13M\033[<0;50;13m", INPUT_CANCEL, 0);
    expect_input(&stage, "\033[<0;50;15M\033[<0;50;15m", INPUT_CLEAR, 0);
    expect_input(&stage, "\033[<0;2;9M\033[<0;2;9m8", INPUT_DIGIT,
                 '8'); /* F1 has no label: only the 8 counts */
    leave(&stage);
}

/* A line that breaks off there holds up neither keys nor timers. */
static void test_a_report_of_the_mouse_that_is_not_whole_is_none(void **state)
{
    (void)state;
    static const char *const begun[] = { "\033[<", "\033[<0;79", "\033[<0;79;18", "\033[<;;;;" };
    struct stage stage;
    stage_open(&stage, "xterm-256color", play_inputs, 80, 24);
    assert_true(stage_wait(&stage, "atm: pin_entry\a"));
    for (size_t i = 0; i < sizeof begun / sizeof begun[0]; i++) {
        stage_press(&stage, begun[i]);
        expect_input(&stage, "\x13", INPUT_SUPERVISOR, 0);
    }
    expect_input(&stage, "\033[<0;79;18M", INPUT_FDK, 7);
    leave(&stage);
}

/* On the line, with pauses that a slow connection makes. */
static void test_a_split_key_is_that_key_and_an_unknown_one_none(void **state)
{
    (void)state;
    struct stage stage;
    const struct timespec pause = { .tv_nsec = 30000000 };
    labelled = true;
    stage_open(&stage, "xterm-256color", play_inputs, 80, 24);
    assert_true(stage_wait(&stage, "atm: pin_entry\a"));
    for (const char *byte = "\033[15"; *byte != '\0'; byte++) {
        stage_press(&stage, (char[]){ *byte, '\0' });
        nanosleep(&pause, NULL);
    }
    expect_input(&stage, "~", INPUT_FDK, 4);
    expect_input(&stage, "\0332\033[A\033[I\033[97;5u\033Op", INPUT_DIGIT, '0');
    leave(&stage);
    labelled = false;
}

static void play_small(void)
{
    start();
    struct input input = next_input();
    if (write(report, &input, sizeof input) != sizeof input)
        _exit(98);
    tui_stop();
}

static void test_nothing_works_behind_the_panel_of_a_small_window(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, "xterm-256color", play_small, 60, 20);
    assert_true(stage_wait(&stage, "This one has 60"));
    expect_input(&stage, "1\r\033OP\033[<0;2;9M\003", INPUT_QUIT, 0);
    struct termios after;
    assert_true(stage_wait(&stage, "\033[?1049l"));
    stage_close(&stage, &after);
}

/* F1 brings the next screen; what it repeats there is nobody's answer. */
static void play_held(void)
{
    start();
    snprintf(view.heading, sizeof view.heading, "First");
    view.entry = ENTRY_NONE;
    tui_paint(&view, NULL);
    for (int screens = 0;; screens++) {
        struct input input = next_input();
        if (write(report, &input, sizeof input) != sizeof input)
            _exit(98);
        if (input.kind == INPUT_QUIT)
            break;
        snprintf(view.heading, sizeof view.heading, "Screen %d", screens);
        tui_paint(&view, NULL);
    }
    tui_stop();
}

static void test_a_held_key_stays_on_its_screen(void **state)
{
    (void)state;
    struct stage stage;
    labelled = true;
    stage_open(&stage, "xterm-256color", play_held, 80, 24);
    assert_true(stage_wait(&stage, "atm: pin_entry\a"));
    expect_input(&stage, "\033OP", INPUT_FDK, 0);
    assert_true(stage_wait(&stage, "Screen 0"));
    for (int i = 0; i < 30; i++)
        stage_press(&stage, "\033OP");
    expect_input(&stage, "\003", INPUT_QUIT, 0);
    struct termios after;
    assert_true(stage_wait(&stage, "\033[?1049l"));
    stage_close(&stage, &after);
    labelled = false;
}

static void test_no_title_goes_to_a_terminal_that_prints_it(void **state)
{
    (void)state;
    struct stage stage;
    labelled = true;
    stage_open(&stage, "linux", play_inputs, 80, 24);
    assert_true(stage_wait(&stage, "Enter your PIN"));
    expect_input(&stage, "\033[[A", INPUT_FDK, 0);
    stage_press(&stage, "\r");
    struct termios after;
    assert_true(stage_wait(&stage, "\033[?25h"));
    stage_close(&stage, &after);
    assert_null(memmem(stage.shown, stage.length, "\033]2;", 4));
    assert_null(memmem(stage.shown, stage.length, ";2t", 3));
    labelled = false;
}

static void test_a_window_beyond_all_screens_is_painted_in_part(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, "xterm-256color", play_inputs, 40000, 40);
    assert_true(stage_wait(&stage, "atm: pin_entry\a"));
    struct winsize size = { .ws_row = 40, .ws_col = 65535 };
    assert_int_equal(ioctl(stage.master, TIOCSWINSZ, &size), 0);
    expect_input(&stage, "7", INPUT_DIGIT, '7');
    leave(&stage);
}

static void test_a_crash_gives_the_terminal_back(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, "xterm-256color", play_crash, 80, 24);
    assert_true(stage_wait(&stage, "\033[?1049l"));
    assert_true(place_of(&stage, "\033[?1006;1000l") < place_of(&stage, "\033[?1049l"));
    struct termios after;
    int status = stage_close(&stage, &after);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGSEGV);
    assert_int_equal(after.c_lflag, stage.before.c_lflag);
    assert_int_equal(after.c_iflag, stage.before.c_iflag);
}

static void test_a_small_window_says_so_and_recovers(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, "xterm-256color", play_resize, 60, 20);
    assert_true(stage_wait(&stage, "This one has 60"));
    stage_turn(&stage);
    struct winsize size = { .ws_row = 30, .ws_col = 100 };
    assert_int_equal(ioctl(stage.master, TIOCSWINSZ, &size), 0);
    assert_true(stage_wait(&stage, "Enter your PIN"));
    leave(&stage);
}

static void test_a_terminal_that_cannot_place_text_is_refused(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, "dumb", play_inputs, 80, 24);
    assert_true(stage_wait(&stage, "use --plain"));
    assert_true(memmem(stage.shown, stage.length, "\033", 1) == NULL);
    struct termios after;
    int status = stage_close(&stage, &after);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 99);
}

static void play_end(void)
{
    start();
    struct input input = next_input();
    _exit(input.kind == INPUT_QUIT ? 7 : 8);
}

static void test_a_terminal_that_goes_away_is_the_end_of_input(void **state)
{
    (void)state;
    struct stage stage;
    signal(SIGHUP, SIG_IGN); /* the child inherits it: only the hang-up on its input is left */
    stage_open(&stage, "xterm-256color", play_end, 80, 24);
    signal(SIGHUP, SIG_DFL);
    assert_true(stage_wait(&stage, "atm: pin_entry\a"));
    close(stage.slave);
    close(stage.master);
    int status = 0;
    assert_int_equal(waitpid(stage.child, &status, 0), stage.child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_title_comes_after_everything_painted),
        cmocka_unit_test(test_keys_mean_what_the_machine_says),
        cmocka_unit_test(test_a_key_that_does_nothing_makes_the_others_flash),
        cmocka_unit_test(test_clicks_mean_the_key_that_is_painted_there),
        cmocka_unit_test(test_a_report_of_the_mouse_that_is_not_whole_is_none),
        cmocka_unit_test(test_a_split_key_is_that_key_and_an_unknown_one_none),
        cmocka_unit_test(test_nothing_works_behind_the_panel_of_a_small_window),
        cmocka_unit_test(test_a_held_key_stays_on_its_screen),
        cmocka_unit_test(test_no_title_goes_to_a_terminal_that_prints_it),
        cmocka_unit_test(test_a_window_beyond_all_screens_is_painted_in_part),
        cmocka_unit_test(test_a_crash_gives_the_terminal_back),
        cmocka_unit_test(test_a_small_window_says_so_and_recovers),
        cmocka_unit_test(test_a_terminal_that_cannot_place_text_is_refused),
        cmocka_unit_test(test_a_terminal_that_goes_away_is_the_end_of_input),
    };
    return cmocka_run_group_tests_name("tui", tests, NULL, NULL);
}
