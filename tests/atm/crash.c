/* SPDX-License-Identifier: MIT */
/*
 * Every call that is stood in for here goes to the kernel by itself, so that
 * nothing here is counted. What may be lost is a list of undoings, in their
 * order; a flush takes those of its file, or of its directory, off the list.
 */
#include "tests/atm/crash.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define UNDO_MAX  256
#define PATH_SIZE 1200

enum undo_kind { UNDO_BYTES, UNDO_RENAME, UNDO_UNLINK, UNDO_LINK };

struct undo {
    enum undo_kind kind;
    int file;    /* bytes: a descriptor of its own */
    off_t size;  /* before */
    ino_t inode; /* of the file; of the directory of a name */
    char from[PATH_SIZE], to[PATH_SIZE], saved[PATH_SIZE]; /* saved: what the name stood for */
};

static char folder[PATH_SIZE];
static long count, kill_at;
static bool losing;
static struct undo undo[UNDO_MAX];
static int undo_count;

void crash_arm(const char *path, long at, bool lose)
{
    snprintf(folder, sizeof folder, "%s/", path);
    count = 0;
    kill_at = at;
    losing = lose;
    undo_count = 0;
}

long crash_count(void)
{
    return count;
}

/* ---- what may be lost ---- */

static ino_t inode_of(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 ? status.st_ino : 0;
}

static ino_t directory_of(const char *path)
{
    char copy[PATH_SIZE];
    snprintf(copy, sizeof copy, "%s", path);
    return inode_of(dirname(copy));
}

static struct undo *undo_add(enum undo_kind kind)
{
    if (undo_count == UNDO_MAX) { /* more than any of the tests leaves unflushed */
        fprintf(stderr, "crash: too much is unflushed\n");
        _exit(3);
    }
    struct undo *entry = &undo[undo_count++];
    *entry = (struct undo){ .kind = kind, .file = -1 };
    return entry;
}

static void undo_drop(int at)
{
    if (undo[at].file >= 0)
        close(undo[at].file);
    if (undo[at].saved[0] != '\0')
        syscall(SYS_unlink, undo[at].saved);
    memmove(&undo[at], &undo[at + 1], sizeof undo[0] * (size_t)(--undo_count - at));
}

static void flushed(int file)
{
    struct stat status;
    if (fstat(file, &status) != 0)
        return;
    for (int i = undo_count; i-- > 0;)
        if (undo[i].inode == status.st_ino)
            undo_drop(i);
}

static void lose(void)
{
    for (int i = undo_count; i-- > 0;) {
        const struct undo *entry = &undo[i];
        if (entry->kind == UNDO_BYTES)
            syscall(SYS_ftruncate, entry->file, entry->size);
        if (entry->kind == UNDO_RENAME)
            syscall(SYS_rename, entry->to, entry->from);
        if (entry->kind == UNDO_LINK)
            syscall(SYS_unlink, entry->to);
        if (entry->saved[0] != '\0')
            syscall(SYS_rename, entry->saved, entry->to);
    }
}

/* Keeps what a name stands for, under another one that no program here looks at. */
static void name_save(struct undo *entry)
{
    static long number;
    snprintf(entry->saved, sizeof entry->saved, "%.1100s.lost-%ld", entry->to, ++number);
    if (syscall(SYS_link, entry->to, entry->saved) != 0)
        entry->saved[0] = '\0';
}

/* ---- the calls ---- */

static bool is_below(const char *path)
{
    return folder[0] != '\0' && strncmp(path, folder, strlen(folder)) == 0;
}

static bool file_is_below(int file)
{
    char link[40], path[PATH_SIZE];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    const ssize_t length = folder[0] != '\0' ? readlink(link, path, sizeof path - 2) : -1;
    if (length <= 0)
        return false;
    memcpy(path + length, "/", 2); /* the folder itself counts too */
    return is_below(path);
}

static void counted(void)
{
    if (++count != kill_at)
        return;
    if (losing)
        lose();
    kill(getpid(), SIGKILL);
}

static void bytes_change(int file)
{
    struct stat status;
    if (!file_is_below(file))
        return;
    counted();
    if (!losing || fstat(file, &status) != 0)
        return;
    struct undo *entry = undo_add(UNDO_BYTES);
    entry->file = dup(file);
    entry->size = status.st_size;
    entry->inode = status.st_ino;
}

ssize_t write(int file, const void *bytes, size_t length)
{
    bytes_change(file);
    return syscall(SYS_write, file, bytes, length);
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t at)
{
    bytes_change(file);
    return syscall(SYS_pwrite64, file, bytes, length, at);
}

int ftruncate(int file, off_t length)
{
    if (file_is_below(file)) /* of what it cuts off nothing is wanted back */
        counted();
    return (int)syscall(SYS_ftruncate, file, length);
}

/* The disk itself is spared: what it would keep is what is not undone. */
int fsync(int file)
{
    if (file_is_below(file)) {
        counted();
        flushed(file);
    }
    return 0;
}

int fdatasync(int file)
{
    return fsync(file);
}

static struct undo *name_change(enum undo_kind kind, const char *from, const char *to)
{
    if (!is_below(to))
        return NULL;
    counted();
    if (!losing)
        return NULL;
    struct undo *entry = undo_add(kind);
    entry->inode = directory_of(to);
    snprintf(entry->from, sizeof entry->from, "%s", from);
    snprintf(entry->to, sizeof entry->to, "%s", to);
    return entry;
}

int rename(const char *from, const char *to)
{
    struct undo *entry = name_change(UNDO_RENAME, from, to);
    if (entry != NULL)
        name_save(entry);
    return (int)syscall(SYS_rename, from, to);
}

int link(const char *from, const char *to)
{
    name_change(UNDO_LINK, from, to);
    return (int)syscall(SYS_link, from, to);
}

int unlink(const char *path)
{
    struct undo *entry = name_change(UNDO_UNLINK, path, path);
    if (entry != NULL)
        name_save(entry);
    return (int)syscall(SYS_unlink, path);
}
