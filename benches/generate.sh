#!/usr/bin/env bash
# A large fleet: how long `generate` takes for TYPES device types (one spec each) in ENVIRONMENTS
# environments, proofs and read-back included, and how the time grows with both.
# Needs a release build, GNU time (Debian: time), Python 3.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
program="$(realpath "${CARGO_TARGET_DIR:-target}/release/fleetwright")"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

specs() {
  rm -rf "$folder/specs"
  mkdir -p "$folder/specs"
  cp -r fixtures/fleet/meters/ca "$folder/specs/ca"
  python3 - "$folder/specs" "$1" "$2" <<'PYTHON'
import sys
folder, types, environments = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
for number in range(types):
    accounts = ", ".join(f'a{at}: "{at + 1:012}"' for at in range(environments))
    lines = [
        "version: 1",
        f"fleet: meters{number}",
        "fields:",
        f'  serial: {{ pattern: "m{number}-[0-9]{{6}}", unique: true }}',
        '  model: { pattern: "[A-Z0-9]{2,8}" }',
        "things: { type: meter, name: \"{serial}\", attributes: { model: searchable }, groups: [meters] }",
        "provision:",
        "  factory:",
        "    method: jitp",
        "    keys: tpm",
        "    certificate:",
        "      issuer: { own-ca: ca/meters-signing.pem }",
        '      subject: { CN: "{serial}", OU: "{model}", O: Acme }',
        "      validDays: 3650",
        "    bind: { serial: cert.CN, model: cert.OU }",
        "topics:",
        f'  reading: {{ topic: "dt/{{thing}}/reading{number}", device: publish }}',
        '  command: { topic: "cmd/{thing}/#", device: subscribe }',
        "features: { shadow: [classic], jobs: true }",
        "isolation: [{ between: thing }]",
        "assertions:",
        '  - never: { device: any, subscribe: "#" }',
        f"accounts: {{ {accounts} }}",
        "environments:",
    ]
    lines += [f"  e{at}: {{ account: a{at}, regions: [eu-west-1] }}" for at in range(environments)]
    lines.append(f"outputs: {{ cloudformation: {{ dir: out/{number}/cfn }}, terraform: {{ dir: out/{number}/tf, as: module }} }}")
    with open(f"{folder}/{number}.yaml", "w") as spec:
        spec.write("\n".join(lines) + "\n")
PYTHON
}

echo '| device types | environments | stacks in two languages | seconds | MiB |'
echo '|--:|--:|--:|--:|--:|'
measure() {
  specs "$1" "$2"
  (cd "$folder/specs" && /usr/bin/time -o "$folder/time" -f '%e %M' "$program" generate ./*.yaml --today 2026-11-24 >/dev/null)
  read -r seconds kibibytes <"$folder/time"
  echo "| $1 | $2 | $(($1 * $2)) | $seconds | $((kibibytes / 1024)) |"
}
measure 50 12
measure 100 12
measure 200 6
measure "${TYPES:-200}" "${ENVIRONMENTS:-12}"
