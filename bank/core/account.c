/* SPDX-License-Identifier: MIT */
/*
 * An account is opened once, may be closed when it is empty, and holds money
 * in between. Invariants:
 *
 *   1. opening + deposits - withdrawals + reversals = balance, after every event.
 *   2. A withdrawal never takes the balance below zero, nor below what is held.
 *   3. A reversal is never refused: the money is the customer's, even when the
 *      account was closed meanwhile. It is then paid out at the counter.
 *      So a deposit leaves room for it: balance + what may return stays in range.
 *   4. The third wrong PIN in a row blocks the card; a right one starts the
 *      count again. The count is in the events, so nothing forgets it.
 *   5. A deposit at a machine above a limit is never refused for it, since the
 *      machine has the notes: it is on the balance, and held until an operator
 *      has released or returned it. 0 <= held <= balance.
 *   6. A cash code pays out once, at most its amount: the withdrawal that its PIN
 *      was right for ends it in the same decision, and no reversal brings it back.
 */
#include "bank/core/account.h"

#include "shared/error.h"

#define SECOND_US INT64_C(1000000)

/* What goes in over an account's life bounds what comes out, so no sum of it overflows. */
#define DEPOSITS_MAX (INT64_MAX / 2)

const struct card *account_card(const struct account *account,
                                const unsigned char token[static CARD_TOKEN_LENGTH])
{
    for (int i = 0; i < account->card_count; i++)
        if (memcmp(account->card[i].token, token, CARD_TOKEN_LENGTH) == 0)
            return &account->card[i];
    return NULL;
}

/* Whether what was withdrawn `today` counts against a limit at this time: also where a clock was
 * put back over midnight since, or nothing would count until then. A clock that had been days ahead
 * is no reason to keep an account waiting for that day. */
static bool day_counts_at(int32_t day, int64_t at_us)
{
    const int32_t ahead = day - day_of(at_us);
    return ahead == 0 || ahead == 1;
}

bool account_day_counts(const struct account *account, int64_t at_us)
{
    return day_counts_at(account->day, at_us);
}

money account_sums(const struct account *account)
{
    return account->sum[SUM_OPENING] + account->sum[SUM_DEPOSITS] - account->sum[SUM_WITHDRAWALS] +
           account->sum[SUM_REVERSALS];
}

money account_cleared(const struct account *account)
{
    return account->balance - account->held;
}

money account_available(const struct account *account, int64_t at_us)
{
    money available = account->status == ACCOUNT_OPEN ? account_cleared(account) : 0;
    if (account->daily_limit > 0) {
        money spent = account_day_counts(account, at_us) ? account->withdrawn_today : 0;
        money left = account->daily_limit > spent ? account->daily_limit - spent : 0;
        if (left < available)
            available = left;
    }
    return available;
}

const struct past_movement *account_movement(const struct account *account, int number)
{
    if (number >= ACCOUNT_MOVEMENTS || number >= account->movements)
        return NULL;
    return &account->movement[(account->movements - 1 - number) % ACCOUNT_MOVEMENTS];
}

static money limit_or(money limit, money otherwise)
{
    return limit == LIMIT_UNSAID ? otherwise : limit;
}

/* ---- deciding ---- */

static struct decision decide_open(const struct account *account, const struct command *command)
{
    if (account->status != ACCOUNT_NONE)
        return decision_refuse(REFUSED_ALREADY_EXISTS);
    struct decision decision = decision_accept();
    struct event *event =
        decision_add(&decision, ACCOUNTS_ACCOUNT_OPENED, &command->account_id, command);
    memcpy(event->account_opened.owner, command->owner, OWNER_LENGTH);
    event->account_opened.daily_limit = command->daily_limit;
    event->account_opened.daily_count = command->daily_count;
    event->account_opened.deposit_limit = limit_or(command->deposit_limit, DEPOSIT_LIMIT_DEFAULT);
    event->account_opened.deposit_daily = limit_or(command->deposit_daily, DEPOSIT_DAILY_DEFAULT);
    return decision;
}

static struct decision decide_set_limits(const struct account *account,
                                         const struct command *command)
{
    if (account->status == ACCOUNT_CLOSED)
        return decision_refuse(REFUSED_ACCOUNT_CLOSED);
    struct decision decision = decision_accept();
    struct event *event = decision_add(&decision, ACCOUNTS_LIMITS_SET, &account->id, command);
    event->limits_set.daily_limit = command->daily_limit;
    event->limits_set.daily_count = command->daily_count;
    event->limits_set.deposit_limit = command->deposit_limit;
    event->limits_set.deposit_daily = command->deposit_daily;
    return decision;
}

static struct decision decide_move(const struct account *account, const struct command *command,
                                   enum event_kind kind, money change)
{
    struct decision decision = decision_accept();
    struct event *event = decision_add(&decision, kind, &account->id, command);
    event->money_moved.amount = command->amount;
    event->money_moved.old_balance = account->balance;
    event->money_moved.new_balance = account->balance + change;
    event->money_moved.teller_id = command->teller_id;
    return decision;
}

/* What of a deposit has to be reviewed before its money is available. */
static enum refusal deposit_review(const struct account *account, const struct command *command)
{
    const struct card *card = account_card(account, command->card);
    const bool counts = card != NULL && day_counts_at(card->deposit_day, command->at_us);
    money today = counts ? card->deposited_today : 0;
    if (command->refusal != NOT_REFUSED)
        return command->refusal;
    if (account->deposit_limit > 0 && command->amount > account->deposit_limit)
        return REFUSED_DEPOSIT_LIMIT;
    if (account->deposit_daily > 0 && command->amount > account->deposit_daily - today)
        return REFUSED_DEPOSIT_DAILY;
    return NOT_REFUSED;
}

/* An account is not told which withdrawals are done with, so all that was paid out at machines
 * counts. That takes 10^13 of the currency, or 500 million withdrawals, before it is in anybody's
 * way. */
enum refusal account_refuses_deposit(const struct account *account, money amount)
{
    money most;
    if (account->status == ACCOUNT_CLOSED)
        return REFUSED_ACCOUNT_CLOSED;
    if (account->sum[SUM_DEPOSITS] > DEPOSITS_MAX - amount)
        return REFUSED_BALANCE_LIMIT;
    return money_add(account->balance, account->may_return, &most) && money_add(most, amount, &most)
               ? NOT_REFUSED
               : REFUSED_BALANCE_LIMIT;
}

/* At the counter an operator has seen the money, as has one who credits a suspect deposit. */
static struct decision decide_deposit(const struct account *account, const struct command *command)
{
    const bool unseen =
        !uuid_is_nil(&command->teller_id) && command->deposit_outcome != OUTCOME_CREDITED;
    const enum refusal refusal = account_refuses_deposit(account, command->amount);
    if (refusal != NOT_REFUSED)
        return decision_refuse(refusal);
    const enum refusal review = unseen ? deposit_review(account, command) : NOT_REFUSED;
    struct decision decision = decide_move(
        account, command, review == NOT_REFUSED ? ACCOUNTS_MONEY_DEPOSITED : ACCOUNTS_DEPOSIT_HELD,
        command->amount);
    decision.event[0].money_moved.refusal = review;
    if (unseen && review == NOT_REFUSED)
        memcpy(decision.event[0].money_moved.card, command->card, CARD_TOKEN_LENGTH);
    return decision;
}

/* Of a deposit that the account holds; the saga knows which. */
static struct decision decide_held(const struct account *account, const struct command *command)
{
    if (account->held < command->amount)
        return decision_refuse(REFUSED_NOT_SUSPECT);
    if (command->kind == ACCOUNTS_RELEASE_DEPOSIT)
        return decide_move(account, command, ACCOUNTS_HELD_DEPOSIT_RELEASED, 0);
    return decide_move(account, command, ACCOUNTS_HELD_DEPOSIT_RETURNED, -command->amount);
}

enum refusal account_refuses_withdrawal(const struct account *account,
                                        const struct command *command)
{
    bool at_counter = uuid_is_nil(&command->teller_id);
    if (account->status == ACCOUNT_CLOSED && !at_counter)
        return REFUSED_ACCOUNT_CLOSED;
    if (account_cleared(account) < command->amount)
        return REFUSED_INSUFFICIENT_FUNDS;
    if (!at_counter && account_available(account, command->at_us) < command->amount)
        return REFUSED_DAILY_LIMIT;
    if (!at_counter && account->daily_count > 0 && account_day_counts(account, command->at_us) &&
        account->withdrawals_today >= account->daily_count)
        return REFUSED_FREQUENCY_LIMIT;
    return NOT_REFUSED;
}

static struct decision decide_withdraw(const struct account *account, const struct command *command)
{
    const enum refusal refusal = account_refuses_withdrawal(account, command);
    if (refusal != NOT_REFUSED)
        return decision_refuse(refusal);
    struct decision decision =
        decide_move(account, command, ACCOUNTS_MONEY_WITHDRAWN, -command->amount);
    if (card_given(account->code.token) && !uuid_is_nil(&command->withdrawal_id) &&
        uuid_equal(&account->code.withdrawal_id, &command->withdrawal_id))
        account_end_code(&decision, account, command, "used");
    return decision;
}

static struct decision decide_reverse(const struct account *account, const struct command *command)
{
    struct decision decision =
        decide_move(account, command, ACCOUNTS_WITHDRAWAL_REVERSED, command->amount);
    decision.event[0].money_moved.withdrawn_at_us = command->withdrawn_at_us;
    decision.event[0].money_moved.in_full = command->in_full;
    return decision;
}

static struct decision decide_close(const struct account *account, const struct command *command)
{
    if (account->status == ACCOUNT_CLOSED)
        return decision_refuse(REFUSED_ACCOUNT_CLOSED);
    if (account->balance != 0)
        return decision_refuse(REFUSED_ACCOUNT_NOT_EMPTY);
    struct decision decision = decision_accept();
    if (account_code_open(account, command->at_us))
        account_end_code(&decision, account, command, "closed");
    decision_add(&decision, ACCOUNTS_ACCOUNT_CLOSED, &account->id, command);
    return decision;
}

static struct decision decide_rename(const struct account *account, const struct command *command)
{
    if (account->status == ACCOUNT_CLOSED)
        return decision_refuse(REFUSED_ACCOUNT_CLOSED);
    if (account->erased)
        return decision_refuse(REFUSED_OWNER_ERASED);
    struct decision decision = decision_accept();
    struct event *event = decision_add(&decision, ACCOUNTS_OWNER_RENAMED, &account->id, command);
    memcpy(event->owner_renamed.owner, command->owner, OWNER_LENGTH);
    return decision;
}

/* What is erased stands beside the log; that it was is an event. Of a closed account too. */
static struct decision decide_erase(const struct account *account, const struct command *command)
{
    struct decision decision = decision_accept();
    decision_add(&decision, ACCOUNTS_OWNER_ERASED, &account->id, command);
    return decision;
}

struct decision account_decide(const struct account *account, const struct command *command)
{
    if (account->status == ACCOUNT_NONE && command->kind != ACCOUNTS_OPEN_ACCOUNT)
        return decision_refuse(REFUSED_NO_SUCH_ACCOUNT);
    switch (command->kind) {
    case ACCOUNTS_OPEN_ACCOUNT:
        return decide_open(account, command);
    case ACCOUNTS_RENAME_OWNER:
        return decide_rename(account, command);
    case ACCOUNTS_SET_LIMITS:
        return decide_set_limits(account, command);
    case ACCOUNTS_ISSUE_CARD:
    case ACCOUNTS_BLOCK_CARD:
    case ACCOUNTS_UNBLOCK_CARD:
    case ACCOUNTS_CONFIRM_AUTHORIZATION:
    case ACCOUNTS_ENQUIRE_BALANCE:
    case ACCOUNTS_ENQUIRE_MOVEMENTS:
    case ACCOUNTS_CHANGE_PIN:
    case ACCOUNTS_ISSUE_CASH_CODE:
        return account_decide_card(account, command);
    case ACCOUNTS_DEPOSIT_MONEY:
        return decide_deposit(account, command);
    case ACCOUNTS_RELEASE_DEPOSIT:
    case ACCOUNTS_RETURN_DEPOSIT:
        return decide_held(account, command);
    case ACCOUNTS_WITHDRAW_MONEY:
        return decide_withdraw(account, command);
    case ACCOUNTS_REVERSE_WITHDRAWAL:
        return decide_reverse(account, command);
    case ACCOUNTS_CLOSE_ACCOUNT:
        return decide_close(account, command);
    case ACCOUNTS_ERASE_OWNER:
        return decide_erase(account, command);
    case TRANSFERS_INITIATE_TRANSFER:
    case TRANSFERS_MAKE_TRANSFER:
    case TRANSFERS_CREDIT_TRANSFER:
    case TRANSFERS_COMPLETE_TRANSFER:
    case TRANSFERS_RETURN_TRANSFER:
        return account_decide_transfer(account, command);
    default:
        return decision_refuse(REFUSED_UNKNOWN_COMMAND);
    }
}

/* ---- folding ---- */

static struct card *find_card(struct account *account, const unsigned char *token)
{
    for (int i = 0; i < account->card_count; i++)
        if (memcmp(account->card[i].token, token, CARD_TOKEN_LENGTH) == 0)
            return &account->card[i];
    return NULL;
}

static void apply_card_issued(struct account *account, const struct event *event)
{
    if (account->card_count == ACCOUNT_CARDS_MAX)
        return;
    struct card *card = &account->card[account->card_count++];
    *card = (struct card){ 0 };
    memcpy(card->token, event->card_issued.card, CARD_TOKEN_LENGTH);
    memcpy(card->masked, event->card_issued.masked, CARD_MASKED_LENGTH);
    memcpy(card->pin_reference, event->card_issued.pin_reference, PIN_REFERENCE_LENGTH);
}

static void begin_day(struct account *account, int64_t at_us)
{
    int32_t day = day_of(at_us);
    if (day <= account->day && account->day - day <= 1) /* as account_day_counts has it */
        return;
    account->day = day;
    account->withdrawn_today = 0;
    account->withdrawals_today = 0;
    account->wrong_receivers = 0;
    account->codes_today = 0;
}

static void apply_today(struct account *account, int64_t at_us, money amount)
{
    begin_day(account, at_us);
    account->withdrawn_today += amount;
    account->withdrawals_today++;
}

/* The room it took up comes back, but only on the day it was taken up; that it was one of the day's
 * withdrawals, only when nothing of it remains. Events of before in_full was told have it as false,
 * and so are folded as they were. */
static void apply_given_back(struct account *account, money amount, int64_t withdrawn_at_us,
                             bool in_full)
{
    if (day_of(withdrawn_at_us) != account->day)
        return;
    if (account->withdrawn_today >= amount)
        account->withdrawn_today -= amount;
    if (in_full && account->withdrawals_today > 0)
        account->withdrawals_today--;
}

/* That of a closed account is a wrong one, too. */
static void apply_receiver(struct account *account, const struct event *event)
{
    if (event->money_moved.refusal != REFUSED_NO_SUCH_RECEIVER ||
        uuid_is_nil(&event->money_moved.teller_id))
        return;
    begin_day(account, event->at_us);
    account->wrong_receivers++;
}

static void apply_authorization(struct account *account, const struct event *event)
{
    struct card *card = find_card(account, event->authorization.card);
    if (card == NULL)
        account_apply_code(account, event);
    else if (event->kind == ACCOUNTS_AUTHORIZATION_CONFIRMED)
        card->wrong_pins = 0;
    else
        card->wrong_pins++;
}

static void apply_deposited(struct account *account, const struct event *event)
{
    struct card *card = find_card(account, event->money_moved.card);
    if (card == NULL)
        return;
    int32_t day = day_of(event->at_us);
    if (day > card->deposit_day || card->deposit_day - day > 1) { /* as day_counts_at has it */
        card->deposit_day = day;
        card->deposited_today = 0;
    }
    card->deposited_today += event->money_moved.amount;
}

/* What is held stands on the balance and is not available. What is returned was never the
 * account's, so it is none of its deposits any more. */
static void apply_movement(struct account *account, const struct event *event)
{
    const struct movement *movement = event_movement(event->kind);
    if (!event_moves(event->kind))
        return;
    account->sum[movement->sum] += movement->counts * event_amount(event);
    account->held += movement->held * event_amount(event);
    account->balance = event_balance(event);
    if (!event_on_statement(event))
        return;
    account->movement[account->movements++ % ACCOUNT_MOVEMENTS] =
        (struct past_movement){ .change = event_change(event),
                                .at_s = (uint32_t)(event->at_us / SECOND_US),
                                .kind = event_movement_kind(event->kind) };
}

void account_apply(struct account *account, const struct event *event)
{
    struct card *card = NULL;
    account->version++;
    apply_movement(account, event);
    switch (event->kind) {
    case ACCOUNTS_ACCOUNT_OPENED:
        account->id = event->stream_id;
        account->status = ACCOUNT_OPEN;
        account->daily_limit = event->account_opened.daily_limit;
        account->daily_count = event->account_opened.daily_count;
        account->deposit_limit =
            limit_or(event->account_opened.deposit_limit, DEPOSIT_LIMIT_DEFAULT);
        account->deposit_daily =
            limit_or(event->account_opened.deposit_daily, DEPOSIT_DAILY_DEFAULT);
        break;
    case ACCOUNTS_LIMITS_SET:
        account->daily_limit = event->limits_set.daily_limit;
        account->daily_count = event->limits_set.daily_count;
        account->deposit_limit = limit_or(event->limits_set.deposit_limit, account->deposit_limit);
        account->deposit_daily = limit_or(event->limits_set.deposit_daily, account->deposit_daily);
        break;
    case ACCOUNTS_CARD_ISSUED:
        apply_card_issued(account, event);
        break;
    case ACCOUNTS_CARD_BLOCKED:
    case ACCOUNTS_CARD_UNBLOCKED:
        if ((card = find_card(account, event->card_changed.card)) != NULL) {
            card->blocked = event->kind == ACCOUNTS_CARD_BLOCKED;
            card->wrong_pins = 0;
        }
        break;
    case ACCOUNTS_PIN_CHANGED:
        if ((card = find_card(account, event->pin_changed.card)) != NULL)
            memcpy(card->pin_reference, event->pin_changed.pin_reference, PIN_REFERENCE_LENGTH);
        break;
    case ACCOUNTS_AUTHORIZATION_CONFIRMED:
    case ACCOUNTS_AUTHORIZATION_DECLINED:
        apply_authorization(account, event);
        break;
    case ACCOUNTS_CASH_CODE_ISSUED:
        begin_day(account, event->at_us);
        account->codes_today++;
        account_apply_code(account, event);
        break;
    case ACCOUNTS_CASH_CODE_ENDED:
        account_apply_code(account, event);
        break;
    case ACCOUNTS_MONEY_DEPOSITED:
        apply_deposited(account, event);
        break;
    case ACCOUNTS_DEPOSIT_HELD:
    case ACCOUNTS_HELD_DEPOSIT_RELEASED:
    case ACCOUNTS_HELD_DEPOSIT_RETURNED:
        break; /* a movement and nothing else */
    case ACCOUNTS_MONEY_WITHDRAWN:
        if (uuid_is_nil(&event->money_moved.teller_id))
            break;
        account->may_return += event->money_moved.amount;
        apply_today(account, event->at_us, event->money_moved.amount);
        break;
    case ACCOUNTS_WITHDRAWAL_REVERSED:
        account->may_return -= event->money_moved.amount;
        apply_given_back(account, event->money_moved.amount, event->money_moved.withdrawn_at_us,
                         event->money_moved.in_full);
        break;
    case TRANSFERS_TRANSFER_INITIATED: /* a terminal's counts to the day's limits */
        if (!uuid_is_nil(&event->money_moved.teller_id))
            apply_today(account, event->at_us, event->money_moved.amount);
        break;
    case TRANSFERS_TRANSFER_RETURNED:
        if (!uuid_is_nil(&event->money_moved.teller_id))
            apply_given_back(account, event->money_moved.amount, event->at_us, true);
        apply_receiver(account, event);
        break;
    case TRANSFERS_TRANSFER_DECLINED:
        apply_receiver(account, event);
        break;
    case TRANSFERS_TRANSFER_CREDITED:
    case TRANSFERS_TRANSFER_COMPLETED:
        break; /* a movement, or nothing */
    case ACCOUNTS_ACCOUNT_CLOSED:
        account->status = ACCOUNT_CLOSED;
        break;
    case ACCOUNTS_OWNER_ERASED:
        account->erased = true;
        break;
    case ACCOUNTS_OWNER_RENAMED:
        break; /* the name is not among what an account decides by */
    default:
        panic("%s is no event of an account that account_apply knows", event_type(event->kind));
    }
}
