/* SPDX-License-Identifier: MIT */
#include "bank/server/operators.h"

#include "shared/own_file.h"
#include "shared/tls.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_MAX     65536
#define SECOND_US    INT64_C(1000000)
#define WITHIN_US    (86400 * SECOND_US) /* for how long a proposal waits, unless it is said */
#define WITHIN_MAX_S 2592000
#define BLANKS       " \t"

struct identity {
    int person;
    uid_t uid;
    char certificate[TLS_NAME_SIZE]; /* empty: it is a uid */
};

/* What needs a second person. */
struct second {
    bool needed[TWO_FOR_KEYS + 1];
    money above;
    int64_t within_us; /* 0: unsaid */
};

struct operators {
    struct operators_stamp stamp;
    struct second second;
    int count, identity_count;
    struct person {
        char name[OPERATOR_NAME_LENGTH];
        enum operator_role role;
    } person[OPERATORS_MAX];
    struct identity identity[OPERATORS_MAX];
};

/* ---- who is one --------------------------------------------------------------- */

static struct actor found(const struct operators *operators, int person)
{
    struct actor who = { .role = ROLE_NONE };
    if (person < 0)
        return who;
    who.role = operators->person[person].role;
    memcpy(who.name, operators->person[person].name, sizeof who.name);
    return who;
}

static int person_of(const struct operators *operators, const struct identity *wanted)
{
    for (int i = 0; i < operators->identity_count; i++) {
        const struct identity *identity = &operators->identity[i];
        if (identity->uid == wanted->uid && strcmp(identity->certificate, wanted->certificate) == 0)
            return identity->person;
    }
    return -1;
}

struct actor operators_of_user(const struct operators *operators, uid_t uid)
{
    const struct identity wanted = { .uid = uid };
    struct actor who = found(operators, person_of(operators, &wanted));
    snprintf(who.from, sizeof who.from, "uid %u", (unsigned)uid);
    return who;
}

struct actor operators_of_certificate(const struct operators *operators, const char *name)
{
    struct identity wanted = { .uid = (uid_t)-1 };
    snprintf(wanted.certificate, sizeof wanted.certificate, "%s", name);
    const bool whole = strcmp(wanted.certificate, name) == 0;
    struct actor who = found(operators, whole ? person_of(operators, &wanted) : -1);
    snprintf(who.from, sizeof who.from, "certificate %s", wanted.certificate);
    return who;
}

const struct operators_stamp *operators_stamp(const struct operators *operators)
{
    return &operators->stamp;
}

int operators_count(const struct operators *operators)
{
    return operators->count;
}

int64_t operators_propose_for_us(const struct operators *operators, const struct command *command)
{
    const struct second *second = &operators->second;
    const enum two_persons two = command_two_persons(command->kind);
    if (!second->needed[two] || (two == TWO_FOR_MONEY && command->amount <= second->above))
        return 0;
    return second->within_us > 0 ? second->within_us : WITHIN_US;
}

/* ---- a line ------------------------------------------------------------------- */

static bool wrong(struct error *error, int line, const char *what, const char *word)
{
    return error_set(error, ERROR_USAGE, "the file %s, line %d: %s '%.60s'", OPERATORS_FILE, line,
                     what, word);
}

static bool name_fits(const char *name)
{
    const size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-");
    return length < OPERATOR_NAME_LENGTH && name[length] == '\0' && name[0] >= 'a' &&
           name[0] <= 'z';
}

static bool uid_read(const char *text, uid_t *uid)
{
    char *end;
    errno = 0;
    const unsigned long number = strtoul(text, &end, 10);
    *uid = (uid_t)number;
    return errno == 0 && text[0] >= '0' && text[0] <= '9' && *end == '\0' &&
           number < (unsigned long)(uid_t)-1;
}

static bool identity_read(const char *word, struct identity *identity, int line,
                          struct error *error)
{
    identity->certificate[0] = '\0';
    if (strncmp(word, "uid=", 4) == 0)
        return uid_read(word + 4, &identity->uid) ||
               wrong(error, line, "uid= wants the number of a user, not", word + 4);
    if (strncmp(word, "user=", 5) == 0) {
        const struct passwd *entry = getpwnam(word + 5);
        if (entry == NULL)
            return wrong(error, line, "this machine has no user", word + 5);
        identity->uid = entry->pw_uid;
        return true;
    }
    if (strncmp(word, "cert=", 5) != 0)
        return wrong(error, line, "an identity is uid=NUMBER, user=LOGIN or cert=CN, not", word);
    identity->uid = (uid_t)-1;
    if (!tls_name_fits(word + 5, strlen(word + 5)))
        return wrong(error, line,
                     "cert= wants a common name of 1 to 40 printable characters without quotes "
                     "and backslashes, not",
                     word + 5);
    strcpy(identity->certificate, word + 5);
    return true;
}

static bool identity_add(struct operators *operators, int person, const char *word, int line,
                         struct error *error)
{
    struct identity identity = { .person = person };
    if (!identity_read(word, &identity, line, error))
        return false;
    const int holder = person_of(operators, &identity);
    if (holder >= 0)
        return error_set(error, ERROR_USAGE, "the file %s, line %d: %.60s is %s's already",
                         OPERATORS_FILE, line, word, operators->person[holder].name);
    if (operators->identity_count == OPERATORS_MAX)
        return wrong(error, line, "there are more than 512 identities, from", word);
    operators->identity[operators->identity_count++] = identity;
    return true;
}

static bool person_add(struct operators *operators, const char *name, const char *role, int line,
                       struct error *error)
{
    if (!name_fits(name))
        return wrong(
            error, line,
            "a name is 1 to 24 of a-z, 0-9, '.', '_' and '-' and begins with a letter, not", name);
    for (int i = 0; i < operators->count; i++)
        if (strcmp(operators->person[i].name, name) == 0)
            return wrong(error, line, "all identities of a name go in its one line; again there is",
                         name);
    if (role == NULL || operator_role_find(role) == ROLE_NONE)
        return wrong(error, line, "after the name comes viewer, clerk, operator or supervisor, not",
                     role != NULL ? role : "");
    if (operators->count == OPERATORS_MAX)
        return wrong(error, line, "there are more than 512 names, from", name);
    struct person *person = &operators->person[operators->count++];
    strcpy(person->name, name);
    person->role = operator_role_find(role);
    return true;
}

static bool within_read(struct operators *operators, const char *word, int line,
                        struct error *error)
{
    char *end;
    const long seconds = word != NULL ? strtol(word, &end, 10) : 0;
    if (seconds < 1 || seconds > WITHIN_MAX_S || *end != '\0')
        return wrong(error, line, "two-persons within wants seconds from 1 to 2592000, not",
                     word != NULL ? word : "");
    operators->second.within_us = seconds * SECOND_US;
    return true;
}

static const char *const areas[] = { [TWO_FOR_MONEY] = "money",
                                     [TWO_TO_RESOLVE] = "resolve",
                                     [TWO_TO_ERASE] = "erase",
                                     [TWO_FOR_KEYS] = "keys" };

static bool second_read(struct operators *operators, char **rest, int line, struct error *error)
{
    struct second *second = &operators->second;
    const char *what = strtok_r(NULL, BLANKS, rest), *word = strtok_r(NULL, BLANKS, rest);
    size_t area = TWO_FOR_MONEY;
    if (what != NULL && strcmp(what, "within") == 0)
        return within_read(operators, word, line, error);
    while (what != NULL && area <= TWO_FOR_KEYS && strcmp(areas[area], what) != 0)
        area++;
    if (what == NULL || area > TWO_FOR_KEYS)
        return wrong(error, line,
                     "two-persons wants money AMOUNT, resolve, erase, keys or within SECONDS, not",
                     what != NULL ? what : "");
    if (area == TWO_FOR_MONEY &&
        (word == NULL || !money_parse(word, &second->above) || second->above < 0))
        return wrong(error, line, "two-persons money wants an amount such as 1000.00, not",
                     word != NULL ? word : "");
    if (area != TWO_FOR_MONEY && word != NULL)
        return wrong(error, line, "after that two-persons takes nothing more, not", word);
    second->needed[area] = true;
    return true;
}

static bool line_read(struct operators *operators, char *text, int line, struct error *error)
{
    char *rest = NULL, *comment = strchr(text, '#');
    if (comment != NULL)
        *comment = '\0';
    const char *name = strtok_r(text, BLANKS, &rest);
    if (name == NULL)
        return true;
    if (strcmp(name, "two-persons") == 0)
        return second_read(operators, &rest, line, error);
    if (!person_add(operators, name, strtok_r(NULL, BLANKS, &rest), line, error))
        return false;
    const int before = operators->identity_count;
    for (const char *word; (word = strtok_r(NULL, BLANKS, &rest)) != NULL;)
        if (!identity_add(operators, operators->count - 1, word, line, error))
            return false;
    return operators->identity_count > before ||
           wrong(error, line, "after the role comes uid=NUMBER, user=LOGIN or cert=CN for", name);
}

/* ---- the file ----------------------------------------------------------------- */

static bool lines_read(struct operators *operators, char *text, struct error *error)
{
    int line = 1;
    for (char *at = text, *next; at != NULL; at = next, line++) {
        next = strchr(at, '\n');
        if (next != NULL)
            *next++ = '\0';
        if (!line_read(operators, at, line, error))
            return false;
    }
    return true;
}

/* ---- which file it was --------------------------------------------------------- */

/* Whoever changes it is not seen by the bank; that it is another file is. */
static void stamp_begin(struct operators_stamp *stamp, const char *text, const struct stat *status)
{
    char written[60];
    const struct uuid content = uuid_named(&(struct uuid){ { 0 } }, text);
    snprintf(written, sizeof written, "operators %lld.%09ld %u", (long long)status->st_mtim.tv_sec,
             status->st_mtim.tv_nsec, (unsigned)status->st_uid);
    stamp->is_file = true;
    stamp->id = uuid_named(&content, written);
    stamp->owner = status->st_uid;
    stamp->written_s = status->st_mtim.tv_sec;
}

static void stamp_end(struct operators *operators)
{
    const struct second *second = &operators->second;
    char *to = operators->stamp.summary, amount[MONEY_TEXT_LENGTH];
    const size_t size = sizeof operators->stamp.summary;
    int length =
        snprintf(to, size, "%d name%s", operators->count, operators->count == 1 ? "" : "s");
    bool any = false;
    for (size_t area = TWO_FOR_MONEY; area <= TWO_FOR_KEYS; area++) {
        if (!second->needed[area])
            continue;
        const bool amounts = area == TWO_FOR_MONEY;
        length += snprintf(to + length, size - (size_t)length, "%s%s%s%s",
                           any ? ", " : ", two for ", areas[area], amounts ? " " : "",
                           amounts ? money_format(second->above, amount) : "");
        any = true;
        if ((size_t)length >= size)
            length = (int)size - 1;
    }
}

/* ---- without a file ------------------------------------------------------------- */

static void supervisor_add(struct operators *operators, uid_t uid)
{
    const struct identity identity = { .person = operators->count, .uid = uid };
    if (person_of(operators, &identity) >= 0)
        return;
    const struct passwd *entry = getpwuid(uid);
    struct person *person = &operators->person[operators->count++];
    person->role = ROLE_SUPERVISOR;
    if (entry != NULL && name_fits(entry->pw_name))
        strcpy(person->name, entry->pw_name);
    else
        snprintf(person->name, sizeof person->name, "uid-%u", (unsigned)uid);
    operators->identity[operators->identity_count++] = identity;
}

static bool owners_add(struct operators *operators, const struct home *home, struct error *error)
{
    struct stat status;
    if (stat(home->path, &status) != 0)
        return error_set_errno(error, "cannot look at the home %s", home->path);
    supervisor_add(operators, 0);
    supervisor_add(operators, status.st_uid);
    return true;
}

struct operators *operators_load(const struct home *home, struct error *error)
{
    char path[HOME_PATH_SIZE];
    struct operators *operators = calloc(1, sizeof *operators);
    if (operators == NULL)
        panic("out of memory");
    home_path(home, path, sizeof path, "%s", OPERATORS_FILE);
    struct stat status;
    char *text = own_file_read(path, FILE_MAX, &status, error);
    bool worked = false;
    if (text != NULL) {
        stamp_begin(&operators->stamp, text, &status);
        worked = lines_read(operators, text, error);
        stamp_end(operators);
    } else if (errno == ENOENT)
        worked = owners_add(operators, home, error);
    free(text);
    if (worked)
        return operators;
    operators_free(operators);
    return NULL;
}

void operators_free(struct operators *operators)
{
    free(operators);
}
