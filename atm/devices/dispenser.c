/* SPDX-License-Identifier: MIT */
/*
 * The file is the hardware here: what it says is where the notes are. Every
 * movement makes the new state as a value, writes it, and only then takes it
 * over, so a failed write means an unmoved note. The one movement with a state
 * in between is present: MOVING is written first, because a real transport
 * that stops half way cannot say what it has handed out.
 *
 * Conserved, always: cassettes + reject bin + retract bin + out + stacked ones
 * in the machine = loaded + replenished + what counts have shown beyond that.
 */
#include "atm/devices/dispenser.h"

#include "atm/devices/faults.h"
#include "atm/files/durable.h"
#include "atm/files/log.h"
#include "shared/notes_text.h"

#include <stdio.h>
#include <string.h>

#define DISPENSER_FILE_SIZE 4096
#define FORGOTTEN           "forgotten" /* in place of a status: nothing is known until the next load */

static const char *const status_names[DISPENSER_STATUS_COUNT] = {
    [DISPENSER_IDLE] = "idle",         [DISPENSER_STACKED] = "stacked",
    [DISPENSER_MOVING] = "unknown",    [DISPENSER_PRESENTED] = "presented",
    [DISPENSER_TAKEN] = "taken",       [DISPENSER_RETRACTED] = "retracted",
    [DISPENSER_REJECTED] = "rejected",
};

/* The file's lines of notes, in their order. */
static const struct {
    const char *name;
    size_t offset;
} notes_lines[] = {
    { "stacked", offsetof(struct dispenser_state, stacked) },
    { "presented", offsetof(struct dispenser_state, presented) },
    { "rejected", offsetof(struct dispenser_state, rejected) },
    { "cassettes", offsetof(struct dispenser_state, cassettes) },
    { "reject_bin", offsetof(struct dispenser_state, reject_bin) },
    { "retract_bin", offsetof(struct dispenser_state, retract_bin) },
    { "out", offsetof(struct dispenser_state, out) },
};
#define NOTES_LINES (sizeof notes_lines / sizeof notes_lines[0])

const char *dispenser_status_name(enum dispenser_status status)
{
    return status_names[status];
}

static bool dispenser_write(struct dispenser *dispenser, const struct dispenser_state *state,
                            bool loaded, struct error *error)
{
    char text[DISPENSER_FILE_SIZE], uuid[UUID_TEXT_LENGTH], notes[NOTES_TEXT_LENGTH];
    int length =
        sprintf(text, "version 1\nstatus %s\nattention %s\n",
                loaded ? status_names[state->status] : FORGOTTEN, state->attention ? "yes" : "no");
    length += sprintf(text + length, "withdrawal %s\n", uuid_write(&state->withdrawal, uuid));
    length += sprintf(text + length, "replenished %s\n", uuid_write(&state->replenished, uuid));
    if (!uuid_is_nil(&state->counted))
        length += sprintf(text + length, "counted %s\n", uuid_write(&state->counted, uuid));
    for (size_t i = 0; i < NOTES_LINES; i++) {
        const struct notes *value = (const void *)((const char *)state + notes_lines[i].offset);
        length += sprintf(text + length, "%s %s\n", notes_lines[i].name,
                          value == &state->cassettes ? notes_text_format_all(value, notes)
                                                     : notes_text_format(value, notes));
    }
    if (!memory_write(dispenser->memory, dispenser->folder, "dispenser", text, error))
        return false;
    dispenser->state = *state;
    dispenser->loaded = loaded;
    return true;
}

static bool dispenser_save(struct dispenser *dispenser, const struct dispenser_state *state,
                           struct error *error)
{
    return dispenser_write(dispenser, state, true, error);
}

/* The value on the line that begins with name; ends it with a NUL. */
static const char *line_value(char **text, const char *name)
{
    size_t length = strlen(name);
    char *line = *text, *end = strchr(line, '\n');
    if (end == NULL || strncmp(line, name, length) != 0 || line[length] != ' ')
        return NULL;
    *end = '\0';
    *text = end + 1;
    return line + length + 1;
}

static bool dispenser_parse(char *text, struct dispenser_state *state, bool *loaded)
{
    const char *version = line_value(&text, "version"), *status = line_value(&text, "status");
    const char *attention = line_value(&text, "attention");
    const char *withdrawal = line_value(&text, "withdrawal"),
               *replenished = line_value(&text, "replenished");
    if (version == NULL || strcmp(version, "1") != 0 || status == NULL || attention == NULL ||
        withdrawal == NULL || replenished == NULL ||
        !uuid_read(withdrawal, strlen(withdrawal), &state->withdrawal) ||
        !uuid_read(replenished, strlen(replenished), &state->replenished))
        return false;
    const char *counted = line_value(&text, "counted"); /* once there was a count */
    if (counted != NULL && !uuid_read(counted, strlen(counted), &state->counted))
        return false;
    state->attention = strcmp(attention, "yes") == 0;
    int found = 0;
    *loaded = strcmp(status, FORGOTTEN) != 0;
    while (*loaded && found < DISPENSER_STATUS_COUNT && strcmp(status_names[found], status) != 0)
        found++;
    state->status = (enum dispenser_status)found;
    for (size_t i = 0; i < NOTES_LINES; i++) {
        const char *value = line_value(&text, notes_lines[i].name);
        if (value == NULL ||
            !notes_text_parse(value, (void *)((char *)state + notes_lines[i].offset)))
            return false;
    }
    return found < DISPENSER_STATUS_COUNT && *text == '\0';
}

bool dispenser_lose(struct dispenser *dispenser, struct error *error)
{
    const struct dispenser_state nothing = { .attention = true };
    if (dispenser->found == MEMORY_FORGED) {
        log_line("%.300s/dispenser is not as this machine wrote it: it is set aside",
                 dispenser->folder);
        if (!memory_set_aside(dispenser->folder, "dispenser", error))
            return false;
        dispenser->found = MEMORY_ABSENT;
    }
    log_line("the dispenser's memory is lost: what is open counts as unknown; count the cash");
    return dispenser_write(dispenser, &nothing, false, error);
}

bool dispenser_open(struct dispenser *dispenser, const char *folder, struct memory *memory,
                    struct error *error)
{
    char text[DISPENSER_FILE_SIZE];
    *dispenser = (struct dispenser){ .memory = memory };
    snprintf(dispenser->folder, sizeof dispenser->folder, "%s", folder);
    dispenser->found = memory_read(memory, folder, "dispenser", text, sizeof text, error);
    switch (dispenser->found) {
    case MEMORY_FAILED:
        return false;
    case MEMORY_ABSENT:
    case MEMORY_FORGED: /* dispenser_lose sets it aside, after the bank's report is stored */
        return true;
    case MEMORY_GOOD:
        break;
    }
    return dispenser_parse(text, &dispenser->state, &dispenser->loaded) ||
           error_set(error, ERROR_FORMAT,
                     "the dispenser's counters in %s/dispenser are damaged: count the cash, then "
                     "move the "
                     "file aside",
                     folder);
}

bool dispenser_seal(struct dispenser *dispenser, struct error *error)
{
    const struct dispenser_state same = dispenser->state;
    return !dispenser->loaded || dispenser_save(dispenser, &same, error);
}

bool dispenser_load(struct dispenser *dispenser, const struct notes *cassettes, struct error *error)
{
    struct dispenser_state state = { .cassettes = *cassettes,
                                     .attention = dispenser->state.attention };
    return dispenser_save(dispenser, &state, error);
}

void dispenser_know(struct dispenser *dispenser, const struct notes *cassettes)
{
    struct notes known = dispenser->state.cassettes;
    for (uint32_t i = 0; i < cassettes->length; i++)
        notes_add(&known, cassettes->item[i].denomination, 0);
    dispenser->state.cassettes = known;
}

static enum dispense_result dispense_fail(enum dispense_result result, char why[static 64],
                                          const char *text)
{
    snprintf(why, 64, "%s", text);
    return result;
}

/* Before it stacks anew, the transport is cleared: what still lies on the stacker goes into the
 * reject bin. Notes that were on their way, or in the slot, and of which no more is known by now,
 * are out. */
static void transport_clear(struct dispenser_state *state)
{
    struct notes lost = state->stacked;
    notes_take_all(&lost, &state->rejected);
    if (state->status == DISPENSER_STACKED)
        notes_add_all(&state->reject_bin, &state->stacked);
    else if (state->status == DISPENSER_MOVING || state->status == DISPENSER_PRESENTED)
        notes_add_all(&state->out, &lost);
}

enum dispense_result dispenser_stack(struct dispenser *dispenser, const struct uuid *withdrawal,
                                     const struct notes *notes, char why[static 64])
{
    struct error error;
    struct dispenser_state next = dispenser->state;
    transport_clear(&next);
    next.withdrawal = *withdrawal;
    next.stacked = *notes;
    next.presented = next.rejected = (struct notes){ 0 };
    next.status = DISPENSER_REJECTED;
    if (faults_strike(FAULT_DISPENSER_EMPTY, NULL, NULL) ||
        !notes_take_all(&next.cassettes, notes)) {
        next.stacked = (struct notes){ 0 };
        if (!dispenser_save(dispenser, &next, &error))
            log_line("%s", error.message);
        return dispense_fail(DISPENSE_FAILED, why, "the cassettes gave nothing");
    }
    next.status = DISPENSER_STACKED;
    if (!dispenser_save(dispenser, &next, &error)) {
        log_line("%s", error.message);
        return dispense_fail(DISPENSE_FAILED, why, "the dispenser did not start");
    }
    return DISPENSE_DONE;
}

/* Splits what is stacked into the first `count` notes, which go out, and the others, which are
 * rejected. */
static void stack_split(struct dispenser_state *state, int count)
{
    state->presented = state->rejected = (struct notes){ 0 };
    for (uint32_t i = 0; i < state->stacked.length; i++) {
        struct note_count note = state->stacked.item[i];
        int32_t out = note.count < count ? note.count : count;
        count -= out;
        if (out > 0)
            notes_add(&state->presented, note.denomination, out);
        if (note.count > out)
            notes_add(&state->rejected, note.denomination, note.count - out);
    }
}

enum dispense_result dispenser_present(struct dispenser *dispenser, bool *walks_away,
                                       char why[static 64])
{
    struct error error;
    *walks_away = false;
    faults_power_cut(FAULT_POWER_BEFORE_PRESENT, NULL);
    int partial = (int)notes_count(&dispenser->state.stacked);
    bool jammed = faults_strike(FAULT_DISPENSER_JAM_BEFORE, NULL, NULL);
    if (faults_strike(FAULT_DISPENSER_PARTIAL, NULL, &partial) && partial == 0)
        jammed = true;
    if (jammed) {
        if (!dispenser_purge(dispenser, &error))
            log_line("%s", error.message);
        return dispense_fail(DISPENSE_FAILED, why, "the notes jammed before they came out");
    }

    struct dispenser_state next = dispenser->state;
    const bool attention = next.attention; /* only a person ends it (dispenser_reset) */
    next.status = DISPENSER_MOVING;
    next.attention = true; /* for the start after a power cut */
    if (!dispenser_save(dispenser, &next, &error)) {
        log_line("%s", error.message);
        if (!dispenser_purge(dispenser, &error))
            log_line("%s", error.message);
        return dispense_fail(DISPENSE_FAILED, why, "the shutter did not open");
    }
    faults_power_cut(FAULT_POWER_AFTER, FAULT_MOVING);
    if (faults_strike(FAULT_DISPENSER_UNKNOWN, NULL, NULL)) {
        return dispense_fail(DISPENSE_UNKNOWN, why, "the transport stopped half way");
    }
    stack_split(&next, partial);
    next.status = DISPENSER_PRESENTED;
    next.attention = faults_strike(FAULT_DISPENSER_JAM_AFTER, NULL, NULL) || attention;
    notes_add_all(&next.reject_bin, &next.rejected);
    if (!dispenser_save(dispenser, &next, &error)) {
        /* They are out, whatever the file says: this process goes on by what it knows. */
        log_line("%s", error.message);
        dispenser->state = next;
    }
    faults_power_cut(FAULT_POWER_AFTER_PRESENT, NULL);
    *walks_away = faults_strike(FAULT_DISPENSER_NOT_TAKEN, NULL, NULL);
    return DISPENSE_DONE;
}

bool dispenser_purge(struct dispenser *dispenser, struct error *error)
{
    struct dispenser_state next = dispenser->state;
    if (next.status != DISPENSER_STACKED)
        return true;
    next.status = DISPENSER_REJECTED;
    next.presented = (struct notes){ 0 };
    next.rejected = next.stacked;
    notes_add_all(&next.reject_bin, &next.rejected);
    if (dispenser_save(dispenser, &next, error))
        return true;
    dispenser->state = next; /* the flap has dropped; a start that reads "stacked" drops it again */
    return false;
}

bool dispenser_take(struct dispenser *dispenser, struct error *error)
{
    struct dispenser_state next = dispenser->state;
    if (next.status != DISPENSER_PRESENTED)
        return true;
    next.status = DISPENSER_TAKEN;
    notes_add_all(&next.out, &next.presented);
    if (dispenser_save(dispenser, &next, error))
        return true;
    dispenser->state = next;
    return false;
}

enum dispense_result dispenser_retract(struct dispenser *dispenser, char why[static 64])
{
    struct error error;
    struct dispenser_state next = dispenser->state;
    bool jammed = next.attention;
    next.status = jammed ? DISPENSER_MOVING : DISPENSER_RETRACTED;
    if (!jammed)
        notes_add_all(&next.retract_bin, &next.presented);
    if (!dispenser_save(dispenser, &next, &error)) {
        log_line("%s", error.message);
        dispenser->state.attention = true;
        return dispense_fail(DISPENSE_UNKNOWN, why, "the dispenser did not answer");
    }
    return jammed ? dispense_fail(DISPENSE_UNKNOWN, why, "the shutter is jammed") : DISPENSE_DONE;
}

bool dispenser_reset(struct dispenser *dispenser, struct error *error)
{
    struct dispenser_state next = dispenser->state;
    if (!next.attention)
        return true;
    next.attention = false;
    return dispenser_write(dispenser, &next, dispenser->loaded, error);
}

bool dispenser_replenish(struct dispenser *dispenser, const struct uuid *id,
                         const struct notes *notes, struct error *error)
{
    struct dispenser_state next = dispenser->state;
    if (uuid_equal(&next.replenished, id) || !dispenser->loaded)
        return true; /* the bank's count has them, when it is loaded */
    if (!notes_add_all(&next.cassettes, notes))
        return error_set(error, ERROR_FORMAT,
                         "the cassettes have no room for the notes the bank has counted in");
    next.replenished = *id;
    return dispenser_save(dispenser, &next, error);
}

bool dispenser_count(struct dispenser *dispenser, const struct uuid *id, const struct notes *notes,
                     struct error *error)
{
    struct dispenser_state next = dispenser->state;
    if (uuid_equal(&next.counted, id) || !dispenser->loaded)
        return true;
    for (uint32_t i = 0; i < notes->length; i++) {
        const struct note_count *note = &notes->item[i];
        if (!notes_add(&next.cassettes, note->denomination,
                       note->count - notes_of(&next.cassettes, note->denomination)))
            return error_set(error, ERROR_FORMAT,
                             "the dispenser has no cassette for a note that was counted");
    }
    next.counted = *id;
    return dispenser_save(dispenser, &next, error);
}
