/* SPDX-License-Identifier: MIT */
/* Scenes of the supervisor's pages. */
#ifndef TESTS_ATM_SCENES_SUPERVISOR_H
#define TESTS_ATM_SCENES_SUPERVISOR_H

#include "tests/atm/terminal_kit.h"

#include "atm/terminal/fault.h"

static void scene_code(struct kit *kit)
{
    kit_start(kit);
    kit_press(kit, INPUT_SUPERVISOR, 0);
}

static void scene_code_wrong(struct kit *kit)
{
    scene_code(kit);
    kit_code(kit, 1, 1000);
}

static void scene_locked(struct kit *kit)
{
    scene_code(kit);
    kit_code(kit, 5, 300000);
}

static void scene_closed(struct kit *kit)
{
    kit_start(kit);
    kit->event.facts.code_set = false;
    kit_press(kit, INPUT_SUPERVISOR, 0);
}

static void scene_supervisor(struct kit *kit)
{
    scene_code(kit);
    kit_code(kit, 0, 0);
}

static void scene_counters(struct kit *kit)
{
    scene_supervisor(kit);
    kit_key(kit, 1);
}

static void scene_replenish(struct kit *kit)
{
    scene_supervisor(kit);
    kit_key(kit, 2);
    kit_type(kit, "20");
    kit_enter(kit);
}

static void scene_replenish_wrong(struct kit *kit)
{
    scene_replenish(kit);
    kit_type(kit, "9999");
    kit_enter(kit);
}

static void scene_replenish_confirm(struct kit *kit)
{
    scene_replenish(kit);
    kit_type(kit, "1000");
    kit_enter(kit);
    kit_type(kit, "7");
    kit_enter(kit);
}

static void scene_test_confirm(struct kit *kit)
{
    scene_supervisor(kit);
    kit_key(kit, 3);
}

static void scene_cut_over_confirm(struct kit *kit)
{
    scene_supervisor(kit);
    strcpy(kit->terminal.business_day, "2026-11-24");
    kit_key(kit, 6);
}

static void scene_journal(struct kit *kit)
{
    scene_supervisor(kit);
    kit_key(kit, 4);
    struct lines *lines = &kit_event(kit, EVENT_LIST)->lines;
    strcpy(lines->line[lines->count++], "   No. Time     Event            Of       Details");
    for (; lines->count <= LIST_PAGE_LINES; lines->count++)
        strcpy(lines->line[lines->count], "123456 04:53:17 presented        00000001 notes=5000x2");
    kit_send(kit);
}

static void scene_days(struct kit *kit)
{
    scene_supervisor(kit);
    kit_key(kit, 1);
    kit_key(kit, 4);
    struct lines *lines = &kit_event(kit, EVENT_LIST)->lines;
    strcpy(lines->line[lines->count++],
           "Event                         24/11  23/11  22/11  21/11  20/11");
    for (; lines->count <= LIST_PAGE_LINES; lines->count++)
        strcpy(lines->line[lines->count],
               "declined insufficient_funds      12   1234      0      0      7");
    kit_send(kit);
}

static void scene_nothing(struct kit *kit)
{
    scene_supervisor(kit);
    kit_key(kit, 5);
    kit_hears(kit, EVENT_LIST);
}

static void scene_cut_over_wait(struct kit *kit)
{
    scene_cut_over_confirm(kit);
    kit_key(kit, 4);
}

static void scene_cut_over(struct kit *kit)
{
    scene_cut_over_wait(kit);
    struct terminal_event *event = kit_reply(kit, true, REFUSED_NONE);
    event->reply.total_dispensed = 98765400;
    strcpy(event->reply.business_day, "2026-11-25");
    kit_send(kit);
}

static void scene_cut_over_early(struct kit *kit)
{
    scene_cut_over_wait(kit);
    struct terminal_event *event = kit_reply(kit, false, REFUSED_CUT_OVER_TOO_EARLY);
    strcpy(event->reply.business_day, "2026-11-26");
    kit_send(kit);
}

static void scene_faults(struct kit *kit)
{
    scene_supervisor(kit);
    kit_key(kit, 7);
    struct lines *lines = &kit_event(kit, EVENT_LIST)->lines;
    lines->count = FAULT_COUNT;
    strcpy(lines->line[FAULT_DISPENSER_PARTIAL], "dispenser partial after 3 notes");
    kit_send(kit);
}

#endif
