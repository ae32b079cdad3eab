"""Requests to others: `outbound.send("GET", "http://orders.default/list").text()`.

Where they may go stands in spin.toml: allowed_outbound_hosts = ["http://orders.default"]
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from componentize_py_types import Err, Ok
from wit_world.imports import outgoing_handler, types
from wit_world.imports.streams import StreamError_Closed
from wit_world.imports.types import Fields, OutgoingBody, OutgoingRequest

CHUNK = 64 * 1024
MOST_AT_ONCE = 4096  # by the definition of blocking-write-and-flush
METHODS = {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def text(self) -> str:
        return self.body.decode()


def send(method: str, url: str, headers: dict[str, str] | None = None, body: bytes = b"") -> Answer:
    """Sends a request and waits for all of its answer; OSError says why there is none."""
    target = urlsplit(url)
    if target.scheme not in ("http", "https") or not target.netloc:
        raise ValueError(f"{url} (expected: http://HOST/PATH or https://HOST/PATH)")
    request = OutgoingRequest(Fields.from_list([(name, value.encode()) for name, value in (headers or {}).items()]))
    request.set_method(getattr(types, f"Method_{method.capitalize()}")() if method in METHODS else types.Method_Other(method))
    request.set_scheme(types.Scheme_Https() if target.scheme == "https" else types.Scheme_Http())
    request.set_authority(target.netloc)
    request.set_path_with_query((target.path or "/") + (f"?{target.query}" if target.query else ""))
    outgoing = request.body() if body else None
    try:
        future = outgoing_handler.handle(request, None)
    except Err as error:
        raise OSError(f"{url}: {error.value}") from None
    if outgoing:
        with outgoing.write() as stream:
            for at in range(0, len(body), MOST_AT_ONCE):
                stream.blocking_write_and_flush(body[at : at + MOST_AT_ONCE])
        OutgoingBody.finish(outgoing, None)
    with future.subscribe() as ready:
        ready.block()
    match future.get():
        case Ok(Ok(response)):
            fields = [(name, value.decode("latin-1")) for name, value in response.headers().entries()]
            return Answer(response.status(), fields, read_all(response))
        case Ok(Err(error)):
            raise OSError(f"{url}: {error}")
        case other:
            raise OSError(f"{url}: {other}")


def read_all(message) -> bytes:
    """The body of a request or of an answer that comes in."""
    parts = []
    with message.consume() as body, body.stream() as stream:
        while True:
            try:
                parts.append(stream.blocking_read(CHUNK))
            except Err as error:
                if isinstance(error.value, StreamError_Closed):
                    return b"".join(parts)
                raise OSError(f"the body ended early: {error.value}") from None
