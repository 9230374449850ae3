/* SPDX-License-Identifier: MIT */
/*
 * Memory that the machine has had before. On a virtual machine the host serves
 * the first touch of a page, which may take ten times an ordinary page fault, and
 * it may take free pages back within seconds: then a program whose tables grow is
 * measured with its host, and one that writes the same few pages again is not.
 *
 * So memory is touched once, and with --hold kept: this program then goes on until
 * it is ended, and keeps what the kernel has free as it was. What others take
 * it gives back, as pages that were in use a moment ago; what they give back
 * it takes.
 *
 * Both times are figures: far apart, they say that the machine was fresh.
 */
#include "tests/bench/bench.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MEGABYTE ((size_t)1 << 20)

enum {
    AGAIN_MB = 256,    /* so much tells what an ordinary fault takes */
    CUSHION_MB = 128,  /* given back at once: what others take between two looks */
    SLACK_MB = 64,     /* that much more is free before any is taken */
    LOOK_EVERY_MS = 10 /* in which nobody takes the cushion */
};

struct holding {
    unsigned char *memory;
    size_t size, held; /* bytes; held are those at the beginning */
};

static struct holding map(size_t size)
{
    struct holding holding = { .size = size };
    holding.memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (holding.memory == MAP_FAILED)
        give_up("there are no %zu MB of memory to touch: %s", size / MEGABYTE, strerror(errno));
    /* One fault a page on every machine. A kernel without huge pages refuses, and gives none
     * either. */
    (void)madvise(holding.memory, size, MADV_NOHUGEPAGE);
    return holding;
}

static void take(struct holding *holding, size_t bytes)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t end = bytes < holding->size - holding->held ? holding->held + bytes : holding->size;
    for (; holding->held < end; holding->held += page)
        *(volatile unsigned char *)(holding->memory + holding->held) = 1;
}

static void give_back(struct holding *holding, size_t bytes)
{
    bytes = bytes < holding->held ? bytes : holding->held;
    holding->held -= bytes;
    if (bytes > 0 && madvise(holding->memory + holding->held, bytes, MADV_DONTNEED) != 0)
        give_up("memory cannot be given back: %s", strerror(errno));
}

/* Microseconds a page. */
static double touch_us_per_page(struct holding *holding)
{
    const size_t pages = holding->size / (size_t)sysconf(_SC_PAGESIZE);
    int64_t start_ns = now_ns();
    take(holding, holding->size);
    return (double)(now_ns() - start_ns) / 1000 / (double)pages;
}

static size_t free_megabytes(void)
{
    char line[120];
    size_t kilobytes = 0;
    FILE *file = fopen("/proc/meminfo", "r");
    while (file != NULL && kilobytes == 0 && fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, "MemFree: %zu", &kilobytes) != 1)
            kilobytes = 0;
    if (kilobytes == 0)
        give_up("/proc/meminfo does not say how much memory is free");
    fclose(file);
    return kilobytes / 1024;
}

/* Until this program is ended, or the one that wanted it is gone. */
static void hold(struct holding *holding, pid_t parent)
{
    give_back(holding, CUSHION_MB * MEGABYTE);
    size_t wanted = free_megabytes();
    while (getppid() == parent && usleep(LOOK_EVERY_MS * 1000) == 0) {
        const size_t now = free_megabytes();
        if (now < wanted)
            give_back(holding, (wanted - now) * MEGABYTE);
        else if (now > wanted && holding->held == holding->size)
            wanted = now; /* others had it before this program began */
        else if (now > wanted + SLACK_MB)
            take(holding, SLACK_MB * MEGABYTE);
    }
}

int memory_command(const struct bench_options *options)
{
    const pid_t parent = getppid(); /* touching takes a while: it may be gone by then */
    int64_t again_mb = options->megabytes < AGAIN_MB ? options->megabytes : AGAIN_MB;
    if (options->megabytes == 0)
        give_up("memory wants --megabytes");
    struct holding all = map((size_t)options->megabytes * MEGABYTE);
    figure("first_touch_us_per_page", touch_us_per_page(&all));
    give_back(&all, (size_t)again_mb * MEGABYTE);
    struct holding again = map((size_t)again_mb * MEGABYTE);
    figure("touch_again_us_per_page", touch_us_per_page(&again));
    munmap(again.memory, again.size);
    figure("touched_mb", (double)options->megabytes);
    fflush(stdout);
    if (options->hold != 0)
        hold(&all, parent);
    munmap(all.memory, all.size);
    return 0;
}
