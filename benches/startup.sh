#!/usr/bin/env bash
# Whole-process times of `lint`: one policy of 4 KiB, and 1,200 CloudFormation files of about 1 KiB.
# Needs a release build, hyperfine and GNU time (Debian: hyperfine, time).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
program="$(realpath "${CARGO_TARGET_DIR:-target}/release/fleetwright")"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/many"

{
  printf '{"Version": "2012-10-17", "Statement": ['
  printf '{"Effect": "Allow", "Action": "iot:Connect", "Resource": "arn:aws:iot:eu-west-1:123456789012:client/${iot:Connection.Thing.ThingName}"}'
  for number in $(seq 1 22); do
    printf ',\n {"Effect": "Allow", "Action": ["iot:Publish", "iot:Receive"],\n  "Resource": "arn:aws:iot:eu-west-1:123456789012:topic/dt/${iot:Connection.Thing.ThingName}/%s"}' "$number"
  done
  printf ']}\n'
} >"$folder/policy.json"

for number in $(seq 1 1200); do
  cat >"$folder/many/stack-$number.yaml" <<STACK
AWSTemplateFormatVersion: "2010-09-09"
Description: stack $number
Parameters:
  Name: { Type: String }
Resources:
  DevicePolicy:
    Type: AWS::IoT::Policy
    Properties:
      PolicyName: !Sub "\${Name}-policy-$number"
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: iot:Connect
            Resource: !Sub "arn:aws:iot:\${AWS::Region}:\${AWS::AccountId}:client/\${!iot:Connection.Thing.ThingName}"
          - Effect: Allow
            Action: [iot:Publish, iot:Receive]
            Resource: !Sub "arn:aws:iot:\${AWS::Region}:\${AWS::AccountId}:topic/dt/\${!iot:Connection.Thing.ThingName}/*"
          - Effect: Allow
            Action: iot:Subscribe
            Resource: !Sub "arn:aws:iot:\${AWS::Region}:\${AWS::AccountId}:topicfilter/dt/\${!iot:Connection.Thing.ThingName}/*"
STACK
done

wc -c "$folder/policy.json" "$folder/many/stack-1.yaml" | head -2
# Small policies pass the rules, large ones do not; the time is what counts here.
hyperfine -N --ignore-failure --warmup 5 --runs 50 \
  "$program lint $folder/policy.json" "$program lint $folder/many"
/usr/bin/time -f '%M KiB at most' "$program" lint "$folder/policy.json" >/dev/null || true
