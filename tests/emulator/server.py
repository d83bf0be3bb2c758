"""Starts ministack on free ports of 127.0.0.1, with authorization on; says the ports when it is ready.

It knows no certificates made from a request of a device over MQTT: here it does, by its own call of the
API. By itself it binds the listener for devices to 0.0.0.0, and no option changes that. The sockets are
bound before anything knows their ports, so that nothing else can take them. It ends when its standard
input does, which is when the test ends, however that ends.
"""

import asyncio
import asyncio.base_events
import asyncio.selector_events
import json
import logging
import os
import secrets
import socket
import sys
import threading
import time
import urllib.request


def bound():
    """A socket on a free port of the loopback address."""
    it = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    it.bind(("127.0.0.1", 0))
    return it


def end_with_input():
    """Ends the process when whoever started it is gone."""
    sys.stdin.buffer.read()
    os._exit(0)


http, mtls = bound(), bound()
http_port, mtls_port = http.getsockname()[1], mtls.getsockname()[1]
os.environ.update(
    AUTH="true",
    GATEWAY_PORT=str(http_port),
    IOT_MTLS_PORT=str(mtls_port),
    MINISTACK_ACCOUNT_ID=sys.argv[1],
    MINISTACK_REGION=sys.argv[2],
    SFTP_ENABLED="0",
    PERSIST_STATE="0",
    # Functions run under the first `python3` of the path, and need the SDK that this one has.
    PATH=os.path.dirname(sys.executable) + os.pathsep + os.environ.get("PATH", ""),
)
create_server = asyncio.base_events.BaseEventLoop.create_server


async def create_server_on_loopback(loop, factory, host=None, port=None, **options):
    """Listens on the socket that is bound for devices; on the loopback address in any case."""
    if port == mtls_port:
        return await create_server(loop, factory, sock=mtls, **options)
    if "sock" not in options:
        options.update(host="127.0.0.1", port=port)
    return await create_server(loop, factory, **options)


asyncio.base_events.BaseEventLoop.create_server = create_server_on_loopback

transport = asyncio.selector_events._SelectorTransport
add_reader = transport._add_reader


def add_reader_unless_paused(self, *arguments):
    """Python 3.11.2 reads from a transport that was paused as it was made: the first words of a device
    would be lost."""
    if not getattr(self, "_paused", False):
        add_reader(self, *arguments)


transport._add_reader = add_reader_unless_paused

from hypercorn.asyncio import serve  # noqa: E402
from hypercorn.config import Config  # noqa: E402

from ministack.app import app  # noqa: E402
from ministack.services import iot  # noqa: E402

FROM_REQUEST = "$aws/certificates/create-from-csr/json"
parse_topic, reply_to = iot._parse_fleet_provisioning_topic, iot._fleet_provisioning_reply


def parse_topic_of_request(topic):
    """What is asked on a topic of registration; CreateCertificateFromCsr too."""
    return ("from a request", None) if topic == FROM_REQUEST else parse_topic(topic)


async def reply_to_request(account, region, operation, template, payload, connection):
    """The answer to a device. A certificate is made as by the API, pending, with a token for its owner."""
    if operation != "from a request":
        return await reply_to(account, region, operation, template, payload, connection)
    with iot.request_scope(account, region):
        status, _, body = iot._create_certificate_from_csr(json.loads(payload), {})
        if status != 200:
            return iot._fleet_rejected("InvalidCertificateSigningRequest", "refused")
        made = json.loads(body)
        name, token = made["certificateId"], secrets.token_urlsafe(48)
        iot._certificates[name] = {**iot._certificates[name], "status": "PENDING_ACTIVATION"}
        expiration = time.time() + iot._OWNERSHIP_TOKEN_SECONDS
        iot._ownership_tokens[token] = {"certificateId": name, "expiration": expiration}
        pem = made["certificatePem"]
        return "accepted", {
            "certificateId": name,
            "certificatePem": pem,
            "certificateOwnershipToken": token,
        }


iot._parse_fleet_provisioning_topic = parse_topic_of_request
iot._fleet_provisioning_reply = reply_to_request


def wait_until_ready():
    """Asks until the answer is that both listeners are up."""
    url = f"http://127.0.0.1:{http_port}/_ministack/ready"
    for _ in range(600):
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("not ready after a minute")


async def main():
    """Serves, and prints the ports once."""
    config = Config()
    config.bind = [f"fd://{http.fileno()}"]
    config.loglevel = "WARNING"
    serving = asyncio.create_task(serve(app, config, shutdown_trigger=asyncio.Event().wait))
    ready = asyncio.create_task(asyncio.to_thread(wait_until_ready))
    await asyncio.wait([serving, ready], return_when=asyncio.FIRST_COMPLETED)
    for task in (serving, ready):
        if task.done():
            task.result()
    print(json.dumps({"http": http_port, "mtls": mtls_port}), flush=True)
    await serving


threading.Thread(target=end_with_input, daemon=True).start()
logging.disable(logging.INFO)
asyncio.run(main())
