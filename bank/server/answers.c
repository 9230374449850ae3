/* SPDX-License-Identifier: MIT */
#include "bank/server/answers.h"

#include "bank/server/history.h"
#include "bank/server/machines.h"
#include "bank/server/session.h"
#include "bank/server/status.h"

static size_t echo_write(const struct turn *turn, char line[static REPLY_MAX],
                         const struct uuid *id)
{
    const bool active = engine_active(turn->engine);
    return reply_refuse(line, id, active ? NOT_REFUSED : REFUSED_BANK_UNAVAILABLE, NULL,
                        active ? 0 : RETRY_AFTER_MS);
}

/* All of it where no count is given. */
static int64_t seconds_asked(const struct command *command)
{
    return command->incident_count > 0 ? command->incident_count : HISTORY_SECONDS;
}

const char *answer_line(const struct turn *turn, enum question question,
                        const struct command *command, size_t *length)
{
    static char line[HISTORY_REPLY_MAX > (int)MACHINES_REPLY_MAX ? HISTORY_REPLY_MAX
                                                                 : (int)MACHINES_REPLY_MAX];
    switch (question) {
    case QUESTION_ECHO:
        *length = echo_write(turn, line, &command->id);
        return line;
    case QUESTION_STATUS:
        *length = server_status_write(line, sizeof line, &command->id, turn);
        return line;
    case QUESTION_HISTORY:
        *length =
            history_write(turn->history, line, sizeof line, &command->id, seconds_asked(command));
        return line;
    case QUESTION_MACHINES:
        *length = machines_write(turn, line, sizeof line, &command->id, &command->teller_id);
        return line;
    case QUESTION_LAB:
        *length = lab_write(turn->lab, line, sizeof line, &command->id);
        return line;
    case QUESTION_WATCH:
    case QUESTION_COUNT:
        break;
    }
    panic("question %d has no line for an answer", question);
}
