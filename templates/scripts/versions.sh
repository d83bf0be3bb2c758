#!/bin/sh
# Removes the oldest versions of the template, so that the next change finds room: Terraform removes none.
# Written by fleetwright; change the spec instead.
set -eu

region=«region»
template=«template»
limit=«template_versions»

if [ "$#" -ne 0 ]; then
    echo "usage: $0" >&2
    exit 2
fi
versions=$(aws iot list-provisioning-template-versions --region "$region" --template-name "$template" \
    --query 'sort_by(versions, &versionId)[?!isDefaultVersion].versionId' --output text)
# The default version is one more.
count=1
for version in $versions; do
    count=$((count + 1))
done
for version in $versions; do
    [ "$count" -ge "$limit" ] || break
    aws iot delete-provisioning-template-version --region "$region" --template-name "$template" \
        --version-id "$version"
    echo "removed version $version"
    count=$((count - 1))
done
