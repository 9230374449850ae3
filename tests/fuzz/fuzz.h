/* SPDX-License-Identifier: MIT */
/*
 * What the fuzz targets share. Each target is one file: it hands the bytes to
 * one parser, and aborts when that parser breaks a promise of its header.
 * `make fuzz` builds them with clang's libFuzzer, ASan and UBSan, and runs each.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define PROMISE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #condition);                \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* The path of a file with these bytes, the same one each time. */
const char *fuzz_file(const char *name, const uint8_t *bytes, size_t size);

/* A directory of this process, made at the first call. */
const char *fuzz_directory(void);

#endif
