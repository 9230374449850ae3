/* SPDX-License-Identifier: MIT */
/*
 * Writing: the line is put at `length` with pwrite, so that what a failed
 * write left there is overwritten by the next one; then flushed; only then
 * does it count.
 *
 * Reading: every line ends in a MAC over the one before and itself. The last
 * line may be torn (no newline, or a wrong MAC at the very end of the file):
 * it was never confirmed to anybody, so it is cut off. Anything wrong before
 * that is not a power cut.
 */
#include "atm/devices/journal.h"

#include "atm/devices/faults.h"
#include "atm/files/durable.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define POSITION_DIGITS 16
#define JOURNAL_RESERVE (64 * 1024)

/* The chain of MACs where the file's lines carry them, else of hashes. */
static struct journal_chain chain_of(const struct journal *journal)
{
    struct journal_chain chain = { .key = journal->keyed ? &journal->memory->key : NULL,
                                   .sequence = journal->sequence };
    memcpy(chain.hash, journal->hash, sizeof chain.hash);
    return chain;
}

static void chain_take(struct journal *journal, const struct journal_chain *chain)
{
    journal->sequence = chain->sequence;
    memcpy(journal->hash, chain->hash, sizeof journal->hash);
}

/* Whether these lines are to carry MACs: while a folder is being adopted, as the first of them
 * does. */
static bool file_is_keyed(const struct journal *journal, const char *first)
{
    const struct memory *memory = journal->memory;
    if (memory == NULL || !memory->keyed || !memory->adopting)
        return memory != NULL && memory->keyed;
    const char *last = strrchr(first, ' ');
    return last == NULL || strlen(last + 1) == MEMORY_MAC_LENGTH - 1;
}

static bool journal_cut_off(struct journal *journal, struct error *error)
{
    if (ftruncate(journal->file, journal->length) != 0 || fsync(journal->file) != 0)
        return error_set_errno(error, "cannot cut the torn line off %s/journal.log",
                               journal->folder);
    return journal_write(journal, JOURNAL_CUT_OFF, NULL, "", error);
}

/* *torn: the last line is no entry. */
static bool journal_read(struct journal *journal, FILE *stream, journal_reader *reader,
                         void *context, bool *torn, struct error *error)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    bool first = true;
    *torn = false;
    while (!*torn && (length = getline(&line, &room, stream)) > 0) {
        struct journal_entry entry;
        bool whole = line[length - 1] == '\n';
        if (whole)
            line[length - 1] = '\0';
        if (whole && first) {
            journal->keyed = file_is_keyed(journal, line);
            first = false;
            struct journal_chain chain = chain_of(journal);
            if (journal_head_read(&chain, line)) {
                chain_take(journal, &chain);
                journal->length += length;
                continue;
            }
        }
        struct journal_chain chain = chain_of(journal);
        if (whole && journal_line_read(&chain, line, &entry) == JOURNAL_LINE_GOOD) {
            chain_take(journal, &chain);
            journal->length += length;
            if (reader != NULL && entry.step != JOURNAL_STEP_COUNT)
                reader(context, &entry);
        } else {
            *torn = true;
        }
    }
    bool at_end = !*torn || getline(&line, &room, stream) <= 0;
    free(line);
    if (!at_end)
        return error_set(error, ERROR_FORMAT,
                         "%s/journal.log was changed after entry %" PRIu64
                         ": move it aside to be examined, then start once with --adopt-memories",
                         journal->folder, journal->sequence);
    return true;
}

static void journal_begin(struct journal *journal, const char *folder, struct memory *memory)
{
    *journal = (struct journal){ .file = -1,
                                 .hash = JOURNAL_FIRST_HASH,
                                 .memory = memory,
                                 .keyed = memory != NULL && memory->keyed };
    snprintf(journal->folder, sizeof journal->folder, "%s", folder);
}

bool journal_open(struct journal *journal, const char *folder, struct memory *memory,
                  journal_reader *reader, void *context, struct error *error)
{
    char path[DURABLE_PATH_SIZE];
    bool torn;
    journal_begin(journal, folder, memory);
    snprintf(path, sizeof path, "%s/journal.log", folder);
    journal->file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    FILE *stream = journal->file < 0 ? NULL : fopen(path, "re");
    if (stream == NULL) {
        error_set_errno(error, "cannot open the journal %s", path);
        journal_close(journal);
        return false;
    }
    bool read = journal_read(journal, stream, reader, context, &torn, error);
    fclose(stream);
    if (read && memory != NULL)
        memory->journal = journal->sequence;
    read = read && (!torn || journal_cut_off(journal, error));
    if (!read)
        journal_close(journal);
    return read;
}

bool journal_each(const struct journal *journal, journal_reader *reader, void *context,
                  struct error *error)
{
    char path[DURABLE_PATH_SIZE];
    struct journal again;
    bool torn;
    journal_begin(&again, journal->folder, journal->memory);
    snprintf(path, sizeof path, "%s/journal.log", journal->folder);
    FILE *stream = fopen(path, "re");
    if (stream == NULL)
        return error_set_errno(error, "cannot open the journal %s", path);
    const bool read = journal_read(&again, stream, reader, context, &torn, error);
    fclose(stream);
    return read;
}

void journal_close(struct journal *journal)
{
    if (journal->file >= 0)
        close(journal->file);
    journal->file = -1;
}

static void journal_time(char text[static 32])
{
    struct timespec now;
    struct tm parts;
    char seconds[24];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &parts);
    strftime(seconds, sizeof seconds, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(text, 32, "%s.%03dZ", seconds, (int)(now.tv_nsec / 1000000 % 1000));
}

/* What stands behind its end is of an entry that was not written. */
static bool put_failed(struct journal *journal, const char *what, struct error *error)
{
    error_set_errno(error, "cannot %s %s/journal.log", what, journal->folder);
    if (ftruncate(journal->file, journal->length) != 0) {
        /* The next entry overwrites what stands there, and a start cuts it off. */
    }
    return false;
}

static bool journal_put(struct journal *journal, const char *line, size_t length,
                        struct error *error)
{
    for (size_t at = 0; at < length;) {
        ssize_t step = pwrite(journal->file, line + at, length - at, journal->length + (off_t)at);
        if (step < 0 && errno == EINTR)
            continue;
        if (step <= 0)
            return put_failed(journal, "write", error);
        at += (size_t)step;
    }
    return fdatasync(journal->file) == 0 || put_failed(journal, "flush", error);
}

bool journal_write(struct journal *journal, enum journal_step step, const struct uuid *withdrawal,
                   const char *detail, struct error *error)
{
    char line[JOURNAL_LINE_LENGTH + JOURNAL_HASH_LENGTH + 2], time[32],
        uuid[UUID_TEXT_LENGTH] = "-";
    char hash[JOURNAL_HASH_LENGTH];
    if (journal->file < 0)
        return error_set(error, ERROR_SYSTEM, "the journal is not open");
    if (faults_strike(FAULT_JOURNAL_FULL, NULL, NULL)) {
        errno = ENOSPC;
        return error_set_errno(error, "cannot write %s/journal.log", journal->folder);
    }
    if (withdrawal != NULL && !uuid_is_nil(withdrawal))
        uuid_write(withdrawal, uuid);
    journal_time(time);
    int length = snprintf(line, JOURNAL_LINE_LENGTH, "%" PRIu64 " %s %s %s%s%.*s",
                          journal->sequence + 1, time, journal_step_name(step), uuid,
                          detail[0] != '\0' ? " " : "", JOURNAL_DETAIL_LENGTH - 1, detail);
    for (char *at = line; *at != '\0'; at++)
        if (*at == '\n')
            *at = ' ';
    const struct journal_chain chain = chain_of(journal);
    journal_line_hash(&chain, line, (size_t)length, hash);
    length += sprintf(line + length, " %s\n", hash);
    if (!journal_put(journal, line, (size_t)length, error))
        return false;
    journal->sequence++;
    journal->length += length;
    memcpy(journal->hash, hash, sizeof hash);
    if (journal->memory != NULL)
        journal->memory->journal = journal->sequence;
    faults_power_cut(FAULT_POWER_AFTER, journal_step_name(step));
    return true;
}

void journal_position(const struct journal *journal, char position[static JOURNAL_POSITION])
{
    position[0] = '\0';
    if (journal->sequence > 0)
        snprintf(position, JOURNAL_POSITION, "%" PRIu64 ":%.*s", journal->sequence, POSITION_DIGITS,
                 journal->hash);
}

static bool file_has(const char *folder, const char *name, uint64_t sequence, const char *digits)
{
    char path[DURABLE_PATH_SIZE], *line = NULL;
    size_t room = 0;
    bool found = false;
    snprintf(path, sizeof path, "%.500s/%.200s", folder, name);
    FILE *stream = fopen(path, "re");
    while (stream != NULL && !found && getline(&line, &room, stream) > 0) {
        const char *last = strrchr(line, ' ');
        found = last != NULL && strtoull(line, NULL, 10) == sequence &&
                strncmp(last + 1, digits, POSITION_DIGITS) == 0;
    }
    free(line);
    if (stream != NULL)
        fclose(stream);
    return found;
}

bool journal_has(const struct journal *journal, const char *position)
{
    const uint64_t sequence = strtoull(position, NULL, 10);
    const char *colon = strchr(position, ':');
    if (colon == NULL || sequence > journal->sequence)
        return false;
    if (file_has(journal->folder, "journal.log", sequence, colon + 1))
        return true;
    DIR *directory = opendir(journal->folder);
    if (directory == NULL)
        return false;
    bool found = false;
    for (struct dirent *item; !found && (item = readdir(directory)) != NULL;)
        found = strncmp(item->d_name, "journal-", 8) == 0 &&
                file_has(journal->folder, item->d_name, sequence, colon + 1);
    closedir(directory);
    return found;
}

bool journal_reserve(struct journal *journal, struct error *error)
{
    if (journal->file < 0)
        return error_set(error, ERROR_SYSTEM, "the journal is not open");
    if (fallocate(journal->file, FALLOC_FL_KEEP_SIZE, journal->length, JOURNAL_RESERVE) == 0 ||
        errno == EOPNOTSUPP || errno == ENOSYS)
        return true;
    return error_set_errno(error, "there is no room for the journal in %s", journal->folder);
}

bool journal_rotate(struct journal *journal, int64_t at_least_bytes, struct error *error)
{
    const bool keyed = journal->memory != NULL && journal->memory->keyed;
    if (journal->length < at_least_bytes && journal->keyed == keyed)
        return true;
    char path[DURABLE_PATH_SIZE], aside[DURABLE_PATH_SIZE], head[JOURNAL_HEAD_SIZE];
    snprintf(path, sizeof path, "%s/journal.log", journal->folder);
    snprintf(aside, sizeof aside, "%s/journal-%" PRIu64 ".log", journal->folder, journal->sequence);
    /* A second name first: at no moment is the history without one. */
    if (link(path, aside) != 0 && errno != EEXIST)
        return error_set_errno(error, "cannot set %s aside", path);
    struct journal next = *journal;
    next.keyed = keyed;
    const struct journal_chain chain = chain_of(&next);
    size_t length = journal_head_write(&chain, head);
    head[length++] = '\n';
    if (!durable_write(journal->folder, "journal.log", head, length, error))
        return false;
    int file = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0)
        return error_set_errno(error, "cannot open the journal %s", path);
    close(journal->file);
    journal->file = file;
    journal->keyed = keyed;
    journal->length = (int64_t)length;
    return true;
}

/* The line that ends before `end`, without its newline; where it begins, or -1. */
static off_t line_before(const struct journal *journal, off_t end,
                         char line[static JOURNAL_LINE_LENGTH])
{
    const off_t most = JOURNAL_LINE_LENGTH, from = end > most ? end - most : 0;
    const ssize_t length = pread(journal->file, line, (size_t)(end - from), from);
    if (length <= 0 || length != end - from)
        return -1;
    line[length - 1] = '\0';
    const char *before = memrchr(line, '\n', (size_t)length - 1);
    const size_t skipped = before != NULL ? (size_t)(before + 1 - line) : 0;
    memmove(line, line + skipped, (size_t)length - skipped);
    return from + (off_t)skipped;
}

int journal_tail(const struct journal *journal, int skip, char *lines, size_t width, int count)
{
    char line[JOURNAL_LINE_LENGTH];
    off_t end = journal->file < 0 ? 0 : journal->length;
    int found = 0;
    for (int at = 0; at < skip + count && end > 0; at++) {
        end = line_before(journal, end, line);
        if (end < 0 || at < skip)
            continue;
        memmove(lines + width, lines, (size_t)found * width);
        snprintf(lines, width, "%s", line);
        found++;
    }
    return found;
}
