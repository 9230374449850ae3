/* SPDX-License-Identifier: MIT */
/*
 * The account aggregate: cash codes, with which somebody without a card withdraws once. An account
 * has one at most; another takes its place. Invariants:
 *
 *   1. A code is found only while it is open. One that was used, replaced, blocked or tried too
 *      often, or whose time is over, is no card, and neither is a number that never was one.
 *   2. Nothing is said of a number, of its account or of the amount before a PIN was looked at,
 * which counts as a try.
 *   3. A code is good for a withdrawal and for nothing else.
 */
#include "bank/core/account.h"

bool account_code_open(const struct account *account, int64_t at_us)
{
    return account->status == ACCOUNT_OPEN && card_given(account->code.token) &&
           at_us < account->code.until_us;
}

const struct cash_code *account_code(const struct account *account,
                                     const unsigned char token[static CARD_TOKEN_LENGTH],
                                     int64_t at_us)
{
    return account_code_open(account, at_us) &&
                   memcmp(account->code.token, token, CARD_TOKEN_LENGTH) == 0
               ? &account->code
               : NULL;
}

void account_end_code(struct decision *decision, const struct account *account,
                      const struct command *command, const char *reason)
{
    struct event *event = decision_add(decision, ACCOUNTS_CASH_CODE_ENDED, &account->id, command);
    memcpy(event->card_changed.card, account->code.token, CARD_TOKEN_LENGTH);
    strncpy(event->card_changed.reason, reason, REASON_LENGTH - 1);
}

/* ---- asking for one ---- */

/* The amount has to be one that could be withdrawn now, though nothing is held for it. What is said
 * of the number comes last: who has codes left hears of five a day. */
static enum refusal refuses_code(const struct account *account, const struct command *command)
{
    const struct card *card = account_card(account, command->card);
    const enum refusal refusal = account_refuses_withdrawal(account, command);
    if (refusal != NOT_REFUSED)
        return refusal;
    if (account_day_counts(account, command->at_us) && account->codes_today >= CASH_CODES_MAX)
        return REFUSED_CASH_CODE_LIMIT;
    /* It is told to somebody: it must not be the card's. */
    if (command->new_pin_weak || pin_references_equal(card->pin_reference, command->card_new_pin))
        return REFUSED_WEAK_PIN;
    return uuid_is_nil(&command->card_holder) ? NOT_REFUSED : REFUSED_ALREADY_EXISTS;
}

struct decision account_decide_code(const struct account *account, const struct command *command)
{
    struct decision decision = account_authorize(account, command);
    if (decision.refusal == NOT_REFUSED)
        decision.refusal = refuses_code(account, command);
    if (decision.refusal != NOT_REFUSED)
        return decision;
    struct event *event = decision_add(&decision, ACCOUNTS_CASH_CODE_ISSUED, &account->id, command);
    memcpy(event->cash_code_issued.card, command->cash_code, CARD_TOKEN_LENGTH);
    memcpy(event->cash_code_issued.masked, command->code_masked, CARD_MASKED_LENGTH);
    memcpy(event->cash_code_issued.pin_reference, command->new_pin_reference, PIN_REFERENCE_LENGTH);
    event->cash_code_issued.amount = command->amount;
    event->cash_code_issued.until_us = command->at_us + CASH_CODE_LIFE_US;
    return decision;
}

/* ---- withdrawing with one ---- */

struct decision account_authorize_code(const struct account *account, const struct command *command)
{
    const struct cash_code *code = account_code(account, command->card, command->at_us);
    const bool withdraws =
        command->kind == ACCOUNTS_CONFIRM_AUTHORIZATION && !uuid_is_nil(&command->withdrawal_id);
    if (code == NULL || !withdraws)
        return decision_refuse(REFUSED_NO_SUCH_CARD);
    struct decision decision =
        account_try_pin(account, command, code->token, code->pin_reference, code->wrong_pins);
    if (decision.refusal == REFUSED_PIN_TRIES_EXCEEDED)
        account_end_code(&decision, account, command, "wrong_pin");
    else if (decision.refusal == NOT_REFUSED && command->amount > code->amount)
        decision.refusal = REFUSED_CASH_CODE_AMOUNT;
    return decision;
}

/* ---- folding ---- */

static void apply_issued(struct cash_code *code, const struct event *event)
{
    *code = (struct cash_code){ .amount = event->cash_code_issued.amount,
                                .until_us = event->cash_code_issued.until_us };
    memcpy(code->token, event->cash_code_issued.card, CARD_TOKEN_LENGTH);
    memcpy(code->masked, event->cash_code_issued.masked, CARD_MASKED_LENGTH);
    memcpy(code->pin_reference, event->cash_code_issued.pin_reference, PIN_REFERENCE_LENGTH);
}

static bool is_open_code(const struct cash_code *code,
                         const unsigned char token[static CARD_TOKEN_LENGTH])
{
    return card_given(code->token) && memcmp(code->token, token, CARD_TOKEN_LENGTH) == 0;
}

void account_apply_code(struct account *account, const struct event *event)
{
    struct cash_code *code = &account->code;
    if (event->kind == ACCOUNTS_CASH_CODE_ISSUED) {
        apply_issued(code, event);
    } else if (event->kind == ACCOUNTS_CASH_CODE_ENDED) {
        if (is_open_code(code, event->card_changed.card))
            *code = (struct cash_code){ 0 };
    } else if (is_open_code(code, event->authorization.card)) {
        const bool right = event->kind == ACCOUNTS_AUTHORIZATION_CONFIRMED;
        code->wrong_pins = right ? 0 : code->wrong_pins + 1;
        if (right) /* a withdrawal's id, or one of nothing that withdraws */
            code->withdrawal_id = event->correlation_id;
    }
}
