/* SPDX-License-Identifier: MIT */
/* What a load needs before it can start, made the way an operator would: over operator.sock. */
#include "tests/bench/bench.h"
#include "tests/bench/people.h"
#include "tests/bench/pipeline.h"

#include "bank/cli/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEPOSIT       "1000000000000" /* a withdrawal never finds too little */
#define READY_WAIT_MS 120000

struct order {
    const char *command;
    size_t (*fields)(int64_t number, const struct uuid *id, char *buffer, size_t size,
                     const void *context);
    const void *context;
};

static size_t make_order(int64_t number, char line[static PIPELINE_LINE_MAX], const void *context)
{
    const struct order *order = context;
    char id[UUID_TEXT_LENGTH], fields[PIPELINE_LINE_MAX / 2];
    struct uuid uuid = uuid_make();
    order->fields(number, &uuid, fields, sizeof fields, order->context);
    int length =
        snprintf(line, PIPELINE_LINE_MAX, "{\"v\":1,\"id\":\"%s\",\"command\":\"%s\",%s}\n",
                 uuid_write(&uuid, id), order->command, fields);
    return (size_t)length;
}

static double send_orders(const struct bench_options *options, int64_t count,
                          const struct order *order)
{
    return pipeline_run(&options->home, count, make_order, order);
}

/* ---- what each order says ---- */

static size_t open_fields(int64_t number, const struct uuid *request_id __attribute__((unused)),
                          char *buffer, size_t size, const void *context __attribute__((unused)))
{
    char id[UUID_TEXT_LENGTH];
    struct uuid account = people_account(number);
    return (size_t)snprintf(
        buffer, size,
        "\"owner\":\"Customer %lld\",\"account_id\":\"%s\",\"daily_limit\":0,\"daily_count\":0",
        (long long)number, uuid_write(&account, id));
}

/* The context is the amount. */
static size_t deposit_fields(int64_t number, const struct uuid *request_id __attribute__((unused)),
                             char *buffer, size_t size, const void *context)
{
    char id[UUID_TEXT_LENGTH];
    struct uuid account = people_account(number);
    return (size_t)snprintf(buffer, size, "\"account_id\":\"%s\",\"amount\":%s",
                            uuid_write(&account, id), (const char *)context);
}

/* The context is the key of operators' PIN blocks. */
static size_t card_fields(int64_t number, const struct uuid *request_id, char *buffer, size_t size,
                          const void *context)
{
    char id[UUID_TEXT_LENGTH], pan[PAN_DIGITS_MAX + 1], block[2 * PIN_BLOCK_LENGTH + 1];
    struct uuid account = people_account(number);
    people_card(number, pan);
    people_pin_block(context, request_id, pan, block);
    return (size_t)snprintf(buffer, size,
                            "\"account_id\":\"%s\",\"card\":\"%s\",\"pin_block\":\"%s\"",
                            uuid_write(&account, id), pan, block);
}

static size_t teller_fields(int64_t number, const struct uuid *request_id __attribute__((unused)),
                            char *buffer, size_t size, const void *context __attribute__((unused)))
{
    char id[UUID_TEXT_LENGTH];
    struct uuid teller = people_teller(number);
    return (size_t)snprintf(
        buffer, size,
        "\"teller_id\":\"%s\",\"cassettes\":[{\"denomination\":10000,\"count\":1000000},"
        "{\"denomination\":5000,\"count\":1000000},{\"denomination\":2000,\"count\":1000000},"
        "{\"denomination\":1000,\"count\":1000000}]",
        uuid_write(&teller, id));
}

/* ---- commands ---- */

int setup_command(const struct bench_options *options)
{
    struct error error;
    struct pin_key key;
    char path[HOME_PATH_SIZE];
    home_path(&options->home, path, sizeof path, "keys/pin-entry.key");
    if (!pin_key_load(path, &key, &error))
        give_up("%s", error.message);
    double seconds = send_orders(options, options->tellers,
                                 &(struct order){ "ProvisionTeller", teller_fields, NULL });
    seconds += send_orders(options, options->accounts,
                           &(struct order){ "OpenAccount", open_fields, NULL });
    seconds += send_orders(options, options->accounts,
                           &(struct order){ "DepositMoney", deposit_fields, DEPOSIT });
    seconds +=
        send_orders(options, options->accounts, &(struct order){ "IssueCard", card_fields, &key });
    int64_t orders = options->tellers + 3 * options->accounts;
    figure("orders_per_s", (double)orders / seconds);
    return 0;
}

int touch_command(const struct bench_options *options)
{
    const struct order order = { "DepositMoney", deposit_fields, "1" };
    double first = send_orders(options, 1, &order);
    double again = send_orders(options, 1, &order);
    double all = send_orders(options, options->accounts, &order);
    figure("first_account_cold_ms", first * 1000);
    figure("first_account_warm_ms", again * 1000);
    figure("deposits_per_s", (double)options->accounts / all);
    return 0;
}

static bool answers(const struct bench_options *options)
{
    struct error error;
    char request[120], id[UUID_TEXT_LENGTH];
    struct uuid uuid = uuid_make();
    struct client *client = client_open(&options->home, "operator.sock", &error);
    if (client == NULL)
        return false;
    snprintf(request, sizeof request, "{\"v\":1,\"id\":\"%s\",\"command\":\"EchoTest\"}",
             uuid_write(&uuid, id));
    char *reply = client_call(client, request, READY_WAIT_MS, &error);
    bool yes = reply != NULL && strstr(reply, "\"ok\":true") != NULL;
    free(reply);
    client_close(client);
    return yes;
}

int ready_command(const struct bench_options *options)
{
    int64_t start_ns = now_ns();
    while (!answers(options)) {
        if (now_ns() - start_ns > READY_WAIT_MS * INT64_C(1000000))
            give_up("the bank is not ready after %d s", READY_WAIT_MS / 1000);
        usleep(2000);
    }
    figure("ready_ms", (double)(now_ns() - start_ns) / 1e6);
    return 0;
}
