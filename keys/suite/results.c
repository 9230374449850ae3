/* SPDX-License-Identifier: MIT */
#include "keys/suite/results.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void results_begin(struct results *results, const struct options *options, int total)
{
    *results =
        (struct results){ .options = options, .total = total, .start_ms = deadline_now_ms() };
    results->items = calloc((size_t)total + 1, sizeof *results->items);
    if (results->items == NULL)
        panic("out of memory");
    if (options->tap)
        printf("TAP version 13\n1..%d\n", total);
}

/* The sentence after "skipped: " in the last line of the output. */
static const char *skip_reason(const struct result *result)
{
    const char *at = strstr(result->output, "skipped: ");
    return at != NULL ? at + strlen("skipped: ") : "";
}

static void lines_write(FILE *out, const char *text, const char *before)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        fprintf(out, "%s%.*s\n", before, (int)length, text);
        text += length + (text[length] != '\0');
    }
}

static void tap_write(const struct results *results, const struct result *result)
{
    bool bad = result->result == PLAY_FAILED || result->result == PLAY_NOT_TRIED;
    printf("%sok %d - %s%s%s", bad ? "not " : "", results->count, result->path,
           result->title[0] != '\0' ? ": " : "", result->title);
    if (result->result == PLAY_SKIPPED)
        printf(" # SKIP %s", skip_reason(result)); /* ends in a newline */
    else
        printf("\n");
    if (bad)
        lines_write(stdout, result->output, "# ");
}

static void line_write(const struct result *result)
{
    static const char *const WORDS[] = { [PLAY_PASSED] = "passed ",
                                         [PLAY_FAILED] = "FAILED ",
                                         [PLAY_NOT_TRIED] = "BROKEN ",
                                         [PLAY_SKIPPED] = "skipped" };
    printf("%s %6.1f s  %s\n", WORDS[result->result], (double)result->took_ms / 1000, result->path);
    if (result->result != PLAY_PASSED)
        lines_write(stdout, result->output, "  ");
}

void results_add(struct results *results, struct result result)
{
    results->items[results->count++] = result;
    if (results->options->tap)
        tap_write(results, &result);
    else
        line_write(&result);
    fflush(stdout);
}

static int results_of(const struct results *results, enum play_result wanted)
{
    int count = 0;
    for (int i = 0; i < results->count; i++)
        count += results->items[i].result == wanted;
    return count;
}

/* XML has no place for control characters. */
static void xml_write(FILE *out, const char *text, size_t length)
{
    for (; length > 0 && *text != '\0'; text++, length--) {
        if (strchr("<>&\"", *text) != NULL)
            fprintf(out, "&#%d;", *text);
        else if ((unsigned char)*text >= ' ' || *text == '\n' || *text == '\t')
            fputc(*text, out);
    }
}

static const char *next_line(const char *text)
{
    text += strcspn(text, "\n");
    return text + (*text != '\0');
}

/* What a build server shows first: where it failed, and why. */
static void message_write(FILE *out, const char *output)
{
    const char *why = next_line(output);
    while (strncmp(why, "  in ", 5) == 0) /* a call or a case */
        why = next_line(why);
    xml_write(out, output, strcspn(output, "\n"));
    fputs(*why != '\0' ? ": " : "", out);
    why += strspn(why, " ");
    xml_write(out, why, strcspn(why, "\n"));
}

static void case_write(FILE *out, const struct result *result)
{
    fprintf(out, "  <testcase classname=\"keys\" name=\"");
    xml_write(out, result->path, SIZE_MAX);
    xml_write(out, result->title[0] != '\0' ? ": " : "", SIZE_MAX);
    xml_write(out, result->title, SIZE_MAX);
    fprintf(out, "\" time=\"%.3f\">", (double)result->took_ms / 1000);
    if (result->result == PLAY_SKIPPED) {
        const char *reason = skip_reason(result);
        fprintf(out, "<skipped message=\"");
        xml_write(out, reason, strcspn(reason, "\n"));
        fprintf(out, "\"/>");
    } else if (result->result != PLAY_PASSED) {
        const char *kind = result->result == PLAY_FAILED ? "failure" : "error";
        fprintf(out, "<%s message=\"", kind);
        message_write(out, result->output);
        fprintf(out, "\">");
        xml_write(out, result->output, SIZE_MAX);
        fprintf(out, "</%s>", kind);
    }
    fprintf(out, "</testcase>\n");
}

static bool junit_write(const struct results *results, struct error *error)
{
    const char *path = results->options->junit;
    FILE *out = fopen(path, "we");
    if (out == NULL)
        return error_set_errno(error, "cannot write %s", path);
    fprintf(out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"keys\" tests=\"%d\" "
            "failures=\"%d\" errors=\"%d\" skipped=\"%d\" time=\"%.3f\">\n",
            results->count, results_of(results, PLAY_FAILED), results_of(results, PLAY_NOT_TRIED),
            results_of(results, PLAY_SKIPPED),
            (double)(deadline_now_ms() - results->start_ms) / 1000);
    for (int i = 0; i < results->count; i++)
        case_write(out, &results->items[i]);
    fprintf(out, "</testsuite>\n");
    return fclose(out) == 0 || error_set_errno(error, "cannot write %s", path);
}

int results_end(struct results *results, struct error *error)
{
    int failed = results_of(results, PLAY_FAILED), broken = results_of(results, PLAY_NOT_TRIED);
    int status = failed > 0 ? PLAY_FAILED : broken > 0 ? PLAY_NOT_TRIED : PLAY_PASSED;
    if (!results->options->tap)
        printf("%d passed, %d failed, %d skipped in %.1f s\n", results_of(results, PLAY_PASSED),
               failed + broken, results_of(results, PLAY_SKIPPED),
               (double)(deadline_now_ms() - results->start_ms) / 1000);
    if (results->options->junit != NULL && !junit_write(results, error)) {
        fprintf(stderr, "keys: %s\n", error->message);
        status = PLAY_NOT_TRIED;
    }
    for (int i = 0; i < results->count; i++) {
        free(results->items[i].title);
        free(results->items[i].output);
    }
    free(results->items);
    return status;
}
