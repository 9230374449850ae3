/* SPDX-License-Identifier: MIT */
#include "bank/cluster/environment.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

void environment_clean(void)
{
    for (size_t i = 0; environ != NULL && environ[i] != NULL;) {
        char name[100];
        size_t length = strcspn(environ[i], "=");
        if (strncmp(environ[i], "PG", 2) != 0 || length >= sizeof name) {
            i++;
            continue;
        }
        memcpy(name, environ[i], length);
        name[length] = '\0';
        if (unsetenv(name) != 0)
            i++;
    }
}
