/* SPDX-License-Identifier: MIT */
/*
 * `bank demo` and `bank ping`: what `make run` needs of a bank that runs.
 *
 * The demo account is opened by commands whose ids never change, so that the
 * bank itself sees to it that they happen once, however often they are sent.
 */
#include "bank/cli/client.h"
#include "bank/cli/commands.h"
#include "bank/cli/standby.h"
#include "shared/clock.h"
#include "shared/hex.h"
#include "shared/json.h"
#include "shared/pin_block.h"
#include "shared/refusal.h"
#include "shared/user.h"
#include "shared/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEMO_OWNER   "Peter"
#define DEMO_DEPOSIT 50000
#define DEMO_ACCOUNT "e5ba0000-0000-8000-8000-000000000010"
#define OPEN_ID      "e5ba0000-0000-8000-8000-000000000011"
#define DEPOSIT_ID   "e5ba0000-0000-8000-8000-000000000012"
#define ISSUE_ID     "e5ba0000-0000-8000-8000-000000000013"

static const char demo_pan[] = "4000001234567899";

enum { REPLY_TIMEOUT_MS = 5000, AVAILABLE_TIMEOUT_MS = 30000, RETRY_MS = 200, LINE_SIZE = 600 };

/* Whether the reply is ok; its error's name otherwise. */
static bool reply_read(const char *line, char name[static 40], struct error *error)
{
    bool ok = false;
    const char *text = "", *message = "";
    struct json *json = json_parse(line, strlen(line), error);
    if (json == NULL || !json_boolean(json_get(json, "ok"), &ok)) {
        json_destroy(json);
        snprintf(name, 40, "invalid_reply");
        return error_set(error, ERROR_FORMAT, "what answers on the bank's socket is not a bank");
    }
    json_string(json_get(json, "error"), &text);
    json_string(json_get(json, "message"), &message);
    snprintf(name, 40, "%s", text);
    if (!ok)
        error_set(error, ERROR_SYSTEM, "the bank refuses it (%s): %s", text, message);
    json_destroy(json);
    return ok;
}

/* Sends the same line until the bank can decide it. */
static bool ask(struct client *client, const char *line, char name[static 40], struct error *error)
{
    int64_t deadline_ms = clock_now_ms() + AVAILABLE_TIMEOUT_MS;
    for (;;) {
        char *reply = client_call(client, line, REPLY_TIMEOUT_MS, error);
        if (reply == NULL)
            return false;
        bool ok = reply_read(reply, name, error);
        free(reply);
        if (ok || strcmp(name, refusal_name(REFUSED_BANK_UNAVAILABLE)) != 0 ||
            clock_now_ms() >= deadline_ms)
            return ok;
        clock_pause_ms(RETRY_MS);
    }
}

/* ---- demo ------------------------------------------------------------------- */

static bool ask_step(struct client *client, const char *line, struct error *error)
{
    char name[40] = "";
    return ask(client, line, name, error) ||
           strcmp(name, refusal_name(REFUSED_ALREADY_EXISTS)) == 0;
}

static bool issue_card(struct client *client, const struct home *home, struct error *error)
{
    char path[HOME_PATH_SIZE], block_text[2 * PIN_BLOCK_LENGTH + 1],
        id[UUID_TEXT_LENGTH] = ISSUE_ID;
    unsigned char random[8], block[PIN_BLOCK_LENGTH];
    struct pin_key key, once;
    home_path(home, path, sizeof path, "keys/pin-entry.key");
    if (!pin_key_load(path, &key, error))
        return false;
    if (RAND_bytes(random, sizeof random) != 1)
        return error_set(error, ERROR_SYSTEM, "the operating system gives no random bytes");
    struct uuid request_id;
    uuid_read(id, UUID_TEXT_LENGTH - 1, &request_id);
    for (int attempt = 0;; attempt++) {
        wire_pin_key(&key, &request_id, &once);
        pin_block_encode(&once, demo_pan, DEMO_PIN, random, block);
        hex_encode(block, sizeof block, block_text);
        char line[LINE_SIZE], name[40] = "";
        snprintf(line, sizeof line,
                 "{\"v\":1,\"id\":\"%s\",\"command\":\"IssueCard\",\"account_id\":\"" DEMO_ACCOUNT
                 "\",\"card\":\"%s\",\"pin_block\":\"%s\"}",
                 id, demo_pan, block_text);
        if (ask(client, line, name, error) ||
            strcmp(name, refusal_name(REFUSED_ALREADY_EXISTS)) == 0)
            return true;
        if (strcmp(name, refusal_name(REFUSED_ID_CONFLICT)) != 0 || attempt > 0)
            return false;
        /* A block made anew is other content; and where the keys of this home are newer than the
         * database, this is another card to it. */
        request_id = uuid_make();
        uuid_write(&request_id, id);
    }
}

static bool card_write(const struct home *home, struct error *error)
{
    char path[HOME_PATH_SIZE], draft[HOME_PATH_SIZE], text[80];
    home_path(home, path, sizeof path, "demo-card");
    home_path(home, draft, sizeof draft, "demo-card.new");
    int length = snprintf(text, sizeof text, "%s\n%s\n", demo_pan, DEMO_OWNER);
    unlink(draft);
    int file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0)
        return error_set_errno(error, "cannot create %s", draft);
    bool written = write(file, text, (size_t)length) == length;
    close(file);
    if (!written || rename(draft, path) != 0)
        return error_set_errno(error, "cannot write %s", path);
    return true;
}

static int run_demo(struct arguments *arguments)
{
    struct home home;
    struct error error = { 0 };
    if (!arguments_home(arguments, &home))
        return EXIT_USAGE;
    struct client *client =
        user_follow(&home, NULL, &error) ? client_open(&home, "operator.sock", &error) : NULL;
    char deposit[LINE_SIZE];
    snprintf(deposit, sizeof deposit,
             "{\"v\":1,\"id\":\"" DEPOSIT_ID
             "\",\"command\":\"DepositMoney\",\"account_id\":\"" DEMO_ACCOUNT "\",\"amount\":%d}",
             DEMO_DEPOSIT);
    bool worked = client != NULL &&
                  ask_step(client,
                           "{\"v\":1,\"id\":\"" OPEN_ID
                           "\",\"command\":\"OpenAccount\",\"account_id\":\"" DEMO_ACCOUNT
                           "\",\"owner\":\"" DEMO_OWNER "\"}",
                           &error) &&
                  ask_step(client, deposit, &error) && issue_card(client, &home, &error) &&
                  card_write(&home, &error);
    client_close(client);
    return worked ? EXIT_SUCCESS : complain_error(&error);
}

const struct bank_command command_demo = {
    .name = "demo",
    .help = "open the demo account (owner " DEMO_OWNER ") with its card, and the default teller, "
            "once",
    .detail = "The account has 500.00 and its card the PIN " DEMO_PIN
              " until it is changed at a machine. The card's number is\n"
              "written into HOME/demo-card.",
    .effect = ACTS,
    .run = run_demo,
};

/* ---- ping ------------------------------------------------------------------- */

static int run_ping(struct arguments *arguments)
{
    struct home home;
    struct error error = { 0 };
    if (!arguments_home(arguments, &home))
        return EXIT_USAGE;
    char line[LINE_SIZE], id_text[UUID_TEXT_LENGTH], name[40] = "";
    struct uuid id = uuid_make();
    snprintf(line, sizeof line, "{\"v\":1,\"id\":\"%s\",\"command\":\"EchoTest\"}",
             uuid_write(&id, id_text));
    struct client *client = client_open(&home, "operator.sock", &error);
    char *reply = client != NULL ? client_call(client, line, REPLY_TIMEOUT_MS, &error) : NULL;
    bool worked = reply != NULL && reply_read(reply, name, &error);
    free(reply);
    client_close(client);
    if (!worked && strcmp(name, refusal_name(REFUSED_BANK_UNAVAILABLE)) == 0 &&
        bank_stands_by(&home))
        return complain_standby(&home);
    return worked ? EXIT_SUCCESS : complain_error(&error);
}

const struct bank_command command_ping = {
    .name = "ping",
    .help = "exit 0 when the bank and its database answer",
    .effect = READS,
    .run = run_ping,
};
