/* SPDX-License-Identifier: MIT */
/* Output goes to a file and to no pipe: what a command leaves running may keep writing to it. */
#include "keys/program/shell.h"
#include "shared/error.h"

#include <ctype.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SHOWN_LIMIT = 16384 }; /* bytes of an output that a report shows */

int shell_file(void)
{
    return memfd_create("output", MFD_CLOEXEC);
}

pid_t shell_start(const char *command, char **environment, int output, int errors)
{
    fflush(NULL);
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    int null = open("/dev/null", O_RDONLY);
    dup2(null, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(errors, STDERR_FILENO);
    fcntl(STDOUT_FILENO, F_SETFL, fcntl(STDOUT_FILENO, F_GETFL) | O_APPEND);
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_DFL);
    for (char **entry = environment; *entry != NULL; entry++)
        putenv(*entry);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

char *shell_exec(const char *command)
{
    size_t word = strcspn(command, " \t");
    bool one = command[strcspn(command, ";&|<>()\n")] == '\0' &&
               memchr(command, '=', word) == NULL && strncmp(command, "exec ", 5) != 0 &&
               strncmp(command, "cd ", 3) != 0;
    char *text = NULL;
    if (asprintf(&text, "%s%s", one ? "exec " : "", command) < 0)
        panic("out of memory");
    return text;
}

static char *output_from(int file, off_t at, off_t size)
{
    char *text = calloc(1, (size_t)(size - at) + 1);
    if (text == NULL)
        panic("out of memory");
    for (off_t from = at; at < size;) {
        ssize_t length = pread(file, text + (at - from), (size_t)(size - at), at);
        if (length <= 0)
            break;
        at += length;
    }
    return text;
}

static off_t output_size(int file)
{
    struct stat status;
    return fstat(file, &status) < 0 ? 0 : status.st_size;
}

char *shell_output(int file)
{
    return output_from(file, 0, output_size(file));
}

char *shell_output_last(int file)
{
    off_t size = output_size(file);
    char *text = output_from(file, size > SHOWN_LIMIT ? size - SHOWN_LIMIT : 0, size);
    const char *line = strchr(text, '\n');
    if (size > SHOWN_LIMIT && line != NULL && line[1] != '\0')
        memmove(text, line + 1, strlen(line + 1) + 1);
    return text;
}

bool shell_output_fits(int file)
{
    return output_size(file) <= SHELL_OUTPUT_LIMIT;
}
