/* SPDX-License-Identifier: MIT */
/*
 * The wallet of the demonstration: HOME/demo-wallet, which `bank demo --wallet` writes and a
 * machine with --demo-card reads. One card a line, after the one of HOME/demo-card:
 *
 *   4000002222000018 1234 plenty
 *
 * its number, the PIN that a note at the machine says, and what kind of card it is. A machine has a
 * text wallet.KIND for each of these kinds; other words are shown as they are.
 */
#ifndef SHARED_DEMO_WALLET_H
#define SHARED_DEMO_WALLET_H

#define DEMO_WALLET_FILE "demo-wallet"
#define DEMO_WALLET_MAX  7 /* with the first card as many as a screen has keys */

/* Columns: the enumerator, the word. */
#define DEMO_WALLET_TABLE(X)                                                                       \
    X(PLENTY, "plenty")                                                                            \
    X(POOR, "poor")                                                                                \
    X(LIMITED, "limited")                                                                          \
    X(BLOCKED, "blocked")                                                                          \
    X(SECOND, "second")

enum demo_wallet {
    DEMO_WALLET_NONE,
#define X(enumerator, word) DEMO_WALLET_##enumerator,
    DEMO_WALLET_TABLE(X)
#undef X
};

#endif
