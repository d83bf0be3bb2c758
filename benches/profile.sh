#!/usr/bin/env bash
# Where the time of a bench goes: shares of the engine's instructions, callees counted in.
# E.g. `benches/profile.sh isolation corpus`, `benches/profile.sh diff 'edited, of 20'`.
# Needs valgrind. Functions that the compiler put into their callers don't show.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
bench="${1:?the name of a bench}" only="${2:?a part of the name of a set}"
program="$(cargo bench --no-run --all-features --bench "$bench" 2>&1 | sed -n 's/.*Executable.*(\(.*\))/\1/p')"
profile="$(mktemp)"
trap 'rm -f "$profile"' EXIT
valgrind --quiet --tool=callgrind --callgrind-out-file="$profile" \
  --toggle-collect="fleetwright::engine::$bench::$bench" "$program" --only "$only"
callgrind_annotate --inclusive=yes --threshold=100 "$profile" |
  sed -nE 's/^ *[0-9,]+ \( *([0-9.]+)%\) +[^:]+:(fleetwright::engine::|)(.+) \[.*/\1 % \3/p' |
  grep -vE '^0\.|^100|measure::|as core::|finish_grow|__rust|__rdl|_int_|vec::Vec' | head -"${LINES_SHOWN:-24}"
