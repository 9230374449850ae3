/* SPDX-License-Identifier: MIT */
/*
 * Commands: requests for a change, in the imperative.
 *
 * A command carries all a decision needs from outside: the time, the ids, and
 * keyed values in place of the PAN and the PIN. The core reads commands; it
 * never keeps them.
 *
 * Two tables say all there is to say of a kind: what it is called, who may send
 * it, who decides it, which saga it belongs to and which fields it has. The
 * parser, the content hash, loading and dispatch, the limits of PINs and
 * shared/PROTOCOL.md follow from them.
 */
#ifndef CORE_COMMAND_H
#define CORE_COMMAND_H

#include "bank/core/act.h"
#include "bank/core/event.h"
#include "bank/core/operator_role.h"

/* clang-format off */

/*
 * The fields that a request can have: the enumerator, the name on the wire, what
 * its value looks like (bank/server/fields.c has the readers), and the member of
 * struct command it fills. A new one goes to the end: from DEPOSIT_LIMIT on a
 * field is part of a command's content by its name and value.
 */
#define COMMAND_FIELD_TABLE(X) \
    X(TELLER_ID,        "teller_id",        UUID,      teller_id) \
    X(ACCOUNT_ID,       "account_id",       UUID,      account_id) \
    X(WITHDRAWAL_ID,    "withdrawal_id",    UUID,      withdrawal_id) \
    X(DEPOSIT_ID,       "deposit_id",       UUID,      deposit_id) \
    X(CARD,             "card",             CARD,      card) \
    X(CARD_ID,          "card_id",          UUID,      card) \
    X(PIN_BLOCK,        "pin_block",        PIN_BLOCK, pin_reference) \
    X(AMOUNT,           "amount",           AMOUNT,    amount) \
    X(NOTES,            "notes",            NOTES,     notes) \
    X(CASSETTES,        "cassettes",        NOTES,     notes) \
    X(OUTCOME,          "outcome",          OUTCOME,   outcome) \
    X(TAKEN,            "taken",            NOTES,     taken) \
    X(REJECTED,         "rejected",         NOTES,     rejected) \
    X(RETRACTED,        "retracted",        NOTES,     retracted) \
    X(REASON,           "reason",           REASON,    reason) \
    X(OWNER,            "owner",            OWNER,     owner) \
    X(INCIDENT,         "incident",         INCIDENT,  incident) \
    X(COUNT,            "count",            COUNT,     incident_count) \
    X(DAILY_LIMIT,      "daily_limit",      LIMIT,     daily_limit) \
    X(DAILY_COUNT,      "daily_count",      COUNT,     daily_count) \
    X(DEPOSIT_LIMIT,    "deposit_limit",    LIMIT,     deposit_limit) \
    X(DEPOSIT_DAILY,    "deposit_daily",    LIMIT,     deposit_daily) \
    X(DEPOSIT_CAPACITY, "deposit_capacity", CAPACITY,  deposit_capacity) \
    X(JOURNAL,          "journal",          JOURNAL,   journal) \
    X(RUN,              "run",              UUID,      run) \
    X(NEW_PIN_BLOCK,    "new_pin_block",    NEW_PIN_BLOCK, new_pin_reference) \
    X(TO_CARD,          "to_card",          CARD,      other_card) \
    X(TO_ACCOUNT_ID,    "to_account_id",    UUID,      other_id) \
    X(CASSETTE,         "cassette",         CASSETTE,  cassette) \
    X(BOX,              "box",              BOX,       box) \
    X(REMOVED,          "removed",          NOTES,     removed) \
    X(BIN,              "bin",              BIN,       bin) \
    X(LOW_MARK,         "low_mark",         COUNT,     low_mark) \
    X(ACT,              "act",              ACT,       act) \
    X(SUBJECT,          "subject",          REASON,    subject) \
    X(PROPOSAL_ID,      "proposal_id",      UUID,      approval_id) \
    X(CASH_CODE,        "cash_code",        CASH_CODE, cash_code) \
    X(BUSINESS_DAY,     "business_day",     DATE,      running_day)

enum command_field {
#define X(enumerator, name, shape, member) GIVEN_##enumerator,
    COMMAND_FIELD_TABLE(X)
#undef X
    COMMAND_FIELD_COUNT
};

#define BIT(field)     (UINT64_C(1) << (field)) /* of a GIVEN_... */
#define WITH(field)    BIT(GIVEN_##field)
#define WITH_CARD      (WITH(TELLER_ID) | WITH(CARD) | WITH(PIN_BLOCK))
#define WHICH_CARD     (WITH(CARD_ID) | WITH(CARD) | WITH(ACCOUNT_ID))
#define WHERE_TO       (WITH(TAKEN) | WITH(REJECTED) | WITH(RETRACTED) | WITH(REASON))
#define DEPOSIT_LIMITS (WITH(DEPOSIT_LIMIT) | WITH(DEPOSIT_DAILY))

/* Who may send a command; 0: only the bank itself, as a step of a saga. An operator's row says
 * AS_ROLE: the least role that may. */
#define BY_TERMINAL   1u
#define BY_OPERATOR   2u
#define AS_ROLE(role) (BY_OPERATOR | (unsigned)(role) << 2)
#define AS_VIEWER     AS_ROLE(ROLE_VIEWER)
#define AS_CLERK      AS_ROLE(ROLE_CLERK)
#define AS_OPERATOR   AS_ROLE(ROLE_OPERATOR)
#define AS_SUPERVISOR AS_ROLE(ROLE_SUPERVISOR)

/* What more there is to a command. */
#define BEGINS        1 /* its saga: the command's id is the saga's, too */
#define CONTINUES     2 /* its saga, whose state has to be loaded before it is decided */
#define DUE           4 /* because of its saga's deadline, and taken only if that says so */
#define AUTHENTICATES 8 /* a card and its PIN decide whether it may go on at all */
#define TELLS         16 /* of what has happened already, so a barred machine's is taken too */

/*
 * Columns: the enumerator; the full name and the name on the wire; who may send
 * it, and as what; the aggregate that decides it; its saga and what more there is to it; the
 * fields that it must have, and those it may have.
 */
#define COMMAND_TABLE(X) \
    X(TELLER_PROVISION, "Teller.ProvisionTeller", "ProvisionTeller", AS_OPERATOR, \
      STREAM_TELLER, SAGA_NONE, 0, \
      WITH(CASSETTES), WITH(TELLER_ID) | WITH(DEPOSIT_CAPACITY)) \
    X(TELLER_SET_DEPOSIT_CAPACITY, "Teller.SetDepositCapacity", "SetDepositCapacity", AS_OPERATOR, \
      STREAM_TELLER, SAGA_NONE, 0, \
      WITH(TELLER_ID) | WITH(DEPOSIT_CAPACITY), 0) \
    X(TELLER_SIGN_ON, "Teller.SignOn", "SignOn", BY_TERMINAL, \
      STREAM_TELLER, SAGA_NONE, 0, \
      WITH(TELLER_ID), WITH(CASSETTES) | WITH(RUN)) \
    X(TELLER_REPLENISH_CASSETTES, "Teller.ReplenishCassettes", "ReplenishCassettes", \
      BY_TERMINAL | AS_CLERK, \
      STREAM_TELLER, SAGA_NONE, 0, \
      WITH(TELLER_ID) | WITH(NOTES), WITH(CASSETTE)) \
    X(TELLER_SWAP_CASSETTE, "Teller.SwapCassette", "SwapCassette", BY_TERMINAL | AS_CLERK, \
      STREAM_TELLER, SAGA_NONE, 0, \
      WITH(TELLER_ID) | WITH(CASSETTE), WITH(REMOVED) | WITH(NOTES) | WITH(BOX) | WITH(REASON)) \
    X(TELLER_COUNT_CASSETTES, "Teller.CountCassettes", "CountCassettes", BY_TERMINAL | AS_CLERK, \
      STREAM_TELLER, SAGA_NONE, 0, \
      WITH(TELLER_ID) | WITH(NOTES) | WITH(REASON), WITH(CASSETTE)) \
    X(TELLER_EMPTY_BIN, "Teller.EmptyBin", "EmptyBin", BY_TERMINAL | AS_CLERK, \
      STREAM_TELLER, SAGA_NONE, 0, \
      WITH(TELLER_ID) | WITH(BIN) | WITH(NOTES), WITH(REASON)) \
    X(TELLER_SET_LOW_MARK, "Teller.SetLowMark", "SetLowMark", AS_OPERATOR, \
      STREAM_TELLER, SAGA_NONE, 0, \
      WITH(TELLER_ID) | WITH(CASSETTE) | WITH(LOW_MARK), 0) \
    X(TELLER_CUT_OVER, "Teller.CutOver", "CutOver", BY_TERMINAL | AS_CLERK, \
      STREAM_TELLER, SAGA_NONE, 0, \
      WITH(TELLER_ID), WITH(CASSETTES) | WITH(BUSINESS_DAY)) \
    X(TELLER_REPORT_INCIDENT, "Teller.ReportIncident", "ReportIncident", BY_TERMINAL, \
      STREAM_TELLER, SAGA_NONE, TELLS, \
      WITH(TELLER_ID) | WITH(INCIDENT) | WITH(COUNT), 0) \
    X(TELLER_BAR, "Teller.BarTeller", "BarTeller", AS_OPERATOR, \
      STREAM_TELLER, SAGA_NONE, 0, \
      WITH(TELLER_ID), WITH(REASON)) \
    X(TELLER_UNBAR, "Teller.UnbarTeller", "UnbarTeller", AS_OPERATOR, \
      STREAM_TELLER, SAGA_NONE, 0, \
      WITH(TELLER_ID), WITH(REASON)) \
    X(TELLER_REPLACE_KEY, "Teller.ReplaceTellerKey", "ReplaceTellerKey", AS_SUPERVISOR, \
      STREAM_TELLER, SAGA_NONE, 0, \
      WITH(TELLER_ID), 0) \
    X(TELLER_WITHDRAW_KEY, "Teller.WithdrawTellerKey", "WithdrawTellerKey", AS_SUPERVISOR, \
      STREAM_TELLER, SAGA_NONE, 0, \
      WITH(TELLER_ID), 0) \
    X(TELLER_INITIATE_WITHDRAWAL, "Teller.InitiateWithdrawal", "InitiateWithdrawal", BY_TERMINAL, \
      STREAM_TELLER, SAGA_WITHDRAWAL, BEGINS | AUTHENTICATES, \
      WITH_CARD | WITH(AMOUNT), WITH(NOTES) | WITH(JOURNAL)) \
    X(TELLER_WITHDRAW_MONEY, "Teller.WithdrawMoney", "", 0, \
      STREAM_TELLER, SAGA_WITHDRAWAL, 0, \
      0, 0) \
    X(TELLER_CONFIRM_DISPENSE, "Teller.ConfirmDispense", "ConfirmDispense", BY_TERMINAL, \
      STREAM_TELLER, SAGA_WITHDRAWAL, CONTINUES | TELLS, \
      WITH(TELLER_ID) | WITH(WITHDRAWAL_ID) | WITH(OUTCOME), WHERE_TO) \
    X(TELLER_SUSPECT_WITHDRAWAL, "Teller.SuspectWithdrawal", "", 0, \
      STREAM_TELLER, SAGA_WITHDRAWAL, CONTINUES | DUE, \
      0, 0) \
    X(TELLER_RESOLVE_WITHDRAWAL, "Teller.ResolveWithdrawal", "ResolveWithdrawal", AS_OPERATOR, \
      STREAM_TELLER, SAGA_WITHDRAWAL, CONTINUES, \
      WITH(WITHDRAWAL_ID) | WITH(OUTCOME), WHERE_TO) \
    X(TELLER_INITIATE_DEPOSIT, "Teller.InitiateDeposit", "InitiateDeposit", BY_TERMINAL, \
      STREAM_TELLER, SAGA_DEPOSIT, BEGINS | AUTHENTICATES, \
      WITH_CARD, WITH(JOURNAL)) \
    X(TELLER_CONFIRM_DEPOSIT, "Teller.ConfirmDeposit", "ConfirmDeposit", BY_TERMINAL, \
      STREAM_TELLER, SAGA_DEPOSIT, CONTINUES | TELLS, \
      WITH(TELLER_ID) | WITH(DEPOSIT_ID) | WITH(OUTCOME), WITH(NOTES) | WITH(REASON)) \
    X(TELLER_SUSPECT_DEPOSIT, "Teller.SuspectDeposit", "", 0, \
      STREAM_TELLER, SAGA_DEPOSIT, 0, \
      0, 0) \
    X(TELLER_RESOLVE_DEPOSIT, "Teller.ResolveDeposit", "ResolveDeposit", AS_OPERATOR, \
      STREAM_TELLER, SAGA_DEPOSIT, CONTINUES, \
      WITH(DEPOSIT_ID) | WITH(OUTCOME), WITH(NOTES) | WITH(REASON)) \
    X(TELLER_SUSPEND_AUTHENTICATION, "Teller.SuspendAuthentication", "", 0, \
      STREAM_TELLER, SAGA_NONE, 0, \
      0, 0) \
    X(TELLER_RESUME_AUTHENTICATION, "Teller.ResumeAuthentication", "", 0, \
      STREAM_TELLER, SAGA_NONE, 0, \
      0, 0) \
    X(ACCOUNTS_OPEN_ACCOUNT, "Accounts.OpenAccount", "OpenAccount", AS_CLERK, \
      STREAM_ACCOUNT, SAGA_NONE, 0, \
      WITH(OWNER), WITH(ACCOUNT_ID) | WITH(DAILY_LIMIT) | WITH(DAILY_COUNT) | DEPOSIT_LIMITS) \
    X(ACCOUNTS_RENAME_OWNER, "Accounts.RenameOwner", "RenameOwner", AS_CLERK, \
      STREAM_ACCOUNT, SAGA_NONE, 0, \
      WITH(ACCOUNT_ID) | WITH(OWNER), 0) \
    X(ACCOUNTS_SET_LIMITS, "Accounts.SetLimits", "SetLimits", AS_OPERATOR, \
      STREAM_ACCOUNT, SAGA_NONE, 0, \
      WITH(ACCOUNT_ID) | WITH(DAILY_LIMIT) | WITH(DAILY_COUNT), DEPOSIT_LIMITS) \
    X(ACCOUNTS_CLOSE_ACCOUNT, "Accounts.CloseAccount", "CloseAccount", AS_SUPERVISOR, \
      STREAM_ACCOUNT, SAGA_NONE, 0, \
      WITH(ACCOUNT_ID), 0) \
    X(ACCOUNTS_ERASE_OWNER, "Accounts.EraseOwner", "EraseOwner", AS_SUPERVISOR, \
      STREAM_ACCOUNT, SAGA_NONE, 0, \
      WITH(ACCOUNT_ID), 0) \
    X(ACCOUNTS_ISSUE_CARD, "Accounts.IssueCard", "IssueCard", AS_CLERK, \
      STREAM_ACCOUNT, SAGA_NONE, 0, \
      WITH(ACCOUNT_ID) | WITH(CARD) | WITH(PIN_BLOCK), 0) \
    X(ACCOUNTS_BLOCK_CARD, "Accounts.BlockCard", "BlockCard", AS_CLERK, \
      STREAM_ACCOUNT, SAGA_NONE, 0, \
      0, WHICH_CARD) \
    X(ACCOUNTS_UNBLOCK_CARD, "Accounts.UnblockCard", "UnblockCard", AS_CLERK, \
      STREAM_ACCOUNT, SAGA_NONE, 0, \
      0, WHICH_CARD) \
    X(ACCOUNTS_DEPOSIT_MONEY, "Accounts.DepositMoney", "DepositMoney", AS_CLERK, \
      STREAM_ACCOUNT, SAGA_NONE, 0, \
      WITH(ACCOUNT_ID) | WITH(AMOUNT), 0) \
    X(ACCOUNTS_RELEASE_DEPOSIT, "Accounts.ReleaseDeposit", "", 0, \
      STREAM_ACCOUNT, SAGA_NONE, 0, \
      0, 0) \
    X(ACCOUNTS_RETURN_DEPOSIT, "Accounts.ReturnDeposit", "", 0, \
      STREAM_ACCOUNT, SAGA_NONE, 0, \
      0, 0) \
    X(ACCOUNTS_WITHDRAW_MONEY, "Accounts.WithdrawMoney", "WithdrawMoney", AS_CLERK, \
      STREAM_ACCOUNT, SAGA_NONE, 0, \
      WITH(ACCOUNT_ID) | WITH(AMOUNT), 0) \
    X(ACCOUNTS_CONFIRM_AUTHORIZATION, "Accounts.ConfirmAuthorization", "", 0, \
      STREAM_ACCOUNT, SAGA_NONE, 0, \
      0, 0) \
    X(ACCOUNTS_ENQUIRE_BALANCE, "Accounts.EnquireBalance", "BalanceEnquiry", BY_TERMINAL, \
      STREAM_ACCOUNT, SAGA_NONE, AUTHENTICATES, \
      WITH_CARD, 0) \
    X(ACCOUNTS_ENQUIRE_MOVEMENTS, "Accounts.EnquireMovements", "MiniStatement", BY_TERMINAL, \
      STREAM_ACCOUNT, SAGA_NONE, AUTHENTICATES, \
      WITH_CARD, 0) \
    X(ACCOUNTS_CHANGE_PIN, "Accounts.ChangePin", "ChangePin", BY_TERMINAL, \
      STREAM_ACCOUNT, SAGA_NONE, AUTHENTICATES, \
      WITH_CARD | WITH(NEW_PIN_BLOCK), 0) \
    X(ACCOUNTS_ISSUE_CASH_CODE, "Accounts.IssueCashCode", "IssueCashCode", BY_TERMINAL, \
      STREAM_ACCOUNT, SAGA_NONE, AUTHENTICATES, \
      WITH_CARD | WITH(AMOUNT) | WITH(CASH_CODE) | WITH(NEW_PIN_BLOCK), 0) \
    X(ACCOUNTS_REVERSE_WITHDRAWAL, "Accounts.ReverseWithdrawal", "", 0, \
      STREAM_ACCOUNT, SAGA_NONE, 0, \
      0, 0) \
    X(TRANSFERS_INITIATE_TRANSFER, "Transfers.InitiateTransfer", "InitiateTransfer", BY_TERMINAL, \
      STREAM_ACCOUNT, SAGA_TRANSFER, BEGINS | AUTHENTICATES, \
      WITH_CARD | WITH(AMOUNT) | WITH(TO_CARD), 0) \
    X(TRANSFERS_MAKE_TRANSFER, "Transfers.MakeTransfer", "MakeTransfer", AS_CLERK, \
      STREAM_ACCOUNT, SAGA_TRANSFER, BEGINS, \
      WITH(ACCOUNT_ID) | WITH(AMOUNT) | WITH(TO_ACCOUNT_ID), 0) \
    X(TRANSFERS_CREDIT_TRANSFER, "Transfers.CreditTransfer", "", 0, \
      STREAM_ACCOUNT, SAGA_TRANSFER, 0, \
      0, 0) \
    X(TRANSFERS_COMPLETE_TRANSFER, "Transfers.CompleteTransfer", "", 0, \
      STREAM_ACCOUNT, SAGA_TRANSFER, 0, \
      0, 0) \
    X(TRANSFERS_RETURN_TRANSFER, "Transfers.ReturnTransfer", "", 0, \
      STREAM_ACCOUNT, SAGA_TRANSFER, 0, \
      0, 0) \
    X(BANK_RECORD_ACT, "Bank.RecordAct", "RecordAct", AS_OPERATOR, \
      STREAM_BANK, SAGA_NONE, 0, \
      WITH(ACT), WITH(SUBJECT) | WITH(REASON)) \
    X(BANK_PROPOSE_COMMAND, "Bank.ProposeCommand", "", 0, \
      STREAM_BANK, SAGA_APPROVAL, BEGINS, \
      0, 0) /* in the place of one that needs a second person: bank/engine/dispatch.c */ \
    X(BANK_APPROVE_PROPOSAL, "Bank.ApproveProposal", "ApproveProposal", AS_SUPERVISOR, \
      STREAM_BANK, SAGA_APPROVAL, CONTINUES, \
      WITH(PROPOSAL_ID), WITH(REASON)) \
    X(BANK_REJECT_PROPOSAL, "Bank.RejectProposal", "RejectProposal", AS_CLERK, \
      STREAM_BANK, SAGA_APPROVAL, CONTINUES, \
      WITH(PROPOSAL_ID), WITH(REASON)) \
    X(BANK_EXPIRE_PROPOSAL, "Bank.ExpireProposal", "", 0, \
      STREAM_BANK, SAGA_APPROVAL, CONTINUES | DUE, \
      0, 0) \
    X(BANK_FAIL_PROPOSAL, "Bank.FailProposal", "", 0, \
      STREAM_BANK, SAGA_APPROVAL, 0, \
      0, 0) \
    X(BANK_ACCEPT_LOG_LOSS, "Bank.AcceptLogLoss", "", 0, \
      STREAM_BANK, SAGA_NONE, 0, \
      0, 0) /* the store's own: bank/store/loss.c */

/* A saga: its enumerator and its name. The member NAME_id of struct command has its id, struct NAME
 * is its state (bank/core/NAME.h), and saga.c finds its functions by the name. */
#define SAGA_TABLE(X) \
    X(WITHDRAWAL, withdrawal) \
    X(DEPOSIT,    deposit) \
    X(TRANSFER,   transfer) \
    X(APPROVAL,   approval)

enum saga_kind {
#define X(enumerator, name) SAGA_##enumerator,
    SAGA_TABLE(X)
#undef X
    SAGA_COUNT,
    SAGA_NONE = SAGA_COUNT
};

enum command_kind {
#define X(enumerator, name, wire, senders, aggregate, saga, more, required, optional) enumerator,
    COMMAND_TABLE(X)
#undef X
    COMMAND_KIND_COUNT,
    NO_COMMAND = COMMAND_KIND_COUNT
};
/* clang-format on */

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
    OUTCOME_RETURNED,  /* an operator's: the notes were given back by hand */
    OUTCOME_LOST       /* the machine's: the notes may be anywhere */
};

/* As on the wire; NULL beyond the last one. */
const char *dispense_outcome_name(enum dispense_outcome outcome);
const char *deposit_outcome_name(enum deposit_outcome outcome);

#define DATA_KEY_WRAPPED_LENGTH 60

/* The key of one sealed name, itself wrapped. It is kept beside the log, where it can be shredded.
 */
struct data_key {
    struct uuid account_id; /* nil: there is none */
    struct uuid command_id; /* that sealed the name: the causation id of the event that has it */
    unsigned char wrapped[DATA_KEY_WRAPPED_LENGTH];
};

struct command {
    enum command_kind kind;
    struct uuid id;             /* the causation id of the events it produces */
    struct uuid correlation_id; /* theirs too */
    int64_t at_us;
    int32_t
        day; /* the business day of what it does: its teller's, or the calendar's at the counter */

    struct uuid account_id, teller_id, withdrawal_id, deposit_id, transfer_id,
        approval_id;      /* nil where they do not apply or nothing is known by that name */
    struct uuid other_id; /* a transfer's other account: the target, or to the target the source */
    bool named_otherwise; /* advice: the id it names is a command's; if no withdrawal's, it is
                             another one's */
    money amount;

    unsigned char card[CARD_TOKEN_LENGTH]; /* all zeros: any card of the account */
    char masked[CARD_MASKED_LENGTH];
    unsigned char other_card[CARD_TOKEN_LENGTH]; /* a transfer's target; all zeros: not by card */
    unsigned char cash_code[CARD_TOKEN_LENGTH];  /* issue a cash code: of its number, */
    char code_masked[CARD_MASKED_LENGTH];
    struct uuid card_holder; /* issue: the account that has this card or code already; nil: none */
    unsigned char pin_reference[PIN_REFERENCE_LENGTH];
    unsigned char new_pin_reference[PIN_REFERENCE_LENGTH]; /* change PIN; a cash code's; */
    bool new_pin_weak;                                     /* by the vault's policy; */
    unsigned char card_new_pin[PIN_REFERENCE_LENGTH];      /* a cash code's, were it the card's */

    char journal[JOURNAL_POSITION_LENGTH]; /* initiate: where the machine's journal ends */
    struct uuid run;                       /* sign-on: which run of the machine; nil: unsaid */

    bool by_machine;           /* cut over: the machine asks by itself */
    int32_t running_day;       /* cut over: the day that is to end; 0: whichever runs */
    struct day_report *report; /* cut over: room for the report, with what is in flight in it */
    struct notes notes;        /* chosen, added, counted or accepted */
    bool notes_given;
    enum dispense_outcome outcome;
    struct notes taken, rejected, retracted;
    struct notes removed; /* swap: what was counted in the box that is taken out */
    int32_t cassette;     /* its number, from 1; 0: no certain one */
    char box[BOX_LENGTH]; /* swap: the id of the box that is put in */
    enum cash_bin bin;    /* empty: which */
    int32_t low_mark;
    enum deposit_outcome deposit_outcome;
    enum refusal refusal; /* suspect a deposit: why the account could not take it; deposit money:
                             why it has to be reviewed whatever the account's limits, else none */
    int64_t confirm_within_us; /* initiate: how long its dispense may stay unconfirmed */
    int64_t withdrawn_at_us;   /* reverse: when the money was withdrawn */
    bool in_full;              /* reverse: the whole withdrawal */

    bool lab;           /* sign-on: the bank is one whose answers can be forced */
    bool strict_counts; /* sign-on: only with the bank's counts */
    bool by_terminal;   /* a terminal sent it */
    unsigned char key_check[KEY_CHECK_BYTES]; /* sign-on: of the key that proved it; of the key to
                                               * be replaced by, or withdrawn */

    char owner[OWNER_LENGTH], reason[REASON_LENGTH]; /* owner: sealed with data_key */
    struct data_key data_key;
    money daily_limit;
    int32_t daily_count;
    money deposit_limit, deposit_daily; /* open, set limits; or LIMIT_UNSAID */
    int32_t deposit_capacity;           /* provision; 0: the default */

    const struct actor *by;     /* the operator that sent it; NULL: none did */
    const char *given;          /* propose: for the record, as the event has it; NULL: nothing */
    const struct approval *was; /* of what a second person approved; NULL: of nothing */
    enum command_kind proposed; /* propose: the kind of the command that is proposed */
    int32_t open_proposals,     /* propose: how many there are, */
        own_proposals;          /* and of the same operator */

    enum act act; /* record an act; and next: what it is done to */
    char subject[REASON_LENGTH];

    enum incident incident;
    int32_t incident_count; /* how many of it */
    int32_t failures;       /* suspend authentication: how many there were, and until when */
    int64_t until_us;

    /* The account's answer to what the teller asked before it could decide. */
    bool answered;
    enum refusal answer;
};

/* A row of the table of commands. */
struct command_traits {
    const char *name, *wire;
    unsigned senders;
    enum stream_kind aggregate;
    enum saga_kind saga;
    unsigned more;
    uint64_t required, optional; /* fields, as bits */
};

/* NO_COMMAND, too: it has no name, no sender and no trait. */
const struct command_traits *command_traits(enum command_kind kind);

/* The least role of an operator that may send it; ROLE_NONE: no operator does. */
static inline enum operator_role senders_role(unsigned senders)
{
    return (enum operator_role)(senders >> 2);
}
static inline enum operator_role command_role(enum command_kind kind)
{
    return senders_role(command_traits(kind)->senders);
}

/* Whether there is one: a token of zeros is none. */
static inline bool card_given(const unsigned char token[static CARD_TOKEN_LENGTH])
{
    static const unsigned char none[CARD_TOKEN_LENGTH];
    return memcmp(token, none, sizeof none) != 0;
}

static inline const char *command_name(enum command_kind kind)
{
    return command_traits(kind)->name;
}

static inline bool command_is(enum command_kind kind, unsigned more)
{
    return (command_traits(kind)->more & more) != 0;
}

/* Who speaks about notes through that command. */
enum source command_source(enum command_kind kind);

/* By its name on the wire or its full one; NO_COMMAND when none of that name is sent from outside.
 */
enum command_kind command_kind_find(const char *wire_name);

/* A field's name on the wire. */
const char *command_field_name(enum command_field field);

/* The id of its saga's instance, by which that is kept; nil: it belongs to none. */
const struct uuid *command_saga_id(const struct command *command);
/* The same of a certain saga. */
struct uuid *command_id_of(struct command *command, enum saga_kind saga);

/* Whether its id may name this command. One about a saga has an id of its own; only the one that
 * begins it shares its id with it. */
bool command_id_fits(const struct command *command);

#endif
