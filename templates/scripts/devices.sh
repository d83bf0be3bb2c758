#!/bin/sh
# Keeps the entries of the devices that may register. Written by fleetwright; change the spec instead.
set -eu

region=«region»
table=«table»
names=«names»
names_of_both=«names_of_both»

usage() {
    echo "usage: $0 allow<% for field in fields %> «field|upper»<% endfor %>   lets a device register" >&2
    echo "       $0 rearm «fields[0]|upper»   lets another key register with the entry" >&2
    echo "       $0 close «fields[0]|upper»   lets nobody register with the entry" >&2
    echo "       $0 show «fields[0]|upper»" >&2
    exit 2
}

# Characters that AWS IoT takes in attributes; none of them means anything in JSON.
checked() {
    case $1 in
    '' | *[!]A-Za-z0-9_.,@/:\#=[-]*)
        echo "$0: not a value: $1" >&2
        exit 2
        ;;
    esac
}

[ "$#" -ge 2 ] || usage
command=$1
shift
for value in "$@"; do
    checked "$value"
done

set_state() {
    aws dynamodb update-item --region "$region" --table-name "$table" \
        --key "{\"«fields[0]»\":{\"S\":\"$1\"}}" \
        --condition-expression 'attribute_exists(#key)' \
        --update-expression 'SET #state = :state REMOVE publicKey, boundAt' \
        --expression-attribute-names "$names_of_both" \
        --expression-attribute-values "{\":state\":{\"S\":\"$2\"}}"
}

case $command in
allow)
    [ "$#" -eq «fields|length» ] || usage
    aws dynamodb put-item --region "$region" --table-name "$table" \
        --item "{<% for field in fields %>\"«field»\":{\"S\":\"$«loop.index»\"},<% endfor %>\"state\":{\"S\":\"allowed\"}}" \
        --condition-expression 'attribute_not_exists(#key)' \
        --expression-attribute-names "$names"
    ;;
rearm)
    [ "$#" -eq 1 ] || usage
    set_state "$1" allowed
    ;;
close)
    [ "$#" -eq 1 ] || usage
    set_state "$1" closed
    ;;
show)
    [ "$#" -eq 1 ] || usage
    aws dynamodb get-item --region "$region" --table-name "$table" --consistent-read \
        --key "{\"«fields[0]»\":{\"S\":\"$1\"}}" --query Item --output json
    ;;
*)
    usage
    ;;
esac
