/* SPDX-License-Identifier: MIT */
/*
 * The program `bench`: reads the options and runs one command. For scripts/bench
 * rather than for people; docs/performance.md says what the figures mean.
 */
#include "tests/bench/bench.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    int (*run)(const struct bench_options *options);
    const char *help;
} commands[] = {
    { "memory", memory_command,
      "touches memory once, so that the machine has had it before, and holds it" },
    { "setup", setup_command,
      "opens accounts, issues cards, provisions tellers, over operator.sock" },
    { "run", run_command, "terminals doing withdrawals over atm.sock" },
    { "ceiling", ceiling_command, "the bank's own statements, fed from memory" },
    { "fill", fill_command, "grows the log of a home that no bank serves" },
    { "touch", touch_command,
      "one deposit to every account, so that the bank has all of them in memory" },
    { "console", console_command, "the views of `bank console`, fetched and painted" },
    { "ready", ready_command, "waits until the bank answers" },
};

void figure(const char *name, double value)
{
    printf("%s %.10g\n", name, value);
}

void give_up(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("bench: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

void *bench_allocate(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (memory == NULL)
        give_up("out of memory for %zu times %zu bytes", count, size);
    return memory;
}

/* Where the number of an option goes; NULL for one that has no number. */
static int64_t *number_of(struct bench_options *options, const char *name)
{
    const struct {
        const char *name;
        int64_t *number;
    } numbers[] = {
        { "--accounts", &options->accounts },
        { "--tellers", &options->tellers },
        { "--terminals", &options->terminals },
        { "--connections", &options->connections },
        { "--warm-up-ms", &options->warm_up_ms },
        { "--measure-ms", &options->measure_ms },
        { "--offered", &options->offered },
        { "--bank-pid", &options->bank_pid },
        { "--batch", &options->batch },
        { "--events", &options->events },
        { "--hot-events", &options->hot_events },
        { "--bare", &options->bare },
        { "--hold", &options->hold },
        { "--megabytes", &options->megabytes },
    };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (strcmp(name, numbers[i].name) == 0)
            return numbers[i].number;
    return NULL;
}

static void read_option(struct bench_options *options, const char *name, const char *value)
{
    struct error error;
    char *end;
    int64_t *number = number_of(options, name);
    if (strcmp(name, "--db") == 0) {
        options->db = value;
    } else if (strcmp(name, "--state") == 0) {
        options->state = value;
    } else if (strcmp(name, "--home") == 0) {
        if (!home_locate(value, &options->home, &error))
            give_up("%s", error.message);
    } else if (number != NULL) {
        *number = strtoll(value, &end, 10);
        if (*end != '\0' || *number < 0 || *number > 1000000000)
            give_up("%s wants a number, not '%s'", name, value);
    } else {
        give_up("there is no option '%s'", name);
    }
}

static int usage(void)
{
    fputs("Usage: bench COMMAND --home DIR [--option NUMBER]...\n", stderr);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        fprintf(stderr, "  %-10s %s\n", commands[i].name, commands[i].help);
    return 2;
}

int main(int argc, char **argv)
{
    struct bench_options options = { .accounts = 10000,
                                     .tellers = 1,
                                     .terminals = 64,
                                     .connections = 768, /* what one user may have */
                                     .warm_up_ms = 1000,
                                     .measure_ms = 4000,
                                     .batch = 64,
                                     .events = 100000 };
    if (argc < 2 || argc % 2 != 0)
        return usage();
    for (int i = 2; i + 1 < argc; i += 2)
        read_option(&options, argv[i], argv[i + 1]);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(&options);
    return usage();
}
