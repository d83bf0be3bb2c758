"""Puts the questions of queries/inclusion.jsonl to z3, each in at most 10 seconds.

Writes a line for each: whether all that `of` matches is matched by `in` (null: not known), and the
processor time of building the term and of the check, the least of several rounds as for the others.
"""

import json
import subprocess
import sys
import time

import z3

LIMIT_SECONDS = 10
ROUNDS = 7
ENOUGH_SECONDS = 0.1


def expression(pattern, context):
    sort = z3.ReSort(z3.StringSort(context))
    parts, literal = [], ""
    for character in pattern + "*":
        if character not in "*?":
            literal += character
            continue
        if literal:
            parts.append(z3.Re(z3.StringVal(literal, context), context))
            literal = ""
        parts.append(z3.AllChar(sort, context) if character == "?" else z3.Full(sort))
    parts.pop()
    return z3.Concat(*parts) if len(parts) > 1 else parts[0]


def union(patterns, context):
    expressions = [expression(it, context) for it in patterns]
    return z3.Union(*expressions) if len(expressions) > 1 else expressions[0]


def ask(question):
    # A context of its own: nothing is remembered from one round to the next.
    context = z3.Context()
    solver = z3.Solver(ctx=context)
    solver.set("timeout", LIMIT_SECONDS * 1000)
    start = time.process_time()
    name = z3.String("name", context)
    solver.add(z3.InRe(name, union(question["of"], context)))
    solver.add(z3.Not(z3.InRe(name, union(question["in"], context))))
    answer = solver.check()
    seconds = time.process_time() - start
    included = True if answer == z3.unsat else False if answer == z3.sat else None
    return included, seconds


def least(question):
    start = time.monotonic()
    included, seconds = ask(question)
    for _ in range(ROUNDS - 1):
        if included is None or time.monotonic() - start > ENOUGH_SECONDS:
            break
        seconds = min(seconds, ask(question)[1])
    return {"included": included, "seconds": seconds}


def main():
    path, *number = sys.argv[1:]
    with open(path) as file:
        questions = [json.loads(line) for line in file]
    if number:
        print(json.dumps(least(questions[int(number[0])])))
        return
    for number in range(len(questions)):
        # Not all of z3 looks at the limit: each question is put in a process of its own, which is
        # ended when it takes much longer.
        command = [sys.executable, __file__, path, str(number)]
        try:
            run = subprocess.run(command, capture_output=True, timeout=3 * LIMIT_SECONDS)
            answer = json.loads(run.stdout)
        except (subprocess.TimeoutExpired, json.JSONDecodeError):
            answer = {"included": None, "seconds": LIMIT_SECONDS}
        if answer["included"] is None:
            answer["seconds"] = LIMIT_SECONDS
        print(json.dumps(answer), flush=True)


main()
