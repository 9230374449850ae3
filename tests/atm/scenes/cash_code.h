/* SPDX-License-Identifier: MIT */
/* Scenes of a cash code: asked for, and paid out. */
#ifndef TESTS_ATM_SCENES_CASH_CODE_H
#define TESTS_ATM_SCENES_CASH_CODE_H

#include "tests/atm/scenes/more.h"
#include "tests/atm/terminal_kit.h"

static void scene_code_amount(struct kit *kit)
{
    scene_more(kit);
    kit_key(kit, 5);
    kit_type(kit, "999999");
}

static void scene_code_pin(struct kit *kit)
{
    scene_code_amount(kit);
    kit_enter(kit);
    kit_type(kit, "123456789012");
}

static void scene_code_repeat_pin(struct kit *kit)
{
    scene_code_pin(kit);
    kit_enter(kit);
    kit_type(kit, "123456789012");
}

static void scene_code_confirm(struct kit *kit)
{
    scene_code_repeat_pin(kit);
    kit_enter(kit);
}

static void scene_code_shown(struct kit *kit)
{
    scene_code_confirm(kit);
    kit_key(kit, 1);
    kit_reply(kit, true, REFUSED_NONE)->reply.until_s = 1796000000;
    kit_send(kit);
}

static void scene_code_unknown(struct kit *kit)
{
    scene_code_confirm(kit);
    kit_key(kit, 1);
    kit_hears(kit, EVENT_NO_REPLY);
}

static void scene_code_enter_pin(struct kit *kit)
{
    kit_start(kit);
    kit_code_typed(kit);
    kit_type(kit, "1234");
}

static void scene_code_cash(struct kit *kit)
{
    scene_code_enter_pin(kit);
    kit_enter(kit);
    kit_type(kit, "20");
    kit_enter(kit);
    kit_key(kit, 1);
    kit_expect(kit, STATE_ASKING_CASH);
}

static void scene_code_too_much(struct kit *kit)
{
    scene_code_cash(kit);
    kit_reply(kit, false, REFUSED_CASH_CODE_AMOUNT)->reply.available = 1000;
    kit_send(kit);
}

static void scene_code_used(struct kit *kit)
{
    scene_code_cash(kit);
    struct terminal_event *event = kit_reply(kit, true, REFUSED_NONE);
    notes_add(&event->reply.notes, 2000, 1);
    kit_send(kit);
    kit_hears(kit, EVENT_STACKED);
    notes_add(&kit_event(kit, EVENT_PRESENTED)->notes, 2000, 1);
    kit_send(kit);
    kit_enter(kit);
    kit_expect(kit, STATE_ANOTHER);
}

#endif
