#!/usr/bin/env bash
# The most memory, and the time, that whole processes take on inputs made to be the worst within the
# limits: large files, deep nesting, many policies, patterns that make searches large.
# Fails when one takes more than 256 MiB. Needs a release build, GNU time (Debian: time), Python 3.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
program="$(realpath "${CARGO_TARGET_DIR:-target}/release/fleetwright")"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 benches/memory_inputs.py benches/queries "$folder"
cd "$folder"

failed=0
# Seconds after which one is ended, with exit code 124.
limit="${LIMIT:-60}"
# What would take all the memory of the machine fails at 4 GiB.
ulimit -v $((4 * 1024 * 1024))
echo '| command | input | MiB | most MiB | seconds | exit |'
echo '|---|--:|--:|--:|--:|--:|'
measure() {
  local status=0 kibibytes seconds size
  /usr/bin/time -o "$folder/.time" -f '%M %e' timeout "$limit" "$program" "$@" >"$folder/.out" 2>"$folder/.err" || status=$?
  read -r kibibytes seconds < <(tail -1 "$folder/.time")
  size="$(du -cb --apparent-size "${@:2}" 2>/dev/null | tail -1 | cut -f1)"
  awk -v name="$*" -v size="$size" -v kibibytes="$kibibytes" -v seconds="$seconds" -v status="$status" 'BEGIN {
    split(name, words, " ")
    name = ""
    for (at = 2; at in words; at++) name = name " " words[at]
    printf "| `%s` |%s | %.1f | %.0f | %s | %s |\n", words[1], name, size / 1048576, kibibytes / 1024, seconds, status
  }'
  if [ "$kibibytes" -gt $((256 * 1024)) ] || [ "$status" -gt 2 ]; then
    failed=1
  fi
}

for file in large-* deep-*; do
  measure lint "$file"
done
for files in many folder-*; do
  measure lint "$files"
  measure lint --format json "$files"
done
measure lint --format json large-empty-policies.json
measure lint --format json large-elements.json
for files in large-embedded-policy.json large-embedded-many.json large-empty-policies.json large-10000-policies.json \
  many folder-large-statements.json folder-large-10000-policies.json; do
  measure prove "$files"
  measure diff policy-small.json "$files"
done
for file in large-statements.json large-embedded-policy.json large-pattern.json; do
  measure minify "$file"
  measure can publish dt/x --policy "$file"
done
measure test cases.jsonl
measure prove --assertions assertions.json policy-small.json
measure diff --acknowledge acknowledged.json policy-small.json policy-small.json
for file in policy-*.json; do
  measure lint "$file"
  measure prove "$file"
  measure minify "$file"
  measure diff policy-small.json "$file"
done
for old in blow-up-*-old.json; do
  new="${old%-old.json}-new.json"
  measure lint "$new"
  measure prove "$new"
  measure minify "$new"
  measure diff "$old" "$new"
done
exit "$failed"
