/* SPDX-License-Identifier: MIT */
/*
 * `bank demo` and `bank ping`: what `make run` needs of a bank that runs.
 *
 * The demo accounts are opened by commands whose ids never change, so that the
 * bank itself sees to it that they happen once, however often they are sent.
 */
#include "bank/cli/client.h"
#include "bank/cli/commands.h"
#include "bank/cli/standby.h"
#include "shared/clock.h"
#include "shared/demo_wallet.h"
#include "shared/hex.h"
#include "shared/json.h"
#include "shared/money.h"
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

#define DEMO_OWNER "Peter"

/* An account with one card. The first is the demonstration's own; the others are the wallet's, and
 * stand for what can be met at a machine. Their owners are described and are no people's names. */
static const struct demo {
    const char *owner, *pan;
    money deposit;
    money daily_limit; /* 0: the bank's usual one */
    enum demo_wallet kind;
    bool blocked;
} demos[] = {
    { DEMO_OWNER, "4000001234567899", 50000, 0, DEMO_WALLET_NONE, false },
    { "Demo: plenty of money", "4000002222000018", 10000000, 1000000, DEMO_WALLET_PLENTY, false },
    { "Demo: next to nothing", "4000003333000020", 500, 0, DEMO_WALLET_POOR, false },
    { "Demo: small daily limit", "4000004444000032", 50000, 5000, DEMO_WALLET_LIMITED, false },
    { "Demo: blocked card", "4000005555000042", 50000, 0, DEMO_WALLET_BLOCKED, true },
    { DEMO_OWNER, "4000006666000053", 10000, 0, DEMO_WALLET_SECOND, false },
};
static const char *const kinds[] = { [DEMO_WALLET_NONE] = "",
#define X(enumerator, word) [DEMO_WALLET_##enumerator] = word,
                                     DEMO_WALLET_TABLE(X)
#undef X
};
enum { DEMOS = sizeof demos / sizeof demos[0] };
_Static_assert(DEMOS - 1 <= DEMO_WALLET_MAX, "a machine has no more keys");

/* The id of an account, and of the commands that make it what it is. */
enum demo_id { ID_ACCOUNT, ID_OPEN, ID_DEPOSIT, ID_ISSUE, ID_BLOCK };

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

static char *demo_id(int demo, enum demo_id of, char id[static UUID_TEXT_LENGTH])
{
    snprintf(id, UUID_TEXT_LENGTH, "e5ba0000-0000-8000-8000-0000000000%x%x", (unsigned)demo + 1,
             (unsigned)of);
    return id;
}

static bool open_account(struct client *client, int demo, struct error *error)
{
    char line[LINE_SIZE], limit[60] = "", id[UUID_TEXT_LENGTH], account[UUID_TEXT_LENGTH];
    if (demos[demo].daily_limit > 0)
        snprintf(limit, sizeof limit, ",\"daily_limit\":%lld", (long long)demos[demo].daily_limit);
    snprintf(line, sizeof line,
             "{\"v\":1,\"id\":\"%s\",\"command\":\"OpenAccount\",\"account_id\":\"%s\","
             "\"owner\":\"%s\"%s}",
             demo_id(demo, ID_OPEN, id), demo_id(demo, ID_ACCOUNT, account), demos[demo].owner,
             limit);
    return ask_step(client, line, error);
}

static bool pay_in(struct client *client, int demo, struct error *error)
{
    char line[LINE_SIZE], id[UUID_TEXT_LENGTH], account[UUID_TEXT_LENGTH];
    snprintf(line, sizeof line,
             "{\"v\":1,\"id\":\"%s\",\"command\":\"DepositMoney\",\"account_id\":\"%s\",\"amount\":"
             "%lld}",
             demo_id(demo, ID_DEPOSIT, id), demo_id(demo, ID_ACCOUNT, account),
             (long long)demos[demo].deposit);
    return ask_step(client, line, error);
}

static bool issue_card(struct client *client, int demo, const struct pin_key *key,
                       struct error *error)
{
    char block_text[2 * PIN_BLOCK_LENGTH + 1], id[UUID_TEXT_LENGTH], account[UUID_TEXT_LENGTH];
    unsigned char random[8], block[PIN_BLOCK_LENGTH];
    const char *pan = demos[demo].pan;
    struct pin_key once;
    struct uuid request_id;
    if (RAND_bytes(random, sizeof random) != 1)
        return error_set(error, ERROR_SYSTEM, "the operating system gives no random bytes");
    uuid_read(demo_id(demo, ID_ISSUE, id), UUID_TEXT_LENGTH - 1, &request_id);
    for (int attempt = 0;; attempt++) {
        wire_pin_key(key, &request_id, &once);
        pin_block_encode(&once, pan, DEMO_PIN, random, block);
        hex_encode(block, sizeof block, block_text);
        char line[LINE_SIZE], name[40] = "";
        snprintf(line, sizeof line,
                 "{\"v\":1,\"id\":\"%s\",\"command\":\"IssueCard\",\"account_id\":\"%s\","
                 "\"card\":\"%s\",\"pin_block\":\"%s\"}",
                 id, demo_id(demo, ID_ACCOUNT, account), pan, block_text);
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

/* Once: who unblocks it has unblocked it. */
static bool block_card(struct client *client, int demo, struct error *error)
{
    char line[LINE_SIZE], id[UUID_TEXT_LENGTH];
    snprintf(line, sizeof line, "{\"v\":1,\"id\":\"%s\",\"command\":\"BlockCard\",\"card\":\"%s\"}",
             demo_id(demo, ID_BLOCK, id), demos[demo].pan);
    return ask_step(client, line, error);
}

static bool file_write(const struct home *home, const char *name, const char *text,
                       struct error *error)
{
    char path[HOME_PATH_SIZE], draft[HOME_PATH_SIZE];
    const ssize_t length = (ssize_t)strlen(text);
    home_path(home, path, sizeof path, "%s", name);
    home_path(home, draft, sizeof draft, "%s.new", name);
    unlink(draft);
    int file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0)
        return error_set_errno(error, "cannot create %s", draft);
    bool written = write(file, text, (size_t)length) == length && fsync(file) == 0;
    close(file);
    if (!written || rename(draft, path) != 0)
        return error_set_errno(error, "cannot write %s", path);
    return true;
}

static bool card_write(const struct home *home, struct error *error)
{
    char text[80];
    snprintf(text, sizeof text, "%s\n%s\n", demos[0].pan, demos[0].owner);
    return file_write(home, "demo-card", text, error);
}

static bool wallet_write(const struct home *home, struct error *error)
{
    char text[DEMO_WALLET_MAX * 80] = "";
    for (int i = 1; i < DEMOS; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s %s %s\n", demos[i].pan,
                 DEMO_PIN, kinds[demos[i].kind]);
    return file_write(home, DEMO_WALLET_FILE, text, error);
}

static bool demo_make(struct client *client, int demo, const struct pin_key *key,
                      struct error *error)
{
    return open_account(client, demo, error) && pay_in(client, demo, error) &&
           issue_card(client, demo, key, error) &&
           (!demos[demo].blocked || block_card(client, demo, error));
}

/* The first so many of them, and the files that machines find their cards in. */
static bool demos_make(const struct home *home, struct client *client, int count,
                       struct error *error)
{
    char path[HOME_PATH_SIZE];
    struct pin_key key;
    home_path(home, path, sizeof path, "keys/pin-entry.key");
    bool made = pin_key_load(path, &key, error);
    for (int i = 0; made && i < count; i++)
        made = demo_make(client, i, &key, error);
    pin_wipe(&key, sizeof key);
    return made && card_write(home, error) && (count == 1 || wallet_write(home, error));
}

static int run_demo(struct arguments *arguments)
{
    struct home home;
    struct error error = { 0 };
    if (!arguments_home(arguments, &home))
        return EXIT_USAGE;
    struct client *client =
        user_follow(&home, NULL, &error) ? client_open(&home, "operator.sock", &error) : NULL;
    const int count = argument_flag(arguments, "wallet") ? DEMOS : 1;
    const bool worked = client != NULL && demos_make(&home, client, count, &error);
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
    .options = WORDS(OPTION(
        "wallet",
        "and five accounts more, with a card each: plenty of money, next to nothing, a small daily "
        "limit, a blocked card, a second account of the owner's; their numbers and PINs are "
        "written into HOME/demo-wallet",
        FLAG)),
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
