/* SPDX-License-Identifier: MIT */
/*
 * The supervisor's code, and how often it may be guessed.
 *
 * <folder>/supervisor-code holds a salt and the code's scrypt hash, with the
 * MAC of memory.h; there is no code until one is set. <folder>/supervisor-tries
 * holds how many codes in a row were wrong and when the last was. A try is
 * written down before it is looked at, so that neither a restart nor a power cut
 * is worth anything; the journal, which has each result, is a second witness, and the
 * larger count holds.
 *
 *   wrong codes in a row   1    2    3    4    5      6       7     …
 *   seconds until the next 1    2    4    8    300    600     1200  … at most an hour
 *
 * From the fifth on each is a lockout, and the bank is owed a word of it.
 */
#ifndef ATM_FILES_SUPERVISOR_CODE_H
#define ATM_FILES_SUPERVISOR_CODE_H

#include "atm/files/memory.h"

#define SUPERVISOR_CODE_MIN  4
#define SUPERVISOR_CODE_MAX  12
#define SUPERVISOR_LOCKED_AT 5 /* wrong codes in a row */

/* Pure: milliseconds after so many wrong codes in a row until the next may be tried. */
int64_t supervisor_code_delay_ms(int wrong);

struct supervisor_code {
    char folder[500];
    struct memory *memory; /* the caller's */
    bool set;              /* there is one, and it is this machine's */
    unsigned char salt[16], hash[32];
    int wrong;       /* in a row */
    int reported;    /* of them, told to the bank */
    int64_t left_ms; /* when it was opened: until the next may be tried */
};

/*
 * Reads both files at the time wall_s; wrong_in_journal is what the journal
 * knows of. A code of plain digits, as a person can write it before the first start,
 * is taken over while the folder is being adopted. A forged file of tries is a
 * lockout. ERROR_USAGE: plain digits that are no code.
 */
bool supervisor_code_open(struct supervisor_code *code, const char *folder, struct memory *memory,
                          int wrong_in_journal, int64_t wall_s, struct error *error);

/* Counts the try, then looks: *right. A disk that does not take the count is a failure, and nothing
 * was looked at. */
bool supervisor_code_try(struct supervisor_code *code, const char *digits, int64_t wall_s,
                         bool *right, struct error *error);

/* Whether a lockout is not yet told to the bank; and that it now is. */
bool supervisor_code_owes_report(const struct supervisor_code *code);
bool supervisor_code_reported(struct supervisor_code *code, int64_t wall_s, struct error *error);

/* Writes both files anew, with the MACs that a folder being adopted lacks. */
bool supervisor_code_seal(struct supervisor_code *code, int64_t wall_s, struct error *error);

/* Sets the code, of 4 to 12 digits (ERROR_USAGE), and forgets what was tried. */
bool supervisor_code_set(struct supervisor_code *code, const char *digits, struct error *error);

#endif
