/* SPDX-License-Identifier: MIT */
#include "bank/cli/order.h"

#include "bank/cli/client.h"
#include "bank/cli/commands.h"
#include "bank/cli/standby.h"
#include "bank/cli/table.h"
#include "bank/cli/values.h"
#include "shared/clock.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void fill(struct json_writer *writer, const struct argument *argument)
{
    const char *name = argument->spec->fills;
    const struct value *value = &argument->value;
    char word[60];
    if (value_is_id(argument->spec->type) || argument->spec->type == VALUE_NEW_ID) {
        json_write_uuid(writer, name, &value->id);
    } else if (argument->spec->type == VALUE_NOTES) {
        json_write_notes(writer, name, &value->notes);
    } else if (argument->spec->type == VALUE_AMOUNT || argument->spec->type == VALUE_LIMIT ||
               argument->spec->type == VALUE_COUNT) {
        json_write_integer(writer, name, value->number);
    } else if (argument->spec->type == VALUE_CHOICE) { /* not-dispensed is not_dispensed there */
        snprintf(word, sizeof word, "%s", value->text);
        for (char *at = word; *at != '\0'; at++)
            *at = *at == '-' ? '_' : *at;
        json_write_string(writer, name, word);
    } else {
        json_write_string(writer, name, value->text);
    }
}

/* What is for the record alone. */
static void note(struct json_writer *writer, const struct arguments *arguments)
{
    bool any = false;
    for (int i = 0; i < arguments->count; i++) {
        const struct argument *argument = &arguments->argument[i];
        if (!argument->spec->noted)
            continue;
        if (!any)
            json_open_object(writer, "metadata");
        any = true;
        json_write_string(writer, argument->spec->name, argument->value.text);
    }
    if (any)
        json_close_object(writer);
}

static void begin(struct order *order, const char *wire_name)
{
    json_writer_init(&order->writer, order->line, sizeof order->line - 1);
    json_open_object(&order->writer, NULL);
    json_write_integer(&order->writer, "v", WIRE_VERSION);
    json_write_uuid(&order->writer, "id", &order->id);
    json_write_string(&order->writer, "command", wire_name);
}

void order_alone(struct order *order, const char *wire_name)
{
    order->id = uuid_make();
    begin(order, wire_name);
}

void order_begin(struct order *order, const struct arguments *arguments)
{
    const struct value *id = argument_value(arguments, "request-id");
    order->id = id == NULL ? uuid_make() : id->id;
    begin(order, command_traits(arguments->command->sends)->wire);
    json_write_string(&order->writer, "consistency",
                      "strong"); /* what lists and shows next, has it */
    for (int i = 0; i < arguments->count; i++)
        if (arguments->argument[i].spec->fills != NULL)
            fill(&order->writer, &arguments->argument[i]);
    note(&order->writer, arguments);
}

bool reply_says(const struct json *reply, const char *error)
{
    const char *name = NULL;
    return json_string(json_get(reply, "error"), &name) && strcmp(name, error) == 0;
}

int reply_retry_ms(const char *line)
{
    struct error error;
    struct json *json = json_parse(line, strlen(line), &error);
    int64_t pause_ms = ORDER_PAUSE_MS;
    bool away = reply_says(json, "bank_unavailable");
    json_integer(json_get(json, "retry_after_ms"), &pause_ms);
    json_destroy(json);
    return !away ? 0 : pause_ms < 1 ? 1 : pause_ms > 5000 ? 5000 : (int)pause_ms;
}

int complain_reply(const struct home *home, const struct json *reply, const struct uuid *unsure)
{
    const char *error = "invalid_reply", *code = "96",
               *message = "the bank's reply says neither yes nor why not; see its log";
    char id[UUID_TEXT_LENGTH], sentence[600];
    json_string(json_get(reply, "error"), &error);
    json_string(json_get(reply, "code"), &code);
    json_string(json_get(reply, "message"), &message);
    if (unsure == NULL && reply_says(reply, "bank_unavailable") && bank_stands_by(home))
        return complain_standby(home);
    if (unsure == NULL || !reply_says(reply, "bank_unavailable"))
        return complain_refused(error, code, message);
    snprintf(sentence, sizeof sentence, "%s It may have been done before (the request's id was %s)",
             message, uuid_write(unsure, id));
    return complain_refused(error, code, sentence);
}

/* One connection, one try. *sent: whether the bank may have seen it. */
static char *exchange_once(const struct home *home, const char *line, bool *sent,
                           struct error *error)
{
    struct client *client = client_open(home, "operator.sock", error);
    if (client == NULL)
        return NULL;
    *sent = true;
    char *reply = client_call(client, line, ORDER_ANSWER_MS, error);
    client_close(client);
    return reply;
}

/* What the signal handler writes. */
static char parting[120];

static void on_signal(int signal_number)
{
    ssize_t ignored = write(STDERR_FILENO, parting, strlen(parting));
    (void)ignored;
    raise(signal_number); /* SA_RESETHAND has put the default back */
}

static const int parting_signals[] = { SIGINT, SIGTERM };

void order_parted(void)
{
    struct sigaction now;
    for (size_t i = 0; i < sizeof parting_signals / sizeof *parting_signals; i++)
        if (sigaction(parting_signals[i], NULL, &now) == 0 && now.sa_handler == on_signal)
            signal(parting_signals[i], SIG_DFL);
}

void order_parting(const struct uuid *id)
{
    char text[UUID_TEXT_LENGTH];
    struct sigaction action = { .sa_handler = on_signal,
                                .sa_flags = (int)(SA_RESETHAND | SA_NODEFER) };
    snprintf(parting, sizeof parting, "bank: it may have been done (the request's id was %s)\n",
             uuid_write(id, text));
    struct sigaction before;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof parting_signals / sizeof *parting_signals; i++)
        if (sigaction(parting_signals[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(parting_signals[i], &action, NULL);
}

char *order_exchange(const struct home *home, const char *line, const struct uuid *id, bool *unsure,
                     struct error *error)
{
    const int64_t began_ms = clock_now_ms();
    bool sent = false;
    order_parting(id);
    for (*unsure = false;;) {
        char *reply = exchange_once(home, line, &sent, error);
        int pause_ms = reply != NULL ? reply_retry_ms(reply) : ORDER_PAUSE_MS;
        if (reply != NULL && pause_ms == 0)
            return reply;
        *unsure = *unsure || (reply == NULL && sent);
        /* No bank there from the start: no reason to wait for one. */
        const int64_t waited_ms = clock_now_ms() + pause_ms - began_ms;
        if ((reply == NULL && !sent) || waited_ms > ORDER_GIVE_UP_MS ||
            (reply != NULL && waited_ms > STANDBY_PATIENCE_MS && bank_stands_by(home)))
            return reply;
        free(reply);
        clock_pause_ms(pause_ms);
    }
}

/* Not done yet: it waits for a second person. */
static bool is_proposed(const struct json *reply)
{
    const char *state = "";
    return json_get(reply, "proposal_id") != NULL &&
           json_string(json_get(reply, "state"), &state) && strcmp(state, "proposed") == 0;
}

static int proposed_print(const struct order *order, const struct arguments *arguments,
                          const struct json *reply)
{
    if (arguments->json)
        puts(order->line);
    else
        reply_print("not done yet: it needs a supervisor other than {proposer}, until {expires}:"
                    " bank approvals approve {proposal_id}",
                    reply);
    const int status = order_printed(reply);
    return status == EXIT_SUCCESS ? EXIT_PROPOSED : status;
}

struct json *order_send(struct order *order, const struct arguments *arguments, int *status)
{
    char id[UUID_TEXT_LENGTH];
    struct home home;
    struct error error;
    *status = EXIT_USAGE;
    if (!arguments_home(arguments, &home))
        return NULL;
    json_close_object(&order->writer);
    if (json_finish(&order->writer) == 0) {
        complain_usage("the request is longer than a line may be; say less");
        return NULL;
    }
    bool unsure;
    char *line = order_exchange(&home, order->line, &order->id, &unsure, &error);
    pin_wipe(order->line, sizeof order->line);
    uuid_write(&order->id, id);
    if (line == NULL) {
        *status =
            complain_of(complaint_of(&error), "%s (the request's id was %s)", error.message, id);
        return NULL;
    }
    struct json *reply = json_parse(line, strlen(line), &error);
    snprintf(order->line, sizeof order->line, "%s", line);
    free(line);
    bool ok = false;
    if (json_boolean(json_get(reply, "ok"), &ok) && ok) {
        if (json_get(reply, "consistency") != NULL)
            caution("it is done, but lists may not show it yet: see `bank projection list`");
        *status = is_proposed(reply) ? proposed_print(order, arguments, reply) : EXIT_SUCCESS;
        if (*status == EXIT_SUCCESS)
            return reply;
        json_destroy(reply);
        return NULL;
    }
    *status = complain_reply(&home, reply, unsure ? &order->id : NULL);
    json_destroy(reply);
    return NULL;
}

/* "as in the books", or "1 of 50.00 too few, 2 of 20.00 too many". */
static void print_difference(const struct note_totals *difference)
{
    char value[MONEY_TEXT_LENGTH];
    if (difference->length == 0)
        printf("as in the books");
    for (uint32_t i = 0; i < difference->length; i++) {
        const struct note_total *note = &difference->item[i];
        printf("%s%" PRId64 " of %s too %s", i > 0 ? ", " : "",
               note->count < 0 ? -note->count : note->count,
               money_format(note->denomination, value), note->count < 0 ? "few" : "many");
    }
}

static void member_print(const struct json *reply, const char *name, char form)
{
    char buffer[MONEY_TEXT_LENGTH], text[NOTES_TEXT_SIZE];
    const struct json *member = json_get(reply, name);
    const char *string;
    int64_t number;
    struct notes notes;
    struct note_totals difference;
    if (json_string(member, &string))
        print_safely(string);
    else if (form == '~' && json_totals(member, &difference))
        print_difference(&difference);
    else if (json_integer(member, &number))
        form == '$' ? (void)fputs(money_format(number, buffer), stdout)
                    : (void)printf("%" PRId64, number);
    else if (json_notes(member, &notes))
        fputs(notes_text(&notes, text), stdout);
    else
        fputs("?", stdout);
}

void reply_print(const char *sentence, const struct json *reply)
{
    while (*sentence != '\0') {
        const char *open = strchr(sentence, '{'), *close = open != NULL ? strchr(open, '}') : NULL;
        if (close == NULL) {
            fputs(sentence, stdout);
            break;
        }
        char name[40];
        size_t length = (size_t)(close - open) - 1;
        const char form = close[-1] == '$' || close[-1] == '~' ? close[-1] : '\0';
        snprintf(name, sizeof name, "%.*s", (int)(form != '\0' ? length - 1 : length), open + 1);
        printf("%.*s", (int)(open - sentence), sentence);
        member_print(reply, name, form);
        sentence = close + 1;
    }
    putchar('\n');
}

int order_printed(const struct json *reply)
{
    char ids[300] = "";
    size_t used = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return EXIT_SUCCESS;
    for (const struct json *member = json_first(reply); member != NULL;
         member = json_next(member)) {
        const char *name = json_name(member), *text;
        size_t length = name != NULL ? strlen(name) : 0;
        if (length > 3 && strcmp(name + length - 3, "_id") == 0 && json_string(member, &text) &&
            used < sizeof ids)
            used += (size_t)snprintf(ids + used, sizeof ids - used, "%s%s %s",
                                     used > 0 ? ", " : " (", name, text);
    }
    return complain_of(COMPLAINT_UNWRITTEN,
                       "it is done%s%s, but what the bank said could not be written: is the disk "
                       "full, or the output closed?",
                       ids, used > 0 ? ")" : "");
}

int order_run(struct arguments *arguments)
{
    struct order order;
    order_begin(&order, arguments);
    return order_finish(&order, arguments, arguments->command->reply);
}

int order_finish(struct order *order, const struct arguments *arguments, const char *sentence)
{
    int status;
    struct json *reply = order_send(order, arguments, &status);
    if (reply == NULL)
        return status;
    if (arguments->json)
        puts(order->line);
    else
        reply_print(sentence, reply);
    status = order_printed(reply);
    json_destroy(reply);
    return status;
}
