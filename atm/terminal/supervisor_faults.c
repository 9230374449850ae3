/* SPDX-License-Identifier: MIT */
/*
 * The page of faults: a line's number arms it, with its N or NAME behind it, and
 * disarms one that is armed. Which are armed is what the page's lines say, one
 * for each fault of the table, empty where it is not.
 */
#include "atm/terminal/fault.h"
#include "atm/terminal/supervisor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(FAULT_COUNT <= VIEW_LINES, "a line for each fault");

void faults_begin(struct terminal *terminal, struct effects *effects)
{
    page_open(terminal, PAGE_FAULTS, TEXT_SUPERVISOR_FAULTS);
    effects_add(effects, EFFECT_LIST_FAULTS);
}

/* "3" is the third line; "3 7" the same with 7 for its N, "9 stack" with the step for its NAME. */
static void fault_line_of(enum fault fault, const char *rest, char *text, size_t size)
{
    const char *line = fault_line(fault);
    const char *name = strstr(line, "NAME"), *number = name == NULL ? strchr(line, 'N') : NULL;
    const char *mark = name != NULL ? name : number;
    if (mark == NULL)
        snprintf(text, size, "%s%s%s", line, *rest != '\0' ? " " : "", rest);
    else
        snprintf(text, size, "%.*s%s%s", (int)(mark - line), line,
                 *rest != '\0'  ? rest
                 : name != NULL ? "stack"
                                : "1",
                 mark + (name != NULL ? 4 : 1));
}

/* What was armed before and is no more has been disarmed. */
void fault_told(struct terminal *terminal, const struct terminal_event *event)
{
    bool fewer = false;
    for (int i = 0; event->flag && i < event->lines.count; i++)
        fewer =
            fewer || (event->lines.line[i][0] == '\0' && terminal->page_lines.line[i][0] != '\0');
    if (event->flag)
        terminal->page_lines = event->lines;
    page_say(terminal,
             !event->flag ? TEXT_SUPERVISOR_FAULT_NONE
             : fewer      ? TEXT_SUPERVISOR_FAULT_OFF
                          : TEXT_SUPERVISOR_FAULT_SET,
             event->text, !event->flag);
}

void faults_handle(struct terminal *terminal, const struct input *input, struct effects *effects)
{
    if (page_type(terminal, input) || input->kind != INPUT_ENTER || terminal->typed[0] == '\0')
        return;
    char *rest;
    const long number = strtol(terminal->typed, &rest, 10);
    const bool whole = rest > terminal->typed && (*rest == ' ' || *rest == '\0');
    rest += strspn(rest, " ");
    if (!whole || number < 1 || number > FAULT_COUNT) {
        page_say(terminal, TEXT_SUPERVISOR_FAULT_NONE, terminal->typed, true);
    } else {
        const bool armed = terminal->page_lines.line[number - 1][0] != '\0';
        const bool disarms = armed && *rest == '\0';
        struct effect *effect = effects_add(effects, disarms ? EFFECT_DISARM : EFFECT_FAULT);
        effect->amount = number - 1;
        fault_line_of((enum fault)(number - 1), rest, effect->text, sizeof effect->text);
    }
    memset(terminal->typed, 0, sizeof terminal->typed);
}
