/* SPDX-License-Identifier: MIT */
/*
 * One function a command writes what its reply has beside the common fields;
 * one writes what a refusal adds. No allocation: the writer fills the caller's
 * buffer, and every text in here is bounded.
 *
 * A reply is kept for ever under its command's id. So nothing in it may depend
 * on anything but the command, the states after it and its event.
 */
#include "bank/engine/reply.h"

#include "bank/engine/reply_time.h"
#include "shared/currency.h"
#include "shared/hex.h"
#include "shared/json.h"
#include "shared/note_mix.h"
#include "shared/wire.h"

#include <assert.h>

#define SECOND_US INT64_C(1000000)

/* ---- what an accepted command adds ------------------------------------------ */

/* The cassettes as the next withdrawal finds them. */
static void write_cassettes(struct json_writer *writer, const struct outcome *outcome)
{
    if (outcome->teller == NULL)
        return;
    struct notes available = teller_available(outcome->teller);
    json_write_notes(writer, "cassettes", &available);
}

/* What was counted since the machine last agreed, so that it may take it over. */
static void write_count(struct json_writer *writer, const struct teller *teller)
{
    const struct notes available = teller_available(teller);
    struct notes counted = teller->recounted;
    if (counted.length == 0)
        return;
    for (uint32_t i = 0; i < counted.length; i++)
        counted.item[i].count = notes_of(&available, counted.item[i].denomination);
    json_open_object(writer, "count");
    json_write_uuid(writer, "id", &teller->count_id);
    json_write_notes(writer, "cassettes", &counted);
    json_close_object(writer);
}

/* What is in that cassette, promised notes included. */
static void write_box(struct json_writer *writer, const struct teller *teller, int32_t number)
{
    const struct cassette *cassette = cassettes_find(&teller->boxes, number);
    if (cassette == NULL)
        return;
    const int32_t in_all = notes_of(&teller->cassettes, cassette->denomination);
    json_open_object(writer, "in_cassette");
    json_write_integer(writer, "cassette", number);
    if (cassette->box[0] != '\0')
        json_write_string(writer, "box", cassette->box);
    json_write_integer(writer, "denomination", cassette->denomination);
    json_write_integer(writer, "count", cassettes_holds(&teller->boxes, number, in_all));
    json_write_integer(writer, "low_mark", cassette->low_mark);
    json_close_object(writer);
}

/* With what a count, a swap or an emptied bin showed beyond the books. */
static void write_cash(struct json_writer *writer, const struct command *command,
                       const struct outcome *outcome)
{
    json_write_uuid(writer, "teller_id", &command->teller_id);
    write_cassettes(writer, outcome);
    if (outcome->teller != NULL && command->cassette != 0)
        write_box(writer, outcome->teller, command->cassette);
    if (outcome->event != NULL && command->kind != TELLER_SET_LOW_MARK)
        json_write_totals(writer, "difference", &outcome->event->cash.difference);
}

static void write_account_id(struct json_writer *writer, const struct command *command,
                             const struct outcome *outcome)
{
    json_write_uuid(writer, "account_id",
                    outcome->account != NULL ? &outcome->account->id : &command->account_id);
}

/* The keyed token in the form of a uuid: it names the card and tells nothing of its number. */
static void write_card_id(struct json_writer *writer,
                          const unsigned char token[static CARD_TOKEN_LENGTH])
{
    struct uuid id;
    memcpy(id.bytes, token, sizeof id.bytes);
    json_write_uuid(writer, "card_id", &id);
}

static void write_cash_code(struct json_writer *writer, const struct command *command,
                            const struct outcome *outcome)
{
    json_write_string(writer, "cash_code", command->code_masked);
    write_card_id(writer, command->cash_code);
    json_write_integer(writer, "amount", command->amount);
    if (outcome->account != NULL)
        reply_time(writer, "until", outcome->account->code.until_us);
}

/* Whoever withdraws with a cash code hears nothing of the account. */
static bool by_cash_code(const struct command *command, const struct outcome *outcome)
{
    return command->kind == TELLER_INITIATE_WITHDRAWAL && outcome->account != NULL &&
           account_card(outcome->account, command->card) == NULL;
}

static void write_sign_on(struct json_writer *writer, const struct command *command,
                          const struct outcome *outcome)
{
    if (outcome->teller != NULL)
        reply_date(writer, "business_day", outcome->teller->business_day);
    write_cassettes(writer, outcome);
    if (outcome->teller != NULL && outcome->teller->journal[0] != '\0')
        json_write_string(writer, "journal", outcome->teller->journal);
    json_write_integer(writer, "note_limit", NOTE_MIX_LIMIT);
    json_write_string(writer, "currency", CURRENCY);
    json_write_integer(writer, "confirm_within_s", command->confirm_within_us / SECOND_US);
    if (command->lab)
        json_write_boolean(writer, "lab", true);
    json_write_boolean(writer, "agrees",
                       outcome->event == NULL || outcome->event->cassettes.agrees);
    if (outcome->teller != NULL && outcome->event != NULL && !outcome->event->cassettes.agrees)
        write_count(writer, outcome->teller);
}

static void write_cut_over(struct json_writer *writer, const struct outcome *outcome)
{
    if (outcome->teller != NULL)
        reply_date(writer, "business_day", outcome->teller->business_day);
    if (outcome->event == NULL)
        return;
    const struct day_totals *totals = &outcome->event->day_closed.totals;
    reply_date(writer, "closed_day", outcome->event->day);
    json_open_object(writer, "totals");
    json_write_integer(writer, "withdrawals", totals->withdrawals);
    json_write_integer(writer, "dispensed", totals->dispensed);
    json_write_integer(writer, "reversed", totals->reversed);
    json_write_integer(writer, "declined", totals->declined);
    json_write_integer(writer, "suspect", totals->suspect);
    json_write_integer(writer, "deposits", totals->deposits);
    json_write_integer(writer, "deposited", totals->deposited);
    json_close_object(writer);
}

static void write_withdrawal(struct json_writer *writer, const struct command *command,
                             const struct outcome *outcome)
{
    json_write_uuid(writer, "withdrawal_id", &command->withdrawal_id);
    if (outcome->saga == NULL)
        return;
    const struct withdrawal *withdrawal = &outcome->saga->withdrawal;
    json_write_integer(writer, "amount", withdrawal->amount);
    json_write_notes(writer, "notes", &withdrawal->notes);
    if (!by_cash_code(command, outcome))
        json_write_integer(writer, "balance", withdrawal->balance);
    reply_time(writer, "confirm_by", withdrawal->confirm_by_us);
}

static void write_advice(struct json_writer *writer, const struct command *command,
                         const struct outcome *outcome)
{
    json_write_uuid(writer, "withdrawal_id", &command->withdrawal_id);
    if (outcome->saga == NULL)
        return;
    const struct withdrawal *withdrawal = &outcome->saga->withdrawal;
    json_write_string(writer, "state", withdrawal_state_name(withdrawal->state));
    json_write_integer(writer, "reversed", withdrawal->reversed);
}

/* The amount once the machine holds the notes; the balance once the account has their value, and
 * why it is held. */
static void write_deposit(struct json_writer *writer, const struct command *command,
                          const struct outcome *outcome)
{
    json_write_uuid(writer, "deposit_id", &command->deposit_id);
    if (outcome->saga == NULL)
        return;
    const struct deposit *deposit = &outcome->saga->deposit;
    json_write_string(writer, "state", deposit_state_name(deposit->state));
    if (command->kind == TELLER_INITIATE_DEPOSIT)
        return;
    json_write_integer(writer, "amount", deposit->amount);
    if (deposit->state == DEPOSIT_HELD)
        json_write_string(writer, "review", refusal_name(deposit->refusal));
    if (deposit->state == DEPOSIT_COMPLETED || deposit->state == DEPOSIT_HELD)
        json_write_integer(writer, "balance", deposit->balance);
}

static void write_balance_enquiry(struct json_writer *writer, const struct command *command,
                                  const struct outcome *outcome)
{
    if (outcome->account != NULL) {
        json_write_integer(writer, "balance", outcome->account->balance);
        json_write_integer(writer, "available",
                           account_available(outcome->account, command->at_us));
        if (outcome->account->held > 0)
            json_write_integer(writer, "held", outcome->account->held);
    }
    write_account_id(writer, command, outcome);
}

/* The last first; the balance after each is the one before what came after it. */
static void write_movements(struct json_writer *writer, const struct command *command,
                            const struct outcome *outcome)
{
    const struct account *account = outcome->account;
    const struct past_movement *movement;
    money balance = account != NULL ? account->balance : 0;
    json_write_integer(writer, "balance", balance);
    json_open_array(writer, "movements");
    for (int i = 0; account != NULL && (movement = account_movement(account, i)) != NULL; i++) {
        json_open_object(writer, NULL);
        reply_time(writer, "at", movement->at_s * SECOND_US);
        json_write_string(writer, "kind", movement_word(movement->kind));
        json_write_integer(writer, "amount", movement->change);
        json_write_integer(writer, "balance", balance);
        json_close_object(writer);
        balance -= movement->change;
    }
    json_close_array(writer);
    write_account_id(writer, command, outcome);
}

static void write_transfer(struct json_writer *writer, const struct command *command,
                           const struct outcome *outcome)
{
    json_write_uuid(writer, "transfer_id", &command->transfer_id);
    json_write_integer(writer, "amount", command->amount);
    if (outcome->account == NULL)
        return;
    json_write_integer(writer, "balance", outcome->account->balance);
    json_write_integer(writer, "available", account_available(outcome->account, command->at_us));
}

static void write_key_check(struct json_writer *writer, const struct command *command)
{
    char text[KEY_CHECK_BYTES * 2 + 1];
    hex_encode_upper(command->key_check, KEY_CHECK_BYTES, text);
    json_write_string(writer, "key_check", text);
}

/* Of a key that is replaced or withdrawn also whose, and which: the server acts on it. */
static void write_proposal(struct json_writer *writer, const struct command *command,
                           const struct outcome *outcome)
{
    struct command key = { 0 };
    json_write_uuid(writer, "proposal_id", &command->approval_id);
    if (outcome->saga == NULL)
        return;
    const struct approval *approval = &outcome->saga->approval;
    json_write_string(writer, "state", approval_state_name(approval->state));
    json_write_string(writer, "proposed", approval->proposal.command);
    json_write_string(writer, "proposer", approval->proposal.proposer);
    reply_time(writer, "expires", approval->proposal.expires_us);
    if (approval->command != TELLER_REPLACE_KEY && approval->command != TELLER_WITHDRAW_KEY)
        return;
    memcpy(key.key_check, approval->proposal.key_check, sizeof key.key_check);
    json_write_uuid(writer, "teller_id", &approval->teller_id);
    write_key_check(writer, &key);
}

static void write_accepted(struct json_writer *writer, const struct command *command,
                           const struct outcome *outcome)
{
    switch (command->kind) {
    case TELLER_SIGN_ON:
        write_sign_on(writer, command, outcome);
        break;
    case ACCOUNTS_ENQUIRE_BALANCE:
        write_balance_enquiry(writer, command, outcome);
        break;
    case ACCOUNTS_ENQUIRE_MOVEMENTS:
        write_movements(writer, command, outcome);
        break;
    case TELLER_INITIATE_WITHDRAWAL:
        write_withdrawal(writer, command, outcome);
        break;
    case TELLER_CONFIRM_DISPENSE:
    case TELLER_RESOLVE_WITHDRAWAL:
        write_advice(writer, command, outcome);
        break;
    case TELLER_INITIATE_DEPOSIT:
    case TELLER_CONFIRM_DEPOSIT:
    case TELLER_RESOLVE_DEPOSIT:
        write_deposit(writer, command, outcome);
        break;
    case TELLER_PROVISION:
        json_write_uuid(writer, "teller_id", &command->teller_id);
        write_cassettes(writer, outcome);
        break;
    case TELLER_REPLENISH_CASSETTES:
        write_cassettes(writer, outcome);
        break;
    case TELLER_SWAP_CASSETTE:
    case TELLER_COUNT_CASSETTES:
    case TELLER_EMPTY_BIN:
    case TELLER_SET_LOW_MARK:
        write_cash(writer, command, outcome);
        break;
    case TELLER_CUT_OVER:
        write_cut_over(writer, outcome);
        break;
    case ACCOUNTS_DEPOSIT_MONEY:
    case ACCOUNTS_WITHDRAW_MONEY:
        write_account_id(writer, command, outcome);
        if (outcome->account != NULL)
            json_write_integer(writer, "balance", outcome->account->balance);
        break;
    case ACCOUNTS_ISSUE_CARD:
        write_account_id(writer, command, outcome);
        json_write_string(writer, "card", command->masked);
        write_card_id(writer, command->card);
        break;
    case ACCOUNTS_ISSUE_CASH_CODE:
        write_account_id(writer, command, outcome);
        write_cash_code(writer, command, outcome);
        break;
    case ACCOUNTS_CHANGE_PIN:
    case ACCOUNTS_OPEN_ACCOUNT:
    case ACCOUNTS_SET_LIMITS:
    case ACCOUNTS_CLOSE_ACCOUNT:
    case ACCOUNTS_ERASE_OWNER:
    case ACCOUNTS_RENAME_OWNER:
    case ACCOUNTS_BLOCK_CARD:
    case ACCOUNTS_UNBLOCK_CARD:
        write_account_id(writer, command, outcome);
        break;
    case TELLER_REPORT_INCIDENT:
        json_write_string(writer, "incident", incident_name(command->incident));
        break;
    case TELLER_BAR:
    case TELLER_UNBAR:
    case TELLER_SET_DEPOSIT_CAPACITY:
        json_write_uuid(writer, "teller_id", &command->teller_id);
        break;
    case TELLER_REPLACE_KEY:
    case TELLER_WITHDRAW_KEY:
        json_write_uuid(writer, "teller_id", &command->teller_id);
        write_key_check(writer, command);
        break;
    case TRANSFERS_INITIATE_TRANSFER:
    case TRANSFERS_MAKE_TRANSFER:
        write_transfer(writer, command, outcome);
        break;
    case TELLER_WITHDRAW_MONEY: /* the bank's own steps, which nobody reads the reply of */
    case TELLER_SUSPECT_WITHDRAWAL:
    case TELLER_SUSPECT_DEPOSIT:
    case TELLER_SUSPEND_AUTHENTICATION:
    case TELLER_RESUME_AUTHENTICATION:
    case BANK_PROPOSE_COMMAND:
    case BANK_APPROVE_PROPOSAL:
    case BANK_REJECT_PROPOSAL:
        write_proposal(writer, command, outcome);
        break;
    case BANK_EXPIRE_PROPOSAL:
    case BANK_FAIL_PROPOSAL:
    case BANK_RECORD_ACT:
    case BANK_ACCEPT_LOG_LOSS:
    case ACCOUNTS_RELEASE_DEPOSIT:
    case ACCOUNTS_RETURN_DEPOSIT:
    case ACCOUNTS_CONFIRM_AUTHORIZATION:
    case ACCOUNTS_REVERSE_WITHDRAWAL:
    case TRANSFERS_CREDIT_TRANSFER:
    case TRANSFERS_COMPLETE_TRANSFER:
    case TRANSFERS_RETURN_TRANSFER:
    case COMMAND_KIND_COUNT:
        break;
    }
}

/* ---- what a refusal adds ---------------------------------------------------- */

static void write_nearest(struct json_writer *writer, const struct command *command,
                          const struct outcome *outcome)
{
    money below = 0, above = 0;
    if (outcome->teller != NULL) {
        struct notes available = teller_available(outcome->teller);
        note_mix_nearest(&available, command->amount, NOTE_MIX_LIMIT, &below, &above);
    }
    json_write_integer(writer, "below", below);
    json_write_integer(writer, "above", above);
}

static void write_refused(struct json_writer *writer, const struct command *command,
                          const struct outcome *outcome)
{
    const struct account *account = outcome->account;
    if (outcome->refusal == REFUSED_OUT_OF_CASH || outcome->refusal == REFUSED_NOT_PAYABLE)
        write_nearest(writer, command, outcome);
    if (outcome->refusal == REFUSED_CUT_OVER_TOO_EARLY && outcome->teller != NULL)
        reply_date(writer, "business_day", outcome->teller->business_day);
    if (outcome->refusal == REFUSED_COUNTS_DIFFER && outcome->teller != NULL) {
        write_cassettes(writer, outcome);
        write_count(writer, outcome->teller);
    }
    if (account == NULL)
        return;
    const bool code = by_cash_code(command, outcome);
    if (outcome->refusal == REFUSED_INSUFFICIENT_FUNDS && !code) {
        json_write_integer(writer, "balance", account->balance);
        if (account->held > 0)
            json_write_integer(writer, "held", account->held);
    }
    if (outcome->refusal == REFUSED_DAILY_LIMIT && !code)
        json_write_integer(writer, "available", account_available(account, command->at_us));
    if (outcome->refusal == REFUSED_CASH_CODE_AMOUNT)
        json_write_integer(writer, "available", account->code.amount);
    if (outcome->refusal == REFUSED_WRONG_PIN) {
        const struct card *card = account_card(account, command->card);
        json_write_integer(writer, "tries_left",
                           PIN_TRIES -
                               (card != NULL ? card->wrong_pins : account->code.wrong_pins));
    }
}

/* ---- a whole reply ---------------------------------------------------------- */

static void write_head(struct json_writer *writer, const struct uuid *id, enum refusal refusal,
                       const char *message)
{
    json_open_object(writer, NULL);
    json_write_integer(writer, "v", WIRE_VERSION);
    if (id != NULL)
        json_write_uuid(writer, "id", id);
    else
        json_write_null(writer, "id");
    json_write_boolean(writer, "ok", refusal == NOT_REFUSED);
    json_write_string(writer, "code", refusal_code(refusal));
    if (refusal == NOT_REFUSED)
        return;
    json_write_string(writer, "error", refusal_name(refusal));
    json_write_string(writer, "message", message != NULL ? message : refusal_sentence(refusal));
}

static size_t finish(struct json_writer *writer)
{
    json_close_object(writer);
    size_t length = json_finish(writer);
    if (length == 0)
        panic("a reply is longer than %d bytes", REPLY_MAX - 1);
    return length;
}

size_t reply_write(char buffer[static REPLY_MAX], const struct command *command,
                   const struct outcome *outcome)
{
    struct json_writer writer;
    json_writer_init(&writer, buffer, REPLY_MAX);
    write_head(&writer, &command->id, outcome->refusal, NULL);
    if (outcome->refusal == NOT_REFUSED)
        write_accepted(&writer, command, outcome);
    else
        write_refused(&writer, command, outcome);
    return finish(&writer);
}

size_t reply_refuse(char buffer[static REPLY_MAX], const struct uuid *id, enum refusal refusal,
                    const char *message, int retry_after_ms)
{
    struct json_writer writer;
    json_writer_init(&writer, buffer, REPLY_MAX);
    /* A message may quote what a client sent, cut off anywhere. */
    if (message != NULL && !json_utf8_valid(message, strlen(message)))
        message = NULL;
    write_head(&writer, id, refusal, message);
    if (retry_after_ms > 0)
        json_write_integer(&writer, "retry_after_ms", retry_after_ms);
    return finish(&writer);
}

size_t reply_mark_eventual(char *line, size_t length)
{
    static const char mark[] = ",\"consistency\":\"eventual\"}";
    static_assert(sizeof mark - 1 <= REPLY_EVENTUAL_MAX, "the mark has room");
    assert(length > 0 && line[length - 1] == '}');
    memcpy(line + length - 1, mark, sizeof mark - 1);
    return length - 1 + sizeof mark - 1;
}
