/* SPDX-License-Identifier: MIT */
/* The screens of a transaction: menu, amount, notes, waiting, cash, balance. */
#include "atm/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool cash_is_out(const struct terminal *terminal)
{
    return terminal->facts.attention || notes_count(&terminal->facts.cassettes) == 0;
}

/* Said where a customer would come for cash in vain; the other services are there. */
void screen_no_cash(const struct terminal *terminal, struct view *view)
{
    if (cash_is_out(terminal) && view->error[0] == '\0')
        text_fill(view->error, sizeof view->error, terminal->language, TEXT_NO_CASH_NOW, "", "");
}

/* The key that leads to any amount says so where it leads to the last one, too. */
static void label_other(const struct terminal *terminal, struct view *view, money again)
{
    char amount[MONEY_TEXT_LENGTH];
    for (int i = 0; i < FAST_CASH_COUNT; i++)
        again = fast_cash[i] == again ? 0 : again;
    text_fill(view->fdk[FDK_R1].label, sizeof view->fdk[FDK_R1].label, terminal->language,
              again > 0 ? TEXT_MENU_OTHER_AGAIN : TEXT_MENU_OTHER,
              phase_money(terminal, again, amount), terminal->currency);
}

void screen_menu(const struct terminal *terminal, struct view *view)
{
    const money again = withdrawal_again(terminal);
    screen_say(terminal, view, TEXT_MENU, TEXT_MENU_DETAIL, TEXT_HINT_MENU);
    for (int i = 0; i < FAST_CASH_COUNT; i++) {
        char amount[MONEY_TEXT_LENGTH];
        struct notes mix;
        text_fill(view->fdk[i].label, sizeof view->fdk[i].label, terminal->language,
                  fast_cash[i] == again ? TEXT_MENU_AMOUNT_AGAIN : TEXT_MENU_AMOUNT,
                  phase_money(terminal, fast_cash[i], amount), terminal->currency);
        view->fdk[i].disabled =
            cash_is_out(terminal) || !withdrawal_affordable(terminal, fast_cash[i]) ||
            !note_mix_find(&terminal->facts.cassettes, fast_cash[i], terminal->note_limit, &mix);
    }
    screen_no_cash(terminal, view);
    label_other(terminal, view, again);
    view->fdk[FDK_R1].disabled = cash_is_out(terminal);
    screen_label(terminal, view, FDK_R2, TEXT_MENU_BALANCE);
    screen_label(terminal, view, FDK_R3, TEXT_MENU_DEPOSIT);
    view->fdk[FDK_R3].disabled = !terminal->online || terminal->facts.no_deposits;
    screen_label(terminal, view, FDK_R4, TEXT_MENU_MORE);
}

void screen_more(const struct terminal *terminal, struct view *view)
{
    screen_say(terminal, view, TEXT_MENU, TEXT_NONE, TEXT_HINT_CHOOSE);
    screen_label(terminal, view, FDK_L1, TEXT_MENU_STATEMENT);
    screen_label(terminal, view, FDK_L2, TEXT_MENU_NEW_PIN);
    screen_label(terminal, view, FDK_L3, TEXT_MENU_TRANSFER);
    screen_label(terminal, view, FDK_L4,
                 terminal->no_receipts ? TEXT_RECEIPTS_OFF : TEXT_RECEIPTS_ON);
    screen_label(terminal, view, FDK_R1, TEXT_MENU_CODE);
    screen_label(terminal, view, FDK_R3, TEXT_MENU_RETURN);
    screen_label(terminal, view, FDK_R4, TEXT_MENU_BACK);
}

void screen_statement(const struct terminal *terminal, struct view *view)
{
    const struct statement *statement = &terminal->statement;
    screen_say(
        terminal, view, TEXT_STATEMENT, statement->count == 0 ? TEXT_STATEMENT_NONE : TEXT_NONE,
        statement->count == 0 || terminal->facts.no_paper ? TEXT_PRESS_ENTER : TEXT_HINT_STATEMENT);
    for (int i = 0; i < statement->count; i++)
        statement_text(&statement->line[i], STATEMENT_SCREEN, terminal->language,
                       view->line[view->line_count++], VIEW_TEXT_LENGTH);
    if (statement->count > 0)
        screen_label(terminal, view, FDK_L4, TEXT_STATEMENT_PRINT);
    view->fdk[FDK_L4].disabled = terminal->facts.no_paper;
    screen_label(terminal, view, FDK_R4, TEXT_CONTINUE);
}

static int common_divisor(int a, int b)
{
    return b == 0 ? a : common_divisor(b, a % b);
}

/* From the smallest amount to the largest that the notes, and the account, can pay. */
static void amount_limits(const struct terminal *terminal, struct view *view)
{
    const struct notes *notes = &terminal->facts.cassettes;
    const money most = terminal->spendable >= 0 ? terminal->spendable : notes_value(notes);
    money least, largest, above;
    char from[MONEY_TEXT_LENGTH], to[MONEY_TEXT_LENGTH], range[VIEW_TEXT_LENGTH];
    char step[MONEY_TEXT_LENGTH], steps[VIEW_TEXT_LENGTH];
    int divisor = 0;
    for (uint32_t i = 0; i < notes->length; i++)
        if (notes->item[i].count > 0)
            divisor = common_divisor(notes->item[i].denomination, divisor);
    note_mix_nearest(notes, 1, terminal->note_limit, &above, &least);
    note_mix_nearest(notes, most + 1, terminal->note_limit, &largest, &above);
    if (divisor == 0 || least == 0 || largest < least || terminal->facts.attention) {
        text_fill(view->detail, sizeof view->detail, terminal->language, TEXT_NO_CASH_DETAIL, "",
                  "");
        return;
    }
    text_fill(range, sizeof range, terminal->language, TEXT_AMOUNT_RANGE,
              screen_whole(terminal, least, from), screen_whole(terminal, largest, to));
    text_fill(steps, sizeof steps, terminal->language,
              divisor == 1000 ? TEXT_AMOUNT_IN_TENS : TEXT_AMOUNT_IN_STEPS,
              screen_whole(terminal, divisor, step), "");
    text_fill(view->detail, sizeof view->detail, terminal->language, TEXT_AMOUNT_LIMITS, range,
              steps);
}

/* The notes that would come, a line for each, while the amount is typed. */
static void amount_chips(const struct terminal *terminal, struct view *view)
{
    struct notes mix;
    const bool too_much = terminal->spendable >= 0 && view->amount > terminal->spendable;
    view->amount_doubtful =
        too_much || terminal->facts.attention ||
        !note_mix_find(&terminal->facts.cassettes, view->amount, terminal->note_limit, &mix);
    if (view->amount_doubtful) {
        text_fill(view->line[view->line_count++], VIEW_TEXT_LENGTH, terminal->language,
                  too_much ? TEXT_AMOUNT_TOO_MUCH : TEXT_AMOUNT_NO_NOTES, "", "");
        return;
    }
    view->notes = mix;
    for (uint32_t i = 0; i < mix.length && view->line_count < VIEW_LINES; i++) {
        const struct notes one = { 1, { mix.item[i] } };
        screen_notes(&one, view->line[view->line_count++], VIEW_TEXT_LENGTH);
    }
}

void screen_amount(const struct terminal *terminal, struct view *view)
{
    screen_say(terminal, view, TEXT_AMOUNT, TEXT_NONE,
               terminal->by_code ? TEXT_HINT_DIGITS_LEAVE : TEXT_HINT_DIGITS);
    view->entry = ENTRY_AMOUNT;
    view->amount = strtoll(terminal->typed, NULL, 10) * 100;
    view->amount_shown = true;
    amount_limits(terminal, view);
    if (view->amount > 0)
        amount_chips(terminal, view);
    const money again = withdrawal_again(terminal);
    char last[MONEY_TEXT_LENGTH];
    if (again > 0)
        text_fill(view->fdk[FDK_L4].label, sizeof view->fdk[FDK_L4].label, terminal->language,
                  TEXT_AMOUNT_AGAIN, phase_money(terminal, again, last), terminal->currency);
    screen_label(terminal, view, FDK_R4, TEXT_AMOUNT_CONFIRM);
}

/* "50" where there are no cents, else "0.50". */
char *screen_whole(const struct terminal *terminal, money amount,
                   char text[static MONEY_TEXT_LENGTH])
{
    const size_t cents = strlen(text_get(terminal->language, TEXT_FORMAT_DECIMAL)) + 2;
    phase_money(terminal, amount, text);
    if (amount % 100 == 0)
        text[strlen(text) - cents] = '\0';
    return text;
}

/* "2 × 50 + 1 × 20": notes are whole numbers of major units nearly everywhere. */
void screen_notes(const struct notes *notes, char *text, size_t size)
{
    size_t length = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < notes->length && length < size; i++) {
        int32_t denomination = notes->item[i].denomination;
        char value[MONEY_TEXT_LENGTH];
        if (denomination % 100 == 0)
            snprintf(value, sizeof value, "%d", denomination / 100);
        else
            money_format(denomination, value);
        length += (size_t)snprintf(text + length, size - length, "%s%d × %s",
                                   length > 0 ? " + " : "", notes->item[i].count, value);
    }
}

void screen_note_mix(const struct terminal *terminal, struct view *view)
{
    screen_say(terminal, view, TEXT_NOTE_MIX, TEXT_NOTE_MIX_DETAIL, TEXT_HINT_CHOOSE);
    view->amount = terminal->withdrawal.amount;
    view->amount_shown = true;
    for (int i = 0; i < terminal->withdrawal.choice_count; i++)
        screen_notes(&terminal->withdrawal.choice[i], view->fdk[i].label,
                     sizeof view->fdk[i].label);
}

void screen_receipt_choice(const struct terminal *terminal, struct view *view)
{
    screen_say(terminal, view, terminal->facts.no_paper ? TEXT_NO_PAPER : TEXT_RECEIPT_CHOICE,
               terminal->facts.no_paper ? TEXT_NO_PAPER_DETAIL : TEXT_NONE, TEXT_HINT_YES_NO);
    if (terminal->facts.no_paper) {
        view->tone = TONE_WARNING;
        view->receipt_light = LIGHT_FAULT;
    }
    screen_label(terminal, view, FDK_L1, TEXT_YES);
    screen_label(terminal, view, FDK_R1, TEXT_NO);
    view->amount = terminal->withdrawal.amount;
    view->amount_shown = true;
}

void screen_please_wait(const struct terminal *terminal, struct view *view)
{
    screen_say(terminal, view, TEXT_WAIT,
               terminal->state == STATE_DISPENSING         ? TEXT_WAIT_CASH
               : terminal->state == STATE_DEPOSIT_COUNTING ? TEXT_WAIT_NOTES
                                                           : TEXT_WAIT_BANK,
               TEXT_HINT_WAIT);
    view->busy = true;
}

void screen_take_cash(const struct terminal *terminal, struct view *view)
{
    const struct withdrawal *withdrawal = &terminal->withdrawal;
    bool all = notes_value(&withdrawal->presented) == withdrawal->amount;
    screen_say(terminal, view, TEXT_TAKE_CASH, all ? TEXT_TAKE_CASH_DETAIL : TEXT_TAKE_CASH_PARTIAL,
               TEXT_HINT_TAKE_CASH);
    screen_label(terminal, view, FDK_L1, TEXT_TAKE_CASH_LABEL);
    view->amount = notes_value(&withdrawal->presented);
    view->amount_shown = true;
    view->tone = all ? TONE_GOOD : TONE_WARNING;
    view->cash_light = LIGHT_BLINK;
    view->notes = withdrawal->presented;
    view->line_count = 1;
    screen_notes(&withdrawal->presented, view->line[0], sizeof view->line[0]);
    if (!all)
        uuid_write(&withdrawal->id, view->reference);
}

void screen_balance(const struct terminal *terminal, struct view *view)
{
    char available[MONEY_TEXT_LENGTH];
    screen_say(terminal, view, TEXT_BALANCE, TEXT_NONE, TEXT_PRESS_ENTER);
    if (terminal->has_available)
        text_fill(view->detail, sizeof view->detail, terminal->language, TEXT_BALANCE_DETAIL,
                  phase_money(terminal, terminal->available, available), terminal->currency);
    view->amount = terminal->balance;
    view->amount_shown = true;
    screen_label(terminal, view, FDK_R1, TEXT_CONTINUE);
}

void screen_another(const struct terminal *terminal, struct view *view)
{
    bool partial = terminal->withdrawal.out &&
                   notes_value(&terminal->withdrawal.presented) != terminal->withdrawal.amount;
    bool held = terminal->wants == WANTS_DEPOSIT && terminal->deposit.held;
    screen_say(terminal, view, terminal->by_code ? TEXT_GOODBYE : TEXT_ANOTHER,
               held                       ? TEXT_ANOTHER_HELD
               : terminal->receipt_failed ? TEXT_ANOTHER_NO_PAPER
               : partial                  ? TEXT_ANOTHER_PARTIAL
               : terminal->by_code        ? TEXT_CODE_USED
                                          : TEXT_ANOTHER_DETAIL,
               terminal->by_code                 ? TEXT_PRESS_ENTER
               : terminal->receipt_qr[0] != '\0' ? TEXT_HINT_RECEIPT
                                                 : TEXT_HINT_YES_NO);
    if (!terminal->by_code)
        screen_label(terminal, view, FDK_L1, TEXT_YES);
    screen_label(terminal, view, FDK_R1, terminal->by_code ? TEXT_CONTINUE : TEXT_NO);
    if (terminal->receipt_qr[0] != '\0')
        screen_label(terminal, view, FDK_R4, TEXT_QR_LABEL);
    view->line_count = terminal->receipt.count;
    memcpy(view->line, terminal->receipt.line, sizeof view->line);
    view->line_is_paper = true;
    if (terminal->receipt_failed) {
        view->receipt_light = LIGHT_FAULT;
        view->line_count = 0;
    }
}

void screen_qr_code(const struct terminal *terminal, struct view *view)
{
    screen_say(terminal, view, TEXT_QR, TEXT_NONE, TEXT_HINT_BACK);
    memcpy(view->qr, terminal->receipt_qr, sizeof view->qr);
    screen_label(terminal, view, FDK_R4, TEXT_CONTINUE);
}
