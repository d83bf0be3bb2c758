#!/bin/sh
# Looks whether a CA registers devices by the template. Written by fleetwright; change the spec instead.
set -eu

region=«region»
template=«template»

if [ "$#" -ne 0 ]; then
    echo "usage: $0" >&2
    exit 2
fi
ids=$(aws iot list-ca-certificates --region "$region" --template-name "$template" \
    --query 'certificates[].certificateId' --output text)
if [ -z "$ids" ] || [ "$ids" = None ]; then
    echo "$0: no CA is registered for $template" >&2
    exit 1
fi
state=0
for id in $ids; do
    found=$(aws iot describe-ca-certificate --region "$region" --certificate-id "$id" --output text \
        --query "certificateDescription.join(',', [status, autoRegistrationStatus, certificateMode])")
    if [ "$found" = ACTIVE,ENABLE,SNI_ONLY ]; then
        echo "$id: registers devices"
    else
        echo "$id: $found, and should be ACTIVE,ENABLE,SNI_ONLY" >&2
        state=1
    fi
done
exit "$state"
