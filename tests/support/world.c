/* SPDX-License-Identifier: MIT */
#include "tests/support/world.h"

#include "shared/hex.h"
#include "shared/wire.h"
#include "tests/support/check.h"
#include "tests/support/scratch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

int64_t world_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

/* ---- the bank ---- */

static const char *world_bank(void)
{
    static char path[400];
    const char *build = getenv("BUILD");
    snprintf(path, sizeof path, "%s/bank", build != NULL ? build : "build");
    return path;
}

void world_create(struct world *world, bool private_cluster)
{
    struct error error;
    char path[SCRATCH_SIZE + 8];
    *world = (struct world){ .directory = scratch_create(), .private_cluster = private_cluster };
    snprintf(path, sizeof path, "%s/home", world->directory);
    check_worked(home_locate(path, &world->home, &error), &error);
    unsetenv("ESBANK_DB");
    setenv("ESBANK_HOME", world->home.path, 1);
    if (private_cluster) {
        setenv("ESBANK_PG_OPTIONS", "-c fsync=off -c shared_buffers=32MB", 1);
        int length = snprintf(world->database.conninfo, sizeof world->database.conninfo,
                              "host='%s/pg' port=5432 user=esbank dbname=esbank", world->home.path);
        if (length < 0 || (size_t)length >= sizeof world->database.conninfo)
            check_fail("the home's name is too long");
    } else {
        database_create(&world->database);
        setenv("ESBANK_DB", world->database.conninfo, 1);
    }
}

void world_destroy(struct world *world)
{
    if (world->bank.pid != 0 && process_stop(&world->bank, SIGTERM, WORLD_DEADLINE_MS) != 0) {
        char *log = process_read_file(world->bank.err);
        check_fail("the bank ended with %d: %.800s", world->bank.status, log);
    }
    if (!world->private_cluster)
        database_drop(&world->database);
}

void world_spawn(struct world *world)
{
    const char *argv[4 + WORLD_OPTIONS] = { world_bank(), "serve", "--home", world->home.path };
    memcpy(argv + 4, world->options, sizeof world->options);
    process_spawn(&world->bank, world->directory, argv);
}

static bool world_answers(void *context)
{
    struct world *world = context;
    static struct wire wire;
    char id[UUID_TEXT_LENGTH], line[200];
    struct uuid fresh = uuid_make();
    if (process_ended(&world->bank)) {
        char *log = process_read_file(world->bank.err);
        check_fail("the bank has ended with %d: %.800s", world->bank.status, log);
    }
    if (!wire_open(&wire, world, "operator.sock"))
        return false;
    snprintf(line, sizeof line, "{\"v\":1,\"id\":\"%s\",\"command\":\"EchoTest\"}",
             uuid_write(&fresh, id));
    char *reply = wire_call(&wire, line, 2000);
    bool answers = reply_has(reply, "\"ok\":true");
    free(reply);
    wire_close(&wire);
    return answers;
}

void world_await(struct world *world)
{
    wait_until(world_answers, world, WORLD_DEADLINE_MS, "the bank answers");
}

void world_start(struct world *world)
{
    world_spawn(world);
    world_await(world);
}

int world_run(struct world *world, const char *const *words)
{
    struct process process;
    const char *argv[16] = { world_bank() };
    for (size_t i = 0; words[i] != NULL; i++)
        argv[i + 1] = words[i];
    int status = process_run(&process, world->directory, argv, WORLD_DEADLINE_MS);
    if (status != 0) { /* as a comment, whatever its lines begin with */
        char *out = process_read_file(process.out), *err = process_read_file(process.err);
        for (char *line = strtok(out, "\n"); line != NULL; line = strtok(NULL, "\n"))
            printf("# bank %s: %s\n", words[0], line);
        printf("# bank %s: %s\n", words[0], err);
        free(out);
        free(err);
    }
    return status;
}

pid_t world_postmaster(const struct world *world)
{
    char path[HOME_PATH_SIZE];
    long pid = 0;
    home_path(&world->home, path, sizeof path, "pg/data/postmaster.pid");
    FILE *file = fopen(path, "re");
    if (file != NULL) {
        if (fscanf(file, "%ld", &pid) != 1)
            pid = 0;
        fclose(file);
    }
    return (pid_t)pid;
}

/* ---- wires ---- */

bool wire_open(struct wire *wire, const struct world *world, const char *socket_name)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct error error;
    wire->length = 0;
    wire->file = -1;
    wire->signs = false;
    if (!home_socket_path(&world->home, address.sun_path, socket_name, &error))
        return false;
    wire->file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (wire->file >= 0 && connect(wire->file, (struct sockaddr *)&address, sizeof address) == 0)
        return true;
    wire_close(wire);
    return false;
}

void wire_close(struct wire *wire)
{
    if (wire->file >= 0)
        close(wire->file);
    wire->file = -1;
}

bool wire_send(struct wire *wire, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t step = send(wire->file, bytes, length, MSG_NOSIGNAL);
        if (step < 0 && errno == EINTR)
            continue;
        if (step <= 0)
            return false;
        bytes += step;
        length -= (size_t)step;
    }
    return true;
}

static char *wire_take(struct wire *wire)
{
    char *end = memchr(wire->in, '\n', wire->length);
    if (end == NULL)
        return NULL;
    size_t length = (size_t)(end - wire->in);
    char *line = strndup(wire->in, length);
    wire->length -= length + 1;
    memmove(wire->in, end + 1, wire->length);
    return line;
}

char *wire_line(struct wire *wire, int deadline_ms)
{
    int64_t deadline = world_now_ms() + deadline_ms;
    for (;;) {
        char *line = wire_take(wire);
        if (line != NULL || wire->file < 0)
            return line;
        struct pollfd readable = { .fd = wire->file, .events = POLLIN };
        int64_t left = deadline - world_now_ms();
        if (left <= 0 || poll(&readable, 1, (int)left) == 0)
            return NULL;
        ssize_t step =
            recv(wire->file, wire->in + wire->length, sizeof wire->in - wire->length, MSG_DONTWAIT);
        if (step > 0)
            wire->length += (size_t)step;
        else if (step == 0 || (errno != EINTR && errno != EAGAIN))
            wire_close(wire);
    }
}

bool wire_say(struct wire *wire, const char *line)
{
    char whole[4096];
    size_t length = strlen(line);
    bool object =
        length > 1 && line[length - 1] == '}' && length + WIRE_SIGNATURE_LENGTH < sizeof whole;
    if (!wire->signs || !object || strstr(line, "\"mac\":") != NULL)
        return wire_send(wire, line, length) && wire_send(wire, "\n", 1);
    memcpy(whole, line, length);
    length = wire_sign(&wire->keys.request, whole, length);
    whole[length++] = '\n';
    return wire_send(wire, whole, length);
}

char *wire_call(struct wire *wire, const char *line, int deadline_ms)
{
    if (!wire_say(wire, line)) {
        wire_close(wire);
        return NULL;
    }
    return wire_line(wire, deadline_ms);
}

bool wire_sign_on(struct wire *wire, const struct world *world, const struct uuid *teller)
{
    char path[HOME_PATH_SIZE], id_text[UUID_TEXT_LENGTH], teller_text[UUID_TEXT_LENGTH], line[400];
    struct uuid id = uuid_make();
    struct pin_key key;
    struct error error;
    home_path(&world->home, path, sizeof path, "keys/terminal-%s.key",
              uuid_write(teller, teller_text));
    if (!pin_key_load(path, &key, &error))
        return false;
    wire_keys_derive(&key, teller, &wire->keys);
    wire->signs = true;
    snprintf(line, sizeof line,
             "{\"v\":1,\"id\":\"%s\",\"command\":\"SignOn\",\"teller_id\":\"%s\"}",
             uuid_write(&id, id_text), teller_text);
    char *reply = wire_call(wire, line, 5000);
    bool signed_on =
        reply_has(reply, "\"ok\":true") && wire_signed(&wire->keys.reply, reply, strlen(reply));
    free(reply);
    return signed_on;
}

bool reply_has(const char *reply, const char *part)
{
    return reply != NULL && strstr(reply, part) != NULL;
}

/* ---- accounts and machines ---- */

bool world_pin_block(const struct world *world, const char *key_name, const char *request_id,
                     const char *card, const char *pin, char text[static 2 * PIN_BLOCK_LENGTH + 1])
{
    char path[HOME_PATH_SIZE];
    unsigned char random[8], block[PIN_BLOCK_LENGTH];
    struct pin_key key, once;
    struct uuid id;
    struct error error;
    home_path(&world->home, path, sizeof path, "keys/%s.key", key_name);
    if (getrandom(random, sizeof random, 0) != sizeof random || !pin_key_load(path, &key, &error) ||
        !uuid_read(request_id, strlen(request_id), &id))
        return false;
    wire_pin_key(&key, &id, &once);
    if (!pin_block_encode(&once, card, pin, random, block))
        return false;
    hex_encode(block, sizeof block, text);
    return true;
}

/* An operator's command that has to succeed; fields begin with a comma. */
static void world_order_as(struct world *world, const char *id, const char *command,
                           const char *fields)
{
    static struct wire wire;
    char line[1000];
    snprintf(line, sizeof line, "{\"v\":1,\"id\":\"%s\",\"command\":\"%s\"%s}", id, command,
             fields);
    char *reply =
        wire_open(&wire, world, "operator.sock") ? wire_call(&wire, line, WORLD_DEADLINE_MS) : NULL;
    if (!reply_has(reply, "\"ok\":true"))
        check_fail("%s: %s", command, reply != NULL ? reply : "no reply");
    free(reply);
    wire_close(&wire);
}

static void world_order(struct world *world, const char *command, const char *fields)
{
    char id[UUID_TEXT_LENGTH];
    struct uuid fresh = uuid_make();
    world_order_as(world, uuid_write(&fresh, id), command, fields);
}

void world_open_account(struct world *world, int64_t amount, char card[static WORLD_CARD])
{
    static int count;
    char fields[400], account[UUID_TEXT_LENGTH], issue[UUID_TEXT_LENGTH],
        block[2 * PIN_BLOCK_LENGTH + 1];
    struct uuid id = uuid_make(), issue_id = uuid_make();
    uuid_write(&id, account);
    snprintf(card, WORLD_CARD, "400000%09d", ++count);
    card[15] = pan_check_digit(card);
    card[16] = '\0';
    if (!world_pin_block(world, "pin-entry", uuid_write(&issue_id, issue), card, "1234", block))
        check_fail("no PIN block can be made: is there a key pin-entry?");
    snprintf(fields, sizeof fields, ",\"owner\":\"Peter\",\"account_id\":\"%s\",\"daily_limit\":0",
             account);
    world_order(world, "OpenAccount", fields);
    snprintf(fields, sizeof fields, ",\"account_id\":\"%s\",\"amount\":%lld", account,
             (long long)amount);
    world_order(world, "DepositMoney", fields);
    snprintf(fields, sizeof fields, ",\"account_id\":\"%s\",\"card\":\"%s\",\"pin_block\":\"%s\"",
             account, card, block);
    world_order_as(world, issue, "IssueCard", fields);
}

void world_provision(struct world *world, const struct uuid *teller, int count)
{
    char fields[400], text[UUID_TEXT_LENGTH];
    snprintf(fields, sizeof fields,
             ",\"teller_id\":\"%s\",\"cassettes\":[{\"denomination\":5000,\"count\":%d},{"
             "\"denomination\":2000,"
             "\"count\":%d},{\"denomination\":1000,\"count\":%d}]",
             uuid_write(teller, text), count, count, count);
    world_order(world, "ProvisionTeller", fields);
}
