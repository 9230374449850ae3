/* SPDX-License-Identifier: MIT */
/* What the terminal is to hear next. */
#include "atm/machine/machine.h"

struct terminal_event *machine_answer(struct machine *machine, enum event_kind kind)
{
    if (machine->event_count == MACHINE_EVENTS_MAX)
        panic("the devices say more than %d things at once", MACHINE_EVENTS_MAX);
    struct terminal_event *event = &machine->event[machine->event_count++];
    memset(event, 0, sizeof *event);
    event->kind = kind;
    return event;
}
