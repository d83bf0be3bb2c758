"""What the test asks of the emulator, in the languages that it speaks: one JSON line in, one out.

`{"call": [service, operation, parameters]}` is a call of the API, with `credentials` where it is not
the account's own; `{"authority": …}` and `{"device": …}` make certificates; `{"session": …}` is a
device that connects, asks, and goes; `{"may": [action, names]}` asks whether
an action is let through; `{"template": …}` reads a file of CloudFormation. `{"request": …}` makes
a key and a request for a certificate; `{"exchange": …}` is a device that asks AWS IoT and waits for each
answer; `{"post": …}` is a request over HTTP, signed as AWS asks for it. Nothing is decided here: answers are
passed on as they come.
"""

import datetime
import json
import os
import queue
import re
import sys
import traceback
import urllib.error
import urllib.request

import boto3
import botocore.auth
import botocore.awsrequest
import botocore.config
import botocore.credentials
import botocore.exceptions
import botocore.parsers
import paho.mqtt.client as mqtt
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HTTP, MTLS, REGION, FOLDER = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
# Far more than an answer takes; a broker that is silent fails the test instead of hanging it.
SECONDS = 20
# What the machine keeps for its own accounts is none of this.
os.environ.update(AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull)
NAMES = {
    "CN": x509.NameOID.COMMON_NAME,
    "OU": x509.NameOID.ORGANIZATIONAL_UNIT_NAME,
    "O": x509.NameOID.ORGANIZATION_NAME,
}
session = boto3.session.Session(region_name=REGION)
clients = {}


def client(service, credentials):
    """The client of a service under some credentials, made once."""
    key = (service, json.dumps(credentials, sort_keys=True, default=str))
    if key not in clients:
        given = credentials or {"AccessKeyId": "test", "SecretAccessKey": "test"}
        clients[key] = session.client(
            service,
            endpoint_url=f"http://127.0.0.1:{HTTP}",
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given.get("SessionToken"),
            config=botocore.config.Config(
                retries={"total_max_attempts": 1},
                proxies={},
                ignore_configured_endpoint_urls=True,
                parameter_validation=False,
            ),
        )
    return clients[key]


def call(service, operation, parameters, credentials=None):
    """The answer of a call, or the error that it gave."""
    try:
        answer = getattr(client(service, credentials), operation)(**parameters)
    except botocore.exceptions.ClientError as error:
        return {"error": error.response["Error"]}
    answer.pop("ResponseMetadata", None)
    return {"answer": answer}


def operation(action):
    """The service and the operation of an action, named as the SDK names them."""
    prefix, name = action.split(":")
    words = re.sub("([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    return prefix, re.sub("([a-z0-9])([A-Z])", r"\1_\2", words).lower()


def may(action, names, credentials):
    """What an action is refused with, on what `names` says; of these it takes what it knows. None when
    it is let through, whatever the service then says of the request itself."""
    service, called = operation(action)
    known = client(service, credentials)
    method = known.meta.method_to_api_mapping.get(called)
    if method is None:
        return {"answer": "unknown"}
    shape = known.meta.service_model.operation_model(method).input_shape
    members = shape.members if shape else {}
    parameters = {}
    for name, member in members.items():
        # Services write one name as `functionName` and `FunctionName`.
        for given in (name, name[:1].upper() + name[1:], name[:1].lower() + name[1:]):
            if given in names and (member.type_name != "string" or isinstance(names[given], str)):
                parameters[name] = names[given]
    try:
        said = call(service, called, parameters, credentials)
    except botocore.parsers.ResponseParserError:
        # It was let through, and what came of it was no answer.
        return {"answer": None}
    code = said.get("error", {}).get("Code", "")
    is_refused = code.startswith("AccessDenied") or code.startswith("Unauthorized")
    return {"answer": said["error"]["Message"] if is_refused else None}


def subject(names):
    """A distinguished name."""
    return x509.Name([x509.NameAttribute(NAMES[name], value) for name, value in names.items()])


def save(name, certificate, key):
    """Writes a certificate and its key, and says where."""
    files = {"certificate": f"{FOLDER}/{name}.pem", "key": f"{FOLDER}/{name}.key"}
    with open(files["certificate"], "wb") as file:
        file.write(certificate.public_bytes(serialization.Encoding.PEM))
    with open(os.open(files["key"], os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
        file.write(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
    files["id"] = certificate.fingerprint(hashes.SHA256()).hex()
    return files


def certificate(names, key, issuer, issuer_key, extensions):
    """A certificate that was valid yesterday, signed by the key of its issuer."""
    yesterday = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject(names))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(yesterday)
        .not_valid_after(yesterday + datetime.timedelta(days=7300))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


def usage(**kinds):
    """Key usage: what is named, and nothing else."""
    names = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement"
        " key_cert_sign crl_sign encipher_only decipher_only"
    )
    return x509.KeyUsage(**{name: kinds.get(name, False) for name in names.split()})


def authority(name, names):
    """A certificate authority of one level that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    constraints = x509.BasicConstraints(ca=True, path_length=0)
    extensions = [constraints, usage(key_cert_sign=True, crl_sign=True)]
    made = certificate(names, key, subject(names), key, extensions)
    return {"answer": save(name, made, key)}


def device(name, names, signed_by):
    """A certificate of a device, signed by an authority made before."""
    with open(signed_by["certificate"], "rb") as file:
        issuer = x509.load_pem_x509_certificate(file.read())
    with open(signed_by["key"], "rb") as file:
        issuer_key = serialization.load_pem_private_key(file.read(), None)
    key = ec.generate_private_key(ec.SECP256R1())
    extensions = [usage(digital_signature=True)]
    made = certificate(names, key, issuer.subject, issuer_key, extensions)
    return {"answer": save(name, made, key)}


def server_authority():
    """The file with the certificate that the broker's own is signed by."""
    path = f"{FOLDER}/broker.pem"
    if not os.path.exists(path):
        url = f"http://127.0.0.1:{HTTP}/_ministack/iot/ca.pem"
        with urllib.request.urlopen(url, timeout=SECONDS) as answer, open(path, "wb") as file:
            file.write(answer.read())
    return path


class Device:
    """A device on MQTT 5, where a broker answers each request by itself."""

    def __init__(self, identity, client_id):
        self.events = queue.Queue()
        self.closed = False
        self.client = mqtt.Client(
            mqtt.CallbackAPIVersion.VERSION2,
            client_id=client_id,
            protocol=mqtt.MQTTv5,
            reconnect_on_failure=False,
        )
        put = self.events.put
        self.client.on_connect = lambda _c, _u, _f, code, _p: put(("connect", 0, code.value))
        self.client.on_disconnect = lambda _c, _u, _f, code, _p: put(("closed", 0, code.value))
        self.client.on_publish = lambda _c, _u, mid, code, _p: put(("publish", mid, code.value))
        self.client.on_subscribe = lambda _c, _u, mid, codes, _p: put(
            ("subscribe", mid, codes[0].value)
        )
        self.client.on_message = lambda _c, _u, message: put(
            ("received", message.topic, message.payload)
        )
        self.client.tls_set(server_authority(), identity["certificate"], identity["key"])

    def next(self):
        """What happens next; a broker that is silent for long fails the test."""
        kind, about, value = self.events.get(timeout=SECONDS)
        self.closed = self.closed or kind == "closed"
        return kind, about, value

    def until(self, what, about):
        """The reason code that is waited for; none when the connection ends before it."""
        while not self.closed:
            kind, which, value = self.next()
            if (kind, which) == (what, about):
                return value
        return None

    def connect(self):
        """The reason code, or none when the connection ends without an answer."""
        # The name, not the address: an authority in SNI_ONLY mode registers devices that say one.
        self.client.connect("localhost", MTLS)
        self.client.loop_start()
        return self.until("connect", 0)

    def publish(self, topic, payload=b"{}"):
        """The reason code of the answer to a message."""
        return self.until("publish", self.client.publish(topic, payload, qos=1).mid)

    def subscribe(self, topic_filter):
        """The reason code of the answer to a subscription."""
        return self.until("subscribe", self.client.subscribe(topic_filter, qos=1)[1])

    def close(self):
        """Says goodbye."""
        self.client.disconnect()
        self.client.loop_stop()


def run_session(identity, client_id, publish=(), subscribe=(), deliver=None):
    """The reason codes of a device's requests, one for each; `received` says which messages came.

    `deliver` has the `filters` that the device subscribes to, and the `topics` on which another
    `sender` then publishes; the last of them has to arrive, and ends the wait.
    """
    device = Device(identity, client_id)
    answers = {}
    try:
        answers["connect"] = device.connect()
        if answers["connect"] == 0:
            answers["publish"] = [device.publish(topic) for topic in publish]
            answers["subscribe"] = [device.subscribe(it) for it in subscribe]
            if deliver:
                answers["received"] = receive(device, **deliver)
            answers["closed"] = device.closed
    finally:
        device.close()
    return {"answer": answers}


def receive(device, sender, filters, topics):
    """Whether the message on each topic came."""
    for topic_filter in filters:
        if device.subscribe(topic_filter) != 1:
            raise AssertionError(f"the filter {topic_filter} is not granted")
    back_end = Device(sender, "back-end")
    came = [False] * len(topics)
    try:
        if back_end.connect() != 0:
            raise AssertionError("the back end may not connect")
        for number, topic in enumerate(topics):
            if back_end.publish(topic, json.dumps({"number": number}).encode()) != 0:
                raise AssertionError(f"the back end may not publish on {topic}")
        while not came[-1]:
            kind, _, payload = device.next()
            if kind == "closed":
                raise AssertionError("the broker closed the connection")
            # The services of the emulator answer on some of the topics, too.
            if kind == "received" and payload.startswith(b'{"number": '):
                came[json.loads(payload)["number"]] = True
    finally:
        back_end.close()
    return came


def request(name):
    """A key, which stays, and a request for a certificate with it. One that is there is taken again."""
    path = f"{FOLDER}/{name}.key"
    if not os.path.exists(path):
        made = ec.generate_private_key(ec.SECP256R1())
        private = made.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        with open(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "wb") as file:
            file.write(private)
    with open(path, "rb") as file:
        key = serialization.load_pem_private_key(file.read(), None)
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    pem = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    return {"answer": {"pem": pem.decode(), "key": path}}


def identity(name, pem, key):
    """The files of a certificate that came as text; of the key too, unless it is in a file."""
    files = {"certificate": f"{FOLDER}/{name}.pem", "key": key}
    with open(files["certificate"], "w", encoding="ascii") as file:
        file.write(pem)
    if key.startswith("-----"):
        files["key"] = f"{FOLDER}/{name}.key"
        with open(os.open(files["key"], os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as file:
            file.write(key)
    found = x509.load_pem_x509_certificate(pem.encode())
    return {"answer": {**files, "id": found.fingerprint(hashes.SHA256()).hex()}}


def exchange(identity, client_id, asks):
    """What AWS IoT answers to each of `asks`, a topic and a message. In a message `TOKEN` is what the last
    answer had for the owner of the certificate."""
    device, answers, token = Device(identity, client_id), [], ""
    try:
        code = device.connect()
        if code != 0:
            return {"answer": {"connect": code, "answers": []}}
        for topic, _ in asks:
            for end in ("accepted", "rejected"):
                if device.subscribe(f"{topic}/{end}") != 1:
                    return {"answer": {"connect": 0, "answers": answers, "not subscribed": topic}}
        for topic, message in asks:
            text = json.dumps(message).replace('"TOKEN"', json.dumps(token))
            if device.publish(topic, text.encode()) != 0:
                break
            kind, about = None, None
            while kind != "received" and not device.closed:
                kind, about, payload = device.next()
            if kind != "received":
                break
            payload = json.loads(payload)
            token = payload.get("certificateOwnershipToken", token)
            answers.append([about.rpartition("/")[2], payload])
    finally:
        device.close()
    return {"answer": {"connect": 0, "answers": answers}}


def post(path, body, credentials):
    """The status and the body of an answer; without credentials the request is not signed."""
    url = f"http://127.0.0.1:{HTTP}{path}"
    asked = botocore.awsrequest.AWSRequest("POST", url, {"content-type": "application/json"}, body)
    if credentials:
        held = botocore.credentials.Credentials(
            credentials["AccessKeyId"],
            credentials.get("SecretKey") or credentials["SecretAccessKey"],
            credentials.get("SessionToken"),
        )
        botocore.auth.SigV4Auth(held, "execute-api", REGION).add_auth(asked)
    sent = urllib.request.Request(url, body.encode(), dict(asked.headers), method="POST")
    try:
        with urllib.request.urlopen(sent, timeout=SECONDS) as said:
            return {"answer": [said.status, json.load(said)]}
    except urllib.error.HTTPError as said:
        return {"answer": [said.code, json.load(said)]}


class Template(yaml.SafeLoader):
    """Reads a template of CloudFormation, with its short forms of functions."""

    # All that a plain scalar of a stack can be besides text; a date is text.
    yaml_implicit_resolvers = {
        first: [it for it in resolvers if it[0] != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


Template.add_multi_constructor("!", lambda _, name, node: {f"!{name}": node.value})


def template(path):
    """A template of CloudFormation as JSON, read by a parser that is not ours."""
    with open(path, encoding="utf-8") as file:
        return {"answer": yaml.load(file, Template)}


def answer(asked):
    """Does what one line asks."""
    if "call" in asked:
        return call(*asked["call"], asked.get("credentials"))
    if "may" in asked:
        return may(*asked["may"], asked["credentials"])
    if "authority" in asked:
        return authority(**asked["authority"])
    if "device" in asked:
        return device(**asked["device"])
    if "template" in asked:
        return template(asked["template"])
    for name, does in (("identity", identity), ("exchange", exchange), ("post", post)):
        if name in asked:
            return does(**asked[name])
    if "request" in asked:
        return request(asked["request"])
    return run_session(**asked["session"])


for line in sys.stdin:
    try:
        said = answer(json.loads(line))
    except Exception:
        said = {"failed": traceback.format_exc()}
    print(json.dumps(said, default=str), flush=True)
