/* SPDX-License-Identifier: MIT */
#include "bank/verify/jobs.h"

#include "bank/verify/memory.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { JOB_CHAIN = 1, JOB_STREAMS = 2, JOB_CORRELATIONS = 4 };

/* What a process beside is to do, by how many there are; of the rest this one takes care. */
static const int shares[VERIFY_PROCESSES_MAX][VERIFY_PROCESSES_MAX - 1] = {
    { 0 },
    { JOB_STREAMS | JOB_CORRELATIONS },
    { JOB_STREAMS, JOB_CORRELATIONS },
    { JOB_STREAMS, JOB_CORRELATIONS, JOB_CHAIN },
};

struct result {
    bool connected, worked;
    struct error error;
    int64_t accounts_sealed;
    struct verify_report report;
};

struct job {
    int share;
    pid_t process; /* 0: none */
    struct result *result;
};

static bool share_run(struct verify *verify, int share, struct error *error)
{
    return ((share & JOB_CHAIN) == 0 || verify_log(verify, VERIFY_LOG_CHAIN, error)) &&
           ((share & JOB_STREAMS) == 0 || verify_streams(verify, error)) &&
           ((share & JOB_CORRELATIONS) == 0 || verify_withdrawals(verify, error));
}

/* ---- beside ---- */

/* The parent's connection is the parent's: nothing of it is touched here. */
static void beside(const struct verify *verify, const struct job *job)
{
    struct result *result = job->result;
    struct verify_options options = *verify->options;
    struct verify mine = *verify;
    options.progress = NULL;
    mine.options = &options;
    mine.report = &result->report;
    mine.query = options.connect(options.context, &result->error);
    result->connected = mine.query != NULL;
    if (!result->connected)
        return;
    result->worked = query_follow_indexes(mine.query, &result->error) &&
                     query_join_whole(mine.query, true, &result->error) &&
                     share_run(&mine, job->share, &result->error);
    result->accounts_sealed = mine.accounts_sealed;
    query_close(mine.query);
}

static void job_start(struct verify *verify, struct job *job)
{
    const pid_t parent = getpid();
    job->result = shared_create(sizeof *job->result);
    job->result->report = *verify->report;
    memset(job->result->report.finding, 0, sizeof job->result->report.finding);
    job->process = fork();
    if (job->process != 0)
        return;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() == parent)
        beside(verify, job);
    _exit(0);
}

/* ---- its result ---- */

static void finding_merge(struct verify_finding *into, const struct verify_finding *from)
{
    const bool first =
        from->failed > 0 &&
        (into->failed == 0 || (from->position > 0 && into->position > from->position));
    into->checked += from->checked;
    into->failed += from->failed;
    if (from->left && into->failed == 0)
        memcpy(into->detail, from->detail, sizeof into->detail);
    into->left = into->left || from->left;
    if (first) {
        into->position = from->position;
        memcpy(into->stream, from->stream, sizeof into->stream);
        memcpy(into->detail, from->detail, sizeof into->detail);
    }
}

static void result_merge(struct verify *verify, const struct job *job)
{
    const struct result *result = job->result;
    for (int check = 0; check < VERIFY_CHECK_COUNT; check++)
        finding_merge(&verify->report->finding[check], &result->report.finding[check]);
    if ((job->share & JOB_CHAIN) != 0) {
        verify->report->last = result->report.last;
        verify->accounts_sealed = result->accounts_sealed;
    }
}

static bool job_wait(struct verify *verify, struct job *job, bool wanted, struct error *error)
{
    int status = 0;
    if (job->process > 0)
        while (waitpid(job->process, &status, 0) < 0 && errno == EINTR)
            continue;
    const struct result *result = job->result;
    const bool ended = job->process > 0 && WIFEXITED(status);
    if (!wanted)
        return false;
    if (ended && result->connected && result->worked) {
        result_merge(verify, job);
        return true;
    }
    if (ended && result->connected) {
        *error = result->error;
        return false;
    }
    if (job->process > 0 && !ended)
        return error_set(error, ERROR_SYSTEM,
                         "a process of verify was ended by signal %d: run it again",
                         WTERMSIG(status));
    return share_run(verify, job->share, error);
}

bool jobs_run(struct verify *verify, struct error *error)
{
    int count = verify->options->connect != NULL ? verify->options->processes : 1;
    struct job job[VERIFY_PROCESSES_MAX - 1] = { 0 };
    int mine = JOB_CHAIN | JOB_STREAMS | JOB_CORRELATIONS;
    count = count < 1 ? 1 : count > VERIFY_PROCESSES_MAX ? VERIFY_PROCESSES_MAX : count;
    for (int i = 0; i < count - 1; i++) {
        job[i].share = shares[count - 1][i];
        mine &= ~job[i].share;
        job_start(verify, &job[i]);
    }
    bool worked =
        verify_log(verify,
                   (mine & JOB_CHAIN) != 0 ? VERIFY_LOG_CHAIN | VERIFY_LOG_FOLD : VERIFY_LOG_FOLD,
                   error) &&
        share_run(verify, mine & ~JOB_CHAIN, error);
    for (int i = 0; i < count - 1; i++) {
        if (!worked && job[i].process > 0)
            kill(job[i].process, SIGTERM);
        worked = job_wait(verify, &job[i], worked, error) && worked;
        shared_destroy(job[i].result, sizeof *job[i].result);
    }
    return worked;
}
