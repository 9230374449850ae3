# SPDX-License-Identifier: MIT
# The table of scripts/bench --growth, or its JSON. Follows figures.awk.

function line(what, s, n, unit) {
    printf "  %-52s %12.1f %s\n", what, median(s, n), unit
}

END {
    if (json) {
        json_open()
        printf "}\n"
        exit
    }
    printf "\n"
    line("a page of memory at first touch", "memory", "first_touch_us_per_page", "us")
    line("the same, touched again", "memory", "touch_again_us_per_page", "us")
    line("append, log empty", "fill", "events_per_s_at_0", "events/s")
    line("append, log full", "fill", "events_per_s_at_end", "events/s")
    line("disk an event", "fill", "disk_bytes_per_event", "bytes")
    line("restart to first answer, log empty", "empty", "ready_ms", "ms")
    line("restart to first answer, log full", "restart", "ready_ms", "ms")
    line("account of a long history, no snapshot", "touch", "first_account_cold_ms", "ms")
    line("the same, in memory", "touch", "first_account_warm_ms", "ms")
    line("the same after a restart, with snapshot", "touch_again", "first_account_cold_ms", "ms")
    line("deposits to accounts not in memory", "touch", "deposits_per_s", "a second")
    printf "  %-52s %12.1f %s\n", "memory of a bank that has just started", median("restart", "bank_rss_bytes") / 1e6, "MB"
    printf "  %-52s %12.1f %s\n", "memory with " median("touch", "accounts") " of " accounts " accounts active", median("touch", "bank_rss_bytes") / 1e6, "MB"
    line("withdrawals, 64 terminals, accounts not in memory", "terminals_64", "withdrawals_per_s", "withdrawals/s")
    for (i = 1; i <= sections; i++)
        if (section[i] ~ /^rebuild_/)
            line("rebuild of " substr(section[i], 9), section[i], "events_per_s", "events/s")
}
