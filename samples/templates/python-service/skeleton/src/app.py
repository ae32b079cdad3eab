"""An HTTP service as a WebAssembly component: it exports wasi:http/incoming-handler."""

import gc

from answer import answer
from componentize_py_types import Err, Ok
from outbound import read_all
from wit_world import exports
from wit_world.imports import environment
from wit_world.imports.streams import StreamError_Closed
from wit_world.imports.types import Fields, Method_Other, Method_Post, OutgoingBody, OutgoingResponse, ResponseOutparam

CHUNK = 64 * 1024
MOST_AT_ONCE = 4096  # by the definition of blocking-write-and-flush


class IncomingHandler(exports.IncomingHandler):
    def handle(self, request, response_out):
        if isinstance(request.method(), Method_Post):
            echo(request, response_out)  # without this, answer() gets posts, too
            return
        env = dict(environment.get_environment())
        found = answer(Incoming(request), env)
        respond(response_out, found.status, found.content_type, lambda stream: send(stream, found.body.encode()))


class Incoming:
    """A request as answer() sees it."""

    def __init__(self, request):
        self.request = request

    @property
    def method(self) -> str:
        method = self.request.method()
        return method.value if isinstance(method, Method_Other) else type(method).__name__.removeprefix("Method_").upper()

    @property
    def target(self) -> str:
        """The path with the query, as it was sent."""
        return self.request.path_with_query() or "/"

    def header(self, name: str) -> str | None:
        """The first value of a header, by its name in any case."""
        values = self.request.headers().get(name)
        return values[0].decode("latin-1") if values else None

    def body(self) -> bytes:
        """All of the body; it can be read once."""
        return read_all(self.request)


def echo(request, response_out):
    """Sends the posted body back while it arrives; neither side is held in memory."""
    types = request.headers().get("content-type")
    content_type = types[0].decode() if types else "application/octet-stream"

    def copy(outgoing):
        with request.consume() as body, body.stream() as incoming:
            while True:
                try:
                    outgoing.blocking_splice(incoming, CHUNK)
                except Err as error:
                    if isinstance(error.value, StreamError_Closed):
                        return
                    raise

    respond(response_out, 200, content_type, copy)


def respond(response_out, status, content_type, write):
    """Sends the head of the response at once, then what `write` writes."""
    response = OutgoingResponse(Fields.from_list([("content-type", content_type.encode())]))
    response.set_status_code(status)
    body = response.body()
    ResponseOutparam.set(response_out, Ok(response))
    with body.write() as stream:
        write(stream)
    OutgoingBody.finish(body, None)


def send(stream, data):
    for at in range(0, len(data), MOST_AT_ONCE):
        stream.blocking_write_and_flush(data[at : at + MOST_AT_ONCE])


# What stands here runs when the component is built, and each request begins with what is there then: the collector does
# not have to look through it again.
gc.collect()
gc.freeze()
