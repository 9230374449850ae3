/* SPDX-License-Identifier: MIT */
/*
 * The terminal: what an ATM does, as a pure state machine.
 *
 *   terminal_handle(terminal, event, effects)   state × event → state + effects
 *   terminal_view(terminal, now_ms, view)       state → what to show
 *
 * No I/O, clock or randomness in here: time, ids and what the devices count
 * come with each event. Whoever drives it carries the effects out in their
 * order and hands back what the devices answer as further events, calls it
 * with EVENT_TICK at terminal_deadline, and never loses an event between.
 *
 * What a person did is first condensed to a signal (TERMINAL has one file for
 * each phase that does so); a table of transitions says what a signal means.
 */
#ifndef ATM_TERMINAL_TERMINAL_H
#define ATM_TERMINAL_TERMINAL_H

#include "atm/terminal/event.h"
#include "atm/terminal/view.h"
#include "atm/texts/texts.h"
#include "shared/cash_code.h"
#include "shared/demo_wallet.h"
#include "shared/note_mix.h"

/* How a state waits. */
enum patience {
    WAIT_FOR_EVER,
    WAIT_IDLE,      /* then asks whether more time is needed */
    WAIT_COUNTDOWN, /* the customer sees it run */
    WAIT_BRIEF,     /* a few seconds, then goes on by itself */
    WAIT_MESSAGE,   /* long enough to read, then goes on */
    WAIT_LONG,      /* the supervisor has time */
};

/*
 * Columns: the enumerator; the screen's name; how it waits; who decides what comes
 * next (in a CUSTOMER's states Cancel, time and switching off mean the same, by
 * the rows of STATE_CUSTOMER); the function in atm/screens that fills the view, screen_NAME;
 * and the phase that says what an event means there, NAME_signal.
 */
/* clang-format off */
#define STATE_TABLE(X) \
    X(OFF,               OUT_OF_SERVICE, WAIT_FOR_EVER,  MACHINE,  out_of_service, session) \
    X(OUT_OF_SERVICE,    OUT_OF_SERVICE, WAIT_FOR_EVER,  MACHINE,  out_of_service, session) \
    X(WELCOME,           WELCOME,        WAIT_IDLE,      MACHINE,  welcome, session) \
    X(LANGUAGE,          LANGUAGE,       WAIT_IDLE,      CUSTOMER, language, session) \
    X(WALLET,            WALLET,         WAIT_IDLE,      MACHINE,  wallet, wallet) \
    X(PIN_ENTRY,         PIN_ENTRY,      WAIT_IDLE,      CUSTOMER, pin_entry, session) \
    X(ASKING_PIN,        PLEASE_WAIT,    WAIT_FOR_EVER,  MACHINE,  please_wait, withdrawal) \
    X(MENU,              MENU,           WAIT_IDLE,      CUSTOMER, menu, withdrawal) \
    X(AMOUNT,            AMOUNT,         WAIT_IDLE,      CUSTOMER, amount, withdrawal) \
    X(NOTE_MIX,          NOTE_MIX,       WAIT_IDLE,      CUSTOMER, note_mix, withdrawal) \
    X(RECEIPT_CHOICE,    RECEIPT_CHOICE, WAIT_IDLE,      CUSTOMER, receipt_choice, withdrawal) \
    X(ASKING_BALANCE,    PLEASE_WAIT,    WAIT_FOR_EVER,  MACHINE,  please_wait, withdrawal) \
    X(ASKING_CASH,       PLEASE_WAIT,    WAIT_FOR_EVER,  MACHINE,  please_wait, withdrawal) \
    X(RETURNING_CARD,    TAKE_CARD,      WAIT_COUNTDOWN, MACHINE,  take_card, dispense) \
    X(DISPENSING,        PLEASE_WAIT,    WAIT_FOR_EVER,  MACHINE,  please_wait, dispense) \
    X(TAKING_CASH,       TAKE_CASH,      WAIT_COUNTDOWN, MACHINE,  take_cash, dispense) \
    X(MORE,              MORE,           WAIT_IDLE,      CUSTOMER, more, more) \
    X(ASKING_STATEMENT,  PLEASE_WAIT,    WAIT_FOR_EVER,  MACHINE,  please_wait, withdrawal) \
    X(STATEMENT,         STATEMENT,      WAIT_IDLE,      CUSTOMER, statement, more) \
    X(NEW_PIN,           PIN_NEW,        WAIT_IDLE,      CUSTOMER, new_pin, new_pin) \
    X(REPEAT_PIN,        PIN_REPEAT,     WAIT_IDLE,      CUSTOMER, repeat_pin, new_pin) \
    X(ASKING_NEW_PIN,    PLEASE_WAIT,    WAIT_FOR_EVER,  MACHINE,  please_wait, withdrawal) \
    X(RECEIVER,          TRANSFER,       WAIT_IDLE,      CUSTOMER, receiver, transfer) \
    X(TRANSFER_AMOUNT,   TRANSFER,       WAIT_IDLE,      CUSTOMER, transfer_amount, transfer) \
    X(TRANSFER_CONFIRM,  TRANSFER,       WAIT_IDLE,      CUSTOMER, transfer_confirm, transfer) \
    X(ASKING_TRANSFER,   PLEASE_WAIT,    WAIT_FOR_EVER,  MACHINE,  please_wait, withdrawal) \
    X(CODE_AMOUNT,       CASH_CODE,      WAIT_IDLE,      CUSTOMER, code_amount, cash_code) \
    X(CODE_PIN,          PIN_NEW,        WAIT_IDLE,      CUSTOMER, code_pin, new_pin) \
    X(REPEAT_CODE_PIN,   PIN_REPEAT,     WAIT_IDLE,      CUSTOMER, repeat_code_pin, new_pin) \
    X(CODE_CONFIRM,      CASH_CODE,      WAIT_IDLE,      CUSTOMER, code_confirm, cash_code) \
    X(ASKING_CODE,       PLEASE_WAIT,    WAIT_FOR_EVER,  MACHINE,  please_wait, withdrawal) \
    X(CODE_SHOWN,        CASH_CODE,      WAIT_IDLE,      CUSTOMER, code_shown, cash_code) \
    X(BALANCE,           BALANCE,        WAIT_IDLE,      CUSTOMER, balance, session) \
    X(ASKING_DEPOSIT,    PLEASE_WAIT,    WAIT_FOR_EVER,  MACHINE,  please_wait, withdrawal) \
    X(DEPOSIT_OPEN,      DEPOSIT,        WAIT_IDLE,      MACHINE,  deposit_open, deposit) \
    X(DEPOSIT_COUNTING,  PLEASE_WAIT,    WAIT_FOR_EVER,  MACHINE,  please_wait, deposit) \
    X(DEPOSIT_BACK,      TAKE_NOTES,     WAIT_COUNTDOWN, MACHINE,  deposit_back, deposit) \
    X(DEPOSIT_COUNTED,   DEPOSIT,        WAIT_IDLE,      MACHINE,  deposit_counted, deposit) \
    X(DEPOSIT_RETURNING, PLEASE_WAIT,    WAIT_FOR_EVER,  MACHINE,  please_wait, deposit) \
    X(DEPOSIT_CREDITING, PLEASE_WAIT,    WAIT_BRIEF,     MACHINE,  please_wait, deposit) \
    X(ANOTHER,           ANOTHER,        WAIT_IDLE,      CUSTOMER, another, session) \
    X(QR_CODE,           QR_CODE,        WAIT_IDLE,      CUSTOMER, qr_code, session) \
    X(EJECTING,          TAKE_CARD,      WAIT_COUNTDOWN, MACHINE,  take_card, session) \
    X(GOODBYE,           GOODBYE,        WAIT_BRIEF,     MACHINE,  goodbye, session) \
    X(MESSAGE,           MESSAGE,        WAIT_MESSAGE,   CUSTOMER, message, session) \
    X(MORE_TIME,         MESSAGE,        WAIT_COUNTDOWN, CUSTOMER, more_time, session) \
    X(SUPERVISOR,        SUPERVISOR,     WAIT_LONG,      MACHINE,  supervisor, session)

enum terminal_state {
#define X(enumerator, screen, patience, decides, fill, phase) STATE_##enumerator,
    STATE_TABLE(X)
#undef X
    STATE_COUNT
};
/* clang-format on */

#define STATE_CUSTOMER STATE_COUNT       /* in the table: any state in which a customer decides */
#define STATE_CHOSEN   (STATE_COUNT + 1) /* in the table: the action has set terminal->chosen */

enum supervisor_page {
    PAGE_CLOSED, /* no code is set */
    PAGE_CODE,
    PAGE_DELAY,  /* a code was wrong: the next one waits a few seconds */
    PAGE_LOCKED, /* or minutes */
    PAGE_MENU,
    PAGE_COUNTERS,
    PAGE_REPLENISH,
    PAGE_CONFIRM, /* an act, summed up: it is done only after a yes */
    PAGE_TOTALS,  /* of the day that was ended */
    PAGE_JOURNAL,
    PAGE_DAYS, /* what happened how often on the last days */
    PAGE_LIST, /* lines and nothing to decide */
    PAGE_FAULTS,
    PAGE_WAIT,
};

enum supervisor_act { ACT_REPLENISH, ACT_CUT_OVER, ACT_TEST };

#define CASSETTE_NOTES_MAX 10000 /* a cassette holds no more */
#define LIST_PAGE_LINES    9     /* of a list that is scrolled, under its headings */

/* A further card of the demonstration's. */
struct wallet_card {
    enum text text; /* what it is called; TEXT_NONE: as in kind */
    char kind[64];
    char note[PIN_DIGITS_MAX + 1]; /* its PIN, on a note at the machine; empty: there is none */
    char mask[PAN_DIGITS_MAX + 1];
    char
        receiver[PAN_DIGITS_MAX + 1]; /* the whole number, where money can be sent to it by a key */
};

struct terminal_settings {
    int idle_ms, countdown_ms;
    char teller[16];     /* the short id */
    char card_owner[48]; /* whose card is at hand; empty: none */
    char card_note[16];  /* what a note on the machine says of its PIN; empty: there is none */
    char card_mask[PAN_DIGITS_MAX + 1]; /* its masked number */
    bool card_at_hand;                  /* Enter on the welcome screen puts it in */
    int wallet_count;                   /* above 0: and the first key leads to all of them */
    struct wallet_card wallet[DEMO_WALLET_MAX];
    int language;
};

/*
 * What the customer came for; the same again once the PIN is typed anew. Columns: the
 * enumerator; where it is asked for, and the action that asks; what an approval means (NONE:
 * it has to be looked at); whether it has an id that the customer can quote, and an end in
 * the journal.
 */
/* clang-format off */
#define WANTS_TABLE(X) \
    X(PIN,       ASKING_PIN,       pin_ask,        PIN_RIGHT,      false) \
    X(CASH,      ASKING_CASH,      withdrawal_ask, NONE,           true) \
    X(BALANCE,   ASKING_BALANCE,   balance_ask,    BALANCE_TOLD,   false) \
    X(DEPOSIT,   ASKING_DEPOSIT,   deposit_ask,    NONE,           true) \
    X(STATEMENT, ASKING_STATEMENT, statement_ask,  STATEMENT_TOLD, false) \
    X(NEW_PIN,   NEW_PIN,          new_pin_begin,  PIN_CHANGED,    false) \
    X(TRANSFER,  ASKING_TRANSFER,  transfer_ask,   TRANSFERRED,    true) \
    X(CODE,      CODE_PIN,         code_begin,     CODE_ISSUED,    true)

enum wants {
#define X(enumerator, asking, ask, told, quotable) WANTS_##enumerator,
    WANTS_TABLE(X)
#undef X
    WANTS_COUNT
};
/* clang-format on */

/* Beside the withdrawal, whose id is then the deposit's. */
struct deposit {
    struct notes slot;    /* put in by the customer, or given back: the customer's to take */
    struct notes counted; /* in the escrow, or kept */
    struct notes unreadable;
    bool held;          /* the bank has booked it, and reviews it before the money is available */
    enum text why_back; /* what the notes to take back are told with */
    bool goes_on;       /* once they are taken the others are confirmed */
};

struct withdrawal {
    struct uuid id;
    money amount, balance;
    struct notes mix; /* chosen by the customer; empty: the bank's choice */
    int choice_count;
    struct notes choice[NOTE_MIX_CHOICES_MAX];
    struct notes notes, presented, rejected; /* approved; out; in the reject bin */
    bool receipt;
    bool walks_away; /* the cash will not be taken */
    bool out;        /* notes are or were in front of the customer */
};

struct message {
    enum text heading;
    char detail[VIEW_TEXT_LENGTH];
    enum view_tone tone;
    money offer[2]; /* amounts to accept instead; 0: none */
    enum terminal_state after;
    char reference[40];
};

struct terminal {
    struct terminal_settings settings;
    struct facts facts; /* of the last event */
    enum terminal_state state, chosen;
    enum terminal_state back; /* where LANGUAGE and MORE_TIME return to */
    char back_typed[24];      /* what was typed there, and is there again */
    bool resumes;             /* that state is gone back to */
    int64_t entered_ms, touched_ms;

    int cancels; /* in a row: the first goes a step back, the second ends the visit */
    bool online, trouble, quitting;
    bool lab;  /* the bank is one for tests: it says so */
    bool gone; /* the keyboard has ended: what waits for a customer does not */
    char currency[4];
    int note_limit;
    int language;
    int language_page;    /* of the choice */
    bool language_chosen; /* by this customer, and when */
    int64_t language_ms;

    char typed[24];
    enum text error; /* what was wrong with the last input */
    bool card_inside;
    bool by_code;                      /* no card but a cash code, for a withdrawal alone */
    char card[PAN_DIGITS_MAX + 1];     /* masked */
    char receiver[PAN_DIGITS_MAX + 1]; /* of a transfer: the whole number */
    char code[CASH_CODE_LENGTH];       /* asked for: the whole number */
    int codes_taken;                   /* numbers drawn for it that the bank has had already */
    int64_t code_until_s;
    int pin_digits;
    bool pin_again; /* the same transaction again, once the PIN is typed */
    enum wants wants;
    bool receipt_failed;
    struct uuid asking; /* the request waited for */

    struct withdrawal withdrawal;
    struct deposit deposit;
    money balance, available;
    money spendable;   /* what the bank would pay out today, as it said last; below 0: not known */
    money last_amount; /* that this card was given here; 0: not known */
    bool no_receipts;  /* the customer's setting */
    bool has_available;
    struct statement statement;
    struct message message;
    struct lines receipt;
    char receipt_qr[VIEW_QR_SIZE]; /* what its QR code says; empty: there is none */

    enum supervisor_page page;
    struct uuid cut_over; /* asked for and not answered: soon asked for again under the same id;
                             nil: none */
    int64_t cut_over_ms;  /* when it was asked for first */
    char business_day[16], ended_day[16];
    enum supervisor_act act;
    int list_at; /* how far from its beginning a list is scrolled: the journal from its last entry
                  */
    int replenish_at; /* which denomination is asked for */
    struct notes replenish;
    enum text page_title;
    char page_note[VIEW_TEXT_LENGTH];
    bool page_bad;
    struct lines page_lines;
};

/* Signals: what an event means in a state. */
/* clang-format off */
#define SIGNAL_TABLE(X) \
    X(NONE) X(OUT_OF_ORDER) X(IN_ORDER) X(QUIT) X(CANCEL) X(PATIENCE_OVER) X(GO_ON) X(SUPERVISOR) \
    X(CARD_OFFERED) X(CARD_READ) X(CARD_INVALID) X(CARD_JAMMED) X(CARD_UNREADABLE) X(CARD_KEPT) \
    X(WALLET_ASKED) X(STEP_BACK) X(LANGUAGE_ASKED) X(LANGUAGE_CHOSEN) X(PIN_TYPED) X(PIN_RIGHT) X(FAST_CASH) X(NO_PAPER) X(PIN_TYPED_AGAIN) \
    X(OTHER_AMOUNT) X(AMOUNT_PAYABLE) X(AMOUNT_WITH_CHOICE) X(AMOUNT_NOT_PAYABLE) X(BALANCE_ASKED) \
    X(MIX_CHOSEN) X(RECEIPT_CHOSEN) X(OFFLINE) \
    X(APPROVED) X(APPROVED_TOO_LATE) X(APPROVED_WRONGLY) X(WRONG_PIN) X(CARD_BARRED) X(DECLINED) X(UNDECIDED) X(NO_REPLY) \
    X(BALANCE_TOLD) X(CARD_TAKEN) X(STACKED) X(PRESENTED) X(DISPENSE_FAILED) X(POSITION_UNKNOWN) \
    X(CASH_TAKEN) X(RETRACTED) X(RECEIPT_READY) X(QR_ASKED) X(YES) X(NO) X(TROUBLE) \
    X(DEPOSIT_ASKED) X(NOTES_INSERTED) X(NOTES_TAKEN) X(NOTES_COUNTED) X(COUNT_FAILED) X(NOTES_RETURNED) X(NOTES_STAY) X(CREDITED) X(NOT_CREDITED) \
    X(MORE_ASKED) X(BACK) X(STATEMENT_ASKED) X(STATEMENT_TOLD) X(PRINT) \
    X(NEW_PIN_ASKED) X(NEW_PIN_TYPED) X(NEW_PIN_REPEATED) X(PINS_DIFFER) X(WEAK_PIN) X(PIN_CHANGED) \
    X(TRANSFER_ASKED) X(RECEIVER_TYPED) X(TRANSFER_AMOUNT) X(TRANSFERRED) \
    X(CODE_ASKED) X(CODE_AMOUNT) X(CODE_ISSUED) X(CODE_TAKEN) X(CODE_TYPED) X(APPROVED_AT_ONCE) \
    X(LEAVE)

enum signal {
#define X(enumerator) SIGNAL_##enumerator,
    SIGNAL_TABLE(X)
#undef X
    SIGNAL_COUNT
};
/* clang-format on */

struct transition {
    int from; /* a state, or STATE_CUSTOMER */
    enum signal signal;
    int next; /* a state, or STATE_CHOSEN */
    void (*action)(struct terminal *terminal, const struct terminal_event *event,
                   struct effects *effects);
    const char *sentence; /* why, for the reader of the table */
};

void terminal_init(struct terminal *terminal, const struct terminal_settings *settings);
/* The card with that masked number has another PIN now: a note of it goes. */
void terminal_note_is_wrong(struct terminal *terminal, const char *card);
void terminal_handle(struct terminal *terminal, const struct terminal_event *event,
                     struct effects *effects);

/* When it wants an EVENT_TICK at the latest, on the clock of facts.now_ms; -1: never. */
int64_t terminal_deadline(const struct terminal *terminal);

/* Whose PIN the digits typed now are, which belong into the PIN pad alone; PIN_ENTRY_COUNT: none's.
 */
enum pin_entry terminal_wants_pin(const struct terminal *terminal);

/* Fills in all of the view. Link and clock are the shell's to add. */
void terminal_view(const struct terminal *terminal, int64_t now_ms, struct view *view);

const char *terminal_state_name(enum terminal_state state);
const char *signal_name(enum signal signal);
enum screen terminal_screen_of(enum terminal_state state);
const struct transition *terminal_transitions(int *count);

#endif
