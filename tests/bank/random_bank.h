/* SPDX-License-Identifier: MIT */
/*
 * Random lives for the bank of given.h: many commands of every kind, most of
 * them sensible, from a seed, so that a failure can be run again.
 */
#ifndef TESTS_BANK_RANDOM_BANK_H
#define TESTS_BANK_RANDOM_BANK_H

#include "tests/bank/given.h"

enum { RANDOM_ACCOUNTS = 5, RANDOM_TELLERS = 3, RANDOM_OPEN_MAX = 64 };

static uint64_t random_state;

/* xorshift64*: the same numbers on every machine. */
static inline uint64_t random_below(uint64_t limit)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (random_state * UINT64_C(0x2545f4914f6cdd1d) >> 33) % limit;
}

static inline bool chance(unsigned percent)
{
    return random_below(100) < percent;
}

static inline struct uuid random_account(void)
{
    return id_of(1 + random_below(RANDOM_ACCOUNTS));
}

static inline struct uuid random_teller(void)
{
    return id_of(101 + random_below(RANDOM_TELLERS));
}

/* Each account its own card. */
static inline unsigned char card_of(struct uuid account_id)
{
    return (unsigned char)(CARD + number_of(&account_id));
}

static inline struct notes part_of(const struct notes *notes)
{
    struct notes part = { 0 };
    for (uint32_t i = 0; i < notes->length; i++)
        if (notes->item[i].count > 0)
            notes_add(&part, notes->item[i].denomination,
                      (int32_t)random_below((uint64_t)notes->item[i].count + 1));
    return part;
}

/* One that still matters, mostly; the withdrawal's place in bank.withdrawal. */
static inline size_t random_withdrawal(void)
{
    size_t recent = bank.withdrawals < RANDOM_OPEN_MAX ? bank.withdrawals : RANDOM_OPEN_MAX;
    size_t at = bank.withdrawals - 1 - random_below(recent);
    for (size_t i = 0; i < recent && !withdrawal_open(&bank.withdrawal[at]) && chance(95); i++)
        at = bank.withdrawals - 1 - random_below(recent);
    return at;
}

/* What a machine might say of a withdrawal, or an operator who counted. */
static inline struct command random_telling(void)
{
    const struct withdrawal *withdrawal = &bank.withdrawal[random_withdrawal()];
    if (uuid_is_nil(&withdrawal->id) || chance(1)) { /* what never arrived */
        struct command unheard = for_teller(TELLER_CONFIRM_DISPENSE, random_teller());
        unheard.withdrawal_id = id_of(bank.next_number++);
        unheard.outcome = chance(50) ? OUTCOME_DISPENSED : OUTCOME_NOT_DISPENSED;
        if (unheard.outcome == OUTCOME_DISPENSED)
            unheard.taken = some_notes(5000, (int32_t)random_below(4));
        return unheard;
    }
    bool resolving =
        (withdrawal->state == WITHDRAWAL_SUSPECT || withdrawal->state == WITHDRAWAL_DISPUTED) &&
        chance(60);
    struct command command = for_teller(
        resolving ? TELLER_RESOLVE_WITHDRAWAL : TELLER_CONFIRM_DISPENSE, withdrawal->teller_id);
    command.withdrawal_id = withdrawal->id;
    command.outcome = (enum dispense_outcome)(chance(70) ? 0 : random_below(resolving ? 2 : 4));
    struct notes left = withdrawal->notes;
    if (command.outcome == OUTCOME_DISPENSED)
        command.taken = chance(80) ? left : part_of(&left);
    notes_take_all(&left, &command.taken);
    if (resolving && withdrawal->state == WITHDRAWAL_DISPUTED && chance(80)) {
        command.taken = (struct notes){ 0 };
        return command;
    }
    if (chance(30))
        command.rejected = part_of(&left);
    notes_take_all(&left, &command.rejected);
    if (command.outcome == OUTCOME_RETRACTED)
        command.retracted = left;
    snprintf(command.reason, sizeof command.reason, "%s", chance(20) ? "counted \"by hand\"" : "");
    if (chance(2))
        command.teller_id = random_teller();
    return command;
}

static inline struct command random_initiation(void)
{
    struct uuid account_id = random_account();
    struct command command =
        initiate(random_teller(), account_id, (money)(1 + random_below(30)) * 1000);
    command = with_card(command, chance(98) ? card_of(account_id) : 99,
                        chance(98) ? RIGHT_PIN : WRONG_PIN);
    if (chance(10)) {
        command.notes = some_notes(chance(50) ? 2000 : 5000, (int32_t)(command.amount / 5000) + 1);
        command.notes_given = true;
    }
    if (chance(1))
        command.account_id = (struct uuid){ 0 };
    if (chance(2) && bank.withdrawals > 0)
        command.id = bank.withdrawal[random_withdrawal()].id;
    return command;
}

/* The last account is so full that hardly any deposit fits. */
static inline struct command random_deposit(void)
{
    struct uuid account_id = random_account();
    struct command command = initiate_deposit(random_teller(), account_id);
    return with_card(command, card_of(account_id), chance(95) ? RIGHT_PIN : WRONG_PIN);
}

/* What a machine says of a deposit, or an operator who settles one. */
static inline struct command random_deposit_telling(void)
{
    const struct deposit *deposit =
        &bank.deposit[bank.deposits - 1 - random_below(bank.deposits < 8 ? bank.deposits : 8)];
    bool resolving = (deposit->state == DEPOSIT_SUSPECT || deposit->state == DEPOSIT_HELD ||
                      deposit->state == DEPOSIT_DISPUTED) &&
                     chance(60);
    enum deposit_outcome outcome = chance(75)   ? OUTCOME_COUNTED
                                   : chance(80) ? OUTCOME_CANCELLED
                                                : OUTCOME_LOST;
    struct notes notes = { 0 };
    if (!resolving && outcome == OUTCOME_COUNTED)
        notes = chance(50) && deposit->notes.length > 0
                    ? deposit->notes
                    : notes_of_two(5000, (int32_t)random_below(10), 1000,
                                   1 + (int32_t)random_below(10));
    if (resolving)
        outcome = chance(50) ? OUTCOME_CREDITED : OUTCOME_RETURNED;
    if (resolving && deposit->state == DEPOSIT_SUSPECT && deposit->notes.length == 0)
        notes = some_notes(5000, 1 + (int32_t)random_below(3));
    struct command command = for_deposit(
        resolving ? TELLER_RESOLVE_DEPOSIT : TELLER_CONFIRM_DEPOSIT, deposit->id, outcome, notes);
    command.teller_id =
        chance(2) || uuid_is_nil(&deposit->teller_id) ? random_teller() : deposit->teller_id;
    if (chance(1) && !resolving) /* what never arrived */
        command = for_deposit(TELLER_CONFIRM_DEPOSIT, id_of(bank.next_number++), outcome, notes);
    return command;
}

static inline struct command transfer_at(struct uuid teller_id, struct uuid from, struct uuid to,
                                         money amount)
{
    struct command command = for_account(TRANSFERS_INITIATE_TRANSFER, from, amount);
    command.teller_id = teller_id;
    command.other_id = to;
    command.by_terminal = true;
    return with_card(command, CARD, RIGHT_PIN);
}

static inline struct command transfer_by_hand(struct uuid from, struct uuid to, money amount)
{
    struct command command = for_account(TRANSFERS_MAKE_TRANSFER, from, amount);
    command.other_id = to;
    return command;
}

/* Between two accounts; now and then to one that is not there. */
static inline struct command random_transfer(void)
{
    struct uuid from = random_account(), to = chance(95) ? random_account() : id_of(7);
    const money amount = (money)(1 + random_below(300)) * 1000;
    if (chance(50))
        return transfer_by_hand(from, to, amount);
    struct command command = transfer_at(random_teller(), from, to, amount);
    if (chance(3))
        command.other_id = (struct uuid){ 0 };
    return with_card(command, card_of(from), chance(95) ? RIGHT_PIN : WRONG_PIN);
}

/* Asked for, and used by somebody who mostly has the right one. */
static inline struct command random_cash_code(void)
{
    const struct uuid account_id = random_account();
    const int number = 200 + (int)number_of(&account_id);
    const money amount = (money)(1 + random_below(8)) * 5000;
    if (chance(50))
        return with_card(initiate(random_teller(), account_id, amount),
                         (unsigned char)(chance(95) ? number : 90),
                         chance(80) ? RIGHT_PIN : WRONG_PIN);
    struct command command = for_account(ACCOUNTS_ISSUE_CASH_CODE, account_id, amount);
    command.teller_id = random_teller();
    command.by_terminal = true;
    memset(command.cash_code, number, sizeof command.cash_code);
    memset(command.new_pin_reference, RIGHT_PIN, sizeof command.new_pin_reference);
    return with_card(command, card_of(account_id), chance(95) ? RIGHT_PIN : WRONG_PIN);
}

static inline struct command random_account_command(void)
{
    static const enum command_kind kinds[] = {
        ACCOUNTS_DEPOSIT_MONEY, ACCOUNTS_DEPOSIT_MONEY,  ACCOUNTS_DEPOSIT_MONEY,
        ACCOUNTS_DEPOSIT_MONEY, ACCOUNTS_DEPOSIT_MONEY,  ACCOUNTS_DEPOSIT_MONEY,
        ACCOUNTS_DEPOSIT_MONEY, ACCOUNTS_DEPOSIT_MONEY,  ACCOUNTS_UNBLOCK_CARD,
        ACCOUNTS_UNBLOCK_CARD,  ACCOUNTS_UNBLOCK_CARD,   ACCOUNTS_UNBLOCK_CARD,
        ACCOUNTS_UNBLOCK_CARD,  ACCOUNTS_UNBLOCK_CARD,   ACCOUNTS_UNBLOCK_CARD,
        ACCOUNTS_UNBLOCK_CARD,  ACCOUNTS_WITHDRAW_MONEY, ACCOUNTS_SET_LIMITS,
        ACCOUNTS_ISSUE_CARD,    ACCOUNTS_OPEN_ACCOUNT,   ACCOUNTS_ENQUIRE_BALANCE,
        ACCOUNTS_BLOCK_CARD,
    };
    struct uuid account_id = random_account();
    enum command_kind kind = kinds[random_below(sizeof kinds / sizeof kinds[0])];
    struct command command = for_account(kind, account_id, (money)(1 + random_below(200)) * 1000);
    command = with_card(command, card_of(account_id), chance(90) ? RIGHT_PIN : WRONG_PIN);
    if (kind == ACCOUNTS_ISSUE_CARD && chance(20))
        memset(command.card, (int)(100 + 4 * number_of(&account_id) + random_below(2)),
               sizeof command.card);
    if (kind == ACCOUNTS_SET_LIMITS) {
        command.daily_limit = chance(70) ? 0 : (money)random_below(200) * 1000;
        command.daily_count = (int32_t)(chance(70) ? 0 : random_below(40));
        command.deposit_limit = chance(70) ? LIMIT_UNSAID : (money)random_below(60) * 1000;
        command.deposit_daily = chance(70) ? LIMIT_UNSAID : (money)random_below(120) * 1000;
    }
    return command;
}

/* What a person would count of so many notes: mostly those, sometimes a few more or fewer. */
static inline int32_t miscounted(int64_t count)
{
    const int64_t counted = chance(70) ? count : count + (int64_t)random_below(7) - 3;
    return (int32_t)(counted < 0 ? 0 : counted);
}

static inline struct command random_swap(const struct teller *teller)
{
    struct command command = for_teller(TELLER_SWAP_CASSETTE, teller->id);
    command.cassette = 1 + (int32_t)random_below(4);
    const struct cassette *out = cassettes_find(&teller->boxes, command.cassette);
    if (out != NULL)
        notes_add(&command.removed, out->denomination,
                  miscounted(cassettes_holds(&teller->boxes, command.cassette,
                                             notes_of(&teller->cassettes, out->denomination))));
    if (chance(90))
        notes_add(&command.notes, chance(50) ? 2000 : 5000, 100 + (int32_t)random_below(200));
    snprintf(command.box, sizeof command.box, "%s", command.notes.length > 0 ? "SN-17" : "");
    return command;
}

static inline struct command random_count(const struct teller *teller)
{
    struct command command = for_teller(TELLER_COUNT_CASSETTES, teller->id);
    command.cassette = chance(50) ? 0 : 1 + (int32_t)random_below(4);
    const struct cassette *one = cassettes_find(&teller->boxes, command.cassette);
    if (one != NULL)
        notes_add(&command.notes, one->denomination,
                  miscounted(cassettes_holds(&teller->boxes, command.cassette,
                                             notes_of(&teller->cassettes, one->denomination))));
    else
        for (uint32_t i = 0; i < teller->cassettes.length; i++)
            notes_add(&command.notes, teller->cassettes.item[i].denomination,
                      miscounted(teller->cassettes.item[i].count));
    return command;
}

static inline struct command random_emptying(const struct teller *teller)
{
    struct command command = for_teller(TELLER_EMPTY_BIN, teller->id);
    command.bin = (enum cash_bin)(BIN_REJECT + random_below(3));
    static const int32_t denominations[] = { 5000, 2000, 1000 };
    for (size_t i = 0; i < sizeof denominations / sizeof denominations[0]; i++)
        notes_add(&command.notes, denominations[i],
                  miscounted(teller_in_bin(teller, command.bin, denominations[i])));
    return command;
}

/* Cash in a person's hands. */
static inline struct command random_cash(void)
{
    const struct teller *teller = teller_of(random_teller());
    if (chance(30))
        return random_swap(teller);
    if (chance(50))
        return random_count(teller);
    if (chance(70))
        return random_emptying(teller);
    struct command command = for_teller(TELLER_SET_LOW_MARK, teller->id);
    command.cassette = 1 + (int32_t)random_below(4);
    command.low_mark = (int32_t)random_below(200);
    return command;
}

static inline struct command random_teller_command(void)
{
    struct command command = for_teller(chance(60)   ? TELLER_REPLENISH_CASSETTES
                                        : chance(70) ? TELLER_CUT_OVER
                                                     : TELLER_SIGN_ON,
                                        random_teller());
    if (chance(20))
        return random_cash();
    if (command.kind == TELLER_REPLENISH_CASSETTES)
        command.notes =
            notes_of_two(5000, (int32_t)random_below(60), 2000, 1 + (int32_t)random_below(60));
    return command;
}

/* What an engine does all by itself: the deadlines that have passed. */
static inline void random_deadlines(void)
{
    size_t recent = bank.withdrawals < RANDOM_OPEN_MAX ? bank.withdrawals : RANDOM_OPEN_MAX;
    for (size_t i = bank.withdrawals - recent; i < bank.withdrawals; i++) {
        struct command command = { .kind = NO_COMMAND };
        if (withdrawal_deadline(&bank.withdrawal[i], bank.now_us, &command))
            when(command);
    }
}

/* Opens the accounts and the machines. */
static inline void random_start(uint64_t seed)
{
    random_state = seed * 2 + 1;
    bank.confirm_within_us = 600 * SECOND_US;
    for (uint64_t i = 1; i <= RANDOM_ACCOUNTS; i++) {
        struct command open = for_account(ACCOUNTS_OPEN_ACCOUNT, id_of(i), 0);
        snprintf(open.owner, sizeof open.owner, "Peter %d", (int)i);
        given(open);
        given(
            with_card(for_account(ACCOUNTS_ISSUE_CARD, id_of(i), 0), card_of(id_of(i)), RIGHT_PIN));
        given(for_account(ACCOUNTS_DEPOSIT_MONEY, id_of(i),
                          i == RANDOM_ACCOUNTS ? MONEY_CAP - 10000 : 500000));
    }
    for (uint64_t i = 101; i <= 100 + RANDOM_TELLERS; i++)
        given_teller(id_of(i), notes_of_two(5000, 200, 2000, 200));
}

static inline void random_step(void)
{
    uint64_t kind = random_below(100);
    if (kind < 43)
        when(random_initiation());
    else if (kind < 46)
        when(random_deposit());
    else if (kind < 50 && bank.deposits > 0)
        when(random_deposit_telling());
    else if (kind < 85 && bank.withdrawals > 0)
        when(random_telling());
    else if (kind < 92)
        when(random_account_command());
    else if (kind < 95)
        when(random_transfer());
    else if (kind < 98)
        when(random_cash_code());
    else
        when(random_teller_command());
    time_passes((int64_t)random_below(chance(2) ? 6 * 3600 : 60) * SECOND_US);
    random_deadlines();
}

#endif
