/* SPDX-License-Identifier: MIT */
/* `bank lab`: rules that force what a bank answers to terminals, where it was started with --lab
 * (bank/server/lab.h). */
#include "bank/cli/commands.h"
#include "bank/cli/complaint.h"
#include "bank/cli/order.h"
#include "bank/commands/outputs.h"
#include "bank/core/act.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- rule ---- */

static void write_number(struct json_writer *writer, const char *name, const struct value *value)
{
    char text[24];
    if (value == NULL)
        return;
    snprintf(text, sizeof text, "%" PRId64, value->number);
    json_write_string(writer, name, text);
}

static void write_id(struct json_writer *writer, const char *name, const struct value *value)
{
    if (value != NULL)
        json_write_uuid(writer, name, &value->id);
}

static int run_rule(struct arguments *arguments)
{
    static struct order order;
    struct json_writer *writer = &order.writer;
    const char *error = argument_text(arguments, "error"),
               *command = argument_text(arguments, "command");
    order_begin(&order, arguments);
    json_write_string(writer, "act", act_name(ACT_LAB_RULE));
    json_open_object(writer, "metadata");
    if (error != NULL)
        json_write_string(writer, "error", error);
    write_number(writer, "delay_ms", argument_value(arguments, "delay"));
    write_id(writer, "teller", argument_value(arguments, "teller"));
    write_id(writer, "card", argument_value(arguments, "card"));
    write_number(writer, "amount", argument_value(arguments, "amount"));
    if (command != NULL)
        json_write_string(writer, "command", command);
    write_number(writer, "times", argument_value(arguments, "times"));
    json_close_object(writer);
    return order_finish(&order, arguments, arguments->command->reply);
}

const struct bank_command command_lab_rule = {
    .name = "lab rule",
    .help = "force the answer to requests of terminals: decline, delay, drop, repeat or garbage",
    .detail = "The first rule that matches a request answers it. A decline is decided instead of "
              "the request; what is delayed, dropped, repeated or garbled was done all the same. "
              "Rules are gone when the bank ends.",
    .words = WORDS(
        WORD("EFFECT", CHOICE, .choices = "decline|delay|drop|repeat|garbage", .fills = "subject")),
    .options = WORDS(
        OPTION("error", "of a decline: the error's name, such as daily_limit", TEXT, .as = "NAME"),
        OPTION("delay", "of a delay: after how many milliseconds the reply leaves", COUNT,
               .as = "MS", .least = 1, .most = 600000),
        OPTION("teller", "only requests of this machine", TELLER_ID),
        OPTION("card", "only requests with this card", CARD_ID),
        OPTION("amount", "only requests about so much", AMOUNT),
        OPTION("command", "only this command, such as InitiateWithdrawal or EchoTest",
               WIRE_COMMAND),
        OPTION("times", "how often it answers, 0 for without end (1)", COUNT, .most = 1000000,
               .otherwise = "1")),
    .effect = SENDS,
    .sends = BANK_RECORD_ACT,
    .reply = "the lab has the rule",
    .run = run_rule,
};

/* ---- clear ---- */

static int run_clear(struct arguments *arguments)
{
    static struct order order;
    order_begin(&order, arguments);
    json_write_string(&order.writer, "act", act_name(ACT_LAB_CLEAR));
    return order_finish(&order, arguments, arguments->command->reply);
}

const struct bank_command command_lab_clear = {
    .name = "lab clear",
    .help = "forget all rules of the lab",
    .effect = SENDS,
    .sends = BANK_RECORD_ACT,
    .reply = "the lab has no rules",
    .run = run_clear,
};

/* ---- list ---- */

static const struct table_column columns[] = {
    { "EFFECT", "effect", CELL_TEXT },
    { "ERROR", "error", CELL_TEXT | CELL_MAYBE },
    { "DELAY MS", "delay_ms", CELL_NUMBER | CELL_MAYBE },
    { "COMMAND", "command", CELL_TEXT | CELL_MAYBE },
    { "AMOUNT", "amount", CELL_MONEY | CELL_MAYBE },
    { "LEFT", "left", CELL_NUMBER | CELL_MAYBE },
    { "TELLER", "teller_id", CELL_UUID | CELL_MAYBE | CELL_RANK(2) },
    { "CARD", "card_id", CELL_UUID | CELL_MAYBE | CELL_RANK(1) },
    { NULL, NULL, CELL_TEXT },
};

const struct output output_lab_list = { "lab-list", "lab list", true, columns, { { NULL, NULL } } };

static void add_cell(struct table *table, const struct table_column *column,
                     const struct json *value)
{
    const char *text = NULL;
    int64_t number = 0;
    struct uuid id = { 0 };
    json_string(value, &text);
    const bool is_number = json_integer(value, &number);
    switch (column_kind(column)) {
    case CELL_UUID:
        json_uuid(value, &id);
        table_uuid(table, &id);
        break;
    case CELL_MONEY:
        if (is_number)
            table_money(table, number);
        else
            table_text(table, NULL);
        break;
    case CELL_NUMBER:
        if (is_number)
            table_integer(table, number);
        else
            table_text(table, NULL);
        break;
    default:
        table_text(table, text);
    }
}

static void print_rules(const struct json *rules, bool as_json)
{
    struct table table;
    table_init(&table, columns);
    for (const struct json *rule = json_first(rules); rule != NULL; rule = json_next(rule))
        for (const struct table_column *column = columns; column->title != NULL; column++)
            add_cell(&table, column, json_get(rule, column->name));
    if (json_first(rules) == NULL && !as_json)
        puts("the lab has no rules");
    else
        table_print(&table, as_json);
    table_finish(&table);
}

static int run_list(struct arguments *arguments)
{
    static struct order order;
    int status;
    bool is_lab = false;
    order_alone(&order, "GetLabRules");
    struct json *reply = order_send(&order, arguments, &status);
    if (reply == NULL)
        return status;
    json_boolean(json_get(reply, "lab"), &is_lab);
    if (is_lab)
        print_rules(json_get(reply, "rules"), arguments->json);
    json_destroy(reply);
    return is_lab ? EXIT_SUCCESS
                  : complain("the bank is no lab, so it has no rules: start one with `bank serve "
                             "--lab`");
}

const struct bank_command command_lab_list = {
    .name = "lab list",
    .help = "the rules of the lab, in the order in which they are tried",
    .effect = READS,
    .run = run_list,
};
