/* SPDX-License-Identifier: MIT */
/*
 * The lab: rules that force what a bank answers to terminals, for tests of
 * other programs. Only a bank that was started as a lab (`bank serve --lab`) has
 * one, and the reply to a sign-on says so.
 *
 * A rule is an act of an operator (bank/core/act.h), so that the log has who made
 * it and when: its subject is the effect, its metadata what it matches and how
 * often. Rules are in memory alone: a bank that starts has none. The first that
 * matches a request answers it. What a request does is done all the same, but for
 * a decline: that is decided instead, and remembered under the request's id.
 */
#ifndef BANK_SERVER_LAB_H
#define BANK_SERVER_LAB_H

#include "bank/engine/request.h"
#include "shared/refusal.h"

#include <stdbool.h>
#include <stdint.h>

/* clang-format off */
/* The enumerator, its name, and what becomes of the reply. */
#define LAB_EFFECT_TABLE(X) \
    X(DECLINE, "decline", "the request is refused with the `error`") \
    X(DELAY,   "delay",   "the reply leaves `delay_ms` later") \
    X(DROP,    "drop",    "no reply leaves") \
    X(REPEAT,  "repeat",  "the reply leaves twice") \
    X(GARBAGE, "garbage", "bytes that are no reply leave instead")
/* clang-format on */

enum lab_effect {
    LAB_NONE,
#define X(enumerator, name, about) LAB_##enumerator,
    LAB_EFFECT_TABLE(X)
#undef X
        LAB_EFFECT_COUNT
};

enum {
    LAB_RULES_MAX = 64,
    LAB_DELAY_MAX_MS = 600000,
    LAB_TIMES_MAX = 1000000,
    LAB_REPLY_MAX = LAB_RULES_MAX * 320
};

struct lab;

struct lab_rule {
    enum lab_effect effect;
    enum refusal refusal;     /* of a decline */
    int delay_ms;             /* of a delay */
    struct uuid teller, card; /* nil: any */
    int64_t amount;           /* in minor units; 0: any */
    char command[40];         /* as the wire has it; empty: any */
    int64_t left;             /* how often it still answers; 0: without end */
};

/* What is forced on one request's reply. */
struct lab_answer {
    enum lab_effect effect;
    enum refusal refusal;
    int delay_ms;
};

struct lab *lab_create(void);
void lab_destroy(struct lab *lab); /* takes NULL */

/* Before an operator's request is submitted: why the act that it records cannot be done, as a
 * sentence. NULL: it can, or is none of a lab's; then lab_act_done follows. lab: NULL where the
 * bank is none. */
const char *lab_act_wrong(struct lab *lab, const struct request *request);
/* It was answered. recorded: the act is in the log just now, and what it says is done. */
void lab_act_done(struct lab *lab, const struct request *request, bool recorded);

int lab_count(const struct lab *lab); /* NULL: 0 */
/* The reply to GetLabRules of that id; its length. lab: NULL where the bank is none. */
size_t lab_write(const struct lab *lab, char *buffer, size_t size, const struct uuid *id);

/* What the first rule that matches forces on this request of a terminal; it has then answered once
 * more. name: of the command or question on the wire; decides: a decline can be. */
struct lab_answer lab_take(struct lab *lab, const struct request *request, const char *name,
                           bool decides);

#endif
