/* SPDX-License-Identifier: MIT */
/*
 * The ATM's program: options, then one loop around the machine and its face.
 *
 * Signals only say that it is time to stop; they are let in while the loop
 * waits and nowhere else. The machine then brings what is under way to its
 * end: cash that is out is taken or drawn back, a card goes back, and nothing
 * is left that the next start would have to guess.
 */
#include "atm/devices/faults.h"
#include "atm/devices/printer.h"
#include "atm/files/log.h"
#include "atm/files/prompt.h"
#include "atm/frontend/frontend.h"
#include "atm/machine/machine.h"
#include "shared/clock.h"
#include "shared/shell_word.h"
#include "shared/text.h"
#include "shared/tty.h"
#include "shared/version.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GRACE_MS                                                                                   \
    300 /* the bank may take so long to be found before people hear that it is not there */

/* Taken in one turn: a flood of them holds up neither timers nor signals. */
#define INPUTS_MAX 64

static volatile sig_atomic_t stopping;

static void on_stop(int signal_number)
{
    (void)signal_number;
    stopping = 1;
}

static void on_resize(int signal_number)
{
    (void)signal_number; /* it has ended the wait: the face looks for itself */
}

/* Blocks what the loop lets in, and returns the mask to wait with. */
static sigset_t signals_prepare(void)
{
    static const int stops[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
    struct sigaction action = { .sa_handler = on_stop };
    sigset_t blocked, before;
    sigemptyset(&action.sa_mask);
    sigemptyset(&blocked);
    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
        sigaction(stops[i], &action, NULL);
        sigaddset(&blocked, stops[i]);
    }
    action.sa_handler = on_resize;
    sigaction(SIGWINCH, &action, NULL);
    sigaddset(&blocked, SIGWINCH);
    signal(SIGPIPE, SIG_IGN);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++)
        sigdelset(&before, stops[i]);
    sigdelset(&before, SIGWINCH);
    return before;
}

static int sooner(int a_ms, int b_ms)
{
    return a_ms < 0 ? b_ms : b_ms < 0 || a_ms < b_ms ? a_ms : b_ms;
}

/* How long the face stays blank yet: a machine that comes up is out of service until the bank has
 * answered.
 */
static int grace_left_ms(const struct machine *machine, int64_t started_ms)
{
    int64_t left = started_ms + GRACE_MS - clock_now_ms();
    return machine->terminal.state == STATE_OUT_OF_SERVICE && left > 0 ? (int)left : 0;
}

/* Waits for the link, the person, a deadline or a signal; returns what the link has. */
static short wait_for_something(const struct machine *machine, int at_most_ms, const sigset_t *mask)
{
    struct pollfd polls[2];
    struct timespec wait, *until = NULL;
    machine_poll(machine, &polls[0]);
    frontend_poll(&polls[1]);
    int ms = sooner(at_most_ms, sooner(machine_timeout_ms(machine), frontend_timeout_ms()));
    if (ms >= 0) {
        wait = (struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };
        until = &wait;
    }
    short revents = ppoll(polls, 2, until, mask) > 0 ? polls[0].revents : 0;
    /* Where something can be read at once, ppoll lets no signal in. */
    sigset_t blocked;
    sigprocmask(SIG_SETMASK, mask, &blocked);
    sigprocmask(SIG_SETMASK, &blocked, NULL);
    return revents;
}

static void machine_show(struct machine *machine)
{
    static struct view view;
    machine_view(machine, &view);
    const struct inside inside = machine_inside(machine);
    frontend_show(&view, machine->trace.on ? &inside : NULL, machine->terminal.language);
}

/* A key typed ahead must not take what has not been seen yet. */
static bool cash_came_out(const struct machine *machine, bool *out)
{
    const bool before = *out;
    *out = machine->terminal.state == STATE_TAKING_CASH;
    return *out && !before;
}

/* Keys are for what has been seen: what comes after one that brought another screen waits for it to
 * be painted. */
static bool screen_changed(const struct machine *machine)
{
    static enum terminal_state state;
    static enum supervisor_page page;
    const struct terminal *terminal = &machine->terminal;
    const bool changed = terminal->state != state || terminal->page != page;
    state = terminal->state;
    page = terminal->page;
    return changed;
}

static void serve(struct machine *machine, const sigset_t *mask)
{
    bool told = false, gone = false; /* the machine knows that it is to stop, and that the
                                        input has ended */
    bool shown = false;
    bool cash_out = false, more = false; /* more: there may be inputs that nothing will announce */
    int64_t started_ms = clock_now_ms();
    while (!machine_over(machine)) {
        struct input input;
        int grace_ms = shown ? 0 : grace_left_ms(machine, started_ms);
        if ((shown = grace_ms == 0))
            machine_show(machine);
        short revents = wait_for_something(machine, more ? 0 : shown ? -1 : grace_ms, mask);
        if (stopping && !told) {
            told = true;
            machine_input(machine, (struct input){ .kind = INPUT_QUIT });
        }
        int taken = 0;
        more = false;
        while (!machine_over(machine) && taken++ < INPUTS_MAX &&
               (input = frontend_read()).kind != INPUT_NONE) {
            if (input.kind != INPUT_QUIT || !told || (input.value != 0 && !gone))
                machine_input(machine, input);
            told = told || input.kind == INPUT_QUIT;
            gone = gone || (input.kind == INPUT_QUIT && input.value != 0);
            if (input.kind == INPUT_QUIT)
                break;
            if (cash_came_out(machine, &cash_out))
                frontend_discard();
            if ((more = screen_changed(machine)))
                break;
        }
        more = more || taken > INPUTS_MAX;
        machine_step(machine, revents);
    }
}

static int complain(const char *sentence)
{
    char shown[sizeof(struct error)]; /* names of files and arguments may hold anything */
    fprintf(stderr, "atm: %s.\n", text_shown(sentence, shown, sizeof shown));
    return EXIT_FAILURE;
}

/* What starts it again: what started it, unless a script that did says another word. */
static const char *command_line(char **argument)
{
    static char *line; /* as long as the program */
    size_t length = 0;
    const char *said = getenv("ESBANK_SWITCH_ON");
    FILE *out = said != NULL && said[0] != '\0' ? NULL : open_memstream(&line, &length);
    if (out == NULL)
        return said != NULL ? said : "";
    for (int i = 0; argument[i] != NULL; i++) {
        fputs(i > 0 ? " " : "", out);
        shell_word_write(out, argument[i]);
    }
    fclose(out);
    return line;
}

static int atm_run(const struct options *options, const char *command)
{
    static struct machine machine;
    struct error error;
    sigset_t mask = signals_prepare();
    if (!machine_open(&machine, options, &error)) {
        machine_close(&machine);
        return complain(error.message);
    }
    if (!frontend_start(options, command, &error)) {
        machine_close(&machine);
        return complain(error.message);
    }
    faults_before_power_cut(frontend_power_cut);
    serve(&machine, &mask);
    frontend_stop();
    machine_close(&machine);
    const char *complaint =
        machine.unsaved_count > 0
            ? "a message for the bank could not be stored: make room on the disk, then "
              "start this terminal again, and "
              "compare what it tells the bank with its journal"
            : frontend_complaint();
    return complaint != NULL ? complain(complaint) : EXIT_SUCCESS;
}

/* On a terminal the code is typed twice, for it is not seen. */
static int set_supervisor_code(const struct options *options)
{
    struct error error;
    char code[64], again[64] = "";
    bool read = prompt_line("New supervisor's code", code, sizeof code);
    bool same =
        read &&
        (!isatty(STDIN_FILENO) ||
         (prompt_line("The same code again", again, sizeof again) && strcmp(code, again) == 0));
    bool set = same && machine_set_supervisor_code(options, code, &error);
    pin_wipe(code, sizeof code);
    pin_wipe(again, sizeof again);
    if (!read)
        return complain(
            "no supervisor's code came on standard input: give one line of 4 to 12 digits");
    if (!same)
        return complain("the two codes differ: start again");
    return set ? EXIT_SUCCESS : complain(error.message);
}

static bool language_choose(struct options *options, const char *language, struct error *error)
{
    if (!options->set_supervisor_code && frontend_ascii(options))
        texts_keep_latin();
    return options_finish(options, language, error);
}

int main(int count, char **argument)
{
    static struct options options;
    struct error error;
    const char *language = NULL;
    tty_standard_files();
    if (!options_read(&options, count, argument, &language, &error))
        return complain(error.message);
    if (options.help) {
        options_help();
        return EXIT_SUCCESS;
    }
    if (options.version) {
        puts("atm " VERSION);
        return EXIT_SUCCESS;
    }
    if (!texts_load(options.assets, &error) || !printer_check(options.assets, &error) ||
        (!options.set_supervisor_code && !frontend_possible(&options, &error)) ||
        !frontend_theme(&options, &error) || !language_choose(&options, language, &error))
        return complain(error.message);
    if (options.set_supervisor_code)
        return set_supervisor_code(&options);
    char path[sizeof options.folder + 16];
    snprintf(path, sizeof path, "%s/atm.log", options.folder);
    log_open(path);
    return atm_run(&options, command_line(argument));
}
