/* SPDX-License-Identifier: MIT */
/* What an event's JSON says, for people: money with its point, notes as 50x1,20x2. */
#ifndef BANK_CONSOLE_SAY_H
#define BANK_CONSOLE_SAY_H

#include "bank/console/page.h"
#include "shared/json.h"

#define SAY_SIZE 300

/* One member's value; returns buffer. */
const char *say_value(const struct json *member, char buffer[static SAY_SIZE]);
/* A line for each member of an object, so far in. */
void say_members(struct page *page, int indent, const char *object);
/* The same of what an operator gave with the command, from an event's metadata. */
void say_given(struct page *page, int indent, const char *metadata);

#endif
