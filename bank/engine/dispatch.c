/* SPDX-License-Identifier: MIT */
/*
 * Decides one command, and all it causes, into the batch.
 *
 *   execute(command)
 *     decide ── asks? ──▶ execute(the question) ── answer ──▶ decide again
 *     events ──▶ the batch, the aggregate, the withdrawal or deposit
 *     then, for each event, what the process manager wants ──▶ execute(that)
 *
 * So a step of a saga is whole in one batch, and a batch is one transaction.
 * The caches are changed at once and marked with the batch's number; what is
 * not committed is forgotten and read again, never undone.
 */
#include "bank/engine/parts.h"

#include <stdlib.h>

struct run {
    struct engine *engine;
    struct batch_slot *slot;
    const struct request *request;
    struct outcome outcome; /* of the request's own command */
    size_t first_event;     /* of the request's own command; SIZE_MAX: none yet */
    struct process
        *process; /* that it and all it causes are about; NULL: none, or not looked up yet */
};

static enum refusal execute(struct run *run, struct command *command, const struct uuid *parent_id);

/* ---- the batch's buffers ---- */

static void *grown(void *items, size_t size, size_t count, size_t *capacity)
{
    if (count < *capacity)
        return items;
    *capacity = *capacity == 0 ? 256 : *capacity * 2;
    items = realloc(items, *capacity * size);
    if (items == NULL)
        panic("out of memory for a batch");
    return items;
}

static struct event_record *batch_event(struct batch_slot *slot)
{
    struct batch *batch = &slot->batch;
    batch->event =
        grown(batch->event, sizeof *batch->event, batch->event_count, &slot->event_capacity);
    return &batch->event[batch->event_count++];
}

static struct command_record *batch_command(struct batch_slot *slot)
{
    struct batch *batch = &slot->batch;
    batch->command = grown(batch->command, sizeof *batch->command, batch->command_count,
                           &slot->command_capacity);
    return &batch->command[batch->command_count++];
}

static struct snapshot_record *batch_snapshot(struct batch_slot *slot)
{
    struct batch *batch = &slot->batch;
    batch->snapshot = grown(batch->snapshot, sizeof *batch->snapshot, batch->snapshot_count,
                            &slot->snapshot_capacity);
    return &batch->snapshot[batch->snapshot_count++];
}

/* With the event that opens an account, so that there is never one without the other. */
static void batch_data_key(struct batch_slot *slot, const struct data_key *key)
{
    struct batch *batch = &slot->batch;
    batch->data_key = grown(batch->data_key, sizeof *batch->data_key, batch->data_key_count,
                            &slot->data_key_capacity);
    batch->data_key[batch->data_key_count++] = *key;
}

/* Replies are written one after the other; where each is becomes a pointer once the batch is
 * closed. */
static char *batch_reply_room(struct batch_slot *slot)
{
    if (slot->reply_length + REPLY_MAX > slot->reply_capacity) {
        slot->reply_capacity = slot->reply_capacity == 0 ? 256 * 1024 : slot->reply_capacity * 2;
        slot->reply = realloc(slot->reply, slot->reply_capacity);
        if (slot->reply == NULL)
            panic("out of memory for the replies of a batch");
    }
    return slot->reply + slot->reply_length;
}

/* ---- the states ---- */

static struct account *account_of(struct run *run, const struct uuid *id)
{
    struct cached_account *cached = cache_put(&run->engine->accounts, id);
    cache_mark(cached, run->slot->number);
    return &cached->account;
}

static struct teller *teller_of(struct run *run, const struct uuid *id)
{
    struct cached_teller *cached = cache_put(&run->engine->tellers, id);
    cache_mark(cached, run->slot->number);
    return &cached->teller;
}

static struct process *process_of(struct run *run, const struct command *command)
{
    static struct process none;
    const struct uuid *id = command_process_id(command);
    if (uuid_is_nil(id)) {
        none = (struct process){ 0 };
        return &none;
    }
    if (run->process == NULL) {
        run->process = cache_put(&run->engine->withdrawals, id);
        cache_mark(run->process, run->slot->number);
    }
    return run->process;
}

static void keep_deadline(struct run *run, const struct event *event,
                          const struct withdrawal *withdrawal)
{
    if (event->kind == TELLER_MONEY_WITHDRAWN)
        deadlines_set(&run->engine->deadlines, &withdrawal->id, withdrawal->confirm_by_us);
    else if (withdrawal->state != WITHDRAWAL_DISPENSING)
        deadlines_cancel(&run->engine->deadlines, &withdrawal->id);
    run->engine->metrics.withdrawals_suspected += event->kind == TELLER_WITHDRAWAL_SUSPECTED;
}

/* A card that is issued is found from now on. */
static void keep_card(struct run *run, const struct event *event)
{
    if (event->kind != ACCOUNTS_CARD_ISSUED)
        return;
    struct uuid key;
    memcpy(key.bytes, event->card_issued.card, sizeof key.bytes);
    struct cached_card *card = cache_put(&run->engine->cards, &key);
    card->account_id = event->stream_id;
    cache_mark(card, run->slot->number);
}

/* ---- events ---- */

static void emit(struct run *run, const struct event *event, const struct command *command,
                 const struct uuid *parent_id, int64_t stream_version)
{
    struct engine *engine = run->engine;
    struct event_record *record = batch_event(run->slot);
    record->event = *event;
    record->stream_version = stream_version;
    record->event_id = engine->world.fresh_id(engine->world.context);
    record->origin.command = command->kind;
    record->origin.parent_id = *parent_id;
    memcpy(record->origin.actor, run->request->actor, sizeof record->origin.actor);
    keep_card(run, event);
    if (event->kind == ACCOUNTS_ACCOUNT_OPENED && !uuid_is_nil(&command->data_key.account_id))
        batch_data_key(run->slot, &command->data_key);
    if (uuid_is_nil(command_process_id(command)))
        return;
    struct process *process = process_of(run, command);
    withdrawal_apply(&process->withdrawal, event);
    deposit_apply(&process->deposit, event);
    keep_deadline(run, event, &process->withdrawal);
}

static void emit_all(struct run *run, const struct decision *decision,
                     const struct command *command, const struct uuid *parent_id)
{
    bool own = uuid_equal(&command->id, &run->request->command.id);
    if (own && run->first_event == SIZE_MAX && decision->event_count > 0)
        run->first_event = run->slot->batch.event_count;
    for (unsigned i = 0; i < decision->event_count; i++) {
        const struct event *event = &decision->event[i];
        int64_t version;
        if (event_stream(event->kind) == STREAM_ACCOUNT) {
            struct account *account = account_of(run, &event->stream_id);
            account_apply(account, event);
            version = account->version;
        } else {
            struct teller *teller = teller_of(run, &event->stream_id);
            teller_apply(teller, event);
            version = teller->version;
        }
        emit(run, event, command, parent_id, version);
    }
}

static enum refusal execute_next(struct run *run, struct command *next,
                                 const struct command *command)
{
    struct engine *engine = run->engine;
    next->id = engine->world.fresh_id(engine->world.context);
    next->correlation_id = command->correlation_id;
    next->at_us = command->at_us;
    next->confirm_within_us = engine->settings.confirm_within_us;
    return execute(run, next, &command->id);
}

/* What the process managers want done because of these events. */
static void react(struct run *run, const struct decision *decision, const struct command *command)
{
    for (unsigned i = 0; i < decision->event_count && !uuid_is_nil(command_process_id(command));
         i++) {
        struct command next = { .kind = NO_COMMAND };
        if (withdrawal_react(&process_of(run, command)->withdrawal, &decision->event[i], &next)) {
            execute_next(run, &next, command);
        } else if (deposit_react(&process_of(run, command)->deposit, &decision->event[i], &next)) {
            enum refusal refusal = execute_next(run, &next, command);
            struct command then = { .kind = NO_COMMAND };
            if (refusal != NOT_REFUSED &&
                deposit_refused(&process_of(run, command)->deposit, refusal, &then))
                execute_next(run, &then, command);
        }
    }
}

/* ---- deciding ---- */

/* The question goes to the account under an id of its own, and with all the asker knows. */
static enum refusal ask(struct run *run, const struct command *command,
                        const struct decision *decision)
{
    struct engine *engine = run->engine;
    struct command asked = *command;
    asked.kind = decision->ask;
    if (decision->ask_amount > 0) {
        asked.account_id = decision->ask_account_id;
        asked.amount = decision->ask_amount;
    }
    asked.id = engine->world.fresh_id(engine->world.context);
    asked.answered = false;
    return execute(run, &asked, &command->id);
}

/* A terminal's question that goes straight to an account. */
static bool is_barred(struct run *run, const struct command *command)
{
    const struct cached_teller *cached =
        command->by_terminal ? cache_find(&run->engine->tellers, &command->teller_id) : NULL;
    return cached != NULL && teller_bars(&cached->teller, command);
}

static struct decision decide(struct run *run, struct command *command)
{
    switch (command->kind) {
    case ACCOUNTS_OPEN_ACCOUNT:
    case ACCOUNTS_SET_LIMITS:
    case ACCOUNTS_CLOSE_ACCOUNT:
    case ACCOUNTS_ISSUE_CARD:
    case ACCOUNTS_BLOCK_CARD:
    case ACCOUNTS_UNBLOCK_CARD:
    case ACCOUNTS_DEPOSIT_MONEY:
    case ACCOUNTS_RELEASE_DEPOSIT:
    case ACCOUNTS_RETURN_DEPOSIT:
    case ACCOUNTS_WITHDRAW_MONEY:
    case ACCOUNTS_CONFIRM_AUTHORIZATION:
    case ACCOUNTS_ENQUIRE_BALANCE:
    case ACCOUNTS_REVERSE_WITHDRAWAL:
        if (is_barred(run, command))
            return decision_refuse(REFUSED_TELLER_BARRED);
        if (uuid_is_nil(&command->account_id))
            return decision_refuse(REFUSED_NO_SUCH_CARD);
        return account_decide(account_of(run, &command->account_id), command);
    case TELLER_PROVISION:
    case TELLER_SIGN_ON:
    case TELLER_REPLENISH_CASSETTES:
    case TELLER_CUT_OVER:
    case TELLER_REPORT_INCIDENT:
    case TELLER_BAR:
    case TELLER_UNBAR:
    case TELLER_REPLACE_KEY:
    case TELLER_WITHDRAW_KEY:
    case TELLER_INITIATE_WITHDRAWAL:
    case TELLER_WITHDRAW_MONEY:
    case TELLER_CONFIRM_DISPENSE:
    case TELLER_SUSPECT_WITHDRAWAL:
    case TELLER_RESOLVE_WITHDRAWAL:
    case TELLER_SUSPEND_AUTHENTICATION:
    case TELLER_RESUME_AUTHENTICATION:
        if (uuid_is_nil(&command->teller_id))
            return decision_refuse(REFUSED_NO_SUCH_WITHDRAWAL);
        return teller_decide(teller_of(run, &command->teller_id),
                             &process_of(run, command)->withdrawal, command);
    case TELLER_INITIATE_DEPOSIT:
    case TELLER_CONFIRM_DEPOSIT:
    case TELLER_SUSPECT_DEPOSIT:
    case TELLER_RESOLVE_DEPOSIT:
        if (uuid_is_nil(&command->teller_id))
            return decision_refuse(REFUSED_NO_SUCH_DEPOSIT);
        return teller_decide_deposit(teller_of(run, &command->teller_id),
                                     &process_of(run, command)->deposit, command);
    case COMMAND_KIND_COUNT:
        break;
    }
    panic("a command of no kind came to be decided");
}

static enum refusal execute(struct run *run, struct command *command, const struct uuid *parent_id)
{
    struct decision decision = decide(run, command);
    if (decision.kind == DECISION_ASK) {
        command->answer = ask(run, command, &decision);
        command->answered = true;
        decision = decide(run, command);
    }
    emit_all(run, &decision, command, parent_id);
    react(run, &decision, command);
    return decision.refusal;
}

/* ---- the reply ---- */

/*
 * A reversal of a withdrawal (or a cancelling of a deposit) that never arrived: its id is
 * remembered as answered, so that an original that comes late is declined by the same memory that
 * answers repetitions, whatever amount or card it has. An id that the memory has is never written
 * again.
 */
static void take_out_of_use(struct run *run, const struct command *command)
{
    const struct uuid *id = command_process_id(command);
    const struct event *event =
        run->first_event == SIZE_MAX ? NULL : &run->slot->batch.event[run->first_event].event;
    bool withdrawal = event != NULL && event->kind == TELLER_WITHDRAWAL_DECLINED &&
                      event->withdrawal.refusal == REFUSED_REVERSED_BEFORE;
    bool deposit = event != NULL && event->kind == TELLER_DEPOSIT_DECLINED &&
                   event->deposit.refusal == REFUSED_REVERSED_BEFORE;
    if ((!withdrawal && !deposit) || cache_find(&run->engine->memory, id) != NULL)
        return;
    struct command_record *record = batch_command(run->slot);
    char *reply = batch_reply_room(run->slot);
    *record = (struct command_record){ .id = *id };
    request_reversed_content(withdrawal ? TELLER_INITIATE_WITHDRAWAL : TELLER_INITIATE_DEPOSIT,
                             &command->teller_id, id, record->content);
    record->reply_length = reply_refuse(reply, id, REFUSED_REVERSED_BEFORE, NULL, 0);
    record->reply = reply;
    memory_keep(run->engine, record, run->slot->number);
    record->reply = NULL; /* the buffer may move; batch_close sets it */
    run->slot->reply_length += record->reply_length;
}

/* command: the request's, with the time it was decided at, which is what a limit's remainder
 * depends on. */
static void remember(struct run *run, const struct command *command, struct request *request)
{
    struct command_record *record = batch_command(run->slot);
    char *reply = batch_reply_room(run->slot);
    request->reply_at = run->slot->reply_length;
    request->reply_length = reply_write(reply, command, &run->outcome);
    *record = (struct command_record){ .id = request->command.id,
                                       .reply = reply,
                                       .reply_length = request->reply_length };
    memcpy(record->content, request->content, CONTENT_HASH_LENGTH);
    memory_keep(run->engine, record, run->slot->number);
    run->slot->reply_length += request->reply_length;
}

static void fill_outcome(struct run *run, const struct command *command)
{
    struct outcome *outcome = &run->outcome;
    struct engine *engine = run->engine;
    const struct uuid *account_id = &command->account_id;
    const struct process *process = cache_find(&engine->withdrawals, command_process_id(command));
    if (process != NULL && !uuid_is_nil(&command->withdrawal_id)) {
        outcome->withdrawal = &process->withdrawal;
        if (command->kind == TELLER_INITIATE_WITHDRAWAL &&
            process->withdrawal.state == WITHDRAWAL_DECLINED)
            outcome->refusal = process->withdrawal.refusal;
    } else if (process != NULL) {
        outcome->deposit = &process->deposit;
    }
    if (uuid_is_nil(account_id) && process != NULL)
        account_id = outcome->deposit != NULL ? &process->deposit.account_id
                                              : &process->withdrawal.account_id;
    if (!uuid_is_nil(account_id))
        outcome->account = cache_find(&engine->accounts, account_id);
    if (!uuid_is_nil(&command->teller_id))
        outcome->teller = cache_find(&engine->tellers, &command->teller_id);
    if (run->first_event != SIZE_MAX)
        outcome->event = &run->slot->batch.event[run->first_event].event;
}

/* ---- how long it stays in memory ---- */

static bool process_ended(const struct process *process)
{
    const enum withdrawal_state withdrawal = process->withdrawal.state;
    const enum deposit_state deposit = process->deposit.state;
    return withdrawal == WITHDRAWAL_COMPLETED || withdrawal == WITHDRAWAL_REVERSED ||
           withdrawal == WITHDRAWAL_DECLINED || deposit == DEPOSIT_COMPLETED ||
           deposit == DEPOSIT_CANCELLED || deposit == DEPOSIT_DECLINED;
}

/* What the command touched, by what it came to; lifespan.h has the table. */
static void keep(struct run *run, const struct command *command, bool changed)
{
    struct engine *engine = run->engine;
    const struct outcome *outcome = &run->outcome;
    enum lifespan_after after = changed                           ? AFTER_EVENT
                                : outcome->refusal != NOT_REFUSED ? AFTER_ERROR
                                                                  : AFTER_COMMAND;
    const struct process *process = cache_find(&engine->withdrawals, command_process_id(command));
    if (process != NULL)
        cache_keep(&engine->withdrawals, process,
                   lifespan(LIFESPAN_WITHDRAWAL, process_ended(process) ? AFTER_END : after));
    if (outcome->account != NULL) /* each is the first member of what is cached */
        cache_keep(&engine->accounts, outcome->account,
                   lifespan(LIFESPAN_ACCOUNT,
                            outcome->account->status == ACCOUNT_CLOSED ? AFTER_END : after));
    if (outcome->teller != NULL)
        cache_keep(&engine->tellers, outcome->teller, lifespan(LIFESPAN_TELLER, after));
}

/* What was made only to ask it is no knowledge of the store's: an id that has a past must still be
 * looked up.
 */
static void forget_blank(struct engine *engine, const struct command *command)
{
    const struct uuid *id = command_process_id(command);
    const struct process *process = cache_find(&engine->withdrawals, id);
    if (process != NULL && process->withdrawal.version == 0 && process->deposit.version == 0)
        cache_remove(&engine->withdrawals, id);
}

bool dispatch(struct engine *engine, struct batch_slot *slot, struct request *request)
{
    static const struct uuid outside;
    size_t events_before = slot->batch.event_count;
    struct run run = {
        .engine = engine, .slot = slot, .request = request, .first_event = SIZE_MAX
    };
    struct command command = request->command;
    command.at_us = engine->world.now_us(engine->world.context);
    command.confirm_within_us = engine->settings.confirm_within_us;
    command.by_terminal = request->sender == BY_TERMINAL;
    run.outcome.refusal = execute(&run, &command, &outside);
    if (!refusal_is_domain(run.outcome.refusal) && slot->batch.event_count == events_before) {
        forget_blank(engine, &command);
        request->refusal = run.outcome.refusal;
        return false;
    }
    fill_outcome(&run, &command);
    request->refusal = run.outcome.refusal;
    take_out_of_use(&run, &command);
    remember(&run, &command, request);
    const bool changed = slot->batch.event_count > events_before;
    request->last_event = changed ? slot->batch.event_count : 0;
    slot->batch.strong = slot->batch.strong || (request->strong && changed);
    keep(&run, &command, changed);
    queue_add(&slot->requests, request);
    return true;
}

/* ---- snapshots ---- */

/* A busy stream's come once a second: each is a version of the stream's one row, which cannot be
 * cleaned up while another session has an old snapshot, and the next has to pass them all. */
#define SNAPSHOT_PAUSE_US  INT64_C(1000000)
#define SNAPSHOT_EVERY_MAX 10 /* intervals that one may wait for that */

static bool snapshot_due(const struct engine *engine, int64_t events, int64_t last_us,
                         int64_t now_us)
{
    const int64_t every = engine->settings.snapshot_every;
    return every > 0 && events >= every &&
           (now_us - last_us >= SNAPSHOT_PAUSE_US || events >= every * SNAPSHOT_EVERY_MAX);
}

/* In the batch that makes them due: a snapshot is of a state that commits with it, or not at all.
 */
void batch_snapshots(struct engine *engine, struct batch_slot *slot)
{
    for (size_t i = slot->batch.event_count; i-- > 0;) {
        const struct event *event = &slot->batch.event[i].event;
        struct snapshot_record record = { .kind = event_stream(event->kind),
                                          .id = event->stream_id };
        if (record.kind == STREAM_ACCOUNT) {
            struct cached_account *cached = cache_find(&engine->accounts, &record.id);
            if (!snapshot_due(engine, cached->account.version - cached->snapshot_version,
                              cached->snapshot_us, event->at_us))
                continue;
            cached->snapshot_us = event->at_us;
            cached->snapshot_version = record.version = cached->account.version;
            record.state = &cached->account;
        } else {
            struct cached_teller *cached = cache_find(&engine->tellers, &record.id);
            if (!snapshot_due(engine, cached->teller.version - cached->snapshot_version,
                              cached->snapshot_us, event->at_us))
                continue;
            cached->snapshot_us = event->at_us;
            cached->snapshot_version = record.version = cached->teller.version;
            record.state = &cached->teller;
        }
        *batch_snapshot(slot) = record;
    }
}
