/* SPDX-License-Identifier: MIT */
/*
 * Start-up, the queue of events, the link and the store, and what is done
 * about a disk that does not take what has to be kept: out of service, try
 * again every few seconds, come back by itself. Nothing is lost meanwhile: what
 * is unsaved is in memory, and what a power cut would take from there can be
 * told from the journal and the dispenser.
 */
#include "atm/machine/machine.h"

#include "atm/devices/faults.h"
#include "atm/devices/pin_pad.h"
#include "atm/files/log.h"
#include "shared/clock.h"
#include "shared/currency.h"
#include "shared/notes_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TROUBLE_RETRY_MS 5000

/* The numbers are for the reader alone; but for one that money is sent to by a key. */
static void machine_wallet(struct machine *machine, struct terminal_settings *settings)
{
    const struct wallet_file *wallet = &machine->options->wallet;
    settings->wallet_count = wallet->count;
    for (int i = 0; i < wallet->count; i++) {
        const struct wallet_entry *entry = &wallet->entry[i];
        struct wallet_card *card = &settings->wallet[i];
        char key[WALLET_WORDS_SIZE + 8];
        snprintf(key, sizeof key, "wallet.%s", entry->kind);
        card->text = text_find(key);
        memcpy(card->kind, entry->kind, sizeof card->kind);
        memcpy(card->note, entry->pin, sizeof card->note);
        pan_mask(entry->card, card->mask);
        if (card->text == TEXT_WALLET_SECOND)
            memcpy(card->receiver, entry->card, sizeof card->receiver);
        memcpy(machine->reader.wallet[i], entry->card, sizeof machine->reader.wallet[i]);
    }
}

static void machine_settings(struct machine *machine)
{
    const struct options *options = machine->options;
    struct terminal_settings settings = {
        .idle_ms = options->idle_ms,
        .countdown_ms = options->countdown_ms,
        .card_at_hand = options->card[0] != '\0',
        .language = options->language,
    };
    char teller[UUID_TEXT_LENGTH];
    uuid_write(&options->teller, teller);
    snprintf(settings.teller, sizeof settings.teller, "%.8s", teller);
    memcpy(settings.card_owner, options->card_owner, sizeof settings.card_owner);
    memcpy(settings.card_note, options->card_note, sizeof settings.card_note);
    if (settings.card_at_hand)
        pan_mask(options->card, settings.card_mask);
    machine_wallet(machine, &settings);
    memcpy(machine->reader.at_hand, options->card, sizeof machine->reader.at_hand);
    terminal_init(&machine->terminal, &settings);
}

static bool machine_faults(const struct options *options, struct error *error)
{
    if (!faults_check(error))
        return false;
    for (int i = 0; i < options->fault_count; i++)
        if (!faults_inject(options->fault[i], error))
            return false;
    return true;
}

bool machine_open(struct machine *machine, const struct options *options, struct error *error)
{
    *machine = (struct machine){
        .options = options, .lock = -1, .journal = { .file = -1 }, .now_ms = clock_now_ms()
    };
    machine->event = calloc(MACHINE_EVENTS_MAX, sizeof *machine->event);
    if (machine->event == NULL)
        panic("out of memory");
    link_init(&machine->link, options->bank, options->key, &options->teller,
              options->reply_timeout_ms);
    if (options->connects)
        link_over_network(&machine->link, &options->connect, &options->tls);
    machine->link.trace = &machine->trace;
    faults_init(options->folder);
    pin_pad_init();
    machine_settings(machine);
    const bool traced = options->inside || options->trace != NULL;
    return machine_lock(machine, error) &&
           (!traced || trace_open(&machine->trace, options->trace, error)) &&
           machine_faults(options, error) && machine_recall(machine, error);
}

struct inside machine_inside(const struct machine *machine)
{
    return (struct inside){ .trace = &machine->trace,
                            .cassettes = machine->dispenser.state.cassettes };
}

static void machine_facts(struct machine *machine, struct facts *facts)
{
    const struct dispenser *dispenser = &machine->dispenser;
    char paper[80];
    *facts = (struct facts){
        .now_ms = machine->now_ms,
        .wall_s = time(NULL),
        .fresh_id = uuid_make(),
        .cassettes = dispenser->state.cassettes,
        .reject_bin = dispenser->state.reject_bin,
        .retract_bin = dispenser->state.retract_bin,
        .deposit_bin = machine->acceptor.state.bin,
        .owed = machine->saf.count + machine->unsaved_count,
        .attention = dispenser->state.attention,
        .no_deposits = machine->acceptor.state.attention,
        .no_paper = faults_armed(FAULT_PRINTER_PAPER_OUT, paper, sizeof paper),
        .older = machine->older,
        .displaced = machine->link.displaced,
        .replenishing = saf_replenishing(&machine->saf),
        .code_set = machine->code.set,
        .code_wrong = machine->code.wrong,
        .code_until_ms = machine->code_until_ms,
    };
    if (!cash_code_draw(facts->fresh_code))
        facts->fresh_code[0] = '\0';
    currency_drop_others(currency_own(),
                         &facts->cassettes); /* neither paid nor named to the bank */
}

/* Hands the queue to the terminal until the devices have nothing more to say. */
static void machine_run(struct machine *machine)
{
    static struct effects effects; /* too large for the stack of every call */
    static struct terminal_event event;
    while (machine->event_count > 0) {
        event = machine->event[0];
        memmove(machine->event, machine->event + 1, (size_t)--machine->event_count * sizeof event);
        machine_facts(machine, &event.facts);
        terminal_handle(&machine->terminal, &event, &effects);
        if (machine_effects(machine, &effects))
            continue;
        if (!machine->trouble)
            machine->retry_ms = machine->now_ms + TROUBLE_RETRY_MS;
        machine->trouble = true;
        machine_answer(
            machine,
            EVENT_TROUBLE); /* each time: whatever waits for what was left out has to hear it */
    }
}

static void machine_retry(struct machine *machine)
{
    struct error error;
    char detail[NOTES_TEXT_LENGTH + 32], notes[NOTES_TEXT_LENGTH];
    machine->retry_ms = machine->now_ms + TROUBLE_RETRY_MS;
    while (machine->unsaved_count > 0) {
        if (!machine_advise(machine, &machine->unsaved[0]))
            return;
        memmove(machine->unsaved, machine->unsaved + 1,
                (size_t)--machine->unsaved_count * sizeof machine->unsaved[0]);
    }
    snprintf(detail, sizeof detail, "cassettes=%s",
             notes_text_format(&machine->dispenser.state.cassettes, notes));
    if (!dispenser_seal(&machine->dispenser, &error) ||
        !acceptor_sync(&machine->acceptor, &error) || !journal_reserve(&machine->journal, &error) ||
        !machine_journal(machine, JOURNAL_COUNTERS, NULL, detail))
        return;
    machine->trouble = false;
    machine_answer(machine, EVENT_TROUBLE_OVER);
}

void machine_close(struct machine *machine)
{
    if (machine->unsaved_count > 0) /* memory ends here: once more */
        machine_retry(machine);
    pin_pad_wipe();
    card_reader_forget(&machine->reader);
    link_finish(&machine->link);
    saf_close(&machine->saf);
    journal_close(&machine->journal);
    trace_close(&machine->trace);
    memory_close(&machine->memory);
    free(machine->event);
    if (machine->lock >= 0)
        close(machine->lock);
}

void machine_input(struct machine *machine, struct input input)
{
    if (machine->over)
        return;
    machine->now_ms = clock_now_ms();
    const enum pin_entry pin = terminal_wants_pin(&machine->terminal);
    if (pin != PIN_ENTRY_COUNT && input.kind == INPUT_DIGIT) {
        pin_pad_digit(pin, input.value);
        input.value = 0;
    } else if (pin != PIN_ENTRY_COUNT && input.kind == INPUT_CLEAR) {
        pin_pad_clear(pin);
    }
    machine_answer(machine, EVENT_INPUT)->input = input;
    machine_run(machine);
}

/*
 * The journal is the counter that only grows: the bank remembers where it ended
 * when this teller's machine last began something. A folder in which that entry
 * is missing, or is another one, is older than that, or a copy of one that went
 * on elsewhere; what it remembers of the notes is then worth nothing.
 */
static bool machine_is_older(struct machine *machine, const struct reply *reply)
{
    struct error error;
    const bool before = machine->older;
    /* Adopting begins anew; the start has reported that to the bank. */
    machine->older = reply->journal[0] != '\0' && !machine->options->adopt_memories &&
                     !journal_has(&machine->journal, reply->journal);
    if (!machine->older)
        return false;
    if (!before && !machine_report(machine, "folder_older", 1, &error))
        log_line("%s", error.message);
    link_hold(&machine->link, machine->now_ms,
              "the bank knows more of this machine than its folder, or a copy of it works "
              "elsewhere: find the right one, then start once with --adopt-memories");
    return true;
}

/* A sign-on has the counts only while nothing is owed: until then the two sides cannot agree. */
static void machine_tell_counts(struct machine *machine)
{
    machine->link.counted =
        machine->dispenser.loaded && machine->saf.count == 0 && machine->unsaved_count == 0;
    machine->link.cassettes = machine->dispenser.state.cassettes;
    currency_drop_others(currency_own(), &machine->link.cassettes);
}

/*
 * The bank has a count that is newer than the last sign-on that agreed: a person
 * has counted the cassettes, or swapped boxes, so the dispenser's own counters
 * are the older word. They are taken over once for each count, and never while
 * a request is waited for, whose notes the bank may have promised already. What
 * the journal says twice after a power cut is done once.
 */
static bool machine_learn(struct machine *machine, const struct reply *reply)
{
    struct error error;
    char detail[JOURNAL_DETAIL_LENGTH], counted[NOTES_TEXT_LENGTH], before[NOTES_TEXT_LENGTH],
        id[UUID_TEXT_LENGTH];
    struct dispenser *dispenser = &machine->dispenser;
    if (!reply->proven || reply->counted.length == 0 || !dispenser->loaded ||
        uuid_equal(&dispenser->state.counted, &reply->count_id) || machine->link.asking)
        return false;
    snprintf(detail, sizeof detail, "count=%s cassettes=%s before=%s",
             uuid_write(&reply->count_id, id), notes_text_format_all(&reply->counted, counted),
             notes_text_format(&dispenser->state.cassettes, before));
    if (!machine_journal(machine, JOURNAL_RECOUNTED, NULL, detail))
        return false;
    if (!dispenser_count(dispenser, &reply->count_id, &reply->counted, &error)) {
        log_line("%s", error.message);
        return false;
    }
    machine_tell_counts(machine);
    link_again(&machine->link, machine->now_ms, "what was counted was taken over from the bank");
    return true;
}

/* The first sign-on of a new machine tells what is in its cassettes. */
static void machine_signed_on(struct machine *machine, const struct reply *reply)
{
    struct error error;
    char detail[NOTES_TEXT_LENGTH + 32], notes[NOTES_TEXT_LENGTH];
    if (reply->proven &&
        !memory_follow(&machine->memory, machine->options->folder, &machine->link.key, &error))
        log_line("%s", error.message);
    if (machine_is_older(machine, reply)) {
        machine_answer(machine, EVENT_LINK_DOWN);
        return;
    }
    if (!machine->dispenser.loaded) {
        snprintf(detail, sizeof detail, "cassettes=%s",
                 notes_text_format(&reply->cassettes, notes));
        if (dispenser_load(&machine->dispenser, &reply->cassettes, &error))
            machine_journal(machine, JOURNAL_LOADED, NULL, detail);
        else
            log_line("%s", error.message);
    }
    if (machine->dispenser.loaded) /* else the first load is still to come */
        dispenser_know(&machine->dispenser, &reply->cassettes);
    if (reply->disagrees && machine_learn(machine, reply))
        return; /* the link is down again, and so is the terminal at once */
    if (reply->disagrees) {
        log_line("the bank counts other notes than the dispenser: count the cash, then compare "
                 "with the journal");
        snprintf(detail, sizeof detail, "bank=%s", notes_text_format(&reply->cassettes, notes));
        machine_journal(machine, JOURNAL_COUNTERS, NULL, detail);
    }
    machine_answer(machine, EVENT_LINK_UP)->reply = *reply;
}

static void machine_stored_answered(struct machine *machine, struct saf_entry *entry,
                                    const struct reply *reply)
{
    struct error error;
    struct stored stored = entry->stored;
    bool refused = !reply->ok, replenished = strcmp(stored.command, "ReplenishCassettes") == 0;
    char detail[200], id[UUID_TEXT_LENGTH];
    /* The dispenser counts first, and once: a power cut before the message is crossed off only
     * repeats it. */
    if (replenished && !refused &&
        !dispenser_replenish(&machine->dispenser, &stored.id, &stored.notes, &error)) {
        log_line("%s", error.message);
        return;
    }
    /* The journal knows it first: a message that is gone and was not acknowledged counts as stolen.
     */
    snprintf(detail, sizeof detail, "command=%s message=%s%s%s", stored.command,
             uuid_write(&stored.id, id),
             refused ? " error=" : " state=", refused ? reply->refusal_text : reply->state);
    if (!machine_journal(machine, refused ? JOURNAL_REFUSED : JOURNAL_ACKNOWLEDGED,
                         &stored.withdrawal, detail))
        return;
    /* No books have it: the operators hear of it by another way, and once. */
    const bool advice = !uuid_is_nil(&stored.withdrawal);
    const struct uuid incident = uuid_named(&stored.id, "advice_refused");
    if (refused && advice && !machine_report_as(machine, &incident, "advice_refused", 1, &error)) {
        log_line("%s", error.message);
        return;
    }
    entry = saf_entry_of(&machine->saf, &stored.id);
    if (!saf_finish(&machine->saf, entry, refused, &error)) {
        log_line("%s", error.message);
        return;
    }
    if (refused)
        log_line("the bank refused a stored message for good (%s); it is filed under refused/",
                 reply->refusal_text);
    struct terminal_event *answer = machine_answer(machine, EVENT_ADVISED);
    answer->reply = *reply;
    answer->reply.id = stored.withdrawal;
}

static void machine_other_reply(struct machine *machine, const struct reply *reply)
{
    struct saf_entry *entry = NULL;
    char detail[80], id[UUID_TEXT_LENGTH];
    switch (saf_answer(&machine->saf, reply, machine->now_ms, &entry)) {
    case SAF_NOT_MINE:
        snprintf(detail, sizeof detail, "ok=%d reply=%s", reply->ok, uuid_write(&reply->id, id));
        machine_journal(machine, JOURNAL_LATE_REPLY, NULL, detail);
        break;
    case SAF_LATER:
        break;
    case SAF_ACKNOWLEDGED:
    case SAF_REFUSED:
        machine_stored_answered(machine, entry, reply);
        break;
    }
}

static void machine_hear(struct machine *machine, const struct link_event *event)
{
    switch (event->kind) {
    case LINK_NOTHING:
        break;
    case LINK_WENT_UP:
        machine_signed_on(machine, &event->reply);
        break;
    case LINK_WENT_DOWN:
        saf_disconnected(&machine->saf, machine->now_ms);
        machine_answer(machine, EVENT_LINK_DOWN);
        break;
    case LINK_ANSWER:
        machine_answer(machine, EVENT_REPLY)->reply = event->reply;
        break;
    case LINK_GAVE_UP:
        machine_answer(machine, EVENT_NO_REPLY);
        break;
    case LINK_OTHER_REPLY:
        machine_other_reply(machine, &event->reply);
        break;
    case LINK_RECOUNTED:
        machine_learn(machine, &event->reply);
        break;
    }
    machine_run(machine);
}

void machine_step(struct machine *machine, short revents)
{
    static struct link_event event;
    machine->now_ms = clock_now_ms();
    machine_tell_counts(machine);
    machine_key_late(machine);
    link_step(&machine->link, machine->now_ms, revents);
    do {
        link_next(&machine->link, machine->now_ms, &event);
        machine_hear(machine, &event);
    } while (event.kind != LINK_NOTHING && !machine->over);

    const struct saf_entry *entry;
    while (link_takes_advices(&machine->link) &&
           (entry = saf_due(&machine->saf, machine->now_ms)) != NULL)
        if (!link_post(&machine->link, entry->line, entry->length))
            break;
    link_step(&machine->link, machine->now_ms, 0);

    if (machine->trouble && machine->now_ms >= machine->retry_ms)
        machine_retry(machine);
    int64_t deadline = terminal_deadline(&machine->terminal);
    if (deadline >= 0 && machine->now_ms >= deadline && !machine->over)
        machine_answer(machine, EVENT_TICK);
    machine_run(machine);
}

void machine_view(struct machine *machine, struct view *view)
{
    machine->terminal.facts.wall_s = time(NULL);
    machine->terminal.facts.owed = machine->saf.count + machine->unsaved_count;
    machine->terminal.facts.older = machine->older;
    machine->terminal.facts.displaced = machine->link.displaced;
    terminal_view(&machine->terminal, clock_now_ms(), view);
}

void machine_poll(const struct machine *machine, struct pollfd *poll)
{
    link_poll(&machine->link, poll);
}

int machine_timeout_ms(const struct machine *machine)
{
    int64_t deadlines[] = {
        terminal_deadline(&machine->terminal),
        link_deadline(&machine->link),
        link_takes_advices(&machine->link) ? saf_deadline(&machine->saf) : -1,
        machine->trouble ? machine->retry_ms : -1,
    };
    int64_t now = clock_now_ms(), soonest = now + 30000; /* the clock in the frame moves too */
    for (size_t i = 0; i < sizeof deadlines / sizeof deadlines[0]; i++)
        if (deadlines[i] >= 0 && deadlines[i] < soonest)
            soonest = deadlines[i];
    return soonest <= now ? 0 : (int)(soonest - now);
}

bool machine_over(const struct machine *machine)
{
    return machine->over;
}
