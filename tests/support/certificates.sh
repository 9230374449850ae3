# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# Certificates for tests. Source it, then, in a directory of the test's own:
#
#   ca NAME                      NAME.crt, NAME.key: a CA
#   certificate CA NAME CN DAYS [EXTENSION]
#                                NAME.crt, NAME.key: signed by that CA; DAYS below zero: it has expired
#   brief CA NAME CN SECONDS     the same, for so many seconds
#   revoke CA FILE [NAME...]     FILE: that CA's list, with these certificates of its

new_key()
{
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "$@" 2>>openssl.log
}

# Root's bank runs as another user, who has to read its key.
key_give()
{
    [ "$(id -u)" != 0 ] || chown "$(id -un esbank 2>/dev/null || echo postgres)" "$1"
}

ca()
{
    new_key -x509 -days 30 -subj "/CN=EsBank CA" -keyout "$1.key" -out "$1.crt" \
        -addext keyUsage=critical,keyCertSign,cRLSign
}

certificate()
{
    printf 'basicConstraints=critical,CA:FALSE\n%s\n' "${5:-}" >extensions
    new_key -new -subj "/CN=$3" -keyout "$2.key" -out request &&
        openssl x509 -req -in request -CA "$1.crt" -CAkey "$1.key" -days "$4" -extfile extensions -out "$2.crt" 2>>openssl.log &&
        key_give "$2.key"
}

brief()
{
    : >brief_index && echo unique_subject=no >brief_index.attr
    printf '%s\n' '[ca]' 'default_ca=one' '[one]' 'database=brief_index' 'rand_serial=yes' 'default_md=sha256' 'policy=any' \
        'new_certs_dir=.' '[any]' 'commonName=supplied' >brief.conf
    echo 'basicConstraints=critical,CA:FALSE' >extensions
    new_key -new -subj "/CN=$3" -keyout "$2.key" -out request &&
        openssl ca -batch -notext -config brief.conf -cert "$1.crt" -keyfile "$1.key" -extfile extensions -in request \
            -enddate "$(date -u -d "+$4 seconds" +%y%m%d%H%M%SZ)" -out "$2.crt" 2>>openssl.log &&
        key_give "$2.key"
}

revoke()
{
    revoke_ca=$1 revoke_list=$2
    shift 2
    : >index && echo unique_subject=no >index.attr && echo 01 >crlnumber
    printf '[ca]\ndefault_ca=one\n[one]\ndatabase=index\ncrlnumber=crlnumber\ndefault_md=sha256\ndefault_crl_days=30\n' >ca.conf
    for revoke_name; do
        openssl ca -config ca.conf -cert "$revoke_ca.crt" -keyfile "$revoke_ca.key" -revoke "$revoke_name.crt" \
            2>>openssl.log || return 1
    done
    openssl ca -config ca.conf -cert "$revoke_ca.crt" -keyfile "$revoke_ca.key" -gencrl -out "$revoke_list.new" \
        2>>openssl.log && mv "$revoke_list.new" "$revoke_list"
}
