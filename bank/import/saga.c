/* SPDX-License-Identifier: MIT */
/*
 * Which old events belonged together: a withdrawal or a deposit is begun on the
 * teller's stream, moves money on the account's and ends on the teller's.
 *
 * The old process was keyed by account, so two on one account ran into each
 * other. Here each is keyed by its correlation id; where there is none, an event
 * whose causing event is known belongs where that one does; else the account
 * is the key, and all that overlap on it are one saga, begun more than once:
 * ambiguous, and never taken apart by guessing.
 */
#include "bank/import/parts.h"

#include <inttypes.h>

static bool begins(enum event_kind kind)
{
    return kind == TELLER_WITHDRAWAL_INITIATED || kind == TELLER_DEPOSIT_INITIATED;
}

static bool ends(enum event_kind kind)
{
    return kind == TELLER_MONEY_WITHDRAWN || kind == TELLER_MONEY_DEPOSITED;
}

static bool moves(enum event_kind kind)
{
    return kind == ACCOUNTS_MONEY_WITHDRAWN || kind == ACCOUNTS_MONEY_DEPOSITED;
}

static bool of_deposit(enum event_kind kind)
{
    return kind == TELLER_DEPOSIT_INITIATED || kind == TELLER_MONEY_DEPOSITED ||
           kind == ACCOUNTS_MONEY_DEPOSITED;
}

static struct uuid key_of(const struct import_event *event)
{
    bool correlated = !uuid_is_nil(&event->correlation_id);
    struct uuid key = correlated ? event->correlation_id : event->account_id;
    key.bytes[0] ^= (unsigned char)((of_deposit(event->kind) ? 1 : 0) | (correlated ? 0 : 2));
    return key;
}

static uint32_t saga_begin(struct import *import, const struct uuid *key, uint32_t at)
{
    uint32_t number = import_index_find(&import->by_saga, key);
    const struct import_event *event = &import->event[at];
    if (number != IMPORT_NONE && (!uuid_is_nil(&event->correlation_id) ||
                                  import->saga[number].ended < import->saga[number].begun))
        return number;
    number = (uint32_t)import->saga_count;
    import->saga = import_grow(import->saga, &import->saga_count, &import->saga_capacity,
                               sizeof *import->saga);
    import->saga[number] = (struct import_saga){ .first = at,
                                                 .amount = event->amount,
                                                 .deposit = of_deposit(event->kind) };
    import_index_put(&import->by_saga, key, number);
    return number;
}

/* Where an event that continues belongs; IMPORT_NONE: to none. */
static uint32_t saga_find(const struct import *import, const struct import_event *event,
                          const struct uuid *key)
{
    if (uuid_is_nil(&event->correlation_id) && !uuid_is_nil(&event->causation_id)) {
        uint32_t cause = import_index_find(&import->by_event, &event->causation_id);
        if (cause != IMPORT_NONE && import->event[cause].saga != IMPORT_NONE)
            return import->event[cause].saga;
    }
    uint32_t number = import_index_find(&import->by_saga, key);
    if (number == IMPORT_NONE || !uuid_is_nil(&event->correlation_id))
        return number;
    const struct import_saga *saga = &import->saga[number];
    int64_t so_far = moves(event->kind) ? saga->moved : saga->ended;
    return so_far < saga->begun ? number : IMPORT_NONE; /* what is over is not continued */
}

bool import_saga_ambiguous(const struct import_saga *saga)
{
    return saga->begun > 1 || saga->moved > 1 || saga->ended > 1 || saga->amounts_differ;
}

static void report(struct import *import, const struct import_saga *saga)
{
    const struct import_event *first = &import->event[saga->first];
    const char *what = saga->deposit ? "deposit" : "withdrawal";
    import->report->sagas += saga->begun;
    if (import_saga_ambiguous(saga)) {
        import->report->ambiguous += saga->begun;
        import_find(import, "ambiguous", first->position, &first->account_id,
                    "%" PRId64 " %ss of the account cannot be told apart (%" PRId64
                    " movements, %" PRId64 " ends%s): its movements stand for themselves",
                    saga->begun, what, saga->moved, saga->ended,
                    saga->amounts_differ ? ", amounts differ" : "");
    } else if (saga->moved == 0 || saga->ended == 0) {
        import_find(import, "unfinished", first->position, &first->account_id, "the %s %s", what,
                    saga->moved == 0
                        ? "never moved the account's money"
                        : "moved the account's money, but the teller never said that it ended");
    }
}

void import_sagas(struct import *import)
{
    for (uint32_t i = 0; i < import->event_count; i++) {
        struct import_event *event = &import->event[i];
        if (!begins(event->kind) && !moves(event->kind) && !ends(event->kind))
            continue;
        struct uuid key = key_of(event);
        event->saga =
            begins(event->kind) ? saga_begin(import, &key, i) : saga_find(import, event, &key);
        if (event->saga == IMPORT_NONE)
            continue;
        struct import_saga *saga = &import->saga[event->saga];
        saga->begun += begins(event->kind);
        saga->moved += moves(event->kind);
        saga->ended += ends(event->kind);
        saga->amounts_differ |= event->amount != saga->amount && saga->begun == 1;
    }
    for (size_t i = 0; i < import->saga_count; i++)
        report(import, &import->saga[i]);
}
