#!/usr/bin/env python3
"""Times six kernels in a service of Polder and under `wasmtime run`, the same bytes on the same core in turns.

The guest measures itself, so neither start nor transport count. The ratio of a kernel is that of the best rounds.
"""
import argparse
import json
import math
import pathlib
import shutil
import subprocess
import sys
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench" / "lib"))
from polder import Polder, machine, peer, table

GUEST = pathlib.Path(__file__).with_name("guest")
CORE = "0"


def kernels(text):
    """{name: (nanoseconds, checksum)} of what the guest printed."""
    lines = [line.split() for line in text.splitlines()]
    return {line[0]: (int(line[1]), line[2]) for line in lines if len(line) == 3}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="of the Polder that is started")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    if missing := [tool for tool in ("cargo", "taskset") if not shutil.which(tool)]:
        sys.exit("missing: " + " ".join(missing))
    program = peer("wasmtime")
    subprocess.run(["cargo", "build", "-q", "--release", "--target", "wasm32-wasip1"], cwd=GUEST, check=True)
    module = GUEST / "target" / "wasm32-wasip1" / "release" / "compute.wasm"
    best = {}
    with Polder(cpus=CORE, args=[each for pair in options.set for each in ("--set", pair)]) as polder:
        up = [str(ROOT / "polder"), "wasm", "up", "--quiet", "--no-build", "--data", str(polder.data), "--from", str(GUEST)]
        url = subprocess.run(up, check=True, stdout=subprocess.PIPE, text=True).stdout.split()[0]
        ask = urllib.request.Request(polder.urls["gateway"] + "/", headers={"Host": urllib.parse.urlsplit(url).netloc})
        for number in range(options.rounds):
            print(f"round {number + 1} of {options.rounds} ...", file=sys.stderr)
            theirs = kernels(subprocess.run(["taskset", "-c", CORE, program, "run", str(module)],
                                            check=True, stdout=subprocess.PIPE, text=True).stdout)
            with urllib.request.urlopen(ask, timeout=900) as answer:
                ours = kernels(answer.read().decode())
            for name, (nanos, checksum) in ours.items():
                if theirs[name][1] != checksum:
                    sys.exit(f"{name}: {checksum} in Polder, {theirs[name][1]} under wasmtime run")
                before = best.get(name, (math.inf, math.inf))
                best[name] = (min(before[0], nanos), min(before[1], theirs[name][0]))
    if len(best) != 6:
        sys.exit(f"the guest printed {len(best)} kernels (expected: 6)")
    ratios = {name: ours / theirs for name, (ours, theirs) in best.items()}
    mean = math.exp(sum(map(math.log, ratios.values())) / len(ratios))
    table(["kernel", "polder ms", "wasmtime run ms", "ratio"],
          [[name, f"{ours / 1e6:.1f}", f"{theirs / 1e6:.1f}", f"{ratios[name]:.2f}"] for name, (ours, theirs) in best.items()]
          + [["geometric mean", "", "", f"{mean:.2f}"]])
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(
            {"machine": machine(), "rounds": options.rounds, "mean": mean,
             "kernels": {name: {"polderNs": ours, "wasmtimeNs": theirs} for name, (ours, theirs) in best.items()}}, indent=1) + "\n")


if __name__ == "__main__":
    main()
