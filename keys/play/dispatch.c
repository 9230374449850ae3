/* SPDX-License-Identifier: MIT */
#include "keys/play/dispatch.h"
#include "keys/play/condition.h"
#include "keys/play/expect.h"
#include "keys/play/keyboard.h"
#include "keys/play/moment.h"
#include "keys/play/mouse.h"
#include "keys/play/setup.h"
#include "keys/play/world.h"
#include "keys/script/script.h"

static bool nothing(struct play *play, const struct step *step, struct error *error)
{
    (void)play;
    (void)step;
    (void)error;
    return true;
}

/* A wait and an expect with what they ask. */
#define WAIT(check)                                                                                \
    {                                                                                              \
        expect_wait, check                                                                         \
    }
#define EXPECT(check)                                                                              \
    {                                                                                              \
        expect_now, check                                                                          \
    }

static const struct {
    bool (*run)(struct play *play, const struct step *step, struct error *error);
    condition_check *condition;
} TABLE[DIRECTIVE_COUNT] = {
    [DO_PROGRAM] = { .run = setup_program },
    [DO_REQUIRE] = { .run = setup_require },
    [DO_ENV] = { .run = setup_env },
    [DO_ENV_FROM] = { .run = world_env_from },
    [DO_SET] = { .run = setup_set },
    [DO_NEEDS] = { .run = setup_needs }, /* these two before all others: play.c */
    [DO_NEEDS_SH] = { .run = world_needs },
    [DO_TIMEOUT] = { .run = setup_timeout },
    [DO_TITLED] = { .run = setup_titled },
    [DO_REGION] = { .run = setup_region },
    [DO_MASK] = { .run = setup_mask },
    [DO_FONT] = { .run = setup_font },
    [DO_CLOCK] = { .run = setup_clock },
    [DO_CLOCK_FROZEN] = { .run = setup_clock },
    [DO_CLOCK_ADVANCE] = { .run = setup_clock_advance },
    [DO_RECORD_SECRET] = { .run = nothing }, /* read by --record */
    [DO_INCLUDE] = { .run = nothing },       /* and the blocks: done by the parser */
    [DO_MACRO] = { .run = nothing },
    [DO_CASES] = { .run = nothing },
    [DO_REPEAT] = { .run = nothing },
    [DO_AFTER] = { .run = nothing },
    [DO_FINALLY] = { .run = nothing },
    [DO_END] = { .run = nothing },
    [DO_PRESS] = { .run = keyboard_press },
    [DO_TYPE] = { .run = keyboard_type },
    [DO_SECRET] = { .run = keyboard_secret },
    [DO_PASTE] = { .run = keyboard_paste },
    [DO_SEND] = { .run = keyboard_send },
    [DO_CLICK] = { .run = mouse_click },
    [DO_CLICK_TEXT] = { .run = mouse_click_text },
    [DO_MOUSE_PRESS] = { .run = mouse_press },
    [DO_MOUSE_RELEASE] = { .run = mouse_release },
    [DO_MOUSE_MOVE] = { .run = mouse_move },
    [DO_DRAG] = { .run = mouse_drag },
    [DO_WHEEL] = { .run = mouse_wheel },
    [DO_WAIT_SCREEN] = WAIT(condition_screen),
    [DO_WAIT_TEXT] = WAIT(condition_text),
    [DO_WAIT_NO_TEXT] = WAIT(condition_text),
    [DO_WAIT_BIG] = WAIT(condition_big),
    [DO_WAIT_NO_BIG] = WAIT(condition_big),
    [DO_WAIT_STYLE] = WAIT(condition_style),
    [DO_WAIT_NO_STYLE] = WAIT(condition_style),
    [DO_WAIT_CURSOR] = WAIT(condition_cursor),
    [DO_WAIT_CURSOR_AT] = WAIT(condition_cursor_at),
    [DO_WAIT_SETTLED] = { .run = expect_settled },
    [DO_WAIT_FILE] = WAIT(condition_file),
    [DO_WAIT_NO_FILE] = WAIT(condition_file),
    [DO_WAIT_HELPER] = WAIT(condition_helper),
    [DO_WAIT_HELPER_ENDED] = WAIT(condition_helper_ended),
    [DO_WAIT_SH] = { .run = world_wait_sh },
    [DO_WAIT_EXIT] = WAIT(condition_exit),
    [DO_EXPECT_SCREEN] = { moment_screen_or_golden, condition_screen },
    [DO_EXPECT_GOLDEN] = { .run = moment_golden },
    [DO_EXPECT_TEXT] = EXPECT(condition_text),
    [DO_EXPECT_NO_TEXT] = EXPECT(condition_text),
    [DO_EXPECT_BIG] = EXPECT(condition_big),
    [DO_EXPECT_NO_BIG] = EXPECT(condition_big),
    [DO_EXPECT_STYLE] = EXPECT(condition_style),
    [DO_EXPECT_NO_STYLE] = EXPECT(condition_style),
    [DO_EXPECT_CONTRAST] = EXPECT(condition_contrast),
    [DO_EXPECT_CURSOR] = EXPECT(condition_cursor),
    [DO_EXPECT_CURSOR_AT] = EXPECT(condition_cursor_at),
    [DO_EXPECT_FILE] = EXPECT(condition_file),
    [DO_EXPECT_NO_FILE] = EXPECT(condition_file),
    [DO_EXPECT_HELPER] = EXPECT(condition_helper),
    [DO_EXPECT_NO_HELPER] = EXPECT(condition_helper),
    [DO_EXPECT_RESTORED] = EXPECT(condition_restored),
    [DO_CAPTURE] = { .run = expect_capture },
    [DO_CAPTURE_SH] = { .run = world_capture },
    [DO_RESIZE] = { .run = world_resize },
    [DO_SIGNAL] = { .run = world_signal },
    [DO_EXIT] = WAIT(condition_exit),
    [DO_EXIT_SIGNAL] = WAIT(condition_exit_signal),
    [DO_RESTART] = { .run = world_restart },
    [DO_HELPER] = { .run = world_helper },
    [DO_HELPER_START] = { .run = world_helper_start },
    [DO_HELPER_STOP] = { .run = world_helper_end },
    [DO_HELPER_KILL] = { .run = world_helper_end },
    [DO_HELPER_RESTART] = { .run = world_helper_restart },
    [DO_HELPER_SIGNAL] = { .run = world_helper_signal },
    [DO_SH] = { .run = world_sh },
    [DO_SH_NOT] = { .run = world_sh },
    [DO_PICTURE] = { .run = moment_picture },
    [DO_FILM] = { .run = moment_film },
    [DO_FRAME] = { .run = moment_frame },
    [DO_CALL] = { .run = setup_call },
};

bool dispatch_run(struct play *play, const struct step *step, struct error *error)
{
    if (TABLE[step->directive->name].run == NULL)
        panic("nothing does %s", step->directive->syntax);
    return TABLE[step->directive->name].run(play, step, error);
}

condition_check *dispatch_condition(const struct step *step)
{
    return TABLE[step->directive->name].condition;
}
