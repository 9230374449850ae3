/* SPDX-License-Identifier: MIT */
/*
 * The function display keys: four at each edge, their names always there, their labels only where
 * they do something. Both sides have labels of one width, so that the middle stays in the middle.
 */
#include "atm/tui/choose.h"
#include "atm/tui/paint_parts.h"
#include "atm/tui/paint_text.h"

#include <stdio.h>

enum {
    CAP_WIDTH = 4,
    LABEL_MIN = 14,
    LABEL_ALONE = 26, /* at least, with nothing between the labels */
    LABEL_MAX = 33,   /* both sides then leave a seam of some columns */
    SIDES = 2,
    KEYS_A_SIDE = VIEW_FDKS / SIDES,
};

bool paint_keys_labelled(const struct view *view, int side, int row)
{
    return view->fdk[side * KEYS_A_SIDE + row].label[0] != '\0';
}

static bool side_labelled(const struct view *view, int side)
{
    for (int row = 0; row < KEYS_A_SIDE; row++)
        if (paint_keys_labelled(view, side, row))
            return true;
    return false;
}

/* The width of the labels: what they need, but no more than leaves the body what it needs. */
static int labels_fit(const struct canvas *canvas, const struct view *view, int body_width)
{
    int widest = 0;
    for (int i = 0; i < VIEW_FDKS; i++) {
        int width = canvas_width(canvas, view->fdk[i].label);
        widest = width > widest ? width : widest;
    }
    if (body_width == 0)
        return widest + 4 < LABEL_ALONE ? LABEL_ALONE
               : widest + 4 < LABEL_MAX ? widest + 4
                                        : LABEL_MAX;
    int sides = side_labelled(view, 0) && side_labelled(view, 1) ? 2 : 1;
    int most = (PAINT_COLUMNS - body_width - 2 - SIDES * CAP_WIDTH) / sides;
    most = most > LABEL_MAX ? LABEL_MAX : most < LABEL_MIN ? LABEL_MIN : most;
    int wanted = widest + 4;
    return wanted > most ? most : wanted < LABEL_MIN ? LABEL_MIN : wanted;
}

/* Where the first of a label's lines ends: as early as the rest fits into as many columns, so that
 * no word is left alone in the second. */
static size_t label_break(const struct canvas *canvas, const char *label, int width,
                          const char **rest)
{
    size_t length = paint_text_line(label, width, rest);
    if (**rest == '\0')
        return length;
    for (int narrow = width / 2; narrow < width; narrow++) {
        const char *after;
        const size_t early = paint_text_line(label, narrow, &after);
        if (early > 0 && after[-1] == ' ' && canvas_width(canvas, after) <= narrow) {
            *rest = after;
            return early;
        }
    }
    return length;
}

/* Writes the label into its place; true when it takes two lines, the first of them in the upper
 * edge's row.
 */
static bool paint_label(const struct canvas *canvas, struct place place, bool left,
                        enum style style, const char *label)
{
    int column = place.column + 1, width = place.width - 2;
    const char *line[2] = { label, "" };
    char first[sizeof((struct view_fdk *)0)->label];
    size_t length = label_break(canvas, label, width, &line[1]);
    bool two = *line[1] != '\0';
    if (two) {
        snprintf(first, sizeof first, "%.*s", (int)length, label);
        line[0] = first;
        if (canvas->theme->filled)
            canvas_fill(canvas, (struct place){ place.row, place.column, 1, place.width }, style);
    }
    for (int i = 0; i < (two ? 2 : 1); i++) {
        int row = place.row + (two ? i : 1);
        if (left)
            canvas_left(canvas, row, column, width, style, line[i]);
        else
            canvas_right(canvas, row, column, width, style, line[i]);
    }
    return two;
}

/* How a key looks that does something: as usual, with the focus, or shown because another did
 * nothing. */
static void key_styles(const struct canvas *canvas, const struct moment *moment, int index,
                       enum style *face, enum style *edge)
{
    const bool focus = moment->focus == index + 1;
    *face = focus || (moment->flash && !canvas->theme->filled) ? STYLE_CAP
            : moment->flash                                    ? STYLE_TITLE_WARNING
                                                               : STYLE_LABEL;
    *edge = focus ? STYLE_CAP_EDGE : moment->flash ? STYLE_TITLE_WARNING_EDGE : STYLE_LABEL_EDGE;
}

static void paint_live_key(const struct canvas *canvas, const struct view_fdk *fdk, int index,
                           const struct moment *moment, struct place cap, struct place label)
{
    const bool left = index < KEYS_A_SIDE;
    enum style face, edge;
    key_styles(canvas, moment, index, &face, &edge);
    canvas_surface(canvas, label, face, edge);
    if (canvas->theme->filled)
        canvas_surface(canvas, cap, STYLE_CAP, STYLE_CAP_EDGE);
    bool two = paint_label(canvas, label, left, face, fdk->label);
    if (two && canvas->theme->filled)
        canvas_fill(canvas, (struct place){ cap.row, cap.column, 1, cap.width }, STYLE_CAP);
    if (moment->focus == index + 1)
        canvas_glyph(canvas, label.row + 1, left ? label.column : label.column + label.width - 1,
                     face, GLYPH_FOCUS);
    struct place both = { label.row, left ? 0 : label.column, KEYS_PITCH, CAP_WIDTH + label.width };
    canvas_click(canvas, both, (struct input){ .kind = INPUT_FDK, .value = index });
}

static void paint_key(const struct canvas *canvas, const struct view *view, int index,
                      const struct moment *moment, int width)
{
    const struct view_fdk *fdk = &view->fdk[index];
    bool left = index < KEYS_A_SIDE;
    int row = KEYS_ROW + index % KEYS_A_SIDE * KEYS_PITCH;
    char name[CHOOSE_NAME_SIZE];
    choose_name(view, index, name);
    struct place cap = { row, left ? 0 : PAINT_COLUMNS - CAP_WIDTH, KEYS_PITCH, CAP_WIDTH };
    struct place label = { row, left ? CAP_WIDTH : PAINT_COLUMNS - CAP_WIDTH - width, KEYS_PITCH,
                           width };
    bool dead = fdk->label[0] == '\0' || fdk->disabled;
    if (fdk->label[0] != '\0' && fdk->disabled) {
        canvas_surface(canvas, label, STYLE_LABEL_OFF, STYLE_LABEL_OFF_EDGE);
        paint_label(canvas, label, left, STYLE_LABEL_OFF, fdk->label);
    } else if (!dead) {
        paint_live_key(canvas, fdk, index, moment, cap, label);
    }
    canvas_left(canvas, row + 1, cap.column, CAP_WIDTH, dead ? STYLE_DIM : STYLE_CAP, "");
    canvas_left(canvas, row + 1, cap.column + 1, CAP_WIDTH - 1, dead ? STYLE_DIM : STYLE_CAP, name);
}

int paint_keys(const struct canvas *canvas, const struct view *view, const struct moment *moment,
               int body_width)
{
    int width = labels_fit(canvas, view, body_width);
    for (int i = 0; i < VIEW_FDKS; i++)
        paint_key(canvas, view, i, moment, width);
    return width;
}

bool paint_keys_beside(const struct view *view, int side, int top, int bottom)
{
    for (int row = 0; row < KEYS_A_SIDE; row++) {
        int first = KEYS_ROW + row * KEYS_PITCH;
        if (paint_keys_labelled(view, side, row) && first <= bottom && first + KEYS_PITCH > top)
            return true;
    }
    return false;
}

struct span paint_keys_span(const struct view *view, int label_width, int top, int bottom,
                            int wanted)
{
    int left = CAP_WIDTH + 1 + (paint_keys_beside(view, 0, top, bottom) ? label_width : 0);
    int right = CAP_WIDTH + 1 + (paint_keys_beside(view, 1, top, bottom) ? label_width : 0);
    int side = left > right ? left : right;
    if (PAINT_COLUMNS - 2 * side >= wanted) /* the screen's middle as long as that leaves enough */
        return (struct span){ side, PAINT_COLUMNS - 2 * side };
    return (struct span){ left, PAINT_COLUMNS - left - right };
}
