/* SPDX-License-Identifier: MIT */
/*
 * Which old events belonged together: a withdrawal or a deposit is begun on the
 * teller's stream, moves money on the account's and ends on the teller's.
 *
 * The teller's two events have one correlation id. The account's has another:
 * the old handler dispatched the account's command without one, while it held
 * the single teller up. So the account's event of that amount stands between
 * the two, and as a rule is the only one there. Where two fit, the saga is
 * ambiguous and none is taken.
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
    return saga->fitting > 1 || saga->begun > 1 || saga->moved > 1 || saga->ended > 1 ||
           saga->amounts_differ;
}

/* ---- the account's event, by its place ---- */

static bool fits(const struct import *import, const struct import_saga *saga,
                 const struct import_event *event)
{
    const struct import_event *first = &import->event[saga->first];
    return event->saga == IMPORT_NONE && moves(event->kind) &&
           of_deposit(event->kind) == saga->deposit && event->amount == saga->amount &&
           uuid_equal(&event->account_id, &first->account_id);
}

/* Between the saga's two events; for one that did not end, up to the end of the log. */
static void pair(struct import *import, uint32_t number)
{
    struct import_saga *saga = &import->saga[number];
    const uint32_t end = saga->ended > 0 ? saga->last : (uint32_t)import->event_count;
    uint32_t found = IMPORT_NONE;
    for (uint32_t i = saga->first + 1; i < end; i++)
        if (fits(import, saga, &import->event[i])) {
            saga->fitting++;
            found = i;
        }
    saga->fits = found;
    if (saga->fitting != 1 || saga->ended == 0)
        return;
    import->event[found].saga = number;
    saga->moved++;
}

/* In the order of their ends, in which the teller took them; those without one come last. */
static void pair_all(struct import *import)
{
    for (size_t i = 0; i < import->event_count; i++) {
        const struct import_event *event = &import->event[i];
        if (!ends(event->kind) || event->saga == IMPORT_NONE)
            continue;
        const struct import_saga *saga = &import->saga[event->saga];
        if (saga->last == i && saga->moved == 0 && !import_saga_ambiguous(saga))
            pair(import, event->saga);
    }
    for (size_t i = 0; i < import->saga_count; i++)
        if (import->saga[i].ended == 0 && import->saga[i].moved == 0 &&
            !import_saga_ambiguous(&import->saga[i]))
            pair(import, (uint32_t)i);
}

/* ---- what is told ---- */

static void ambiguous(struct import *import, const struct import_saga *saga)
{
    const struct import_event *first = &import->event[saga->first];
    const char *what = saga->deposit ? "deposit" : "withdrawal";
    import->report->ambiguous += saga->begun;
    if (saga->begun == 1 && saga->fitting > 1)
        import_find(import, "ambiguous", first->position, &first->account_id,
                    "%" PRId64 " movements of the account fit this %s: they stand for themselves",
                    saga->fitting, what);
    else if (saga->begun == 1 && saga->amounts_differ)
        import_find(import, "ambiguous", first->position, &first->account_id,
                    "the events of this %s have different amounts: they stand for themselves",
                    what);
    else
        import_find(import, "ambiguous", first->position, &first->account_id,
                    "%" PRId64 " %ss of the account cannot be told apart (%" PRId64
                    " movements, %" PRId64 " ends%s): its movements stand for themselves",
                    saga->begun, what, saga->moved, saga->ended,
                    saga->amounts_differ ? ", amounts differ" : "");
}

static void report(struct import *import, const struct import_saga *saga)
{
    const struct import_event *first = &import->event[saga->first];
    const char *what = saga->deposit ? "deposit" : "withdrawal";
    import->report->sagas += saga->begun;
    if (import_saga_ambiguous(saga))
        ambiguous(import, saga);
    else if (saga->ended > 0 && saga->moved == 0)
        import_find(import, "unfinished", first->position, &first->account_id,
                    "the teller said that the %s ended, but no movement of the account fits it",
                    what);
    else if (saga->moved > 0 && saga->ended == 0)
        import_find(import, "unfinished", first->position, &first->account_id,
                    "the %s moved the account's money, but the teller never said that it ended",
                    what);
    else if (saga->ended == 0 && saga->fitting == 0)
        import_find(import, "unfinished", first->position, &first->account_id,
                    "the %s never moved the account's money", what);
    else if (saga->ended == 0)
        import_find(import, "unfinished", first->position, &first->account_id,
                    "the teller never said that the %s ended; the movement at position %" PRId64
                    " may be of it",
                    what, import->event[saga->fits].position);
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
        if (ends(event->kind))
            saga->last = i;
        saga->amounts_differ |= event->amount != saga->amount && saga->begun == 1;
    }
    pair_all(import);
    for (size_t i = 0; i < import->saga_count; i++)
        report(import, &import->saga[i]);
}
