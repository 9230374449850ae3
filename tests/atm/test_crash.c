/* SPDX-License-Identifier: MIT */
/*
 * The machine is killed at each durable call of a withdrawal and a deposit, and
 * each recovery from that at each of its own, with and without the loss of what
 * was not flushed. Then it is started once more, tells its bank what it owes,
 * and the outcome that the bank has heard is the truth about the notes, once,
 * and the devices' own counters agree with it.
 *
 * All of the first order, and of the second a sample; ALL=1: all of it. SEED=N
 * draws another sample.
 */
#include "atm/machine/machine.h"

#include "atm/texts/texts.h"
#include "tests/atm/crash.h"
#include "tests/atm/fake_bank.h"
#include "tests/support/scratch.h"

#include <dirent.h>
#include <dlfcn.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

enum { SECOND_ORDER_SAMPLE = 150, CASH = 0, DEPOSIT = 1 };

/* What the bank and the customer know, whatever becomes of the machine. */
struct world {
    char heard[2][24]; /* the outcome that the bank has accepted; empty: none */
    bool other[2];     /* it has heard another one besides */
    bool asked[2];     /* the bank was asked */
    bool holds_cash;   /* the customer sees the notes */
    bool fed_notes;    /* he has put notes in */
    long calls;        /* durable ones, of a life that was not cut off */
};

static struct world *world; /* shared with the lives of the machine */
static struct options options;
static struct machine machine;
static struct fake_bank bank;
static const char *home, *base;
static long points;
static __typeof__(crash_arm) *arm; /* the library's */
static __typeof__(crash_count) *counted;

/* ---- folders ---- */

static void copy_file(const char *from, const char *to)
{
    char bytes[65536];
    int in = open(from, O_RDONLY | O_CLOEXEC), out = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ssize_t length;
    assert_true(in >= 0 && out >= 0);
    while ((length = read(in, bytes, sizeof bytes)) > 0)
        assert_int_equal(write(out, bytes, (size_t)length), length);
    close(in);
    close(out);
}

static void each_file(const char *from, const char *to)
{
    DIR *directory = opendir(from);
    assert_non_null(directory);
    if (to != NULL)
        mkdir(to, 0700);
    for (struct dirent *item; (item = readdir(directory)) != NULL;) {
        char path[900], copy[900] = "";
        struct stat status;
        if (strcmp(item->d_name, ".") == 0 || strcmp(item->d_name, "..") == 0)
            continue;
        snprintf(path, sizeof path, "%s/%.200s", from, item->d_name);
        if (to != NULL)
            snprintf(copy, sizeof copy, "%s/%.200s", to, item->d_name);
        assert_int_equal(lstat(path, &status), 0);
        if (S_ISDIR(status.st_mode))
            each_file(path, to != NULL ? copy : NULL);
        else if (to != NULL)
            copy_file(path, copy);
        else
            unlink(path);
    }
    closedir(directory);
    if (to == NULL)
        rmdir(from);
}

static void copy_tree(const char *from, const char *to)
{
    if (access(to, F_OK) == 0)
        each_file(to, NULL);
    each_file(from, to);
}

/* ---- one life of the machine, in a process of its own ---- */

static void pump(void)
{
    struct pollfd polled;
    machine_poll(&machine, &polled);
    poll(&polled, 1, 0);
    machine_step(&machine, polled.revents);
}

static bool in_service(void)
{
    return machine.terminal.state == STATE_WELCOME;
}

static bool nothing_owed(void)
{
    return machine.saf.count == 0 && machine.unsaved_count == 0;
}

static void press(enum input_kind kind, int value)
{
    machine_input(&machine, (struct input){ kind, value });
}

/* The bank accepts an advice, and remembers the first outcome; says false when it was another line.
 */
static bool hear(void)
{
    const bool cash = strstr(bank.line, "\"ConfirmDispense\"") != NULL;
    const char *outcome = strstr(bank.line, "\"outcome\":\"");
    if (!cash && strstr(bank.line, "\"ConfirmDeposit\"") == NULL)
        return false;
    char text[24];
    snprintf(text, sizeof text, "%.*s", (int)strcspn(outcome + 11, "\""), outcome + 11);
    char *heard = world->heard[cash ? CASH : DEPOSIT];
    if (heard[0] == '\0')
        strcpy(heard, text);
    else if (strcmp(heard, text) != 0)
        world->other[cash ? CASH : DEPOSIT] = true;
    bank_say(&bank, NULL, true, ",\"state\":\"completed\",\"reversed\":0");
    return true;
}

static void deliver(bool (*until)(void))
{
    int64_t deadline = fake_now_ms() + FAKE_DEADLINE_MS;
    while (pump(), !until()) {
        struct pollfd polls[2] = { { .fd = bank.listener, .events = POLLIN },
                                   { .fd = bank.client, .events = POLLIN } };
        if (!bank_read_line(&bank))
            poll(polls, 2, 2);
        else if (strstr(bank.line, "\"SignOn\"") != NULL)
            bank_sign_on(&bank);
        else if (!hear())
            bank_say(&bank, NULL, true, "");
        if (fake_now_ms() > deadline)
            _exit(4);
    }
}

static void session_begin(void)
{
    deliver(in_service);
    press(INPUT_ENTER, 0);
    for (int i = 0; i < 4; i++)
        press(INPUT_DIGIT, '1' + i);
    press(INPUT_ENTER, 0);
    bank_request(&bank, "BalanceEnquiry");
    bank_say(&bank, NULL, true, ",\"balance\":50000");
    while (machine.terminal.state != STATE_MENU)
        pump();
}

static void customer(void)
{
    session_begin();
    press(INPUT_FDK, 1);
    bank_request(&bank, "InitiateWithdrawal");
    world->asked[CASH] = true;
    bank_say(&bank, NULL, true,
             ",\"amount\":5000,\"balance\":45000,\"notes\":[{\"denomination\":5000,\"count\":1}]");
    bank_until(&bank, (bool (*)(void))nothing_owed, "nothing is owed");
    while (machine.terminal.state != STATE_RETURNING_CARD)
        pump();
    press(INPUT_ENTER, 0);
    if (machine.terminal.state != STATE_TAKING_CASH)
        _exit(5);
    world->holds_cash = true;
    press(INPUT_ENTER, 0);
    deliver(nothing_owed);
    press(INPUT_FDK, 4); /* no other transaction */
    press(INPUT_ENTER, 0);

    session_begin();
    press(INPUT_FDK, 6);
    bank_request(&bank, "InitiateDeposit");
    world->asked[DEPOSIT] = true;
    bank_say(&bank, NULL, true, ",\"state\":\"counting\"");
    while (machine.terminal.state != STATE_DEPOSIT_OPEN)
        pump();
    press(INPUT_DIGIT, '2');
    press(INPUT_FDK, 3);
    world->fed_notes = true;
    press(INPUT_ENTER, 0);
    press(INPUT_ENTER, 0);
    deliver(nothing_owed);
}

static void live(void (*life)(void), long at, bool lose)
{
    struct error error;
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(nowhere, STDERR_FILENO);
    unlink(bank.path);
    bank_open(&bank, home, pump);
    arm(options.folder, at, lose);
    if (!machine_open(&machine, &options, &error)) {
        printf("# the machine does not start: %s\n", error.message);
        fflush(stdout);
        _exit(6);
    }
    life();
    machine_close(&machine);
    world->calls = counted();
    _exit(0);
}

/* Whether it was cut off, as it was to be. */
static bool run(void (*life)(void), long at, bool lose)
{
    int status;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0)
        live(life, at, lose);
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && at > 0)
        return true;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        check_fail("a life of the machine ended with status %d at call %ld", status, at);
    return false;
}

/* Not always in service: a dispenser that stopped half way wants a supervisor. */
static bool all_told(void)
{
    return nothing_owed() && machine.link.state == LINK_UP && machine.dispenser.loaded;
}

static void recover(void)
{
    deliver(all_told);
}

/* ---- the truth ---- */

static money worth(const struct dispenser_state *state)
{
    money sum = notes_value(&state->cassettes) + notes_value(&state->reject_bin) +
                notes_value(&state->retract_bin) + notes_value(&state->out);
    return state->status == DISPENSER_MOVING ? sum + notes_value(&state->stacked) : sum;
}

static bool heard(int which, const char *outcome)
{
    return strcmp(world->heard[which], outcome) == 0;
}

static void check_truth(const char *what)
{
    struct error error;
    struct memory memory;
    struct dispenser dispenser;
    struct acceptor acceptor;
    const char *wrong = NULL;
    check_worked(memory_open(&memory, options.folder, &options.teller, options.key, NULL, &error),
                 &error);
    check_worked(dispenser_open(&dispenser, options.folder, &memory, &error), &error);
    check_worked(acceptor_open(&acceptor, options.folder, &memory, &error), &error);
    memory_close(&memory);
    const money out = notes_value(&dispenser.state.out), bin = notes_value(&acceptor.state.bin);
    if (world->other[CASH] || world->other[DEPOSIT])
        wrong = "the bank was told two things";
    else if (world->asked[CASH] && world->heard[CASH][0] == '\0')
        wrong = "the bank was asked for cash, and not told";
    else if (world->asked[DEPOSIT] && world->heard[DEPOSIT][0] == '\0')
        wrong = "the bank was asked for a deposit, and not told";
    else if (world->holds_cash && !heard(CASH, "dispensed"))
        wrong = "the customer holds the cash, and the bank does not know";
    else if (heard(CASH, "dispensed") != (out == 5000))
        wrong = "the dispenser's counter of notes that are out is wrong";
    else if (heard(CASH, "unknown") && dispenser.state.status != DISPENSER_MOVING)
        wrong = "the machine knew where the notes are";
    else if (worth(&dispenser.state) != 70000)
        wrong = "the dispenser's counters are short";
    else if (heard(DEPOSIT, "counted") != (bin == 10000) || heard(DEPOSIT, "unknown"))
        wrong = "the deposit bin is not what the bank was told";
    else if (bin > 0 && !world->fed_notes)
        wrong = "there are notes in the bin that were never put in";
    points++;
    if (wrong != NULL)
        check_fail("%s: %s (cash %s, out %lld, counters %lld; deposit %s, bin %lld)", what, wrong,
                   world->heard[CASH], (long long)out, (long long)worth(&dispenser.state),
                   world->heard[DEPOSIT], (long long)bin);
}

/* ---- every point ---- */

static uint64_t random_state;

static uint64_t random_below(uint64_t limit)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (random_state >> 33) % limit;
}

static void second_order(const char *cut, const struct world *then, long first, long calls,
                         bool lose, uint64_t every)
{
    for (long at = 1; at <= calls; at++) {
        char what[100];
        if (random_below(every) != 0)
            continue;
        copy_tree(cut, options.folder);
        *world = *then;
        run(recover, at, lose);
        run(recover, 0, false);
        snprintf(what, sizeof what, "cut off at call %ld, and at call %ld of the recovery%s", first,
                 at, lose ? ", with loss" : "");
        check_truth(what);
    }
}

static void each_point(bool lose)
{
    char cut[200];
    const char *seed = getenv("SEED"), *all = getenv("ALL");
    random_state = seed != NULL ? strtoull(seed, NULL, 10) : 1;
    snprintf(cut, sizeof cut, "%s/cut", home);
    copy_tree(base, options.folder);
    *world = (struct world){ 0 };
    assert_false(run(customer, 0, lose));
    const long calls = world->calls;
    assert_true(calls > 80);
    check_truth("not cut off");
    for (long at = 1; at <= calls; at++) {
        char what[100];
        copy_tree(base, options.folder);
        *world = (struct world){ 0 };
        run(customer, at, lose);
        const struct world then = *world;
        copy_tree(options.folder, cut);
        run(recover, 0, lose);
        const long recovery = world->calls;
        snprintf(what, sizeof what, "cut off at call %ld%s", at, lose ? ", with loss" : "");
        check_truth(what);
        second_order(cut, &then, at, recovery, lose,
                     all != NULL ? 1
                                 : (uint64_t)(calls * recovery) / (SECOND_ORDER_SAMPLE / 2) + 1);
    }
    print_message("# %ld points so far\n", points);
}

static void test_a_kill_at_any_durable_call_leaves_the_truth(void **state)
{
    (void)state;
    each_point(false);
}

static void test_and_so_does_one_that_loses_what_was_not_flushed(void **state)
{
    (void)state;
    each_point(true);
}

/* A machine that has been in service once. */
static int begin(void **state)
{
    struct error error;
    static char path[200];
    (void)state;
    world = mmap(NULL, sizeof *world, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(world != MAP_FAILED);
    home = scratch_create();
    check_worked(texts_load(NULL, &error), &error);
    bank_key(home);
    options =
        (struct options){ .idle_ms = 60000, .countdown_ms = 60000, .reply_timeout_ms = 60000 };
    uuid_read(DEFAULT_TELLER_ID, 36, &options.teller);
    snprintf(options.folder, sizeof options.folder, "%s/terminal", home);
    mkdir(options.folder, 0700);
    snprintf(options.bank, sizeof options.bank, "%s/atm.sock", home);
    snprintf(options.key, sizeof options.key, "%s/key", home);
    strcpy(options.card, "4000001234567899");
    snprintf(bank.path, sizeof bank.path, "%s", options.bank);
    snprintf(path, sizeof path, "%s/base", home);
    base = path;
    run(recover, 0, false);
    copy_tree(options.folder, base);
    return 0;
}

int main(int count, char **argument)
{
    (void)count;
#ifdef __SANITIZE_ADDRESS__
    puts("1..0 # SKIP a sanitizer has to be the first library");
    return 0;
#endif
    *(void **)&arm = dlsym(RTLD_DEFAULT, "crash_arm");
    *(void **)&counted = dlsym(RTLD_DEFAULT, "crash_count");
    if (arm == NULL || counted == NULL) {
        char library[900];
        if (getenv("LD_PRELOAD") != NULL) {
            puts("Bail out! the library of crash.c is not there");
            return 1;
        }
        snprintf(library, sizeof library, "%.800s", argument[0]);
        for (int up = 0; up < 3; up++) /* BUILD/tests/atm/test_crash */
            if (strrchr(library, '/') != NULL)
                *strrchr(library, '/') = '\0';
        strcat(library, "/crash.so");
        setenv("LD_PRELOAD", library, 1);
        execv(argument[0], argument);
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_kill_at_any_durable_call_leaves_the_truth),
        cmocka_unit_test(test_and_so_does_one_that_loses_what_was_not_flushed),
    };
    return cmocka_run_group_tests_name("crash", tests, begin, NULL);
}
