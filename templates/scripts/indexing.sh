#!/bin/sh
# Turns on the index of things in the account and Region. Written by fleetwright; change the spec instead.
set -eu

if [ "$#" -ne 0 ]; then
    echo "usage: $0" >&2
    exit 2
fi
aws iot update-indexing-configuration --region «region» \
    --thing-indexing-configuration thingIndexingMode=«things»,thingConnectivityIndexingMode=«connectivity»
