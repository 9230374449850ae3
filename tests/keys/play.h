/* SPDX-License-Identifier: MIT */
/*
 * Playing a script: the state that directives share, and the loop over steps.
 *
 * play_run plays every step of play->script in order and ends the program. On
 * the first failure it stops, reports on stderr (script and line, what was
 * expected, the screen, the last keys; secrets as dots) and returns false.
 * The caller fills in script and options, zeroes the rest, and frees with
 * play_finish.
 */
#ifndef KEYS_PLAY_H
#define KEYS_PLAY_H

#include "tests/keys/program.h"
#include "tests/keys/script.h"
#include "tests/keys/variable.h"

#include <stdbool.h>

#define PLAY_KEYS_KEPT    24    /* shown on failure */
#define PLAY_SETTLE_MS    1000  /* a program busy for longer than this is looked at as it is */
#define PLAY_SLOW_MS      100   /* a key, for a person to watch */
#define PLAY_SH_MS        60000 /* a shell command that takes longer has failed */
#define PLAY_FILE_POLL_MS 20    /* no event that poll() knows says that a file changed */

struct cast;

struct play {
    struct script *script;
    struct program program;
    struct variables variables;
    struct cast *cast; /* NULL: none */
    char **argv;
    int columns, rows;
    int timeout_ms; /* of waits that name none */
    bool ascii, mono;
    bool update, slow;
    char keys[PLAY_KEYS_KEPT][16]; /* a ring of the last key names */
    unsigned key_count;
    char *
        detail; /* what a failure has to show beside the screen: a difference, a command's output */
};

bool play_run(struct play *play);
void play_finish(struct play *play);

/* The program as the options say; a fresh terminal too. */
bool play_start(struct play *play, struct error *error);

/* Presses a key by name and notes it, or notes `shown` instead of the name. */
bool play_press(struct play *play, const char *name, const char *shown, struct error *error);

/* The text of value i of a step, NULL where it was left out. */
const char *play_value(const struct step *step, size_t i);
/* The step's [within TIME], or the default. */
int play_timeout_ms(const struct play *play, const struct step *step);

#endif
