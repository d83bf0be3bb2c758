#!/bin/sh
# Makes a key in a TPM 2.0 and a certificate signing request, with tpm2-openssl. The file that is
# written in place of a key is of use to this TPM only. Written by fleetwright; change the spec instead.
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

openssl genpkey -provider tpm2 -algorithm EC -pkeyopt group:P-256 -out "$key"
openssl req -new -provider tpm2 -provider default -propquery '?provider=tpm2' -key "$key" \
    -subj "$subject" -out "$request"
