/* SPDX-License-Identifier: MIT */
/*
 * Conditions look at what is on the screen now, never at what was. They are
 * asked only when the program has settled: it has read its keys, it sleeps, and
 * all it wrote is on the screen. So a wait right after a key cannot be
 * satisfied by the screen the key was pressed on, unless the program really
 * left it there. A program that never sleeps is looked at after PLAY_SETTLE_MS.
 */
#include "keys/play/condition.h"
#include "keys/picture/blocks.h"
#include "keys/play/dispatch.h"
#include "keys/play/find.h"
#include "keys/play/play.h"
#include "keys/terminal/sequence.h"
#include "keys/terminal/style.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

bool condition_screen(struct play *play, const struct step *step)
{
    return strcmp(play_screen(play), play_value(step, 0)) == 0;
}

bool condition_text(struct play *play, const struct step *step)
{
    char *text = terminal_text_in(play->program.terminal, play->area);
    bool found = find_holds(text, &step->values[0], NULL);
    free(text);
    return found;
}

bool condition_big(struct play *play, const struct step *step)
{
    if (play->font == NULL)
        return (step->directive->traits & NOT) != 0; /* and so it fails, which explain explains */
    char *text = font_read(play->font, play->program.terminal, play->area);
    bool found = find_holds(text, &step->values[0], NULL);
    free(text);
    return found;
}

/* All that is no blank in the place has the styles. */
static bool place_has(const struct terminal *terminal, const struct found *found,
                      const char *styles)
{
    for (int column = found->left; column <= found->right; column++) {
        struct cell cell = terminal_cell(terminal, found->row, column);
        bool blank = cell.text[0] == '\0' || strcmp(cell.text, " ") == 0;
        if (!blank && !style_holds(styles, &cell))
            return false;
    }
    return true;
}

bool condition_style(struct play *play, const struct step *step)
{
    struct found found = { 0 };
    while (find_text(play->program.terminal, play->area, &step->values[0], &found))
        if (place_has(play->program.terminal, &found, play_value(step, 1)))
            return true;
    return false;
}

/* The place with the least contrast. */
static double contrast_least(struct play *play, struct found *least)
{
    double ratio = 21;
    for (int row = play->area.top; row <= play->area.bottom; row++) {
        for (int column = play->area.left; column <= play->area.right; column++) {
            struct cell cell = terminal_cell(play->program.terminal, row, column);
            struct block blocks[BLOCKS];
            bool blank = cell.text[0] == '\0' || strcmp(cell.text, " ") == 0 ||
                         blocks_of(cell.text, blocks) > 0; /* an edge is no letter */
            if (blank || style_contrast(&cell) >= ratio)
                continue;
            ratio = style_contrast(&cell);
            *least = (struct found){ row, column, column };
        }
    }
    return ratio;
}

bool condition_contrast(struct play *play, const struct step *step)
{
    struct found least;
    return contrast_least(play, &least) >= strtod(play_value(step, 0), NULL);
}

bool condition_cursor(struct play *play, const struct step *step)
{
    return terminal_cursor_visible(play->program.terminal) ==
           (strcmp(play_value(step, 0), "visible") == 0);
}

bool condition_cursor_at(struct play *play, const struct step *step)
{
    int row, column;
    terminal_cursor(play->program.terminal, &row, &column);
    return row == atoi(play_value(step, 0)) && column == atoi(play_value(step, 1));
}

/* The file's text, which the caller frees; NULL with errno where it cannot be opened. */
static char *file_text(const char *path)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return NULL;
    char *text = NULL;
    size_t size = 0;
    if (getdelim(&text, &size, '\0', file) < 0) {
        free(text);
        text = strdup("");
    }
    fclose(file);
    if (text == NULL)
        panic("out of memory");
    return text;
}

bool condition_file(struct play *play, const struct step *step)
{
    (void)play;
    char *text = file_text(play_value(step, 0));
    bool holds =
        text != NULL && (step->values[1].text == NULL || find_holds(text, &step->values[1], NULL));
    free(text);
    return holds;
}

bool condition_helper(struct play *play, const struct step *step)
{
    struct error error;
    struct helper *helper = helper_find(&play->helpers, play_value(step, 0), &error);
    if (helper == NULL)
        return (step->directive->traits & NOT) != 0;
    char *said = helper_said(helper);
    bool found = find_holds(said, &step->values[1], NULL);
    free(said);
    return found;
}

bool condition_helper_ended(struct play *play, const struct step *step)
{
    struct error error;
    struct helper *helper = helper_find(&play->helpers, play_value(step, 0), &error);
    return helper != NULL && !helper_running(helper);
}

bool condition_exit(struct play *play, const struct step *step)
{
    int wanted = 0;
    value_number(play_value(step, 0), 0, 255, &wanted);
    const struct program *program = &play->program;
    return !program->running && WIFEXITED(program->status) &&
           WEXITSTATUS(program->status) == wanted;
}

bool condition_exit_signal(struct play *play, const struct step *step)
{
    int wanted = 0;
    value_signal(play_value(step, 0), &wanted);
    const struct program *program = &play->program;
    return !program->running && WIFSIGNALED(program->status) && WTERMSIG(program->status) == wanted;
}

bool condition_restored(struct play *play, const struct step *step)
{
    (void)step;
    return terminal_modes(play->program.terminal) == 0 && program_termios_restored(&play->program);
}

/* ---- what is there instead --------------------------------------------------------- */

static void restored_explain(FILE *out, const struct play *play)
{
    static const struct {
        enum sequence_mode mode;
        const char *left;
    } LEFT[] = {
        { MODE_ALTERNATE_SCREEN, "alternate screen" },
        { MODE_CURSOR_HIDDEN, "hidden cursor" },
        { MODE_MOUSE, "mouse on" },
        { MODE_PASTE, "bracketed paste on" },
        { MODE_FOCUS, "reports of the focus on" },
        { MODE_CURSOR_KEYS, "application mode of the arrows" },
        { MODE_KEYPAD, "application mode of the keypad" },
    };
    const char *before = "  the terminal is not as it was: ";
    for (size_t i = 0; i < sizeof LEFT / sizeof LEFT[0]; i++) {
        if ((terminal_modes(play->program.terminal) & LEFT[i].mode) == 0)
            continue;
        fprintf(out, "%s%s", before, LEFT[i].left);
        before = "; ";
    }
    if (!program_termios_restored(&play->program))
        fprintf(out, "%sline mode or echo off", before);
    fputc('\n', out);
}

static void nearest_explain(FILE *out, const char *lines, const struct value *value)
{
    char *nearest = value->regex ? NULL : find_nearest(lines, value->text);
    if (nearest != NULL)
        fprintf(out, "  expected: %s\n  nearest:  %s\n", value->text, nearest);
    free(nearest);
}

static void text_explain(FILE *out, const struct play *play, const struct value *value)
{
    char *screen = terminal_text_in(play->program.terminal, play->area);
    nearest_explain(out, screen, value);
    free(screen);
}

/* Where the text is that should not be there; with styles, the place that has them. */
static void place_explain(FILE *out, const struct play *play, const struct value *value,
                          const char *styles)
{
    struct found found = { 0 };
    while (find_text(play->program.terminal, play->area, value, &found))
        if (styles == NULL || place_has(play->program.terminal, &found, styles)) {
            fprintf(out, "  it is in row %d, column %d\n", found.row, found.left);
            return;
        }
}

static void file_explain(FILE *out, const struct step *step, bool negated)
{
    const char *path = play_value(step, 0);
    const struct value *wanted = &step->values[1];
    char *text = file_text(path);
    if (text == NULL)
        fprintf(out, "  %s: %s\n", path, strerror(errno));
    else if (wanted->text == NULL)
        fprintf(out, "  %s is there\n", path);
    else if (text[0] == '\0')
        fprintf(out, "  %s is empty\n", path);
    else
        fprintf(out, "  %s has %s\n", path, negated ? "this text" : "no such text");
    if (text != NULL && wanted->text != NULL && !negated)
        nearest_explain(out, text, wanted);
    free(text);
}

static void big_explain(FILE *out, const struct play *play)
{
    if (play->font == NULL) {
        fprintf(out, "  no font is loaded; write first: font PATH\n");
        return;
    }
    char *text = font_read(play->font, play->program.terminal, play->area);
    for (char *at = text; *at != '\0'; at++)
        *at = *at == '\n' ? '|' : *at;
    fprintf(out, "  in big letters: %s\n", text[0] != '\0' ? text : "nothing");
    free(text);
}

static void style_explain(FILE *out, const struct play *play, const struct step *step)
{
    char style[200];
    struct found found = { 0 };
    if (!find_text(play->program.terminal, play->area, &step->values[0], &found)) {
        fprintf(out, "  the text is not on the screen at all\n");
        text_explain(out, play, &step->values[0]);
        return;
    }
    struct cell cell = terminal_cell(play->program.terminal, found.row, found.left);
    style_describe(&cell, style, sizeof style);
    fprintf(out, "  expected: %s\n  is:       %s, in row %d, column %d\n", play_value(step, 1),
            style, found.row, found.left);
}

static void contrast_explain(FILE *out, struct play *play)
{
    struct found least = { 0 };
    double ratio = contrast_least(play, &least);
    struct cell cell = terminal_cell(play->program.terminal, least.row, least.left);
    fprintf(out, "  '%s' in row %d, column %d is #%06x on #%06x: %.1f\n", cell.text, least.row,
            least.left, cell.front, cell.back, ratio);
}

void condition_explain(FILE *out, struct play *play, const struct step *step)
{
    condition_check *check = dispatch_condition(step);
    bool negated = (step->directive->traits & NOT) != 0;
    int row, column;
    if (check == condition_file)
        file_explain(out, step, negated);
    if (play->program.terminal == NULL)
        return;
    if (check == condition_screen && !negated)
        fprintf(out, "  expected: %s\n  is:       %s\n", play_value(step, 0),
                play_screen(play)[0] != '\0' ? play_screen(play) : "a screen without a name");
    else if (check == condition_text && !negated)
        text_explain(out, play, &step->values[0]);
    else if (check == condition_text || (check == condition_style && negated))
        place_explain(out, play, &step->values[0],
                      check == condition_style ? play_value(step, 1) : NULL);
    else if (check == condition_big)
        big_explain(out, play);
    else if (check == condition_style && !negated)
        style_explain(out, play, step);
    else if (check == condition_contrast)
        contrast_explain(out, play);
    else if (check == condition_restored)
        restored_explain(out, play);
    if (check == condition_cursor_at) {
        terminal_cursor(play->program.terminal, &row, &column);
        fprintf(out, "  the cursor is in row %d, column %d\n", row, column);
    }
}
