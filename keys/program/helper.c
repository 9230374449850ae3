/* SPDX-License-Identifier: MIT */
/* A helper's process group is its own, so that what it starts ends with it. */
#include "keys/program/helper.h"
#include "keys/program/shell.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINES_SHOWN = 6, END_MS = 2000 };

struct helper *helper_find(struct helpers *helpers, const char *name, struct error *error)
{
    for (int i = 0; i < helpers->count; i++)
        if (strcmp(helpers->items[i].name, name) == 0)
            return &helpers->items[i];
    error_set(error, ERROR_USAGE, "there is no helper %s; write first: helper %s COMMAND", name,
              name);
    return NULL;
}

struct helper *helper_add(struct helpers *helpers, const char *name, const char *command,
                          struct error *error)
{
    struct error none;
    if (helper_find(helpers, name, &none) != NULL) {
        error_set(error, ERROR_USAGE,
                  "there is a helper %s already; restart it, or take another "
                  "name",
                  name);
        return NULL;
    }
    if (helpers->count == HELPERS) {
        error_set(error, ERROR_USAGE, "a script has at most %d helpers", HELPERS);
        return NULL;
    }
    int output = shell_file();
    if (output < 0) {
        error_set_errno(error, "cannot make a file for what the helper writes");
        return NULL;
    }
    struct helper *helper = &helpers->items[helpers->count++];
    *helper =
        (struct helper){ .name = strdup(name), .command = shell_exec(command), .output = output };
    if (helper->name == NULL)
        panic("out of memory");
    return helper;
}

bool helper_running(struct helper *helper)
{
    if (helper->pid > 0 && waitpid(helper->pid, &helper->status, WNOHANG) != 0)
        helper->pid = 0;
    return helper->pid > 0;
}

bool helper_start(struct helper *helper, char **environment, struct error *error)
{
    if (helper_running(helper))
        return error_set(error, ERROR_USAGE, "the helper %s still runs; stop or kill it first",
                         helper->name);
    if (ftruncate(helper->output, 0) < 0)
        return error_set_errno(error, "cannot empty a file");
    helper->pid = shell_start(helper->command, environment, helper->output, helper->output);
    if (helper->pid > 0)
        return true;
    helper->pid = 0;
    return error_set_errno(error, "cannot start a process");
}

bool helper_signal(struct helper *helper, int signal, struct error *error)
{
    if (!helper_running(helper))
        return error_set(error, ERROR_SYSTEM,
                         "the helper %s has ended, so there is nothing to "
                         "signal",
                         helper->name);
    /* Its group is made by itself, which may not have come to that yet. */
    if (kill(-helper->pid, signal) < 0 && kill(helper->pid, signal) < 0)
        return error_set_errno(error, "cannot signal the helper %s", helper->name);
    return true;
}

bool helper_end(struct helper *helper, int signal, struct deadline deadline, struct error *error)
{
    if (!helper_running(helper))
        return true;
    int handle = pidfd_open(helper->pid, 0);
    bool good = helper_signal(helper, signal, error);
    while (good && helper_running(helper)) {
        struct pollfd end = { .fd = handle, .events = POLLIN };
        if (deadline_passed(deadline))
            good = error_set(error, ERROR_SYSTEM, "the helper %s does not end on SIG%s",
                             helper->name, sigabbrev_np(signal));
        else
            poll(&end, 1, handle >= 0 ? deadline_left_ms(deadline, 1000) : 10);
    }
    if (handle >= 0)
        close(handle);
    return good;
}

bool helpers_sound(struct helpers *helpers, struct error *error)
{
    for (int i = 0; i < helpers->count; i++) {
        struct helper *helper = &helpers->items[i];
        if (shell_output_fits(helper->output))
            continue;
        if (helper_running(helper))
            kill(-helper->pid, SIGKILL);
        return error_set(error, ERROR_SYSTEM, "the helper %s has written more than %d MiB",
                         helper->name, SHELL_OUTPUT_LIMIT >> 20);
    }
    return true;
}

char *helper_said(const struct helper *helper)
{
    return shell_output(helper->output);
}

static void lines_write(FILE *out, const struct helper *helper)
{
    char *text = shell_output_last(helper->output);
    const char *from = text + strlen(text);
    for (int lines = 0; from > text; from--)
        if (from[-1] == '\n' && *from != '\0' && ++lines == LINES_SHOWN)
            break;
    while (*from != '\0') {
        size_t length = strcspn(from, "\n");
        fprintf(out, "    %s| %.*s\n", helper->name, (int)length, from);
        from += length + (from[length] != '\0');
    }
    free(text);
}

void helpers_write(FILE *out, struct helpers *helpers)
{
    for (int i = 0; i < helpers->count; i++) {
        struct helper *helper = &helpers->items[i];
        bool running = helper_running(helper);
        fprintf(out, "  helper %s: %s", helper->name, running ? "running\n" : "ended");
        if (!running && WIFSIGNALED(helper->status))
            fprintf(out, " by SIG%s\n", sigabbrev_np(WTERMSIG(helper->status)));
        else if (!running)
            fprintf(out, " with status %d\n", WEXITSTATUS(helper->status));
        lines_write(out, helper);
    }
}

void helpers_finish(struct helpers *helpers)
{
    struct error error;
    for (int i = 0; i < helpers->count; i++) {
        struct helper *helper = &helpers->items[i];
        if (!helper_end(helper, SIGTERM, deadline_in(END_MS), &error))
            helper_end(helper, SIGKILL, deadline_in(END_MS), &error);
        close(helper->output);
        free(helper->name);
        free(helper->command);
    }
    *helpers = (struct helpers){ 0 };
}
