/* SPDX-License-Identifier: MIT */
/*
 * Events: what has happened, in the past tense, never changed.
 *
 * The table names every kind: its enumerator, its type in the event store and
 * whose stream it stands in. An event is a plain value; which member of the
 * union holds its content follows from its kind.
 *
 * causation_id is the id of the command that produced the event. correlation_id
 * is the withdrawal's id for every event of a withdrawal, the deposit's for
 * every one of a deposit at a machine, the transfer's for every one of a
 * transfer, else the id of the command that came from outside.
 */
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#include "bank/core/operator_role.h"
#include "shared/money.h"
#include "shared/notes.h"
#include "shared/refusal.h"
#include "shared/uuid.h"

#define OWNER_NAME_LENGTH       121 /* bytes of an account owner's name with its NUL */
#define OWNER_LENGTH            224 /* the same, sealed (bank/vault/seal.h), as events have it */
#define REASON_LENGTH           61  /* bytes of a reason given from outside with its NUL */
#define GIVEN_SIZE              220 /* bytes of what is given for the record, with its NUL */
#define CARD_TOKEN_LENGTH       16
#define PIN_REFERENCE_LENGTH    32
#define LOG_HASH_LENGTH         32 /* of an event in the hash chain */
#define CARD_MASKED_LENGTH      20
#define OUTCOME_LENGTH          16 /* bytes of an advice's outcome with its NUL */
#define JOURNAL_POSITION_LENGTH 40 /* bytes of a place in a machine's journal with its NUL */
#define COMMAND_LENGTH          32 /* bytes of a command's full name with its NUL */
#define ACT_LENGTH              32 /* bytes of an act's name with its NUL */
#define INCIDENT_LENGTH         32 /* bytes of an incident's name with its NUL */
#define BOX_LENGTH              24 /* bytes of a cash box's own id with its NUL */
#define BIN_LENGTH              8  /* bytes of a bin's name with its NUL */
#define CASSETTES_MAX           8  /* places for a cassette in one machine, numbered from 1 */
#define KEY_CHECK_BYTES                                                                            \
    3 /* of a terminal key's check value, which tells keys apart and gives none away */
#define DAY_OPEN_MAX 24   /* withdrawals and deposits in flight that a day carries over by name */
#define LIMIT_UNSAID (-1) /* a limit that a command or an event leaves out */

/* clang-format off */

/*
 * What an event does to its account's money: whether it adds to the balance or
 * takes from it (or neither), to which of the account's sums its amount counts
 * and how, whether it adds to what is held or takes from it, and its word on a
 * statement (NULL: it has no line there). A snapshot has these numbers: a new one goes to the end.
 */
#define MOVEMENT_TABLE(X) \
    X(NOTHING,       0, SUM_OPENING,      0,  0, NULL) \
    X(OPENING,       1, SUM_OPENING,      1,  0, "opening") \
    X(DEPOSIT,       1, SUM_DEPOSITS,     1,  0, "deposit") \
    X(HELD_DEPOSIT,  1, SUM_DEPOSITS,     1,  1, "held deposit") \
    X(RELEASE,       0, SUM_DEPOSITS,     0, -1, "release") \
    X(RETURN,       -1, SUM_DEPOSITS,    -1, -1, "return") \
    X(WITHDRAWAL,   -1, SUM_WITHDRAWALS,  1,  0, "withdrawal") \
    X(REVERSAL,      1, SUM_REVERSALS,    1,  0, "reversal") \
    X(TRANSFER_HOLD, 0, SUM_WITHDRAWALS,  0,  1, NULL) \
    X(TRANSFER_IN,   1, SUM_DEPOSITS,     1,  0, "transfer in") \
    X(TRANSFER_OUT, -1, SUM_WITHDRAWALS,  1, -1, "transfer out") \
    X(TRANSFER_BACK, 0, SUM_WITHDRAWALS,  0, -1, NULL)

/*
 * Columns: the enumerator; the type in the event store; the fields that it has,
 * a list of bank/codec/event_fields.c; its movement of money. One that moves
 * money has its content in money_moved, and the first one in account_opened.
 */
#define ACCOUNT_EVENTS(X) \
    X(ACCOUNTS_ACCOUNT_OPENED, "Accounts.AccountOpened", account_opened, OPENING) \
    X(ACCOUNTS_LIMITS_SET, "Accounts.LimitsSet", limits_set, NOTHING) \
    X(ACCOUNTS_CARD_ISSUED, "Accounts.CardIssued", card_issued, NOTHING) \
    X(ACCOUNTS_CARD_BLOCKED, "Accounts.CardBlocked", card_changed, NOTHING) \
    X(ACCOUNTS_CARD_UNBLOCKED, "Accounts.CardUnblocked", card_changed, NOTHING) \
    X(ACCOUNTS_PIN_CHANGED, "Accounts.PinChanged", pin_changed, NOTHING) \
    X(ACCOUNTS_CASH_CODE_ISSUED, "Accounts.CashCodeIssued", cash_code_issued, NOTHING) \
    X(ACCOUNTS_CASH_CODE_ENDED, "Accounts.CashCodeEnded", card_changed, NOTHING) \
    X(ACCOUNTS_AUTHORIZATION_CONFIRMED, "Accounts.AuthorizationConfirmed", authorization_confirmed, NOTHING) \
    X(ACCOUNTS_AUTHORIZATION_DECLINED, "Accounts.AuthorizationDeclined", authorization_declined, NOTHING) \
    X(ACCOUNTS_MONEY_DEPOSITED, "Accounts.MoneyDeposited", money_deposited, DEPOSIT) \
    X(ACCOUNTS_DEPOSIT_HELD, "Accounts.DepositHeld", deposit_held, HELD_DEPOSIT) \
    X(ACCOUNTS_HELD_DEPOSIT_RELEASED, "Accounts.HeldDepositReleased", deposit_held, RELEASE) \
    X(ACCOUNTS_HELD_DEPOSIT_RETURNED, "Accounts.HeldDepositReturned", deposit_held, RETURN) \
    X(ACCOUNTS_MONEY_WITHDRAWN, "Accounts.MoneyWithdrawn", money_moved, WITHDRAWAL) \
    X(ACCOUNTS_WITHDRAWAL_REVERSED, "Accounts.WithdrawalReversed", money_moved, REVERSAL) \
    X(ACCOUNTS_ACCOUNT_CLOSED, "Accounts.AccountClosed", nothing, NOTHING) \
    X(ACCOUNTS_OWNER_ERASED, "Accounts.OwnerErased", nothing, NOTHING) \
    X(ACCOUNTS_OWNER_RENAMED, "Accounts.OwnerRenamed", owner_renamed, NOTHING) \
    X(TRANSFERS_TRANSFER_INITIATED, "Transfers.TransferInitiated", transfer, TRANSFER_HOLD) \
    X(TRANSFERS_TRANSFER_CREDITED, "Transfers.TransferCredited", transfer, TRANSFER_IN) \
    X(TRANSFERS_TRANSFER_COMPLETED, "Transfers.TransferCompleted", transfer, TRANSFER_OUT) \
    X(TRANSFERS_TRANSFER_RETURNED, "Transfers.TransferReturned", transfer, TRANSFER_BACK) \
    X(TRANSFERS_TRANSFER_DECLINED, "Transfers.TransferDeclined", transfer_declined, NOTHING)

#define TELLER_EVENTS(X) \
    X(TELLER_PROVISIONED, "Teller.Provisioned", provisioned, NOTHING) \
    X(TELLER_DEPOSIT_CAPACITY_SET, "Teller.DepositCapacitySet", capacity_set, NOTHING) \
    X(TELLER_SIGNED_ON, "Teller.SignedOn", signed_on, NOTHING) \
    X(TELLER_SIGN_ON_REFUSED, "Teller.SignOnRefused", sign_on_refused, NOTHING) \
    X(TELLER_CASSETTES_REPLENISHED, "Teller.CassettesReplenished", replenished, NOTHING) \
    X(TELLER_CASSETTE_SWAPPED, "Teller.CassetteSwapped", cassette_swapped, NOTHING) \
    X(TELLER_CASSETTES_COUNTED, "Teller.CassettesCounted", cassettes_counted, NOTHING) \
    X(TELLER_BIN_EMPTIED, "Teller.BinEmptied", bin_emptied, NOTHING) \
    X(TELLER_LOW_MARK_SET, "Teller.LowMarkSet", low_mark_set, NOTHING) \
    X(TELLER_BUSINESS_DAY_CLOSED, "Teller.BusinessDayClosed", day_closed, NOTHING) \
    X(TELLER_INCIDENT_REPORTED, "Teller.IncidentReported", incident, NOTHING) \
    X(TELLER_WITHDRAWAL_INITIATED, "Teller.WithdrawalInitiated", withdrawal_initiated, NOTHING) \
    X(TELLER_WITHDRAWAL_DECLINED, "Teller.WithdrawalDeclined", withdrawal, NOTHING) \
    X(TELLER_MONEY_WITHDRAWN, "Teller.MoneyWithdrawn", withdrawal, NOTHING) \
    X(TELLER_CASH_DISPENSED, "Teller.CashDispensed", withdrawal, NOTHING) \
    X(TELLER_DISPENSE_FAILED, "Teller.DispenseFailed", withdrawal, NOTHING) \
    X(TELLER_WITHDRAWAL_SUSPECTED, "Teller.WithdrawalSuspected", withdrawal_suspected, NOTHING) \
    X(TELLER_DISPENSE_DISPUTED, "Teller.DispenseDisputed", dispense_disputed, NOTHING) \
    X(TELLER_DISPENSE_SETTLED, "Teller.DispenseSettled", dispense_disputed, NOTHING) \
    X(TELLER_DEPOSIT_INITIATED, "Teller.DepositInitiated", deposit_initiated, NOTHING) \
    X(TELLER_DEPOSIT_DECLINED, "Teller.DepositDeclined", deposit, NOTHING) \
    X(TELLER_MONEY_DEPOSITED, "Teller.MoneyDeposited", deposit, NOTHING) \
    X(TELLER_DEPOSIT_CANCELLED, "Teller.DepositCancelled", deposit, NOTHING) \
    X(TELLER_DEPOSIT_SUSPECTED, "Teller.DepositSuspected", deposit, NOTHING) \
    X(TELLER_DEPOSIT_DISPUTED, "Teller.DepositDisputed", deposit_disputed, NOTHING) \
    X(TELLER_DEPOSIT_SETTLED, "Teller.DepositSettled", deposit_disputed, NOTHING) \
    X(TELLER_BARRED, "Teller.Barred", teller_changed, NOTHING) \
    X(TELLER_UNBARRED, "Teller.Unbarred", teller_changed, NOTHING) \
    X(TELLER_KEY_REPLACED, "Teller.KeyReplaced", key_changed, NOTHING) \
    X(TELLER_KEY_WITHDRAWN, "Teller.KeyWithdrawn", key_changed, NOTHING) \
    X(TELLER_AUTHENTICATION_SUSPENDED, "Teller.AuthenticationSuspended", authentication_suspended, NOTHING) \
    X(TELLER_AUTHENTICATION_RESUMED, "Teller.AuthenticationResumed", nothing, NOTHING)

#define BANK_EVENTS(X) \
    X(BANK_LOG_LOSS_ACCEPTED, "Bank.LogLossAccepted", log_loss, NOTHING) \
    X(BANK_ACT_RECORDED, "Bank.ActRecorded", act, NOTHING) \
    X(BANK_COMMAND_PROPOSED, "Bank.CommandProposed", command_proposed, NOTHING) \
    X(BANK_PROPOSAL_APPROVED, "Bank.ProposalApproved", proposal_decided, NOTHING) \
    X(BANK_PROPOSAL_REJECTED, "Bank.ProposalRejected", proposal_decided, NOTHING) \
    X(BANK_PROPOSAL_EXPIRED, "Bank.ProposalExpired", nothing, NOTHING) \
    X(BANK_PROPOSAL_FAILED, "Bank.ProposalFailed", proposal_decided, NOTHING)

#define EVENT_TABLE(X) ACCOUNT_EVENTS(X) TELLER_EVENTS(X) BANK_EVENTS(X)

/* The bank's own stream is one, and its id is nil. */
enum stream_kind { STREAM_ACCOUNT, STREAM_TELLER, STREAM_BANK, STREAM_KIND_COUNT };

enum event_kind {
#define X(enumerator, type, fields, movement) enumerator,
    EVENT_TABLE(X)
#undef X
    EVENT_KIND_COUNT
};

enum money_sum { SUM_OPENING, SUM_DEPOSITS, SUM_WITHDRAWALS, SUM_REVERSALS, SUM_COUNT };

enum movement_kind {
#define X(enumerator, balance, sum, counts, held, word) MOVEMENT_##enumerator,
    MOVEMENT_TABLE(X)
#undef X
    MOVEMENT_KIND_COUNT
};
/* clang-format on */

/* A row of the table of movements; the signs are 1, 0 or -1. */
struct movement {
    int balance;
    enum money_sum sum;
    int counts, held;
    const char *word; /* NULL: on no statement */
};

/* What a machine reports of itself: its name, and what it means for people. */
#define INCIDENT_TABLE(X)                                                                          \
    X(SUPERVISOR_LOCKOUT, "supervisor_lockout",                                                    \
      "so many wrong supervisor's codes in a row: the supervisor is locked out for a while")       \
    X(SUPERVISOR_ADMITTED, "supervisor_admitted", "the right code after a lockout: that is over")  \
    X(MEMORIES_ADOPTED, "memories_adopted",                                                        \
      "the machine took over a folder without MACs, or a journal without its end")                 \
    X(MEMORY_LOST, "memory_lost",                                                                  \
      "a device's memory was missing, or not its own: what was open counts as unknown")            \
    X(FOLDER_OLDER, "folder_older",                                                                \
      "the bank knows more of the machine than its folder: it stays out of service")               \
    X(ADVICE_REFUSED, "advice_refused",                                                            \
      "the bank refused an advice for good: what it says is in no books")

enum incident {
#define X(enumerator, name, meaning) INCIDENT_##enumerator,
    INCIDENT_TABLE(X)
#undef X
        INCIDENT_COUNT
};

const char *incident_name(enum incident incident);

/* INCIDENT_COUNT when there is none of that name. */
enum incident incident_find(const char *name);

/* What a machine gathers beside its cassettes: notes that could not be put out, notes that were
 * drawn back, and notes that were deposited. */
#define BIN_TABLE(X) X(NONE, "") X(REJECT, "reject") X(RETRACT, "retract") X(DEPOSIT, "deposit")

enum cash_bin {
#define X(enumerator, name) BIN_##enumerator,
    BIN_TABLE(X)
#undef X
        BIN_COUNT
};

const char *cash_bin_name(enum cash_bin bin);

/* BIN_COUNT when there is none of that name. */
enum cash_bin cash_bin_find(const char *name);

/* What a teller did in one business day. */
struct day_totals {
    int64_t withdrawals, declined, suspect; /* how many */
    money dispensed, reversed;
    int64_t deposits;
    money deposited;
    int64_t reversals, deposits_declined;
};

struct day_report; /* bank/core/teller_day.h */

/* Where the notes promised for a withdrawal ended up; with those of which it is not known, they
 * are what was promised. */
struct disposition {
    struct notes taken, rejected, retracted,
        returned; /* by the customer; reject bin; retract bin; still in the cassettes */
};

/* Who makes a statement about notes. It follows from the command, which an event's metadata name,
 * so it is not in the data. */
enum source {
    SOURCE_UNSAID,
    SOURCE_MACHINE,
    SOURCE_DEADLINE, /* time has passed without a statement */
    SOURCE_OPERATOR,
    SOURCE_COUNT
};
const char *source_name(enum source source);

/* A command that needs a second person: its name, whose it is, and its fields. */
struct proposal {
    char command[COMMAND_LENGTH];
    char proposer[OPERATOR_NAME_LENGTH];
    int64_t expires_us; /* after which it is not approved any more */
    struct uuid account_id, teller_id, withdrawal_id, deposit_id, to_account_id;
    money amount;
    struct notes notes, taken, rejected, retracted;
    int32_t deposit_capacity; /* of a machine; 0: the default */
    char outcome[OUTCOME_LENGTH], reason[REASON_LENGTH];
    unsigned char key_check[KEY_CHECK_BYTES]; /* of the key that is to be, or to be withdrawn */
};

struct event {
    enum event_kind kind;
    struct uuid stream_id; /* the account's or the teller's id */
    struct uuid causation_id, correlation_id;
    int64_t at_us; /* microseconds since 1970, UTC */
    enum source source;
    int32_t day; /* of money: the business day it counts to, days since 1970; 0: unsaid */

    union {
        struct {
            char owner[OWNER_LENGTH]; /* sealed; in older events the name itself */
            money balance;            /* the opening balance */
            money daily_limit;
            int32_t daily_count; /* withdrawals a day, 0: no limit */
            money deposit_limit,
                deposit_daily; /* 0: none; unsaid (in older events): the defaults */
        } account_opened;
        struct {
            char owner[OWNER_LENGTH]; /* sealed */
        } owner_renamed;
        struct {
            money daily_limit; /* 0: none */
            int32_t daily_count;
            money deposit_limit, deposit_daily; /* 0: none; unsaid: as they were */
        } limits_set;
        struct {
            unsigned char card[CARD_TOKEN_LENGTH]; /* keyed token of the PAN */
            char masked[CARD_MASKED_LENGTH];
            unsigned char pin_reference[PIN_REFERENCE_LENGTH];
        } card_issued;
        struct {
            unsigned char card[CARD_TOKEN_LENGTH];
            char reason[REASON_LENGTH];
        } card_changed; /* blocked, unblocked; a cash code ended */
        struct {
            unsigned char card[CARD_TOKEN_LENGTH];
            unsigned char pin_reference[PIN_REFERENCE_LENGTH];
        } pin_changed;
        struct {
            unsigned char card[CARD_TOKEN_LENGTH]; /* keyed token of the code's number */
            char masked[CARD_MASKED_LENGTH];
            unsigned char pin_reference[PIN_REFERENCE_LENGTH];
            money amount; /* the most that it pays out */
            int64_t until_us;
        } cash_code_issued;
        struct {
            unsigned char card[CARD_TOKEN_LENGTH]; /* or a cash code's */
            enum refusal refusal;
            int32_t tries_left;
        } authorization; /* confirmed (refusal is NONE), declined */
        struct {
            money amount, old_balance, new_balance;
            struct uuid teller_id;   /* nil: at the counter */
            int64_t withdrawn_at_us; /* reversed: when the money had been withdrawn; else 0 */
            bool in_full;            /* reversed: nothing of the withdrawal remains; else false */
            unsigned char card[CARD_TOKEN_LENGTH]; /* deposited at a machine, unreviewed: whose day
                                                      it is of */
            enum refusal refusal; /* held: what is to be reviewed; a transfer that was returned
                                     or declined: why */
            struct uuid other_id; /* a transfer: the other account; nil: no account has the card */
        } money_moved; /* deposited, held, released (the balance stays), returned, withdrawn,
                          reversed; and of a transfer, also one that was declined */
        struct {
            struct notes notes;
            struct notes expected, promised; /* signed on, or refused to, with other counts: what
                                                the bank counts,
                                                and of that to open withdrawals */
            struct uuid run; /* signed on, and refused to: which run of a machine; nil: unsaid */
            enum refusal refusal; /* sign-on refused */
            bool agrees;          /* signed on: whether the machine counts what the bank counts */
            int32_t
                deposit_capacity; /* provisioned: notes a deposit; 0 in older events: the default */
            int32_t cassette;     /* replenished: which one alone; 0: the first of each
                                     denomination */
        } cassettes;              /* provisioned, replenished (added), signed on (counted) */
        struct {
            int32_t cassette;   /* its number; counted: 0: all of the denominations named */
            int32_t low_mark;   /* set: of that cassette */
            struct notes notes; /* swapped: put in; counted: what was there */
            union {
                struct notes removed;  /* swapped, emptied: taken out, as counted */
                struct notes expected; /* counted: what the books had there */
            };
            union {
                struct notes marks; /* low mark set, swapped: the low marks of those denominations
                                       from now on */
                struct notes promised; /* counted: of what was expected, to open withdrawals */
            };
            struct note_totals difference; /* what was counted less what was expected: below 0
                                              where notes are missing */
            char box[BOX_LENGTH], removed_box[BOX_LENGTH]; /* swapped: put in, taken out */
            char bin[BIN_LENGTH];                          /* emptied */
            char reason[REASON_LENGTH];
        } cash; /* swapped, counted, emptied, low mark set; what each adds to the books: teller.h */
        struct {
            bool by_machine;
            bool reported; /* false in older events: nothing is said of what is in flight */
            uint32_t carried_count;
            int64_t carried_more; /* in flight beside those */
            struct day_totals totals;
            const struct day_report *report; /* NULL: none. Only for the append: it is the batch's,
                                                and an event that is read has none */
            struct uuid carried[DAY_OPEN_MAX]; /* in flight, by their ids */
        } day_closed;
        struct {
            char name[INCIDENT_LENGTH]; /* of the table of incidents; in an event of a newer bank
                                           another */
            int32_t count;              /* how many of it */
        } incident;
        struct {
            char reason[REASON_LENGTH]; /* barred, unbarred */
            unsigned char
                key_check[KEY_CHECK_BYTES]; /* of the new key; of the one that was withdrawn */
        } teller_changed;
        struct {
            struct uuid account_id; /* nil: no account has the card */
            money amount;
            enum refusal refusal; /* declined; disputed: what the advice contradicts */
            struct notes notes;   /* initiated: what the customer chose, or empty; withdrawn: to be
                                     dispensed; suspected: those that may be anywhere; disputed and
                                     settled: of `where`, what the books of the cassettes did not
                                     have */
            struct disposition where; /* dispensed, failed, suspected; disputed: what the machine
                                         says beyond what was booked; settled: of that, what was
                                         there after all */
            char journal[JOURNAL_POSITION_LENGTH]; /* initiated: where the machine's journal then
                                                      ended; empty: unsaid */
            char outcome[OUTCOME_LENGTH]; /* disputed: as the machine says; settled: as was counted
                                           */
            int64_t confirm_by_us;        /* withdrawn */
            char reason[REASON_LENGTH];   /* failed, suspected, and declined by the terminal's own
                                             reversal */
        } withdrawal;
        struct {
            struct uuid account_id;                /* nil: no account has the card */
            unsigned char card[CARD_TOKEN_LENGTH]; /* initiated */
            money amount; /* deposited, suspected, and cancelled with notes: what they are worth */
            struct notes notes; /* deposited: now in the deposit bin; cancelled, settled: given back
                                   out of it by hand; disputed: beyond what was booked */
            char journal[JOURNAL_POSITION_LENGTH]; /* initiated */
            char outcome[OUTCOME_LENGTH];          /* disputed, settled */
            enum refusal refusal; /* declined, disputed; deposited: why it has to be reviewed, else
                                     none; suspected: why the account could not take it */
            char reason[REASON_LENGTH]; /* cancelled, and declined by the terminal's own cancelling
                                         */
        } deposit;
        struct {
            int32_t failures; /* authentications that failed at the machine before */
            int64_t until_us; /* no card is authenticated there before */
        } authentication_suspended;
        struct {
            int64_t known_position, found_position; /* where the log ended, and where it does now */
            unsigned char known_hash[LOG_HASH_LENGTH], found_hash[LOG_HASH_LENGTH];
        } log_loss;
        struct {
            char name[ACT_LENGTH]; /* of the table of acts; in an event of a newer bank another */
            char subject[REASON_LENGTH], reason[REASON_LENGTH];
        } act;
        struct {
            struct proposal proposal;
            const char *given; /* what its proposer gave for the record: an object of texts, in
                                  JSON; NULL: nothing. It is in the metadata. Only while the event
                                  is applied: the text is the request's or the reader's */
        };                     /* command proposed */
        struct {
            char reason[REASON_LENGTH]; /* approved, rejected */
            enum refusal refusal;       /* failed: why the command was refused */
        } proposal_decided;
    };
};

/* The day since 1970 of a time. */
#define DAY_US INT64_C(86400000000)
static inline int32_t day_of(int64_t at_us)
{
    return (int32_t)(at_us / DAY_US);
}

const char *event_type(enum event_kind kind);
enum stream_kind event_stream(enum event_kind kind);
const struct movement *event_movement(enum event_kind kind);

enum movement_kind event_movement_kind(enum event_kind kind);
const char *movement_word(enum movement_kind kind);

/* Whether it does anything to its account's money: adds to it, takes from it, holds or releases. */
bool event_moves(enum event_kind kind);

/* Whether it has a line on its account's statement: it has a word, and is not the opening of an
 * account without money. */
bool event_on_statement(const struct event *event);

/* The amount that an event moves, what that does to the balance, and the balance after it; only of
 * one with a movement. */
money event_amount(const struct event *event);
money event_change(const struct event *event);
money event_balance(const struct event *event);

/* The owner's name that an event gives an account, sealed; NULL: it gives none. */
const char *event_owner(const struct event *event);

/* EVENT_KIND_COUNT when no kind has that type. */
enum event_kind event_kind_find(const char *type);

#endif
