/* SPDX-License-Identifier: MIT */
/*
 * A command that needs a second person: proposed by one operator, approved by
 * another, and then carried out in the same append; the state of its saga, and
 * the process manager that moves it. Keyed by the id of the command that was
 * sent, which is every event's correlation id.
 *
 *   NONE ─▶ PROPOSED ─┬─▶ APPROVED ─▶ FAILED (the command was refused)
 *                     ├─▶ REJECTED
 *                     └─▶ EXPIRED
 *
 * Invariants:
 *
 *   1. Its proposer does not approve it, whatever the connection. People are told
 *      apart by their names in the file of operators.
 *   2. It is carried out once, in the append of its approval, or not at all.
 *   3. What is carried out is what the event of the proposal says. Its events name both
 *      persons, and have what the first gave for the record.
 */
#ifndef CORE_APPROVAL_H
#define CORE_APPROVAL_H

#include "bank/core/decision.h"
#include "bank/core/saga_row.h"

#define PROPOSALS_MAX        256 /* open ones, in the whole bank */
#define PROPOSALS_OF_ONE_MAX 64  /* of those, one operator's */

enum approval_state {
    APPROVAL_NONE,
    APPROVAL_PROPOSED,
    APPROVAL_APPROVED,
    APPROVAL_FAILED,
    APPROVAL_REJECTED,
    APPROVAL_EXPIRED,
    APPROVAL_STATE_COUNT
};

struct approval {
    struct uuid id;
    enum approval_state state;
    enum refusal refusal;              /* failed: why the command was refused */
    struct uuid account_id, teller_id; /* whom the command names, if any */
    enum command_kind command;
    struct proposal proposal;
    char given[GIVEN_SIZE]; /* what its proposer gave for the record: an object of texts, in JSON */
};

/* What two people may be asked for. Not each command can be: a proposal stands in the log, so one
 * with a PIN or a name cannot. */
enum two_persons { ONE_PERSON, TWO_FOR_MONEY, TWO_TO_RESOLVE, TWO_TO_ERASE, TWO_FOR_KEYS };
enum two_persons command_two_persons(enum command_kind kind);

struct decision approval_decide(const struct approval *approval, const struct command *command);

void approval_apply(struct approval *approval, const struct event *event);
bool approval_react(const struct approval *approval, const struct event *event,
                    struct command *command);
bool approval_refused(const struct approval *approval, enum refusal refusal,
                      struct command *command);
int64_t approval_due_us(const struct approval *approval);
bool approval_deadline(const struct approval *approval, int64_t at_us, struct command *command);
bool approval_ended(const struct approval *approval);

const char *approval_state_name(enum approval_state state);

extern const struct saga_rows approval_rows;

#endif
