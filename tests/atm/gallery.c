/* SPDX-License-Identifier: MIT */
/*
 * The gallery: every screen of the ATM with plausible content, painted by the real painter, one
 * after another; for people who change how the machine looks, and for the picture in the README.
 *
 *   gallery [--mono] [--ascii] [--high-contrast] [SCREEN…]
 *
 * Enter or any other key goes on, Esc goes back, Ctrl-C or the end of the list ends it. What was
 * pressed or clicked is listed afterwards. A screen's name may stand there more than once with
 * other content: NAME:2 is its second.
 */
#include "atm/tui/tui.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { INPUTS_MAX = 256 };

static void say(struct view *view, enum screen screen, const char *heading, const char *detail,
                const char *hint)
{
    memset(view, 0, sizeof *view);
    view->screen = screen;
    snprintf(view->heading, sizeof view->heading, "%s", heading);
    snprintf(view->detail, sizeof view->detail, "%s", detail);
    snprintf(view->hint, sizeof view->hint, "%s", hint);
    snprintf(view->currency, sizeof view->currency, "EUR");
    snprintf(view->teller, sizeof view->teller, "1c915dd1");
    snprintf(view->clock, sizeof view->clock, "24 Nov 2026 04:53");
    view->bank_online = true;
    view->card_light = LIGHT_ON;
}

static void label(struct view *view, int key, const char *text)
{
    snprintf(view->fdk[key - 1].label, sizeof view->fdk[0].label, "%s", text);
}

static void lines(struct view *view, const char *const *text, int count)
{
    view->line_count = count;
    for (int i = 0; i < count; i++)
        snprintf(view->line[i], sizeof view->line[0], "%s", text[i]);
}

static void fill_welcome(struct view *view)
{
    say(view, SCREEN_WELCOME, "Welcome", "Insert your card, or type its number or a cash code.",
        "Digits, then Enter · Backspace: clear · Esc: back");
    view->entry = ENTRY_CARD;
    view->card_light = LIGHT_BLINK;
    snprintf(view->typed, sizeof view->typed, "4000001234");
    label(view, 1, "Insert Peter's card");
    label(view, 5, "Language");
}

static void fill_language(struct view *view)
{
    say(view, SCREEN_LANGUAGE, "Choose your language", "",
        "1 to 8, or arrows and Enter · Esc: back");
    label(view, 1, "English");
    label(view, 2, "Deutsch");
    view->card_light = LIGHT_OFF;
}

static void fill_pin(struct view *view)
{
    say(view, SCREEN_PIN_ENTRY, "Enter your PIN", "Make sure nobody can see the keys.",
        "Shield the keys · Enter: confirm · Backspace: clear · Esc: return the card");
    view->entry = ENTRY_PIN;
    view->pin_digits = 3;
    label(view, 5, "Language");
}

static void fill_pin_long(struct view *view)
{
    fill_pin(view);
    view->pin_digits = 9;
    snprintf(view->error, sizeof view->error, "A PIN has at least four digits.");
}

static void fill_menu(struct view *view)
{
    static const char *const amounts[] = { "20.00 EUR", "50.00 EUR", "100.00 EUR", "200.00 EUR" };
    say(view, SCREEN_MENU, "What would you like to do?",
        "Choose an amount to withdraw, or another service.",
        "1 to 8, or arrows and Enter · Esc: back");
    for (int i = 0; i < 4; i++)
        label(view, i + 1, amounts[i]);
    view->fdk[3].disabled = true;
    label(view, 5, "Choose another amount");
    label(view, 6, "Show balance");
    label(view, 7, "Deposit cash");
    label(view, 8, "Return the card");
}

static void fill_amount(struct view *view)
{
    say(view, SCREEN_AMOUNT, "How much would you like to withdraw?",
        "Whole amounts that notes can pay.", "Digits, then Enter · Backspace: clear · Esc: back");
    view->entry = ENTRY_AMOUNT;
    view->amount = 13000;
    view->amount_shown = true;
    label(view, 8, "Confirm");
}

static void fill_note_mix(struct view *view)
{
    say(view, SCREEN_NOTE_MIX, "Which notes would you like?", "Each choice pays the same amount.",
        "1 to 8, or arrows and Enter · Esc: back");
    view->amount = 13000;
    view->amount_shown = true;
    label(view, 1, "1 × 50 + 4 × 20");
    label(view, 2, "6 × 20 + 1 × 10");
    label(view, 3, "5 × 20 + 3 × 10");
}

static void fill_receipt_choice(struct view *view)
{
    say(view, SCREEN_RECEIPT_CHOICE, "Would you like a receipt?", "",
        "1 to 8, or arrows and Enter · Esc: back");
    view->amount = 13000;
    view->amount_shown = true;
    label(view, 1, "Yes");
    label(view, 5, "No");
}

static void fill_please_wait(struct view *view)
{
    say(view, SCREEN_PLEASE_WAIT, "Please wait", "We are contacting the bank.", "Please wait");
    view->busy = true;
    view->owed = 2;
    view->bank_online = false;
}

static void fill_take_card(struct view *view)
{
    say(view, SCREEN_TAKE_CARD, "Please take your card", "Your cash will follow.", "Enter: go on");
    label(view, 1, "Take the card");
    view->card_light = LIGHT_BLINK;
    view->countdown_ms = 24650;
    view->countdown_full_ms = 30000;
}

static void fill_take_cash(struct view *view)
{
    static const char *const mix[] = { "2 × 50 + 1 × 20 + 1 × 10" };
    say(view, SCREEN_TAKE_CASH, "Please take your cash", "Count it before you leave.",
        "Enter: go on");
    view->amount = 13000;
    view->notes = (struct notes){ 3, { { 5000, 2 }, { 2000, 1 }, { 1000, 1 } } };
    view->amount_shown = true;
    view->tone = TONE_GOOD;
    lines(view, mix, 1);
    label(view, 1, "Take the cash");
    view->card_light = LIGHT_OFF;
    view->cash_light = LIGHT_BLINK;
    view->countdown_ms = 24650;
    view->countdown_full_ms = 30000;
}

static void fill_take_cash_partial(struct view *view)
{
    fill_take_cash(view);
    snprintf(view->detail, sizeof view->detail,
             "Some notes jammed. You are charged only for these.");
    snprintf(view->reference, sizeof view->reference, "019ab3f2-77c1-7d02-9a51-0c4f6f2e8b10");
    view->tone = TONE_WARNING;
    view->amount = 10000;
    view->notes = (struct notes){ 1, { { 5000, 2 } } };
    view->countdown_ms = 5200;
}

static void fill_deposit(struct view *view)
{
    static const char *const notes[] = { "5.00 EUR",  "10.00 EUR",  "20.00 EUR",
                                         "50.00 EUR", "100.00 EUR", "200.00 EUR" };
    say(view, SCREEN_DEPOSIT, "Insert your notes", "In the slot: 3 × 50 + 12 × 20",
        "Digits: how many · F1 to F6: which note · Enter: count");
    for (int i = 0; i < 6; i++)
        label(view, i + 1, notes[i]);
    label(view, 7, "Count them");
    label(view, 8, "Cancel");
    view->amount = 39000;
    view->notes = (struct notes){ 2, { { 5000, 3 }, { 2000, 12 } } };
    view->amount_shown = true;
    view->cash_light = LIGHT_BLINK;
}

static void fill_balance(struct view *view)
{
    say(view, SCREEN_BALANCE, "Your balance", "You can still withdraw 370.00 EUR today.",
        "Enter: go on");
    view->amount = 123450;
    view->amount_shown = true;
    label(view, 5, "Continue");
}

static void fill_another(struct view *view)
{
    static const char *const receipt[] = {
        "              EsBank",
        "------------------------------------",
        "24 Nov 2026 04:53",
        "Terminal     1c915dd1",
        "Card         400000******7899",
        "",
        "Withdrawal   130.00 EUR",
        "Notes        2 × 50 + 1 × 20 + 1 × 10",
        "Balance      370.00 EUR",
        "",
        "Reference",
        "019ab3f2-77c1-7d02-9a51-0c4f6f2e8b10",
        "------------------------------------",
        "            Thank you",
    };
    say(view, SCREEN_ANOTHER, "Another transaction?", "We will ask for your PIN again.",
        "1 to 8, or arrows and Enter · Esc: back");
    lines(view, receipt, (int)(sizeof receipt / sizeof receipt[0]));
    view->line_is_paper = true;
    view->receipt_light = LIGHT_BLINK;
    view->card_light = LIGHT_OFF;
    label(view, 1, "Yes");
    label(view, 5, "No");
    label(view, 8, "QR code");
}

static void fill_qr_code(struct view *view)
{
    say(view, SCREEN_QR_CODE, "Scan your receipt with your phone", "", "8 or Esc: back");
    strcpy(view->qr, "1C915DD1 2026-11-24 04:53 130.00 EUR 019AB3F2-77C1-7D02-9A51-0C4F6F2E8B10");
    label(view, 8, "Continue");
}

static void fill_wallet(struct view *view)
{
    say(view, SCREEN_WALLET, "Which card would you like to insert?",
        "The demonstration's cards. A note says the PIN of each.",
        "1 to 8, or arrows and Enter · Esc: back");
    label(view, 1, "Insert Peter's card");
    label(view, 2, "Plenty of money");
    label(view, 3, "Next to nothing");
    label(view, 4, "Small daily limit");
    label(view, 5, "Blocked card");
    label(view, 6, "Second account");
}

static void fill_goodbye(struct view *view)
{
    say(view, SCREEN_GOODBYE, "Goodbye", "Thank you for your visit.", "");
    view->tone = TONE_GOOD;
    view->card_light = LIGHT_OFF;
}

static void fill_wrong_pin(struct view *view)
{
    say(view, SCREEN_MESSAGE, "Incorrect PIN",
        "You have one try left. After that your card will be blocked.", "Enter: go on");
    view->tone = TONE_BAD;
    label(view, 5, "Continue");
}

static void fill_not_payable(struct view *view)
{
    say(view, SCREEN_MESSAGE, "We cannot pay that amount",
        "We have no notes for 75.00 EUR. The nearest we can pay:",
        "1 to 8, or arrows and Enter · Esc: back");
    view->tone = TONE_WARNING;
    snprintf(view->reference, sizeof view->reference, "019ab3f2-77c1-7d02-9a51-0c4f6f2e8b10");
    label(view, 1, "Take 70.00 EUR instead");
    label(view, 2, "Take 80.00 EUR instead");
    label(view, 5, "Choose another amount");
}

static void fill_more_time(struct view *view)
{
    say(view, SCREEN_MESSAGE, "Do you need more time?", "Otherwise your card will be returned.",
        "Choose with F1 to F8");
    view->tone = TONE_WARNING;
    label(view, 1, "Yes");
    label(view, 5, "No");
    view->countdown_ms = 7300;
    view->countdown_full_ms = 10000;
}

static void fill_out_of_service(struct view *view)
{
    say(view, SCREEN_OUT_OF_SERVICE, "Out of service",
        "There is no connection to the bank. Service will resume by itself.", "");
    view->tone = TONE_WARNING;
    view->bank_online = false;
    view->card_light = LIGHT_OFF;
    view->cash_light = LIGHT_FAULT;
    view->owed = 1;
}

static void fill_supervisor(struct view *view)
{
    static const char *const labels[] = { "Show counters",         "Replenish cassettes",
                                          "Test the dispenser",    "Show the journal",
                                          "Show unresolved cases", "End the business day",
                                          "Inject a fault",        "Leave" };
    say(view, SCREEN_SUPERVISOR, "Service", "Choose what to do.",
        "1 to 8, or arrows and Enter · Esc: back");
    view->card_light = LIGHT_OFF;
    for (int i = 0; i < VIEW_FDKS; i++)
        label(view, i + 1, labels[i]);
}

static void fill_supervisor_list(struct view *view)
{
    static const char *const journal[] = {
        "04:51:02  card in            400000******7899",
        "04:51:09  withdrawal begun   019ab3f2-77c1-7d02-9a51-0c4f6f2e8b10",
        "04:51:10  dispense           2 × 50 + 1 × 20 + 1 × 10",
        "04:51:12  presented          2 × 50 + 1 × 20 + 1 × 10",
        "04:51:15  taken",
        "04:51:15  advice stored      019ab3f2-77c1-7d02-9a51-0c4f6f2e8b10",
        "04:51:15  advice delivered",
        "04:51:20  card out",
    };
    say(view, SCREEN_SUPERVISOR, "Journal", "", "1 to 8, or arrows and Enter · Esc: back");
    lines(view, journal, (int)(sizeof journal / sizeof journal[0]));
    view->card_light = LIGHT_OFF;
    label(view, 8, "Back");
}

static void fill_supervisor_faults(struct view *view)
{
    fill_supervisor_list(view);
    snprintf(view->heading, sizeof view->heading, "Inject a fault");
    snprintf(view->detail, sizeof view->detail,
             "Type a line's number, with its N or NAME after a space.");
    for (int i = 0; i < 14; i++)
        snprintf(view->line[i], sizeof view->line[0], "%2d  dispenser partial after N notes",
                 i + 1);
    view->line_count = 14;
    view->entry = ENTRY_TEXT;
    snprintf(view->typed, sizeof view->typed, "4 2");
    snprintf(view->error, sizeof view->error, "There is no such line.");
}

static const struct {
    const char *name;
    void (*fill)(struct view *view);
} gallery[] = {
    { "welcome", fill_welcome },
    { "language", fill_language },
    { "pin_entry", fill_pin },
    { "pin_entry:2", fill_pin_long },
    { "menu", fill_menu },
    { "amount", fill_amount },
    { "note_mix", fill_note_mix },
    { "receipt_choice", fill_receipt_choice },
    { "please_wait", fill_please_wait },
    { "take_card", fill_take_card },
    { "take_cash", fill_take_cash },
    { "take_cash:2", fill_take_cash_partial },
    { "deposit", fill_deposit },
    { "balance", fill_balance },
    { "another", fill_another },
    { "qr_code", fill_qr_code },
    { "wallet", fill_wallet },
    { "goodbye", fill_goodbye },
    { "message", fill_wrong_pin },
    { "message:2", fill_not_payable },
    { "message:3", fill_more_time },
    { "out_of_service", fill_out_of_service },
    { "supervisor", fill_supervisor },
    { "supervisor:2", fill_supervisor_list },
    { "supervisor:3", fill_supervisor_faults },
};

enum { GALLERY_COUNT = sizeof gallery / sizeof gallery[0] };

static struct input pressed[INPUTS_MAX];
static int pressed_count;

/* Shows one screen until somebody does something. */
static struct input show(const struct view *view)
{
    for (;;) {
        tui_paint(view, NULL);
        struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
        poll(&input, 1, tui_timeout_ms());
        struct input done = tui_read();
        if (done.kind == INPUT_NONE)
            continue;
        if (pressed_count < INPUTS_MAX)
            pressed[pressed_count++] = done;
        return done;
    }
}

static void list_pressed(void)
{
    static const char *const kinds[] = {
        [INPUT_NONE] = "none",   [INPUT_DIGIT] = "digit", [INPUT_TEXT] = "text",
        [INPUT_ENTER] = "enter", [INPUT_CLEAR] = "clear", [INPUT_CANCEL] = "cancel",
        [INPUT_FDK] = "fdk",     [INPUT_QUIT] = "quit",   [INPUT_SUPERVISOR] = "supervisor",
    };
    for (int i = 0; i < pressed_count; i++)
        printf("%s %d\n", kinds[pressed[i].kind], pressed[i].value);
}

int main(int count, char **argument)
{
    struct tui_options options;
    struct error error;
    int chosen[GALLERY_COUNT], chosen_count = 0;
    tui_options_from_environment(&options);
    for (int i = 1; i < count; i++) {
        options.mono = options.mono || strcmp(argument[i], "--mono") == 0;
        options.ascii = options.ascii || strcmp(argument[i], "--ascii") == 0;
        options.high_contrast =
            options.high_contrast || strcmp(argument[i], "--high-contrast") == 0;
        for (int j = 0; j < GALLERY_COUNT && chosen_count < GALLERY_COUNT; j++)
            if (strcmp(argument[i], gallery[j].name) == 0)
                chosen[chosen_count++] = j;
    }
    if (chosen_count == 0)
        for (; chosen_count < GALLERY_COUNT; chosen_count++)
            chosen[chosen_count] = chosen_count;

    if (!tui_start(&options, &error)) {
        fprintf(stderr, "gallery: %s\n", error.message);
        return EXIT_FAILURE;
    }
    for (int at = 0; at < chosen_count;) {
        struct view view;
        gallery[chosen[at]].fill(&view);
        struct input done = show(&view);
        if (done.kind == INPUT_QUIT)
            break;
        at = done.kind == INPUT_CANCEL && at > 0 ? at - 1 : at + 1;
    }
    tui_stop();
    list_pressed();
    return EXIT_SUCCESS;
}
