/* SPDX-License-Identifier: MIT */
/*
 * What a decision needs to see, and how it gets into the caches.
 *
 * A request whose needs are not met waits; what it lacks joins the next load,
 * which is one read for everybody who waits. What a load does not find is
 * cached as well, as an aggregate without events. A request may have to wait
 * twice: for the card's account, then for the account itself.
 */
#include "bank/engine/parts.h"

#include <assert.h>
#include <stdlib.h>

static void *array_new(size_t size)
{
    void *memory = calloc(LOAD_MAX, size);
    if (memory == NULL)
        panic("out of memory for what a load asks for");
    return memory;
}

static void wants_init(struct wants *wants)
{
    *wants = (struct wants){ .account = array_new(sizeof *wants->account),
                             .teller = array_new(sizeof *wants->teller),
                             .withdrawal = array_new(sizeof *wants->withdrawal),
                             .command = array_new(sizeof *wants->command),
                             .card = array_new(sizeof *wants->card) };
}

static void wants_finish(struct wants *wants)
{
    free(wants->account);
    free(wants->teller);
    free(wants->withdrawal);
    free(wants->command);
    free(wants->card);
}

void prefetch_init(struct engine *engine)
{
    wants_init(&engine->wants);
    wants_init(&engine->loading);
    cache_init(&engine->asked, sizeof(int64_t));
}

void prefetch_finish(struct engine *engine)
{
    wants_finish(&engine->wants);
    wants_finish(&engine->loading);
    cache_finish(&engine->asked);
}

enum wanted { WANT_ACCOUNT, WANT_TELLER, WANT_WITHDRAWAL, WANT_CARD, WANT_COMMAND };

/* Ids of different kinds may be the same (a withdrawal's and its command's are); keys here may not.
 */
static struct uuid asked_key(enum wanted kind, const void *id)
{
    struct uuid key;
    memcpy(key.bytes, id, sizeof key.bytes);
    key.bytes[15] = (unsigned char)(key.bytes[15] + 37 * (int)kind);
    return key;
}

/* The number of the load that asks for it; 0 when there was no room, and then the load after will.
 */
static int64_t want(struct engine *engine, enum wanted kind, void *ids, size_t *count,
                    const void *id)
{
    struct uuid key = asked_key(kind, id);
    int64_t *load = cache_find(&engine->asked, &key);
    if (load != NULL)
        return *load;
    if (*count == LOAD_MAX)
        return 0;
    memcpy((unsigned char *)ids + sizeof(struct uuid) * (*count)++, id, sizeof(struct uuid));
    load = cache_put(&engine->asked, &key);
    return *load = engine->loads_started + 1;
}

static void asked_forget(struct engine *engine, enum wanted kind, const void *ids, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct uuid key = asked_key(kind, (const unsigned char *)ids + sizeof(struct uuid) * i);
        cache_remove(&engine->asked, &key);
    }
}

static struct uuid card_key(const unsigned char token[static CARD_TOKEN_LENGTH])
{
    struct uuid key;
    memcpy(key.bytes, token, sizeof key.bytes);
    return key;
}

/* What is there may still be of no use. */
static bool there(struct request *request, bool unreadable)
{
    if (unreadable)
        request->refusal = REFUSED_SYSTEM_ERROR;
    return true;
}

static bool need_account(struct engine *engine, struct request *request, const struct uuid *id)
{
    if (uuid_is_nil(id))
        return true;
    const struct cached_account *cached = cache_find(&engine->accounts, id);
    if (cached != NULL)
        return there(request, cached->unreadable);
    want(engine, WANT_ACCOUNT, engine->wants.account, &engine->wants.account_count, id);
    return false;
}

static bool need_teller(struct engine *engine, struct request *request, const struct uuid *id)
{
    if (uuid_is_nil(id))
        return true;
    const struct cached_teller *cached = cache_find(&engine->tellers, id);
    if (cached != NULL)
        return there(request, cached->unreadable);
    want(engine, WANT_TELLER, engine->wants.teller, &engine->wants.teller_count, id);
    return false;
}

enum holder { OF_CARD, OF_CARD_OR_CODE };

/* A cash code is as good as no card where it does not count as one. */
static bool need_holder(struct engine *engine, const unsigned char token[static CARD_TOKEN_LENGTH],
                        enum holder of, struct uuid *account_id)
{
    struct uuid key = card_key(token);
    const struct cached_card *card = cache_find(&engine->cards, &key);
    if (card == NULL)
        want(engine, WANT_CARD, engine->wants.card, &engine->wants.card_count, token);
    else
        *account_id = card->code && of == OF_CARD ? (struct uuid){ 0 } : card->account_id;
    return card != NULL;
}

/* Finds the accounts by their cards, where the command names them so, and who has a card or a cash
 * code that is issued. A code stands for a card to withdraw with, and to be blocked. */
static bool need_cards(struct engine *engine, struct command *command)
{
    const bool issued = command->kind == ACCOUNTS_ISSUE_CARD;
    const bool codes = issued || command->kind == TELLER_INITIATE_WITHDRAWAL ||
                       command->kind == ACCOUNTS_BLOCK_CARD;
    bool met = true;
    if (card_given(command->card) && (issued || uuid_is_nil(&command->account_id)))
        met = need_holder(engine, command->card, codes ? OF_CARD_OR_CODE : OF_CARD,
                          issued ? &command->card_holder : &command->account_id);
    if (card_given(command->cash_code))
        met =
            need_holder(engine, command->cash_code, OF_CARD_OR_CODE, &command->card_holder) && met;
    if (card_given(command->other_card) && uuid_is_nil(&command->other_id))
        met = need_holder(engine, command->other_card, OF_CARD, &command->other_id) && met;
    return met;
}

/* Of a withdrawal or deposit that has no events, the memory of commands says whether its id is
 * something else's; what is here of that memory may have been dropped since the state was read. */
static bool need_named(struct engine *engine, struct request *request, const struct uuid *id)
{
    if (request->named_lookup == 0)
        request->named_lookup =
            want(engine, WANT_COMMAND, engine->wants.command, &engine->wants.command_count, id);
    return request->named_lookup != 0 && request->named_lookup <= engine->loads_ended;
}

/* What a proposed command needs beside the account and the teller that it names: who takes a
 * transfer, and the saga that it ends, with whom that is about. */
static bool need_proposed(struct engine *engine, struct request *request,
                          const struct approval *approval)
{
    const struct proposal *proposal = &approval->proposal;
    const struct command_traits *traits = command_traits(
        approval->state == APPROVAL_PROPOSED ? approval->command : BANK_EXPIRE_PROPOSAL);
    const bool met = need_account(engine, request, &proposal->to_account_id);
    const struct uuid *id = traits->saga == SAGA_WITHDRAWAL ? &proposal->withdrawal_id
                            : traits->saga == SAGA_DEPOSIT  ? &proposal->deposit_id
                                                            : NULL;
    if (id == NULL)
        return met;
    const struct cached_saga *cached = cache_find(&engine->sagas, id);
    if (cached == NULL) {
        want(engine, WANT_WITHDRAWAL, engine->wants.withdrawal, &engine->wants.withdrawal_count,
             id);
        return false;
    }
    if (cached->unreadable)
        return there(request, true);
    return need_account(engine, request, saga_account(&cached->state, traits->saga)) &&
           need_teller(engine, request, saga_teller(&cached->state, traits->saga)) && met;
}

static bool need_saga(struct engine *engine, struct request *request)
{
    struct command *command = &request->command;
    const struct uuid *id = command_saga_id(command);
    const struct command_traits *traits = command_traits(command->kind);
    const struct cached_saga *cached = cache_find(&engine->sagas, id);
    if (cached == NULL) {
        want(engine, WANT_WITHDRAWAL, engine->wants.withdrawal, &engine->wants.withdrawal_count,
             id);
        need_named(engine, request, id);
        return false;
    }
    const bool begun = saga_begun(&cached->state);
    if (!begun && !need_named(engine, request, id))
        return false;
    command->named_otherwise = !begun && cache_find(&engine->memory, id) != NULL;
    if (cached->unreadable)
        return there(request, true);
    /* Whose it is the saga knows, unless the sender had to say so. */
    if ((traits->required & WITH(TELLER_ID)) == 0)
        command->teller_id = *saga_teller(&cached->state, traits->saga);
    return need_account(engine, request, saga_account(&cached->state, traits->saga)) &&
           (traits->saga != SAGA_APPROVAL ||
            need_proposed(engine, request, &cached->state.approval));
}

/* Whoever repeats an id says so, or should. Where one did not, and took a whole batch back with it,
 * more will come: a moment's lookups cost less than such batches. */
static bool to_be_looked_up(const struct engine *engine, const struct request *request)
{
    return request->repeat || engine->accounts.now_us < engine->careful_until_us;
}

bool prefetch_lookup(struct engine *engine, struct request *request)
{
    const struct uuid *id = &request->command.id;
    if ((request->lookup != 0 && request->lookup <= engine->loads_ended) ||
        cache_find(&engine->memory, id) != NULL)
        return true;
    if (request->lookup == 0)
        request->lookup =
            want(engine, WANT_COMMAND, engine->wants.command, &engine->wants.command_count, id);
    return false;
}

bool prefetch_saga(struct engine *engine, const struct uuid *id)
{
    if (cache_find(&engine->sagas, id) != NULL)
        return true;
    want(engine, WANT_WITHDRAWAL, engine->wants.withdrawal, &engine->wants.withdrawal_count, id);
    return false;
}

bool prefetch_teller(struct engine *engine, struct request *request)
{
    return need_teller(engine, request, &request->command.teller_id);
}

/* A barred machine is told so whatever the card. That counts as no try, so not even its time may
 * depend on one. */
static bool needs_no_card(struct engine *engine, const struct request *request)
{
    if (request->sender != BY_TERMINAL || !command_is(request->command.kind, AUTHENTICATES))
        return false;
    const struct cached_teller *cached = cache_find(&engine->tellers, &request->command.teller_id);
    return cached == NULL || cached->teller.barred != 0;
}

bool prefetch_met(struct engine *engine, struct request *request)
{
    struct command *command = &request->command;
    request->refusal = NOT_REFUSED;
    bool met = !to_be_looked_up(engine, request) || prefetch_lookup(engine, request);
    if (needs_no_card(engine, request))
        return prefetch_teller(engine, request) && met;
    if (!need_cards(engine, command))
        return false;
    met = need_account(engine, request, &command->account_id) && met;
    met = need_account(engine, request, &command->other_id) && met;
    if (command_is(command->kind, CONTINUES))
        met = need_saga(engine, request) && met;
    met = need_teller(engine, request, &command->teller_id) && met;
    return met && (command->kind != TELLER_CUT_OVER || days_met(engine, request));
}

static void holders_forget(struct queue *queue)
{
    for (struct request *request = queue->first; request != NULL; request = request->next) {
        struct command *command = &request->command;
        if (card_given(command->card) && command->kind != ACCOUNTS_ISSUE_CARD)
            command->account_id = (struct uuid){ 0 };
        if (card_given(command->other_card))
            command->other_id = (struct uuid){ 0 };
    }
}

void needs_forget_holders(struct engine *engine)
{
    holders_forget(&engine->queue);
    holders_forget(&engine->waiting);
}

void prefetch_reply(struct engine *engine, const struct uuid *command_id)
{
    want(engine, WANT_COMMAND, engine->wants.command, &engine->wants.command_count, command_id);
}

/* ---- the load ---- */

void prefetch_load(struct engine *engine)
{
    struct wants *wants = &engine->wants;
    if (engine->is_loading || wants->account_count + wants->teller_count + wants->withdrawal_count +
                                      wants->card_count + wants->command_count ==
                                  0)
        return;
    struct wants spare = engine->loading;
    engine->loading = *wants;
    *wants = spare;
    wants->account_count = wants->teller_count = wants->withdrawal_count = wants->card_count =
        wants->command_count = 0;

    const struct wants *loading = &engine->loading;
    struct load load = { .account_count = loading->account_count,
                         .teller_count = loading->teller_count,
                         .withdrawal_count = loading->withdrawal_count,
                         .card_count = loading->card_count,
                         .command_count = loading->command_count,
                         .account = loading->account,
                         .teller = loading->teller,
                         .withdrawal = loading->withdrawal,
                         .command = loading->command,
                         .card = (const unsigned char(*)[CARD_TOKEN_LENGTH])loading->card };
    engine->is_loading = true;
    engine->loads_started++;
    engine->metrics.loads++;
    engine->storage.load(engine->storage.self, &load);
}

static void on_snapshot(void *context, const struct snapshot_record *snapshot)
{
    struct engine *engine = context;
    if (engine->load_stale)
        return;
    if (snapshot->kind == STREAM_ACCOUNT) {
        struct cached_account *cached = cache_put(&engine->accounts, &snapshot->id);
        memcpy(&cached->account, snapshot->state, sizeof cached->account);
        cached->snapshot_version = snapshot->version;
    } else {
        struct cached_teller *cached = cache_put(&engine->tellers, &snapshot->id);
        memcpy(&cached->teller, snapshot->state, sizeof cached->teller);
        cached->snapshot_version = snapshot->version;
    }
}

static void on_stream_event(void *context, const struct event_record *record)
{
    struct engine *engine = context;
    const struct event *event = &record->event;
    if (engine->load_stale)
        return;
    if (event_stream(event->kind) == STREAM_ACCOUNT) {
        struct cached_account *cached = cache_put(&engine->accounts, &event->stream_id);
        if (cached->unreadable)
            return;
        account_apply(&cached->account, event);
        assert(cached->account.version == record->stream_version);
    } else {
        struct cached_teller *cached = cache_put(&engine->tellers, &event->stream_id);
        if (cached->unreadable)
            return;
        teller_apply(&cached->teller, event);
        assert(cached->teller.version == record->stream_version);
    }
}

static void on_stream_unreadable(void *context, enum stream_kind kind, const struct uuid *id)
{
    struct engine *engine = context;
    if (engine->load_stale)
        return;
    if (kind == STREAM_ACCOUNT)
        ((struct cached_account *)cache_put(&engine->accounts, id))->unreadable = true;
    else
        ((struct cached_teller *)cache_put(&engine->tellers, id))->unreadable = true;
}

static void on_withdrawal_event(void *context, const struct uuid *withdrawal_id,
                                const struct event_record *record)
{
    struct engine *engine = context;
    if (engine->load_stale)
        return;
    struct cached_saga *cached = cache_put(&engine->sagas, withdrawal_id);
    if (cache_batch(cached) == 0) /* else it was begun while the load was on its way */
        saga_apply(&cached->state, &record->event);
}

static void on_withdrawal_unreadable(void *context, const struct uuid *withdrawal_id)
{
    struct engine *engine = context;
    if (engine->load_stale)
        return;
    struct cached_saga *cached = cache_put(&engine->sagas, withdrawal_id);
    cached->unreadable = cache_batch(cached) == 0;
}

static void on_card(void *context, const unsigned char token[static CARD_TOKEN_LENGTH],
                    const struct uuid *account_id, bool code)
{
    struct engine *engine = context;
    if (engine->load_stale)
        return;
    struct uuid key = card_key(token);
    struct cached_card *card = cache_put(&engine->cards, &key);
    if (cache_batch(card) != 0)
        return;
    card->account_id = *account_id;
    card->code = code;
}

static void on_command(void *context, const struct command_record *record)
{
    struct engine *engine = context;
    if (!engine->load_stale)
        idempotency_told(engine, record);
}

/* What waits for the load that failed has not been looked up. */
static void lookups_undo(struct engine *engine, struct queue *queue)
{
    for (struct request *request = queue->first; request != NULL; request = request->next) {
        if (request->lookup == engine->loads_ended)
            request->lookup = 0;
        if (request->named_lookup == engine->loads_ended)
            request->named_lookup = 0;
    }
}

/* What was asked for and not found is known now as well: there is no such thing. */
static void on_loaded(void *context, bool worked)
{
    struct engine *engine = context;
    const struct wants *loading = &engine->loading;
    engine->is_loading = false;
    engine->loads_ended++;
    asked_forget(engine, WANT_ACCOUNT, loading->account, loading->account_count);
    asked_forget(engine, WANT_TELLER, loading->teller, loading->teller_count);
    asked_forget(engine, WANT_WITHDRAWAL, loading->withdrawal, loading->withdrawal_count);
    asked_forget(engine, WANT_CARD, loading->card, loading->card_count);
    asked_forget(engine, WANT_COMMAND, loading->command, loading->command_count);
    if (worked && !engine->load_stale) {
        for (size_t i = 0; i < loading->account_count; i++)
            cache_put(&engine->accounts, &loading->account[i]);
        for (size_t i = 0; i < loading->teller_count; i++)
            cache_put(&engine->tellers, &loading->teller[i]);
        for (size_t i = 0; i < loading->withdrawal_count; i++)
            cache_put(&engine->sagas, &loading->withdrawal[i]);
        for (size_t i = 0; i < loading->card_count; i++) {
            struct uuid key = card_key(loading->card[i]);
            cache_put(&engine->cards, &key);
        }
    }
    if (!worked) {
        lookups_undo(engine, &engine->waiting);
        lookups_undo(engine, &engine->queue);
    }
    engine->load_stale = false;
    engine_wake(engine);
}

void prefetch_listen(struct storage_listener *listener)
{
    listener->snapshot = on_snapshot;
    listener->stream_event = on_stream_event;
    listener->withdrawal_event = on_withdrawal_event;
    listener->stream_unreadable = on_stream_unreadable;
    listener->withdrawal_unreadable = on_withdrawal_unreadable;
    listener->card = on_card;
    listener->command = on_command;
    listener->loaded = on_loaded;
}
