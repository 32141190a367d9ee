"""make mutate: do the tests see a mistake? tests/README.md, "Mutation testing".

Takes a random sample of single changes to lib/ and plugins/, builds what each touches in a copy of the tree,
and runs the tests that cover its line, the quickest first, until one fails. Prints the changes that no test
saw, and the score by wing.
"""

import argparse
import concurrent.futures
import glob
import json
import os
import queue
import random
import shutil
import subprocess
import sys
import time

import mutants

LONGEST = 120  # seconds for one test: a change may make a loop without an end


def run(command, directory, environment=None, longest=1800):
    """(exit status, output), 127 where there is no such program; a process that takes too long, and all that it started, is killed."""
    if "/" in command[0] and not os.path.exists(os.path.join(directory, command[0])):
        return 127, ""
    process = subprocess.Popen(command, cwd=directory, env={**os.environ, **(environment or {})}, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        output = process.communicate(timeout=longest)[0]
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        output = process.communicate()[0]
    return process.returncode, output.decode(errors="replace")


def copy_tree(top, goal):
    names = subprocess.run(["git", "ls-files", "-z"], cwd=top, check=True, capture_output=True).stdout.decode().split("\0")
    for name in filter(None, names):
        if os.path.isfile(os.path.join(top, name)):
            os.makedirs(os.path.dirname(os.path.join(goal, name)), exist_ok=True)
            shutil.copy2(os.path.join(top, name), os.path.join(goal, name))


def tests_of(tree, part=""):
    """The tests that have PART in their names, with what each needs to be built."""
    plugins = ["all", "frozen"]
    units = sorted(glob.glob("tests/unit/*/test_*.c", root_dir=tree))
    cases = sorted(glob.glob("tests/e2e/*/*.cases", root_dir=tree))
    needs = {**{name: ["build/" + name[:-2]] for name in units}, **{name: plugins for name in cases}}
    return {name: targets for name, targets in needs.items() if part in name}


def command_of(name):
    return ["build/tests/cases", "-j", "4", name] if name.endswith(".cases") else ["build/" + name[:-2]]


def make(tree, targets, flags=()):
    return run(["make", "-s", "-j2", "BUILD=build", *flags, *targets], tree)


def lines_covered(tree, data):
    """The lines of lib/ and plugins/ that ran, as "FILE:LINE", by the counts below DATA."""
    covered = set()
    for path in glob.glob(data + "/**/*.gcda", recursive=True):
        object_path = os.path.join(tree, "build", os.path.relpath(path, data).split("build/", 1)[1])
        if "/lib/" not in object_path and "/plugins/" not in object_path:
            continue
        shutil.copy2(path, object_path)
        text = subprocess.run(["gcov", "-t", "--json-format", os.path.basename(object_path)], cwd=os.path.dirname(object_path),
                              capture_output=True).stdout
        os.remove(object_path)
        for file in json.loads(text or b'{"files":[]}')["files"]:
            covered.update("%s:%d" % (file["file"], line["line_number"]) for line in file["lines"] if line["count"])
    return covered


def build(tree, part, flags=()):
    needs = sorted({target for targets in tests_of(tree, part).values() for target in targets})
    return make(tree, ["all", "frozen", *needs], ["-k", *flags])


def make_map(top, work, part):
    """For each test how long it takes and which lines it covers. Tests that fail without a change are left out."""
    plain, counting = os.path.join(work, "tree0"), os.path.join(work, "coverage")
    for tree in plain, counting:
        copy_tree(top, tree)
    build(plain, part)
    build(counting, part, ["CFLAGS=-O0 -g --coverage -DCHECK_CLAUDE_SANITIZED", "HARDENING="])
    known = {}
    for name in tests_of(plain, part):
        start = time.monotonic()
        if run(command_of(name), plain, {"BUILD": "build", "CK_DEFAULT_TIMEOUT": "60"}, 600)[0]:
            print("left out, it fails or is not built without a change: " + name, flush=True)
            continue
        seconds = time.monotonic() - start
        # it may fail here: an ordinary user's plugins cannot write their counts, and say so
        data = os.path.join(work, "data")
        shutil.rmtree(data, ignore_errors=True)
        os.makedirs(data)
        run(command_of(name), counting, {"GCOV_PREFIX": data, "BUILD": "build", "CK_DEFAULT_TIMEOUT": "60"}, 600)
        known[name] = {"seconds": seconds, "lines": sorted(lines_covered(counting, data))}
    return known


def read_map(top, work, part):
    path = os.path.join(work, "map.json")
    command = "git rev-parse HEAD; git diff HEAD -- lib plugins tests"
    state = part + subprocess.run(command, cwd=top, shell=True, check=True, capture_output=True).stdout.decode()
    if os.path.exists(path):
        with open(path, encoding="utf-8") as stream:
            kept = json.load(stream)
        if kept["state"] == state:
            return kept["tests"]
    tests = make_map(top, work, part)
    with open(path, "w", encoding="utf-8") as stream:
        json.dump({"state": state, "tests": tests}, stream)
    return tests


def room(path):
    return os.path.basename(path).split(".")[0]


def order(tests, path, number):
    """The tests that cover a line: the room's own, then the quickest."""
    line = "%s:%d" % (path, number)
    names = [name for name in tests if line in tests[name]["lines"]]
    return sorted(names, key=lambda name: (room(name) != "test_" + room(path), tests[name]["seconds"]))


def judge(tree, tests, mutant):
    """What became of a change: the test that saw it, "no build", or None."""
    path, number, _, _, new = mutant
    whole = os.path.join(tree, path)
    with open(whole, encoding="utf-8") as stream:
        source = stream.read()
    lines = source.split("\n")
    lines[number - 1] = new
    try:
        with open(whole, "w", encoding="utf-8") as stream:
            stream.write("\n".join(lines))
        needs = tests_of(tree)
        for name in order(tests, path, number):
            if make(tree, needs[name])[0]:
                return "no build"
            if run(command_of(name), tree, {"BUILD": "build", "CK_DEFAULT_TIMEOUT": "60"}, LONGEST)[0]:
                return name
        return None
    finally:
        with open(whole, "w", encoding="utf-8") as stream:
            stream.write(source)


def wing(path):
    return os.path.dirname(path).replace("lib/", "")


def report(results):
    print("\n%-10s %7s %7s %6s" % ("wing", "changes", "seen", "score"))
    wings = sorted({wing(mutant[0]) for mutant, _ in results})
    for name in wings + ["all"]:
        seen = [outcome is not None for mutant, outcome in results if name in ("all", wing(mutant[0]))]
        print("%-10s %7d %7d %5.1f%%" % (name, len(seen), sum(seen), 100 * sum(seen) / max(1, len(seen))))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="", help="a part of the paths that are changed")
    parser.add_argument("--tests", default="", help="a part of the names of the tests that are run")
    parser.add_argument("work")
    options = parser.parse_args()
    top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    work = os.path.abspath(options.work)
    os.makedirs(work, exist_ok=True)
    tests = {name: {**test, "lines": set(test["lines"])} for name, test in read_map(top, work, options.tests).items()}
    trees = queue.Queue()
    for job in range(options.jobs):
        tree = os.path.join(work, "tree%d" % job)
        copy_tree(top, tree)
        if make(tree, ["all", "frozen"])[0]:
            sys.exit("the tree does not build")
        trees.put(tree)
    changes = []
    for path in sorted(glob.glob("lib/*/*.c", root_dir=top) + glob.glob("plugins/*.c", root_dir=top)):
        if options.only in path:
            with open(os.path.join(top, path), encoding="utf-8") as stream:
                changes.extend(mutants.of_file(path, stream.read()))
    random.Random(options.seed).shuffle(changes)

    def one(mutant):
        tree = trees.get()
        try:
            return judge(tree, tests, mutant)
        finally:
            trees.put(tree)

    results, waiting = [], iter(changes)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        while len(results) < options.count:
            batch = [mutant for mutant, _ in zip(waiting, range(options.count - len(results)))]
            if not batch:
                break
            for mutant, outcome in zip(batch, pool.map(one, batch)):
                if outcome == "no build":
                    continue
                results.append((mutant, outcome))
                if outcome is None:
                    path, number, what, old, new = mutant
                    print("%s:%d: %s\n    - %s\n    + %s" % (path, number, what, old.strip(), new.strip()), flush=True)
    report(results)


main()
