/* SPDX-License-Identifier: MIT */
/*
 * The few words of the machine itself, which no view carries: its keys, its
 * lights, its frame. English until they are set.
 */
#ifndef ATM_TUI_PAINT_WORDS_H
#define ATM_TUI_PAINT_WORDS_H

#include <stdbool.h>

/* enumerator, name for the tables of texts, English */
#define WORD_TABLE(X)                                                                              \
    X(BANK, "frame.bank", "EsBank")                                                                \
    X(LAB, "frame.lab", "LAB BANK")                                                                \
    X(TELLER, "frame.teller", "ATM")                                                               \
    X(ONLINE, "frame.online", "online")                                                            \
    X(OFFLINE, "frame.offline", "offline")                                                         \
    X(OWED, "frame.owed", "pending")                                                               \
    X(CARD, "frame.card", "Card")                                                                  \
    X(CASH, "frame.cash", "Cash")                                                                  \
    X(RECEIPT, "frame.receipt", "Receipt")                                                         \
    X(LIGHT_OFF, "frame.light_off", "idle")                                                        \
    X(LIGHT_ON, "frame.light_on", "in use")                                                        \
    X(LIGHT_BLINK, "frame.light_blink", "here")                                                    \
    X(LIGHT_FAULT, "frame.light_fault", "fault")                                                   \
    X(CANCEL, "frame.cancel", "Cancel")                                                            \
    X(CLEAR, "frame.clear", "Clear")                                                               \
    X(ENTER, "frame.enter", "Enter")                                                               \
    X(REFERENCE, "frame.reference", "Reference")                                                   \
    X(TOO_SMALL, "frame.too_small", "The ATM needs a window of 80×24.")                            \
    X(IS_NOW, "frame.is_now", "This one has")                                                      \
    X(QR_SMALL, "frame.qr_small", "The QR code needs a window of 80×39.")                          \
    X(INSIDE, "inside.title", "What the bank sees")                                                \
    X(MESSAGES, "inside.messages", "Messages and journal")                                         \
    X(EVENTS, "inside.events", "Events in the log")                                                \
    X(CASSETTES, "inside.cassettes", "Cassettes")                                                  \
    X(JOURNAL, "inside.journal", "journal")                                                        \
    X(ASKED, "inside.asked", "asked")                                                              \
    X(AUTHORISED, "inside.authorised", "authorised")                                               \
    X(REFUSED, "inside.refused", "refused")                                                        \
    X(CHANGED, "inside.changed", "changed")                                                        \
    X(WITHDRAWN, "inside.withdrawn", "withdrawn")                                                  \
    X(NOTES_OUT, "inside.notes_out", "notes out")                                                  \
    X(RETRACTED, "inside.retracted", "drawn back")                                                 \
    X(CONFIRMED, "inside.confirmed", "confirmed")                                                  \
    X(REVERSED, "inside.reversed", "reversed")                                                     \
    X(SUSPECT, "inside.suspect", "unresolved")                                                     \
    X(SLOT_OPEN, "inside.slot_open", "slot open")                                                  \
    X(COUNTED, "inside.counted", "counted")                                                        \
    X(GIVEN_BACK, "inside.given_back", "given back")                                               \
    X(CREDITED, "inside.credited", "credited")                                                     \
    X(HELD, "inside.held", "held")                                                                 \
    X(CANCELLED, "inside.cancelled", "cancelled")                                                  \
    X(WAITS, "inside.waits", "waits")                                                              \
    X(WAITS_FOR_YOU, "inside.waits_for_you", "waits for you")

enum word {
#define X(enumerator, name, text) WORD_##enumerator,
    WORD_TABLE(X)
#undef X
        WORD_COUNT
};

const char *paint_word(enum word word);

/* The word's name in the tables of texts, to look a translation up by. */
const char *paint_word_name(enum word word);

/* Sets a word; the text stays the caller's and has to live on. NULL: English again. It shows in
 * what is painted after it. */
void paint_word_set(enum word word, const char *text);

#endif
