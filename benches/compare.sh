#!/usr/bin/env bash
# Puts the same questions of inclusion to this engine, to aws-smt-strings and to z3, and prints the
# times side by side. Fails when two of them give different answers. Needs Python 3 and PyPI.
# Takes some minutes: z3 runs into its limit of 10 seconds on a part of the questions.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
target="${CARGO_TARGET_DIR:-target}"
mkdir -p "$target"
if ! [ -x "$target/z3/bin/python" ]; then
  python3 -m venv "$target/z3"
fi
"$target/z3/bin/pip" install --quiet --disable-pip-version-check z3-solver==5.4.1.0
# The others may take all the memory they find.
ulimit -v $((8 * 1024 * 1024))
"$target/z3/bin/python" benches/inclusion_z3.py benches/queries/inclusion.jsonl >"$target/z3.jsonl"
cargo bench --quiet --all-features --bench inclusion -- --z3 "$(realpath "$target/z3.jsonl")"
