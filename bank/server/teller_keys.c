/* SPDX-License-Identifier: MIT */
/*
 * A new key is beside the old one, under the id of the command that wants it,
 * until that is in the log: the command itself, or the approval of its proposal.
 * Then the file takes the old one's place, and everybody who signed on with the
 * old one has to sign on again.
 *
 * Several may wait for one teller, and the one that is decided last is in force:
 * none takes another's file away. A reply that is replayed does what a crash has
 * left undone. Where it has the check value of another key than the one that
 * waits, or another took effect since that one was made, it is that of an earlier
 * time: nothing is done again.
 */
#include "bank/server/teller_keys.h"

#include "bank/log/log.h"
#include "shared/hex.h"
#include "shared/json.h"

#include <stdio.h>
#include <string.h>

/* A teller's key comes before the teller: what is left of one that is then refused, or that no
 * second person wants, is a key that nobody uses, and the other way round there would be a machine
 * that cannot sign on. */
bool teller_keys_ready(struct vault *vault, struct command *command)
{
    struct error error;
    const struct uuid *teller_id = &command->teller_id;
    if (command->kind == TELLER_WITHDRAW_KEY)
        vault_check_terminal_key(vault, teller_id, command->key_check);
    if ((command->kind != TELLER_PROVISION || vault_make_terminal_key(vault, teller_id, &error)) &&
        (command->kind != TELLER_REPLACE_KEY ||
         vault_next_terminal_key(vault, teller_id, &command->id, command->key_check, &error)))
        return true;
    log_event("no-terminal-key", "why=\"%s\"", error.message);
    return false;
}

/* change: the id under which the new key waits. */
static bool change(struct turn *turn, bool replaced, const struct uuid *teller_id,
                   const struct uuid *change_id)
{
    struct error error;
    const bool done = replaced
                          ? vault_replace_terminal_key(turn->vault, teller_id, change_id, &error)
                          : vault_withdraw_terminal_key(turn->vault, teller_id, &error);
    turn_sign_off(turn, teller_id);
    if (!done)
        log_event("no-terminal-key", "why=\"%s\"", error.message);
    return done;
}

/* The member of a reply that names what was proposed, or why it is a reply to a proposal at all. */
static bool is_of_proposal(const char *line, size_t length)
{
    static const char mark[] = "\"proposal_id\":\"";
    return memmem(line, length, mark, sizeof mark - 1) != NULL;
}

/* What a reply to an approval or a rejection says of a key. */
struct key_proposal {
    struct uuid id, teller_id;
    bool replaces, approved;
    unsigned char check[KEY_CHECK_BYTES];
};

/* False: of none. */
static bool key_proposal_read(const char *line, size_t length, struct key_proposal *proposal)
{
    struct error ignored;
    const char *command = "", *state = "", *check = "";
    struct json *reply = json_parse(line, length, &ignored);
    bool read = json_uuid(json_get(reply, "proposal_id"), &proposal->id) &&
                json_uuid(json_get(reply, "teller_id"), &proposal->teller_id) &&
                json_string(json_get(reply, "proposed"), &command) &&
                json_string(json_get(reply, "state"), &state) &&
                json_string(json_get(reply, "key_check"), &check) &&
                strlen(check) == 2 * KEY_CHECK_BYTES &&
                hex_decode(check, strlen(check), proposal->check);
    proposal->replaces = strcmp(command, command_name(TELLER_REPLACE_KEY)) == 0;
    read = read && (proposal->replaces || strcmp(command, command_name(TELLER_WITHDRAW_KEY)) == 0);
    proposal->approved = strcmp(state, "approved") == 0;
    json_destroy(reply);
    return read;
}

/* Whether the key that waits under that id, with that check value, is still to take the place. */
static bool still_due(struct vault *vault, const struct uuid *teller_id,
                      const struct uuid *change_id,
                      const unsigned char check[static KEY_CHECK_BYTES], bool replayed)
{
    struct error error;
    unsigned char waiting[KEY_CHECK_BYTES];
    return vault_next_terminal_key(vault, teller_id, change_id, waiting, &error) &&
           memcmp(waiting, check, sizeof waiting) == 0 &&
           !(replayed && vault_terminal_key_passed(vault, teller_id, change_id));
}

/* The proposal names the key that was in force then. Another may be by now: it is that one's
 * machine that is to be shut out. */
static bool withdrawal_settle(struct turn *turn, const struct key_proposal *proposal, bool replayed)
{
    unsigned char check[KEY_CHECK_BYTES];
    return !proposal->approved ||
           (replayed && !(vault_check_terminal_key(turn->vault, &proposal->teller_id, check) &&
                          memcmp(check, proposal->check, sizeof check) == 0)) ||
           change(turn, false, &proposal->teller_id, &proposal->id);
}

static bool replacement_settle(struct turn *turn, const struct key_proposal *proposal,
                               bool replayed)
{
    struct vault *vault = turn->vault;
    if (proposal->approved &&
        still_due(vault, &proposal->teller_id, &proposal->id, proposal->check, replayed))
        return change(turn, true, &proposal->teller_id, &proposal->id);
    vault_drop_terminal_key(vault, &proposal->teller_id, &proposal->id);
    if (!proposal->approved || replayed)
        return true;
    turn_sign_off(turn, &proposal->teller_id);
    log_event("no-terminal-key", "why=\"the key that was approved is not in the home any more: "
                                 "replace the terminal's key once more\"");
    return false;
}

static bool proposal_settle(struct turn *turn, const char *line, size_t length, bool replayed)
{
    struct key_proposal proposal;
    if (!key_proposal_read(line, length, &proposal))
        return true;
    return proposal.replaces ? replacement_settle(turn, &proposal, replayed)
                             : withdrawal_settle(turn, &proposal, replayed);
}

bool teller_keys_settle(struct turn *turn, const struct command *command, const char *line,
                        size_t length, bool ok, bool replayed)
{
    char mark[40], text[2 * KEY_CHECK_BYTES + 1];
    const bool replaced = command->kind == TELLER_REPLACE_KEY;
    if (command->kind == BANK_APPROVE_PROPOSAL || command->kind == BANK_REJECT_PROPOSAL)
        return !ok || proposal_settle(turn, line, length, replayed);
    if (!replaced && command->kind != TELLER_WITHDRAW_KEY)
        return true;
    hex_encode_upper(command->key_check, KEY_CHECK_BYTES, text);
    snprintf(mark, sizeof mark, "\"key_check\":\"%s\"", text);
    const bool fits = ok && memmem(line, length, mark, strlen(mark)) != NULL;
    if (fits && is_of_proposal(line, length))
        return true; /* the new key waits for a second person */
    if (fits && (!replaced || still_due(turn->vault, &command->teller_id, &command->id,
                                        command->key_check, replayed)))
        return change(turn, replaced, &command->teller_id, &command->id);
    if (replaced)
        vault_drop_terminal_key(turn->vault, &command->teller_id, &command->id);
    return true;
}
