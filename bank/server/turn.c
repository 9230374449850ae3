/* SPDX-License-Identifier: MIT */
#include "bank/server/turn.h"

#include "bank/server/history.h"
#include "shared/clock.h"

#include <stdlib.h>
#include <time.h>

struct pending_block {
    struct pending_block *next;
    struct pending pending[64];
};

void turn_init(struct turn *turn)
{
    turn->started_ms = turn->now_ms = clock_now_ms();
    turn->started_s = time(NULL);
    turn->history = calloc(1, sizeof *turn->history);
    if (turn->history == NULL)
        panic("out of memory");
    TAILQ_INIT(&turn->comers);
    TAILQ_INIT(&turn->open_lines);
    LIST_INIT(&turn->delayed);
}

void turn_finish(struct turn *turn)
{
    if (turn->watching_count > 0)
        engine_watch(turn->engine, NULL);
    free(turn->history);
    turn->history = NULL;
    lab_destroy(turn->lab);
    turn->lab = NULL;
    for (struct pending_block *block = turn->blocks, *next; block != NULL; block = next) {
        next = block->next;
        free(block);
    }
}

const char *turn_door_name(int door)
{
    static const char *const names[DOORS] = {
        [TERMINALS] = "terminals",
        [OPERATORS] = "operators",
        [NETWORK] = "network",
        [OPERATORS_NETWORK] = "operators_network",
    };
    return names[door];
}

bool turn_has_log(const struct turn *turn)
{
    return turn->store != NULL && engine_active(turn->engine);
}

enum bank_state turn_state(const struct turn *turn)
{
    if (turn->state != NULL)
        return turn->state(turn->state_context);
    return engine_active(turn->engine) ? BANK_ACTIVE : BANK_STARTING;
}

/* ---- requests --------------------------------------------------------------- */

struct pending *turn_pending_take(struct turn *turn)
{
    if (turn->free_pending == NULL) {
        struct pending_block *block = calloc(1, sizeof *block);
        if (block == NULL)
            panic("out of memory");
        block->next = turn->blocks;
        turn->blocks = block;
        for (size_t i = 0; i < sizeof block->pending / sizeof block->pending[0]; i++)
            turn_pending_give(turn, &block->pending[i]);
    }
    struct pending *pending = turn->free_pending;
    turn->free_pending = pending->next;
    *pending = (struct pending){ 0 };
    pending->request.received_us = clock_us(CLOCK_MONOTONIC);
    return pending;
}

void turn_pending_give(struct turn *turn, struct pending *pending)
{
    pending->next = turn->free_pending;
    turn->free_pending = pending;
}

void turn_reading(struct turn *turn)
{
    enum { READS = 16 }; /* some 200 microseconds */
    if (++turn->reads % READS == 0 && turn->meanwhile != NULL)
        turn->meanwhile(turn->meanwhile_context);
}

/* ---- the lists of a turn ---------------------------------------------------- */

void turn_enter(struct turn *turn, struct place *place, const struct peer_name *peer)
{
    turn->door[place->door].connected++;
    place->peer = peer_enter(&turn->door[place->door].peers, peer);
    place->came_ms = turn->now_ms;
    place->next = turn->places;
    place->from = &turn->places;
    if (place->next != NULL)
        place->next->from = &place->next;
    turn->places = place;
}

void turn_leave(struct turn *turn, struct place *place)
{
    turn->sweep = place->closed = true;
    turn->door[place->door].connected--;
    peer_leave(&turn->door[place->door].peers, place->peer);
    place->peer = NULL;
    turn_signed_on(turn, place);
    turn_line_ended(turn, place);
    turn_unwatch(turn, place);
}

void turn_remove(struct place *place)
{
    *place->from = place->next;
    if (place->next != NULL)
        place->next->from = place->from;
}

void turn_mark_resumable(struct turn *turn, struct place *place)
{
    turn->sweep |= place->closed;
    if (place->closed || place->resumable)
        return;
    place->resumable = true;
    place->next_resumable = turn->resumable;
    turn->resumable = place;
}

void turn_mark_unwritten(struct turn *turn, struct place *place)
{
    if (place->closed || place->unwritten)
        return;
    place->unwritten = true;
    place->next_unwritten = turn->unwritten;
    turn->unwritten = place;
}

void turn_unwatch(struct turn *turn, struct place *place)
{
    if (uuid_is_nil(&place->watch))
        return;
    place->watch = (struct uuid){ 0 };
    LIST_REMOVE(place, watching);
    if (--turn->watching_count == 0)
        engine_watch(turn->engine, NULL);
}

/* ---- deadlines -------------------------------------------------------------- */

void turn_sign_on(struct turn *turn, struct place *place)
{
    if (place->closed || place->signing_on_awaited)
        return;
    place->signing_on_awaited = true;
    place->came_ms = turn->now_ms;
    TAILQ_INSERT_TAIL(&turn->comers, place, comers);
}

void turn_signed_on(struct turn *turn, struct place *place)
{
    if (place->signing_on_awaited)
        TAILQ_REMOVE(&turn->comers, place, comers);
    place->signing_on_awaited = false;
}

void turn_sign_off(struct turn *turn, const struct uuid *teller_id)
{
    for (struct place *place = turn->places; place != NULL; place = place->next)
        if (uuid_equal(&place->signed_on, teller_id)) {
            place->signed_on = (struct uuid){ 0 };
            turn_sign_on(turn, place);
        }
}

void turn_line_opened(struct turn *turn, struct place *place)
{
    if (place->line_open)
        return;
    place->line_open = true;
    place->line_ms = turn->now_ms;
    TAILQ_INSERT_TAIL(&turn->open_lines, place, open_lines);
}

void turn_line_ended(struct turn *turn, struct place *place)
{
    if (place->line_open)
        TAILQ_REMOVE(&turn->open_lines, place, open_lines);
    place->line_open = false;
}
