/* SPDX-License-Identifier: MIT */
/*
 * Starts the program on a pty and keeps the terminal fed.
 *
 *     runner ---- master [pty] slave ---- program (foreground group)
 *        |                                   ^ forks, waits for
 *        `---- pipe: pid, then status ---- keeper (session leader)
 *
 * The keeper exists because Linux hangs up a terminal and resets its modes when
 * the session's leader exits. With another leader the modes the program left
 * behind can still be looked at. It does nothing else, and dies with the
 * terminal.
 *
 * "The key was consumed" is not a guess: the runner holds the slave open too
 * and looks at its input queue. poll() comes first, as it makes the kernel
 * deliver what is still on its way. "The program has settled" adds that it
 * sleeps (/proc/PID/stat) and that nothing it wrote is left to read, in this
 * order: a key that was read and a process that sleeps mean that whatever the
 * key caused is already written.
 */
#include "keys/program/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define OUTPUT_AT_ONCE  262144 /* bytes */
#define SIGNAL_QUIET_MS 100
#define SIGNAL_MS       1000 /* a program takes longer over a signal only where it does nothing else */
#define RESIZE_MS       200
#define QUEUE_POLL_MS   2 /* no event says that an input queue became empty: looked at this often */

enum news_kind { NEWS_PID, NEWS_NOT_RUN, NEWS_STATUS };

struct news {
    enum news_kind kind;
    int value;
};

static void news_write(int fd, enum news_kind kind, int value)
{
    struct news news = { .kind = kind, .value = value };
    if (write(fd, &news, sizeof news) != (ssize_t)sizeof news)
        _exit(126);
}

static void environment_set(const struct program_options *options)
{
    static const char *const UNSET[] = { "NO_COLOR", "COLORTERM", "COLUMNS",      "LINES",
                                         "ESCDELAY", "LANGUAGE",  "TERM_PROGRAM", NULL };
    for (size_t i = 0; UNSET[i] != NULL; i++)
        unsetenv(UNSET[i]);
    setenv("TERM", options->mono ? "vt100" : "xterm-256color", 1);
    setenv("LANG", options->utf8 ? "C.UTF-8" : "C", 1);
    setenv("LC_ALL", options->utf8 ? "C.UTF-8" : "C", 1);
    for (char **entry = options->environment; entry != NULL && *entry != NULL; entry++)
        putenv(*entry);
}

static void signals_default(void)
{
    sigset_t none;
    sigemptyset(&none);
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void __attribute__((noreturn))
program_exec(const struct program_options *options, int slave, int news)
{
    setpgid(0, 0);
    signal(SIGTTOU, SIG_IGN);
    tcsetpgrp(slave, getpid());
    signals_default();
    news_write(news, NEWS_PID, getpid());
    dup2(slave, STDIN_FILENO);
    dup2(slave, STDOUT_FILENO);
    dup2(slave, STDERR_FILENO);
    environment_set(options);
    execvp(options->argv[0], options->argv);
    news_write(news, NEWS_NOT_RUN, errno);
    _exit(127);
}

static void __attribute__((noreturn))
keeper_run(const struct program_options *options, int master, int slave, int news)
{
    signals_default();
    close(master);
    setsid();
    ioctl(slave, TIOCSCTTY, 0);
    pid_t pid = fork();
    if (pid == 0)
        program_exec(options, slave, news);
    int status = 0;
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    news_write(news, NEWS_STATUS, status);
    for (;;)
        pause(); /* until the runner kills it, or closes the terminal */
}

/* Waits for the keeper's word that the program runs, or why not. */
static bool program_await(struct program *program, const char *name, struct error *error)
{
    struct news news;
    ssize_t size;
    do
        size = read(program->news, &news, sizeof news);
    while (size < 0 && errno == EINTR);
    if (size != (ssize_t)sizeof news || news.kind != NEWS_PID)
        return error_set(error, ERROR_SYSTEM, "cannot start a process for %s; try again", name);
    program->pid = (pid_t)news.value;
    program->running = program->started = true;
    return true;
}

bool program_start(struct program *program, const struct program_options *options,
                   struct error *error)
{
    program_tap *tap = program->tap;
    void *tap_context = program->tap_context;
    program_finish(program);
    *program = (struct program){ .tap = tap, .tap_context = tap_context, .mono = options->mono };
    struct winsize size = { .ws_row = (unsigned short)options->rows,
                            .ws_col = (unsigned short)options->columns };
    int news[2];
    if (openpty(&program->master, &program->slave, NULL, NULL, &size) < 0)
        return error_set_errno(error, "cannot open a pseudo-terminal");
    if (pipe2(news, O_CLOEXEC) < 0)
        return error_set_errno(error, "cannot make a pipe");
    fcntl(program->master, F_SETFD, FD_CLOEXEC);
    fcntl(program->slave, F_SETFD, FD_CLOEXEC);
    fcntl(program->master, F_SETFL, O_NONBLOCK);
    tcgetattr(program->slave, &program->termios);
    fflush(NULL);
    program->keeper = fork();
    if (program->keeper < 0)
        return error_set_errno(error, "cannot start a process");
    if (program->keeper == 0) {
        close(news[0]);
        keeper_run(options, program->master, program->slave, news[1]);
    }
    close(news[1]);
    program->news = news[0];
    program->terminal = terminal_create(options->columns, options->rows, options->utf8);
    return program_await(program, options->argv[0], error);
}

void program_finish(struct program *program)
{
    if (program->running)
        kill(program->pid, SIGKILL);
    if (program->keeper > 0) {
        kill(program->keeper, SIGKILL);
        waitpid(program->keeper, NULL, 0);
        close(program->master);
        close(program->slave);
        close(program->news);
    }
    terminal_destroy(program->terminal);
    program->terminal = NULL;
    program->keeper = 0;
    program->running = program->started = false;
}

/* Answers to the program's questions go out at once: a real terminal does not wait for keys to be
 * read. */
static void answer_send(struct program *program)
{
    char bytes[1024];
    size_t length;
    while ((length = terminal_take(program->terminal, bytes, sizeof bytes)) > 0)
        if (write(program->master, bytes, length) < 0)
            return;
}

/* Not more than so much at once: a program that never stops writing must not keep its deadlines
 * from being looked at. */
static bool output_read(struct program *program)
{
    char bytes[16384];
    bool any = false;
    ssize_t length;
    for (size_t read_all = 0; read_all < OUTPUT_AT_ONCE; read_all += (size_t)length) {
        length = read(program->master, bytes, sizeof bytes);
        if (length <= 0)
            break;
        any = true;
        terminal_feed(program->terminal, bytes, (size_t)length);
        if (program->tap != NULL)
            program->tap(program->tap_context, bytes, (size_t)length);
        if (program->running)
            answer_send(program);
    }
    return any;
}

static void news_read(struct program *program)
{
    struct news news;
    if (read(program->news, &news, sizeof news) != (ssize_t)sizeof news)
        news = (struct news){ .kind = NEWS_STATUS,
                              .value = SIGKILL }; /* the keeper itself was killed */
    if (news.kind == NEWS_NOT_RUN) {
        char line[200];
        int length =
            snprintf(line, sizeof line, "cannot run the program: %s\r\n", strerror(news.value));
        terminal_feed(program->terminal, line, (size_t)length);
        return;
    }
    program->status = news.value;
    program->running = false;
}

bool program_pump(struct program *program, int wait_ms)
{
    if (!program->running) {
        bool any = program->started && output_read(program);
        if (!any && wait_ms > 0)
            poll(NULL, 0, wait_ms); /* for those who wait for a file after the end */
        return any;
    }
    struct pollfd fds[] = { { .fd = program->master, .events = POLLIN },
                            { .fd = program->news, .events = POLLIN } };
    if (poll(fds, 2, wait_ms) <= 0)
        return false;
    bool any = fds[0].revents != 0 && output_read(program);
    if (fds[1].revents != 0) {
        news_read(program);
        output_read(program);
        any = true;
    }
    return any;
}

/* Whether the program has read everything sent to it. A line not ended yet counts as read in line
 * mode. */
static bool queue_empty(const struct program *program)
{
    struct pollfd slave = { .fd = program->slave, .events = POLLIN };
    int waiting = 0;
    if (poll(&slave, 1, 0) > 0 && (slave.revents & POLLIN) != 0)
        return false;
    return ioctl(program->slave, FIONREAD, &waiting) < 0 || waiting == 0;
}

/* R, S, D, T, Z as ps shows it; the letter after the name in brackets. */
static char process_state(pid_t pid)
{
    char path[64], line[512];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 'X';
    ssize_t length = read(fd, line, sizeof line - 1);
    close(fd);
    line[length > 0 ? length : 0] = '\0';
    const char *bracket = strrchr(line, ')');
    return bracket != NULL && bracket[1] == ' ' ? bracket[2] : 'X';
}

static bool program_stopped(const struct program *program)
{
    char state = process_state(program->pid);
    return state == 'T' || state == 't';
}

bool program_settled(struct program *program)
{
    if (!program->running)
        return !program_pump(program, 0);
    if (!program_stopped(program) && (!queue_empty(program) || process_state(program->pid) != 'S'))
        return false;
    return !program_pump(program, 0);
}

bool program_settle(struct program *program, struct deadline deadline)
{
    while (!program_settled(program)) {
        if (deadline_passed(deadline))
            return false;
        program_pump(program, deadline_left_ms(deadline, QUEUE_POLL_MS));
    }
    return true;
}

/* Whether the terminal makes a signal of these bytes (Ctrl-C, Ctrl-Z and their like). */
static bool becomes_signal(const struct program *program, const char *bytes, size_t length)
{
    struct termios line;
    if (length != 1 || tcgetattr(program->slave, &line) < 0 || (line.c_lflag & ISIG) == 0)
        return false;
    const cc_t byte = (cc_t)bytes[0];
    return byte != 0 &&
           (byte == line.c_cc[VINTR] || byte == line.c_cc[VQUIT] || byte == line.c_cc[VSUSP]);
}

/* After a key that became a signal: its queue is empty at once, and a shell that puts its line back
 * may sleep in the middle of that. So it has to sleep, and to write nothing, for a moment. */
static void signal_await(struct program *program, struct deadline deadline)
{
    struct deadline end = deadline_in(deadline_left_ms(deadline, SIGNAL_MS));
    unsigned long fed;
    do {
        fed = terminal_fed(program->terminal);
        program_settle(program, end);
        for (struct deadline quiet = deadline_in(SIGNAL_QUIET_MS); !deadline_passed(quiet);)
            program_pump(program, deadline_left_ms(quiet, SIGNAL_QUIET_MS));
    } while (program->running && !deadline_passed(end) &&
             (fed != terminal_fed(program->terminal) || !program_settled(program)));
}

static bool program_await_reading(struct program *program, struct deadline deadline,
                                  struct error *error)
{
    if (program->signalled)
        signal_await(program, deadline);
    program->signalled = false;
    while (program->running && !program_stopped(program) && !queue_empty(program)) {
        if (deadline_passed(deadline))
            return error_set(error, ERROR_SYSTEM, "the program does not read its keys");
        program_pump(program, deadline_left_ms(deadline, QUEUE_POLL_MS));
    }
    if (!program->running)
        return error_set(error, ERROR_SYSTEM, "the program has ended, so nothing reads this key");
    return true;
}

static bool bytes_write(struct program *program, const char *bytes, size_t length,
                        struct deadline deadline, struct error *error)
{
    while (length > 0) {
        ssize_t written = write(program->master, bytes, length);
        if (written < 0 && errno != EAGAIN && errno != EINTR)
            return error_set_errno(error, "cannot send a key to the program");
        if (written < 0 && (deadline_passed(deadline) || !program->running))
            return error_set(error, ERROR_SYSTEM, "the program does not read its keys");
        if (written < 0)
            program_pump(program, QUEUE_POLL_MS);
        bytes += written > 0 ? written : 0;
        length -= written > 0 ? (size_t)written : 0;
    }
    return true;
}

static bool output_write(struct program *program, struct deadline deadline, struct error *error)
{
    char bytes[64];
    size_t length;
    while ((length = terminal_take(program->terminal, bytes, sizeof bytes)) > 0) {
        program->signalled = becomes_signal(program, bytes, length);
        if (!bytes_write(program, bytes, length, deadline, error))
            return false;
    }
    return true;
}

bool program_key(struct program *program, const struct key *key, struct deadline deadline,
                 struct error *error)
{
    if (!program_await_reading(program, deadline, error))
        return false;
    terminal_key(program->terminal, key, program->mono);
    return output_write(program, deadline, error);
}

bool program_button(struct program *program, int row, int column, int button, bool pressed,
                    struct deadline deadline, struct error *error)
{
    if (!program_await_reading(program, deadline, error))
        return false;
    terminal_button(program->terminal, row, column, button, pressed);
    return output_write(program, deadline, error);
}

bool program_move(struct program *program, int row, int column, struct deadline deadline,
                  struct error *error)
{
    if (!program_await_reading(program, deadline, error))
        return false;
    terminal_move(program->terminal, row, column);
    return output_write(program, deadline, error);
}

bool program_send(struct program *program, const char *bytes, size_t length,
                  struct deadline deadline, struct error *error)
{
    return program_await_reading(program, deadline, error) &&
           bytes_write(program, bytes, length, deadline, error);
}

bool program_resize(struct program *program, int columns, int rows, struct error *error)
{
    struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };
    for (struct deadline soon = deadline_in(RESIZE_MS); !deadline_passed(soon);)
        if (!program_pump(program, 0))
            break; /* all that was painted for the old size is read */
    terminal_resize(program->terminal, columns, rows);
    if (ioctl(program->master, TIOCSWINSZ, &size) < 0)
        return error_set_errno(error, "cannot resize the terminal");
    return true;
}

bool program_signal(struct program *program, int signal, struct error *error)
{
    if (!program->running)
        return error_set(error, ERROR_SYSTEM,
                         "the program has ended, so there is nothing to signal");
    if (kill(program->pid, signal) < 0)
        return error_set_errno(error, "cannot signal the program");
    return true;
}

bool program_terminate(struct program *program, struct deadline deadline)
{
    if (program->running) {
        kill(program->pid, SIGTERM);
        kill(program->pid, SIGCONT);
    }
    while (program->running && !deadline_passed(deadline))
        program_pump(program, deadline_left_ms(deadline, 1000));
    return !program->running;
}

bool program_termios_restored(const struct program *program)
{
    struct termios now;
    const tcflag_t local = ICANON | ECHO | ISIG | IEXTEN, input = ICRNL | INLCR | IGNCR,
                   output = OPOST | ONLCR;
    if (tcgetattr(program->slave, &now) < 0)
        return false;
    return (now.c_lflag & local) == (program->termios.c_lflag & local) &&
           (now.c_iflag & input) == (program->termios.c_iflag & input) &&
           (now.c_oflag & output) == (program->termios.c_oflag & output);
}
