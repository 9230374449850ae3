/* SPDX-License-Identifier: MIT */
/*
 * The link to the bank: one Unix socket, or TLS over the network (dial.h), signed on, kept up for
 * ever.
 *
 *   DOWN ── connect ──> CONNECTING ── writable ──> SIGNING ── ok ──> UP
 *     └──── after 50 ms, doubling to 2 s <──── whatever goes wrong ────┘
 *
 * It carries one request that is waited for (link_ask: sent again under the
 * same id on each new connection and every 3 s, given up after a time) and any
 * number of others (link_post). Each line leaves with the terminal's mac; of
 * what comes back, only a reply with the bank's mac counts, or one that says
 * that nothing was decided. A bank that says nothing for a while gets an echo
 * test; one that still says nothing counts as away. Nothing blocks. Times are
 * milliseconds of the caller's monotonic clock.
 *
 * The caller polls link_poll's descriptor, calls link_step after each poll,
 * then takes what has happened with link_next until there is nothing more.
 */
#ifndef ATM_LINK_LINK_H
#define ATM_LINK_LINK_H

#include "atm/link/dispense_token.h"
#include "atm/link/messages.h"
#include "atm/trace/trace.h"
#include "shared/dial.h"
#include "shared/transport.h"

#include <poll.h>

#define LINK_OUT_SIZE (4 * WIRE_LINE_MAX)

/* BARRED: the bank takes no more than advices of what had begun, or the machine offers no more;
 * signed on anew now and then, for it may end.
 */
enum link_state { LINK_DOWN, LINK_CONNECTING, LINK_SIGNING, LINK_UP, LINK_BARRED };

struct link {
    char path[108], key_path[900];
    struct uuid teller;
    int reply_timeout_ms;
    struct pin_key key; /* read at each connect; good while UP */
    struct wire_keys wire;
    bool counted; /* whether the sign-on tells `cassettes` */
    struct notes cassettes;

    enum link_state state;
    bool dials; /* over the network */
    struct dial dial;
    struct transport transport; /* file -1: not connected */
    int backoff_ms;
    int64_t next_ms; /* DOWN: when to try again; SIGNING: when to give up; BARRED: when to sign on
                        anew */
    struct uuid sign_on, run; /* run: of this program's, as long as it runs */
    bool displaced;           /* another machine has signed on as this teller since */
    char why[DIAL_WHY_SIZE];  /* it is down; logged when it changes */
    bool told_up;             /* the caller knows that it is up */
    struct trace *trace;   /* keeps what passes, and the bank's events are asked for; NULL: not */
    struct uuid watch;     /* the request that asked for them */
    struct uuid echo;      /* of this connection's echo tests: an answer may be late */
    int64_t echo_ms;       /* UP: when the next echo test is due */
    int64_t echo_since_ms; /* of the first one without an answer; 0: none is */

    char *out, *in;
    size_t out_length, in_length;
    struct dispense_token token; /* the line of the last LINK_ANSWER that has the bank's mac */

    bool asking;
    struct uuid asked;
    char ask[MESSAGE_SIZE];
    size_t ask_length;
    bool ask_sent;
    int64_t ask_again_ms, ask_until_ms;
};

enum link_event_kind {
    LINK_NOTHING,
    LINK_WENT_UP,
    LINK_WENT_DOWN,
    LINK_ANSWER,
    LINK_GAVE_UP,
    LINK_OTHER_REPLY,
    LINK_RECOUNTED /* a sign-on was refused for its counts, and the bank says what was counted */
};

struct link_event {
    enum link_event_kind kind;
    struct reply reply;
};

void link_init(struct link *link, const char *socket_path, const char *key_path,
               const struct uuid *teller, int reply_timeout_ms);
/* In place of the socket; before the first step. The files' names are the caller's. */
void link_over_network(struct link *link, const struct address *address,
                       const struct tls_files *files);
void link_finish(struct link *link);

void link_poll(const struct link *link, struct pollfd *poll);
void link_step(struct link *link, int64_t now_ms, short revents);
void link_next(struct link *link, int64_t now_ms, struct link_event *event);
/* When to call link_step at the latest. -1: none; 0: now, something waits for link_next. */
int64_t link_deadline(const struct link *link);

void link_ask(struct link *link, const struct uuid *id, const char *line, size_t length,
              int64_t now_ms);
/* Whether link_post may find a bank that listens: it is up, or barred. */
bool link_takes_advices(const struct link *link);
/* It went up, and the machine will not work with what the bank said: advices go on, and after a
 * while it signs on anew. */
void link_hold(struct link *link, int64_t now_ms, const char *why);

/* Signs on anew at once, for a reason. */
void link_again(struct link *link, int64_t now_ms, const char *why);
/* False when it does not, or too much is waiting to be written. */
bool link_post(struct link *link, const char *line, size_t length);

#endif
