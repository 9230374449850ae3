/* SPDX-License-Identifier: MIT */
/*
 * The report is written into memory first, the screen's lines through the
 * redaction before their frame is drawn, so that the frame stays straight;
 * the whole then passes the redaction once more.
 */
#include "keys/play/report.h"
#include "keys/play/play.h"
#include "shared/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static void rule_write(FILE *out, int columns, const char *left, const char *right)
{
    fprintf(out, "  %s", left);
    for (int i = 0; i < columns; i++)
        fputs("─", out);
    fprintf(out, "%s\n", right);
}

static void screen_write(FILE *out, const struct play *play)
{
    const struct terminal *terminal = play->program.terminal;
    int columns = terminal_columns(terminal);
    char *text = terminal_text(terminal);
    char *rest = text;
    rule_write(out, columns, "┌", "┐");
    for (char *line; (line = strsep(&rest, "\n")) != NULL && rest != NULL;) {
        char *shown = variables_redact(&play->variables, line, true);
        fprintf(out, "  │%s%*s│\n", shown, columns - terminal_width(shown), "");
        free(shown);
    }
    rule_write(out, columns, "└", "┘");
    free(text);
}

static void state_write(FILE *out, const struct play *play)
{
    const struct program *program = &play->program;
    const struct terminal *terminal = program->terminal;
    fprintf(out, "  screen: %s (%dx%d, cursor %s, title \"%s\")\n",
            play_screen(play)[0] != '\0' ? play_screen(play) : "without a name",
            terminal_columns(terminal), terminal_rows(terminal),
            terminal_cursor_visible(terminal) ? "visible" : "hidden", terminal_title(terminal));
    if (program->running)
        fprintf(out, "  program: running\n");
    else if (WIFSIGNALED(program->status))
        fprintf(out, "  program: ended by SIG%s\n", sigabbrev_np(WTERMSIG(program->status)));
    else
        fprintf(out, "  program: exited with status %d\n", WEXITSTATUS(program->status));
}

static void keys_write(FILE *out, const struct play *play)
{
    unsigned first = play->key_count > PLAY_KEYS_KEPT ? play->key_count - PLAY_KEYS_KEPT : 0;
    fprintf(out, "  last keys:%s", play->key_count == 0 ? " none" : first > 0 ? " …" : "");
    for (unsigned i = first; i < play->key_count; i++)
        fprintf(out, " %s", play->keys[i % PLAY_KEYS_KEPT]);
    fputc('\n', out);
}

static void where_write(FILE *out, const struct play *play, const struct step *step)
{
    if (step != NULL)
        fprintf(out, "%s:%d: %s\n", step->file, step->line, step->source);
    for (int i = play->call_count; i-- > 0;)
        if (play->calls[i] != NULL)
            fprintf(out, "  in %s:%d: %s\n", play->calls[i]->file, play->calls[i]->line,
                    play->calls[i]->source);
    if (play->failed_case[0] != '\0')
        fprintf(out, "  in the case%s\n", play->failed_case);
}

/* What a command or a screen's title has in it must not command the terminal that shows the report.
 */
static void report_print(const char *text)
{
    char shown[TEXT_SHOWN_MAX];
    for (size_t length = 0; *text != '\0'; text += length) {
        uint32_t character = 0;
        length = text_decode(text, strnlen(text, 4), &character);
        bool control = character < ' ' || (character >= 0x7F && character < 0xA0);
        if (length > 0 && (!control || *text == '\n' || *text == '\t')) {
            fwrite(text, 1, length, stderr);
        } else {
            length = text_show(text, shown);
            fputs(shown, stderr);
        }
    }
}

void report_failure(struct play *play, const struct step *step, const struct error *error)
{
    char *report = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&report, &length);
    if (out == NULL)
        panic("out of memory");
    where_write(out, play, step);
    fprintf(out, "  %s\n", error->message);
    if (play->detail != NULL && play->detail[0] != '\0')
        fprintf(out, "%s%s", play->detail,
                strrchr(play->detail, '\n') == NULL || strrchr(play->detail, '\n')[1] != '\0' ? "\n"
                                                                                              : "");
    if (play->program.terminal != NULL) {
        state_write(out, play);
        keys_write(out, play);
        screen_write(out, play);
    }
    helpers_write(out, &play->helpers);
    if (play->again != NULL)
        fprintf(out, "  just this: %s\n", play->again);
    fclose(out);
    char *shown = variables_redact(&play->variables, report, false);
    report_print(shown);
    free(shown);
    free(report);
}
