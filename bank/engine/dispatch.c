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
#include "bank/core/bank.h"
#include "bank/engine/parts.h"

struct run {
    struct engine *engine;
    struct batch_slot *slot;
    const struct request *request;
    struct outcome outcome;  /* of the request's own command */
    size_t first_event;      /* of the request's own command; SIZE_MAX: none yet */
    struct saga_state *saga; /* the last that was looked at; NULL: none was */
    struct uuid saga_id;
    const struct approval *approved; /* what is carried out; NULL: nothing that was proposed */
};

static enum refusal execute(struct run *run, struct command *command, const struct uuid *parent_id);

/* ---- the states ---- */

/* Zeros would be taken for an account that does not exist: what no load has looked for is not
 * decided on. */
static void *loaded(struct run *run, struct cache *cache, const struct uuid *id, const char *what)
{
    char text[UUID_TEXT_LENGTH];
    void *cached = cache_find(cache, id);
    if (cached == NULL)
        panic("%s %s came to a decision without having been loaded", what, uuid_write(id, text));
    cache_mark(cached, run->slot->number);
    return cached;
}

static struct account *account_of(struct run *run, const struct uuid *id)
{
    struct cached_account *cached = loaded(run, &run->engine->accounts, id, "the account");
    return &cached->account;
}

static struct teller *teller_of(struct run *run, const struct uuid *id)
{
    struct cached_teller *cached = loaded(run, &run->engine->tellers, id, "the teller");
    return &cached->teller;
}

static struct saga_state *saga_of(struct run *run, const struct command *command)
{
    static struct saga_state none;
    const struct uuid *id = command_saga_id(command);
    if (uuid_is_nil(id)) {
        none = (struct saga_state){ 0 };
        return &none;
    }
    if (run->saga == NULL || !uuid_equal(&run->saga_id, id)) {
        struct cached_saga *cached = loaded(run, &run->engine->sagas, id, "the saga");
        run->saga = &cached->state;
        run->saga_id = *id;
    }
    return run->saga;
}

static void saga_move(struct run *run, struct saga_state *state, const struct uuid *id,
                      const struct event *event)
{
    const struct due before = { .saga = state->due, .at_us = state->due_us };
    saga_apply(state, event);
    if (state->due_us != before.at_us)
        deadlines_move(&run->engine->deadlines, run->slot->number, id, before,
                       (struct due){ .saga = state->due, .at_us = state->due_us });
    if (event->kind == BANK_COMMAND_PROPOSED)
        proposers_add(&run->engine->proposers, &run->engine->deadlines, id,
                      event->proposal.proposer);
    run->engine->metrics.withdrawals_suspected += event->kind == TELLER_WITHDRAWAL_SUSPECTED;
}

/* A card that is issued is found from now on, and a cash code. */
static void keep_card(struct run *run, const struct event *event)
{
    const bool code = event->kind == ACCOUNTS_CASH_CODE_ISSUED;
    if (event->kind != ACCOUNTS_CARD_ISSUED && !code)
        return;
    struct uuid key;
    memcpy(key.bytes, code ? event->cash_code_issued.card : event->card_issued.card,
           sizeof key.bytes);
    struct cached_card *card = cache_put(&run->engine->cards, &key);
    card->account_id = event->stream_id;
    card->code = code;
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
    record->origin.role = run->request->who.role;
    memcpy(record->origin.from, run->request->who.from, sizeof record->origin.from);
    const char *given = run->approved != NULL ? run->approved->given : run->request->given;
    record->origin.given = given[0] != '\0' ? given : NULL;
    record->origin.proposer = run->approved != NULL ? run->approved->proposal.proposer : NULL;
    record->origin.approver = run->approved != NULL ? run->request->who.name : NULL;
    keep_card(run, event);
    if (event_owner(event) != NULL && !uuid_is_nil(&command->data_key.account_id))
        batch_data_key(run->slot, &command->data_key);
    if (!uuid_is_nil(command_saga_id(command)))
        saga_move(run, saga_of(run, command), command_saga_id(command), event);
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
        } else if (event_stream(event->kind) == STREAM_TELLER) {
            struct teller *teller = teller_of(run, &event->stream_id);
            teller_apply(teller, event);
            version = teller->version;
        } else {
            version = run->slot->bank_version = ++run->engine->bank_version;
        }
        emit(run, event, command, parent_id, version);
    }
}

/* A step belongs to the saga that called for it, unless it is of one of its own: a proposed command
 * that was approved. */
static void step_into_saga(struct run *run, struct command *next, const struct command *command)
{
    struct cache *sagas_known = &run->engine->sagas;
    const enum saga_kind saga = command_traits(next->kind)->saga;
    if (command_is(next->kind, BEGINS)) {
        *command_id_of(next, saga) = next->id;
        cache_mark(cache_put(sagas_known, &next->id), run->slot->number);
    }
    const struct uuid *id = command_saga_id(next);
    const struct cached_saga *cached =
        command_is(next->kind, CONTINUES) ? cache_find(sagas_known, id) : NULL;
    if (cached != NULL && uuid_is_nil(&next->teller_id))
        next->teller_id = *saga_teller(&cached->state, saga);
    next->correlation_id = uuid_is_nil(id) ? command->correlation_id : *id;
}

static enum refusal execute_next(struct run *run, struct command *next,
                                 const struct command *command)
{
    struct engine *engine = run->engine;
    next->id = engine->world.fresh_id(engine->world.context);
    step_into_saga(run, next, command);
    next->at_us = command->at_us;
    next->day = command->day;
    next->confirm_within_us = engine->settings.confirm_within_us;
    return execute(run, next, &command->id);
}

/* What a process manager wants done because of an event, and when that is refused. */
static void react_to(struct run *run, enum saga_kind kind, const struct event *event,
                     const struct command *command)
{
    const struct saga *saga = &sagas[kind];
    struct command next = { .kind = NO_COMMAND }, then = { .kind = NO_COMMAND };
    if (!saga->react(saga_part(saga_of(run, command), kind), event, &next))
        return;
    /* What an approved command does has its proposer's grounds, through all its steps. The state is
     * marked, so it stays where it is until its batch is told. */
    const struct approval *before = run->approved;
    run->approved = next.was != NULL ? next.was : before;
    const enum refusal refusal = execute_next(run, &next, command);
    run->approved = before;
    if (refusal != NOT_REFUSED && saga->refused != NULL &&
        saga->refused(saga_part(saga_of(run, command), kind), refusal, &then))
        execute_next(run, &then, command);
}

static void react(struct run *run, const struct decision *decision, const struct command *command)
{
    if (uuid_is_nil(command_saga_id(command)))
        return;
    for (unsigned i = 0; i < decision->event_count; i++)
        for (unsigned saga = 0; saga < SAGA_COUNT; saga++)
            react_to(run, (enum saga_kind)saga, &decision->event[i], command);
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

static struct decision decide_for_account(struct run *run, const struct command *command)
{
    if (is_barred(run, command))
        return decision_refuse(REFUSED_TELLER_BARRED);
    if (uuid_is_nil(&command->account_id))
        return decision_refuse(REFUSED_NO_SUCH_CARD);
    return account_decide(account_of(run, &command->account_id), command);
}

/* A deadline may have been overtaken by what it waited for, or the clock put back since. */
static bool is_due(struct run *run, enum saga_kind saga, const struct command *command)
{
    struct command same = *command;
    const void *state = saga_part(saga_of(run, command), saga);
    if (sagas[saga].deadline(state, command->at_us, &same))
        return true;
    if (sagas[saga].due_us(state) > 0)
        deadlines_set(&run->engine->deadlines, command_saga_id(command), saga,
                      sagas[saga].due_us(state));
    return false;
}

static struct decision decide_for_teller(struct run *run, const struct command *command)
{
    const struct command_traits *traits = command_traits(command->kind);
    struct saga_state *state = saga_of(run, command);
    if (uuid_is_nil(&command->teller_id))
        return decision_refuse(traits->saga == SAGA_NONE ? REFUSED_NO_SUCH_TELLER
                                                         : sagas[traits->saga].unknown);
    if ((traits->more & DUE) != 0 && !is_due(run, traits->saga, command))
        return decision_accept();
    const struct teller *teller = teller_of(run, &command->teller_id);
    return traits->saga == SAGA_DEPOSIT ? teller_decide_deposit(teller, &state->deposit, command)
                                        : teller_decide(teller, &state->withdrawal, command);
}

static struct decision decide_for_bank(struct run *run, const struct command *command)
{
    const struct command_traits *traits = command_traits(command->kind);
    if ((traits->more & DUE) != 0 && !is_due(run, traits->saga, command))
        return decision_accept();
    return bank_decide(&saga_of(run, command)->approval, command);
}

static struct decision decide(struct run *run, const struct command *command)
{
    const enum stream_kind aggregate = command_traits(command->kind)->aggregate;
    return aggregate == STREAM_ACCOUNT  ? decide_for_account(run, command)
           : aggregate == STREAM_TELLER ? decide_for_teller(run, command)
                                        : decide_for_bank(run, command);
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
 * An advice of a withdrawal (or of a deposit) that never arrived: its id is
 * remembered as answered, so that an original that comes late is declined by the same memory that
 * answers repetitions, whatever amount or card it has. An id that the memory has is never written
 * again.
 */
static void take_out_of_use(struct run *run, const struct command *command)
{
    const struct uuid *id = command_saga_id(command);
    const struct event *event =
        run->first_event == SIZE_MAX ? NULL : &run->slot->batch.event[run->first_event].event;
    bool withdrawal = event != NULL && ((event->kind == TELLER_WITHDRAWAL_DECLINED &&
                                         event->withdrawal.refusal == REFUSED_REVERSED_BEFORE) ||
                                        (event->kind == TELLER_DISPENSE_DISPUTED &&
                                         event->withdrawal.refusal == REFUSED_NO_SUCH_WITHDRAWAL));
    bool deposit = event != NULL && ((event->kind == TELLER_DEPOSIT_DECLINED &&
                                      event->deposit.refusal == REFUSED_REVERSED_BEFORE) ||
                                     (event->kind == TELLER_DEPOSIT_DISPUTED &&
                                      event->deposit.refusal == REFUSED_NO_SUCH_DEPOSIT));
    if ((!withdrawal && !deposit) || cache_find(&run->engine->memory, id) != NULL)
        return;
    struct command_record *record = batch_command(run->slot);
    char *reply = batch_reply_room(run->slot);
    *record = (struct command_record){ .id = *id };
    request_reversed_content(withdrawal ? TELLER_INITIATE_WITHDRAWAL : TELLER_INITIATE_DEPOSIT,
                             &command->teller_id, id, record->content);
    record->reply_length = reply_refuse(reply, id, REFUSED_REVERSED_BEFORE, NULL, 0);
    record->reply = reply;
    idempotency_keep(run->engine, record, run->slot->number);
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
    idempotency_keep(run->engine, record, run->slot->number);
    run->slot->reply_length += request->reply_length;
}

static void fill_outcome(struct run *run, const struct command *command)
{
    struct outcome *outcome = &run->outcome;
    struct engine *engine = run->engine;
    const struct uuid *account_id = &command->account_id;
    const enum saga_kind saga = command_traits(command->kind)->saga;
    const struct cached_saga *cached =
        saga == SAGA_NONE ? NULL : cache_find(&engine->sagas, command_saga_id(command));
    if (cached != NULL) {
        outcome->saga = &cached->state;
        /* What began may have been refused by one of its later steps. */
        const bool carries_out = command->kind == BANK_APPROVE_PROPOSAL;
        if ((command_is(command->kind, BEGINS) || carries_out) && outcome->refusal == NOT_REFUSED)
            outcome->refusal = saga_refusal(outcome->saga, saga);
        if (uuid_is_nil(account_id))
            account_id = saga_account(outcome->saga, saga);
    }
    if (!uuid_is_nil(account_id))
        outcome->account = cache_find(&engine->accounts, account_id);
    if (!uuid_is_nil(&command->teller_id))
        outcome->teller = cache_find(&engine->tellers, &command->teller_id);
    if (run->first_event != SIZE_MAX)
        outcome->event = &run->slot->batch.event[run->first_event].event;
}

/* ---- how long it stays in memory ---- */

/* What the command touched, by what it came to; ttl.h has the table. */
static void keep(struct run *run, bool changed)
{
    struct engine *engine = run->engine;
    const struct outcome *outcome = &run->outcome;
    enum ttl_after after = changed                           ? AFTER_EVENT
                           : outcome->refusal != NOT_REFUSED ? AFTER_ERROR
                                                             : AFTER_COMMAND;
    if (outcome->saga != NULL) /* each is the first member of what is cached */
        cache_keep(&engine->sagas, outcome->saga,
                   ttl(TTL_WITHDRAWAL, saga_ended(outcome->saga) ? AFTER_END : after));
    if (outcome->account != NULL)
        cache_keep(
            &engine->accounts, outcome->account,
            ttl(TTL_ACCOUNT, outcome->account->status == ACCOUNT_CLOSED ? AFTER_END : after));
    if (outcome->teller != NULL)
        cache_keep(&engine->tellers, outcome->teller, ttl(TTL_TELLER, after));
}

/* What was made only to ask it is no knowledge of the store's: an id that has a past must still be
 * looked up.
 */
static void forget_blank(struct engine *engine, const struct command *command)
{
    const struct uuid *id = command_saga_id(command);
    const struct cached_saga *cached = cache_find(&engine->sagas, id);
    if (cached != NULL && !saga_begun(&cached->state))
        cache_remove(&engine->sagas, id);
}

/* Of the aggregate that decides it; 0: there is none. */
static int64_t version_of(struct run *run, const struct command *command)
{
    const enum stream_kind aggregate = command_traits(command->kind)->aggregate;
    const bool account = aggregate == STREAM_ACCOUNT;
    if (aggregate == STREAM_BANK)
        return run->engine->bank_version;
    const struct uuid *id = account ? &command->account_id : &command->teller_id;
    if (uuid_is_nil(id))
        return 0;
    return account ? account_of(run, id)->version : teller_of(run, id)->version;
}

/* The business day of its teller, where it has one that is there; else the calendar's. */
static int32_t business_day(struct engine *engine, const struct command *command)
{
    const struct cached_teller *cached =
        uuid_is_nil(&command->teller_id) ? NULL : cache_find(&engine->tellers, &command->teller_id);
    return cached != NULL && cached->teller.provisioned ? cached->teller.business_day
                                                        : day_of(command->at_us);
}

/* A transfer is refused by the account that sends, or by the one that is to take it. */
static enum refusal refused_now(struct run *run, const struct command *command)
{
    const enum refusal refusal = decide(run, command).refusal;
    if (refusal != NOT_REFUSED || command->kind != TRANSFERS_MAKE_TRANSFER)
        return refusal;
    struct command credit = *command;
    credit.kind = TRANSFERS_CREDIT_TRANSFER;
    credit.account_id = command->other_id;
    return transfer_refusal(decide(run, &credit).refusal);
}

/*
 * A proposal takes the command's place, under its id. What would be refused now is
 * not proposed: the answer is the refusal.
 */
static enum refusal propose(struct run *run, struct command *command)
{
    const struct request *request = run->request;
    const enum refusal refusal = refused_now(run, command);
    if (refusal != NOT_REFUSED)
        return refusal;
    command->proposed = command->kind;
    command->kind = BANK_PROPOSE_COMMAND;
    command->transfer_id = (struct uuid){ 0 };
    command->approval_id = command->correlation_id = command->id;
    command->until_us = command->at_us + request->propose_for_us;
    command->open_proposals = (int32_t)deadlines_count(&run->engine->deadlines, SAGA_APPROVAL);
    command->own_proposals =
        proposers_count(&run->engine->proposers, &run->engine->deadlines, request->who.name);
    return NOT_REFUSED;
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
    command.day = business_day(engine, &command);
    command.confirm_within_us = engine->settings.confirm_within_us;
    command.strict_counts = engine->settings.strict_counts;
    command.lab = engine->settings.lab;
    command.by_terminal = request->sender == BY_TERMINAL;
    if (command.kind == TELLER_CUT_OVER)
        command.report = days_room(engine, slot, &command.teller_id);
    command.by = request->sender == BY_OPERATOR ? &request->who : NULL;
    command.given = request->given;
    const enum refusal refusal =
        request->propose_for_us > 0 ? propose(&run, &command) : NOT_REFUSED;
    /* One that the command begins is not looked for: its id is new, or the command memory says so.
     * It has to be there before anything happens: the first event may be that of a question. */
    if (command_is(command.kind, BEGINS) && request->forced == NOT_REFUSED)
        cache_mark(cache_put(&engine->sagas, command_saga_id(&command)), slot->number);
    run.outcome.refusal =
        request->forced != NOT_REFUSED ? request->forced
        : refusal != NOT_REFUSED       ? refusal
        : request->versioned && version_of(&run, &command) != request->expected_version
            ? REFUSED_WRONG_VERSION
            : execute(&run, &command, &outside);
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
    keep(&run, changed);
    queue_add(&slot->requests, request);
    return true;
}
