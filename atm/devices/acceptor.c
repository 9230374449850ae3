/* SPDX-License-Identifier: MIT */
/*
 * The file is the hardware here, as in dispenser.c: a movement makes the new
 * state as a value, writes it, and takes it over. Notes that are inside are
 * never forgotten: a deposit whose notes were left in the escrow has them put
 * into the bin before the next one begins.
 */
#include "atm/devices/acceptor.h"

#include "atm/devices/faults.h"
#include "atm/files/durable.h"
#include "atm/files/log.h"
#include "shared/notes_text.h"

#include <stdio.h>
#include <string.h>

#define ACCEPTOR_FILE_SIZE 2048
#define FORGOTTEN          "forgotten" /* in place of a status: it may hold anything */

static const char *const status_names[ACCEPTOR_STATUS_COUNT] = {
    [ACCEPTOR_EMPTY] = "empty", [ACCEPTOR_COUNTING] = "counting", [ACCEPTOR_ESCROW] = "escrow",
    [ACCEPTOR_KEPT] = "kept",   [ACCEPTOR_RETURNED] = "returned",
};

static bool acceptor_write(struct acceptor *acceptor, const struct acceptor_state *state,
                           bool known, struct error *error)
{
    char text[ACCEPTOR_FILE_SIZE], uuid[UUID_TEXT_LENGTH];
    char fed[NOTES_TEXT_LENGTH], escrow[NOTES_TEXT_LENGTH], bin[NOTES_TEXT_LENGTH];
    sprintf(text, "version 1\nstatus %s\nattention %s\ndeposit %s\nfed %s\nescrow %s\nbin %s\n",
            known ? status_names[state->status] : FORGOTTEN, state->attention ? "yes" : "no",
            uuid_write(&state->deposit, uuid), notes_text_format(&state->fed, fed),
            notes_text_format(&state->escrow, escrow), notes_text_format(&state->bin, bin));
    if (!memory_write(acceptor->memory, acceptor->folder, "acceptor", text, error))
        return false;
    acceptor->state = *state;
    acceptor->known = known;
    return true;
}

static bool acceptor_save(struct acceptor *acceptor, const struct acceptor_state *state,
                          struct error *error)
{
    return acceptor_write(acceptor, state, true, error);
}

/* The file is written by this program alone: a line that is not as above is damage. */
static bool acceptor_parse(const char *text, struct acceptor_state *state, bool *known)
{
    char status[16], attention[8], deposit[UUID_TEXT_LENGTH];
    char fed[NOTES_TEXT_LENGTH], escrow[NOTES_TEXT_LENGTH], bin[NOTES_TEXT_LENGTH], rest;
    _Static_assert(NOTES_TEXT_LENGTH == 160, "the widths below");
    if (sscanf(text,
               "version 1\nstatus %15s\nattention %7s\ndeposit %36s\nfed %159s\nescrow %159s\nbin "
               "%159s\n%c",
               status, attention, deposit, fed, escrow, bin, &rest) != 6)
        return false;
    int found = 0;
    *known = strcmp(status, FORGOTTEN) != 0;
    while (*known && found < ACCEPTOR_STATUS_COUNT && strcmp(status_names[found], status) != 0)
        found++;
    state->status = (enum acceptor_status)found;
    state->attention = strcmp(attention, "yes") == 0;
    return found < ACCEPTOR_STATUS_COUNT && uuid_read(deposit, strlen(deposit), &state->deposit) &&
           notes_text_parse(fed, &state->fed) && notes_text_parse(escrow, &state->escrow) &&
           notes_text_parse(bin, &state->bin);
}

bool acceptor_lose(struct acceptor *acceptor, struct error *error)
{
    struct acceptor_state unsure = { .bin = acceptor->state.bin, .attention = true };
    if (acceptor->found == MEMORY_FORGED) {
        log_line("%.300s/acceptor is not as this machine wrote it: it is set aside",
                 acceptor->folder);
        if (!memory_set_aside(acceptor->folder, "acceptor", error))
            return false;
        acceptor->found = MEMORY_ABSENT;
    }
    log_line("the acceptor cannot tell what it holds: count the deposit bin");
    return acceptor_write(acceptor, &unsure, false, error);
}

bool acceptor_open(struct acceptor *acceptor, const char *folder, struct memory *memory,
                   struct error *error)
{
    char text[ACCEPTOR_FILE_SIZE];
    *acceptor = (struct acceptor){ .memory = memory };
    snprintf(acceptor->folder, sizeof acceptor->folder, "%s", folder);
    acceptor->found = memory_read(memory, folder, "acceptor", text, sizeof text, error);
    switch (acceptor->found) {
    case MEMORY_FAILED:
        return false;
    case MEMORY_ABSENT:
    case MEMORY_FORGED: /* acceptor_lose sets it aside, after the bank's report is stored */
        return true;
    case MEMORY_GOOD:
        break;
    }
    return acceptor_parse(text, &acceptor->state, &acceptor->known) ||
           error_set(error, ERROR_FORMAT,
                     "the note acceptor's counters in %s/acceptor are damaged: count the deposit "
                     "bin, then "
                     "move the file aside",
                     folder);
}

/* Whatever is inside, as if the transport had cleared itself. */
static void state_keep(struct acceptor_state *state)
{
    if (state->status == ACCEPTOR_COUNTING)
        state->escrow = state->fed;
    if (!notes_add_all(&state->bin, &state->escrow))
        log_line("the deposit bin holds more than its counters can say");
    state->status = ACCEPTOR_KEPT;
}

static bool state_holds(const struct acceptor_state *state)
{
    return state->status == ACCEPTOR_COUNTING || state->status == ACCEPTOR_ESCROW;
}

/* The first `count` notes, which cannot be read. */
static struct notes first_notes(const struct notes *notes, int count)
{
    struct notes first = { 0 };
    for (uint32_t i = 0; i < notes->length && count > 0; i++) {
        int32_t some = notes->item[i].count < count ? notes->item[i].count : count;
        notes_add(&first, notes->item[i].denomination, some);
        count -= some;
    }
    return first;
}

static bool accept_failed(struct acceptor *acceptor, struct acceptor_state *next, bool jammed,
                          char why[static 64])
{
    struct error error;
    next->status = ACCEPTOR_RETURNED;
    next->escrow = (struct notes){ 0 };
    next->attention = jammed;
    if (!acceptor_save(acceptor, next, &error)) {
        log_line("%s", error.message);
        acceptor->state = *next; /* they are in the slot again, whatever the file says */
    }
    snprintf(why, 64, "%s",
             jammed ? "the notes jammed while they were counted" : "no note could be read");
    return false;
}

bool acceptor_accept(struct acceptor *acceptor, const struct uuid *deposit,
                     const struct notes *notes, char why[static 64])
{
    struct error error;
    struct acceptor_state next = acceptor->state;
    int unreadable = 0;
    if (state_holds(&next))
        state_keep(&next);
    next.status = ACCEPTOR_COUNTING;
    next.deposit = *deposit;
    next.fed = *notes;
    next.escrow = (struct notes){ 0 };
    if (!acceptor_save(acceptor, &next, &error)) {
        log_line("%s", error.message);
        snprintf(why, 64, "the acceptor did not start");
        return false;
    }
    if (faults_strike(FAULT_ACCEPTOR_JAM, NULL, NULL))
        return accept_failed(acceptor, &next, true, why);
    faults_strike(FAULT_ACCEPTOR_UNREADABLE, NULL, &unreadable);
    struct notes given_back = first_notes(notes, unreadable);
    next.escrow = *notes;
    notes_take_all(&next.escrow, &given_back);
    notes_drop_zeros(&next.escrow);
    if (notes_count(&next.escrow) == 0)
        return accept_failed(acceptor, &next, false, why);
    next.status = ACCEPTOR_ESCROW;
    if (!acceptor_save(acceptor, &next, &error)) {
        log_line("%s", error.message);
        acceptor->state = next;
    }
    return true;
}

bool acceptor_keep(struct acceptor *acceptor, struct error *error)
{
    struct acceptor_state next = acceptor->state;
    if (!state_holds(&next))
        return true;
    state_keep(&next);
    if (acceptor_save(acceptor, &next, error))
        return true;
    acceptor->state = next;
    return false;
}

bool acceptor_give_back(struct acceptor *acceptor, struct error *error)
{
    struct acceptor_state next = acceptor->state;
    if (!state_holds(&next))
        return true;
    next.status = ACCEPTOR_RETURNED;
    next.escrow = (struct notes){ 0 };
    return acceptor_save(acceptor, &next, error);
}

bool acceptor_seal(struct acceptor *acceptor, struct error *error)
{
    const struct acceptor_state same = acceptor->state;
    return acceptor_save(acceptor, &same, error);
}

bool acceptor_sync(struct acceptor *acceptor, struct error *error)
{
    struct acceptor_state same = acceptor->state;
    return acceptor_write(acceptor, &same, acceptor->known, error);
}

bool acceptor_reset(struct acceptor *acceptor, struct error *error)
{
    struct acceptor_state next = acceptor->state;
    if (!next.attention)
        return true;
    next.attention = false;
    return acceptor_write(acceptor, &next, acceptor->known, error);
}
