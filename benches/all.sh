#!/usr/bin/env bash
# Everything that docs/measurements.md tells, as tables. Set FLEETWRIGHT_CORPUS to a folder of
# policies; without it the rule fixtures stand for the corpus. Takes about half an hour.
# Needs what the scripts need: hyperfine, GNU time, Python 3 and PyPI.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
cargo build --release --all-features
cargo bench --quiet --all-features --bench queries
for bench in isolation diff authorize; do
  echo
  cargo bench --quiet --all-features --bench "$bench"
done
for script in startup compare memory; do
  echo
  "benches/$script.sh" || echo "$script.sh: not as promised"
done
