/* SPDX-License-Identifier: MIT */
/*
 * Finds, makes and locks the home directory.
 *
 * The lock is a flock on bank.lock, not the existence of a file: a bank that
 * was killed leaves the file behind but never the lock. The pid written into
 * it is for people only; nothing is decided by it.
 *
 * What this file refuses to do: widen the mode of a directory that somebody
 * else made and filled. An empty directory (`mktemp -d`) counts as ours.
 */
#include "shared/home.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *home_variable(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

/* Where a person's own files are; $HOME wins over the password file, as in a shell's ~. */
static const char *home_of_person(void)
{
    const char *home = home_variable("HOME");
    if (home != NULL && home[0] == '/')
        return home;
    const struct passwd *person = getpwuid(geteuid());
    return person != NULL && person->pw_dir != NULL && person->pw_dir[0] == '/' ? person->pw_dir
                                                                                : NULL;
}

static bool home_set(struct home *home, const char *prefix, const char *path, struct error *error)
{
    int length = snprintf(home->path, sizeof home->path, "%s%s%s", prefix,
                          prefix[0] != '\0' ? "/" : "", path);
    if (length < 0 || (size_t)length >= sizeof home->path)
        return error_set(error, ERROR_USAGE,
                         "the home directory's name is longer than %d bytes: choose a shorter one "
                         "with --home DIR",
                         HOME_SIZE - 1);
    while (length > 1 && home->path[length - 1] == '/')
        home->path[--length] = '\0';
    return true;
}

bool home_locate(const char *option, struct home *home, struct error *error)
{
    const char *chosen = option != NULL ? option : home_variable("ESBANK_HOME");
    if (chosen != NULL && chosen[0] == '\0')
        return error_set(error, ERROR_USAGE,
                         "--home is empty: name a directory, as in --home /var/lib/esbank");
    if (chosen != NULL && chosen[0] == '/')
        return home_set(home, "", chosen, error);
    if (chosen != NULL) {
        char here[HOME_SIZE];
        if (getcwd(here, sizeof here) == NULL)
            return error_set_errno(
                error, "cannot tell the current directory, give --home an absolute name");
        return home_set(home, here, chosen, error);
    }

    const char *state = home_variable("XDG_STATE_HOME");
    if (state != NULL &&
        state[0] == '/') /* a relative one is to be ignored, its specification says */
        return home_set(home, state, "esbank", error);
    if (geteuid() == 0)
        return home_set(home, "", "/var/lib/esbank", error);
    const char *person = home_of_person();
    if (person == NULL)
        return error_set(error, ERROR_USAGE,
                         "there is no $HOME to keep the bank in: name a directory with --home DIR "
                         "or $ESBANK_HOME");
    return home_set(home, person, ".local/state/esbank", error);
}

static bool home_directory_is_empty(const char *path)
{
    DIR *directory = opendir(path);
    if (directory == NULL)
        return false;
    bool empty = true;
    for (struct dirent *entry; empty && (entry = readdir(directory)) != NULL;)
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    closedir(directory);
    return empty;
}

static bool home_is_directory(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool home_create(const struct home *home, struct error *error)
{
    mode_t mode = geteuid() == 0 ? 0711 : 0700;
    if (home_is_directory(home->path)) {
        if (geteuid() == 0 && home_directory_is_empty(home->path) && chmod(home->path, mode) != 0)
            return error_set_errno(error, "cannot set the mode of %s", home->path);
        if (access(home->path, W_OK | X_OK) != 0)
            return error_set_errno(
                error, "cannot write in the home %s, choose another one with --home DIR",
                home->path);
        return true;
    }

    /* The ones that lead to it get the usual 0755 less the umask, as with mkdir -p. */
    char path[HOME_SIZE];
    memcpy(path, home->path, sizeof path);
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path, 0755) != 0 && errno != EEXIST)
            return error_set_errno(
                error,
                "cannot make the directory %s for the home, choose another one with --home DIR",
                path);
        *slash = '/';
    }
    if (mkdir(path, mode) != 0 && errno != EEXIST)
        return error_set_errno(error, "cannot make the home %s, choose another one with --home DIR",
                               path);
    if (!home_is_directory(path))
        return error_set(error, ERROR_USAGE,
                         "the home %s is not a directory: choose another one with --home DIR",
                         path);
    if (chmod(path, mode) != 0) /* mkdir's mode went through the umask */
        return error_set_errno(error, "cannot set the mode of %s", path);
    return true;
}

bool home_create_directory(const struct home *home, const char *name, mode_t mode,
                           struct error *error)
{
    char path[HOME_PATH_SIZE];
    home_path(home, path, sizeof path, "%s", name);
    if (mkdir(path, mode) == 0) {
        if (chmod(path, mode) != 0)
            return error_set_errno(error, "cannot set the mode of %s", path);
        return true;
    }
    if (errno != EEXIST)
        return error_set_errno(error, "cannot make the directory %s", path);
    if (!home_is_directory(path))
        return error_set(
            error, ERROR_USAGE,
            "%s is in the way of a directory of that name: remove it or choose another --home DIR",
            path);
    return true;
}

void home_path(const struct home *home, char *buffer, size_t size, const char *format, ...)
{
    int start = snprintf(buffer, size, "%s/", strcmp(home->path, "/") == 0 ? "" : home->path);
    if (start < 0 || (size_t)start >= size)
        panic("no room for a path in %s", home->path);
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(buffer + start, size - (size_t)start, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= size - (size_t)start)
        panic("no room for a path in %s", home->path);
}

bool home_socket_path(const struct home *home, char buffer[static HOME_SOCKET_SIZE],
                      const char *name, struct error *error)
{
    char path[HOME_PATH_SIZE];
    home_path(home, path, sizeof path, "%s", name);
    size_t length = strlen(path);
    if (length >= HOME_SOCKET_SIZE)
        return error_set(error, ERROR_USAGE,
                         "the socket %s would be %zu bytes long and a socket's path ends at %d: "
                         "choose a home whose "
                         "name is at least %zu bytes shorter with --home DIR",
                         path, length, HOME_SOCKET_SIZE - 1, length - (HOME_SOCKET_SIZE - 1));
    memcpy(buffer, path, length + 1);
    return true;
}

int home_lock(const struct home *home, struct error *error)
{
    char path[HOME_PATH_SIZE];
    home_path(home, path, sizeof path, "bank.lock");
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock < 0) {
        error_set_errno(error, "cannot open the lock %s", path);
        return -1;
    }
    char text[32] = "";
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) {
            error_set_errno(error, "cannot lock %s", path);
        } else {
            long pid = pread(lock, text, sizeof text - 1, 0) > 0 ? strtol(text, NULL, 10) : 0;
            char holder[40] = "another process";
            if (pid > 0)
                snprintf(holder, sizeof holder, "process %ld", pid);
            error_set(error, ERROR_USAGE,
                      "a bank already serves %s (%s): stop it first, or choose another home with "
                      "--home DIR",
                      home->path, holder);
        }
        close(lock);
        return -1;
    }
    int length = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (ftruncate(lock, 0) != 0 || pwrite(lock, text, (size_t)length, 0) != length) {
        error_set_errno(error, "cannot write the lock %s", path);
        close(lock);
        return -1;
    }
    return lock;
}

long home_holder(const struct home *home)
{
    char path[HOME_PATH_SIZE], name[20] = "";
    long pid = 0;
    home_path(home, path, sizeof path, "bank.lock");
    FILE *file = fopen(path, "re");
    bool named = file != NULL && fscanf(file, "%ld", &pid) == 1 && pid > 0;
    if (file != NULL)
        fclose(file);
    if (!named)
        return 0;
    /* The file outlives its writer, whose number another program may have by now. */
    snprintf(path, sizeof path, "/proc/%ld/comm", pid);
    file = fopen(path, "re");
    bool bank =
        file != NULL && fgets(name, sizeof name, file) != NULL && strcmp(name, "bank\n") == 0;
    if (file != NULL)
        fclose(file);
    return bank ? pid : 0;
}

void home_unlock(int lock)
{
    if (lock < 0)
        return;
    flock(lock,
          LOCK_UN); /* a forked child that has not yet come to its exec would keep it otherwise */
    close(lock);
}

bool home_is_remote(const struct home *home)
{
    char path[HOME_PATH_SIZE];
    home_path(home, path, sizeof path, "%s", HOME_REMOTE_FILE);
    return access(path, F_OK) == 0;
}
