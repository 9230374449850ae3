/* SPDX-License-Identifier: MIT */
#include "atm/tui/held.h"

static const struct input none = { .kind = INPUT_NONE };

static bool same(const struct input *a, const struct input *b)
{
    return a->kind == b->kind && a->value == b->value;
}

static struct input take(struct held *held, struct input input, unsigned screen, int64_t now_ms)
{
    held->last = input;
    held->last_ms = now_ms;
    held->screen = screen;
    held->waits = held->runs = false;
    return input;
}

struct input held_press(struct held *held, struct input input, unsigned screen, int64_t now_ms)
{
    const bool again = same(&held->last, &input);
    const int64_t pause = now_ms - held->last_ms;
    if (held->waits && !again) { /* a press, and then another key's */
        held->after = input;
        return take(held, held->last, screen, now_ms);
    }
    if (!again || pause >= HELD_SOON_MS || (held->runs && pause >= HELD_WAIT_MS) ||
        (!held->waits && !held->runs && screen == held->screen))
        return take(held, input, screen, now_ms);
    held->runs = held->runs || held->waits;
    held->waits = !held->runs;
    held->last_ms = now_ms;
    return none;
}

struct input held_after(struct held *held, unsigned screen, int64_t now_ms)
{
    const struct input after = held->after;
    held->after = none;
    return after.kind == INPUT_NONE ? none : take(held, after, screen, now_ms);
}

struct input held_release(struct held *held, unsigned screen, int64_t now_ms)
{
    if (held->waits && now_ms - held->last_ms >= HELD_WAIT_MS)
        return take(held, held->last, screen, now_ms);
    return none;
}

int64_t held_deadline(const struct held *held)
{
    if (held->after.kind != INPUT_NONE)
        return held->last_ms;
    return held->waits ? held->last_ms + HELD_WAIT_MS : -1;
}

void held_forget(struct held *held)
{
    held->waits = false;
    held->after = none;
}
