/* SPDX-License-Identifier: MIT */
/* Scenes of a visit without a transaction: the welcome, the wallet, the PIN, the goodbye. */
#ifndef TESTS_ATM_SCENES_CARD_H
#define TESTS_ATM_SCENES_CARD_H

#include "tests/atm/terminal_kit.h"

static void scene_offline(struct kit *kit)
{
    kit_start(kit);
    kit_hears(kit, EVENT_LINK_DOWN);
}

static void scene_trouble(struct kit *kit)
{
    kit_start(kit);
    kit_hears(kit, EVENT_TROUBLE);
}

static void scene_attention(struct kit *kit)
{
    kit_start(kit);
    kit->event.facts.attention = true;
    kit_hears(kit, EVENT_TICK);
}

static void scene_welcome_wrong(struct kit *kit)
{
    kit_start(kit);
    strcpy(kit->terminal.settings.card_owner, "Peter");
    kit_type(kit, "4000001234567890");
    kit_enter(kit);
    kit_hears(kit, EVENT_CARD_INVALID);
}

static void scene_sticky(struct kit *kit)
{
    kit_start(kit);
    strcpy(kit->terminal.settings.card_owner, "Peter");
    strcpy(kit->terminal.settings.card_note, "1234");
}

static void scene_sticky_pin(struct kit *kit)
{
    scene_sticky(kit);
    kit_key(kit, 1);
    kit_hears(kit, EVENT_CARD_IN);
}

static void scene_wallet_welcome(struct kit *kit)
{
    static const enum text kinds[] = { TEXT_WALLET_PLENTY, TEXT_WALLET_POOR, TEXT_WALLET_LIMITED,
                                       TEXT_WALLET_BLOCKED, TEXT_WALLET_SECOND };
    scene_sticky(kit);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct wallet_card *card =
            &kit->terminal.settings.wallet[kit->terminal.settings.wallet_count++];
        card->text = kinds[i];
        strcpy(card->note, "1234");
        snprintf(card->mask, sizeof card->mask, "400000******00%02d", (int)i);
        if (kinds[i] == TEXT_WALLET_SECOND)
            strcpy(card->receiver, "4000006666000053");
    }
}

static void scene_wallet(struct kit *kit)
{
    scene_wallet_welcome(kit);
    kit_key(kit, 1);
}

static void scene_wallet_pin(struct kit *kit)
{
    scene_wallet(kit);
    kit_key(kit, 2);
    strcpy(kit_event(kit, EVENT_CARD_IN)->text, "400000******0000");
    kit_send(kit);
}

static void scene_language(struct kit *kit)
{
    kit_start(kit);
    kit_key(kit, 5);
}

static void scene_pin_short(struct kit *kit)
{
    kit_start(kit);
    kit_insert(kit);
    kit_type(kit, "12");
    kit_enter(kit);
}

static void scene_ejecting(struct kit *kit)
{
    kit_menu(kit);
    kit_press(kit, INPUT_CANCEL, 0);
}

static void scene_goodbye(struct kit *kit)
{
    scene_ejecting(kit);
    kit_enter(kit);
}

static void scene_more_time(struct kit *kit)
{
    kit_menu(kit);
    kit_wait(kit, IDLE_MS);
}

#endif
