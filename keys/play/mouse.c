/* SPDX-License-Identifier: MIT */
#include "keys/play/mouse.h"
#include "keys/play/find.h"
#include "keys/play/play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WHEEL_UP = 4, WHEEL_DOWN = 5 };

struct place {
    int row, column;
};

/* Values i and i + 1 of the step, once the program has asked for the mouse. */
static bool place_read(struct play *play, const struct step *step, size_t i, struct place *place,
                       struct error *error)
{
    int rows = terminal_rows(play->program.terminal);
    int columns = terminal_columns(play->program.terminal);
    if (!value_number(play_value(step, i), 1, rows, &place->row) ||
        !value_number(play_value(step, i + 1), 1, columns, &place->column))
        return error_set(error, ERROR_USAGE, "there is no such place on a screen of %dx%d", columns,
                         rows);
    return true;
}

static bool mouse_wanted(struct play *play, struct error *error)
{
    play_settle(play); /* it may be about to ask for the mouse */
    return terminal_mouse(play->program.terminal) ||
           error_set(error, ERROR_FORMAT, "the program has not asked for the mouse");
}

static bool button_send(struct play *play, struct place place, int button, bool pressed,
                        struct error *error)
{
    return program_button(&play->program, place.row, place.column, button, pressed,
                          deadline_in(play->timeout_ms), error);
}

static bool click_send(struct play *play, struct place place, int button, struct error *error)
{
    char shown[32];
    if (!button_send(play, place, button, true, error) ||
        !button_send(play, place, button, false, error))
        return false;
    snprintf(shown, sizeof shown, "click-%d-%d", place.row, place.column);
    play_note(play, shown);
    return true;
}

bool mouse_click(struct play *play, const struct step *step, struct error *error)
{
    struct place place;
    return mouse_wanted(play, error) && place_read(play, step, 0, &place, error) &&
           click_send(play, place, value_button(play_optional(step, "BUTTON")), error);
}

bool mouse_click_text(struct play *play, const struct step *step, struct error *error)
{
    struct found found = { 0 };
    if (!mouse_wanted(play, error))
        return false;
    if (!find_text(play->program.terminal, terminal_area(play->program.terminal), &step->values[0],
                   &found))
        return error_set(error, ERROR_FORMAT,
                         "there is nothing on the screen that this could "
                         "click on");
    struct place place = { found.row, (found.left + found.right) / 2 };
    return click_send(play, place, value_button(play_optional(step, "BUTTON")), error);
}

static bool half_click(struct play *play, const struct step *step, bool pressed,
                       struct error *error)
{
    struct place place;
    if (!mouse_wanted(play, error) || !place_read(play, step, 0, &place, error) ||
        !button_send(play, place, value_button(play_optional(step, "BUTTON")), pressed, error))
        return false;
    play_note(play, pressed ? "mouse-press" : "mouse-release");
    return true;
}

bool mouse_press(struct play *play, const struct step *step, struct error *error)
{
    return half_click(play, step, true, error);
}

bool mouse_release(struct play *play, const struct step *step, struct error *error)
{
    return half_click(play, step, false, error);
}

bool mouse_move(struct play *play, const struct step *step, struct error *error)
{
    struct place place;
    if (!mouse_wanted(play, error) || !place_read(play, step, 0, &place, error) ||
        !program_move(&play->program, place.row, place.column, deadline_in(play->timeout_ms),
                      error))
        return false;
    play_note(play, "mouse-move");
    return true;
}

static int towards(int from, int to)
{
    return from + (to > from) - (to < from);
}

bool mouse_drag(struct play *play, const struct step *step, struct error *error)
{
    struct place at, to;
    int button = value_button(play_optional(step, "BUTTON"));
    if (!mouse_wanted(play, error) || !place_read(play, step, 0, &at, error) ||
        !place_read(play, step, 2, &to, error) || !button_send(play, at, button, true, error))
        return false;
    while (at.row != to.row || at.column != to.column) {
        at = (struct place){ towards(at.row, to.row), towards(at.column, to.column) };
        if (!program_move(&play->program, at.row, at.column, deadline_in(play->timeout_ms), error))
            return false;
    }
    play_note(play, "drag");
    return button_send(play, to, button, false, error);
}

bool mouse_wheel(struct play *play, const struct step *step, struct error *error)
{
    struct place place;
    int times = 1;
    const char *count = play_optional(step, "COUNT");
    bool up = strcmp(play_value(step, 0), "up") == 0;
    if (count != NULL)
        value_number(count, 1, 1000, &times);
    if (!mouse_wanted(play, error) || !place_read(play, step, 1, &place, error))
        return false;
    for (int i = 0; i < times; i++)
        if (!button_send(play, place, up ? WHEEL_UP : WHEEL_DOWN, true, error))
            return false;
    play_note(play, up ? "wheel-up" : "wheel-down");
    return true;
}
