/* SPDX-License-Identifier: MIT */
#include "bank/console/spawn.h"

#include "bank/console/words.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { STATUS_SIGNAL = 128, STATUS_NOT_RUN = 127, OPTIONS_MAX = 6, TERMINAL_ROWS = 24 };

static const char program[] = "/proc/self/exe";

/* Its words are put together before the fork: after it a thread's lock may be held for ever. */
static void arguments_make(char **argv, const struct home *home, const char *db, bool json,
                           char *const *words)
{
    size_t count = 0;
    argv[count++] = (char *)"bank";
    argv[count++] = (char *)"--home";
    argv[count++] = (char *)home->path;
    if (db != NULL) {
        argv[count++] = (char *)"--db";
        argv[count++] = (char *)db;
    }
    if (json)
        argv[count++] = (char *)"--json";
    for (size_t i = 0; words[i] != NULL; i++)
        argv[count++] = words[i];
    argv[count] = NULL;
}

static void become(char *const *argv)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    execv(program, argv);
    _exit(STATUS_NOT_RUN);
}

static int status_of(int how)
{
    return WIFEXITED(how) ? WEXITSTATUS(how) : STATUS_SIGNAL + WTERMSIG(how);
}

/* A terminal that nobody sees, of that width: what a command prints fits it as it would fit any
 * other. Its far end, for the child; -1: there is none. */
static int terminal_make(int *near, int columns)
{
    char name[64];
    struct termios line;
    const struct winsize size = { .ws_row = TERMINAL_ROWS, .ws_col = (unsigned short)columns };
    *near = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (*near < 0)
        return -1;
    const int far =
        grantpt(*near) == 0 && unlockpt(*near) == 0 && ptsname_r(*near, name, sizeof name) == 0
            ? open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
            : -1;
    if (far < 0) {
        close(*near);
        return -1;
    }
    if (tcgetattr(far, &line) == 0) {
        cfmakeraw(&line);
        tcsetattr(far, TCSANOW, &line);
    }
    ioctl(far, TIOCSWINSZ, &size);
    return far;
}

bool spawn_start(struct spawn *child, const struct home *home, const char *db, bool json,
                 char *const *words, int columns)
{
    char *argv[WORDS_MAX + OPTIONS_MAX + 1];
    int near;
    spawn_stop(child);
    const int far = terminal_make(&near, columns);
    if (far < 0)
        return false;
    arguments_make(argv, home, db, json, words);
    const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    child->pid = fork();
    if (child->pid == 0) {
        dup2(nothing, STDIN_FILENO);
        dup2(far, STDOUT_FILENO);
        dup2(far, STDERR_FILENO);
        setsid(); /* nothing it asks reaches the console's terminal */
        become(argv);
    }
    close(nothing);
    close(far);
    child->file = near;
    child->columns = columns;
    fcntl(child->file, F_SETFL, O_NONBLOCK);
    child->page = page_create();
    child->rest_length = 0;
    child->status = 0;
    if (child->pid > 0)
        return true;
    child->pid = 0;
    spawn_stop(child);
    return false;
}

/* A sentence is broken at blanks; a table's row is not. */
static void sentence_add(struct spawn *child, const char *text)
{
    const size_t width = child->columns > 0 ? (size_t)child->columns : sizeof child->rest;
    while (strlen(text) > width) {
        size_t length = width;
        while (length > 0 && text[length] != ' ')
            length--;
        if (length == 0)
            break;
        page_line(child->page, TONE_PLAIN, "%.*s", (int)length, text);
        text += length + 1;
    }
    page_line(child->page, TONE_PLAIN, "%s", text);
}

static void line_end(struct spawn *child)
{
    child->rest[child->rest_length] = '\0';
    child->rest_length = 0;
    if (child->page->count < SPAWN_LINES_MAX && strncmp(child->rest, "bank: ", 6) == 0)
        sentence_add(child, child->rest);
    else if (child->page->count < SPAWN_LINES_MAX)
        page_line(child->page, TONE_PLAIN, "%s", child->rest);
    else if (child->page->count == SPAWN_LINES_MAX)
        page_line(child->page, TONE_WARNING, "what follows is left out");
}

static void take(struct spawn *child, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '\n') {
            line_end(child);
        } else if (bytes[i] == '\r') {
            child->rest_length = 0; /* progress, on one line */
        } else if (bytes[i] == 'K' && child->rest_length >= 2 &&
                   memcmp(child->rest + child->rest_length - 2, "\033[", 2) == 0) {
            child->rest_length -= 2; /* and its end is cleared */
        } else {
            child->rest[child->rest_length++] = bytes[i];
            if (child->rest_length == sizeof child->rest - 1)
                line_end(child);
        }
    }
}

bool spawn_read(struct spawn *child)
{
    char bytes[8192];
    ssize_t length;
    if (child->pid == 0)
        return false;
    while ((length = read(child->file, bytes, sizeof bytes)) > 0)
        take(child, bytes, (size_t)length);
    if (length < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (child->rest_length > 0)
        line_end(child);
    int how = 0;
    while (waitpid(child->pid, &how, 0) < 0 && errno == EINTR)
        continue;
    child->status = status_of(how);
    child->pid = 0;
    close(child->file);
    child->file = -1;
    return true;
}

void spawn_stop(struct spawn *child)
{
    if (child->pid > 0) {
        kill(child->pid, SIGTERM);
        waitpid(child->pid, NULL, 0);
    }
    child->pid = 0;
    if (child->page != NULL && child->file >= 0)
        close(child->file);
    child->file = -1;
    page_destroy(child->page);
    child->page = NULL;
}

int spawn_run(const struct home *home, const char *db, bool json, char *const *words)
{
    char *argv[WORDS_MAX + OPTIONS_MAX + 1];
    int how = 0;
    arguments_make(argv, home, db, json, words);
    fflush(NULL);
    const pid_t pid = fork();
    if (pid == 0)
        become(argv);
    if (pid < 0)
        return STATUS_NOT_RUN;
    while (waitpid(pid, &how, 0) < 0 && errno == EINTR)
        continue;
    return status_of(how);
}
