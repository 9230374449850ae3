/* SPDX-License-Identifier: MIT */
/*
 * Commands: what somebody wants, in the imperative.
 *
 * The table names every kind: its enumerator, its full name, its name on the
 * wire, and who may send it: a TERMINAL, an OPERATOR, both, or (0) only the
 * bank itself, as a step of a saga.
 *
 * A command carries all a decision needs from outside: the time, the ids, and
 * keyed values in place of the PAN and the PIN. Which fields are set follows
 * from its kind. The core reads commands; it never keeps them.
 */
#ifndef CORE_COMMAND_H
#define CORE_COMMAND_H

#include "bank/core/event.h"

#define BY_TERMINAL 1
#define BY_OPERATOR 2

#define COMMAND_TABLE(X)                                                                           \
    X(TELLER_PROVISION, "Teller.ProvisionTeller", "ProvisionTeller", BY_OPERATOR)                  \
    X(TELLER_SIGN_ON, "Teller.SignOn", "SignOn", BY_TERMINAL)                                      \
    X(TELLER_REPLENISH_CASSETTES, "Teller.ReplenishCassettes", "ReplenishCassettes",               \
      BY_TERMINAL | BY_OPERATOR)                                                                   \
    X(TELLER_CUT_OVER, "Teller.CutOver", "CutOver", BY_TERMINAL | BY_OPERATOR)                     \
    X(TELLER_REPORT_INCIDENT, "Teller.ReportIncident", "ReportIncident", BY_TERMINAL)              \
    X(TELLER_BAR, "Teller.BarTeller", "BarTeller", BY_OPERATOR)                                    \
    X(TELLER_UNBAR, "Teller.UnbarTeller", "UnbarTeller", BY_OPERATOR)                              \
    X(TELLER_REPLACE_KEY, "Teller.ReplaceTellerKey", "ReplaceTellerKey", BY_OPERATOR)              \
    X(TELLER_WITHDRAW_KEY, "Teller.WithdrawTellerKey", "WithdrawTellerKey", BY_OPERATOR)           \
    X(TELLER_INITIATE_WITHDRAWAL, "Teller.InitiateWithdrawal", "InitiateWithdrawal", BY_TERMINAL)  \
    X(TELLER_WITHDRAW_MONEY, "Teller.WithdrawMoney", "", 0)                                        \
    X(TELLER_CONFIRM_DISPENSE, "Teller.ConfirmDispense", "ConfirmDispense", BY_TERMINAL)           \
    X(TELLER_SUSPECT_WITHDRAWAL, "Teller.SuspectWithdrawal", "", 0)                                \
    X(TELLER_RESOLVE_WITHDRAWAL, "Teller.ResolveWithdrawal", "ResolveWithdrawal", BY_OPERATOR)     \
    X(TELLER_INITIATE_DEPOSIT, "Teller.InitiateDeposit", "InitiateDeposit", BY_TERMINAL)           \
    X(TELLER_CONFIRM_DEPOSIT, "Teller.ConfirmDeposit", "ConfirmDeposit", BY_TERMINAL)              \
    X(TELLER_SUSPECT_DEPOSIT, "Teller.SuspectDeposit", "", 0)                                      \
    X(TELLER_RESOLVE_DEPOSIT, "Teller.ResolveDeposit", "ResolveDeposit", BY_OPERATOR)              \
    X(TELLER_SUSPEND_AUTHENTICATION, "Teller.SuspendAuthentication", "", 0)                        \
    X(TELLER_RESUME_AUTHENTICATION, "Teller.ResumeAuthentication", "", 0)                          \
    X(ACCOUNTS_OPEN_ACCOUNT, "Accounts.OpenAccount", "OpenAccount", BY_OPERATOR)                   \
    X(ACCOUNTS_SET_LIMITS, "Accounts.SetLimits", "SetLimits", BY_OPERATOR)                         \
    X(ACCOUNTS_CLOSE_ACCOUNT, "Accounts.CloseAccount", "CloseAccount", BY_OPERATOR)                \
    X(ACCOUNTS_ISSUE_CARD, "Accounts.IssueCard", "IssueCard", BY_OPERATOR)                         \
    X(ACCOUNTS_BLOCK_CARD, "Accounts.BlockCard", "BlockCard", BY_OPERATOR)                         \
    X(ACCOUNTS_UNBLOCK_CARD, "Accounts.UnblockCard", "UnblockCard", BY_OPERATOR)                   \
    X(ACCOUNTS_DEPOSIT_MONEY, "Accounts.DepositMoney", "DepositMoney", BY_OPERATOR)                \
    X(ACCOUNTS_RELEASE_DEPOSIT, "Accounts.ReleaseDeposit", "", 0)                                  \
    X(ACCOUNTS_RETURN_DEPOSIT, "Accounts.ReturnDeposit", "", 0)                                    \
    X(ACCOUNTS_WITHDRAW_MONEY, "Accounts.WithdrawMoney", "WithdrawMoney", BY_OPERATOR)             \
    X(ACCOUNTS_CONFIRM_AUTHORIZATION, "Accounts.ConfirmAuthorization", "", 0)                      \
    X(ACCOUNTS_ENQUIRE_BALANCE, "Accounts.EnquireBalance", "BalanceEnquiry", BY_TERMINAL)          \
    X(ACCOUNTS_REVERSE_WITHDRAWAL, "Accounts.ReverseWithdrawal", "", 0)

enum command_kind {
#define X(enumerator, name, wire, senders) enumerator,
    COMMAND_TABLE(X)
#undef X
        COMMAND_KIND_COUNT,
    NO_COMMAND = COMMAND_KIND_COUNT
};

enum dispense_outcome {
    OUTCOME_DISPENSED,
    OUTCOME_NOT_DISPENSED,
    OUTCOME_RETRACTED,
    OUTCOME_UNKNOWN
};
enum deposit_outcome {
    OUTCOME_COUNTED,   /* the notes are in the deposit bin */
    OUTCOME_CANCELLED, /* the customer has them back, or gave none */
    OUTCOME_CREDITED,  /* an operator's: put it on the account now */
    OUTCOME_RETURNED   /* an operator's: the notes were given back by hand */
};

#define DATA_KEY_WRAPPED_LENGTH 60

/* The key of what is sealed for an account, itself wrapped. It is kept beside the log, where it can
 * be shredded. */
struct data_key {
    struct uuid account_id; /* nil: there is none */
    unsigned char wrapped[DATA_KEY_WRAPPED_LENGTH];
};

struct command {
    enum command_kind kind;
    struct uuid id;             /* the causation id of the events it produces */
    struct uuid correlation_id; /* theirs too */
    int64_t at_us;

    struct uuid account_id, teller_id, withdrawal_id,
        deposit_id;       /* nil where they do not apply or nothing is known by that name */
    bool named_otherwise; /* advice: the id it names is a command's; if no withdrawal's, it is
                             another one's */
    money amount;

    unsigned char card[CARD_TOKEN_LENGTH]; /* all zeros: any card of the account */
    char masked[CARD_MASKED_LENGTH];
    struct uuid card_holder; /* issue: the account that has this card already; nil: none has */
    unsigned char pin_reference[PIN_REFERENCE_LENGTH];

    bool by_machine;    /* cut over: the machine asks by itself */
    struct notes notes; /* chosen, added, counted or accepted */
    bool notes_given;
    enum dispense_outcome outcome;
    struct notes taken, rejected, retracted;
    enum deposit_outcome deposit_outcome;
    enum refusal refusal; /* suspect a deposit: why the account could not take it; deposit money:
                             why it has to be reviewed whatever the account's limits, else none */
    int64_t confirm_within_us; /* initiate: how long its dispense may stay unconfirmed */
    int64_t withdrawn_at_us;   /* reverse: when the money was withdrawn */
    bool in_full;              /* reverse: the whole withdrawal */

    bool by_terminal;                         /* a terminal sent it */
    unsigned char key_check[KEY_CHECK_BYTES]; /* sign-on: of the key that proved it; of the key to
                                               * be replaced by, or withdrawn */

    char owner[OWNER_LENGTH], reason[REASON_LENGTH]; /* owner: sealed with data_key */
    struct data_key data_key;
    money daily_limit;
    int32_t daily_count;
    money deposit_limit, deposit_daily; /* open, set limits; or LIMIT_UNSAID */
    int32_t deposit_capacity;           /* provision; 0: the default */

    enum incident incident;
    int32_t incident_count; /* how many of it */
    int32_t failures;       /* suspend authentication: how many there were, and until when */
    int64_t until_us;

    /* The account's answer to what the teller asked before it could decide. */
    bool answered;
    enum refusal answer;
};

/* Whether a card and its PIN decide whether it may go on at all. */
bool command_authenticates(enum command_kind kind);

/* The withdrawal's or the deposit's id, by which its state is kept; nil: it belongs to neither. */
const struct uuid *command_process_id(const struct command *command);

/* Whether its id may name this command. One about a withdrawal or a deposit has an id of its own;
 * only the one that begins it shares its id with it. */
bool command_id_fits(const struct command *command);

const char *command_name(enum command_kind kind);
const char *command_wire_name(enum command_kind kind);
unsigned command_senders(enum command_kind kind);

/* Who speaks about notes through that command. */
enum source command_source(enum command_kind kind);

/* By its name on the wire; NO_COMMAND when nobody outside may send one of that name. */
enum command_kind command_kind_find(const char *wire_name);

#endif
