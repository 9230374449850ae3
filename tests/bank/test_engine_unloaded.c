/* SPDX-License-Identifier: MIT */
/* A decision on a state that was never loaded ends the bank: it would take zeros for an account. */
#include "bank/engine/parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static int64_t now_us(void *context)
{
    (void)context;
    return 1;
}

static struct uuid fresh_id(void *context)
{
    (void)context;
    return uuid_make();
}

/* In a process of its own: whether a deposit is decided with that account in the cache. */
static int status_of(bool loaded)
{
    const pid_t child = fork();
    int status = 0;
    if (child == 0) {
        static struct batch_slot slot = { .number = 1 };
        struct engine_settings settings = engine_settings_default();
        struct engine_world world = { .now_us = now_us,
                                      .monotonic_us = now_us,
                                      .fresh_id = fresh_id };
        struct engine *engine = engine_create(&settings, &world);
        struct request request = { .sender = BY_OPERATOR,
                                   .command = { .kind = ACCOUNTS_DEPOSIT_MONEY,
                                                .id = uuid_make(),
                                                .account_id = uuid_make(),
                                                .amount = 100 } };
        dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
        queue_init(&slot.requests);
        if (loaded)
            cache_put(&engine->accounts, &request.command.account_id);
        dispatch(engine, &slot, &request);
        _exit(0);
    }
    waitpid(child, &status, 0);
    return status;
}

static void test_an_account_that_was_not_loaded_is_not_decided_on(void **state)
{
    (void)state;
    assert_int_equal(status_of(true), 0);
    const int status = status_of(false);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_account_that_was_not_loaded_is_not_decided_on),
    };
    return cmocka_run_group_tests_name("engine, unloaded", tests, NULL, NULL);
}
