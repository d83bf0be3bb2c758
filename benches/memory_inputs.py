"""Writes the inputs of memory.sh into a folder."""

import json
import os
import random
import sys

HEAD = "arn:aws:iot:eu-west-1:123456789012:"
THING = "${iot:Connection.Thing.ThingName}"
MIB = 1024 * 1024
# A file is at most so large.
MOST = 32 * MIB


def statement(actions, resources, effect="Allow", element="Resource"):
    actions = ["iot:" + it for it in actions]
    return {"Effect": effect, "Action": actions, element: [HEAD + it for it in resources]}


def policy(statements):
    return {"Version": "2012-10-17", "Statement": statements}


def filled(item, between, most):
    """As many items as fit."""
    items, size, number = [], 0, 0
    while True:
        text = item(number)
        size += len(text) + len(between)
        if size > most:
            return between.join(items)
        items.append(text)
        number += 1


def write(name, text):
    with open(os.path.join(folder, name), "w") as file:
        file.write(text if isinstance(text, str) else json.dumps(text))


def in_full(short):
    """A statement of benches/queries, as a policy has it; see benches/measure."""
    effect, actions, *names = short.split(" ")
    element = "NotResource" if any(it.startswith("!") for it in names) else "Resource"
    names = [it.removeprefix("!").replace("${thing}", THING) for it in names]
    return statement(actions.split(","), names, effect, element)


def large():
    own = "topic/dt/%s/%s" % (THING, "%d")
    many = filled(lambda n: json.dumps(statement(["Publish"], [own % n])), ",", MOST - 100)
    write("large-statements.json", '{"Version":"2012-10-17","Statement":[%s]}' % many)
    # As many values as are read.
    zeros = ",".join(["0"] * (2_000_000 - 1000))
    write("large-values.json", "[%s]" % zeros)
    write("large-values-over.json", "[%s]" % ",".join(["0"] * (MOST // 2 - 2)))
    long = "topic/" + "a*?b" * ((MOST - 500) // 4)
    write("large-pattern.json", policy([statement(["Publish"], [long])]))
    entries = filled(lambda n: json.dumps(HEAD + "topic/*a%d*" % n), ",", MOST - 200)
    write("large-entries.json", '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:*","Resource":[%s]}]}' % entries)
    item = lambda n: "  - Effect: Allow\n    Action: iot:Publish\n    Resource: %stopic/dt/%s/%d\n" % (HEAD, THING, n)
    write("large-statements.yaml", 'Version: "2012-10-17"\nStatement:\n' + filled(item, "", MOST - 100))
    # Aliases: each line names the one before it twice.
    lines = ["a0: &a0 [x, y]"] + ["a%d: &a%d [*a%d, *a%d]" % (n, n, n - 1, n - 1) for n in range(1, 100)]
    write("large-aliases.yaml", "\n".join(lines) + "\n")
    comments = filled(lambda n: "# fleetwright: ignore[full-wildcard] %d" % n, "\n", MOST - 100)
    write("large-comments.yaml", comments + "\nVersion: x\n")
    resource = lambda n: json.dumps("P%d" % n) + ":" + json.dumps(
        {"Type": "AWS::IoT::Policy", "Properties": {"PolicyDocument": policy([
            statement(["Connect"], ["client/" + THING]), statement(["Publish", "Receive"], ["topic/dt/%s/*" % THING])])}})
    policies = ",".join(resource(n) for n in range(10_000))
    write("large-10000-policies.json", '{"AWSTemplateFormatVersion":"2010-09-09","Resources":{%s}}' % policies)
    wide = lambda n: json.dumps("P%d" % n) + ":" + json.dumps(
        {"Type": "AWS::IoT::Policy", "Properties": {"PolicyDocument": policy([
            statement(["*"], ["*", "client/*", "topic/*", "topicfilter/*"])])}})
    write("large-10000-wide-policies.json", '{"AWSTemplateFormatVersion":"2010-09-09","Resources":{%s}}' % ",".join(wide(n) for n in range(10_000)))
    os.mkdir(os.path.join(folder, "many"))
    for number in range(10_000):
        write("many/policy-%d.json" % number, policy([statement(["Connect"], ["client/" + THING]), statement(["Publish"], ["topic/%s/*" % THING])]))


def embedded():
    """Texts inside strings: long ones, many, and those that are mostly escapes."""
    own = lambda n: json.dumps(statement(["Publish"], ["topic/dt/%s/%d" % (THING, n)]))
    of_stack = lambda resources: '{"AWSTemplateFormatVersion":"2010-09-09","Resources":{%s}}' % resources
    in_string = lambda text: '"P":{"Type":"AWS::IoT::Policy","Properties":{"PolicyDocument":%s}}' % json.dumps(text)
    statements = filled(own, ",", 25 * MIB)
    document = '{"Version":"2012-10-17","Statement":[%s]}' % statements
    write("large-embedded-policy.json", of_stack(in_string(document)))
    write("large-embedded-zeros.json", of_stack(in_string("[%s]" % ",".join(["0"] * (15 * MIB)))))
    lines = "\n".join("          " + line for line in filled(own, ",\n", 25 * MIB).split("\n"))
    write("large-embedded-policy.yaml", "Resources:\n  P:\n    Type: AWS::IoT::Policy\n    Properties:\n      PolicyDocument: |\n"
          '          {"Version":"2012-10-17","Statement":[\n%s]}\n' % lines)
    small = json.dumps('{"Version":"2012-10-17","Statement":[%s]}' % own(1))
    item = lambda n: '"P%d":{"Type":"AWS::IoT::Policy","Properties":{"PolicyDocument":%s}}' % (n, small)
    write("large-embedded-many.json", of_stack(filled(item, ",", MOST - 200)))
    quotes = json.dumps('"x' * (MIB // 4))
    item = lambda n: '"T%d":{"Type":"AWS::IoT::Thing","Properties":{"ThingName":%s}}' % (n, quotes)
    write("large-escapes.json", of_stack(filled(item, ",", MOST - 200)))
    quotes = json.dumps('"x' * 10_000)
    item = lambda n: '"T%d":{"Type":"AWS::IoT::Thing","Properties":{"ThingName":%s}}' % (n, quotes)
    write("large-escapes-many.json", of_stack(filled(item, ",", MOST - 200)))
    item = lambda n: '"P%d":{"Type":"AWS::IoT::Policy","Properties":{"PolicyDocument":{}}}' % n
    write("large-empty-policies.json", of_stack(filled(item, ",", MOST - 200)))
    item = lambda n: '"T%d":{"Type":"AWS::IoT::Thing","Properties":{}}' % n
    write("large-things.json", of_stack(filled(item, ",", MOST - 200)))
    item = lambda n: '"T%d":{"Type":"AWS::IoT::Thing","Properties":{"a":"b","c":{"Ref":"d"}}}' % n
    write("large-template.json", '{"DeviceConfiguration":{},"Resources":{%s}}' % filled(item, ",", MOST - 200))
    write("large-parameters.json", '{"Parameters":{%s},"DeviceConfiguration":{},"Resources":{}}' % filled(
        lambda n: '"P%d":{"Type":"String"}' % n, ",", MOST - 200))
    # As many nodes as there may be, each a string that has to be decoded.
    write("large-strings.json", "[%s]" % ",".join(['"\\n0123456789"'] * 1_999_000))
    write("large-lines.yaml", "\n" * (MOST - 100) + "Statement: [\n")
    write("large-elements.json", '{"Version":"2012-10-17","Statement":[%s]}' % filled(
        lambda n: '{"Effect":"Allow","Action":"iot:Publish","Resource":"*","a%d":1,"b":2,"c":3,"d":4}' % n, ",", MOST - 200))


def folders():
    """Files that are each within the limits."""
    def copies(name, number):
        os.mkdir(os.path.join(folder, "folder-" + name))
        for index in range(number):
            target = os.path.join(folder, "folder-" + name, "%d-%s" % (index, name))
            os.link(os.path.join(folder, name), target)
    for name in ("large-statements.json", "large-statements.yaml", "large-values.json", "large-embedded-policy.json",
                 "large-10000-policies.json", "large-10000-wide-policies.json"):
        copies(name, 6)


def questions():
    policy_of = lambda n: policy([statement(["Publish"], ["topic/dt/%d" % n])])
    case = lambda n: json.dumps({"id": "case %d" % n, "expect": "allow", "policies": [policy_of(n)],
                                 "request": {"action": "publish", "topic": "dt/%d" % n}})
    write("cases.jsonl", filled(case, "\n", MOST - 100) + "\n")
    write("assertions.json", "[%s]" % filled(lambda n: '{"never":{"publish":"cfg/%d"}}' % n, ",", MOST - 100))
    write("acknowledged.json", "[%s]" % filled(
        lambda n: '{"action":"publish","region":"topic/dt/%d","because":"x"}' % n, ",", MOST - 100))


def deep():
    for depth in (127, 100_000):
        write("deep-%d.json" % depth, "[" * depth + "]" * depth)
        write("deep-%d.yaml" % depth, "".join(" " * min(n, 2000) + "a:\n" for n in range(min(depth, 5000))))
        write("deep-flow-%d.yaml" % depth, "a: " + "[" * depth + "]" * depth + "\n")


def policies():
    chance = random.Random(5)
    write("policy-small.json", policy([statement(["Connect"], ["client/" + THING])]))
    write("policy-200-statements.json", policy([statement(["Connect"], ["client/" + THING])] + [
        statement(["Publish", "Receive"], ["topic/dt/%s/%d/*" % (THING, n)]) for n in range(200)]))
    nasty = lambda: "topic/" + "".join(chance.choice(["*a", "*b", "*c", "?"]) for _ in range(30)) + "*"
    write("policy-200-nasty.json", policy([statement(["Publish", "Receive"], [nasty() for _ in range(200)])]))
    write("policy-200-nasty-denied.json", policy([
        statement(["Publish", "Receive"], ["topic/*" + THING + "*"]),
        statement(["Subscribe"], ["topicfilter/*"]),
        statement(["Publish", "Receive"], [nasty() for _ in range(200)], "Deny")]))
    write("policy-2000-entries.json", policy([statement(["Publish", "Receive"], [
        "topic/dt/%s/*/%d/??" % (THING, n) for n in range(2000)])]))
    write("policy-20-not-resources.json", policy([statement(["Publish", "Receive"], ["topic/*"])] + [
        statement(["Publish", "Receive"], ["topic/*%s*%s*" % (chr(97 + n), THING), "topic/?%s*" % chr(97 + n)], "Deny", "NotResource") for n in range(20)]))
    write("policy-glued.json", policy([
        statement(["Connect"], ["client/*"]),
        statement(["Publish"], ["topic/%s%s%s" % (THING, "a" * n, THING) for n in range(20)]),
        statement(["Subscribe"], ["topicfilter/*%s?%s*" % (THING, THING), "topicfilter/?*/%s/#" % THING]),
        statement(["Receive"], ["topic/*%s*%s*" % (THING, "?" * n) for n in range(20)])]))
    write("policy-token-limit.json", policy([statement(["Publish"], ["topic/" + "?*" * 30_000, "topic/%s/" % THING + "a" * 65_000])]))


def blow_ups():
    with open(os.path.join(queries, "blow-ups.jsonl")) as file:
        for number, line in enumerate(file):
            line = json.loads(line)
            for key in ("old", "new"):
                name = "blow-up-%02d-%s.json" % (number, key)
                write(name, policy([in_full(it) for it in line[key]]))


queries, folder = sys.argv[1], sys.argv[2]
large()
embedded()
folders()
questions()
deep()
policies()
blow_ups()
