"""The hook of the allow-list: who gets in, and who does not."""

import contextlib
import importlib.util
import io
import json
import os
import threading
import unittest
from pathlib import Path

from table import BotoCoreError, ClientError, Table, install

HERE = Path(__file__).parent
SOURCE = HERE.parent.parent / "templates" / "hook.py"
FIRST, AGAIN, OTHER = (
    (HERE / name).read_text() for name in ("first.pem", "first-again.pem", "other.pem")
)
# `openssl pkey -pubout -outform DER | sha256sum` of the two keys.
KEY_OF_FIRST = "6e086ad8535f05f0a4b64a0c62491b410d95d6f0a17c6dc4dc64b9319c63f70e"
KEY_OF_OTHER = "dc95a6d1ea8f43e925846d9bcb576d3ad8fb7e668150611e9c73068bd7b284a4"
NO = {"allowProvisioning": False}


def yes(serial="SN0001", tenant="acme"):
    overrides = {"serial": serial, "tenant": tenant}
    return {"allowProvisioning": True, "parameterOverrides": overrides}


class Case(unittest.TestCase):
    def setUp(self):
        self.table = Table("devices", "serial")
        install(self.table)
        settings = {
            "table": "devices",
            "key": "serial",
            "returns": ["tenant"],
            "plain": ["serial", "tenant"],
        }
        os.environ["SETTINGS"] = json.dumps(settings)
        spec = importlib.util.spec_from_file_location("hook", SOURCE)
        self.hook = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.hook)
        self.log = io.StringIO()

    def ask(self, pem=FIRST, serial="SN0001", **more):
        event = {
            "claimCertificateId": "c0",
            "certificateId": "c1",
            "certificatePem": pem,
            "templateArn": "arn:aws:iot:eu-west-1:111111111111:provisioningtemplate/line",
            "clientId": "claim-7",
            "parameters": {"serial": serial, "tenant": "evil"},
            **more,
        }
        return self.say(event)

    def say(self, event):
        with contextlib.redirect_stdout(self.log):
            return self.hook.handler(event, None)

    def outcome(self):
        return json.loads(self.log.getvalue().splitlines()[-1])["outcome"]

    def item(self, serial="SN0001"):
        return {name: value for name, value in self.table.items[serial].items()}


class Registration(Case):
    def test_a_device_of_the_table_gets_in_and_is_tied_to_its_key(self):
        self.table.put(serial="SN0001", state="allowed", tenant="acme")
        self.assertEqual(self.ask(), yes())
        item = self.item()
        self.assertEqual(item["state"], {"S": "bound"})
        self.assertEqual(item["publicKey"], {"S": KEY_OF_FIRST})
        self.assertEqual(self.outcome(), "allowed")

    def test_the_table_decides_and_not_the_device(self):
        self.table.put(serial="SN0001", state="allowed", tenant="acme")
        self.assertEqual(self.ask()["parameterOverrides"]["tenant"], "acme")

    def test_after_a_power_cut_the_same_key_gets_in_with_another_certificate(self):
        self.table.put(serial="SN0001", state="allowed", tenant="acme")
        self.assertEqual(self.ask(FIRST), yes())
        bound_at = self.item()["boundAt"]
        self.hook.time.time = lambda: 4102444800
        self.assertEqual(self.ask(AGAIN), yes())
        self.assertEqual(self.item()["boundAt"], bound_at)

    def test_a_replay_changes_nothing(self):
        self.table.put(serial="SN0001", state="allowed", tenant="acme")
        self.ask()
        item = self.item()
        self.assertEqual(self.ask(), yes())
        self.assertEqual(self.item(), item)

    def test_another_key_is_refused(self):
        self.table.put(serial="SN0001", state="allowed", tenant="acme")
        self.ask(FIRST)
        self.assertEqual(self.ask(OTHER), NO)
        self.assertEqual(self.outcome(), "bound to another key")
        self.assertEqual(self.item()["publicKey"], {"S": KEY_OF_FIRST})

    def test_of_two_devices_at_once_one_gets_in(self):
        for round_ in range(50):
            serial = f"SN{round_:04}"
            self.table.put(serial=serial, state="allowed", tenant="acme")
            barrier, answers = threading.Barrier(2), {}

            def run(name, pem):
                event = {"certificatePem": pem, "parameters": {"serial": serial}}
                barrier.wait()
                answers[name] = self.hook.handler(event, None)

            pems = {KEY_OF_FIRST: FIRST, KEY_OF_OTHER: OTHER}
            threads = [threading.Thread(target=run, args=it) for it in pems.items()]
            with contextlib.redirect_stdout(self.log):
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
            admitted = [it for it, answer in answers.items() if answer != NO]
            self.assertEqual(len(admitted), 1)
            self.assertEqual(self.item(serial)["publicKey"], {"S": admitted[0]})

    def test_an_operator_lets_another_key_in(self):
        self.table.put(serial="SN0001", state="allowed", tenant="acme")
        self.ask(FIRST)
        self.set_state("allowed")
        self.assertNotIn("publicKey", self.item())
        self.assertEqual(self.ask(OTHER), yes())
        self.assertEqual(self.ask(FIRST), NO)

    def test_a_closed_entry_lets_nobody_in(self):
        self.table.put(serial="SN0001", state="allowed", tenant="acme")
        self.ask(FIRST)
        self.set_state("closed")
        self.assertEqual(self.ask(FIRST), NO)
        self.assertEqual(self.outcome(), "closed")

    def set_state(self, state):
        """The command of the README, `aws dynamodb update-item …`."""
        self.table.update_item(
            TableName="devices",
            Key={"serial": {"S": "SN0001"}},
            ConditionExpression="attribute_exists(#key)",
            UpdateExpression="SET #state = :state REMOVE publicKey, boundAt",
            ExpressionAttributeNames={"#key": "serial", "#state": "state"},
            ExpressionAttributeValues={":state": {"S": state}},
        )


class Refusal(Case):
    def test_who_is_not_in_the_table(self):
        self.assertEqual(self.ask(), NO)
        self.assertEqual(self.outcome(), "not in the table")
        self.assertEqual(self.table.items, {})

    def test_an_entry_without_a_value_is_not_used_up(self):
        self.table.put(serial="SN0001", state="allowed")
        self.assertEqual(self.ask(), NO)
        self.assertEqual(self.outcome(), "the entry lacks a value")
        self.assertEqual(self.item()["state"], {"S": "allowed"})

    def test_an_entry_with_no_known_state(self):
        self.table.put(serial="SN0001", state="Allowed", tenant="acme")
        self.assertEqual(self.ask(), NO)
        self.table.put(serial="SN0001", tenant="acme")
        self.assertEqual(self.ask(), NO)

    def test_a_value_that_reaches_into_other_levels(self):
        for tenant in ("a/b", "#", "+", "a b", "ä", "a\n", ""):
            self.table.put(serial="SN0001", state="allowed", tenant=tenant)
            self.assertEqual(self.ask(), NO, tenant)
        self.table.put(serial="SN/1", state="allowed", tenant="acme")
        self.assertEqual(self.ask(serial="SN/1"), NO)

    def test_malformed_questions(self):
        self.table.put(serial="SN0001", state="allowed", tenant="acme")
        for event in (None, [], "x", {}, {"parameters": None}, {"parameters": []}):
            self.assertEqual(self.say(event), NO, event)
        for serial in (None, 7, True, "", "x" * 129, ["SN0001"], {"S": "SN0001"}):
            self.assertEqual(self.ask(serial=serial), NO, serial)
        self.assertEqual(self.table.writes, 0)

    def test_malformed_certificates(self):
        self.table.put(serial="SN0001", state="allowed", tenant="acme")
        body = "".join(FIRST.split("-----")[2].split())
        wrong = [None, 7, "", "x", FIRST.replace("CERTIFICATE", "CERTIFICATE REQUEST")]
        wrong.append(FIRST + FIRST)
        for cut in ("", "MIIB", body[:40], body[:-8], body + "AAAA", "!" + body[1:], "A" * 80):
            wrong.append(
                f"-----BEGIN CERTIFICATE-----\n{cut}\n-----END CERTIFICATE-----\n"
            )
        for pem in wrong:
            self.assertEqual(self.ask(pem), NO, pem)
        self.assertEqual(self.table.writes, 0)

    def test_each_cut_of_a_certificate(self):
        der = self.hook.base64.b64decode("".join(FIRST.split("-----")[2].split()))
        for length in range(len(der)):
            cut = self.hook.base64.b64encode(der[:length]).decode()
            pem = f"-----BEGIN CERTIFICATE-----\n{cut}\n-----END CERTIFICATE-----\n"
            self.assertEqual(self.ask(pem), NO, length)
        self.assertEqual(self.table.writes, 0)

    def test_a_table_that_fails(self):
        self.table.put(serial="SN0001", state="allowed", tenant="acme")
        throttled = ClientError({"Error": {"Code": "ThrottlingException"}})
        for failure in (throttled, BotoCoreError("no time"), OSError("?"), KeyError("?")):
            self.table.failure = failure
            self.assertEqual(self.ask(), NO)
        self.table.failure = None
        self.assertEqual(self.ask(), yes())

    def test_the_log_holds_no_secrets(self):
        self.table.put(serial="SN0001", state="allowed", tenant="acme")
        self.ask(parameters={"serial": "SN0001", "password": "hunter2"})
        self.ask(pem="hunter2")
        self.ask(certificateOwnershipToken="hunter2")
        self.ask(serial="SN0001\n{\"outcome\":\"allowed\"}")
        lines = self.log.getvalue().splitlines()
        self.assertEqual(len(lines), 4)
        self.assertNotIn("hunter2", self.log.getvalue())
        self.assertNotIn("BEGIN", self.log.getvalue())


class Keys(Case):
    def test_a_key_is_that_of_the_certificate(self):
        self.assertEqual(self.hook.public_key(FIRST), KEY_OF_FIRST)
        self.assertEqual(self.hook.public_key(AGAIN), KEY_OF_FIRST)
        self.assertEqual(self.hook.public_key(OTHER), KEY_OF_OTHER)
        self.assertEqual(self.hook.public_key(FIRST.replace("\n", "\r\n")), KEY_OF_FIRST)


if __name__ == "__main__":
    unittest.main()
