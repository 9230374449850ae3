/* SPDX-License-Identifier: MIT */
/*
 * Carrying effects out. The rule that keeps cash and journal together: once an
 * entry of a list could not be written, effects that send a request or put
 * cash in motion are left out; those that only tell what has happened already
 * are tried all the same.
 */
#include "atm/devices/faults.h"
#include "atm/devices/pin_pad.h"
#include "atm/devices/printer.h"
#include "atm/files/durable.h"
#include "atm/files/log.h"
#include "atm/files/preferences.h"
#include "atm/machine/lists.h"
#include "atm/machine/machine.h"
#include "shared/cash_code.h"
#include "shared/clock.h"
#include "shared/notes_text.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

bool machine_journal(struct machine *machine, enum journal_step step, const struct uuid *id,
                     const char *detail)
{
    struct error error;
    const int64_t began_us = clock_us(CLOCK_MONOTONIC);
    if (!journal_write(&machine->journal, step, id, detail, &error)) {
        log_line("%s", error.message);
        return false;
    }
    trace_journal(&machine->trace, journal_step_name(step), id,
                  clock_us(CLOCK_MONOTONIC) - began_us);
    return true;
}

bool machine_advise(struct machine *machine, const struct advice *advice)
{
    struct error error;
    char line[MESSAGE_SIZE], detail[200];
    struct uuid id = uuid_make();
    size_t length = message_advice(line, &id, &machine->options->teller, advice);
    if (!saf_store(&machine->saf, &advice->withdrawal, line, length, &error)) {
        log_line("an advice could not be stored yet: %s", error.message);
        return false;
    }
    snprintf(detail, sizeof detail, "outcome=%s reason=%s", advice_outcome_name(advice->outcome),
             advice->reason);
    return machine_journal(machine, JOURNAL_ADVICE, &advice->withdrawal, detail);
}

static bool advise_or_keep(struct machine *machine, const struct advice *advice)
{
    if (machine_advise(machine, advice))
        return true;
    /* One that is stored, and only not in the journal yet, is not stored again. */
    if (!saf_has(&machine->saf, &advice->withdrawal) &&
        machine->unsaved_count < MACHINE_UNSAVED_MAX)
        machine->unsaved[machine->unsaved_count++] = *advice;
    return false;
}

static void effect_insert(struct machine *machine, const struct effect *effect)
{
    static const enum event_kind answers[] = {
        [CARD_READ] = EVENT_CARD_IN,
        [CARD_INVALID] = EVENT_CARD_INVALID,
        [CARD_JAMMED] = EVENT_CARD_JAM,
        [CARD_UNREADABLE] = EVENT_CARD_UNREADABLE,
    };
    enum card_result result = card_reader_insert(&machine->reader, effect->text);
    struct terminal_event *answer = machine_answer(machine, answers[result]);
    if (result != CARD_READ)
        return;
    pan_mask(machine->reader.pan, answer->text);
    answer->flag = cash_code_is(machine->reader.pan);
    if (answer->flag)
        return; /* it is used once: there is nothing to know it by */
    const struct preference found =
        preferences_find(&machine->memory, machine->options->folder, machine->reader.pan);
    const int language = text_language_find(found.language);
    answer->remembered = (struct remembered){ .language_known = language >= 0,
                                              .language = language >= 0 ? language : 0,
                                              .amount = found.amount };
}

/* A failure is logged and has no other effect: preferences.h. */
static void effect_remember(struct machine *machine, const struct effect *effect)
{
    struct preference now = { .amount = effect->amount };
    if (cash_code_is(machine->reader.pan))
        return;
    if (effect->language >= 0)
        snprintf(now.language, sizeof now.language, "%s", text_language_code(effect->language));
    preferences_keep(&machine->memory, machine->options->folder, machine->reader.pan, &now);
}

/* What a card and its PIN go along with. */
static size_t question_write(struct machine *machine, const struct effect *effect,
                             const unsigned char block[static PIN_BLOCK_LENGTH],
                             const unsigned char new_block[static PIN_BLOCK_LENGTH],
                             char line[static MESSAGE_SIZE])
{
    char position[JOURNAL_POSITION];
    const struct uuid *id = &effect->id, *teller = &machine->options->teller;
    const char *pan = machine->reader.pan;
    journal_position(&machine->journal, position);
    switch (effect->kind) {
    case EFFECT_ASK_CASH:
        return message_withdrawal(line, id, teller, pan, block, effect->amount, &effect->notes,
                                  position);
    case EFFECT_ASK_BALANCE:
        return message_balance(line, id, teller, pan, block);
    case EFFECT_ASK_DEPOSIT:
        return message_deposit(line, id, teller, pan, block, position);
    case EFFECT_ASK_STATEMENT:
        return message_statement(line, id, teller, pan, block);
    case EFFECT_ASK_NEW_PIN:
        return message_new_pin(line, id, teller, pan, block, new_block);
    case EFFECT_ASK_TRANSFER:
        return message_transfer(line, id, teller, pan, block, effect->amount, effect->text);
    case EFFECT_ASK_CODE:
        return message_cash_code(line, id, teller, pan, block, effect->amount, effect->text,
                                 new_block);
    default:
        panic("effect %d has no line for the bank", (int)effect->kind);
    }
}

/* Asked for again under the same id, it says the same of the counts. */
static size_t cut_over_write(struct machine *machine, const struct uuid *id, char *line)
{
    if (!uuid_equal(&machine->cut_over, id)) {
        machine->cut_over = *id;
        machine->cut_over_counted = machine->link.counted;
        machine->cut_over_notes = machine->link.cassettes;
    }
    return message_cut_over(line, id, &machine->options->teller,
                            machine->cut_over_counted ? &machine->cut_over_notes : NULL);
}

/* Only the signed-on key makes PIN blocks; without one they have no receiver. */
static void effect_ask(struct machine *machine, const struct effect *effect)
{
    char line[MESSAGE_SIZE];
    unsigned char block[PIN_BLOCK_LENGTH], new_block[PIN_BLOCK_LENGTH] = { 0 };
    size_t length;
    const bool code = effect->kind == EFFECT_ASK_CODE;
    const bool twice = effect->kind == EFFECT_ASK_NEW_PIN || code;
    if (effect->kind == EFFECT_ASK_CUT_OVER) {
        length = cut_over_write(machine, &effect->id, line);
    } else if (twice && !pin_pad_repeated()) {
        machine_answer(machine, EVENT_PINS_DIFFER);
        return;
    } else if (!pin_pad_block(&machine->link.key, &effect->id, machine->reader.pan, block) ||
               (twice &&
                !pin_pad_new_block(&machine->link.key, &effect->id,
                                   code ? effect->text : machine->reader.pan, new_block))) {
        machine_answer(machine, EVENT_NO_REPLY);
        return;
    } else {
        length = question_write(machine, effect, block, new_block, line);
    }
    link_ask(&machine->link, &effect->id, line, length, machine->now_ms);
    pin_wipe(line, sizeof line);
}

static void effect_dispense(struct machine *machine, const struct effect *effect)
{
    char why[64] = "";
    bool walks_away = false;
    bool forbidden = effect->kind == EFFECT_STACK &&
                     !dispense_token_use(&machine->link.token, &effect->id, &effect->notes);
    if (forbidden) {
        log_line("the dispenser was not given the bank's leave for these notes and did not move");
        snprintf(why, sizeof why, "not authorised");
    }
    enum dispense_result result =
        forbidden ? DISPENSE_FAILED
        : effect->kind == EFFECT_STACK
            ? dispenser_stack(&machine->dispenser, &effect->id, &effect->notes, why)
        : effect->kind == EFFECT_PRESENT ? dispenser_present(&machine->dispenser, &walks_away, why)
                                         : dispenser_retract(&machine->dispenser, why);
    enum event_kind done = effect->kind == EFFECT_STACK     ? EVENT_STACKED
                           : effect->kind == EFFECT_PRESENT ? EVENT_PRESENTED
                                                            : EVENT_RETRACTED;
    struct terminal_event *answer =
        machine_answer(machine, result == DISPENSE_DONE     ? done
                                : result == DISPENSE_FAILED ? EVENT_DISPENSE_FAILED
                                                            : EVENT_POSITION_UNKNOWN);
    /* A stack that did not even begin leaves the status of the withdrawal before. */
    bool begun = effect->kind != EFFECT_STACK ||
                 uuid_equal(&machine->dispenser.state.withdrawal, &effect->id);
    if (begun) {
        answer->notes = machine->dispenser.state.presented;
        answer->rejected = machine->dispenser.state.rejected;
    }
    answer->flag = walks_away;
    snprintf(answer->text, sizeof answer->text, "%s", why);
}

static void effect_accept(struct machine *machine, const struct effect *effect)
{
    char why[64] = "";
    bool counted = acceptor_accept(&machine->acceptor, &effect->id, &effect->notes, why);
    struct terminal_event *answer =
        machine_answer(machine, counted ? EVENT_NOTES_COUNTED : EVENT_COUNT_FAILED);
    answer->rejected = effect->notes;
    if (counted) {
        answer->notes = machine->acceptor.state.escrow;
        notes_take_all(&answer->rejected, &answer->notes);
        notes_drop_zeros(&answer->rejected);
    }
    snprintf(answer->text, sizeof answer->text, "%s", why);
}

static bool effect_give_back(struct machine *machine)
{
    struct error error;
    const bool back = acceptor_give_back(&machine->acceptor, &error);
    if (!back)
        log_line("%s", error.message);
    machine_answer(machine, EVENT_NOTES_RETURNED)->flag = back;
    return back;
}

static void effect_print(struct machine *machine, const struct effect *effect)
{
    struct receipt receipt = {
        .withdrawal = effect->id,
        .deposit = effect->deposit,
        .statement = effect->statement.count > 0 ? &effect->statement : NULL,
        .teller = machine->terminal.settings.teller,
        .card = effect->text,
        .receiver = effect->receiver,
        .currency = machine->terminal.currency,
        .language = text_language_code(effect->language),
        .amount = effect->amount,
        .balance = effect->balance,
        .balance_known = effect->balance_known || !effect->deposit,
        .by_code = effect->by_code,
        .until_s = effect->until_s,
        .notes = effect->notes,
        .wall_s = machine->terminal.facts.wall_s,
    };
    char qr[VIEW_QR_SIZE];
    struct terminal_event *answer = machine_answer(machine, EVENT_RECEIPT);
    answer->flag = printer_print(machine->options->folder, machine->options->assets, &receipt,
                                 &answer->lines, qr);
    snprintf(answer->text, sizeof answer->text, "%s", qr);
}

static bool effect_replenish(struct machine *machine, const struct effect *effect)
{
    struct error error;
    char line[MESSAGE_SIZE], detail[NOTES_TEXT_LENGTH + 32], notes[NOTES_TEXT_LENGTH];
    snprintf(detail, sizeof detail, "asked notes=%s", notes_text_format(&effect->notes, notes));
    size_t length = message_replenish(line, &effect->id, &machine->options->teller, &effect->notes);
    struct terminal_event *answer = machine_answer(machine, EVENT_DONE);
    answer->flag = machine_journal(machine, JOURNAL_REPLENISH, NULL, detail) &&
                   saf_store(&machine->saf, &effect->id, line, length, &error);
    text_fill(answer->text, sizeof answer->text, machine->terminal.language,
              answer->flag ? TEXT_SUPERVISOR_STORED : TEXT_OUT_TROUBLE, "", "");
    return answer->flag;
}

/* The count is on the disk before the code is looked at, and a lockout is owed to the bank before
 * the screen shows it. */
static bool try_code(struct machine *machine, struct effect *effect)
{
    struct error error;
    struct supervisor_code *code = &machine->code;
    struct terminal_event *answer = machine_answer(machine, EVENT_CODE);
    int64_t wall_s = time(NULL);
    const int before = code->wrong;
    bool done = supervisor_code_try(code, effect->text, wall_s, &answer->flag, &error);
    pin_wipe(effect->text, sizeof effect->text);
    machine->now_ms = clock_now_ms();
    machine->code_until_ms = machine->now_ms + supervisor_code_delay_ms(code->wrong);
    if (done && answer->flag && before >= SUPERVISOR_LOCKED_AT)
        done = machine_report(machine, "supervisor_admitted", before, &error);
    if (done && supervisor_code_owes_report(code))
        done = machine_report(machine, "supervisor_lockout", code->wrong, &error) &&
               supervisor_code_reported(code, wall_s, &error);
    if (done)
        return true;
    log_line("%s", error.message);
    answer->flag = false;
    text_fill(answer->text, sizeof answer->text, machine->terminal.language, TEXT_OUT_TROUBLE, "",
              "");
    return false;
}

static bool test_dispense(struct machine *machine)
{
    struct error error;
    struct terminal_event *answer = machine_answer(machine, EVENT_DONE);
    answer->flag = machine_journal(machine, JOURNAL_TEST_DISPENSE, NULL,
                                   dispenser_status_name(machine->dispenser.state.status));
    if (answer->flag && (!dispenser_reset(&machine->dispenser, &error) ||
                         !acceptor_reset(&machine->acceptor, &error))) {
        log_line("%s", error.message);
        answer->flag = false;
    }
    text_fill(answer->text, sizeof answer->text, machine->terminal.language,
              answer->flag ? TEXT_SUPERVISOR_TESTED : TEXT_OUT_TROUBLE, "", "");
    return answer->flag;
}

static void change_faults(struct machine *machine, const struct effect *effect)
{
    struct error error;
    char misspelt[80];
    struct terminal_event *answer = machine_answer(machine, EVENT_DONE);
    const bool arms = effect->kind == EFFECT_FAULT;
    answer->flag = arms ? faults_inject(effect->text, &error)
                        : faults_disarm((enum fault)effect->amount, &error);
    if (!answer->flag)
        log_line("%s", error.message);
    snprintf(answer->text, sizeof answer->text, "%.79s", effect->text);
    if (answer->flag)
        lists_faults(&answer->lines, misspelt);
}

static bool effect_do(struct machine *machine, struct effect *effect)
{
    struct error error;
    switch (effect->kind) {
    case EFFECT_JOURNAL:
        return machine_journal(machine, effect->step, &effect->id, effect->text);
    case EFFECT_RESERVE:
        if (journal_reserve(&machine->journal, &error))
            return true;
        log_line("%s", error.message);
        return false;
    case EFFECT_INSERT:
        effect_insert(machine, effect);
        pin_wipe(effect->text, sizeof effect->text);
        return true;
    case EFFECT_EJECT:
        if (!card_reader_eject(&machine->reader))
            machine_answer(machine, EVENT_CARD_KEPT);
        return true;
    case EFFECT_CARD_GONE:
    case EFFECT_RETAIN:
        card_reader_forget(&machine->reader);
        return true;
    case EFFECT_REMEMBER:
        effect_remember(machine, effect);
        return true;
    case EFFECT_PIN_WIPE:
        pin_pad_wipe();
        return true;
    case EFFECT_PIN_FORGET:
        pin_pad_forget(effect->pin_entry);
        return true;
    case EFFECT_ASK_CASH:
    case EFFECT_ASK_BALANCE:
    case EFFECT_ASK_DEPOSIT:
    case EFFECT_ASK_STATEMENT:
    case EFFECT_ASK_NEW_PIN:
    case EFFECT_ASK_TRANSFER:
    case EFFECT_ASK_CODE:
    case EFFECT_ASK_CUT_OVER:
        effect_ask(machine, effect);
        pin_wipe(effect->text, sizeof effect->text); /* a receiver's card */
        return true;
    case EFFECT_STACK:
    case EFFECT_PRESENT:
    case EFFECT_RETRACT:
        effect_dispense(machine, effect);
        return true;
    case EFFECT_PURGE:
    case EFFECT_TAKE:
        if (effect->kind == EFFECT_TAKE ? dispenser_take(&machine->dispenser, &error)
                                        : dispenser_purge(&machine->dispenser, &error))
            return true;
        log_line("%s", error.message);
        return false;
    case EFFECT_ACCEPT:
        effect_accept(machine, effect);
        return true;
    case EFFECT_KEEP:
        if (acceptor_keep(&machine->acceptor, &error))
            return true;
        log_line("%s", error.message);
        return false;
    case EFFECT_GIVE_BACK:
        return effect_give_back(machine);
    case EFFECT_ADVISE:
        return advise_or_keep(machine, &effect->advice);
    case EFFECT_PRINT:
        effect_print(machine, effect);
        pin_wipe(effect->text, sizeof effect->text); /* a cash code's number */
        return true;
    case EFFECT_REPLENISH:
        return effect_replenish(machine, effect);
    case EFFECT_TRY_CODE:
        return try_code(machine, effect);
    case EFFECT_LIST_JOURNAL:
        lists_journal(machine, (int)effect->amount);
        return true;
    case EFFECT_LIST_DAYS:
        lists_days(machine, (int)effect->amount);
        return true;
    case EFFECT_LIST_SUSPECTS:
        lists_suspects(machine);
        return true;
    case EFFECT_TEST_DISPENSE:
        return test_dispense(machine);
    case EFFECT_LIST_FAULTS: {
        struct terminal_event *answer = machine_answer(machine, EVENT_LIST);
        lists_faults(&answer->lines, answer->text);
        return true;
    }
    case EFFECT_FAULT:
    case EFFECT_DISARM:
        change_faults(machine, effect);
        return true;
    case EFFECT_EXIT:
        machine->over = true;
        return true;
    }
    return true;
}

bool machine_effects(struct machine *machine, struct effects *effects)
{
    static const bool moves[] = {
#define X(enumerator, moves, about) moves,
        EFFECT_TABLE(X)
#undef X
    };
    bool written = true;
    for (int i = 0; i < effects->count; i++) {
        struct effect *effect = &effects->item[i];
        if (moves[effect->kind] && !written)
            continue;
        written = effect_do(machine, effect) && written;
    }
    return written;
}
