/* SPDX-License-Identifier: MIT */
/*
 * Customers, banks and devices that do anything at any time: long random walks over the terminal,
 * with what must hold after every step. The seed of a walk that fails is printed and makes it
 * again.
 */
#include "tests/atm/terminal_kit.h"

enum { WALKS = 300, STEPS = 3000 };

/* What one walk knows of the withdrawal or deposit under way. */
struct watch {
    bool open; /* asked for, and no end yet */
    bool approved, stacked, presented;
    int requests, ends, presentations, kept;
};

static unsigned walk_random(unsigned *seed, unsigned below)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % below;
}

static void watch_effects(struct watch *watch, const struct kit *kit, unsigned seed)
{
    for (int i = 0; i < kit->effects.count; i++) {
        const struct effect *effect = &kit->effects.item[i];
        bool good = true;
        if (effect->kind == EFFECT_ASK_CASH || effect->kind == EFFECT_ASK_DEPOSIT) {
            good = !watch->open;
            *watch = (struct watch){ .open = true,
                                     .requests = watch->requests + 1,
                                     .ends = watch->ends,
                                     .presentations = watch->presentations,
                                     .kept = watch->kept };
        } else if (effect->kind == EFFECT_KEEP || effect->kind == EFFECT_GIVE_BACK) {
            good = watch->open && watch->stacked;
            watch->kept += effect->kind == EFFECT_KEEP;
        } else if (effect->kind == EFFECT_STACK || effect->kind == EFFECT_ACCEPT) {
            good = watch->open && watch->approved && !watch->stacked;
            watch->stacked = true;
        } else if (effect->kind == EFFECT_PRESENT) {
            good = watch->open && watch->stacked && !watch->presented;
            watch->presented = true;
            watch->presentations++;
        } else if (effect->kind == EFFECT_ADVISE ||
                   (effect->kind == EFFECT_JOURNAL && effect->step == JOURNAL_DECLINED &&
                    kit->terminal.wants != WANTS_TRANSFER && kit->terminal.wants != WANTS_CODE)) {
            good = watch->open;
            watch->open = false;
            watch->ends++;
        } else if (effect->kind == EFFECT_JOURNAL && effect->step == JOURNAL_APPROVED) {
            watch->approved = true;
        }
        if (!good)
            check_fail("seed %u: effect %d in %s has no place there", seed, (int)effect->kind,
                       terminal_state_name(kit->terminal.state));
    }
}

/* What the device that was asked last would say, or something else altogether. */
static void walk_device(struct kit *kit, const struct watch *watch, unsigned *seed)
{
    static const enum event_kind presents[] = { EVENT_PRESENTED, EVENT_PRESENTED,
                                                EVENT_DISPENSE_FAILED, EVENT_POSITION_UNKNOWN,
                                                EVENT_TROUBLE };
    static const enum event_kind stacks[] = { EVENT_STACKED, EVENT_STACKED, EVENT_DISPENSE_FAILED,
                                              EVENT_TROUBLE };
    static const enum event_kind counts[] = { EVENT_NOTES_COUNTED, EVENT_NOTES_COUNTED,
                                              EVENT_COUNT_FAILED, EVENT_TROUBLE };
    if (kit->terminal.state == STATE_DEPOSIT_COUNTING) {
        kit_event(kit, counts[walk_random(seed, 4)])->notes = kit->terminal.deposit.slot;
        kit_send(kit);
        return;
    }
    if (kit->terminal.state == STATE_DEPOSIT_RETURNING) {
        if (walk_random(seed, 4) == 0) {
            kit_hears(kit, EVENT_TROUBLE);
            return;
        }
        kit_event(kit, EVENT_NOTES_RETURNED)->flag = walk_random(seed, 3) != 0;
        kit_send(kit);
        return;
    }
    if (kit->terminal.state == STATE_DEPOSIT_CREDITING) {
        struct terminal_event *event = kit_event(kit, EVENT_ADVISED);
        event->reply = (struct reply){ .id = kit->terminal.withdrawal.id, .ok = true };
        strcpy(event->reply.state, walk_random(seed, 3) == 0   ? "suspect"
                                   : walk_random(seed, 3) == 0 ? "held"
                                                               : "completed");
        kit_send(kit);
        return;
    }
    if (kit->terminal.state != STATE_DISPENSING)
        return;
    enum event_kind kind = kit->terminal.withdrawal.out ? EVENT_RETRACTED
                           : watch->presented           ? presents[walk_random(seed, 5)]
                                                        : stacks[walk_random(seed, 4)];
    struct terminal_event *event = kit_event(kit, kind);
    event->notes = kit->terminal.withdrawal.notes;
    kit_send(kit);
}

static void walk_bank(struct kit *kit, unsigned *seed)
{
    static const enum refusal refusals[] = { REFUSED_WRONG_PIN, REFUSED_INSUFFICIENT_FUNDS,
                                             REFUSED_DAILY_LIMIT, REFUSED_PIN_TRIES_EXCEEDED,
                                             REFUSED_SYSTEM_ERROR };
    unsigned choice = walk_random(seed, 8);
    if (kit->terminal.state == STATE_ASKING_PIN && choice > 0)
        choice += 4; /* else few would come further */
    if (choice == 0) {
        kit_hears(kit, EVENT_NO_REPLY);
    } else if (choice < 4) {
        kit_reply(kit, false, refusals[walk_random(seed, 5)])->reply.tries_left = 1;
        kit_send(kit);
    } else {
        struct terminal_event *event = kit_reply(kit, true, REFUSED_NONE);
        event->reply.balance = 50000;
        event->reply.notes = kit->terminal.withdrawal.mix;
        if (notes_count(&event->reply.notes) == 0)
            note_mix_find(&event->facts.cassettes, kit->terminal.withdrawal.amount, 40,
                          &event->reply.notes);
        kit_send(kit);
    }
}

static void walk_person(struct kit *kit, unsigned *seed)
{
    static const char card[] = "400000******7899";
    unsigned choice = walk_random(seed, 20);
    if (choice < 7)
        kit_key(kit, 1 + (int)walk_random(seed, 8));
    else if (choice < 13)
        kit_enter(kit);
    else if (choice < 18)
        kit_press(kit, INPUT_DIGIT, '0' + (int)walk_random(seed, 10));
    else if (choice == 18 && walk_random(seed, 3) == 0)
        kit_press(kit, INPUT_CANCEL, 0);
    else
        kit_wait(kit, (int)walk_random(seed, IDLE_MS * 2));
    if (kit_wants(kit, EFFECT_INSERT)) {
        struct terminal_event *event = kit_event(kit, EVENT_CARD_IN);
        strcpy(event->text, card);
        event->flag = walk_random(seed, 4) == 0; /* a cash code */
        kit_send(kit);
    }
}

static bool asking(const struct kit *kit)
{
    return strncmp(terminal_state_name(kit->terminal.state), "ASKING_", 7) == 0;
}

/* One event a step, so that no effect goes unseen; a card goes in along with the key that offers
 * it. */
static void walk_step(struct kit *kit, struct watch *watch, unsigned *seed, unsigned start)
{
    unsigned choice = walk_random(seed, 10);
    if (kit->terminal.trouble)
        kit_hears(kit, EVENT_TROUBLE_OVER);
    else if (kit->terminal.state == STATE_DISPENSING ||
             kit->terminal.state == STATE_DEPOSIT_COUNTING ||
             kit->terminal.state == STATE_DEPOSIT_RETURNING ||
             (kit->terminal.state == STATE_DEPOSIT_CREDITING && choice < 6))
        walk_device(kit, watch, seed);
    else if (asking(kit) && choice < 6)
        walk_bank(kit, seed);
    else if (choice == 9)
        kit_hears(kit, walk_random(seed, 3) == 0 ? EVENT_LINK_DOWN : EVENT_LINK_UP);
    else
        walk_person(kit, seed);
    watch_effects(watch, kit, start);
}

static void test_whatever_happens_a_transaction_has_exactly_one_end(void **state)
{
    (void)state;
    int requests = 0, presentations = 0, kept = 0;
    for (unsigned walk = 1; walk <= WALKS; walk++) {
        struct kit kit;
        struct watch watch = { 0 };
        unsigned seed = walk;
        kit_start(&kit);
        for (int i = 0; i < STEPS; i++)
            walk_step(&kit, &watch, &seed, walk);
        if (watch.requests != watch.ends + watch.open)
            check_fail("seed %u: %d requests, %d ends", walk, watch.requests, watch.ends);
        requests += watch.requests;
        presentations += watch.presentations;
        kept += watch.kept;
    }
    assert_true(requests > 4 * WALKS); /* or the walks prove nothing */
    assert_true(presentations > WALKS);
    assert_true(kept > WALKS / 10);
}

static void test_every_row_of_the_table_says_why_and_stands_alone(void **state)
{
    (void)state;
    int count;
    const struct transition *rows = terminal_transitions(&count);
    for (int i = 0; i < count; i++) {
        assert_true(strlen(rows[i].sentence) > 3);
        for (int j = 0; j < i; j++)
            if (rows[i].from == rows[j].from && rows[i].signal == rows[j].signal)
                check_fail("%s has two rows for %s",
                           terminal_state_name((enum terminal_state)rows[i].from),
                           signal_name(rows[i].signal));
    }
}

static void test_every_state_that_waits_for_ever_is_left_by_somebody(void **state)
{
    (void)state;
    int count;
    const struct transition *rows = terminal_transitions(&count);
    for (int from = 0; from < STATE_COUNT; from++) {
        bool left = from == STATE_OFF;
        for (int i = 0; i < count; i++)
            left = left || (rows[i].from == from && rows[i].next != from);
        if (!left)
            check_fail("nothing leads out of %s", terminal_state_name((enum terminal_state)from));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whatever_happens_a_transaction_has_exactly_one_end),
        cmocka_unit_test(test_every_row_of_the_table_says_why_and_stands_alone),
        cmocka_unit_test(test_every_state_that_waits_for_ever_is_left_by_somebody),
    };
    return cmocka_run_group_tests_name("terminal walks", tests, NULL, NULL);
}
