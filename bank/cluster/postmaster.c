/* SPDX-License-Identifier: MIT */
/*
 * postmaster.pid has eight lines: pid, data directory, start time, port,
 * socket directory, listen address, shared memory key and id, state. Postgres
 * trusts any living process with that pid to be a server; after a power cut
 * the number may well be another process's, and in a container without an init
 * a dead server stays a zombie for ever. So we look at the process's command
 * line, which everybody may read, for the data directory we start servers with.
 *
 * The shared memory segment is how Postgres itself knows of backends that
 * outlived their postmaster. We ask the same question before removing a pid
 * file, because two servers on one directory would destroy it.
 */
#include "bank/cluster/postmaster.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 900, PID_FILE_LINES = 8, LOG_TAIL = 16384 };

/* Up to size - 1 bytes of a file from `start` on; -1 when it cannot be read. */
static ssize_t postmaster_read(const char *path, off_t start, char *buffer, size_t size)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0)
        return -1;
    ssize_t length = pread(file, buffer, size - 1, start);
    if (start == 0 && length < 0) /* /proc files are not all seekable */
        length = read(file, buffer, size - 1);
    close(file);
    buffer[length > 0 ? length : 0] = '\0';
    return length;
}

/* Cuts the pid file into lines; false when there is none, or one still being written. */
static bool postmaster_lines(const char *data, char *text, size_t size, char *lines[PID_FILE_LINES])
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/postmaster.pid", data);
    if (postmaster_read(path, 0, text, size) <= 0)
        return false;
    static char nothing[] = "";
    for (size_t i = 0; i < PID_FILE_LINES; i++) {
        lines[i] = text != NULL ? text : nothing;
        if (text != NULL && (text = strchr(text, '\n')) != NULL)
            *text++ = '\0';
    }
    return true;
}

/* By whatever name: a home may be reached by a link. */
static bool same_directory(const char *a, const char *b)
{
    struct stat first, second;
    return strcmp(a, b) == 0 || (stat(a, &first) == 0 && stat(b, &second) == 0 &&
                                 first.st_dev == second.st_dev && first.st_ino == second.st_ino);
}

bool postmaster_is(pid_t pid, const char *data)
{
    char path[60];
    char words[4096];
    snprintf(path, sizeof path, "/proc/%ld/cmdline", (long)pid);
    ssize_t length = pid > 1 ? postmaster_read(path, 0, words, sizeof words) : 0;
    const char *program = NULL;
    for (const char *word = words; length > 0 && word < words + length; word += strlen(word) + 1) {
        if (program == NULL) {
            const char *slash = strrchr(word, '/');
            program = slash != NULL ? slash + 1 : word;
            if (strcmp(program, "postgres") != 0)
                return false;
        } else if (strcmp(word, "-D") == 0) {
            const char *directory = word + strlen(word) + 1;
            return directory < words + length && same_directory(directory, data);
        }
    }
    return false;
}

struct postmaster postmaster_look(const char *data)
{
    static const struct {
        const char *word;
        enum postmaster_state state;
    } states[] = { { "ready", POSTMASTER_READY },
                   { "standby", POSTMASTER_READY },
                   { "stopping", POSTMASTER_STOPPING } };

    char text[2000];
    char *lines[PID_FILE_LINES];
    if (!postmaster_lines(data, text, sizeof text, lines))
        return (struct postmaster){ .state = POSTMASTER_NONE };
    pid_t pid = (pid_t)strtol(lines[0], NULL, 10);
    if (!postmaster_is(pid, data))
        return (struct postmaster){ .state = POSTMASTER_NONE };
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        if (strncmp(lines[7], states[i].word, strlen(states[i].word)) == 0)
            return (struct postmaster){ .state = states[i].state, .pid = pid };
    return (struct postmaster){ .state = POSTMASTER_STARTING, .pid = pid };
}

bool postmaster_left_backends(const char *data)
{
    char text[2000];
    char *lines[PID_FILE_LINES];
    unsigned long key;
    int id;
    if (!postmaster_lines(data, text, sizeof text, lines) ||
        sscanf(lines[6], "%lu %d", &key, &id) != 2)
        return false;
    struct shmid_ds segment;
    /* Gone, or made anew by another program after a restart of the machine. */
    if (shmctl(id, IPC_STAT, &segment) != 0 ||
        (unsigned long)(unsigned)segment.shm_perm.__key != key)
        return false;
    return segment.shm_nattch > 0;
}

bool postmaster_name(const char *data, char name[static POSTMASTER_NAME_SIZE])
{
    struct stat status;
    name[0] = '\0';
    if (stat(data, &status) != 0)
        return false;
    snprintf(name, POSTMASTER_NAME_SIZE, "esbank-%llx-%llx", (unsigned long long)status.st_dev,
             (unsigned long long)status.st_ino);
    return true;
}

/* Every process of a server's shows its name, which everybody may read, before what it does. */
void postmaster_end_backends(const char *data)
{
    char name[POSTMASTER_NAME_SIZE], shown[POSTMASTER_NAME_SIZE + 20];
    if (!postmaster_name(data, name))
        return;
    const size_t length = (size_t)snprintf(shown, sizeof shown, "postgres: %s: ", name);
    DIR *processes = opendir("/proc");
    if (processes == NULL)
        return;
    for (struct dirent *entry; (entry = readdir(processes)) != NULL;) {
        char path[sizeof entry->d_name + 20], words[sizeof shown];
        long pid = strtol(entry->d_name, NULL, 10);
        if (pid <= 1)
            continue;
        snprintf(path, sizeof path, "/proc/%s/cmdline", entry->d_name);
        if (postmaster_read(path, 0, words, length + 1) == (ssize_t)length &&
            strcmp(words, shown) == 0)
            kill((pid_t)pid, SIGKILL);
    }
    closedir(processes);
}

void postmaster_last_words(const char *log, off_t start, char *line, size_t size)
{
    char text[LOG_TAIL];
    struct stat status;
    line[0] = '\0';
    if (stat(log, &status) != 0)
        return;
    if (status.st_size - start > LOG_TAIL - 1)
        start = status.st_size - (LOG_TAIL - 1);
    if (postmaster_read(log, start, text, sizeof text) <= 0)
        return;
    bool fatal_seen = false;
    for (char *rest = text, *next; rest != NULL && rest[0] != '\0'; rest = next) {
        next = strchr(rest, '\n');
        if (next != NULL)
            *next++ = '\0';
        const char *fatal = strstr(rest, "FATAL: ");
        if (fatal == NULL)
            fatal = strstr(rest, "PANIC: ");
        if (rest[0] == '\0' || (fatal_seen && fatal == NULL))
            continue;
        fatal_seen = fatal != NULL;
        snprintf(line, size, "%s", fatal != NULL ? fatal : rest);
    }
}
