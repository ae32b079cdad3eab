package dev.polder.wasm.wasi.p2.http;

import dev.polder.wasm.wasi.p2.io.GuestIo;
import java.time.Duration;

/**
 * One request that a guest serves: what {@link IncomingHandler#handle} is called with. Made and used on the guest's
 * thread.
 */
public record HttpExchange(IncomingRequest request, ResponseOutparam responseOut) {

    /** The longest that a guest waits for the next chunk of a request's body. */
    private static final Duration BETWEEN_BYTES = Duration.ofMinutes(1);

    /**
     * @param body what the guest's reads pull
     * @param sink gets the response; told of a failure too when the guest ends without one and its instance is closed
     */
    public static HttpExchange of(GuestIo io, RequestHead head, HttpBody body, ResponseSink sink) {
        ReceivedBody received = new ReceivedBody(body, io.signal(), BETWEEN_BYTES, () -> {});
        return new HttpExchange(new IncomingRequest(io, head, received), new ResponseOutparam(io, sink));
    }

    /** Calls the guest. */
    public void handle(IncomingHandler handler) {
        handler.handle(request, responseOut);
    }

    /** The guest is done with the request: what it did not read of the body is given up. */
    public void end() {
        request.end();
    }
}
