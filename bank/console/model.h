/* SPDX-License-Identifier: MIT */
/*
 * What the console knows of the bank and its database. Two threads fetch it, one
 * from each, so that neither a slow database nor a bank that stands still keeps
 * the keys from working: the caller asks, goes on, and takes the answer when
 * model_file is readable.
 *
 *   struct model *model = model_open(&home, db);
 *   model_ask(model, &ask);                        replaces one that was not begun
 *   ... poll model_file ...
 *   if (model_take(model, &answer)) ...            answer.page is the caller's
 *   model_close(model);
 *
 * A statement has two seconds. What costs the database much is asked for
 * less often: see model_pause_ms.
 */
#ifndef BANK_CONSOLE_MODEL_H
#define BANK_CONSOLE_MODEL_H

#include "bank/console/figures.h"
#include "bank/console/view.h"
#include "bank/vault/vault.h"
#include "shared/home.h"

#include <stdint.h>

enum ask_from {
    ASK_START,  /* the first rows */
    ASK_END,    /* the last ones */
    ASK_AT,     /* from that row on, itself included */
    ASK_BEFORE, /* up to that row, itself included */
};

#define ASK_TEXT_SIZE 200

struct ask {
    unsigned serial; /* the caller's: which ask an answer belongs to */
    const struct view *view;
    char subject[ASK_TEXT_SIZE];
    char filter[ASK_TEXT_SIZE];
    unsigned sort;
    bool turned; /* the sort, the other way round */
    enum ask_from from;
    char at_sort[ASK_TEXT_SIZE], at_key[ASK_TEXT_SIZE];
    size_t rows;    /* how many at most */
    size_t columns; /* how wide the terminal is */
};

struct answer {
    struct ask ask;
    struct page *page; /* NULL: error */
    struct error error;
    int64_t took_us;
};

/* The database and what is needed to read owners: of one thread. */
struct reader {
    struct query *query;
    struct vault *vault; /* NULL: owners stay sealed */
};

/* What wants attention, for the tabs; of the database. */
struct attention {
    bool known;
    char trouble[200]; /* why not; empty: no trouble */
    int64_t suspects, alerts, approvals, lag, parked, position;
};

struct model;

struct model *model_open(const struct home *home, const char *db);
/* False: a thread did not end in a moment, since a server stands still; all stays as it is. */
bool model_close(struct model *model);

int model_file(const struct model *model);
void model_ask(struct model *model, const struct ask *ask);
bool model_take(struct model *model, struct answer *answer);
/* Copies what is known now. */
void model_figures(struct model *model, struct figures *figures);
void model_attention(struct model *model, struct attention *attention);

/* Whether a machine is signed on, by its id. */
enum online { ONLINE_UNKNOWN, ONLINE_NO, ONLINE_YES };
enum online model_online(struct model *model, const char *id);

/* Opens the source for one command, without threads: the batch mode. */
bool reader_open(struct reader *reader, const struct home *home, const char *db,
                 struct error *error);
void reader_close(struct reader *reader);
/* One answer, there and then. NULL with the error. */
struct page *reader_fetch(struct reader *reader, const struct ask *ask, struct error *error);

/* How long to wait before the same is asked for again, when it took so long: a second, and up to a
 * minute where that would take more than a fiftieth of the time. What failed is tried again after
 * some seconds. */
int64_t model_pause_ms(bool worked, int64_t took_us);

#endif
