/* SPDX-License-Identifier: MIT */
/*
 * A bank of a few lines for the tests of the link and the machine: listens on
 * a socket, hands over the requests line by line, says what the test tells it.
 * Nothing here blocks; bank_request pumps the terminal's side meanwhile.
 */
#ifndef TESTS_ATM_FAKE_BANK_H
#define TESTS_ATM_FAKE_BANK_H

#include "shared/hex.h"
#include "shared/json.h"
#include "shared/wire.h"
#include "tests/support/check.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define FAKE __attribute__((unused)) static

#define FAKE_KEY "00112233445566778899aabbccddeeff"

enum { FAKE_DEADLINE_MS = 10000 };

struct fake_bank {
    char path[108];
    int listener, client; /* -1: none */
    char in[65536];
    size_t length;
    char line[8192]; /* the last request */
    char id[UUID_TEXT_LENGTH];
    int sign_ons;
    bool forges;        /* its replies have no mac */
    bool stands;        /* it does not answer an echo test */
    int echoes;         /* asked for */
    char journal[60];   /* a member of its sign-on's reply, with a comma before it; empty: none */
    void (*pump)(void); /* lets the terminal go on a little */
};

FAKE int64_t fake_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

FAKE void bank_open(struct fake_bank *bank, const char *home, void (*pump)(void))
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    *bank = (struct fake_bank){ .client = -1, .pump = pump };
    snprintf(bank->path, sizeof bank->path, "%s/atm.sock", home);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", bank->path);
    bank->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (bank->listener < 0 ||
        bind(bank->listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(bank->listener, 4) != 0)
        check_fail("the fake bank cannot listen: %s", strerror(errno));
}

FAKE void bank_drop(struct fake_bank *bank)
{
    if (bank->client >= 0)
        close(bank->client);
    bank->client = -1;
    bank->length = 0;
}

FAKE void bank_close(struct fake_bank *bank)
{
    bank_drop(bank);
    close(bank->listener);
    unlink(bank->path);
}

/* The keys of the default teller's messages under the key that bank_key writes. */
FAKE struct wire_keys fake_keys(void)
{
    struct pin_key key;
    struct uuid teller;
    struct wire_keys keys;
    hex_decode(FAKE_KEY, 2 * PIN_KEY_LENGTH, key.bytes);
    uuid_read(DEFAULT_TELLER_ID, UUID_TEXT_LENGTH - 1, &teller);
    wire_keys_derive(&key, &teller, &keys);
    return keys;
}

FAKE bool bank_read_line(struct fake_bank *bank)
{
    if (bank->client < 0)
        bank->client = accept4(bank->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (bank->client < 0)
        return false;
    ssize_t step = read(bank->client, bank->in + bank->length, sizeof bank->in - bank->length);
    if (step > 0)
        bank->length += (size_t)step;
    else if (step == 0)
        bank_drop(bank);
    char *end = memchr(bank->in, '\n', bank->length);
    if (end == NULL)
        return false;
    size_t length = (size_t)(end - bank->in);
    struct wire_keys keys = fake_keys();
    const bool echo = memmem(bank->in, length, "EchoTest", 8) != NULL;
    if (!echo && !wire_signed(&keys.request, bank->in, length))
        check_fail("the terminal's line \"%.*s\" does not have its mac", (int)length, bank->in);
    snprintf(bank->line, sizeof bank->line, "%.*s", (int)length, bank->in);
    bank->length -= length + 1;
    memmove(bank->in, end + 1, bank->length);
    const char *id = strstr(bank->line, "\"id\":\"");
    if (echo) { /* as the bank does: without a mac, and nothing else sees it */
        char reply[100];
        const int said =
            snprintf(reply, sizeof reply,
                     "{\"v\":1,\"id\":\"%.36s\",\"ok\":true,\"code\":\"00\"}\n", id + 6);
        bank->echoes++;
        if (!bank->stands && write(bank->client, reply, (size_t)said) != said)
            check_fail("the fake bank cannot speak");
        return false;
    }
    snprintf(bank->id, sizeof bank->id, "%.36s", id != NULL ? id + 6 : "");
    return true;
}

/* Says a line; id NULL: the last request's. fields begin with a comma, or are empty. */
FAKE void bank_say(struct fake_bank *bank, const char *id, bool ok, const char *fields)
{
    char line[8192];
    struct wire_keys keys = fake_keys();
    int object =
        snprintf(line, sizeof line, "{\"v\":1,\"id\":\"%s\",\"ok\":%s,\"code\":\"%s\"%s}",
                 id != NULL ? id : bank->id, ok ? "true" : "false", ok ? "00" : "96", fields);
    size_t length = bank->forges ? (size_t)object : wire_sign(&keys.reply, line, (size_t)object);
    line[length++] = '\n';
    if (write(bank->client, line, length) != (ssize_t)length)
        check_fail("the fake bank cannot speak");
}

FAKE void bank_sign_on(struct fake_bank *bank)
{
    bank->sign_ons++;
    char fields[400];
    snprintf(fields, sizeof fields,
             ",\"business_day\":\"2026-11-24\",\"cassettes\":[{\"denomination\":5000,\"count\":10},"
             "{\"denomination\":2000,\"count\":10}],\"note_limit\":40,\"currency\":\"EUR\","
             "\"agrees\":true%s",
             bank->journal);
    bank_say(bank, NULL, true, fields);
}

/* Waits for a request of that command; sign-ons in between are accepted. */
FAKE void bank_request(struct fake_bank *bank, const char *command)
{
    char wanted[64];
    int64_t deadline = fake_now_ms() + FAKE_DEADLINE_MS;
    snprintf(wanted, sizeof wanted, "\"command\":\"%s\"", command);
    for (;;) {
        bank->pump();
        if (!bank_read_line(bank)) {
            struct pollfd polls[2] = { { .fd = bank->listener, .events = POLLIN },
                                       { .fd = bank->client, .events = POLLIN } };
            poll(polls, 2, 5);
            if (fake_now_ms() > deadline)
                check_fail("the terminal sent no %s", command);
            continue;
        }
        if (strstr(bank->line, wanted) != NULL)
            return;
        if (strstr(bank->line, "\"command\":\"SignOn\"") == NULL)
            check_fail("the terminal sent \"%s\", not %s", bank->line, command);
        bank_sign_on(bank);
    }
}

/* Pumps until the condition holds; the sign-ons in between are accepted. */
FAKE void bank_until(struct fake_bank *bank, bool (*condition)(void), const char *what)
{
    int64_t deadline = fake_now_ms() + FAKE_DEADLINE_MS;
    while (bank->pump(), !condition()) {
        struct pollfd polls[2] = { { .fd = bank->listener, .events = POLLIN },
                                   { .fd = bank->client, .events = POLLIN } };
        if (bank_read_line(bank) && strstr(bank->line, "\"SignOn\"") != NULL)
            bank_sign_on(bank);
        else
            poll(polls, 2, 5);
        if (fake_now_ms() > deadline)
            check_fail("it does not come true that %s", what);
    }
}

/* A terminal key for the default teller in that home. */
FAKE void bank_key(const char *home)
{
    char path[200];
    snprintf(path, sizeof path, "%s/key", home);
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (file < 0 || write(file, FAKE_KEY "\n", 33) != 33)
        check_fail("the key cannot be written");
    close(file);
}

#endif
