"""Makes the certificate with which one device may register, for an installer who has signed in.

API Gateway calls `handler` for who signed the request as AWS asks for it, and tells who that was. The
installer names a device and nothing else: which values the device gets besides, e.g. its tenant, stands in
the table of installers. What was asked for is written down before the certificate is handed out; the
hook goes by that when the device registers.
"""

import base64
import json
import os
import re

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

SETTINGS = json.loads(os.environ["SETTINGS"])
TEMPLATE = SETTINGS["template"]
CLAIMS = SETTINGS["claims"]
INSTALLERS = SETTINGS["installers"]
KEY = SETTINGS["key"]
BRINGS = SETTINGS["brings"]
PLAIN = SETTINGS["plain"]
# Sessions of the one role that installers have; other principals of the account may be called alike.
CALLERS = SETTINGS["callers"]
POOL = SETTINGS.get("pool")

# Of each there are three tries at most, which fit into the time that the function has.
TRIES = Config(
    connect_timeout=1,
    read_timeout=2,
    retries={"mode": "standard", "total_max_attempts": 3},
)
DYNAMODB = boto3.client("dynamodb", config=TRIES)
# A claim that was made and not answered is nobody's: making it is not tried again unasked.
IOT = boto3.client(
    "iot",
    config=Config(
        connect_timeout=1,
        read_timeout=4,
        retries={"mode": "standard", "total_max_attempts": 1},
    ),
)

# The greatest length of a thing's name. What is longer names no device.
MAX_KEY_CHARS = 128
MAX_BODY_CHARS = 1024
# What stands in a topic must stay in its level; the hook checks the same.
PLAIN_TEXT = re.compile(r"[A-Za-z0-9:_-]+")
IDENTITY = re.compile(r"[a-z0-9-]+:[0-9a-f-]{36}")
SESSION = re.compile(r"[A-Za-z0-9_+=,.@-]{2,64}")


class Refused(Exception):
    """Why there is no claim: the status of the answer, and the reason."""

    def __init__(self, status, reason):
        super().__init__(reason)
        self.status = status


def handler(event, context):
    """Answers the API; never raises."""
    known = {}
    try:
        known["user"] = caller(event)
        known["device"] = device_key(event)
        brings = installer(known["user"])
        claim = asked(IOT.create_provisioning_claim, templateName=TEMPLATE)
        known["claimCertificateId"] = claim["certificateId"]
        known["expires"] = int(claim["expiration"].timestamp())
        write_down(known, brings)
        tell("claimed", {**known, **brings})
        made = claim["keyPair"]["PrivateKey"]
        return answer(
            200,
            {
                "template": TEMPLATE,
                "certificateId": known["claimCertificateId"],
                "certificatePem": claim["certificatePem"],
                "privateKey": made,
                "expires": known["expires"],
            },
        )
    except Refused as refusal:
        tell(str(refusal), known)
        return answer(refusal.status, {"message": str(refusal)})
    except Exception as error:  # What nobody thought of hands nothing out, and tells nothing.
        tell("failed: " + type(error).__name__, known)
        return answer(500, {"message": "failed"})


def caller(event):
    """Who asks, as API Gateway says. Nothing of it is the installer's own word."""
    place = event
    for name in ("requestContext", "authorizer", "iam"):
        place = place.get(name) if isinstance(place, dict) else None
    arn = place.get("userArn") if isinstance(place, dict) else None
    if not isinstance(arn, str) or not arn.startswith(CALLERS):
        raise Refused(403, "no session of the installers' role")
    if POOL is None:
        return matching(SESSION, arn[len(CALLERS) :])
    # Sessions of an identity pool are all called alike, or as the user likes.
    identity = place.get("cognitoIdentity")
    if not isinstance(identity, dict) or identity.get("identityPoolId") != POOL:
        raise Refused(403, "no identity of the installers' pool")
    return matching(IDENTITY, identity.get("identityId"))


def matching(pattern, name):
    """The name of a user, if it can be one."""
    if not isinstance(name, str) or not pattern.fullmatch(name):
        raise Refused(403, "no name of a user")
    return name


def device_key(event):
    """The device that the installer names: all that the body holds."""
    body = event.get("body")
    try:
        if not isinstance(body, str) or len(body) > MAX_BODY_CHARS:
            raise ValueError
        if event.get("isBase64Encoded"):
            body = base64.b64decode(body, validate=True).decode()
        body = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400, "malformed request") from None
    if not isinstance(body, dict) or list(body) != [KEY]:
        raise Refused(400, f"the body is an object with {KEY} and nothing else")
    value = body[KEY]
    if not isinstance(value, str) or not 0 < len(value) <= MAX_KEY_CHARS:
        raise Refused(400, f"{KEY} names no device")
    if KEY in PLAIN and not PLAIN_TEXT.fullmatch(value):
        raise Refused(400, f"{KEY} names no device")
    return value


def installer(user):
    """What an installer brings; who is not in the table is none."""
    item = asked(
        DYNAMODB.get_item,
        TableName=INSTALLERS,
        Key={"user": {"S": user}},
        ConsistentRead=True,
    ).get("Item")
    if not item:
        raise Refused(403, "no installer")
    brings = {}
    for name in BRINGS:
        value = item.get(name, {}).get("S")
        if not isinstance(value, str) or not value:
            raise Refused(403, f"an installer without {name}")
        if name in PLAIN and not PLAIN_TEXT.fullmatch(value):
            raise Refused(403, f"an installer whose {name} has characters that it can't have")
        brings[name] = value
    return brings


def write_down(known, brings):
    """For whom and for which device the claim is. A claim that is written down already is not ours."""
    item = {
        "claimCertificateId": {"S": known["claimCertificateId"]},
        "user": {"S": known["user"]},
        "expires": {"N": str(known["expires"])},
        KEY: {"S": known["device"]},
    }
    for name, value in brings.items():
        item[name] = {"S": value}
    asked(
        DYNAMODB.put_item,
        TableName=CLAIMS,
        Item=item,
        ConditionExpression="attribute_not_exists(claimCertificateId)",
    )


def asked(operation, **request):
    """The answer of AWS; what it refuses, the installer may ask for again."""
    try:
        return operation(**request)
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code")
        status = 429 if code == "ThrottlingException" else 503
        raise Refused(status, f"AWS: {code}") from None
    except BotoCoreError as error:
        raise Refused(503, "AWS: " + type(error).__name__) from None


def answer(status, body):
    """An answer that nobody keeps on the way: it may hold a private key."""
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json", "cache-control": "no-store"},
        "body": json.dumps(body),
    }


def tell(outcome, known):
    """Writes one line to the log: no key, no certificate, nothing of the request but the device."""
    print(json.dumps({"outcome": outcome, **known}))
