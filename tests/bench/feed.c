/* SPDX-License-Identifier: MIT */
#include "tests/bench/feed.h"

#include "shared/hex.h"
#include "tests/bench/bench.h"
#include "tests/bench/people.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define DEPOSIT           INT64_C(1000000000000)
#define CONFIRM_WITHIN_US INT64_C(120000000)

static const struct notes mix = { .length = 1,
                                  .item = { { .denomination = FEED_AMOUNT, .count = 1 } } };

void feed_open(struct feed *feed, uint32_t accounts, uint32_t tellers, size_t withdrawals_most,
               bool remember)
{
    char id[UUID_TEXT_LENGTH];
    *feed = (struct feed){ .account_count = accounts,
                           .active_count = accounts < FEED_ACTIVE ? accounts : FEED_ACTIVE,
                           .teller_count = tellers < FEED_TELLERS ? tellers : FEED_TELLERS,
                           .account = bench_allocate(accounts, sizeof *feed->account),
                           .begun_most = withdrawals_most,
                           .remember = remember };
    for (uint32_t i = 0; i < FEED_LAG; i++)
        feed->begun[i] = bench_allocate(withdrawals_most, sizeof **feed->begun);
    for (uint32_t i = 0; i < feed->teller_count; i++) {
        feed->teller[i].id = people_teller(i);
        snprintf(feed->teller[i].actor, sizeof feed->teller[i].actor, "terminal %s",
                 uuid_write(&feed->teller[i].id, id));
    }
}

void feed_close(struct feed *feed)
{
    free(feed->account);
    for (uint32_t i = 0; i < FEED_LAG; i++)
        free(feed->begun[i]);
}

void feed_save(const struct feed *feed, const char *path)
{
    FILE *file = fopen(path, "w");
    if (file == NULL ||
        fwrite(feed->account, sizeof *feed->account, feed->account_count, file) !=
            feed->account_count ||
        fwrite(feed->teller, sizeof feed->teller, 1, file) != 1 || fclose(file) != 0)
        give_up("%s cannot be written: %s", path, strerror(errno));
}

bool feed_restore(struct feed *feed, const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL && errno == ENOENT)
        return false;
    if (file == NULL ||
        fread(feed->account, sizeof *feed->account, feed->account_count, file) !=
            feed->account_count ||
        fread(feed->teller, sizeof feed->teller, 1, file) != 1 || getc(file) != EOF)
        give_up("%s is not what a feed of %u accounts has left", path, feed->account_count);
    fclose(file);
    return true;
}

void feed_batch_open(struct feed_batch *batch, size_t most)
{
    *batch = (struct feed_batch){ .most = most };
    batch->batch.event = bench_allocate(most, sizeof *batch->batch.event);
    batch->batch.command = bench_allocate(most, sizeof *batch->batch.command);
    batch->reply = bench_allocate(most, FEED_REPLY);
}

void feed_batch_close(struct feed_batch *batch)
{
    free(batch->batch.event);
    free(batch->batch.command);
    free(batch->reply);
}

/* ---- pieces ---- */

static void empty(struct feed_batch *batch)
{
    batch->batch.event_count = batch->batch.command_count = batch->batch.snapshot_count = 0;
}

/* The random part is cheap: a clash of two would show as a conflict, and is not to be expected. */
static struct uuid fresh(struct feed *feed)
{
    unsigned char random[16]; /* ten are used */
    uint64_t drawn[2] = { draw(&feed->random), draw(&feed->random) };
    memcpy(random, drawn, sizeof random);
    return uuid_from_time(wall_us(), random);
}

static struct event *add(struct feed *feed, struct feed_batch *batch, enum event_kind kind,
                         enum command_kind command, const struct uuid *causation,
                         const struct uuid *correlation)
{
    if (batch->batch.event_count == batch->most)
        panic("a batch of more than %zu events", batch->most);
    struct event_record *record = &batch->batch.event[batch->batch.event_count++];
    *record = (struct event_record){ .event_id = fresh(feed), .origin.command = command };
    record->event.kind = kind;
    record->event.causation_id = *causation;
    record->event.correlation_id = *correlation;
    record->event.at_us = wall_us();
    return &record->event;
}

static void place(struct feed_batch *batch, const struct uuid *stream, int64_t *version,
                  const char *actor)
{
    struct event_record *record = &batch->batch.event[batch->batch.event_count - 1];
    record->event.stream_id = *stream;
    record->stream_version = ++*version;
    memcpy(record->origin.actor, actor, strnlen(actor, sizeof record->origin.actor - 1));
}

static void move_money(struct event *event, struct feed_account *account, int64_t change)
{
    event->money_moved.amount = change < 0 ? -change : change;
    event->money_moved.old_balance = account->balance;
    account->balance += change;
    event->money_moved.new_balance = account->balance;
}

static void remember(struct feed *feed, struct feed_batch *batch, const struct uuid *id, int length)
{
    if (!feed->remember)
        return;
    size_t i = batch->batch.command_count++;
    struct command_record *record = &batch->batch.command[i];
    *record = (struct command_record){ .id = *id,
                                       .reply = batch->reply + i * FEED_REPLY,
                                       .reply_length = (size_t)length };
    memset(record->content, 0x5a, sizeof record->content);
}

static char *reply_room(struct feed_batch *batch)
{
    return batch->reply + batch->batch.command_count * FEED_REPLY;
}

/* ---- withdrawals ---- */

static void add_initiated(struct feed *feed, struct feed_batch *batch,
                          const struct feed_begun *begun)
{
    struct feed_account *account = &feed->account[begun->account];
    const struct uuid *id = &begun->withdrawal_id, *teller = &feed->teller[begun->teller].id;
    const char *actor = feed->teller[begun->teller].actor;
    int64_t *version = &feed->teller[begun->teller].version;
    struct uuid step = fresh(feed);
    struct event *event = add(feed, batch, ACCOUNTS_AUTHORIZATION_CONFIRMED,
                              ACCOUNTS_CONFIRM_AUTHORIZATION, &step, id);
    memcpy(event->authorization.card, account->card, CARD_TOKEN_LENGTH);
    event->authorization.tries_left = 3;
    place(batch, &account->id, &account->version, actor);
    event = add(feed, batch, TELLER_WITHDRAWAL_INITIATED, TELLER_INITIATE_WITHDRAWAL, id, id);
    event->withdrawal.account_id = account->id;
    event->withdrawal.amount = FEED_AMOUNT;
    place(batch, teller, version, actor);
    step = fresh(feed);
    event = add(feed, batch, ACCOUNTS_MONEY_WITHDRAWN, ACCOUNTS_WITHDRAW_MONEY, &step, id);
    move_money(event, account, -FEED_AMOUNT);
    event->money_moved.teller_id = *teller;
    place(batch, &account->id, &account->version, actor);
    step = fresh(feed);
    event = add(feed, batch, TELLER_MONEY_WITHDRAWN, TELLER_WITHDRAW_MONEY, &step, id);
    event->withdrawal.account_id = account->id;
    event->withdrawal.amount = FEED_AMOUNT;
    event->withdrawal.notes = mix;
    event->withdrawal.confirm_by_us = event->at_us + CONFIRM_WITHIN_US;
    place(batch, teller, version, actor);
}

static void initiate(struct feed *feed, struct feed_batch *batch, struct feed_begun *begun)
{
    char text[UUID_TEXT_LENGTH];
    uint64_t drawn = draw(&feed->random);
    begun->withdrawal_id = fresh(feed);
    begun->account = (uint32_t)(drawn % feed->active_count);
    begun->teller = (uint32_t)((drawn >> 40) % feed->teller_count);
    add_initiated(feed, batch, begun);
    uuid_write(&begun->withdrawal_id, text);
    int length = snprintf(reply_room(batch), FEED_REPLY,
                          "{\"v\":1,\"id\":\"%s\",\"ok\":true,\"code\":\"00\",\"withdrawal_id\":\"%"
                          "s\",\"amount\":5000,"
                          "\"notes\":[{\"denomination\":5000,\"count\":1}],\"balance\":%lld,"
                          "\"confirm_by\":\"2026-01-31T23:59:59.123Z\"}",
                          text, text, (long long)feed->account[begun->account].balance);
    remember(feed, batch, &begun->withdrawal_id, length);
}

static void confirm(struct feed *feed, struct feed_batch *batch, const struct feed_begun *begun)
{
    char text[UUID_TEXT_LENGTH], withdrawal[UUID_TEXT_LENGTH];
    struct uuid id = fresh(feed);
    struct event *event = add(feed, batch, TELLER_CASH_DISPENSED, TELLER_CONFIRM_DISPENSE, &id,
                              &begun->withdrawal_id);
    event->withdrawal.account_id = feed->account[begun->account].id;
    event->withdrawal.amount = FEED_AMOUNT;
    event->withdrawal.where.taken = mix;
    event->source = SOURCE_MACHINE;
    place(batch, &feed->teller[begun->teller].id, &feed->teller[begun->teller].version,
          feed->teller[begun->teller].actor);
    int length =
        snprintf(reply_room(batch), FEED_REPLY,
                 "{\"v\":1,\"id\":\"%s\",\"ok\":true,\"code\":\"00\",\"withdrawal_id\":\"%s\","
                 "\"state\":\"completed\",\"reversed\":0}",
                 uuid_write(&id, text), uuid_write(&begun->withdrawal_id, withdrawal));
    remember(feed, batch, &id, length);
}

void feed_withdrawals(struct feed *feed, struct feed_batch *batch, size_t count)
{
    unsigned at = feed->at;
    if (count > feed->begun_most)
        panic("a batch of more than %zu withdrawals", feed->begun_most);
    feed->at = (at + 1) % FEED_LAG;
    empty(batch);
    for (size_t i = 0; i < feed->begun_count[at]; i++)
        confirm(feed, batch, &feed->begun[at][i]);
    for (size_t i = 0; i < count; i++)
        initiate(feed, batch, &feed->begun[at][i]);
    feed->begun_count[at] = count;
}

/* ---- what comes before ---- */

/* All that desks pay out; see desk.c. */
static const struct notes full = { .length = 4,
                                   .item = { { 10000, NOTES_COUNT_MAX },
                                             { FEED_AMOUNT, NOTES_COUNT_MAX },
                                             { 2000, NOTES_COUNT_MAX },
                                             { 1000, NOTES_COUNT_MAX } } };

void feed_tellers(struct feed *feed, struct feed_batch *batch)
{
    empty(batch);
    for (uint32_t i = 0; i < feed->teller_count; i++) {
        struct uuid id = fresh(feed);
        struct event *event = add(feed, batch, TELLER_PROVISIONED, TELLER_PROVISION, &id, &id);
        event->cassettes.notes = full;
        place(batch, &feed->teller[i].id, &feed->teller[i].version, "operator");
    }
}

static void open_account(struct feed *feed, struct feed_batch *batch, uint32_t number,
                         struct vault *vault)
{
    struct feed_account *account = &feed->account[number];
    char pan[PAN_DIGITS_MAX + 1], block_text[2 * PIN_BLOCK_LENGTH + 1];
    struct uuid id = fresh(feed);
    account->id = people_account(number);
    people_card(number, pan);
    struct event *event =
        add(feed, batch, ACCOUNTS_ACCOUNT_OPENED, ACCOUNTS_OPEN_ACCOUNT, &id, &id);
    snprintf(event->account_opened.owner, OWNER_LENGTH, "Customer %u", number);
    place(batch, &account->id, &account->version, "operator");
    id = fresh(feed);
    move_money(add(feed, batch, ACCOUNTS_MONEY_DEPOSITED, ACCOUNTS_DEPOSIT_MONEY, &id, &id),
               account, DEPOSIT);
    place(batch, &account->id, &account->version, "operator");
    id = fresh(feed);
    event = add(feed, batch, ACCOUNTS_CARD_ISSUED, ACCOUNTS_ISSUE_CARD, &id, &id);
    if (vault != NULL) {
        unsigned char block[PIN_BLOCK_LENGTH];
        struct pin_key once;
        people_pin_block(vault_pin_entry_key(vault), &id, pan, block_text);
        wire_pin_key(vault_pin_entry_key(vault), &id, &once);
        vault_card_token(vault, pan, account->card);
        if (!hex_decode(block_text, sizeof block_text - 1, block))
            panic("a PIN block that is not hexadecimal");
        vault_pin_reference(vault, &once, pan, account->card, block,
                            event->card_issued.pin_reference);
    } else {
        memcpy(account->card, account->id.bytes, CARD_TOKEN_LENGTH);
    }
    memcpy(event->card_issued.card, account->card, CARD_TOKEN_LENGTH);
    pan_mask(pan, event->card_issued.masked);
    place(batch, &account->id, &account->version, "operator");
}

void feed_accounts(struct feed *feed, struct feed_batch *batch, uint32_t first, uint32_t count,
                   struct vault *vault)
{
    empty(batch);
    for (uint32_t i = first; i < first + count; i++)
        open_account(feed, batch, i, vault);
}

void feed_deposits(struct feed *feed, struct feed_batch *batch, size_t count)
{
    struct feed_account *account = &feed->account[0];
    empty(batch);
    for (size_t i = 0; i < count; i++) {
        struct uuid id = fresh(feed);
        move_money(add(feed, batch, ACCOUNTS_MONEY_DEPOSITED, ACCOUNTS_DEPOSIT_MONEY, &id, &id),
                   account, 1);
        place(batch, &account->id, &account->version, "operator");
    }
}
