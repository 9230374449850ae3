# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2034,SC2154  # the names are shared with the test
#
# For shell tests of a bank whose database has a standby: two Postgres servers of the test's own, `a` and `b`, each
# with its socket in $WORLD/a and $WORLD/b. Source it after bank.sh; world_new comes first.
#
#   server_new NAME            a server of its own, with an empty database esbank
#   servers_new [SETTING...]   a, with these settings once it has its standby, and b as its standby under the name `b`; DATABASE and ESBANK_DB name both, a first
#   server_start NAME          starts a server that has ended; returns once it takes connections
#   server_kill NAME [SIGNAL]  SIGKILL unless another is named, to all of its processes
#   server_pause NAME          all of its processes stand still; server_resume NAME
#   server_process NAME TITLE  the process of it with that in its title
#   server_promote NAME        the standby becomes a primary
#   server_ask NAME SQL        rows, as ask gives them
#   servers_end                ends both

server_bin=${ESBANK_PG_BIN:-}
if [ -z "$server_bin" ]; then
    for directory in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -t/ -k5 -n); do
        [ -x "$directory/initdb" ] && server_bin=$directory
    done
fi
server_owner=
[ "$(id -u)" = 0 ] && server_owner="setpriv --reuid postgres --regid $(id -g postgres) --init-groups"

server_answers()
{
    "$server_bin/pg_isready" -q -h "$WORLD/$1" -p 5432 -U esbank -d postgres
}

server_start()
{
    # shellcheck disable=SC2086  # several words, or none
    (cd / && exec setsid $server_owner "$server_bin/postgres" -D "$WORLD/$1/data" \
        -c unix_socket_directories="$WORLD/$1") >>"$WORLD/$1.log" 2>&1 </dev/null 7>&- &
    echo $! >"$WORLD/$1.pid"
    await 60 server_answers "$1"
}

# The processes of a server, the first one first; it is the others' parent. Some process ends while this looks.
server_pids()
{
    cat "$WORLD/$1.pid"
    cat /proc/[0-9]*/stat 2>/dev/null | awk -v parent="$(cat "$WORLD/$1.pid")" '$4 == parent { print $1 }'
}

server_signal()
{
    # shellcheck disable=SC2046  # a word each
    kill "-$2" $(server_pids "$1") 2>/dev/null
    alive "$(cat "$WORLD/$1.pid")" || [ "$2" = KILL ] # another may have ended since it was listed
}

# The process of a server with that in its title.
server_process()
{
    for server_child in $(server_pids "$1"); do
        { tr '\0' ' ' <"/proc/$server_child/cmdline"; } 2>/dev/null | grep -q "$2" && echo "$server_child" && return
    done
    return 1
}

server_pause()
{
    server_signal "$1" STOP
}

server_resume()
{
    server_signal "$1" CONT
}

server_kill()
{
    server_signal "$1" "${2:-KILL}"
    [ "${2:-KILL}" = KILL ] || server_signal "$1" CONT
    await 60 gone "$(cat "$WORLD/$1.pid")"
}

server_promote()
{
    # shellcheck disable=SC2086
    (cd / && $server_owner "$server_bin/pg_ctl" -D "$WORLD/$1/data" -w promote) >>"$WORLD/$1.log" 2>&1
}

server_ask()
{
    psql -XAtq -F '|' "host='$WORLD/$1' port=5432 user=esbank dbname=${3:-esbank}" -c "$2"
}

standby_streams()
{
    [ "$(server_ask a "SELECT state FROM pg_stat_replication WHERE application_name = 'b'" postgres)" = streaming ]
}

server_folder()
{
    mkdir -m 711 "$WORLD/$1"
    [ -z "$server_owner" ] || chown postgres "$WORLD/$1"
}

server_new()
{
    chmod 711 "$WORLD"
    server_folder "$1"
    # shellcheck disable=SC2086
    (cd / && LC_ALL=C.UTF-8 exec $server_owner "$server_bin/initdb" -D "$WORLD/$1/data" -U esbank --auth=trust \
        --encoding=UTF8 --locale=C.UTF-8 --no-sync) >"$WORLD/$1.log" 2>&1 || return 1
    for setting in listen_addresses="''" fsync=off shared_buffers=16MB max_connections=60 wal_level=replica \
        max_wal_senders=4 hot_standby=on timezone=UTC; do
        echo "$setting"
    done >>"$WORLD/$1/data/postgresql.conf"
    echo 'local replication all trust' >>"$WORLD/$1/data/pg_hba.conf"
    server_start "$1" && server_ask "$1" "CREATE DATABASE esbank" postgres
}

servers_new()
{
    server_new a || return 1
    server_folder b
    # shellcheck disable=SC2086
    (cd / && exec $server_owner "$server_bin/pg_basebackup" -D "$WORLD/b/data" --checkpoint=fast --no-sync \
        --write-recovery-conf -d "host='$WORLD/a' port=5432 user=esbank application_name=b") \
        >"$WORLD/b.log" 2>&1 || return 1
    server_start b && await 60 standby_streams || return 1
    for setting in "$@"; do
        server_ask a "ALTER SYSTEM SET $setting" postgres
    done
    server_ask a "SELECT pg_reload_conf()" postgres >/dev/null
    DATABASE="host='$WORLD/a,$WORLD/b' port=5432 user=esbank dbname=esbank target_session_attrs=read-write"
    ESBANK_DB=$DATABASE
    export DATABASE ESBANK_DB
}

servers_end()
{
    for name in a b; do
        [ ! -e "$WORLD/$name.pid" ] || server_signal "$name" KILL
    done 2>/dev/null
}
