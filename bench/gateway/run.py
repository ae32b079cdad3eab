#!/usr/bin/env python3
"""Measures the gateway beside nginx, HAProxy and Envoy; see README.md."""
import argparse
import json
import os
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench" / "lib"))
from polder import peer

UPSTREAM = ("127.64.0.9", 19080)
PORTS = {"polder": 18080, "nginx": 18090, "haproxy": 18091, "envoy": 18092, "polder-hbone": 18100}
JVM = os.environ.get("POLDER_JVM", "-XX:+UseSerialGC -Xms96m -Xmx96m -XX:+AlwaysPreTouch -Xss512k").split()

NGINX = """worker_processes 1; daemon off; pid {dir}/{name}.pid; error_log {dir}/{name}.err;
events {{ worker_connections 4096; }}
http {{ access_log off; keepalive_requests 1000000000; keepalive_timeout 600s;
{body} }}
"""
UPSTREAM_BODY = 'server {{ listen {ip}:{port} backlog=4096; location / {{ default_type text/plain; return 200 "hello\\n"; }} }}'
NGINX_BODY = """upstream u {{ server {ip}:{port}; keepalive 128; keepalive_requests 1000000000; }}
server {{ listen 127.0.0.1:{listen} backlog=4096; location / {{ proxy_pass http://u; proxy_http_version 1.1;
proxy_set_header Connection ""; proxy_set_header Host $host; proxy_set_header X-Request-Id $request_id;
proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme; }} }}"""
HAPROXY = """global
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  option forwardfor
frontend f
  bind 127.0.0.1:{listen}
  unique-id-format %[uuid()]
  unique-id-header X-Request-Id
  http-request set-header X-Forwarded-Proto http
  default_backend b
backend b
  http-reuse always
  server s {ip}:{port}
"""
ENVOY = """static_resources:
  listeners:
  - address: {{ socket_address: {{ address: 127.0.0.1, port_value: {listen} }} }}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: ingress
          use_remote_address: true
          route_config:
            virtual_hosts:
            - {{ name: all, domains: ["*"], routes: [{{ match: {{ prefix: "/" }}, route: {{ cluster: u }} }}] }}
          http_filters:
          - name: envoy.filters.http.router
            typed_config: {{ "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }}
  clusters:
  - name: u
    type: STATIC
    load_assignment:
      cluster_name: u
      endpoints:
      - lb_endpoints:
        - endpoint: {{ address: {{ socket_address: {{ address: {ip}, port_value: {port} }} }} }}
"""


def java_home():
    """The JDK that the launcher finds."""
    return subprocess.run([str(ROOT / "polder"), "jdk"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def classpath(jdk):
    """Compiles the proxy with its bench and says where its classes and their libraries are."""
    module = ROOT / "mesh" / "proxy"
    subprocess.run(
        ["mvn", "-B", "-q", "-f", str(ROOT / "pom.xml"), "-pl", "mesh/proxy", "-am", "-Dquick", "-DskipTests", "package",
         "org.apache.maven.plugins:maven-dependency-plugin:build-classpath",
         "-Dmdep.outputFile=target/bench.cp", "-Dmdep.includeScope=test"],
        check=True, env={**os.environ, "JAVA_HOME": jdk})
    return f"{module}/target/classes:{module}/target/test-classes:" + (module / "target" / "bench.cp").read_text()


def commands(folder, names):
    """Name -> command line, pinned to its core by the caller."""
    ip, port = UPSTREAM
    all_commands = {}

    def file(name, text):
        path = folder / name
        path.write_text(text)
        return str(path)

    upstream = NGINX.format(dir=folder, name="up", body=UPSTREAM_BODY.format(ip=ip, port=port))
    all_commands["upstream"] = ["nginx", "-c", file("up.conf", upstream)]
    for name in names:
        listen = PORTS[name]
        if name == "nginx":
            body = NGINX_BODY.format(ip=ip, port=port, listen=listen)
            all_commands[name] = ["nginx", "-c", file("px.conf", NGINX.format(dir=folder, name="px", body=body))]
        elif name == "haproxy":
            all_commands[name] = ["haproxy", "-f", file("ha.cfg", HAPROXY.format(ip=ip, port=port, listen=listen))]
        elif name == "envoy":
            config = file("envoy.yaml", ENVOY.format(ip=ip, port=port, listen=listen))
            all_commands[name] = [peer("envoy"), "--concurrency", "1", "-c", config, "-l", "error",
                                  "--disable-hot-restart"]
        else:
            jdk = java_home()
            mode = "hbone" if name == "polder-hbone" else "plain"
            all_commands[name] = [f"{jdk}/bin/java", *JVM, "--enable-native-access=ALL-UNNAMED", "-cp", classpath(jdk),
                                  "dev.polder.mesh.proxy.ProxyBench", mode, str(listen), ip, str(port), "1"]
    return all_commands


def wait_for(port, host="127.0.0.1"):
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://{host}:{port}/", timeout=2).read()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"port {port}: nothing answers after 20 s")


def milliseconds(text):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def measure(port, seconds):
    out = subprocess.run(
        ["taskset", "-c", "1", "wrk", "-t1", "-c64", f"-d{seconds}", "--latency", f"http://127.0.0.1:{port}/"],
        capture_output=True, text=True, check=True).stdout
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    return {
        "rps": float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1)),
        "p50": milliseconds(re.search(r"^\s+50%\s+(\S+)", out, re.MULTILINE).group(1)),
        "p99": milliseconds(re.search(r"^\s+99%\s+(\S+)", out, re.MULTILINE).group(1)),
        "failed": int(failed.group(1)) if failed else 0,
    }


def rss(process):
    pids = [process.pid] + [int(p) for p in subprocess.run(
        ["pgrep", "-P", str(process.pid)], capture_output=True, text=True).stdout.split()]
    total = 0
    for pid in pids:
        status = pathlib.Path(f"/proc/{pid}/status")
        if status.exists():
            total += int(re.search(r"VmRSS:\s+(\d+)", status.read_text()).group(1))
    return total / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--warmup", type=int, default=20, help="seconds of load before the JVM counts")
    parser.add_argument("--hbone", action="store_true")
    parser.add_argument("--out", default=str(pathlib.Path(__file__).with_name("results.json")))
    options = parser.parse_args()
    missing = [tool for tool in ("nginx", "haproxy", "wrk", "taskset") if not shutil.which(tool)]
    if missing:
        sys.exit("missing: " + " ".join(missing) + " (apt install nginx haproxy wrk util-linux)")
    names = ["nginx", "haproxy"] + (["envoy"] if peer("envoy", needed=False) else []) + ["polder"]
    names += ["polder-hbone"] if options.hbone else []
    running = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        try:
            for name, command in commands(folder, names).items():
                core = "1" if name == "upstream" else "0"
                running[name] = subprocess.Popen(
                    ["taskset", "-c", core, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            wait_for(UPSTREAM[1], UPSTREAM[0])
            for name in names:
                wait_for(PORTS[name])
                measure(PORTS[name], options.warmup if name.startswith("polder") else 2)
            samples = {name: [] for name in names}
            for _ in range(options.rounds):
                for name in names:
                    samples[name].append(measure(PORTS[name], options.seconds))
            memory = {name: rss(running[name]) for name in names}
        finally:
            for process in running.values():
                process.terminate()
            for process in running.values():
                process.wait(10)
    report(names, samples, memory, options)


def report(names, samples, memory, options):
    rows = {}
    for name in names:
        rows[name] = {key: statistics.median(s[key] for s in samples[name]) for key in ("rps", "p50", "p99")}
        rows[name]["failed"] = sum(s["failed"] for s in samples[name])
        rows[name]["rssMiB"] = round(memory[name])
    print(f"{'proxy':14}{'rps':>9}{'p50 ms':>9}{'p99 ms':>9}{'RSS MiB':>9}{'failed':>8}  polder/it")
    for name in names:
        row = rows[name]
        ratio = rows["polder"]["rps"] / row["rps"]
        print(f"{name:14}{row['rps']:9.0f}{row['p50']:9.2f}{row['p99']:9.2f}{row['rssMiB']:9d}{row['failed']:8d}  {ratio:.2f}")
    git = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    java = subprocess.run(["java", "-version"], capture_output=True, text=True).stderr.splitlines()
    pathlib.Path(options.out).write_text(json.dumps({
        "commit": git.stdout.strip(), "jdk": java[0] if java else "", "flags": JVM, "kernel": platform.release(),
        "rounds": options.rounds, "seconds": options.seconds, "medians": rows, "samples": samples}, indent=1) + "\n")


if __name__ == "__main__":
    main()
