/* SPDX-License-Identifier: MIT */
#include "shared/notes.h"

money notes_value(const struct notes *notes)
{
    money value = 0;
    for (uint32_t i = 0; i < notes->length; i++)
        value += (money)notes->item[i].denomination * notes->item[i].count;
    return value;
}

int64_t notes_count(const struct notes *notes)
{
    int64_t count = 0;
    for (uint32_t i = 0; i < notes->length; i++)
        count += notes->item[i].count;
    return count;
}

int32_t notes_of(const struct notes *notes, int32_t denomination)
{
    for (uint32_t i = 0; i < notes->length; i++)
        if (notes->item[i].denomination == denomination)
            return notes->item[i].count;
    return 0;
}

bool notes_name(const struct notes *notes, int32_t denomination)
{
    uint32_t i = 0;
    while (i < notes->length && notes->item[i].denomination != denomination)
        i++;
    return i < notes->length;
}

bool notes_add(struct notes *notes, int32_t denomination, int32_t count)
{
    uint32_t i = 0;
    while (i < notes->length && notes->item[i].denomination != denomination)
        i++;
    if (i == NOTES_MAX)
        return false;
    int64_t sum = (int64_t)(i < notes->length ? notes->item[i].count : 0) + count;
    if (sum < 0 || sum > NOTES_COUNT_MAX)
        return false;
    if (i == notes->length) {
        notes->length++;
        notes->item[i].denomination = denomination;
    }
    notes->item[i].count = (int32_t)sum;
    return true;
}

static bool notes_combine(struct notes *a, const struct notes *b, int sign)
{
    struct notes result = *a;
    for (uint32_t i = 0; i < b->length; i++)
        if (!notes_add(&result, b->item[i].denomination, sign * b->item[i].count))
            return false;
    *a = result;
    return true;
}

bool notes_add_all(struct notes *a, const struct notes *b)
{
    return notes_combine(a, b, 1);
}

bool notes_take_all(struct notes *a, const struct notes *b)
{
    return notes_combine(a, b, -1);
}

struct notes notes_take_most(struct notes *a, const struct notes *b)
{
    struct notes missing = { 0 };
    if (notes_take_all(a, b))
        return missing;
    for (uint32_t i = 0; i < b->length; i++) {
        const struct note_count *note = &b->item[i];
        const int32_t there = notes_of(a, note->denomination),
                      taken = there < note->count ? there : note->count;
        if (taken > 0)
            notes_add(a, note->denomination, -taken);
        if (taken < note->count)
            notes_add(&missing, note->denomination, note->count - taken);
    }
    return missing;
}

bool notes_equal(const struct notes *a, const struct notes *b)
{
    struct notes rest = *a;
    return notes_count(a) == notes_count(b) && notes_take_all(&rest, b);
}

void notes_drop_zeros(struct notes *notes)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < notes->length; i++)
        if (notes->item[i].count > 0)
            notes->item[kept++] = notes->item[i];
    notes->length = kept;
}

bool note_totals_move(struct note_totals *totals, int32_t denomination, int64_t change)
{
    uint32_t at = 0;
    while (at < totals->length && totals->item[at].denomination != denomination)
        at++;
    if (at == NOTES_MAX)
        return false;
    if (at == totals->length)
        totals->item[totals->length++] = (struct note_total){ .denomination = denomination };
    totals->item[at].count += change;
    return true;
}

bool note_totals_move_all(struct note_totals *totals, const struct note_totals *changes)
{
    struct note_totals result = *totals;
    for (uint32_t i = 0; i < changes->length; i++)
        if (!note_totals_move(&result, changes->item[i].denomination, changes->item[i].count))
            return false;
    *totals = result;
    return true;
}

bool note_totals_add(struct note_totals *totals, const struct notes *notes)
{
    struct note_totals result = *totals;
    for (uint32_t i = 0; i < notes->length; i++)
        if (!note_totals_move(&result, notes->item[i].denomination, notes->item[i].count))
            return false;
    *totals = result;
    return true;
}

bool note_totals_take(struct note_totals *totals, const struct notes *notes)
{
    struct notes less = *notes;
    for (uint32_t i = 0; i < less.length; i++) {
        if (note_totals_of(totals, less.item[i].denomination) < less.item[i].count)
            return false;
        less.item[i].count = -less.item[i].count;
    }
    return note_totals_add(totals, &less);
}

int64_t note_totals_of(const struct note_totals *totals, int32_t denomination)
{
    for (uint32_t i = 0; i < totals->length; i++)
        if (totals->item[i].denomination == denomination)
            return totals->item[i].count;
    return 0;
}

bool note_totals_name(const struct note_totals *totals, int32_t denomination)
{
    uint32_t i = 0;
    while (i < totals->length && totals->item[i].denomination != denomination)
        i++;
    return i < totals->length;
}

bool notes_valid(const struct notes *notes)
{
    if (notes->length > NOTES_MAX)
        return false;
    for (uint32_t i = 0; i < notes->length; i++) {
        const struct note_count *note = &notes->item[i];
        if (note->denomination <= 0 || note->denomination > DENOMINATION_MAX || note->count < 0 ||
            note->count > NOTES_COUNT_MAX)
            return false;
        for (uint32_t j = 0; j < i; j++)
            if (notes->item[j].denomination == note->denomination)
                return false;
    }
    return true;
}
