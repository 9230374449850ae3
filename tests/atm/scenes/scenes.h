/* SPDX-License-Identifier: MIT */
/*
 * Every scene: a name, by which the golden views know it and in whose order they have it, and how a
 * fresh terminal gets there. The files beside this one have a flow each.
 */
#ifndef TESTS_ATM_SCENES_SCENES_H
#define TESTS_ATM_SCENES_SCENES_H

#include "tests/atm/scenes/card.h"
#include "tests/atm/scenes/cash.h"
#include "tests/atm/scenes/cash_code.h"
#include "tests/atm/scenes/deposit.h"
#include "tests/atm/scenes/more.h"
#include "tests/atm/scenes/supervisor.h"

static const struct {
    const char *name;
    void (*play)(struct kit *kit);
} scenes[] = {
    { "offline", scene_offline },
    { "trouble", scene_trouble },
    { "attention", scene_attention },
    { "welcome", kit_start },
    { "welcome wrong", scene_welcome_wrong },
    { "welcome, with a note", scene_sticky },
    { "pin, with a note", scene_sticky_pin },
    { "welcome, with a wallet", scene_wallet_welcome },
    { "wallet", scene_wallet },
    { "pin of a wallet's card", scene_wallet_pin },
    { "receiver, with a wallet", scene_wallet_receiver },
    { "language", scene_language },
    { "pin short", scene_pin_short },
    { "menu", kit_menu },
    { "menu, another amount again", scene_menu_again },
    { "menu, a usual amount again, with little money", scene_menu_usual },
    { "amount, as last time", scene_amount_again },
    { "menu without cash", scene_no_cash },
    { "amount", scene_amount },
    { "note mix", scene_note_mix },
    { "receipt choice", scene_receipt_choice },
    { "not payable", scene_not_payable },
    { "asking", kit_ask },
    { "returning card", kit_approved },
    { "stacking", kit_stacking },
    { "take cash", kit_presented },
    { "partial", scene_partial },
    { "balance", scene_balance },
    { "more", scene_more },
    { "new pin", scene_new_pin },
    { "new pin again", scene_repeat_pin },
    { "statement", scene_statement },
    { "receiver", scene_receiver },
    { "amount of a transfer", scene_transfer_amount },
    { "transfer to confirm", scene_transfer_confirm },
    { "transfer without an answer", scene_transfer_unknown },
    { "amount of a cash code", scene_code_amount },
    { "PIN of a cash code", scene_code_pin },
    { "PIN of a cash code again", scene_code_repeat_pin },
    { "cash code to confirm", scene_code_confirm },
    { "cash code", scene_code_shown },
    { "cash code without an answer", scene_code_unknown },
    { "cash code's PIN asked for", scene_code_enter_pin },
    { "cash code good for less", scene_code_too_much },
    { "cash code used", scene_code_used },
    { "empty statement", scene_statement_empty },
    { "deposit", scene_deposit },
    { "deposit typed", scene_deposit_typed },
    { "deposit counted", scene_deposit_counted },
    { "deposit unreadable", scene_deposit_unreadable },
    { "deposit given back", scene_deposit_back },
    { "deposit jammed", scene_deposit_jammed },
    { "deposit suspect", scene_deposit_suspect },
    { "another", scene_another },
    { "receipt", scene_receipt },
    { "qr code", scene_qr_code },
    { "no paper", scene_no_paper },
    { "ejecting", scene_ejecting },
    { "goodbye", scene_goodbye },
    { "more time", scene_more_time },
    { "supervisor's code", scene_code },
    { "a wrong code", scene_code_wrong },
    { "locked out", scene_locked },
    { "no code set", scene_closed },
    { "supervisor", scene_supervisor },
    { "counters", scene_counters },
    { "replenish", scene_replenish },
    { "replenish, too many", scene_replenish_wrong },
    { "replenish, summed up", scene_replenish_confirm },
    { "test, asked first", scene_test_confirm },
    { "cut over, asked first", scene_cut_over_confirm },
    { "journal", scene_journal },
    { "last days", scene_days },
    { "nothing", scene_nothing },
    { "cut over, waiting", scene_cut_over_wait },
    { "cut over", scene_cut_over },
    { "cut over, too early", scene_cut_over_early },
    { "faults", scene_faults },
};
enum { SCENES = sizeof scenes / sizeof scenes[0] };

#endif
