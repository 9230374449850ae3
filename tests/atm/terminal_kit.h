/* SPDX-License-Identifier: MIT */
/*
 * A terminal on the bench: it is handed events, and what it wanted done is
 * looked at. For the tests of the state machine; no device is behind it.
 */
#ifndef TESTS_ATM_TERMINAL_KIT_H
#define TESTS_ATM_TERMINAL_KIT_H

#include "atm/terminal/terminal.h"
#include "tests/support/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define KIT __attribute__((unused)) static

#define KIT_CODE "0123456782"
enum { IDLE_MS = 30000, COUNTDOWN_MS = 20000 };

struct kit {
    struct terminal terminal;
    struct terminal_event event;
    struct effects effects; /* of the last event */
    unsigned char ids;
};

static const struct notes kit_cassettes = { 3, { { 5000, 10 }, { 2000, 10 }, { 1000, 1 } } };

/* A fresh event; what is special about it is set on the result, then kit_send sends it. */
KIT struct terminal_event *kit_event(struct kit *kit, enum event_kind kind)
{
    struct facts facts = kit->event.facts;
    kit->event = (struct terminal_event){ .kind = kind, .facts = facts };
    memset(&kit->event.facts.fresh_id, 0, sizeof kit->event.facts.fresh_id);
    kit->event.facts.fresh_id.bytes[0] = ++kit->ids;
    strcpy(kit->event.facts.fresh_code, KIT_CODE);
    return &kit->event;
}

KIT void kit_send(struct kit *kit)
{
    terminal_handle(&kit->terminal, &kit->event, &kit->effects);
}

KIT void kit_hears(struct kit *kit, enum event_kind kind)
{
    kit_event(kit, kind);
    kit_send(kit);
}

KIT void kit_press(struct kit *kit, enum input_kind kind, int value)
{
    kit_event(kit, EVENT_INPUT)->input = (struct input){ kind, value };
    kit_send(kit);
}

KIT void kit_enter(struct kit *kit)
{
    kit_press(kit, INPUT_ENTER, 0);
}

/* 1 to 8: F1 to F8. */
KIT void kit_key(struct kit *kit, int key)
{
    kit_press(kit, INPUT_FDK, key - 1);
}

KIT void kit_type(struct kit *kit, const char *digits)
{
    for (; *digits != '\0'; digits++)
        kit_press(kit, INPUT_DIGIT, *digits);
}

KIT void kit_wait(struct kit *kit, int ms)
{
    kit->event.facts.now_ms += ms;
    kit_hears(kit, EVENT_TICK);
}

KIT void kit_expect(const struct kit *kit, enum terminal_state state)
{
    if (kit->terminal.state != state)
        check_fail("the terminal is in %s, not in %s", terminal_state_name(kit->terminal.state),
                   terminal_state_name(state));
}

KIT bool kit_wants(const struct kit *kit, enum effect_kind kind)
{
    for (int i = 0; i < kit->effects.count; i++)
        if (kit->effects.item[i].kind == kind)
            return true;
    return false;
}

/* The effect of that kind; the test fails when there is none. */
KIT const struct effect *kit_effect(const struct kit *kit, enum effect_kind kind)
{
    for (int i = 0; i < kit->effects.count; i++)
        if (kit->effects.item[i].kind == kind)
            return &kit->effects.item[i];
    check_fail("an effect of kind %d is missing", (int)kind);
}

KIT int kit_place(const struct kit *kit, enum effect_kind kind)
{
    return (int)(kit_effect(kit, kind) - kit->effects.item);
}

/* Where the step is journalled among the effects; -1: it is not. */
KIT int kit_journalled(const struct kit *kit, enum journal_step step)
{
    for (int i = 0; i < kit->effects.count; i++)
        if (kit->effects.item[i].kind == EFFECT_JOURNAL && kit->effects.item[i].step == step)
            return i;
    return -1;
}

KIT void kit_expect_advice(const struct kit *kit, enum advice_outcome outcome)
{
    const struct effect *effect = kit_effect(kit, EFFECT_ADVISE);
    assert_int_equal(effect->advice.outcome, outcome);
    assert_true(uuid_equal(&effect->advice.withdrawal, &kit->terminal.withdrawal.id));
}

KIT void kit_expect_message(const struct kit *kit, enum text heading)
{
    kit_expect(kit, STATE_MESSAGE);
    assert_string_equal(text_key(kit->terminal.message.heading), text_key(heading));
}

/* The supervisor types a code, which is right, or the wrong one of so many in a row. */
KIT void kit_code(struct kit *kit, int wrong, int wait_ms)
{
    kit_type(kit, "000000");
    kit_enter(kit);
    assert_string_equal(kit_effect(kit, EFFECT_TRY_CODE)->text, "000000");
    assert_int_equal(kit->terminal.typed[0], 0);
    kit->event.facts.code_wrong = wrong;
    kit->event.facts.code_until_ms = kit->event.facts.now_ms + wait_ms;
    kit_event(kit, EVENT_CODE)->flag = wrong == 0;
    kit_send(kit);
}

/* ---- on the way -------------------------------------------------------------- */

static int kit_language __attribute__((unused)); /* the machine's first one */

KIT void kit_start(struct kit *kit)
{
    struct error error;
    struct terminal_settings settings = { .language = kit_language,
                                          .idle_ms = IDLE_MS,
                                          .countdown_ms = COUNTDOWN_MS,
                                          .card_at_hand = true };
    memset(kit, 0, sizeof *kit);
    if (!texts_load(NULL, &error))
        check_fail("%s", error.message);
    terminal_init(&kit->terminal, &settings);
    kit->event.facts.now_ms = 1000;
    kit->event.facts.cassettes = kit_cassettes;
    kit->event.facts.code_set = true;
    kit_hears(kit, EVENT_LINK_UP);
    kit_expect(kit, STATE_WELCOME);
}

KIT void kit_insert(struct kit *kit)
{
    kit_enter(kit);
    assert_true(kit_wants(kit, EFFECT_INSERT));
    strcpy(kit_event(kit, EVENT_CARD_IN)->text, "400000******7899");
    kit_send(kit);
    kit_expect(kit, STATE_PIN_ENTRY);
}

/* A cash code is typed in a card's place. */
KIT void kit_code_typed(struct kit *kit)
{
    kit_type(kit, KIT_CODE);
    kit_enter(kit);
    assert_string_equal(kit_effect(kit, EFFECT_INSERT)->text, KIT_CODE);
    strcpy(kit_event(kit, EVENT_CARD_IN)->text, "******6782");
    kit->event.flag = true;
    kit_send(kit);
    kit_expect(kit, STATE_PIN_ENTRY);
}

/* The bank's answer to what is waited for. */
KIT struct terminal_event *kit_reply(struct kit *kit, bool ok, enum refusal refusal)
{
    struct terminal_event *event = kit_event(kit, EVENT_REPLY);
    event->reply = (struct reply){ .id = kit->terminal.asking, .ok = ok, .refusal = refusal };
    snprintf(event->reply.refusal_text, sizeof event->reply.refusal_text, "%s",
             refusal_name(refusal));
    return event;
}

/* The PIN is typed, and right: the account has 500.00. */
KIT void kit_pin(struct kit *kit)
{
    kit_type(kit, "1234");
    kit_enter(kit);
    kit_expect(kit, STATE_ASKING_PIN);
    kit_reply(kit, true, REFUSED_NONE)->reply.balance = 50000;
    kit_send(kit);
    kit_expect(kit, STATE_MENU);
}

/* So says the bank of the PIN; it is typed anew. */
KIT void kit_pin_was_wrong(struct kit *kit)
{
    kit_reply(kit, false, REFUSED_WRONG_PIN)->reply.tries_left = 2;
    kit_send(kit);
    kit_expect_message(kit, TEXT_WRONG_PIN);
    assert_true(kit_wants(kit, EFFECT_PIN_WIPE));
    kit_enter(kit);
    kit_expect(kit, STATE_PIN_ENTRY);
    kit_type(kit, "1234");
    kit_enter(kit);
}

KIT void kit_menu(struct kit *kit)
{
    kit_start(kit);
    kit_insert(kit);
    kit_pin(kit);
}

/* 60.00 can be paid as 50 + 10 and as 20 × 3; the fewest notes are the first choice. */
KIT void kit_ask(struct kit *kit)
{
    kit_menu(kit);
    kit_key(kit, 5);
    kit_type(kit, "60");
    kit_enter(kit);
    kit_expect(kit, STATE_NOTE_MIX);
    kit_key(kit, 1);
    kit_expect(kit, STATE_RECEIPT_CHOICE);
    kit_key(kit, 1);
    kit_expect(kit, STATE_ASKING_CASH);
}

KIT void kit_approve(struct kit *kit)
{
    struct terminal_event *event = kit_reply(kit, true, REFUSED_NONE);
    event->reply.notes = kit->terminal.withdrawal.mix;
    event->reply.balance = 44000;
    kit_send(kit);
}

KIT void kit_approved(struct kit *kit)
{
    kit_ask(kit);
    kit_approve(kit);
    kit_expect(kit, STATE_RETURNING_CARD);
}

KIT void kit_stacking(struct kit *kit)
{
    kit_approved(kit);
    kit_enter(kit);
    kit_expect(kit, STATE_DISPENSING);
}

KIT void kit_presenting(struct kit *kit)
{
    kit_stacking(kit);
    kit_hears(kit, EVENT_STACKED);
}

KIT void kit_presented(struct kit *kit)
{
    kit_presenting(kit);
    kit_event(kit, EVENT_PRESENTED)->notes = kit->terminal.withdrawal.notes;
    kit_send(kit);
    kit_expect(kit, STATE_TAKING_CASH);
}

#endif
