/* SPDX-License-Identifier: MIT */
#include "keys/suite/sandbox.h"

#include <fcntl.h>
#include <ftw.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static void file_put(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0)
        return;
    if (write(file, text, strlen(text)) < 0)
        perror(path);
    close(file);
}

/* The network of the sandbox's own has the loopback only. */
static void loopback_up(void)
{
    struct ifreq request = { .ifr_flags = IFF_UP | IFF_RUNNING };
    snprintf(request.ifr_name, sizeof request.ifr_name, "lo");
    int handle = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (handle < 0)
        return;
    if (ioctl(handle, SIOCSIFFLAGS, &request) < 0)
        perror("keys: no loopback in the sandbox");
    close(handle);
}

static void network_leave(void)
{
    char map[64];
    uid_t user = getuid();
    gid_t group = getgid();
    if (unshare(CLONE_NEWNET) == 0) {
        loopback_up();
        return;
    }
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0) {
        fputs("keys: this kernel does not let you leave the network; the sandbox has it\n", stderr);
        return;
    }
    file_put("/proc/self/setgroups", "deny");
    snprintf(map, sizeof map, "%u %u 1", user, user);
    file_put("/proc/self/uid_map", map);
    snprintf(map, sizeof map, "%u %u 1", group, group);
    file_put("/proc/self/gid_map", map);
    loopback_up();
}

static void environment_clear(const char *folder)
{
    const char *path = getenv("PATH");
    char *kept = strdup(path != NULL ? path : "/usr/local/bin:/usr/bin:/bin");
    if (kept == NULL)
        panic("out of memory");
    clearenv();
    setenv("PATH", kept, 1);
    setenv("HOME", folder, 1);
    setenv("TMPDIR", folder, 1);
    setenv("TZ", "UTC", 1);
    free(kept);
}

bool sandbox_enter(struct sandbox *sandbox, struct error *error)
{
    snprintf(sandbox->folder, sizeof sandbox->folder, "/tmp/keys.sandbox.XXXXXX");
    if (mkdtemp(sandbox->folder) == NULL) {
        sandbox->folder[0] = '\0';
        return error_set_errno(error, "cannot make a folder in /tmp");
    }
    environment_clear(sandbox->folder);
    network_leave();
    return true;
}

static int entry_remove(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

void sandbox_leave(struct sandbox *sandbox)
{
    if (sandbox->folder[0] != '\0')
        nftw(sandbox->folder, entry_remove, 16, FTW_DEPTH | FTW_PHYS);
}
