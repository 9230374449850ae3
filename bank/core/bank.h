/* SPDX-License-Identifier: MIT */
/*
 * The bank's own stream, `bank`: what concerns no account and no machine. It has
 * no state that a decision would need.
 */
#ifndef CORE_BANK_H
#define CORE_BANK_H

#include "bank/core/decision.h"

struct decision bank_decide(const struct command *command);

#endif
