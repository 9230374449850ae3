/* SPDX-License-Identifier: MIT */
#include "bank/core/approval.h"

#include "shared/error.h"

static const struct saga_row rows[] = {
    { APPROVAL_NONE, BANK_COMMAND_PROPOSED, APPROVAL_PROPOSED, NO_COMMAND,
      "needs a second person" },
    { APPROVAL_PROPOSED, BANK_PROPOSAL_APPROVED, APPROVAL_APPROVED, NO_COMMAND,
      "another operator agrees: the command is carried out" },
    { APPROVAL_PROPOSED, BANK_PROPOSAL_REJECTED, APPROVAL_REJECTED, NO_COMMAND,
      "another operator does not, or the proposer takes it back" },
    { APPROVAL_PROPOSED, SAGA_DEADLINE, APPROVAL_PROPOSED, BANK_EXPIRE_PROPOSAL,
      "no operator has decided it in time" },
    { APPROVAL_PROPOSED, BANK_PROPOSAL_EXPIRED, APPROVAL_EXPIRED, NO_COMMAND, "out of use" },
    { APPROVAL_APPROVED, SAGA_REFUSED, APPROVAL_APPROVED, BANK_FAIL_PROPOSAL,
      "the command was refused" },
    { APPROVAL_APPROVED, BANK_PROPOSAL_FAILED, APPROVAL_FAILED, NO_COMMAND, "nothing was done" },
};

const struct saga_rows approval_rows = { rows, sizeof rows / sizeof rows[0] };

static const struct uuid own_stream;

enum two_persons command_two_persons(enum command_kind kind)
{
    switch ((int)kind) {
    case ACCOUNTS_DEPOSIT_MONEY:
    case ACCOUNTS_WITHDRAW_MONEY:
    case TRANSFERS_MAKE_TRANSFER:
        return TWO_FOR_MONEY;
    case TELLER_RESOLVE_WITHDRAWAL:
    case TELLER_RESOLVE_DEPOSIT:
        return TWO_TO_RESOLVE;
    case ACCOUNTS_ERASE_OWNER:
        return TWO_TO_ERASE;
    case TELLER_PROVISION: /* who has a new machine's key can ask for money */
    case TELLER_REPLACE_KEY:
    case TELLER_WITHDRAW_KEY:
        return TWO_FOR_KEYS;
    default:
        return ONE_PERSON;
    }
}

/* ---- a proposal of a command, and back ----------------------------------------- */

static const char *outcome_name(const struct command *command)
{
    if (command->proposed == TELLER_RESOLVE_WITHDRAWAL)
        return dispense_outcome_name(command->outcome);
    if (command->proposed == TELLER_RESOLVE_DEPOSIT)
        return deposit_outcome_name(command->deposit_outcome);
    return "";
}

static void proposal_fill(struct proposal *proposal, const struct command *command)
{
    *proposal = (struct proposal){ .expires_us = command->until_us,
                                   .account_id = command->account_id,
                                   .teller_id = command->teller_id,
                                   .withdrawal_id = command->withdrawal_id,
                                   .deposit_id = command->deposit_id,
                                   .to_account_id = command->other_id,
                                   .amount = command->amount,
                                   .notes = command->notes,
                                   .taken = command->taken,
                                   .rejected = command->rejected,
                                   .retracted = command->retracted,
                                   .deposit_capacity = command->deposit_capacity };
    strcpy(proposal->command, command_name(command->proposed));
    strcpy(proposal->outcome, outcome_name(command));
    memcpy(proposal->reason, command->reason, sizeof proposal->reason);
    memcpy(proposal->key_check, command->key_check, sizeof proposal->key_check);
    if (command->by != NULL)
        memcpy(proposal->proposer, command->by->name, sizeof proposal->proposer);
}

static void outcome_read(const struct proposal *proposal, struct command *command)
{
    for (int i = 0; dispense_outcome_name((enum dispense_outcome)i) != NULL; i++)
        if (strcmp(dispense_outcome_name((enum dispense_outcome)i), proposal->outcome) == 0)
            command->outcome = (enum dispense_outcome)i;
    for (int i = 0; deposit_outcome_name((enum deposit_outcome)i) != NULL; i++)
        if (strcmp(deposit_outcome_name((enum deposit_outcome)i), proposal->outcome) == 0)
            command->deposit_outcome = (enum deposit_outcome)i;
}

static void command_fill(struct command *command, const struct approval *approval)
{
    const struct proposal *proposal = &approval->proposal;
    command->kind = approval->command;
    command->was = approval;
    command->account_id = proposal->account_id;
    command->teller_id = proposal->teller_id;
    command->withdrawal_id = proposal->withdrawal_id;
    command->deposit_id = proposal->deposit_id;
    command->other_id = proposal->to_account_id;
    command->amount = proposal->amount;
    command->notes = proposal->notes;
    command->notes_given = proposal->notes.length > 0;
    command->taken = proposal->taken;
    command->rejected = proposal->rejected;
    command->retracted = proposal->retracted;
    command->deposit_capacity = proposal->deposit_capacity;
    command->deposit_limit = command->deposit_daily = LIMIT_UNSAID;
    memcpy(command->reason, proposal->reason, sizeof command->reason);
    memcpy(command->key_check, proposal->key_check, sizeof command->key_check);
    outcome_read(proposal, command);
}

/* ---- deciding -------------------------------------------------------------------- */

static struct decision decide_propose(const struct command *command)
{
    if (command->open_proposals >= PROPOSALS_MAX || command->own_proposals >= PROPOSALS_OF_ONE_MAX)
        return decision_refuse(REFUSED_TOO_MANY_PROPOSALS);
    struct decision decision = decision_accept();
    struct event *event = decision_add(&decision, BANK_COMMAND_PROPOSED, &own_stream, command);
    proposal_fill(&event->proposal, command);
    event->given = command->given;
    return decision;
}

static enum refusal may_decide(const struct approval *approval, const struct command *command)
{
    if (approval->state == APPROVAL_NONE)
        return REFUSED_NO_SUCH_PROPOSAL;
    if (approval->state != APPROVAL_PROPOSED || command->at_us >= approval->proposal.expires_us)
        return REFUSED_PROPOSAL_ENDED;
    return command->by == NULL ? REFUSED_ROLE_NEEDED : NOT_REFUSED;
}

static bool is_own(const struct approval *approval, const struct command *command)
{
    return strcmp(command->by->name, approval->proposal.proposer) == 0;
}

static struct decision decided(const struct command *command, enum event_kind kind)
{
    struct decision decision = decision_accept();
    struct event *event = decision_add(&decision, kind, &own_stream, command);
    memcpy(event->proposal_decided.reason, command->reason, sizeof command->reason);
    event->proposal_decided.refusal = command->refusal;
    return decision;
}

static struct decision decide_approve(const struct approval *approval,
                                      const struct command *command)
{
    const enum refusal refusal = may_decide(approval, command);
    if (refusal != NOT_REFUSED)
        return decision_refuse(refusal);
    return is_own(approval, command) ? decision_refuse(REFUSED_SAME_PERSON)
                                     : decided(command, BANK_PROPOSAL_APPROVED);
}

/* One's own is taken back; another's is a supervisor's to turn down. */
static struct decision decide_reject(const struct approval *approval, const struct command *command)
{
    const enum refusal refusal = may_decide(approval, command);
    if (refusal != NOT_REFUSED)
        return decision_refuse(refusal);
    return is_own(approval, command) || command->by->role >= ROLE_SUPERVISOR
               ? decided(command, BANK_PROPOSAL_REJECTED)
               : decision_refuse(REFUSED_ROLE_NEEDED);
}

struct decision approval_decide(const struct approval *approval, const struct command *command)
{
    switch ((int)command->kind) {
    case BANK_PROPOSE_COMMAND:
        return decide_propose(command);
    case BANK_APPROVE_PROPOSAL:
        return decide_approve(approval, command);
    case BANK_REJECT_PROPOSAL:
        return decide_reject(approval, command);
    case BANK_EXPIRE_PROPOSAL:
        return decided(command, BANK_PROPOSAL_EXPIRED);
    case BANK_FAIL_PROPOSAL:
        return decided(command, BANK_PROPOSAL_FAILED);
    default:
        panic("%s is no command of a proposal", command_name(command->kind));
    }
}

/* ---- folding --------------------------------------------------------------------- */

void approval_apply(struct approval *approval, const struct event *event)
{
    const struct saga_row *row =
        event_stream(event->kind) != STREAM_BANK
            ? NULL
            : saga_row_from(&approval_rows, (int)approval->state, (int)event->kind);
    if (row == NULL)
        return;
    approval->state = (enum approval_state)row->to;
    if (event->kind == BANK_COMMAND_PROPOSED) {
        approval->id = event->correlation_id;
        approval->proposal = event->proposal;
        if (event->given != NULL)
            strncpy(approval->given, event->given, GIVEN_SIZE - 1);
        approval->account_id = event->proposal.account_id;
        approval->teller_id = event->proposal.teller_id;
        approval->command = command_kind_find(event->proposal.command);
    } else {
        approval->refusal = event->proposal_decided.refusal;
    }
}

bool approval_ended(const struct approval *approval)
{
    return approval->state >= APPROVAL_APPROVED;
}

/* ---- the process manager --------------------------------------------------------- */

bool approval_react(const struct approval *approval, const struct event *event,
                    struct command *command)
{
    if (event->kind != BANK_PROPOSAL_APPROVED || approval->command == NO_COMMAND)
        return false;
    command_fill(command, approval);
    return true;
}

bool approval_refused(const struct approval *approval, enum refusal refusal,
                      struct command *command)
{
    const struct saga_row *row = saga_row_from(&approval_rows, (int)approval->state, SAGA_REFUSED);
    if (row == NULL)
        return false;
    command->kind = row->command;
    command->approval_id = approval->id;
    command->refusal = refusal;
    return true;
}

int64_t approval_due_us(const struct approval *approval)
{
    return approval->state == APPROVAL_PROPOSED ? approval->proposal.expires_us : 0;
}

bool approval_deadline(const struct approval *approval, int64_t at_us, struct command *command)
{
    if (approval->state != APPROVAL_PROPOSED || at_us < approval->proposal.expires_us)
        return false;
    command->kind = BANK_EXPIRE_PROPOSAL;
    command->approval_id = approval->id;
    return true;
}

const char *approval_state_name(enum approval_state state)
{
    static const char *const names[APPROVAL_STATE_COUNT] = {
        [APPROVAL_NONE] = "none",         [APPROVAL_PROPOSED] = "proposed",
        [APPROVAL_APPROVED] = "approved", [APPROVAL_FAILED] = "failed",
        [APPROVAL_REJECTED] = "rejected", [APPROVAL_EXPIRED] = "expired",
    };
    return names[state];
}
