/* SPDX-License-Identifier: MIT */
/*
 * Letters are commands, digits are answers: so no choice can be taken for a
 * PIN, an amount or a number of notes.
 */
#include "atm/frontend/plain_text.h"

#include "atm/texts/texts.h"
#include "atm/tui/choose.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHOICE_DIGITS  2 /* anything longer on the welcome view is a card's number */
#define AMOUNT_DIGITS  6
#define PIN_DIGITS     12
#define CARD_DIGITS    19
#define DEPOSIT_DIGITS 3

struct page {
    char *text;
    size_t length;
    int language;
};

static void page_add(struct page *page, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void page_add(struct page *page, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length =
        vsnprintf(page->text + page->length, PLAIN_TEXT_SIZE - page->length, format, arguments);
    va_end(arguments);
    if (length > 0)
        page->length += (size_t)length;
    if (page->length > PLAIN_TEXT_SIZE - 1)
        page->length = PLAIN_TEXT_SIZE - 1;
}

static void page_add_line(struct page *page, const char *text)
{
    if (text[0] != '\0')
        page_add(page, "%s\n", text);
}

static void page_add_text(struct page *page, enum text text, const char *first)
{
    char words[VIEW_TEXT_LENGTH];
    text_fill(words, sizeof words, page->language, text, first, "");
    page_add(page, "%s\n", words);
}

static enum text cancel_words(const struct view *view)
{
    enum cancels { NEVER, BACK, QUITS };
    static const enum text words[] = { TEXT_NONE, TEXT_MENU_BACK, TEXT_CANCEL };
    static const enum cancels cancel[SCREEN_COUNT] = {
#define X(enumerator, name, cancels, picture) cancels,
        SCREEN_TABLE(X)
#undef X
    };
    return words[cancel[view->screen]];
}

bool plain_asks(const struct view *view)
{
    return !view->busy && view->screen != SCREEN_PLEASE_WAIT && view->screen != SCREEN_GOODBYE &&
           view->screen != SCREEN_OUT_OF_SERVICE;
}

/* Where an amount is typed the line itself confirms it. */
static bool choice_shown(const struct view *view, int key)
{
    return view->fdk[key].label[0] != '\0' && view->entry != ENTRY_AMOUNT &&
           view->entry != ENTRY_TEXT && view->entry != ENTRY_PIN;
}

/* A key beside an amount is chosen by its letter, for digits are the amount; those on the right
 * confirm it, as the line does. '\0': it is none. */
static char key_letter(const struct view *view, int key)
{
    char name[CHOOSE_NAME_SIZE];
    if (view->entry != ENTRY_AMOUNT || key >= VIEW_FDKS / 2 || view->fdk[key].label[0] == '\0')
        return '\0';
    choose_name(view, key, name);
    return (char)tolower((unsigned char)name[0]);
}

static void page_add_choices(struct page *page, const struct view *view)
{
    for (int i = 0; i < VIEW_FDKS; i++) {
        char words[VIEW_TEXT_LENGTH];
        if (key_letter(view, i) != '\0')
            page_add(page, "%c. %s\n", key_letter(view, i), view->fdk[i].label);
        if (!choice_shown(view, i))
            continue;
        snprintf(words, sizeof words, "%s", view->fdk[i].label);
        if (view->fdk[i].disabled)
            text_fill(words, sizeof words, page->language, TEXT_PLAIN_DISABLED, view->fdk[i].label,
                      "");
        page_add(page, "%d. %s\n", i + 1, words);
    }
    if (cancel_words(view) != TEXT_NONE && !view->busy)
        page_add(page, "c. %s\n", text_get(page->language, cancel_words(view)));
}

void plain_text(const struct view *view, int language, char text[static PLAIN_TEXT_SIZE])
{
    struct page page = { .text = text, .language = language };
    text[0] = '\0';
    page_add(&page, "[%s] %s\n", screen_name(view->screen), view->heading);
    if (view->lab && view->screen == SCREEN_WELCOME)
        page_add(&page, "%s\n", text_get(language, TEXT_FRAME_LAB));
    page_add_line(&page, view->detail);
    if (view->sticky[0][0] != '\0')
        page_add(&page, "%s %s\n", view->sticky[0], view->sticky[1]);
    page_add_line(&page, view->number);
    if (view->amount_shown && view->entry != ENTRY_AMOUNT) {
        char amount[MONEY_TEXT_LENGTH];
        page_add(&page, "%s %s\n",
                 view->amount_text[0] != '\0' ? view->amount_text
                                              : money_format(view->amount, amount),
                 view->currency);
    }
    for (int i = 0; i < view->line_count; i++)
        page_add(&page, "%s\n", view->line[i]);
    page_add_line(&page, view->qr);
    if (view->reference[0] != '\0')
        page_add(&page, "%s: %s\n", text_get(language, TEXT_FRAME_REFERENCE), view->reference);
    if (view->screen == SCREEN_DEPOSIT &&
        choice_shown(view, 1)) /* notes are put in, not yet confirmed */
        page_add_text(&page, TEXT_PLAIN_DEPOSIT, "");
    page_add_line(&page, view->error);
    page_add_choices(&page, view);
    if (view->countdown_full_ms > 0) {
        char seconds[16];
        snprintf(seconds, sizeof seconds, "%d", (view->countdown_full_ms + 999) / 1000);
        page_add_text(&page, TEXT_PLAIN_SECONDS, seconds);
    }
}

static int answer_digits(const char *line, size_t length, size_t most,
                         struct input input[static PLAIN_INPUTS_MAX])
{
    if (length > most || strspn(line, "0123456789") != length)
        return 0;
    int count = 0;
    input[count++] = (struct input){ INPUT_CLEAR, 0 };
    for (size_t i = 0; i < length; i++)
        input[count++] = (struct input){ INPUT_DIGIT, line[i] };
    input[count++] = (struct input){ INPUT_ENTER, 0 };
    return count;
}

/* What is typed was empty before: every Enter empties it, so nothing has to be cleared. */
static int answer_text(const char *line, size_t length, struct input input[static PLAIN_INPUTS_MAX])
{
    int count = 0;
    if (length > PLAIN_INPUTS_MAX - 1)
        return 0;
    for (size_t i = 0; i < length; i++) {
        if (line[i] < ' ' || line[i] > '~')
            return 0;
        bool digit = line[i] >= '0' && line[i] <= '9';
        input[count++] = (struct input){ digit ? INPUT_DIGIT : INPUT_TEXT, line[i] };
    }
    input[count++] = (struct input){ INPUT_ENTER, 0 };
    return count;
}

static int answer_choice(const struct view *view, const char *line, size_t length,
                         struct input input[static PLAIN_INPUTS_MAX])
{
    char *end;
    long number = strtol(line, &end, 10);
    if (end != line + length || number < 1 || number > VIEW_FDKS ||
        !choice_shown(view, (int)number - 1))
        return 0;
    input[0] = (struct input){ INPUT_FDK, (int)number - 1 };
    return 1;
}

/* "3x4": three notes of choice 4. */
static int answer_notes(const struct view *view, const char *line,
                        struct input input[static PLAIN_INPUTS_MAX])
{
    const size_t digits = strspn(line, "0123456789");
    if (digits == 0 || digits > DEPOSIT_DIGITS || line[digits] != 'x' ||
        answer_choice(view, line + digits + 1, strlen(line + digits + 1), input) == 0)
        return 0;
    input[digits] = input[0];
    for (size_t i = 0; i < digits; i++)
        input[i] = (struct input){ INPUT_DIGIT, line[i] };
    return (int)digits + 1;
}

int plain_answer(const struct view *view, const char *line,
                 struct input input[static PLAIN_INPUTS_MAX])
{
    size_t length = strlen(line);
    bool idle = view->screen == SCREEN_WELCOME || view->screen == SCREEN_OUT_OF_SERVICE;
    if (length == 1 && strchr("cqs", line[0]) != NULL && (line[0] != 's' || idle)) {
        input[0].kind = line[0] == 'c'   ? INPUT_CANCEL
                        : line[0] == 'q' ? INPUT_QUIT
                                         : INPUT_SUPERVISOR;
        input[0].value = 0;
        return 1;
    }
    for (int key = 0; length == 1 && key < VIEW_FDKS; key++)
        if (key_letter(view, key) == line[0]) {
            input[0] = (struct input){ INPUT_FDK, key };
            return 1;
        }
    if (length == 0) {
        input[0] = (struct input){ INPUT_ENTER, 0 };
        return 1;
    }
    switch (view->entry) {
    case ENTRY_NONE:
        return view->screen == SCREEN_DEPOSIT && strchr(line, 'x') != NULL
                   ? answer_notes(view, line, input)
                   : answer_choice(view, line, length, input);
    case ENTRY_PIN:
        return answer_digits(line, length, PIN_DIGITS, input);
    case ENTRY_AMOUNT:
        return answer_digits(line, length, AMOUNT_DIGITS, input);
    case ENTRY_CARD:
        return length <= CHOICE_DIGITS ? answer_choice(view, line, length, input)
                                       : answer_digits(line, length, CARD_DIGITS, input);
    case ENTRY_TEXT:
        return answer_text(line, length, input);
    }
    return 0;
}
