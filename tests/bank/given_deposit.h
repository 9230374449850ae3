/* SPDX-License-Identifier: MIT */
/* What the tests of deposits have in common, beside given.h. */
#ifndef TESTS_BANK_GIVEN_DEPOSIT_H
#define TESTS_BANK_GIVEN_DEPOSIT_H

#include "tests/bank/given.h"

static inline void assert_state(struct uuid id, enum deposit_state state)
{
    assert_string_equal(deposit_state_name(deposit_of(id)->state), deposit_state_name(state));
}

static inline struct command counted(struct uuid id, struct notes notes)
{
    return for_deposit(TELLER_CONFIRM_DEPOSIT, id, OUTCOME_COUNTED, notes);
}

static inline struct command cancelled(struct uuid id)
{
    return for_deposit(TELLER_CONFIRM_DEPOSIT, id, OUTCOME_CANCELLED, (struct notes){ 0 });
}

static inline struct command resolve(struct uuid id, enum deposit_outcome outcome)
{
    return for_deposit(TELLER_RESOLVE_DEPOSIT, id, outcome, (struct notes){ 0 });
}

static inline void given_peter_at_the_machine(money balance)
{
    given_account(PETER, balance);
    given_teller(MACHINE, some_notes(5000, 10));
}

#endif
