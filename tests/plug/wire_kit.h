/* SPDX-License-Identifier: MIT */
/*
 * A real bank on its real sockets, two tellers, a card, and what is said to the
 * bank by hand: lines with ids of their own, and the reply that is expected.
 * Included by one test program each; it is all static.
 */
#ifndef TESTS_PLUG_WIRE_KIT_H
#define TESTS_PLUG_WIRE_KIT_H

#include "tests/support/check.h"
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPLY_MS = 10000 };

static struct world world;
static struct uuid teller, other_teller;
static char teller_text[UUID_TEXT_LENGTH], other_text[UUID_TEXT_LENGTH];
static char card[WORLD_CARD], key_name[80];
static struct wire wire, second;

static inline int begin(void **state)
{
    (void)state;
    world_create(&world, false);
    world_start(&world);
    teller = uuid_make();
    other_teller = uuid_make();
    uuid_write(&teller, teller_text);
    uuid_write(&other_teller, other_text);
    world_provision(&world, &teller, 1000);
    world_provision(&world, &other_teller, 1000);
    world_open_account(&world, 10000000, card);
    snprintf(key_name, sizeof key_name, "terminal-%s", teller_text);
    return 0;
}

static int end(void **state)
{
    (void)state;
    assert_int_equal(world_run(&world, (const char *const[]){ "verify", NULL }), 0);
    world_destroy(&world);
    return 0;
}

static void open_wire(struct wire *to, const char *socket_name)
{
    if (!wire_open(to, &world, socket_name))
        check_fail("nobody listens on %s", socket_name);
}

static void open_signed_on(void)
{
    open_wire(&wire, "atm.sock");
    if (!wire_sign_on(&wire, &world, &teller))
        check_fail("the sign-on was refused");
}

static char *fresh_id(void)
{
    static char text[UUID_TEXT_LENGTH];
    struct uuid id = uuid_make();
    return uuid_write(&id, text);
}

#define REQUEST "{\"v\":1,\"id\":\"${id}\",\"command\":"
#define WITHDRAW                                                                                   \
    REQUEST "\"InitiateWithdrawal\",\"teller_id\":\"${teller}\",\"card\":\"${card}\",\"pin_"       \
            "block\":\"${pin}"                                                                     \
            "\""

/* The PIN block of a request for the card. */
static char *pin_block_of(const char *id, const char *pin)
{
    static char block[2 * PIN_BLOCK_LENGTH + 1];
    if (!world_pin_block(&world, key_name, id, card, pin, block))
        check_fail("no PIN block can be made: is there a key %s?", key_name);
    return block;
}

/* ${id}, ${teller}, ${other}, ${card} and ${pin} are filled in. */
static const char *filled(const char *pattern)
{
    static char line[4096];
    const char *id = fresh_id();
    const struct {
        const char *name, *value;
    } values[] = { { "${id}", id },
                   { "${teller}", teller_text },
                   { "${other}", other_text },
                   { "${card}", card },
                   { "${pin}",
                     strstr(pattern, "${pin}") != NULL ? pin_block_of(id, "1234") : "" } };
    size_t used = 0;
    while (*pattern != '\0' && used < sizeof line - 1) {
        size_t i = 0;
        while (i < 5 && strncmp(pattern, values[i].name, strlen(values[i].name)) != 0)
            i++;
        if (i == 5) {
            line[used++] = *pattern++;
            continue;
        }
        used += (size_t)snprintf(line + used, sizeof line - used, "%s", values[i].value);
        pattern += strlen(values[i].name);
    }
    line[used] = '\0';
    return line;
}

static void expect_reply(char *reply, const char *part, const char *to)
{
    if (!reply_has(reply, part))
        check_fail("%.200s was answered with %.300s, not %s", to, reply != NULL ? reply : "nothing",
                   part);
    free(reply);
}

static void expect_served(struct wire *to)
{
    expect_reply(
        wire_call(to, filled("{\"v\":1,\"id\":\"${id}\",\"command\":\"EchoTest\"}"), REPLY_MS),
        "\"ok\":true", "EchoTest");
}

/* The same from somebody who has just come. */
static inline void expect_others_served(void)
{
    open_wire(&second, "atm.sock");
    expect_served(&second);
    wire_close(&second);
}

static inline int64_t last_position(void)
{
    return database_number(&world.database, "SELECT coalesce(max(position), 0) FROM esbank.events");
}

#endif
