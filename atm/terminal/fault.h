/* SPDX-License-Identifier: MIT */
/* The faults that can be injected: atm/devices/faults.h reads and strikes them. */
#ifndef ATM_TERMINAL_FAULT_H
#define ATM_TERMINAL_FAULT_H

/* enumerator, the line, what happens */
/* clang-format off */
#define FAULT_TABLE(X) \
    X(DISPENSER_EMPTY,      "dispenser empty",                   "the cassettes give nothing") \
    X(DISPENSER_JAM_BEFORE, "dispenser jam before present",      "the notes jam inside; nothing comes out") \
    X(DISPENSER_PARTIAL,    "dispenser partial after N notes",   "N notes come out, the others jam") \
    X(DISPENSER_JAM_AFTER,  "dispenser jam after present",       "the shutter jams once the notes are out") \
    X(DISPENSER_NOT_TAKEN,  "dispenser not taken",               "the customer leaves the notes") \
    X(DISPENSER_UNKNOWN,    "dispenser position unknown",        "where the notes are is unknown") \
    X(POWER_BEFORE_PRESENT, "power cut before present",          "the power goes while the notes are inside") \
    X(POWER_AFTER_PRESENT,  "power cut after present",           "the power goes when the notes are out") \
    X(POWER_AFTER,          "power cut after NAME",              "the power goes after that step of the journal") \
    X(CARD_JAM,             "card jam",                          "the card does not go in") \
    X(CARD_UNREADABLE,      "card unreadable",                   "the card cannot be read") \
    X(CARD_RETAIN,          "card retain",                       "the reader keeps the card") \
    X(PRINTER_PAPER_OUT,    "printer paper out",                 "there is no receipt") \
    X(JOURNAL_FULL,         "journal full",                      "the journal's disk is full") \
    X(ACCEPTOR_JAM,         "acceptor jam while counting",       "the notes jam and come back") \
    X(ACCEPTOR_UNREADABLE,  "acceptor N notes unreadable",       "the first N notes come back")

#define FAULT_MOVING "moving" /* a NAME beside the journal's */

enum fault {
#define X(enumerator, line, meaning) FAULT_##enumerator,
    FAULT_TABLE(X)
#undef X
    FAULT_COUNT
};
/* clang-format on */

const char *fault_line(enum fault fault);
const char *fault_meaning(enum fault fault);

#endif
