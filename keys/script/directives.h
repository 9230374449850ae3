/* SPDX-License-Identifier: MIT */
/*
 * The script language in one table: name, syntax, traits, help. The parser
 * follows the syntax column (syntax.c), the player has a function for each name
 * (dispatch.c), --help and the manual print syntax and help.
 *
 * A syntax is made of
 *
 *     word        must be written so
 *     KIND        a value of that kind (value.c)
 *     KIND...     one or more of them, last
 *     [word KIND] may be left out; the word tells whether it is there
 */
#ifndef KEYS_DIRECTIVES_H
#define KEYS_DIRECTIVES_H

#include <stddef.h>

enum directive_trait {
    PLAIN = 0,
    STARTS = 1 << 0, /* the program, where it was not started yet */
    NOT = 1 << 1,    /* it must not be so */
    BLOCK = 1 << 2,  /* ended by `end` */
};

#define DIRECTIVES(X)                                                                              \
    X(PROGRAM, "program COMMAND", PLAIN,                                                           \
      "what is tested, where the command line names nothing after --")                             \
    X(REQUIRE, "require WANT...", PLAIN,                                                           \
      "size, utf8 or ascii, color or mono (TERM=vt100) of the terminal")                           \
    X(ENV, "env ASSIGNMENT", PLAIN, "into the environment of the program and of sh")               \
    X(ENV_FROM, "env from sh COMMAND", PLAIN, "each line NAME=VALUE that it prints, likewise")     \
    X(SET, "set VARIABLE VALUE", PLAIN, "used as ${VARIABLE} in any directive")                    \
    X(NEEDS, "needs PROGRAM", PLAIN, "before all else: the script is skipped without it")          \
    X(NEEDS_SH, "needs sh COMMAND", PLAIN, "and where this command fails")                         \
    X(TIMEOUT, "timeout TIME", PLAIN, "of the waits that follow and name none")                    \
    X(TITLED, "screens titled VALUE", PLAIN,                                                       \
      "a screen's name is what follows this in the terminal's title")                              \
    X(REGION, "region VARIABLE AREA", PLAIN, "names a part of the screen")                         \
    X(MASK, "mask VARIABLE TEXT", PLAIN,                                                           \
      "names what differs from run to run, for golden files and pictures")                         \
    X(FONT, "font PATH", PLAIN, "of big letters drawn out of several characters")                  \
    X(CLOCK, "clock MOMENT", PLAIN, "the program believes that it starts then (libfaketime)")      \
    X(CLOCK_FROZEN, "clock frozen MOMENT", PLAIN, "and that no time passes")                       \
    X(CLOCK_ADVANCE, "clock advance TIME", PLAIN, "moves the program's clock while it runs")       \
    X(RECORD_SECRET, "record secret LABEL from env VARIABLE on TEXT", PLAIN,                       \
      "what --record writes for what is typed on screens of this name")                            \
    X(INCLUDE, "include PATH", PLAIN, "plays another script here; relative to this one")           \
    X(MACRO, "macro VARIABLE [taking PARAMETERS]", BLOCK,                                          \
      "directives under a name of their own, up to end")                                           \
    X(CASES, "cases VARIABLE...", BLOCK,                                                           \
      "rows of values up to do; what follows up to end is played for each")                        \
    X(REPEAT, "repeat COUNT", BLOCK, "plays what follows up to end so often")                      \
    X(AFTER, "after", BLOCK, "played when all else has passed and the program has ended")          \
    X(FINALLY, "finally", BLOCK, "played at the end, passed or failed")                            \
    X(END, "end", PLAIN, "of a block")                                                             \
    X(PRESS, "press KEY...", STARTS, "each key once the one before was read")                      \
    X(TYPE, "type STRING", STARTS, "the characters of a text, likewise")                           \
    X(SECRET, "secret LABEL from env VARIABLE", STARTS,                                            \
      "types the variable's value and never shows it; Enter is pressed separately")                \
    X(PASTE, "paste STRING", STARTS, "all at once, in brackets where the program asked for them")  \
    X(SEND, "send STRING", STARTS, "these very bytes: \"\\e[1;3B\"")                               \
    X(CLICK, "click ROW COLUMN [button BUTTON]", STARTS, "presses and releases a mouse button")    \
    X(CLICK_TEXT, "click text TEXT [button BUTTON]", STARTS, "likewise, on the middle of a text")  \
    X(MOUSE_PRESS, "mouse press ROW COLUMN [button BUTTON]", STARTS, "and holds it")               \
    X(MOUSE_RELEASE, "mouse release ROW COLUMN [button BUTTON]", STARTS, "lets go")                \
    X(MOUSE_MOVE, "mouse move ROW COLUMN", STARTS, "moves the pointer")                            \
    X(DRAG, "drag ROW COLUMN to ROW COLUMN [button BUTTON]", STARTS,                               \
      "presses, moves a place at a time, releases")                                                \
    X(WHEEL, "wheel DIRECTION ROW COLUMN [times COUNT]", STARTS, "turns the wheel")                \
    X(WAIT_SCREEN, "wait screen NAME [within TIME]", STARTS, "the screen's name, from the title")  \
    X(WAIT_TEXT, "wait text TEXT [in REGION] [within TIME]", STARTS, "on the screen")              \
    X(WAIT_NO_TEXT, "wait no text TEXT [in REGION] [within TIME]", STARTS | NOT,                   \
      "gone from the screen")                                                                      \
    X(WAIT_BIG, "wait big TEXT [in REGION] [within TIME]", STARTS, "drawn in a font's letters")    \
    X(WAIT_NO_BIG, "wait no big TEXT [in REGION] [within TIME]", STARTS | NOT, "not so drawn")     \
    X(WAIT_STYLE, "wait style TEXT STYLES [in REGION] [within TIME]", STARTS,                      \
      "on the screen in these colors and attributes")                                              \
    X(WAIT_NO_STYLE, "wait no style TEXT STYLES [in REGION] [within TIME]", STARTS | NOT,          \
      "nowhere in these")                                                                          \
    X(WAIT_CURSOR, "wait cursor CURSOR [within TIME]", STARTS, "hidden or visible")                \
    X(WAIT_CURSOR_AT, "wait cursor at ROW COLUMN [within TIME]", STARTS, "the cursor's place")     \
    X(WAIT_SETTLED, "wait settled [for QUIET] [within TIME]", STARTS,                              \
      "nothing was written for so long (200ms)")                                                   \
    X(WAIT_FILE, "wait file PATH [contains TEXT] [within TIME]", PLAIN,                            \
      "a file is there, with the text in it")                                                      \
    X(WAIT_NO_FILE, "wait no file PATH [contains TEXT] [within TIME]", NOT,                        \
      "a file, or the text in it, is gone")                                                        \
    X(WAIT_HELPER, "wait helper HELPER says TEXT [within TIME]", PLAIN,                            \
      "it has written that since it was started")                                                  \
    X(WAIT_HELPER_ENDED, "wait helper HELPER ended [within TIME]", PLAIN, "it runs no more")       \
    X(WAIT_SH, "wait sh COMMAND", PLAIN, "until the command succeeds")                             \
    X(WAIT_EXIT, "wait exit STATUS [within TIME]", STARTS, "the program ends with this status")    \
    X(EXPECT_SCREEN, "expect screen NAME [mask MASKS]", STARTS,                                    \
      "the screen's name; with a slash in it, as expect golden")                                   \
    X(EXPECT_GOLDEN, "expect golden PATH [mask MASKS] [in REGION]", STARTS,                        \
      "the screen is as in the file; --update rewrites it")                                        \
    X(EXPECT_TEXT, "expect text TEXT [in REGION]", STARTS, "on the screen")                        \
    X(EXPECT_NO_TEXT, "expect no text TEXT [in REGION]", STARTS | NOT, "not on the screen")        \
    X(EXPECT_BIG, "expect big TEXT [in REGION]", STARTS, "drawn in a font's letters")              \
    X(EXPECT_NO_BIG, "expect no big TEXT [in REGION]", STARTS | NOT, "not so drawn")               \
    X(EXPECT_STYLE, "expect style TEXT STYLES [in REGION]", STARTS,                                \
      "on the screen in these colors and attributes")                                              \
    X(EXPECT_NO_STYLE, "expect no style TEXT STYLES [in REGION]", STARTS | NOT,                    \
      "nowhere in these")                                                                          \
    X(EXPECT_CONTRAST, "expect contrast RATIO [in REGION]", STARTS,                                \
      "every character stands out from its ground at least so much")                               \
    X(EXPECT_CURSOR, "expect cursor CURSOR", STARTS, "hidden or visible")                          \
    X(EXPECT_CURSOR_AT, "expect cursor at ROW COLUMN", STARTS, "the cursor's place")               \
    X(EXPECT_FILE, "expect file PATH [contains TEXT]", PLAIN,                                      \
      "a file is there, with the text in it")                                                      \
    X(EXPECT_NO_FILE, "expect no file PATH [contains TEXT]", NOT,                                  \
      "no such file, or not with that text")                                                       \
    X(EXPECT_HELPER, "expect helper HELPER says TEXT", PLAIN, "it has written that")               \
    X(EXPECT_NO_HELPER, "expect no helper HELPER says TEXT", NOT, "it has not")                    \
    X(EXPECT_RESTORED, "expect restored", STARTS,                                                  \
      "first screen, cursor visible, mouse and other modes off, line mode and echo as before")     \
    X(CAPTURE, "capture VARIABLE CAPTURE [in REGION]", STARTS,                                     \
      "takes what the (group) matches on the screen")                                              \
    X(CAPTURE_SH, "capture VARIABLE from sh COMMAND", PLAIN, "takes what the command prints")      \
    X(RESIZE, "resize SIZE", STARTS, "of the terminal; the program gets SIGWINCH")                 \
    X(SIGNAL, "signal SIGNAL", STARTS, "to the program")                                           \
    X(EXIT, "exit STATUS", STARTS, "waits for the program's end, with this status")                \
    X(EXIT_SIGNAL, "exit signal SIGNAL", STARTS, "waits for the program's end, by this signal")    \
    X(RESTART, "restart", STARTS, "once it has ended: the program again, on a fresh terminal")     \
    X(HELPER, "helper HELPER COMMAND", PLAIN, "starts a command that runs beside the program")     \
    X(HELPER_START, "start helper HELPER", PLAIN, "again, once it has ended")                      \
    X(HELPER_STOP, "stop helper HELPER", PLAIN, "SIGTERM, and waits for its end")                  \
    X(HELPER_KILL, "kill helper HELPER", PLAIN, "SIGKILL, and waits for its end")                  \
    X(HELPER_RESTART, "restart helper HELPER", PLAIN, "stops it where it runs, starts it again")   \
    X(HELPER_SIGNAL, "signal helper HELPER SIGNAL", PLAIN, "to it and what it started")            \
    X(SH, "sh COMMAND", PLAIN, "must succeed; it sees what env has set, its input is /dev/null")   \
    X(SH_NOT, "sh! COMMAND", NOT, "must fail")                                                     \
    X(PICTURE, "picture PATH [mask MASKS] [without REGION]", STARTS,                               \
      "the screen is as in this SVG or PNG; --update draws it")                                    \
    X(FILM, "film PATH [mask MASKS] [without REGION]", STARTS,                                     \
      "an animated SVG of the frames that follow")                                                 \
    X(FRAME, "frame TIME", STARTS, "shows the screen as it is for so long")                        \
    X(CALL, "", PLAIN, "")

enum directive_name {
#define X(name, syntax, traits, help) DO_##name,
    DIRECTIVES(X)
#undef X
        DIRECTIVE_COUNT
};

struct directive {
    enum directive_name name;
    const char *syntax;
    unsigned traits;
    const char *help;
};

const struct directive *directive_of(enum directive_name name);

#endif
