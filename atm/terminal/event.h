/* SPDX-License-Identifier: MIT */
/*
 * What the terminal's state machine hears (events) and what it wants done
 * (effects). Both are plain values: everything the machine may know of the
 * world stands in an event, everything it may do to it in an effect.
 */
#ifndef ATM_TERMINAL_EVENT_H
#define ATM_TERMINAL_EVENT_H

#include "atm/terminal/advice.h"
#include "atm/terminal/input.h"
#include "atm/terminal/view.h"
#include "atm/texts/statement_text.h"
#include "shared/cash_code.h"
#include "shared/journal_step.h"
#include "shared/money.h"
#include "shared/notes.h"
#include "shared/pin_block.h"
#include "shared/refusal.h"

#define SLOT_NOTES_MAX 200 /* the acceptor's slot holds no more at once */

/* A few lines for the screen: a receipt, the journal's tail. */
struct lines {
    int count;
    char line[VIEW_LINES][VIEW_TEXT_LENGTH];
};

enum event_kind {
    EVENT_INPUT,        /* input; digits of a PIN come without their value */
    EVENT_TICK,         /* time has passed */
    EVENT_LINK_UP,      /* reply: of the sign-on */
    EVENT_LINK_DOWN,    /* text: why */
    EVENT_REPLY,        /* reply: to the request the customer or the supervisor waits for */
    EVENT_NO_REPLY,     /* the link gave up waiting */
    EVENT_CARD_IN,      /* text: the masked number; flag: it is no card but a cash code; remembered
                         */
    EVENT_CARD_INVALID, /* not a card number */
    EVENT_CARD_JAM,     /* it does not go in */
    EVENT_CARD_UNREADABLE, /* it came out again */
    EVENT_CARD_KEPT,       /* the reader did not give it back */
    EVENT_PINS_DIFFER,     /* the new PIN was not typed the same twice; nothing was sent */
    EVENT_STACKED,         /* the notes lie on the stacker */
    EVENT_PRESENTED, /* notes: what is out; rejected: what is not; flag: it will not be taken */
    EVENT_DISPENSE_FAILED,  /* nothing is out; rejected; text: why */
    EVENT_POSITION_UNKNOWN, /* text: why */
    EVENT_RETRACTED,        /* notes */
    EVENT_NOTES_COUNTED,    /* notes: in the escrow; rejected: in the slot again */
    EVENT_COUNT_FAILED,     /* all notes are in the slot again; text: why */
    EVENT_NOTES_RETURNED,   /* flag: they are in the slot again; else they stay in the escrow */
    EVENT_ADVISED, /* reply: to a stored advice; its id is the withdrawal's or the deposit's */
    EVENT_RECEIPT, /* lines; flag: on paper; text: what its QR code says */
    EVENT_CODE,    /* the supervisor's was tried. flag: it is right; text: why it could not be */
    EVENT_LIST,    /* lines the supervisor asked for, under their headings; text: what could not be
                      read of them */
    EVENT_DONE,    /* what the supervisor asked for is done; text: what to say, flag: it worked;
                      lines: of the faults */
    EVENT_TROUBLE, /* the journal or the store cannot be written: the rest of the effects was not
                      done */
    EVENT_TROUBLE_OVER, /* it can again, and nothing is left unstored */
};

/* The bank's answer, of any command; what it did not say is zero. */
struct reply {
    struct uuid id;
    bool ok;
    enum refusal refusal; /* REFUSAL_COUNT: one this program does not know */
    char refusal_text[80];
    money balance, held, available, below, above;
    bool has_available;
    int tries_left;
    int64_t until_s; /* a cash code's end, since 1970 */
    bool lab;        /* a sign-on's: operators can force what this bank answers */
    bool disagrees;  /* the bank counts other notes than the sign-on told */
    struct notes notes, cassettes;
    struct uuid
        count_id; /* where the counts differ: what was counted at the bank since they agreed */
    struct notes counted;
    bool proven; /* it has the bank's mac */
    int note_limit, retry_after_ms;
    char currency[4], business_day[16];
    char state[16];
    char journal[40]; /* a sign-on's: how far the bank knows this machine's journal */
    money total_dispensed, total_reversed;
    int total_withdrawals, total_declined, total_suspect, total_deposits;
    money total_deposited;
    struct statement statement;
};

/* What the shell knows, given with every event. */
struct facts {
    int64_t now_ms;                    /* monotonic */
    int64_t wall_s;                    /* since 1970, for the clock */
    struct uuid fresh_id;              /* never given before */
    char fresh_code[CASH_CODE_LENGTH]; /* drawn anew, for a cash code; empty: it cannot be */
    struct notes cassettes;            /* in the dispenser now */
    struct notes reject_bin, retract_bin, deposit_bin;
    int owed;         /* messages stored for the bank */
    bool attention;   /* the dispenser needs a person */
    bool older;       /* the bank knows more of this machine than its folder */
    bool displaced;   /* another machine works as this teller */
    bool no_deposits; /* the acceptor does */
    bool no_paper;    /* the next receipt would not be printed */
    bool replenishing;
    bool code_set;         /* the supervisor has one */
    int code_wrong;        /* tried in a row */
    int64_t code_until_ms; /* the next may not be tried before */
};

/* What the machine knows of a card from the last time. */
struct remembered {
    bool language_known;
    int language;
    money amount; /* 0: none */
};

struct terminal_event {
    enum event_kind kind;
    struct facts facts;
    struct input input;
    struct reply reply;
    struct notes notes, rejected;
    struct remembered remembered;
    struct lines lines;
    char text[VIEW_TEXT_LENGTH];
    bool flag;
};

/*
 * Columns: the enumerator; whether it sends a request that owes something, or puts cash in
 * motion, and so is left out once an entry of the journal before it could not be written; what
 * it is about.
 */
/* clang-format off */
#define EFFECT_TABLE(X) \
    X(JOURNAL,        false, "step, id, text") \
    X(RESERVE,        false, "room in the journal for a withdrawal") \
    X(INSERT,         false, "a card: text is its number, empty for the one at hand, #1 for the first of the wallet") \
    X(EJECT,          false, "the card to the slot") \
    X(CARD_GONE,      false, "") \
    X(RETAIN,         false, "") \
    X(PIN_WIPE,       false, "digits and block") \
    X(PIN_FORGET,     false, "pin_entry: its digits alone") \
    X(ASK_CASH,       true,  "id, amount, notes (none: the bank chooses)") \
    X(ASK_BALANCE,    false, "id") \
    X(ASK_DEPOSIT,    true,  "id") \
    X(ASK_STATEMENT,  false, "id") \
    X(ASK_NEW_PIN,    false, "id: changes the PIN to the one typed twice") \
    X(ASK_TRANSFER,   true,  "id, amount, text: the receiver's card") \
    X(ASK_CODE,       true,  "id, amount, text: the number of the cash code, with the PIN typed twice") \
    X(ASK_CUT_OVER,   false, "id") \
    X(STACK,          true,  "id, notes") \
    X(PRESENT,        true,  "") \
    X(PURGE,          false, "") \
    X(TAKE,           false, "") \
    X(RETRACT,        false, "") \
    X(ACCEPT,         true,  "id, notes: draws them in and counts them") \
    X(KEEP,           false, "into the deposit bin") \
    X(GIVE_BACK,      true,  "out of the escrow") \
    X(ADVISE,         false, "advice") \
    X(PRINT,          false, "receipt fields: id, amount, balance, notes, deposit, statement, receiver, until_s") \
    X(REMEMBER,       false, "of the card: language (below 0: as it was), amount (0: as it was)") \
    X(REPLENISH,      false, "id, notes") \
    X(TRY_CODE,       false, "text: the supervisor's, wiped once it was tried") \
    X(LIST_JOURNAL,   false, "amount: how many entries before the last one it ends") \
    X(LIST_DAYS,      false, "amount: how many codes before the first one shown") \
    X(LIST_SUSPECTS,  false, "") \
    X(TEST_DISPENSE,  false, "") \
    X(LIST_FAULTS,    false, "a line for each: as it is armed, or empty") \
    X(FAULT,          false, "text: arms it") \
    X(DISARM,         false, "amount: which one") \
    X(EXIT,           false, "")

enum effect_kind {
#define X(enumerator, moves, about) EFFECT_##enumerator,
    EFFECT_TABLE(X)
#undef X
};
/* clang-format on */

struct effect {
    enum effect_kind kind;
    enum journal_step step;
    struct uuid id;
    money amount, balance;
    struct notes notes;
    struct advice advice;
    char text[160];
    enum pin_entry pin_entry;
    int language;
    bool deposit, balance_known, by_code;
    struct statement statement;        /* without lines: it is no receipt of one */
    char receiver[PAN_DIGITS_MAX + 1]; /* masked; empty: it is no receipt of a transfer */
    int64_t until_s;                   /* a cash code's end; 0: it is no receipt of one */
};

#define EFFECTS_MAX 16

/* Done in order. At most one of them answers with an event, and it is the last. */
struct effects {
    int count;
    struct effect item[EFFECTS_MAX];
};

struct effect *effects_add(struct effects *effects, enum effect_kind kind);
void effects_journal(struct effects *effects, enum journal_step step, const struct uuid *id,
                     const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
