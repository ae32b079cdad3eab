// An HTTP service as a WebAssembly component: it exports wasi:http/incoming-handler.
import { getEnvironment } from "wasi:cli/environment@0.2.12";
import { Fields, OutgoingBody, OutgoingResponse, ResponseOutparam } from "wasi:http/types@0.2.12";
import { answer } from "./answer.js";
import { Incoming } from "./incoming.js";

const CHUNK = 64n * 1024n;
const MOST_AT_ONCE = 4096; // by the definition of blocking-write-and-flush
const encoder = new TextEncoder();

let known;

/** Read by the first request: what stands here outside of functions runs when the component is built. */
function environment() {
  return (known ??= Object.fromEntries(getEnvironment()));
}

export const incomingHandler = {
  handle(request, out) {
    if (request.method().tag === "post") {
      return echo(request, out); // without this, answer() gets posts, too
    }
    const found = answer(new Incoming(request), environment());
    return found instanceof Promise ? found.then((later) => reply(out, later)) : reply(out, found);
  },
};

function reply(out, { status, contentType, body }) {
  respond(out, status, contentType, (stream) => send(stream, encoder.encode(body)));
}

/** Sends the posted body back while it arrives; neither side is held in memory. */
function echo(request, out) {
  const [type] = request.headers().get("content-type");
  const contentType = type ? new TextDecoder().decode(type) : "application/octet-stream";
  const incoming = request.consume().stream();
  respond(out, 200, contentType, (stream) => {
    try {
      for (;;) {
        stream.blockingSplice(incoming, CHUNK);
      }
    } catch (error) {
      if (error.payload?.tag !== "closed") {
        throw error;
      }
    }
  });
}

/** Sends the head of the response at once, then what `write` writes. */
function respond(out, status, contentType, write) {
  const headers = Fields.fromList([["content-type", encoder.encode(contentType)]]);
  const response = new OutgoingResponse(headers);
  if (status !== 200) {
    response.setStatusCode(status); // 200 it is by itself
  }
  const body = response.body();
  ResponseOutparam.set(out, { tag: "ok", val: response });
  const stream = body.write();
  write(stream);
  stream[Symbol.dispose]();
  OutgoingBody.finish(body, undefined);
}

function send(stream, bytes) {
  for (let at = 0; at < bytes.length; at += MOST_AT_ONCE) {
    stream.blockingWriteAndFlush(bytes.subarray(at, at + MOST_AT_ONCE));
  }
}
