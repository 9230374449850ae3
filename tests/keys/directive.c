/* SPDX-License-Identifier: MIT */
/*
 * The script language in one table. The syntax column is followed by the
 * parser (script.c), the functions are in condition.c and action.c, --help
 * prints syntax and help.
 */
#include "tests/keys/directive.h"
#include "tests/keys/action.h"
#include "tests/keys/condition.h"

/* The columns of a wait and of an expect. */
#define WAIT(check)       .run = condition_wait, .condition = check, .needs_program = true
#define WAIT_NOT(check)   WAIT(check), .negated = true
#define EXPECT(check)     .run = condition_expect, .condition = check, .needs_program = true
#define EXPECT_NOT(check) EXPECT(check), .negated = true

static const struct directive DIRECTIVES[] = {
    /* before the program starts */
    { "require WANT...", action_require,
      .help = "size, utf8 or ascii, color or mono (TERM=vt100) of the terminal" },
    { "env ASSIGNMENT", action_env, .help = "into the environment of the program and of sh" },
    { "set VARIABLE VALUE", action_set, .help = "used as ${VARIABLE} in any directive" },
    { "include PATH", NULL, .help = "plays another script here; relative to this one" },
    /* keys */
    { "card DIGITS", action_card, .needs_program = true,
      .help = "waits for screen welcome, types the digits, Enter" },
    { "press KEY...", action_press, .needs_program = true,
      .help = "each key once the one before was read" },
    { "type TEXT", action_type, .needs_program = true,
      .help = "the characters of a text, likewise" },
    { "secret LABEL from env VARIABLE", action_secret, .needs_program = true,
      .help = "types the variable's value and never shows it; Enter is pressed separately" },
    { "click ROW COLUMN", action_click, .needs_program = true, .help = "the left mouse button" },
    /* waits: until it is so, or the deadline has passed */
    { "wait screen NAME [within TIME]", WAIT(condition_screen),
      .help = "the screen's name, from the title" },
    { "wait text TEXT [within TIME]", WAIT(condition_text), .help = "on the screen" },
    { "wait no text TEXT [within TIME]", WAIT_NOT(condition_text), .help = "gone from the screen" },
    { "wait file PATH [contains TEXT] [within TIME]", .run = condition_wait,
      .condition = condition_file, .help = "a file is there, with the text in it" },
    { "wait no file PATH [contains TEXT] [within TIME]", .run = condition_wait,
      .condition = condition_file, .negated = true, .help = "a file, or the text in it, is gone" },
    { "wait exit STATUS [within TIME]", WAIT(condition_exit),
      .help = "the program ends with this status" },
    /* expectations: asked once, of a program that has settled */
    { "expect screen NAME [mask MASKS]", condition_screen_or_golden, condition_screen,
      .needs_program = true, .help = "the screen's name; with a slash in it, as expect golden" },
    { "expect golden PATH [mask MASKS]", condition_golden, .needs_program = true,
      .help = "the whole screen is as in the file; --update rewrites it" },
    { "expect text TEXT", EXPECT(condition_text), .help = "on the screen" },
    { "expect no text TEXT", EXPECT_NOT(condition_text), .help = "not on the screen" },
    { "expect file PATH [contains TEXT]", .run = condition_expect, .condition = condition_file,
      .help = "a file is there, with the text in it" },
    { "expect no file PATH [contains TEXT]", .run = condition_expect, .condition = condition_file,
      .negated = true, .help = "no such file, or not with that text" },
    { "expect cursor CURSOR", EXPECT(condition_cursor), .help = "hidden or visible" },
    { "expect restored", EXPECT(condition_restored),
      .help = "first screen, cursor visible, mouse off, line mode and echo as before the start" },
    { "capture VARIABLE CAPTURE", condition_capture, .needs_program = true,
      .help = "takes what the (group) matches on the screen" },
    /* the program and the world around it */
    { "resize SIZE", action_resize, .needs_program = true,
      .help = "of the terminal; the program gets SIGWINCH" },
    { "signal SIGNAL", action_signal, .needs_program = true, .help = "to the program" },
    { "exit STATUS", WAIT(condition_exit),
      .help = "waits for the program's end, with this status" },
    { "exit signal SIGNAL", WAIT(condition_exit_signal),
      .help = "waits for the program's end, by this signal" },
    { "restart", action_restart, .needs_program = true,
      .help = "once it has ended: the program again, on a fresh terminal" },
    { "sh COMMAND", action_sh,
      .help = "must succeed; it sees what env has set, its input is /dev/null" },
    { "sh! COMMAND", action_sh, .negated = true, .help = "must fail" },
    { "fault WORDS", action_fault,
      .help = "a line more in the file faults of the folder ATM_FOLDER" },
};

const struct directive *directive_table(size_t *count)
{
    *count = sizeof DIRECTIVES / sizeof DIRECTIVES[0];
    return DIRECTIVES;
}
