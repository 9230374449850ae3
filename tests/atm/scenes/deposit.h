/* SPDX-License-Identifier: MIT */
/* Scenes of a deposit. */
#ifndef TESTS_ATM_SCENES_DEPOSIT_H
#define TESTS_ATM_SCENES_DEPOSIT_H

#include "tests/atm/terminal_kit.h"

static void scene_deposit(struct kit *kit)
{
    kit_menu(kit);
    kit_key(kit, 7);
    kit_reply(kit, true, REFUSED_NONE);
    kit_send(kit);
    for (int key = 1; key <= 6; key++) {
        kit_type(kit, "33");
        kit_key(kit, key);
    }
}

static void scene_deposit_typed(struct kit *kit)
{
    scene_deposit(kit);
    kit_type(kit, "123");
}

static void scene_deposit_counted(struct kit *kit)
{
    scene_deposit(kit);
    kit_enter(kit);
    kit_event(kit, EVENT_NOTES_COUNTED)->notes = kit->terminal.deposit.slot;
    kit_send(kit);
}

static void scene_deposit_unreadable(struct kit *kit)
{
    scene_deposit(kit);
    kit_enter(kit);
    struct terminal_event *event = kit_event(kit, EVENT_NOTES_COUNTED);
    event->notes = kit->terminal.deposit.slot;
    event->rejected = kit->terminal.deposit.slot;
    kit_send(kit);
}

static void scene_deposit_back(struct kit *kit)
{
    scene_deposit(kit);
    kit_press(kit, INPUT_CANCEL, 0);
}

static void scene_deposit_jammed(struct kit *kit)
{
    scene_deposit(kit);
    kit_enter(kit);
    kit_hears(kit, EVENT_COUNT_FAILED);
}

static void scene_deposit_suspect(struct kit *kit)
{
    scene_deposit_counted(kit);
    kit_enter(kit);
    kit_event(kit, EVENT_ADVISED)->reply.id = kit->terminal.withdrawal.id;
    kit_send(kit);
}

#endif
