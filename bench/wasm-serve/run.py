#!/usr/bin/env python3
"""Measures wasmtime serve, and Polder beside it, with the components of two templates; see README.md."""
import argparse
import contextlib
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
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench" / "lib"))
from meshed import Proxies
from polder import Polder, machine, peer, table

BUILD = pathlib.Path(__file__).with_name("build")
ECHO_SCRIPT = pathlib.Path(__file__).with_name("echo.lua")
SERVER_CORE, LOAD_CORE = "0", "1"
WARM_PART = 6  # seconds
WARM_ECHOES = 60  # about a second
ECHOES = 10  # one after the other, a round
AT_ONCE = 16
MIB = 1 << 20
MILLIS = {"us": 0.001, "ms": 1, "s": 1000}
GUESTS = {
    "rust": ("rust-component-service", ["cargo build --release --locked --target wasm32-wasip2"],
             "target/wasm32-wasip2/release/service.wasm"),
    "javascript": ("javascript-service", ["npm ci --ignore-scripts --no-audit --no-fund", "node build.mjs"],
                   "build/service.wasm"),
}


def built(guest, again):
    """The component of a template, built once."""
    template, commands, made = GUESTS[guest]
    component = BUILD / f"{guest}.wasm"
    if component.exists() and not again:
        return component
    source = BUILD / guest
    shutil.copytree(ROOT / "samples" / "templates" / template / "skeleton", source, dirs_exist_ok=True)
    for file in source.iterdir():
        if file.is_file():
            file.write_text(re.sub(r"\$\{\{ values\.\w+( \| dump)? }}",
                                   lambda found: '"hello"' if found[1] else "hello", file.read_text()))
    for command in commands:
        subprocess.run(command, shell=True, check=True, cwd=source, stdout=subprocess.DEVNULL)
    shutil.copyfile(source / made, component)
    return component


class Wasmtime:
    """The peer, on the server's core."""

    def __init__(self, program, component, port):
        self.url = f"http://127.0.0.1:{port}/"
        self.host = None
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            ["taskset", "-c", SERVER_CORE, program, "serve", "-S", "cli=y", "--env", "GREETING=hello",
             "--addr", f"127.0.0.1:{port}", str(component)], stdout=self.log, stderr=subprocess.STDOUT)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def pause(self):
        """Stops it while the other is measured, so that its timers take nothing of the core."""
        self.process.send_signal(signal.SIGSTOP)

    def close(self):
        self.resume()
        self.process.terminate()
        self.process.wait(10)


class Meshed(Wasmtime):
    """The peer doing the same job: behind a gateway and a sidecar with mutual TLS between them, all on the server's core."""

    def __init__(self, program, component, port, envoy):
        super().__init__(program, component, port)
        self.url = f"http://127.0.0.1:{port + 1}/"
        self.proxies = Proxies(envoy, SERVER_CORE, port, port + 1)

    def resume(self):
        super().resume()
        self.proxies.send_signal(signal.SIGCONT)

    def pause(self):
        self.proxies.send_signal(signal.SIGSTOP)
        super().pause()

    def close(self):
        super().close()
        self.proxies.close()


class Deployed:
    """A service that runs in a Polder already; its threads are pinned when its process is named."""

    def __init__(self, url, host, pid):
        self.url = url if url.endswith("/") else url + "/"
        if urllib.parse.urlsplit(self.url).hostname not in ("127.0.0.1", "localhost", "::1"):
            sys.exit(f"{url}: not this machine (expected: an address of the loopback)")
        self.host = host
        if pid:
            subprocess.run(["taskset", "-acp", SERVER_CORE, str(pid)], check=True, stdout=subprocess.DEVNULL)

    def resume(self):
        pass

    def pause(self):
        pass

    def close(self):
        pass


def wait_for(server):
    for _ in range(600):
        try:
            request = urllib.request.Request(server.url, headers={"Host": server.host} if server.host else {})
            urllib.request.urlopen(request, timeout=5).read()
            return
        except urllib.error.HTTPError as answered:
            sys.exit(f"{server.url}: {answered}")
        except OSError:
            time.sleep(0.1)
    sys.exit(f"{server.url}: nothing answers after 60 s")


def load(server, connections, seconds, *more):
    headers = ["-H", f"Host: {server.host}"] if server.host else []
    out = subprocess.run(
        ["taskset", "-c", LOAD_CORE, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", *headers, *more,
         server.url], capture_output=True, text=True, check=True).stdout
    if re.search(r"Non-2xx or 3xx responses|Socket errors", out):
        sys.exit(f"{server.url}: wrk saw errors:\n{out}")
    p99 = re.search(r"^\s+99%\s+([\d.]+)(us|ms|s)", out, re.MULTILINE)
    return {"rps": float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]), "p99Ms": float(p99[1]) * MILLIS[p99[2]]}


def echo(server, body):
    """MiB per second of a body that is sent and comes back at the same time: the bytes of one direction."""
    headers = ["-H", f"Host: {server.host}"] if server.host else []
    with tempfile.NamedTemporaryFile() as back:
        out = subprocess.run(
            ["taskset", "-c", LOAD_CORE, "curl", "-sS", "--fail", "--max-time", "120", "-H", "Expect:", *headers,
             "-H", "Content-Type: application/octet-stream", "--data-binary", f"@{body.name}", "-o", back.name,
             "-w", "%{time_total}", server.url + "echo"], capture_output=True, text=True, check=True).stdout
        if pathlib.Path(back.name).read_bytes() != pathlib.Path(body.name).read_bytes():
            sys.exit(f"{server.url}: what came back is not what was sent")
    return os.path.getsize(body.name) / MIB / float(out)


def echoes(server, seconds):
    """The same by many clients at once, which send all before they read; what came back is not compared."""
    return load(server, AT_ONCE, seconds, "-s", str(ECHO_SCRIPT))["rps"] * 10


def warm(server, body, options):
    """Loads a server until three parts in a row bring no more than 3 % above the best before; gives the seconds."""
    best, late, spent = 0.0, 0, 0
    while late < 3 and spent < options.warmup:
        rps = load(server, options.connections, WARM_PART)["rps"]
        for _ in range(WARM_ECHOES):
            echo(server, body)
        echoes(server, 1)
        spent += WARM_PART
        late = late + 1 if rps <= best * 1.03 else 0
        best = max(best, rps)
    return spent


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--warmup", type=int, default=240,
                        help="the most seconds of load before the rounds; it ends when a server gets no faster")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--guest", choices=GUESTS, action="append", help="only this one (may be repeated)")
    parser.add_argument("--polder", action="append", default=[], metavar="GUEST=URL",
                        help="a service of the same component that Polder serves")
    parser.add_argument("--with-polder", action="store_true",
                        help="start a Polder on the server's core, create the services from their templates, measure them")
    parser.add_argument("--with-mesh", action="store_true",
                        help="measure wasmtime serve also behind two Envoys with mutual TLS between them")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE",
                        help="of the Polder that is started, such as mesh.sameProcess=tls")
    parser.add_argument("--polder-pid", type=int, help="Polder's process, to be pinned to the server's core")
    parser.add_argument("--host", help="the Host header that reaches the service through a gateway")
    parser.add_argument("--port", type=int, default=18180, help="of wasmtime; the next ones too")
    parser.add_argument("--rebuild", action="store_true")
    parser.add_argument("--out", default=str(pathlib.Path(__file__).with_name("results.json")))
    options = parser.parse_args()
    missing = [tool for tool in ("wrk", "taskset", "curl", "openssl") if not shutil.which(tool)]
    if missing:
        sys.exit("missing: " + " ".join(missing) + " (apt install wrk util-linux curl openssl)")
    polder = dict(pair.split("=", 1) for pair in options.polder)
    if unknown := polder.keys() - GUESTS.keys():
        sys.exit(f"--polder {unknown.pop()}: no such guest (expected: {', '.join(GUESTS)})")
    BUILD.mkdir(exist_ok=True)
    guests = options.guest or list(GUESTS)
    program = peer("wasmtime")
    envoy = peer("envoy") if options.with_mesh else None
    with tempfile.NamedTemporaryFile() as body:
        body.write(os.urandom(10 * MIB))
        body.flush()
        with Polder(cpus=SERVER_CORE, args=[each for pair in options.set for each in ("--set", pair)]) if options.with_polder else contextlib.nullcontext() as own:
            results = {guest: measured(guest, program, envoy, polder, own, body, options) for guest in guests}
    report(results, options)


def created(guest, polder):
    """The service of a guest's template in a Polder of our own: its gateway's address and its host."""
    name = f"bench-{guest}"
    subprocess.run(
        [str(ROOT / "polder"), "create", GUESTS[guest][0], "--data", str(polder.data), "--set", f"name={name}",
         "--set", "owner=group:default/platform"], check=True, stdout=subprocess.DEVNULL)
    return polder.urls["gateway"], f"{name}.default.localhost"


def measured(guest, program, envoy, polder, own, body, options):
    servers = {}
    try:
        component = built(guest, options.rebuild)
        servers["wasmtime serve"] = Wasmtime(program, component, options.port)
        if envoy:
            servers["wasmtime serve, Envoy, Envoy"] = Meshed(program, component, options.port + 1, envoy)
        if own:
            url, host = created(guest, own)
            servers["polder"] = Deployed(url, host, None)
        elif guest in polder:
            servers["polder"] = Deployed(polder[guest], options.host, options.polder_pid)
        samples = {name: {"load": [], "echo": [], "echoes": []} for name in servers}
        warmed = {}
        for name, server in servers.items():
            wait_for(server)
            warmed[name] = warm(server, body, options)
            server.pause()
        for _ in range(options.rounds):
            for name, server in servers.items():
                server.resume()
                samples[name]["load"].append(load(server, options.connections, options.seconds))
                samples[name]["echo"] += [echo(server, body) for _ in range(ECHOES)]
                samples[name]["echoes"].append(echoes(server, options.seconds))
                server.pause()
    finally:
        for server in servers.values():
            server.close()
    return {"bytes": component.stat().st_size, "samples": samples, "medians": {
        name: {"rps": round(statistics.median(s["rps"] for s in each["load"])),
               "p99Ms": round(statistics.median(s["p99Ms"] for s in each["load"]), 2),
               "echoMiBs": round(statistics.median(each["echo"]), 1),
               "echoesMiBs": round(statistics.median(each["echoes"]), 1),
               "warmupS": warmed[name]} for name, each in samples.items()}}


def report(results, options):
    rows = []
    for guest, result in results.items():
        alone = result["medians"]["wasmtime serve"]
        for name, median in result["medians"].items():
            rows.append([guest, name, median["warmupS"], median["rps"], median["p99Ms"], f"{median['rps'] / alone['rps']:.2f}",
                         median["echoMiBs"], f"{median['echoMiBs'] / alone['echoMiBs']:.2f}",
                         median["echoesMiBs"], f"{median['echoesMiBs'] / alone['echoesMiBs']:.2f}"])
    table(["guest", "server", "warm-up s", "requests/s", "p99 ms", "of wasmtime", "10 MiB echo, MiB/s", "of wasmtime",
           f"{AT_ONCE} at once", "of wasmtime"], rows)
    pathlib.Path(options.out).write_text(json.dumps({
        "machine": machine(), "rounds": options.rounds, "seconds": options.seconds,
        "connections": options.connections, "guests": results}, indent=1) + "\n")


if __name__ == "__main__":
    main()
