/* SPDX-License-Identifier: MIT */
/*
 * fork, become the owner, exec.
 *
 * The new process must not run our signal handlers between fork and exec, so
 * every signal is blocked across the fork. Privileges are dropped before the
 * first file is opened or removed: these directories belong to the owner, and
 * root does not follow what another user put there. A pipe that the exec
 * closes tells success from failure, so a program that is not there is an
 * error here and not a mystery later.
 */
#include "bank/cluster/child.h"

#include "bank/cluster/environment.h"
#include "shared/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILD_POLL_MS = 5, CHILD_INPUT_MAX = 4096 };

bool child_find_owner(const char *directory, struct child_owner *owner, struct error *error)
{
    struct stat status;
    bool exists = stat(directory, &status) == 0;
    uid_t self = geteuid();
    const struct passwd *user = NULL;
    if (self != 0) {
        if (exists && status.st_uid != self)
            return error_set(
                error, ERROR_USAGE,
                "%s belongs to user %u, not to you: run as that user or choose another home with "
                "--home DIR",
                directory, (unsigned)status.st_uid);
        *owner = (struct child_owner){ .uid = self, .gid = getegid() };
        user = getpwuid(self);
        snprintf(owner->name, sizeof owner->name, "%s", user != NULL ? user->pw_name : "you");
        return true;
    }
    user = exists && status.st_uid != 0 ? getpwuid(status.st_uid) : getpwnam("postgres");
    if (user == NULL || user->pw_uid == 0)
        return error_set(
            error, ERROR_USAGE,
            "Postgres does not run as root and there is no user %s to run it as: make one "
            "(useradd --system postgres), or start the bank as an ordinary user",
            exists && status.st_uid != 0 ? "that owns the cluster" : "postgres");
    *owner = (struct child_owner){ .uid = user->pw_uid, .gid = user->pw_gid };
    snprintf(owner->name, sizeof owner->name, "%s", user->pw_name);
    return true;
}

/* In the new process: gives up root for good. */
static bool child_drop_privileges(const struct child_owner *owner)
{
    if (geteuid() != 0)
        return true;
    if (initgroups(owner->name, owner->gid) != 0 || setgid(owner->gid) != 0 ||
        setuid(owner->uid) != 0)
        return false;
    return setuid(0) != 0; /* must have become impossible */
}

static void child_leave_signals(void)
{
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void child_clean_environment(void)
{
    environment_clean();
    setenv("LC_ALL", "C.UTF-8", 1); /* the log's words are looked at, so they are to be English */
    /* A batch's statement takes megabytes and frees them. Giving them back to the system for the
     * next one to fault in again took 2.5 of 48 microseconds a withdrawal. */
    setenv("MALLOC_MMAP_THRESHOLD_", "268435456", 0);
    setenv("MALLOC_TRIM_THRESHOLD_", "268435456", 0);
    setenv("MALLOC_TOP_PAD_", "16777216", 0);
}

static void child_close_from(int first)
{
    if (close_range((unsigned)first, ~0U, 0) == 0)
        return;
    for (int descriptor = first; descriptor < 4096; descriptor++) /* kernels before 5.9 */
        close(descriptor);
}

/* In the new process: does all of it, or returns with errno set. `report` becomes descriptor 3. */
static void child_become(const struct child_options *options, int input, int report)
{
    setsid();
    child_leave_signals();
    if (!child_drop_privileges(options->owner))
        return;
    umask(0077);
    child_clean_environment();
    for (size_t i = 0; options->unlink != NULL && options->unlink[i] != NULL; i++)
        if (unlink(options->unlink[i]) != 0 && errno != ENOENT)
            return;
    const char *output_name = options->output != NULL ? options->output : "/dev/null";
    int output = open(output_name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (output < 0 || dup2(input, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
        dup2(output, STDERR_FILENO) < 0)
        return;
    if (report != 3 && dup2(report, 3) < 0)
        return;
    if (fcntl(3, F_SETFD, FD_CLOEXEC) != 0)
        return;
    child_close_from(4);
    if (chdir("/") != 0)
        return;
    execv(options->argv[0], (char *const *)options->argv);
}

/* A descriptor that reads as `text`; written beforehand, so it needs no server. */
static int child_open_input(const char *text)
{
    int ends[2];
    if (text == NULL)
        return open("/dev/null", O_RDONLY | O_CLOEXEC);
    size_t length = strlen(text);
    if (length > CHILD_INPUT_MAX)
        panic("%zu bytes are too many for a child's input", length);
    if (pipe2(ends, O_CLOEXEC) != 0)
        return -1;
    ssize_t written = write(ends[1], text, length);
    close(ends[1]);
    if (written == (ssize_t)length)
        return ends[0];
    close(ends[0]);
    return -1;
}

/* Descriptors 0 to 2 may be closed in the caller; the ones handed over must be above those. */
static int child_lift(int descriptor)
{
    if (descriptor < 0 || descriptor > 3)
        return descriptor;
    int lifted = fcntl(descriptor, F_DUPFD_CLOEXEC, 4);
    close(descriptor);
    return lifted;
}

static pid_t child_fork(const struct child_options *options, int input, const int report[2])
{
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid_t pid = fork();
    if (pid == 0) {
        child_become(options, input, report[1]);
        int number = errno;
        /* After dup2 the report may be at 3, before it at its own place; a closed one does no harm.
         */
        if (write(report[1], &number, sizeof number) < 0 && write(3, &number, sizeof number) < 0)
            _exit(126);
        _exit(127);
    }
    int number = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = number;
    return pid;
}

pid_t child_spawn(const struct child_options *options, struct error *error)
{
    int report[2] = { -1, -1 };
    int input = child_lift(child_open_input(options->input));
    pid_t pid = -1;
    int failed_with = 0;
    if (input >= 0 && pipe2(report, O_CLOEXEC) == 0) {
        report[1] = child_lift(report[1]);
        pid = child_fork(options, input, report);
    }
    if (pid < 0) {
        error_set_errno(error, "cannot start %s", options->argv[0]);
    } else {
        close(report[1]);
        report[1] = -1;
        ssize_t size;
        do {
            size = read(report[0], &failed_with, sizeof failed_with);
        } while (size < 0 && errno == EINTR);
        if (size == (ssize_t)sizeof failed_with) {
            waitpid(pid, NULL, 0);
            pid = -1;
            errno = failed_with;
            error_set_errno(error, "cannot run %s as user %s with its output in %s",
                            options->argv[0], options->owner->name,
                            options->output != NULL ? options->output : "/dev/null");
        }
    }
    const int opened[] = { input, report[0], report[1] };
    for (size_t i = 0; i < sizeof opened / sizeof opened[0]; i++)
        if (opened[i] >= 0)
            close(opened[i]);
    return pid;
}

int child_run(const struct child_options *options, int timeout_ms,
              const volatile sig_atomic_t *cancel, struct error *error)
{
    pid_t pid = child_spawn(options, error);
    if (pid < 0)
        return -1;
    int64_t deadline = clock_now_ms() + timeout_ms;
    for (;;) {
        int status;
        pid_t ended = waitpid(pid, &status, WNOHANG);
        if (ended == pid)
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        bool cancelled = cancel != NULL && *cancel != 0;
        if ((ended < 0 && errno != EINTR) || cancelled || clock_now_ms() > deadline) {
            kill(-pid, SIGKILL); /* it leads a session, so this is all of it */
            waitpid(pid, NULL, 0);
            error_set(error, ERROR_SYSTEM,
                      cancelled ? "stopped while %s was running" : "%s took too long and was ended",
                      options->argv[0]);
            return -1;
        }
        clock_pause_ms(CHILD_POLL_MS);
    }
}

bool child_can_reach(const struct child_owner *owner, const char *directory, struct error *error)
{
    /* Asked as the owner itself, since modes alone do not tell about groups and access lists. */
    char path[800];
    snprintf(path, sizeof path, "%s", directory);
    int answer[2];
    if (pipe2(answer, O_CLOEXEC) != 0)
        return error_set_errno(error, "cannot make a pipe");
    pid_t pid = fork();
    if (pid == 0) {
        size_t barrier = child_drop_privileges(owner) ? 0 : 1;
        for (char *slash = strchr(path + 1, '/'); barrier == 0; slash = strchr(slash + 1, '/')) {
            if (slash != NULL)
                *slash = '\0';
            if (access(path, X_OK) != 0)
                barrier = strlen(path);
            if (slash == NULL)
                break;
            *slash = '/';
        }
        _exit(write(answer[1], &barrier, sizeof barrier) == (ssize_t)sizeof barrier ? 0 : 1);
    }
    size_t barrier = 1;
    close(answer[1]);
    bool answered = pid > 0 && read(answer[0], &barrier, sizeof barrier) == (ssize_t)sizeof barrier;
    close(answer[0]);
    if (pid > 0)
        waitpid(pid, NULL, 0);
    if (!answered)
        return error_set(error, ERROR_SYSTEM, "cannot find out whether user %s can reach %s",
                         owner->name, directory);
    if (barrier == 0)
        return true;
    return error_set(error, ERROR_USAGE,
                     "Postgres runs as user %s, who may not enter %.*s: allow it (chmod o+x %.*s) "
                     "or choose another "
                     "home with --home DIR",
                     owner->name, (int)barrier, directory, (int)barrier, directory);
}
