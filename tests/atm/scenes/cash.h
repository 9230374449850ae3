/* SPDX-License-Identifier: MIT */
/* Scenes of the menu, a withdrawal and its receipt, and the balance. */
#ifndef TESTS_ATM_SCENES_CASH_H
#define TESTS_ATM_SCENES_CASH_H

#include "tests/atm/terminal_kit.h"

/* A card that was here before, whose account has so much. */
static void menu_again(struct kit *kit, money last, money balance)
{
    kit_start(kit);
    kit_enter(kit);
    strcpy(kit_event(kit, EVENT_CARD_IN)->text, "400000******7899");
    kit->event.remembered.amount = last;
    kit_send(kit);
    kit_type(kit, "1234");
    kit_enter(kit);
    kit_reply(kit, true, REFUSED_NONE)->reply.balance = balance;
    kit_send(kit);
}

static void scene_menu_again(struct kit *kit)
{
    menu_again(kit, 35000, 40000);
}

static void scene_menu_usual(struct kit *kit)
{
    menu_again(kit, 5000, 6000); /* too little for the other keys */
}

static void scene_amount_again(struct kit *kit)
{
    scene_menu_again(kit);
    kit_key(kit, 5);
    kit_type(kit, "60");
}

static void scene_no_cash(struct kit *kit)
{
    kit_menu(kit);
    kit->event.facts.attention = true;
    kit_hears(kit, EVENT_TICK);
}

static void scene_amount(struct kit *kit)
{
    kit_menu(kit);
    kit_key(kit, 5);
    kit_type(kit, "999999");
}

static void scene_note_mix(struct kit *kit)
{
    kit_menu(kit);
    kit_key(kit, 5);
    kit_type(kit, "60");
    kit_enter(kit);
}

static void scene_receipt_choice(struct kit *kit)
{
    scene_note_mix(kit);
    kit_key(kit, 1);
}

static void scene_not_payable(struct kit *kit)
{
    kit_menu(kit);
    kit_key(kit, 5);
    kit_type(kit, "75");
    kit_enter(kit);
}

static void scene_balance(struct kit *kit)
{
    kit_menu(kit);
    kit_key(kit, 6);
    struct terminal_event *event = kit_reply(kit, true, REFUSED_NONE);
    event->reply.balance = 123456789;
    event->reply.available = 100000;
    event->reply.has_available = true;
    kit_send(kit);
}

static void scene_partial(struct kit *kit)
{
    kit_presenting(kit);
    kit_event(kit, EVENT_PRESENTED)->notes = (struct notes){ 1, { { 5000, 1 } } };
    kit_send(kit);
}

static void scene_another(struct kit *kit)
{
    kit_presented(kit);
    kit_enter(kit);
}

static void scene_receipt(struct kit *kit)
{
    static const char *const receipt[] = { "               EsBank",
                                           "------------------------------------",
                                           "Withdrawal   60.00 EUR",
                                           "019ab3f2-77c1-7d02-9a51-0c4f6f2e8b10" };
    scene_another(kit);
    struct terminal_event *event = kit_event(kit, EVENT_RECEIPT);
    event->flag = true;
    for (int i = 0; i < 4; i++)
        snprintf(event->lines.line[event->lines.count++], VIEW_TEXT_LENGTH, "%s", receipt[i]);
    strcpy(event->text, "2026-11-29 17:52 019AB3F2-77C1-7D02-9A51-0C4F6F2E8B10");
    kit_send(kit);
}

static void scene_qr_code(struct kit *kit)
{
    scene_another(kit);
    strcpy(kit_event(kit, EVENT_RECEIPT)->text,
           "1C915DD1 2026-11-29 17:52 60.00 EUR 019AB3F2-77C1-7D02-9A51-0C4F6F2E8B10");
    kit_send(kit);
    kit_key(kit, 8);
}

static void scene_no_paper(struct kit *kit)
{
    scene_another(kit);
    kit_hears(kit, EVENT_RECEIPT);
}

#endif
