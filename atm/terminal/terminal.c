/* SPDX-License-Identifier: MIT */
/*
 * The driver of the state machine: an event becomes a signal, the signal is
 * looked up, the row's action and next state are taken. What concerns every
 * state (the link, trouble with the disk, the wish to stop) is noted first, so
 * that no event is lost in a state that has no row for it.
 */
#include "atm/terminal/phases.h"
#include "shared/currency.h"

#include <stdio.h>
#include <string.h>

#define BRIEF_MS     3000
#define MESSAGE_MS   8000
#define LONG_MS      300000
#define MORE_TIME_MS 15000

static const struct {
    const char *name;
    enum screen screen;
    enum patience patience;
    enum { MACHINE, CUSTOMER } decides;
    enum signal (*signal)(struct terminal *terminal, const struct terminal_event *event);
} states[STATE_COUNT] = {
#define X(enumerator, screen, patience, decides, fill, phase)                                      \
    { #enumerator, SCREEN_##screen, patience, decides, phase##_signal },
    STATE_TABLE(X)
#undef X
};

const char *terminal_state_name(enum terminal_state state)
{
    return state < STATE_COUNT ? states[state].name : "?";
}

enum screen terminal_screen_of(enum terminal_state state)
{
    return states[state].screen;
}

const char *signal_name(enum signal signal)
{
    static const char *const names[SIGNAL_COUNT] = {
#define X(enumerator) #enumerator,
        SIGNAL_TABLE(X)
#undef X
    };
    return names[signal];
}

void terminal_init(struct terminal *terminal, const struct terminal_settings *settings)
{
    memset(terminal, 0, sizeof *terminal);
    terminal->settings = *settings;
    terminal->state = STATE_OUT_OF_SERVICE;
    terminal->language = settings->language;
    terminal->note_limit = NOTE_MIX_LIMIT;
    snprintf(terminal->currency, sizeof terminal->currency, CURRENCY);
}

void terminal_note_is_wrong(struct terminal *terminal, const char *card)
{
    if (strcmp(card, terminal->settings.card_mask) == 0)
        terminal->settings.card_note[0] = '\0';
    for (int i = 0; i < terminal->settings.wallet_count; i++)
        if (strcmp(card, terminal->settings.wallet[i].mask) == 0)
            terminal->settings.wallet[i].note[0] = '\0';
}

static int64_t state_patience_ms(const struct terminal *terminal)
{
    switch (states[terminal->state].patience) {
    case WAIT_FOR_EVER:
        return -1;
    case WAIT_IDLE:
        return terminal->settings.idle_ms;
    case WAIT_COUNTDOWN:
        return terminal->state == STATE_MORE_TIME && terminal->settings.countdown_ms > MORE_TIME_MS
                   ? MORE_TIME_MS
                   : terminal->settings.countdown_ms;
    case WAIT_BRIEF:
        return BRIEF_MS;
    case WAIT_MESSAGE:
        return terminal->message.offer[0] != 0 || terminal->message.offer[1] != 0
                   ? terminal->settings.idle_ms
                   : MESSAGE_MS;
    case WAIT_LONG:
        return LONG_MS;
    }
    return -1;
}

int64_t terminal_deadline(const struct terminal *terminal)
{
    int64_t patience = state_patience_ms(terminal);
    if (patience < 0 || (terminal->state == STATE_WELCOME && terminal->typed[0] == '\0'))
        return -1;
    bool runs = states[terminal->state].patience == WAIT_COUNTDOWN;
    int64_t deadline = (runs ? terminal->entered_ms : terminal->touched_ms) + patience;
    bool code_waits = terminal->state == STATE_SUPERVISOR &&
                      (terminal->page == PAGE_DELAY || terminal->page == PAGE_LOCKED);
    return code_waits && terminal->facts.code_until_ms < deadline ? terminal->facts.code_until_ms
                                                                  : deadline;
}

static enum pin_entry pin_of(enum terminal_state state)
{
    return state == STATE_PIN_ENTRY                                      ? PIN_OF_CARD
           : state == STATE_NEW_PIN || state == STATE_CODE_PIN           ? PIN_NEW
           : state == STATE_REPEAT_PIN || state == STATE_REPEAT_CODE_PIN ? PIN_REPEATED
                                                                         : PIN_ENTRY_COUNT;
}

enum pin_entry terminal_wants_pin(const struct terminal *terminal)
{
    return pin_of(terminal->state);
}

/* What concerns every state. */
static void terminal_note(struct terminal *terminal, const struct terminal_event *event)
{
    terminal->facts = event->facts;
    if (event->kind == EVENT_LINK_UP) {
        terminal->online = true;
        terminal->lab = event->reply.lab;
        if (event->reply.currency[0] != '\0')
            memcpy(terminal->currency, event->reply.currency, sizeof terminal->currency);
        if (event->reply.note_limit > 0)
            terminal->note_limit = event->reply.note_limit;
        memcpy(terminal->business_day, event->reply.business_day, sizeof terminal->business_day);
    } else if (event->kind == EVENT_LINK_DOWN) {
        terminal->online = false;
    } else if (event->kind == EVENT_TROUBLE) {
        terminal->trouble = true;
    } else if (event->kind == EVENT_TROUBLE_OVER) {
        terminal->trouble = false;
    } else if (event->kind == EVENT_INPUT && event->input.kind == INPUT_QUIT) {
        terminal->quitting = true;
        terminal->gone = terminal->gone || event->input.value != 0;
    } else if (event->kind == EVENT_INPUT) {
        terminal->touched_ms = event->facts.now_ms;
        terminal->cancels = event->input.kind == INPUT_CANCEL ? terminal->cancels + 1 : 0;
    }
}

static const struct transition *transition_find(enum terminal_state state, enum signal signal)
{
    int count;
    const struct transition *row = terminal_transitions(&count);
    for (int i = 0; i < count; i++)
        if (row[i].signal == signal &&
            (row[i].from == (int)state ||
             (row[i].from == STATE_CUSTOMER && states[state].decides == CUSTOMER)))
            return &row[i];
    return NULL;
}

/* With a cash code the amount is the first step. */
static bool steps_back(const struct terminal *terminal)
{
    return transition_find(terminal->state, SIGNAL_STEP_BACK) != NULL &&
           !(terminal->by_code && terminal->state == STATE_AMOUNT);
}

/* Without a card inside none is given back, and a cash code has no menu to go back to. */
static enum terminal_state without_card(const struct terminal *terminal, enum terminal_state next)
{
    return next == STATE_EJECTING && !terminal->card_inside ? STATE_GOODBYE
           : next == STATE_MENU && terminal->by_code        ? STATE_AMOUNT
                                                            : next;
}

static enum signal terminal_signal(struct terminal *terminal, const struct terminal_event *event,
                                   struct effects *effects)
{
    if (event->kind == EVENT_TICK && terminal->state == STATE_SUPERVISOR &&
        supervisor_tick(terminal))
        return SIGNAL_NONE;
    if (event->kind == EVENT_TICK) {
        int64_t deadline = terminal_deadline(terminal);
        return deadline >= 0 && event->facts.now_ms >= deadline ? SIGNAL_PATIENCE_OVER
                                                                : SIGNAL_NONE;
    }
    if (event->kind == EVENT_TROUBLE)
        return SIGNAL_TROUBLE;
    if (event->kind == EVENT_INPUT && event->input.kind == INPUT_CANCEL &&
        terminal->state != STATE_SUPERVISOR && terminal->state != STATE_MESSAGE &&
        terminal->state != STATE_ANOTHER && terminal->state != STATE_MORE_TIME)
        return terminal->cancels == 1 && steps_back(terminal) ? SIGNAL_STEP_BACK : SIGNAL_CANCEL;
    return terminal->state == STATE_SUPERVISOR ? supervisor_handle(terminal, event, effects)
                                               : states[terminal->state].signal(terminal, event);
}

static void terminal_enter(struct terminal *terminal, enum terminal_state state)
{
    if (terminal->state != state || state == STATE_WELCOME) {
        terminal->entered_ms = terminal->touched_ms = terminal->facts.now_ms;
        memset(terminal->typed, 0, sizeof terminal->typed);
    }
    if (terminal->resumes)
        memcpy(terminal->typed, terminal->back_typed, sizeof terminal->typed);
    terminal->resumes = false;
    if (terminal->state != state && pin_of(state) != PIN_ENTRY_COUNT)
        terminal->pin_digits = 0;
    if (terminal->state != state)
        terminal->error = TEXT_NONE;
    terminal->state = state;
}

static bool terminal_follow(struct terminal *terminal, enum signal signal,
                            const struct terminal_event *event, struct effects *effects)
{
    const struct transition *row =
        signal == SIGNAL_NONE ? NULL : transition_find(terminal->state, signal);
    if (row == NULL)
        return false;
    enum terminal_state before = terminal->state;
    enum text error = terminal->error;
    if (row->action != NULL)
        row->action(terminal, event, effects);
    bool typed_stays = row->next == (int)before && terminal->error != error;
    char typed[sizeof terminal->typed];
    memcpy(typed, terminal->typed, sizeof typed);
    const enum terminal_state next =
        row->next == STATE_CHOSEN ? terminal->chosen : (enum terminal_state)row->next;
    terminal_enter(terminal, without_card(terminal, next));
    if (typed_stays && terminal->state == STATE_WELCOME)
        memcpy(terminal->typed, typed, sizeof typed);
    return true;
}

void terminal_handle(struct terminal *terminal, const struct terminal_event *event,
                     struct effects *effects)
{
    effects->count = 0;
    terminal_note(terminal, event);
    terminal_follow(terminal, terminal_signal(terminal, event, effects), event, effects);
    if (terminal->quitting && terminal->state != STATE_OFF)
        terminal_follow(terminal, SIGNAL_QUIT, event, effects);
    if (terminal->gone && states[terminal->state].patience == WAIT_COUNTDOWN && effects->count == 0)
        terminal_follow(terminal, SIGNAL_PATIENCE_OVER, event, effects);
    /* Without its dispenser the machine still tells, takes notes in and transfers. */
    bool in_order = terminal->online && !terminal->trouble;
    terminal_follow(terminal, in_order ? SIGNAL_IN_ORDER : SIGNAL_OUT_OF_ORDER, event, effects);
}
