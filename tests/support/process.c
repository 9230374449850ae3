/* SPDX-License-Identifier: MIT */
/* fork and exec, with the parent-death signal set so that a crashed test leaves nothing running. */
#include "tests/support/process.h"

#include "tests/support/check.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PROCESS_POLL_MS = 3 };

static int64_t process_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void process_pause(void)
{
    struct timespec pause = { .tv_nsec = PROCESS_POLL_MS * 1000000L };
    nanosleep(&pause, NULL);
}

void wait_until(bool (*condition)(void *arg), void *arg, int deadline_ms, const char *what)
{
    int64_t deadline = process_now_ms() + deadline_ms;
    while (!condition(arg)) {
        if (process_now_ms() > deadline)
            check_fail("not within %d ms: %s", deadline_ms, what);
        process_pause();
    }
}

static void process_become(const struct process *process, const char *const *argv, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        return;
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    int input = open("/dev/null", O_RDONLY);
    int out = open(process->out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    int err = open(process->err, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (input < 0 || out < 0 || err < 0 || dup2(input, 0) < 0 || dup2(out, 1) < 0 ||
        dup2(err, 2) < 0)
        return;
    close_range(3, ~0U, 0);
    execvp(argv[0], (char *const *)argv);
    fprintf(stderr, "cannot run %s: %s\n", argv[0], strerror(errno));
}

void process_spawn(struct process *process, const char *directory, const char *const *argv)
{
    static int count;
    const char *slash = strrchr(argv[0], '/');
    const char *name = slash != NULL ? slash + 1 : argv[0];
    memset(process, 0, sizeof *process);
    count++;
    int lengths[] = {
        snprintf(process->out, sizeof process->out, "%s/%s.%d.out", directory, name, count),
        snprintf(process->err, sizeof process->err, "%s/%s.%d.err", directory, name, count),
    };
    if (lengths[0] >= PROCESS_PATH_SIZE || lengths[1] >= PROCESS_PATH_SIZE)
        check_fail("the directory %s is too long a name", directory);
    pid_t parent = getpid();
    fflush(NULL);
    process->pid = fork();
    if (process->pid == 0) {
        process_become(process, argv, parent);
        fflush(stderr);
        _exit(127);
    }
    if (process->pid < 0)
        check_fail("cannot fork: %s", strerror(errno));
}

bool process_ended(struct process *process)
{
    int status;
    if (process->pid == 0)
        return true;
    pid_t ended = waitpid(process->pid, &status, WNOHANG);
    if (ended == 0 || (ended < 0 && errno == EINTR))
        return false;
    if (ended < 0)
        check_fail("cannot wait for process %ld: %s", (long)process->pid, strerror(errno));
    process->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    process->pid = 0;
    return true;
}

int process_wait(struct process *process, int deadline_ms)
{
    int64_t deadline = process_now_ms() + deadline_ms;
    while (!process_ended(process)) {
        if (process_now_ms() > deadline) {
            pid_t pid = process->pid;
            kill(pid, SIGKILL);
            waitpid(pid, NULL, 0);
            process->pid = 0;
            char *err = process_read_file(process->err);
            check_fail("process %ld did not end within %d ms and was killed; its stderr: %.600s",
                       (long)pid, deadline_ms, err);
        }
        process_pause();
    }
    return process->status;
}

void process_signal(struct process *process, int signal_number)
{
    if (!process_ended(process))
        kill(process->pid, signal_number);
}

int process_stop(struct process *process, int signal_number, int deadline_ms)
{
    process_signal(process, signal_number);
    return process_wait(process, deadline_ms);
}

int process_run(struct process *process, const char *directory, const char *const *argv,
                int deadline_ms)
{
    process_spawn(process, directory, argv);
    return process_wait(process, deadline_ms);
}

char *process_read_file(const char *path)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        check_fail("cannot open %s: %s", path, strerror(errno));
    size_t used = 0, room = 4096;
    char *text = malloc(room);
    for (;;) {
        if (used + 1 >= room)
            /* cppcheck-suppress memleakOnRealloc ; abort() follows */
            text = realloc(text, room *= 2);
        if (text == NULL)
            abort();
        ssize_t got = read(file, text + used, room - used - 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            check_fail("cannot read %s: %s", path, strerror(errno));
        if (got == 0)
            break;
        used += (size_t)got;
    }
    text[used] = '\0';
    close(file);
    return text;
}
