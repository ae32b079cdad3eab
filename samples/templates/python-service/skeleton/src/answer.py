"""What is answered, apart from HTTP: so that the tests need no WebAssembly."""

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    body: str
    content_type: str
    status: int = 200


def answer(request, env: dict[str, str]) -> Answer:
    path, _, query = request.target.partition("?")
    greeting = env.get("GREETING", "Hello")
    if path == "/health":
        return as_json({"status": "ok", "service": env.get("SERVICE_NAME")})
    if path == "/api":
        return as_json({"greeting": greeting, "path": path, "query": query})
    return Answer(f"{greeting}\npath: {path}\nquery: {query}\n", "text/plain; charset=utf-8")


def as_json(value: dict) -> Answer:
    return Answer(json.dumps(value, separators=(",", ":"), ensure_ascii=False) + "\n", "application/json")
