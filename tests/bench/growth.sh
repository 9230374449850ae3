# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2034,SC2154  # the names are shared with scripts/bench
#
# What a long log costs: appends, a restart, memory, one long stream, rebuilds.
# Read by scripts/bench --growth.

growth_accounts=50000
growth_hot=100000
growth_tellers=16
[ "$events" -ge 1000000 ] || growth_accounts=10000
[ "$events" -lt 10000000 ] || growth_accounts=1000000
# Of all that are known, so many are used.
growth_active=$((growth_accounts < 100000 ? growth_accounts : 100000))
accounts=$growth_accounts

rss()
{
    awk -v section="$1" '/^VmRSS/ { print section, "bank_rss_bytes", $2 * 1024 }' "/proc/$bank/status" >>"$results"
}

# growth_start SECTION: from the start of the program to its first answer
growth_start()
{
    bank_start "$1"
    rss "$1"
}

[ "$events" -gt $((3 * growth_accounts + growth_hot + 200000)) ] ||
    fail "--events wants more than $((3 * growth_accounts + growth_hot + 200000))"

say "an empty log"
growth_start made
bank_stop
growth_start empty
settings
bank_stop
rm -rf "$home"

say "filling the log up to $events events"
measure fill fill --events "$events" --accounts "$growth_accounts" --hot-events "$growth_hot"
size=$(du -sb "$home/pg/data/base" | cut -f1)
echo "fill disk_bytes_per_event $((size / events))" >>"$results"

say "a restart"
growth_start restart
say "the account with $growth_hot events, then $growth_active of $growth_accounts"
measure touch touch --accounts "$growth_active"
echo "touch accounts $growth_active" >>"$results"
rss touch
bank_stop
say "a restart, now with a snapshot of that account"
growth_start restart_again
measure touch_again touch --accounts 1
say "withdrawals at that size"
measure terminals_64 run --terminals 64 --tellers "$growth_tellers" --accounts "$growth_active" \
    --warm-up-ms 1000 --measure-ms $((seconds * 1000))
for model in accounts statement withdrawals teller_days cards; do
    say "rebuilding $model"
    start=$(date +%s%N)
    run "$BUILD/bank" projection rebuild "$model" --home "$home" >"$work/rebuild.log" 2>&1 || {
        tail -3 "$work/rebuild.log" >&2
        fail "$model could not be rebuilt"
    }
    end=$(date +%s%N)
    echo "rebuild_$model events_per_s $((events * 1000 / ((end - start) / 1000000 + 1)))" >>"$results"
done
bank_stop
report growth.awk
