/* SPDX-License-Identifier: MIT */
/*
 * Terminals that withdraw over the wire whatever happens to the bank, each of
 * them a child process. A request is sent again under its id until it is
 * answered: to the bank that serves now, which with a second one standing by
 * is found by trying. What has to hold at the end:
 *
 *   1. replies for one id are the same byte for byte, however often it is sent,
 *      before and after every crash
 *   2. every withdrawal reaches one end, the one its terminal knows of
 *   3. every note is where the terminal counted it
 *   4. bank verify finds nothing
 *
 * What children say to the test is in shared memory: their progress, their
 * notes, and why they gave up.
 *
 * Order of calls: world_create(&world), world_start, terminals_open; place[1]
 * where there is a second bank; terminals_begin, blows, terminals_end.
 *
 * PLUG_SEED repeats a run's choices; the moments are the machine's own.
 */
#ifndef TESTS_PLUG_TERMINALS_H
#define TESTS_PLUG_TERMINALS_H

#include "shared/json.h"
#include "tests/support/check.h"
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    TERMINALS = 3,
    CARDS = 5,
    MEMORY_MAX = 4000, /* requests a terminal makes at most */
    LOADED = 4000,     /* notes of each denomination */
    REPLY_MS = 4000,
    PATIENCE_MS = 60000, /* for one request to be answered, through crashes */
};

static const int denominations[] = { 5000, 2000, 1000 };
enum { DENOMINATIONS = 3 };

enum stage { STAGE_WORK, STAGE_FINISH, STAGE_REPLAY };

struct terminal {
    struct uuid teller;
    int withdrawals, completed, reversed, suspect, declined, given_up, resent, replayed;
    int gone[DENOMINATIONS]; /* notes that left the cassettes for good: taken, rejected, retracted
                              */
    int lost[DENOMINATIONS]; /* nobody knows where */
    char trouble[400];       /* why it gave up; empty: it did not */
};

struct shared {
    volatile int stage;
    volatile int answered; /* requests, by all terminals */
    volatile int waiting;  /* terminals that are done with a stage */
    char card[CARDS][WORLD_CARD];
    struct terminal terminal[TERMINALS];
};

static struct shared *shared;
static struct world world;
static struct world *place[2] = { &world,
                                  NULL }; /* the banks on one database, the second one or none */
static struct world *serves = &world;     /* of these, the one that should */
static unsigned int seed;

/* ---- a terminal, in its own process ---- */

static struct terminal *me;
static struct wire wire = { .file = -1 };
static int pace_ms; /* how long a customer takes at most; 0: no time at all */
static int here;    /* the place that is asked now */
static uint64_t dice;
static char key_name[80];

static struct memory {
    char *line, *reply;
} memory[MEMORY_MAX];
static int memory_count;

static uint32_t roll(uint32_t sides)
{
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return (uint32_t)(dice >> 33) % sides;
}

static void pause_ms(int ms)
{
    poll(NULL, 0, ms);
}

__attribute__((format(printf, 1, 2), noreturn)) static void give_up(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(me->trouble, sizeof me->trouble, format, arguments);
    va_end(arguments);
    _exit(1);
}

static bool connected(void)
{
    if (wire.file >= 0)
        return true;
    if (wire_open(&wire, place[here], "atm.sock") && wire_sign_on(&wire, place[here], &me->teller))
        return true;
    wire_close(&wire);
    return false;
}

static void go_elsewhere(void)
{
    if (place[1] == NULL)
        return;
    wire_close(&wire);
    here = !here;
}

/* Nothing was decided: the same request may be sent again. */
static bool undecided(const char *reply)
{
    return reply == NULL || reply_has(reply, "\"bank_unavailable\"") ||
           reply_has(reply, "\"not_signed_on\"");
}

/* Sends until it is answered. */
static char *ask(const char *line)
{
    int64_t deadline = world_now_ms() + PATIENCE_MS;
    for (;;) {
        char *reply = connected() ? wire_call(&wire, line, REPLY_MS) : NULL;
        if (!undecided(reply))
            return reply;
        if (reply == NULL || reply_has(reply, "\"not_signed_on\""))
            wire_close(&wire);
        free(reply);
        go_elsewhere();
        if (world_now_ms() > deadline)
            give_up("no answer for %d s to %.200s", PATIENCE_MS / 1000, line);
        pause_ms(5);
    }
}

static void compare(const char *line, const char *first, char *again)
{
    if (strcmp(first, again) != 0)
        give_up("two replies to %.60s: %.140s and %.140s", line, first, again);
    free(again);
}

/* As ask; remembers both, and now and then asks twice. */
static const char *ask_and_keep(const char *line)
{
    if (memory_count == MEMORY_MAX)
        give_up("more than %d requests", MEMORY_MAX);
    struct memory *kept = &memory[memory_count++];
    kept->line = strdup(line);
    kept->reply = ask(line);
    if (reply_has(kept->reply, "\"system_error\"") || reply_has(kept->reply, "\"invalid_"))
        give_up("%.100s was answered with %.250s", line, kept->reply);
    __sync_fetch_and_add(&shared->answered, 1);
    if (roll(3) == 0) {
        char repeated[1000];
        snprintf(repeated, sizeof repeated, "%.*s,\"repeat\":true}", (int)strlen(line) - 1, line);
        compare(line, kept->reply, ask(repeated));
        me->resent++;
    }
    return kept->reply;
}

static void advise(const char *withdrawal, const char *fields, const char *state)
{
    char line[800], id_text[UUID_TEXT_LENGTH], teller[UUID_TEXT_LENGTH], wanted[60];
    struct uuid id = uuid_make();
    snprintf(line, sizeof line,
             "{\"v\":1,\"id\":\"%s\",\"command\":\"ConfirmDispense\",\"teller_id\":\"%s\","
             "\"withdrawal_id\":"
             "\"%s\",%s}",
             uuid_write(&id, id_text), uuid_write(&me->teller, teller), withdrawal, fields);
    const char *reply = ask_and_keep(line);
    snprintf(wanted, sizeof wanted, "\"state\":\"%s\"", state);
    if (!reply_has(reply, wanted))
        give_up("%.60s was answered with %.200s, not %s", fields, reply, state);
}

static bool notes_of_reply(const char *reply, struct notes *notes)
{
    struct error error;
    struct json *json = json_parse(reply, strlen(reply), &error);
    bool read = json_notes(json_get(json, "notes"), notes);
    json_destroy(json);
    return read;
}

static const char *notes_field(const char *name, const struct notes *notes, char buffer[static 300])
{
    int length = snprintf(buffer, 300, "\"%s\":[", name);
    for (uint32_t i = 0; i < notes->length; i++)
        length += snprintf(buffer + length, (size_t)(300 - length),
                           "%s{\"denomination\":%d,\"count\":%d}", i > 0 ? "," : "",
                           notes->item[i].denomination, notes->item[i].count);
    snprintf(buffer + length, (size_t)(300 - length), "]");
    return buffer;
}

static void count(int to[static DENOMINATIONS], const struct notes *notes)
{
    for (int i = 0; i < DENOMINATIONS; i++)
        to[i] += notes_of(notes, denominations[i]);
}

/* Moves the notes, one way or another, and tells the bank. */
static void dispense(const char *withdrawal, const struct notes *notes)
{
    char taken[300], other[300], fields[640];
    uint32_t fate = roll(100);
    if (fate < 66) {
        count(me->gone, notes);
        snprintf(fields, sizeof fields, "\"outcome\":\"dispensed\",%s",
                 notes_field("taken", notes, taken));
        advise(withdrawal, fields, "completed");
        me->completed++;
    } else if (fate < 76) { /* nothing left the cassettes */
        advise(withdrawal, "\"outcome\":\"not_dispensed\",\"reason\":\"jam\"", "reversed");
        me->reversed++;
    } else if (fate < 84) { /* one note came out, the others jammed */
        struct notes one = { 1, { { notes->item[0].denomination, 1 } } }, rest = *notes;
        notes_take_all(&rest, &one);
        count(me->gone, notes);
        snprintf(fields, sizeof fields, "\"outcome\":\"dispensed\",%s,%s",
                 notes_field("taken", &one, taken), notes_field("rejected", &rest, other));
        advise(withdrawal, fields, "completed");
        me->completed++;
    } else if (fate < 92) {
        count(me->gone, notes);
        snprintf(fields, sizeof fields, "\"outcome\":\"retracted\",%s",
                 notes_field("retracted", notes, taken));
        advise(withdrawal, fields, "suspect");
        me->suspect++;
    } else {
        count(me->lost, notes);
        advise(withdrawal, "\"outcome\":\"unknown\"", "suspect");
        me->suspect++;
    }
}

/* Sends the request, does not wait, reverses; what the bank says to the request afterwards is not
 * dispensed.
 */
static void lose_patience(const char *line, const char *withdrawal)
{
    char fields[] = "\"outcome\":\"not_dispensed\",\"reason\":\"timeout\"";
    char advice[600], id_text[UUID_TEXT_LENGTH], teller[UUID_TEXT_LENGTH];
    struct uuid id = uuid_make();
    if (connected())
        wire_say(&wire, line);
    wire_close(&wire);
    snprintf(advice, sizeof advice,
             "{\"v\":1,\"id\":\"%s\",\"command\":\"ConfirmDispense\",\"teller_id\":\"%s\","
             "\"withdrawal_id\":"
             "\"%s\",%s}",
             uuid_write(&id, id_text), uuid_write(&me->teller, teller), withdrawal, fields);
    const char *reply = ask_and_keep(advice);
    bool reversed = reply_has(reply, "\"state\":\"reversed\"");
    if (!reversed && !reply_has(reply, "\"state\":\"declined\""))
        give_up("a reversal was answered with %.250s", reply);
    const char *late = ask_and_keep(line);
    if (reply_has(late, "\"ok\":true") != reversed)
        give_up("%.100s, but its late original: %.250s", reply, late);
    *(reversed ? &me->reversed : &me->declined) += 1;
    me->given_up++;
}

static void withdraw(void)
{
    static const int amounts[] = { 2000, 5000, 7000, 12000, 31000 };
    char line[800], id_text[UUID_TEXT_LENGTH], teller[UUID_TEXT_LENGTH],
        block[2 * PIN_BLOCK_LENGTH + 1];
    const char *card = shared->card[roll(CARDS)];
    struct uuid id = uuid_make();
    struct notes notes;
    if (!world_pin_block(&world, key_name, uuid_write(&id, id_text), card, "1234", block))
        give_up("no PIN block");
    snprintf(line, sizeof line,
             "{\"v\":1,\"id\":\"%s\",\"command\":\"InitiateWithdrawal\",\"teller_id\":\"%s\","
             "\"card\":\"%s\","
             "\"pin_block\":\"%s\",\"amount\":%d}",
             id_text, uuid_write(&me->teller, teller), card, block, amounts[roll(5)]);
    me->withdrawals++;
    if (roll(10) == 0) {
        lose_patience(line, id_text);
        return;
    }
    const char *reply = ask_and_keep(line);
    if (reply_has(reply, "\"insufficient_funds\"")) {
        me->declined++;
    } else if (!reply_has(reply, "\"ok\":true") || !notes_of_reply(reply, &notes)) {
        give_up("a withdrawal was answered with %.300s", reply);
    } else {
        dispense(id_text, &notes);
    }
}

static _Noreturn void terminal_run(int number)
{
    me = &shared->terminal[number];
    char teller[UUID_TEXT_LENGTH];
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dice = (uint64_t)seed * 1000003 + (uint64_t)number * 7919 + 1;
    snprintf(key_name, sizeof key_name, "terminal-%s", uuid_write(&me->teller, teller));
    while (shared->stage == STAGE_WORK && memory_count < MEMORY_MAX - 4) {
        withdraw();
        if (pace_ms > 0)
            pause_ms((int)roll((uint32_t)pace_ms));
    }
    __sync_fetch_and_add(&shared->waiting, 1);
    while (shared->stage != STAGE_REPLAY)
        pause_ms(5);
    wire_close(&wire);
    for (int i = 0; i < memory_count; i++) {
        compare(memory[i].line, memory[i].reply, ask(memory[i].line));
        me->replayed++;
    }
    __sync_fetch_and_add(&shared->waiting, 1);
    _exit(0);
}

/* ---- what the test sees of them ---- */

static pid_t child[TERMINALS];

/* A terminal that gave up fails the test with its reason, and what the bank had to say about it. */
static void check_children(void)
{
    static char last_words[1200];
    for (int i = 0; i < TERMINALS; i++) {
        int status;
        if (child[i] == 0 || waitpid(child[i], &status, WNOHANG) == 0)
            continue;
        child[i] = 0;
        if (status == 0)
            continue;
        char *log = process_read_file(serves->bank.err);
        size_t length = strlen(log);
        snprintf(last_words, sizeof last_words, "%s", length > 1000 ? log + length - 1000 : log);
        free(log);
        check_fail("terminal %d (seed %u): %s\nthe bank: %s", i, seed, shared->terminal[i].trouble,
                   last_words);
    }
}

static bool all_wait(void *unused)
{
    (void)unused;
    check_children();
    return shared->waiting == TERMINALS;
}

static int replayed_by_all(void)
{
    int count = 0;
    for (int i = 0; i < TERMINALS; i++)
        count += shared->terminal[i].replayed;
    return count;
}

static bool models_are_there(void *unused __attribute__((unused)))
{
    return database_is(&world.database,
                       "SELECT max(lag) = 0 FROM esbank.lag WHERE kind = 'projection'");
}

static bool more_replayed(void *before)
{
    return all_wait(NULL) || replayed_by_all() > *(int *)before;
}

static bool progress_made(void *wanted)
{
    check_children();
    if (process_ended(&serves->bank)) {
        char *log = process_read_file(serves->bank.err);
        check_fail("seed %u: the bank ended by itself with %d: %.800s", seed, serves->bank.status,
                   log);
    }
    return shared->answered >= *(int *)wanted;
}

static void ask_is(const char *sql, const char *wanted)
{
    char *answer = database_ask(&world.database, sql);
    if (strcmp(answer, wanted) != 0)
        check_fail("seed %u: %s says %s, not %s", seed, sql, answer, wanted);
    free(answer);
}

/* Each terminal's notes, from the events alone, and its withdrawals' ends. */
static void check_terminal(int number)
{
    const struct terminal *terminal = &shared->terminal[number];
    char sql[1600], wanted[100], teller[UUID_TEXT_LENGTH];
    uuid_write(&terminal->teller, teller);
    for (int i = 0; i < DENOMINATIONS; i++) {
        snprintf(
            sql, sizeof sql,
            "SELECT coalesce(sum((note->>'count')::int), 0) FROM esbank.events, (VALUES ('taken'), "
            "('rejected'), ('retracted')) AS place (name), json_array_elements(data->name) AS note "
            "WHERE stream_id = 'teller-%s' AND (note->>'denomination')::int = %d AND event_type IN "
            "('Teller.CashDispensed', 'Teller.DispenseFailed', 'Teller.WithdrawalSuspected')",
            teller, denominations[i]);
        snprintf(wanted, sizeof wanted, "%d", terminal->gone[i]);
        ask_is(sql, wanted);
    }
    snprintf(
        sql, sizeof sql,
        "SELECT count(*) FILTER (WHERE state = 'completed') || ',' || count(*) FILTER (WHERE state "
        "= "
        "'reversed') || ',' || count(*) FILTER (WHERE state = 'suspect') || ',' || count(*) FILTER "
        "(WHERE "
        "state = 'declined') || ',' || count(*) FROM esbank.withdrawals WHERE teller_id = '%s'",
        teller);
    snprintf(wanted, sizeof wanted, "%d,%d,%d,%d,%d", terminal->completed, terminal->reversed,
             terminal->suspect, terminal->declined, terminal->withdrawals);
    ask_is(sql, wanted);
}

static void check_log(void)
{
    ask_is("SELECT count(*) = max(position) FROM esbank.events", "t");
    ask_is("SELECT count(*) FROM (SELECT FROM esbank.events WHERE event_type = "
           "'Accounts.MoneyWithdrawn' "
           "GROUP BY "
           "correlation_id HAVING count(*) > 1) AS twice",
           "0");
    ask_is("SELECT count(*) FROM (SELECT FROM esbank.events WHERE event_type IN "
           "('Teller.CashDispensed', "
           "'Teller.DispenseFailed', 'Teller.WithdrawalDeclined', 'Teller.WithdrawalSuspected') "
           "GROUP BY "
           "correlation_id HAVING count(*) > 1) AS two_ends",
           "0");
    assert_int_equal(world_run(&world, (const char *const[]){ "verify", NULL }), 0);
}

/* Accounts, cards and machines, in the bank that runs in the world. */
static void terminals_open(void)
{
    const char *given = getenv("PLUG_SEED");
    seed = given != NULL ? (unsigned int)strtoul(given, NULL, 10) : (unsigned int)time(NULL);
    dice = seed * UINT64_C(2654435761) + 1;
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(shared != MAP_FAILED);
    for (int i = 0; i < CARDS; i++)
        world_open_account(&world, i == 0 ? 100000 : 100000000, shared->card[i]);
    for (int i = 0; i < TERMINALS; i++) {
        shared->terminal[i].teller = uuid_make();
        world_provision(&world, &shared->terminal[i].teller, LOADED);
    }
}

static void terminals_begin(void)
{
    fflush(NULL);
    for (int i = 0; i < TERMINALS; i++)
        if ((child[i] = fork()) == 0)
            terminal_run(i);
}

/* Some more requests have been answered; all terminals are served again after a blow. */
static void terminals_await(int more, const char *what)
{
    int wanted = shared->answered + more;
    wait_until(progress_made, &wanted, WORLD_DEADLINE_MS, what);
}

/* Every terminal ends what it began; then a bank that has just started answers every request once
 * more. */
static void terminals_end(void)
{
    int withdrawals = 0, resent = 0, replayed = 0;
    shared->stage = STAGE_FINISH;
    wait_until(all_wait, NULL, WORLD_DEADLINE_MS, "every terminal is done with what it began");
    process_stop(&serves->bank, SIGKILL, WORLD_DEADLINE_MS);
    world_start(serves);
    shared->waiting = 0;
    shared->stage = STAGE_REPLAY;
    while (!all_wait(NULL)) { /* however many there are, on however slow a machine */
        int before = replayed_by_all();
        wait_until(more_replayed, &before, WORLD_DEADLINE_MS, "one more request is answered again");
    }
    wait_until(models_are_there, NULL, WORLD_DEADLINE_MS, "the read models have it all");
    for (int i = 0; i < TERMINALS; i++) {
        check_terminal(i);
        withdrawals += shared->terminal[i].withdrawals;
        resent += shared->terminal[i].resent;
        replayed += shared->terminal[i].replayed;
    }
    check_log();
    printf("# seed %u: %d withdrawals, %d requests; replies compared: %d at once, %d at the end\n",
           seed, withdrawals, replayed, resent, replayed);
}

#endif
