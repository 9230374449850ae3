/* SPDX-License-Identifier: MIT */
/*
 * The start: the folder is locked, its memories are read, what the three
 * witnesses (journal, stored messages, devices) leave open is settled, and only
 * then does the machine look for its bank.
 *
 * A folder from before there were MACs is adopted by itself when nothing in it
 * is owed or open. Otherwise a person has to say so (--adopt-memories): what an
 * enemy could gain by taking the MACs away is exactly what is owed.
 */
#include "atm/machine/machine.h"

#include "atm/files/durable.h"
#include "atm/files/log.h"
#include "atm/machine/recovery.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define JOURNAL_LARGE (8 * 1024 * 1024)
#define KEY_RETRY_MS  500

bool machine_lock(struct machine *machine, struct error *error)
{
    char path[DURABLE_PATH_SIZE];
    snprintf(path, sizeof path, "%s/lock", machine->options->folder);
    machine->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (machine->lock < 0)
        return error_set_errno(error, "cannot open %s", path);
    if (flock(machine->lock, LOCK_EX | LOCK_NB) == 0)
        return true;
    if (errno != EWOULDBLOCK)
        return error_set_errno(error, "cannot lock %s", path);
    return error_set(error, ERROR_USAGE,
                     "this terminal is in use by another atm already: close that one, or choose "
                     "another with --teller-id");
}

/* What the journal's entries are read for. */
struct reading {
    struct machine *machine;
    struct recovery *recovery;
};

/* A PIN that was changed here is not the one on the note. */
static void note_read(struct machine *machine, const struct journal_entry *entry)
{
    char card[PAN_DIGITS_MAX + 1];
    if (entry->step == JOURNAL_PIN_CHANGED &&
        journal_detail_get(entry->detail, "card", card, sizeof card))
        terminal_note_is_wrong(&machine->terminal, card);
}

static void entry_read(void *context, const struct journal_entry *entry)
{
    const struct reading *reading = context;
    recovery_read(reading->recovery, entry);
    note_read(reading->machine, entry);
}

/* Reads all of it and changes nothing that the witnesses say. */
static bool folder_read(struct machine *machine, struct recovery *recovery, struct error *error)
{
    const struct options *options = machine->options;
    struct memory *memory = &machine->memory;
    struct reading reading = { machine, recovery };
    return memory_open(memory, options->folder, &options->teller, options->key,
                       options->previous_key, error) &&
           dispenser_open(&machine->dispenser, options->folder, memory, error) &&
           acceptor_open(&machine->acceptor, options->folder, memory, error) &&
           saf_open(&machine->saf, options->folder, memory, error) &&
           journal_open(&machine->journal, options->folder, memory, entry_read, &reading, error) &&
           supervisor_code_open(&machine->code, options->folder, memory, recovery->code_wrong,
                                time(NULL), error);
}

/* Whether it may be gone on from there without a person's word. */
static bool folder_whole(const struct machine *machine, const struct recovery *recovery,
                         struct error *error)
{
    const char *folder = machine->options->folder;
    int owed = machine->saf.unsealed + recovery_open(recovery, &machine->saf);
    if (machine->options->adopt_memories)
        return true;
    if (machine->memory.witnessed > machine->journal.sequence)
        return error_set(error, ERROR_FORMAT,
                         "%.300s/journal.log lacks its end, up to entry %" PRIu64
                         ": have the folder examined, then start once with --adopt-memories",
                         folder, machine->memory.witnessed);
    if (machine->memory.adopting && owed > 0)
        return error_set(
            error, ERROR_USAGE,
            "%.300s carries no MACs and %d of its messages or withdrawals are still owed to the "
            "bank: compare them with the journal, then start once with --adopt-memories",
            folder, owed);
    return true;
}

static bool folder_seal(struct machine *machine, bool told, struct error *error)
{
    const struct options *options = machine->options;
    return journal_write(&machine->journal, JOURNAL_ADOPTED, NULL, "", error) &&
           saf_seal(&machine->saf, error) && dispenser_seal(&machine->dispenser, error) &&
           acceptor_seal(&machine->acceptor, error) &&
           supervisor_code_seal(&machine->code, time(NULL), error) &&
           (!told || machine_report(machine, "memories_adopted", 1, error)) &&
           journal_rotate(&machine->journal, JOURNAL_LARGE, error) &&
           memory_adopted(&machine->memory, options->folder, options->key, error);
}

/* Since its first start a keyed machine has the acceptor's file. */
static bool acceptor_gone(const struct machine *machine, const struct recovery *recovery)
{
    return machine->acceptor.found == MEMORY_ABSENT && recovery->worked && machine->memory.keyed &&
           !machine->memory.adopting;
}

static bool dispenser_gone(const struct machine *machine, const struct recovery *recovery)
{
    return machine->dispenser.found == MEMORY_ABSENT && recovery->worked;
}

/*
 * A witness that is missing or forged is reported to the bank, and then set
 * aside: a machine that is killed between the two reports it again.
 */
static bool witnesses_lose(struct machine *machine, const struct recovery *recovery, bool *reported,
                           struct error *error)
{
    const bool dispenser =
                   machine->dispenser.found == MEMORY_FORGED || dispenser_gone(machine, recovery),
               acceptor =
                   machine->acceptor.found == MEMORY_FORGED || acceptor_gone(machine, recovery);
    if (!dispenser && !acceptor && machine->saf.forged_count == 0)
        return true;
    *reported = true;
    return machine_report(machine, "memory_lost", 1, error) &&
           (!dispenser || dispenser_lose(&machine->dispenser, error)) &&
           (!acceptor || acceptor_lose(&machine->acceptor, error));
}

static bool folder_settle(struct machine *machine, struct recovery *recovery, struct error *error)
{
    const struct uuid *teller = &machine->options->teller;
    struct journal *journal = &machine->journal;
    const bool unsealed = !journal->keyed && journal->sequence > 0; /* not a new machine */
    if (machine->memory.witnessed > journal->sequence)              /* adopted all the same */
        recovery_without_journal(recovery, &machine->dispenser, &machine->acceptor);
    bool reported = false;
    if (!witnesses_lose(machine, recovery, &reported, error))
        return false;
    if (!journal_write(journal, JOURNAL_STARTED, NULL, "", error) ||
        !recovery_run(recovery, journal, &machine->dispenser, &machine->saf, teller, error) ||
        !recovery_run_deposits(recovery, journal, &machine->acceptor, &machine->saf, teller, error))
        return false;
    if (recovery->lost && !reported && !machine_report(machine, "memory_lost", 1, error))
        return false;
    if (!machine->acceptor.known && !machine->acceptor.state.attention &&
        !acceptor_seal(&machine->acceptor, error))
        return false;
    if (machine->memory.keyed && (machine->memory.adopting || machine->options->adopt_memories) &&
        !folder_seal(machine, unsealed || machine->options->adopt_memories, error))
        return false;
    return recovery->count > 0 || journal_rotate(journal, JOURNAL_LARGE, error);
}

bool machine_recall(struct machine *machine, struct error *error)
{
    struct recovery recovery = { 0 };
    bool done = folder_read(machine, &recovery, error) && folder_whole(machine, &recovery, error) &&
                folder_settle(machine, &recovery, error);
    recovery_finish(&recovery);
    machine->code_until_ms = machine->now_ms + machine->code.left_ms;
    return done;
}

/*
 * A machine that came up without its terminal key keeps its folder unkeyed and
 * never asks for its bank: once the key is there, the folder is read anew
 * under it, before the first connection.
 */
void machine_key_late(struct machine *machine)
{
    struct error error;
    struct link *link = &machine->link;
    if (machine->memory.keyed || link->state != LINK_DOWN || machine->now_ms < link->next_ms)
        return;
    link->next_ms = machine->now_ms + KEY_RETRY_MS;
    if (access(machine->options->key, F_OK) != 0) {
        if (link->why[0] == '\0')
            log_line("no link to the bank: there is no terminal key %s", machine->options->key);
        snprintf(link->why, sizeof link->why, "no terminal key");
        return;
    }
    saf_close(&machine->saf);
    journal_close(&machine->journal);
    if (machine_recall(machine, &error)) {
        link->next_ms = machine->now_ms;
        link->why[0] = '\0';
        return;
    }
    if (strcmp(link->why, error.message) != 0)
        log_line("%s", error.message);
    snprintf(link->why, sizeof link->why, "%s", error.message);
    memory_close(&machine->memory);
}

bool machine_report_as(struct machine *machine, const struct uuid *id, const char *incident,
                       int count, struct error *error)
{
    char line[MESSAGE_SIZE];
    size_t length = message_incident(line, id, &machine->options->teller, incident, count);
    return saf_store(&machine->saf, id, line, length, error);
}

bool machine_report(struct machine *machine, const char *incident, int count, struct error *error)
{
    const struct uuid id = uuid_make();
    return machine_report_as(machine, &id, incident, count, error);
}

bool machine_set_supervisor_code(const struct options *options, const char *digits,
                                 struct error *error)
{
    static struct machine machine;
    machine = (struct machine){ .options = options, .lock = -1, .journal = { .file = -1 } };
    bool set =
        machine_lock(&machine, error) &&
        memory_open(&machine.memory, options->folder, &options->teller, options->key,
                    options->previous_key, error) &&
        journal_open(&machine.journal, options->folder, &machine.memory, NULL, NULL, error) &&
        supervisor_code_open(&machine.code, options->folder, &machine.memory, 0, time(NULL),
                             error) &&
        supervisor_code_set(&machine.code, digits, error) &&
        journal_write(&machine.journal, JOURNAL_SUPERVISOR, NULL, "code=set", error);
    journal_close(&machine.journal);
    memory_close(&machine.memory);
    if (machine.lock >= 0)
        close(machine.lock);
    return set;
}
