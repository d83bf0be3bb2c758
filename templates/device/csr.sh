#!/bin/sh
# Makes a key in a file and a certificate signing request. Written by fleetwright; change the spec instead.
set -eu
umask 077
LC_ALL=C
export LC_ALL

usage() {
    echo "usage: $0 DEVICE.key REQUEST.csr<% for value in values %> «value»<% endfor %>" >&2
    exit 2
}

[ "$#" -eq «values|length + 2» ] || usage
key=$1
request=$2
shift 2
if [ -e "$key" ]; then
    echo "$0: $key is there already" >&2
    exit 2
fi
<% if values %>
# What OpenSSL reads as the end of a value, and what no certificate of the fleet holds.
for value in "$@"; do
    case $value in
    '' | *[!\ -~]* | *[/+\\]*)
        echo "$0: not a value: $value" >&2
        exit 2
        ;;
    esac
done
<% endif %>
subject=«subject»

openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$key" \
    -subj "$subject" -out "$request"
