/* SPDX-License-Identifier: MIT */
#include "keys/picture/png.h"

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* The exit status of rsvg-convert with its output in `path`; -1 where it cannot be run. */
static int converter_run(int input, const char *const *arguments)
{
    posix_spawn_file_actions_t actions;
    pid_t pid;
    int status = -1;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", 0x1, 0);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    char *argv[8] = { 0 };
    for (int i = 0; i < 7 && arguments[i] != NULL; i++)
        argv[i] = strdup(arguments[i]);
    int result = posix_spawnp(&pid, "rsvg-convert", &actions, NULL, argv, environ);
    for (int i = 0; argv[i] != NULL; i++)
        free(argv[i]);
    posix_spawn_file_actions_destroy(&actions);
    if (result != 0 || waitpid(pid, &status, 0) < 0)
        return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool png_possible(void)
{
    static const char *const VERSION[] = { "rsvg-convert", "--version", NULL };
    return converter_run(STDIN_FILENO, VERSION) == 0;
}

bool png_write(const char *path, const char *svg, struct error *error)
{
    if (!png_possible())
        return error_set(error, ERROR_SYSTEM, PNG_MISSING);
    const char *const arguments[] = { "rsvg-convert", "--zoom=2", "-o", path, NULL };
    int input = memfd_create("picture", MFD_CLOEXEC);
    size_t length = strlen(svg);
    bool good = input >= 0 && write(input, svg, length) == (ssize_t)length &&
                lseek(input, 0, SEEK_SET) == 0;
    good = (good || error_set_errno(error, "cannot make a temporary file")) &&
           (converter_run(input, arguments) == 0 ||
            error_set(error, ERROR_SYSTEM, "rsvg-convert cannot write %s", path));
    if (input >= 0)
        close(input);
    return good;
}
