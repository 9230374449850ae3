/* SPDX-License-Identifier: MIT */
/*
 * The bank's own stream, `bank`: what concerns no account and no machine. Beside
 * the proposals (approval.h) it has no state that a decision would need.
 */
#ifndef CORE_BANK_H
#define CORE_BANK_H

#include "bank/core/approval.h"

/* approval: of the proposal that the command is about, if it is about one. */
struct decision bank_decide(const struct approval *approval, const struct command *command);

#endif
