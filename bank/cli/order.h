/* SPDX-License-Identifier: MIT */
/*
 * One command to a bank that runs, over its operator.sock: the one that the
 * command's entry SENDS, with the fields that its words and options fill.
 *
 *   .run = order_run                           where the entry says it all, or
 *
 *   struct order order;
 *   order_begin(&order, arguments);
 *   json_write_string(&order.writer, "card", pan);      what no word fills
 *   struct json *reply = order_send(&order, arguments, &status); NULL: said why
 *
 * The request has one id for as long as it takes: when the connection is lost
 * or the bank is away, the same request goes out again for up to half a minute, so
 * that it takes effect once. --request-id goes on with one that was given up.
 */
#ifndef BANK_CLI_ORDER_H
#define BANK_CLI_ORDER_H

#include "bank/cli/arguments.h"
#include "shared/json.h"
#include "shared/wire.h"

enum { /* of a request that is sent again until it has its answer */
       ORDER_ANSWER_MS = 10000,
       ORDER_GIVE_UP_MS = 30000,
       ORDER_PAUSE_MS = 250
};

struct order {
    struct uuid id;
    struct json_writer writer;
    char line[WIRE_LINE_MAX];
};

/* For the options of a command that ends what an operator has looked into. */
#define EVIDENCE_OPTION                                                                            \
    OPTION("evidence", "what it rests on, for the record: count, journal, camera or the like",     \
           REASON, .as = "WHAT", .noted = true)

void order_begin(struct order *order, const struct arguments *arguments);
/* One that no words fill, GetStatus or RecordAct; its reply waits for no read model. */
void order_alone(struct order *order, const char *wire_name);

/* The whole of it: prints the reply by the sentence of the command's entry. */
int order_run(struct arguments *arguments);

/* The reply, when the bank did what was asked, for json_destroy (its text is in order->line). NULL
 * otherwise, and stderr says why; the exit status. */
struct json *order_send(struct order *order, const struct arguments *arguments, int *status);

/* Whether a reply's error has that name. */
bool reply_says(const struct json *reply, const char *error);

/* Says what a reply refused; the exit status. unsure: NULL, or the request's id where an earlier
 * try had no answer. */
int complain_reply(const struct home *home, const struct json *reply, const struct uuid *unsure);

/* Sends a whole line that is a request already; gives the reply's line, accepted or refused, or
 * NULL with the error. *unsure: an earlier try had no answer, so what a refusal says now may not be
 * all. */
char *order_exchange(const struct home *home, const char *line, const struct uuid *id, bool *unsure,
                     struct error *error);

/* How long the bank asks to wait before the same is sent again; 0: this line is its answer. */
int reply_retry_ms(const char *line);

/* From now on a signal that ends the process first prints the id of this request, to ask for its
 * answer later. */
void order_parting(const struct uuid *id);
void order_parted(void); /* and no longer */

/* Once what was printed of the reply is to be on its way: the exit status. Output that cannot be
 * written is a failure, which says what is done and the ids that the reply gave. */
int order_printed(const struct json *reply);

/* The sentence of order_finish. */
void reply_print(const char *sentence, const struct json *reply);

/*
 * order_send, then what the command prints: with --json the whole reply, else
 * the sentence, in which {name} stands for that member of the reply and
 * {name$} for one that is money, {name~} for a difference between two counts.
 */
int order_finish(struct order *order, const struct arguments *arguments, const char *sentence);

#endif
