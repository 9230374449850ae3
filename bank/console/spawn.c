/* SPDX-License-Identifier: MIT */
#include "bank/console/spawn.h"

#include "bank/console/words.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STATUS_SIGNAL = 128, STATUS_NOT_RUN = 127, OPTIONS_MAX = 6 };

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

bool spawn_start(struct spawn *child, const struct home *home, const char *db, bool json,
                 char *const *words, int columns)
{
    char *argv[WORDS_MAX + OPTIONS_MAX + 1], wide[16];
    int ends[2];
    spawn_stop(child);
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    arguments_make(argv, home, db, json, words);
    snprintf(wide, sizeof wide, "%d", columns);
    setenv("COLUMNS", wide, 1);
    const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    child->pid = fork();
    if (child->pid == 0) {
        dup2(nothing, STDIN_FILENO);
        dup2(ends[1], STDOUT_FILENO);
        dup2(ends[1], STDERR_FILENO);
        setsid(); /* nothing it asks reaches the console's terminal */
        become(argv);
    }
    unsetenv("COLUMNS");
    close(nothing);
    close(ends[1]);
    child->file = ends[0];
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

static void line_end(struct spawn *child)
{
    child->rest[child->rest_length] = '\0';
    child->rest_length = 0;
    if (child->page->count < SPAWN_LINES_MAX)
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
