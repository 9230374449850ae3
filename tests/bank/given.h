/* SPDX-License-Identifier: MIT */
/*
 * A whole bank in memory, without a store, for tests of the core: given some
 * history, when a command comes, then these events.
 *
 *     given_account(PETER, 50000);
 *     assert_refusal(when(withdraw_at_counter(PETER, 60000)), REFUSED_INSUFFICIENT_FUNDS);
 *     then_nothing();
 *
 * `when` runs a command and all it causes as the engine does: a question is
 * asked of the account first, and after each event the process manager says
 * what is next. Everything that happened stays in bank.record, in order, with
 * positions and stream versions. The functions are static and stand in a
 * header because the support library is linked without the core.
 */
#ifndef TESTS_BANK_GIVEN_H
#define TESTS_BANK_GIVEN_H

#include "bank/codec/batch.h"
#include "bank/core/account.h"
#include "bank/core/saga.h"
#include "bank/core/teller.h"
#include "tests/support/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define SECOND_US INT64_C(1000000)
#define MORNING   (20000 * DAY_US + 8 * 3600 * SECOND_US) /* the day the tests begin */

enum { BANK_DEPOSITS = 4096, BANK_ACCOUNTS = 8, BANK_TELLERS = 4, FIRST_COMMAND = 1000 };

static struct {
    struct account account[BANK_ACCOUNTS];
    struct teller teller[BANK_TELLERS];
    struct withdrawal *withdrawal;
    size_t withdrawals, withdrawal_capacity;
    struct deposit deposit[BANK_DEPOSITS];
    size_t deposits;
    uint32_t *withdrawal_at; /* by the number of its id: its place in withdrawal, plus 1 */
    size_t withdrawal_at_size;
    struct saga_state *saga; /* each, whatever kind it is of */
    size_t sagas, saga_capacity;
    uint32_t *saga_at; /* as withdrawal_at */
    size_t saga_at_size;
    struct event_record *record;
    size_t count, capacity;
    size_t first; /* of the last command's events */
    uint64_t next_number;
    int64_t now_us, confirm_within_us;
    void (*after_event)(const struct event *event);
    struct day_report report; /* of the day that ended last */
} bank;

/* ---- ids ---- */

/* The nth id: its bytes are spread as a real one's are, and the number can be read back. */
static inline struct uuid id_of(uint64_t number)
{
    struct uuid id;
    uint64_t spread = number * UINT64_C(0x9e3779b97f4a7c15);
    for (int i = 7; i >= 0; i--, spread >>= 8)
        id.bytes[i] = (unsigned char)spread;
    for (int i = 15; i >= 8; i--, number >>= 8)
        id.bytes[i] = (unsigned char)number;
    return id;
}

static inline uint64_t number_of(const struct uuid *id)
{
    uint64_t number = 0;
    for (int i = 8; i < 16; i++)
        number = number << 8 | id->bytes[i];
    return number;
}

#define PETER   id_of(1)
#define MACHINE id_of(101)
#define OTHER   id_of(102) /* another machine */

/* ---- the states, by id; made when first asked for ---- */

static inline struct account *account_of(struct uuid id)
{
    uint64_t place = number_of(&id) - 1;
    if (place >= BANK_ACCOUNTS)
        check_fail("an account of the tests has a number from 1 to %d", BANK_ACCOUNTS);
    return &bank.account[place];
}

static inline struct teller *teller_of(struct uuid id)
{
    uint64_t place = number_of(&id) - 101;
    if (place >= BANK_TELLERS)
        check_fail("a teller of the tests has a number from 101 to %d", 100 + BANK_TELLERS);
    return &bank.teller[place];
}

static inline void *grown(void *items, size_t size, size_t needed, size_t *capacity)
{
    if (needed <= *capacity)
        return items;
    size_t before = *capacity;
    *capacity = needed * 2 + 64;
    items = realloc(items, *capacity * size);
    if (items == NULL)
        abort();
    memset((char *)items + before * size, 0, (*capacity - before) * size);
    return items;
}

static inline struct withdrawal *withdrawal_of(struct uuid id)
{
    uint64_t number = number_of(&id);
    bank.withdrawal_at =
        grown(bank.withdrawal_at, sizeof *bank.withdrawal_at, number + 1, &bank.withdrawal_at_size);
    if (bank.withdrawal_at[number] == 0) {
        bank.withdrawal = grown(bank.withdrawal, sizeof *bank.withdrawal, bank.withdrawals + 1,
                                &bank.withdrawal_capacity);
        bank.withdrawal[bank.withdrawals] = (struct withdrawal){ 0 };
        bank.withdrawal_at[number] = (uint32_t)++bank.withdrawals;
    }
    return &bank.withdrawal[bank.withdrawal_at[number] - 1];
}

static inline struct deposit *deposit_of(struct uuid id)
{
    for (size_t i = bank.deposits; i-- > 0;)
        if (uuid_equal(&bank.deposit[i].id, &id))
            return &bank.deposit[i];
    if (bank.deposits == BANK_DEPOSITS)
        check_fail("the tests have at most %d deposits", BANK_DEPOSITS);
    struct deposit *deposit = &bank.deposit[bank.deposits++];
    *deposit = (struct deposit){ .id = id };
    return deposit;
}

static inline struct saga_state *saga_of(struct uuid id)
{
    uint64_t number = number_of(&id);
    bank.saga_at = grown(bank.saga_at, sizeof *bank.saga_at, number + 1, &bank.saga_at_size);
    if (bank.saga_at[number] == 0) {
        bank.saga = grown(bank.saga, sizeof *bank.saga, bank.sagas + 1, &bank.saga_capacity);
        bank.saga_at[number] = (uint32_t)++bank.sagas;
    }
    return &bank.saga[bank.saga_at[number] - 1];
}

/* A setup of cmocka: an empty bank, on a morning. */
static inline int bank_start(void **state)
{
    (void)state;
    free(bank.withdrawal);
    free(bank.withdrawal_at);
    free(bank.saga);
    free(bank.saga_at);
    free(bank.record);
    memset(&bank, 0, sizeof bank);
    bank.next_number = FIRST_COMMAND;
    bank.now_us = MORNING;
    bank.confirm_within_us = 60 * SECOND_US;
    return 0;
}

static inline int bank_end(void **state)
{
    return bank_start(state);
}

#define sentence(test) cmocka_unit_test_setup_teardown(test, bank_start, bank_end)

/* ---- running a command ---- */

static inline bool is_for_account(enum command_kind kind)
{
    return command_traits(kind)->aggregate == STREAM_ACCOUNT;
}

static inline struct decision decide(const struct command *command)
{
    if (is_for_account(command->kind))
        return account_decide(account_of(command->account_id), command);
    if (!uuid_is_nil(&command->deposit_id))
        return teller_decide_deposit(teller_of(command->teller_id), deposit_of(command->deposit_id),
                                     command);
    struct withdrawal none = { 0 };
    struct withdrawal *withdrawal =
        uuid_is_nil(&command->withdrawal_id) ? &none : withdrawal_of(command->withdrawal_id);
    return teller_decide(teller_of(command->teller_id), withdrawal, command);
}

static inline void happen(const struct event *event, const struct command *command)
{
    bank.record = grown(bank.record, sizeof *bank.record, bank.count + 1, &bank.capacity);
    struct event_record *record = &bank.record[bank.count++];
    *record = (struct event_record){ .position = (int64_t)bank.count,
                                     .event_id = id_of(bank.next_number++),
                                     .event = *event,
                                     .origin = { .command = command->kind } };
    if (event_stream(event->kind) == STREAM_ACCOUNT) {
        account_apply(account_of(event->stream_id), event);
        record->stream_version = account_of(event->stream_id)->version;
    } else {
        teller_apply(teller_of(event->stream_id), event);
        record->stream_version = teller_of(event->stream_id)->version;
    }
    if (!uuid_is_nil(command_saga_id(command)))
        saga_apply(saga_of(*command_saga_id(command)), event);
    if (!uuid_is_nil(&command->withdrawal_id))
        withdrawal_apply(withdrawal_of(command->withdrawal_id), event);
    if (!uuid_is_nil(&command->deposit_id))
        deposit_apply(deposit_of(command->deposit_id), event);
    if (bank.after_event != NULL)
        bank.after_event(event);
}

static inline enum refusal execute(struct command *command);

static inline enum refusal execute_next(struct command *next, const struct command *command)
{
    next->id = id_of(bank.next_number++);
    next->correlation_id = command->correlation_id;
    next->at_us = command->at_us;
    next->day = command->day;
    next->confirm_within_us = command->confirm_within_us;
    return execute(next);
}

/* What the process managers want done because of an event. */
static inline void react(const struct command *command, const struct event *event)
{
    const struct uuid id = *command_saga_id(command);
    for (unsigned i = 0; !uuid_is_nil(&id) && i < SAGA_COUNT; i++) {
        struct command next = { .kind = NO_COMMAND }, then = { .kind = NO_COMMAND };
        const enum saga_kind kind = (enum saga_kind)i;
        if (!sagas[i].react(saga_part(saga_of(id), kind), event, &next))
            continue;
        enum refusal refusal = execute_next(&next, command);
        if (refusal != NOT_REFUSED && sagas[i].refused != NULL &&
            sagas[i].refused(saga_part(saga_of(id), kind), refusal, &then))
            execute_next(&then, command);
    }
}

static inline enum refusal execute(struct command *command)
{
    struct decision decision = decide(command);
    if (decision.kind == DECISION_ASK) {
        struct command question = *command;
        question.kind = decision.ask;
        if (decision.ask_amount > 0) {
            question.account_id = decision.ask_account_id;
            question.amount = decision.ask_amount;
        }
        question.id = id_of(bank.next_number++);
        command->answer = execute(&question);
        command->answered = true;
        decision = decide(command);
    }
    assert_int_not_equal(decision.kind, DECISION_ASK);
    assert_true(decision.kind == DECISION_EVENTS || decision.refusal != NOT_REFUSED);
    assert_true(decision.event_count <= DECISION_EVENTS_MAX);
    for (unsigned i = 0; i < decision.event_count; i++)
        happen(&decision.event[i], command);
    for (unsigned i = 0; i < decision.event_count; i++)
        react(command, &decision.event[i]);
    return decision.refusal;
}

/* As the engine does: what is in flight of what the teller has as open. */
static inline struct day_report *room_for_report(const struct teller *teller)
{
    struct day_report *report = &bank.report;
    *report = (struct day_report){ .open_more = teller->day.open_more };
    for (uint32_t i = 0; i < teller->day.open_count; i++)
        report->open_count += teller_day_open(&teller->day.open[i], saga_of(teller->day.open[i]),
                                              &report->open[report->open_count]);
    return report;
}

/* Runs it and all it causes, now; what was left out of it is filled in. */
static inline enum refusal when(struct command command)
{
    bank.first = bank.count;
    if (uuid_is_nil(&command.id))
        command.id = id_of(bank.next_number++);
    if (command_is(command.kind, BEGINS))
        *command_id_of(&command, command_traits(command.kind)->saga) = command.id;
    const struct uuid *process_id = command_saga_id(&command);
    command.correlation_id = uuid_is_nil(process_id) ? command.id : *process_id;
    command.at_us = bank.now_us;
    command.day = !uuid_is_nil(&command.teller_id) && teller_of(command.teller_id)->provisioned
                      ? teller_of(command.teller_id)->business_day
                      : day_of(bank.now_us);
    command.confirm_within_us = bank.confirm_within_us;
    if (command.kind == TELLER_CUT_OVER)
        command.report = room_for_report(teller_of(command.teller_id));
    return execute(&command);
}

static inline void time_passes(int64_t us)
{
    bank.now_us += us;
}

/* ---- looking at what happened ---- */

#define assert_refusal(got, wanted)                                                                \
    assert_string_equal(refusal_name((enum refusal)(got)), refusal_name((enum refusal)(wanted)))
#define assert_accepted(got) assert_refusal(got, NOT_REFUSED)

#define then(...)                                                                                  \
    then_at(__FILE__, __LINE__, (const enum event_kind[]){ __VA_ARGS__ },                          \
            sizeof((const enum event_kind[]){ __VA_ARGS__ }) / sizeof(enum event_kind))
#define then_nothing() then_at(__FILE__, __LINE__, NULL, 0)

static inline void then_at(const char *file, int line, const enum event_kind *kinds, size_t count)
{
    size_t happened = bank.count - bank.first;
    bool same = happened == count;
    for (size_t i = 0; same && i < count; i++)
        same = bank.record[bank.first + i].event.kind == kinds[i];
    if (same)
        return;
    char text[600] = "";
    for (size_t i = 0; i < happened && strlen(text) < 500; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), " %s",
                 event_type(bank.record[bank.first + i].event.kind));
    check_fail_at(file, line, "other events happened:%s", happened == 0 ? " none" : text);
}

/* The ith event of the last command. */
static inline const struct event *event_at(size_t i)
{
    if (bank.first + i >= bank.count)
        check_fail("the last command has no event %zu", i);
    return &bank.record[bank.first + i].event;
}

/* ---- commands and values, briefly ---- */

static inline struct notes notes_of_two(int32_t denomination, int32_t count, int32_t other,
                                        int32_t other_count)
{
    struct notes notes = { 0 };
    if (count > 0)
        notes_add(&notes, denomination, count);
    if (other_count > 0)
        notes_add(&notes, other, other_count);
    return notes;
}

static inline struct notes some_notes(int32_t denomination, int32_t count)
{
    return notes_of_two(denomination, count, 0, 0);
}

/* A card's token and a PIN's reference value are opaque to the core. */
static inline struct command with_card(struct command command, unsigned char card,
                                       unsigned char pin)
{
    memset(command.card, card, sizeof command.card);
    memset(command.pin_reference, pin, sizeof command.pin_reference);
    return command;
}

enum { CARD = 7, RIGHT_PIN = 11, WRONG_PIN = 12 };

static inline struct command for_account(enum command_kind kind, struct uuid account_id,
                                         money amount)
{
    return (struct command){ .kind = kind, .account_id = account_id, .amount = amount };
}

static inline struct command for_teller(enum command_kind kind, struct uuid teller_id)
{
    return (struct command){ .kind = kind, .teller_id = teller_id };
}

static inline struct command initiate(struct uuid teller_id, struct uuid account_id, money amount)
{
    struct command command = for_teller(TELLER_INITIATE_WITHDRAWAL, teller_id);
    command.account_id = account_id;
    command.amount = amount;
    return with_card(command, CARD, RIGHT_PIN);
}

static inline struct command confirm(struct uuid withdrawal_id, enum dispense_outcome outcome,
                                     struct notes taken)
{
    struct command command = for_teller(TELLER_CONFIRM_DISPENSE, MACHINE);
    command.withdrawal_id = withdrawal_id;
    command.outcome = outcome;
    command.taken = taken;
    return command;
}

static inline struct command initiate_deposit(struct uuid teller_id, struct uuid account_id)
{
    struct command command = for_teller(TELLER_INITIATE_DEPOSIT, teller_id);
    command.account_id = account_id;
    return with_card(command, CARD, RIGHT_PIN);
}

static inline struct command for_deposit(enum command_kind kind, struct uuid deposit_id,
                                         enum deposit_outcome outcome, struct notes notes)
{
    struct command command = for_teller(kind, MACHINE);
    command.deposit_id = deposit_id;
    command.deposit_outcome = outcome;
    command.notes = notes;
    command.notes_given = notes.length > 0;
    return command;
}

static inline void given(struct command command)
{
    assert_accepted(when(command));
}

/* An open account with a card, and this much in it. */
static inline void given_account(struct uuid account_id, money balance)
{
    given(for_account(ACCOUNTS_OPEN_ACCOUNT, account_id, 0));
    given(with_card(for_account(ACCOUNTS_ISSUE_CARD, account_id, 0), CARD, RIGHT_PIN));
    if (balance > 0)
        given(for_account(ACCOUNTS_DEPOSIT_MONEY, account_id, balance));
}

static inline void given_teller(struct uuid teller_id, struct notes cassettes)
{
    struct command command = for_teller(TELLER_PROVISION, teller_id);
    command.notes = cassettes;
    given(command);
}

/* A withdrawal that was approved and whose notes the machine now presents; its id. */
static inline struct uuid given_dispensing(money amount)
{
    given(initiate(MACHINE, PETER, amount));
    struct uuid id = event_at(0)->correlation_id;
    assert_string_equal(withdrawal_state_name(withdrawal_of(id)->state), "dispensing");
    return id;
}

/* A deposit whose customer may now put notes in; its id. */
static inline struct uuid given_counting(void)
{
    given(initiate_deposit(MACHINE, PETER));
    struct uuid id = event_at(0)->correlation_id;
    assert_string_equal(deposit_state_name(deposit_of(id)->state), "counting");
    return id;
}

#endif
