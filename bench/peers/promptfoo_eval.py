"""promptfoo as the peer of `gyre eval`: the same cases with given answers through both programs, in turn.

    python3 bench/peers/promptfoo_eval.py --promptfoo FOLDER --gyre PATH [--node PATH] [--cases 1000] [--rounds 5] [--out FILE]

FOLDER has node_modules/promptfoo (npm install promptfoo); PATH is a published gyre. Every case has three assertions on a given
answer: it contains the reference, its Levenshtein distance is at most 20, its ROUGE-1 F is at least 0.75. promptfoo gets the
answers through its `echo` provider, without cache, table, telemetry or update check, and writes its results as JSON; gyre gets
them as a column and writes rows, results and reports. Whole processes: seconds, processor seconds and the most resident memory.
"""
import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time

WORDS = """the a this soft lightweight breathable cotton linen woollen jacket shirts trousers dress dresses tailored fitted fitting
relaxed collar sleeves pockets pocketed with and for of in made making designed designs everyday evening summer winter colours
coloured washing washed gently machine generously sized sizes comfortable comfortably offers offering quality sustainable
sustainably organic pairs easily wear wearing style styled buttons buttoned""".split()
MOST_DISTANCE, LEAST_ROUGE = 20, 0.75
RECIPE = """name: given answers
dataset:
  file: rows.jsonl
  columns:
    facts: { answer: answer }
candidates:
  - output: answer
metrics:
  - scorer: contains
  - scorer: levenshtein
  - scorer: rouge-1
"""


def cases(count):
    source = random.Random(5)
    for number in range(count):
        reference = [source.choice(WORDS) for _ in range(source.randint(8, 24))]
        changed = [source.choice(WORDS) if source.randrange(4) == 0 else word for word in reference]
        answer = source.choice([reference, changed, ["our", "page", "says"] + reference])
        yield {"id": f"case-{number}", "prompt": f"Describe article {number}.", "reference": " ".join(reference), "answer": " ".join(answer)}


def write(folder, rows):
    with open(os.path.join(folder, "rows.jsonl"), "w", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    with open(os.path.join(folder, "recipe.yaml"), "w", encoding="utf-8") as file:
        file.write(RECIPE)
    tests = [{
        "description": row["id"],
        "vars": {"answer": row["answer"]},
        "assert": [
            {"type": "contains", "value": row["reference"]},
            {"type": "levenshtein", "value": row["reference"], "threshold": MOST_DISTANCE},
            {"type": "rouge-n", "value": row["reference"], "threshold": LEAST_ROUGE},
        ],
    } for row in rows]
    with open(os.path.join(folder, "promptfooconfig.json"), "w", encoding="utf-8") as file:
        json.dump({"prompts": ["{{answer}}"], "providers": ["echo"], "tests": tests}, file)


def run(command, folder, environment):
    start = time.monotonic()
    with open(os.path.join(folder, "log"), "wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def promptfoo_passes(path):
    with open(path, encoding="utf-8") as file:
        results = json.load(file)["results"]["results"]
    return {result["testCase"]["description"]: tuple(part["pass"] for part in result["gradingResult"]["componentResults"]) for result in results}


def gyre_passes(path):
    passes = {}
    with open(path, encoding="utf-8") as file:
        for row in map(json.loads, file):
            scores = {name: score["value"] for name, score in row["candidates"]["answer"]["scores"].items()}
            passes[row["id"]] = (scores["contains"] == 1, scores["levenshtein"] <= MOST_DISTANCE, scores["rouge-1"] >= LEAST_ROUGE)
    return passes


def spread(values, digits):
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        return next((line.split(":")[1].strip() for line in file if line.startswith("model name")), platform.machine())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--promptfoo", required=True)
    parser.add_argument("--gyre", required=True)
    parser.add_argument("--node", default="node")
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out")
    options = parser.parse_args()
    package = os.path.join(os.path.abspath(options.promptfoo), "node_modules", "promptfoo")
    with open(os.path.join(package, "package.json"), encoding="utf-8") as file:
        description = json.load(file)
    entry = description["bin"]["promptfoo"] if isinstance(description["bin"], dict) else description["bin"]
    node = subprocess.run([options.node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    rows = list(cases(options.cases))
    load = os.getloadavg()
    with tempfile.TemporaryDirectory() as folder:
        write(folder, rows)
        environment = dict(
            os.environ, PROMPTFOO_DISABLE_TELEMETRY="1", PROMPTFOO_DISABLE_UPDATE="1", PROMPTFOO_CONFIG_DIR=os.path.join(folder, "home"),
            NODE_NO_WARNINGS="1", GYRE_DATA=os.path.join(folder, "data"))
        peer = [options.node, os.path.join(package, entry), "eval", "-c", "promptfooconfig.json", "--no-cache", "--no-table", "--no-progress-bar", "--no-write", "-o", "peer.json"]
        theirs, ours = [], []
        for number in range(options.rounds + 1):
            their = run(peer, folder, environment)
            our = run([os.path.abspath(options.gyre), "eval", "recipe.yaml", "--out", f"out-{number}"], folder, environment)
            if their[0] not in (0, 100) or our[0] != 0:  # 100: some assertions failed, as they should.
                with open(os.path.join(folder, "log"), encoding="utf-8", errors="replace") as log:
                    sys.exit(f"promptfoo ended with {their[0]}, gyre with {our[0]}:\n{log.read()[-2000:]}")
            if number > 0:  # The first round fills the machine's file cache.
                theirs.append(their)
                ours.append(our)
        first, second = promptfoo_passes(os.path.join(folder, "peer.json")), gyre_passes(os.path.join(folder, "out-0", "rows.jsonl"))
    lines = [
        f"{options.cases} cases with given answers, three assertions each: whole processes, {options.rounds} rounds in alternation after one to warm the file cache, medians and ranges; the ratio is of the pairs. "
        f"Machine: {processor()}, {os.cpu_count()} processors; load before {load[0]:.1f}, after {os.getloadavg()[0]:.1f}. Peer: promptfoo {description['version']}, Node {node}.",
        "",
        "| | promptfoo | Gyre | Gyre / promptfoo |",
        "|---|---|---|---|",
    ]
    for name, place, digits in (("seconds", 1, 2), ("processor seconds", 2, 2), ("most resident memory, MB", 3, 0)):
        lines.append(f"| {name} | {spread([run[place] for run in theirs], digits)} | {spread([run[place] for run in ours], digits)} | {spread([our[place] / their[place] for our, their in zip(ours, theirs)], 2)} |")
    lines += ["", "| passes | promptfoo | Gyre | cases that differ |", "|---|---|---|---|"]
    for place, name in enumerate(("contains", f"Levenshtein distance ≤ {MOST_DISTANCE}", f"ROUGE-1 F ≥ {LEAST_ROUGE}")):
        lines.append(f"| {name} | {sum(passes[place] for passes in first.values())} | {sum(passes[place] for passes in second.values())} | {sum(first[case][place] != second[case][place] for case in first)} |")
    text = "\n".join(lines) + "\n"
    print(text)
    if options.out:
        with open(options.out, "w", encoding="utf-8") as file:
            file.write(text)


main()
