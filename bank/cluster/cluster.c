/* SPDX-License-Identifier: MIT */
/*
 * Makes, starts, adopts, revives and stops the private cluster.
 *
 *                 cluster_prepare        cluster_launch
 *   no data  ──────────────────▶ data ─────────────────▶ starting ──▶ ready
 *   (initdb in data.new, rename)   ▲                        │           │
 *                                  └──── dies ◀─────────────┴───────────┤
 *   a killed bank's server ── cluster_adopt ──────────────▶ ready       │ cluster_stop
 *                                                                       ▼
 *                                                                     gone
 *
 * Invariants:
 *  1. `data` is either absent or whole: initdb works beside it, and one rename,
 *     synced, puts it in place.
 *  2. A pid file is removed only when nobody it could mean is alive and no
 *     backend is attached to its memory (see postmaster.c).
 *  3. A server never outlives cluster_stop, by whichever process it was started.
 */
#include "bank/cluster/cluster.h"

#include "bank/cluster/binaries.h"
#include "bank/cluster/child.h"
#include "bank/cluster/postmaster.h"
#include "bank/cluster/settings.h"
#include "bank/log/log.h"
#include "shared/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    START_TIMEOUT_MS = 600000,
    STOP_TIMEOUT_MS = 10000,
    UNCLEAN_MS = 2000,        /* a server that is told to drop everything has nothing to finish */
    KILLED_MS = 10000,        /* the kernel may still be writing */
    LEFT_MS = 3000,           /* backends end by themselves when they find their server dead */
    WAITING_MS = 1000,        /* what takes longer is said */
    TOOL_TIMEOUT_MS = 120000, /* initdb syncs what it writes, and a disk may be slow */
    REVIVE_PAUSE_MS = 250,
    POLL_MS = 10,
    LOG_MAX = 8 * 1024 * 1024, /* bytes at which a start begins a new log */
};

struct cluster {
    struct home home;
    struct cluster_options options;
    struct child_owner owner;
    struct binaries binaries;
    bool lz4;
    bool is_child;          /* we forked it, so we reap it */
    pid_t pid;              /* 0: none runs */
    int64_t launched_at_ms; /* last launch */
    int64_t left_since_ms;  /* backends of a dead server are in the way; 0: none are */
    off_t log_start;        /* the log's size then */
    char directory[HOME_PATH_SIZE];
    char data[HOME_PATH_SIZE];
    char log[HOME_PATH_SIZE];
    char conninfo[CLUSTER_CONNINFO_SIZE];
};

/* ---- names ------------------------------------------------------------------ */

static bool cluster_name(struct cluster *cluster, struct error *error)
{
    home_path(&cluster->home, cluster->directory, sizeof cluster->directory, "pg");
    home_path(&cluster->home, cluster->data, sizeof cluster->data, "pg/data");
    home_path(&cluster->home, cluster->log, sizeof cluster->log, "pg/log");
    return cluster_conninfo_of(&cluster->home, cluster->conninfo, sizeof cluster->conninfo, error);
}

/* ---- making it -------------------------------------------------------------- */

/* Runs one of Postgres's programs to its end; on a bad end the error quotes what it printed last.
 */
static bool cluster_run(struct cluster *cluster, const char *const *argv, const char *input,
                        struct error *error)
{
    struct stat status;
    off_t start = stat(cluster->log, &status) == 0 ? status.st_size : 0;
    struct child_options options = {
        .owner = &cluster->owner, .argv = argv, .output = cluster->log, .input = input
    };
    int result = child_run(&options, TOOL_TIMEOUT_MS, cluster->options.cancel, error);
    if (result < 0)
        return false;
    if (result == 0)
        return true;
    char words[200];
    postmaster_last_words(cluster->log, start, words, sizeof words);
    return error_set(error, ERROR_DATABASE,
                     "%s failed with status %d: '%s'; its whole output is in %s", argv[0], result,
                     words, cluster->log);
}

/* What initdbs that were killed left behind; one that cannot be removed only costs room. */
static void cluster_sweep(struct cluster *cluster)
{
    char pattern[HOME_PATH_SIZE + 8];
    snprintf(pattern, sizeof pattern, "%s.new.*", cluster->data);
    glob_t found;
    if (glob(pattern, GLOB_NOSORT, NULL, &found) != 0)
        return;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        const char *argv[] = { "/bin/rm", "-rf", "--", found.gl_pathv[i], NULL };
        struct error ignored;
        cluster_run(cluster, argv, NULL, &ignored);
    }
    globfree(&found);
}

static bool cluster_sync_directory(const char *path, struct error *error)
{
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = directory >= 0 && fsync(directory) == 0;
    if (!synced)
        error_set_errno(error, "cannot sync the directory %s", path);
    if (directory >= 0)
        close(directory);
    return synced;
}

static bool cluster_initialise(struct cluster *cluster, struct error *error)
{
    char fresh[HOME_PATH_SIZE + 24];
    char initdb[BINARIES_PATH_SIZE + 20];
    char postgres[BINARIES_PATH_SIZE + 20];
    snprintf(fresh, sizeof fresh, "%s.new.%ld", cluster->data, (long)getpid());
    snprintf(initdb, sizeof initdb, "%s/initdb", cluster->binaries.directory);
    snprintf(postgres, sizeof postgres, "%s/postgres", cluster->binaries.directory);
    cluster_sweep(cluster);

    const char *make[] = { initdb,
                           "-D",
                           fresh,
                           "-U",
                           "esbank",
                           "--auth=trust",
                           "--encoding=UTF8",
                           "--locale=C.UTF-8",
                           "--data-checksums",
                           NULL };
    /* Without exit_on_error it ends with 0 whatever became of the statement. */
    const char *create[] = { postgres, "--single", "-c",       "exit_on_error=on",
                             "-D",     fresh,      "postgres", NULL };
    if (!cluster_run(cluster, make, NULL, error) ||
        !cluster_run(cluster, create, "CREATE DATABASE esbank\n", error)) {
        cluster_sweep(cluster); /* a disk that was too small for it is not left full */
        return false;
    }
    if (rename(fresh, cluster->data) != 0)
        return error_set_errno(error, "cannot rename %s to %s", fresh, cluster->data);
    return cluster_sync_directory(cluster->directory, error);
}

/* The version that made the data directory; 0 when there is none. */
static bool cluster_data_major(const struct cluster *cluster, int *major, struct error *error)
{
    char path[HOME_PATH_SIZE + 20];
    snprintf(path, sizeof path, "%s/PG_VERSION", cluster->data);
    *major = 0;
    struct stat status;
    if (lstat(cluster->data, &status) != 0 && errno == ENOENT)
        return true;
    FILE *file = fopen(path, "re");
    bool known = file != NULL && fscanf(file, "%d", major) == 1 && *major > 0;
    if (file != NULL)
        fclose(file);
    return known || error_set(error, ERROR_USAGE,
                              "%s is not a Postgres data directory (it has no PG_VERSION): move it "
                              "away and a new one "
                              "is made, or choose another home with --home DIR",
                              cluster->data);
}

static bool cluster_choose_binaries(struct cluster *cluster, int major, struct error *error)
{
    struct error reason;
    if (binaries_find(major, &cluster->binaries, &reason))
        return true;
    if (major == 0) {
        *error = reason;
        return false;
    }
    return error_set(error, ERROR_USAGE, "%s was made by Postgres %d; %s", cluster->data, major,
                     reason.message);
}

/* A server that does not know lz4 refuses the setting; asking one is surer than knowing how it was
 * built. */
static bool cluster_has_lz4(struct cluster *cluster)
{
    char postgres[BINARIES_PATH_SIZE + 20];
    snprintf(postgres, sizeof postgres, "%s/postgres", cluster->binaries.directory);
    const char *argv[] = {
        postgres, "-D", cluster->data, "-c", "wal_compression=lz4", "-C", "wal_compression", NULL
    };
    struct child_options options = { .owner = &cluster->owner, .argv = argv };
    struct error ignored;
    return child_run(&options, TOOL_TIMEOUT_MS, cluster->options.cancel, &ignored) == 0;
}

/* Everything up to a whole data directory that its owner can reach. */
static bool cluster_prepare(struct cluster *cluster, struct error *error)
{
    if (!home_create_directory(&cluster->home, "pg", 0700, error) ||
        !child_find_owner(cluster->directory, &cluster->owner, error))
        return false;
    if (geteuid() == 0 && lchown(cluster->directory, cluster->owner.uid, cluster->owner.gid) != 0)
        return error_set_errno(error, "cannot give %s to user %s", cluster->directory,
                               cluster->owner.name);
    if (!child_can_reach(&cluster->owner, cluster->directory, error))
        return false;

    struct stat status;
    if (stat(cluster->log, &status) == 0 && status.st_size > LOG_MAX) {
        char old[HOME_PATH_SIZE + 8];
        snprintf(old, sizeof old, "%s.old", cluster->log);
        if (rename(cluster->log, old) != 0)
            return error_set_errno(error, "cannot rename the log %s", cluster->log);
    }
    int major;
    if (!cluster_data_major(cluster, &major, error) ||
        !cluster_choose_binaries(cluster, major, error))
        return false;
    if (major == 0 && !cluster_initialise(cluster, error))
        return false;
    cluster->lz4 = cluster->binaries.major >= 15 && cluster_has_lz4(cluster);
    return true;
}

/* ---- starting it ------------------------------------------------------------ */

static void cluster_adopt(struct cluster *cluster, pid_t pid)
{
    cluster->pid = pid;
    cluster->is_child = false;
}

/* Forks a server. The pid file and socket of a dead one are removed by the child, as their owner.
 */
static bool cluster_launch(struct cluster *cluster, struct error *error)
{
    struct cluster_words words = { .count = 0 };
    cluster_words_add(&words, "%s/postgres", cluster->binaries.directory);
    cluster_words_add(&words, "-D");
    cluster_words_add(&words, "%s", cluster->data);
    cluster_words_add(&words, "-p");
    cluster_words_add(&words, "5432");
    cluster_words_add(&words, "-c");
    cluster_words_add(&words, "unix_socket_directories=\"%s\"", cluster->directory);
    char name[POSTMASTER_NAME_SIZE];
    if (postmaster_name(cluster->data, name)) {
        cluster_words_add(&words, "-c");
        cluster_words_add(&words, "cluster_name=%s", name);
    }
    if (!cluster_settings_add(&words, getenv("ESBANK_PG_OPTIONS"), cluster->lz4, error))
        return false;

    char pid_file[HOME_PATH_SIZE + 20];
    char socket[HOME_PATH_SIZE];
    char socket_lock[HOME_PATH_SIZE];
    snprintf(pid_file, sizeof pid_file, "%s/postmaster.pid", cluster->data);
    home_path(&cluster->home, socket, sizeof socket, CLUSTER_SOCKET_NAME);
    home_path(&cluster->home, socket_lock, sizeof socket_lock, CLUSTER_SOCKET_NAME ".lock");
    const char *stale[] = { pid_file, socket, socket_lock, NULL };

    struct stat status;
    cluster->log_start = stat(cluster->log, &status) == 0 ? status.st_size : 0;
    cluster->launched_at_ms = clock_now_ms();
    struct child_options options = {
        .owner = &cluster->owner, .argv = words.argv, .output = cluster->log, .unlink = stale
    };
    pid_t pid = child_spawn(&options, error);
    if (pid < 0)
        return false;
    cluster->pid = pid;
    cluster->is_child = true;
    return true;
}

pid_t cluster_pid(struct cluster *cluster)
{
    if (cluster->pid == 0)
        return 0;
    if (cluster->is_child) {
        pid_t ended = waitpid(cluster->pid, NULL, WNOHANG);
        if (ended == cluster->pid || (ended < 0 && errno == ECHILD))
            cluster->pid = 0;
    } else if (!postmaster_is(cluster->pid, cluster->data)) {
        cluster->pid = 0;
    }
    return cluster->pid;
}

/* True while a new server must not start. One that cannot end by itself is ended. */
static bool left_backends(struct cluster *cluster)
{
    if (!postmaster_left_backends(cluster->data)) {
        cluster->left_since_ms = 0;
        return false;
    }
    if (cluster->left_since_ms == 0)
        cluster->left_since_ms = clock_now_ms();
    if (clock_now_ms() - cluster->left_since_ms > LEFT_MS)
        postmaster_end_backends(cluster->data);
    return true;
}

bool cluster_revive(struct cluster *cluster, struct error *error)
{
    if (cluster_pid(cluster) != 0)
        return true;
    struct postmaster found = postmaster_look(cluster->data);
    if (found.state != POSTMASTER_NONE) {
        cluster_adopt(cluster, found.pid);
        return true;
    }
    if (left_backends(cluster) || clock_now_ms() < cluster->launched_at_ms + REVIVE_PAUSE_MS)
        return true;
    return cluster_launch(cluster, error);
}

static bool cluster_answers(const struct cluster *cluster)
{
    char ping[CLUSTER_CONNINFO_SIZE + 20];
    snprintf(ping, sizeof ping, "%s connect_timeout=2", cluster->conninfo);
    return PQping(ping) == PQPING_OK;
}

static bool cluster_died(const struct cluster *cluster, struct error *error)
{
    char words[220];
    postmaster_last_words(cluster->log, cluster->log_start, words, sizeof words);
    return error_set(error, ERROR_CONNECTION, "Postgres ended at once: '%s'; see %s", words,
                     cluster->log);
}

/* ---- waiting for it --------------------------------------------------------- */

static bool server_end(struct cluster *cluster, int signal_number, int timeout_ms)
{
    int64_t deadline = clock_now_ms() + timeout_ms;
    if (cluster_pid(cluster) != 0)
        kill(cluster->pid, signal_number);
    while (cluster_pid(cluster) != 0 && clock_now_ms() < deadline)
        clock_pause_ms(POLL_MS);
    return cluster->pid == 0;
}

/* Without a checkpoint; what is committed survives it. A server that is stuck leaves its backends
 * behind, and they are ended with it. */
static void server_end_unclean(struct cluster *cluster)
{
    if (server_end(cluster, SIGQUIT, UNCLEAN_MS))
        return;
    if (cluster_pid(cluster) != 0)
        kill(cluster->pid, SIGKILL);
    postmaster_end_backends(cluster->data);
    server_end(cluster, SIGKILL, KILLED_MS);
}

/* What a start waits for, said once for each reason. */
struct waiting {
    enum postmaster_state state;
    int64_t since_ms;
    bool said;
};

static void waiting_note(struct waiting *waiting, const struct cluster *cluster,
                         enum postmaster_state state)
{
    static const char *const reasons[] = {
        [POSTMASTER_NONE] = "processes of a Postgres that has died are still ending",
        [POSTMASTER_STARTING] =
            "Postgres is starting, and replays what its last end left in its log",
        [POSTMASTER_READY] = "Postgres does not answer yet",
        [POSTMASTER_STOPPING] = "the Postgres of an earlier bank is ending",
    };
    int64_t now_ms = clock_now_ms();
    if (waiting->since_ms == 0 || state != waiting->state)
        *waiting = (struct waiting){ .state = state, .since_ms = now_ms };
    if (waiting->said || now_ms - waiting->since_ms < WAITING_MS)
        return;
    waiting->said = true;
    log_event("waiting", "why=\"%s\" log=\"%s\"", reasons[state], cluster->log);
}

/*
 * Revives it until it answers. One that we launched and that ends is an error;
 * an adopted one that ends (it was on its way out) is followed by a new one.
 */
static bool cluster_wait_ready(struct cluster *cluster, struct error *error)
{
    int64_t deadline = clock_now_ms() + cluster->options.start_timeout_ms;
    struct waiting waiting = { .since_ms = 0 };
    for (bool launched = false;;) {
        if (launched && cluster_pid(cluster) == 0)
            return cluster_died(cluster, error);
        if (!cluster_revive(cluster, error))
            return false;
        launched = cluster->pid != 0 && cluster->is_child;
        struct postmaster found = postmaster_look(cluster->data);
        if (cluster->pid != 0 && found.pid == cluster->pid && found.state == POSTMASTER_READY &&
            cluster_answers(cluster))
            return true;
        waiting_note(&waiting, cluster, found.state);
        if (found.state == POSTMASTER_STOPPING &&
            clock_now_ms() - waiting.since_ms > cluster->options.stop_timeout_ms)
            server_end_unclean(cluster);
        if (cluster->options.cancel != NULL && *cluster->options.cancel != 0)
            return error_set(error, ERROR_CONNECTION, "stopped while Postgres was starting");
        if (clock_now_ms() > deadline)
            return error_set(error, ERROR_CONNECTION,
                             "Postgres does not take connections after %d s: see %s",
                             cluster->options.start_timeout_ms / 1000, cluster->log);
        clock_pause_ms(POLL_MS);
    }
}

bool cluster_restart_if_dead(struct cluster *cluster, struct error *error)
{
    return cluster_wait_ready(cluster, error);
}

struct cluster *cluster_start(const struct cluster_options *options, struct error *error)
{
    struct cluster *cluster = calloc(1, sizeof *cluster);
    if (cluster == NULL)
        panic("out of memory");
    cluster->home = *options->home;
    cluster->options = *options;
    cluster->options.home = &cluster->home;
    cluster->launched_at_ms = clock_now_ms() - REVIVE_PAUSE_MS;
    if (cluster->options.start_timeout_ms == 0)
        cluster->options.start_timeout_ms = START_TIMEOUT_MS;
    if (cluster->options.stop_timeout_ms == 0)
        cluster->options.stop_timeout_ms = STOP_TIMEOUT_MS;
    if (cluster_name(cluster, error) && cluster_prepare(cluster, error) &&
        cluster_wait_ready(cluster, error))
        return cluster;
    cluster_stop(cluster);
    return NULL;
}

const char *cluster_conninfo(const struct cluster *cluster)
{
    return cluster->conninfo;
}

/* ---- stopping it ------------------------------------------------------------ */

void cluster_stop(struct cluster *cluster)
{
    if (cluster == NULL)
        return;
    /* SIGINT is Postgres's fast shutdown. One that is recovering has nothing to save, and would
     * take its time for that. */
    bool recovering = cluster_pid(cluster) != 0 && !cluster_answers(cluster);
    if (recovering || !server_end(cluster, SIGINT, cluster->options.stop_timeout_ms))
        server_end_unclean(cluster);
    free(cluster);
}
