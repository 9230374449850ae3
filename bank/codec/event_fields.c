/* SPDX-License-Identifier: MIT */
#include "bank/codec/event_fields.h"

#define FIELD(type, member, name)                                                                  \
    {                                                                                              \
        type, false, name, offsetof(struct event, member), sizeof(((struct event *)0)->member)     \
    }
#define ALWAYS(type, member, name)                                                                 \
    {                                                                                              \
        type, true, name, offsetof(struct event, member), sizeof(((struct event *)0)->member)      \
    }

/* The business day that an event of money counts to. Where older ones have none, event_decode says
 * the day of their time. */
#define BUSINESS_DAY FIELD(FIELD_INT32, day, "day")

static const struct event_field account_opened[] = {
    FIELD(FIELD_TEXT, account_opened.owner, "owner"),
    ALWAYS(FIELD_INT64, account_opened.balance, "balance"),
    FIELD(FIELD_INT64, account_opened.daily_limit, "daily_limit"),
    FIELD(FIELD_INT32, account_opened.daily_count, "daily_count"),
    FIELD(FIELD_LIMIT, account_opened.deposit_limit, "deposit_limit"),
    FIELD(FIELD_LIMIT, account_opened.deposit_daily, "deposit_daily"),
    BUSINESS_DAY,
    { 0 },
};

static const struct event_field owner_renamed[] = {
    FIELD(FIELD_TEXT, owner_renamed.owner, "owner"),
    { 0 },
};

static const struct event_field limits_set[] = {
    ALWAYS(FIELD_INT64, limits_set.daily_limit, "daily_limit"),
    ALWAYS(FIELD_INT32, limits_set.daily_count, "daily_count"),
    FIELD(FIELD_LIMIT, limits_set.deposit_limit, "deposit_limit"),
    FIELD(FIELD_LIMIT, limits_set.deposit_daily, "deposit_daily"),
    { 0 },
};

static const struct event_field card_issued[] = {
    FIELD(FIELD_HEX, card_issued.card, "card"),
    FIELD(FIELD_TEXT, card_issued.masked, "masked"),
    FIELD(FIELD_HEX, card_issued.pin_reference, "pin_reference"),
    { 0 },
};

static const struct event_field card_changed[] = {
    FIELD(FIELD_HEX, card_changed.card, "card"),
    FIELD(FIELD_TEXT, card_changed.reason, "reason"),
    { 0 },
};

static const struct event_field pin_changed[] = {
    FIELD(FIELD_HEX, pin_changed.card, "card"),
    FIELD(FIELD_HEX, pin_changed.pin_reference, "pin_reference"),
    { 0 },
};

static const struct event_field cash_code_issued[] = {
    FIELD(FIELD_HEX, cash_code_issued.card, "card"),
    FIELD(FIELD_TEXT, cash_code_issued.masked, "masked"),
    FIELD(FIELD_HEX, cash_code_issued.pin_reference, "pin_reference"),
    ALWAYS(FIELD_INT64, cash_code_issued.amount, "amount"),
    ALWAYS(FIELD_INT64, cash_code_issued.until_us, "until_us"),
    { 0 },
};

static const struct event_field authorization_confirmed[] = {
    FIELD(FIELD_HEX, authorization.card, "card"),
    { 0 },
};

static const struct event_field authorization_declined[] = {
    FIELD(FIELD_HEX, authorization.card, "card"),
    FIELD(FIELD_REFUSAL, authorization.refusal, "refusal"),
    ALWAYS(FIELD_INT32, authorization.tries_left, "tries_left"),
    { 0 },
};

static const struct event_field money_moved[] = {
    ALWAYS(FIELD_INT64, money_moved.amount, "amount"),
    ALWAYS(FIELD_INT64, money_moved.old_balance, "old_balance"),
    ALWAYS(FIELD_INT64, money_moved.new_balance, "new_balance"),
    FIELD(FIELD_UUID, money_moved.teller_id, "teller_id"),
    FIELD(FIELD_INT64, money_moved.withdrawn_at_us, "withdrawn_at_us"),
    FIELD(FIELD_BOOL, money_moved.in_full, "in_full"),
    BUSINESS_DAY,
    { 0 },
};

static const struct event_field teller_changed[] = {
    FIELD(FIELD_TEXT, teller_changed.reason, "reason"),
    { 0 },
};

static const struct event_field key_changed[] = {
    ALWAYS(FIELD_HEX, teller_changed.key_check, "key_check"),
    { 0 },
};

static const struct event_field money_deposited[] = {
    ALWAYS(FIELD_INT64, money_moved.amount, "amount"),
    ALWAYS(FIELD_INT64, money_moved.old_balance, "old_balance"),
    ALWAYS(FIELD_INT64, money_moved.new_balance, "new_balance"),
    FIELD(FIELD_UUID, money_moved.teller_id, "teller_id"),
    FIELD(FIELD_HEX, money_moved.card, "card"),
    BUSINESS_DAY,
    { 0 },
};

static const struct event_field deposit_held[] = {
    ALWAYS(FIELD_INT64, money_moved.amount, "amount"),
    ALWAYS(FIELD_INT64, money_moved.old_balance, "old_balance"),
    ALWAYS(FIELD_INT64, money_moved.new_balance, "new_balance"),
    FIELD(FIELD_UUID, money_moved.teller_id, "teller_id"),
    FIELD(FIELD_REFUSAL, money_moved.refusal, "refusal"),
    BUSINESS_DAY,
    { 0 },
};

static const struct event_field transfer[] = {
    ALWAYS(FIELD_INT64, money_moved.amount, "amount"),
    ALWAYS(FIELD_INT64, money_moved.old_balance, "old_balance"),
    ALWAYS(FIELD_INT64, money_moved.new_balance, "new_balance"),
    FIELD(FIELD_UUID, money_moved.other_id, "other_account_id"),
    FIELD(FIELD_UUID, money_moved.teller_id, "teller_id"),
    FIELD(FIELD_REFUSAL, money_moved.refusal, "refusal"),
    BUSINESS_DAY,
    { 0 },
};

static const struct event_field transfer_declined[] = {
    ALWAYS(FIELD_INT64, money_moved.amount, "amount"),
    FIELD(FIELD_UUID, money_moved.other_id, "other_account_id"),
    FIELD(FIELD_UUID, money_moved.teller_id, "teller_id"),
    FIELD(FIELD_REFUSAL, money_moved.refusal, "refusal"),
    { 0 },
};

static const struct event_field nothing[] = { { 0 } };

static const struct event_field replenished[] = {
    FIELD(FIELD_NOTES, cassettes.notes, "notes"),
    FIELD(FIELD_INT32, cassettes.cassette, "cassette"),
    BUSINESS_DAY,
    { 0 },
};

static const struct event_field cassette_swapped[] = {
    ALWAYS(FIELD_INT32, cash.cassette, "cassette"),
    FIELD(FIELD_TEXT, cash.removed_box, "removed_box"),
    FIELD(FIELD_NOTES, cash.removed, "removed"),
    FIELD(FIELD_TOTALS, cash.difference, "difference"),
    FIELD(FIELD_TEXT, cash.box, "box"),
    FIELD(FIELD_NOTES, cash.notes, "notes"),
    FIELD(FIELD_NOTES, cash.marks, "low_marks"),
    FIELD(FIELD_TEXT, cash.reason, "reason"),
    BUSINESS_DAY,
    { 0 },
};

static const struct event_field cassettes_counted[] = {
    FIELD(FIELD_INT32, cash.cassette, "cassette"),
    FIELD(FIELD_NOTES, cash.notes, "notes"),
    FIELD(FIELD_NOTES, cash.expected, "expected"),
    FIELD(FIELD_NOTES, cash.promised, "promised"),
    FIELD(FIELD_TOTALS, cash.difference, "difference"),
    FIELD(FIELD_TEXT, cash.reason, "reason"),
    BUSINESS_DAY,
    { 0 },
};

static const struct event_field bin_emptied[] = {
    ALWAYS(FIELD_TEXT, cash.bin, "bin"),
    FIELD(FIELD_NOTES, cash.removed, "removed"),
    FIELD(FIELD_TOTALS, cash.difference, "difference"),
    FIELD(FIELD_TEXT, cash.reason, "reason"),
    BUSINESS_DAY,
    { 0 },
};

static const struct event_field low_mark_set[] = {
    ALWAYS(FIELD_INT32, cash.cassette, "cassette"),
    ALWAYS(FIELD_INT32, cash.low_mark, "low_mark"),
    FIELD(FIELD_NOTES, cash.marks, "low_marks"),
    { 0 },
};

static const struct event_field provisioned[] = {
    FIELD(FIELD_NOTES, cassettes.notes, "notes"),
    FIELD(FIELD_INT32, cassettes.deposit_capacity, "deposit_capacity"),
    BUSINESS_DAY,
    { 0 },
};

static const struct event_field capacity_set[] = {
    ALWAYS(FIELD_INT32, cassettes.deposit_capacity, "deposit_capacity"),
    { 0 },
};

static const struct event_field signed_on[] = {
    FIELD(FIELD_NOTES, cassettes.notes, "notes"),
    ALWAYS(FIELD_BOOL, cassettes.agrees, "agrees"),
    FIELD(FIELD_NOTES, cassettes.expected, "expected"),
    FIELD(FIELD_NOTES, cassettes.promised, "promised"),
    FIELD(FIELD_UUID, cassettes.run, "run"),
    { 0 },
};

static const struct event_field day_closed[] = {
    ALWAYS(FIELD_INT32, day, "day"),
    FIELD(FIELD_BOOL, day_closed.by_machine, "by_machine"),
    FIELD(FIELD_INT64, day_closed.totals.withdrawals, "withdrawals"),
    FIELD(FIELD_INT64, day_closed.totals.declined, "declined"),
    FIELD(FIELD_INT64, day_closed.totals.suspect, "suspect"),
    FIELD(FIELD_INT64, day_closed.totals.dispensed, "dispensed"),
    FIELD(FIELD_INT64, day_closed.totals.reversed, "reversed"),
    FIELD(FIELD_INT64, day_closed.totals.deposits, "deposits"),
    FIELD(FIELD_INT64, day_closed.totals.deposited, "deposited"),
    FIELD(FIELD_INT64, day_closed.totals.reversals, "reversals"),
    FIELD(FIELD_INT64, day_closed.totals.deposits_declined, "deposits_declined"),
    FIELD(FIELD_DAY_REPORT, day_closed, "report"),
    { 0 },
};

static const struct event_field withdrawal[] = {
    FIELD(FIELD_UUID, withdrawal.account_id, "account_id"),
    FIELD(FIELD_INT64, withdrawal.amount, "amount"),
    FIELD(FIELD_REFUSAL, withdrawal.refusal, "refusal"),
    FIELD(FIELD_NOTES, withdrawal.notes, "notes"),
    FIELD(FIELD_NOTES, withdrawal.where.taken, "taken"),
    FIELD(FIELD_NOTES, withdrawal.where.rejected, "rejected"),
    FIELD(FIELD_NOTES, withdrawal.where.retracted, "retracted"),
    FIELD(FIELD_NOTES, withdrawal.where.returned, "returned"),
    FIELD(FIELD_INT64, withdrawal.confirm_by_us, "confirm_by_us"),
    FIELD(FIELD_TEXT, withdrawal.reason, "reason"),
    BUSINESS_DAY,
    { 0 },
};

static const struct event_field withdrawal_initiated[] = {
    FIELD(FIELD_UUID, withdrawal.account_id, "account_id"),
    FIELD(FIELD_INT64, withdrawal.amount, "amount"),
    FIELD(FIELD_NOTES, withdrawal.notes, "notes"),
    FIELD(FIELD_TEXT, withdrawal.journal, "journal"),
    { 0 },
};

static const struct event_field deposit_initiated[] = {
    FIELD(FIELD_UUID, deposit.account_id, "account_id"),
    FIELD(FIELD_HEX, deposit.card, "card"),
    FIELD(FIELD_TEXT, deposit.journal, "journal"),
    { 0 },
};

static const struct event_field sign_on_refused[] = {
    FIELD(FIELD_REFUSAL, cassettes.refusal, "refusal"),
    FIELD(FIELD_UUID, cassettes.run, "run"),
    FIELD(FIELD_NOTES, cassettes.notes, "notes"),
    FIELD(FIELD_NOTES, cassettes.expected, "expected"),
    FIELD(FIELD_NOTES, cassettes.promised, "promised"),
    { 0 },
};

static const struct event_field withdrawal_suspected[] = {
    FIELD(FIELD_UUID, withdrawal.account_id, "account_id"),
    FIELD(FIELD_INT64, withdrawal.amount, "amount"),
    FIELD(FIELD_REFUSAL, withdrawal.refusal, "refusal"),
    FIELD(FIELD_NOTES, withdrawal.notes, "unknown"),
    FIELD(FIELD_NOTES, withdrawal.where.taken, "taken"),
    FIELD(FIELD_NOTES, withdrawal.where.rejected, "rejected"),
    FIELD(FIELD_NOTES, withdrawal.where.retracted, "retracted"),
    FIELD(FIELD_NOTES, withdrawal.where.returned, "returned"),
    FIELD(FIELD_TEXT, withdrawal.reason, "reason"),
    BUSINESS_DAY,
    { 0 },
};

static const struct event_field dispense_disputed[] = {
    FIELD(FIELD_UUID, withdrawal.account_id, "account_id"),
    FIELD(FIELD_INT64, withdrawal.amount, "amount"),
    FIELD(FIELD_REFUSAL, withdrawal.refusal, "refusal"),
    FIELD(FIELD_TEXT, withdrawal.outcome, "outcome"),
    FIELD(FIELD_NOTES, withdrawal.where.taken, "taken"),
    FIELD(FIELD_NOTES, withdrawal.where.rejected, "rejected"),
    FIELD(FIELD_NOTES, withdrawal.where.retracted, "retracted"),
    FIELD(FIELD_NOTES, withdrawal.notes, "uncounted"),
    FIELD(FIELD_TEXT, withdrawal.reason, "reason"),
    BUSINESS_DAY,
    { 0 },
};

static const struct event_field deposit_disputed[] = {
    FIELD(FIELD_UUID, deposit.account_id, "account_id"),
    FIELD(FIELD_INT64, deposit.amount, "amount"),
    FIELD(FIELD_NOTES, deposit.notes, "notes"),
    FIELD(FIELD_REFUSAL, deposit.refusal, "refusal"),
    FIELD(FIELD_TEXT, deposit.outcome, "outcome"),
    FIELD(FIELD_TEXT, deposit.reason, "reason"),
    BUSINESS_DAY,
    { 0 },
};

static const struct event_field deposit[] = {
    FIELD(FIELD_UUID, deposit.account_id, "account_id"),
    FIELD(FIELD_INT64, deposit.amount, "amount"),
    FIELD(FIELD_NOTES, deposit.notes, "notes"),
    FIELD(FIELD_REFUSAL, deposit.refusal, "refusal"),
    FIELD(FIELD_TEXT, deposit.reason, "reason"),
    FIELD(FIELD_HEX, deposit.card, "card"),
    BUSINESS_DAY,
    { 0 },
};

static const struct event_field incident[] = {
    ALWAYS(FIELD_TEXT, incident.name, "incident"),
    ALWAYS(FIELD_INT32, incident.count, "count"),
    { 0 },
};

static const struct event_field authentication_suspended[] = {
    ALWAYS(FIELD_INT32, authentication_suspended.failures, "failures"),
    ALWAYS(FIELD_INT64, authentication_suspended.until_us, "until_us"),
    { 0 },
};

static const struct event_field act[] = {
    ALWAYS(FIELD_TEXT, act.name, "act"),
    FIELD(FIELD_TEXT, act.subject, "subject"),
    FIELD(FIELD_TEXT, act.reason, "reason"),
    { 0 },
};

static const struct event_field command_proposed[] = {
    ALWAYS(FIELD_TEXT, proposal.command, "command"),
    ALWAYS(FIELD_TEXT, proposal.proposer, "proposer"),
    ALWAYS(FIELD_INT64, proposal.expires_us, "expires_us"),
    FIELD(FIELD_UUID, proposal.account_id, "account_id"),
    FIELD(FIELD_UUID, proposal.teller_id, "teller_id"),
    FIELD(FIELD_UUID, proposal.withdrawal_id, "withdrawal_id"),
    FIELD(FIELD_UUID, proposal.deposit_id, "deposit_id"),
    FIELD(FIELD_UUID, proposal.to_account_id, "to_account_id"),
    FIELD(FIELD_INT64, proposal.amount, "amount"),
    FIELD(FIELD_TEXT, proposal.outcome, "outcome"),
    FIELD(FIELD_NOTES, proposal.notes, "notes"),
    FIELD(FIELD_NOTES, proposal.taken, "taken"),
    FIELD(FIELD_NOTES, proposal.rejected, "rejected"),
    FIELD(FIELD_NOTES, proposal.retracted, "retracted"),
    FIELD(FIELD_TEXT, proposal.reason, "reason"),
    FIELD(FIELD_HEX, proposal.key_check, "key_check"),
    FIELD(FIELD_INT32, proposal.deposit_capacity, "deposit_capacity"),
    { 0 },
};

static const struct event_field proposal_decided[] = {
    FIELD(FIELD_TEXT, proposal_decided.reason, "reason"),
    FIELD(FIELD_REFUSAL, proposal_decided.refusal, "refusal"),
    { 0 },
};

static const struct event_field log_loss[] = {
    ALWAYS(FIELD_INT64, log_loss.known_position, "known_position"),
    FIELD(FIELD_HEX, log_loss.known_hash, "known_hash"),
    ALWAYS(FIELD_INT64, log_loss.found_position, "found_position"),
    FIELD(FIELD_HEX, log_loss.found_hash, "found_hash"),
    { 0 },
};

static const struct event_field *const lists[EVENT_KIND_COUNT] = {
#define X(enumerator, type, fields, movement) fields,
    EVENT_TABLE(X)
#undef X
};

const struct event_field *event_fields(enum event_kind kind)
{
    return lists[kind];
}

bool event_is_dated(enum event_kind kind)
{
    const struct event_field *field = lists[kind];
    while (field->type != FIELD_END && field->offset != offsetof(struct event, day))
        field++;
    return field->type != FIELD_END;
}
