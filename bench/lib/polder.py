"""Starts and stops a Polder on ports and data of its own, for the measuring commands beside it."""

import json
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

HOME = pathlib.Path(__file__).resolve().parents[2]


class Polder:
    def __init__(self, ports_from=31000, data=None, env=None, args=(), cpus=None):
        self.ports_from = ports_from
        self.data = pathlib.Path(data or tempfile.mkdtemp(prefix="polder-bench-"))
        self.keep = data is not None
        self.env = {**os.environ, **(env or {})}
        self.args = list(args)
        self.cpus = cpus
        self.process = None
        self.token = None
        self.urls = {}

    def __enter__(self):
        started = time.monotonic()
        command = [str(HOME / "polder"), "up", "--data", str(self.data), "--ports-from", str(self.ports_from), *self.args]
        if self.cpus is not None:
            command = ["taskset", "-c", self.cpus, *command]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=self.env, start_new_session=True
        )
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if found := re.search(r"admin token\s+(\S+)", line):
                self.token = found[1]
            if found := re.search(r"(portal|gateway)\s+(https?://\S+)", line):
                self.urls.setdefault(found[1], found[2].rstrip("/"))
            if found := re.search(r"ready in ([0-9.]+) s", line):
                self.said = float(found[1])
                break
        else:
            raise SystemExit("polder did not become ready:\n" + "".join(lines))
        with urllib.request.urlopen(self.urls["portal"] + "/.backstage/health/v1/readiness", timeout=10) as answer:
            assert answer.status == 200, answer.status
        self.ready_s = time.monotonic() - started
        return self

    def rss_mb(self):
        status = pathlib.Path(f"/proc/{self.pid()}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024

    def pid(self):
        return json.loads((self.data / "run.json").read_text())["pid"]

    def local_token(self):
        return (self.data / "local.token").read_text().strip()

    def call(self, path, body=None, method=None):
        request = urllib.request.Request(self.urls["portal"] + path, method=method)
        request.add_header("authorization", "Bearer " + self.local_token())
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("content-type", "application/json")
        with urllib.request.urlopen(request, timeout=600) as answer:
            return json.loads(answer.read() or b"null")

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise SystemExit("polder did not stop within 30 s of Ctrl-C")
        finally:
            if not self.keep:
                shutil.rmtree(self.data, ignore_errors=True)


def peer(name, needed=True):
    """A peer's own program: that of the variable with its name in capitals, or the one that deploy/test-peers brings."""
    if os.environ.get(name.upper()):
        return os.environ[name.upper()]
    peers = subprocess.run([str(HOME / "deploy" / "test-peers")], stdout=subprocess.PIPE, text=True, check=True)
    program = pathlib.Path(peers.stdout.strip()) / name
    if program.exists() or not needed:
        return str(program) if program.exists() else None
    return sys.exit(f"{name}: deploy/test-peers could not bring it")


def median(values):
    return statistics.median(values)


def machine():
    """What a result needs beside it to be believed."""
    def first(*command):
        try:
            return subprocess.run(command, capture_output=True, text=True, cwd=HOME).stdout.strip().splitlines()[0]
        except (OSError, IndexError):
            return "unknown"

    return {
        "commit": first("git", "rev-parse", "--short", "HEAD"),
        "kernel": os.uname().release,
        "cores": os.cpu_count(),
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def table(header, rows):
    cells = [header] + [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
    for number, row in enumerate(cells):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")
        if number == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
