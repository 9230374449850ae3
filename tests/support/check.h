/* SPDX-License-Identifier: MIT */
/* Fails the running cmocka test with a sentence; what the other helpers use. */
#ifndef TESTS_SUPPORT_CHECK_H
#define TESTS_SUPPORT_CHECK_H

void check_fail_at(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4), noreturn));

#define check_fail(...) check_fail_at(__FILE__, __LINE__, __VA_ARGS__)

/* Fails with the error's message unless `condition` holds: check_worked(home_create(&home, &error),
 * &error).
 */
#define check_worked(condition, error)                                                             \
    ((condition) ? (void)0                                                                         \
                 : check_fail_at(__FILE__, __LINE__, "%s: %s", #condition, (error)->message))

/* Fails unless `text` contains `part`, and says both. */
#define check_contains(text, part) check_contains_at(__FILE__, __LINE__, text, part)
void check_contains_at(const char *file, int line, const char *text, const char *part);

#endif
