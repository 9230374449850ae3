/* SPDX-License-Identifier: MIT */
/*
 * The follower's steps as it sends them: each is a few statements and a Sync,
 * so one transaction. follower.c decides which comes next.
 */
#include "bank/store/parts.h"

#include <stdio.h>
#include <string.h>

#define STATEMENT "model"

static void query(struct follower *follower, int tag, const char *sql,
                  const struct arguments *arguments)
{
    if (arguments == NULL) {
        connection_query(follower->connection, tag, sql, NULL);
        return;
    }
    struct parameters parameters = arguments_parameters(arguments);
    connection_query(follower->connection, tag, sql, &parameters);
}

static void step_send(struct follower *follower, enum follower_step step)
{
    follower->step = step;
    follower->sqlstate[0] = '\0';
    connection_sync(follower->connection, FOLLOW_TAG_STEP);
}

void follow_setup(struct follower *follower)
{
    struct model *model = follower->model;
    const char *name = model->projection->name;
    query(follower, FOLLOW_TAG_OTHER,
          "SELECT " SESSION_LOOKS_UP ", set_config('lock_timeout', '200ms', false)", NULL);
    query(follower, FOLLOW_TAG_OTHER, "DEALLOCATE ALL", NULL);
    if (model->rebuild) {
        struct arguments arguments = { 0 };
        arguments_text(&arguments, name);
        query(follower, FOLLOW_TAG_OTHER,
              "SELECT esbank.shadow_make($1::text, $1::text || '_shadow')", &arguments);
        query(follower, FOLLOW_TAG_OTHER, "DELETE FROM esbank.parked_events WHERE projection = $1",
              &arguments);
        query(follower, FOLLOW_TAG_OTHER,
              "UPDATE esbank.projections SET state = 'following', error = 'being made again for a "
              "newer "
              "program',"
              " updated_at = now() WHERE name = $1",
              &arguments);
        model->position = 0;
    }
    model_prepare(follower->connection, FOLLOW_TAG_OTHER, STATEMENT, model->projection,
                  model->rebuild ? "_shadow" : "");
    columns_finish(&follower->columns);
    columns_init(&follower->columns, model->projection->column, model->projection->column_count);
    follower->singly = false;
    step_send(follower, FOLLOW_SETUP);
}

void follow_read(struct follower *follower)
{
    struct arguments arguments = { 0 };
    arguments_int64(&arguments, follower->model->position);
    arguments_int64(&arguments, FOLLOW_RUN_MAX);
    follower->count = follower->at = follower->end = 0;
    follower->unreadable = 0;
    query(follower, FOLLOW_TAG_READ,
          "SELECT " EVENT_ROW_COLUMNS
          " FROM esbank.events e WHERE e.position > $1::bigint ORDER BY e.position"
          " LIMIT $2::bigint",
          &arguments);
    step_send(follower, FOLLOW_READ);
}

/* Fails when another has moved the checkpoint. Without a lock, since locks are taken as an
 * append does: tables first, then the checkpoint. */
static void check_send(struct follower *follower)
{
    struct arguments arguments = { 0 };
    if (follower->model->rebuild)
        return;
    arguments_text(&arguments, follower->model->projection->name);
    arguments_int64(&arguments, follower->model->position);
    query(follower, FOLLOW_TAG_OTHER,
          "SELECT esbank.superseded(NULL, 0, $2::bigint, 0) WHERE NOT EXISTS"
          " (SELECT FROM esbank.projections WHERE name = $1 AND position = $2::bigint)",
          &arguments);
}

/* The checkpoint, unless it was moved meanwhile; a shadow table has none. */
static void move_send(struct follower *follower, int64_t position)
{
    struct arguments arguments = { 0 };
    if (follower->model->rebuild)
        return;
    arguments_text(&arguments, follower->model->projection->name);
    arguments_int64(&arguments, follower->model->position);
    arguments_int64(&arguments, position);
    query(follower, FOLLOW_TAG_OTHER,
          "WITH moved AS (UPDATE esbank.projections SET position = $3::bigint, updated_at = now()"
          " WHERE name = $1 AND position = $2::bigint RETURNING name)"
          " SELECT CASE WHEN NOT EXISTS (SELECT FROM moved)"
          " THEN esbank.superseded(NULL, 0, $2, 0) END",
          &arguments);
}

/* The records [at, end): the whole run, or those of one event. */
void follow_apply(struct follower *follower)
{
    follower->end = follower->count;
    if (follower->singly) {
        follower->end = follower->at + 1;
        while (follower->end < follower->count && follower->records[follower->end].position ==
                                                      follower->records[follower->at].position)
            follower->end++;
    }
    check_send(follower);
    columns_reset(&follower->columns);
    follower->model->projection->fold(&follower->columns, follower->records + follower->at,
                                      follower->end - follower->at);
    if (follower->columns.rows > 0) {
        struct arguments arguments;
        arguments_columns(&arguments, &follower->columns);
        struct parameters parameters = arguments_parameters(&arguments);
        connection_run(follower->connection, FOLLOW_TAG_OTHER, STATEMENT, &parameters);
    }
    move_send(follower, follower->records[follower->end - 1].position);
    step_send(follower, FOLLOW_APPLY);
}

void follow_park(struct follower *follower, int64_t position)
{
    struct arguments arguments = { 0 };
    arguments_text(&arguments, follower->model->projection->name);
    arguments_int64(&arguments, position);
    arguments_text(&arguments, follower->reason);
    query(follower, FOLLOW_TAG_OTHER,
          "INSERT INTO esbank.parked_events (projection, position, reason) VALUES ($1, $2::bigint, "
          "$3)"
          " ON CONFLICT DO NOTHING",
          &arguments);
    move_send(follower, position);
    follower->unreadable = position; /* where the step ends */
    step_send(follower, FOLLOW_PARK);
}

void follow_swap(struct follower *follower)
{
    const char *name = follower->model->projection->name;
    struct arguments arguments = { 0 };
    arguments_text(&arguments, name);
    query(follower, FOLLOW_TAG_OTHER, "SELECT esbank.shadow_swap($1::text, $1::text || '_shadow')",
          &arguments);
    arguments_int64(&arguments, follower->model->projection->version);
    arguments_int64(&arguments, follower->model->position);
    query(
        follower, FOLLOW_TAG_OTHER,
        "UPDATE esbank.projections SET version = $2::bigint, position = $3::bigint WHERE name = $1",
        &arguments);
    step_send(follower, FOLLOW_SWAP);
}

void follow_reread(struct follower *follower)
{
    struct arguments arguments = { 0 };
    arguments_text(&arguments, follower->model->projection->name);
    query(follower, FOLLOW_TAG_REREAD,
          "SELECT position FROM esbank.projections WHERE name = $1 ORDER BY position DESC LIMIT 1",
          &arguments);
    step_send(follower, FOLLOW_REREAD);
}

void follow_note(struct follower *follower)
{
    struct arguments arguments = { 0 };
    arguments_text(&arguments, follower->model->projection->name);
    arguments_text(&arguments, follower->reason);
    query(follower, FOLLOW_TAG_OTHER,
          "UPDATE esbank.projections SET state = 'following', error = $2, updated_at = now()"
          " WHERE name = $1 AND (state <> 'following' OR error IS DISTINCT FROM $2)",
          &arguments);
    step_send(follower, FOLLOW_NOTE);
}
