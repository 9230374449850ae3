/* SPDX-License-Identifier: MIT */
/*
 * What the customer should see: the seam between the terminal's state machine,
 * which makes a view, and the painters (ncurses, --plain), which show it.
 *
 * A view is a plain value, complete in itself: a painter keeps no state that
 * changes what a view means. Texts are UTF-8, already in the customer's
 * language, without layout; the painter places and wraps them.
 */
#ifndef ATM_TERMINAL_VIEW_H
#define ATM_TERMINAL_VIEW_H

#include "shared/cash_code.h"
#include "shared/money.h"
#include "shared/notes.h"

#include <stdbool.h>

#define VIEW_FDKS        8 /* function display keys: 0–3 left from the top (F1–F4), 4–7 right (F5–F8) */
#define VIEW_LINES       16  /* body lines: a receipt, a list of the supervisor's */
#define VIEW_TEXT_LENGTH 400 /* bytes of one text with its NUL */
#define VIEW_QR_SIZE     78  /* what a QR code of 29 by 29 holds in capitals, and a NUL */

/* Columns: the enumerator; its name in the terminal's title; what the plain frontend says that
 * Cancel does: nothing, a step back, or that it ends the visit; what there is to look at beside its
 * entry and its lines. */
/* clang-format off */
#define SCREEN_TABLE(X) \
    X(WELCOME,        "welcome",        NEVER, LOGO) \
    X(LANGUAGE,       "language",       BACK,  NOTHING) \
    X(WALLET,         "wallet",         BACK,  NOTHING) \
    X(PIN_ENTRY,      "pin_entry",      QUITS, NOTHING) \
    X(MENU,           "menu",           QUITS, NOTHING) \
    X(AMOUNT,         "amount",         BACK,  NOTHING) \
    X(NOTE_MIX,       "note_mix",       BACK,  NOTHING) \
    X(RECEIPT_CHOICE, "receipt_choice", BACK,  NOTHING) \
    X(PLEASE_WAIT,    "please_wait",    NEVER, NOTHING) \
    X(TAKE_CARD,      "take_card",      NEVER, CARD) \
    X(TAKE_CASH,      "take_cash",      NEVER, CASH) \
    X(TAKE_NOTES,     "take_notes",     NEVER, CASH) \
    X(PIN_NEW,        "pin_new",        BACK,  NOTHING) \
    X(PIN_REPEAT,     "pin_repeat",     BACK,  NOTHING) \
    X(MORE,           "more",           BACK,  NOTHING) \
    X(STATEMENT,      "statement",      BACK,  NOTHING) \
    X(TRANSFER,       "transfer",       BACK,  NOTHING) \
    X(CASH_CODE,      "cash_code",      BACK,  NOTHING) \
    X(BALANCE,        "balance",        BACK,  NOTHING) \
    X(DEPOSIT,        "deposit",        QUITS, NOTHING) \
    X(ANOTHER,        "another",        NEVER, NOTHING) \
    X(QR_CODE,        "qr_code",        BACK,  QR) \
    X(GOODBYE,        "goodbye",        NEVER, LOGO) \
    X(MESSAGE,        "message",        NEVER, SIGN) \
    X(OUT_OF_SERVICE, "out_of_service", NEVER, SIGN) \
    X(SUPERVISOR,     "supervisor",     BACK,  NOTHING)

enum screen {
#define X(enumerator, name, cancels, picture) SCREEN_##enumerator,
    SCREEN_TABLE(X)
#undef X
    SCREEN_COUNT
};
/* clang-format on */

const char *screen_name(enum screen screen);

/* How much of the machine is shown, where the window has room for it. */
enum face {
    FACE_AUTO,    /* all that fits */
    FACE_SCREEN,  /* its screen alone */
    FACE_MACHINE, /* and what is around it */
    FACE_INSIDE   /* and what the bank sees */
};

enum view_entry { ENTRY_NONE, ENTRY_PIN, ENTRY_AMOUNT, ENTRY_CARD, ENTRY_TEXT };
enum view_light { LIGHT_OFF, LIGHT_ON, LIGHT_BLINK, LIGHT_FAULT };
enum view_tone { TONE_NEUTRAL, TONE_GOOD, TONE_WARNING, TONE_BAD };

struct view_fdk {
    char label[128]; /* empty: this key does nothing here */
    bool disabled;   /* shown, but not for now (an amount the cassettes cannot pay) */
};

struct view {
    enum screen screen;
    bool right_to_left; /* its language; what has none of its letters is as it is */
    enum view_tone tone;
    char heading[VIEW_TEXT_LENGTH]; /* the one question or statement */
    char detail[VIEW_TEXT_LENGTH];  /* one sentence under it, or empty */
    char error[VIEW_TEXT_LENGTH];   /* what was wrong with the last input, or empty */
    char hint[VIEW_TEXT_LENGTH];    /* which keys to press, in the footer */

    enum view_entry entry; /* the field being typed into */
    int pin_digits;        /* ENTRY_PIN: how many, never which */
    money amount; /* ENTRY_AMOUNT: minor units; also the large amount of take_cash and balance */
    char
        amount_text[MONEY_TEXT_LENGTH]; /* as the language writes it; empty: as money_format does */
    bool amount_doubtful;               /* what is typed cannot be paid, as far as is known */
    bool amount_shown;                  /* whether amount is to be painted, in large digits */
    char number[CASH_CODE_SHOWN];       /* to be read off: large in the amount's place; or empty */
    char typed[64];                     /* ENTRY_CARD, ENTRY_TEXT */
    bool digits_type;                   /* though there is no field: digits say how many */
    char sticky[2][64];                 /* a note stuck to the machine; empty: there is none */
    char currency[4];                   /* ISO 4217 */
    struct notes notes;                 /* what comes out, or is put in, or would be paid */

    struct view_fdk fdk[VIEW_FDKS];
    int line_count;
    /* The receipt, the mix, the supervisor's list: monospaced as they are. */
    char line[VIEW_LINES][VIEW_TEXT_LENGTH];
    bool line_is_paper;    /* paint them as a strip of paper */
    bool line_headed;      /* the first has the columns' headings */
    char qr[VIEW_QR_SIZE]; /* what a QR code is to say, in capitals, digits and " -.:"; or empty */
    bool scrolls;          /* arrows and pages up and down are the lines' */

    int countdown_ms, countdown_full_ms; /* a real bar when countdown_full_ms is above 0 */
    bool busy;                           /* please wait: something turns */

    enum view_light card_light, cash_light, receipt_light;
    bool bank_online;
    bool lab;           /* the bank is one for tests, whose answers may be forced */
    int owed;           /* advices stored and not yet acknowledged by the bank */
    char teller[16];    /* the short teller id for the frame */
    char reference[40]; /* what the customer quotes to the operator, or empty */
    char clock[40];     /* "24 Nov 2026 04:53" in the frame */
};

#endif
