/* SPDX-License-Identifier: MIT */
/*
 * Playing a script: the state that directives share, and the loop over steps.
 *
 * play_run plays every step of play->script in order, ends the program, then
 * plays what `after` and `finally` have kept for the end. On the first failure
 * it stops, reports on stderr (script and line, what was expected beside what
 * is, the screen, the last keys; secrets as dots), plays `finally` all the same
 * and returns PLAY_FAILED. The caller fills in script and options, zeroes the
 * rest, and frees with play_finish.
 */
#ifndef KEYS_PLAY_H
#define KEYS_PLAY_H

#include "keys/picture/svg.h"
#include "keys/program/clock.h"
#include "keys/program/helper.h"
#include "keys/program/program.h"
#include "keys/script/mask.h"
#include "keys/script/script.h"
#include "keys/script/variable.h"
#include "keys/terminal/big.h"

#include <limits.h>
#include <stdbool.h>

#define PLAY_KEYS_KEPT    24     /* shown on failure */
#define PLAY_SETTLE_MS    1000   /* a program busy for longer than this is looked at as it is */
#define PLAY_SLOW_MS      100    /* a key, for a person to watch */
#define PLAY_SH_MS        120000 /* a shell command that takes longer has failed */
#define PLAY_FILE_POLL_MS 20     /* no event that poll() knows says that a file changed */
#define PLAY_CALLS        16     /* macros that call each other */
#define PLAY_REGIONS      32
#define PLAY_ENDINGS      32 /* blocks `after` and `finally` */

struct cast;

enum play_result { PLAY_PASSED, PLAY_FAILED, PLAY_NOT_TRIED, PLAY_SKIPPED };
enum play_update { UPDATE_NONE, UPDATE_ASK, UPDATE_ALL };

struct region {
    char *name;
    struct area area;
};

struct play {
    struct script *script;
    struct program program;
    struct variables variables;
    struct helpers helpers;
    struct clock clock;
    struct font *font; /* NULL: none */
    struct cast *cast; /* NULL: none */
    char **argv;       /* NULL: what `program` says */
    char *command;     /* of `program` */
    const char *again; /* the command line that plays just this, for the report; NULL: none */
    int columns, rows;
    int timeout_ms; /* of waits that name none */
    bool ascii, mono, slow;
    enum play_update update;

    char titled[64]; /* a screen's name follows this in the title */
    struct region regions[PLAY_REGIONS];
    int region_count;
    struct area area; /* of the condition that is asked now */

    char film_path[PATH_MAX]; /* "": no film is made */
    char film_masks[MASKS_LIMIT];
    struct area film_without; /* not compared */
    struct film film;
    struct film *live; /* every change of the screen, as it happens; NULL: not wanted */
    struct shot *live_shot;
    int64_t live_ms;
    bool live_over;

    const struct step *calls[PLAY_CALLS]; /* macros that are being played */
    int call_count;
    size_t endings[PLAY_ENDINGS];
    int ending_count;
    const struct step *failed;
    char failed_case[200]; /* the values of the case that failed */

    char keys[PLAY_KEYS_KEPT][16]; /* a ring of the last key names */
    unsigned key_count;
    char *detail;   /* what a failure shows beside the screen: a difference, a command's output */
    char skip[400]; /* why it is skipped; "": it is not */
};

enum play_result play_run(struct play *play);
void play_finish(struct play *play);

/* Ends what is being played at the next step or wait; for signal handlers. */
void play_interrupt(int signal);
bool play_interrupted(void);

/* Whether to go on: nobody has interrupted, and no helper has gone wrong. */
bool play_sound(struct play *play, struct error *error);

/* Plays steps from, up to but not including to. */
bool play_steps(struct play *play, size_t from, size_t to, struct error *error);

/* The program as the options say; a fresh terminal too. */
bool play_start(struct play *play, struct error *error);

/* Sends nothing more, and adds the screen as it is to the film of all changes. */
void play_live(struct play *play, bool last);

/* Presses a key by name and notes it, or notes `shown` instead of the name. */
bool play_press(struct play *play, const char *name, const char *shown, struct error *error);
void play_note(struct play *play, const char *shown);

/* The name of the screen; "" where it has none. */
const char *play_screen(const struct play *play);

/* The text of value i of a step, NULL where it was left out. */
const char *play_value(const struct step *step, size_t i);
/* The value of that kind, NULL where there is none. */
const char *play_optional(const struct step *step, const char *kind);
/* The step's [within TIME], or the default. */
int play_timeout_ms(const struct play *play, const struct step *step);
/* The step's [in REGION], or the whole screen. */
bool play_area(struct play *play, const struct step *step, struct area *area, struct error *error);

/* Skips the script: false, and *error has the sentence. */
bool play_skip(struct play *play, struct error *error, const char *why);

void play_settle(struct play *play);

#endif
