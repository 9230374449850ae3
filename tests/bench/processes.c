/* SPDX-License-Identifier: MIT */
#include "tests/bench/processes.h"

#include <ctype.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* Its parent, and the seconds of processor time it has had; false when it is gone. */
static bool process_read(long pid, long *parent, double *cpu_s)
{
    char path[64], text[512];
    unsigned long user, system;
    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return false;
    size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[length] = '\0';
    const char *rest = strrchr(text, ')'); /* the name before it may hold anything */
    if (rest == NULL || sscanf(rest + 1, " %*c %ld %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
                               parent, &user, &system) != 3)
        return false;
    *cpu_s = (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
    return true;
}

double process_cpu_s(long pid)
{
    long parent;
    double cpu_s;
    return process_read(pid, &parent, &cpu_s) ? cpu_s : 0;
}

double process_own_cpu_s(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

int64_t process_rss_bytes(long pid)
{
    char path[64];
    long size, resident = 0;
    snprintf(path, sizeof path, "/proc/%ld/statm", pid);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return 0;
    if (fscanf(file, "%ld %ld", &size, &resident) != 2)
        resident = 0;
    fclose(file);
    return (int64_t)resident * sysconf(_SC_PAGESIZE);
}

/* ---- a cluster ---- */

static long postmaster_of(const struct home *home)
{
    char path[HOME_PATH_SIZE];
    long pid = 0;
    home_path(home, path, sizeof path, "pg/data/postmaster.pid");
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return 0; /* the database is somebody else's */
    if (fscanf(file, "%ld", &pid) != 1)
        pid = 0;
    fclose(file);
    return pid;
}

void cluster_cpu_read(const struct home *home, struct cluster_cpu *cpu)
{
    long postmaster = postmaster_of(home), parent;
    double cpu_s;
    struct dirent *entry;
    cpu->count = 0;
    DIR *directory = postmaster > 0 ? opendir("/proc") : NULL;
    if (directory == NULL)
        return;
    while ((entry = readdir(directory)) != NULL) {
        long pid = isdigit((unsigned char)entry->d_name[0]) ? strtol(entry->d_name, NULL, 10) : 0;
        if (pid > 0 && cpu->count < CLUSTER_PROCESSES_MAX && process_read(pid, &parent, &cpu_s) &&
            (pid == postmaster || parent == postmaster)) {
            cpu->process[cpu->count].pid = pid;
            cpu->process[cpu->count++].cpu_s = cpu_s;
        }
    }
    closedir(directory);
}

double cluster_cpu_between(const struct cluster_cpu *before, const struct cluster_cpu *after)
{
    double sum = 0;
    for (size_t i = 0; i < after->count; i++) {
        sum += after->process[i].cpu_s;
        for (size_t j = 0; j < before->count; j++)
            if (before->process[j].pid == after->process[i].pid)
                sum -= before->process[j].cpu_s;
    }
    return sum;
}
