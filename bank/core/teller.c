/* SPDX-License-Identifier: MIT */
/*
 * A teller promises notes, and is told where they ended up. Invariants:
 *
 *   1. Every note has its place: of each denomination, loaded + found = in the
 *      cassettes + taken + in the reject bin + in the retract bin + removed; and
 *      the same of the deposit bin (teller.h).
 *   2. What is promised never exceeds what the cassettes hold; only a disputed
 *      advice, or a box that is taken out, can take notes that are promised to
 *      others.
 *   3. Money leaves an account only after the machine was found able to pay it:
 *      the note mix is fixed before the account is asked.
 *   4. Where the notes of a withdrawal went adds up to what was promised.
 *   5. Only notes of the bank's currency are promised. An old log can have put
 *      others into the cassettes; they stay there, and count.
 *   6. Notes that were deposited stay in a bin of their own: what is in it is
 *      what was deposited, less what was given back by hand.
 */
#include "bank/core/teller.h"

#include "shared/error.h"

#include "shared/currency.h"
#include "shared/note_mix.h"

struct notes teller_available(const struct teller *teller)
{
    struct notes available = teller->cassettes;
    notes_take_most(&available, &teller->promised);
    currency_drop_others(currency_own(), &available);
    return available;
}

/* ---- who may ---- */

bool teller_bars(const struct teller *teller, const struct command *command)
{
    return teller->barred != 0 && command->by_terminal &&
           (command_traits(command->kind)->senders & BY_TERMINAL) != 0 &&
           !command_is(command->kind, TELLS);
}

static struct decision decide_change(const struct teller *teller, const struct command *command,
                                     enum event_kind kind)
{
    struct decision decision = decision_accept();
    struct event *event = decision_add(&decision, kind, &teller->id, command);
    memcpy(event->teller_changed.reason, command->reason, REASON_LENGTH);
    memcpy(event->teller_changed.key_check, command->key_check, KEY_CHECK_BYTES);
    return decision;
}

/* The event names the key that is in force: of one that was proposed, another may be by now. */
static struct decision decide_withdraw_key(const struct teller *teller,
                                           const struct command *command)
{
    if (teller->key == TELLER_KEY_NONE)
        return decision_refuse(REFUSED_NO_TELLER_KEY);
    struct decision decision = decide_change(teller, command, TELLER_KEY_WITHDRAWN);
    if (teller->key == TELLER_KEY_TOLD)
        memcpy(decision.event[0].teller_changed.key_check, teller->key_check, KEY_CHECK_BYTES);
    return decision;
}

static struct decision decide_bar(const struct teller *teller, const struct command *command)
{
    return teller->barred != 0 ? decision_refuse(REFUSED_TELLER_BARRED)
                               : decide_change(teller, command, TELLER_BARRED);
}

static struct decision decide_unbar(const struct teller *teller, const struct command *command)
{
    return teller->barred == 0 ? decision_refuse(REFUSED_TELLER_NOT_BARRED)
                               : decide_change(teller, command, TELLER_UNBARRED);
}

/* ---- the machine itself ---- */

static struct decision decide_provision(const struct teller *teller, const struct command *command)
{
    if (teller->provisioned)
        return decision_refuse(REFUSED_ALREADY_EXISTS);
    struct decision decision = decision_accept();
    struct event *event = decision_add(&decision, TELLER_PROVISIONED, &command->teller_id, command);
    event->cassettes.notes = command->notes;
    event->cassettes.deposit_capacity =
        command->deposit_capacity > 0 ? command->deposit_capacity : DEPOSIT_CAPACITY_DEFAULT;
    return decision;
}

/* Deposits that the machine tells of from now on are held against it. */
static struct decision decide_capacity(const struct teller *teller, const struct command *command)
{
    struct decision decision = decision_accept();
    decision_add(&decision, TELLER_DEPOSIT_CAPACITY_SET, &teller->id, command)
        ->cassettes.deposit_capacity = command->deposit_capacity;
    return decision;
}

static struct decision decide_report(const struct teller *teller, const struct command *command)
{
    struct decision decision = decision_accept();
    struct event *event = decision_add(&decision, TELLER_INCIDENT_REPORTED, &teller->id, command);
    strcpy(event->incident.name, incident_name(command->incident));
    event->incident.count = command->incident_count;
    return decision;
}

/* ---- authentication ---- */

bool teller_suspended_at(int64_t until_us, int64_t at_us)
{
    return at_us < until_us && until_us - at_us <= AUTHENTICATION_SUSPENDED_US;
}

static struct decision decide_suspend_authentication(const struct teller *teller,
                                                     const struct command *command)
{
    struct decision decision = decision_accept();
    if (command->until_us <= teller->suspended_until_us &&
        teller_suspended_at(teller->suspended_until_us, command->at_us))
        return decision;
    struct event *event =
        decision_add(&decision, TELLER_AUTHENTICATION_SUSPENDED, &teller->id, command);
    event->authentication_suspended.failures = command->failures;
    event->authentication_suspended.until_us = command->until_us;
    return decision;
}

static struct decision decide_resume_authentication(const struct teller *teller,
                                                    const struct command *command)
{
    struct decision decision = decision_accept();
    if (teller->suspended_until_us != 0 &&
        !teller_suspended_at(teller->suspended_until_us, command->at_us))
        decision_add(&decision, TELLER_AUTHENTICATION_RESUMED, &teller->id, command);
    return decision;
}

/* ---- a withdrawal, before the cash ---- */

static struct event *add_withdrawal_event(struct decision *decision, enum event_kind kind,
                                          const struct teller *teller,
                                          const struct command *command)
{
    struct event *event = decision_add(decision, kind, &teller->id, command);
    event->withdrawal.account_id = command->account_id;
    event->withdrawal.amount = command->amount;
    return event;
}

static struct decision decide_decline(const struct teller *teller, const struct command *command,
                                      enum refusal refusal)
{
    struct decision decision = decision_accept();
    struct event *event =
        add_withdrawal_event(&decision, TELLER_WITHDRAWAL_DECLINED, teller, command);
    event->withdrawal.refusal = refusal;
    decision.refusal = refusal;
    return decision;
}

/* The command memory answers an id that comes again; this is for a bank that has none. */
static struct decision decide_initiate(const struct teller *teller,
                                       const struct withdrawal *withdrawal,
                                       const struct command *command)
{
    if (withdrawal->state != WITHDRAWAL_NONE)
        return decision_refuse(withdrawal->refusal == REFUSED_REVERSED_BEFORE
                                   ? REFUSED_REVERSED_BEFORE
                                   : REFUSED_ALREADY_EXISTS);
    if (teller_bars(teller, command))
        return decide_decline(teller, command, REFUSED_TELLER_BARRED);
    if (uuid_is_nil(&command->account_id))
        return decision_refuse(REFUSED_NO_SUCH_CARD); /* no event: guesses are not kept */
    if (!command->answered)
        return decision_ask(ACCOUNTS_CONFIRM_AUTHORIZATION);
    /* Of a cash code that has ended: as of one that was never issued. */
    if (command->answer == REFUSED_NO_SUCH_CARD)
        return decision_refuse(REFUSED_NO_SUCH_CARD);
    if (command->answer != NOT_REFUSED)
        return decide_decline(teller, command, command->answer);
    struct decision decision = decision_accept();
    struct event *event =
        add_withdrawal_event(&decision, TELLER_WITHDRAWAL_INITIATED, teller, command);
    if (command->notes_given)
        event->withdrawal.notes = command->notes;
    memcpy(event->withdrawal.journal, command->journal, JOURNAL_POSITION_LENGTH);
    return decision;
}

static enum refusal choose_notes(const struct teller *teller, const struct command *command,
                                 struct notes *mix)
{
    struct notes available = teller_available(teller);
    if (command->notes_given) {
        *mix = command->notes;
        return notes_value(mix) == command->amount && notes_count(mix) <= NOTE_MIX_LIMIT &&
                       notes_take_all(&available, mix)
                   ? NOT_REFUSED
                   : REFUSED_NOTES_MISMATCH;
    }
    if (note_mix_find(&available, command->amount, NOTE_MIX_LIMIT, mix))
        return NOT_REFUSED;
    return notes_value(&available) < command->amount ? REFUSED_OUT_OF_CASH : REFUSED_NOT_PAYABLE;
}

static struct decision decide_withdraw(const struct teller *teller, const struct command *command)
{
    struct notes mix;
    enum refusal refusal = choose_notes(teller, command, &mix);
    if (refusal != NOT_REFUSED)
        return decide_decline(teller, command, refusal);
    if (!command->answered)
        return decision_ask(ACCOUNTS_WITHDRAW_MONEY);
    if (command->answer != NOT_REFUSED)
        return decide_decline(teller, command, command->answer);
    struct decision decision = decision_accept();
    struct event *event = add_withdrawal_event(&decision, TELLER_MONEY_WITHDRAWN, teller, command);
    event->withdrawal.notes = mix;
    event->withdrawal.confirm_by_us = command->at_us + command->confirm_within_us;
    return decision;
}

struct decision teller_decide(const struct teller *teller, const struct withdrawal *withdrawal,
                              const struct command *command)
{
    if (!teller->provisioned && command->kind != TELLER_PROVISION)
        return decision_refuse(REFUSED_NO_SUCH_TELLER);
    switch (command->kind) {
    case TELLER_PROVISION:
        return decide_provision(teller, command);
    case TELLER_SET_DEPOSIT_CAPACITY:
        return decide_capacity(teller, command);
    case TELLER_SIGN_ON:
        return teller_sign_on(teller, command);
    case TELLER_REPLENISH_CASSETTES:
    case TELLER_SWAP_CASSETTE:
    case TELLER_COUNT_CASSETTES:
    case TELLER_EMPTY_BIN:
    case TELLER_SET_LOW_MARK:
        return teller_decide_cash(teller, command);
    case TELLER_CUT_OVER:
        return teller_cut_over(teller, command);
    case TELLER_REPORT_INCIDENT:
        return decide_report(teller, command);
    case TELLER_BAR:
        return decide_bar(teller, command);
    case TELLER_UNBAR:
        return decide_unbar(teller, command);
    case TELLER_REPLACE_KEY:
        return decide_change(teller, command, TELLER_KEY_REPLACED);
    case TELLER_WITHDRAW_KEY:
        return decide_withdraw_key(teller, command);
    case TELLER_INITIATE_WITHDRAWAL:
        return decide_initiate(teller, withdrawal, command);
    case TELLER_WITHDRAW_MONEY:
        return decide_withdraw(teller, command);
    case TELLER_CONFIRM_DISPENSE:
        return teller_confirm(teller, withdrawal, command);
    case TELLER_SUSPECT_WITHDRAWAL:
        return teller_suspect(teller, withdrawal, command);
    case TELLER_RESOLVE_WITHDRAWAL:
        return teller_resolve(teller, withdrawal, command);
    case TELLER_SUSPEND_AUTHENTICATION:
        return decide_suspend_authentication(teller, command);
    case TELLER_RESUME_AUTHENTICATION:
        return decide_resume_authentication(teller, command);
    default:
        return decision_refuse(REFUSED_UNKNOWN_COMMAND);
    }
}

/* ---- folding ---- */

static void apply_end(struct teller *teller, const struct event *event)
{
    const struct disposition *where = &event->withdrawal.where;
    const struct notes *promised[] = { &where->taken, &where->rejected, &where->retracted,
                                       &where->returned };
    for (size_t i = 0; i < sizeof promised / sizeof promised[0]; i++)
        notes_take_all(&teller->promised, promised[i]);
    teller_apply_gone(teller, where);
    money taken = notes_value(&where->taken);
    teller->totals.dispensed += taken;
    teller->totals.reversed += event->withdrawal.amount - taken;
    teller->totals.reversals += event->withdrawal.amount > taken;
    teller->totals.withdrawals += event->kind == TELLER_CASH_DISPENSED;
}

void teller_apply(struct teller *teller, const struct event *event)
{
    teller->version++;
    teller_day_apply(teller, event);
    switch (event->kind) {
    case TELLER_PROVISIONED:
        teller->id = event->stream_id;
        teller->provisioned = true;
        teller->business_day = day_of(event->at_us);
        teller->deposit_capacity = event->cassettes.deposit_capacity > 0
                                       ? event->cassettes.deposit_capacity
                                       : DEPOSIT_CAPACITY_DEFAULT;
        teller_apply_cash(teller, event);
        break;
    case TELLER_DEPOSIT_CAPACITY_SET:
        teller->deposit_capacity = event->cassettes.deposit_capacity;
        break;
    case TELLER_SIGNED_ON:
    case TELLER_SIGN_ON_REFUSED:
    case TELLER_INCIDENT_REPORTED:
    case TELLER_WITHDRAWAL_INITIATED:
    case TELLER_DEPOSIT_INITIATED:
        teller_apply_machine(teller, event);
        break;
    case TELLER_CASSETTES_REPLENISHED:
    case TELLER_CASSETTE_SWAPPED:
    case TELLER_CASSETTES_COUNTED:
    case TELLER_BIN_EMPTIED:
    case TELLER_LOW_MARK_SET:
        teller_apply_cash(teller, event);
        break;
    case TELLER_WITHDRAWAL_DECLINED:
        teller->totals.declined++;
        break;
    case TELLER_MONEY_WITHDRAWN:
        notes_add_all(&teller->promised, &event->withdrawal.notes);
        break;
    case TELLER_CASH_DISPENSED:
    case TELLER_DISPENSE_FAILED:
        apply_end(teller, event);
        break;
    case TELLER_WITHDRAWAL_SUSPECTED:
    case TELLER_DEPOSIT_SUSPECTED:
        teller->totals.suspect++;
        break;
    case TELLER_MONEY_DEPOSITED:
        note_totals_add(&teller->deposited, &event->deposit.notes);
        teller->totals.deposits++;
        teller->totals.deposited += event->deposit.amount;
        break;
    case TELLER_DEPOSIT_CANCELLED:
        teller_give_back(teller, &event->deposit.notes);
        break;
    case TELLER_DISPENSE_DISPUTED:
    case TELLER_DISPENSE_SETTLED:
    case TELLER_DEPOSIT_DISPUTED:
    case TELLER_DEPOSIT_SETTLED:
        teller_apply_dispute(teller, event);
        break;
    case TELLER_BARRED:
    case TELLER_UNBARRED:
        teller->barred = event->kind == TELLER_BARRED;
        break;
    case TELLER_KEY_REPLACED:
        teller->key = TELLER_KEY_TOLD;
        memcpy(teller->key_check, event->teller_changed.key_check, KEY_CHECK_BYTES);
        break;
    case TELLER_KEY_WITHDRAWN:
        teller->key = TELLER_KEY_NONE;
        memset(teller->key_check, 0, KEY_CHECK_BYTES);
        break;
    case TELLER_AUTHENTICATION_SUSPENDED:
        teller->suspended_until_us = event->authentication_suspended.until_us;
        break;
    case TELLER_AUTHENTICATION_RESUMED:
        teller->suspended_until_us = 0;
        break;
    case TELLER_BUSINESS_DAY_CLOSED:
    case TELLER_DEPOSIT_DECLINED:
        break; /* the day's and the process's alone */
    default:
        panic("%s is no event of a teller that teller_apply knows", event_type(event->kind));
    }
}
