#!/bin/sh
# Makes a key behind PKCS#11, in a secure element or a TPM, and a certificate signing request. Asks for
# the PIN. PKCS11_MODULE is the path of the module, PKCS11_TOKEN the label of the token.
# Written by fleetwright; change the spec instead.
set -eu
umask 077
LC_ALL=C
export LC_ALL

usage() {
    echo "usage: $0 REQUEST.csr<% for value in values %> «value»<% endfor %>" >&2
    exit 2
}

[ "$#" -eq «values|length + 1» ] || usage
request=$1
shift
module=${PKCS11_MODULE:?the path of the module}
token=${PKCS11_TOKEN:?the label of the token}
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

pkcs11-tool --module "$module" --token-label "$token" --login --keypairgen \
    --key-type EC:prime256v1 --label device --id 01
PKCS11_PROVIDER_MODULE=$module
export PKCS11_PROVIDER_MODULE
openssl req -new -provider pkcs11 -provider default -key "pkcs11:token=$token;object=device;type=private" \
    -subj "$subject" -out "$request"
