/* SPDX-License-Identifier: MIT */
/*
 * The settings go on the server's command line and not into postgresql.conf:
 * they are the program's, change with it, and nothing on disk can disagree.
 * They are for one busy writer appending in batches, on a small machine that
 * runs other things, with every reply resting on a commit that is on disk.
 */
#include "bank/cluster/settings.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *name;
    const char *value;
    const char *why; /* for the reader */
} cluster_settings[] = {
    { "listen_addresses", "", "the Unix socket is the only way in" },
    { "unix_socket_permissions", "0700", "and only for its owner" },
    { "fsync", "on", "a reply promises that its events survive a power cut" },
    { "synchronous_commit", "on", "so a commit waits for the disk; batches share the wait" },
    { "full_page_writes", "on", "a page torn by a power cut can be mended" },
    { "wal_buffers", "64MB", "a large batch is not written out before its commit" },
    { "max_wal_size", "4GB", "checkpoints come by time, not because the log grew" },
    { "min_wal_size", "2GB", "log files are reused, not made anew, once a load has needed them" },
    { "checkpoint_timeout", "15min",
      "fewer whole-page images in the log; a restart replays at most this much" },
    { "checkpoint_completion_target", "0.9",
      "a checkpoint's writes are spread out, so commits do not stall" },
    { "jit", "off", "compiling costs more than our short statements take" },
    { "max_connections", "40", "the bank has a few, operators some; each one costs memory" },
    { "idle_in_transaction_session_timeout", "10min",
      "a forgotten transaction keeps every version of every row; the bank's own never idle in "
      "one" },
    { "autovacuum", "on", "read models are updated in place and need it" },
    { "timezone", "UTC", "times in the store do not depend on where the machine stands" },
    { "log_timezone", "UTC", "the log agrees with them" },
    { "logging_collector", "off", "the log is the file its output is appended to" },
    { "log_destination", "stderr", "likewise" },
    { "log_line_prefix", "%m [%p] ", "time and process, to line it up with bank.log" },
    { "log_checkpoints", "off", "a healthy cluster's log stays nearly empty" },
};

void cluster_words_add(struct cluster_words *words, const char *format, ...)
{
    char *word = words->text + words->used;
    size_t room = sizeof words->text - words->used;
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(word, room, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= room || words->count + 1 >= CLUSTER_WORDS)
        panic("no room for the %zu. word of a command line", words->count + 1);
    words->used += (size_t)length + 1;
    words->argv[words->count++] = word;
    words->argv[words->count] = NULL;
}

static bool cluster_settings_add_extra(struct cluster_words *words, const char *extra,
                                       struct error *error)
{
    enum { EXTRA_MAX = 2000, EXTRA_WORDS = 80 };
    if (strlen(extra) > EXTRA_MAX)
        return error_set(error, ERROR_USAGE,
                         "$ESBANK_PG_OPTIONS is longer than %d bytes: shorten it", EXTRA_MAX);
    char text[EXTRA_MAX + 1];
    memcpy(text, extra, strlen(extra) + 1);
    bool value_next = false;
    int count = 0;
    char *rest = NULL;
    for (char *word = strtok_r(text, " \t\n", &rest); word != NULL;
         word = strtok_r(NULL, " \t\n", &rest)) {
        bool wanted =
            value_next ? strchr(word, '=') != NULL && word[0] != '=' : strcmp(word, "-c") == 0;
        if (!wanted || ++count > EXTRA_WORDS)
            return error_set(error, ERROR_USAGE,
                             "$ESBANK_PG_OPTIONS must be up to %d settings written as -c "
                             "name=value, and '%s' is not",
                             EXTRA_WORDS / 2, word);
        cluster_words_add(words, "%s", word);
        value_next = !value_next;
    }
    if (value_next)
        return error_set(error, ERROR_USAGE,
                         "$ESBANK_PG_OPTIONS ends with a -c that no name=value follows: add it");
    return true;
}

bool cluster_settings_add(struct cluster_words *words, const char *extra, bool lz4,
                          struct error *error)
{
    for (size_t i = 0; i < sizeof cluster_settings / sizeof cluster_settings[0]; i++) {
        cluster_words_add(words, "-c");
        cluster_words_add(words, "%s=%s", cluster_settings[i].name, cluster_settings[i].value);
    }
    /* The tails of all indexes and the active accounts stay in memory, history need not. It is
     * taken as it is used. */
    int64_t memory_mb = (int64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE) >> 20;
    int64_t buffers_mb = memory_mb / 8 < 128 ? 128 : memory_mb / 8 > 1024 ? 1024 : memory_mb / 8;
    cluster_words_add(words, "-c");
    cluster_words_add(words, "shared_buffers=%" PRId64 "MB", buffers_mb);
    /* Page images are most of the log after a checkpoint; lz4 halves them for next to no time. */
    cluster_words_add(words, "-c");
    cluster_words_add(words, "wal_compression=%s", lz4 ? "lz4" : "on");
    return extra == NULL || cluster_settings_add_extra(words, extra, error);
}
