/* SPDX-License-Identifier: MIT */
/*
 * `bank import`: the history of an older bank, an application over the Elixir
 * library eventstore (tables streams, stream_events, events; before its schema
 * 0.14 without the second), appended to this log. The old database is only read, in one
 * transaction.
 *
 * What becomes of an old event (the upcasters are in types.c):
 *
 *   Accounts.AccountOpened            Accounts.AccountOpened and Accounts.CardIssued
 *   Accounts.MoneyDeposited           Accounts.MoneyDeposited, as at the counter
 *   Accounts.MoneyWithdrawn           Accounts.MoneyWithdrawn, as at the counter
 *   Accounts.AuthenticationConfirmed  Accounts.AuthorizationConfirmed
 *   Tellers.*, and types not known    a row of esbank.imported_events, with the reason: ids,
 *                                     times, and of the known ones amounts, but nothing else
 *
 * An old teller knew no notes, and nothing there says whether they were paid
 * out: to make a withdrawal of its events would be to invent both. So the
 * account's side is imported as what it certainly is, money that moved, and the
 * teller's side is kept as history. Which account's event belongs to which
 * teller's is told by their places (saga.c). Two sagas that ran at once on one
 * account and cannot be told apart are reported, and each event stands for
 * itself.
 *
 * Ids. Events keep theirs, causation and correlation ids too. One that is not
 * there is derived: the first 16 bytes of SHA-256 over "esbank import ", a word
 * and the 16 bytes of the old event's id, made a version 8 uuid. The word is
 * "card" for the event id of the CardIssued an opening is split into,
 * "causation" or "correlation" for what an event lacks; in a saga that can be
 * told from others the correlation is derived from the event that began it.
 *
 * Cards. The number is 400001, nine digits keyed by card.key from the account's
 * id, and a check digit: the same each time with the same keys. The PIN becomes
 * a reference as of any card, and is kept nowhere.
 *
 * Amounts of the old bank are whole numbers: minor units unless options say
 * otherwise. Opening balance, limits: what was said; none was said: no limit.
 *
 * An account whose events do not fit each other, or that is in this log
 * already with other events, is left out as a whole, and the report says why.
 * Running it again appends what is missing and nothing else, also after a
 * kill: an account's stream is a prefix of what is to be there, batch by batch
 * in the old order.
 */
#ifndef BANK_IMPORT_IMPORT_H
#define BANK_IMPORT_IMPORT_H

#include "shared/error.h"
#include "shared/home.h"
#include "shared/money.h"
#include "shared/uuid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct import_options {
    const char *from, *db; /* conninfos; db NULL: $ESBANK_DB, else the home's private cluster */
    const char *cards;     /* a file for the whole card numbers; NULL: none */
    const struct home *home;
    money unit; /* minor units in one of the old bank's: 1 or 100 */
    bool dry_run;
    /* How many of the old events are seen to; NULL: none is told. */
    void (*progress)(void *context, int64_t done, int64_t total);
    void *context;
};

struct import_type {
    char name[128]; /* the old type */
    int64_t events, appended, present, kept, left_out;
};

struct import_finding {
    const char *kind; /* "account left out", "unknown type" (its first event), "unreadable",
                         "ambiguous", "unfinished", "no card", "deleted stream", "not compared" */
    size_t number;    /* in the order in which they were found */
    int64_t position; /* in the old log */
    struct uuid account_id;
    char detail[200];
};

/* Findings of one kind with the same detail; where the first of them is. */
struct import_reason {
    const char *kind, *detail;
    int64_t times, position;
    size_t first; /* of finding */
    struct uuid account_id;
};

struct import_card {
    struct uuid account_id;
    char masked[20];
};

/* The arrays are the report's. events = present + kept + left_out + those to be appended; appended
 * counts events of today's log. In a dry run appended and kept are what there would be. */
struct import_report {
    int64_t events, appended, present, kept, left_out;
    int64_t accounts, accounts_left_out, sagas, ambiguous;
    struct import_type *type;
    struct import_finding *finding; /* in the order of positions */
    struct import_reason *reason;
    struct import_card *card;
    size_t type_count, finding_count, reason_count, card_count;
};

/* False when it could not be carried out; what was appended until then stays and need not be done
 * again. */
bool import(const struct import_options *options, struct import_report *report,
            struct error *error);
void import_report_finish(struct import_report *report);

#endif
