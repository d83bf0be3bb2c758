"""Tables in memory, with the conditional writes that DynamoDB documents.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html:
a comparison with an attribute that is not there is false, and AND binds tighter than OR. Of the grammar
only what the functions and the commands of the README use is here; anything else is an error.
"""

import copy
import datetime
import re
import sys
import threading
import types

TOKEN = re.compile(r"\s*(\(|\)|,|=|>|#\w+|:\w+|\w+)")


class ClientError(Exception):
    def __init__(self, response):
        super().__init__(response["Error"]["Code"])
        self.response = response


class BotoCoreError(Exception):
    pass


def install(client):
    """Puts modules in the place of those of the runtime, so that nothing reaches a network."""
    boto3 = types.ModuleType("boto3")
    boto3.client = lambda service, config: client
    config = types.ModuleType("botocore.config")
    config.Config = lambda **settings: settings
    exceptions = types.ModuleType("botocore.exceptions")
    exceptions.ClientError, exceptions.BotoCoreError = ClientError, BotoCoreError
    sys.modules.update(
        {
            "boto3": boto3,
            "botocore": types.ModuleType("botocore"),
            "botocore.config": config,
            "botocore.exceptions": exceptions,
        }
    )


class Table:
    """One table with a string for its key."""

    def __init__(self, name, key):
        self.name, self.key = name, key
        self.items, self.lock, self.writes = {}, threading.Lock(), 0
        self.failure = None

    def put(self, **fields):
        item = {name: {"S": value} for name, value in fields.items()}
        self.items[fields[self.key]] = item

    def get_item(self, TableName, Key, ConsistentRead):
        assert TableName == self.name and ConsistentRead is True
        if self.failure:
            raise self.failure
        ((name, value),) = Key.items()
        assert name == self.key
        with self.lock:
            item = self.items.get(value["S"])
            return {} if item is None else {"Item": copy.deepcopy(item)}

    def put_item(self, TableName, Item, ConditionExpression):
        assert TableName == self.name
        if self.failure:
            raise self.failure
        value = Item[self.key]["S"]
        with self.lock:
            old = self.items.get(value)
            if not Reader({}, {}, old or {}).condition(ConditionExpression):
                raise ClientError({"Error": {"Code": "ConditionalCheckFailedException"}})
            self.items[value] = copy.deepcopy(Item)
            self.writes += 1
            return {}

    def update_item(self, **request):
        if self.failure:
            raise self.failure
        assert request.pop("TableName") == self.name
        (name, value), *others = request.pop("Key").items()
        assert name == self.key and not others
        with self.lock:
            return self.update(value["S"], **request)

    def update(
        self,
        value,
        UpdateExpression,
        ConditionExpression,
        ExpressionAttributeNames,
        ExpressionAttributeValues,
        ReturnValues="NONE",
        ReturnValuesOnConditionCheckFailure="NONE",
    ):
        old = self.items.get(value)
        expressions = UpdateExpression + " " + ConditionExpression
        for known in [*ExpressionAttributeNames, *ExpressionAttributeValues]:
            # DynamoDB refuses what an expression does not use.
            assert re.search(re.escape(known) + r"\b", expressions), known
        place = Reader(ExpressionAttributeNames, ExpressionAttributeValues, old or {})
        if not place.condition(ConditionExpression):
            response = {"Error": {"Code": "ConditionalCheckFailedException"}}
            if old is not None and ReturnValuesOnConditionCheckFailure == "ALL_OLD":
                response["Item"] = copy.deepcopy(old)
            raise ClientError(response)
        new = {**copy.deepcopy(old or {}), self.key: {"S": value}}
        place.update(UpdateExpression, new)
        self.items[value] = new
        self.writes += 1
        return {"Attributes": copy.deepcopy(new)} if ReturnValues == "ALL_NEW" else {}


class Account:
    """Several tables, and AWS IoT, which makes claims."""

    def __init__(self, *tables):
        self.tables = {table.name: table for table in tables}
        self.claims, self.failure = [], None
        self.before = lambda request: None

    def get_item(self, **request):
        return self.tables[request["TableName"]].get_item(**request)

    def put_item(self, **request):
        return self.tables[request["TableName"]].put_item(**request)

    def update_item(self, **request):
        self.before(request)
        return self.tables[request["TableName"]].update_item(**request)

    def create_provisioning_claim(self, templateName):
        if self.failure:
            raise self.failure
        identity = f"{len(self.claims) + 1:064x}"
        self.claims.append((templateName, identity))
        expiration = datetime.datetime.fromtimestamp(self.clock() + 300, datetime.timezone.utc)
        return {
            "certificateId": identity,
            "certificatePem": "PEM",
            "keyPair": {"PublicKey": "PUBLIC", "PrivateKey": "SECRET"},
            "expiration": expiration,
        }

    @staticmethod
    def clock():
        return 1_800_000_000


class Reader:
    """Reads expressions about one item."""

    def __init__(self, names, values, item):
        self.names, self.values, self.item, self.tokens = names, values, item, []

    def condition(self, text):
        self.tokens = tokens(text)
        result = self.either()
        assert not self.tokens, self.tokens
        return result

    def either(self):
        result = self.both()
        while self.tokens and self.tokens[0] == "OR":
            self.tokens.pop(0)
            result = self.both() or result
        return result

    def both(self):
        result = self.single()
        while self.tokens and self.tokens[0] == "AND":
            self.tokens.pop(0)
            result = self.single() and result
        return result

    def single(self):
        first = self.tokens.pop(0)
        if first == "(":
            result = self.either()
            self.take(")")
            return result
        if first in ("attribute_type", "attribute_exists", "attribute_not_exists"):
            self.take("(")
            found = self.item.get(self.name(self.tokens.pop(0)))
            if first == "attribute_type":
                self.take(",")
                kind = self.values[self.tokens.pop(0)]["S"]
                result = found is not None and kind in found
            else:
                result = (found is not None) == (first == "attribute_exists")
            self.take(")")
            return result
        sign = self.tokens.pop(0)
        found, value = self.item.get(self.name(first)), self.values[self.tokens.pop(0)]
        if sign == ">":
            # Values of two types don't compare.
            return found is not None and "N" in found and int(found["N"]) > int(value["N"])
        assert sign == "=", sign
        return found is not None and found == value

    def update(self, text, new):
        self.tokens, section = tokens(text), None
        while self.tokens:
            word = self.tokens.pop(0)
            if word in ("SET", "REMOVE"):
                section = word
            elif word == ",":
                continue
            elif section == "REMOVE":
                new.pop(self.name(word), None)
            else:
                self.take("=")
                new[self.name(word)] = self.value(self.tokens.pop(0))

    def value(self, word):
        if word != "if_not_exists":
            return self.values[word]
        self.take("(")
        found = self.item.get(self.name(self.tokens.pop(0)))
        self.take(",")
        other = self.values[self.tokens.pop(0)]
        self.take(")")
        return other if found is None else found

    def name(self, word):
        return self.names[word] if word.startswith("#") else word

    def take(self, expected):
        found = self.tokens.pop(0)
        assert found == expected, (found, expected)


def tokens(text):
    found, place = [], 0
    while place < len(text.rstrip()):
        match = TOKEN.match(text, place)
        assert match, text[place:]
        found.append(match[1])
        place = match.end()
    return found
