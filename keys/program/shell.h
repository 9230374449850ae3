/* SPDX-License-Identifier: MIT */
/*
 * Shell commands beside the program. Each runs in a process group of its own,
 * with /dev/null as its input, and dies with the runner.
 */
#ifndef KEYS_SHELL_H
#define KEYS_SHELL_H

#include <stdbool.h>
#include <sys/types.h>

/* Starts `sh -c command` with its outputs in these files; -1 when there is no process. */
pid_t shell_start(const char *command, char **environment, int output, int errors);

/* The command with `exec` in front where it is one program with arguments, so that its process is
 * the program's own. The caller frees it. */
char *shell_exec(const char *command);

/* The text of the file so far, which the caller frees. Never NULL. */
char *shell_output(int file);

/* Likewise its last lines, as many as a report has room for. */
char *shell_output_last(int file);

#define SHELL_OUTPUT_LIMIT (64 << 20) /* bytes; a command that writes more has gone wrong */
bool shell_output_fits(int file);

/* A file without a name for outputs; -1 and errno. */
int shell_file(void);

#endif
