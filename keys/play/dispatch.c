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
    [DO_PROGRAM] = { setup_program },
    [DO_REQUIRE] = { setup_require },
    [DO_ENV] = { setup_env },
    [DO_ENV_FROM] = { world_env_from },
    [DO_SET] = { setup_set },
    [DO_NEEDS] = { setup_needs },
    [DO_TIMEOUT] = { setup_timeout },
    [DO_TITLED] = { setup_titled },
    [DO_REGION] = { setup_region },
    [DO_FONT] = { setup_font },
    [DO_CLOCK] = { setup_clock },
    [DO_CLOCK_FROZEN] = { setup_clock },
    [DO_CLOCK_ADVANCE] = { setup_clock_advance },
    [DO_RECORD_SECRET] = { nothing }, /* read by --record */
    [DO_INCLUDE] = { nothing },       /* and the blocks: done by the parser */
    [DO_MACRO] = { nothing },
    [DO_CASES] = { nothing },
    [DO_REPEAT] = { nothing },
    [DO_AFTER] = { nothing },
    [DO_FINALLY] = { nothing },
    [DO_END] = { nothing },
    [DO_PRESS] = { keyboard_press },
    [DO_TYPE] = { keyboard_type },
    [DO_SECRET] = { keyboard_secret },
    [DO_PASTE] = { keyboard_paste },
    [DO_SEND] = { keyboard_send },
    [DO_CLICK] = { mouse_click },
    [DO_CLICK_TEXT] = { mouse_click_text },
    [DO_MOUSE_PRESS] = { mouse_press },
    [DO_MOUSE_RELEASE] = { mouse_release },
    [DO_MOUSE_MOVE] = { mouse_move },
    [DO_DRAG] = { mouse_drag },
    [DO_WHEEL] = { mouse_wheel },
    [DO_WAIT_SCREEN] = WAIT(condition_screen),
    [DO_WAIT_TEXT] = WAIT(condition_text),
    [DO_WAIT_NO_TEXT] = WAIT(condition_text),
    [DO_WAIT_BIG] = WAIT(condition_big),
    [DO_WAIT_NO_BIG] = WAIT(condition_big),
    [DO_WAIT_STYLE] = WAIT(condition_style),
    [DO_WAIT_NO_STYLE] = WAIT(condition_style),
    [DO_WAIT_CURSOR] = WAIT(condition_cursor),
    [DO_WAIT_CURSOR_AT] = WAIT(condition_cursor_at),
    [DO_WAIT_SETTLED] = { expect_settled },
    [DO_WAIT_FILE] = WAIT(condition_file),
    [DO_WAIT_NO_FILE] = WAIT(condition_file),
    [DO_WAIT_HELPER] = WAIT(condition_helper),
    [DO_WAIT_HELPER_ENDED] = WAIT(condition_helper_ended),
    [DO_WAIT_SH] = { world_wait_sh },
    [DO_WAIT_EXIT] = WAIT(condition_exit),
    [DO_EXPECT_SCREEN] = { moment_screen_or_golden, condition_screen },
    [DO_EXPECT_GOLDEN] = { moment_golden },
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
    [DO_CAPTURE] = { expect_capture },
    [DO_CAPTURE_SH] = { world_capture },
    [DO_RESIZE] = { world_resize },
    [DO_SIGNAL] = { world_signal },
    [DO_EXIT] = WAIT(condition_exit),
    [DO_EXIT_SIGNAL] = WAIT(condition_exit_signal),
    [DO_RESTART] = { world_restart },
    [DO_HELPER] = { world_helper },
    [DO_HELPER_START] = { world_helper_start },
    [DO_HELPER_STOP] = { world_helper_end },
    [DO_HELPER_KILL] = { world_helper_end },
    [DO_HELPER_RESTART] = { world_helper_restart },
    [DO_HELPER_SIGNAL] = { world_helper_signal },
    [DO_SH] = { world_sh },
    [DO_SH_NOT] = { world_sh },
    [DO_PICTURE] = { moment_picture },
    [DO_FILM] = { moment_film },
    [DO_FRAME] = { moment_frame },
    [DO_CALL] = { setup_call },
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
