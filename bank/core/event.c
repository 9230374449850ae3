/* SPDX-License-Identifier: MIT */
#include "bank/core/event.h"

#include <string.h>

static const struct movement movements[MOVEMENT_KIND_COUNT] = {
#define X(enumerator, balance, sum, counts, held, word) { balance, sum, counts, held, word },
    MOVEMENT_TABLE(X)
#undef X
};

static const struct {
    const char *type;
    enum stream_kind stream;
    enum movement_kind movement;
} table[EVENT_KIND_COUNT] = {
#define X(enumerator, type, fields, movement) { type, STREAM_ACCOUNT, MOVEMENT_##movement },
    ACCOUNT_EVENTS(X)
#undef X
#define X(enumerator, type, fields, movement) { type, STREAM_TELLER, MOVEMENT_##movement },
        TELLER_EVENTS(X)
#undef X
#define X(enumerator, type, fields, movement) { type, STREAM_BANK, MOVEMENT_##movement },
            BANK_EVENTS(X)
#undef X
};

const char *event_type(enum event_kind kind)
{
    return table[kind].type;
}

enum stream_kind event_stream(enum event_kind kind)
{
    return table[kind].stream;
}

const struct movement *event_movement(enum event_kind kind)
{
    return &movements[table[kind].movement];
}

enum movement_kind event_movement_kind(enum event_kind kind)
{
    return table[kind].movement;
}

const char *movement_word(enum movement_kind kind)
{
    return movements[kind].word;
}

bool event_moves(enum event_kind kind)
{
    return table[kind].movement != MOVEMENT_NOTHING;
}

bool event_on_statement(const struct event *event)
{
    return event_movement(event->kind)->word != NULL &&
           (event->kind != ACCOUNTS_ACCOUNT_OPENED || event_amount(event) != 0);
}

money event_amount(const struct event *event)
{
    return event->kind == ACCOUNTS_ACCOUNT_OPENED ? event->account_opened.balance
                                                  : event->money_moved.amount;
}

money event_change(const struct event *event)
{
    return event_movement(event->kind)->balance * event_amount(event);
}

money event_balance(const struct event *event)
{
    return event->kind == ACCOUNTS_ACCOUNT_OPENED ? event->account_opened.balance
                                                  : event->money_moved.new_balance;
}

const char *event_owner(const struct event *event)
{
    if (event->kind == ACCOUNTS_ACCOUNT_OPENED)
        return event->account_opened.owner;
    return event->kind == ACCOUNTS_OWNER_RENAMED ? event->owner_renamed.owner : NULL;
}

enum event_kind event_kind_find(const char *type)
{
    int kind = 0;
    while (kind < EVENT_KIND_COUNT && strcmp(table[kind].type, type) != 0)
        kind++;
    return (enum event_kind)kind;
}

static const char *const incidents[INCIDENT_COUNT] = {
#define X(enumerator, name, meaning) name,
    INCIDENT_TABLE(X)
#undef X
};

const char *incident_name(enum incident incident)
{
    return incidents[incident];
}

enum incident incident_find(const char *name)
{
    int incident = 0;
    while (incident < INCIDENT_COUNT && strcmp(incidents[incident], name) != 0)
        incident++;
    return (enum incident)incident;
}

static const char *const bins[BIN_COUNT] = {
#define X(enumerator, name) name,
    BIN_TABLE(X)
#undef X
};

const char *cash_bin_name(enum cash_bin bin)
{
    return bins[bin];
}

enum cash_bin cash_bin_find(const char *name)
{
    int bin = BIN_NONE + 1;
    while (bin < BIN_COUNT && strcmp(bins[bin], name) != 0)
        bin++;
    return (enum cash_bin)bin;
}

const char *source_name(enum source source)
{
    static const char *const names[SOURCE_COUNT] = {
        [SOURCE_UNSAID] = "unsaid",
        [SOURCE_MACHINE] = "machine",
        [SOURCE_DEADLINE] = "deadline",
        [SOURCE_OPERATOR] = "operator",
    };
    return names[source];
}
