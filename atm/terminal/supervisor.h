/* SPDX-License-Identifier: MIT */
/* Between the files of the supervisor's pages; included nowhere else. */
#ifndef ATM_TERMINAL_SUPERVISOR_H
#define ATM_TERMINAL_SUPERVISOR_H

#include "atm/terminal/phases.h"

void page_open(struct terminal *terminal, enum supervisor_page page, enum text title);
void page_say(struct terminal *terminal, enum text text, const char *detail, bool bad);

/* Keeps what is typed as it is, so that it can be judged as a whole: true when the input was a
 * character or Clear, which takes the last one back. */
bool page_type(struct terminal *terminal, const struct input *input);

/* supervisor_acts.c: what changes something. Each is summed up and asked for before it is done. */
void act_begin(struct terminal *terminal, enum supervisor_act act);
void replenish_begin(struct terminal *terminal);
void replenish_handle(struct terminal *terminal, const struct input *input);
void confirm_handle(struct terminal *terminal, const struct input *input,
                    const struct terminal_event *event, struct effects *effects);
void cut_over_told(struct terminal *terminal, const struct terminal_event *event,
                   struct effects *effects);

/* supervisor_faults.c */
void faults_begin(struct terminal *terminal, struct effects *effects);
void fault_told(struct terminal *terminal, const struct terminal_event *event);
void faults_handle(struct terminal *terminal, const struct input *input, struct effects *effects);

#endif
