# SPDX-License-Identifier: MIT
# The table of scripts/bench, or its JSON. Follows figures.awk.

function row(s, what, n) {
    printf "  %-44s %9.0f   %s\n", what, median(s, n), spread(s, n)
}

function bank_row(s, what) {
    if (!(s in known))
        return
    printf "  %-26s %8.0f %7.0f %7.0f %7.0f %7.0f %7.0f %6.0f %5.0f %5.0f %5.0f %6.0f %6.0f\n", what,
        median(s, "withdrawals_per_s"), median(s, "initiate_p50_us"), median(s, "initiate_p99_us"),
        median(s, "initiate_p999_us"), median(s, "whole_p50_us"), median(s, "whole_p99_us"),
        median(s, "events_per_batch"), median(s, "bank_cpu_us_per_withdrawal"),
        median(s, "postgres_cpu_us_per_withdrawal"), median(s, "driver_cpu_us_per_withdrawal"),
        median(s, "wal_bytes_per_withdrawal"), median(s, "table_bytes_per_withdrawal")
}

function tables(    scale, clients, batch, k, part) {
    printf "\nMedians of %d; windows of %d s; %d accounts; %d processors.\n", runs, seconds, accounts, processors
    printf "Memory: %.2g us a page at first touch (%.0f MB), %.2g us when touched again.\n",
        median("memory", "first_touch_us_per_page"), median("memory", "touched_mb"),
        median("memory", "touch_again_us_per_page")
    printf "\nTransactions/s: pgbench, TPC-B-like, prepared%24s\n", "all runs"
    for (scale = 1; scale <= 50; scale += 49)
        for (clients = 1; clients <= 16; clients = clients == 1 ? 8 : clients * 2)
            if (("tpcb_scale_" scale "_clients_" clients) in known)
                row("tpcb_scale_" scale "_clients_" clients, "scale " scale ", " clients " clients", "transactions_per_s")
    printf "\nWithdrawals/s: the bank's statements, fed from memory\n"
    k = split("1 8 64 256 1024", part, " ")
    for (batch = 1; batch <= k; batch++)
        row("ceiling_batch_" part[batch], sprintf("%4d a batch, %4.0f us of Postgres' CPU each", part[batch],
            median("ceiling_batch_" part[batch], "postgres_cpu_us_per_withdrawal")), "withdrawals_per_s")
    row("append_alone_batch_1024", sprintf("%4d a batch, %4.0f us; the events alone", 1024,
        median("append_alone_batch_1024", "postgres_cpu_us_per_withdrawal")), "withdrawals_per_s")
    printf "\nWithdrawals/s: the bank%29s%31s%31s\n", "InitiateWithdrawal, us", "whole, us", "CPU us/withdrawal"
    printf "  %-26s %8s %7s %7s %7s %7s %7s %6s %5s %5s %5s %6s %6s\n", "terminals", "/s", "p50", "p99", "p99.9", "p50",
        "p99", "ev/bat", "bank", "pg", "load", "WAL B", "disk B"
    bank_row("terminals_1", "1")
    bank_row("terminals_8", "8")
    bank_row("terminals_64", "64")
    bank_row("terminals_512", "512")
    bank_row("terminals_512_connections_16", "512 over 16 connections")
    bank_row("terminals_2048_connections_64", "2048 over 64 connections")
    bank_row("terminals_64_tellers_64", "64, a teller each")
    bank_row("terminals_512_tellers_512", "512, a teller each")
}

function overload_lines() {
    printf "\nOverload, %.0f/s offered: %.0f withdrawals/s (%.0f %% of best), worst second %.0f; %.0f turned away with 91;\n",
        median("overload", "offered_per_s"), median("overload", "withdrawals_per_s"),
        100 * overload_to_best, median("overload", "worst_second_withdrawals"), median("overload", "turned_away_91")
    printf "  bank's memory %.0f MB at the beginning, %.0f MB at most, %.0f MB at the end\n",
        median("overload", "rss_first_bytes") / 1e6, median("overload", "rss_most_bytes") / 1e6,
        median("overload", "rss_last_bytes") / 1e6
}

function refusals(    i, sum) {
    for (i = 1; i <= sections; i++)
        sum += median(section[i], "refused")
    return sum + 0
}

END {
    ours = best("terminals_", "withdrawals_per_s")
    tpcb = best("tpcb_scale_1_", "transactions_per_s")
    ceiling = best("ceiling_", "withdrawals_per_s")
    overload_to_best = ratio(median("overload", "withdrawals_per_s"), ours)
    lone = median("terminals_1", "initiate_p50_us")
    lone_tpcb = median("tpcb_scale_1_clients_1", "p50_us")
    if (json) {
        json_open()
        printf ",\"best_withdrawals_per_s\":%s,\"best_tpcb_transactions_per_s\":%s,\"best_ceiling_withdrawals_per_s\":%s",
            number(ours), number(tpcb), number(ceiling)
        printf ",\"ratio_to_tpcb\":%.3f,\"ratio_to_ceiling\":%.3f", ratio(ours, tpcb), ratio(ours, ceiling)
        printf ",\"lone_initiate_p50_us\":%s,\"lone_tpcb_p50_us\":%s,\"overload_ratio_to_best\":%.3f,\"refused\":%d}\n",
            number(lone), number(lone_tpcb), overload_to_best, refusals()
        exit
    }
    tables()
    overload_lines()
    printf "\nBest: %.0f withdrawals/s; %.2f times pgbench's best at scale 1 (%.0f); %.0f %% of the ceiling (%.0f).\n", ours,
        ratio(ours, tpcb), tpcb, 100 * ratio(ours, ceiling), ceiling
    printf "Alone: InitiateWithdrawal p50 %.0f us; a pgbench transaction p50 %.0f us.\n", lone, lone_tpcb
    printf "Refused: %d.\n", refusals()
}
