/* SPDX-License-Identifier: MIT */
/*
 * Touches memory once and gives it back, so that what is measured next finds
 * pages that the machine has had before. On a virtual machine the host serves
 * the first touch of a page, and may take ten times as long as an ordinary
 * page fault; without this, whoever comes first on a fresh machine pays.
 *
 * Both times are figures: far apart, they say that the machine was fresh.
 */
#include "tests/bench/bench.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MEGABYTE ((size_t)1 << 20)
#define AGAIN_MB 256 /* so much tells what an ordinary fault takes */

/* Microseconds a page, faults only: the memory is mapped before and unmapped after. */
static double touch_us_per_page(size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    unsigned char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        give_up("there are no %zu MB of memory to touch: %s", size / MEGABYTE, strerror(errno));
    /* One fault a page on every machine. A kernel without huge pages refuses, and gives none either. */
    (void)madvise(memory, size, MADV_NOHUGEPAGE);
    int64_t start_ns = now_ns();
    for (size_t at = 0; at < size; at += page)
        *(volatile unsigned char *)(memory + at) = 1;
    int64_t end_ns = now_ns();
    munmap(memory, size);
    return (double)(end_ns - start_ns) / 1000 / (double)(size / page);
}

int memory_command(const struct bench_options *options)
{
    int64_t again_mb = options->megabytes < AGAIN_MB ? options->megabytes : AGAIN_MB;
    if (options->megabytes == 0)
        give_up("memory wants --megabytes");
    figure("first_touch_us_per_page", touch_us_per_page((size_t)options->megabytes * MEGABYTE));
    figure("touch_again_us_per_page", touch_us_per_page((size_t)again_mb * MEGABYTE));
    figure("touched_mb", (double)options->megabytes);
    return 0;
}
