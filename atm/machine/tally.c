/* SPDX-License-Identifier: MIT */
#include "atm/machine/tally.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Steps that only lead to another one, and are as many as that. */
static bool leads_on(enum journal_step step)
{
    static const bool on[JOURNAL_STEP_COUNT] = {
        [JOURNAL_CARD_EJECTED] = true, [JOURNAL_CARD_TAKEN] = true, [JOURNAL_STACK] = true,
        [JOURNAL_STACKED] = true,      [JOURNAL_PRESENT] = true,    [JOURNAL_PRESENTED] = true,
        [JOURNAL_RETRACT] = true,      [JOURNAL_ACCEPT] = true,     [JOURNAL_COUNTED] = true,
        [JOURNAL_KEEP] = true,         [JOURNAL_GIVE_BACK] = true,  [JOURNAL_APPROVED] = true,
        [JOURNAL_ADVICE] = true,       [JOURNAL_COUNTERS] = true,
    };
    return step == JOURNAL_STEP_COUNT || on[step];
}

static int64_t day_of(const struct tm *parts)
{
    struct tm date = { .tm_year = parts->tm_year,
                       .tm_mon = parts->tm_mon,
                       .tm_mday = parts->tm_mday };
    return (int64_t)timegm(&date) / 86400;
}

/* How many days ago, here; -1: not told, or not yet. */
static int64_t days_ago(int64_t now_s, const char *time)
{
    struct tm utc = { 0 }, local;
    const char *end = strptime(time, "%Y-%m-%dT%H:%M:%S", &utc);
    const time_t at = end == NULL ? 0 : timegm(&utc);
    if (end == NULL || localtime_r(&at, &local) == NULL)
        return -1;
    const struct tm today = tally_date(now_s, 0);
    return day_of(&today) - day_of(&local);
}

/* The step, and its reason where it has one. */
static void code_of(const struct journal_entry *entry, char code[static TALLY_CODE_SIZE])
{
    static const char *const names[] = { "reason", "code", "why" };
    char reason[24] = "";
    for (size_t i = 0; i < sizeof names / sizeof names[0] && reason[0] == '\0'; i++)
        if (!journal_detail_get(entry->detail, names[i], reason, sizeof reason))
            reason[0] = '\0';
    snprintf(code, TALLY_CODE_SIZE, "%s%s%s", journal_step_name(entry->step),
             reason[0] != '\0' ? " " : "", reason);
}

/* In the order of the steps, then of the reasons. */
static int item_of(struct tally *tally, enum journal_step step, const char *code)
{
    int at = 0;
    while (at < tally->count &&
           (tally->item[at].step < step ||
            (tally->item[at].step == step && strcmp(tally->item[at].code, code) < 0)))
        at++;
    if (at < tally->count && strcmp(tally->item[at].code, code) == 0)
        return at;
    if (tally->count == TALLY_CODES)
        return -1; /* more codes than there are */
    memmove(&tally->item[at + 1], &tally->item[at],
            sizeof tally->item[0] * (size_t)(tally->count - at));
    memset(&tally->item[at], 0, sizeof tally->item[0]);
    tally->item[at].step = step;
    snprintf(tally->item[at].code, TALLY_CODE_SIZE, "%s", code);
    tally->count++;
    return at;
}

void tally_add(struct tally *tally, const struct journal_entry *entry)
{
    char code[TALLY_CODE_SIZE];
    if (leads_on(entry->step))
        return;
    const int64_t ago = days_ago(tally->now_s, entry->time);
    if (ago < 0 || ago >= TALLY_DAYS)
        return;
    code_of(entry, code);
    const int at = item_of(tally, entry->step, code);
    if (at >= 0)
        tally->item[at].count[ago]++;
}

void tally_begin(struct tally *tally, int64_t now_s)
{
    memset(tally, 0, sizeof *tally);
    tally->now_s = now_s;
}

struct tm tally_date(int64_t now_s, int ago)
{
    const time_t now = (time_t)now_s;
    struct tm date = { 0 };
    localtime_r(&now, &date);
    date.tm_mday -= ago;
    date.tm_hour = 12; /* no change of the clock makes another day of it */
    date.tm_isdst = -1;
    mktime(&date);
    return date;
}
