/* SPDX-License-Identifier: MIT */
#include "bank/log/log.h"

#include "shared/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void log_event(const char *what, const char *format, ...)
{
    char line[1200], shown[1300], date[32] = "";
    struct timespec now;
    struct tm parts;
    clock_gettime(CLOCK_REALTIME, &now);
    if (gmtime_r(&now.tv_sec, &parts) != NULL)
        strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &parts);
    size_t room = sizeof line - 1; /* for the newline */
    size_t length = (size_t)snprintf(line, room, "bank: %s time=%s.%03ldZ%s", what, date,
                                     now.tv_nsec / 1000000, format[0] == '\0' ? "" : " ");
    va_list arguments;
    va_start(arguments, format);
    if (length < room) {
        int more = vsnprintf(line + length, room - length, format, arguments);
        length += more > 0 ? (size_t)more : 0;
    }
    va_end(arguments);
    if (length > room - 1)
        length = room - 1;
    for (size_t i = 0; i < length; i++) /* one event, one line */
        if (line[i] == '\n' || line[i] == '\r')
            line[i] = ' ';
    line[length] = '\0';
    text_shown(line, shown, sizeof shown - 1);
    length = strlen(shown);
    shown[length++] = '\n';
    /* One write, so that lines of several processes do not mix; a log that cannot be written stops
     * nobody. */
    if (write(STDERR_FILENO, shown, length) < 0)
        return;
}
