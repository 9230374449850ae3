/* SPDX-License-Identifier: MIT */
/* Keystroke scripts, as they are read before anything runs. */
#include "tests/fuzz/fuzz.h"

#include "keys/script/script.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct script script = { 0 };
    struct error error;
    /* An include would read whatever stands in the file system. */
    if (memmem(bytes, size, "include", 7) != NULL)
        return 0;
    if (script_load(&script, fuzz_file("script.keys", bytes, size), &error))
        PROMISE(script.count == 0 || script.steps[0].directive != NULL);
    script_finish(&script);
    return 0;
}
