/* SPDX-License-Identifier: MIT */
/*
 * The account aggregate: an owner's money and cards.
 *
 * Pure: decide reads the state and a command and says what happens; apply
 * folds one event into the state. Neither does I/O, knows the time or can
 * fail. A plain value, zero-initialised before its first event.
 */
#ifndef CORE_ACCOUNT_H
#define CORE_ACCOUNT_H

#include "bank/core/decision.h"

#define ACCOUNT_CARDS_MAX   4
#define ACCOUNT_MOVEMENTS   10     /* that a mini statement has */
#define PIN_TRIES           3      /* wrong PINs in a row that block a card */
#define DAILY_LIMIT_DEFAULT 100000 /* minor units a day at ATMs */
#define WRONG_RECEIVERS_MAX 5 /* a day at ATMs: card numbers are not to be tried as receivers */

/* What may be put in at ATMs and be available at once: in one deposit; by one card in one day. */
#define DEPOSIT_LIMIT_DEFAULT 1000000
#define DEPOSIT_DAILY_DEFAULT 2000000

struct card {
    unsigned char token[CARD_TOKEN_LENGTH];
    unsigned char pin_reference[PIN_REFERENCE_LENGTH];
    char masked[CARD_MASKED_LENGTH];
    int32_t wrong_pins; /* in a row */
    bool blocked;
    int32_t deposit_day;   /* the day (since 1970, UTC) the next one is of */
    money deposited_today; /* at ATMs, without review */
};

/*
 * What somebody without a card withdraws with, once: the last one that the owner asked for. It
 * holds nothing of the balance. Its life is long enough to tell it to somebody on the phone who
 * then has to get to a machine, and over before the day's figures are looked at by anybody who
 * could have overheard it.
 */
#define CASH_CODE_LIFE_US (INT64_C(3) * 3600 * 1000000)
#define CASH_CODES_MAX    5 /* asked for a day: numbers are not to be tried by asking for them */

struct cash_code {
    unsigned char token[CARD_TOKEN_LENGTH]; /* zeros: there is none, or it has ended */
    unsigned char pin_reference[PIN_REFERENCE_LENGTH];
    char masked[CARD_MASKED_LENGTH];
    money amount; /* the most that it pays out */
    int64_t until_us;
    struct uuid withdrawal_id; /* the last that its PIN was right for */
    int32_t wrong_pins;        /* in a row */
};

/* A line of the statement. The balance after it follows from the account's and the lines after. */
struct past_movement {
    money change; /* of the balance */
    uint32_t at_s;
    enum movement_kind kind;
};

struct account {
    struct uuid id;
    int64_t version; /* events folded in */
    enum { ACCOUNT_NONE, ACCOUNT_OPEN, ACCOUNT_CLOSED } status;
    bool erased; /* its owner was: no name is given again */
    money balance;
    money held;           /* of the balance: deposits that are reviewed before they are available */
    money sum[SUM_COUNT]; /* opening + deposits - withdrawals + reversals = balance */
    money may_return;  /* withdrawn at machines and not reversed: the most that reversals can still
                          bring */
    money daily_limit; /* 0: none */
    int32_t daily_count;                /* 0: none */
    money deposit_limit, deposit_daily; /* 0: none */
    int32_t day;                        /* the day (since 1970, UTC) the next four are of */
    int32_t withdrawals_today;
    int32_t wrong_receivers; /* of transfers at ATMs */
    int32_t codes_today;     /* cash codes that were issued */
    money withdrawn_today;   /* at ATMs, less what was reversed */
    int32_t card_count;
    struct card card[ACCOUNT_CARDS_MAX];
    struct cash_code code;
    int64_t movements; /* so many there were; the last ones are kept, each in its number's place */
    struct past_movement movement[ACCOUNT_MOVEMENTS];
};

struct decision account_decide(const struct account *account, const struct command *command);
/* For the commands about cards, and those whose whole decision is a card's PIN: account_cards.c. */
struct decision account_decide_card(const struct account *account, const struct command *command);
void account_apply(struct account *account, const struct event *event);

/* Whether what happened `today` counts against a limit at this time. */
bool account_day_counts(const struct account *account, int64_t at_us);

/* The part about transfers: account_transfer.c. */
struct decision account_decide_transfer(const struct account *account,
                                        const struct command *command);

/* The part about cash codes: account_code.c. What its PIN comes to where a code stands for the
 * card, that it ends, where one is open, and which it is that the command names; NULL: no open one.
 */
struct decision account_decide_code(const struct account *account, const struct command *command);
struct decision account_authorize_code(const struct account *account,
                                       const struct command *command);
void account_end_code(struct decision *decision, const struct account *account,
                      const struct command *command, const char *reason);
/* Folds an event of a code: issued, ended, or a PIN looked at, which may be another card's. */
void account_apply_code(struct account *account, const struct event *event);
const struct cash_code *account_code(const struct account *account,
                                     const unsigned char token[static CARD_TOKEN_LENGTH],
                                     int64_t at_us);
bool account_code_open(const struct account *account, int64_t at_us);

/* Whether the holder of a card may act, and what a PIN comes to: an event either way, of a card or
 * a code with that reference and so many wrong PINs in a row. account_cards.c. */
struct decision account_authorize(const struct account *account, const struct command *command);
struct decision account_try_pin(const struct account *account, const struct command *command,
                                const unsigned char token[static CARD_TOKEN_LENGTH],
                                const unsigned char reference[static PIN_REFERENCE_LENGTH],
                                int32_t wrong_pins);

/* As many steps for a wrong reference as for a right one. */
bool pin_references_equal(const unsigned char a[static PIN_REFERENCE_LENGTH],
                          const unsigned char b[static PIN_REFERENCE_LENGTH]);

/* Why the account does not give, or take, that amount; NOT_REFUSED: it does. */
enum refusal account_refuses_withdrawal(const struct account *account,
                                        const struct command *command);
enum refusal account_refuses_deposit(const struct account *account, money amount);

/* The balance that the sums give: opening + deposits - withdrawals + reversals. */
money account_sums(const struct account *account);

/* The balance less what is held. */
money account_cleared(const struct account *account);

/* What may be withdrawn at an ATM at that time. */
money account_available(const struct account *account, int64_t at_us);

/* The last line of its statement is number 0, the one before it 1. NULL: so many are not kept. */
const struct past_movement *account_movement(const struct account *account, int number);

/* NULL when the account has no such card. */
const struct card *account_card(const struct account *account,
                                const unsigned char token[static CARD_TOKEN_LENGTH]);

#endif
