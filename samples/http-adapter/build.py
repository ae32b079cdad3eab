#!/usr/bin/env python3
"""Builds the adapter: http_initialize.wasm and http_start.wasm, components in which a program takes the place of an empty
module. They are written into the templates that use them, or into the folder that is named.

Needs Rust with the target wasm32-wasip2, and wasm-tools on the path. README.md says what they are for.
"""
import hashlib
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SOURCES = ["Cargo.lock", "Cargo.toml", "build.py", "build.rs", "link.wat", *sorted(f"src/{file.name}" for file in HERE.glob("src/*.rs"))]
USERS = {"_initialize": ["go-service"], "_start": ["assemblyscript-service", "java-service"]}
EMPTY = b"\x00asm\x01\x00\x00\x00"


def run(*command, **more):
    return subprocess.run(command, cwd=HERE, check=True, capture_output=True, **more).stdout


def leb(number):
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def section(number, content):
    return bytes([number]) + leb(len(content)) + content


def name(text):
    return leb(len(text)) + text.encode()


def instantiate(module, **instances):
    """A core instance of a core module, whose imports are instances."""
    args = b"".join(name(which) + b"\x12" + leb(index) for which, index in instances.items())
    return b"\x00" + leb(module) + leb(len(instances)) + args


def folders(initialize):
    if len(sys.argv) > 1:
        return [pathlib.Path(sys.argv[1])]
    return [HERE.parent / "templates" / user / "skeleton" / "component" for user in USERS[initialize]]


# What they were made of, so that a test sees whether they still are.
digest = hashlib.sha256(b"".join((HERE / file).read_bytes() for file in SOURCES)).hexdigest()
run("cargo", "build", "--release", "--locked", "--target", "wasm32-wasip2")
target = HERE / os.environ.get("CARGO_TARGET_DIR", "target")
base = (target / "wasm32-wasip2/release/http_adapter.wasm").read_bytes()
base = run("wasm-tools", "strip", "--all", "-", input=base)
text = run("wasm-tools", "print", "--skeleton", "-", input=base).decode()
modules = len(re.findall(r"^  \(core module ", text, re.MULTILINE))
instances = re.findall(r"^  \(core instance \(;(\d+);\)(?: \((instantiate \d+))?", text, re.MULTILINE)
adapter = next(int(index) for index, what in instances if what == "instantiate 0")
link = (HERE / "link.wat").read_text()

for initialize in "_initialize", "_start":
    joined = run("wasm-tools", "parse", "-", input=link.replace("INITIALIZE", initialize).encode())
    joined = run("wasm-tools", "strip", "--all", "-", input=joined)
    # The modules: the program, then what joins. The instances: the program with the adapter, then what joins with both.
    component = (
        base
        + section(1, EMPTY)
        + section(1, joined)
        + section(
            2,
            leb(2)
            + instantiate(modules, wasi_snapshot_preview1=adapter, wasi_snapshot_preview2=adapter, cgi=adapter, teavmMath=adapter)
            + instantiate(modules + 1, adapter=adapter, program=len(instances)),
        )
        + section(0, name("sources") + digest.encode())
    )
    assert component.count(section(1, EMPTY)) == 1
    for folder in folders(initialize):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"http{initialize}.wasm").write_bytes(component)
    print(f"http{initialize}.wasm: {len(component)} bytes")
