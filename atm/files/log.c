/* SPDX-License-Identifier: MIT */
#include "atm/files/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

static FILE *log_file;

void log_open(const char *path)
{
    FILE *file = fopen(path, "ae");
    if (file != NULL)
        log_file = file;
}

void log_line(const char *format, ...)
{
    FILE *file = log_file != NULL ? log_file : stderr;
    char text[32] = "";
    time_t now = time(NULL);
    struct tm parts;
    if (gmtime_r(&now, &parts) != NULL)
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    fprintf(file, "%s ", text);
    va_list arguments;
    va_start(arguments, format);
    vfprintf(file, format, arguments);
    va_end(arguments);
    fputc('\n', file);
    fflush(file);
}
