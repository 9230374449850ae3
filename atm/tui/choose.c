/* SPDX-License-Identifier: MIT */
#include "atm/tui/choose.h"

#include <stdio.h>
#include <string.h>

enum { SIDE = VIEW_FDKS / 2 };

static const char letters[VIEW_FDKS + 1] =
    "ihgfabcd"; /* as machines have them, from the left's top */

/* Whether digits are the keys on this view. */
static bool by_digit(const struct view *view)
{
    return view->entry == ENTRY_NONE && !view->digits_type;
}

static bool by_letter(const struct view *view)
{
    return view->entry != ENTRY_TEXT;
}

void choose_name(const struct view *view, int key, char name[static CHOOSE_NAME_SIZE])
{
    if (by_digit(view))
        snprintf(name, CHOOSE_NAME_SIZE, "%c", '1' + key % VIEW_FDKS);
    else if (by_letter(view))
        snprintf(name, CHOOSE_NAME_SIZE, "%c", letters[key] & ~0x20);
    else
        snprintf(name, CHOOSE_NAME_SIZE, "F%c", '1' + key % VIEW_FDKS);
}

static bool lives(const struct view *view, int key)
{
    return key >= 0 && key < VIEW_FDKS && view->fdk[key].label[0] != '\0';
}

static int letter_key(int letter)
{
    const char *at = strchr(letters, letter | 0x20);
    return letter != '\0' && at != NULL ? (int)(at - letters) : CHOOSE_NONE;
}

/* The next key that lives, upwards or downwards on its side; from the last one the first. */
static int along(const struct view *view, int focus, int step)
{
    const int first = focus / SIDE * SIDE;
    for (int i = 1; i <= SIDE; i++) {
        const int key = first + (focus - first + step * i + SIDE * i) % SIDE;
        if (lives(view, key))
            return key;
    }
    return focus;
}

/* The nearest one on the other side. */
static int across(const struct view *view, int focus, int side)
{
    const int row = focus % SIDE;
    if (focus / SIDE == side)
        return focus;
    for (int away = 0; away < SIDE; away++) {
        if (row - away >= 0 && lives(view, side * SIDE + row - away))
            return side * SIDE + row - away;
        if (row + away < SIDE && lives(view, side * SIDE + row + away))
            return side * SIDE + row + away;
    }
    return focus;
}

static int moved(const struct view *view, int focus, int direction)
{
    if (!lives(view, focus)) {
        for (focus = 0; focus < VIEW_FDKS; focus++)
            if (lives(view, focus))
                return focus;
        return CHOOSE_NONE;
    }
    return direction == MOVE_UP     ? along(view, focus, -1)
           : direction == MOVE_DOWN ? along(view, focus, 1)
                                    : across(view, focus, direction == MOVE_RIGHT);
}

struct input choose(const struct view *view, struct input input, int *focus)
{
    const struct input none = { .kind = INPUT_NONE };
    int key = CHOOSE_NONE;
    const bool sideways = input.value == MOVE_LEFT || input.value == MOVE_RIGHT;
    const bool page = input.value == MOVE_PAGE_UP || input.value == MOVE_PAGE_DOWN;
    if (input.kind == INPUT_MOVE && view->scrolls && !sideways)
        return input;
    if (input.kind == INPUT_MOVE && page)
        return none;
    if (input.kind == INPUT_MOVE) {
        *focus = moved(view, *focus, input.value);
        return none;
    }
    if (input.kind == INPUT_ENTER && lives(view, *focus))
        key = *focus;
    else if (input.kind == INPUT_FDK)
        key = input.value;
    else if (input.kind == INPUT_DIGIT && by_digit(view))
        key = input.value - '1';
    else if (input.kind == INPUT_TEXT && by_letter(view))
        key = letter_key(input.value);
    else {
        *focus = CHOOSE_NONE; /* something is typed */
        return input;
    }
    *focus = CHOOSE_NONE;
    return lives(view, key) ? (struct input){ INPUT_FDK, key } : none;
}
