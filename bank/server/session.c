/* SPDX-License-Identifier: MIT */
/*
 * What one client sends and gets. Invariants:
 *
 *  1. Every request that was submitted comes back to answered(), once; until
 *     then the connection's struct stays.
 *  2. Nothing is read while it could not be taken, so what a client can make
 *     the bank hold is bounded: 64 KiB of input, 64 requests, 1 MiB of output.
 *  3. A closed socket is never written to, and its events are off.
 */
#include "bank/server/session.h"

#include "bank/log/limit.h"
#include "bank/log/log.h"
#include "bank/server/answers.h"
#include "bank/server/feed.h"
#include "bank/server/lab_reply.h"
#include "bank/server/machine_log.h"
#include "bank/server/operators.h"
#include "bank/server/parse.h"
#include "bank/server/teller_keys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define IN_FIRST_BYTES    BUFFER_KEPT_BYTES /* a full set of 64 requests in one read */
#define OUT_FIRST_BYTES   4096
#define OVERLOAD_RETRY_MS 1000
#define READ_BYTES        4096 /* room for at least that many */

/* ---- out -------------------------------------------------------------------- */

void session_reply(struct session *session, const char *line, size_t length)
{
    struct buffer *out = &session->out;
    if (session->transport.file < 0)
        return;
    if (buffer_length(out) + length + 1 > UNREAD_MAX) {
        log_limited("client-dropped", "it does not read its replies", NULL);
        session->why = "it does not read its replies";
        session_close(session);
        return;
    }
    buffer_reserve(out, length + 1, OUT_FIRST_BYTES);
    memcpy(out->bytes + out->end, line, length);
    out->bytes[out->end + length] = '\n';
    out->end += length + 1;
    turn_mark_unwritten(session->turn, &session->place);
}

/* To a terminal that has proved itself: the bank proves itself in return, so that only its own word
 * lets notes move or an advice be put away. Without a key at hand the terminal takes the reply for
 * none. */
void session_reply_signed(struct session *session, const struct uuid *teller_id, const char *line,
                          size_t length)
{
    const struct wire_keys *keys = session->sender == BY_TERMINAL && session->transport.file >= 0
                                       ? vault_wire_keys(session->turn->vault, teller_id)
                                       : NULL;
    char whole[REPLY_MAX + REPLY_EVENTUAL_MAX + WIRE_SIGNATURE_LENGTH];
    if (keys == NULL || length > sizeof whole - WIRE_SIGNATURE_LENGTH) {
        session_reply(session, line, length);
        return;
    }
    memcpy(whole, line, length);
    session_reply(session, whole, wire_sign(&keys->reply, whole, length));
}

static void reply_refusal(struct session *session, const struct uuid *id, enum refusal refusal,
                          const char *message)
{
    char line[REPLY_MAX];
    bool no_message = message == NULL || message[0] == '\0';
    size_t length = reply_refuse(line, id != NULL && uuid_is_nil(id) ? NULL : id, refusal,
                                 no_message ? NULL : message, 0);
    session_reply(session, line, length);
}

void session_flush(struct session *session)
{
    struct buffer *out = &session->out;
    while (session->transport.file >= 0 && buffer_length(out) > 0) {
        ssize_t step =
            transport_send(&session->transport, out->bytes + out->start, buffer_length(out));
        if (step >= 0) {
            buffer_drop(out, (size_t)step);
        } else if (errno == EAGAIN) {
            event_add(session->writable, NULL); /* fires once; adding it again changes nothing */
            return;
        } else if (errno != EINTR) {
            session->why = "its connection was lost";
            session_close(session);
        }
    }
    if (session->transport.file >= 0 && session->input_ended && session->in_flight == 0 &&
        buffer_length(&session->in) == 0)
        session_close(session);
}

/* ---- requests --------------------------------------------------------------- */

static bool accepted(const char *line, size_t length)
{
    static const char mark[] = "\"ok\":true"; /* in a text its quotes would be escaped */
    return memmem(line, length, mark, sizeof mark - 1) != NULL;
}

/* One machine has one connection: the one before is that of a network that was cut, or of another
 * machine, which finds out when it signs on again. */
static void machine_came(struct session *session, const struct uuid *run)
{
    session->place.run = *run;
    if (!uuid_is_nil(run))
        session_expel_machines(session, &session->place.signed_on,
                               "Another connection has signed on as this teller.");
}

/* What an operator has counted, the machine learns when it signs on. */
static void cash_counted(struct session *session, const struct command *command)
{
    if (session->sender == BY_OPERATOR &&
        (command->kind == TELLER_COUNT_CASSETTES || command->kind == TELLER_SWAP_CASSETTE))
        session_expel_machines(session, &command->teller_id,
                               "The machine's cash was counted: sign on anew.");
}

static bool is_of_cash(enum command_kind kind)
{
    return kind == TELLER_REPLENISH_CASSETTES || kind == TELLER_SWAP_CASSETTE ||
           kind == TELLER_COUNT_CASSETTES || kind == TELLER_EMPTY_BIN;
}

/* What a machine that is displaced or miscounts began has happened, and is booked; it begins
 * nothing new. Only a count lets the one that miscounts in again. */
static bool only_advises(const struct session *session, const struct command *command)
{
    return session->place.advises && command->kind != TELLER_SIGN_ON &&
           command->kind != TELLER_REPORT_INCIDENT &&
           !(session->place.miscounts && is_of_cash(command->kind)) &&
           (command_traits(command->kind)->more & CONTINUES) == 0;
}

/* The engine gives a request back, with its reply: request.done. */
static void answered(struct request *request, const char *line, size_t length, bool replayed)
{
    struct pending *pending = request->owner;
    struct session *session = pending->session;
    const struct command *command = &request->command;
    bool ok = accepted(line, length);
    session->in_flight--;
    if (command->kind == TELLER_SIGN_ON) {
        session->signing_on = false;
        if (!replayed)
            machine_log_sign_on(session, request, ok);
        /* One that is barred has proved its key, and may still tell how what it began has ended. */
        if ((ok || request->refusal == REFUSED_TELLER_BARRED ||
             request->refusal == REFUSED_DISPLACED || request->refusal == REFUSED_COUNTS_DIFFER) &&
            !replayed) {
            session->place.signed_on = command->teller_id;
            session->place.miscounts = request->refusal == REFUSED_COUNTS_DIFFER;
            session->place.advises =
                request->refusal == REFUSED_DISPLACED || session->place.miscounts;
            if (ok)
                machine_came(session, &command->run);
            turn_signed_on(session->turn, &session->place);
        }
    }
    if (ok && !replayed)
        cash_counted(session, command);
    lab_act_done(session->turn->lab, request, ok && !replayed);
    bool settled = teller_keys_settle(session->turn, command, line, length, ok, replayed);
    if (command->kind == TELLER_SIGN_ON && ok && replayed)
        reply_refusal(session, &command->id, REFUSED_NOT_SIGNED_ON,
                      "That id has signed on before: sign on with a new one.");
    else if (!settled)
        reply_refusal(session, &command->id, REFUSED_SYSTEM_ERROR,
                      "The file of the key could not be changed, the log says why: send the same "
                      "request again.");
    else
        lab_reply(session, &pending->lab, &command->teller_id, line, length);
    turn_pending_give(session->turn, pending);
    turn_mark_resumable(session->turn,
                        &session->place); /* also to be freed, where its client has gone */
}

static bool key_ready(struct session *session, struct command *command)
{
    if (session->sender != BY_OPERATOR || teller_keys_ready(session->turn->vault, command))
        return true;
    reply_refusal(session, &command->id, REFUSED_SYSTEM_ERROR,
                  "The key of its terminal could not be written: the log says why.");
    return false;
}

/* A rule that cannot be is refused before the log has it. */
static bool lab_ready(struct session *session, const struct request *request)
{
    struct lab *lab = session->turn->lab;
    const char *wrong = lab_act_wrong(lab, request);
    if (wrong != NULL)
        reply_refusal(session, &request->command.id,
                      lab != NULL ? REFUSED_INVALID_REQUEST : REFUSED_NOT_PERMITTED, wrong);
    return wrong == NULL;
}

/* Whether the operator can do it alone; else it is proposed. What version it was decided on would
 * be another one by the time it is approved. */
static bool second_person(struct session *session, struct request *request)
{
    request->propose_for_us = operators_propose_for_us(session->turn->operators, &request->command);
    if (request->propose_for_us == 0 || !request->versioned)
        return true;
    reply_refusal(session, &request->command.id, REFUSED_INVALID_REQUEST,
                  "The command needs a second person, so it cannot have an expected_version.");
    return false;
}

static void submit(struct session *session, struct pending *pending)
{
    if (session->turn->lab != NULL) {
        pending->lab = lab_take(session->turn->lab, &pending->request,
                                command_traits(pending->request.command.kind)->wire, true);
        pending->request.forced = pending->lab.refusal;
    }
    session->in_flight++;
    session->signing_on = pending->request.command.kind == TELLER_SIGN_ON;
    engine_submit(session->turn->engine, &pending->request);
}

/*
 * Says no as cheaply as can be: under overload, reading every request whole
 * would leave no time for those that were taken. Only the id is looked for,
 * where nearly all write it; a line without goes the usual way, and so do
 * what operators send and what tells how something ended.
 */
static bool turn_away(struct session *session, const char *line, size_t length)
{
    static const char mark[] = "\"id\":\"",
                      end[] = "\"Confirm"; /* ConfirmDispense, ConfirmDeposit */
    struct uuid id;
    if (session->sender != BY_TERMINAL || !engine_is_full(session->turn->engine) ||
        memmem(line, length, end, sizeof end - 1) != NULL)
        return false;
    const char *at = memmem(line, length, mark, sizeof mark - 1);
    if (at == NULL || (size_t)(line + length - at) < sizeof mark - 1 + UUID_TEXT_LENGTH ||
        !uuid_read(at + sizeof mark - 1, UUID_TEXT_LENGTH - 1, &id))
        return false;
    char reply[REPLY_MAX];
    session_reply(session, reply,
                  reply_refuse(reply, &id, REFUSED_BANK_UNAVAILABLE, NULL, OVERLOAD_RETRY_MS));
    engine_turned_away(session->turn->engine);
    return true;
}

static void answer(struct session *session, enum question question, const struct request *request)
{
    if (question == QUESTION_WATCH) {
        feed_begin(session, &request->command.id);
        return;
    }
    size_t length;
    const char *line = answer_line(session->turn, question, &request->command, &length);
    const struct lab_answer forced =
        lab_take(session->turn->lab, request, question_traits[question].name, false);
    lab_reply(session, &forced, NULL, line, length);
}

static struct actor operator_of(const struct session *session)
{
    const struct operators *operators = session->turn->operators;
    return session->certificate[0] != '\0'
               ? operators_of_certificate(operators, session->certificate)
               : operators_of_user(operators, session->user);
}

static void take_line(struct session *session, const char *line, size_t length)
{
    if (turn_away(session, line, length))
        return;
    struct parse_refusal refusal;
    struct pending *pending = turn_pending_take(session->turn);
    struct request *request = &pending->request;
    pending->session = session;
    request->owner = pending;
    request->done = answered;
    request->sender = session->sender;
    request->signed_on = session->place.signed_on;
    request->certified = session->certified;
    if (session->sender == BY_OPERATOR)
        request->who = operator_of(session);
    const enum parse_outcome outcome =
        request_parse(session->turn->vault, line, length, request, &refusal);
    switch (outcome) {
    case PARSED_COMMAND:
        if (only_advises(session, &request->command)) {
            reply_refusal(session, &request->command.id, REFUSED_NOT_SIGNED_ON, NULL);
            break;
        }
        if (session->sender == BY_OPERATOR && !second_person(session, request))
            break;
        if (!key_ready(session, &request->command) || !lab_ready(session, request))
            break;
        submit(session, pending);
        return; /* it may be back already */
    case PARSED_REFUSED:
        reply_refusal(session, &request->command.id, refusal.refusal, refusal.message);
        break;
    default:
        answer(session, outcome - PARSED_QUESTION, request);
    }
    turn_pending_give(session->turn, pending);
}

/* ---- in --------------------------------------------------------------------- */

static bool may_take(const struct session *session)
{
    return session->transport.file >= 0 && session->in_flight < IN_FLIGHT_MAX &&
           !session->signing_on;
}

/* What is left has no newline: it may be the beginning of a line, or never become one. */
static void take_rest(struct session *session)
{
    struct buffer *in = &session->in;
    size_t length = buffer_length(in);
    if (length >= WIRE_LINE_MAX) {
        reply_refusal(session, NULL, REFUSED_INVALID_REQUEST,
                      "The line is longer than 65536 bytes.");
        session_end_input(session);
        session->why = "its line is longer than 65536 bytes";
    } else if (length > 0 && session->input_ended) {
        reply_refusal(session, NULL, REFUSED_INVALID_REQUEST,
                      "The last line has no newline at its end.");
        buffer_drop(in, length);
    }
}

void session_take_lines(struct session *session)
{
    struct buffer *in = &session->in;
    while (may_take(session) && buffer_length(in) > 0) {
        char *line = in->bytes + in->start, *end = memchr(line, '\n', buffer_length(in));
        if (end == NULL) {
            turn_line_opened(session->turn, &session->place);
            take_rest(session);
            break;
        }
        size_t length = (size_t)(end - line), whole = length + 1;
        if (length > 0 && line[length - 1] == '\r')
            length--;
        if (length > 0)
            take_line(session, line, length);
        turn_line_ended(session->turn, &session->place);
        if (session->transport.file >= 0) /* closing dropped the buffer with all in it */
            buffer_drop(in, whole);
    }
    if (may_take(session) && !session->input_ended && !session->reading) {
        event_add(session->readable, NULL);
        session->reading = true;
    }
    if (session->reading && transport_waiting(&session->transport))
        event_active(session->readable, EV_READ, 0);
    if (session->input_ended && session->transport.file >= 0) {
        turn_mark_unwritten(session->turn,
                            &session->place); /* there may be nothing left to wait for */
        turn_line_opened(session->turn, &session->place); /* and for its reader not for ever */
    }
}

static void stop_reading(struct session *session)
{
    if (session->reading)
        event_del(session->readable);
    session->reading = false;
}

static void on_readable(evutil_socket_t file, short what, void *context)
{
    (void)file;
    (void)what;
    struct session *session = context;
    struct buffer *in = &session->in;
    turn_reading(session->turn);
    if (!may_take(session)) {
        stop_reading(session);
        return;
    }
    /* All that can be taken was: there is less than a line in the buffer. */
    size_t room = WIRE_LINE_MAX - buffer_length(in);
    buffer_reserve(in, room < READ_BYTES ? room : READ_BYTES, IN_FIRST_BYTES);
    ssize_t step =
        transport_receive(&session->transport, in->bytes + in->end, in->capacity - in->end);
    if (step > 0) {
        in->end += (size_t)step;
        session_take_lines(session);
    } else if (step == 0) {
        stop_reading(session);
        session->why = "it closed its connection";
        session->input_ended = true;
        session_take_lines(session);
    } else if (errno == EAGAIN && transport_blocked(&session->transport)) {
        stop_reading(session); /* until it is writable: the socket would be ready all the time */
        event_add(session->writable, NULL);
    } else if (errno != EAGAIN && errno != EINTR) {
        session->why = "its connection was lost";
        session_close(session);
    }
}

static void on_writable(evutil_socket_t file, short what, void *context)
{
    (void)file;
    (void)what;
    struct session *session = context;
    session_flush(session);
    if (session->transport.tls != NULL)
        turn_mark_resumable(session->turn, &session->place); /* reading may have waited for this */
}

/* ---- life ------------------------------------------------------------------- */

struct session *session_create(struct turn *turn, const struct caller *caller)
{
    struct session *session = calloc(1, sizeof *session);
    if (session == NULL)
        panic("out of memory");
    struct event_base *loop = turn->loop;
    int file = caller->transport.file;
    *session = (struct session){ .turn = turn,
                                 .transport = caller->transport,
                                 .place = { .door = caller->door },
                                 .sender = caller->sender,
                                 .user = caller->user,
                                 .certified = caller->certified,
                                 .until_s = caller->until_s };
    memcpy(session->certificate, caller->certificate, sizeof session->certificate);
    session->readable = event_new(loop, file, EV_READ | EV_PERSIST, on_readable, session);
    session->writable = event_new(loop, file, EV_WRITE, on_writable, session);
    if (session->readable == NULL || session->writable == NULL)
        panic("out of memory");
    event_add(session->readable, NULL);
    session->reading = true;
    turn_enter(turn, &session->place, &caller->peer);
    if (caller->sender == BY_TERMINAL)
        turn_sign_on(turn, &session->place);
    return session;
}

/* Whose certificate it has, for the log; NULL: it has none. */
static const char *certificate_pair(const struct session *session, char pair[static 60])
{
    char teller[UUID_TEXT_LENGTH];
    if (session->certificate[0] != '\0')
        snprintf(pair, 60, "certificate=%s", session->certificate);
    else if (!uuid_is_nil(&session->certified))
        snprintf(pair, 60, "certificate=%s", uuid_write(&session->certified, teller));
    else
        return NULL;
    return pair;
}

void session_expel(struct session *session, enum refusal refusal, const char *message)
{
    char pair[60];
    log_limited("client-expelled", message, certificate_pair(session, pair));
    session->why = message;
    reply_refusal(session, NULL, refusal, message);
    session_flush(session);
    session_close(session);
}

void session_end_input(struct session *session)
{
    stop_reading(session);
    session->input_ended = true;
    buffer_free(&session->in);
    turn_mark_unwritten(session->turn, &session->place);
}

void session_close(struct session *session)
{
    if (session->transport.file < 0)
        return;
    machine_log_lost(session);
    stop_reading(session);
    event_del(session->writable);
    transport_close(&session->transport);
    buffer_free(&session->in);
    buffer_free(&session->out);
    turn_leave(session->turn, &session->place);
}

bool session_gone(const struct session *session)
{
    return session->transport.file < 0 && session->in_flight == 0;
}

void session_destroy(struct session *session)
{
    session_close(session);
    turn_remove(&session->place);
    event_free(session->readable);
    event_free(session->writable);
    free(session);
}
