/* SPDX-License-Identifier: MIT */
/*
 * What a machine's electronic journal says of its withdrawals and deposits: the
 * entries of a file, checked, and folded by their ids. No database.
 *
 * A journal is written before and after each physical step, so what it says of
 * notes comes from the steps, and how it all ended from the advice. Where a
 * power cut left steps out, the machine settled by the devices' own memories; of
 * those notes the journal says nothing, and nothing is compared.
 */
#ifndef BANK_RECONCILE_MACHINE_H
#define BANK_RECONCILE_MACHINE_H

#include "shared/error.h"
#include "shared/journal_line.h"
#include "shared/money.h"
#include "shared/notes.h"

enum machine_end {
    MACHINE_END_NONE, /* none yet, by this file */
    MACHINE_END_DECLINED,
    MACHINE_END_DISPENSED,
    MACHINE_END_NOT_DISPENSED,
    MACHINE_END_RETRACTED,
    MACHINE_END_UNKNOWN,
    MACHINE_END_COUNTED,
    MACHINE_END_CANCELLED,
    MACHINE_END_LOST,
    MACHINE_END_COUNT
};

/* As in the journal; "open" for none. */
const char *machine_end_name(enum machine_end end);

/* Notes of which the journal may or may not speak. */
struct machine_notes {
    bool said;
    struct notes notes;
};

struct machine_saga {
    struct uuid id;
    bool is_deposit, begun; /* begun: its request is in this file */
    bool approved, moved;   /* notes have been moved, or may have been */
    enum machine_end end;
    money amount; /* of a withdrawal */
    struct machine_notes promised, taken, rejected, retracted, accepted;
    uint64_t sequence; /* of its first entry here */
};

enum machine_macs {
    MACHINE_MACS_GOOD,
    MACHINE_MACS_HASHES,    /* a file without MACs: its hashes fit, which a forger can make too */
    MACHINE_MACS_UNCHECKED, /* their key is not at hand */
    MACHINE_MACS_WRONG
};

struct machine {
    struct machine_saga *saga; /* by their first entries */
    size_t count, capacity;
    uint64_t first, last; /* entries */
    char first_time[32], last_time[32];
    enum machine_macs macs;
    uint64_t wrong;   /* the first entry that does not follow the one before; 0: none */
    size_t wrong_all; /* how many do not */
    uint32_t *place;  /* a hash table over saga, its own */
    size_t places;
};

/* Reads a file. key: NULL: not at hand. False for a file that is no journal, or cannot be read.
 * machine_finish, whatever it returns. */
bool machine_read(struct machine *machine, const char *path, const struct memory_key *key,
                  struct error *error);
void machine_finish(struct machine *machine);

/* Folds an entry of that id in. */
void machine_fold(struct machine_saga *saga, const struct journal_entry *entry);

/* NULL: the journal does not know it. */
const struct machine_saga *machine_find(const struct machine *machine, const struct uuid *id);

#endif
