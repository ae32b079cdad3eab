package dev.polder.wasm.wasi.p2.http;

import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.wasi.p2.io.GuestIo;
import dev.polder.wasm.wasi.p2.io.Resource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The resource {@code incoming-request}. */
public final class IncomingRequest extends Resource {

    private final RequestHead head;
    private final List<HttpField> headers;
    private final ReceivedBody body;
    private boolean consumed;

    IncomingRequest(GuestIo io, RequestHead head, ReceivedBody body) {
        super(io);
        this.head = head;
        this.headers = Fields.visible(head.headers());
        this.body = body;
    }

    @Wit("method")
    public Method method() {
        return Method.of(head.method());
    }

    @Wit("path-with-query")
    public Optional<String> pathWithQuery() {
        return head.pathWithQuery();
    }

    @Wit("scheme")
    public Optional<Scheme> scheme() {
        return head.scheme().map(Scheme::of);
    }

    @Wit("authority")
    public Optional<String> authority() {
        return head.authority();
    }

    /** The headers; cannot be changed. */
    @Wit("headers")
    public Fields headers() {
        return Fields.immutable(io(), this, headers);
    }

    /** Nobody reads the body any more. */
    void end() {
        body.cancel();
    }

    /** The body; once. */
    @Wit("consume")
    public Result<IncomingBody, @Nullable Void> consume() {
        if (consumed) {
            return Result.err(null);
        }
        consumed = true;
        return Result.ok(new IncomingBody(io(), body));
    }

    @Override
    protected void free() {
        if (!consumed) {
            body.cancel();
        }
    }
}
