/* SPDX-License-Identifier: MIT */
#include "bank/cli/visit.h"

#include "bank/cli/order.h"
#include "bank/cli/values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void visit_end(struct visit *visit)
{
    terminal_close(&visit->terminal);
    pin_wipe(visit, sizeof *visit);
}

int visit_begin(struct visit *visit, const struct arguments *arguments)
{
    struct error error;
    const char *card = argument_text(arguments, "card-file");
    const struct value *id = argument_value(arguments, "request-id");
    memset(visit, 0, sizeof *visit);
    visit->arguments = arguments;
    visit->id = id != NULL ? id->id : uuid_make();
    bool right = card_not_in_words(arguments) &&
                 pan_read(card != NULL ? card : "-", "Card number", visit->pan) &&
                 pin_read(arguments, visit->pin);
    if (right && terminal_open(&visit->terminal, arguments, &error))
        return EXIT_SUCCESS;
    pin_wipe(visit, sizeof *visit);
    return right ? complain_error(&error) : EXIT_USAGE;
}

void visit_request(struct visit *visit, const char *command)
{
    terminal_begin(&visit->terminal, command, &visit->id);
    if (!terminal_card(&visit->terminal, visit->pan, visit->pin))
        panic("a card's number and a PIN that were checked make no block");
    pin_wipe(visit->pin, sizeof visit->pin);
}

void visit_say(const struct visit *visit, const char *sentence, const struct json *reply)
{
    if (visit->arguments->json)
        puts(visit->terminal.reply);
    else
        reply_print(sentence, reply);
}

struct json *visit_ask(struct visit *visit, const char *give_up)
{
    struct error error;
    char id[UUID_TEXT_LENGTH];
    struct json *reply = terminal_send(&visit->terminal, &error);
    uuid_write(&visit->id, id);
    if (reply == NULL && give_up == NULL)
        complain("%s", error.message);
    else if (reply == NULL && give_up[0] == '\0')
        complain("%s; it may have been done: the same with --request-id %s says so", error.message,
                 id);
    else if (reply == NULL)
        complain("%s; it may have been done: the same with --request-id %s goes on, and `bank "
                 "terminal confirm %s %s` gives it up",
                 error.message, id, id, give_up);
    if (reply == NULL || terminal_approved(reply))
        return reply;
    if (visit->arguments->json)
        puts(visit->terminal.reply);
    json_destroy(reply);
    return NULL;
}
