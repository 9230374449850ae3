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

void import_leave_out(struct import *import, struct import_account *account, int64_t position,
                      const char *format, ...)
{
    char detail[200];
    if (account->left_out)
        return;
    va_list list;
    va_start(list, format);
    vsnprintf(detail, sizeof detail, format, list);
    va_end(list);
    account->left_out = true;
    import->report->accounts_left_out++;
    import_find(import, "account left out", position, &account->id, "%s", detail);
}

static int by_position(const void *left, const void *right)
{
    const struct import_finding *a = left, *b = right;
    return a->position != b->position ? (a->position > b->position) - (a->position < b->position)
                                      : (a->number > b->number) - (a->number < b->number);
}

/* The same ones next to each other, in the order of their positions. */
static int by_reason(const void *left, const void *right)
{
    const struct import_finding *const *a = left, *const *b = right;
    const int kinds = strcmp((*a)->kind, (*b)->kind);
    const int details = kinds != 0 ? kinds : strcmp((*a)->detail, (*b)->detail);
    return details != 0 ? details : (*a > *b) - (*a < *b);
}

static int by_first(const void *left, const void *right)
{
    const struct import_reason *a = left, *b = right;
    return (a->first > b->first) - (a->first < b->first);
}

static void reasons_make(struct import_report *report, const struct import_finding **sorted)
{
    for (size_t i = 0; i < report->finding_count; i++) {
        const struct import_finding *finding = sorted[i];
        struct import_reason *last =
            report->reason_count > 0 ? &report->reason[report->reason_count - 1] : NULL;
        if (last == NULL || strcmp(last->kind, finding->kind) != 0 ||
            strcmp(last->detail, finding->detail) != 0) {
            last = &report->reason[report->reason_count++];
            *last = (struct import_reason){ .kind = finding->kind,
                                            .detail = finding->detail,
                                            .position = finding->position,
                                            .account_id = finding->account_id,
                                            .first = (size_t)(finding - report->finding) };
        }
        last->times++;
    }
}

void import_findings_order(struct import_report *report)
{
    const size_t count = report->finding_count;
    /* NOLINTNEXTLINE(bugprone-sizeof-expression) ; pointers are what is sorted */
    const struct import_finding **sorted = calloc(count + 1, sizeof *sorted);
    report->reason_count = 0;
    report->reason = calloc(count + 1, sizeof *report->reason);
    if (sorted == NULL || report->reason == NULL)
        panic("out of memory");
    for (size_t i = 0; i < count; i++)
        report->finding[i].number = i;
    if (count > 0)
        qsort(report->finding, count, sizeof *report->finding, by_position);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &report->finding[i];
    /* NOLINTNEXTLINE(bugprone-sizeof-expression) */
    qsort(sorted, count, sizeof *sorted, by_reason);
    reasons_make(report, sorted);
    qsort(report->reason, report->reason_count, sizeof *report->reason, by_first);
    free(sorted);
}
