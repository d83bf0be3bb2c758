#!/bin/sh
# Lets AWS IoT certify a claim from a certificate signing request, and gives it its policy.
# The private key stays where the request was made. Written by fleetwright; change the spec instead.
set -eu

region=«region»
policy=«policy»

if [ "$#" -ne 2 ]; then
    echo "usage: $0 REQUEST.csr CERTIFICATE.pem" >&2
    exit 2
fi
request=$1
certificate=$2
if [ ! -r "$request" ]; then
    echo "$0: can't read $request" >&2
    exit 2
fi
if [ -e "$certificate" ]; then
    echo "$0: $certificate is there already" >&2
    exit 2
fi

# Not active until it has its policy.
arn=$(aws iot create-certificate-from-csr --region "$region" --no-set-as-active \
    --certificate-signing-request "file://$request" --certificate-pem-outfile "$certificate" \
    --query certificateArn --output text)
aws iot attach-policy --region "$region" --policy-name "$policy" --target "$arn"
aws iot update-certificate --region "$region" --certificate-id "${arn##*/}" --new-status ACTIVE
echo "$arn"
echo "to shut it off:" >&2
echo "  aws iot update-certificate --region $region --certificate-id ${arn##*/} --new-status INACTIVE" >&2
