/* SPDX-License-Identifier: MIT */
/* The account aggregate: what is decided about its cards and by their PINs. */
#include "bank/core/account.h"

bool pin_references_equal(const unsigned char a[static PIN_REFERENCE_LENGTH],
                          const unsigned char b[static PIN_REFERENCE_LENGTH])
{
    unsigned difference = 0;
    for (int i = 0; i < PIN_REFERENCE_LENGTH; i++)
        difference |= a[i] ^ b[i];
    return difference == 0;
}

static struct decision decide_issue_card(const struct account *account,
                                         const struct command *command)
{
    if (account->status == ACCOUNT_CLOSED)
        return decision_refuse(REFUSED_ACCOUNT_CLOSED);
    if (account_card(account, command->card) != NULL || !uuid_is_nil(&command->card_holder))
        return decision_refuse(REFUSED_ALREADY_EXISTS);
    if (account->card_count == ACCOUNT_CARDS_MAX)
        return decision_refuse(REFUSED_TOO_MANY_CARDS);
    struct decision decision = decision_accept();
    struct event *event = decision_add(&decision, ACCOUNTS_CARD_ISSUED, &account->id, command);
    memcpy(event->card_issued.card, command->card, CARD_TOKEN_LENGTH);
    memcpy(event->card_issued.masked, command->masked, CARD_MASKED_LENGTH);
    memcpy(event->card_issued.pin_reference, command->pin_reference, PIN_REFERENCE_LENGTH);
    return decision;
}

/* Blocks or unblocks the card named, or all of the account's, where that changes anything. Whoever
 * blocks a card does not trust what was done with it: an open cash code ends too, whichever card it
 * was asked for with. It can be blocked by itself as a card is, and is not unblocked. */
static struct decision decide_change_cards(const struct account *account,
                                           const struct command *command, bool block)
{
    bool one = card_given(command->card);
    if (one && account_card(account, command->card) == NULL &&
        (!block || account_code(account, command->card, command->at_us) == NULL))
        return decision_refuse(REFUSED_NO_SUCH_CARD);
    struct decision decision = decision_accept();
    for (int i = 0; i < account->card_count; i++) {
        const struct card *card = &account->card[i];
        if (card->blocked == block ||
            (one && memcmp(card->token, command->card, CARD_TOKEN_LENGTH) != 0))
            continue;
        struct event *event =
            decision_add(&decision, block ? ACCOUNTS_CARD_BLOCKED : ACCOUNTS_CARD_UNBLOCKED,
                         &account->id, command);
        memcpy(event->card_changed.card, card->token, CARD_TOKEN_LENGTH);
        memcpy(event->card_changed.reason, command->reason, REASON_LENGTH);
    }
    if (block && account_code_open(account, command->at_us))
        account_end_code(&decision, account, command, "blocked");
    if (decision.event_count == 0)
        return decision_refuse(account->card_count == 0 ? REFUSED_NO_SUCH_CARD
                               : block                  ? REFUSED_CARD_BLOCKED
                                                        : REFUSED_CARD_NOT_BLOCKED);
    return decision;
}

struct decision account_try_pin(const struct account *account, const struct command *command,
                                const unsigned char token[static CARD_TOKEN_LENGTH],
                                const unsigned char reference[static PIN_REFERENCE_LENGTH],
                                int32_t wrong_pins)
{
    const bool right = pin_references_equal(reference, command->pin_reference);
    struct decision decision = decision_accept();
    struct event *event = decision_add(
        &decision, right ? ACCOUNTS_AUTHORIZATION_CONFIRMED : ACCOUNTS_AUTHORIZATION_DECLINED,
        &account->id, command);
    memcpy(event->authorization.card, token, CARD_TOKEN_LENGTH);
    if (right)
        return decision;
    const int32_t tries_left = PIN_TRIES - wrong_pins - 1;
    decision.refusal = tries_left > 0 ? REFUSED_WRONG_PIN : REFUSED_PIN_TRIES_EXCEEDED;
    event->authorization.refusal = decision.refusal;
    event->authorization.tries_left = tries_left > 0 ? tries_left : 0;
    return decision;
}

/* What is none of the account's cards may have been a cash code once: that is not said even of a
 * closed account. */
struct decision account_authorize(const struct account *account, const struct command *command)
{
    const struct card *card = account_card(account, command->card);
    if (card == NULL)
        return account_authorize_code(account, command);
    if (account->status == ACCOUNT_CLOSED)
        return decision_refuse(REFUSED_ACCOUNT_CLOSED);
    if (card->blocked)
        return decision_refuse(REFUSED_CARD_BLOCKED);

    struct decision decision =
        account_try_pin(account, command, card->token, card->pin_reference, card->wrong_pins);
    if (decision.refusal == REFUSED_PIN_TRIES_EXCEEDED) {
        struct event *blocked =
            decision_add(&decision, ACCOUNTS_CARD_BLOCKED, &account->id, command);
        memcpy(blocked->card_changed.card, card->token, CARD_TOKEN_LENGTH);
        memcpy(blocked->card_changed.reason, "wrong_pin", sizeof "wrong_pin");
    }
    return decision;
}

/* Of the new PIN nothing is said before the old one has been shown to be right, which counts as a
 * try like any other: else whether it is the old one would tell that PIN for nothing. */
static struct decision decide_change_pin(const struct account *account,
                                         const struct command *command)
{
    struct decision decision = account_authorize(account, command);
    if (decision.refusal != NOT_REFUSED)
        return decision;
    const struct card *card = account_card(account, command->card);
    if (command->new_pin_weak ||
        pin_references_equal(card->pin_reference, command->new_pin_reference)) {
        decision.refusal = REFUSED_WEAK_PIN;
        return decision;
    }
    struct event *event = decision_add(&decision, ACCOUNTS_PIN_CHANGED, &account->id, command);
    memcpy(event->pin_changed.card, card->token, CARD_TOKEN_LENGTH);
    memcpy(event->pin_changed.pin_reference, command->new_pin_reference, PIN_REFERENCE_LENGTH);
    return decision;
}

struct decision account_decide_card(const struct account *account, const struct command *command)
{
    switch (command->kind) {
    case ACCOUNTS_ISSUE_CARD:
        return decide_issue_card(account, command);
    case ACCOUNTS_BLOCK_CARD:
        return decide_change_cards(account, command, true);
    case ACCOUNTS_UNBLOCK_CARD:
        return decide_change_cards(account, command, false);
    case ACCOUNTS_CHANGE_PIN:
        return decide_change_pin(account, command);
    case ACCOUNTS_ISSUE_CASH_CODE:
        return account_decide_code(account, command);
    default:
        return account_authorize(account, command);
    }
}
