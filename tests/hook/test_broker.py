"""The broker of claims, and the hook that goes by what it wrote down: from the installer to the device."""

import base64
import contextlib
import importlib.util
import io
import itertools
import json
import os
import threading
import unittest
from pathlib import Path

from table import Account, BotoCoreError, ClientError, Table, install

HERE = Path(__file__).parent
TEMPLATES = HERE.parent.parent / "templates"
FIRST, AGAIN, OTHER = (
    (HERE / name).read_text() for name in ("first.pem", "first-again.pem", "other.pem")
)
NO = {"allowProvisioning": False}
POOL = "eu-central-1:6d1f64a2-0a3b-4f4e-9f0e-0d2c3c5b7a11"
ALICE, BOB = (f"eu-central-1:00000000-0000-0000-0000-00000000000{it}" for it in "12")
CALLERS = "arn:aws:sts::111111111111:assumed-role/installers/"


def load(name, settings):
    os.environ["SETTINGS"] = json.dumps(settings)
    spec = importlib.util.spec_from_file_location(name, TEMPLATES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Case(unittest.TestCase):
    pool = POOL

    def setUp(self):
        self.devices = Table("devices", "serial")
        self.installers = Table("installers", "user")
        self.claims = Table("claims", "claimCertificateId")
        self.account = Account(self.devices, self.installers, self.claims)
        install(self.account)
        settings = {
            "template": "voltra",
            "claims": "claims",
            "installers": "installers",
            "key": "serial",
            "brings": ["tenant"],
            "plain": ["serial", "tenant"],
            "callers": CALLERS,
        }
        if self.pool:
            settings["pool"] = self.pool
        self.broker = load("broker", settings)
        settings = {
            "table": "devices",
            "key": "serial",
            "returns": ["tenant", "model"],
            "plain": ["serial", "tenant", "model"],
            "claims": "claims",
            "same": ["tenant"],
        }
        self.hook = load("hook", settings)
        self.addCleanup(setattr, self.hook.time, "time", self.hook.time.time)
        self.hook.time.time = self.account.clock
        self.log = io.StringIO()
        self.installers.put(user=ALICE, tenant="acme")
        self.installers.put(user=BOB, tenant="globex")
        self.allow("EV00000001")

    def allow(self, serial, tenant="acme"):
        self.devices.put(serial=serial, state="allowed", tenant=tenant, model="m1")

    def request(self, body, user=ALICE, session="CognitoIdentityCredentials", **more):
        iam = {
            "accessKey": "ASIA",
            "accountId": "111111111111",
            "userArn": CALLERS + session,
            "cognitoIdentity": {"amr": [], "identityId": user, "identityPoolId": POOL},
            **more,
        }
        body = body if isinstance(body, str) else json.dumps(body)
        event = {"body": body, "isBase64Encoded": False}
        return {**event, "requestContext": {"authorizer": {"iam": iam}}}

    def ask(self, event):
        with contextlib.redirect_stdout(self.log):
            answer = self.broker.handler(event, None)
        return answer["statusCode"], json.loads(answer["body"])

    def claim(self, serial="EV00000001", user=ALICE):
        status, body = self.ask(self.request({"serial": serial}, user))
        self.assertEqual(status, 200, body)
        return body["certificateId"]

    def refused(self, event, status, *said):
        answer = self.ask(event)
        self.assertEqual(answer[0], status, answer)
        for word in said:
            self.assertIn(word, answer[1]["message"])
        self.assertEqual(self.account.claims, [])
        self.assertEqual(self.claims.items, {})

    def register(self, claim, pem=FIRST, serial="EV00000001", **more):
        event = {
            "claimCertificateId": claim,
            "certificateId": "c1",
            "certificatePem": pem,
            "parameters": {"serial": serial, "tenant": "evil"},
            **more,
        }
        with contextlib.redirect_stdout(self.log):
            return self.hook.handler(event, None)

    def outcome(self):
        return json.loads(self.log.getvalue().splitlines()[-1])["outcome"]

    def assertOutcome(self, answer, said):
        self.assertEqual(answer, NO)
        self.assertEqual(self.outcome(), said)


def yes(serial="EV00000001", tenant="acme"):
    overrides = {"serial": serial, "tenant": tenant, "model": "m1"}
    return {"allowProvisioning": True, "parameterOverrides": overrides}


class Claims(Case):
    def test_an_installer_gets_a_claim_that_is_written_down(self):
        status, body = self.ask(self.request({"serial": "EV00000001"}))
        self.assertEqual(status, 200)
        self.assertEqual(body["privateKey"], "SECRET")
        self.assertEqual(body["template"], "voltra")
        self.assertEqual(self.account.claims, [("voltra", body["certificateId"])])
        expected = {
            "claimCertificateId": {"S": body["certificateId"]},
            "user": {"S": ALICE},
            "serial": {"S": "EV00000001"},
            "tenant": {"S": "acme"},
            "expires": {"N": "1800000300"},
        }
        self.assertEqual(self.claims.items, {body["certificateId"]: expected})

    def test_a_body_may_be_encoded(self):
        event = self.request({"serial": "EV00000001"})
        event["body"] = base64.b64encode(event["body"].encode()).decode()
        event["isBase64Encoded"] = True
        self.assertEqual(self.ask(event)[0], 200)

    def test_who_is_no_installer(self):
        stranger = ALICE[:-1] + "9"
        self.refused(self.request({"serial": "EV00000001"}, stranger), 403, "no installer")

    def test_an_installer_without_a_tenant(self):
        self.installers.items[ALICE].pop("tenant")
        self.refused(self.request({"serial": "EV00000001"}), 403, "without tenant")
        for tenant in ("", "a/b", "#", "a\n"):
            self.installers.put(user=ALICE, tenant=tenant)
            self.refused(self.request({"serial": "EV00000001"}), 403, "tenant")

    def test_a_tenant_is_not_the_installers_to_say(self):
        body = {"serial": "EV00000001", "tenant": "globex"}
        self.refused(self.request(body), 400, "nothing else")
        event = self.request({"serial": "EV00000001"})
        event["queryStringParameters"] = {"tenant": "globex", "user": BOB}
        event["headers"] = {"user": BOB}
        self.assertEqual(self.ask(event)[0], 200)
        (record,) = self.claims.items.values()
        self.assertEqual((record["user"], record["tenant"]), ({"S": ALICE}, {"S": "acme"}))

    def test_malformed_requests(self):
        for body in ("", "x", "[]", "7", "{}", "[" * 900, "x" * 1025, '{"serial":'):
            self.refused(self.request(body), 400)
        for serial in (None, 7, True, "", "x" * 129, ["EV00000001"], "EV/1", "#", "a b", "a\n"):
            self.refused(self.request({"serial": serial}), 400)
        event = self.request({"serial": "EV00000001"})
        self.refused({**event, "body": None}, 400)
        self.refused({**event, "body": "!", "isBase64Encoded": True}, 400)
        self.refused({**event, "body": "/w==", "isBase64Encoded": True}, 400)

    def test_who_asks_says_the_api_alone(self):
        good = {"serial": "EV00000001"}
        for event in (None, [], {}, {"requestContext": None}, {"requestContext": {"authorizer": []}}):
            self.refused(event, 403)
        other = CALLERS.replace("installers/", "installers-2/") + "alice"
        user = "arn:aws:iam::111111111111:user/alice"
        foreign = CALLERS.replace("1" * 12, "2" * 12) + "alice"
        for arn in (None, "", other, user, foreign, 7):
            self.refused(self.request(good, userArn=arn), 403, "no session")
        other = {"identityId": ALICE, "identityPoolId": POOL[:-1] + "2"}
        for identity in (None, {}, [], other, {"identityPoolId": POOL}):
            self.refused(self.request(good, cognitoIdentity=identity), 403)

    def test_what_fails_hands_nothing_out(self):
        throttled = ClientError({"Error": {"Code": "ThrottlingException"}})
        event = self.request({"serial": "EV00000001"})
        self.account.failure = throttled
        self.refused(event, 429, "ThrottlingException")
        self.account.failure = OSError("secret")
        self.refused(event, 500)
        self.account.failure = None
        for failure in (throttled, BotoCoreError("no time"), OSError("?")):
            self.claims.failure = failure
            status, body = self.ask(event)
            self.assertIn(status, (429, 500, 503))
            self.assertEqual(list(body), ["message"])
        self.claims.failure, self.installers.failure = None, throttled
        self.assertEqual(self.ask(event)[0], 429)
        # The claims that were made and not written down register nothing.
        for _, claim in self.account.claims:
            self.assertOutcome(self.register(claim), "the claim is not the broker's")

    def test_the_log_says_who_and_nothing_secret(self):
        claim = self.claim()
        line = json.loads(self.log.getvalue())
        expected = {
            "outcome": "claimed",
            "user": ALICE,
            "device": "EV00000001",
            "claimCertificateId": claim,
            "expires": 1800000300,
            "tenant": "acme",
        }
        self.assertEqual(line, expected)
        self.ask(self.request('{"serial": "x", "password": "hunter2"}'))
        self.ask(self.request({"serial": 'EV\n{"outcome":"claimed"}'}))
        self.assertEqual(len(self.log.getvalue().splitlines()), 3)
        for secret in ("SECRET", "PEM", "hunter2"):
            self.assertNotIn(secret, self.log.getvalue())

    def test_an_answer_is_kept_by_nobody(self):
        with contextlib.redirect_stdout(self.log):
            answer = self.broker.handler(self.request({"serial": "EV00000001"}), None)
        self.assertEqual(answer["headers"]["cache-control"], "no-store")


class Sessions(Case):
    """With SAML or a role of one's own the name of the session says who it is."""

    pool = None

    def test_the_name_of_the_session_is_the_user(self):
        self.installers.put(user="alice@example.com", tenant="acme")
        event = self.request({"serial": "EV00000001"}, session="alice@example.com")
        self.assertEqual(self.ask(event)[0], 200)
        (record,) = self.claims.items.values()
        self.assertEqual(record["user"], {"S": "alice@example.com"})

    def test_no_name_or_another(self):
        for session in ("", "a", "alice/bob", "alice bob", "x" * 65):
            self.refused(self.request({"serial": "EV00000001"}, session=session), 403)
        event = self.request({"serial": "EV00000001"}, session="mallory")
        self.refused(event, 403, "no installer")


class Registration(Case):
    def test_tenant_and_device_are_those_of_claim_and_entry(self):
        claim = self.claim()
        self.assertEqual(self.register(claim), yes())
        self.assertIn("publicKey", self.claims.items[claim])

    def test_after_a_power_cut_the_same_key_may_come_again(self):
        claim = self.claim()
        self.assertEqual(self.register(claim, FIRST), yes())
        self.assertEqual(self.register(claim, AGAIN), yes())
        self.hook.time.time = lambda: 1_800_000_299
        self.assertEqual(self.register(claim, AGAIN), yes())

    def test_a_claim_that_has_expired(self):
        claim = self.claim()
        self.hook.time.time = lambda: 1_800_000_300
        self.assertOutcome(self.register(claim), "the claim has expired")
        self.assertEqual(self.devices.items["EV00000001"]["state"], {"S": "allowed"})
        # Another claim for the same device and key lets it in.
        self.account.clock = lambda: 1_800_000_300
        self.assertEqual(self.register(self.claim()), yes())

    def test_after_a_claim_another_one_takes_the_same_key_only(self):
        self.assertEqual(self.register(self.claim()), yes())
        self.assertEqual(self.register(self.claim(), AGAIN), yes())
        self.assertOutcome(self.register(self.claim(), OTHER), "bound to another key")

    def test_a_claim_that_was_used_registers_no_other_key(self):
        claim = self.claim()
        self.assertEqual(self.register(claim), yes())
        self.assertOutcome(self.register(claim, OTHER), "the claim is bound to another key")
        # Not after an operator has let another key in either: that takes another claim.
        self.rearm()
        self.assertOutcome(self.register(claim, OTHER), "the claim is bound to another key")
        self.assertEqual(self.register(self.claim(), OTHER), yes())
        self.assertOutcome(self.register(claim, FIRST), "bound to another key")

    def test_a_claim_for_another_device(self):
        self.allow("EV00000002")
        claim = self.claim("EV00000001")
        answer = self.register(claim, serial="EV00000002")
        self.assertOutcome(answer, "the claim is for another device")
        self.assertNotIn("publicKey", self.claims.items[claim])
        self.assertEqual(self.register(claim), yes())
        answer = self.register(claim, serial="EV00000002")
        self.assertOutcome(answer, "the claim is for another device")

    def test_a_claim_that_nobody_made(self):
        unknown = "f" * 64
        self.assertOutcome(self.register(unknown), "the claim is not the broker's")
        for claim in (None, 7, "", "f" * 63, "F" * 64, ["f" * 64]):
            self.assertOutcome(self.register(claim), "malformed request")
        self.assertEqual(self.claims.items, {})
        self.assertEqual(self.devices.writes, 0)

    def test_an_installer_of_another_tenant(self):
        claim = self.claim(user=BOB)
        answer = self.register(claim)
        self.assertOutcome(answer, "the claim is an installer's with other values")
        self.assertEqual(self.devices.items["EV00000001"]["state"], {"S": "allowed"})
        self.assertEqual(self.register(self.claim()), yes())
        # Nor when the device has registered.
        self.assertEqual(self.register(self.claim(user=BOB)), NO)

    def test_a_device_that_is_not_in_the_table(self):
        claim = self.claim("EV00000009")
        self.assertOutcome(self.register(claim, serial="EV00000009"), "not in the table")

    def test_a_table_that_fails(self):
        claim = self.claim()
        throttled = ClientError({"Error": {"Code": "ThrottlingException"}})
        for table in (self.claims, self.devices):
            for failure in (throttled, BotoCoreError("no time"), OSError("?")):
                table.failure = failure
                self.assertEqual(self.register(claim), NO)
            table.failure = None
        self.assertEqual(self.register(claim), yes())

    def rearm(self):
        """The command of the README, `aws dynamodb update-item …`."""
        self.devices.update_item(
            TableName="devices",
            Key={"serial": {"S": "EV00000001"}},
            ConditionExpression="attribute_exists(#key)",
            UpdateExpression="SET #state = :state REMOVE publicKey, boundAt",
            ExpressionAttributeNames={"#key": "serial", "#state": "state"},
            ExpressionAttributeValues={":state": {"S": "allowed"}},
        )


class Races(Case):
    """Two devices ask at once. Each asks for two writes; every order in which these can come is tried."""

    def interleave(self, order, devices):
        """Runs one thread for each device; the writes come in this order of names."""
        turns, free = list(order), threading.Condition()
        answers = {}

        def take_turn(request):
            with free:
                mine = threading.current_thread().name
                assert free.wait_for(lambda: not turns or turns[0] == mine, timeout=10)
                if turns:
                    turns.pop(0)

        def finish(name):
            # What a device that was refused would have written comes no more.
            with free:
                turns[:] = [it for it in turns if it != name]
                free.notify_all()

        def before(request):
            take_turn(request)

        def run(name, claim, pem):
            event = {
                "claimCertificateId": claim,
                "certificatePem": pem,
                "parameters": {"serial": "EV00000001"},
            }
            answers[name] = self.hook.handler(event, None)
            finish(name)

        write = self.account.update_item

        def notifying(**request):
            try:
                return write(**request)
            finally:
                with free:
                    free.notify_all()

        self.account.before = before
        self.account.update_item = notifying
        threads = [
            threading.Thread(target=run, name=name, args=(name, *it)) for name, it in devices.items()
        ]
        with contextlib.redirect_stdout(self.log):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(30)
        self.account.before = lambda request: None
        self.account.update_item = write
        self.assertEqual(set(answers), set(devices))
        return answers

    orders = sorted(set(itertools.permutations("AABB")))

    def test_of_two_devices_with_one_serial_one_gets_in(self):
        for order in self.orders:
            self.allow("EV00000001")
            devices = {"A": (self.claim(), FIRST), "B": (self.claim(), OTHER)}
            answers = self.interleave(order, devices)
            admitted = [name for name, answer in answers.items() if answer != NO]
            # The first that reaches the entry; its claim does not matter.
            second = [it for place, it in enumerate(order) if it in order[:place]]
            self.assertEqual(admitted, [second[0]], order)
            key = self.hook.public_key(devices[admitted[0]][1])
            self.assertEqual(self.devices.items["EV00000001"]["publicKey"], {"S": key})

    def test_of_two_devices_with_one_claim_one_gets_in(self):
        for order in self.orders:
            self.allow("EV00000001")
            claim = self.claim()
            answers = self.interleave(order, {"A": (claim, FIRST), "B": (claim, OTHER)})
            admitted = [name for name, answer in answers.items() if answer != NO]
            self.assertEqual(admitted, [order[0]], order)

    def test_one_device_that_asks_twice_at_once_gets_in_twice(self):
        for order in self.orders:
            self.allow("EV00000001")
            claim = self.claim()
            answers = self.interleave(order, {"A": (claim, FIRST), "B": (claim, AGAIN)})
            self.assertEqual(set(map(json.dumps, answers.values())), {json.dumps(yes())}, order)

    def test_installers_of_two_tenants_with_one_serial(self):
        for order in self.orders:
            self.allow("EV00000001")
            devices = {"A": (self.claim(), FIRST), "B": (self.claim(user=BOB), OTHER)}
            answers = self.interleave(order, devices)
            self.assertEqual(answers["B"], NO, order)
            self.assertEqual(answers["A"], yes(), order)


if __name__ == "__main__":
    unittest.main()
