/* SPDX-License-Identifier: MIT */
/* What an import found, each for itself and summed up by reason. */
#include "bank/import/parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void import_find(struct import *import, const char *kind, int64_t position,
                 const struct uuid *account_id, const char *format, ...)
{
    struct import_report *report = import->report;
    report->finding =
        reallocarray(report->finding, report->finding_count + 1, sizeof *report->finding);
    if (report->finding == NULL)
        panic("out of memory");
    struct import_finding *finding = &report->finding[report->finding_count++];
    *finding = (struct import_finding){ .kind = kind, .position = position };
    if (account_id != NULL)
        finding->account_id = *account_id;
    va_list list;
    va_start(list, format);
    vsnprintf(finding->detail, sizeof finding->detail, format, list);
    va_end(list);
}

static int by_position(const void *left, const void *right)
{
    const struct import_finding *a = left, *b = right;
    return a->position != b->position ? (a->position > b->position) - (a->position < b->position)
                                      : (a->number > b->number) - (a->number < b->number);
}

static struct import_reason *reason_of(struct import_report *report,
                                       const struct import_finding *finding)
{
    for (size_t i = 0; i < report->reason_count; i++)
        if (strcmp(report->reason[i].kind, finding->kind) == 0 &&
            strcmp(report->reason[i].detail, finding->detail) == 0)
            return &report->reason[i];
    struct import_reason *reason = &report->reason[report->reason_count++];
    *reason = (struct import_reason){ .kind = finding->kind,
                                      .detail = finding->detail,
                                      .position = finding->position,
                                      .account_id = finding->account_id };
    return reason;
}

void import_findings_order(struct import_report *report)
{
    for (size_t i = 0; i < report->finding_count; i++)
        report->finding[i].number = i;
    if (report->finding_count > 0)
        qsort(report->finding, report->finding_count, sizeof *report->finding, by_position);
    report->reason = calloc(report->finding_count + 1, sizeof *report->reason);
    if (report->reason == NULL)
        panic("out of memory");
    for (size_t i = 0; i < report->finding_count; i++)
        reason_of(report, &report->finding[i])->times++;
}
