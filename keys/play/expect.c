/* SPDX-License-Identifier: MIT */
#include "keys/play/expect.h"
#include "keys/play/condition.h"
#include "keys/play/dispatch.h"
#include "keys/play/find.h"
#include "keys/play/play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { QUIET_MS = 200 };

/* Whether it is as the step wants it; false in *sound when the question itself is wrong. */
static bool holds(struct play *play, const struct step *step, bool *sound, struct error *error)
{
    struct error none;
    const char *helper = play_optional(step, "HELPER");
    *sound = play_area(play, step, &play->area, error) &&
             (helper == NULL || helper_find(&play->helpers, helper, &none) != NULL ||
              error_set(error, ERROR_USAGE, "%s", none.message));
    bool wanted = (step->directive->traits & NOT) == 0;
    return *sound && dispatch_condition(step)(play, step) == wanted;
}

static void explain(struct play *play, const struct step *step)
{
    size_t length = 0;
    free(play->detail);
    play->detail = NULL;
    FILE *out = open_memstream(&play->detail, &length);
    if (out == NULL)
        panic("out of memory");
    condition_explain(out, play, step);
    fclose(out);
}

/* These may become true after the program's end; all others are settled by it. */
static bool outlives(const struct step *step)
{
    condition_check *check = dispatch_condition(step);
    return check == condition_file || check == condition_helper || check == condition_helper_ended;
}

bool expect_wait(struct play *play, const struct step *step, struct error *error)
{
    int timeout_ms = play_timeout_ms(play, step);
    struct deadline deadline = deadline_in(timeout_ms);
    for (bool sound = true;;) {
        int settle_ms = deadline_left_ms(deadline, PLAY_SETTLE_MS);
        if (play->program.started)
            program_settle(&play->program, deadline_in(settle_ms));
        bool ended = play->program.started && !play->program.running;
        if (holds(play, step, &sound, error))
            return true;
        if (!sound)
            return false;
        if (!play_sound(play, error))
            return false;
        if ((ended && !outlives(step)) || deadline_passed(deadline)) {
            explain(play, step);
            return ended && !outlives(step)
                       ? error_set(error, ERROR_FORMAT,
                                   "the program has ended and this did not come true")
                       : error_set(error, ERROR_FORMAT, "this did not come true within %d ms",
                                   timeout_ms);
        }
        program_pump(&play->program, deadline_left_ms(deadline, PLAY_FILE_POLL_MS));
    }
}

bool expect_now(struct play *play, const struct step *step, struct error *error)
{
    bool sound;
    play_settle(play);
    if (holds(play, step, &sound, error))
        return true;
    if (!sound)
        return false;
    explain(play, step);
    return error_set(error, ERROR_FORMAT, "this is not so");
}

bool expect_settled(struct play *play, const struct step *step, struct error *error)
{
    int quiet_ms = QUIET_MS;
    int timeout_ms = play_timeout_ms(play, step);
    const char *quiet = play_optional(step, "QUIET");
    if (quiet != NULL)
        value_time_ms(quiet, &quiet_ms);
    struct deadline deadline = deadline_in(timeout_ms);
    for (;;) {
        unsigned long fed = terminal_fed(play->program.terminal);
        struct deadline silence = deadline_in(quiet_ms);
        while (fed == terminal_fed(play->program.terminal) && play->program.running &&
               !deadline_passed(silence))
            program_pump(&play->program, deadline_left_ms(silence, 1000));
        if (fed == terminal_fed(play->program.terminal) &&
            program_settle(&play->program, deadline_in(0)))
            return true;
        if (!play_sound(play, error))
            return false;
        if (deadline_passed(deadline))
            return error_set(error, ERROR_FORMAT,
                             "the program went on writing for %d ms; it was never still for %d ms",
                             timeout_ms, quiet_ms);
    }
}

bool expect_capture(struct play *play, const struct step *step, struct error *error)
{
    regmatch_t groups[2];
    play_settle(play);
    if (!play_area(play, step, &play->area, error))
        return false;
    char *text = terminal_text_in(play->program.terminal, play->area);
    bool found = find_holds(text, &step->values[1], groups) && groups[1].rm_so >= 0;
    if (found) {
        text[groups[1].rm_eo] = '\0';
        variables_set(&play->variables, play_value(step, 0), text + groups[1].rm_so, false);
    }
    free(text);
    return found || error_set(error, ERROR_FORMAT, "nothing on the screen matches");
}
