/* SPDX-License-Identifier: MIT */
/*
 * Matching is word by word against the table. A consumed line is removed by
 * writing the file anew (atomically), before the fault takes its effect: a
 * power cut must not strike again on every start.
 */
#include "atm/devices/faults.h"

#include "atm/files/durable.h"
#include "atm/files/log.h"
#include "shared/journal_step.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FAULTS_SIZE    8192
#define FAULT_LINE_MAX 80

static const char *faults_folder;
static void (*before_power_cut)(void);

void faults_init(const char *folder)
{
    faults_folder = folder;
}

/* Compares one word of a line with one of the table's. */
static bool word_fits(const char *word, size_t length, const char *pattern, size_t pattern_length,
                      int *number, char name[static 32])
{
    if (pattern_length == 1 && *pattern == 'N') {
        if (length == 0 || length > 4 || strspn(word, "0123456789") < length)
            return false;
        *number = atoi(word);
        return true;
    }
    if (pattern_length == 4 && memcmp(pattern, "NAME", 4) == 0) {
        if (length >= 32)
            return false;
        memcpy(name, word, length);
        name[length] = '\0';
        return journal_step_find(name) != JOURNAL_STEP_COUNT || strcmp(name, FAULT_MOVING) == 0;
    }
    return length == pattern_length && memcmp(word, pattern, length) == 0;
}

static bool line_fits(const char *line, enum fault fault, int *number, char name[static 32])
{
    const char *pattern = fault_line(fault);
    name[0] = '\0';
    for (;;) {
        line += strspn(line, " \t\r");
        pattern += strspn(pattern, " ");
        if (*line == '\0' || *pattern == '\0')
            return *line == *pattern;
        size_t length = strcspn(line, " \t\r"), pattern_length = strcspn(pattern, " ");
        if (length == 4 && memcmp(line, "step", 4) == 0 && strncmp(pattern, "NAME", 4) == 0) {
            line += length; /* only says what NAME is */
            continue;
        }
        if (!word_fits(line, length, pattern, pattern_length, number, name))
            return false;
        line += length;
        pattern += pattern_length;
    }
}

/* The fault a line stands for; the fixed ones win over "power cut after NAME". */
static enum fault line_fault(const char *line, int *number, char name[static 32])
{
    for (int i = 0; i < FAULT_COUNT; i++)
        if (i != FAULT_POWER_AFTER && line_fits(line, (enum fault)i, number, name))
            return (enum fault)i;
    return line_fits(line, FAULT_POWER_AFTER, number, name) ? FAULT_POWER_AFTER : FAULT_COUNT;
}

/* Hands each line to a function until it says to stop; false: there is no file, or it cannot be
 * read. */
static bool faults_each(bool (*look)(void *context, const char *line, int number), void *context)
{
    char text[FAULTS_SIZE], path[DURABLE_PATH_SIZE];
    struct error error;
    bool there;
    int number = 0;
    if (faults_folder == NULL)
        return false;
    snprintf(path, sizeof path, "%s/faults", faults_folder);
    if (access(path, F_OK) != 0 ||
        !durable_read(faults_folder, "faults", text, sizeof text, &there, &error))
        return false;
    char *rest = text;
    for (char *line; (line = strsep(&rest, "\n")) != NULL;)
        if (!look(context, line, ++number))
            break;
    return true;
}

struct armed {
    enum fault fault;
    char *text;
    size_t size;
};

static bool armed_look(void *context, const char *line, int line_number)
{
    struct armed *armed = context;
    char name[32];
    int number;
    (void)line_number;
    if (line_fault(line, &number, name) != armed->fault)
        return true;
    line += strspn(line, " \t\r");
    snprintf(armed->text, armed->size, "%.*s", (int)strcspn(line, "\r"), line);
    return false;
}

bool faults_armed(enum fault fault, char *text, size_t size)
{
    struct armed armed = { fault, text, size };
    text[0] = '\0';
    faults_each(armed_look, &armed);
    return text[0] != '\0';
}

struct misspelt {
    int number;
    char line[60];
};

static bool misspelt_look(void *context, const char *line, int line_number)
{
    struct misspelt *misspelt = context;
    char name[32];
    int number;
    if (line[strspn(line, " \t\r")] == '\0' || line_fault(line, &number, name) != FAULT_COUNT)
        return true;
    misspelt->number = line_number;
    snprintf(misspelt->line, sizeof misspelt->line, "%.59s", line);
    return false;
}

bool faults_misspelt(char *text, size_t size)
{
    struct misspelt misspelt = { .number = 0 };
    faults_each(misspelt_look, &misspelt);
    snprintf(text, size, "%s", misspelt.line);
    return misspelt.number > 0;
}

bool faults_check(struct error *error)
{
    struct misspelt misspelt = { .number = 0 };
    faults_each(misspelt_look, &misspelt);
    return misspelt.number == 0 ||
           error_set(error, ERROR_USAGE,
                     "line %d of %.300s/faults is no fault: \"%.59s\"; atm --help lists them",
                     misspelt.number, faults_folder, misspelt.line);
}

bool faults_known(const char *line)
{
    char name[32];
    int number;
    return strlen(line) <= FAULT_LINE_MAX && line_fault(line, &number, name) != FAULT_COUNT;
}

/* Writes the file without the lines of that fault. */
bool faults_disarm(enum fault fault, struct error *error)
{
    char text[FAULTS_SIZE], rest[FAULTS_SIZE + 1] = "", name[32];
    int number;
    bool there;
    if (!durable_read(faults_folder, "faults", text, sizeof text, &there, error))
        return false;
    char *save = NULL, *at = rest;
    for (char *line = strtok_r(text, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save))
        if (line_fault(line, &number, name) != fault)
            at += sprintf(at, "%s\n", line);
    return durable_write(faults_folder, "faults", rest, strlen(rest), error);
}

bool faults_strike(enum fault fault, const char *name, int *number)
{
    char text[FAULTS_SIZE], rest[FAULTS_SIZE + 1] = "", path[DURABLE_PATH_SIZE];
    struct error error;
    bool there, struck = false, changed = false;
    if (faults_folder == NULL)
        return false;
    snprintf(path, sizeof path, "%s/faults", faults_folder);
    if (access(path, F_OK) != 0)
        return false;
    if (!durable_read(faults_folder, "faults", text, sizeof text, &there, &error)) {
        log_line("the faults are not read: %s", error.message);
        return false;
    }
    char *save = NULL, *at = rest;
    for (char *line = strtok_r(text, "\n", &save); line != NULL;
         line = strtok_r(NULL, "\n", &save)) {
        char line_name[32];
        int line_number = 0;
        enum fault found = line_fault(line, &line_number, line_name);
        if (found == fault && !struck && (name == NULL || strcmp(name, line_name) == 0)) {
            struck = changed = true;
            if (number != NULL)
                *number = line_number;
        } else if (found == FAULT_COUNT && line[strspn(line, " \t\r")] != '\0') {
            log_line("there is no fault \"%.60s\"; the supervisor's screen lists them", line);
            changed = true;
        } else {
            at += sprintf(at, "%s\n", line);
        }
    }
    if (!changed)
        return false;
    if (!durable_write(faults_folder, "faults", rest, strlen(rest), &error))
        log_line("a fault could not be crossed off: %s", error.message);
    if (struck)
        log_line("fault: %s", fault_line(fault));
    return struck;
}

void faults_before_power_cut(void (*last)(void))
{
    before_power_cut = last;
}

void faults_power_cut(enum fault fault, const char *name)
{
    if (!faults_strike(fault, name, NULL))
        return;
    if (before_power_cut != NULL)
        before_power_cut();
    kill(getpid(), SIGKILL);
    _exit(137);
}

bool faults_inject(const char *line, struct error *error)
{
    char text[FAULTS_SIZE];
    bool there;
    if (!faults_known(line))
        return error_set(error, ERROR_USAGE, "there is no fault \"%.40s\": choose one of the list",
                         line);
    if (!durable_read(faults_folder, "faults", text, sizeof text, &there, error))
        return false;
    size_t length = strlen(text);
    if (length + strlen(line) + 3 > sizeof text)
        return error_set(error, ERROR_USAGE, "too many faults are waiting: let some strike first");
    if (length > 0 && text[length - 1] != '\n')
        text[length++] = '\n';
    length += (size_t)sprintf(text + length, "%s\n", line);
    return durable_write(faults_folder, "faults", text, length, error);
}
