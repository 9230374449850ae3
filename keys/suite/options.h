/* SPDX-License-Identifier: MIT */
/* The command line of keys. */
#ifndef KEYS_OPTIONS_H
#define KEYS_OPTIONS_H

#include "keys/play/play.h"
#include "shared/error.h"

#include <stdbool.h>

#define OPTIONS_INCLUDES 8

struct options {
    char **paths; /* scripts and folders */
    int path_count;
    char **argv; /* of the program, NULL where the command line names none */
    const char *self;

    int columns, rows, timeout_ms;
    enum play_update update;
    bool slow, sandbox;
    const char *asciicast;
    const char *animate;
    const char *record;
    const char *includes[OPTIONS_INCLUDES];
    int include_count;

    bool list, tap, help, grammar;
    const char *junit;
    const char *filter;
    int jobs, repeat;
};

bool options_read(struct options *options, int argc, char **argv, struct error *error);
void options_help(void);

/* The command line that plays just this script, quoted for a shell; the caller frees it. */
char *options_again(const struct options *options, const char *path);

#endif
