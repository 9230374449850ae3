/* SPDX-License-Identifier: MIT */
/* The lines above a machine's withdrawals and above an account's statement. */
#include "bank/cli/owner.h"
#include "bank/console/parts.h"

#include <stdio.h>
#include <string.h>

static const char *shown(const struct rows *rows, unsigned column)
{
    const char *text = rows_text(rows, 0, column);
    return text != NULL ? text : "unknown";
}

bool machine_head(struct reader *reader, const struct ask *ask, struct page *head,
                  struct error *error)
{
    struct rows *rows = query_run(
        reader->query,
        "SELECT d.business_day, d.withdrawals, d.dispensed / 100.0, d.suspect,"
        " CASE WHEN t.barred THEN 'barred: ' || coalesce(t.bar_reason, 'no reason given') ELSE "
        "'may work' END,"
        " (SELECT string_agg(c.notes || ' of ' || trim_scale(c.denomination / 100.0) || CASE WHEN "
        "c.notes < c.low THEN ' (low)' ELSE '' END, ', '"
        "   ORDER BY c.denomination DESC) FROM esbank.cassette_levels c WHERE c.teller_id = "
        "t.teller_id),"
        " (SELECT string_agg(a.message, '; ') FROM esbank.alerts a WHERE a.handler = 'incidents'"
        "   AND a.cleared_position IS NULL AND a.teller_id = t.teller_id)"
        " FROM esbank.tellers t LEFT JOIN LATERAL (SELECT * FROM esbank.teller_days d"
        "   WHERE d.teller_id = t.teller_id ORDER BY d.business_day DESC LIMIT 1) d ON TRUE"
        " WHERE t.teller_id = $1::text::uuid",
        1, (const char *[]){ ask->subject }, error);
    if (rows == NULL)
        return false;
    if (rows_count(rows) == 0)
        page_line(head, TONE_WARNING, "there is no machine of this id");
    else {
        page_line(head, TONE_PLAIN, "day %s   withdrawals %s   suspect %s   %s", shown(rows, 0),
                  shown(rows, 1), shown(rows, 3), shown(rows, 4));
        page_line(head, TONE_PLAIN, "cassettes %s", shown(rows, 5));
        page_line(head, rows_text(rows, 0, 6) != NULL ? TONE_BAD : TONE_DIM, "devices %s",
                  rows_text(rows, 0, 6) != NULL ? rows_text(rows, 0, 6) : "no reports");
    }
    rows_free(rows);
    return true;
}

bool account_head(struct reader *reader, const struct ask *ask, struct page *head,
                  struct error *error)
{
    enum { OWNER, KEY, STATUS = 3, BALANCE, LIMIT, COUNT, CARDS };
    struct uuid id = { 0 };
    char buffer[OWNER_TEXT_SIZE], balance[MONEY_TEXT_LENGTH], limit[MONEY_TEXT_LENGTH];
    struct rows *rows =
        query_run(reader->query,
                  "SELECT a.owner, " OWNER_KEY_COLUMNS ", a.status, a.balance, a.daily_limit,"
                  " a.daily_count, a.cards FROM esbank.accounts a"
                  " LEFT JOIN esbank.data_keys k ON k.command_id = a.owner_key"
                  " WHERE a.account_id = $1::text::uuid",
                  1, (const char *[]){ ask->subject }, error);
    if (rows == NULL)
        return false;
    uuid_read(ask->subject, strlen(ask->subject), &id);
    if (rows_count(rows) == 0)
        page_line(head, TONE_WARNING, "there is no account of this id");
    else {
        const struct owner owner =
            owner_read(reader->vault, &id, rows_text(rows, 0, OWNER), rows, 0, KEY);
        const int64_t most = rows_integer(rows, 0, LIMIT), times = rows_integer(rows, 0, COUNT);
        page_line(head, TONE_STRONG, "%s", owner_text(&owner, buffer));
        page_line(head, TONE_PLAIN, "%s   balance %s   daily limit %s%s%s   cards %s",
                  shown(rows, STATUS), money_format(rows_integer(rows, 0, BALANCE), balance),
                  most > 0 ? money_format(most, limit) : "none", times > 0 ? ", times " : "",
                  times > 0 ? shown(rows, COUNT) : "", shown(rows, CARDS));
    }
    rows_free(rows);
    return true;
}
