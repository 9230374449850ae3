/* SPDX-License-Identifier: MIT */
/*
 *   noticed ─▶ waiting ─▶ started ─▶ ended (the pidfd is readable)
 *                            └────── ALERT_COMMAND_MS ──▶ killed
 *
 * The text is in the pipe before the program starts: it is shorter than a pipe's room, so writing
 * it cannot wait, whether or not the program reads it.
 */
#include "bank/server/alert_command.h"

#include "bank/log/log.h"
#include "bank/log/pairs.h"
#include "shared/json.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/queue.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TEXT_MAX = PIPE_BUF };

struct alert {
    STAILQ_ENTRY(alert) next;
    size_t length;
    char text[TEXT_MAX];
};

struct alert_command {
    struct event_base *loop;
    const char *program;
    STAILQ_HEAD(alerts, alert) waiting;
    int waiting_count;
    pid_t process; /* 0: none runs */
    int process_file;
    bool late;
    struct event *ended, *too_late;
};

static void start_next(struct alert_command *command);

static void complain(const struct alert_command *command, const char *why)
{
    log_event("alert-command-failed", "program=\"%s\" why=\"%s\"", command->program, why);
}

/* ---- its end ---- */

static void process_forget(struct alert_command *command)
{
    event_free(command->ended);
    event_del(command->too_late);
    close(command->process_file);
    command->ended = NULL;
    command->process = 0;
}

static void on_ended(evutil_socket_t file, short what, void *context)
{
    (void)file;
    (void)what;
    struct alert_command *command = context;
    char why[80];
    int status = 0;
    if (waitpid(command->process, &status, WNOHANG) == 0)
        return;
    if (command->late)
        snprintf(why, sizeof why, "it took longer than %d s and was killed",
                 ALERT_COMMAND_MS / 1000);
    else if (WIFSIGNALED(status))
        snprintf(why, sizeof why, "signal %d ended it", WTERMSIG(status));
    else
        snprintf(why, sizeof why, "its exit status is %d", WEXITSTATUS(status));
    if (status != 0)
        complain(command, why);
    process_forget(command);
    start_next(command);
}

static void on_too_late(evutil_socket_t file, short what, void *context)
{
    (void)file;
    (void)what;
    struct alert_command *command = context;
    command->late = true;
    kill(-command->process, SIGKILL);
}

/* ---- its start ---- */

/* With nothing of the bank's: no file but these three, no signal that is blocked or ignored, no
 * variable that could hold a password, and a process group of its own. */
static int spawn(const struct alert_command *command, int input, pid_t *process)
{
    char *words[] = { (char *)(uintptr_t)command->program, NULL };
    char *variables[] = { (char *)(uintptr_t) "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:"
                                              "/usr/bin:/sbin:/bin",
                          (char *)(uintptr_t) "LANG=C.UTF-8", NULL };
    posix_spawn_file_actions_t files;
    posix_spawnattr_t settings;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    if (posix_spawn_file_actions_init(&files) != 0 || posix_spawnattr_init(&settings) != 0)
        panic("out of memory");
    posix_spawnattr_setflags(&settings, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                            POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigmask(&settings, &none);
    posix_spawnattr_setsigdefault(&settings, &all);
    posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
    const int trouble = posix_spawn(process, command->program, &files, &settings, words, variables);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&settings);
    return trouble;
}

static void start(struct alert_command *command, const struct alert *alert)
{
    int pipe_files[2];
    if (pipe2(pipe_files, O_CLOEXEC) != 0) {
        complain(command, strerror(errno));
        return;
    }
    int trouble = write(pipe_files[1], alert->text, alert->length) == (ssize_t)alert->length
                      ? spawn(command, pipe_files[0], &command->process)
                      : EIO;
    close(pipe_files[0]);
    close(pipe_files[1]);
    if (trouble != 0) {
        complain(command, strerror(trouble));
        command->process = 0;
        return;
    }
    command->late = false;
    command->process_file = pidfd_open(command->process, 0);
    if (command->process_file < 0) { /* no descriptor is left: it cannot be watched */
        complain(command, strerror(errno));
        kill(-command->process, SIGKILL);
        waitpid(command->process, NULL, 0);
        command->process = 0;
        return;
    }
    command->ended =
        event_new(command->loop, command->process_file, EV_READ | EV_PERSIST, on_ended, command);
    if (command->ended == NULL)
        panic("out of memory");
    event_add(command->ended, NULL);
    event_add(command->too_late, &(struct timeval){ .tv_sec = ALERT_COMMAND_MS / 1000 });
}

static void start_next(struct alert_command *command)
{
    while (command->process == 0 && !STAILQ_EMPTY(&command->waiting)) {
        struct alert *alert = STAILQ_FIRST(&command->waiting);
        STAILQ_REMOVE_HEAD(&command->waiting, next);
        command->waiting_count--;
        start(command, alert);
        free(alert);
    }
}

/* ---- what it is given ---- */

static size_t text_write(char text[static TEXT_MAX], const char *what, const char *line)
{
    struct pair pairs[PAIRS_MAX];
    const size_t count = pairs_read(line, pairs);
    struct json_writer writer;
    json_writer_init(&writer, text, TEXT_MAX - 1);
    json_open_object(&writer, NULL);
    json_write_string(&writer, "event", what);
    for (size_t i = 0; i < count; i++)
        pair_write_json(&writer, &pairs[i]);
    json_close_object(&writer);
    return json_finish(&writer);
}

void alert_command_notice(struct alert_command *command, const char *what, const char *pairs)
{
    if (command == NULL ||
        (strcmp(what, "alert-raised") != 0 && strcmp(what, "alert-cleared") != 0))
        return;
    if (command->waiting_count == ALERT_COMMAND_WAITING) {
        complain(command, "so many alerts wait for it that this one is left out");
        return;
    }
    struct alert *alert = malloc(sizeof *alert);
    if (alert == NULL)
        panic("out of memory");
    alert->length = text_write(alert->text, what, pairs);
    if (alert->length == 0)
        panic("an alert is longer than a line of the log can be");
    alert->text[alert->length++] = '\n';
    STAILQ_INSERT_TAIL(&command->waiting, alert, next);
    command->waiting_count++;
    start_next(command);
}

/* ---- life ---- */

struct alert_command *alert_command_create(struct event_base *loop, const char *program,
                                           struct error *error)
{
    if (program[0] != '/') {
        error_set(error, ERROR_USAGE,
                  "--alert-command wants the whole path of a program, not %.200s", program);
        return NULL;
    }
    if (access(program, X_OK) != 0) {
        error_set_errno(error, "cannot run %.200s, the program after --alert-command", program);
        return NULL;
    }
    struct alert_command *command = calloc(1, sizeof *command);
    if (command == NULL)
        panic("out of memory");
    command->loop = loop;
    command->program = program;
    STAILQ_INIT(&command->waiting);
    command->too_late = evtimer_new(loop, on_too_late, command);
    if (command->too_late == NULL)
        panic("out of memory");
    return command;
}

void alert_command_destroy(struct alert_command *command)
{
    if (command == NULL)
        return;
    if (command->process != 0 || command->waiting_count > 0)
        complain(command, "the bank ends before it has had every alert");
    if (command->process != 0) {
        kill(-command->process, SIGKILL);
        waitpid(command->process, NULL, 0);
        process_forget(command);
    }
    while (!STAILQ_EMPTY(&command->waiting)) {
        struct alert *alert = STAILQ_FIRST(&command->waiting);
        STAILQ_REMOVE_HEAD(&command->waiting, next);
        free(alert);
    }
    event_free(command->too_late);
    free(command);
}
