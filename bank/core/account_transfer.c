/* SPDX-License-Identifier: MIT */
/*
 * An account's part in transfers: the source holds what it sends until the
 * target has it or has refused it, and the target takes it as any deposit.
 * Refusals of the source are events, as those of withdrawals are.
 */
#include "bank/core/account.h"

static struct decision decide_decline(const struct account *account, const struct command *command,
                                      enum refusal refusal)
{
    struct decision decision = decision_accept();
    struct event *event =
        decision_add(&decision, TRANSFERS_TRANSFER_DECLINED, &account->id, command);
    event->money_moved.amount = command->amount;
    event->money_moved.teller_id = command->teller_id;
    event->money_moved.other_id = command->other_id;
    event->money_moved.refusal = decision.refusal = refusal;
    return decision;
}

static struct decision decide_step(const struct account *account, const struct command *command,
                                   enum event_kind kind)
{
    struct decision decision = decision_accept();
    struct event *event = decision_add(&decision, kind, &account->id, command);
    event->money_moved.amount = command->amount;
    event->money_moved.old_balance = account->balance;
    event->money_moved.new_balance =
        account->balance + event_movement(kind)->balance * command->amount;
    event->money_moved.teller_id = command->teller_id;
    event->money_moved.other_id = command->other_id;
    event->money_moved.refusal = command->refusal;
    return decision;
}

/* Card numbers are not to be tried as receivers. That counts for the account and not for the
 * machine, whose next customer has nothing to do with it. */
static enum refusal refuses_receiver(const struct account *account, const struct command *command)
{
    if (!uuid_is_nil(&command->teller_id) && account_day_counts(account, command->at_us) &&
        account->wrong_receivers >= WRONG_RECEIVERS_MAX)
        return REFUSED_RECEIVER_LIMIT;
    if (uuid_equal(&command->account_id, &command->other_id))
        return REFUSED_SAME_ACCOUNT;
    return uuid_is_nil(&command->other_id) ? REFUSED_NO_SUCH_RECEIVER : NOT_REFUSED;
}

/* Nothing is said of the target before the PIN is known to be right, nor with an amount that the
 * source does not have: cards could be tried with it for nothing. */
static struct decision decide_initiate(const struct account *account, const struct command *command)
{
    enum refusal refusal = account_refuses_withdrawal(account, command);
    if (command_is(command->kind, AUTHENTICATES) && !command->answered)
        return decision_ask(ACCOUNTS_CONFIRM_AUTHORIZATION);
    if (refusal == NOT_REFUSED)
        refusal = refuses_receiver(account, command);
    if (command->answer != NOT_REFUSED)
        refusal = command->answer;
    return refusal != NOT_REFUSED ? decide_decline(account, command, refusal)
                                  : decide_step(account, command, TRANSFERS_TRANSFER_INITIATED);
}

static struct decision decide_credit(const struct account *account, const struct command *command)
{
    const enum refusal refusal = account_refuses_deposit(account, command->amount);
    return refusal != NOT_REFUSED ? decision_refuse(refusal)
                                  : decide_step(account, command, TRANSFERS_TRANSFER_CREDITED);
}

struct decision account_decide_transfer(const struct account *account,
                                        const struct command *command)
{
    if (command_is(command->kind, BEGINS))
        return decide_initiate(account, command);
    if (command->kind == TRANSFERS_CREDIT_TRANSFER)
        return decide_credit(account, command);
    return decide_step(account, command,
                       command->kind == TRANSFERS_COMPLETE_TRANSFER ? TRANSFERS_TRANSFER_COMPLETED
                                                                    : TRANSFERS_TRANSFER_RETURNED);
}
