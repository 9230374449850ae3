/* SPDX-License-Identifier: MIT */
#include "bank/log/log.h"

#include "bank/log/levels.h"
#include "bank/log/pairs.h"
#include "shared/json.h"
#include "shared/text.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PAIRS_SIZE = 1200, LINE_SIZE = 4096 };

static const char *const level_names[LOG_LEVEL_COUNT] = { "info", "warn", "error" };

static const struct {
    const char *what;
    enum log_level level;
} levels[] = {
#define X(what, level) { what, LOG_LEVEL_##level },
    LOG_EVENT_TABLE(X)
#undef X
};

static struct log_options log_options;
static int log_file = STDERR_FILENO;

/* ---- where to ---- */

enum log_level log_level_find(const char *name)
{
    enum log_level level = LOG_LEVEL_INFO;
    while (level < LOG_LEVEL_COUNT && strcmp(level_names[level], name) != 0)
        level++;
    return level;
}

static bool file_open(const char *path, int *file, struct error *error)
{
    *file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640);
    return *file >= 0 ||
           error_set_errno(error, "cannot write to %.300s, the file after --log-file", path);
}

bool log_use(const struct log_options *options, struct error *error)
{
    int file = STDERR_FILENO;
    if (options->file != NULL && !file_open(options->file, &file, error))
        return false;
    log_options = *options;
    log_file = file;
    return true;
}

bool log_reopen(struct error *error)
{
    int file;
    if (log_options.file == NULL)
        return true;
    if (!file_open(log_options.file, &file, error))
        return false;
    close(log_file);
    log_file = file;
    return true;
}

/* ---- a line ---- */

static enum log_level level_of(const char *what)
{
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++)
        if (strcmp(levels[i].what, what) == 0)
            return levels[i].level;
    return LOG_LEVEL_INFO;
}

static void time_format(char text[static 32])
{
    struct timespec now;
    struct tm parts;
    size_t length = 0;
    clock_gettime(CLOCK_REALTIME, &now);
    if (gmtime_r(&now.tv_sec, &parts) != NULL)
        length = strftime(text, 20, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(text + length, 32 - length, ".%03ldZ", now.tv_nsec / 1000000);
}

static size_t line_json(char line[static LINE_SIZE], const char *time, const char *level,
                        const char *what, const char *text)
{
    struct pair pairs[PAIRS_MAX];
    const size_t count = pairs_read(text, pairs);
    struct json_writer writer;
    json_writer_init(&writer, line, LINE_SIZE - 1);
    json_open_object(&writer, NULL);
    json_write_string(&writer, "time", time);
    json_write_string(&writer, "level", level);
    json_write_string(&writer, "event", what);
    for (size_t i = 0; i < count; i++)
        pair_write_json(&writer, &pairs[i]);
    json_close_object(&writer);
    return json_finish(&writer);
}

static size_t line_plain(char line[static LINE_SIZE], const char *time, const char *level,
                         const char *what, const char *text)
{
    return (size_t)snprintf(line, LINE_SIZE - 1, "bank: %s time=%s level=%s%s%s", what, time, level,
                            text[0] == '\0' ? "" : " ", text);
}

void log_event(const char *what, const char *format, ...)
{
    char pairs[PAIRS_SIZE], shown[PAIRS_SIZE + 100], time[32], line[LINE_SIZE];
    const enum log_level level = level_of(what);
    va_list arguments;
    if (level < log_options.least)
        return;
    va_start(arguments, format);
    if (vsnprintf(pairs, sizeof pairs, format, arguments) < 0)
        pairs[0] = '\0';
    va_end(arguments);
    for (char *at = pairs; *at != '\0'; at++) /* one event, one line */
        if (*at == '\n' || *at == '\r')
            *at = ' ';
    text_shown(pairs, shown, sizeof shown);
    time_format(time);
    size_t length =
        (log_options.json ? line_json : line_plain)(line, time, level_names[level], what, shown);
    line[length++] = '\n';
    /* One write, so that lines of several processes do not mix. A log that cannot be written stops
     * nothing. */
    if (write(log_file, line, length) < 0)
        return;
}

void log_failed(const char *why)
{
    if (log_options.file != NULL || log_options.json)
        log_event("failed", "why=\"%s\"", why);
    if (log_options.file != NULL || !log_options.json)
        fprintf(stderr, "bank: %s\n", why);
}
