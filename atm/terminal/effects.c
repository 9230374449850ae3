/* SPDX-License-Identifier: MIT */
#include "atm/terminal/event.h"
#include "shared/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct effect *effects_add(struct effects *effects, enum effect_kind kind)
{
    if (effects->count == EFFECTS_MAX)
        panic("more than %d effects at once", EFFECTS_MAX);
    struct effect *effect = &effects->item[effects->count++];
    memset(effect, 0, sizeof *effect);
    effect->kind = kind;
    return effect;
}

void effects_journal(struct effects *effects, enum journal_step step, const struct uuid *id,
                     const char *format, ...)
{
    struct effect *effect = effects_add(effects, EFFECT_JOURNAL);
    effect->step = step;
    if (id != NULL)
        effect->id = *id;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(effect->text, sizeof effect->text, format, arguments);
    va_end(arguments);
}
