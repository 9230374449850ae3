/* SPDX-License-Identifier: MIT */
/*
 * The command line, and the paths that follow from it. A plain value.
 */
#ifndef ATM_MACHINE_OPTIONS_H
#define ATM_MACHINE_OPTIONS_H

#include "atm/files/wallet_file.h"
#include "atm/terminal/view.h"
#include "shared/address.h"
#include "shared/error.h"
#include "shared/home.h"
#include "shared/pin_block.h"
#include "shared/tls.h"
#include "shared/uuid.h"

#define OPTIONS_FAULTS_MAX 16

struct options {
    struct home home;
    struct uuid teller;
    char folder[500];            /* <home>/<teller id> */
    char bank[HOME_SOCKET_SIZE]; /* the bank's socket */
    bool connects;               /* to `connect`, and not to that socket */
    struct address connect;
    struct tls_files tls;
    char key[HOME_PATH_SIZE];      /* the terminal key's file */
    char card[PAN_DIGITS_MAX + 1]; /* at hand; empty: none */
    char card_owner[48];
    char card_note[16];        /* on a sticky note beside the screen; empty: there is none */
    struct wallet_file wallet; /* the demonstration's further cards */
    const char *previous_key;  /* the terminal key's file before this one; NULL: none */
    bool adopt_memories;       /* what has no MAC, or lacks a witness, is taken as it is, once */
    bool set_supervisor_code;
    const char *assets; /* NULL: the program's own */
    int language;
    enum face face;    /* how much of the machine a wide window shows */
    bool inside;       /* what passes is kept to be looked at */
    const char *trace; /* a file that gets what passes; NULL: none */
    int idle_ms, countdown_ms, reply_timeout_ms;
    int fault_count;
    const char *fault[OPTIONS_FAULTS_MAX]; /* armed at the start */
    const char *theme;                     /* its name; NULL: the program's own colours */
    bool plain, mono, ascii, high_contrast, no_animation;
    bool help, version;
};

/* Reads the command line, then what it points to; makes the terminal's folder. texts_load has to
 * come before options_finish. Failures are ERROR_USAGE: one sentence that says what to do. */
bool options_read(struct options *options, int count, char **argument, const char **language,
                  struct error *error);
bool options_finish(struct options *options, const char *language, struct error *error);
void options_help(void);

#endif
