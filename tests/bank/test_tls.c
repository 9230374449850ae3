/* SPDX-License-Identifier: MIT */
/*
 * What a terminal may do over the network, line by line: it acts for the teller of its certificate
 * and for no other, all limits hold, and those who only stand at the door keep nobody out.
 */
#include "shared/hex.h"
#include "shared/tls.h"
#include "shared/transport.h"
#include "shared/wire.h"
#include "tests/support/check.h"
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define OTHER_TELLER "2c915dd1-8bf0-4662-a2ce-60725b0c7de4"

enum {
    DEADLINE_MS = 20000,
    CROWD = 1100,
    CONNECTIONS = 16,
    MANY = 300,
    IN_SIZE = 2 * WIRE_LINE_MAX
};

static struct world world;
static in_port_t port;

/* A client with the certificate of the default teller. */
struct guest {
    struct transport transport;
    size_t length;
    char in[IN_SIZE];
};

/* ---- the world -------------------------------------------------------------- */

static char *path(const char *name)
{
    static char paths[8][200];
    static int at;
    char *text = paths[at++ % 8];
    snprintf(text, sizeof paths[0], "%s/%s", world.directory, name);
    return text;
}

static void certificates_make(void)
{
    static const char script[] =
        ". \"$PWD/tests/support/certificates.sh\" && cd \"$0\" && ca ca && certificate ca bank "
        "localhost 30 "
        "subjectAltName=IP:127.0.0.1 && certificate ca atm " DEFAULT_TELLER_ID " 30";
    struct process process;
    const char *argv[] = { "sh", "-c", script, world.directory, NULL };
    if (process_run(&process, world.directory, argv, DEADLINE_MS) != 0)
        check_fail("no certificates: %s", process_read_file(process.err));
}

static in_port_t port_read(void)
{
    static const char mark[] = "address=127.0.0.1:";
    char *log = process_read_file(world.bank.err), *at = strstr(log, mark);
    assert_non_null(at);
    in_port_t found = (in_port_t)atoi(at + sizeof mark - 1);
    free(log);
    return found;
}

/* The crowd is in this process; the bank raises its limit by itself. */
static void files_allow(void)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max < CROWD + 100 ? limit.rlim_max : CROWD + 100;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

static int set_up(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    files_allow();
    world_create(&world, false);
    certificates_make();
    const char *options[] = { "--listen",  "127.0.0.1:0",    "--tls-cert", path("bank.crt"),
                              "--tls-key", path("bank.key"), "--tls-ca",   path("ca.crt") };
    memcpy(world.options, options, sizeof options);
    world_start(&world);
    port = port_read();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_destroy(&world);
    return 0;
}

static void log_await(const char *part)
{
    int64_t deadline = world_now_ms() + DEADLINE_MS;
    for (;;) {
        char *log = process_read_file(world.bank.err);
        bool there = strstr(log, part) != NULL;
        if (!there && world_now_ms() >= deadline)
            check_fail("the log has no \"%s\": %.600s", part, log);
        free(log);
        if (there)
            return;
        poll(NULL, 0, 20);
    }
}

/* ---- guests ----------------------------------------------------------------- */

static int dial(void)
{
    struct sockaddr_in bank = { .sin_family = AF_INET,
                                .sin_port = htons(port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(file >= 0);
    assert_int_equal(connect(file, (struct sockaddr *)&bank, sizeof bank), 0);
    assert_int_equal(fcntl(file, F_SETFL, O_NONBLOCK), 0);
    return file;
}

/* False at the deadline. */
static bool ready(int file, short what, int64_t deadline_ms)
{
    struct pollfd one = { .fd = file, .events = what };
    int64_t left = deadline_ms - world_now_ms();
    return left > 0 && poll(&one, 1, (int)left) > 0;
}

static struct transport connection(void)
{
    struct error error;
    const struct tls_files files = { .certificate = path("atm.crt"),
                                     .key = path("atm.key"),
                                     .authority = path("ca.crt") };
    static struct tls_context *context;
    if (context == NULL)
        context = tls_context_create(TLS_TERMINAL, &files, &error);
    check_worked(context != NULL, &error);
    struct transport made = { .file = dial() };
    made.tls = tls_create(context, made.file, "127.0.0.1");
    int64_t deadline = world_now_ms() + DEADLINE_MS;
    enum tls_progress came;
    while ((came = tls_handshake(made.tls)) != TLS_DONE)
        if (came == TLS_FAILED ||
            !ready(made.file, came == TLS_WANTS_READ ? POLLIN : POLLOUT, deadline))
            check_fail("no handshake: %s", tls_why(made.tls));
    return made;
}

static void guest_open(struct guest *guest)
{
    guest->length = 0;
    guest->transport = connection();
}

static void guest_close(struct guest *guest)
{
    transport_close(&guest->transport);
}

/* What has come, up to room for it; false when the bank has closed. */
static bool guest_fill(struct guest *guest)
{
    ssize_t step = transport_receive(&guest->transport, guest->in + guest->length,
                                     sizeof guest->in - guest->length);
    if (step > 0)
        guest->length += (size_t)step;
    return step > 0 || (step < 0 && errno == EAGAIN);
}

/* Reads meanwhile, as a bank that is owed a reader wants. */
static void guest_send(struct guest *guest, const char *bytes, size_t length)
{
    int64_t deadline = world_now_ms() + DEADLINE_MS;
    while (length > 0) {
        ssize_t step = transport_send(&guest->transport, bytes, length);
        if (step > 0) {
            bytes += step;
            length -= (size_t)step;
            continue;
        }
        if (errno != EAGAIN || !guest_fill(guest) ||
            !ready(guest->transport.file, POLLIN | POLLOUT, deadline))
            check_fail("the bank does not take %zu bytes", length);
    }
}

/* The next line; NULL when the bank has closed. The caller frees it. */
static char *guest_line(struct guest *guest)
{
    int64_t deadline = world_now_ms() + DEADLINE_MS;
    char *end;
    while ((end = memchr(guest->in, '\n', guest->length)) == NULL) {
        size_t before = guest->length;
        if (!guest_fill(guest))
            return NULL;
        if (guest->length == before && !ready(guest->transport.file, POLLIN, deadline))
            check_fail("the bank says nothing");
    }
    size_t length = (size_t)(end - guest->in);
    char *line = strndup(guest->in, length);
    guest->length -= length + 1;
    memmove(guest->in, end + 1, guest->length);
    return line;
}

static void check_says(struct guest *guest, const char *part)
{
    char *line = guest_line(guest);
    assert_non_null(line);
    check_contains(line, part);
    free(line);
}

static void check_closed(struct guest *guest)
{
    char *line = guest_line(guest);
    if (line != NULL)
        check_fail("there is one more line: %s", line);
}

/* fields begin with a comma. */
static size_t request(char *line, size_t size, const char *command, const char *fields)
{
    char id[UUID_TEXT_LENGTH];
    struct uuid fresh = uuid_make();
    return (size_t)snprintf(line, size, "{\"v\":1,\"id\":\"%s\",\"command\":\"%s\"%s}\n",
                            uuid_write(&fresh, id), command, fields);
}

/* Signed as a terminal's lines are; the bank looks at that last. */
static size_t sign(char *line, size_t length, const char *teller)
{
    char key_path[HOME_PATH_SIZE];
    struct uuid teller_id;
    struct pin_key key;
    struct wire_keys keys;
    struct error error;
    uuid_read(teller, strlen(teller), &teller_id);
    home_path(&world.home, key_path, sizeof key_path, "keys/terminal-%s.key", teller);
    check_worked(pin_key_load(key_path, &key, &error), &error);
    wire_keys_derive(&key, &teller_id, &keys);
    length = wire_sign(&keys.request, line, length - 1);
    line[length] = '\n';
    return length + 1;
}

static void ask(struct guest *guest, const char *command, const char *fields, const char *answer)
{
    char line[1000];
    size_t length = request(line, sizeof line, command, fields);
    if (strstr(fields, "\"teller_id\":\"" DEFAULT_TELLER_ID) != NULL)
        length = sign(line, length, DEFAULT_TELLER_ID);
    guest_send(guest, line, length);
    check_says(guest, answer);
}

static void sign_on(struct guest *guest, const char *teller, const char *answer)
{
    char fields[80], line[400];
    snprintf(fields, sizeof fields, ",\"teller_id\":\"%s\"", teller);
    size_t length = request(line, sizeof line, "SignOn", fields);
    guest_send(guest, line, sign(line, length, teller));
    check_says(guest, answer);
}

/* ---- tests ------------------------------------------------------------------ */

static void test_a_connection_acts_for_its_certificates_teller_only(void **state)
{
    (void)state;
    static struct guest guest;
    struct uuid other;
    uuid_read(OTHER_TELLER, UUID_TEXT_LENGTH - 1, &other);
    world_provision(&world, &other, 10);
    guest_open(&guest);
    ask(&guest, "EchoTest", "", "\"ok\":true");
    ask(&guest, "CutOver", ",\"teller_id\":\"" DEFAULT_TELLER_ID "\"",
        "\"error\":\"not_signed_on\"");
    sign_on(&guest, OTHER_TELLER, "\"error\":\"other_teller\"");
    sign_on(&guest, DEFAULT_TELLER_ID, "\"ok\":true");
    ask(&guest, "CutOver", ",\"teller_id\":\"" OTHER_TELLER "\"", "\"error\":\"other_teller\"");
    ask(&guest, "CutOver", ",\"teller_id\":\"" DEFAULT_TELLER_ID "\"", "\"ok\":true");
    guest_close(&guest);

    /* The same key, by the socket, is good: it was the certificate that counted. */
    static struct wire wire;
    assert_true(wire_open(&wire, &world, "atm.sock"));
    assert_true(wire_sign_on(&wire, &world, &other));
    wire_close(&wire);
}

static void test_operators_are_not_served(void **state)
{
    (void)state;
    static struct guest guest;
    guest_open(&guest);
    sign_on(&guest, DEFAULT_TELLER_ID, "\"ok\":true");
    ask(&guest, "OpenAccount", ",\"owner\":\"Peter\"", "\"error\":\"not_permitted\"");
    ask(&guest, "ProvisionTeller", ",\"teller_id\":\"" DEFAULT_TELLER_ID "\",\"cassettes\":[]",
        "\"ok\":false");
    ask(&guest, "GetStatus", "", "\"ok\":false");
    guest_close(&guest);
}

/* An echo in a line of so many bytes, its newline included. */
static char *long_echo(size_t size)
{
    char *line = malloc(size + 1);
    assert_non_null(line);
    size_t length = request(line, size, "EchoTest", "");
    memset(line + length - 2, ' ', size - length);
    memcpy(line + size - 2, "}\n", 3);
    return line;
}

static void test_a_line_has_64_kib_at_most(void **state)
{
    (void)state;
    static struct guest guest;
    char *longest = long_echo(WIRE_LINE_MAX), *longer = long_echo(WIRE_LINE_MAX + 1);
    guest_open(&guest);
    guest_send(&guest, longest, WIRE_LINE_MAX);
    check_says(&guest, "\"ok\":true");
    guest_send(&guest, longest, 10); /* in two pieces: the second makes it whole */
    guest_send(&guest, longest + 10, WIRE_LINE_MAX - 10);
    check_says(&guest, "\"ok\":true");
    guest_send(&guest, longer, WIRE_LINE_MAX + 1);
    check_says(&guest, "The line is longer than 65536 bytes.");
    check_closed(&guest);
    guest_close(&guest);
    free(longest);
    free(longer);
}

/* More than may be in flight, in few records: what waits inside TLS is taken once there is room
 * again. */
static void test_many_requests_at_once_are_all_answered(void **state)
{
    (void)state;
    static struct guest guest;
    static char lines[MANY * 400];
    size_t length = 0;
    guest_open(&guest);
    sign_on(&guest, DEFAULT_TELLER_ID, "\"ok\":true");
    for (int i = 0; i < MANY; i++) {
        char fields[300], id[UUID_TEXT_LENGTH];
        struct uuid withdrawal = uuid_make();
        snprintf(fields, sizeof fields,
                 ",\"teller_id\":\"" DEFAULT_TELLER_ID
                 "\",\"withdrawal_id\":\"%s\",\"outcome\":\"not_dispensed\"",
                 uuid_write(&withdrawal, id));
        char *line = lines + length;
        size_t object =
            request(line, sizeof lines - length - WIRE_SIGNATURE_LENGTH, "ConfirmDispense", fields);
        length += sign(line, object, DEFAULT_TELLER_ID);
    }
    guest_send(&guest, lines, length);
    for (int i = 0; i < MANY; i++)
        check_says(&guest, "\"state\":\"declined\"");
    guest_close(&guest);
}

/* The last lines of one who will say no more are answered before the bank hangs up. */
static void test_an_end_is_answered(void **state)
{
    (void)state;
    static struct guest guest;
    char line[200];
    guest_open(&guest);
    guest_send(&guest, line, request(line, sizeof line, "EchoTest", ""));
    assert_int_equal(shutdown(guest.transport.file, SHUT_WR), 0);
    check_says(&guest, "\"ok\":true");
    check_closed(&guest);
    guest_close(&guest);
}

static void test_the_silent_are_let_go_and_harm_nobody(void **state)
{
    (void)state;
    static struct guest guest;
    static int crowd[CROWD];
    int silent = dial(), slow = dial();
    assert_int_equal(send(slow, "\x16\x03", 2, MSG_NOSIGNAL), 2); /* the beginning of a handshake */
    guest_open(&guest);
    ask(&guest, "EchoTest", "", "\"ok\":true");

    int64_t deadline = world_now_ms() + DEADLINE_MS;
    for (int i = 0; i < CROWD; i++)
        crowd[i] = dial();
    ask(&guest, "EchoTest", "", "\"ok\":true");
    guest_close(&guest);
    guest_open(&guest); /* the full room takes one more */
    ask(&guest, "EchoTest", "", "\"ok\":true");
    assert_true(ready(silent, POLLIN, deadline)); /* the oldest made room */
    log_await("why=\"others of its address came while it said nothing\"");
    assert_true(ready(crowd[CROWD - 1], POLLIN, deadline)); /* and the youngest had its time */
    log_await("why=\"the TLS handshake took too long\"");
    ask(&guest, "EchoTest", "", "\"ok\":true");
    guest_close(&guest);
    for (int i = 0; i < CROWD; i++)
        close(crowd[i]);
    close(silent);
    close(slow);
}

/* With the certificate alone, without the terminal key, they make room for one another; signed on
 * they keep it. */
static void test_a_certificate_has_a_few_places_only(void **state)
{
    (void)state;
    static struct guest crowd[CONNECTIONS], guest, other;
    for (int i = 0; i < CONNECTIONS; i++)
        guest_open(&crowd[i]);
    guest_open(&other);
    sign_on(&other, DEFAULT_TELLER_ID, "\"ok\":true");
    check_says(&crowd[0], "Others came while this connection had not signed on");
    check_closed(&crowd[0]);
    for (int i = 1; i < CONNECTIONS; i++)
        sign_on(&crowd[i], DEFAULT_TELLER_ID, "\"ok\":true");
    guest_open(&guest);
    check_says(&guest, "\"error\":\"bank_unavailable\"");
    check_closed(&guest);
    guest_close(&guest);
    guest_close(&other);
    static struct wire wire; /* the sockets' places are others */
    assert_true(wire_open(&wire, &world, "atm.sock"));
    wire_close(&wire);
    for (int i = 0; i < CONNECTIONS; i++)
        guest_close(&crowd[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_connection_acts_for_its_certificates_teller_only),
        cmocka_unit_test(test_operators_are_not_served),
        cmocka_unit_test(test_a_line_has_64_kib_at_most),
        cmocka_unit_test(test_many_requests_at_once_are_all_answered),
        cmocka_unit_test(test_an_end_is_answered),
        cmocka_unit_test(test_the_silent_are_let_go_and_harm_nobody),
        cmocka_unit_test(test_a_certificate_has_a_few_places_only),
    };
    return cmocka_run_group_tests_name("tls", tests, set_up, tear_down);
}
