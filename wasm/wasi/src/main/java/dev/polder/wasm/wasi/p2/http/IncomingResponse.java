package dev.polder.wasm.wasi.p2.http;

import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.wasi.p2.io.GuestIo;
import dev.polder.wasm.wasi.p2.io.Resource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The resource {@code incoming-response}. */
public final class IncomingResponse extends Resource {

    private final int status;
    private final List<HttpField> headers;
    private final ReceivedBody body;
    private boolean consumed;

    IncomingResponse(GuestIo io, int status, List<HttpField> headers, ReceivedBody body) {
        super(io);
        this.status = status;
        this.headers = Fields.visible(headers);
        this.body = body;
    }

    @Wit("status")
    public int status() {
        return status;
    }

    /** The headers; cannot be changed. */
    @Wit("headers")
    public Fields headers() {
        return Fields.immutable(io(), this, headers);
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
