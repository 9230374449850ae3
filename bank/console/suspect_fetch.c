/* SPDX-License-Identifier: MIT */
/*
 * A suspect, side by side: what the bank's events say, what the machine has said
 * itself, what an operator has counted or decided. What is not known is called
 * unknown: no number stands in for it.
 */
#include "bank/cli/approval_sql.h"
#include "bank/cli/event_tree.h"
#include "bank/cli/values.h"
#include "bank/console/parts.h"
#include "bank/console/say.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As people read times. */
#define CLOCK "to_char(created_at, 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"

enum side { BANK, MACHINE, OPERATOR, SIDES };
enum { INDENT = 4, GAPS = 4, WIDTH_LEAST = 20 };

struct sides {
    struct page *page;
    size_t used[SIDES]; /* lines of each */
    size_t width;       /* columns of a line */
    const char *subject;
};

static void say(struct sides *sides, enum side side, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void line_add(struct sides *sides, enum side side, const char *text, size_t length)
{
    char line[SAY_SIZE];
    const size_t at = sides->used[side]++;
    snprintf(line, sizeof line, "%.*s", (int)length, text);
    while (sides->page->count <= at) {
        struct page_row *row = page_add(sides->page);
        row->id = page_copy(sides->subject);
        row->subject = page_copy(sides->subject);
        row->opens = page_copy("saga");
    }
    sides->page->row[at].cell[side] = page_copy(line);
}

/* Broken at blanks into lines of a side's width; those that go on stand further in. */
static void say(struct sides *sides, enum side side, const char *format, ...)
{
    char text[SAY_SIZE + 100] = "    ";
    va_list list;
    va_start(list, format);
    vsnprintf(text + INDENT, sizeof text - INDENT, format, list);
    va_end(list);
    char *from = text + INDENT;
    for (;;) {
        size_t length = strlen(from);
        if (length <= sides->width)
            break;
        length = sides->width;
        while (length > INDENT + 1 && from[length] != ' ')
            length--;
        if (from[length] != ' ') /* one long word */
            length = sides->width;
        line_add(sides, side, from, length);
        from += length;
        from += strspn(from, " ");
        from -= INDENT;
        memset(from, ' ', INDENT);
    }
    line_add(sides, side, from, strlen(from));
}

/* "Teller.MoneyWithdrawn": "money withdrawn". */
static void words(const char *type, char *text, size_t size)
{
    const char *dot = strchr(type, '.');
    size_t used = 0;
    for (const char *at = dot != NULL ? dot + 1 : type; *at != '\0' && used + 2 < size; at++) {
        const bool capital = *at >= 'A' && *at <= 'Z';
        if (capital && used > 0)
            text[used++] = ' ';
        text[used++] = capital ? (char)(*at - 'A' + 'a') : *at;
    }
    text[used] = '\0';
}

static enum side side_of(const struct event_node *node)
{
    const enum command_kind command = node->record.origin.command;
    const bool told = command != NO_COMMAND && command_is(command, CONTINUES);
    if (strncmp(node->record.origin.actor, "terminal", 8) == 0 && told)
        return MACHINE;
    return told && strcmp(node->record.origin.actor, "bank") != 0 ? OPERATOR : BANK;
}

/* What the operator said that it rests on. */
static void evidence_say(struct sides *sides, const struct event_node *node)
{
    struct error ignored;
    const char *evidence;
    struct json *json = json_parse(node->metadata, strlen(node->metadata), &ignored);
    if (json_string(json_get(json_get(json, "given"), "evidence"), &evidence))
        say(sides, OPERATOR, "  evidence %s", evidence);
    json_destroy(json);
}

static void event_say(struct sides *sides, const struct event_node *node)
{
    static const char *const names[] = { "amount",    "notes",    "taken",         "rejected",
                                         "retracted", "returned", "unknown",       "uncounted",
                                         "outcome",   "refusal",  "confirm_by_us", "reason",
                                         "journal" };
    char time[TIME_TEXT_SIZE], text[SAY_SIZE];
    struct error ignored;
    const enum side side = side_of(node);
    time_text(node->record.event.at_us, time);
    words(node->type, text, sizeof text);
    say(sides, side, "%.8s %s%s", time + 11,
        strncmp(node->stream, "account-", 8) == 0 ? "account: " : "", text);
    struct json *data = json_parse(node->data, strlen(node->data), &ignored);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct json *member = json_get(data, names[i]);
        if (member == NULL)
            continue;
        say_value(member, text);
        if (strcmp(names[i], "confirm_by_us") == 0)
            say(sides, side, "  confirm by %.8s", text + 11);
        else
            say(sides, strcmp(names[i], "journal") == 0 ? MACHINE : side, "  %s %s",
                strcmp(names[i], "journal") == 0 ? "its journal at" : names[i], text);
    }
    json_destroy(data);
    if (side == OPERATOR)
        evidence_say(sides, node);
    if (side == OPERATOR)
        say(sides, side, "  by %s%s%s", node->record.origin.actor,
            node->record.origin.role != ROLE_NONE ? ", " : "",
            node->record.origin.role != ROLE_NONE ? operator_role_name(node->record.origin.role)
                                                  : "");
}

/* ---- the machine's sign-ons ---- */

static void sign_on_say(struct sides *sides, const char *what, struct rows *rows)
{
    char text[SAY_SIZE];
    struct error ignored;
    if (rows == NULL || rows_count(rows) == 0) {
        say(sides, MACHINE, "%s: unknown", what);
        return;
    }
    say(sides, MACHINE, "%s", what);
    say(sides, MACHINE, "  %s", rows_text(rows, 0, 0));
    const char *data = rows_text(rows, 0, 1);
    struct json *json = json_parse(data, strlen(data), &ignored);
    static const char *const names[] = { "run", "notes", "expected" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (json_get(json, names[i]) != NULL)
            say(sides, MACHINE, "  %s %s", i == 1 ? "counts" : names[i],
                say_value(json_get(json, names[i]), text));
    bool agrees;
    if (json_boolean(json_get(json, "agrees"), &agrees))
        say(sides, MACHINE, "  %s", agrees ? "agrees with the bank" : "DIFFERS from the bank");
    json_destroy(json);
}

static bool sign_ons(struct sides *sides, struct query *query, const char *stream,
                     const char *position, struct error *error)
{
    static const struct {
        const char *what, *sql;
    } asked[] = {
#define SIGN_ON                                                                                    \
    "SELECT " CLOCK ", data FROM esbank.events WHERE stream_id = $1::text"                         \
    " AND event_type = 'Teller.SignedOn' AND position "
        { "sign-on before", SIGN_ON "< $2::text::bigint ORDER BY stream_version DESC LIMIT 1" },
        { "sign-on after", SIGN_ON "> $2::text::bigint ORDER BY stream_version LIMIT 1" },
    };
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        struct rows *rows =
            query_run(query, asked[i].sql, 2, (const char *[]){ stream, position }, error);
        if (rows == NULL)
            return false;
        sign_on_say(sides, asked[i].what, rows);
        rows_free(rows);
    }
    return true;
}

/* Counts of that machine after the saga began, whatever they are called. */
static bool counts(struct sides *sides, struct query *query, const char *stream,
                   const char *position, struct error *error)
{
    struct rows *rows = query_run(
        query,
        "SELECT " CLOCK ", event_type, data FROM esbank.events WHERE stream_id = $1::text"
        " AND position > $2::text::bigint AND event_type ~ 'Count' ORDER BY stream_version LIMIT 3",
        2, (const char *[]){ stream, position }, error);
    for (size_t row = 0; rows != NULL && row < rows_count(rows); row++) {
        char text[SAY_SIZE];
        struct error ignored;
        const char *data = rows_text(rows, row, 2);
        words(rows_text(rows, row, 1), text, sizeof text);
        say(sides, OPERATOR, "%s %s", rows_text(rows, row, 0), text);
        struct json *json = json_parse(data, strlen(data), &ignored);
        for (const struct json *member = json_first(json); member != NULL;
             member = json_next(member))
            say(sides, OPERATOR, "  %s %s", json_name(member), say_value(member, text));
        json_destroy(json);
    }
    rows_free(rows);
    return rows != NULL;
}

/* ---- a second person ---- */

/* Proposals to settle it, each with what became of it; the id of the one that is open, or NULL. */
static bool proposals(struct sides *sides, struct query *query, char **open, struct error *error)
{
    enum { AT, ID, BY, OUTCOME, REASON, EVIDENCE, STATE, DECIDER, WHY };
    struct rows *rows = query_run(
        query,
        "SELECT to_char(p.created_at, 'HH24:MI:SS'), p.correlation_id, p.data->>'proposer',"
        " replace(p.data->>'outcome', '_', '-'), p.data->>'reason',"
        " p.metadata->'given'->>'evidence', " APPROVAL_STATE ","
        " " APPROVAL_LAST("d.metadata->>'actor'") ", " APPROVAL_LAST(
            "d.data->>'reason'") " FROM esbank.events p WHERE " APPROVAL_IS_PROPOSAL
                                 " AND $1::text IN (p.data->>'withdrawal_id', "
                                 "p.data->>'deposit_id')"
                                 " ORDER BY p.stream_version DESC LIMIT 5",
        1, (const char *[]){ sides->subject }, error);
    for (size_t row = 0; rows != NULL && row < rows_count(rows); row++) {
        const char *state = rows_text(rows, row, STATE), *by = rows_text(rows, row, BY);
        say(sides, OPERATOR, "%s %s proposes %s", rows_text(rows, row, AT), by,
            rows_text(rows, row, OUTCOME));
        if (rows_text(rows, row, EVIDENCE) != NULL)
            say(sides, OPERATOR, "  evidence %s", rows_text(rows, row, EVIDENCE));
        if (rows_text(rows, row, REASON) != NULL)
            say(sides, OPERATOR, "  reason %s", rows_text(rows, row, REASON));
        if (strcmp(state, "proposed") == 0) {
            say(sides, OPERATOR, "  waits for a supervisor other than %s", by);
            if (*open == NULL)
                *open = page_copy(rows_text(rows, row, ID));
        } else {
            say(sides, OPERATOR, "  %s%s%s", state, rows_text(rows, row, DECIDER) ? " by " : "",
                rows_text(rows, row, DECIDER) ? rows_text(rows, row, DECIDER) : "");
        }
        if (rows_text(rows, row, WHY) != NULL)
            say(sides, OPERATOR, "  %s", rows_text(rows, row, WHY));
    }
    rows_free(rows);
    return rows != NULL;
}

/* The machine of a saga: the stream of its first event that is a teller's. */
static const struct event_node *at_machine(const struct event_tree *tree)
{
    for (size_t i = 0; i < tree->count; i++)
        if (strncmp(tree->node[i].stream, "teller-", 7) == 0)
            return &tree->node[i];
    return NULL;
}

static bool fill(struct sides *sides, struct query *query, const struct event_tree *tree,
                 struct error *error)
{
    const struct event_node *first = at_machine(tree);
    char position[24];
    if (first == NULL) {
        say(sides, BANK, "unknown: no event has this id");
        return true;
    }
    snprintf(position, sizeof position, "%" PRId64, first->record.position);
    for (size_t i = 0; i < tree->count; i++)
        event_say(sides, &tree->node[i]);
    if (sides->used[MACHINE] == 0 || !sides->page->row[0].cell[MACHINE])
        say(sides, MACHINE, "unknown");
    if (!sign_ons(sides, query, first->stream, position, error) ||
        !counts(sides, query, first->stream, position, error))
        return false;
    if (sides->used[OPERATOR] == 0)
        say(sides, OPERATOR, "unknown: nothing was counted");
    char *open = NULL;
    const bool worked = proposals(sides, query, &open, error);
    for (size_t i = 0; worked && i < sides->page->count; i++) {
        sides->page->row[i].cell[SUSPECT_SAGA] =
            page_copy(strstr(first->type, "Deposit") != NULL ? "deposit" : "withdrawal");
        sides->page->row[i].cell[SUSPECT_PROPOSAL] = page_copy(open);
    }
    free(open);
    return worked;
}

bool suspect_fetch(struct reader *reader, const struct ask *ask, struct page *page,
                   struct error *error)
{
    struct uuid id;
    if (!uuid_read(ask->subject, strlen(ask->subject), &id))
        return error_set(error, ERROR_USAGE, "\"%.60s\" is no saga's id", ask->subject);
    struct sides sides = { .page = page, .subject = ask->subject };
    sides.width =
        ask->columns > SIDES * WIDTH_LEAST + GAPS ? (ask->columns - GAPS) / SIDES : WIDTH_LEAST;
    struct event_tree *tree = calloc(1, sizeof *tree);
    if (tree == NULL)
        panic("out of memory");
    bool worked = event_tree_read(tree, reader->query, &id, INT64_MAX, error) &&
                  fill(&sides, reader->query, tree, error);
    event_tree_finish(tree);
    free(tree);
    return worked;
}
