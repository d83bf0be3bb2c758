"""Decides whether a device may register: it has to be in a table, and gets in with one key only.

AWS IoT calls `handler` before it runs the provisioning template. Each entry of the table is in one of
three states:

  allowed   nobody has registered with it yet
  bound     a device has; its public key is in the entry, and that key may come again (a device that
            lost power before it stored its certificate asks once more)
  closed    nobody may register with it

One conditional write takes an entry from `allowed` to `bound`, so that of two devices that ask at once
one gets in. Whatever goes wrong, the answer is no.

Where a broker makes a claim for each device, the claim has to be one of its table too: not expired, made for
this very device, and for an installer who brings the values that the entry has. It is tied to the public key
like the entry, and before it.
"""

import base64
import binascii
import hashlib
import json
import os
import re
import time

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

SETTINGS = json.loads(os.environ["SETTINGS"])
TABLE = SETTINGS["table"]
KEY = SETTINGS["key"]
RETURNS = SETTINGS["returns"]
PLAIN = SETTINGS["plain"]
# The table of a broker's claims, and the fields in which claim and entry must agree.
CLAIMS = SETTINGS.get("claims")
SAME = SETTINGS.get("same", [])

# AWS IoT waits five seconds for the answer. Two tries of less than two seconds each fit into them, and
# a write can be tried again: it asks for the same key. When two writes have to be, the answer may come too
# late; then it is no, and the device asks again.
DYNAMODB = boto3.client(
    "dynamodb",
    config=Config(
        connect_timeout=0.7,
        read_timeout=1,
        retries={"mode": "standard", "total_max_attempts": 2},
    ),
)

REFUSED = {"allowProvisioning": False}
# The greatest length of a thing's name. What is longer names no device.
MAX_KEY_CHARS = 128
CLAIM_ID = re.compile(r"[0-9a-f]{64}")
# What stands in a topic must stay in its level: that devices are kept apart is proved for these only.
PLAIN_TEXT = re.compile(r"[A-Za-z0-9:_-]+")
PEM = re.compile(
    r"-----BEGIN CERTIFICATE-----\s+([A-Za-z0-9+/=\s]+?)\s*-----END CERTIFICATE-----"
)


class Refused(Exception):
    """Why a device does not get in."""


def handler(event, context):
    """Answers AWS IoT; never raises."""
    value = None
    try:
        value = device_key(event)
        key = public_key(event.get("certificatePem"))
        claim = claimed(event.get("claimCertificateId"), value, key) if CLAIMS else {}
        item = bind(value, key, {name: text(claim, name) for name in SAME})
        overrides = {KEY: value}
        for name in RETURNS:
            overrides[name] = text(item, name)
        tell("allowed", value, event)
        return {"allowProvisioning": True, "parameterOverrides": overrides}
    except Refused as refusal:
        tell(str(refusal), value, event)
    except Exception as error:  # Also what nobody thought of must not let a device in.
        tell("failed: " + type(error).__name__, value, event)
    return REFUSED


def device_key(event):
    """What the device says that it is."""
    if not isinstance(event, dict):
        raise Refused("malformed request")
    parameters = event.get("parameters")
    value = parameters.get(KEY) if isinstance(parameters, dict) else None
    if not isinstance(value, str) or not 0 < len(value) <= MAX_KEY_CHARS:
        raise Refused("malformed request")
    return checked(KEY, value)


def checked(name, value):
    """The value, if it may be what it is."""
    if name in PLAIN and not PLAIN_TEXT.fullmatch(value):
        raise Refused("a value has characters that its field does not have")
    return value


def claimed(claim, value, key):
    """Ties what the broker wrote down of a claim to the public key; returns it."""
    if not isinstance(claim, str) or not CLAIM_ID.fullmatch(claim):
        raise Refused("malformed request")
    now = int(time.time())

    def reason(item):
        if not item:
            return "the claim is not the broker's"
        if item.get(KEY, {}).get("S") != value:
            return "the claim is for another device"
        if item.get("publicKey", {"S": key}).get("S") != key:
            return "the claim is bound to another key"
        return "the claim has expired"

    return write(
        reason,
        TableName=CLAIMS,
        Key={"claimCertificateId": {"S": claim}},
        UpdateExpression="SET #key = :key",
        # Entries stay for a while after they have expired.
        ConditionExpression="#device = :device AND #expires > :now"
        " AND (attribute_not_exists(#key) OR #key = :key)",
        ExpressionAttributeNames={"#device": KEY, "#expires": "expires", "#key": "publicKey"},
        ExpressionAttributeValues={
            ":device": {"S": value},
            ":now": {"N": str(now)},
            ":key": {"S": key},
        },
    )


def bind(value, key, same):
    """Ties the entry to the public key, or finds it tied to it; returns the entry."""
    names = {"#state": "state", "#key": "publicKey", "#at": "boundAt"}
    values = {
        ":allowed": {"S": "allowed"},
        ":bound": {"S": "bound"},
        ":key": {"S": key},
        ":now": {"N": str(int(time.time()))},
    }
    conditions = ["(#state = :allowed OR (#state = :bound AND #key = :key))"]
    for place, name in enumerate(RETURNS):
        # An entry that lacks a value, or has another than the claim, is not used up by the attempt.
        names[f"#r{place}"] = name
        if name in same:
            values[f":r{place}"] = {"S": same[name]}
            conditions.append(f"#r{place} = :r{place}")
        else:
            values[":string"] = {"S": "S"}
            conditions.append(f"attribute_type(#r{place}, :string)")

    def reason(item):
        if not item:
            return "not in the table"
        state = item.get("state", {}).get("S")
        if state == "bound" and item.get("publicKey", {}).get("S") != key:
            return "bound to another key"
        if any(item.get(name, {}).get("S") != it for name, it in same.items()):
            return "the claim is an installer's with other values"
        if state in ("allowed", "bound"):
            return "the entry lacks a value"
        return "closed" if state == "closed" else "the entry has no known state"

    return write(
        reason,
        TableName=TABLE,
        Key={KEY: {"S": value}},
        UpdateExpression="SET #state = :bound, #key = :key, #at = if_not_exists(#at, :now)",
        ConditionExpression=" AND ".join(conditions),
        ExpressionAttributeNames=names,
        ExpressionAttributeValues=values,
    )


def write(reason, **request):
    """Changes an entry under a condition and returns it; `reason` says why not, for the log."""
    try:
        answer = DYNAMODB.update_item(
            ReturnValues="ALL_NEW", ReturnValuesOnConditionCheckFailure="ALL_OLD", **request
        )
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code")
        if code == "ConditionalCheckFailedException":
            raise Refused(reason(error.response.get("Item"))) from None
        raise Refused(f"table: {code}") from None
    except BotoCoreError as error:
        raise Refused("table: " + type(error).__name__) from None
    return answer["Attributes"]


def text(item, name):
    """A string of an entry."""
    value = item.get(name, {}).get("S")
    if not isinstance(value, str) or not value:
        raise Refused("the entry lacks a value")
    return checked(name, value)


def public_key(pem):
    """The SHA-256 of the public key in a certificate: of its SubjectPublicKeyInfo (RFC 5280, 4.1)."""
    match = PEM.fullmatch(pem.strip()) if isinstance(pem, str) else None
    if not match:
        raise Refused("malformed certificate")
    try:
        der = base64.b64decode("".join(match[1].split()), validate=True)
    except binascii.Error:
        raise Refused("malformed certificate") from None
    # Certificate and TBSCertificate are sequences; the first holds the second as its first part.
    fields = parts(body(parts(body(der, 0x30))[0], 0x30))
    if fields and fields[0][0] == 0xA0:  # version, which stands in all but the oldest form
        fields = fields[1:]
    # serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo
    if len(fields) < 6 or fields[5][0] != 0x30:
        raise Refused("malformed certificate")
    return hashlib.sha256(fields[5]).hexdigest()


def body(element, tag):
    """What an element of DER holds; it has this tag, and nothing follows it."""
    if not element or element[0] != tag:
        raise Refused("malformed certificate")
    begin, end = extent(element, 0)
    if end != len(element):
        raise Refused("malformed certificate")
    return element[begin:end]


def parts(content):
    """The elements, one after the other; at least one."""
    found, place = [], 0
    while place < len(content):
        _, end = extent(content, place)
        found.append(content[place:end])
        place = end
    if not found:
        raise Refused("malformed certificate")
    return found


def extent(content, place):
    """Where the body of the element at `place` begins and ends."""
    if place + 2 > len(content):
        raise Refused("malformed certificate")
    begin, length = place + 2, content[place + 1]
    if length >= 0x80:
        count = length & 0x7F
        if not 0 < count <= 3 or begin + count > len(content):
            raise Refused("malformed certificate")
        length = int.from_bytes(content[begin : begin + count], "big")
        begin += count
    if begin + length > len(content):
        raise Refused("malformed certificate")
    return begin, begin + length


def tell(outcome, value, event):
    """Writes one line to the log: no parameters, no certificate, no token."""
    event = event if isinstance(event, dict) else {}
    known = {
        name: event.get(name)
        for name in ("certificateId", "claimCertificateId", "clientId", "templateArn")
    }
    print(json.dumps({"outcome": outcome, "device": value, **known}, default=str))
