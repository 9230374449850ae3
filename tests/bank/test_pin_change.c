/* SPDX-License-Identifier: MIT */
/*
 * The account aggregate: a card's holder chooses another PIN. Of the new one nothing is said
 * before the old one was right.
 */
#include "tests/bank/given.h"

enum { NEW_PIN = 13, OTHER_CARD = 8 };

static struct command change(unsigned char old_pin, unsigned char new_pin)
{
    struct command command = with_card(for_account(ACCOUNTS_CHANGE_PIN, PETER, 0), CARD, old_pin);
    memset(command.new_pin_reference, new_pin, sizeof command.new_pin_reference);
    return command;
}

static struct command weak(struct command command)
{
    command.new_pin_weak = true;
    return command;
}

static enum refusal enquire(unsigned char card, unsigned char pin)
{
    return when(with_card(for_account(ACCOUNTS_ENQUIRE_BALANCE, PETER, 0), card, pin));
}

static const struct card *peters(void)
{
    return &account_of(PETER)->card[0];
}

static void test_the_new_pin_counts_from_then_on_and_the_old_one_does_not(void **state)
{
    (void)state;
    given_account(PETER, 100);
    assert_accepted(when(change(RIGHT_PIN, NEW_PIN)));
    then(ACCOUNTS_AUTHORIZATION_CONFIRMED, ACCOUNTS_PIN_CHANGED);
    assert_memory_equal(event_at(1)->pin_changed.card, peters()->token, CARD_TOKEN_LENGTH);
    assert_memory_equal(event_at(1)->pin_changed.pin_reference, peters()->pin_reference,
                        PIN_REFERENCE_LENGTH);
    assert_accepted(enquire(CARD, NEW_PIN));
    assert_refusal(enquire(CARD, RIGHT_PIN), REFUSED_WRONG_PIN);
    assert_accepted(when(change(NEW_PIN, RIGHT_PIN)));
    assert_accepted(enquire(CARD, RIGHT_PIN));
}

static void test_another_card_of_the_account_keeps_its_pin(void **state)
{
    (void)state;
    given_account(PETER, 100);
    given(with_card(for_account(ACCOUNTS_ISSUE_CARD, PETER, 0), OTHER_CARD, WRONG_PIN));
    given(change(RIGHT_PIN, NEW_PIN));
    assert_accepted(enquire(OTHER_CARD, WRONG_PIN));
}

static void test_a_wrong_old_pin_is_a_try_and_the_third_blocks_the_card(void **state)
{
    (void)state;
    given_account(PETER, 100);
    assert_refusal(when(change(WRONG_PIN, NEW_PIN)), REFUSED_WRONG_PIN);
    then(ACCOUNTS_AUTHORIZATION_DECLINED);
    assert_int_equal(event_at(0)->authorization.tries_left, 2);
    assert_refusal(when(change(WRONG_PIN, NEW_PIN)), REFUSED_WRONG_PIN);
    assert_refusal(when(change(WRONG_PIN, NEW_PIN)), REFUSED_PIN_TRIES_EXCEEDED);
    then(ACCOUNTS_AUTHORIZATION_DECLINED, ACCOUNTS_CARD_BLOCKED);
    assert_refusal(when(change(RIGHT_PIN, NEW_PIN)), REFUSED_CARD_BLOCKED);
    then_nothing();
}

static void test_a_weak_pin_and_the_old_one_are_refused_and_cost_no_try(void **state)
{
    (void)state;
    given_account(PETER, 100);
    assert_refusal(enquire(CARD, WRONG_PIN), REFUSED_WRONG_PIN);
    for (int i = 0; i < 2 * PIN_TRIES; i++) {
        const bool same = i % 2 == 0;
        assert_refusal(when(same ? change(RIGHT_PIN, RIGHT_PIN) : weak(change(RIGHT_PIN, NEW_PIN))),
                       REFUSED_WEAK_PIN);
        then(ACCOUNTS_AUTHORIZATION_CONFIRMED);
        assert_int_equal(peters()->wrong_pins, 0);
    }
    assert_accepted(enquire(CARD, RIGHT_PIN));
    assert_refusal(enquire(CARD, NEW_PIN), REFUSED_WRONG_PIN);
}

/* Who does not know the PIN hears the same whatever the new one is: the PIN itself, a weak one, or
 * any other; each is a try. */
static void test_without_the_old_pin_nothing_is_said_of_the_new_one(void **state)
{
    (void)state;
    const struct command guesses[] = { change(WRONG_PIN, RIGHT_PIN), change(WRONG_PIN, WRONG_PIN),
                                       change(WRONG_PIN, NEW_PIN), weak(change(WRONG_PIN, NEW_PIN)),
                                       weak(change(WRONG_PIN, RIGHT_PIN)) };
    for (size_t i = 0; i < sizeof guesses / sizeof guesses[0]; i++) {
        bank_start(state);
        given_account(PETER, 100);
        assert_refusal(when(guesses[i]), REFUSED_WRONG_PIN);
        then(ACCOUNTS_AUTHORIZATION_DECLINED);
        assert_int_equal(event_at(0)->authorization.tries_left, PIN_TRIES - 1);
    }
}

static void test_a_closed_account_and_an_unknown_card_have_no_pin_to_change(void **state)
{
    (void)state;
    given_account(PETER, 0);
    assert_refusal(when(with_card(change(RIGHT_PIN, NEW_PIN), OTHER_CARD, RIGHT_PIN)),
                   REFUSED_NO_SUCH_CARD);
    given(for_account(ACCOUNTS_CLOSE_ACCOUNT, PETER, 0));
    assert_refusal(when(change(RIGHT_PIN, NEW_PIN)), REFUSED_ACCOUNT_CLOSED);
    then_nothing();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        sentence(test_the_new_pin_counts_from_then_on_and_the_old_one_does_not),
        sentence(test_another_card_of_the_account_keeps_its_pin),
        sentence(test_a_wrong_old_pin_is_a_try_and_the_third_blocks_the_card),
        sentence(test_a_weak_pin_and_the_old_one_are_refused_and_cost_no_try),
        sentence(test_without_the_old_pin_nothing_is_said_of_the_new_one),
        sentence(test_a_closed_account_and_an_unknown_card_have_no_pin_to_change),
    };
    return cmocka_run_group_tests_name("pin_change", tests, NULL, NULL);
}
