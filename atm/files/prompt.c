/* SPDX-License-Identifier: MIT */
#include "atm/files/prompt.h"

#include <errno.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

bool prompt_line(const char *question, char *buffer, size_t size)
{
    struct termios line, unseen;
    const bool terminal = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &line) == 0;
    size_t length = 0;
    bool whole = false, fits = true;
    if (terminal) {
        unseen = line;
        unseen.c_lflag &= ~(tcflag_t)ECHO;
        fprintf(stderr, "%s: ", question);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &unseen);
    }
    while (!whole) {
        char byte;
        ssize_t step = read(STDIN_FILENO, &byte, 1);
        if (step < 0 && errno == EINTR)
            continue;
        if (step <= 0)
            break;
        whole = byte == '\n';
        if (!whole && byte != '\r') {
            fits = length < size - 1;
            if (fits)
                buffer[length++] = byte;
        }
    }
    if (terminal) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &line);
        fputc('\n', stderr);
    }
    buffer[length] = '\0';
    return fits && (whole || length > 0);
}
