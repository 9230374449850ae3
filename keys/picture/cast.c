/* SPDX-License-Identifier: MIT */
/*
 * One JSON array a line. The format wants valid UTF-8, but reads from a pty end
 * anywhere: the bytes of a character that is not complete wait for the next.
 */
#include "keys/picture/cast.h"
#include "keys/program/deadline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct cast {
    FILE *file;
    int64_t start_ms; /* 0: nothing written yet */
    char held[4];     /* the beginning of a character */
    size_t held_length;
};

struct cast *cast_create(const char *path, struct error *error)
{
    struct cast *cast = calloc(1, sizeof *cast);
    if (cast == NULL)
        panic("out of memory");
    cast->file = fopen(path, "we");
    if (cast->file == NULL) {
        error_set_errno(error, "cannot write %s", path);
        free(cast);
        return NULL;
    }
    return cast;
}

static void event_begin(const struct cast *cast, char kind)
{
    int64_t ms = deadline_now_ms() - cast->start_ms;
    fprintf(cast->file, "[%lld.%03d, \"%c\", ", (long long)(ms / 1000), (int)(ms % 1000), kind);
}

void cast_size(struct cast *cast, int columns, int rows)
{
    if (cast->start_ms == 0) {
        cast->start_ms = deadline_now_ms();
        fprintf(cast->file,
                "{\"version\": 2, \"width\": %d, \"height\": %d, \"timestamp\": %lld}\n", columns,
                rows, (long long)time(NULL));
        return;
    }
    event_begin(cast, 'r');
    fprintf(cast->file, "\"%dx%d\"]\n", columns, rows);
}

/* How many bytes at the end begin a character that does not end here. */
static size_t unfinished(const char *bytes, size_t length)
{
    for (size_t back = 1; back <= 3 && back <= length; back++) {
        unsigned char byte = (unsigned char)bytes[length - back];
        if ((byte & 0xC0) == 0x80)
            continue;
        size_t needs = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
        return needs > back ? back : 0;
    }
    return 0;
}

static void string_write(FILE *file, const char *text)
{
    fputc('"', file);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            fprintf(file, "\\%c", *text);
        else if ((unsigned char)*text < ' ' || *text == 0x7F)
            fprintf(file, "\\u%04x", (unsigned)(unsigned char)*text);
        else
            fputc(*text, file);
    }
    fputc('"', file);
}

void cast_output(struct cast *cast, const struct variables *secrets, const char *bytes,
                 size_t length)
{
    char *text = malloc(cast->held_length + length + 1);
    if (text == NULL)
        panic("out of memory");
    memcpy(text, cast->held, cast->held_length);
    size_t total = cast->held_length;
    for (size_t i = 0; i < length; i++)
        if (bytes[i] != '\0') /* padding, which shows nothing */
            text[total++] = bytes[i];
    cast->held_length = unfinished(text, total);
    total -= cast->held_length;
    memcpy(cast->held, text + total, cast->held_length);
    text[total] = '\0';
    char *shown = variables_redact(secrets, text, true);
    if (total > 0) {
        event_begin(cast, 'o');
        string_write(cast->file, shown);
        fputs("]\n", cast->file);
    }
    free(shown);
    free(text);
}

void cast_destroy(struct cast *cast)
{
    if (cast == NULL)
        return;
    fclose(cast->file);
    free(cast);
}
