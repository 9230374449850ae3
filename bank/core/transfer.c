/* SPDX-License-Identifier: MIT */
/*
 * The transfer saga. Invariants:
 *
 *   1. Exactly one end: completed, returned or declined. No row leads out of an end.
 *   2. The target is credited only what the source holds for it, and the source
 *      gives it up only once the target has it.
 *   3. An event that no row expects changes no state; what it moves is added up all
 *      the same, so that transfer_wrong finds it.
 */
#include "bank/core/transfer.h"

static const struct saga_row rows[] = {
    { TRANSFER_NONE, TRANSFERS_TRANSFER_INITIATED, TRANSFER_INITIATED, TRANSFERS_CREDIT_TRANSFER,
      "held at the source: the target is to take it" },
    { TRANSFER_NONE, TRANSFERS_TRANSFER_DECLINED, TRANSFER_DECLINED, NO_COMMAND,
      "refused by the source before any money moved" },
    { TRANSFER_INITIATED, TRANSFERS_TRANSFER_CREDITED, TRANSFER_CREDITED,
      TRANSFERS_COMPLETE_TRANSFER, "the target has it: it leaves the source" },
    { TRANSFER_INITIATED, SAGA_REFUSED, TRANSFER_INITIATED, TRANSFERS_RETURN_TRANSFER,
      "the target cannot take it" },
    { TRANSFER_INITIATED, TRANSFERS_TRANSFER_RETURNED, TRANSFER_RETURNED, NO_COMMAND,
      "available at the source again" },
    { TRANSFER_CREDITED, TRANSFERS_TRANSFER_COMPLETED, TRANSFER_COMPLETED, NO_COMMAND,
      "off the source" },
};

const struct saga_rows transfer_rows = { rows, sizeof rows / sizeof rows[0] };

/* ---- folding ---- */

static bool is_end(enum transfer_state state)
{
    return state == TRANSFER_COMPLETED || state == TRANSFER_RETURNED || state == TRANSFER_DECLINED;
}

static bool is_of_transfer(enum event_kind kind)
{
    return kind == TRANSFERS_TRANSFER_INITIATED || kind == TRANSFERS_TRANSFER_CREDITED ||
           kind == TRANSFERS_TRANSFER_COMPLETED || kind == TRANSFERS_TRANSFER_RETURNED ||
           kind == TRANSFERS_TRANSFER_DECLINED;
}

static void add_up(struct transfer *transfer, const struct event *event)
{
    const money amount = event->money_moved.amount;
    const struct movement *movement = event_movement(event->kind);
    transfer->held += movement->held * amount;
    transfer->taken += movement->balance < 0 ? amount : 0;
    transfer->given += movement->balance > 0 ? amount : 0;
    transfer->ends +=
        event->kind != TRANSFERS_TRANSFER_INITIATED && event->kind != TRANSFERS_TRANSFER_CREDITED;
}

/* Of the events for which there is a row. */
static void apply_content(struct transfer *transfer, const struct event *event)
{
    if (transfer->state == TRANSFER_NONE) {
        transfer->account_id = event->stream_id;
        transfer->target_id = event->money_moved.other_id;
        transfer->teller_id = event->money_moved.teller_id;
        transfer->amount = event->money_moved.amount;
        transfer->initiated_us = event->at_us;
    }
    transfer->refusal = event->money_moved.refusal;
}

void transfer_apply(struct transfer *transfer, const struct event *event)
{
    if (!is_of_transfer(event->kind))
        return;
    const struct saga_row *row =
        saga_row_from(&transfer_rows, (int)transfer->state, (int)event->kind);
    transfer->id = event->correlation_id;
    add_up(transfer, event);
    if (row == NULL)
        return;
    apply_content(transfer, event);
    transfer->state = (enum transfer_state)row->to;
    if (is_end(transfer->state))
        transfer->ended_us = event->at_us;
}

bool transfer_ended(const struct transfer *transfer)
{
    return is_end(transfer->state);
}

/* ---- the process manager ---- */

static bool command_of(const struct transfer *transfer, const struct saga_row *row,
                       struct command *command)
{
    if (row == NULL || row->command == NO_COMMAND)
        return false;
    const bool to_target = row->command == TRANSFERS_CREDIT_TRANSFER;
    command->kind = row->command;
    command->transfer_id = transfer->id;
    command->account_id = to_target ? transfer->target_id : transfer->account_id;
    command->other_id = to_target ? transfer->account_id : transfer->target_id;
    command->amount = transfer->amount;
    if (!to_target) /* which machine the sender stood at does not concern the target */
        command->teller_id = transfer->teller_id;
    return true;
}

bool transfer_react(const struct transfer *transfer, const struct event *event,
                    struct command *command)
{
    return command_of(
        transfer, saga_row_into(&transfer_rows, (int)transfer->state, (int)event->kind), command);
}

enum refusal transfer_refusal(enum refusal refusal)
{
    const bool gone = refusal == REFUSED_NO_SUCH_ACCOUNT || refusal == REFUSED_ACCOUNT_CLOSED;
    return gone ? REFUSED_NO_SUCH_RECEIVER : refusal;
}

bool transfer_refused(const struct transfer *transfer, enum refusal refusal,
                      struct command *command)
{
    command->refusal = transfer_refusal(refusal);
    return command_of(transfer, saga_row_from(&transfer_rows, (int)transfer->state, SAGA_REFUSED),
                      command);
}

/* ---- checking, naming ---- */

const char *transfer_wrong(const struct transfer *transfer)
{
    if (transfer->ends > 1)
        return "it has more than one end";
    if (transfer->ends == 0 && !uuid_is_nil(&transfer->id))
        return "it has stopped halfway";
    if (transfer->held != 0)
        return "what was held at the source is neither gone nor available again";
    if (transfer->taken != transfer->given)
        return "what left the source is not what the target was given";
    if (transfer->given != (transfer->state == TRANSFER_COMPLETED ? transfer->amount : 0))
        return "the target was given another amount than the transfer's";
    return NULL;
}

const char *transfer_state_name(enum transfer_state state)
{
    static const char *const names[TRANSFER_STATE_COUNT] = {
        [TRANSFER_NONE] = "none",         [TRANSFER_INITIATED] = "initiated",
        [TRANSFER_CREDITED] = "credited", [TRANSFER_COMPLETED] = "completed",
        [TRANSFER_RETURNED] = "returned", [TRANSFER_DECLINED] = "declined",
    };
    return names[state];
}
