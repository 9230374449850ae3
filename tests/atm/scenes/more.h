/* SPDX-License-Identifier: MIT */
/* Scenes of the menu's second page: statement, another PIN, transfer. */
#ifndef TESTS_ATM_SCENES_MORE_H
#define TESTS_ATM_SCENES_MORE_H

#include "tests/atm/scenes/card.h"
#include "tests/atm/terminal_kit.h"

static void scene_wallet_receiver(struct kit *kit)
{
    scene_wallet_pin(kit);
    kit_pin(kit);
    kit_key(kit, 8);
    kit_key(kit, 3);
    kit_key(kit, 1);
}

static void scene_more(struct kit *kit)
{
    kit_menu(kit);
    kit_key(kit, 8);
}

static void scene_new_pin(struct kit *kit)
{
    scene_more(kit);
    kit_key(kit, 2);
    kit_type(kit, "12");
    kit_enter(kit);
}

static void scene_repeat_pin(struct kit *kit)
{
    scene_new_pin(kit);
    kit_type(kit, "3456789012");
    kit_enter(kit);
    kit_type(kit, "123456789012");
}

static void scene_receiver(struct kit *kit)
{
    scene_more(kit);
    kit_key(kit, 3);
    kit_type(kit, "5500005555555555555");
    kit_enter(kit);
}

static void scene_transfer_amount(struct kit *kit)
{
    scene_more(kit);
    kit_key(kit, 3);
    kit_type(kit, "5500005555555559");
    kit_enter(kit);
    kit_type(kit, "999999");
}

static void scene_transfer_confirm(struct kit *kit)
{
    scene_transfer_amount(kit);
    kit_enter(kit);
}

static void scene_transfer_unknown(struct kit *kit)
{
    scene_transfer_confirm(kit);
    kit_key(kit, 1);
    kit_hears(kit, EVENT_NO_REPLY);
}

static void scene_statement_empty(struct kit *kit)
{
    scene_more(kit);
    kit_key(kit, 1);
    kit_reply(kit, true, REFUSED_NONE);
    kit_send(kit);
}

/* As wide and as long as it can be. */
static void scene_statement(struct kit *kit)
{
    scene_more(kit);
    kit_key(kit, 1);
    struct statement *statement = &kit_reply(kit, true, REFUSED_NONE)->reply.statement;
    for (int i = 0; i < STATEMENT_LINES; i++)
        statement->line[statement->count++] =
            (struct statement_line){ 1795974752 + i * 86400, "held deposit", 1 - MONEY_CAP,
                                     MONEY_CAP - 1 };
    kit_send(kit);
}

#endif
