/* SPDX-License-Identifier: MIT */
/* The answers to questions: see question.h. */
#ifndef BANK_SERVER_ANSWERS_H
#define BANK_SERVER_ANSWERS_H

#include "bank/server/question.h"
#include "bank/server/turn.h"

/* The line to answer with, without a newline, until the next call. Not of QUESTION_WATCH, whose
 * answer is a feed. */
const char *answer_line(const struct turn *turn, enum question question,
                        const struct command *command, size_t *length);

#endif
