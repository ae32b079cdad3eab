package dev.polder.wasm.wasi.p2.http;

import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.wasi.p2.io.GuestIo;
import dev.polder.wasm.wasi.p2.io.Resource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The resource {@code outgoing-response}. */
public final class OutgoingResponse extends Resource {

    private final List<HttpField> headers;
    private int status = 200;
    private @Nullable SentBody body;
    private boolean sent;
    private long held;

    OutgoingResponse(GuestIo io, List<HttpField> headers) {
        super(io);
        this.headers = headers;
        hold(Fields.bytes(headers));
    }

    private void hold(long bytes) {
        io().held().hold(bytes);
        held += bytes;
    }

    @Wit("status-code")
    public int statusCode() {
        return status;
    }

    /** Takes 200 to 599; what is below goes by {@code send-informational}. */
    @Wit("set-status-code")
    public Result<@Nullable Void, @Nullable Void> setStatusCode(int code) {
        if (code < 200 || code > 599) {
            return Result.err(null);
        }
        status = code;
        return Result.ok(null);
    }

    /** The headers; cannot be changed any more. */
    @Wit("headers")
    public Fields headers() {
        return Fields.immutable(io(), this, headers);
    }

    /** The body; once. A response without it has none. */
    @Wit("body")
    public Result<OutgoingBody, @Nullable Void> body() {
        if (body != null) {
            return Result.err(null);
        }
        hold(SentBody.CAPACITY);
        body = new SentBody(io().signal(), Fields.contentLength(headers), false);
        return Result.ok(new OutgoingBody(io(), body));
    }

    /** Takes it out of the guest's hands, and sends it; its body may still be written. */
    void send(ResponseSink sink) {
        requireNoChildren("outgoing-response");
        sent = true;
        drop();
        sink.respond(status, headers, body == null ? HttpBody.empty() : body.body());
    }

    @Override
    protected void free() {
        io().held().release(held);
        if (!sent && body != null) {
            body.fail(HttpErrorCode.internal("the guest dropped its response"));
        }
    }
}
