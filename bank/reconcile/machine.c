/* SPDX-License-Identifier: MIT */
#include "bank/reconcile/machine.h"

#include "shared/notes_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- one withdrawal or deposit ---- */

static const char *const end_names[MACHINE_END_COUNT] = {
    "open",    "declined", "dispensed", "not_dispensed", "retracted",
    "unknown", "counted",  "cancelled", "lost",
};

const char *machine_end_name(enum machine_end end)
{
    return end_names[end];
}

static void notes_say(struct machine_notes *said, const struct journal_entry *entry,
                      const char *name)
{
    char text[NOTES_TEXT_LENGTH];
    if (journal_detail_get(entry->detail, name, text, sizeof text))
        said->said = notes_text_parse(text, &said->notes);
}

static void say_nothing(struct machine_notes *said)
{
    *said = (struct machine_notes){ 0 };
}

/* An advice by recovery rests on the devices' memories: what the journal has of the steps before
 * the power cut stands, and what it has not stays unsaid. */
static void advise(struct machine_saga *saga, const struct journal_entry *entry)
{
    char outcome[32];
    if (!journal_detail_get(entry->detail, "outcome", outcome, sizeof outcome))
        return;
    int end = MACHINE_END_DISPENSED;
    while (end < MACHINE_END_COUNT && strcmp(end_names[end], outcome) != 0)
        end++;
    saga->end = end < MACHINE_END_COUNT ? (enum machine_end)end : MACHINE_END_UNKNOWN;
    if (saga->end == MACHINE_END_NOT_DISPENSED && !saga->moved)
        saga->rejected.said = true; /* none */
    if (saga->end == MACHINE_END_RETRACTED && !saga->retracted.said)
        saga->retracted = saga->taken;
    if (saga->end != MACHINE_END_DISPENSED)
        say_nothing(&saga->taken);
}

static void begin(struct machine_saga *saga, const struct journal_entry *entry)
{
    char amount[24];
    saga->begun = true;
    saga->is_deposit = entry->step == JOURNAL_DEPOSIT_REQUEST;
    if (journal_detail_get(entry->detail, "amount", amount, sizeof amount))
        saga->amount = strtoll(amount, NULL, 10);
}

void machine_fold(struct machine_saga *saga, const struct journal_entry *entry)
{
    switch (entry->step) {
    case JOURNAL_REQUEST:
    case JOURNAL_DEPOSIT_REQUEST:
        begin(saga, entry);
        break;
    case JOURNAL_APPROVED:
        saga->approved = true;
        notes_say(&saga->promised, entry, "notes");
        break;
    case JOURNAL_DECLINED:
        saga->end = MACHINE_END_DECLINED;
        break;
    case JOURNAL_STACK:
    case JOURNAL_ACCEPT:
        saga->moved = true;
        break;
    case JOURNAL_PRESENTED: /* what is put out is taken, unless it is retracted */
        notes_say(&saga->taken, entry, "notes");
        notes_say(&saga->rejected, entry, "rejected");
        break;
    case JOURNAL_TAKEN:
        notes_say(&saga->taken, entry, "notes");
        break;
    case JOURNAL_RETRACTED:
        notes_say(&saga->retracted, entry, "notes");
        break;
    case JOURNAL_DISPENSE_FAILED:
        notes_say(&saga->rejected, entry, "rejected");
        break;
    case JOURNAL_COUNTED:
    case JOURNAL_KEPT:
        notes_say(&saga->accepted, entry, "notes");
        break;
    case JOURNAL_COUNT_FAILED:
    case JOURNAL_GIVEN_BACK:
        say_nothing(&saga->accepted);
        break;
    case JOURNAL_ADVICE:
        advise(saga, entry);
        break;
    default:
        break; /* of no withdrawal or deposit, or nothing new about its notes */
    }
}

/* ---- all of them ---- */

static size_t place_of(const struct machine *machine, const struct uuid *id)
{
    size_t at = uuid_hash(id) & (machine->places - 1);
    while (machine->place[at] != 0 && !uuid_equal(&machine->saga[machine->place[at] - 1].id, id))
        at = (at + 1) & (machine->places - 1);
    return at;
}

const struct machine_saga *machine_find(const struct machine *machine, const struct uuid *id)
{
    const uint32_t place = machine->places == 0 ? 0 : machine->place[place_of(machine, id)];
    return place == 0 ? NULL : &machine->saga[place - 1];
}

static void grow(struct machine *machine)
{
    machine->capacity = machine->capacity == 0 ? 256 : machine->capacity * 2;
    machine->saga = realloc(machine->saga, machine->capacity * sizeof *machine->saga);
    free(machine->place);
    machine->places = machine->capacity * 4;
    machine->place = calloc(machine->places, sizeof *machine->place);
    if (machine->saga == NULL || machine->place == NULL)
        panic("out of memory for a journal");
    for (size_t i = 0; i < machine->count; i++)
        machine->place[place_of(machine, &machine->saga[i].id)] = (uint32_t)i + 1;
}

/* A transfer moves no notes, and is the bank's alone. */
static bool concerns(const struct journal_entry *entry)
{
    return !uuid_is_nil(&entry->withdrawal) && entry->step != JOURNAL_TRANSFER_REQUEST &&
           entry->step != JOURNAL_TRANSFERRED;
}

/* An id that is not here began before this file, or is a transfer's: its receipt says nothing of
 * notes. */
static bool begins(const struct journal_entry *entry)
{
    return entry->step != JOURNAL_RECEIPT && entry->step != JOURNAL_PAPER_OUT &&
           entry->step != JOURNAL_NO_REPLY && entry->step != JOURNAL_LATE_REPLY &&
           entry->step != JOURNAL_ACKNOWLEDGED && entry->step != JOURNAL_REFUSED;
}

static void take(struct machine *machine, const struct journal_entry *entry)
{
    if (machine->first == 0) {
        machine->first = entry->sequence;
        snprintf(machine->first_time, sizeof machine->first_time, "%s", entry->time);
    }
    machine->last = entry->sequence;
    snprintf(machine->last_time, sizeof machine->last_time, "%s", entry->time);
    if (!concerns(entry))
        return;
    if (machine->count == machine->capacity)
        grow(machine);
    const size_t at = place_of(machine, &entry->withdrawal);
    if (machine->place[at] == 0) {
        if (!begins(entry))
            return;
        machine->saga[machine->count++] =
            (struct machine_saga){ .id = entry->withdrawal, .sequence = entry->sequence };
        machine->place[at] = (uint32_t)machine->count;
    }
    machine_fold(&machine->saga[machine->place[at] - 1], entry);
}

/* ---- the file ---- */

struct reading {
    struct machine *machine;
    const struct memory_key *key;
    struct journal_chain chain;
    bool any, keyed, checked; /* a line was read; its MACs have a key; that is at hand */
};

/* Whether the file's lines carry MACs its first one tells: a hash is shorter. */
static void begin_chain(struct reading *reading, const char *line)
{
    const char *last = strrchr(line, ' ');
    reading->keyed = last != NULL && strlen(last + 1) == MEMORY_MAC_LENGTH - 1;
    reading->checked = !reading->keyed || reading->key != NULL;
    reading->chain = journal_chain_begin(reading->keyed ? reading->key : NULL);
    reading->any = true;
}

static void note_wrong(struct reading *reading, uint64_t sequence)
{
    if (reading->machine->wrong_all++ == 0)
        reading->machine->wrong = sequence;
}

/* Goes on behind a line that does not follow as if it did, so that each such line is found. */
static void chain_skip(struct reading *reading, const char *line, uint64_t sequence)
{
    const char *mac = line + strlen(line) + 1;
    reading->chain.sequence = sequence;
    snprintf(reading->chain.hash, sizeof reading->chain.hash, "%s", mac);
}

/* A head that is not right is that of another machine, or was written by another hand. */
static bool read_head(struct reading *reading, const char *line)
{
    unsigned long long sequence;
    char hash[JOURNAL_HASH_LENGTH];
    if (journal_head_read(&reading->chain, line))
        return true;
    if (sscanf(line, "# continues %32s %llu", hash, &sequence) != 2)
        return false;
    if (reading->checked)
        note_wrong(reading, sequence);
    reading->chain.sequence = sequence;
    memcpy(reading->chain.hash, hash, sizeof hash);
    return true;
}

/* False for what is no line of a journal; the last one may have been torn by a power cut. */
static bool read_line(struct reading *reading, char *line)
{
    struct journal_entry entry;
    const bool first = !reading->any;
    if (first)
        begin_chain(reading, line);
    if (first && read_head(reading, line))
        return true;
    const uint64_t follows = reading->chain.sequence + 1;
    switch (journal_line_read(&reading->chain, line, &entry)) {
    case JOURNAL_LINE_BROKEN:
        return false;
    case JOURNAL_LINE_WRONG:
        if (reading->checked || (!first && entry.sequence != follows))
            note_wrong(reading, entry.sequence);
        chain_skip(reading, line, entry.sequence);
        break;
    case JOURNAL_LINE_GOOD:
        break;
    }
    take(reading->machine, &entry);
    return true;
}

static enum machine_macs macs_of(const struct reading *reading)
{
    if (reading->machine->wrong_all > 0)
        return MACHINE_MACS_WRONG;
    if (!reading->keyed)
        return MACHINE_MACS_HASHES;
    return reading->checked ? MACHINE_MACS_GOOD : MACHINE_MACS_UNCHECKED;
}

static bool read_lines(struct reading *reading, FILE *file, const char *path, struct error *error)
{
    char *line = NULL;
    size_t room = 0, number = 0;
    ssize_t length;
    bool worked = true;
    while (worked && (length = getline(&line, &room, file)) > 0) {
        const bool whole = line[length - 1] == '\n';
        number++;
        if (!whole)
            break; /* torn */
        line[length - 1] = '\0';
        if (strlen(line) != (size_t)length - 1 || !read_line(reading, line))
            worked =
                error_set(error, ERROR_FORMAT,
                          "line %zu of %.300s is no entry of a machine's journal", number, path);
    }
    if (worked && ferror(file))
        worked = error_set_errno(error, "cannot read %.300s", path);
    free(line);
    return worked;
}

bool machine_read(struct machine *machine, const char *path, const struct memory_key *key,
                  struct error *error)
{
    struct reading reading = { .machine = machine, .key = key };
    *machine = (struct machine){ 0 };
    grow(machine);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return error_set_errno(error, "cannot read the journal %.300s", path);
    bool worked = read_lines(&reading, file, path, error);
    fclose(file);
    if (worked && machine->first == 0)
        worked = error_set(error, ERROR_FORMAT, "%.300s has no entry of a machine's journal", path);
    machine->macs = macs_of(&reading);
    return worked;
}

void machine_finish(struct machine *machine)
{
    free(machine->saga);
    free(machine->place);
    *machine = (struct machine){ 0 };
}
