/* SPDX-License-Identifier: MIT */
#include "atm/devices/printer.h"

#include "atm/devices/faults.h"
#include "atm/files/durable.h"
#include "atm/files/log.h"
#include "atm/texts/assets.h"
#include "atm/texts/format.h"
#include "shared/cash_code.h"
#include "shared/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RECEIPT_FIELDS 11

static const char *const field_names[RECEIPT_FIELDS] = { "{time}",     "{teller}",    "{card}",
                                                         "{amount}",   "{balance}",   "{notes}",
                                                         "{currency}", "{reference}", "{receiver}",
                                                         "{code}",     "{until}" };
enum kind { WITHDRAWAL, DEPOSIT, STATEMENT, TRANSFER, CODE, CODE_CASH };
static const char *const kinds[] = {
    [WITHDRAWAL] = "receipt",          [DEPOSIT] = "receipt_deposit",
    [STATEMENT] = "receipt_statement", [TRANSFER] = "receipt_transfer",
    [CODE] = "receipt_code",           [CODE_CASH] = "receipt_code_cash"
};

struct field {
    const char *name;
    char value[VIEW_TEXT_LENGTH];
};

/* "2x50 1x20": short enough for one line of paper; cents only where a note has some. */
static void notes_describe(const struct notes *notes, char *text, size_t size)
{
    size_t length = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < notes->length && length < size; i++) {
        char value[MONEY_TEXT_LENGTH];
        money_format(notes->item[i].denomination, value);
        if (notes->item[i].denomination % 100 == 0)
            value[strcspn(value, ".")] = '\0';
        length += (size_t)snprintf(text + length, size - length, "%s%dx%s", length > 0 ? " " : "",
                                   notes->item[i].count, value);
    }
}

static void fields_fill(const struct receipt *receipt, struct field field[static RECEIPT_FIELDS])
{
    for (int i = 0; i < RECEIPT_FIELDS; i++)
        field[i].name = field_names[i];
    const int language = text_language_find(receipt->language);
    format_moment(field[0].value, language, TEXT_FORMAT_CLOCK, receipt->wall_s);
    snprintf(field[1].value, sizeof field[1].value, "%s", receipt->teller);
    snprintf(field[2].value, sizeof field[2].value, "%s", receipt->card);
    format_money(field[3].value, language, receipt->amount);
    if (receipt->balance_known)
        format_money(field[4].value, language, receipt->balance);
    else
        snprintf(field[4].value, sizeof field[4].value, "-");
    notes_describe(&receipt->notes, field[5].value, sizeof field[5].value);
    snprintf(field[6].value, sizeof field[6].value, "%s", receipt->currency);
    uuid_write(&receipt->withdrawal, field[7].value);
    snprintf(field[8].value, sizeof field[8].value, "%s", receipt->receiver);
    if (cash_code_is(receipt->card))
        cash_code_show(receipt->card, field[9].value);
    else
        snprintf(field[9].value, sizeof field[9].value, "%s", receipt->card);
    format_moment(field[10].value, language, TEXT_FORMAT_CLOCK, receipt->until_s);
}

static void line_fill(const char *template, int language,
                      const struct field field[static RECEIPT_FIELDS],
                      char line[static VIEW_TEXT_LENGTH])
{
    size_t length = 0;
    line[0] = '\0';
    while (*template != '\0' && length < VIEW_TEXT_LENGTH - 1) {
        int found = -1;
        for (int i = 0; i < RECEIPT_FIELDS && found < 0; i++)
            if (strncmp(template, field[i].name, strlen(field[i].name)) == 0)
                found = i;
        size_t room = VIEW_TEXT_LENGTH - length;
        if (found < 0)
            snprintf(line + length, room, "%c", *template);
        else
            text_isolate(line + length, room, language, field[found].value);
        length += strlen(line + length);
        template += found < 0 ? 1 : strlen(field[found].name);
    }
}

/* What is wrong in a line of a template, with what to do; NULL: nothing. */
static const char *line_fault(const char *line)
{
    if (strcmp(line, "{movements}") == 0)
        return NULL;
    if (!text_plain(line + strspn(line, " ")) && line[strspn(line, " ")] != '\0')
        return "save the file as UTF-8, without unseen characters or blanks at the end";
    while ((line = strchr(line, '{')) != NULL) {
        int found = 0;
        for (int i = 0; i < RECEIPT_FIELDS; i++)
            found += strncmp(line, field_names[i], strlen(field_names[i])) == 0;
        if (found == 0)
            return "there is no such field: {time} {teller} {card} {receiver} {code} {until} "
                   "{amount} {balance} {notes} {currency} {reference}, and {movements} alone, are "
                   "those there are";
        line++;
    }
    return NULL;
}

static bool template_check(const char *assets, const char *code, const char *kind,
                           struct error *error)
{
    char path[ASSET_PATH_LENGTH];
    char *text = asset_load(assets, code, kind, error), *rest = text;
    int number = 0;
    const char *fault = NULL;
    for (char *line; fault == NULL && (line = strsep(&rest, "\n")) != NULL; number++)
        fault = line_fault(line);
    free(text);
    return text != NULL
               ? fault == NULL || error_set(error, ERROR_FORMAT, "%.200s, line %d: %s",
                                            asset_path(path, assets, code, kind), number, fault)
               : error->message[0] == '\0';
}

bool printer_check(const char *assets, struct error *error)
{
    for (int language = 0; language < text_language_count(); language++)
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
            if (!template_check(assets, text_language_code(language), kinds[i], error))
                return false;
    return true;
}

/* As it is printed, and its lines. */
struct paper {
    struct lines *lines;
    size_t length;
    char text[VIEW_LINES * VIEW_TEXT_LENGTH];
};

static void paper_add(struct paper *paper, const char *line)
{
    if (paper->lines->count == VIEW_LINES)
        return;
    snprintf(paper->lines->line[paper->lines->count++], VIEW_TEXT_LENGTH, "%s", line);
    paper->length += (size_t)snprintf(paper->text + paper->length,
                                      sizeof paper->text - paper->length, "%s\n", line);
}

static void paper_add_movements(struct paper *paper, const struct receipt *receipt)
{
    const struct statement *statement = receipt->statement;
    for (int i = 0; statement != NULL && i < statement->count; i++) {
        char line[VIEW_TEXT_LENGTH];
        statement_text(&statement->line[i], STATEMENT_PAPER, text_language_find(receipt->language),
                       line, sizeof line);
        paper_add(paper, line);
    }
}

static void capitals(char *text)
{
    for (; *text != '\0'; text++)
        *text = (char)toupper((unsigned char)*text);
}

/*
 * What a customer needs to ask about it later: the machine, when, how much, and the reference. No
 * card. The same in all languages, and in the few characters that make a small code; were it too
 * long for that the machine is left out, which the reference leads to, too.
 */
static void essence_write(const struct receipt *receipt, char qr[static VIEW_QR_SIZE])
{
    char when[32] = "", amount[MONEY_TEXT_LENGTH + 8] = "", figure[MONEY_TEXT_LENGTH],
         id[UUID_TEXT_LENGTH];
    const time_t wall = (time_t)receipt->wall_s;
    struct tm local;
    if (localtime_r(&wall, &local) != NULL)
        strftime(when, sizeof when, "%Y-%m-%d %H:%M", &local);
    if (receipt->amount > 0)
        snprintf(amount, sizeof amount, "%s %s ", money_format(receipt->amount, figure),
                 receipt->currency);
    uuid_write(&receipt->withdrawal, id);
    const int length = snprintf(qr, VIEW_QR_SIZE, "%s %s %s%s", receipt->teller, when, amount, id);
    if (length >= VIEW_QR_SIZE)
        snprintf(qr, VIEW_QR_SIZE, "%.16s %.24s%s", when, amount, id);
    capitals(qr);
}

bool printer_print(const char *folder, const char *assets, const struct receipt *receipt,
                   struct lines *lines, char qr[static VIEW_QR_SIZE])
{
    struct field field[RECEIPT_FIELDS] = { 0 };
    const enum kind kind = receipt->statement != NULL ? STATEMENT
                           : receipt->deposit         ? DEPOSIT
                           : receipt->receiver[0]     ? TRANSFER
                           : receipt->until_s > 0     ? CODE
                           : receipt->by_code         ? CODE_CASH
                                                      : WITHDRAWAL;
    char *template = asset_text(assets, receipt->language, kinds[kind]), *rest = template;
    struct paper paper = { .lines = lines };
    char directory[DURABLE_PATH_SIZE], name[64], id[UUID_TEXT_LENGTH];
    fields_fill(receipt, field);
    essence_write(receipt, qr);
    lines->count = 0;
    for (char *line; (line = strsep(&rest, "\n")) != NULL && lines->count < VIEW_LINES;) {
        if (rest == NULL && *line == '\0')
            break;
        if (strcmp(line, "{movements}") == 0) {
            paper_add_movements(&paper, receipt);
            continue;
        }
        char filled[VIEW_TEXT_LENGTH];
        line_fill(line, text_language_find(receipt->language), field, filled);
        paper_add(&paper, filled);
    }
    free(template);
    if (faults_strike(FAULT_PRINTER_PAPER_OUT, NULL, NULL))
        return false;
    struct error error;
    snprintf(directory, sizeof directory, "%s/receipts", folder);
    snprintf(name, sizeof name, "%s.txt", uuid_write(&receipt->withdrawal, id));
    if (durable_directory(directory, &error) &&
        durable_write(directory, name, paper.text, paper.length, &error))
        return true;
    log_line("a receipt was not printed: %s", error.message);
    return false;
}
