/* SPDX-License-Identifier: MIT */
/* The checks by name, and what was found wrong with each. */
#include "bank/verify/parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name, *unit;
} checks[VERIFY_CHECK_COUNT] = {
#define X(enumerator, name, unit) { name, unit },
    VERIFY_TABLE(X)
#undef X
};

const char *verify_check_name(enum verify_check check)
{
    return checks[check].name;
}

const char *verify_check_unit(enum verify_check check)
{
    return checks[check].unit;
}

void verify_fail(struct verify *verify, enum verify_check check, int64_t position,
                 const char *stream, const char *format, ...)
{
    struct verify_finding *finding = &verify->report->finding[check];
    if (finding->failed++ > 0)
        return;
    va_list list;
    va_start(list, format);
    vsnprintf(finding->detail, sizeof finding->detail, format, list);
    va_end(list);
    finding->position = position;
    snprintf(finding->stream, sizeof finding->stream, "%s", stream != NULL ? stream : "");
}

void verify_leave(struct verify *verify, enum verify_check check, const char *why)
{
    struct verify_finding *finding = &verify->report->finding[check];
    finding->left = true;
    if (finding->failed == 0)
        snprintf(finding->detail, sizeof finding->detail, "%s", why);
}

void verify_leave_scratch(struct verify *verify, enum verify_check check)
{
    verify_leave(verify, check,
                 "it takes temporary tables, which a standby does not have and this role may not "
                 "make: verify on the primary, as the bank's own login");
}

void verify_note(struct verify *verify, enum verify_check check, const char *format, ...)
{
    struct verify_finding *finding = &verify->report->finding[check];
    const size_t used = strlen(finding->note);
    va_list list;
    va_start(list, format);
    if (used + 3 < sizeof finding->note) {
        char *at = used == 0 ? finding->note : stpcpy(finding->note + used, "; ");
        vsnprintf(at, (size_t)(finding->note + sizeof finding->note - at), format, list);
    }
    va_end(list);
}
