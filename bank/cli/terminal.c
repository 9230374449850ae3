/* SPDX-License-Identifier: MIT */
#include "bank/cli/terminal.h"

#include "bank/cli/client.h"
#include "bank/cli/order.h"
#include "shared/clock.h"
#include "shared/hex.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool key_open(struct terminal *terminal, struct error *error)
{
    char path[HOME_PATH_SIZE], text[UUID_TEXT_LENGTH];
    home_path(&terminal->home, path, sizeof path, "keys/terminal-%s.key",
              uuid_write(&terminal->teller, text));
    if (!pin_key_load(path, &terminal->key, error))
        return false;
    wire_keys_derive(&terminal->key, &terminal->teller, &terminal->wire);
    return true;
}

static void request_begin(const struct terminal *terminal, struct json_writer *writer, char *line,
                          size_t size, const char *command, const struct uuid *id)
{
    json_writer_init(writer, line, size - WIRE_SIGNATURE_LENGTH - 1);
    json_open_object(writer, NULL);
    json_write_integer(writer, "v", WIRE_VERSION);
    json_write_uuid(writer, "id", id);
    json_write_string(writer, "command", command);
    json_write_uuid(writer, "teller_id", &terminal->teller);
}

/* The object, ended and signed; false when it is too long. */
static bool request_end(const struct terminal *terminal, struct json_writer *writer, char *line)
{
    json_close_object(writer);
    const size_t length = json_finish(writer);
    if (length == 0)
        return false;
    line[wire_sign(&terminal->wire.request, line, length)] = '\0';
    return true;
}

static enum refusal refusal_of(const struct json *reply)
{
    bool ok = false;
    const char *name = "";
    if (json_boolean(json_get(reply, "ok"), &ok) && ok)
        return NOT_REFUSED;
    json_string(json_get(reply, "error"), &name);
    return refusal_find(name);
}

/* A line of the bank's: the reply, or NULL for what is none or has not the bank's mac. A refused
 * sign-on needs no mac: a bank that has no key for the teller cannot make one. */
static struct json *reply_read(const struct terminal *terminal, const char *line, bool of_sign_on,
                               struct error *error)
{
    const size_t length = strlen(line);
    struct json *reply = json_parse(line, length, error);
    if (reply == NULL)
        return NULL;
    const enum refusal refusal = refusal_of(reply);
    if (wire_signed(&terminal->wire.reply, line, length) ||
        (refusal != NOT_REFUSED && (of_sign_on || refusal_is_unsigned(refusal))))
        return reply;
    json_destroy(reply);
    error_set(error, ERROR_FORMAT,
              "the reply does not have the bank's mac: check that the home is the bank's own");
    return NULL;
}

static bool sign_on(struct terminal *terminal, struct error *error)
{
    char line[400 + WIRE_SIGNATURE_LENGTH];
    struct json_writer writer;
    const struct uuid id = uuid_make();
    request_begin(terminal, &writer, line, sizeof line, "SignOn", &id);
    request_end(terminal, &writer, line);
    char *text = client_call(terminal->client, line, ORDER_ANSWER_MS, error);
    struct json *reply = text != NULL ? reply_read(terminal, text, true, error) : NULL;
    free(text);
    if (reply == NULL)
        return false;
    /* A barred terminal may still say what became of notes. */
    const enum refusal refusal = refusal_of(reply);
    const bool worked = refusal == NOT_REFUSED || refusal == REFUSED_TELLER_BARRED;
    const char *message = "the bank refuses the sign-on";
    json_string(json_get(reply, "message"), &message);
    if (!worked)
        error_set(error, refusal == REFUSED_BANK_UNAVAILABLE ? ERROR_CONNECTION : ERROR_CONFLICT,
                  "%s", message);
    json_destroy(reply);
    return worked;
}

static void hang_up(struct terminal *terminal)
{
    client_close(terminal->client);
    terminal->client = NULL;
}

static bool connect_to(struct terminal *terminal, struct error *error)
{
    if (terminal->client != NULL)
        return true;
    terminal->client = client_open(&terminal->home, "atm.sock", error);
    if (terminal->client == NULL)
        return false;
    if (sign_on(terminal, error))
        return true;
    hang_up(terminal);
    return false;
}

bool terminal_open(struct terminal *terminal, const struct arguments *arguments,
                   struct error *error)
{
    memset(terminal, 0, sizeof *terminal);
    if (!home_locate(arguments->home, &terminal->home, error))
        return false;
    terminal->teller = argument_value(arguments, "teller")->id;
    if (!key_open(terminal, error) ||
        (terminal->client = client_open(&terminal->home, "atm.sock", error)) == NULL) {
        terminal_close(terminal);
        return false;
    }
    if (sign_on(terminal, error))
        return true;
    hang_up(terminal);
    if (error->kind == ERROR_CONNECTION) /* there is a bank: the request's first try is the next */
        return true;
    terminal_close(terminal);
    return false;
}

void terminal_close(struct terminal *terminal)
{
    hang_up(terminal);
    wire_keys_forget(&terminal->wire);
    pin_key_forget(&terminal->key);
    free(terminal->reply);
    pin_wipe(terminal, sizeof *terminal);
}

void terminal_begin(struct terminal *terminal, const char *command, const struct uuid *id)
{
    terminal->request = id != NULL ? *id : uuid_make();
    request_begin(terminal, &terminal->writer, terminal->line, sizeof terminal->line, command,
                  &terminal->request);
}

/* The key is of this request alone, so what fills the block need not be random; and what another
 * run makes of the same request has to be the same. */
static bool block_add(struct terminal *terminal, const char *name, const struct pin_key *once,
                      const char *pan, const char *pin)
{
    unsigned char fill[16], block[PIN_BLOCK_LENGTH];
    char hex[2 * PIN_BLOCK_LENGTH + 1];
    pin_key_mac(once, "EsBank fill", strlen("EsBank fill"), fill);
    const bool made = pin_block_encode(once, pan, pin, fill, block);
    pin_key_forget(once);
    pin_wipe(fill, sizeof fill);
    if (!made)
        return false;
    hex_encode(block, sizeof block, hex);
    json_write_string(&terminal->writer, name, hex);
    return true;
}

bool terminal_card(struct terminal *terminal, const char *pan, const char *pin)
{
    struct pin_key once;
    json_write_string(&terminal->writer, "card", pan);
    wire_pin_key(&terminal->key, &terminal->request, &once);
    const bool made = block_add(terminal, "pin_block", &once, pan, pin);
    pin_wipe(&once, sizeof once);
    return made;
}

bool terminal_new_pin(struct terminal *terminal, const char *pan, const char *pin)
{
    struct pin_key once;
    wire_new_pin_key(&terminal->key, &terminal->request, &once);
    const bool made = block_add(terminal, "new_pin_block", &once, pan, pin);
    pin_wipe(&once, sizeof once);
    return made;
}

/* One try; NULL with the error, and a connection that is of no more use is closed. */
static struct json *exchange(struct terminal *terminal, struct error *error)
{
    if (!connect_to(terminal, error))
        return NULL;
    free(terminal->reply);
    terminal->reply = client_call(terminal->client, terminal->line, ORDER_ANSWER_MS, error);
    struct json *reply =
        terminal->reply != NULL ? reply_read(terminal, terminal->reply, false, error) : NULL;
    if (reply == NULL || refusal_of(reply) == REFUSED_NOT_SIGNED_ON)
        hang_up(terminal);
    return reply;
}

struct json *terminal_send(struct terminal *terminal, struct error *error)
{
    const int64_t give_up_ms = clock_now_ms() + ORDER_GIVE_UP_MS;
    if (!request_end(terminal, &terminal->writer, terminal->line)) {
        error_set(error, ERROR_USAGE, "the request is longer than a line may be; say less");
        return NULL;
    }
    order_parting(&terminal->request);
    for (bool unsure = false;;) {
        struct json *reply = exchange(terminal, error);
        const int pause_ms = reply != NULL ? reply_retry_ms(terminal->reply) : ORDER_PAUSE_MS;
        if (reply != NULL && pause_ms == 0 && refusal_of(reply) != REFUSED_NOT_SIGNED_ON)
            return reply;
        unsure = unsure || reply == NULL;
        if (reply == NULL && error->kind != ERROR_CONNECTION && error->kind != ERROR_ABSENT)
            return NULL;
        if (clock_now_ms() + pause_ms > give_up_ms && (reply == NULL || !unsure))
            return reply;
        json_destroy(reply);
        if (clock_now_ms() + pause_ms > give_up_ms) { /* no answer about the try that had none */
            error_set(error, ERROR_CONNECTION, "the bank is not available");
            return NULL;
        }
        clock_pause_ms(pause_ms > 0 ? pause_ms : ORDER_PAUSE_MS);
    }
}

bool terminal_approved(const struct json *reply)
{
    const char *message = "the bank's reply says neither yes nor why not; see its log";
    int64_t tries;
    if (refusal_of(reply) == NOT_REFUSED)
        return true;
    json_string(json_get(reply, "message"), &message);
    if (json_integer(json_get(reply, "tries_left"), &tries))
        complain("%s Tries left: %" PRId64, message, tries);
    else
        complain("%s", message);
    return false;
}
