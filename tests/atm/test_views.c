/* SPDX-License-Identifier: MIT */
/*
 * Every view the terminal makes, in every language, painted at 80×24 on a terminal that nobody
 * looks at: in UTF-8 with colours, without colours, and in ASCII. Nothing is cut, nothing is
 * missing, and what a terminal cannot do is not asked of it.
 */
#include "tests/atm/terminal_kit.h"
#include "tests/atm/views_golden.h"

#include "atm/frontend/plain_text.h"
#include "atm/terminal/fault.h"

#include "atm/texts/columns.h"
#include "atm/tui/paint.h"
#include "atm/tui/paint_bidi.h"
#include "atm/tui/paint_text.h"
#include "atm/tui/paint_words.h"
#include "atm/tui/tui_curses.h"
#include "shared/text.h"

#include <limits.h>
#include <locale.h>
#include <wchar.h>

enum { ROWS = 24, COLUMNS = 80, WALL_S = 1795974752 };

/* ---- the screen, read back ------------------------------------------------------- */

static struct {
    char text[ROWS * (COLUMNS * 4 + 1) + 1]; /* rows as UTF-8, with newlines */
    bool ascii, coloured;
} screen_now;

static void screen_read(void)
{
    char *at = screen_now.text;
    screen_now.ascii = true;
    screen_now.coloured = false;
    for (int row = 0; row < ROWS; row++) {
        for (int column = 0; column < COLUMNS; column++) {
            cchar_t cell;
            wchar_t characters[CCHARW_MAX] = L" ";
            attr_t attributes;
            short pair = 0;
            mvin_wch(row, column, &cell);
            getcchar(&cell, characters, &attributes, &pair, NULL);
            screen_now.coloured = screen_now.coloured || pair != 0;
            screen_now.ascii = screen_now.ascii && characters[0] < 0x80;
            char bytes[MB_LEN_MAX];
            int length = wctomb(bytes, characters[0]);
            memcpy(at, bytes, length > 0 ? (size_t)length : 0);
            at += length > 0 ? length : 0;
            column += wcwidth(characters[0]) == 2; /* its other half says nothing */
        }
        *at++ = '\n';
    }
    *at = '\0';
}

static struct theme theme;

static void paint(const struct view *view)
{
    static struct hits hits;
    struct moment moment = { .age_ms = 60000, .tick_ms = 60000, .left_ms = view->countdown_ms };
    paint_view(view, &(const struct around){ 0 }, &theme, &moment, ROWS, COLUMNS, &hits);
    screen_read();
}

/* ---- scenes: how to get there ------------------------------------------------------ */

static void scene_offline(struct kit *kit)
{
    kit_start(kit);
    kit_hears(kit, EVENT_LINK_DOWN);
}

static void scene_trouble(struct kit *kit)
{
    kit_start(kit);
    kit_hears(kit, EVENT_TROUBLE);
}

static void scene_attention(struct kit *kit)
{
    kit_start(kit);
    kit->event.facts.attention = true;
    kit_hears(kit, EVENT_TICK);
}

static void scene_welcome_wrong(struct kit *kit)
{
    kit_start(kit);
    strcpy(kit->terminal.settings.card_owner, "Peter");
    kit_type(kit, "4000001234567890");
    kit_enter(kit);
    kit_hears(kit, EVENT_CARD_INVALID);
}

static void scene_sticky(struct kit *kit)
{
    kit_start(kit);
    strcpy(kit->terminal.settings.card_owner, "Peter");
    strcpy(kit->terminal.settings.card_note, "1234");
}

static void scene_sticky_pin(struct kit *kit)
{
    scene_sticky(kit);
    kit_key(kit, 1);
    kit_hears(kit, EVENT_CARD_IN);
}

/* A card that was here before, whose account has so much. */
static void menu_again(struct kit *kit, money last, money balance)
{
    kit_start(kit);
    kit_enter(kit);
    strcpy(kit_event(kit, EVENT_CARD_IN)->text, "400000******7899");
    kit->event.remembered.amount = last;
    kit_send(kit);
    kit_type(kit, "1234");
    kit_enter(kit);
    kit_reply(kit, true, REFUSED_NONE)->reply.balance = balance;
    kit_send(kit);
}

static void scene_menu_again(struct kit *kit)
{
    menu_again(kit, 35000, 40000);
}

static void scene_menu_usual(struct kit *kit)
{
    menu_again(kit, 5000, 6000); /* too little for the other keys */
}

static void scene_amount_again(struct kit *kit)
{
    scene_menu_again(kit);
    kit_key(kit, 5);
    kit_type(kit, "60");
}

static void scene_wallet_welcome(struct kit *kit)
{
    static const enum text kinds[] = { TEXT_WALLET_PLENTY, TEXT_WALLET_POOR, TEXT_WALLET_LIMITED,
                                       TEXT_WALLET_BLOCKED, TEXT_WALLET_SECOND };
    scene_sticky(kit);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct wallet_card *card =
            &kit->terminal.settings.wallet[kit->terminal.settings.wallet_count++];
        card->text = kinds[i];
        strcpy(card->note, "1234");
        snprintf(card->mask, sizeof card->mask, "400000******00%02d", (int)i);
        if (kinds[i] == TEXT_WALLET_SECOND)
            strcpy(card->receiver, "4000006666000053");
    }
}

static void scene_wallet(struct kit *kit)
{
    scene_wallet_welcome(kit);
    kit_key(kit, 1);
}

static void scene_wallet_pin(struct kit *kit)
{
    scene_wallet(kit);
    kit_key(kit, 2);
    strcpy(kit_event(kit, EVENT_CARD_IN)->text, "400000******0000");
    kit_send(kit);
}

static void scene_wallet_receiver(struct kit *kit)
{
    scene_wallet_pin(kit);
    kit_pin(kit);
    kit_key(kit, 8);
    kit_key(kit, 3);
    kit_key(kit, 1);
}

static void scene_no_cash(struct kit *kit)
{
    kit_menu(kit);
    kit->event.facts.attention = true;
    kit_hears(kit, EVENT_TICK);
}

static void scene_language(struct kit *kit)
{
    kit_start(kit);
    kit_key(kit, 5);
}

static void scene_pin_short(struct kit *kit)
{
    kit_start(kit);
    kit_insert(kit);
    kit_type(kit, "12");
    kit_enter(kit);
}

static void scene_amount(struct kit *kit)
{
    kit_menu(kit);
    kit_key(kit, 5);
    kit_type(kit, "999999");
}

static void scene_note_mix(struct kit *kit)
{
    kit_menu(kit);
    kit_key(kit, 5);
    kit_type(kit, "60");
    kit_enter(kit);
}

static void scene_receipt_choice(struct kit *kit)
{
    scene_note_mix(kit);
    kit_key(kit, 1);
}

static void scene_not_payable(struct kit *kit)
{
    kit_menu(kit);
    kit_key(kit, 5);
    kit_type(kit, "75");
    kit_enter(kit);
}

static void scene_balance(struct kit *kit)
{
    kit_menu(kit);
    kit_key(kit, 6);
    struct terminal_event *event = kit_reply(kit, true, REFUSED_NONE);
    event->reply.balance = 123456789;
    event->reply.available = 100000;
    event->reply.has_available = true;
    kit_send(kit);
}

static void scene_more(struct kit *kit)
{
    kit_menu(kit);
    kit_key(kit, 8);
}

static void scene_new_pin(struct kit *kit)
{
    scene_more(kit);
    kit_key(kit, 2);
    kit_type(kit, "12");
    kit_enter(kit);
}

static void scene_repeat_pin(struct kit *kit)
{
    scene_new_pin(kit);
    kit_type(kit, "3456789012");
    kit_enter(kit);
    kit_type(kit, "123456789012");
}

static void scene_receiver(struct kit *kit)
{
    scene_more(kit);
    kit_key(kit, 3);
    kit_type(kit, "5500005555555555555");
    kit_enter(kit);
}

static void scene_transfer_amount(struct kit *kit)
{
    scene_more(kit);
    kit_key(kit, 3);
    kit_type(kit, "5500005555555559");
    kit_enter(kit);
    kit_type(kit, "999999");
}

static void scene_transfer_confirm(struct kit *kit)
{
    scene_transfer_amount(kit);
    kit_enter(kit);
}

static void scene_transfer_unknown(struct kit *kit)
{
    scene_transfer_confirm(kit);
    kit_key(kit, 1);
    kit_hears(kit, EVENT_NO_REPLY);
}

static void scene_code_amount(struct kit *kit)
{
    scene_more(kit);
    kit_key(kit, 5);
    kit_type(kit, "999999");
}

static void scene_code_pin(struct kit *kit)
{
    scene_code_amount(kit);
    kit_enter(kit);
    kit_type(kit, "123456789012");
}

static void scene_code_repeat_pin(struct kit *kit)
{
    scene_code_pin(kit);
    kit_enter(kit);
    kit_type(kit, "123456789012");
}

static void scene_code_confirm(struct kit *kit)
{
    scene_code_repeat_pin(kit);
    kit_enter(kit);
}

static void scene_code_shown(struct kit *kit)
{
    scene_code_confirm(kit);
    kit_key(kit, 1);
    kit_reply(kit, true, REFUSED_NONE)->reply.until_s = 1796000000;
    kit_send(kit);
}

static void scene_code_unknown(struct kit *kit)
{
    scene_code_confirm(kit);
    kit_key(kit, 1);
    kit_hears(kit, EVENT_NO_REPLY);
}

static void scene_code_enter_pin(struct kit *kit)
{
    kit_start(kit);
    kit_code_typed(kit);
    kit_type(kit, "1234");
}

static void scene_code_cash(struct kit *kit)
{
    scene_code_enter_pin(kit);
    kit_enter(kit);
    kit_type(kit, "20");
    kit_enter(kit);
    kit_key(kit, 1);
    kit_expect(kit, STATE_ASKING_CASH);
}

static void scene_code_too_much(struct kit *kit)
{
    scene_code_cash(kit);
    kit_reply(kit, false, REFUSED_CASH_CODE_AMOUNT)->reply.available = 1000;
    kit_send(kit);
}

static void scene_code_used(struct kit *kit)
{
    scene_code_cash(kit);
    struct terminal_event *event = kit_reply(kit, true, REFUSED_NONE);
    notes_add(&event->reply.notes, 2000, 1);
    kit_send(kit);
    kit_hears(kit, EVENT_STACKED);
    notes_add(&kit_event(kit, EVENT_PRESENTED)->notes, 2000, 1);
    kit_send(kit);
    kit_enter(kit);
    kit_expect(kit, STATE_ANOTHER);
}

static void scene_statement_empty(struct kit *kit)
{
    scene_more(kit);
    kit_key(kit, 1);
    kit_reply(kit, true, REFUSED_NONE);
    kit_send(kit);
}

/* As wide and as long as it can be. */
static void scene_statement(struct kit *kit)
{
    scene_more(kit);
    kit_key(kit, 1);
    struct statement *statement = &kit_reply(kit, true, REFUSED_NONE)->reply.statement;
    for (int i = 0; i < STATEMENT_LINES; i++)
        statement->line[statement->count++] =
            (struct statement_line){ 1795974752 + i * 86400, "held deposit", 1 - MONEY_CAP,
                                     MONEY_CAP - 1 };
    kit_send(kit);
}

static void scene_deposit(struct kit *kit)
{
    kit_menu(kit);
    kit_key(kit, 7);
    kit_reply(kit, true, REFUSED_NONE);
    kit_send(kit);
    for (int key = 1; key <= 6; key++) {
        kit_type(kit, "33");
        kit_key(kit, key);
    }
}

static void scene_deposit_typed(struct kit *kit)
{
    scene_deposit(kit);
    kit_type(kit, "123");
}

static void scene_deposit_counted(struct kit *kit)
{
    scene_deposit(kit);
    kit_enter(kit);
    kit_event(kit, EVENT_NOTES_COUNTED)->notes = kit->terminal.deposit.slot;
    kit_send(kit);
}

static void scene_deposit_unreadable(struct kit *kit)
{
    scene_deposit(kit);
    kit_enter(kit);
    struct terminal_event *event = kit_event(kit, EVENT_NOTES_COUNTED);
    event->notes = kit->terminal.deposit.slot;
    event->rejected = kit->terminal.deposit.slot;
    kit_send(kit);
}

static void scene_deposit_back(struct kit *kit)
{
    scene_deposit(kit);
    kit_press(kit, INPUT_CANCEL, 0);
}

static void scene_deposit_jammed(struct kit *kit)
{
    scene_deposit(kit);
    kit_enter(kit);
    kit_hears(kit, EVENT_COUNT_FAILED);
}

static void scene_deposit_suspect(struct kit *kit)
{
    scene_deposit_counted(kit);
    kit_enter(kit);
    kit_event(kit, EVENT_ADVISED)->reply.id = kit->terminal.withdrawal.id;
    kit_send(kit);
}

static void scene_partial(struct kit *kit)
{
    kit_presenting(kit);
    kit_event(kit, EVENT_PRESENTED)->notes = (struct notes){ 1, { { 5000, 1 } } };
    kit_send(kit);
}

static void scene_another(struct kit *kit)
{
    kit_presented(kit);
    kit_enter(kit);
}

static void scene_receipt(struct kit *kit)
{
    static const char *const receipt[] = { "               EsBank",
                                           "------------------------------------",
                                           "Withdrawal   60.00 EUR",
                                           "019ab3f2-77c1-7d02-9a51-0c4f6f2e8b10" };
    scene_another(kit);
    struct terminal_event *event = kit_event(kit, EVENT_RECEIPT);
    event->flag = true;
    for (int i = 0; i < 4; i++)
        snprintf(event->lines.line[event->lines.count++], VIEW_TEXT_LENGTH, "%s", receipt[i]);
    strcpy(event->text, "2026-11-29 17:52 019AB3F2-77C1-7D02-9A51-0C4F6F2E8B10");
    kit_send(kit);
}

static void scene_qr_code(struct kit *kit)
{
    scene_another(kit);
    strcpy(kit_event(kit, EVENT_RECEIPT)->text,
           "1C915DD1 2026-11-29 17:52 60.00 EUR 019AB3F2-77C1-7D02-9A51-0C4F6F2E8B10");
    kit_send(kit);
    kit_key(kit, 8);
}

static void scene_no_paper(struct kit *kit)
{
    scene_another(kit);
    kit_hears(kit, EVENT_RECEIPT);
}

static void scene_ejecting(struct kit *kit)
{
    kit_menu(kit);
    kit_press(kit, INPUT_CANCEL, 0);
}

static void scene_goodbye(struct kit *kit)
{
    scene_ejecting(kit);
    kit_enter(kit);
}

static void scene_more_time(struct kit *kit)
{
    kit_menu(kit);
    kit_wait(kit, IDLE_MS);
}

static void scene_code(struct kit *kit)
{
    kit_start(kit);
    kit_press(kit, INPUT_SUPERVISOR, 0);
}

static void scene_code_wrong(struct kit *kit)
{
    scene_code(kit);
    kit_code(kit, 1, 1000);
}

static void scene_locked(struct kit *kit)
{
    scene_code(kit);
    kit_code(kit, 5, 300000);
}

static void scene_closed(struct kit *kit)
{
    kit_start(kit);
    kit->event.facts.code_set = false;
    kit_press(kit, INPUT_SUPERVISOR, 0);
}

static void scene_supervisor(struct kit *kit)
{
    scene_code(kit);
    kit_code(kit, 0, 0);
}

static void scene_counters(struct kit *kit)
{
    scene_supervisor(kit);
    kit_key(kit, 1);
}

static void scene_replenish(struct kit *kit)
{
    scene_supervisor(kit);
    kit_key(kit, 2);
    kit_type(kit, "20");
    kit_enter(kit);
}

static void scene_replenish_wrong(struct kit *kit)
{
    scene_replenish(kit);
    kit_type(kit, "9999");
    kit_enter(kit);
}

static void scene_replenish_confirm(struct kit *kit)
{
    scene_replenish(kit);
    kit_type(kit, "1000");
    kit_enter(kit);
    kit_type(kit, "7");
    kit_enter(kit);
}

static void scene_test_confirm(struct kit *kit)
{
    scene_supervisor(kit);
    kit_key(kit, 3);
}

static void scene_cut_over_confirm(struct kit *kit)
{
    scene_supervisor(kit);
    strcpy(kit->terminal.business_day, "2026-11-24");
    kit_key(kit, 6);
}

static void scene_journal(struct kit *kit)
{
    scene_supervisor(kit);
    kit_key(kit, 4);
    struct lines *lines = &kit_event(kit, EVENT_LIST)->lines;
    strcpy(lines->line[lines->count++], "   No. Time     Event            Of       Details");
    for (; lines->count <= LIST_PAGE_LINES; lines->count++)
        strcpy(lines->line[lines->count], "123456 04:53:17 presented        00000001 notes=5000x2");
    kit_send(kit);
}

static void scene_days(struct kit *kit)
{
    scene_supervisor(kit);
    kit_key(kit, 1);
    kit_key(kit, 4);
    struct lines *lines = &kit_event(kit, EVENT_LIST)->lines;
    strcpy(lines->line[lines->count++],
           "Event                         24/11  23/11  22/11  21/11  20/11");
    for (; lines->count <= LIST_PAGE_LINES; lines->count++)
        strcpy(lines->line[lines->count],
               "declined insufficient_funds      12   1234      0      0      7");
    kit_send(kit);
}

static void scene_nothing(struct kit *kit)
{
    scene_supervisor(kit);
    kit_key(kit, 5);
    kit_hears(kit, EVENT_LIST);
}

static void scene_cut_over_wait(struct kit *kit)
{
    scene_cut_over_confirm(kit);
    kit_key(kit, 4);
}

static void scene_cut_over(struct kit *kit)
{
    scene_cut_over_wait(kit);
    struct terminal_event *event = kit_reply(kit, true, REFUSED_NONE);
    event->reply.total_dispensed = 98765400;
    strcpy(event->reply.business_day, "2026-11-25");
    kit_send(kit);
}

static void scene_cut_over_early(struct kit *kit)
{
    scene_cut_over_wait(kit);
    struct terminal_event *event = kit_reply(kit, false, REFUSED_CUT_OVER_TOO_EARLY);
    strcpy(event->reply.business_day, "2026-11-26");
    kit_send(kit);
}

static void scene_faults(struct kit *kit)
{
    scene_supervisor(kit);
    kit_key(kit, 7);
    struct lines *lines = &kit_event(kit, EVENT_LIST)->lines;
    lines->count = FAULT_COUNT;
    strcpy(lines->line[FAULT_DISPENSER_PARTIAL], "dispenser partial after 3 notes");
    kit_send(kit);
}

static const struct {
    const char *name;
    void (*play)(struct kit *kit);
} scenes[] = {
    { "offline", scene_offline },
    { "trouble", scene_trouble },
    { "attention", scene_attention },
    { "welcome", kit_start },
    { "welcome wrong", scene_welcome_wrong },
    { "welcome, with a note", scene_sticky },
    { "pin, with a note", scene_sticky_pin },
    { "welcome, with a wallet", scene_wallet_welcome },
    { "wallet", scene_wallet },
    { "pin of a wallet's card", scene_wallet_pin },
    { "receiver, with a wallet", scene_wallet_receiver },
    { "language", scene_language },
    { "pin short", scene_pin_short },
    { "menu", kit_menu },
    { "menu, another amount again", scene_menu_again },
    { "menu, a usual amount again, with little money", scene_menu_usual },
    { "amount, as last time", scene_amount_again },
    { "menu without cash", scene_no_cash },
    { "amount", scene_amount },
    { "note mix", scene_note_mix },
    { "receipt choice", scene_receipt_choice },
    { "not payable", scene_not_payable },
    { "asking", kit_ask },
    { "returning card", kit_approved },
    { "stacking", kit_stacking },
    { "take cash", kit_presented },
    { "partial", scene_partial },
    { "balance", scene_balance },
    { "more", scene_more },
    { "new pin", scene_new_pin },
    { "new pin again", scene_repeat_pin },
    { "statement", scene_statement },
    { "receiver", scene_receiver },
    { "amount of a transfer", scene_transfer_amount },
    { "transfer to confirm", scene_transfer_confirm },
    { "transfer without an answer", scene_transfer_unknown },
    { "amount of a cash code", scene_code_amount },
    { "PIN of a cash code", scene_code_pin },
    { "PIN of a cash code again", scene_code_repeat_pin },
    { "cash code to confirm", scene_code_confirm },
    { "cash code", scene_code_shown },
    { "cash code without an answer", scene_code_unknown },
    { "cash code's PIN asked for", scene_code_enter_pin },
    { "cash code good for less", scene_code_too_much },
    { "cash code used", scene_code_used },
    { "empty statement", scene_statement_empty },
    { "deposit", scene_deposit },
    { "deposit typed", scene_deposit_typed },
    { "deposit counted", scene_deposit_counted },
    { "deposit unreadable", scene_deposit_unreadable },
    { "deposit given back", scene_deposit_back },
    { "deposit jammed", scene_deposit_jammed },
    { "deposit suspect", scene_deposit_suspect },
    { "another", scene_another },
    { "receipt", scene_receipt },
    { "qr code", scene_qr_code },
    { "no paper", scene_no_paper },
    { "ejecting", scene_ejecting },
    { "goodbye", scene_goodbye },
    { "more time", scene_more_time },
    { "supervisor's code", scene_code },
    { "a wrong code", scene_code_wrong },
    { "locked out", scene_locked },
    { "no code set", scene_closed },
    { "supervisor", scene_supervisor },
    { "counters", scene_counters },
    { "replenish", scene_replenish },
    { "replenish, too many", scene_replenish_wrong },
    { "replenish, summed up", scene_replenish_confirm },
    { "test, asked first", scene_test_confirm },
    { "cut over, asked first", scene_cut_over_confirm },
    { "journal", scene_journal },
    { "last days", scene_days },
    { "nothing", scene_nothing },
    { "cut over, waiting", scene_cut_over_wait },
    { "cut over", scene_cut_over },
    { "cut over, too early", scene_cut_over_early },
    { "faults", scene_faults },
};
enum { SCENES = sizeof scenes / sizeof scenes[0] };

/* ---- what has to be true of a painted view ------------------------------------------ */

/* Where a word ends that stands on the screen behind `at`; NULL: it does not. Wide characters may
 * have been wrapped anywhere: two of them at least stay together. */
static const char *word_find(const char *at, const char *word)
{
    const char *found = strstr(at, word);
    if (found != NULL)
        return found + strlen(word);
    if (columns_of(word) == (int)mbstowcs(NULL, word, 0))
        return NULL;
    char piece[VIEW_TEXT_LENGTH];
    for (int columns = columns_of(word) - 1; columns >= 4; columns--) {
        const size_t length = paint_text_fit(word, columns);
        snprintf(piece, sizeof piece, "%.*s", (int)length, word);
        if ((found = strstr(at, piece)) != NULL)
            return word_find(found + length, word + length);
    }
    return NULL;
}

/* Copies the words, with '<' and '>' as words of their own in place of the marks that hold a piece
 * together. */
static void words_part(const char *words, char *parted)
{
    static const char *const marks[] = { "\u2066", "\u2069" };
    while (*words != '\0') {
        bool mark = false;
        for (int i = 0; i < 2 && !mark; i++)
            if ((mark = strncmp(words, marks[i], 3) == 0))
                parted += sprintf(parted, " %c ", "<>"[i]);
        if (!mark)
            *parted++ = *words;
        words += mark ? 3 : 1;
    }
    *parted = '\0';
}

/* Whether the words stand on the screen, wherever they were wrapped: in this order, or, where they
 * run from right to left, in that of their columns. */
static bool screen_says(bool turned, const char *words)
{
    char wanted[VIEW_TEXT_LENGTH * 2], word[VIEW_TEXT_LENGTH * 2];
    if (theme.glyphs == GLYPHS_ASCII)
        paint_text_ascii(words, wanted, sizeof wanted);
    else
        words_part(words, wanted);
    const char *at = screen_now.text;
    char *save = NULL;
    bool held = false;
    for (char *next = strtok_r(wanted, " ", &save); next != NULL;
         next = strtok_r(NULL, " ", &save)) {
        if (strcmp(next, "<") == 0 || strcmp(next, ">") == 0)
            held = next[0] == '<';
        if (strchr("<>+", next[0]) != NULL) /* + stands between notes; chips have none */
            continue;
        paint_bidi(next, turned && !held, word, sizeof word);
        at = word_find(turned ? screen_now.text : at, word);
        if (at == NULL)
            return false;
    }
    return true;
}

static bool turns(const struct view *view, const char *words)
{
    return view->right_to_left && text_has_right_to_left(words);
}

static void expect_whole(const struct view *view, const char *scene, const char *code)
{
    static const char *const cut[] = { "…", ".." };
    bool ascii = theme.glyphs == GLYPHS_ASCII;
    if (strstr(screen_now.text, cut[ascii]) != NULL)
        check_fail("%s, %s: something is cut:\n%s", scene, code, screen_now.text);
    const char *texts[] = { view->heading, view->detail, view->error, view->hint, view->reference };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (!screen_says(turns(view, texts[i]), texts[i]))
            check_fail("%s, %s: \"%s\" is not on the screen:\n%s", scene, code, texts[i],
                       screen_now.text);
    for (int i = 0; i < VIEW_FDKS; i++)
        if (!screen_says(turns(view, view->fdk[i].label), view->fdk[i].label))
            check_fail("%s, %s: \"%s\" is not on the screen:\n%s", scene, code, view->fdk[i].label,
                       screen_now.text);
    bool list = false; /* its lines run the same way, all of them */
    for (int i = 0; i < view->line_count; i++)
        list = list || turns(view, view->line[i]);
    for (int i = 0; i < view->line_count; i++)
        if (!screen_says(list, view->line[i]))
            check_fail("%s, %s: line \"%s\" is not on the screen:\n%s", scene, code, view->line[i],
                       screen_now.text);
}

/* As the frontend sets the frame's words. */
static void frame_speaks(int language)
{
    for (int i = 0; i < WORD_COUNT; i++)
        paint_word_set((enum word)i, text_get(language, text_find(paint_word_name((enum word)i))));
}

static void paint_scene(int scene, const char *code, const struct tui_options *options,
                        const char *mode)
{
    struct kit kit;
    struct view view;
    kit_language = text_language_find(code);
    scenes[scene].play(&kit);
    kit_language = 0;
    if (options->ascii) /* as the program does; anew, for a kit loads the texts */
        texts_keep_latin();
    strcpy(kit.terminal.settings.teller, "1c915dd1");
    kit.terminal.facts.wall_s = WALL_S;
    kit.terminal.facts.owed = 2;
    kit.terminal.language = text_language_find(code);
    frame_speaks(kit.terminal.language);
    terminal_view(&kit.terminal, kit.event.facts.now_ms, &view);
    paint(&view);
    expect_whole(&view, scenes[scene].name, code);
    if (options->ascii && !screen_now.ascii)
        check_fail("%s: not all of it is ASCII:\n%s", scenes[scene].name, screen_now.text);
    if (mode != NULL)
        views_add(scenes[scene].name, screen_now.text, views_colors(ROWS, COLUMNS));
}

/* With a mode, the views are those that were agreed on: golden/LANGUAGE.MODE.txt. */
static void paint_all(const struct tui_options *options, const char *mode, bool *coloured)
{
    struct error error;
    char codes[TEXT_LANGUAGES_MAX][16], name[64];
    theme = theme_choose(options, options->mono ? 0 : 256, "xterm-256color");
    theme_start(&theme);
    *coloured = false;
    check_worked(texts_load(NULL, &error), &error);
    if (options->ascii)
        texts_keep_latin();
    const int count = text_language_count();
    for (int language = 0; language < count; language++)
        strcpy(codes[language], text_language_code(language));
    for (int language = 0; language < count; language++) {
        for (int i = 0; i < SCENES; i++) {
            paint_scene(i, codes[language], options, mode);
            *coloured = *coloured || screen_now.coloured;
        }
        snprintf(name, sizeof name, "%.15s.%s", codes[language], mode != NULL ? mode : "");
        if (mode != NULL)
            views_check(name, language == 0);
    }
}

static void test_every_view_fits_80x24_in_every_language(void **state)
{
    (void)state;
    bool coloured;
    paint_all(&(struct tui_options){ 0 }, "color", &coloured);
    assert_true(coloured);
}

/* One that was added without a scene would be in no golden view. */
static void test_every_state_with_a_view_of_its_own_has_a_scene(void **state)
{
    (void)state;
    bool shown[STATE_COUNT] = { [STATE_OFF] = true }; /* nobody is there to look */
    for (int i = 0; i < SCENES; i++) {
        struct kit kit;
        scenes[i].play(&kit);
        shown[kit.terminal.state] = true;
    }
    for (int i = 0; i < STATE_COUNT; i++)
        if (!shown[i] && terminal_screen_of((enum terminal_state)i) != SCREEN_PLEASE_WAIT)
            check_fail("no scene ends in %s: add one to scenes",
                       terminal_state_name((enum terminal_state)i));
}

static void test_every_view_fits_in_ascii_and_needs_nothing_else(void **state)
{
    (void)state;
    bool coloured;
    paint_all(&(struct tui_options){ .ascii = true }, NULL, &coloured);
}

static void test_every_view_does_without_colours(void **state)
{
    (void)state;
    bool coloured;
    paint_all(&(struct tui_options){ .mono = true }, NULL, &coloured);
    assert_false(coloured);
    paint_all(&(struct tui_options){ .mono = true, .ascii = true }, "ascii", &coloured);
    assert_false(coloured);
}

/* Whole, in the order they are read, and well-formed. */
static void test_plain_lines_say_all_of_it_in_every_language(void **state)
{
    (void)state;
    for (int language = 0; language < text_language_count(); language++)
        for (int i = 0; i < SCENES; i++) {
            static char text[PLAIN_TEXT_SIZE];
            struct kit kit;
            struct view view;
            kit_language = language;
            scenes[i].play(&kit);
            kit_language = 0;
            terminal_view(&kit.terminal, kit.event.facts.now_ms, &view);
            plain_text(&view, language, text);
            enum { TEXTS = 4 };
            const char *said[TEXTS + VIEW_LINES] = { view.heading, view.detail, view.error,
                                                     view.qr };
            for (int line = 0; line < view.line_count; line++)
                said[TEXTS + line] = view.line[line];
            for (int at = 0; at < TEXTS + view.line_count; at++)
                if (strstr(text, said[at]) == NULL)
                    check_fail("%s, %s: \"%s\" is not in\n%s", scenes[i].name,
                               text_language_code(language), said[at], text);
            for (int key = 0; key < VIEW_FDKS && view.entry == ENTRY_NONE; key++)
                if (strstr(text, view.fdk[key].label) == NULL)
                    check_fail("%s, %s: \"%s\" is not in\n%s", scenes[i].name,
                               text_language_code(language), view.fdk[key].label, text);
            assert_true(mbstowcs(NULL, text, 0) != (size_t)-1);
        }
}

/* What the screen says, and what is typed there. */
static const char *said_now(const struct kit *kit, struct view *view,
                            char text[static PLAIN_TEXT_SIZE])
{
    terminal_view(&kit->terminal, kit->event.facts.now_ms, view);
    plain_text(view, 0, text);
    strncat(text, view->typed, PLAIN_TEXT_SIZE - 1 - strlen(text));
    return text;
}

/* A label and the key that the terminal listens to are in different files. */
static void test_every_key_with_a_label_does_something(void **state)
{
    (void)state;
    for (int i = 0; i < SCENES; i++)
        for (int key = 0; key < VIEW_FDKS; key++) {
            static char before[PLAIN_TEXT_SIZE], after[PLAIN_TEXT_SIZE];
            struct kit kit;
            struct view view;
            scenes[i].play(&kit);
            kit_press(&kit, INPUT_CLEAR, 0); /* what a key types may be there already */
            said_now(&kit, &view, before);
            if (view.fdk[key].label[0] == '\0' || view.fdk[key].disabled)
                continue;
            const enum terminal_state from = kit.terminal.state;
            kit_key(&kit, key + 1);
            if (kit.terminal.state == from && kit.effects.count == 0 &&
                strcmp(before, said_now(&kit, &view, after)) == 0)
                check_fail("%s: the key of \"%s\" does nothing", scenes[i].name,
                           view.fdk[key].label);
        }
}

/* Every sentence a message can have, with long fillings. */
static void test_every_message_fits_in_every_language(void **state)
{
    (void)state;
    static const struct {
        enum text heading, detail;
    } messages[] = {
        { TEXT_MESSAGE_SORRY, TEXT_CARD_JAM },
        { TEXT_MESSAGE_SORRY, TEXT_CARD_UNREADABLE },
        { TEXT_CARD_RETAINED, TEXT_CARD_RETAINED_DETAIL },
        { TEXT_CARD_RETAINED, TEXT_CARD_RETAINED_CASH },
        { TEXT_WRONG_PIN, TEXT_WRONG_PIN_DETAIL },
        { TEXT_WRONG_PIN, TEXT_WRONG_PIN_LAST },
        { TEXT_NOT_PAYABLE, TEXT_NOT_PAYABLE_DETAIL },
        { TEXT_NOT_PAYABLE, TEXT_NO_CASH_DETAIL },
        { TEXT_OFFLINE, TEXT_OFFLINE_DETAIL },
        { TEXT_NO_REPLY, TEXT_NO_REPLY_DETAIL },
        { TEXT_NO_REPLY, TEXT_NEW_PIN_UNKNOWN },
        { TEXT_NEW_PIN_DIFFERS, TEXT_NEW_PIN_DIFFERS_DETAIL },
        { TEXT_NEW_PIN_WEAK, TEXT_REFUSAL_WEAK_PIN },
        { TEXT_NEW_PIN_CHANGED, TEXT_NEW_PIN_CHANGED_DETAIL },
        { TEXT_NEW_PIN_DIFFERS, TEXT_CODE_PIN_DIFFERS },
        { TEXT_NEW_PIN_WEAK, TEXT_CODE_PIN_WEAK },
        { TEXT_WRONG_PIN, TEXT_CODE_WRONG_PIN_LAST },
        { TEXT_DECLINED, TEXT_CODE_NONE },
        { TEXT_DECLINED, TEXT_CODE_ENDED },
        { TEXT_DECLINED, TEXT_CODE_NOT_NOW },
        { TEXT_GOODBYE, TEXT_CODE_USED },
        { TEXT_MESSAGE_SORRY, TEXT_TROUBLE_DETAIL },
        { TEXT_MESSAGE_SORRY, TEXT_NOT_DISPENSED_DETAIL },
        { TEXT_MESSAGE_SORRY, TEXT_UNKNOWN_DETAIL },
        { TEXT_MESSAGE_SORRY, TEXT_RETRACTED_DETAIL },
    };
    enum { MESSAGES = sizeof messages / sizeof messages[0] };
    theme = theme_choose(&(struct tui_options){ 0 }, 256, "xterm-256color");
    theme_start(&theme);
    for (int language = 0; language < text_language_count(); language++)
        for (int i = 0; i < MESSAGES + REFUSAL_COUNT; i++) {
            struct kit kit;
            struct view view;
            enum text heading = i < MESSAGES ? messages[i].heading : TEXT_DECLINED;
            enum text detail =
                i < MESSAGES ? messages[i].detail : text_refusal((enum refusal)(i - MESSAGES));
            kit_ask(&kit);
            kit_hears(&kit, EVENT_NO_REPLY);
            kit.terminal.language = language;
            frame_speaks(language);
            kit.terminal.message.heading = heading;
            text_fill(kit.terminal.message.detail, sizeof kit.terminal.message.detail, language,
                      detail, "123456.00", "EUR");
            terminal_view(&kit.terminal, 0, &view);
            paint(&view);
            expect_whole(&view, text_key(detail), text_language_code(language));
        }
}

static void test_a_screen_that_is_too_small_says_what_it_needs(void **state)
{
    (void)state;
    static struct hits hits;
    struct kit kit;
    struct view view;
    struct moment moment = { 0 };
    kit_menu(&kit);
    frame_speaks(0);
    terminal_view(&kit.terminal, 0, &view);
    theme = theme_choose(&(struct tui_options){ 0 }, 256, "xterm-256color");
    paint_view(&view, &(const struct around){ 0 }, &theme, &moment, ROWS - 1, COLUMNS, &hits);
    screen_read();
    assert_non_null(strstr(screen_now.text, "80×24"));
    assert_null(strstr(screen_now.text, "20.00"));
    assert_int_equal(hits.count, 0);
}

static int load(void **state)
{
    struct error error;
    (void)state;
    check_worked(texts_load(NULL, &error), &error);
    assert_true(text_language_count() > 1);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_view_fits_80x24_in_every_language),
        cmocka_unit_test(test_every_state_with_a_view_of_its_own_has_a_scene),
        cmocka_unit_test(test_every_view_fits_in_ascii_and_needs_nothing_else),
        cmocka_unit_test(test_every_view_does_without_colours),
        cmocka_unit_test(test_plain_lines_say_all_of_it_in_every_language),
        cmocka_unit_test(test_every_key_with_a_label_does_something),
        cmocka_unit_test(test_every_message_fits_in_every_language),
        cmocka_unit_test(test_a_screen_that_is_too_small_says_what_it_needs),
    };
    setlocale(LC_ALL, "C.UTF-8");
    setenv("TZ", "UTC", 1);
    setenv("LINES", "24", 1);
    setenv("COLUMNS", "80", 1);
    FILE *nowhere = fopen("/dev/null", "r+");
    SCREEN *curses = nowhere == NULL ? NULL : newterm("xterm-256color", nowhere, nowhere);
    if (curses == NULL) {
        fputs("test_views: the terminal type xterm-256color is not known here\n", stderr);
        return EXIT_FAILURE;
    }
    int failed = cmocka_run_group_tests_name("views", tests, load, NULL);
    endwin();
    delscreen(curses);
    fclose(nowhere);
    return failed;
}
