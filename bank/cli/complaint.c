/* SPDX-License-Identifier: MIT */
#include "bank/cli/complaint.h"

#include "shared/json.h"
#include "shared/pin_block.h"
#include "shared/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SENTENCE_SIZE 2000

static const struct {
    const char *name, *code;
    int status;
} rows[] = {
#define X(enumerator, name, code, status) { name, code, status },
    COMPLAINT_TABLE(X)
#undef X
};

static bool as_json, muted;

void complaints_as_json(bool json)
{
    as_json = json;
}

void complaints_mute(bool mute)
{
    muted = mute;
}

/* name: NULL for a caution, which has none. */
static void say(const char *name, const char *code, const char *sentence)
{
    char message[SENTENCE_SIZE], shown[2 * SENTENCE_SIZE], line[8 * SENTENCE_SIZE];
    struct json_writer writer;
    if (muted)
        return;
    /* Words are told as they were typed, and one may be a card's number: stderr is kept in logs. */
    snprintf(message, sizeof message, "%s", sentence);
    pan_hide_within(message);
    if (!as_json) {
        fprintf(stderr, "bank: %s\n", text_shown(message, shown, sizeof shown));
        return;
    }
    json_writer_init(&writer, line, sizeof line);
    json_open_object(&writer, NULL);
    if (name != NULL) {
        json_write_string(&writer, "error", name);
        json_write_string(&writer, "code", code);
    }
    json_write_string(&writer, name != NULL ? "message" : "caution", message);
    json_close_object(&writer);
    if (json_finish(&writer) > 0)
        fprintf(stderr, "%s\n", line);
}

static int complain_with(enum complaint complaint, const char *format, va_list list)
    __attribute__((format(printf, 2, 0)));

static int complain_with(enum complaint complaint, const char *format, va_list list)
{
    char message[SENTENCE_SIZE];
    vsnprintf(message, sizeof message, format, list);
    say(rows[complaint].name, rows[complaint].code, message);
    return rows[complaint].status;
}

int complain_of(enum complaint complaint, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int status = complain_with(complaint, format, list);
    va_end(list);
    return status;
}

int complain(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int status = complain_with(COMPLAINT_FAILED, format, list);
    va_end(list);
    return status;
}

int complain_usage(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int status = complain_with(COMPLAINT_WORDS, format, list);
    va_end(list);
    return status;
}

enum complaint complaint_of(const struct error *error)
{
    switch (error->kind) {
    case ERROR_USAGE:
        return COMPLAINT_WORDS;
    case ERROR_DATABASE:
    case ERROR_VALUES:
    case ERROR_PASSING:
    case ERROR_CONFLICT:
        return COMPLAINT_DATABASE;
    case ERROR_CONNECTION:
        return COMPLAINT_UNREACHABLE;
    case ERROR_ABSENT:
        return COMPLAINT_NOT_RUNNING;
    case ERROR_NONE:
    case ERROR_SYSTEM:
    case ERROR_FORMAT:
    case ERROR_SUPERSEDED:
        break;
    }
    return COMPLAINT_FAILED;
}

int complain_error(const struct error *error)
{
    return complain_of(complaint_of(error), "%s", error->message);
}

int complain_absent(enum refusal refusal, const char *format, ...)
{
    char message[SENTENCE_SIZE];
    va_list list;
    va_start(list, format);
    vsnprintf(message, sizeof message, format, list);
    va_end(list);
    return refusal != NOT_REFUSED
               ? complain_refused(refusal_name(refusal), refusal_code(refusal), message)
               : complain_of(COMPLAINT_NOT_FOUND, "%s", message);
}

int complain_refused(const char *error, const char *code, const char *message)
{
    say(error, code, message);
    return EXIT_FAILURE;
}

void caution(const char *format, ...)
{
    char message[SENTENCE_SIZE];
    va_list list;
    va_start(list, format);
    vsnprintf(message, sizeof message, format, list);
    va_end(list);
    say(NULL, NULL, message);
}
