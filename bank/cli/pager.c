/* SPDX-License-Identifier: MIT */
#include "bank/cli/pager.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t pager; /* 0: there is none */

/* Whether the first word of a command line is a program that can be run. */
static bool is_there(const char *command)
{
    char word[300], path[700];
    const size_t length = strcspn(command, " \t");
    const char *folders = getenv("PATH");
    if (length == 0 || length >= sizeof word)
        return length != 0;
    snprintf(word, sizeof word, "%.*s", (int)length, command);
    if (strchr(word, '/') != NULL)
        return access(word, X_OK) == 0;
    for (const char *at = folders != NULL ? folders : ""; *at != '\0';) {
        const size_t folder = strcspn(at, ":");
        snprintf(path, sizeof path, "%.*s/%s", (int)folder, at, word);
        if (access(path, X_OK) == 0)
            return true;
        at += folder + (at[folder] == ':');
    }
    return false;
}

/* NULL: output goes straight to the terminal. */
static const char *pager_command(void)
{
    const char *wanted = getenv("PAGER");
    if (wanted == NULL)
        return is_there("less") ? "less" : is_there("more") ? "more" : NULL;
    wanted += strspn(wanted, " \t");
    if (wanted[0] == '\0' || strcmp(wanted, "cat") == 0)
        return NULL;
    if (is_there(wanted))
        return wanted;
    complain("$PAGER names \"%.60s\", which is not there; this goes without it", wanted);
    return NULL;
}

/* In the child: reads what the bank's command prints. */
static void become(const char *command, const int ends[2])
{
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    close(ends[1]);
    setenv("LESS", "FRX", 0); /* quit if it fits, keep colours, leave the screen as it is */
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

/* The person ends the pager, and that ends the rest; Ctrl-C is the pager's. */
static void go_through(int end)
{
    dup2(end, STDOUT_FILENO);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGINT, SIG_IGN);
}

void pager_begin(const struct arguments *arguments)
{
    int ends[2];
    if (arguments->json || pager != 0 || !isatty(STDOUT_FILENO) ||
        argument_flag(arguments, "no-pager"))
        return;
    const char *command = pager_command();
    if (command == NULL || pipe(ends) != 0)
        return;
    fflush(stdout);
    pager = fork();
    if (pager == 0)
        become(command, ends);
    if (pager > 0)
        go_through(ends[1]);
    else
        pager = 0;
    close(ends[0]);
    close(ends[1]);
}

void pager_end(void)
{
    if (pager == 0)
        return;
    fflush(stdout);
    __fpurge(stdout); /* what was not read before the pager ended is no failure */
    clearerr(stdout);
    const int nowhere = open("/dev/null", O_WRONLY);
    if (nowhere >= 0) {
        dup2(nowhere, STDOUT_FILENO); /* the pager sees the end */
        close(nowhere);
    }
    while (waitpid(pager, NULL, 0) < 0 && errno == EINTR)
        ;
    pager = 0;
}
