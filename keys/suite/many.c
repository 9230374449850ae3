/* SPDX-License-Identifier: MIT */
/*
 * Each script is played by a child whose output goes to a file, and is shown
 * when it has ended. One that asks (--update) or is watched (--slow) has the
 * terminal to itself.
 */
#include "keys/suite/many.h"
#include "keys/program/shell.h"
#include "keys/suite/one.h"
#include "keys/suite/results.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct scripts {
    char **paths;
    int count;
};

struct job {
    pid_t pid; /* 0: free */
    int index;
    int output;
    int64_t start_ms;
};

static void script_add(struct scripts *scripts, const struct options *options, const char *path)
{
    char *title = one_title(path);
    bool wanted = options->filter == NULL || strstr(path, options->filter) != NULL ||
                  strstr(title, options->filter) != NULL;
    free(title);
    if (!wanted)
        return;
    scripts->paths =
        reallocarray(scripts->paths, (size_t)scripts->count + 1, sizeof *scripts->paths);
    if (scripts->paths == NULL || (scripts->paths[scripts->count++] = strdup(path)) == NULL)
        panic("out of memory");
}

static int is_script(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot != NULL && strcmp(dot, ".keys") == 0 && strcmp(entry->d_name, SUITE_FILE) != 0 &&
           entry->d_name[0] != '.';
}

/* The scripts of a folder, in the order of their names; those that begin with _ are for others to
 * include. */
static bool folder_add(struct scripts *scripts, const struct options *options, const char *folder,
                       struct error *error)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, is_script, alphasort);
    if (count < 0)
        return error_set_errno(error, "cannot read the folder %s", folder);
    for (int i = 0; i < count; i++) {
        char path[PATH_MAX];
        size_t length = strlen(folder);
        snprintf(path, sizeof path, "%.*s/%s",
                 (int)(length > 1 && folder[length - 1] == '/' ? length - 1 : length), folder,
                 entries[i]->d_name);
        if (entries[i]->d_name[0] != '_')
            script_add(scripts, options, path);
        free(entries[i]);
    }
    free(entries);
    return true;
}

static bool scripts_find(struct scripts *scripts, const struct options *options,
                         struct error *error)
{
    for (int i = 0; i < options->path_count; i++) {
        struct stat status;
        if (stat(options->paths[i], &status) < 0)
            return error_set_errno(error, "cannot read %s", options->paths[i]);
        if (!S_ISDIR(status.st_mode))
            script_add(scripts, options, options->paths[i]);
        else if (!folder_add(scripts, options, options->paths[i], error))
            return false;
    }
    return scripts->count > 0 ||
           error_set(error, ERROR_USAGE, "there is no script here%s%s",
                     options->filter != NULL ? " with the word " : ": their names end in .keys",
                     options->filter != NULL ? options->filter : "");
}

static void job_start(struct job *job, const struct options *options, const char *path, bool alone)
{
    fflush(NULL);
    job->output = shell_file();
    job->start_ms = deadline_now_ms();
    job->pid = fork();
    if (job->pid < 0)
        panic("cannot start a process: %s", strerror(errno));
    if (job->pid > 0)
        return;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (!alone) {
        dup2(job->output, STDOUT_FILENO);
        dup2(job->output, STDERR_FILENO);
    }
    enum play_result result = one_play(options, path);
    fflush(NULL);
    exit((int)result);
}

static void job_end(struct job *job, int status, struct results *results, const char *path)
{
    enum play_result result = PLAY_FAILED;
    char *output = shell_output(job->output);
    if (WIFEXITED(status) && WEXITSTATUS(status) <= PLAY_SKIPPED)
        result = (enum play_result)WEXITSTATUS(status);
    close(job->output);
    job->pid = 0;
    results_add(results, (struct result){ .path = path,
                                          .title = one_title(path),
                                          .result = result,
                                          .output = output,
                                          .took_ms = deadline_now_ms() - job->start_ms });
}

static void jobs_run(const struct options *options, const struct scripts *scripts,
                     struct results *results)
{
    struct job jobs[64] = { 0 };
    bool alone = options->update == UPDATE_ASK || options->slow;
    int total = scripts->count * options->repeat, started = 0, running = 0;
    int limit = alone ? 1 : options->jobs;
    while (started < total || running > 0) {
        bool more = started < total && running < limit && !play_interrupted();
        if (more) {
            struct job *job = jobs;
            while (job->pid != 0)
                job++;
            job->index = started++ % scripts->count;
            job_start(job, options, scripts->paths[job->index], alone);
            running++;
            continue;
        }
        int status = 0;
        pid_t pid = running > 0 ? waitpid(-1, &status, 0) : -1;
        if (pid < 0 && (errno != EINTR || running == 0))
            break;
        for (struct job *job = jobs; pid > 0 && job < jobs + 64; job++) {
            if (job->pid != pid)
                continue;
            job_end(job, status, results, scripts->paths[job->index]);
            running--;
        }
    }
}

static void scripts_list(const struct scripts *scripts)
{
    for (int i = 0; i < scripts->count; i++) {
        char *title = one_title(scripts->paths[i]);
        printf("%s%s%s\n", scripts->paths[i], title[0] != '\0' ? ": " : "", title);
        free(title);
    }
}

int many_play(const struct options *options)
{
    struct scripts scripts = { 0 };
    struct error error;
    int status = PLAY_NOT_TRIED;
    if (!scripts_find(&scripts, options, &error)) {
        fprintf(stderr, "keys: %s\n", error.message);
    } else if (options->list) {
        scripts_list(&scripts);
        status = PLAY_PASSED;
    } else if (scripts.count * options->repeat == 1 && !options->tap && options->junit == NULL) {
        status = (int)one_play(options, scripts.paths[0]);
        status = status == PLAY_SKIPPED ? PLAY_PASSED : status;
    } else if (options->asciicast != NULL || options->animate != NULL) {
        fputs("keys: --asciicast and --animate save one script's run; name one\n", stderr);
    } else {
        struct results results;
        results_begin(&results, options, scripts.count * options->repeat);
        jobs_run(options, &scripts, &results);
        status = results_end(&results, &error);
    }
    for (int i = 0; i < scripts.count; i++)
        free(scripts.paths[i]);
    free(scripts.paths);
    return status;
}
