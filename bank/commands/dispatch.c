/* SPDX-License-Identifier: MIT */
/* `bank dispatch`: any command by hand. */
#include "bank/cli/commands.h"
#include "bank/cli/order.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The request from stdin, newlines as blanks. */
static size_t read_stdin(char *buffer, size_t size)
{
    size_t length = fread(buffer, 1, size, stdin);
    for (size_t i = 0; i < length; i++)
        if (buffer[i] == '\n' || buffer[i] == '\r')
            buffer[i] = ' ';
    return length;
}

/* The object of `text` with v and id put in front where it lacks them; false when that is too long.
 */
static bool complete(const struct json *request, const char *text, size_t length,
                     struct order *order)
{
    const char *open = memchr(text, '{', length);
    size_t skip = (size_t)(open - text) + 1;
    char id_text[UUID_TEXT_LENGTH], front[120] = "{";
    size_t used = 1;
    if (json_get(request, "v") == NULL)
        used += (size_t)snprintf(front + used, sizeof front - used, "\"v\":%d,", WIRE_VERSION);
    if (json_get(request, "id") == NULL) {
        order->id = uuid_generate();
        used += (size_t)snprintf(front + used, sizeof front - used, "\"id\":\"%s\",",
                                 uuid_format(&order->id, id_text));
    } else if (!json_uuid(json_get(request, "id"), &order->id)) {
        order->id = (struct uuid){ 0 }; /* the bank will say what is wrong with it */
    }
    if (json_first(request) == NULL && used > 1)
        front[--used] = '\0';
    int written =
        snprintf(order->line, sizeof order->line, "%s%.*s", front, (int)(length - skip), open + 1);
    return written > 0 && (size_t)written < sizeof order->line - 1;
}

static int run(struct arguments *arguments)
{
    static char input[WIRE_LINE_MAX];
    struct order order;
    struct home home;
    struct error error;
    const char *text = arguments->word[0];
    size_t length = strlen(text);
    if (strcmp(text, "-") == 0) {
        text = input;
        length = read_stdin(input, sizeof input);
    }
    if (length >= WIRE_LINE_MAX)
        return complain_usage("a request has less than %d bytes; make it shorter", WIRE_LINE_MAX);
    struct json *request = json_parse(text, length, &error);
    if (request == NULL)
        return complain_usage("the request is to be one JSON object, but %s", error.message);
    if (text != input && json_get(request, "card") != NULL) {
        json_destroy(request);
        return complain_usage(
            "a card's number is not taken from the command line, which every user of this machine "
            "can read: send the request to `bank dispatch -`");
    }
    bool object = json_type_of(request) == JSON_OBJECT;
    bool fits = object && complete(request, text, length, &order);
    json_destroy(request);
    if (!object)
        return complain_usage(
            "the request is to be one JSON object such as {\"command\":\"EchoTest\"}");
    if (!fits)
        return complain_usage("a request has less than %d bytes; make it shorter", WIRE_LINE_MAX);
    if (!arguments_home(arguments, &home))
        return EXIT_USAGE;
    bool unsure;
    char id_text[UUID_TEXT_LENGTH];
    char *line = order_exchange(&home, order.line, &order.id, &unsure, &error);
    uuid_format(&order.id, id_text);
    if (line == NULL)
        return complain("%s (the request's id was %s)", error.message, id_text);
    puts(line);
    struct json *reply = json_parse(line, strlen(line), &error);
    bool ok = false;
    const char *message = "the bank refused";
    json_boolean(json_get(reply, "ok"), &ok);
    json_string(json_get(reply, "message"), &message);
    if (!ok && unsure && reply_says(reply, "bank_unavailable"))
        complain("%s It may have been done before (the request's id was %s)", message, id_text);
    else if (!ok)
        complain("%s", message);
    json_destroy(reply);
    free(line);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

const struct bank_command command_dispatch = {
    .name = "dispatch",
    .usage = "JSON|-",
    .help = "send any operator's command, as the wire has it, and print the reply",
    .detail =
        "The object comes as one word or, with -, from standard input. `v` and `id` are filled in "
        "where they\n"
        "are missing. One with a card's number is taken from standard input only. The commands and "
        "their fields are in shared/PROTOCOL.md:\n"
        "  bank dispatch '{\"command\":\"OpenAccount\",\"owner\":\"Peter\"}'",
    .words_min = 1,
    .words_max = 1,
    .run = run,
};
